//! The clinic's staff among themselves: who works here, who is away, who stands in, who leaves.

use super::errors::StoreError;
use super::schema::{care_relations, leaves, users};
use super::{ReadTx, WriteTx, clinics};
use crate::access::{Admin, MayRead, PatientAccess, Physio};
use crate::clock::UtcTime;
use crate::ids::{ClinicId, UserId};
use diesel::prelude::*;
use std::collections::BTreeMap;

/// A physiotherapist's leave, with who stands in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = leaves)]
pub struct Leave {
    /// Identity.
    pub id: String,
    /// Who is away.
    pub physio_id: String,
    /// Who stands in.
    pub cover_id: String,
    /// From this instant on.
    pub from_at: UtcTime,
    /// Until this instant.
    pub until_at: UtcTime,
    /// When it was ended early.
    pub ended_at: Option<UtcTime>,
    /// Who announced it.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
}

/// The physiotherapists who work in a clinic, by name: identity and name.
pub fn colleagues(tx: &mut ReadTx, clinic: &ClinicId) -> Result<Vec<(String, String)>, StoreError> {
    let found = users::table.filter(users::is_physio.eq(true)).filter(users::closed_at.is_null());
    let found = found.filter(users::clinic_id.eq(clinic.as_str()));
    Ok(found.select((users::id, users::name)).order((users::name, users::id)).load(tx.conn)?)
}

/// Names of a clinic's staff accounts by identity, those that are closed among them.
pub fn names(tx: &mut ReadTx, clinic: &ClinicId) -> Result<BTreeMap<String, String>, StoreError> {
    let found = users::table.filter(users::is_physio.eq(true).or(users::is_admin.eq(true)));
    let found = found.filter(users::clinic_id.eq(clinic.as_str()));
    Ok(found.select((users::id, users::name)).load::<(String, String)>(tx.conn)?.into_iter().collect())
}

/// Every leave in a clinic that runs or is to come, the earliest first.
pub fn leaves_from(tx: &mut ReadTx, clinic: &ClinicId, now: UtcTime) -> Result<Vec<Leave>, StoreError> {
    let staff = users::table.filter(users::clinic_id.eq(clinic.as_str())).select(users::id);
    let found = leaves::table.filter(leaves::ended_at.is_null()).filter(leaves::until_at.gt(now));
    Ok(found.filter(leaves::physio_id.eq_any(staff)).order((leaves::from_at, leaves::id)).load(tx.conn)?)
}

/// Whether there is a leave with this identity.
pub fn is_announced(tx: &mut ReadTx, id: &str) -> Result<bool, StoreError> {
    Ok(leaves::table.find(id).count().get_result::<i64>(tx.conn)? > 0)
}

/// Keeps a leave of the physiotherapist's own.
///
/// # Errors
/// `NotFound` when it is somebody else's, or its stand-in works elsewhere.
pub fn announce(tx: &mut WriteTx, physio: &Physio, leave: &Leave) -> Result<(), StoreError> {
    let works_here = colleagues(tx, physio.clinic())?.iter().any(|(id, _)| *id == leave.cover_id);
    if leave.physio_id != physio.user().as_str() || !works_here {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(leaves::table).values(leave.clone()).execute(tx.conn)?;
    Ok(())
}

/// Ends a leave of the physiotherapist's own; `false` when there is none that could be ended.
pub fn end_leave(tx: &mut WriteTx, physio: &Physio, id: &str, at: UtcTime) -> Result<bool, StoreError> {
    let mine = leaves::table.find(id).filter(leaves::physio_id.eq(physio.user().as_str())).filter(leaves::ended_at.is_null());
    Ok(diesel::update(mine).set(leaves::ended_at.eq(at)).execute(tx.conn)? == 1)
}

/// Ends every leave in which somebody is away or stands in.
pub fn end_leaves_of(tx: &mut WriteTx, admin: &Admin, user: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let here = users::table.filter(users::clinic_id.eq(admin.clinic().as_str())).select(users::id);
    let theirs =
        leaves::table.filter(leaves::ended_at.is_null()).filter(leaves::physio_id.eq(user.as_str()).or(leaves::cover_id.eq(user.as_str())));
    diesel::update(theirs.filter(leaves::physio_id.eq_any(here))).set(leaves::ended_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// Who stands in for those in charge of a patient now: the leaves under way.
pub fn standing_in<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<Vec<Leave>, StoreError> {
    let in_charge = care_relations::table
        .filter(care_relations::patient_id.eq(who.patient().as_str()))
        .filter(care_relations::kind.eq("in_charge"))
        .filter(care_relations::ended_at.is_null())
        .select(care_relations::physio_id)
        .load::<String>(tx.conn)?;
    let clinic = clinics::of(tx, who)?;
    let running = leaves_from(tx, &clinic, now)?.into_iter().filter(|leave| leave.from_at <= now);
    Ok(running.filter(|leave| in_charge.contains(&leave.physio_id)).collect())
}

/// Gives somebody of the administrator's clinic the administrator's role, or takes it.
pub fn set_admin(tx: &mut WriteTx, by: &Admin, user: &UserId, is_admin: bool) -> Result<(), StoreError> {
    diesel::update(users::table.find(user.as_str()).filter(users::clinic_id.eq(by.clinic().as_str())))
        .set(users::is_admin.eq(is_admin))
        .execute(tx.conn)?;
    Ok(())
}

/// Closes an account of the administrator's clinic: nobody signs in to it any more.
pub fn close(tx: &mut WriteTx, by: &Admin, user: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let open = users::table.find(user.as_str()).filter(users::clinic_id.eq(by.clinic().as_str())).filter(users::closed_at.is_null());
    diesel::update(open).set(users::closed_at.eq(at)).execute(tx.conn)?;
    Ok(())
}
