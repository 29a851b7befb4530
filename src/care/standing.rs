//! Where a person stands in the programme: computed from the record each time, never stored, so it
//! cannot go out of date.

use super::CareError;
use super::away;
use crate::access::{MayRead, PatientAccess};
use crate::clinical::codes::Disposition;
use crate::clock::UtcTime;
use crate::store::away::Break;
use crate::store::intake::{Hold, Intake};
use crate::store::overrides::Override;
use crate::store::plans::Plan;
use crate::store::reviews::Flare;
use crate::store::{ReadTx, course, intake, overrides, plans, reviews};
use chrono::NaiveDate;

/// Why an active plan stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// A danger sign (P-01): no exercise at all is shown (13 no. 3).
    DangerSign,
    /// "Yes" to a danger-sign question whose details are still to be answered.
    Unanswered,
    /// New leg symptoms (P-02): relief, breathing and walking by comfort stay.
    LegSymptoms,
}

/// Where a person stands.
#[derive(Debug, Clone)]
pub enum Standing {
    /// The intake is not submitted.
    Intake,
    /// A clinician must record clearance before there can be a plan.
    Held(Hold),
    /// The intake is in; baseline trials or the agreement come next.
    Ready(Box<Intake>),
    /// A plan is under way.
    Active(Box<Active>),
    /// The plan has ended, after a long silence or by the physiotherapist; a new intake leads to another.
    Ended(Box<Plan>),
}

/// A plan under way.
#[derive(Debug, Clone)]
pub struct Active {
    /// The plan.
    pub plan: Plan,
    /// Set when it stands still.
    pub pause: Option<Pause>,
    /// Set while a flare is under way.
    pub flare: Option<Flare>,
    /// Set on an announced day without the plan.
    pub away: Option<Break>,
}

impl Active {
    /// Week of the plan on a date, from 1.
    pub fn week(&self, on: NaiveDate) -> i64 {
        (on - self.plan.started_on).num_days().div_euclid(7) + 1
    }
}

/// The open hold that weighs most: a danger sign before leg symptoms.
pub fn open_hold(holds: Vec<Hold>) -> Option<Hold> {
    let mut open: Vec<Hold> = holds.into_iter().filter(|hold| hold.cleared_at.is_none()).collect();
    open.sort_by_key(|hold| hold.cause == "leg_symptoms");
    open.into_iter().next()
}

/// Checks of the last weeks in which a "yes" to a danger-sign question waits for its details, newest first.
pub fn waiting_checks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Vec<reviews::WeeklyCheck>, CareError> {
    let from = on - chrono::Days::new(60);
    let waiting = |check: &reviews::WeeklyCheck| !check.answers.danger.is_empty() && check.evaluation_id.is_none();
    Ok(reviews::checks(tx, who, from, on)?.into_iter().rev().filter(waiting).collect())
}

/// Whether a "yes" to a danger-sign question still waits for its details.
pub fn unanswered_signs<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    on: NaiveDate,
) -> Result<Option<reviews::WeeklyCheck>, CareError> {
    Ok(waiting_checks(tx, who, on + chrono::Days::new(1))?.into_iter().next())
}

/// Where the person stands on a date.
pub fn standing<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Standing, CareError> {
    let hold = open_hold(intake::holds(tx, who)?);
    let plan = plans::active(tx, who)?;
    match (plan, hold) {
        (Some(plan), hold) => {
            let pause = match hold {
                Some(hold) if hold.cause == "leg_symptoms" => Some(Pause::LegSymptoms),
                Some(_) => Some(Pause::DangerSign),
                None if unanswered_signs(tx, who, on)?.is_some() => Some(Pause::Unanswered),
                None => None,
            };
            let flare = reviews::flares(tx, who)?.into_iter().find(|flare| flare.ended_on.is_none());
            let away = away::on(tx, who, &plan, on)?;
            Ok(Standing::Active(Box::new(Active { plan, pause, flare, away })))
        }
        (None, Some(hold)) => Ok(Standing::Held(hold)),
        (None, None) => Ok(match (ended(tx, who)?, intake::latest(tx, who, "submitted")?) {
            (Some(plan), _) => Standing::Ended(Box::new(plan)),
            (None, Some(submitted)) => Standing::Ready(Box::new(submitted)),
            (None, None) => Standing::Intake,
        }),
    }
}

/// The plan that ended last, while no newer intake was handed in.
pub fn ended<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Plan>, CareError> {
    let Some(plan) = course::latest(tx, who)?.filter(|plan| plan.status == "ended") else { return Ok(None) };
    let newest = intake::latest(tx, who, "submitted")?;
    Ok(newest.is_some_and(|intake| intake.id == plan.intake_id).then_some(plan))
}

/// The disposition in force: the most urgent of the latest check and intake (13 no. 1: the stricter stands). What a
/// physiotherapist judged otherwise stands for the answers that they knew.
pub fn disposition<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Disposition>, CareError> {
    let all = intake::evaluations(tx, who)?;
    let judged = judged(tx, who)?;
    let latest = |occasion: &str| {
        let found = all.iter().find(|e| e.occasion == occasion)?;
        Some(judged.filter(|(_, at)| found.at <= *at).map_or(found.result.disposition, |(decided, _)| decided))
    };
    let rules = latest("intake").max(latest("check"));
    Ok(rules.max(stricter(tx, who)?.map(|stricter| stricter.level)))
}

/// What a physiotherapist last judged against the rules, and when. A judgement that stopped the plan ends with the
/// clearance of its stop.
pub fn judged<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<(Disposition, UtcTime)>, CareError> {
    let holds = intake::holds(tx, who)?;
    let ended = |row: &Override| holds.iter().any(|hold| hold.override_id.as_ref() == Some(&row.id) && hold.cleared_at.is_some());
    let all = overrides::all(tx, who)?.into_iter().map(|(row, _)| row);
    let newest = all.into_iter().find(|row| row.kind == overrides::DISPOSITION && !ended(row));
    Ok(newest.and_then(|row| Some((row.decided.parse().ok()?, row.made_at))))
}

/// What a physiotherapist found more urgent than the rules, and nobody has cleared.
#[derive(Debug, Clone)]
pub struct Stricter {
    /// What it asks for.
    pub level: Disposition,
    /// The judgement.
    pub row: Override,
    /// Name of who judged; none where the account is closed.
    pub by: Option<String>,
}

/// The strictest open judgement of a physiotherapist that stopped the plan, unless a decision of the rules that holds
/// it too is more urgent: then that one says what to do.
pub fn stricter<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Stricter>, CareError> {
    let mut open = intake::holds(tx, who)?;
    open.retain(|hold| hold.cleared_at.is_none());
    if open.iter().all(|hold| hold.override_id.is_none()) {
        return Ok(None);
    }
    let placed = |row: &Override| open.iter().any(|hold| hold.override_id.as_ref() == Some(&row.id));
    let judged = overrides::all(tx, who)?.into_iter().filter(|(row, _)| placed(row));
    // The newest of equals comes first.
    let all = judged.filter_map(|(row, by)| Some(Stricter { level: row.decided.parse().ok()?, row, by })).rev();
    let strictest = all.max_by_key(|stricter| stricter.level);
    let behind = |id: &str| open.iter().any(|hold| hold.evaluation_id.as_deref() == Some(id));
    let rules = intake::evaluations(tx, who)?.into_iter().filter(|e| behind(&e.id)).map(|e| e.result.disposition).max();
    Ok(strictest.filter(|judged| rules.is_none_or(|rules| judged.level >= rules)))
}
