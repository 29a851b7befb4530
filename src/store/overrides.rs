//! Decisions of a physiotherapist against what the rules said, each with what the rules knew. Rows are only ever added.

use super::errors::StoreError;
use super::schema::{overrides, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, PatientAccess, Treat};
use crate::clinical::intake::AnswerMap;
use crate::clock::UtcTime;
use diesel::prelude::*;

/// Another starting bias than the rules found.
pub const CATEGORY: &str = "category";
/// Another judgement of how urgent the answers are.
pub const DISPOSITION: &str = "disposition";

/// One decision against the rules.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = overrides)]
pub struct Override {
    /// Identity.
    pub id: String,
    /// Whose record.
    pub patient_id: String,
    /// The decision of the rules it is about; none for one that is no evaluation (a look at the pattern, P-02).
    pub evaluation_id: Option<String>,
    /// [`CATEGORY`] or [`DISPOSITION`].
    pub kind: String,
    /// Code of what the rules said.
    pub said: String,
    /// Code of what was decided.
    pub decided: String,
    /// The rules had stopped the plan for safety, and it was ended with this.
    pub safety_stop: bool,
    /// Why; the patient reads it.
    pub reason: String,
    /// What the rules were given.
    pub inputs: Json<AnswerMap>,
    /// Version of the rules that decided.
    pub ruleset_version: String,
    /// Who decided.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Whether the form of this token was stored before.
pub fn known(tx: &mut ReadTx, who: &PatientAccess<Treat>, token: &str) -> Result<bool, StoreError> {
    let mine = overrides::table.filter(overrides::patient_id.eq(who.patient().as_str())).filter(overrides::token.eq(token));
    Ok(mine.count().get_result::<i64>(tx.conn)? > 0)
}

/// Adds a decision.
///
/// # Errors
/// `NotFound` for another patient's, `Conflict` when its token is known.
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Treat>, row: &Override) -> Result<(), StoreError> {
    if row.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(overrides::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// All of a patient's with the name of who decided, newest first.
pub fn all<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<(Override, Option<String>)>, StoreError> {
    let found = overrides::table
        .left_join(users::table.on(overrides::made_by.eq(users::id.nullable())))
        .filter(overrides::patient_id.eq(who.patient().as_str()));
    let columns = (overrides::all_columns, users::name.nullable());
    Ok(found.select(columns).order((overrides::made_at.desc(), overrides::id)).load(tx.conn)?)
}
