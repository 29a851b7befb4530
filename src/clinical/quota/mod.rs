//! The time-contingent quota track: baseline, schedule, day classes (specification 4.2, 12.2,
//! 12.5). Amounts are in the unit of the activity: minutes, repetitions, kilograms, steps, metres.

pub(crate) mod exact;
#[cfg(test)]
mod tests;

use super::codes::{DayClass, Unit};
use super::intake::AnswerError;
use super::thresholds::{is_usual_step, step_in_range, usual_step};
use exact::{Fraction, MILLION, millionths};
use serde::{Deserialize, Serialize};

/// Baseline trials on different days (4.2 no. 2).
const MIN_TRIALS: usize = 3;
/// Trials asked for when they differ too much (4.2 no. 2).
const WIDE_TRIALS: usize = 5;
/// Best above this many times the worst asks for more trials (4.2 no. 2).
const WIDE_RATIO: i128 = 2;
/// Weekly increment: at least 1/20 = 5 % of the baseline mean (4.2 no. 4).
const MIN_INCREMENT_DIVISOR: i128 = 20;
/// Below this many tenths of the quota a day is short (4.2 no. 6).
const SHORT_TENTHS: i128 = 9;
/// Above this many tenths of the quota a day is over (4.2 no. 6).
const OVER_TENTHS: i128 = 12;
/// Largest trial or goal accepted, in units; keeps the exact arithmetic within its integers.
pub const MAX_AMOUNT: f64 = 1_000_000.0;
/// Longest goal period accepted, weeks (ten years).
pub const MAX_WEEKS: u32 = 10_000;
/// Shortest goal period, weeks (12.5).
pub const MIN_WEEKS: u32 = 2;
/// Most trials accepted.
pub const MAX_TRIALS: usize = 100;
/// Longest schedule computed, weeks. A goal further away is refused: nobody could follow it, and
/// a mistyped goal must not fill the memory.
const MAX_SCHEDULE: i128 = 100_000;

/// Shares of the quota between which a day counts as met, both included, for pictures.
pub fn met_band() -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "a few tenths")]
    let tenths = |n: i128| n as f64 / 10.0;
    (tenths(SHORT_TENTHS), tenths(OVER_TENTHS))
}

/// Baseline of an activity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Baseline {
    /// Mean of all trials, in the unit of the trials.
    Mean(f64),
    /// This many more trials are needed first.
    NeedMore(u32),
}

/// Mean of the trials to tolerance, or how many more are needed: fewer than 3 are completed to 3;
/// with 3 or 4 whose best exceeds twice the worst, 5 are needed (4.2 no. 2, 12.5).
pub fn baseline(trials: &[f64]) -> Baseline {
    match exact_baseline(trials) {
        Ok(mean) => Baseline::Mean(mean.to_f64()),
        Err(more) => Baseline::NeedMore(more),
    }
}

fn exact_baseline(trials: &[f64]) -> Result<Fraction, u32> {
    let count = trials.len();
    if count < MIN_TRIALS {
        return Err((MIN_TRIALS - count) as u32);
    }
    let exact = || trials.iter().map(|trial| millionths(*trial));
    let (best, worst) = (exact().max().unwrap_or(0), exact().min().unwrap_or(0));
    if count < WIDE_TRIALS && best > WIDE_RATIO * worst {
        return Err((WIDE_TRIALS - count) as u32);
    }
    Ok(Fraction { num: exact().sum(), den: count as i128 })
}

/// What a schedule is made from (12.2).
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct QuotaInput {
    /// Baseline trials, each above 0 and at most [`MAX_AMOUNT`] units.
    pub trials: Vec<f64>,
    /// Goal, above 0 and at most [`MAX_AMOUNT`] units.
    pub goal: f64,
    /// Unit, which sets the rounding step.
    pub unit: Unit,
    /// Share of the mean to start with, above 0 and at most 1 (0.7 or 0.8 by 3.7).
    pub factor: f64,
    /// Weeks to the goal, [`MIN_WEEKS`] to [`MAX_WEEKS`].
    pub weeks: u32,
    /// Largest weekly step, per cent of the baseline mean; 20 unless the clinic set less (13 no. 11).
    #[serde(default = "usual_step", skip_serializing_if = "is_usual_step")]
    pub most_percent: u8,
}

/// A quota for every week (4.2 no. 3, 4). Whole numbers are written without a decimal point.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Mean of the trials.
    #[serde(serialize_with = "exact::number")]
    pub baseline: f64,
    /// First quota.
    #[serde(serialize_with = "exact::number")]
    pub start: f64,
    /// Weekly increment before rounding, within 5 to 20 % of the baseline; 0 at goal ≤ start.
    #[serde(serialize_with = "exact::number")]
    pub increment: f64,
    /// Number of quotas.
    pub weeks: u32,
    /// Quotas week by week; the last is the goal, none exceeds it.
    #[serde(serialize_with = "exact::numbers")]
    pub quotas: Vec<f64>,
    /// True when the upper limit moved the goal date (the person is told).
    pub moved: bool,
}

/// Why there is no schedule.
#[derive(Debug, Clone, PartialEq)]
pub enum QuotaError {
    /// This many more trials are needed first.
    NeedMore(u32),
    /// Input out of range.
    Invalid(Vec<AnswerError>),
}

/// Rounding step of a unit in millionths of it (4.2 no. 3, 12.2).
fn step(unit: Unit) -> i128 {
    let units = match unit {
        Unit::Min | Unit::Rep | Unit::Kg => 1,
        Unit::Step => 100,
        Unit::Metre => 10,
    };
    units * MILLION
}

/// Whether a trial or a goal is acceptable: above 0, at most [`MAX_AMOUNT`]. A value that would
/// vanish in millionths counts as 0.
pub fn amount_in_range(value: f64) -> bool {
    value.is_finite() && millionths(value) > 0 && value <= MAX_AMOUNT
}

/// Whether a start share is acceptable: above 0, at most 1.
pub fn factor_in_range(value: f64) -> bool {
    value.is_finite() && millionths(value) > 0 && value <= 1.0
}

fn check(input: &QuotaInput) -> Vec<AnswerError> {
    let mut errors = Vec::new();
    let mut refuse = |bad: bool, field: &str, message: &str| {
        if bad {
            errors.push(AnswerError::range(field, message));
        }
    };
    let trials_bad = input.trials.len() > MAX_TRIALS || !input.trials.iter().all(|trial| amount_in_range(*trial));
    refuse(trials_bad, "trials", "Each trial must be above 0.");
    refuse(!amount_in_range(input.goal), "goal", "The goal must be above 0.");
    refuse(!factor_in_range(input.factor), "factor", "The start share must be above 0 and at most 1.");
    refuse(!step_in_range(input.most_percent), "most_percent", "The largest weekly step must be 5 to 20 per cent.");
    refuse(!(MIN_WEEKS..=MAX_WEEKS).contains(&input.weeks), "weeks", "Please give 2 weeks or more.");
    errors
}

/// Makes the schedule of 4.2 no. 3 and 4. Start = mean × factor rounded down to the unit, at least
/// one unit; weekly increment = (goal − start) / (weeks − 1) within 5 to 20 % of the mean, or less where the clinic set a smaller upper limit; quota =
/// start + i × increment rounded half up, the last one the goal itself.
pub fn schedule(input: &QuotaInput) -> Result<Schedule, QuotaError> {
    let errors = check(input);
    if !errors.is_empty() {
        return Err(QuotaError::Invalid(errors));
    }
    let mean = exact_baseline(&input.trials).map_err(QuotaError::NeedMore)?;
    let step = step(input.unit);
    let goal = millionths(input.goal);
    let start = Fraction { num: mean.num * millionths(input.factor), den: mean.den * MILLION }.floor_to(step).max(step);
    if goal <= start {
        return Ok(held_at_goal(mean, input.goal));
    }
    let (increment, moved) = increment(mean, goal - start, input);
    // Steps of the increment that reach the goal, rounded up; exactly weeks − 1 when not clamped.
    let steps = ((goal - start) * increment.den + increment.num - 1).div_euclid(increment.num);
    if steps >= MAX_SCHEDULE {
        return Err(QuotaError::Invalid(vec![AnswerError::range(
            "goal",
            "This goal is too far from what you can do now. Please choose a nearer one.",
        )]));
    }
    let mut quotas: Vec<f64> = (0..steps)
        .map(|week| {
            let reached = Fraction { num: start * increment.den + week * increment.num, den: increment.den };
            in_units(reached.round_half_up_to(step).min(goal))
        })
        .collect();
    quotas.push(input.goal);
    Ok(Schedule {
        baseline: mean.to_f64(),
        start: in_units(start),
        increment: increment.to_f64(),
        weeks: quotas.len() as u32,
        quotas,
        moved,
    })
}

fn in_units(amount: i128) -> f64 {
    Fraction { num: amount, den: 1 }.to_f64()
}

/// The goal is already reached: hold there (12.5).
fn held_at_goal(mean: Fraction, goal: f64) -> Schedule {
    Schedule { baseline: mean.to_f64(), start: goal, increment: 0.0, weeks: 1, quotas: vec![goal], moved: false }
}

/// Weekly increment within its limits, and whether the upper one moved the goal date.
fn increment(mean: Fraction, distance: i128, input: &QuotaInput) -> (Fraction, bool) {
    let wanted = Fraction { num: distance, den: i128::from(input.weeks) - 1 };
    let most = Fraction { num: mean.num * i128::from(input.most_percent), den: mean.den * 100 };
    let least = Fraction { num: mean.num, den: mean.den * MIN_INCREMENT_DIVISOR };
    if most.less_than(wanted) {
        (most, true)
    } else if wanted.less_than(least) {
        (least, false)
    } else {
        (wanted, false)
    }
}

/// Class of a planned day: nothing done is missed, below 0.9 of the quota short, up to 1.2 met,
/// above over (4.2 no. 6). Both amounts in the same unit.
pub fn day_class(done: f64, quota: f64) -> DayClass {
    let (done, quota) = (millionths(done), millionths(quota));
    if done <= 0 {
        DayClass::Missed
    } else if 10 * done < SHORT_TENTHS * quota {
        DayClass::Short
    } else if 10 * done <= OVER_TENTHS * quota {
        DayClass::Met
    } else {
        DayClass::Over
    }
}

/// A share (0 to 1) of a quota for a flare day, at least one unit (5.4). Rounded down to the unit's
/// step, because a flare day is never over its share; and never above the quota itself.
pub fn part_of(quota: f64, share: f64, unit: Unit) -> f64 {
    let step = step(unit);
    let part = Fraction { num: millionths(quota) * millionths(share), den: MILLION };
    in_units(part.floor_to(step).max(step).min(millionths(quota)))
}
