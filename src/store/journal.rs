//! The pain journal: any number of entries a day, changed with their history kept.

use super::errors::StoreError;
use super::logs::keep_revision;
use super::schema::journal_entries;
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What an entry says; whatever was not answered is absent, never zero.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EntryBody {
    /// Pain in the back, 0–10.
    pub back: Option<u8>,
    /// Pain in the buttock, 0–10.
    pub buttock: Option<u8>,
    /// Pain in the leg, 0–10.
    pub leg: Option<u8>,
    /// Hours slept.
    pub sleep_hours: Option<f64>,
    /// How well slept, 0–10, high is good.
    pub sleep_quality: Option<u8>,
    /// Stiffness on getting up, minutes.
    pub stiffness_minutes: Option<u16>,
    /// Mood, 0–10, high is good.
    pub mood: Option<u8>,
    /// Stress, 0–10, high is much.
    pub stress: Option<u8>,
    /// Whether medicine was taken; never which, nor how much.
    #[serde(default)]
    pub medicine: Option<bool>,
    /// Codes of what was different that day.
    pub tags: Vec<String>,
    /// Free words.
    pub note: String,
    /// Whether the physiotherapist may read the note.
    pub share_note: bool,
}

impl EntryBody {
    /// The highest pain of the sites answered (13 no. 4).
    pub fn pain(&self) -> Option<u8> {
        [self.back, self.buttock, self.leg].into_iter().flatten().max()
    }
}

/// An entry of the journal.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = journal_entries)]
pub struct Entry {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// The person's time of day, `HH:MM`.
    pub at_time: String,
    /// What it says.
    pub body: Json<EntryBody>,
    /// Written down on a later day.
    pub late: bool,
    /// When it was written down.
    pub recorded_at: UtcTime,
    /// When it was last changed.
    pub edited_at: Option<UtcTime>,
    /// Set when it came from a file: then nothing that decides about the plan counts it.
    pub import_id: Option<String>,
    /// Time zone its day and time are meant in, where it came from a file.
    pub zone: Option<String>,
}

/// What others than the patient read of an entry: a note that is not shared is not there.
fn seen<M: MayRead>(mut entry: Entry) -> Entry {
    // SAFETY(patient): the one place that keeps private notes private, whatever page asks.
    if !M::OWN && !entry.body.share_note && !entry.body.note.is_empty() {
        entry.body = Json::new(EntryBody { note: String::new(), ..entry.body.into_inner() });
    }
    entry
}

/// Keeps an entry; `false` when its token was stored before (then nothing changes).
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, entry: &Entry) -> Result<bool, StoreError> {
    let known = journal_entries::table
        .filter(journal_entries::patient_id.eq(who.patient().as_str()))
        .filter(journal_entries::token.eq(&entry.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(journal_entries::table).values(entry.clone()).execute(tx.conn)?;
    Ok(true)
}

/// Changes an entry's words, keeping what it said before.
pub fn change(tx: &mut WriteTx, who: &PatientAccess<Own>, before: &Entry, body: &EntryBody, at: UtcTime) -> Result<(), StoreError> {
    let mine = journal_entries::table.find(&before.id).filter(journal_entries::patient_id.eq(who.patient().as_str()));
    let set = (journal_entries::body.eq(Json::new(body.clone())), journal_entries::edited_at.eq(at));
    if diesel::update(mine).set(set).execute(tx.conn)? != 1 {
        return Err(StoreError::NotFound);
    }
    keep_revision(tx, who, &before.id, before.body.text().to_owned(), at)
}

/// One entry of this person.
///
/// # Errors
/// `NotFound` when it is somebody else's or missing.
pub fn one<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<Entry, StoreError> {
    let found: Entry = journal_entries::table.find(id).filter(journal_entries::patient_id.eq(who.patient().as_str())).first(tx.conn)?;
    Ok(seen::<M>(found))
}

/// Entries written here from `from` to `to` inclusive, oldest first; what came from a file is not among them.
pub fn between<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate, to: NaiveDate) -> Result<Vec<Entry>, StoreError> {
    Ok(all_between(tx, who, from, to)?.into_iter().filter(|entry| entry.import_id.is_none()).collect())
}

/// Entries from `from` to `to` inclusive, oldest first, those from files too: to be shown, never to decide by.
pub fn all_between<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate, to: NaiveDate) -> Result<Vec<Entry>, StoreError> {
    let found = journal_entries::table
        .filter(journal_entries::patient_id.eq(who.patient().as_str()))
        .filter(journal_entries::on_date.between(from, to));
    let entries: Vec<Entry> = found.order((journal_entries::on_date, journal_entries::at_time, journal_entries::token)).load(tx.conn)?;
    Ok(entries.into_iter().map(seen::<M>).collect())
}

/// The day of the first entry.
pub fn first_day<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<NaiveDate>, StoreError> {
    let found = journal_entries::table.filter(journal_entries::patient_id.eq(who.patient().as_str()));
    Ok(found.select(diesel::dsl::min(journal_entries::on_date)).first(tx.conn)?)
}
