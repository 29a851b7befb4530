//! Another key in the place of the one that seals secrets of code apps and locked records: everything is opened with the
//! present key and sealed with the new one, in one transaction, or nothing is.

use crate::accounts::factors::Sealer;
use crate::care::own_data::sealing::bound;
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::store::{MayRetry, Store, StoreError, archives, closing, factors, oversight};
use std::fmt;

/// How many of what is sealed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sealed {
    /// Secrets of code apps.
    pub apps: usize,
    /// Locked records of erased patients.
    pub records: usize,
}

impl Sealed {
    /// Whether there is any.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let app = if self.apps == 1 { "secret of a code app" } else { "secrets of code apps" };
        let record = if self.records == 1 { "locked record" } else { "locked records" };
        write!(f, "{} {app} and {} {record}", self.apps, self.records)
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Done {
    /// Opened with the present key and sealed with the new one.
    pub anew: Sealed,
    /// Sealed with the new key before: an earlier try was cut short after its transaction.
    pub already: Sealed,
}

/// Why nothing was sealed anew.
#[derive(Debug, thiserror::Error)]
pub enum AnewError {
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key does not open so many.
    #[error(
        "nothing was changed, because the present key does not open {0}. Bring their own key back; without it they are lost: see \
         `gradus factors reset` and `gradus retention lost`"
    )]
    Unopened(Sealed),
}

impl MayRetry for AnewError {
    fn is_retry(&self) -> bool {
        matches!(self, Self::Store(StoreError::Retry))
    }
}

/// What becomes of one thing.
enum Turned {
    Anew(Vec<u8>),
    Already,
    Unopened,
}

fn turn((present, new): (&Sealer, &Sealer), whose: &str, sealed: &[u8]) -> Result<Turned, StoreError> {
    match present.open(whose, sealed) {
        Some(opened) => new.seal(whose, &opened).map(Turned::Anew).ok_or_else(|| StoreError::broken("sealing anew failed")),
        None if new.open(whose, sealed).is_some() => Ok(Turned::Already),
        None => Ok(Turned::Unopened),
    }
}

/// Whether the key opens everything that is sealed; nothing is changed.
///
/// # Errors
/// `Unopened` with how much it does not open.
pub fn check(store: &Store, present: &Sealer) -> Result<(), AnewError> {
    let left = store.read::<_, StoreError>(|tx| {
        let mut left = Sealed::default();
        for app in factors::apps(tx)? {
            left.apps += usize::from(present.open(&app.user_id, &app.sealed_secret).is_none());
        }
        for kept in archives::all(tx)? {
            let sealed = archives::sealed(tx, &kept.id)?;
            left.records += usize::from(present.open(&bound(&kept.id, kept.keep_until_at), &sealed).is_none());
        }
        Ok(left)
    })?;
    if left.any() { Err(AnewError::Unopened(left)) } else { Ok(()) }
}

/// Seals everything anew. What the new key opens already stays as it is, so that a try that was cut short can be gone on
/// with, and so can one beside a server that ran all the same.
///
/// # Errors
/// `Unopened` when something opens with neither key: nothing was changed.
pub fn seal(store: &Store, keys: (&Sealer, &Sealer), now: UtcTime) -> Result<Done, AnewError> {
    store.write(|tx| {
        let (mut done, mut left) = (Done::default(), Sealed::default());
        for app in factors::apps(tx)? {
            match turn(keys, &app.user_id, &app.sealed_secret)? {
                Turned::Anew(sealed) => {
                    factors::set_sealed(tx, &UserId::from_text(&app.user_id), &sealed)?;
                    done.anew.apps += 1;
                }
                Turned::Already => done.already.apps += 1,
                Turned::Unopened => left.apps += 1,
            }
        }
        for kept in archives::all(tx)? {
            match turn(keys, &bound(&kept.id, kept.keep_until_at), &archives::sealed(tx, &kept.id)?)? {
                Turned::Anew(sealed) => {
                    archives::set_sealed(tx, &kept.id, &sealed)?;
                    done.anew.records += 1;
                }
                Turned::Already => done.already.records += 1,
                Turned::Unopened => left.records += 1,
            }
        }
        if left.any() {
            return Err(AnewError::Unopened(left));
        }
        // Only going on with a try whose transaction was noted is nothing to note.
        if done.anew.any() || !done.already.any() {
            oversight::note(tx, None, None, "replaced the key that seals, at the command line", now)?;
            // What is sealed with the old key stands in gaps of the file until it is written anew.
            closing::scrub_later(tx)?;
        }
        Ok(done)
    })
}
