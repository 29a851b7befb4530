//! Use cases: load facts, let `clinical` decide, save the decision with its trace, all in one
//! transaction. No words for pages and no SQL here. The web pages, the background job, the command
//! line and the demonstration all come through these functions.

pub mod account;
pub mod addresses;
pub mod adverse;
pub mod agreement;
pub mod attempts;
pub mod audit;
pub mod away;
pub mod baseline;
pub mod calendar;
pub mod checkins;
pub mod clinics;
pub mod consent;
pub mod content;
pub mod course;
pub mod days;
pub mod demo;
pub mod desk;
pub mod devices;
pub mod doses;
pub mod exercises;
pub mod factors;
pub mod facts;
pub mod goals;
pub mod guessing;
pub mod house;
pub mod intake;
pub mod joining;
pub mod journal;
pub mod journal_file;
pub mod journal_view;
pub mod learn;
pub mod leave;
pub mod logging;
pub mod mail;
pub mod measures;
pub mod messages;
pub mod notices;
pub mod offers;
pub mod outcomes;
pub mod own_data;
pub mod paper;
pub mod patient_rules;
pub mod pattern;
pub mod people;
pub mod plan;
pub mod player;
pub mod progress;
pub mod proposals;
pub mod reminders;
pub mod replay;
pub mod retention;
pub mod review;
pub mod safety;
pub mod staff;
pub mod standing;
pub mod team;
#[cfg(test)]
mod tests;
pub mod thresholds;
pub mod today;

use crate::lang::Text;
use crate::store::{MayRetry, StoreError};

/// Why a use case did not happen. `Refused` carries a sentence for the person, keyed by the form
/// field it belongs to (empty for the whole form).
#[derive(Debug, thiserror::Error)]
pub enum CareError {
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was asked does not fit the person's present state; nothing was changed.
    #[error("refused: {message}")]
    Refused {
        /// Name of the form field, or empty.
        field: &'static str,
        /// What the person reads.
        message: Text,
    },
}

impl CareError {
    /// A refusal that concerns one field of a form.
    pub fn refused(field: &'static str, message: impl Into<Text>) -> Self {
        Self::Refused { field, message: message.into() }
    }
}

impl MayRetry for CareError {
    fn is_retry(&self) -> bool {
        matches!(self, Self::Store(StoreError::Retry))
    }
}
