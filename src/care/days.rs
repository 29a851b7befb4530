//! Exercise days and the moment of the day, changed by the person. Days hold from a date on: what was planned on
//! the days before stays as it was, and a week counts each day as it was planned on that day.

use super::CareError;
use super::course::{EXERCISE_DAYS, Ledger};
use super::facts::Week;
use super::plan::typed;
use crate::access::{Own, PatientAccess};
use crate::clock::Moment;
use crate::lang::dates::{day_of_month, weekdays};
use crate::store::away::{Timeline, set_days, timeline};
use crate::store::plans::Plan;
use crate::store::{Store, StoreError, course, oversight, plans};
use chrono::{Days, NaiveDate};

/// How far ahead other days may begin.
pub const AHEAD_DAYS: u64 = 28;

/// What somebody chooses.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Exercise days, 0 = Monday.
    pub days: Vec<u8>,
    /// First day on which they hold.
    pub from: NaiveDate,
    /// If-then plan in their own words; may be empty.
    pub cue: String,
}

/// How many exercise days a plan may have: three to five, as many as now while it is smaller or only kept up.
pub fn how_many(plan: &Plan) -> std::ops::RangeInclusive<usize> {
    let now = plan.training_days.len();
    if plan.smaller.is_some() || plan.maintenance.is_some() { now..=now } else { 3..=5 }
}

/// First day of the week of the plan after the one of a day.
pub fn next_week(plan: &Plan, on: NaiveDate) -> NaiveDate {
    let into = (on - plan.started_on).num_days().rem_euclid(7);
    on + Days::new(7 - into.unsigned_abs())
}

/// Changing the days in the middle of a week must not leave that week with fewer exercise days than either choice
/// has: a week in which nothing was planned would count as done.
fn leaves_enough(plan: &Plan, now: &Timeline, choice: &Choice) -> bool {
    let number = u32::try_from((choice.from - plan.started_on).num_days().div_euclid(7) + 1).unwrap_or(1);
    let week = Week::of(plan.started_on, number);
    let fewest = now.on(week.from).len().min(choice.days.len());
    now.with(choice.from, &choice.days).count(week.from, week.to) >= fewest
}

fn fits(plan: &Plan, now: &Timeline, choice: &Choice, today: NaiveDate) -> Result<(), CareError> {
    let many = how_many(plan);
    if !many.contains(&choice.days.len()) || choice.days.iter().any(|day| *day > 6) {
        return Err(CareError::refused(
            "days",
            match (*many.start(), *many.end()) {
                (3, 5) => text!("Choose three, four or five days"),
                (1, _) => text!("Choose one day"),
                (n, _) => text!("Choose {n} days", n = n),
            },
        ));
    }
    if choice.from < today || choice.from > today + Days::new(AHEAD_DAYS) {
        return Err(CareError::refused("from", tr_later!("Choose a day from today on, within the next four weeks")));
    }
    if !leaves_enough(plan, now, choice) {
        let few = text!(
            "From that day on, the week would have too few exercise days. Choose {next}, the first day of your plan\u{2019}s next week",
            next = day_of_month(next_week(plan, choice.from))
        );
        return Err(CareError::refused("from", few));
    }
    Ok(())
}

/// Sets other days from a day on, and the moment of the day. What is as before changes nothing.
pub fn choose(store: &Store, who: &PatientAccess<Own>, choice: &Choice, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        let mut choice = Choice { cue: choice.cue.trim().to_owned(), ..choice.clone() };
        choice.days.sort_unstable();
        choice.days.dedup();
        let now = timeline(tx, who, &plan)?;
        let other_days = *now.on(choice.from) != *choice.days || *plan.training_days != choice.days;
        if other_days {
            fits(&plan, &now, &choice, moment.today())?;
            set_days(tx, who, &plan, (choice.from, &choice.days), moment.utc)?;
            let ledger = Ledger { plan: &plan, on: choice.from, rules: "patient".to_owned(), why: text!(""), at: moment.utc };
            let words = (weekdays(now.on(choice.from)), weekdays(&choice.days));
            let why = text!("You chose other days. What was planned before stays as it was.");
            ledger.write(tx, who, EXERCISE_DAYS, words, why)?;
        }
        if plan.cue != choice.cue {
            let ledger = Ledger { plan: &plan, on: moment.today(), rules: "patient".to_owned(), why: text!(""), at: moment.utc };
            let words = (typed(&plan.cue), typed(&choice.cue));
            ledger.write(tx, who, tr_later!("Your moment"), words, text!("You chose when and where."))?;
        }
        course::set_moment(tx, who, &plan, &choice.days, &choice.cue)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "chose days and moment", moment.utc)?)
    })
}
