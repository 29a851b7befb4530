//! Daily goals as a physiotherapist changes them: one made anew from the amounts now, another beside it, one less.

use super::drafting::refused;
use crate::care::CareError;
use crate::care::baseline::{start_share, unit};
use crate::clinical::codes::Activity;
use crate::clinical::exercise::library;
use crate::clinical::plan::{MAX_ITEMS, PlanFacts, Prescribed, Shape, ShapedQuota, quota_item, reasons};
use crate::clinical::quota::{Baseline, QuotaError, QuotaInput, baseline, schedule};
use crate::store::intake::Intake;
use chrono::NaiveDate;

/// Tries that the amount to start from stands for, where nobody measured anew.
const TRIES: usize = 3;
/// Most daily goals of a plan (4.2 no. 1: one or two).
pub const MAX_GOALS: usize = 2;
/// What is said to taking the last one out.
pub const ONE_GOAL: &str = "A plan has at least one daily goal: what the patient does each day is measured by it. Add another one first";
/// Share of the mean to start with where an intake says nothing (3.7: the lower of the two).
const LOWER_SHARE: f64 = 0.7;
/// Longest way to a goal, weeks.
pub const MAX_WEEKS: i64 = 52;

/// What is typed of a daily goal; amounts in its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAmounts {
    /// Baseline tries; those of the present schedule when nobody measured anew.
    pub trials: Vec<f64>,
    /// Amount of the first week.
    pub start: f64,
    /// The goal.
    pub goal: f64,
    /// Weeks until it is reached, 1 to [`MAX_WEEKS`].
    pub weeks: u32,
    /// Days a week, 1 to 7.
    pub days: i32,
}

impl NewAmounts {
    /// What stands there now.
    pub fn of(quota: &ShapedQuota) -> Self {
        Self {
            trials: quota.input.trials.clone(),
            start: quota.amount(),
            goal: quota.input.goal,
            weeks: u32::try_from(quota.weeks_left()).unwrap_or(1).max(1),
            days: quota.days_per_week,
        }
    }
}

/// Weeks from a day until a date, at least one.
pub fn weeks_until(today: NaiveDate, date: NaiveDate) -> i64 {
    (date - today).num_days().div_euclid(7).max(1)
}

/// The goal with these amounts. Where only the days differ the schedule stays. Else it is made anew: from new tries, or
/// from the amount to start from, which then stands for what can be done now. `most_percent`: the largest weekly step.
///
/// # Errors
/// `Refused` beside the field that does not fit.
pub fn remade(now: &ShapedQuota, new: &NewAmounts, most_percent: u8) -> Result<ShapedQuota, CareError> {
    if (NewAmounts { days: now.days_per_week, ..new.clone() }) == NewAmounts::of(now) {
        return Ok(ShapedQuota { days_per_week: new.days, ..now.clone() });
    }
    let (trials, factor) = if new.trials == now.input.trials {
        (vec![new.start; TRIES], 1.0)
    } else {
        let mean = match baseline(&new.trials) {
            Baseline::Mean(mean) => mean,
            Baseline::NeedMore(more) => {
                return Err(refused("trials", format!("The tries are too few or too different. {more} more are needed")));
            }
        };
        // The start of the old schedule says nothing about new tries.
        let share = if (new.start - now.amount()).abs() < f64::EPSILON { now.input.factor } else { new.start / mean };
        if share > 1.0 {
            return Err(refused("start", "Start at most with the mean of the tries"));
        }
        (new.trials.clone(), share)
    };
    let input = QuotaInput { trials, factor, goal: new.goal, weeks: new.weeks + 1, unit: now.unit, most_percent };
    scheduled(now.activity, input, new.days)
}

/// The goal that a schedule makes of its input.
fn scheduled(activity: Activity, input: QuotaInput, days: i32) -> Result<ShapedQuota, CareError> {
    let made = schedule(&input).map_err(|why| match why {
        QuotaError::NeedMore(more) => refused("trials", format!("{more} more tries are needed")),
        QuotaError::Invalid(errors) => {
            let field = match errors.first().map(|error| error.field.as_str()) {
                Some("trials") => "trials",
                Some("factor") => "start",
                Some("weeks") => "weeks",
                _ => "goal",
            };
            refused(field, errors.first().map(|error| error.message.to_string()).unwrap_or_default())
        }
    })?;
    Ok(ShapedQuota { activity, unit: input.unit, days_per_week: days, input, schedule: made, step_index: 0 })
}

/// Another daily goal as it is typed; amounts in the unit of its activity.
#[derive(Debug, Clone, PartialEq)]
pub struct NewGoal {
    /// What it is about.
    pub activity: Activity,
    /// Baseline tries; none where only the amount to start from is known.
    pub trials: Vec<f64>,
    /// Amount of the first week; none: the share of the tries that the rules say.
    pub start: Option<f64>,
    /// The goal.
    pub goal: f64,
    /// Weeks until it is reached, 1 to [`MAX_WEEKS`].
    pub weeks: u32,
    /// Days a week, 1 to 7.
    pub days: i32,
}

/// Share of the mean of these tries to start with, by the intake; the lower one where it cannot be read.
pub fn share(intake: Option<&Intake>, trials: &[f64]) -> f64 {
    intake.and_then(|intake| start_share(intake, trials)).unwrap_or(LOWER_SHARE)
}

/// A daily goal with these amounts: from baseline tries, or from an amount that then stands for what can be done now.
/// `share`: of the mean of the tries to start with; `most_percent`: the largest weekly step.
///
/// # Errors
/// `Refused` beside the field that does not fit.
pub fn begun(new: &NewGoal, share: f64, most_percent: u8) -> Result<ShapedQuota, CareError> {
    let (trials, factor) = match (new.trials.is_empty(), new.start) {
        (true, None) => return Err(refused("start", "Enter tries, or the amount to start with")),
        (true, Some(start)) => (vec![start; TRIES], 1.0),
        (false, start) => {
            let mean = match baseline(&new.trials) {
                Baseline::Mean(mean) => mean,
                Baseline::NeedMore(more) => {
                    return Err(refused("trials", format!("The tries are too few or too different. {more} more are needed")));
                }
            };
            let factor = start.map_or(share, |start| start / mean);
            if factor > 1.0 {
                return Err(refused("start", "Start at most with the mean of the tries"));
            }
            (new.trials.clone(), factor)
        }
    };
    let input = QuotaInput { trials, factor, goal: new.goal, weeks: new.weeks + 1, unit: unit(new.activity), most_percent };
    scheduled(new.activity, input, new.days)
}

/// Facts as a plan with the daily goals of a shape has them.
fn with_goals(facts: &PlanFacts, shape: &Shape) -> PlanFacts {
    PlanFacts { activities: shape.quotas.iter().map(|quota| quota.activity).collect(), ..facts.clone() }
}

/// Puts another daily goal into a plan, with its exercise where the list has room and nothing speaks against it.
///
/// # Errors
/// `Refused` when it is in there, when the plan has all the goals it may have, or when health speaks against it.
pub(super) fn put_goal(shape: &mut Shape, facts: &PlanFacts, quota: &ShapedQuota) -> Result<(), CareError> {
    if shape.quota(quota.activity).is_some() {
        return Err(refused("activity", format!("{} is a daily goal of this plan already", quota.name())));
    }
    if shape.quotas.len() >= MAX_GOALS {
        return Err(refused("", format!("A plan has one or two daily goals. Take one out before you add {}", quota.name())));
    }
    shape.put_quota(quota.clone());
    let facts = with_goals(facts, shape);
    let Some(exercise) = library().get(quota_item(quota.activity)) else { return Ok(()) };
    let against = reasons(exercise, &facts, facts.phase);
    if let Some(why) = against.iter().find(|reason| reason.is_health()) {
        return Err(refused("activity", format!("{} is not for this person: {why}", quota.name())));
    }
    if against.is_empty() && (shape.get(&exercise.id).is_some() || shape.items.len() < MAX_ITEMS) {
        shape.put(Prescribed::start(exercise, &facts));
    }
    Ok(())
}

/// Takes a daily goal out of a plan, with its exercise; walking stays, by time instead of by a goal.
///
/// # Errors
/// `Refused` for the only goal: a plan has one at least (4.2).
pub(super) fn take_goal_out(shape: &mut Shape, facts: &PlanFacts, activity: Activity) -> Result<ShapedQuota, CareError> {
    let out = shape.quota(activity).cloned().ok_or_else(|| refused("", "This goal is not in the plan any more"))?;
    if shape.quotas.len() == 1 {
        return Err(refused("", ONE_GOAL));
    }
    shape.quotas.retain(|quota| quota.activity != activity);
    let facts = with_goals(facts, shape);
    if let Some(exercise) = library().get(quota_item(activity)) {
        if activity != Activity::Walk {
            shape.take_out(&exercise.id);
        } else if shape.get(&exercise.id).is_some() {
            shape.put(Prescribed::start(exercise, &facts));
        }
    }
    Ok(out)
}
