//! Danger signs for as long as the programme runs: the weekly check, the "anything new" line of
//! every log, and what follows from them (13 no. 2 and 3).

use super::CareError;
use super::goals;
use super::intake::newest_decision;
use super::measures::{self, Answer};
use super::standing::waiting_checks;
use crate::access::{MayRead, MayRecord, Own, PatientAccess};
use crate::clinical::codes::{AlertTo, Disposition};
use crate::clinical::intake::{AnswerMap, Evaluation, Recheck, evaluate, evaluate_so_far, recheck_questions};
use crate::clinical::journal::mean;
use crate::clock::Moment;
use crate::ids;
use crate::store::reviews::{CheckAnswers, WeeklyCheck};
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, intake, oversight, plans, reviews};
use chrono::Days;

/// The five weekly danger-sign questions by their keys in stored checks and in `advice.toml`.
pub const TRIGGERS: &[(&str, Recheck)] = &[
    ("saddle_bladder_bowel", Recheck::SaddleBladderBowel),
    ("both_legs", Recheck::BothLegs),
    ("weakness", Recheck::Weakness),
    ("fever_unwell", Recheck::FeverUnwell),
    ("serious_fall", Recheck::SeriousFall),
];

/// The `r_` questions behind the questions answered "yes", each once.
pub fn questions_behind(danger: &[String]) -> Vec<&'static str> {
    let mut ids = Vec::new();
    for (key, trigger) in TRIGGERS {
        if danger.iter().any(|d| d == key || d == super::logging::ANYTHING_NEW) {
            ids.extend(recheck_questions(*trigger).iter().copied().filter(|id| !ids.contains(id)).collect::<Vec<_>>());
        }
    }
    ids
}

/// What the rules say of a "yes" whose details were never given: each of them counts as unsure,
/// because not knowing is never "no" (0.4).
pub fn worst_case<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, check: &WeeklyCheck) -> Result<Disposition, CareError> {
    let mut answers = newest_decision(tx, who)?.ok_or(StoreError::NotFound)?.answers.into_inner();
    answers.extend(questions_behind(&check.answers.danger).into_iter().map(|id| (id.to_owned(), serde_json::json!("unsure"))));
    Ok(evaluate(&answers).map_or(Disposition::SameDay, |result| result.disposition))
}

/// What somebody answered in a weekly check.
#[derive(Debug, Clone)]
pub struct CheckIn {
    /// Answers to the danger-sign and leg questions.
    pub answers: CheckAnswers,
    /// PSFS scores today, in the order of the goals; empty when not asked.
    pub psfs: Vec<u8>,
    /// RMDQ statements ticked; `None` when the page did not ask.
    pub rmdq: Option<Vec<String>>,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// What the check asks in some weeks only; what was not answered stays missing.
#[derive(Debug, Clone, Default)]
pub struct MoreMeasures {
    /// Global impression of change, 1 (very much worse) to 7 (very much better).
    pub pgic: Option<u8>,
    /// The two items about worry, then the two about low mood, 0 to 3 each.
    pub phq4: Option<[u8; 4]>,
}

/// Keeps the answers that only some weeks ask for.
fn keep_more(tx: &mut WriteTx, who: &PatientAccess<Own>, more: &MoreMeasures, moment: Moment) -> Result<(), CareError> {
    let answers = more.pgic.map(Answer::Pgic).into_iter().chain(more.phq4.map(Answer::Phq4));
    answers.into_iter().try_for_each(|given| measures::keep(tx, who, &given, moment.today(), moment))
}

/// Keeps a weekly check. Leg symptoms pause the plan at once (P-02); a "yes" to a danger-sign
/// question opens the questions behind it, and the plan shows nothing until they are answered.
pub fn check_in(store: &Store, who: &PatientAccess<Own>, given: &CheckIn, moment: Moment) -> Result<(), CareError> {
    check_in_with(store, who, given, &MoreMeasures::default(), moment)
}

/// Keeps a weekly check with what only some weeks ask for.
pub fn check_in_with(
    store: &Store,
    who: &PatientAccess<Own>,
    given: &CheckIn,
    more: &MoreMeasures,
    moment: Moment,
) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        if !keep(tx, who, &plan.id, &given.answers, &given.token, moment)? {
            return Ok(());
        }
        let today = moment.today();
        if !given.psfs.is_empty() {
            let scores: Vec<f64> = given.psfs.iter().copied().map(f64::from).collect();
            if let Some(score) = mean(&scores) {
                let items = goals::items(tx, who, &given.psfs)?;
                intake::keep_measure(tx, who, "psfs", today, score, items, moment.utc)?;
            }
        }
        if let Some(ticked) = &given.rmdq {
            measures::keep(tx, who, &Answer::Rmdq(ticked.clone()), today, moment)?;
        }
        keep_more(tx, who, more, moment)
    })
}

/// Keeps the answers of a check or of a log's "anything new" line; `false` when the token was known.
pub(super) fn keep<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan_id: &str,
    answers: &CheckAnswers,
    token: &str,
    moment: Moment,
) -> Result<bool, CareError> {
    let check = WeeklyCheck {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        plan_id: plan_id.to_owned(),
        on_date: moment.today(),
        token: token.to_owned(),
        answers: Json::new(answers.clone()),
        evaluation_id: None,
        answered_at: moment.utc,
    };
    if !reviews::keep_check(tx, who, &check)? {
        return Ok(false);
    }
    if answers.leg {
        intake::place_hold(tx, who, None, "leg_symptoms", false, moment.utc)?;
        let reason = "New pain below the knee, new tingling, or pain spreading down the leg. Only relief positions, breathing and walking by comfort are shown until you clear it.";
        oversight::raise(tx, who, "P-02", AlertTo::Physio, reason, moment.utc)?;
    }
    Ok(true)
}

/// Answers to the questions behind a "yes", all of them: one that is missing is refused, never taken
/// from the intake as "no". Only an emergency counts at once, whatever else is missing (3.2).
/// Section 3 runs on the stored profile with these answers. A result that holds the plan pauses it now (P-01); any rule that did not fire at the
/// intake alerts the clinic.
pub fn answer_signs(store: &Store, who: &PatientAccess<Own>, given: &AnswerMap, moment: Moment) -> Result<Evaluation, CareError> {
    store.write(|tx| {
        let waiting = waiting_checks(tx, who, moment.today() + Days::new(1))?;
        let check = waiting.first().ok_or(StoreError::NotFound)?;
        let asked = questions_behind(&check.answers.danger);
        let given: AnswerMap = given.clone().into_iter().filter(|(id, _)| asked.contains(&id.as_str())).collect();
        let emergency = evaluate_so_far(&given).is_ok_and(|result| result.disposition == Disposition::EmergencyNow);
        if !emergency && asked.iter().any(|id| !given.contains_key(*id)) {
            return Err(CareError::refused(
                "",
                tr_later!("Answer every question. If you do not know, choose \u{201c}I\u{2019}m not sure\u{201d}"),
            ));
        }
        let before = newest_decision(tx, who)?.ok_or(StoreError::NotFound)?;
        let mut answers = before.answers.clone().into_inner();
        answers.extend(given);
        let result = evaluate(&answers).map_err(|errors| {
            let fields: Vec<String> = errors.into_iter().map(|e| e.field).collect();
            CareError::refused("", text!("Some answers are missing: {fields}", fields = fields.join(", ")))
        })?;
        let id = intake::keep_evaluation(tx, who, "weekly", &answers, &result, moment.utc)?;
        // An earlier "yes" to the same questions has its answer now as well.
        for same in waiting.iter().filter(|c| questions_behind(&c.answers.danger).iter().all(|question| asked.contains(question))) {
            reviews::set_check_evaluation(tx, who, &same.id, &id)?;
        }
        let known: Vec<&str> = before.result.rules.iter().map(|rule| rule.id.as_str()).collect();
        if result.hold_plan {
            intake::place_hold(tx, who, Some(&id), "danger_sign", false, moment.utc)?;
            let why = result.rules.first().map_or("", |rule| rule.reason.as_str());
            oversight::raise(tx, who, "P-01", AlertTo::Triage, &format!("Danger sign in a check: {why}"), moment.utc)?;
        } else if let Some(new) = result.rules.iter().find(|rule| !known.contains(&rule.id.as_str())) {
            oversight::raise(tx, who, &new.id, AlertTo::Physio, &format!("New answer in a check: {}", new.reason), moment.utc)?;
        }
        Ok(result)
    })
}
