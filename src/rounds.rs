//! What became of the work that runs beside the requests, for the page on the program's health. Of this server alone, and
//! only since it started: a second server has its own.

use crate::clock::UtcTime;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The last times a round ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ran {
    /// When it last came to its end without a fault.
    pub well: Option<UtcTime>,
    /// When it last failed.
    pub failed: Option<UtcTime>,
    /// How often it failed since the server started.
    pub failures: u32,
    /// What it did last, in a word or two without anything about anybody.
    pub did: String,
}

impl Ran {
    /// The last time was without a fault.
    pub fn is_well(&self) -> bool {
        self.well >= self.failed
    }
}

/// What became of each round, by its name. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Rounds(Arc<Mutex<BTreeMap<&'static str, Ran>>>);

impl Rounds {
    /// Notes that a round came to its end, and what it did.
    pub fn note(&self, name: &'static str, at: UtcTime, outcome: Result<String, ()>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ran = all.entry(name).or_default();
        match outcome {
            Ok(did) => {
                ran.well = Some(at);
                ran.did = did;
            }
            Err(()) => {
                ran.failed = Some(at);
                ran.failures += 1;
            }
        }
    }

    /// Whether the last time of a round was a fault.
    pub fn is_failing(&self, name: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).is_some_and(|ran| !ran.is_well())
    }

    /// Every round that ran, by name.
    pub fn all(&self) -> Vec<(&'static str, Ran)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|(name, ran)| (*name, ran.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_until_the_next_time_goes_well() {
        let (rounds, at) = (Rounds::default(), crate::clock::Clock::system().now());
        rounds.note("reviews", at, Err(()));
        assert!(!rounds.all()[0].1.is_well() && rounds.is_failing("reviews") && !rounds.is_failing("messages"));
        rounds.note("reviews", at + chrono::Duration::minutes(1), Ok("2 weeks".to_owned()));
        let (name, ran) = rounds.all().remove(0);
        assert_eq!((name, ran.is_well(), ran.failures, ran.did.as_str()), ("reviews", true, 1, "2 weeks"));
    }
}
