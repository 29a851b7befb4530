//! What people read in Learn, and what they wrote about it.

use super::errors::StoreError;
use super::schema::{reads, reflections};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;

/// A topic that somebody has read.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = reads)]
pub struct TopicRead {
    /// Who.
    pub patient_id: String,
    /// Id of the topic.
    pub topic: String,
    /// The person's date when they first did.
    pub on_date: NaiveDate,
    /// When that was.
    pub read_at: UtcTime,
}

/// What somebody wrote about a topic.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = reflections)]
pub struct Reflection {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// Id of the topic.
    pub topic: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Their words.
    pub answer: String,
    /// The physiotherapist may read it.
    pub shared: bool,
    /// When it was written.
    pub written_at: UtcTime,
}

/// Notes that a topic was read; the first time stays.
pub fn mark_read(tx: &mut WriteTx, who: &PatientAccess<Own>, topic: &str, on: NaiveDate, at: UtcTime) -> Result<(), StoreError> {
    let known = reads::table.find((who.patient().as_str(), topic));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(());
    }
    let row = TopicRead { patient_id: who.patient().as_str().to_owned(), topic: topic.to_owned(), on_date: on, read_at: at };
    diesel::insert_into(reads::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Everything somebody has read, in the order they did.
pub fn all_read<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<TopicRead>, StoreError> {
    let found = reads::table.filter(reads::patient_id.eq(who.patient().as_str()));
    Ok(found.order((reads::read_at, reads::topic)).load(tx.conn)?)
}

/// Keeps what somebody wrote; `false` when its token was stored before (then nothing changes).
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, reflection: &Reflection) -> Result<bool, StoreError> {
    let known =
        reflections::table.filter(reflections::patient_id.eq(who.patient().as_str())).filter(reflections::token.eq(&reflection.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(reflections::table).values(reflection.clone()).execute(tx.conn)?;
    Ok(true)
}

/// What somebody wrote about a topic, newest first. For themselves alone.
pub fn of_topic(tx: &mut ReadTx, who: &PatientAccess<Own>, topic: &str) -> Result<Vec<Reflection>, StoreError> {
    let found = reflections::table.filter(reflections::patient_id.eq(who.patient().as_str())).filter(reflections::topic.eq(topic));
    Ok(found.order((reflections::written_at.desc(), reflections::id)).load(tx.conn)?)
}

/// One of them.
///
/// # Errors
/// `NotFound` when it is somebody else's, about another topic, or missing.
pub fn one(tx: &mut ReadTx, who: &PatientAccess<Own>, topic: &str, id: &str) -> Result<Reflection, StoreError> {
    let mine = reflections::table.find(id).filter(reflections::patient_id.eq(who.patient().as_str()));
    Ok(mine.filter(reflections::topic.eq(topic)).first(tx.conn)?)
}

/// Takes one away for good.
///
/// # Errors
/// `NotFound` when it is somebody else's, about another topic, or missing.
pub fn remove(tx: &mut WriteTx, who: &PatientAccess<Own>, topic: &str, id: &str) -> Result<(), StoreError> {
    let mine = reflections::table.find(id).filter(reflections::patient_id.eq(who.patient().as_str()));
    match diesel::delete(mine.filter(reflections::topic.eq(topic))).execute(tx.conn)? {
        0 => Err(StoreError::NotFound),
        _ => Ok(()),
    }
}

/// What somebody wrote and shares with their physiotherapist, newest first.
pub fn shared<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Reflection>, StoreError> {
    let found = reflections::table.filter(reflections::patient_id.eq(who.patient().as_str())).filter(reflections::shared.eq(true));
    Ok(found.order((reflections::written_at.desc(), reflections::id)).load(tx.conn)?)
}
