//! When a reminder is due: a pure function of what the person chose, their zone and the time.
//!
//! A day is the person's local date, so each date is reminded at most once, whatever the clocks do and wherever
//! they travel. Where clocks go forward over the chosen time, the first time that exists is taken; where they go
//! back and it comes twice, the earlier one. A reminder that could not go out (the server stood still, the person
//! flew east over its time) still does later that day, until eight in the evening or two hours after its time,
//! whichever is later, and not after midnight (but always for a quarter of an hour, so that no round misses it).

use crate::clock::{UtcTime, instant};
use chrono::{Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;

/// How long after its time a reminder may always go out.
const GRACE: Duration = Duration::hours(2);
/// A round each minute finds it within this time, however near midnight it is.
const LEAST: Duration = Duration::minutes(15);
/// Until this hour of the evening it may go out however late it is.
const EVENING: u32 = 20;
/// Days that are looked at for the next one: a week brings every day of the week.
const AHEAD: u64 = 9;
/// Step in which a time that exists is looked for before a gap that ends the date.
const STEP: Duration = Duration::minutes(15);

/// Which reminder of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nudge {
    /// The one at the chosen time.
    First,
    /// The one later that day, if nothing was written down.
    Second,
}

impl Nudge {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
        }
    }
}

/// What a person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// Days of the week, 0 = Monday.
    pub days: Vec<u8>,
    /// Time of day.
    pub at: NaiveTime,
    /// Time of the second one; later than the first.
    pub second: Option<NaiveTime>,
    /// First date: the one it was turned on, or the next when that day's time was past.
    pub from: NaiveDate,
}

/// One reminder of one date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The person's date.
    pub on: NaiveDate,
    /// Which one.
    pub nudge: Nudge,
    /// From when it goes out.
    pub at: UtcTime,
    /// From when it does not go out any more.
    pub until: UtcTime,
}

/// A local time of a date as an instant of that date; `None` when the zone skipped the whole date.
pub fn on_that_date(on: NaiveDate, at: NaiveTime, zone: Tz) -> Option<UtcTime> {
    let local = on.and_time(at);
    let date = |utc: &UtcTime| zone.from_utc_datetime(utc).date_naive();
    let found = instant(local, zone);
    if date(&found) == on {
        return Some(found);
    }
    // The gap reaches into the next date: the last time before it.
    let back = |steps: i32| zone.from_local_datetime(&(local - STEP * steps)).earliest().map(|time| time.naive_utc());
    (1..=96).filter_map(back).find(|utc| date(utc) == on)
}

impl Rhythm {
    /// A reminder of a date; `None` when the date has none.
    pub fn due_on(&self, on: NaiveDate, nudge: Nudge, zone: Tz) -> Option<Due> {
        let weekday = u8::try_from(on.weekday().num_days_from_monday()).ok()?;
        if on < self.from || !self.days.contains(&weekday) {
            return None;
        }
        let time = match nudge {
            Nudge::First => self.at,
            Nudge::Second => self.second.filter(|second| *second > self.at)?,
        };
        let at = on_that_date(on, time, zone)?;
        let evening = NaiveTime::from_hms_opt(EVENING, 0, 0).and_then(|time| on_that_date(on, time, zone)).unwrap_or(at);
        let midnight = instant((on + Days::new(1)).and_time(NaiveTime::MIN), zone);
        let mut until = evening.max(at + GRACE).min(midnight).max(at + LEAST);
        if nudge == Nudge::First
            && let Some(second) = self.due_on(on, Nudge::Second, zone)
        {
            until = until.min(second.at);
        }
        Some(Due { on, nudge, at, until })
    }

    /// The next reminder that is not settled: due now when its time has come, else still to come.
    pub fn next_due(&self, zone: Tz, now: UtcTime, settled: impl Fn(NaiveDate, Nudge) -> bool) -> Option<Due> {
        let today = zone.from_utc_datetime(&now).date_naive();
        // Yesterday's last quarter of an hour may still run, and yesterday may be two dates back where a zone
        // skipped one.
        let days = (today - Days::new(2)).max(self.from).iter_days().take(usize::try_from(AHEAD).unwrap_or(8));
        let both = days.flat_map(|on| [Nudge::First, Nudge::Second].map(|nudge| (on, nudge)));
        both.filter(|(on, nudge)| !settled(*on, *nudge)).filter_map(|(on, nudge)| self.due_on(on, nudge, zone)).find(|due| due.until > now)
    }
}

/// The first date of a rhythm that is chosen now: today, unless today's time is past.
pub fn first_date(at: NaiveTime, zone: Tz, now: UtcTime) -> NaiveDate {
    let local = zone.from_utc_datetime(&now);
    let today = local.date_naive();
    let ahead = on_that_date(today, at, zone).is_some_and(|time| time > now);
    if ahead { today } else { today + Days::new(1) }
}

#[cfg(test)]
mod tests;
