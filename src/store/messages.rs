//! The thread of messages between a patient and their clinic, and what the patient chose about it. What the clinic
//! chose is among its settings (`care::messages`).

use super::errors::StoreError;
use super::schema::{message_choices, messages, users};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, Own, PatientAccess};
use crate::clock::UtcTime;
use crate::ids::PatientId;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A message.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = messages)]
pub struct Message {
    /// Identity.
    pub id: String,
    /// Whose thread.
    pub patient_id: String,
    /// Who wrote it.
    pub author_id: Option<String>,
    /// Written at the desk; else by the patient.
    pub from_clinic: bool,
    /// What it says, as it was typed.
    pub body: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// When.
    pub sent_at: UtcTime,
    /// When the other side first opened the thread with it.
    pub seen_at: Option<UtcTime>,
}

/// Keeps a message; `false` when its token was stored before.
pub fn keep<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, message: &Message) -> Result<bool, StoreError> {
    let known = messages::table.filter(messages::patient_id.eq(who.patient().as_str())).filter(messages::token.eq(&message.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(messages::table).values(message.clone()).execute(tx.conn)?;
    Ok(true)
}

/// The newest messages of a thread with their authors' names, oldest first; all of them without a limit.
pub fn thread<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    limit: Option<i64>,
) -> Result<Vec<(Message, Option<String>)>, StoreError> {
    let mut found = messages::table
        .left_join(users::table.on(messages::author_id.eq(users::id.nullable())))
        .filter(messages::patient_id.eq(who.patient().as_str()))
        .order((messages::sent_at.desc(), messages::id.desc()))
        .select((messages::all_columns, users::name.nullable()))
        .limit(limit.unwrap_or(i64::MAX))
        .load::<(Message, Option<String>)>(tx.conn)?;
    found.reverse();
    Ok(found)
}

/// How many messages a thread has.
pub fn count<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<i64, StoreError> {
    Ok(messages::table.filter(messages::patient_id.eq(who.patient().as_str())).count().get_result(tx.conn)?)
}

/// How many messages of one side the other has not opened.
pub fn unread<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from_clinic: bool) -> Result<i64, StoreError> {
    let found = messages::table
        .filter(messages::patient_id.eq(who.patient().as_str()))
        .filter(messages::from_clinic.eq(from_clinic))
        .filter(messages::seen_at.is_null());
    Ok(found.count().get_result(tx.conn)?)
}

/// Notes that one side's messages were opened by the other.
pub fn mark_seen<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, from_clinic: bool, at: UtcTime) -> Result<(), StoreError> {
    let unseen = messages::table
        .filter(messages::patient_id.eq(who.patient().as_str()))
        .filter(messages::from_clinic.eq(from_clinic))
        .filter(messages::seen_at.is_null());
    diesel::update(unseen).set(messages::seen_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// What a patient chose about messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// They want messages.
    pub is_on: bool,
    /// They want an e-mail when one waits.
    pub by_mail: bool,
}

impl Default for Choice {
    fn default() -> Self {
        Self { is_on: true, by_mail: true }
    }
}

/// What the patient chose; messages and e-mails are on until they say otherwise.
pub fn choice<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Choice, StoreError> {
    let found = message_choices::table.find(who.patient().as_str()).select((message_choices::is_on, message_choices::by_mail));
    let row = found.first::<(bool, bool)>(tx.conn).optional()?;
    Ok(row.map_or_else(Choice::default, |(is_on, by_mail)| Choice { is_on, by_mail }))
}

/// Keeps a choice in place of the one before.
pub fn choose(tx: &mut WriteTx, who: &PatientAccess<Own>, choice: Choice, at: UtcTime) -> Result<(), StoreError> {
    let row = (message_choices::is_on.eq(choice.is_on), message_choices::by_mail.eq(choice.by_mail), message_choices::changed_at.eq(at));
    if diesel::update(message_choices::table.find(who.patient().as_str())).set(row).execute(tx.conn)? == 0 {
        let new = (message_choices::patient_id.eq(who.patient().as_str()), row.0, row.1, row.2);
        diesel::insert_into(message_choices::table).values(new).execute(tx.conn)?;
    }
    Ok(())
}

/// Threads with a message of one side, sent between two instants, that the other has not opened, with the newest such
/// message's time: whom a round of notices must look at.
pub fn unseen(tx: &mut ReadTx, from_clinic: bool, after: UtcTime, until: UtcTime) -> Result<BTreeMap<PatientId, UtcTime>, StoreError> {
    let found = messages::table
        .inner_join(users::table.on(users::id.eq(messages::patient_id)))
        .filter(messages::from_clinic.eq(from_clinic))
        .filter(messages::seen_at.is_null())
        .filter(messages::sent_at.gt(after))
        .filter(messages::sent_at.le(until))
        .filter(users::closed_at.is_null());
    let rows = found.select((messages::patient_id, messages::sent_at)).order(messages::sent_at).load::<(String, UtcTime)>(tx.conn)?;
    // The last of each patient stays.
    Ok(rows.into_iter().map(|(patient, at)| (PatientId::from_text(patient), at)).collect())
}
