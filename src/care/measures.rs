//! Measures that are due (specification 6): what waits, its answer, and "not now". The weekly check asks for safety
//! and the own activities and leads on to these; there is no other place that asks.

use super::CareError;
use super::standing::Active;
use crate::access::{MayRead, MayRecord, Own, PatientAccess};
use crate::clinical::codes::AlertTo;
use crate::clinical::instruments::{due_on, licensed, put_off};
use crate::clinical::intake::{AnswerMap, FiredRule, evaluate_so_far};
use crate::clock::Moment;
use crate::store::plans::Plan;
use crate::store::{ReadTx, Store, StoreError, WriteTx, agreement, intake, oversight, plans, reviews};
use chrono::{Days, NaiveDate};
use serde_json::Value;

/// In the order in which they are asked: daily life, the change as a whole, mood last.
pub const ASKED: [&str; 3] = ["rmdq", "pgic", "phq4"];
/// Days for which what an answer calls for is shown.
const SUPPORT_DAYS: u64 = 7;

/// A measure that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Its id in the register.
    pub id: &'static str,
    /// The week of the plan it belongs to.
    pub week: i64,
}

/// Everything that is due on a day, whether it was put off or not.
pub fn due<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, started: NaiveDate, on: NaiveDate) -> Result<Vec<Due>, CareError> {
    let mut found = Vec::new();
    for id in ASKED {
        let last = intake::measures(tx, who, id)?.last().map(|m| m.on_date);
        found.extend(due_on(id, started, on, last).map(|week| Due { id, week }));
    }
    Ok(found)
}

/// What waits to be asked on a day: everything due, unless it was put off. Nothing while the plan stands still or on
/// an announced day.
pub fn waiting<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, on: NaiveDate) -> Result<Vec<Due>, CareError> {
    if active.pause.is_some() || active.away.is_some() || put_off(agreement::delayed_on(tx, who)?, on) {
        return Ok(Vec::new());
    }
    due(tx, who, active.plan.started_on, on)
}

/// Whether this week's check is answered: what else is due follows it.
pub fn checked_this_week<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, on: NaiveDate) -> Result<bool, CareError> {
    let into = (on - plan.started_on).num_days().rem_euclid(7);
    let checks = reviews::checks(tx, who, on - Days::new(into.unsigned_abs()), on)?;
    Ok(checks.iter().any(|check| !check.token.contains(' ')))
}

/// "Not now": nothing is asked for some days.
pub fn later(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        if agreement::delayed_on(tx, who)? == Some(moment.today()) {
            return Ok(());
        }
        Ok(agreement::delay(tx, who, moment.today(), moment.utc)?)
    })
}

/// The answer to a measure.
#[derive(Debug, Clone)]
pub enum Answer {
    /// RMDQ statements ticked.
    Rmdq(Vec<String>),
    /// Global impression of change, 1 (very much worse) to 7 (very much better).
    Pgic(u8),
    /// The two items about worry, then the two about low mood, 0 to 3 each.
    Phq4([u8; 4]),
}

impl Answer {
    /// Its id in the register.
    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Rmdq(_) => "rmdq",
            Self::Pgic(_) => "pgic",
            Self::Phq4(_) => "phq4",
        }
    }

    /// Score and single answers as they are stored.
    pub(super) fn scored(&self) -> (u32, Value) {
        match self {
            Self::Rmdq(ticked) => (u32::try_from(ticked.len()).unwrap_or(24), serde_json::json!(ticked)),
            Self::Pgic(answer) => (u32::from(*answer), serde_json::json!(answer)),
            Self::Phq4([a, b, c, d]) => (u32::from(a + b + c + d), serde_json::json!({"gad2": a + b, "phq2": c + d})),
        }
    }
}

/// Keeps the answer to a measure that is due; `false` when it was answered before, and then nothing changes.
pub fn answer(store: &Store, who: &PatientAccess<Own>, given: &Answer, moment: Moment) -> Result<bool, CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        if !due(tx, who, plan.started_on, moment.today())?.iter().any(|due| due.id == given.id()) {
            return Ok(false);
        }
        keep(tx, who, given, moment.today(), moment)?;
        Ok(true)
    })
}

/// Keeps the answer of a day. A score that calls for a person reaches one (R85, R86). What may not be asked is not kept.
pub(super) fn keep<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    given: &Answer,
    on: NaiveDate,
    moment: Moment,
) -> Result<(), CareError> {
    if licensed(given.id()).is_err() {
        return Ok(());
    }
    let (score, items) = given.scored();
    intake::keep_measure(tx, who, given.id(), on, f64::from(score), items, moment.utc)?;
    if let Answer::Phq4([a, b, c, d]) = given
        && let Some(rule) = mood_rule(a + b, c + d)
    {
        oversight::raise(tx, who, &rule.id, AlertTo::Physio, &format!("New answer in a check: {}", rule.reason), moment.utc)?;
    }
    Ok(())
}

/// The rule that scores of worry and low mood call for.
fn mood_rule(gad2: u8, phq2: u8) -> Option<FiredRule> {
    let answers: AnswerMap = [("gad2", gad2), ("phq2", phq2)].map(|(id, score)| (id.to_owned(), score.into())).into_iter().collect();
    evaluate_so_far(&answers).ok().and_then(|result| result.rules.into_iter().next())
}

/// The rule that the last answers about mood called for, while they are fresh.
pub fn support<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<FiredRule>, CareError> {
    let Some(last) = intake::measures(tx, who, "phq4")?.pop().filter(|m| m.on_date + Days::new(SUPPORT_DAYS) > on) else {
        return Ok(None);
    };
    let part = |id: &str| last.items.get(id).and_then(Value::as_f64).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scores of 0 to 6")]
    let score = |id: &str| part(id).clamp(0.0, 6.0) as u8;
    Ok(mood_rule(score("gad2"), score("phq2")))
}
