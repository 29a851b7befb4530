//! The questions somebody brings to their next visit.

use super::errors::StoreError;
use super::logs::keep_revision;
use super::schema::visit_questions;
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use diesel::prelude::*;

/// The questions as they were written; empty when there are none.
pub fn questions<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<String, StoreError> {
    let found = visit_questions::table.find(who.patient().as_str()).select(visit_questions::questions);
    Ok(found.first(tx.conn).optional()?.unwrap_or_default())
}

/// Writes the questions down in place of those before, which are kept.
pub fn set_questions(tx: &mut WriteTx, who: &PatientAccess<Own>, text: &str, at: UtcTime) -> Result<(), StoreError> {
    let before = questions(tx, who)?;
    if before == text {
        return Ok(());
    }
    let mine = visit_questions::table.find(who.patient().as_str());
    let set = (visit_questions::questions.eq(text), visit_questions::changed_at.eq(at));
    if diesel::update(mine).set(set).execute(tx.conn)? == 0 {
        let row = (visit_questions::patient_id.eq(who.patient().as_str()), set.0, set.1);
        diesel::insert_into(visit_questions::table).values(row).execute(tx.conn)?;
    }
    if before.is_empty() { Ok(()) } else { keep_revision(tx, who, "visit questions", before, at) }
}
