//! Who is in charge of whom, who stands in for whom, and who broke the glass.

use super::errors::StoreError;
use super::schema::{care_relations, leaves, users};
use super::{ReadTx, WriteTx, clinics, closing};
use crate::access::{Actor, Admin, MayRead, PatientAccess, Physio, Relation, Treat};
use crate::clock::UtcTime;
use crate::ids::{self, PatientId, UserId};
use diesel::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// The purpose of consent by which the clinic sees a record.
pub(super) const SHARED: &str = "share_clinic";
/// Kinds of a relation.
const IN_CHARGE: &str = "in_charge";
const EMERGENCY: &str = "emergency";

/// Those in charge of a patient now.
fn in_charge(tx: &mut ReadTx, patient: &PatientId) -> Result<Vec<String>, StoreError> {
    let found = care_relations::table
        .filter(care_relations::patient_id.eq(patient.as_str()))
        .filter(care_relations::kind.eq(IN_CHARGE))
        .filter(care_relations::ended_at.is_null());
    Ok(found.select(care_relations::physio_id).load(tx.conn)?)
}

/// Those for whom a physiotherapist stands in now.
fn covered_by(tx: &mut ReadTx, cover: &str, now: UtcTime) -> Result<Vec<String>, StoreError> {
    let found = leaves::table
        .filter(leaves::cover_id.eq(cover))
        .filter(leaves::ended_at.is_null())
        .filter(leaves::from_at.le(now))
        .filter(leaves::until_at.gt(now));
    Ok(found.select(leaves::physio_id).load(tx.conn)?)
}

/// Who in the clinic reads what a patient writes, with the zone of each: those in charge, for whoever is away their
/// stand-in, and everybody who treats when nobody is in charge.
pub fn readers<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<Vec<(UserId, String)>, StoreError> {
    let mut of = in_charge(tx, who.patient())?;
    let away = leaves::table.filter(leaves::physio_id.eq_any(&of)).filter(leaves::ended_at.is_null());
    let away = away.filter(leaves::from_at.le(now)).filter(leaves::until_at.gt(now)).select((leaves::physio_id, leaves::cover_id));
    let away = away.load::<(String, String)>(tx.conn)?;
    of.retain(|id| !away.iter().any(|(absent, _)| absent == id));
    of.extend(away.into_iter().map(|(_, cover)| cover));
    let clinic = clinics::of(tx, who)?;
    let staff = users::table.filter(users::is_physio.eq(true)).filter(users::closed_at.is_null());
    let staff = staff.filter(users::clinic_id.eq(clinic.as_str()));
    let staff = staff.select((users::id, users::time_zone)).order(users::id).load::<(String, String)>(tx.conn)?;
    let reads = |(id, _): &(String, String)| of.is_empty() || of.contains(id);
    Ok(staff.into_iter().filter(reads).map(|(id, zone)| (UserId::from_text(id), zone)).collect())
}

/// How `actor` stands to the patient with this identity now; a stranger when there is no such patient. A patient of
/// another clinic is out of reach whatever relation there may ever have been, and so is everybody else's record for whoever
/// does not treat people now: what `actor` says of that is from before the form began to arrive.
pub fn relation(tx: &mut ReadTx, actor: &Actor, patient: &PatientId, now: UtcTime) -> Result<Relation, StoreError> {
    let both = users::table.filter(users::id.eq_any([actor.user.as_str(), patient.as_str()])).filter(users::closed_at.is_null());
    let both = both.select((users::id, users::clinic_id, users::is_patient, users::is_physio));
    let both = both.load::<(String, String, bool, bool)>(tx.conn)?;
    match both.iter().find(|(id, _, is_patient, _)| id == patient.as_str() && *is_patient) {
        None => return Ok(Relation::Stranger),
        Some((_, clinic, ..)) if clinic != actor.clinic.as_str() => return Ok(Relation::OtherClinic),
        Some(_) => {}
    }
    if actor.user.as_str() == patient.as_str() {
        return Ok(Relation::OwnRecord);
    }
    if !both.iter().any(|(id, _, _, is_physio)| id == actor.user.as_str() && *is_physio) {
        return Ok(Relation::Stranger);
    }
    // Whoever took back that the clinic sees the record is seen by nobody any more, an emergency aside.
    if closing::not_given(tx, SHARED)?.iter().all(|id| id != patient.as_str()) {
        let in_charge = in_charge(tx, patient)?;
        if in_charge.is_empty() {
            return Ok(Relation::ClinicInbox);
        }
        if in_charge.iter().any(|id| id == actor.user.as_str()) {
            return Ok(Relation::InCharge);
        }
        if covered_by(tx, actor.user.as_str(), now)?.iter().any(|away| in_charge.contains(away)) {
            return Ok(Relation::Cover);
        }
    }
    let broken = care_relations::table
        .filter(care_relations::patient_id.eq(patient.as_str()))
        .filter(care_relations::physio_id.eq(actor.user.as_str()))
        .filter(care_relations::kind.eq(EMERGENCY))
        .filter(care_relations::ended_at.is_null())
        .filter(care_relations::until_at.gt(now))
        .count()
        .get_result::<i64>(tx.conn)?;
    Ok(if broken > 0 { Relation::Emergency } else { Relation::Stranger })
}

/// Puts a physiotherapist in charge of a patient of their clinic, as an invitation they accepted says. Whoever has left since,
/// or treats nobody any more, is put in charge of nobody: the patient belongs to the clinic's inbox.
pub fn assign(tx: &mut WriteTx, physio: &UserId, to: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let clinic_of = |id: &UserId| users::table.find(id.as_str().to_owned()).filter(users::closed_at.is_null()).select(users::clinic_id);
    let here: Option<String> = clinic_of(physio).filter(users::is_physio.eq(true)).first(tx.conn).optional()?;
    if here.is_none() || here != clinic_of(to).first(tx.conn).optional()? {
        return Ok(());
    }
    let row = (
        care_relations::id.eq(ids::fresh()),
        care_relations::patient_id.eq(to.as_str()),
        care_relations::physio_id.eq(physio.as_str()),
        care_relations::started_at.eq(at),
        care_relations::kind.eq(IN_CHARGE),
    );
    diesel::insert_into(care_relations::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Why a patient is on a physiotherapist's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// They are in charge.
    Mine,
    /// They stand in for this colleague, who is away.
    Cover(String),
    /// Nobody is in charge: the clinic's inbox.
    Inbox,
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
    /// Why they are listed.
    pub because: Because,
    /// When they asked to close their account.
    pub closing_at: Option<UtcTime>,
}

/// The patients a physiotherapist may see now: their own, those of whom they stand in for, and the clinic's inbox,
/// by name; not those who took back that the clinic sees their record. A few statements, however many patients there are.
pub fn patients_of(tx: &mut ReadTx, physio: &Physio, now: UtcTime) -> Result<Vec<Listed>, StoreError> {
    let me = physio.user().as_str();
    let people = users::table
        .filter(users::clinic_id.eq(physio.clinic().as_str()))
        .filter(users::is_patient.eq(true))
        .filter(users::closed_at.is_null())
        .select((users::id, users::name, users::time_zone, users::created_at, users::closing_at))
        .order((users::name, users::id))
        .load::<(String, String, String, UtcTime, Option<UtcTime>)>(tx.conn)?;
    let hidden = closing::not_given(tx, SHARED)?;
    let relations = care_relations::table
        .filter(care_relations::kind.eq(IN_CHARGE))
        .filter(care_relations::ended_at.is_null())
        .select((care_relations::patient_id, care_relations::physio_id))
        .load::<(String, String)>(tx.conn)?;
    let away: Vec<String> = covered_by(tx, me, now)?;
    let names: BTreeMap<String, String> = users::table
        .filter(users::id.eq_any(&away))
        .select((users::id, users::name))
        .load::<(String, String)>(tx.conn)?
        .into_iter()
        .collect();
    let mut in_charge: HashMap<&str, Vec<&str>> = HashMap::new();
    for (patient, by) in &relations {
        in_charge.entry(patient).or_default().push(by);
    }
    let because = |id: &str| match in_charge.get(id) {
        None => Some(Because::Inbox),
        Some(by) if by.contains(&me) => Some(Because::Mine),
        Some(by) => by.iter().find_map(|one| names.get(*one)).map(|name| Because::Cover(name.clone())),
    };
    let listed = people.into_iter().filter(|(id, ..)| !hidden.contains(id)).filter_map(|(id, name, time_zone, since, closing_at)| {
        let because = because(&id)?;
        Some(Listed { patient: PatientId::from_text(id), name, time_zone, since, because, closing_at })
    });
    Ok(listed.collect())
}

/// Names of those in charge of a patient.
pub fn in_charge_names<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<String>, StoreError> {
    let found = care_relations::table
        .inner_join(users::table.on(users::id.eq(care_relations::physio_id)))
        .filter(care_relations::patient_id.eq(who.patient().as_str()))
        .filter(care_relations::kind.eq(IN_CHARGE))
        .filter(care_relations::ended_at.is_null());
    Ok(found.select(users::name).order((users::name, users::id)).load(tx.conn)?)
}

/// A time in which a physiotherapist was in charge of a patient.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Charge {
    /// Whose account.
    pub physio: String,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: UtcTime,
    /// Until when; none: now.
    pub until: Option<UtcTime>,
}

/// Who is and was in charge of a patient, newest first.
pub fn charges<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Charge>, StoreError> {
    let found = care_relations::table
        .inner_join(users::table.on(users::id.eq(care_relations::physio_id)))
        .filter(care_relations::patient_id.eq(who.patient().as_str()))
        .filter(care_relations::kind.eq(IN_CHARGE));
    let columns = (users::id, users::name, care_relations::started_at, care_relations::ended_at);
    Ok(found.select(columns).order((care_relations::started_at.desc(), users::name, care_relations::id)).load(tx.conn)?)
}

/// A record that somebody opened without being in charge, because of an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct BrokenGlass {
    /// Who.
    pub name: String,
    /// When.
    pub at: UtcTime,
    /// Until when they could look.
    pub until: Option<UtcTime>,
    /// Why, in their words.
    pub reason: String,
}

/// When a patient's record was opened in an emergency, newest first.
pub fn emergencies<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<BrokenGlass>, StoreError> {
    let found = care_relations::table
        .inner_join(users::table.on(users::id.eq(care_relations::physio_id)))
        .filter(care_relations::patient_id.eq(who.patient().as_str()))
        .filter(care_relations::kind.eq(EMERGENCY));
    let columns = (users::name, care_relations::started_at, care_relations::until_at, care_relations::reason);
    Ok(found.select(columns).order((care_relations::started_at.desc(), care_relations::id)).load(tx.conn)?)
}

/// Puts a physiotherapist in charge of the patient besides whoever is; `false` when they are already. `id` is the
/// identity of the new relation.
pub fn put_in_charge(tx: &mut WriteTx, who: &PatientAccess<Treat>, physio: &UserId, id: &str, at: UtcTime) -> Result<bool, StoreError> {
    if in_charge(tx, who.patient())?.iter().any(|one| one == physio.as_str()) {
        return Ok(false);
    }
    let row = (
        care_relations::id.eq(id),
        care_relations::patient_id.eq(who.patient().as_str()),
        care_relations::physio_id.eq(physio.as_str()),
        care_relations::started_at.eq(at),
        care_relations::kind.eq(IN_CHARGE),
        care_relations::made_by.eq(who.by().map(UserId::as_str)),
    );
    diesel::insert_into(care_relations::table).values(row).execute(tx.conn)?;
    Ok(true)
}

/// Ends that whoever acts is in charge of the patient. Their access ends with it.
pub fn end_own(tx: &mut WriteTx, who: &PatientAccess<Treat>, at: UtcTime) -> Result<(), StoreError> {
    let Some(me) = who.by() else { return Ok(()) };
    let mine = care_relations::table
        .filter(care_relations::patient_id.eq(who.patient().as_str()))
        .filter(care_relations::physio_id.eq(me.as_str()))
        .filter(care_relations::kind.eq(IN_CHARGE))
        .filter(care_relations::ended_at.is_null());
    diesel::update(mine).set(care_relations::ended_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// Whether a physiotherapist made this relation of a patient: the form that made it was sent before.
pub fn made(tx: &mut ReadTx, by: &UserId, patient: &PatientId, id: &str) -> Result<bool, StoreError> {
    let found = care_relations::table
        .find(id)
        .filter(care_relations::patient_id.eq(patient.as_str()))
        .filter(care_relations::made_by.eq(by.as_str()))
        .count();
    Ok(found.get_result::<i64>(tx.conn)? > 0)
}

/// Whether a physiotherapist was in charge of a patient once and is no longer.
pub fn was_in_charge(tx: &mut ReadTx, physio: &UserId, patient: &PatientId) -> Result<bool, StoreError> {
    let found = care_relations::table
        .filter(care_relations::patient_id.eq(patient.as_str()))
        .filter(care_relations::physio_id.eq(physio.as_str()))
        .filter(care_relations::kind.eq(IN_CHARGE))
        .filter(care_relations::ended_at.is_not_null())
        .count();
    Ok(found.get_result::<i64>(tx.conn)? > 0)
}

/// The patients of the physiotherapist's clinic with exactly this name or this address (in lower case). It says nothing
/// of whether the physiotherapist may see them.
pub fn called(tx: &mut ReadTx, physio: &Physio, name: &str, email: &str) -> Result<Vec<PatientId>, StoreError> {
    let found = users::table
        .filter(users::clinic_id.eq(physio.clinic().as_str()))
        .filter(users::is_patient.eq(true))
        .filter(users::closed_at.is_null())
        .filter(users::name.eq(name).or(users::email.eq(email)));
    let ids: Vec<String> = found.select(users::id).order(users::id).limit(2).load(tx.conn)?;
    Ok(ids.into_iter().map(PatientId::from_text).collect())
}

/// Lets a physiotherapist look into a record that is not theirs, until an instant.
pub fn break_glass(
    tx: &mut WriteTx,
    physio: &Physio,
    patient: &PatientId,
    reason: &str,
    until: UtcTime,
    at: UtcTime,
) -> Result<(), StoreError> {
    let row = (
        care_relations::id.eq(ids::fresh()),
        care_relations::patient_id.eq(patient.as_str()),
        care_relations::physio_id.eq(physio.user().as_str()),
        care_relations::started_at.eq(at),
        care_relations::kind.eq(EMERGENCY),
        care_relations::until_at.eq(until),
        care_relations::reason.eq(reason),
        care_relations::made_by.eq(physio.user().as_str()),
    );
    diesel::insert_into(care_relations::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Ends every relation of a physiotherapist of the administrator's clinic with patients.
pub fn end_all_of(tx: &mut WriteTx, admin: &Admin, physio: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let here = users::table.filter(users::clinic_id.eq(admin.clinic().as_str())).select(users::id);
    let theirs = care_relations::table.filter(care_relations::physio_id.eq(physio.as_str())).filter(care_relations::ended_at.is_null());
    diesel::update(theirs.filter(care_relations::physio_id.eq_any(here))).set(care_relations::ended_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// Patient and physiotherapist of everything that runs now: identities alone, so that an administrator may count.
pub fn pairs(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<(String, String)>, StoreError> {
    let found = care_relations::table
        .inner_join(users::table.on(users::id.eq(care_relations::patient_id)))
        .filter(users::clinic_id.eq(admin.clinic().as_str()))
        .filter(users::closed_at.is_null())
        .filter(care_relations::kind.eq(IN_CHARGE))
        .filter(care_relations::ended_at.is_null());
    Ok(found.select((care_relations::patient_id, care_relations::physio_id)).load(tx.conn)?)
}
