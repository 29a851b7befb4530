//! What came into a journal from a file: the file while it waits for a yes, and its days and sessions. Entries of a
//! file stand among the others, marked ([`super::journal`]). SAFETY(patient): everything here is read by its patient
//! alone, to be shown and exported; what decides about a plan has no function to reach it by.

use super::errors::StoreError;
use super::journal::Entry;
use super::logs::{DayNumbers, SessionSaid};
use super::schema::{imported_days, imported_sessions, imports, journal_entries, revisions};
use super::{Json, ReadTx, WriteTx};
use crate::access::{Own, PatientAccess};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The file while it waits; empty once it was taken.
    pub content: String,
    /// Rows that were taken from it.
    pub taken: i32,
    /// When it was uploaded.
    pub uploaded_at: UtcTime,
    /// When its rows were taken into the journal.
    pub taken_at: Option<UtcTime>,
}

/// A day of a file.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = imported_days)]
pub struct ImportedDay {
    /// Whose.
    pub patient_id: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// The file.
    pub import_id: String,
    /// Average pain of the day, 0–10.
    pub average: Option<i32>,
    /// Worst pain of the day, 0–10.
    pub worst: Option<i32>,
    /// Pain on waking, 0–10.
    pub morning: Option<i32>,
    /// Written down on a later day.
    pub late: bool,
    /// When it was written down.
    pub recorded_at: UtcTime,
    /// When it was last changed, before the file was made.
    pub edited_at: Option<UtcTime>,
    /// Time zone its day is meant in.
    pub zone: String,
}

impl ImportedDay {
    /// Its numbers.
    pub fn numbers(&self) -> DayNumbers {
        DayNumbers { average: self.average, worst: self.worst, morning: self.morning }
    }
}

/// A session of a file.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = imported_sessions)]
pub struct ImportedSession {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The file.
    pub import_id: String,
    /// Its key in files: taken once.
    pub token: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// What it says.
    pub said: Json<SessionSaid>,
    /// Written down on a later day.
    pub late: bool,
    /// When it was written down.
    pub recorded_at: UtcTime,
    /// When it was last changed, before the file was made.
    pub edited_at: Option<UtcTime>,
    /// Time zone its day is meant in.
    pub zone: String,
}

/// Keeps a file that waits for a yes, in place of an earlier one.
pub fn wait(tx: &mut WriteTx, who: &PatientAccess<Own>, file: &Import) -> Result<(), StoreError> {
    let waiting = imports::table.filter(imports::patient_id.eq(who.patient().as_str())).filter(imports::taken_at.is_null());
    diesel::delete(waiting).execute(tx.conn)?;
    diesel::insert_into(imports::table).values(file.clone()).execute(tx.conn)?;
    Ok(())
}

/// Forgets every file that has waited since before a time. Nobody's record is looked at.
pub fn forget_waiting(tx: &mut WriteTx, before: UtcTime) -> Result<(), StoreError> {
    let waiting = imports::table.filter(imports::taken_at.is_null()).filter(imports::uploaded_at.lt(before));
    diesel::delete(waiting).execute(tx.conn)?;
    Ok(())
}

/// One file of this person.
///
/// # Errors
/// `NotFound` when it is somebody else's or missing.
pub fn one(tx: &mut ReadTx, who: &PatientAccess<Own>, id: &str) -> Result<Import, StoreError> {
    Ok(imports::table.find(id).filter(imports::patient_id.eq(who.patient().as_str())).first(tx.conn)?)
}

/// Files whose rows were taken, newest first.
pub fn all_taken(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<Vec<Import>, StoreError> {
    let found = imports::table.filter(imports::patient_id.eq(who.patient().as_str())).filter(imports::taken_at.is_not_null());
    Ok(found.order((imports::taken_at.desc(), imports::id)).load(tx.conn)?)
}

/// Notes that a file's rows were taken, and forgets the file itself.
pub fn set_taken(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str, rows: i32, at: UtcTime) -> Result<(), StoreError> {
    let mine = imports::table.find(id).filter(imports::patient_id.eq(who.patient().as_str()));
    let set = (imports::content.eq(""), imports::taken.eq(rows), imports::taken_at.eq(at));
    if diesel::update(mine).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Takes a file away with everything that came from it.
pub fn remove(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str) -> Result<(), StoreError> {
    let entries = journal_entries::table.filter(journal_entries::import_id.eq(id)).select(journal_entries::id);
    let ids: Vec<String> = entries.filter(journal_entries::patient_id.eq(who.patient().as_str())).load(tx.conn)?;
    for entry in &ids {
        let told = revisions::table.filter(revisions::patient_id.eq(who.patient().as_str())).filter(revisions::record_id.eq(entry));
        diesel::delete(told).execute(tx.conn)?;
    }
    let mine = imports::table.find(id).filter(imports::patient_id.eq(who.patient().as_str()));
    if diesel::delete(mine).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Keeps an entry of a file.
pub fn keep_entry(tx: &mut WriteTx, who: &PatientAccess<Own>, entry: &Entry) -> Result<(), StoreError> {
    debug_assert!(entry.import_id.is_some() && entry.patient_id == who.patient().as_str(), "marked, and their own");
    diesel::insert_into(journal_entries::table).values(entry.clone()).execute(tx.conn)?;
    Ok(())
}

/// Keeps a day of a file.
pub fn keep_day(tx: &mut WriteTx, who: &PatientAccess<Own>, day: &ImportedDay) -> Result<(), StoreError> {
    debug_assert_eq!(day.patient_id, who.patient().as_str());
    diesel::insert_into(imported_days::table).values(day.clone()).execute(tx.conn)?;
    Ok(())
}

/// Keeps a session of a file.
pub fn keep_session(tx: &mut WriteTx, who: &PatientAccess<Own>, session: &ImportedSession) -> Result<(), StoreError> {
    debug_assert_eq!(session.patient_id, who.patient().as_str());
    diesel::insert_into(imported_sessions::table).values(session.clone()).execute(tx.conn)?;
    Ok(())
}

/// Days of files from `from` to `to` inclusive, oldest first.
pub fn days(tx: &mut ReadTx, who: &PatientAccess<Own>, from: NaiveDate, to: NaiveDate) -> Result<Vec<ImportedDay>, StoreError> {
    let found =
        imported_days::table.filter(imported_days::patient_id.eq(who.patient().as_str())).filter(imported_days::on_date.between(from, to));
    Ok(found.order(imported_days::on_date).load(tx.conn)?)
}

/// Sessions of files from `from` to `to` inclusive, oldest first.
pub fn sessions(tx: &mut ReadTx, who: &PatientAccess<Own>, from: NaiveDate, to: NaiveDate) -> Result<Vec<ImportedSession>, StoreError> {
    let found = imported_sessions::table
        .filter(imported_sessions::patient_id.eq(who.patient().as_str()))
        .filter(imported_sessions::on_date.between(from, to));
    Ok(found.order((imported_sessions::on_date, imported_sessions::recorded_at, imported_sessions::token)).load(tx.conn)?)
}

/// The first day of a file.
pub fn first_day(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<Option<NaiveDate>, StoreError> {
    let days = imported_days::table.filter(imported_days::patient_id.eq(who.patient().as_str()));
    let sessions = imported_sessions::table.filter(imported_sessions::patient_id.eq(who.patient().as_str()));
    let first: Option<NaiveDate> = days.select(diesel::dsl::min(imported_days::on_date)).first(tx.conn)?;
    let session: Option<NaiveDate> = sessions.select(diesel::dsl::min(imported_sessions::on_date)).first(tx.conn)?;
    Ok([first, session].into_iter().flatten().min())
}
