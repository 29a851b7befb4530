//! Private calendar addresses, and the entries as calendars were told them.

use super::errors::StoreError;
use super::schema::{calendar_entries, calendar_feeds, users};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;

/// An address; only the hash of its secret is kept.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = calendar_feeds)]
pub struct Feed {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// SHA-256 of the secret in the address.
    pub token_hash: String,
    /// What the entries are called; empty for the usual title.
    pub title: String,
    /// Time of day of the entries.
    pub at_time: String,
    /// When it was made.
    pub made_at: UtcTime,
    /// When it stops working.
    pub expires_at: UtcTime,
    /// When it was removed or replaced.
    pub revoked_at: Option<UtcTime>,
    /// When a calendar last asked.
    pub read_at: Option<UtcTime>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = calendar_entries)]
pub struct EntryRow {
    /// Identity in the calendar.
    pub uid: String,
    /// Whose.
    pub patient_id: String,
    /// The plan it belongs to.
    pub plan_id: String,
    /// Week of the plan, from 1.
    pub week: i32,
    /// Which of the week's, from 1.
    pub place: i32,
    /// The person's date.
    pub on_date: NaiveDate,
    /// When it begins.
    pub starts_at: UtcTime,
    /// How long it takes.
    pub minutes: i32,
    /// Title.
    pub title: String,
    /// Counts its changes.
    pub sequence: i32,
    /// When it last changed.
    pub changed_at: UtcTime,
    /// Not planned any more.
    pub gone: bool,
}

/// The address a person has now.
pub fn feed<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Feed>, StoreError> {
    let mine =
        calendar_feeds::table.filter(calendar_feeds::patient_id.eq(who.patient().as_str())).filter(calendar_feeds::revoked_at.is_null());
    Ok(mine.order((calendar_feeds::made_at.desc(), calendar_feeds::id)).first(tx.conn).optional()?)
}

/// Keeps a new address.
///
/// # Errors
/// `Conflict(AlreadyStored)` when the same form made it before.
pub fn insert_feed(tx: &mut WriteTx, who: &PatientAccess<Own>, feed: &Feed) -> Result<(), StoreError> {
    let row = Feed { patient_id: who.patient().as_str().to_owned(), ..feed.clone() };
    diesel::insert_into(calendar_feeds::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Ends whatever address a person has; `false` when there was none.
pub fn revoke(tx: &mut WriteTx, who: &PatientAccess<Own>, at: UtcTime) -> Result<bool, StoreError> {
    let mine =
        calendar_feeds::table.filter(calendar_feeds::patient_id.eq(who.patient().as_str())).filter(calendar_feeds::revoked_at.is_null());
    Ok(diesel::update(mine).set(calendar_feeds::revoked_at.eq(at)).execute(tx.conn)? > 0)
}

/// Changes title and time of an address.
pub fn describe(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str, title: &str, at_time: &str) -> Result<(), StoreError> {
    let mine = calendar_feeds::table.find(id).filter(calendar_feeds::patient_id.eq(who.patient().as_str()));
    diesel::update(mine).set((calendar_feeds::title.eq(title), calendar_feeds::at_time.eq(at_time))).execute(tx.conn)?;
    Ok(())
}

/// Lets an address work until another instant.
pub fn renew(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str, until: UtcTime) -> Result<(), StoreError> {
    let mine = calendar_feeds::table.find(id).filter(calendar_feeds::patient_id.eq(who.patient().as_str()));
    diesel::update(mine).set(calendar_feeds::expires_at.eq(until)).execute(tx.conn)?;
    Ok(())
}

/// Notes that a calendar asked.
pub fn note_read(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str, at: UtcTime) -> Result<(), StoreError> {
    let mine = calendar_feeds::table.find(id).filter(calendar_feeds::patient_id.eq(who.patient().as_str()));
    diesel::update(mine).set(calendar_feeds::read_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// The address behind a secret, whether it still works or not: the secret is the permission to know.
pub fn by_secret(tx: &mut ReadTx, token_hash: &str) -> Result<Option<Feed>, StoreError> {
    let found = calendar_feeds::table.inner_join(users::table).filter(calendar_feeds::token_hash.eq(token_hash));
    Ok(found.filter(users::closed_at.is_null()).select(calendar_feeds::all_columns).first(tx.conn).optional()?)
}

/// A person's entries since a date, in their order.
pub fn entries<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, since: NaiveDate) -> Result<Vec<EntryRow>, StoreError> {
    let mine = calendar_entries::table.filter(calendar_entries::patient_id.eq(who.patient().as_str()));
    let mine = mine.filter(calendar_entries::on_date.ge(since));
    Ok(mine.order((calendar_entries::on_date, calendar_entries::uid)).load(tx.conn)?)
}

/// Keeps an entry in place of what it was before.
pub fn keep_entry(tx: &mut WriteTx, who: &PatientAccess<Own>, entry: &EntryRow) -> Result<(), StoreError> {
    let row = EntryRow { patient_id: who.patient().as_str().to_owned(), ..entry.clone() };
    let mine = calendar_entries::table.find(&entry.uid).filter(calendar_entries::patient_id.eq(who.patient().as_str()));
    if diesel::update(mine).set(row.clone()).execute(tx.conn)? == 0 {
        diesel::insert_into(calendar_entries::table).values(row).execute(tx.conn)?;
    }
    Ok(())
}

/// Forgets a person's entries before a date.
pub fn forget_entries(tx: &mut WriteTx, who: &PatientAccess<Own>, before: NaiveDate) -> Result<(), StoreError> {
    let old = calendar_entries::table.filter(calendar_entries::patient_id.eq(who.patient().as_str()));
    diesel::delete(old.filter(calendar_entries::on_date.lt(before))).execute(tx.conn)?;
    Ok(())
}
