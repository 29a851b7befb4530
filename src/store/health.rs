//! How the database is: its kind, its size, its migrations, and what waits to be sent. Counts alone.

use super::accounts::keep_setting;
use super::conn::AnyConn;
use super::errors::StoreError;
use super::schema::{outbox, users};
use super::{ReadTx, WriteTx};
use crate::access::Admin;
use crate::clock::UtcTime;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, sql_query};

diesel::table! {
    /// diesel's own list of what ran.
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

#[derive(QueryableByName)]
struct Size {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// How the database is.
#[derive(Debug, Clone)]
pub struct Database {
    /// `SQLite` or `PostgreSQL`.
    pub kind: &'static str,
    /// Its size in bytes.
    pub bytes: i64,
    /// How many migrations ran.
    pub migrations: i64,
    /// The newest of them.
    pub newest: String,
    /// When that one ran, by the database's clock.
    pub ran_on: Option<UtcTime>,
}

/// How the database is.
pub fn database(tx: &mut ReadTx) -> Result<Database, StoreError> {
    use __diesel_schema_migrations as m;
    // What each database says of itself is no part of the common language.
    let (kind, size) = match tx.conn {
        AnyConn::Pg(c) => ("PostgreSQL", sql_query("SELECT pg_database_size(current_database()) AS bytes").get_result::<Size>(c)?),
        AnyConn::Sqlite(c) => {
            let pages = "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()";
            ("SQLite", sql_query(pages).get_result::<Size>(c)?)
        }
    };
    let migrations = m::table.count().get_result(tx.conn)?;
    let newest = m::table.order(m::version.desc()).select((m::version, m::run_on)).first::<(String, UtcTime)>(tx.conn).optional()?;
    let (newest, ran_on) = newest.map_or((String::new(), None), |(version, at)| (version, Some(at)));
    Ok(Database { kind, bytes: size.bytes, migrations, newest, ran_on })
}

/// Messages of a kind that came to the same end.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Posted {
    /// Code of the kind.
    pub kind: String,
    /// `waiting`, `sending`, `sent`, `failed` or `dropped`.
    pub status: String,
    /// Code of the last failure; empty where there was none.
    pub problem: String,
    /// How many.
    pub count: i64,
}

/// What became of the messages to people of the administrator's clinic that were decided after an instant.
pub fn posted(tx: &mut ReadTx, admin: &Admin, after: UtcTime) -> Result<Vec<Posted>, StoreError> {
    let here = users::table.filter(users::clinic_id.eq(admin.clinic().as_str())).select(users::id);
    let found = outbox::table
        .filter(outbox::user_id.eq_any(here))
        .filter(outbox::made_at.gt(after))
        .group_by((outbox::kind, outbox::status, outbox::problem))
        .select((outbox::kind, outbox::status, outbox::problem, count_star()))
        .order((outbox::kind, outbox::status, outbox::problem));
    Ok(found.load(tx.conn)?)
}

/// How many messages wait to be sent, to whomever, and since when the one waits that waits longest.
pub fn queue(tx: &mut ReadTx) -> Result<(i64, Option<UtcTime>), StoreError> {
    let open = || outbox::table.filter(outbox::status.eq_any(["waiting", "sending"]));
    let count = open().count().get_result(tx.conn)?;
    Ok((count, open().select(outbox::made_at).order(outbox::made_at).first(tx.conn).optional()?))
}

/// Writes the time into a row kept for this: proof for `/health` that the database takes writes.
pub fn touch(tx: &mut WriteTx, now: UtcTime) -> Result<(), StoreError> {
    keep_setting(tx, "health", &now.to_string())
}
