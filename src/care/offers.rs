//! What a plan under way offers and leaves to the person: measuring anew when it has become light (4.2 no. 8),
//! fewer days when it has been too much (P-06E, P-06Q), and the way back. `clinical::course` decides what is
//! offered; what was answered is kept, and an offer is made once.

use super::CareError;
use super::baseline::{TRIALS_WITHIN_DAYS, start_share, weeks_until};
use super::course::{EXERCISE_DAYS, Ledger};
use super::facts::Week;
use super::review::{quota_name, quota_words};
use super::standing::{Active, Standing, standing};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::advice::advice;
use crate::clinical::codes::Outcome;
use crate::clinical::course::{
    NewBaseline, OFFER_DAYS, new_baseline, offers_new_baseline, offers_smaller_plan, smaller_days, smaller_quota_days,
};
use crate::clinical::quota::QuotaInput;
use crate::clock::Moment;
use crate::ids;
use crate::lang::Text;
use crate::store::course::{self, OfferAnswer};
use crate::store::plans::{Plan, PlanQuota, Smaller};
use crate::store::reviews::Review;
use crate::store::trials::Trial;
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, away, intake, oversight, patient_rules, plans, reviews, trials};
use chrono::{Days, NaiveDate};

const BASELINE: &str = "baseline";
const SMALLER: &str = "smaller";
const FULL: &str = "full";
/// Weeks in a row, as agreed, after which the days before are offered again.
const WEEKS_BACK: usize = 2;

/// What stands on offer on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// Measuring anew, since this day.
    pub baseline: Option<NaiveDate>,
    /// A plan of fewer days.
    pub smaller: bool,
    /// The days as they were before the smaller plan.
    pub full: bool,
}

/// First day after the week that was reviewed.
fn after(plan: &Plan, review: &Review) -> NaiveDate {
    Week::of(plan.started_on, u32::try_from(review.week).unwrap_or(1)).to + Days::new(1)
}

/// What the plan offers on a day. Nothing while it stands still, in a flare, or when it only keeps what was gained.
pub fn offers<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, on: NaiveDate) -> Result<Offers, CareError> {
    let plan = &active.plan;
    if active.pause.is_some() || active.flare.is_some() || active.away.is_some() || plan.maintenance.is_some() {
        return Ok(Offers::default());
    }
    let (reviewed, answers) = (reviews::reviews(tx, who, &plan.id)?, course::answers(tx, who, plan)?);
    let quotas = plans::quotas(tx, who, plan)?;
    let open = |offer: &str, since: NaiveDate, days: u64| {
        on >= since && on < since + Days::new(days) && !answers.iter().any(|a| a.offer == offer && a.on_date >= since)
    };
    // A week since then that stepped back, paused or flared has answered the question.
    let going = |r: &&Review| matches!(r.result.outcome, Outcome::Progress | Outcome::Hold);
    let light = reviewed.iter().rev().take_while(going).find(|r| offers_new_baseline(&r.facts, &r.result)).map(|r| after(plan, r));
    let last = reviewed.last().map(|r| (after(plan, r), r));
    let much = last.is_some_and(|(since, r)| offers_smaller_plan(&r.facts, &r.result) && open(SMALLER, since, 7));
    let as_agreed = |r: &&Review| !r.result.rules.iter().any(|rule| rule.starts_with("P-06") || rule == "P-04");
    let back = plan.smaller.as_ref().is_some_and(|smaller| {
        let since: Vec<&Review> = reviewed.iter().filter(|r| after(plan, r) >= smaller.since + Days::new(7)).collect();
        since.len() >= WEEKS_BACK
            && since.iter().rev().take(WEEKS_BACK).all(as_agreed)
            && last.is_some_and(|(since, _)| open(FULL, since, 7))
    });
    Ok(Offers {
        baseline: light.filter(|since| open(BASELINE, *since, OFFER_DAYS) && measured(&quotas).is_some()),
        smaller: much && plan.smaller.is_none() && size(plan, &quotas).is_some(),
        full: back,
    })
}

/// The quota that is measured anew: one whose goal is not reached yet.
fn measured(quotas: &[PlanQuota]) -> Option<&PlanQuota> {
    quotas.iter().find(|quota| !quota.at_goal())
}

/// A new baseline in the making.
#[derive(Debug, Clone)]
pub struct Measuring {
    /// The quota as it stands.
    pub quota: PlanQuota,
    /// First day whose tries count.
    pub since: NaiveDate,
    /// Tries so far.
    pub trials: Vec<Trial>,
    /// What they lead to.
    pub outcome: NewBaseline,
    /// When the goal would be reached by a new schedule.
    pub goal_on: Option<NaiveDate>,
}

/// Where measuring anew stands; `None` when it is not on offer.
pub fn measuring<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    active: &Active,
    on: NaiveDate,
) -> Result<Option<Measuring>, CareError> {
    let Some(offered) = offers(tx, who, active, on)?.baseline else { return Ok(None) };
    let quotas = plans::quotas(tx, who, &active.plan)?;
    let Some(quota) = measured(&quotas).cloned() else { return Ok(None) };
    let submitted = intake::latest(tx, who, "submitted")?.ok_or(StoreError::NotFound)?;
    let since = offered.max(on - Days::new(TRIALS_WITHIN_DAYS - 1));
    let trials = trials::trials(tx, who, quota.activity.0, since)?;
    let amounts: Vec<f64> = trials.iter().map(|t| t.amount).collect();
    let share = start_share(&submitted, &amounts).unwrap_or(quota.inputs.factor);
    let weeks = submitted.wishes.goal_on.map_or(quota.inputs.weeks, |goal| weeks_until(on, goal));
    let most_percent = patient_rules::timeline(tx, who)?.thresholds_on(on).quota_step();
    let inputs = QuotaInput { most_percent, ..QuotaInput::clone(&quota.inputs) };
    let outcome = new_baseline(&amounts, &inputs, quota.today(), share, weeks);
    let goal_on = match &outcome {
        NewBaseline::New(new) => Some(on + Days::new(7 * u64::from(new.1.weeks.saturating_sub(1)))),
        _ => None,
    };
    Ok(Some(Measuring { quota, since, trials, outcome, goal_on }))
}

fn running(tx: &mut ReadTx, who: &PatientAccess<Own>, on: NaiveDate) -> Result<Box<Active>, CareError> {
    match standing(tx, who, on)? {
        Standing::Active(active) => Ok(active),
        _ => Err(StoreError::NotFound.into()),
    }
}

fn answer(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    plan: &Plan,
    (offer, taken, reason): (&str, bool, &str),
    moment: Moment,
) -> Result<(), CareError> {
    let row = OfferAnswer {
        id: ids::fresh(),
        plan_id: plan.id.clone(),
        offer: offer.to_owned(),
        taken,
        reason: reason.to_owned(),
        on_date: moment.today(),
        answered_at: moment.utc,
    };
    course::keep_answer(tx, who, plan, &row)?;
    let what = if taken { "took an offer of the plan" } else { "kept the plan as it was" };
    Ok(oversight::note(tx, who.by(), Some(who.patient()), what, moment.utc)?)
}

fn ledger(plan: &Plan, moment: Moment) -> Ledger<'_> {
    Ledger { plan, on: moment.today(), rules: "patient".to_owned(), why: text!(""), at: moment.utc }
}

/// What is no longer on offer is not decided a second time.
fn past() -> CareError {
    CareError::refused("", tr_later!("This is not on offer any more. Your plan shows what holds now"))
}

/// Takes the schedule that new tries lead to, or keeps the present one.
pub fn settle_baseline(store: &Store, who: &PatientAccess<Own>, take: bool, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let active = running(tx, who, moment.today())?;
        let measuring = measuring(tx, who, &active, moment.today())?.ok_or_else(past)?;
        answer(tx, who, &active.plan, (BASELINE, take, ""), moment)?;
        if !take {
            return Ok(());
        }
        let (NewBaseline::New(new), Some(goal_on)) = (measuring.outcome, measuring.goal_on) else {
            return Err(CareError::refused("", tr_later!("There is no new schedule to take yet")));
        };
        let (inputs, schedule) = *new;
        let quota = measuring.quota;
        let fresh = PlanQuota {
            inputs: Json::new(inputs),
            schedule: Json::new(schedule),
            step_index: 0,
            scheduled_on: Some(moment.today()),
            goal_on,
            ..quota.clone()
        };
        course::reschedule(tx, who, &fresh)?;
        let words = (quota_words(&quota), quota_words(&fresh));
        let why = text!("You measured anew: more has become possible, and the steps follow from that.");
        ledger(&active.plan, moment).write(tx, who, quota_name(&quota), words, why)
    })
}

/// A plan of fewer days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// Exercise days, 0 = Monday.
    pub days: Vec<u8>,
    /// Days a week of each quota, by its identity.
    pub quota_days: Vec<(String, i32)>,
}

/// The smaller size of a plan; `None` when it cannot become smaller.
pub fn size(plan: &Plan, quotas: &[PlanQuota]) -> Option<Size> {
    let fewer = |quota: &PlanQuota| {
        let days = u32::try_from(quota.days_per_week).unwrap_or(0);
        (quota.id.clone(), i32::try_from(smaller_quota_days(days)).unwrap_or(quota.days_per_week))
    };
    let size = Size { days: smaller_days(&plan.training_days), quota_days: quotas.iter().map(fewer).collect() };
    let shrinks = size.days.len() < plan.training_days.len()
        || size.quota_days.iter().zip(quotas).any(|((_, days), quota)| *days < quota.days_per_week);
    shrinks.then_some(size)
}

fn days_words(days: usize) -> Text {
    if days == 1 { text!("1 day a week") } else { text!("{n} days a week", n = days) }
}

fn resize(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    plan: &Plan,
    to: &Size,
    (smaller, why): (Option<Smaller>, Text),
    moment: Moment,
) -> Result<(), CareError> {
    course::set_size(tx, who, plan, &to.days, smaller)?;
    away::set_days(tx, who, plan, (moment.today(), &to.days), moment.utc)?;
    let ledger = ledger(plan, moment);
    if to.days.len() != plan.training_days.len() {
        let words = (days_words(plan.training_days.len()), days_words(to.days.len()));
        ledger.write(tx, who, EXERCISE_DAYS, words, why.clone())?;
    }
    for quota in plans::quotas(tx, who, plan)? {
        let Some((_, days)) = to.quota_days.iter().find(|(id, days)| *id == quota.id && *days != quota.days_per_week) else { continue };
        let words = |days: i32| days_words(usize::try_from(days).unwrap_or(0));
        let line = (words(quota.days_per_week), words(*days));
        course::reschedule(tx, who, &PlanQuota { days_per_week: *days, ..quota.clone() })?;
        ledger.write(tx, who, quota_name(&quota), line, why.clone())?;
    }
    Ok(())
}

/// The answer to the offer of a smaller plan, with what got in the way (a key of the reasons, or empty).
pub fn settle_smaller(store: &Store, who: &PatientAccess<Own>, take: bool, reason: &str, moment: Moment) -> Result<(), CareError> {
    if !reason.is_empty() && advice().reason(reason).is_none() {
        return Err(CareError::refused("reason", tr_later!("Choose one of the answers, or leave it out")));
    }
    store.write(|tx| {
        let active = running(tx, who, moment.today())?;
        let plan = &active.plan;
        let quotas = plans::quotas(tx, who, plan)?;
        let size = size(plan, &quotas).filter(|_| plan.smaller.is_none());
        let size = if offers(tx, who, &active, moment.today())?.smaller { size } else { None }.ok_or_else(past)?;
        answer(tx, who, plan, (SMALLER, take, reason), moment)?;
        if !take {
            return Ok(());
        }
        let before = Smaller {
            since: moment.today(),
            days_before: plan.training_days.to_vec(),
            quota_days_before: quotas.iter().map(|quota| (quota.id.clone(), quota.days_per_week)).collect(),
        };
        let why = text!("You chose fewer days after two weeks in which less was done than planned. The amounts of a day stay.");
        resize(tx, who, plan, &size, (Some(before), why), moment)
    })
}

/// Back to the days before the smaller plan, or not yet.
pub fn settle_full(store: &Store, who: &PatientAccess<Own>, take: bool, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let active = running(tx, who, moment.today())?;
        let smaller = active.plan.smaller.clone().ok_or_else(past)?.into_inner();
        if active.plan.maintenance.is_some() {
            return Err(past());
        }
        answer(tx, who, &active.plan, (FULL, take, ""), moment)?;
        if !take {
            return Ok(());
        }
        let size = Size { days: smaller.days_before, quota_days: smaller.quota_days_before };
        resize(tx, who, &active.plan, &size, (None, text!("You went back to the days of before.")), moment)
    })
}

/// What somebody said last that gets in the way of the plan: the day, and the key of the reason.
pub fn last_reason<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<(NaiveDate, String)>, CareError> {
    let answers = course::answers(tx, who, plan)?;
    Ok(answers.into_iter().rev().find(|a| !a.reason.is_empty()).map(|a| (a.on_date, a.reason)))
}
