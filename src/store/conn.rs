//! One connection type over both databases, made from the URL's scheme and nothing else.
//!
//! `AnyConn::establish(url)` is never called: it tries each variant in turn, so that a mistyped
//! PostgreSQL address would quietly become an empty SQLite file of that name.

use super::errors::StoreError;
use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::r2d2::{CustomizeConnection, ManageConnection, Pool};
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A connection to either database. SQLite stands last, as diesel asks.
#[derive(diesel::MultiConnection)]
pub enum AnyConn {
    /// PostgreSQL.
    Pg(PgConnection),
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
}

/// Where the data is, parsed from `GRADUS_DATABASE_URL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A PostgreSQL connection string, handed to libpq as it is.
    Postgres(String),
    /// A file; its folder is made if missing, private to the owner.
    Sqlite(PathBuf),
}

impl std::str::FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else if let Some(path) = text.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err("names no file; write sqlite://data/gradus.db".to_owned());
            }
            Ok(Self::Sqlite(PathBuf::from(path)))
        } else {
            Err("must begin with sqlite:// or postgres://, for example sqlite://data/gradus.db".to_owned())
        }
    }
}

/// Opens connections for the pools.
#[derive(Debug)]
pub(super) struct Manager(pub DatabaseUrl);

impl Manager {
    pub(super) fn open(&self) -> Result<AnyConn, diesel::ConnectionError> {
        match &self.0 {
            DatabaseUrl::Postgres(url) => PgConnection::establish(url).map(AnyConn::Pg),
            DatabaseUrl::Sqlite(path) => {
                private_file(path).map_err(|e| diesel::ConnectionError::BadConnection(format!("{}: {e}", path.display())))?;
                SqliteConnection::establish(&path.to_string_lossy()).map(AnyConn::Sqlite)
            }
        }
    }
}

impl ManageConnection for Manager {
    type Connection = AnyConn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConn, Self::Error> {
        self.open().map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut AnyConn) -> Result<(), Self::Error> {
        sql_query("SELECT 1").execute(conn).map(|_| ()).map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut AnyConn) -> bool {
        use diesel::r2d2::R2D2Connection;
        match conn {
            AnyConn::Pg(c) => c.is_broken(),
            AnyConn::Sqlite(c) => c.is_broken(),
        }
    }
}

/// Makes the database file and its folder readable by their owner alone before SQLite sees them;
/// the `-wal` and `-shm` files beside it inherit the mode.
fn private_file(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(|_| ()),
    }
}

/// What every connection is told on opening. SQLite's settings are per connection.
#[derive(Debug)]
struct Setup {
    read_only: bool,
    /// Counts the statements of every connection of the store.
    statements: Arc<AtomicU64>,
}

/// `synchronous=FULL`: with NORMAL a power cut loses writes that were already acknowledged.
/// `secure_delete`: erased text must not stay readable in the file.
pub(super) const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;";

impl CustomizeConnection<AnyConn, diesel::r2d2::Error> for Setup {
    fn on_acquire(&self, conn: &mut AnyConn) -> Result<(), diesel::r2d2::Error> {
        let result = match conn {
            AnyConn::Sqlite(c) => {
                c.batch_execute(SQLITE_SETUP).and_then(|()| if self.read_only { c.batch_execute("PRAGMA query_only = ON") } else { Ok(()) })
            }
            AnyConn::Pg(c) => c.batch_execute("SET TIME ZONE 'UTC'; SET client_min_messages = warning;"),
        };
        let counter = Arc::clone(&self.statements);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        result.map_err(diesel::r2d2::Error::QueryError)
    }
}

/// A pool of `size` connections; fails at once when the database cannot be reached.
pub(super) fn pool(url: &DatabaseUrl, size: u32, read_only: bool, statements: &Arc<AtomicU64>) -> Result<Pool<Manager>, StoreError> {
    Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .connection_timeout(Duration::from_secs(10))
        .connection_customizer(Box::new(Setup { read_only, statements: Arc::clone(statements) }))
        .build(Manager(url.clone()))
        .map_err(|e| StoreError::broken(format!("the database cannot be opened: {e}")))
}

/// What `PRAGMA wal_checkpoint` answers: 1 when a reader was in the way.
#[derive(diesel::QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

/// See [`super::Store::scrub`]. Outside of any transaction, as both databases ask.
pub(super) fn scrub(pool: &Pool<Manager>) -> Result<bool, StoreError> {
    let mut conn = pool.get().map_err(|_| StoreError::Busy)?;
    match &mut *conn {
        AnyConn::Pg(c) => c.batch_execute("VACUUM")?,
        AnyConn::Sqlite(c) => {
            // `secure_delete` wipes what is deleted, but not what pages keep of rows that moved within them: the whole
            // file is written anew, and the log that held the old pages is cut to nothing.
            c.batch_execute("VACUUM")?;
            let done: Checkpoint = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(c)?;
            return Ok(done.busy == 0);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::QueryableByName;
    use diesel::sql_types::Text;

    #[derive(QueryableByName)]
    struct Value {
        #[diesel(sql_type = Text)]
        value: String,
    }

    #[test]
    fn every_pooled_sqlite_connection_has_the_settings() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("gradus.db"));
        for read_only in [false, true] {
            let pool = pool(&url, 3, read_only, &Arc::default()).expect("a pool");
            let mut all: Vec<_> = (0..3).map(|_| pool.get().expect("a connection")).collect();
            for conn in &mut all {
                let mut get = |pragma: &str| {
                    let sql = format!(
                        "SELECT CAST(p.{column} AS TEXT) AS value FROM pragma_{pragma} p",
                        column = if pragma == "busy_timeout" { "timeout" } else { pragma }
                    );
                    sql_query(sql).get_result::<Value>(&mut **conn).map(|v| v.value).expect("a pragma")
                };
                let found = ["journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout", "query_only"].map(&mut get);
                // synchronous 2 is FULL.
                assert_eq!(found, ["wal", "2", "1", "1", "10000", if read_only { "1" } else { "0" }]);
            }
        }
    }
}
