//! What a record says over weeks (specification 5.2, 6, 8): how pain has gone, how even the days were, how the
//! mornings after sessions were, and whether a score changed by as much as matters. It describes and never decides;
//! from few days it says that they are few.

use super::codes::{Colour, DayClass};
use super::instruments::PSFS_SINGLE_MATTERS;
use super::journal::{TREND_STEP, mean};
use super::quota::exact::{MILLION, millionths};
use super::week::{GAIN_PERCENT, PAIN_GAIN, PSFS_FALL, RMDQ_GAIN};
use chrono::NaiveDate;

/// Two stretches of so many days are compared.
pub const COMPARED_DAYS: i64 = 14;
/// Days with a pain answer that each stretch needs: three a week, as a weekly review does (P-04).
pub const ENOUGH_DAYS: usize = 6;
/// Days with an answer about the daily amount from which a word is said about how even they were.
pub const PACE_DAYS: usize = 5;
/// Days over, or under, from which they are a pattern.
const PATTERN_DAYS: usize = 2;
/// Fewer of 100 days reached than this are called too few: the adherence of P-06.
const REACHED_PERCENT: usize = 60;
/// Days after one over the amount in which one under it belongs to it.
const BUST_DAYS: i64 = 2;

/// How pain has gone: the last two weeks beside the two before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// Too few days in one of the stretches.
    TooFew,
    /// Lower by as much as matters (6).
    MuchLower,
    /// Lower by a point or more.
    Lower,
    /// Within a point.
    Same,
    /// Higher by a point or more.
    Higher,
    /// Higher by as much as matters.
    MuchHigher,
}

/// The numbers behind a course of pain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PainCourse {
    /// In a word.
    pub course: Course,
    /// Mean of the last two weeks; none without a day.
    pub recent: Option<f64>,
    /// Mean of the two weeks before.
    pub before: Option<f64>,
    /// Days of the last two weeks with an answer.
    pub recent_days: usize,
    /// Days of the two weeks before.
    pub before_days: usize,
}

/// Compares the last two weeks up to `today` with the two before. `days` may be in any order.
pub fn pain_course(days: &[(NaiveDate, f64)], today: NaiveDate) -> PainCourse {
    let within = |from: i64| -> Vec<f64> {
        let back = from..from + COMPARED_DAYS;
        days.iter().filter(|(on, _)| back.contains(&(today - *on).num_days())).map(|(_, pain)| *pain).collect()
    };
    let (recent, before) = (within(0), within(COMPARED_DAYS));
    let (now, then) = (mean(&recent), mean(&before));
    let course = match (now, then) {
        (Some(now), Some(then)) if recent.len() >= ENOUGH_DAYS && before.len() >= ENOUGH_DAYS => {
            course_of(millionths(now) - millionths(then))
        }
        _ => Course::TooFew,
    };
    PainCourse { course, recent: now, before: then, recent_days: recent.len(), before_days: before.len() }
}

fn course_of(rise: i128) -> Course {
    let (step, matters) = (millionths(TREND_STEP), PAIN_GAIN * MILLION);
    match rise {
        r if r <= -matters => Course::MuchLower,
        r if r <= -step => Course::Lower,
        r if r >= matters => Course::MuchHigher,
        r if r >= step => Course::Higher,
        _ => Course::Same,
    }
}

/// How days lay about the daily amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Too few days with an answer.
    TooFew,
    /// About what was planned.
    Even,
    /// Days of too much.
    Over,
    /// Often less than planned.
    Under,
    /// Days of too much and days of too little: boom and bust.
    UpAndDown,
}

/// The days behind a pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paced {
    /// In a word.
    pub pace: Pace,
    /// Days clearly over.
    pub over: usize,
    /// Days under, those with nothing done among them.
    pub under: usize,
    /// Days about as planned.
    pub kept: usize,
    /// Days over the amount with a day under it soon after.
    pub busts: usize,
}

impl Paced {
    /// Days with an answer.
    pub fn days(&self) -> usize {
        self.over + self.under + self.kept
    }
}

/// How even the days were. A day without an answer is none of these.
pub fn pace(days: &[(NaiveDate, DayClass)]) -> Paced {
    let is_under = |class: DayClass| matches!(class, DayClass::Missed | DayClass::Short);
    let over: Vec<NaiveDate> = days.iter().filter(|(_, class)| *class == DayClass::Over).map(|(on, _)| *on).collect();
    let under: Vec<NaiveDate> = days.iter().filter(|(_, class)| is_under(*class)).map(|(on, _)| *on).collect();
    let follows = |on: &NaiveDate| under.iter().any(|low| (1..=BUST_DAYS).contains(&(*low - *on).num_days()));
    let kept = days.len() - over.len() - under.len();
    let pace = match (over.len(), under.len()) {
        _ if days.len() < PACE_DAYS => Pace::TooFew,
        (high, low) if high >= PATTERN_DAYS && low >= PATTERN_DAYS => Pace::UpAndDown,
        (high, _) if high >= PATTERN_DAYS => Pace::Over,
        (_, low) if 100 * (days.len() - low) < REACHED_PERCENT * days.len() => Pace::Under,
        _ => Pace::Even,
    };
    Paced { pace, over: over.len(), under: under.len(), kept, busts: over.iter().filter(|on| follows(on)).count() }
}

/// The morning after a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Morning {
    /// Day of the morning.
    pub on: NaiveDate,
    /// Pain on waking.
    pub pain: f64,
    /// Clearly above the usual pain of that time ([`super::session::sore_morning`]).
    pub sore: bool,
}

/// How the mornings after sessions were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mornings {
    /// Mornings with an answer.
    pub answered: usize,
    /// Of these, close to the usual pain.
    pub settled: usize,
    /// Their mean.
    pub mean: f64,
}

/// Sums up mornings; nothing for none.
pub fn mornings(all: &[Morning]) -> Option<Mornings> {
    let pains: Vec<f64> = all.iter().map(|morning| morning.pain).collect();
    Some(Mornings { answered: all.len(), settled: all.iter().filter(|morning| !morning.sore).count(), mean: mean(&pains)? })
}

/// How many sessions had each colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Colours {
    /// Green.
    pub green: usize,
    /// Amber.
    pub amber: usize,
    /// Red.
    pub red: usize,
}

impl Colours {
    /// Counts them.
    pub fn of(colours: &[Colour]) -> Self {
        let count = |wanted: Colour| colours.iter().filter(|colour| **colour == wanted).count();
        Self { green: count(Colour::Green), amber: count(Colour::Amber), red: count(Colour::Red) }
    }

    /// All together.
    pub fn all(&self) -> usize {
        self.green + self.amber + self.red
    }
}

/// Which way a score went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the better.
    Better,
    /// To the worse.
    Worse,
    /// Nowhere.
    Same,
}

/// A change of a score between two days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Which way.
    pub way: Way,
    /// By how many points.
    pub by: f64,
    /// As much as matters (6).
    pub matters: bool,
}

/// Points from which a change of an instrument matters, and whether a low score is the good one; nothing for
/// instruments that are read by their levels.
pub fn matters_from(instrument: &str) -> Option<(f64, bool)> {
    let (points, low_is_good) = match instrument {
        "nprs" => (PAIN_GAIN, true),
        "rmdq" => (RMDQ_GAIN, true),
        "psfs" => (PSFS_FALL, false),
        _ => return None,
    };
    #[expect(clippy::cast_precision_loss, reason = "a few points")]
    Some((points as f64, low_is_good))
}

/// The score from which on a change to the better matters, beside a first score.
pub fn matters_at(instrument: &str, first: f64) -> Option<f64> {
    let (points, low_is_good) = matters_from(instrument)?;
    #[expect(clippy::cast_precision_loss, reason = "a percentage")]
    let rest = (100 - GAIN_PERCENT) as f64 / 100.0;
    Some(if low_is_good { (first - points).max(first * rest) } else { first + points })
}

/// The change from the first score to the last: it matters from the instrument's points on, and where a low score is
/// the good one also from 30 % better (6). Nothing for instruments that are read by their levels.
pub fn change(instrument: &str, first: f64, last: f64) -> Option<Change> {
    let (points, low_is_good) = matters_from(instrument)?;
    let gain = if low_is_good { millionths(first) - millionths(last) } else { millionths(last) - millionths(first) };
    let share = low_is_good && millionths(first) > 0 && 100 * gain >= GAIN_PERCENT * millionths(first);
    let way = match gain.signum() {
        1 => Way::Better,
        -1 => Way::Worse,
        _ => Way::Same,
    };
    Some(Change { way, by: (first - last).abs(), matters: gain.abs() >= millionths(points) || share })
}

/// The change of one activity of the PSFS, which varies more than their mean (6).
pub fn activity_change(first: f64, last: f64) -> Option<Change> {
    let told = change("psfs", first, last)?;
    Some(Change { matters: millionths(told.by) >= millionths(PSFS_SINGLE_MATTERS), ..told })
}

#[cfg(test)]
mod tests;
