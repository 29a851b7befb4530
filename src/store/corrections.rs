//! "Something in my record is wrong": what a person asks to have corrected, and the clinic's answer.

use super::errors::StoreError;
use super::schema::{corrections, users};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess, Treat};
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use diesel::prelude::*;

/// A request to correct something.
#[derive(Debug, Clone, Queryable)]
pub struct Correction {
    /// Identity.
    pub id: String,
    /// Which part of the record: a code of the form.
    pub about: String,
    /// What is wrong and what is right, in their words.
    pub body: String,
    /// When it was asked.
    pub asked_at: UtcTime,
    /// The answer; empty while it waits.
    pub answer: String,
    /// When it was answered.
    pub answered_at: Option<UtcTime>,
}

/// Keeps a request; `false` when the same form came before.
pub fn ask(tx: &mut WriteTx, who: &PatientAccess<Own>, (about, body): (&str, &str), token: &str, at: UtcTime) -> Result<bool, StoreError> {
    let known = corrections::table.filter(corrections::token.eq(token)).count().get_result::<i64>(tx.conn)?;
    if known > 0 {
        return Ok(false);
    }
    let row = (
        corrections::id.eq(ids::fresh()),
        corrections::patient_id.eq(who.patient().as_str()),
        corrections::about.eq(about),
        corrections::body.eq(body),
        corrections::token.eq(token),
        corrections::asked_at.eq(at),
    );
    diesel::insert_into(corrections::table).values(row).execute(tx.conn)?;
    Ok(true)
}

/// Answers a request that waits.
///
/// # Errors
/// `NotFound` when it is not this patient's, or answered.
pub fn answer(tx: &mut WriteTx, who: &PatientAccess<Treat>, id: &str, answer: &str, at: UtcTime) -> Result<(), StoreError> {
    let waits =
        corrections::table.find(id).filter(corrections::patient_id.eq(who.patient().as_str())).filter(corrections::answered_at.is_null());
    let set = (corrections::answer.eq(answer), corrections::answered_by.eq(who.by().map(UserId::as_str)), corrections::answered_at.eq(at));
    if diesel::update(waits).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// A person's requests with the name of whoever answered, newest first.
pub fn all<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<(Correction, Option<String>)>, StoreError> {
    let found = corrections::table
        .left_join(users::table.on(corrections::answered_by.eq(users::id.nullable())))
        .filter(corrections::patient_id.eq(who.patient().as_str()));
    let columns =
        (corrections::id, corrections::about, corrections::body, corrections::asked_at, corrections::answer, corrections::answered_at);
    Ok(found.select((columns, users::name.nullable())).order((corrections::asked_at.desc(), corrections::id)).load(tx.conn)?)
}

/// How many wait for an answer.
pub fn waiting<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<i64, StoreError> {
    let open = corrections::table.filter(corrections::patient_id.eq(who.patient().as_str())).filter(corrections::answered_at.is_null());
    Ok(open.count().get_result(tx.conn)?)
}
