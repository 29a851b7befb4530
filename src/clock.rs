//! The time, as a value that is handed in: nothing below the edge of the program asks for it itself.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, Mutex};

/// A UTC instant cut to microseconds, because PostgreSQL keeps no more.
pub type UtcTime = NaiveDateTime;

/// Tells the time. Clones of a moved clock move together.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock, shifted by a fixed span (zero outside trials).
    System(Duration),
    /// Stands still until it is set: for tests and for making the demonstration's history.
    Fixed(Arc<Mutex<UtcTime>>),
}

impl Clock {
    /// The machine's own time.
    pub const fn system() -> Self {
        Self::System(Duration::zero())
    }

    /// A clock that stands at `at`.
    pub fn fixed(at: UtcTime) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// Now, in UTC.
    pub fn now(&self) -> UtcTime {
        match self {
            Self::System(shift) => self.unshifted() + *shift,
            Self::Fixed(_) => self.unshifted(),
        }
    }

    /// The machine's time in UTC, however the clock is moved: for what others reckon by it, such as an app that shows
    /// codes. A fixed clock has one time only.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn unshifted(&self) -> UtcTime {
        match self {
            Self::System(_) => Utc::now().naive_utc().trunc_subsecs(6),
            Self::Fixed(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Moves a fixed clock; a system clock cannot be moved while it runs.
    pub fn set(&self, to: UtcTime) {
        if let Self::Fixed(at) = self {
            *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to;
        }
    }
}

/// An instant together with the zone of the person it concerns.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The instant.
    pub utc: UtcTime,
    /// The person's zone.
    pub zone: Tz,
}

impl Moment {
    /// The person's wall clock.
    pub fn local(self) -> DateTime<Tz> {
        self.utc.and_utc().with_timezone(&self.zone)
    }

    /// The person's date.
    pub fn today(self) -> NaiveDate {
        self.local().date_naive()
    }

    /// The person's time of day.
    pub fn time(self) -> NaiveTime {
        self.local().time()
    }
}

/// A local time as an instant: the earlier one where clocks go back; where they go forward and the
/// time does not exist, the first that does.
pub fn instant(local: NaiveDateTime, zone: Tz) -> UtcTime {
    // No zone has ever skipped more than a day, so one of these exists.
    let later = |hours: i64| zone.from_local_datetime(&(local + Duration::hours(hours))).earliest();
    (0..=24).find_map(later).map_or(local, |time| time.naive_utc())
}

/// The zone of a stored name; UTC when the name is not known to this program's zone data.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_knows_the_real_time() {
        let (real, moved) = (Clock::system(), Clock::System(Duration::days(40)));
        let before = real.now();
        assert!(moved.now() >= before + Duration::days(40));
        assert!(moved.unshifted() >= before && moved.unshifted() < before + Duration::days(1));
        let fixed = Clock::fixed(before);
        assert_eq!((fixed.now(), fixed.unshifted()), (before, before));
    }

    #[test]
    fn an_evening_in_utc_is_already_tomorrow_in_auckland() {
        let utc = NaiveDate::from_ymd_opt(2026, 11, 21).and_then(|d| d.and_hms_opt(20, 0, 0)).expect("a valid time");
        let moment = Moment { utc, zone: zone("Pacific/Auckland") };
        assert_eq!(moment.today().to_string(), "2026-11-22");
    }

    #[test]
    fn a_day_begins_at_local_midnight() {
        let midnight = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a date").and_time(NaiveTime::MIN);
        assert_eq!(instant(midnight(11, 22), zone("Pacific/Auckland")).to_string(), "2026-11-21 11:00:00");
        // Clocks go forward at midnight here: the day begins at one o'clock.
        assert_eq!(instant(midnight(9, 6), zone("America/Santiago")).to_string(), "2026-09-06 04:00:00");
    }
}
