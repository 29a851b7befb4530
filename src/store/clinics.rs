//! Clinics, which know nothing of each other. Whatever lists people, templates, exercises or numbers asks for a clinic,
//! and a clinic comes from a capability (`physio.clinic()`, `admin.clinic()`) or from the record at hand ([`of`]).

use super::errors::StoreError;
use super::schema::{archives, clinics, users};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, PatientAccess};
use crate::clock::UtcTime;
use crate::ids::{ClinicId, PatientId, UserId};
use diesel::prelude::*;

/// A clinic.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = clinics)]
pub struct Clinic {
    /// Identity.
    pub id: String,
    /// Its name; empty: the one in the configuration.
    pub name: String,
    /// When it was made.
    pub made_at: UtcTime,
    /// When it was closed.
    pub closed_at: Option<UtcTime>,
}

impl Clinic {
    /// Its identity.
    pub fn id(&self) -> ClinicId {
        ClinicId::from_text(&self.id)
    }
}

/// Every clinic, the oldest first.
pub fn all(tx: &mut ReadTx) -> Result<Vec<Clinic>, StoreError> {
    Ok(clinics::table.order((clinics::made_at, clinics::id)).load(tx.conn)?)
}

/// The clinic with this identity.
pub fn find(tx: &mut ReadTx, id: &ClinicId) -> Result<Option<Clinic>, StoreError> {
    Ok(clinics::table.find(id.as_str()).first(tx.conn).optional()?)
}

/// Keeps a new clinic.
pub fn insert(tx: &mut WriteTx, clinic: &Clinic) -> Result<(), StoreError> {
    diesel::insert_into(clinics::table).values(clinic.clone()).execute(tx.conn)?;
    Ok(())
}

/// Gives a clinic another name.
pub fn rename(tx: &mut WriteTx, id: &ClinicId, name: &str) -> Result<(), StoreError> {
    let changed = diesel::update(clinics::table.find(id.as_str())).set(clinics::name.eq(name)).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Closes a clinic.
pub fn close(tx: &mut WriteTx, id: &ClinicId, at: UtcTime) -> Result<(), StoreError> {
    let open = clinics::table.find(id.as_str()).filter(clinics::closed_at.is_null());
    diesel::update(open).set(clinics::closed_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// The clinic that something is written down for: that of the record it is about, also of a locked one whose account is
/// gone, else that of whoever did it.
pub(super) fn concerned(tx: &mut ReadTx, by: Option<&UserId>, patient: Option<&PatientId>) -> Result<Option<String>, StoreError> {
    let Some(id) = patient.map(PatientId::as_str).or(by.map(UserId::as_str)) else { return Ok(None) };
    let found: Option<String> = users::table.find(id).select(users::clinic_id).first(tx.conn).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    Ok(archives::table.find(id).select(archives::clinic_id).first(tx.conn).optional()?)
}

/// How many open accounts of staff and of patients a clinic has.
pub fn counts(tx: &mut ReadTx, id: &ClinicId) -> Result<(i64, i64), StoreError> {
    let open = || users::table.filter(users::clinic_id.eq(id.as_str().to_owned())).filter(users::closed_at.is_null());
    let staff = open().filter(users::is_physio.eq(true).or(users::is_admin.eq(true))).count().get_result(tx.conn)?;
    Ok((staff, open().filter(users::is_patient.eq(true)).count().get_result(tx.conn)?))
}

/// The clinic that a record belongs to.
pub fn of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<ClinicId, StoreError> {
    let found = users::table.find(who.patient().as_str()).select(users::clinic_id);
    Ok(ClinicId::from_text(found.first::<String>(tx.conn)?))
}

/// Identities of a clinic's patients, to narrow what is read of many records at once to its own.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn patients<'a>(clinic: &'a ClinicId) -> _ {
    let clinic: &'a str = clinic.as_str();
    users::table.filter(users::clinic_id.eq(clinic)).filter(users::is_patient.eq(true)).select(users::id)
}
