//! A dose as numbers: what is stored in plans (as JSON), shown as a sentence and moved by one step a week.
//! The limits of 5.1 and 5.2 live here; who may rise or must ease is decided in `plan::change`.

use serde::{Deserialize, Serialize};

/// Longest hold of a core item in seconds (5.1: repetitions grow, holds do not).
pub const MAX_HOLD_S: u32 = 10;
/// Seconds of one slow movement, and of the way from one hold to the next [D].
pub(super) const MOVE_S: u32 = 4;
/// Seconds of rest between sets [D].
pub(super) const REST_S: u32 = 30;
/// Stretch seconds in rising order (5.2).
const STRETCH_S: [u32; 3] = [15, 20, 30];
/// Repetitions added or taken away in one step (5.2).
const REP_STEP: u32 = 2;
/// Fewest repetitions that easing leaves [D].
const MIN_REPS: u32 = 2;

/// How a dose is counted, and so which numbers of [`Dose`] it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoseKind {
    /// `sets` of `reps`, each held for `hold_s` if given.
    Reps,
    /// Descending sets of short holds: `ladder`, `hold_s`.
    Holds,
    /// `sets` of `seconds`: stretches, carries and short rests.
    Time,
    /// `minutes` in one go.
    Minutes,
    /// The day's quota of the quota track (section 4), which owns the number.
    Quota,
    /// Whenever it helps.
    AsNeeded,
}

/// Descending sets of holds, in rising order (5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ladder {
    /// Three, two, one.
    #[serde(rename = "3-2-1")]
    L321,
    /// Four, three, two.
    #[serde(rename = "4-3-2")]
    L432,
    /// Six, four, two.
    #[serde(rename = "6-4-2")]
    L642,
    /// Eight, six, four.
    #[serde(rename = "8-6-4")]
    L864,
}

impl Ladder {
    /// Every rung, lowest first.
    pub const ALL: &'static [Ladder] = &[Ladder::L321, Ladder::L432, Ladder::L642, Ladder::L864];

    /// Repetitions of the three sets.
    pub const fn reps(self) -> [u32; 3] {
        match self {
            Ladder::L321 => [3, 2, 1],
            Ladder::L432 => [4, 3, 2],
            Ladder::L642 => [6, 4, 2],
            Ladder::L864 => [8, 6, 4],
        }
    }

    /// The next rung up.
    pub fn next(self) -> Option<Ladder> {
        Self::ALL.iter().copied().find(|rung| *rung > self)
    }

    /// The next rung down.
    pub fn previous(self) -> Option<Ladder> {
        Self::ALL.iter().rev().copied().find(|rung| *rung < self)
    }
}

/// A dose. Numbers that its kind does not use are 0 (or none) and are left out of the stored JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dose {
    /// How the dose is counted.
    pub kind: DoseKind,
    /// Sets, 1 to 6.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub sets: u32,
    /// Repetitions in a set, 1 to 30.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reps: u32,
    /// Seconds that each repetition is held, up to [`MAX_HOLD_S`].
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hold_s: u32,
    /// Descending sets, for holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder: Option<Ladder>,
    /// Seconds of a set, 5 to 120.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seconds: u32,
    /// Upper end of a range of seconds left to the person.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seconds_max: u32,
    /// Minutes, up to 60; 0 with `minutes_max` given means "up to".
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minutes: u32,
    /// Upper end of a range of minutes left to the person.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub minutes_max: u32,
    /// Whether the numbers hold for each side.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_side: bool,
    /// Times a day, up to 10.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub times_per_day: u32,
    /// Upper end of a range of times a day.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub times_per_day_max: u32,
    /// Days a week, up to 7.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub days_per_week: u32,
    /// Upper end of a range of days a week.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub days_per_week_max: u32,
    /// Every second day, instead of days a week.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub every_other_day: bool,
    /// Where the weekly rise ends, in the unit of the kind (repetitions, seconds, minutes); 0: no rise.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub top: u32,
    /// Where the weekly rise of a ladder ends; none: the highest rung.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ladder_top: Option<Ladder>,
    /// A few words that end the sentence, such as "at bedtime".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What is wrong with a dose, in words for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DoseError {
    /// The number its kind needs is absent.
    #[error("The dose has no amount.")]
    Empty,
    /// Hold too long.
    #[error("Holds are at most 10 seconds; add repetitions instead.")]
    HoldTooLong,
    /// A number outside its range.
    #[error("A number of the dose is too large.")]
    TooLarge,
    /// An upper end below the lower end.
    #[error("The upper end of a range is below its lower end.")]
    Range,
    /// Note too long.
    #[error("The note is longer than 120 characters.")]
    NoteTooLong,
}

impl Dose {
    /// A dose of this kind with everything else empty.
    pub fn new(kind: DoseKind) -> Dose {
        Dose {
            kind,
            sets: 0,
            reps: 0,
            hold_s: 0,
            ladder: None,
            seconds: 0,
            seconds_max: 0,
            minutes: 0,
            minutes_max: 0,
            per_side: false,
            times_per_day: 0,
            times_per_day_max: 0,
            days_per_week: 0,
            days_per_week_max: 0,
            every_other_day: false,
            top: 0,
            ladder_top: None,
            note: String::new(),
        }
    }

    /// Whether the numbers fit their kind and stay within safe limits; used for data and for doses a
    /// physiotherapist types.
    pub fn check(&self) -> Result<(), DoseError> {
        let amount = match self.kind {
            DoseKind::Reps => self.reps > 0,
            DoseKind::Holds => self.ladder.is_some() && self.hold_s > 0,
            DoseKind::Time => self.seconds > 0,
            DoseKind::Minutes => self.minutes > 0 || self.minutes_max > 0,
            DoseKind::Quota | DoseKind::AsNeeded => true,
        };
        let limits = [
            (self.sets, 6),
            (self.reps, 30),
            (self.seconds.max(self.seconds_max), 120),
            (self.minutes.max(self.minutes_max), 60),
            (self.times_per_day.max(self.times_per_day_max), 10),
            (self.days_per_week.max(self.days_per_week_max), 7),
            (self.top, 120),
        ];
        let ranges = [
            (self.seconds, self.seconds_max),
            (self.minutes, self.minutes_max),
            (self.times_per_day, self.times_per_day_max),
            (self.days_per_week, self.days_per_week_max),
        ];
        if !amount {
            Err(DoseError::Empty)
        } else if self.hold_s > MAX_HOLD_S {
            Err(DoseError::HoldTooLong)
        } else if limits.iter().any(|(number, limit)| number > limit) {
            Err(DoseError::TooLarge)
        } else if ranges.iter().any(|(low, high)| *high > 0 && high < low) {
            Err(DoseError::Range)
        } else if self.note.chars().count() > 120 {
            Err(DoseError::NoteTooLong)
        } else {
            Ok(())
        }
    }

    /// Sets of one session, at least 1; "partly done" is judged against it (13 no. 7).
    pub fn sets(&self) -> u32 {
        match self.kind {
            DoseKind::Holds => 3,
            DoseKind::Reps | DoseKind::Time => self.sets.max(1),
            DoseKind::Minutes | DoseKind::Quota | DoseKind::AsNeeded => 1,
        }
    }

    /// Estimated minutes of one session, rest between sets included; 0 for quotas (their own track counts
    /// them) and for items done whenever they help. Four seconds for a movement, 30 between sets [D].
    pub fn minutes(&self) -> u32 {
        let sides = if self.per_side { 2 } else { 1 };
        let work = match self.kind {
            DoseKind::Reps => self.sets() * self.reps * (self.hold_s + MOVE_S),
            DoseKind::Holds => {
                let reps: u32 = self.ladder.map_or(0, |ladder| ladder.reps().iter().sum());
                reps * (self.hold_s + MOVE_S)
            }
            DoseKind::Time => self.sets() * (self.seconds + MOVE_S),
            DoseKind::Minutes if self.minutes == 0 => return self.minutes_max,
            DoseKind::Minutes => return self.minutes,
            DoseKind::Quota | DoseKind::AsNeeded => return 0,
        };
        (work * sides + REST_S * self.sets()).div_ceil(60)
    }

    /// Whether some number of this dose asks for more than the other's; doses that are counted in another way, or on other
    /// days, count as more.
    pub fn asks_more_than(&self, other: &Dose) -> bool {
        let numbers = |dose: &Dose| {
            let rungs = dose.ladder.map_or(0, |ladder| ladder.reps().iter().sum());
            let (seconds, minutes) = (dose.seconds.max(dose.seconds_max), dose.minutes.max(dose.minutes_max));
            let times = dose.times_per_day.max(dose.times_per_day_max).max(1);
            [dose.sets(), dose.reps, dose.hold_s, rungs, seconds, minutes, times]
        };
        let days = |dose: &Dose| (dose.every_other_day, dose.days_per_week, dose.days_per_week_max);
        let fewer = self.every_other_day == other.every_other_day
            && (1..=other.days_per_week).contains(&self.days_per_week)
            && self.days_per_week_max <= other.days_per_week_max;
        let more = numbers(self).into_iter().zip(numbers(other)).any(|(this, that)| this > that);
        self.kind != other.kind || more || (self.per_side && !other.per_side) || (days(self) != days(other) && !fewer)
    }

    /// One step up (5.2): repetitions +2 up to the top, the next rung, the next stretch time, minutes +10 %
    /// (at least one). None at the top; the harder form comes next.
    pub fn raised(&self) -> Option<Dose> {
        let mut next = self.clone();
        match self.kind {
            DoseKind::Reps if self.reps < self.top => {
                next.reps = (self.reps + REP_STEP).min(self.top);
            }
            DoseKind::Holds => {
                let up = self.ladder.and_then(Ladder::next)?;
                if up > self.ladder_top.unwrap_or(Ladder::L864) {
                    return None;
                }
                next.ladder = Some(up);
            }
            DoseKind::Time if self.seconds < self.top => {
                let up = STRETCH_S.iter().copied().find(|s| *s > self.seconds)?;
                next.seconds = up.min(self.top);
            }
            DoseKind::Minutes if self.minutes < self.top => {
                next.minutes = (self.minutes + (self.minutes / 10).max(1)).min(self.top);
            }
            _ => return None,
        }
        Some(next)
    }

    /// One step down, the reverse of [`Dose::raised`] (minutes −20 %, 5.2). None at the bottom.
    pub fn lowered(&self) -> Option<Dose> {
        let mut next = self.clone();
        match self.kind {
            DoseKind::Reps if self.reps > MIN_REPS => {
                next.reps = self.reps.saturating_sub(REP_STEP).max(MIN_REPS);
            }
            DoseKind::Holds => next.ladder = Some(self.ladder.and_then(Ladder::previous)?),
            DoseKind::Time => {
                let down = STRETCH_S.iter().rev().copied().find(|s| *s < self.seconds);
                next.seconds = down?;
            }
            DoseKind::Minutes if self.minutes > 1 => {
                next.minutes = (self.minutes - (self.minutes / 5).max(1)).max(1);
            }
            _ => return None,
        }
        Some(next)
    }
}
