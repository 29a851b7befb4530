//! The time, as a value that is handed in: nothing below the edge of the program asks for it itself.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
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
            Self::System(shift) => (Utc::now() + *shift).naive_utc().trunc_subsecs(6),
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

/// The zone of a stored name; UTC when the name is not known to this program's zone data.
pub fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_in_utc_is_already_tomorrow_in_auckland() {
        let utc = NaiveDate::from_ymd_opt(2026, 11, 21).and_then(|d| d.and_hms_opt(20, 0, 0)).expect("a valid time");
        let moment = Moment { utc, zone: zone("Pacific/Auckland") };
        assert_eq!(moment.today().to_string(), "2026-11-22");
    }
}
