//! Adverse events: problems with an exercise, from a message or from what somebody told.

use super::errors::StoreError;
use super::schema::{adverse_events, users};
use super::types::Code;
use super::{Coded, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, PatientAccess, Treat};
use crate::clock::UtcTime;
use crate::ids::UserId;
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeMap;
use std::str::FromStr;

/// A problem with an exercise.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = adverse_events)]
pub struct Event {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The message that told it.
    pub message_id: Option<String>,
    /// Id of the exercise; empty: another one, or not known.
    pub exercise: String,
    /// The person's date.
    pub happened_on: NaiveDate,
    /// What happened, as it was typed.
    pub description: String,
    /// How bad it was.
    pub severity: Coded<Severity>,
    /// Who wrote it down.
    pub reported_by: Option<String>,
    /// When.
    pub opened_at: UtcTime,
    /// What became of it; empty while it is open.
    pub outcome: String,
    /// Who closed it.
    pub closed_by: Option<String>,
    /// When; none while it is open.
    pub closed_at: Option<UtcTime>,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// How bad an event was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Settled within a day.
    Mild,
    /// Lasted longer, or something had to change.
    Moderate,
    /// Needed medical care.
    Severe,
    /// Nobody has judged it yet.
    Unsure,
}

impl Severity {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Mild, Self::Moderate, Self::Severe, Self::Unsure];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mild => "mild",
            Self::Moderate => "moderate",
            Self::Severe => "severe",
            Self::Unsure => "unsure",
        }
    }
}

impl FromStr for Severity {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|severity| severity.code() == code).ok_or(())
    }
}

impl Code for Severity {
    fn as_code(&self) -> &'static str {
        self.code()
    }
}

/// An event with the names of who wrote it down and who closed it.
#[derive(Debug, Clone)]
pub struct Named {
    /// The event.
    pub event: Event,
    /// Who wrote it down; none when they have left.
    pub reported_by: Option<String>,
    /// Who closed it.
    pub closed_by: Option<String>,
}

/// Keeps an event; `false` when its token was stored before.
pub fn keep<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, event: &Event) -> Result<bool, StoreError> {
    let known =
        adverse_events::table.filter(adverse_events::patient_id.eq(who.patient().as_str())).filter(adverse_events::token.eq(&event.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(adverse_events::table).values(event.clone()).execute(tx.conn)?;
    Ok(true)
}

/// A patient's events, newest first.
pub fn all<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Named>, StoreError> {
    let found = adverse_events::table.filter(adverse_events::patient_id.eq(who.patient().as_str()));
    let events = found.order((adverse_events::opened_at.desc(), adverse_events::id)).load::<Event>(tx.conn)?;
    let people: Vec<&String> = events.iter().flat_map(|event| event.reported_by.iter().chain(&event.closed_by)).collect();
    let names = users::table.filter(users::id.eq_any(people)).select((users::id, users::name));
    let names: BTreeMap<String, String> = names.load::<(String, String)>(tx.conn)?.into_iter().collect();
    let name = |id: &Option<String>| id.as_ref().and_then(|id| names.get(id)).cloned();
    let named = |event: Event| Named { reported_by: name(&event.reported_by), closed_by: name(&event.closed_by), event };
    Ok(events.into_iter().map(named).collect())
}

/// Closes an open event with what became of it.
///
/// # Errors
/// `NotFound` when it is not this patient's or is closed already.
pub fn close(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    id: &str,
    (severity, outcome): (Severity, &str),
    at: UtcTime,
) -> Result<(), StoreError> {
    let target = adverse_events::table
        .find(id)
        .filter(adverse_events::patient_id.eq(who.patient().as_str()))
        .filter(adverse_events::closed_at.is_null());
    let set = (
        adverse_events::severity.eq(severity.code()),
        adverse_events::outcome.eq(outcome),
        adverse_events::closed_by.eq(who.by().map(UserId::as_str)),
        adverse_events::closed_at.eq(at),
    );
    if diesel::update(target).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}
