//! The weekly danger-sign re-check and answers changed after a hold (13 no. 2, 3.5).

use super::AnswerMap;
use serde_json::Value;

/// The five weekly re-check questions (5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recheck {
    /// Saddle, bladder, bowel or sexual change.
    SaddleBladderBowel,
    /// Symptoms in both legs.
    BothLegs,
    /// New weakness.
    Weakness,
    /// Fever or feeling ill.
    FeverUnwell,
    /// A serious fall.
    SeriousFall,
}

/// Intake questions that a "yes" to a re-check question opens (13 no. 2).
pub fn recheck_questions(trigger: Recheck) -> &'static [&'static str] {
    match trigger {
        Recheck::SaddleBladderBowel => &["r_saddle", "r_bladder", "r_bowel", "r_sexual"],
        Recheck::BothLegs => &["r_bilat"],
        Recheck::Weakness => &["r_weak", "r_gait"],
        Recheck::FeverUnwell => &["r_fever", "r_unwell"],
        Recheck::SeriousFall => &["r_trauma", "r_minor"],
    }
}

/// Whether a danger-sign answer that was not "no" has become "no" (3.5 last sentence): then an
/// earlier hold stays until a clinician clears it.
pub fn changed_after_hold(old: &AnswerMap, new: &AnswerMap) -> bool {
    let no = |value: &Value| value.as_str() == Some("no");
    old.iter().filter(|(id, answer)| id.starts_with("r_") && !no(answer)).any(|(id, _)| new.get(id).is_some_and(no))
}
