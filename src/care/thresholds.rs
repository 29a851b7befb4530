//! What the clinic set of the rules' numbers (13 no. 11): each change is kept with who decided so and why, and
//! counts from the next day on, so that no week and no session is judged by numbers that came after it.

use super::CareError;
use super::people::still_admin;
use crate::access::Admin;
use crate::clinical::thresholds::ClinicNumbers;
use crate::clock::UtcTime;
use crate::store::{Conflict, Store, StoreError, oversight, thresholds};
use chrono::{Days, NaiveDate};

/// The form with which numbers are set.
#[derive(Debug, Clone)]
pub struct NewNumbers {
    /// The numbers.
    pub numbers: ClinicNumbers,
    /// Who decided so, and why.
    pub reason: String,
    /// The setting that the form showed; empty where there was none yet.
    pub seen: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// First day on which numbers set now count.
pub fn counts_from(now: UtcTime) -> NaiveDate {
    now.date() + Days::new(1)
}

/// Sets the numbers from the next day on.
///
/// # Errors
/// Refused when somebody else set them since the form was shown, and when nothing would change.
pub fn set(store: &Store, by: &Admin, new: &NewNumbers, now: UtcTime) -> Result<(), CareError> {
    let done = store.write(|tx| {
        still_admin(tx, by)?;
        let before = thresholds::timeline(tx, by.clinic())?;
        if before.settings().iter().any(|setting| setting.token == new.token) {
            return Ok(());
        }
        let latest = before.settings().first();
        if latest.map_or("", |setting| &setting.id) != new.seen {
            return Err(CareError::refused(
                "",
                "Somebody else changed these numbers in the meantime. Look at what is set now, then save again",
            ));
        }
        if before.latest() == new.numbers {
            return Err(CareError::refused("", "These are the numbers that are set already. Change one of them, or leave this page"));
        }
        thresholds::set(tx, by, &new.numbers, counts_from(now), &new.reason, &new.token, now)?;
        oversight::note(tx, Some(by.user()), None, "set the clinic's numbers", now)?;
        Ok(())
    });
    match done {
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => Ok(()),
        other => other,
    }
}
