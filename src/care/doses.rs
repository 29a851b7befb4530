//! Doses that hold for a day alone or from a later day on: what a day asks for, what is still to come, and the round
//! that lets a planned dose begin. `care::desk` sets and takes them back.

use super::CareError;
use super::desk::editing::{current, keep_version};
use super::plan::{dose_text, typed};
use crate::access::{MayRead, MayWrite, PatientAccess};
use crate::clinical::codes::{AlertTo, ExerciseStep, Outcome};
use crate::clinical::plan::Prescribed;
use crate::clock::{Moment, UtcTime};
use crate::ids::UserId;
use crate::lang::{Text, dates};
use crate::store::doses::{self as stored, DayDose, PlannedDose};
use crate::store::plans::{Change, Plan, PlanItem};
use crate::store::reviews::Review;
use crate::store::{ReadTx, Store, WriteTx, intake, oversight, plans, reviews};
use chrono::{Days, NaiveDate, NaiveTime};

/// Rule of the alert that something set for later has lapsed.
pub const LAPSED: &str = "dose";

/// Dose and form of another prescription of the same exercise; all else stays as it is in the plan.
pub(super) fn with_dose(item: &Prescribed, dose: &Prescribed) -> Prescribed {
    Prescribed { dose: dose.dose.clone(), level: dose.level, ..item.clone() }
}

/// The exercises of a plan with the doses of one day: those of the day alone, else those that begin by then, else the
/// usual ones. Only for a day on which the plan runs as usual.
pub(super) fn of_day<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    items: &[PlanItem],
    on: NaiveDate,
) -> Result<Vec<Prescribed>, CareError> {
    let alone = stored::days(tx, who, plan, on)?;
    let planned = stored::planned(tx, who, plan)?;
    let dose = |item: &PlanItem| {
        let of_day = alone.iter().find(|dose| dose.item_id == item.id && dose.on_date == on).map(|dose| &dose.prescription);
        let begun = planned.iter().rev().find(|dose| dose.item_id == item.id && dose.from_on <= on).map(|dose| &dose.prescription);
        of_day.or(begun).map_or_else(|| Prescribed::clone(&item.prescription), |dose| with_dose(&item.prescription, dose))
    };
    Ok(items.iter().map(dose).collect())
}

/// A dose that is still to come.
#[derive(Debug, Clone)]
pub struct Later {
    /// The exercise of the plan.
    pub item: String,
    /// Names it when it is taken back.
    pub key: String,
    /// The day, or the first day.
    pub on: NaiveDate,
    /// For that day alone.
    pub alone: bool,
    /// The exercise with that dose.
    pub to: Prescribed,
    /// Why.
    pub reason: String,
}

/// What is set for today and later days, by date.
pub fn later<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    items: &[PlanItem],
    from: NaiveDate,
) -> Result<Vec<Later>, CareError> {
    let now = |item_id: &str| items.iter().find(|item| item.id == item_id).map(|item| Prescribed::clone(&item.prescription));
    let mut all = Vec::new();
    for dose in stored::days(tx, who, plan, from)? {
        let Some(item) = now(&dose.item_id) else { continue };
        let to = with_dose(&item, &dose.prescription);
        let key = dose.on_date.to_string();
        all.push(Later { item: dose.item_id, key, on: dose.on_date, alone: true, to, reason: dose.reason });
    }
    for dose in stored::planned(tx, who, plan)? {
        let Some(item) = now(&dose.item_id) else { continue };
        let to = with_dose(&item, &dose.prescription);
        all.push(Later { item: dose.item_id, key: dose.id, on: dose.from_on, alone: false, to, reason: dose.reason });
    }
    all.sort_by_key(|later| later.on);
    Ok(all)
}

/// What the round has to do about doses that somebody set for later.
struct Due {
    plan: Plan,
    items: Vec<PlanItem>,
    /// Their day has come, or their exercise has left the plan.
    begin: Vec<PlannedDose>,
    /// Must not begin any more.
    lapse: Vec<PlannedDose>,
    /// Must not hold on its day any more.
    lapse_days: Vec<DayDose>,
}

/// When the plan last stood still or stepped back: a hold, a flare, or a week that asked for less.
fn last_stop<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<UtcTime>, CareError> {
    let holds = intake::holds(tx, who)?.into_iter().map(|hold| hold.placed_at);
    // A flare is known by its day: the whole of that day counts.
    let flares = reviews::flares(tx, who)?.into_iter().map(|flare| (flare.started_on + Days::new(1)).and_time(NaiveTime::MIN));
    let asked_less = |review: &Review| {
        matches!(review.result.outcome, Outcome::PauseAlert | Outcome::Flare | Outcome::StepBack)
            || matches!(review.result.exercise, ExerciseStep::Ease | ExerciseStep::Flare | ExerciseStep::Frozen)
    };
    let weeks = reviews::reviews(tx, who, &plan.id)?.into_iter().filter(asked_less).map(|review| review.reviewed_at);
    Ok(holds.chain(flares).chain(weeks).max())
}

/// `None` where nothing is to do.
fn due<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<Due>, CareError> {
    let Some(plan) = plans::active(tx, who)? else { return Ok(None) };
    let (planned, days) = (stored::planned(tx, who, &plan)?, stored::days(tx, who, &plan, on)?);
    if planned.is_empty() && days.is_empty() {
        return Ok(None);
    }
    let items = plans::items(tx, who, &plan)?;
    let stop = last_stop(tx, who, &plan)?;
    // SAFETY(patient): what asks for more was decided before the plan had to stop or step back, so it needs a new look.
    let stale = |item: &str, to: &Prescribed, made_at: UtcTime| {
        let more = items.iter().any(|now| now.id == item && to.asks_more_than(&now.prescription));
        more && stop.is_some_and(|stop| stop > made_at)
    };
    let (lapse, open): (Vec<_>, Vec<_>) = planned.into_iter().partition(|dose| stale(&dose.item_id, &dose.prescription, dose.made_at));
    let begin: Vec<_> = open.into_iter().filter(|dose| dose.from_on <= on).collect();
    let lapse_days: Vec<_> = days.into_iter().filter(|dose| stale(&dose.item_id, &dose.prescription, dose.made_at)).collect();
    let nothing = begin.is_empty() && lapse.is_empty() && lapse_days.is_empty();
    Ok((!nothing).then_some(Due { plan, items, begin, lapse, lapse_days }))
}

/// Lets planned doses begin whose day has come, each once and with its line of the ledger, as the decision of whoever
/// planned it. One whose exercise has left the plan lapses, and so does whatever asks for more and was set before the
/// plan stopped or stepped back: the person reads it, and the clinic is told.
pub(super) fn settle_due<M: MayWrite>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<(), CareError> {
    let on = moment.today();
    if store.read(|tx| due(tx, who, on))?.is_none() {
        return Ok(());
    }
    store.write(|tx| {
        let Some(due) = due(tx, who, on)? else { return Ok(()) };
        for dose in &due.lapse {
            stored::settle(tx, who, dose, moment.utc)?;
            let after = text!("Not begun: what was planned from {day} on", day = dates::day(dose.from_on));
            lapsed(tx, who, &due, (&dose.item_id, after), moment)?;
        }
        for dose in &due.lapse_days {
            let Some(item) = due.items.iter().find(|item| item.id == dose.item_id) else { continue };
            stored::drop_day(tx, who, item, dose.on_date)?;
            let after = text!("Not done: what was set for {day} alone", day = dates::day(dose.on_date));
            lapsed(tx, who, &due, (&dose.item_id, after), moment)?;
        }
        for dose in &due.begin {
            begin(tx, who, &due.plan, dose, moment)?;
        }
        Ok(())
    })
}

/// Says that something set for later lapsed: a line of the ledger, and one alert until somebody looked.
fn lapsed<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    due: &Due,
    (item, after): (&str, Text),
    moment: Moment,
) -> Result<(), CareError> {
    let subject = due.items.iter().find(|now| now.id == item).map_or_else(String::new, |now| now.prescription.title().to_owned());
    let told = format!("A larger dose of {subject} that was set for later has lapsed, because the plan has stopped or stepped back since.");
    let change = Change {
        at: moment.utc,
        effective_on: moment.today(),
        by: None,
        rule: "5.2".to_owned(),
        subject,
        before: text!(""),
        after,
        reason: text!("Since it was set, your plan has paused or stepped back. Your physiotherapist looks at it anew first."),
    };
    plans::note_change(tx, who, &due.plan, &change)?;
    oversight::raise(tx, who, LAPSED, AlertTo::Physio, &told, moment.utc)?;
    Ok(oversight::note(tx, None, Some(who.patient()), "dose set for later lapsed", moment.utc)?)
}

fn begin<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, dose: &PlannedDose, moment: Moment) -> Result<(), CareError> {
    stored::settle(tx, who, dose, moment.utc)?;
    // Read anew: another dose of the same exercise may just have begun.
    let Some(item) = plans::items(tx, who, plan)?.into_iter().find(|item| item.id == dose.item_id) else { return Ok(()) };
    let to = with_dose(&item.prescription, &dose.prescription);
    if to == *item.prescription {
        return Ok(());
    }
    let before = current(tx, who, plan)?;
    plans::set_prescription(tx, who, &item, &to)?;
    let change = Change {
        at: moment.utc,
        effective_on: dose.from_on,
        by: None,
        rule: "physio".to_owned(),
        subject: to.title().to_owned(),
        before: dose_text(&item.prescription),
        after: dose_text(&to),
        reason: typed(&dose.reason),
    };
    stored::note_begun(tx, who, plan, &change, dose)?;
    let author = dose.made_by.as_deref().map(UserId::from_text);
    keep_version(tx, who, plan, &before, (author.as_ref(), &dose.reason), moment.utc)?;
    Ok(oversight::note(tx, None, Some(who.patient()), "planned dose began", moment.utc)?)
}
