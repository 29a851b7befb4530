//! Clinics of one database, apart from each other: made, named and closed at the command line, never from a page, so
//! that no administrator of one clinic learns of another.

use super::CareError;
use super::account::first_link;
use crate::clock::UtcTime;
use crate::ids::{self, ClinicId};
use crate::store::clinics::{self, Clinic};
use crate::store::{ReadTx, Store, WriteTx, accounts, oversight};

/// Most letters of a clinic's name.
pub const NAME: usize = 80;

/// A clinic with how many people it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The clinic.
    pub clinic: Clinic,
    /// Open staff accounts.
    pub staff: i64,
    /// Patients whose account is open.
    pub patients: i64,
}

/// Every clinic, the oldest first.
pub fn listed(tx: &mut ReadTx) -> Result<Vec<Listed>, CareError> {
    let mut found = Vec::new();
    for clinic in clinics::all(tx)? {
        let (staff, patients) = clinics::counts(tx, &clinic.id())?;
        found.push(Listed { clinic, staff, patients });
    }
    Ok(found)
}

fn open(tx: &mut ReadTx, id: &ClinicId) -> Result<Clinic, CareError> {
    let found = clinics::find(tx, id)?.filter(|clinic| clinic.closed_at.is_none());
    found.ok_or_else(|| CareError::refused("", "There is no open clinic with this identity. The list says which there are"))
}

/// A name as it is kept.
fn good(tx: &mut ReadTx, name: &str) -> Result<String, CareError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME {
        return Err(CareError::refused("name", "A clinic\u{2019}s name has from 1 to 80 letters"));
    }
    if clinics::all(tx)?.iter().any(|clinic| clinic.closed_at.is_none() && clinic.name == name) {
        return Err(CareError::refused("name", "A clinic of this name is there already"));
    }
    Ok(name.to_owned())
}

/// Makes a clinic, and the secret of the link for its first account: administrator and physiotherapist.
///
/// # Errors
/// Refused for a name that is empty, too long or taken.
pub fn add(store: &Store, name: &str, now: UtcTime) -> Result<(ClinicId, String), CareError> {
    let (id, secret) = (ClinicId::fresh(), ids::secret());
    store.write(|tx| {
        let name = good(tx, name)?;
        clinics::insert(tx, &Clinic { id: id.as_str().to_owned(), name, made_at: now, closed_at: None })?;
        first_link(tx, &id, &secret, now)?;
        oversight::note(tx, None, None, "clinic added", now)?;
        Ok((id.clone(), secret.clone()))
    })
}

/// Gives a clinic another name.
///
/// # Errors
/// Refused when there is no such clinic or the name cannot be taken.
pub fn rename(store: &Store, id: &ClinicId, name: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        open(tx, id)?;
        let name = good(tx, name)?;
        clinics::rename(tx, id, &name)?;
        Ok(oversight::note(tx, None, None, "clinic renamed", now)?)
    })
}

/// The secret of a link for one more administrator of a clinic, who treats patients too; an earlier link ends. It is the
/// way back when whoever administers a clinic can no longer sign in.
///
/// # Errors
/// Refused when there is no such clinic.
pub fn invite_administrator(store: &Store, id: &ClinicId, now: UtcTime) -> Result<String, CareError> {
    let secret = ids::secret();
    store.write(|tx| {
        open(tx, id)?;
        first_link(tx, id, &secret, now)?;
        oversight::note(tx, None, None, "administrator invited at the command line", now)?;
        Ok(secret.clone())
    })
}

/// Closes a clinic in which nobody is any more, and ends every link into it.
///
/// # Errors
/// Refused for the first clinic, which new patients join, and for one with open accounts.
pub fn close(store: &Store, id: &ClinicId, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx: &mut WriteTx| {
        open(tx, id)?;
        if *id == ClinicId::first() {
            return Err(CareError::refused("", "The first clinic stays: whoever makes an account without an invitation joins it"));
        }
        if clinics::counts(tx, id)? != (0, 0) {
            return Err(CareError::refused("", "Somebody has an open account in this clinic. Close the accounts first"));
        }
        accounts::end_links_into(tx, id, now)?;
        clinics::close(tx, id, now)?;
        Ok::<_, CareError>(oversight::note(tx, None, None, "clinic closed", now)?)
    })
}
