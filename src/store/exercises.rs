//! The clinic's own exercises: versions that are only ever added, and uploaded pictures.

use super::errors::StoreError;
use super::schema::{clinic_exercise_versions as versions, clinic_exercises, clinic_pictures, plan_items, plans, users};
use super::{Json, ReadTx, WriteTx, clinics};
use crate::access::{MayRead, PatientAccess, Physio};
use crate::clinical::exercise::OwnExercise;
use crate::clinical::plan::Prescribed;
use crate::clock::UtcTime;
use crate::ids::{self, ClinicId};
use diesel::prelude::*;

/// One version of one exercise.
#[derive(Debug, Clone)]
pub struct Version {
    /// What it says.
    pub own: OwnExercise,
    /// Who saved it; none when that account is gone.
    pub by: Option<String>,
    /// When.
    pub at: UtcTime,
    /// What is different, in the words of whoever saved it; may be empty.
    pub note: String,
    /// When the exercise was retired, if it was: plans that have it keep it.
    pub retired_at: Option<UtcTime>,
}

type Row = (Json<OwnExercise>, Option<String>, UtcTime, String, Option<UtcTime>);

fn version((own, by, at, note, retired_at): Row) -> Version {
    Version { own: own.into_inner(), by, at, note, retired_at }
}

/// The newest version of every exercise of the clinic, by name.
pub fn newest(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Version>, StoreError> {
    let rows = versions::table
        .inner_join(clinic_exercises::table)
        .left_join(users::table)
        .filter(clinic_exercises::clinic_id.eq(physio.clinic().as_str()))
        .order((versions::exercise_id, versions::version.desc()))
        .select((versions::definition, users::name.nullable(), versions::made_at, versions::note, clinic_exercises::retired_at))
        .load::<Row>(tx.conn)?;
    let mut found: Vec<Version> = Vec::new();
    for row in rows.into_iter().map(version) {
        if found.last().is_none_or(|last| last.own.id() != row.own.id()) {
            found.push(row);
        }
    }
    found.sort_by(|a, b| (&a.own.exercise.title, a.own.id()).cmp(&(&b.own.exercise.title, b.own.id())));
    Ok(found)
}

/// Every version of one exercise, newest first; empty when there is none.
pub fn history(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<Vec<Version>, StoreError> {
    let rows = versions::table
        .inner_join(clinic_exercises::table)
        .left_join(users::table)
        .filter(clinic_exercises::clinic_id.eq(physio.clinic().as_str()))
        .filter(versions::exercise_id.eq(id))
        .order(versions::version.desc())
        .select((versions::definition, users::name.nullable(), versions::made_at, versions::note, clinic_exercises::retired_at))
        .load::<Row>(tx.conn)?;
    Ok(rows.into_iter().map(version).collect())
}

/// The exercise that a form with this token made.
pub fn made_with(tx: &mut ReadTx, physio: &Physio, token: &str) -> Result<Option<String>, StoreError> {
    let found = clinic_exercises::table.filter(clinic_exercises::token.eq(token)).select(clinic_exercises::id);
    Ok(found.filter(clinic_exercises::clinic_id.eq(physio.clinic().as_str())).first(tx.conn).optional()?)
}

/// The version of an exercise that a form with this token saved.
pub fn saved_with(tx: &mut ReadTx, physio: &Physio, id: &str, token: &str) -> Result<Option<i32>, StoreError> {
    if !is_here(tx, physio, id)? {
        return Ok(None);
    }
    let found = versions::table.filter(versions::exercise_id.eq(id)).filter(versions::token.eq(token)).select(versions::version);
    Ok(found.first(tx.conn).optional()?)
}

/// Whether an exercise is the clinic's.
fn is_here(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<bool, StoreError> {
    let found = clinic_exercises::table.find(id).filter(clinic_exercises::clinic_id.eq(physio.clinic().as_str())).count();
    Ok(found.get_result::<i64>(tx.conn)? > 0)
}

/// Keeps a new exercise; its first version follows with [`add_version`].
pub fn make(tx: &mut WriteTx, physio: &Physio, id: &str, token: &str, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        clinic_exercises::id.eq(id),
        clinic_exercises::token.eq(token),
        clinic_exercises::made_by.eq(physio.user().as_str()),
        clinic_exercises::made_at.eq(at),
        clinic_exercises::clinic_id.eq(physio.clinic().as_str()),
    );
    diesel::insert_into(clinic_exercises::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Adds a version.
///
/// # Errors
/// `Conflict(AlreadyStored)` when there is one with this number or token, `NotFound` for an exercise of another clinic.
pub fn add_version(tx: &mut WriteTx, physio: &Physio, own: &OwnExercise, note: &str, token: &str, at: UtcTime) -> Result<(), StoreError> {
    if !is_here(tx, physio, own.id())? {
        return Err(StoreError::NotFound);
    }
    let number = i32::try_from(own.version).map_err(StoreError::broken)?;
    let row = (
        versions::exercise_id.eq(own.id()),
        versions::version.eq(number),
        versions::token.eq(token),
        versions::made_by.eq(physio.user().as_str()),
        versions::made_at.eq(at),
        versions::note.eq(note),
        versions::definition.eq(Json::new(own.clone())),
        versions::picture_id.eq(own.picture.as_ref().map(|picture| picture.id.as_str())),
    );
    diesel::insert_into(versions::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Retires an exercise, or takes it back into use.
pub fn set_retired(tx: &mut WriteTx, physio: &Physio, id: &str, at: Option<UtcTime>) -> Result<(), StoreError> {
    let theirs = clinic_exercises::table.find(id).filter(clinic_exercises::clinic_id.eq(physio.clinic().as_str()));
    let changed = diesel::update(theirs).set(clinic_exercises::retired_at.eq(at)).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// In how many of the clinic's plans under way an exercise stands now: a number, nobody's record.
pub fn in_plans(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<i64, StoreError> {
    // A prescription begins with its exercise; an own id holds no sign that LIKE would read otherwise.
    let found = plan_items::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq_any(clinics::patients(physio.clinic())))
        .filter(plans::status.eq("active"))
        .filter(plan_items::removed_on.is_null())
        .filter(plan_items::prescription.like(format!("{{\"exercise\":\"{id}\"%")));
    Ok(found.count().get_result(tx.conn)?)
}

/// Own exercises that ever stood in a patient's plans, as they were given, newest first.
pub fn ever_given<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<OwnExercise>, StoreError> {
    let found = plan_items::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .order((plan_items::added_on.desc(), plan_items::id))
        .select(plan_items::prescription)
        .load::<Json<Prescribed>>(tx.conn)?;
    Ok(found.into_iter().filter_map(|item| item.into_inner().own.map(|own| *own)).collect())
}

/// An uploaded picture, re-made by this program.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = clinic_pictures)]
pub struct Picture {
    /// Identity.
    pub id: String,
    /// SHA-256 of the bytes in hex: a clinic keeps the same picture once.
    pub sha256: String,
    /// `image/jpeg` or `image/png`.
    pub media_type: String,
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
    /// The file.
    pub bytes: Vec<u8>,
    /// Who uploaded it.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
    /// Identity of the clinic whose it is.
    pub clinic_id: String,
}

/// Keeps a picture and returns its identity; a clinic keeps the same bytes once.
pub fn keep_picture(tx: &mut WriteTx, physio: &Physio, picture: &Picture) -> Result<String, StoreError> {
    // The column is unique in the whole database: in other clinics than the first the hash says whose picture it is.
    let first = *physio.clinic() == ClinicId::first();
    let sha256 = if first { picture.sha256.clone() } else { format!("{} {}", picture.sha256, physio.clinic()) };
    let same = clinic_pictures::table.filter(clinic_pictures::sha256.eq(&sha256)).select(clinic_pictures::id);
    if let Some(id) = same.first::<String>(tx.conn).optional()? {
        return Ok(id);
    }
    let (made_by, clinic_id) = (Some(physio.user().as_str().to_owned()), physio.clinic().as_str().to_owned());
    let row = Picture { id: ids::fresh(), sha256, made_by, clinic_id, ..picture.clone() };
    let id = row.id.clone();
    diesel::insert_into(clinic_pictures::table).values(row).execute(tx.conn)?;
    Ok(id)
}

/// A picture of the clinic, for the desk.
pub fn picture(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<Picture, StoreError> {
    let found = clinic_pictures::table.find(id).filter(clinic_pictures::clinic_id.eq(physio.clinic().as_str()));
    Ok(found.first(tx.conn)?)
}

/// A picture that stands in one of the patient's plans.
pub fn picture_given<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<Picture, StoreError> {
    let given = ever_given(tx, who)?.iter().any(|own| own.picture.as_ref().is_some_and(|picture| picture.id == id));
    if given { Ok(clinic_pictures::table.find(id).first(tx.conn)?) } else { Err(StoreError::NotFound) }
}
