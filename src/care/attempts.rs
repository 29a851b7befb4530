//! Tries to sign in: what they are counted by, and what is written down of them.
//!
//! From a browser that is known a person has a count of their own: however much is guessed elsewhere, their own browser
//! still lets them in. From any other browser the account and the address it comes from are counted.

use super::{CareError, devices, guessing};
use crate::accounts::throttle::Subject;
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::store::{ReadTx, Store, StoreError, accounts, oversight};
use std::net::IpAddr;

/// A try to sign in.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The address that was typed, as [`super::account::normal_email`] makes it.
    pub email: String,
    /// Where it comes from.
    pub from: IpAddr,
    /// What the browser's cookie holds; empty when it has none.
    pub browser: String,
}

impl Attempt {
    fn owner(&self, tx: &mut ReadTx) -> Result<Option<UserId>, StoreError> {
        Ok(accounts::user_by_email(tx, &self.email)?.map(|user| UserId::from_text(user.id)))
    }

    /// What it is counted by.
    fn subjects(&self, tx: &mut ReadTx) -> Result<Vec<Subject>, CareError> {
        if let Some(owner) = self.owner(tx)?
            && devices::is_known(tx, &owner, &self.browser)?
        {
            return Ok(vec![Subject::browser(&devices::hash(&owner, &self.browser))]);
        }
        Ok(vec![Subject::account(&self.email), Subject::address(self.from)])
    }
}

/// Whether somebody may try now; the minutes to wait when not.
pub fn wait(tx: &mut ReadTx, attempt: &Attempt, now: UtcTime) -> Result<Option<i64>, CareError> {
    for subject in attempt.subjects(tx)? {
        if let Some(minutes) = guessing::wait(tx, &subject, now)? {
            return Ok(Some(minutes));
        }
    }
    Ok(None)
}

/// Counts a try whose password was wrong. As much is done for an address without an account.
pub fn failed(store: &Store, attempt: &Attempt, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        for subject in attempt.subjects(tx)? {
            guessing::count(tx, &subject, now)?;
        }
        let owner = attempt.owner(tx)?;
        Ok(oversight::note(tx, owner.as_ref(), None, "sign-in refused", now)?)
    })
}

/// Forgets what was counted against somebody whose password was right.
pub fn fitted(store: &Store, attempt: &Attempt) -> Result<(), CareError> {
    store.write(|tx| {
        // The first is their own; the address is shared with others.
        if let Some(own) = attempt.subjects(tx)?.first() {
            accounts::clear_failures(tx, &own.key)?;
        }
        Ok(())
    })
}

/// Whether somebody signed in may try again to prove who they are; the minutes to wait when not.
pub fn proof_wait(store: &Store, user: &UserId, now: UtcTime) -> Result<Option<i64>, CareError> {
    store.read(|tx| guessing::wait(tx, &Subject::proof(user.as_str()), now))
}

/// Somebody signed in proved who they are, or failed to: a session that was taken must not be a place to guess.
pub fn proof(store: &Store, user: &UserId, fits: bool, now: UtcTime) -> Result<(), CareError> {
    let subject = Subject::proof(user.as_str());
    store.write(|tx| {
        if fits {
            return Ok(accounts::clear_failures(tx, &subject.key)?);
        }
        guessing::count(tx, &subject, now)?;
        Ok(oversight::note(tx, Some(user), None, "proof refused", now)?)
    })
}
