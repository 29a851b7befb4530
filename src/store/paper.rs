//! Weeks on paper: what a sheet asked for, and which days were keyed in from it by whom.

use super::errors::StoreError;
use super::schema::{paper_entries, paper_sheets, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayRecord, PatientAccess, Physio};
use crate::clinical::codes::{Activity, Unit};
use crate::clock::UtcTime;
use crate::ids::PatientId;
use crate::lang::Text;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// An exercise as the sheet named it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedExercise {
    /// Id of the exercise.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Its dose in words.
    pub dose: Text,
}

/// A daily amount as the sheet asked for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedQuota {
    /// The activity.
    pub activity: Activity,
    /// Its unit.
    pub unit: Unit,
    /// The amount of the day.
    pub amount: f64,
}

/// A day of a sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AskedDay {
    /// The date.
    pub on: NaiveDate,
    /// Ids of the exercises of the day.
    pub exercises: Vec<String>,
    /// Daily amounts.
    pub quotas: Vec<AskedQuota>,
}

/// What a sheet asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Asks {
    /// Week of the plan.
    pub week: i64,
    /// Every exercise of the week, once.
    pub exercises: Vec<AskedExercise>,
    /// The seven days.
    pub days: Vec<AskedDay>,
}

/// A sheet.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = paper_sheets)]
pub struct Sheet {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan it was made from.
    pub plan_id: String,
    /// Short code by which whoever is entitled finds it.
    pub code: String,
    /// First day.
    pub week_from: NaiveDate,
    /// What it asked for.
    pub asks: Json<Asks>,
    /// Who made it.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
}

/// A day keyed in from a sheet.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = paper_entries)]
pub struct Entry {
    /// The sheet.
    pub sheet_id: String,
    /// The day.
    pub on_date: NaiveDate,
    /// Whose.
    pub patient_id: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// The session that it became; none for a day of which only the numbers were written.
    pub log_id: Option<String>,
    /// Who keyed it in.
    pub entered_by: Option<String>,
    /// When.
    pub entered_at: UtcTime,
}

/// Keeps a sheet; `false` when its code is taken.
pub fn keep<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, sheet: &Sheet) -> Result<bool, StoreError> {
    if sheet.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    if paper_sheets::table.filter(paper_sheets::code.eq(&sheet.code)).count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(paper_sheets::table).values(sheet.clone()).execute(tx.conn)?;
    Ok(true)
}

/// A person's sheets since a day, newest week first.
pub fn since<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate) -> Result<Vec<Sheet>, StoreError> {
    let found = paper_sheets::table.filter(paper_sheets::patient_id.eq(who.patient().as_str())).filter(paper_sheets::week_from.ge(from));
    Ok(found.order((paper_sheets::week_from.desc(), paper_sheets::made_at.desc(), paper_sheets::id)).load(tx.conn)?)
}

/// This person's sheet with a code.
///
/// # Errors
/// `NotFound` when it is somebody else's or missing.
pub fn by_code<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, code: &str) -> Result<Sheet, StoreError> {
    let mine = paper_sheets::table.filter(paper_sheets::patient_id.eq(who.patient().as_str()));
    Ok(mine.filter(paper_sheets::code.eq(code)).first(tx.conn)?)
}

/// Whose sheet has a code. It grants nothing: whoever asks must still be entitled to that person's record.
pub fn whose(tx: &mut ReadTx, _desk: &Physio, code: &str) -> Result<Option<PatientId>, StoreError> {
    let found = paper_sheets::table.filter(paper_sheets::code.eq(code)).select(paper_sheets::patient_id);
    Ok(found.first::<String>(tx.conn).optional()?.map(PatientId::from_text))
}

/// Notes that a day was keyed in, or keyed in anew.
pub fn note<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, entry: &Entry) -> Result<(), StoreError> {
    if entry.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    let before = paper_entries::table.find((&entry.sheet_id, entry.on_date)).first::<Entry>(tx.conn).optional()?;
    match before {
        None => {
            diesel::insert_into(paper_entries::table).values(entry.clone()).execute(tx.conn)?;
        }
        Some(before) => {
            let set = (
                paper_entries::token.eq(&entry.token),
                paper_entries::log_id.eq(entry.log_id.clone().or(before.log_id)),
                paper_entries::entered_by.eq(&entry.entered_by),
                paper_entries::entered_at.eq(entry.entered_at),
            );
            diesel::update(paper_entries::table.find((&entry.sheet_id, entry.on_date))).set(set).execute(tx.conn)?;
        }
    }
    Ok(())
}

/// Whether a submission was kept before.
pub fn knows<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, sheet: &str, token: &str) -> Result<bool, StoreError> {
    let found = paper_entries::table
        .filter(paper_entries::patient_id.eq(who.patient().as_str()))
        .filter(paper_entries::sheet_id.eq(sheet))
        .filter(paper_entries::token.eq(token));
    Ok(found.count().get_result::<i64>(tx.conn)? > 0)
}

/// Days keyed in from paper from `from` to `to` inclusive, with the name of who did it, oldest first.
pub fn entered<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(Entry, Option<String>)>, StoreError> {
    let found = paper_entries::table
        .left_join(users::table.on(paper_entries::entered_by.eq(users::id.nullable())))
        .filter(paper_entries::patient_id.eq(who.patient().as_str()))
        .filter(paper_entries::on_date.between(from, to))
        .order((paper_entries::on_date, paper_entries::entered_at));
    Ok(found.select((paper_entries::all_columns, users::name.nullable())).load(tx.conn)?)
}
