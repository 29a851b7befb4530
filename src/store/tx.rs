//! The only way to read and write: transactions whose isolation is the same on both databases.
//!
//! diesel's own `transaction()` begins a deferred transaction on SQLite (a read that later writes
//! fails under load whatever the busy timeout) and READ COMMITTED on PostgreSQL (which loses
//! updates). Here a write is `BEGIN IMMEDIATE` or `SERIALIZABLE`, tried again when it lost a race.

use super::conn::{AnyConn, Manager};
use super::errors::{MayRetry, StoreError};
use crate::lang::{self, Lang};
use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::r2d2::{Pool, PooledConnection};
use rand::RngExt;
use std::ops::{Deref, DerefMut};
use std::time::Duration;

/// How often a write is run before it is given up as busy.
const TRIES: u32 = 12;

/// Nearly every write adds a row to the audit, so on PostgreSQL those that begin together lose the race for its head.
/// Whoever lost once stands in line: this lock is taken before the transaction's view of the data is (a `LOCK` takes
/// none), so nobody in the line sees a head that has moved.
const IN_TURN: &str = "LOCK TABLE audit_head IN SHARE ROW EXCLUSIVE MODE";

/// A consistent view of the data.
pub struct ReadTx<'c> {
    pub(super) conn: &'c mut AnyConn,
}

/// A transaction that may change data. Reads through it see its own writes.
pub struct WriteTx<'c>(ReadTx<'c>);

impl<'c> Deref for WriteTx<'c> {
    type Target = ReadTx<'c>;
    fn deref(&self) -> &ReadTx<'c> {
        &self.0
    }
}

impl DerefMut for WriteTx<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

type Manage = <AnyConn as Connection>::TransactionManager;

fn begin(conn: &mut AnyConn, sqlite: &str, postgres: &str) -> Result<(), StoreError> {
    match conn {
        AnyConn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, sqlite)?,
        AnyConn::Pg(c) => AnsiTransactionManager::begin_transaction_sql(c, postgres)?,
    }
    Ok(())
}

fn checkout(pool: &Pool<Manager>) -> Result<PooledConnection<Manager>, StoreError> {
    pool.get().map_err(|_| StoreError::Busy)
}

/// Rolls back and, should even that fail, lets the pool drop the connection.
fn roll_back(conn: &mut AnyConn) {
    if let Err(e) = Manage::rollback_transaction(conn) {
        tracing::warn!(error = %e, "rollback failed");
    }
}

pub(super) fn read<T, E: From<StoreError>>(pool: &Pool<Manager>, f: impl FnOnce(&mut ReadTx) -> Result<T, E>) -> Result<T, E> {
    let mut conn = checkout(pool)?;
    begin(&mut conn, "BEGIN", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
    let result = f(&mut ReadTx { conn: &mut conn });
    // Nothing was written: ending by rollback is as good as a commit and cannot fail late.
    roll_back(&mut conn);
    result
}

/// The closure may run several times, so it sends nothing and takes the time as an argument. It speaks English, whoever
/// asks: nothing that is stored is a translation.
pub(super) fn write<T, E: MayRetry>(pool: &Pool<Manager>, mut f: impl FnMut(&mut WriteTx) -> Result<T, E>) -> Result<T, E> {
    for attempt in 0..TRIES {
        if attempt > 0 {
            let ceiling = 10_u64 << attempt.min(6);
            std::thread::sleep(Duration::from_millis(rand::rng().random_range(1..=ceiling)));
        }
        let mut conn = checkout(pool)?;
        match begin(&mut conn, "BEGIN IMMEDIATE", "BEGIN ISOLATION LEVEL SERIALIZABLE") {
            Err(StoreError::Retry) => continue,
            other => other?,
        }
        if attempt > 0
            && let AnyConn::Pg(c) = &mut *conn
            && let Err(error) = c.batch_execute(IN_TURN).map_err(StoreError::from)
        {
            roll_back(&mut conn);
            if !matches!(error, StoreError::Retry) {
                return Err(error.into());
            }
            continue;
        }
        match lang::within(Lang::En, || f(&mut WriteTx(ReadTx { conn: &mut conn }))) {
            Ok(value) => match Manage::commit_transaction(&mut *conn).map_err(StoreError::from) {
                Ok(()) => return Ok(value),
                Err(error) => {
                    roll_back(&mut conn);
                    if !matches!(error, StoreError::Retry) {
                        return Err(error.into());
                    }
                }
            },
            Err(error) => {
                roll_back(&mut conn);
                if !error.is_retry() {
                    return Err(error);
                }
            }
        }
    }
    Err(StoreError::Busy.into())
}
