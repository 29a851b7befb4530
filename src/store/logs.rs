//! What was done: training logs and the two numbers a day has (its average pain, its morning pain).

use super::errors::StoreError;
use super::schema::{day_records, revisions, training_logs};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayRecord, Own, PatientAccess};
use crate::clinical::codes::Activity;
use crate::clock::UtcTime;
use crate::ids;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How much of an exercise was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// All prescribed sets.
    Done,
    /// Half of the sets or more, not all.
    Partly,
    /// Less than half, or nothing.
    Not,
}

/// One exercise of a logged session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemLog {
    /// Exercise id.
    pub exercise: String,
    /// How much.
    pub done: Done,
    /// Reason code when not all was done; empty otherwise.
    pub reason: String,
    /// It brought the session's worst pain on. When no exercise of a session says so, nothing was said.
    #[serde(default)]
    pub brought_on: bool,
}

/// One quota of a logged session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuotaLog {
    /// The activity.
    pub activity: Activity,
    /// Amount in its unit; `None` is no answer, 0 is "not done".
    pub amount: Option<f64>,
    /// The day's quota when it was logged.
    pub quota: f64,
    /// Reason code when less was done; empty otherwise.
    pub reason: String,
}

/// One logged session: exercises, quota bouts, or both.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = training_logs)]
pub struct TrainingLog {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan it belongs to.
    pub plan_id: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// Worst pain during, 0–10.
    pub worst_during: Option<i32>,
    /// Effort, 0–10.
    pub effort: Option<i32>,
    /// A symptom of the stop rule occurred.
    pub stop_symptom: bool,
    /// Exercises.
    pub items: Json<Vec<ItemLog>>,
    /// Quotas.
    pub quotas: Json<Vec<QuotaLog>>,
    /// Free words.
    pub note: String,
    /// Written down on a later day.
    pub late: bool,
    /// When it was written down.
    pub logged_at: UtcTime,
    /// When it was last changed.
    pub edited_at: Option<UtcTime>,
}

/// What a session says, without where it belongs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SessionSaid {
    /// Worst pain during, 0–10.
    pub worst_during: Option<i32>,
    /// Effort, 0–10.
    pub effort: Option<i32>,
    /// A symptom of the stop rule occurred.
    pub stop_symptom: bool,
    /// Exercises.
    pub items: Vec<ItemLog>,
    /// Quotas.
    pub quotas: Vec<QuotaLog>,
    /// Free words.
    pub note: String,
}

impl TrainingLog {
    /// What it says.
    pub fn said(&self) -> SessionSaid {
        SessionSaid {
            worst_during: self.worst_during,
            effort: self.effort,
            stop_symptom: self.stop_symptom,
            items: self.items.to_vec(),
            quotas: self.quotas.to_vec(),
            note: self.note.clone(),
        }
    }

    /// Whether any exercise was done at least by half: quota bouts alone have no colour (5.2).
    pub fn has_exercise(&self) -> bool {
        self.items.iter().any(|item| item.done != Done::Not)
    }

    /// Whether it counts as done: at least half of its exercises, each at least by half.
    pub fn counts_as_done(&self) -> bool {
        let done = self.items.iter().filter(|item| item.done != Done::Not).count();
        2 * done >= self.items.len()
    }
}

/// Keeps a log; `false` when its token was stored before (then nothing changes).
pub fn keep<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, log: &TrainingLog) -> Result<bool, StoreError> {
    let known =
        training_logs::table.filter(training_logs::patient_id.eq(who.patient().as_str())).filter(training_logs::token.eq(&log.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(training_logs::table).values(log.clone()).execute(tx.conn)?;
    Ok(true)
}

/// Changes a log, keeping what it said before. The note is the person's own: whoever else writes leaves it as it is.
pub fn change<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, log: &TrainingLog, at: UtcTime) -> Result<(), StoreError> {
    let mine = training_logs::table.find(&log.id).filter(training_logs::patient_id.eq(who.patient().as_str()));
    let before: TrainingLog = mine.first(tx.conn)?;
    let told = serde_json::to_string(&before.said()).unwrap_or_default();
    let note = if M::OWN { &log.note } else { &before.note };
    let changed = diesel::update(mine)
        .set((
            training_logs::worst_during.eq(log.worst_during),
            training_logs::effort.eq(log.effort),
            training_logs::stop_symptom.eq(log.stop_symptom),
            training_logs::items.eq(log.items.clone()),
            training_logs::quotas.eq(log.quotas.clone()),
            training_logs::note.eq(note),
            training_logs::edited_at.eq(at),
        ))
        .execute(tx.conn)?;
    if changed != 1 {
        return Err(StoreError::NotFound);
    }
    keep_revision(tx, who, &log.id, told, at)
}

/// Keeps what a record said before it was changed.
pub(super) fn keep_revision<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    record: &str,
    before: String,
    at: UtcTime,
) -> Result<(), StoreError> {
    let row = (
        revisions::id.eq(ids::fresh()),
        revisions::patient_id.eq(who.patient().as_str()),
        revisions::record_id.eq(record),
        revisions::replaced_at.eq(at),
        revisions::replaced_by.eq(who.by().map_or("program", crate::ids::UserId::as_str)),
        revisions::before_text.eq(before),
    );
    diesel::insert_into(revisions::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// What a record said until it was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// When that was.
    pub replaced_at: UtcTime,
    /// What it said, as JSON.
    pub before: String,
}

/// The name under which revisions of a day's numbers are kept.
pub fn day_key(on: NaiveDate) -> String {
    format!("day {on}")
}

/// What a record of one's own said before, newest first.
pub fn history(tx: &mut ReadTx, who: &PatientAccess<Own>, record: &str) -> Result<Vec<Revision>, StoreError> {
    let found = revisions::table.filter(revisions::patient_id.eq(who.patient().as_str())).filter(revisions::record_id.eq(record));
    let rows: Vec<(UtcTime, String)> = found
        .order((revisions::replaced_at.desc(), revisions::id.desc()))
        .select((revisions::replaced_at, revisions::before_text))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(replaced_at, before)| Revision { replaced_at, before }).collect())
}

/// Every record of one's own that was ever changed.
pub fn changed(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<BTreeSet<String>, StoreError> {
    let found = revisions::table.filter(revisions::patient_id.eq(who.patient().as_str()));
    let ids: Vec<String> = found.select(revisions::record_id).distinct().load(tx.conn)?;
    Ok(ids.into_iter().collect())
}

/// How often a record was changed.
pub fn revision_count<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, record: &str) -> Result<i64, StoreError> {
    let found = revisions::table.filter(revisions::patient_id.eq(who.patient().as_str())).filter(revisions::record_id.eq(record));
    Ok(found.count().get_result(tx.conn)?)
}

/// Logs from `from` to `to` inclusive, oldest first.
pub fn between<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<TrainingLog>, StoreError> {
    let found =
        training_logs::table.filter(training_logs::patient_id.eq(who.patient().as_str())).filter(training_logs::on_date.between(from, to));
    let logs: Vec<TrainingLog> = found.order((training_logs::on_date, training_logs::logged_at, training_logs::id)).load(tx.conn)?;
    Ok(logs.into_iter().map(seen::<M>).collect())
}

/// What others than the patient read of a session: its note is the patient's own.
fn seen<M: MayRead>(log: TrainingLog) -> TrainingLog {
    if M::OWN { log } else { TrainingLog { note: String::new(), ..log } }
}

/// The day of the first session.
pub fn first_session(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<Option<NaiveDate>, StoreError> {
    let found = training_logs::table.filter(training_logs::patient_id.eq(who.patient().as_str()));
    Ok(found.select(diesel::dsl::min(training_logs::on_date)).first(tx.conn)?)
}

/// One log of this person.
///
/// # Errors
/// `NotFound` when it is somebody else's or missing.
pub fn one<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<TrainingLog, StoreError> {
    let found: TrainingLog = training_logs::table.find(id).filter(training_logs::patient_id.eq(who.patient().as_str())).first(tx.conn)?;
    Ok(seen::<M>(found))
}

/// The numbers of a day, each possibly not answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayNumbers {
    /// Average pain of the day, 0–10.
    pub average: Option<i32>,
    /// Worst pain of the day, 0–10.
    #[serde(default)]
    pub worst: Option<i32>,
    /// Pain on waking, 0–10: the "next morning" of the day before.
    pub morning: Option<i32>,
}

impl DayNumbers {
    /// These, and where one is not given the other.
    pub fn or(self, other: Self) -> Self {
        Self { average: self.average.or(other.average), worst: self.worst.or(other.worst), morning: self.morning.or(other.morning) }
    }
}

/// The numbers of a day as they are kept.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = day_records)]
pub struct DayRecord {
    /// Whose.
    pub patient_id: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Average pain of the day, 0–10.
    pub average: Option<i32>,
    /// Pain on waking, 0–10: the "next morning" of the day before.
    pub morning: Option<i32>,
    /// When it was last written.
    pub recorded_at: UtcTime,
    /// Written down on a later day.
    pub late: bool,
    /// Worst pain of the day, 0–10.
    pub worst: Option<i32>,
}

impl DayRecord {
    /// Its numbers.
    pub fn numbers(&self) -> DayNumbers {
        DayNumbers { average: self.average, worst: self.worst, morning: self.morning }
    }
}

/// Sets one or both numbers of a day; a number not given stays as it was. The same answer again
/// changes nothing and leaves no trace.
pub fn set_day<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    on: NaiveDate,
    average: Option<i32>,
    morning: Option<i32>,
    late: bool,
    at: UtcTime,
) -> Result<(), StoreError> {
    let before = day(tx, who, on)?.map(|record| record.numbers()).unwrap_or_default();
    put_day(tx, who, on, DayNumbers { average, morning, worst: None }.or(before), late, at)
}

/// The record of a day.
pub fn day<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<DayRecord>, StoreError> {
    Ok(day_records::table.find((who.patient().as_str(), on)).first(tx.conn).optional()?)
}

/// Makes a day say these numbers and no others, keeping what it said before. The same answer again changes
/// nothing and leaves no trace.
pub fn put_day<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    on: NaiveDate,
    says: DayNumbers,
    late: bool,
    at: UtcTime,
) -> Result<(), StoreError> {
    let DayNumbers { average, worst, morning } = says;
    match day(tx, who, on)? {
        None if says == DayNumbers::default() => {}
        None => {
            let patient_id = who.patient().as_str().to_owned();
            let row = DayRecord { patient_id, on_date: on, average, morning, recorded_at: at, late, worst };
            diesel::insert_into(day_records::table).values(row).execute(tx.conn)?;
        }
        Some(before) if before.numbers() == says => {}
        Some(before) => {
            let set = (
                day_records::average.eq(average),
                day_records::worst.eq(worst),
                day_records::morning.eq(morning),
                day_records::recorded_at.eq(at),
                day_records::late.eq(late || before.late),
            );
            diesel::update(day_records::table.find((who.patient().as_str(), on))).set(set).execute(tx.conn)?;
            let told = serde_json::to_string(&before.numbers()).unwrap_or_default();
            keep_revision(tx, who, &day_key(on), told, at)?;
        }
    }
    Ok(())
}

/// Days with a record from `from` to `to` inclusive, oldest first.
pub fn days<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate, to: NaiveDate) -> Result<Vec<DayRecord>, StoreError> {
    let found =
        day_records::table.filter(day_records::patient_id.eq(who.patient().as_str())).filter(day_records::on_date.between(from, to));
    Ok(found.order(day_records::on_date).load(tx.conn)?)
}

/// The first day with a record.
pub fn first_day<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<NaiveDate>, StoreError> {
    let found = day_records::table.filter(day_records::patient_id.eq(who.patient().as_str()));
    Ok(found.select(diesel::dsl::min(day_records::on_date)).first(tx.conn)?)
}
