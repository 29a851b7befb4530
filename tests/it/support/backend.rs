//! The two databases, and what happens when one of them is not there.

use super::postgres;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use gradus::store::DatabaseUrl;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Says that the running test is skipped for want of something; a failure where `CI` is set, because
/// there everything must be there.
pub fn skip(missing: &str) {
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    let in_ci = std::env::var("CI").is_ok_and(|v| !matches!(v.as_str(), "" | "0" | "false"));
    assert!(!in_ci, "{missing} was not found, and CI is set");
    // Not eprintln!, whose words the test harness keeps to itself.
    let _ = writeln!(std::io::stderr(), "skipped: {missing} was not found ({test})");
}

impl Backend {
    /// Whether tests can run on it; says so when they cannot.
    pub fn is_here(self) -> bool {
        let here = self == Self::Sqlite || postgres::server().is_some();
        if !here {
            skip("PostgreSQL");
        }
        here
    }

    /// A fresh database without any table.
    pub fn empty(self) -> Database {
        match self {
            Self::Sqlite => Database::file(),
            Self::Postgres => Database::Postgres(postgres::create(None)),
        }
    }

    /// A fresh, migrated database.
    pub fn migrated(self) -> Database {
        match self {
            Self::Sqlite => {
                let database = Database::file();
                let to = database.path().expect("a file");
                // As the program makes them: nobody else's to read.
                DirBuilder::new().mode(0o700).create(to.parent().expect("a folder")).expect("a folder");
                let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).expect("a new file");
                file.write_all(&MIGRATED).expect("a copy of the migrated database");
                database
            }
            Self::Postgres => Database::Postgres(postgres::create(Some(postgres::template()))),
        }
    }
}

/// A migrated SQLite database to copy: the last connection that closed has left everything in the one file.
static MIGRATED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let database = Database::file();
    gradus::store::migrate(&database.url()).expect("SQLite migrates");
    std::fs::read(database.path().expect("a file")).expect("the file")
});

/// A database of one test's own; it goes when this is dropped.
pub enum Database {
    Sqlite { file: PathBuf, _folder: tempfile::TempDir },
    Postgres(postgres::Created),
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl Database {
    fn file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // A folder below it, so that the program makes it as it would on a fresh machine.
        Self::Sqlite { file: folder.path().join("data/gradus.db"), _folder: folder }
    }

    pub fn url(&self) -> DatabaseUrl {
        match self {
            Self::Sqlite { file, .. } => DatabaseUrl::Sqlite(file.clone()),
            Self::Postgres(created) => DatabaseUrl::Postgres(created.url()),
        }
    }

    /// The file of an SQLite database.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { file, .. } => Some(file),
            Self::Postgres(_) => None,
        }
    }

    /// The rows of a query with one text column named `line`, beside the program's own connections.
    pub fn lines(&self, sql: &str) -> Vec<String> {
        let rows: Vec<Line> = match self {
            Self::Sqlite { file, .. } => sql_query(sql).load(&mut sqlite(file)),
            Self::Postgres(created) => sql_query(sql).load(&mut created.connect()),
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
        rows.into_iter().map(|row| row.line).collect()
    }

    /// The only row of such a query.
    pub fn line(&self, sql: &str) -> String {
        let mut lines = self.lines(sql);
        assert_eq!(lines.len(), 1, "one row was expected of {sql}, not {lines:?}");
        lines.remove(0)
    }

    /// The number of rows of a table, perhaps with a condition: `count("users WHERE is_patient")`.
    pub fn count(&self, of: &str) -> usize {
        self.line(&format!("SELECT CAST(COUNT(*) AS TEXT) AS line FROM {of}")).parse().expect("a count")
    }

    /// Runs statements beside the program's own connections.
    pub fn execute(&self, sql: &str) {
        match self {
            Self::Sqlite { file, .. } => sqlite(file).batch_execute(sql),
            Self::Postgres(created) => created.connect().batch_execute(sql),
        }
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}

fn sqlite(file: &Path) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(&file.to_string_lossy()).expect("the file opens");
    conn.batch_execute("PRAGMA busy_timeout = 10000").expect("a pragma");
    conn
}

pub(super) fn pg(url: &str) -> Result<PgConnection, diesel::ConnectionError> {
    let mut conn = PgConnection::establish(url)?;
    conn.batch_execute("SET client_min_messages = warning").expect("a setting");
    Ok(conn)
}

/// Writes a test for both databases: `each_backend! { fn name(backend) { … } }` becomes
/// `name::on_sqlite` and `name::on_postgres`.
macro_rules! each_backend {
    ($($(#[$meta:meta])* fn $name:ident($backend:ident) $body:block)+) => { $(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            fn body($backend: $crate::support::Backend) $body

            #[test]
            fn on_sqlite() {
                body($crate::support::Backend::Sqlite);
            }

            #[test]
            fn on_postgres() {
                if $crate::support::Backend::Postgres.is_here() {
                    body($crate::support::Backend::Postgres);
                }
            }
        }
    )+ };
}
