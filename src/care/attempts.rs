//! Tries to sign in: what they are counted by, and what is written down of them.
//!
//! From a browser that is known a person has a count of their own: however much is guessed elsewhere, their own browser
//! still lets them in. From any other browser the account and the address it comes from are counted.

use super::{CareError, devices, guessing};
use crate::accounts::throttle::Subject;
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::store::accounts::User;
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

/// A try that was counted, until it is known what came of it.
#[derive(Debug, Clone)]
pub struct Counted {
    subjects: Vec<Subject>,
    /// What is noted when it was wrong.
    refused: &'static str,
    whose: Option<UserId>,
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was right: it is counted against nobody.
    Right,
    /// It was wrong, and stays counted.
    Wrong,
    /// It was not looked at, because the program had too much to do.
    NotLookedAt,
}

/// Begins to look at a try to sign in: counts it, and finds whose it is. `Err` inside: the minutes to wait. As much is
/// done for an address without an account.
pub fn begin(store: &Store, attempt: &Attempt, now: UtcTime) -> Result<Result<(Counted, Option<User>), i64>, CareError> {
    let (subjects, user) = store.read(|tx| Ok::<_, CareError>((attempt.subjects(tx)?, accounts::user_by_email(tx, &attempt.email)?)))?;
    if let Some(minutes) = guessing::begin(store, &subjects, now)? {
        return Ok(Err(minutes));
    }
    let whose = user.as_ref().map(|user| UserId::from_text(user.id.clone()));
    Ok(Ok((Counted { subjects, refused: "sign-in refused", whose }, user)))
}

/// Begins to look at a proof of somebody signed in: a session that was taken must not be a place to guess.
pub fn begin_proof(store: &Store, user: &UserId, now: UtcTime) -> Result<Result<Counted, i64>, CareError> {
    let subjects = vec![Subject::proof(user.as_str())];
    Ok(match guessing::begin(store, &subjects, now)? {
        Some(minutes) => Err(minutes),
        None => Ok(Counted { subjects, refused: "proof refused", whose: Some(user.clone()) }),
    })
}

/// Writes down what came of a try.
pub fn end(store: &Store, counted: &Counted, outcome: Outcome, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| match outcome {
        Outcome::Right => guessing::was_right(tx, &counted.subjects),
        Outcome::NotLookedAt => guessing::give_back(tx, &counted.subjects),
        Outcome::Wrong => {
            guessing::was_wrong(tx, &counted.subjects, now)?;
            Ok(oversight::note(tx, counted.whose.as_ref(), None, counted.refused, now)?)
        }
    })
}
