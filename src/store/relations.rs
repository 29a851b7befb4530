//! Who is in charge of whom.

use super::errors::StoreError;
use super::schema::{care_relations, users};
use super::{ReadTx, WriteTx};
use crate::access::{Actor, Physio, Relation};
use crate::clock::UtcTime;
use crate::ids::{self, PatientId, UserId};
use diesel::prelude::*;

/// How `actor` stands to the patient with this identity; a stranger when there is no such patient.
pub fn relation(tx: &mut ReadTx, actor: &Actor, patient: &PatientId) -> Result<Relation, StoreError> {
    let is_patient = users::table
        .find(patient.as_str())
        .filter(users::is_patient.eq(true))
        .filter(users::closed_at.is_null())
        .count()
        .get_result::<i64>(tx.conn)?;
    if is_patient == 0 {
        return Ok(Relation::Stranger);
    }
    if actor.user.as_str() == patient.as_str() {
        return Ok(Relation::OwnRecord);
    }
    let in_charge = care_relations::table
        .filter(care_relations::patient_id.eq(patient.as_str()))
        .filter(care_relations::ended_at.is_null())
        .select(care_relations::physio_id)
        .load::<String>(tx.conn)?;
    Ok(if in_charge.is_empty() {
        Relation::ClinicInbox
    } else if in_charge.iter().any(|id| id == actor.user.as_str()) {
        Relation::InCharge
    } else {
        Relation::Stranger
    })
}

/// Puts a physiotherapist in charge of a patient, as an invitation they accepted says.
pub fn assign(tx: &mut WriteTx, physio: &UserId, to: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        care_relations::id.eq(ids::fresh()),
        care_relations::patient_id.eq(to.as_str()),
        care_relations::physio_id.eq(physio.as_str()),
        care_relations::started_at.eq(at),
    );
    diesel::insert_into(care_relations::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// A patient on a physiotherapist's list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Whose record.
    pub patient: PatientId,
    /// Their name.
    pub name: String,
    /// IANA name of their time zone.
    pub time_zone: String,
    /// When they joined.
    pub since: UtcTime,
    /// False for somebody from the clinic's inbox.
    pub mine: bool,
}

/// The patients a physiotherapist may see: their own and the clinic's inbox, by name.
pub fn patients_of(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Listed>, StoreError> {
    let people = users::table
        .filter(users::is_patient.eq(true))
        .filter(users::closed_at.is_null())
        .select((users::id, users::name, users::time_zone, users::created_at))
        .order((users::name, users::id))
        .load::<(String, String, String, UtcTime)>(tx.conn)?;
    let relations = care_relations::table
        .filter(care_relations::ended_at.is_null())
        .select((care_relations::patient_id, care_relations::physio_id))
        .load::<(String, String)>(tx.conn)?;
    let mut in_charge: std::collections::HashMap<&str, bool> = std::collections::HashMap::new();
    for (patient, by) in &relations {
        *in_charge.entry(patient).or_default() |= by == physio.user().as_str();
    }
    let mut listed = Vec::new();
    for (id, name, time_zone, since) in people {
        let mine = match in_charge.get(id.as_str()) {
            Some(false) => continue,
            Some(true) => true,
            None => false,
        };
        listed.push(Listed { patient: PatientId::from_text(id), name, time_zone, since, mine });
    }
    Ok(listed)
}

/// Names of those in charge of a patient.
pub fn in_charge_names<M: crate::access::MayRead>(
    tx: &mut ReadTx,
    who: &crate::access::PatientAccess<M>,
) -> Result<Vec<String>, StoreError> {
    let found = care_relations::table
        .inner_join(users::table.on(users::id.eq(care_relations::physio_id)))
        .filter(care_relations::patient_id.eq(who.patient().as_str()))
        .filter(care_relations::ended_at.is_null());
    Ok(found.select(users::name).order((users::name, users::id)).load(tx.conn)?)
}
