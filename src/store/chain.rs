//! The record of who did and saw what is only ever added to, and each row is bound to the one before: its hash covers
//! all of its fields, its number and the hash of the row before it. Whoever changes, removes, inserts or moves a row
//! breaks the chain there; whoever cuts off its end is given away by `audit_head`, the row with the last number and
//! hash, and by a head that was noted elsewhere. `care::audit::verify` tells it in words.
//!
//! Triggers of either database refuse to change or delete a row ([`guard`]); the chain finds out whoever gets past them.

use super::conn::AnyConn;
use super::errors::StoreError;
use super::schema::{audit, audit_head};
use super::{ReadTx, WriteTx};
use crate::clock::UtcTime;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use sha2::{Digest, Sha256};

/// Rows that are read at once: the record is longer than the memory.
const BATCH: i64 = 1000;
/// The one row of `audit_head`.
const HEAD: i32 = 1;
/// Names the way hashes are made, so that another way can follow without doubt.
const MANNER: &[u8] = b"gradus audit 1";

/// A row of the record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = audit)]
pub struct Entry {
    /// Identity.
    pub id: String,
    /// When.
    pub at: UtcTime,
    /// Who, unless it was the program.
    pub actor_id: Option<String>,
    /// `user` or `program`.
    pub actor_kind: String,
    /// About whose record or account.
    pub patient_id: Option<String>,
    /// What: a fixed word.
    pub action: String,
    /// Its number, without gaps from 1.
    pub seq: i32,
    /// From which address.
    pub address: String,
    /// With which device.
    pub device: String,
    /// In which request.
    pub request: String,
    /// In which clinic, when it is known.
    pub clinic_id: Option<String>,
    /// The hash of the row before; empty for the first.
    pub previous: String,
    /// The hash of this row.
    pub hash: String,
}

impl Entry {
    /// The hash that belongs to what this row says. Each field is written with its length before it, so that no two rows
    /// of different fields make the same bytes; a field that is not there differs from an empty one.
    pub fn reckoned(&self) -> String {
        let mut hash = Sha256::new();
        let mut field = |value: Option<&[u8]>| {
            hash.update([u8::from(value.is_some())]);
            let value = value.unwrap_or_default();
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        };
        field(Some(MANNER));
        field(Some(&self.seq.to_be_bytes()));
        field(Some(self.previous.as_bytes()));
        field(Some(self.id.as_bytes()));
        // Microseconds since 1970: the same on both databases.
        field(Some(&self.at.and_utc().timestamp_micros().to_be_bytes()));
        field(self.actor_id.as_deref().map(str::as_bytes));
        field(Some(self.actor_kind.as_bytes()));
        field(self.patient_id.as_deref().map(str::as_bytes));
        field(Some(self.action.as_bytes()));
        field(Some(self.address.as_bytes()));
        field(Some(self.device.as_bytes()));
        field(Some(self.request.as_bytes()));
        field(self.clinic_id.as_deref().map(str::as_bytes));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The last number and hash of the record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Head {
    /// Number of the last row; 0 while there is none.
    pub seq: i32,
    /// Its hash.
    pub hash: String,
}

/// The head; `None` when its row was removed.
pub fn head(tx: &mut ReadTx) -> Result<Option<Head>, StoreError> {
    head_of(tx.conn)
}

fn head_of(conn: &mut AnyConn) -> Result<Option<Head>, StoreError> {
    Ok(audit_head::table.find(HEAD).select((audit_head::seq, audit_head::hash)).first(conn).optional()?)
}

fn move_head(conn: &mut AnyConn, seq: i32, hash: &str) -> Result<(), StoreError> {
    let set = (audit_head::seq.eq(seq), audit_head::hash.eq(hash));
    diesel::update(audit_head::table.find(HEAD)).set(set).execute(conn)?;
    Ok(())
}

/// Adds a row behind the last one. Two writers never both follow the same row: SQLite has one at a time, and PostgreSQL
/// turns the second one away, to try again.
pub(super) fn append(tx: &mut WriteTx, mut entry: Entry) -> Result<(), StoreError> {
    let last = head_of(tx.conn)?.ok_or_else(|| StoreError::broken("the head of the record of who did what is missing"))?;
    entry.seq = last.seq + 1;
    entry.previous = last.hash;
    entry.hash = entry.reckoned();
    move_head(tx.conn, entry.seq, &entry.hash)?;
    diesel::insert_into(audit::table).values(entry).execute(tx.conn)?;
    Ok(())
}

/// Shows every row by its number, a batch in memory at a time.
pub fn each<E: From<StoreError>>(tx: &mut ReadTx, mut show: impl FnMut(Entry) -> Result<(), E>) -> Result<(), E> {
    each_of(tx.conn, |_, entry| show(entry))
}

fn each_of<E: From<StoreError>>(conn: &mut AnyConn, mut show: impl FnMut(&mut AnyConn, Entry) -> Result<(), E>) -> Result<(), E> {
    let mut after = i32::MIN;
    loop {
        let batch = audit::table.filter(audit::seq.gt(after)).order(audit::seq).limit(BATCH);
        let batch: Vec<Entry> = batch.load(conn).map_err(StoreError::from)?;
        let Some(last) = batch.last() else { return Ok(()) };
        after = last.seq;
        for entry in batch {
            show(conn, entry)?;
        }
    }
}

/// Whether a row carries what only came with the chain: then it was bound when it was written.
fn has_begun(conn: &mut AnyConn) -> Result<bool, StoreError> {
    let bound = audit::hash.ne("").or(audit::previous.ne(""));
    let from = audit::address.ne("").or(audit::request.ne("")).or(audit::clinic_id.is_not_null());
    Ok(audit::table.filter(bound.or(from)).count().get_result::<i64>(conn)? > 0)
}

/// Binds the rows that are older than the chain, once, when the migration has just numbered them. A record that was bound
/// before is left as it is, whatever its head says: else whoever changed rows and set the head back would have the
/// program itself make the record whole again at its next start.
pub(super) fn begin(conn: &mut AnyConn) -> Result<(), StoreError> {
    if head_of(conn)?.is_none_or(|head| head.seq > 0) {
        return Ok(());
    }
    if has_begun(conn)? {
        tracing::error!("the head of the record of who did what was set back: gradus audit verify says what is wrong");
        return Ok(());
    }
    let (mut seq, mut previous) = (0, String::new());
    each_of(conn, |conn, mut entry| {
        entry.previous.clone_from(&previous);
        previous = entry.reckoned();
        seq = entry.seq;
        let set = (audit::previous.eq(&entry.previous), audit::hash.eq(&previous));
        diesel::update(audit::table.find(&entry.id)).set(set).execute(conn)?;
        Ok::<_, StoreError>(())
    })?;
    move_head(conn, seq, &previous)
}

/// Lets the database itself refuse to change or remove a row of the record, and to remove the head.
pub(super) fn guard(conn: &mut AnyConn) -> Result<(), StoreError> {
    match conn {
        AnyConn::Sqlite(c) => c.batch_execute(SQLITE_GUARD)?,
        AnyConn::Pg(c) => c.batch_execute(POSTGRES_GUARD)?,
    }
    Ok(())
}

const SQLITE_GUARD: &str = "\
    CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END; \
    CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END; \
    CREATE TRIGGER IF NOT EXISTS audit_head_no_delete BEFORE DELETE ON audit_head BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;";

const POSTGRES_GUARD: &str = "\
    CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$; \
    CREATE OR REPLACE TRIGGER audit_no_update BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse(); \
    CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse(); \
    CREATE OR REPLACE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_refuse(); \
    CREATE OR REPLACE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();";

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: "a".to_owned(),
            at: UtcTime::default(),
            actor_id: None,
            actor_kind: "user".to_owned(),
            patient_id: None,
            action: "signed in".to_owned(),
            seq: 1,
            address: String::new(),
            device: String::new(),
            request: String::new(),
            clinic_id: None,
            previous: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn every_field_counts_and_what_moves_from_one_to_the_next_too() {
        let text = |value: &str| value.to_owned();
        let others = [
            entry(),
            Entry { id: text("b"), ..entry() },
            Entry { at: UtcTime::default() + chrono::Duration::microseconds(1), ..entry() },
            Entry { actor_id: Some(String::new()), ..entry() },
            Entry { actor_id: Some(text("x")), ..entry() },
            Entry { patient_id: Some(text("x")), ..entry() },
            Entry { actor_kind: text("users"), action: text("igned in"), ..entry() },
            Entry { actor_kind: text("program"), ..entry() },
            Entry { action: text("signed out"), ..entry() },
            Entry { seq: 2, ..entry() },
            Entry { address: text("1"), ..entry() },
            Entry { device: text("1"), ..entry() },
            Entry { request: text("1"), ..entry() },
            Entry { clinic_id: Some(text("1")), ..entry() },
            Entry { previous: text("1"), ..entry() },
        ];
        let hashes: std::collections::BTreeSet<String> = others.iter().map(Entry::reckoned).collect();
        assert_eq!(hashes.len(), others.len());
        assert_eq!(entry().reckoned(), Entry { hash: text("whatever"), ..entry() }.reckoned());
    }
}
