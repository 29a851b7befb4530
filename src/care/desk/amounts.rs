//! A daily goal made anew by a physiotherapist, from the amounts now.

use super::drafting::refused;
use crate::care::CareError;
use crate::clinical::plan::ShapedQuota;
use crate::clinical::quota::{Baseline, QuotaError, QuotaInput, baseline, schedule};
use chrono::NaiveDate;

/// Tries that the amount to start from stands for, where nobody measured anew.
const TRIES: usize = 3;
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
    Ok(ShapedQuota { activity: now.activity, unit: now.unit, days_per_week: new.days, input, schedule: made, step_index: 0 })
}
