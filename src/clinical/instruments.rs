//! Outcome measures and their licence register (specification 6): an instrument is asked only when
//! the register says that it may be, and only in its weeks.

use crate::lang::{Lang, Spoken};
use chrono::{Days, NaiveDate};
use serde::Deserialize;

/// From this answer of the global impression on ("much better") the change matters.
pub const PGIC_MATTERS: u8 = 6;
/// Change of the mean of the own activities (PSFS) that matters, points.
pub const PSFS_MEAN_MATTERS: f64 = 2.0;
/// Change of a single own activity that matters, points.
pub const PSFS_SINGLE_MATTERS: f64 = 3.0;
/// Score of an own activity that can be done as well as before.
pub const PSFS_AS_BEFORE: u8 = 10;
/// Weeks for which an instrument waits after its week, while it was not answered.
const WAITS_WEEKS: i64 = 3;
/// Days for which "not now" is respected.
pub const NOT_NOW_DAYS: i64 = 3;

/// An instrument of the register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Its id in stored measures.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub owner: String,
    /// The licence position found.
    pub position: String,
    /// Whether it may be asked.
    pub free: bool,
    /// What must stand beside its items; may be empty.
    pub attribution: String,
    /// Where the position was found.
    pub source: String,
    /// Weeks of the plan in which it is asked besides the intake.
    #[serde(default)]
    pub weeks: Vec<i64>,
    /// Weeks between two askings after the last of them.
    pub every: Option<i64>,
    /// Why it is asked, for the patient; empty where it is not asked on a page of its own.
    #[serde(default)]
    pub reason: String,
}

/// The global impression of change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pgic {
    /// The question.
    pub question: String,
    /// A helping line.
    pub hint: String,
    /// The seven answers, worst first: the score is the place from 1.
    pub answers: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    #[serde(rename = "instrument")]
    /// Every entry.
    pub instruments: Vec<Instrument>,
    /// The words of the global impression of change.
    pub pgic: Pgic,
}

/// The file in every language.
pub static REGISTER: Spoken<Register> = Spoken::new(include_str!("data/instruments.toml"), CODES, |text| {
    toml::from_str(text).expect("the built-in register is checked by the tests")
});
const CODES: &[&str] = &["id", "owner", "position", "attribution", "source"];

/// Why an instrument is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLicensed {
    /// Nobody looked into its licence.
    #[error("{0} has no entry in the licence register")]
    Unknown(String),
    /// Its licence does not allow it.
    #[error("{0} is not free to be asked")]
    NotFree(String),
}

/// Every entry of the register.
pub fn instruments() -> &'static [Instrument] {
    &REGISTER.of(Lang::En).instruments
}

/// The words of the global impression of change.
pub fn pgic() -> &'static Pgic {
    &REGISTER.of(Lang::En).pgic
}

/// The entry of an instrument that may be asked.
///
/// # Errors
/// When it has no entry, or one that does not allow it.
pub fn licensed(id: &str) -> Result<&'static Instrument, NotLicensed> {
    let entry = instruments().iter().find(|entry| entry.id == id).ok_or_else(|| NotLicensed::Unknown(id.to_owned()))?;
    if entry.free { Ok(entry) } else { Err(NotLicensed::NotFree(id.to_owned())) }
}

/// Whether the check of a week of the plan asks an instrument. One that may not be asked never is.
pub fn due(id: &str, week: i64) -> bool {
    let asks = |entry: &Instrument| {
        let last = entry.weeks.last().copied().unwrap_or(0);
        entry.weeks.contains(&week) || entry.every.is_some_and(|every| week > last && (week - last) % every == 0)
    };
    licensed(id).is_ok_and(asks)
}

/// Whether a change of an own activity, or of their mean, matters (section 6): `None` while it does not.
pub fn psfs_matters(gain: f64, single: bool) -> Option<bool> {
    let points = if single { PSFS_SINGLE_MATTERS } else { PSFS_MEAN_MATTERS };
    if gain >= points {
        return Some(true);
    }
    (gain <= -points).then_some(false)
}

/// The week of the plan for which an instrument is due on a day; none when it was answered since that week began,
/// or the week is too long past. `last` is the day of its last answer. An instrument is due once for each of its
/// weeks, and never for two of them at once.
pub fn due_on(id: &str, started: NaiveDate, on: NaiveDate, last: Option<NaiveDate>) -> Option<i64> {
    let this = (on - started).num_days().div_euclid(7) + 1;
    let week = ((this - WAITS_WEEKS).max(1)..=this).rev().find(|week| due(id, *week))?;
    let began = started + Days::new(7 * u64::try_from(week - 1).ok()?);
    last.is_none_or(|last| last < began).then_some(week)
}

/// Whether measures that were put off on a day are left alone on another.
pub fn put_off(delayed: Option<NaiveDate>, on: NaiveDate) -> bool {
    delayed.is_some_and(|delayed| (0..NOT_NOW_DAYS).contains(&(on - delayed).num_days()))
}

/// Everyday words for a PHQ-4 score (0 to 12).
pub const fn phq4_band(score: u8) -> &'static str {
    match score {
        0..=2 => tr_later!("none to speak of"),
        3..=5 => tr_later!("mild"),
        6..=8 => tr_later!("moderate"),
        _ => tr_later!("strong"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::catalogue::catalogue;

    #[test]
    fn every_instrument_that_is_asked_is_registered_as_free_with_its_attribution() {
        for asked in ["nprs", "rmdq", "psfs", "pgic", "phq4", "conf"] {
            assert!(licensed(asked).is_ok(), "{asked}");
        }
        for question in catalogue().questions() {
            let Some(group) = question.group.as_deref() else { continue };
            let entry = licensed(group).unwrap_or_else(|error| panic!("{}: {error}", question.id));
            assert!(!entry.attribution.is_empty(), "{group}");
            assert!(!catalogue().group(group).expect("a group").attribution.is_empty());
        }
    }

    #[test]
    fn what_is_not_free_is_registered_and_refused() {
        for id in ["pseq", "pseq2", "tsk11", "odi", "start_back", "orebro", "promis", "eq5d"] {
            assert_eq!(licensed(id).err(), Some(NotLicensed::NotFree(id.to_owned())));
            assert!((0..=60).all(|week| !due(id, week)));
        }
        assert_eq!(licensed("fabq").err(), Some(NotLicensed::Unknown("fabq".to_owned())));
        let mut ids: Vec<&str> = instruments().iter().map(|entry| entry.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), instruments().len());
    }

    fn day(n: u64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() + Days::new(n)
    }

    #[test]
    fn an_instrument_waits_for_its_answer_once_and_not_for_ever() {
        let due = |id: &str, on: u64, last: Option<u64>| due_on(id, day(0), day(on), last.map(day));
        // RMDQ: week 4 is days 21 to 27.
        assert_eq!([0, 20, 21, 27, 28, 48].map(|on| due("rmdq", on, Some(0))), [None, None, Some(4), Some(4), Some(4), Some(4)]);
        assert_eq!(due("rmdq", 49, Some(0)), Some(8), "never for two weeks at once");
        assert_eq!([20, 21, 30].map(|last| due("rmdq", 30, Some(last))), [Some(4), None, None]);
        assert_eq!([76, 77, 104, 105].map(|on| due("rmdq", on, Some(0))), [Some(8), Some(12), Some(12), None]);
        assert_eq!(due("rmdq", 24 * 7, Some(0)), Some(25), "three-monthly afterwards");
        assert_eq!([34, 35, 62, 63, 77].map(|on| due("phq4", on, Some(0))), [None, Some(6), Some(6), None, Some(12)]);
        assert_eq!([20, 21].map(|on| due("pgic", on, None)), [None, Some(4)]);
        assert_eq!(due("start_back", 21, None), None);
    }

    #[test]
    fn not_now_is_respected_for_three_days() {
        assert_eq!([0, 1, 2, 3].map(|on| put_off(Some(day(0)), day(on))), [true, true, true, false]);
        assert!(!put_off(None, day(0)) && !put_off(Some(day(5)), day(4)));
    }

    #[test]
    fn two_points_of_the_mean_and_three_of_a_single_activity_matter() {
        assert_eq!([1.9, 2.0, -1.9, -2.0].map(|gain| psfs_matters(gain, false)), [None, Some(true), None, Some(false)]);
        assert_eq!([2.0, 3.0, -2.0, -3.0].map(|gain| psfs_matters(gain, true)), [None, Some(true), None, Some(false)]);
    }

    #[test]
    fn the_weeks_are_those_of_section_6() {
        let weeks = |id: &str| -> Vec<i64> { (1..=39).filter(|week| due(id, *week)).collect() };
        assert_eq!(weeks("rmdq"), [4, 8, 12, 25, 38]);
        assert_eq!(weeks("phq4"), [6, 12]);
        assert_eq!(weeks("pgic"), [4, 8, 12, 16, 20, 24, 28, 32, 36]);
        assert_eq!(pgic().answers.len(), 7);
        assert_eq!(pgic().answers[usize::from(PGIC_MATTERS) - 1], "Much better");
        assert_eq!([2, 3, 5, 6, 8, 9].map(phq4_band), ["none to speak of", "mild", "mild", "moderate", "moderate", "strong"]);
    }
}
