//! Brings the schema up to date. Safe to run from several servers at once.

use super::chain;
use super::conn::{AnyConn, DatabaseUrl, Manager, SQLITE_SETUP};
use super::errors::StoreError;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::time::Duration;

/// One folder for both databases: see `migrations/README.md` for what its SQL may use.
const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// SQLite before this has a defect that can corrupt a WAL database used by several connections.
const MIN_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// How often it is tried when another server is at it: five seconds in all, beside waiting for locks.
const TRIES: u32 = 100;

/// Any number will do, as long as every Gradus server takes the same one.
const PG_LOCK: &str = "SELECT pg_advisory_lock(471147)";
const PG_UNLOCK: &str = "SELECT pg_advisory_unlock(471147)";

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Violations {
    #[diesel(sql_type = BigInt)]
    violations: i64,
}

/// Applies what is missing and returns the names of the migrations that ran.
///
/// # Errors
/// `Broken` when the database cannot be reached, a migration fails, a foreign key is violated
/// afterwards, or the linked SQLite is older than 3.51.3.
pub fn migrate(url: &DatabaseUrl) -> Result<Vec<String>, StoreError> {
    for _ in 0..TRIES {
        match migrate_once(url) {
            // On SQLite switching to WAL fails at once, whatever the busy timeout, while others do the same.
            Err(StoreError::Retry) => std::thread::sleep(Duration::from_millis(50)),
            other => return other,
        }
    }
    Err(StoreError::Busy)
}

fn migrate_once(url: &DatabaseUrl) -> Result<Vec<String>, StoreError> {
    let mut conn = Manager(url.clone()).open().map_err(StoreError::broken)?;
    match &mut conn {
        AnyConn::Sqlite(c) => {
            check_sqlite_version(&sql_query("SELECT sqlite_version() AS version").get_result::<Version>(c)?.version)?;
            c.batch_execute(SQLITE_SETUP)?;
            // A no-op inside a transaction, so it is said before the migrations begin theirs.
            c.batch_execute("PRAGMA foreign_keys = OFF")?;
            // One writer at a time: whoever comes second waits here and finds nothing left to do.
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")?;
        }
        AnyConn::Pg(c) => c.batch_execute(PG_LOCK)?,
    }
    let ran = conn
        .run_pending_migrations(MIGRATIONS)
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|e| StoreError::broken(format!("migration failed: {e}")));
    let ran = ran.and_then(|ran: Vec<String>| bind(&mut conn).map(|()| ran));
    match &mut conn {
        AnyConn::Sqlite(c) => {
            finish(c, ran.is_ok())?;
            let broken = sql_query("SELECT COUNT(*) AS violations FROM pragma_foreign_key_check").get_result::<Violations>(c)?;
            if broken.violations > 0 {
                return Err(StoreError::broken("foreign keys are violated after migration"));
            }
        }
        AnyConn::Pg(c) => c.batch_execute(PG_UNLOCK)?,
    }
    ran
}

/// What the migrations leave to the program: the chain of the audit, and the triggers that each database writes in its
/// own words.
fn bind(conn: &mut AnyConn) -> Result<(), StoreError> {
    match conn {
        // Inside of the transaction around the migrations.
        AnyConn::Sqlite(_) => {
            chain::begin(conn)?;
            chain::guard(conn)
        }
        AnyConn::Pg(_) => {
            type Manage = <AnyConn as Connection>::TransactionManager;
            Manage::begin_transaction(conn)?;
            let bound = chain::begin(conn).and_then(|()| chain::guard(conn));
            if bound.is_ok() {
                Manage::commit_transaction(conn)?;
            } else {
                Manage::rollback_transaction(conn)?;
            }
            bound
        }
    }
}

/// Ends the transaction around the migrations: all of them or none.
fn finish(c: &mut SqliteConnection, kept: bool) -> Result<(), StoreError> {
    type Manage = <SqliteConnection as Connection>::TransactionManager;
    if kept {
        Manage::commit_transaction(c)?
    } else {
        Manage::rollback_transaction(c)?
    };
    Ok(())
}

fn check_sqlite_version(version: &str) -> Result<(), StoreError> {
    let mut parts = version.split('.').map(|p| p.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) < MIN_SQLITE {
        return Err(StoreError::broken(format!("SQLite {version} is too old: 3.51.3 or newer is needed")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_sqlite_version;

    #[test]
    fn an_sqlite_older_than_3_51_3_is_refused() {
        assert!(check_sqlite_version("3.51.2").is_err());
        assert!(check_sqlite_version("3.51.3").is_ok());
        assert!(check_sqlite_version("3.52.0").is_ok());
    }
}
