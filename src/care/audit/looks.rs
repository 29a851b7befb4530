//! What somebody saw of a record, noted before they see it.

use crate::access::{Actor, Relation, authorise_read};
use crate::care::CareError;
use crate::care::team::EMERGENCY_LOOK;
use crate::clock::UtcTime;
use crate::ids::{PatientId, UserId};
use crate::store::{ReadTx, Store, StoreError, WriteTx, accounts, oversight, relations};
use chrono::Duration;

/// Somebody who sees the same part of the same record again within this time has seen it once.
pub const ONE_LOOK: Duration = Duration::minutes(10);
/// Whoever is refused things in a row is noted once in this time: what it was is not written down, only that it goes on.
const ONE_REFUSAL: Duration = Duration::minutes(1);
/// How the audit calls it when a record was not shown.
const REFUSED: &str = "was refused the record";
/// And when anything else was not: the two cannot be told apart from outside, so they are called alike.
pub const NOT_THEIRS: &str = "asked for what is not there or not theirs";
/// And when a form came without the token of its page, or from another site.
pub const FORM_REFUSED: &str = "sent a form that was refused";

/// What an answer showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// A part of the records of these patients.
    Parts(Vec<PatientId>, &'static str),
    /// Something of many patients.
    List(&'static str),
    /// Somebody's account, be they a patient or of the staff.
    Account(PatientId, &'static str),
    /// Nothing, though something was asked for that is not for everybody: about these patients, if it was about any.
    Nothing(Vec<PatientId>),
    /// Nothing: a form was refused before it was read.
    Form,
}

/// Notes what somebody saw, or that they were refused it. Neither where it was nor what it was called is kept.
///
/// # Errors
/// When it cannot be written down; what was to be seen must then not be shown.
pub fn note(store: &Store, by: &UserId, sight: &Sight, now: UtcTime) -> Result<(), CareError> {
    // Most looks of a working day repeat one that is noted already, and need no write.
    let new = store.read(|tx| wanted(tx, by, sight, now))?;
    if new.is_empty() {
        return Ok(());
    }
    store.write(|tx| write(tx, by, &new, now))
}

fn write(tx: &mut WriteTx, by: &UserId, new: &[(Option<PatientId>, &'static str)], now: UtcTime) -> Result<(), CareError> {
    for (patient, word) in new {
        oversight::note(tx, Some(by), patient.as_ref(), word, now)?;
    }
    Ok(())
}

/// What is to be noted of it and is not yet.
fn wanted(tx: &mut ReadTx, by: &UserId, sight: &Sight, now: UtcTime) -> Result<Vec<(Option<PatientId>, &'static str)>, CareError> {
    let mut found = Vec::new();
    match sight {
        Sight::List(word) => found.push((None, *word)),
        Sight::Account(of, word) => found.push((Some(of.clone()), *word)),
        Sight::Form => found.push((None, FORM_REFUSED)),
        Sight::Parts(patients, word) => {
            for (patient, relation) in related(tx, by, patients, now)? {
                found.push((Some(patient.clone()), *word));
                if relation == Relation::Emergency {
                    found.push((Some(patient), EMERGENCY_LOOK));
                }
            }
        }
        Sight::Nothing(patients) => {
            let actor = accounts::user(tx, by)?.as_ref().map(Actor::from).ok_or(StoreError::NotFound)?;
            for (patient, relation) in related(tx, by, patients, now)? {
                // Somebody who may read the record was looking for something else that is not there.
                if authorise_read(&actor, relation, patient.clone()).is_err() {
                    found.push((Some(patient), REFUSED));
                }
            }
            if found.is_empty() {
                found.push((None, NOT_THEIRS));
            }
        }
    }
    let mut new = Vec::new();
    for (patient, word) in found {
        let once_in = if [NOT_THEIRS, FORM_REFUSED].contains(&word) { ONE_REFUSAL } else { ONE_LOOK };
        if !oversight::noted_since(tx, by, patient.as_ref(), word, now - once_in)? {
            new.push((patient, word));
        }
    }
    Ok(new)
}

/// How somebody stands to those of these patients who exist.
fn related(tx: &mut ReadTx, by: &UserId, patients: &[PatientId], now: UtcTime) -> Result<Vec<(PatientId, Relation)>, CareError> {
    let Some(actor) = accounts::user(tx, by)?.as_ref().map(Actor::from) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for patient in patients {
        let known = accounts::user(tx, &UserId::from_text(patient.as_str()))?.is_some_and(|user| user.is_patient);
        if known {
            found.push((patient.clone(), relations::relation(tx, &actor, patient, now)?));
        }
    }
    Ok(found)
}
