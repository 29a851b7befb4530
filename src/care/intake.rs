//! The intake: answers kept as they come, judged as they come for emergencies, and decided whole.

use super::CareError;
use super::standing::ended;
use crate::access::{MayRecord, MayWrite, Own, PatientAccess};
use crate::clinical::codes::{AlertTo, Disposition};
use crate::clinical::intake::{AnswerError, AnswerMap, Evaluation, changed_after_hold, evaluate, evaluate_so_far};
use crate::clinical::journal::mean;
use crate::clock::{Moment, UtcTime};
use crate::store::intake::{Intake, Wishes};
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, intake, oversight};
use chrono::Duration;

/// Within this time an urgent result cannot be undone by answering "no" (3.5).
const URGENT_STANDS: Duration = Duration::days(14);

/// The draft of the intake; begun now when there is none. After a submitted intake a new draft
/// starts from its answers.
pub fn draft<M: MayRecord>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<Intake, CareError> {
    let found = store.read(|tx| Ok::<_, CareError>((intake::latest(tx, who, "draft")?, ended(tx, who)?)))?;
    if let (Some(found), None) = found {
        return Ok(found);
    }
    store.write(|tx| draft_in(tx, who, moment))
}

/// Answers that still hold after a plan has ended; everything about health and pain is asked anew (4.2 no. 9).
const LASTING: [&str; 3] = ["sex", "onset_age", "first_ever"];

fn draft_in<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, moment: Moment) -> Result<Intake, CareError> {
    let ended = ended(tx, who)?;
    let old = |draft: &Intake| ended.as_ref().and_then(|plan| plan.ended_on).is_some_and(|end| draft.updated_at.date() < end);
    if let Some(mut found) = intake::latest(tx, who, "draft")? {
        if old(&found) {
            let kept = found.answers.clone().into_inner().into_iter().filter(|(id, _)| LASTING.contains(&id.as_str())).collect();
            found.answers = Json::new(kept);
            found.updated_at = moment.utc;
            intake::save(tx, who, &found)?;
        }
        return Ok(found);
    }
    let (mut answers, wishes) = match intake::latest(tx, who, "submitted")? {
        Some(before) => (before.answers.into_inner(), before.wishes.into_inner()),
        None => (AnswerMap::new(), Wishes::default()),
    };
    if ended.is_some() {
        answers.retain(|id, _| LASTING.contains(&id.as_str()));
    }
    Ok(intake::begin(tx, who, answers, wishes, moment.utc)?)
}

/// Takes the answers of the suitability check over into a new account, with its decision; a hold it
/// led to is placed at once.
pub fn adopt_check(store: &Store, who: &PatientAccess<Own>, answers: &AnswerMap, moment: Moment) -> Result<(), CareError> {
    let Ok(result) = evaluate_so_far(answers) else { return Ok(()) };
    store.write(|tx| {
        // A record that was begun in the room may have a draft already: the check's answers join it.
        let mut draft = draft_in(tx, who, moment)?;
        let mut all = draft.answers.clone().into_inner();
        all.extend(answers.clone());
        draft.answers = Json::new(all);
        draft.updated_at = moment.utc;
        intake::save(tx, who, &draft)?;
        decide(tx, who, "check", answers, &result, moment)
    })
}

/// Keeps a decision and does what it demands: hold, mark of changed answers, alert.
fn decide<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    occasion: &str,
    answers: &AnswerMap,
    result: &Evaluation,
    moment: Moment,
) -> Result<(), CareError> {
    let earlier = intake::evaluations(tx, who)?;
    // What a clinician has cleared since is settled: an answer that says so is no change of mind.
    let cleared = intake::holds(tx, who)?.iter().filter_map(|hold| hold.cleared_at).max();
    let stands = |at: UtcTime| moment.utc - at <= URGENT_STANDS && cleared.is_none_or(|cleared| at > cleared);
    let urgent = earlier.iter().find(|e| e.result.disposition >= Disposition::SameDay && stands(e.at));
    let answers_changed = urgent.is_some_and(|e| changed_after_hold(&e.answers, answers));
    let id = intake::keep_evaluation(tx, who, occasion, answers, result, moment.utc)?;
    if result.hold_plan || answers_changed {
        intake::place_hold(tx, who, Some(&id), "disposition", answers_changed, moment.utc)?;
    }
    if answers_changed {
        let reason = "Answers about danger signs were changed to \u{201c}no\u{201d} within 14 days of an urgent result. The hold stays until you record clearance.";
        oversight::raise(tx, who, "3.5", AlertTo::Triage, reason, moment.utc)?;
    }
    alert_for(tx, who, result, moment)
}

/// Raises the alert a decision calls for: its most urgent rule, in words.
pub(super) fn alert_for<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    result: &Evaluation,
    moment: Moment,
) -> Result<(), CareError> {
    if let Some(first) = result.rules.first() {
        let to = if result.hold_plan { AlertTo::Triage } else { AlertTo::Physio };
        oversight::raise(tx, who, &first.id, to, &first.reason, moment.utc)?;
    }
    Ok(())
}

/// What saving a page of answers led to.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// Go on with the form.
    GoOn,
    /// The form ends here, on the care-card page (3.2).
    Emergency,
}

/// Saves answers into the draft. An emergency answer ends the form at once: what was given is kept,
/// the plan is locked and the clinic told.
pub fn save_answers<M: MayRecord>(store: &Store, who: &PatientAccess<M>, given: &AnswerMap, moment: Moment) -> Result<Saved, CareError> {
    store.write(|tx| {
        let mut draft = draft_in(tx, who, moment)?;
        let mut answers = draft.answers.clone().into_inner();
        answers.extend(given.clone());
        draft.answers = Json::new(answers);
        draft.updated_at = moment.utc;
        intake::save(tx, who, &draft)?;
        match evaluate_so_far(&draft.answers) {
            Ok(result) if result.disposition == Disposition::EmergencyNow => {
                decide(tx, who, "intake", &draft.answers, &result, moment)?;
                Ok(Saved::Emergency)
            }
            _ => Ok(Saved::GoOn),
        }
    })
}

/// Saves goals and practical matters into the draft.
pub fn save_wishes<M: MayRecord>(
    store: &Store,
    who: &PatientAccess<M>,
    change: impl Fn(&mut Wishes),
    moment: Moment,
) -> Result<(), CareError> {
    store.write(|tx| {
        let mut draft = draft_in(tx, who, moment)?;
        let mut wishes = draft.wishes.clone().into_inner();
        change(&mut wishes);
        draft.wishes = Json::new(wishes);
        draft.updated_at = moment.utc;
        Ok(intake::save(tx, who, &draft)?)
    })
}

/// Why an intake cannot be submitted yet.
#[derive(Debug)]
pub enum Unready {
    /// Answers that are missing or do not fit.
    Answers(Vec<AnswerError>),
    /// A part of the goals or practical matters is missing: its name.
    Wishes(&'static str),
}

/// The parts of goals and practical matters without which no plan can be made, in page order.
pub fn missing_wish(wishes: &Wishes, pregnant: bool) -> Option<&'static str> {
    let gaps = [
        ("activities", wishes.activities.is_empty()),
        ("quota", wishes.quota.is_none() || wishes.goal.is_none() || wishes.goal_on.is_none()),
        ("practical", wishes.floor.is_none() || wishes.equipment.is_none() || wishes.prone.is_none()),
        ("days", wishes.days.as_ref().is_none_or(Vec::is_empty)),
        ("pregnancy", pregnant && wishes.pregnancy_week.is_none()),
    ];
    gaps.into_iter().find(|(_, gap)| *gap).map(|(name, _)| name)
}

/// Submits the draft: decides, holds or alerts as the rules say, and keeps the first measures.
pub fn submit<M: MayRecord>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<Result<Evaluation, Unready>, CareError> {
    store.write(|tx| {
        let mut draft = intake::latest(tx, who, "draft")?.ok_or(StoreError::NotFound)?;
        let result = match evaluate(&draft.answers) {
            Ok(result) => result,
            Err(errors) => return Ok(Err(Unready::Answers(errors))),
        };
        let pregnant = draft.answers.get("preg").and_then(|v| v.as_str()) == Some("yes");
        if let Some(part) = missing_wish(&draft.wishes, pregnant) {
            return Ok(Err(Unready::Wishes(part)));
        }
        draft.submitted_at = Some(moment.utc);
        draft.updated_at = moment.utc;
        intake::save(tx, who, &draft)?;
        decide(tx, who, "intake", &draft.answers, &result, moment)?;
        first_measures(tx, who, &draft, moment)?;
        oversight::note(tx, who.by(), Some(who.patient()), "intake submitted", moment.utc)?;
        Ok(Ok(result))
    })
}

fn first_measures<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, draft: &Intake, moment: Moment) -> Result<(), CareError> {
    let number = |id: &str| draft.answers.get(id).and_then(serde_json::Value::as_f64);
    let today = moment.today();
    let mut keep = |instrument: &str, score: Option<f64>, items: serde_json::Value| match score {
        Some(score) => intake::keep_measure(tx, who, instrument, today, score, items, moment.utc),
        None => Ok(()),
    };
    let items_of =
        |prefix: &str| draft.answers.iter().filter(|(id, _)| id.starts_with(prefix)).map(|(k, v)| (k.clone(), v.clone())).collect();
    keep("nprs", number("nprs_avg"), serde_json::Value::Object(items_of("nprs_")))?;
    keep("rmdq", number("rmdq"), serde_json::Value::Object(items_of("rmdq_")))?;
    let phq4 = number("gad2").zip(number("phq2")).map(|(a, b)| a + b);
    keep("phq4", phq4, serde_json::json!({"gad2": number("gad2"), "phq2": number("phq2")}))?;
    let scores: Vec<f64> = draft.wishes.activities.iter().map(|(_, score)| f64::from(*score)).collect();
    keep("psfs", mean(&scores), serde_json::json!(draft.wishes.activities))?;
    Ok(())
}

/// The newest whole decision about a person, made at the intake.
pub fn newest_decision<M: crate::access::MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
) -> Result<Option<intake::StoredEvaluation>, CareError> {
    Ok(intake::evaluations(tx, who)?.into_iter().find(|e| e.occasion == "intake"))
}
