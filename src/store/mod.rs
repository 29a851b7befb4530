//! The only part that speaks diesel. One schema and one set of query functions for SQLite and
//! PostgreSQL; every statement runs inside [`Store::read`] or [`Store::write`].
//!
//! Functions on a patient's data take a [`crate::access::PatientAccess`], which only `access` can
//! make, so a caller that did not ask may not have the data. See `access` next.

pub mod accounts;
pub mod addresses;
pub mod adverse;
pub mod agreement;
pub mod archives;
pub mod away;
pub mod belongings;
pub mod calendar;
pub mod caseload;
pub mod chain;
pub mod clinics;
pub mod closing;
mod conn;
pub mod corrections;
pub mod course;
pub mod doses;
pub mod drafts;
mod errors;
pub mod exercises;
pub mod factors;
pub mod goals;
pub mod health;
pub mod imports;
pub mod intake;
pub mod joining;
pub mod journal;
pub mod learn;
pub mod letters;
pub mod logs;
pub mod messages;
mod migrate;
pub mod notes;
pub mod outbox;
pub mod outcomes;
pub mod overrides;
pub mod oversight;
pub mod paper;
pub mod patient_rules;
pub mod pattern;
pub mod people;
pub mod plans;
pub mod played;
pub mod relations;
pub mod reminders;
pub mod replay;
pub mod retention;
pub mod reviews;
mod schema;
pub mod sessions;
pub mod team;
pub mod templates;
pub mod thresholds;
pub mod trail;
pub mod trials;
mod tx;
mod types;
pub mod visit;

pub use conn::DatabaseUrl;
pub use errors::{Conflict, MayRetry, StoreError};
pub use migrate::migrate;
pub use tx::{ReadTx, WriteTx};
pub use types::{Coded, Json};

use conn::Manager;
use diesel::r2d2::Pool;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A handle to the database; cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Pools>,
}

struct Pools {
    read: Pool<Manager>,
    write: Pool<Manager>,
    statements: Arc<AtomicU64>,
}

impl Store {
    /// Opens the pools. SQLite gets one writing connection, because it can use no more, and
    /// readers that cannot write; PostgreSQL shares one pool.
    ///
    /// # Errors
    /// `Broken` when the database cannot be reached.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let statements = Arc::new(AtomicU64::new(0));
        let pools = match url {
            DatabaseUrl::Sqlite(_) => {
                let write = conn::pool(url, 1, false, &statements)?;
                Pools { read: conn::pool(url, 4, true, &statements)?, write, statements }
            }
            DatabaseUrl::Postgres(_) => {
                let both = conn::pool(url, 8, false, &statements)?;
                Pools { read: both.clone(), write: both, statements }
            }
        };
        Ok(Self { inner: Arc::new(pools) })
    }

    /// How many statements were sent to the database since it was opened, those of all requests together: what says
    /// whether a page that lists many people asks once or once for each.
    pub fn statements(&self) -> u64 {
        self.inner.statements.load(Ordering::Relaxed)
    }

    /// Runs `f` on a consistent view of the data.
    ///
    /// # Errors
    /// What `f` returns, or `Busy` when no connection was free within ten seconds.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut ReadTx) -> Result<T, E>) -> Result<T, E> {
        tx::read(&self.inner.read, f)
    }

    /// Runs `f` in a transaction that either happens whole or not at all. `f` may run more than
    /// once, so it must do nothing but read and write through the transaction.
    ///
    /// # Errors
    /// What `f` returns (everything rolled back), or `Busy` after the last retry.
    pub fn write<T, E: MayRetry>(&self, f: impl FnMut(&mut WriteTx) -> Result<T, E>) -> Result<T, E> {
        tx::write(&self.inner.write, f)
    }

    /// Writes the database anew, so that what was erased stands nowhere in it any more: on SQLite the file, and its log is
    /// emptied; PostgreSQL frees the rows, and its own log goes as the server is set. `false` when somebody was reading
    /// and the log could not be emptied: to be tried again.
    ///
    /// # Errors
    /// `Busy` when no connection was free, `Broken` when the database refuses.
    pub fn scrub(&self) -> Result<bool, StoreError> {
        conn::scrub(&self.inner.write)
    }
}
