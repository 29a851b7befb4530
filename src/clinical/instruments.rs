//! Outcome measures and their licence register (specification 6): an instrument is asked only when
//! the register says that it may be, and only in its weeks.

use serde::Deserialize;
use std::sync::LazyLock;

/// From this answer of the global impression on ("much better") the change matters.
pub const PGIC_MATTERS: u8 = 6;

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
struct Register {
    #[serde(rename = "instrument")]
    instruments: Vec<Instrument>,
    pgic: Pgic,
}

static REGISTER: LazyLock<Register> =
    LazyLock::new(|| toml::from_str(include_str!("data/instruments.toml")).expect("the built-in register is checked by the tests"));

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
    &REGISTER.instruments
}

/// The words of the global impression of change.
pub fn pgic() -> &'static Pgic {
    &REGISTER.pgic
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

/// Everyday words for a PHQ-4 score (0 to 12).
pub const fn phq4_band(score: u8) -> &'static str {
    match score {
        0..=2 => "none to speak of",
        3..=5 => "mild",
        6..=8 => "moderate",
        _ => "strong",
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
