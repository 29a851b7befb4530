//! Intake: danger signs, inflammatory counts, movement category and stage (specification 3, 12.1,
//! 12.5). Pure functions of the answer map; every number stands in `limits` or `score`.

mod answers;
mod classify;
mod errors;
mod inflammatory;
mod limits;
mod limits_classify;
mod questions;
mod read;
mod recheck;
mod red_flags;
mod score;
mod stage;
#[cfg(test)]
mod tests;

pub use errors::{AnswerError, ErrorCode};
pub use questions::{answer_ids, refusal, required, validate_answer};
pub use recheck::{Recheck, changed_after_hold, recheck_questions};
pub use red_flags::{FiredRule, holds_plan};
pub use score::{Contribution, contributions, home_test_points, weight_rows};
pub use stage::{bone_caution, radicular, start_factor};

use super::codes::{Category, Confidence, Disposition, Stage};
use crate::lang::{Lang, Text};
use answers::Intake;
use serde::{Deserialize, Serialize};

/// Answers of one intake: question id to value (12.1). An absent key is a missing answer.
pub type AnswerMap = serde_json::Map<String, serde_json::Value>;

/// The optional home tests, keys of the map `ht` (2.3).
pub const HOME_TEST_IDS: [&str; 7] = ["ht_slump", "ht_prone", "ht_arch", "ht_walk", "ht_heel", "ht_stand5", "ht_brace"];

/// Score of each category in percent of its largest reachable score, 0 to 100 (3.6).
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "UPPERCASE")]
pub struct Percent {
    /// Flexion intolerance.
    pub flex: i64,
    /// Extension intolerance.
    pub ext: i64,
    /// Load intolerance.
    pub load: i64,
    /// Functional instability; shown also when C0 keeps it out of the ranking (12.5).
    pub inst: i64,
}

/// Result of an intake, serialised in the key order of 12.1.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Highest disposition of all fired rules; CONTINUE without any.
    pub disposition: Disposition,
    /// Whether no plan may run until a clinician records clearance (3.1).
    pub hold_plan: bool,
    /// Every fired rule, most urgent first, then by id.
    pub rules: Vec<FiredRule>,
    /// ASAS items, 0 to 5 (3.3).
    pub asas: u8,
    /// NICE items, 0 to 9 (3.3).
    pub nice: u8,
    /// How hard to start (3.7).
    pub stage: Stage,
    /// Movement category, a starting bias only (3.6).
    pub category: Category,
    /// Second category: the best one below the threshold for C3, none for C1, C2, C9 (12.5).
    pub secondary: Option<Category>,
    /// Confidence; `none` exactly for UNCLEAR.
    pub confidence: Confidence,
    /// Classification rule that decided, `C1` to `C9` or `C6h`.
    pub rule: String,
    /// All four scores.
    pub percent: Percent,
    /// Control signs, 0 to 6.
    pub markers: u8,
}

/// Evaluates a complete intake (12.1). Refused with every error at once when an answer is missing
/// or unusable: an absent danger-sign answer is never "no".
pub fn evaluate(answers: &AnswerMap) -> Result<Evaluation, Vec<AnswerError>> {
    questions::check_form(answers, true)?;
    let mut evaluation = judge(&Intake::read(answers));
    if evaluation.rules.is_empty() && evaluation.category == Category::Unclear {
        evaluation.rules.push(red_flags::unclear_pattern());
        evaluation.disposition = Disposition::PhysioReview;
    }
    Ok(evaluation)
}

/// Evaluates what has been answered so far (13 no. 1): the suitability check, and a form that an
/// emergency answer ends at once. Present answers are checked as always; absent ones count as
/// neutral and fire nothing: no, none, 0, age 45 (no age rule applies from 45 to 49), unknown
/// duration (no rule about weeks fires), confidence 10. R95 is left out, because a pattern that was
/// not asked for is not unclear; category and stage mean nothing until their questions are there.
pub fn evaluate_so_far(answers: &AnswerMap) -> Result<Evaluation, Vec<AnswerError>> {
    questions::check_form(answers, false)?;
    Ok(judge(&Intake::read(answers)))
}

/// The reasons of a decision's rules, in their order, as sentences that every language can say: from the answers the
/// decision rests on. A reason that the rules of today no longer give stays as it was written.
pub fn reasons(result: &Evaluation, answers: &AnswerMap) -> Vec<Text> {
    let said: Vec<Text> = red_flags::run(&Intake::read(answers)).into_iter().map(|(_, reason)| reason).collect();
    let written = |rule: &FiredRule| said.iter().find(|text| Lang::En.tell(text) == rule.reason).cloned();
    result.rules.iter().map(|rule| written(rule).unwrap_or_else(|| Text::from(rule.reason.clone()))).collect()
}

/// Everything except R95.
fn judge(intake: &Intake) -> Evaluation {
    let rules: Vec<FiredRule> = red_flags::run(intake).into_iter().map(|(rule, _)| rule).collect();
    let found = classify::classify(&intake.movement);
    Evaluation {
        disposition: rules.iter().map(|rule| rule.disposition).max().unwrap_or(Disposition::Continue),
        hold_plan: rules.iter().any(|rule| rule.hold),
        rules,
        asas: inflammatory::asas(intake),
        nice: inflammatory::nice(intake),
        stage: stage::stage(&intake.profile),
        category: found.category,
        secondary: found.secondary,
        confidence: found.confidence,
        rule: found.rule.to_owned(),
        percent: found.percent,
        markers: found.markers,
    }
}
