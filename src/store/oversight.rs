//! The trace of who looked and who did, and the alerts that reach a person.

use super::chain::{self, Entry};
use super::errors::StoreError;
use super::schema::{alerts, audit, users};
use super::{Coded, ReadTx, WriteTx, clinics};
use crate::access::{MayRead, MayWrite, PatientAccess, Treat};
use crate::clinical::codes::AlertTo;
use crate::clock::UtcTime;
use crate::ids;
use crate::ids::{PatientId, UserId};
use crate::source;
use diesel::prelude::*;

/// Notes that somebody did something, with no health data in it: `action` is a fixed word that stands in
/// `care::audit::words`. Where it came from is taken from the request that is answered.
pub fn note(
    tx: &mut WriteTx,
    by: Option<&UserId>,
    patient: Option<&PatientId>,
    action: &'static str,
    at: UtcTime,
) -> Result<(), StoreError> {
    let from = source::current();
    let entry = Entry {
        id: ids::fresh(),
        at,
        actor_id: by.map(|by| by.as_str().to_owned()),
        actor_kind: if by.is_some() { "user" } else { "program" }.to_owned(),
        patient_id: patient.map(|patient| patient.as_str().to_owned()),
        action: action.to_owned(),
        address: from.address,
        device: from.device,
        request: from.request,
        clinic_id: clinics::concerned(tx, by, patient)?,
        // Its place in the chain is found by whoever adds it.
        seq: 0,
        previous: String::new(),
        hash: String::new(),
    };
    chain::append(tx, entry)
}

/// Who acted on a patient's record, what and when, newest first; at most `limit` rows.
pub fn looks<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    limit: i64,
) -> Result<Vec<(UtcTime, Option<String>, String)>, StoreError> {
    let found = audit::table
        .left_join(users::table.on(audit::actor_id.eq(users::id.nullable())))
        .filter(audit::patient_id.eq(who.patient().as_str()));
    let columns = (audit::at, users::name.nullable(), audit::action);
    Ok(found.select(columns).order((audit::at.desc(), audit::id)).limit(limit).load(tx.conn)?)
}

/// Whether it is noted already that somebody did something about somebody since an instant.
pub fn noted_since(tx: &mut ReadTx, by: &UserId, patient: Option<&PatientId>, action: &str, since: UtcTime) -> Result<bool, StoreError> {
    let done = audit::table.filter(audit::actor_id.eq(by.as_str())).filter(audit::action.eq(action)).filter(audit::at.gt(since));
    let found = match patient {
        Some(patient) => done.filter(audit::patient_id.eq(patient.as_str())).count().get_result::<i64>(tx.conn)?,
        None => done.filter(audit::patient_id.is_null()).count().get_result(tx.conn)?,
    };
    Ok(found > 0)
}

/// How often somebody did one of these things since an instant.
pub fn count_of(tx: &mut ReadTx, by: &UserId, actions: &[&str], since: UtcTime) -> Result<i64, StoreError> {
    let done = audit::table.filter(audit::actor_id.eq(by.as_str())).filter(audit::action.eq_any(actions)).filter(audit::at.gt(since));
    Ok(done.count().get_result(tx.conn)?)
}

/// Something a person must decide about.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = alerts)]
pub struct Alert {
    /// Identity.
    pub id: String,
    /// Whose record.
    pub patient_id: String,
    /// Rule that raised it.
    pub rule: String,
    /// Who it is for.
    pub addressee: Coded<AlertTo>,
    /// One sentence with the reason.
    pub reason: String,
    /// When.
    pub raised_at: UtcTime,
    /// When somebody dealt with it.
    pub resolved_at: Option<UtcTime>,
    /// Who did.
    pub resolved_by: Option<String>,
}

/// Raises an alert, unless the same rule's alert for this patient still waits.
pub fn raise<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    rule: &str,
    to: AlertTo,
    reason: &str,
    at: UtcTime,
) -> Result<(), StoreError> {
    let waiting = alerts::table
        .filter(alerts::patient_id.eq(who.patient().as_str()))
        .filter(alerts::rule.eq(rule))
        .filter(alerts::resolved_at.is_null())
        .count()
        .get_result::<i64>(tx.conn)?;
    if waiting > 0 {
        return Ok(());
    }
    let alert = Alert {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        rule: rule.to_owned(),
        addressee: Coded(to),
        reason: reason.to_owned(),
        raised_at: at,
        resolved_at: None,
        resolved_by: None,
    };
    diesel::insert_into(alerts::table).values(alert).execute(tx.conn)?;
    Ok(())
}

/// A patient's alerts, newest first.
pub fn alerts<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Alert>, StoreError> {
    let found = alerts::table.filter(alerts::patient_id.eq(who.patient().as_str()));
    Ok(found.order((alerts::raised_at.desc(), alerts::id)).load(tx.conn)?)
}

/// Marks one of the patient's alerts as dealt with.
///
/// # Errors
/// `NotFound` when it is not this patient's or was dealt with already.
pub fn resolve(tx: &mut WriteTx, who: &PatientAccess<Treat>, id: &str, at: UtcTime) -> Result<(), StoreError> {
    let target = alerts::table.find(id).filter(alerts::patient_id.eq(who.patient().as_str())).filter(alerts::resolved_at.is_null());
    let set = (alerts::resolved_at.eq(at), alerts::resolved_by.eq(who.by().map(UserId::as_str)));
    if diesel::update(target).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Ends the alerts of a rule that wait about a patient: what they told of is settled.
pub fn end_alerts<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, rule: &str, at: UtcTime) -> Result<(), StoreError> {
    let waiting = alerts::table
        .filter(alerts::patient_id.eq(who.patient().as_str()))
        .filter(alerts::rule.eq(rule))
        .filter(alerts::resolved_at.is_null());
    diesel::update(waiting).set((alerts::resolved_at.eq(at), alerts::resolved_by.eq(who.by().map(UserId::as_str)))).execute(tx.conn)?;
    Ok(())
}
