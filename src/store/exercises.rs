//! The clinic's own exercises: versions that are only ever added, and uploaded pictures.

use super::errors::StoreError;
use super::schema::{clinic_exercise_versions as versions, clinic_exercises, clinic_pictures, plan_items, plans, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, PatientAccess, Physio};
use crate::clinical::exercise::OwnExercise;
use crate::clinical::plan::Prescribed;
use crate::clock::UtcTime;
use crate::ids;
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

/// The newest version of every exercise, by name.
pub fn newest(tx: &mut ReadTx, _: &Physio) -> Result<Vec<Version>, StoreError> {
    let rows = versions::table
        .inner_join(clinic_exercises::table)
        .left_join(users::table)
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
pub fn history(tx: &mut ReadTx, _: &Physio, id: &str) -> Result<Vec<Version>, StoreError> {
    let rows = versions::table
        .inner_join(clinic_exercises::table)
        .left_join(users::table)
        .filter(versions::exercise_id.eq(id))
        .order(versions::version.desc())
        .select((versions::definition, users::name.nullable(), versions::made_at, versions::note, clinic_exercises::retired_at))
        .load::<Row>(tx.conn)?;
    Ok(rows.into_iter().map(version).collect())
}

/// The exercise that a form with this token made.
pub fn made_with(tx: &mut ReadTx, _: &Physio, token: &str) -> Result<Option<String>, StoreError> {
    let found = clinic_exercises::table.filter(clinic_exercises::token.eq(token)).select(clinic_exercises::id);
    Ok(found.first(tx.conn).optional()?)
}

/// The version of an exercise that a form with this token saved.
pub fn saved_with(tx: &mut ReadTx, _: &Physio, id: &str, token: &str) -> Result<Option<i32>, StoreError> {
    let found = versions::table.filter(versions::exercise_id.eq(id)).filter(versions::token.eq(token)).select(versions::version);
    Ok(found.first(tx.conn).optional()?)
}

/// Keeps a new exercise; its first version follows with [`add_version`].
pub fn make(tx: &mut WriteTx, physio: &Physio, id: &str, token: &str, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        clinic_exercises::id.eq(id),
        clinic_exercises::token.eq(token),
        clinic_exercises::made_by.eq(physio.user().as_str()),
        clinic_exercises::made_at.eq(at),
    );
    diesel::insert_into(clinic_exercises::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Adds a version.
///
/// # Errors
/// `Conflict(AlreadyStored)` when there is one with this number or token.
pub fn add_version(tx: &mut WriteTx, physio: &Physio, own: &OwnExercise, note: &str, token: &str, at: UtcTime) -> Result<(), StoreError> {
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
pub fn set_retired(tx: &mut WriteTx, _: &Physio, id: &str, at: Option<UtcTime>) -> Result<(), StoreError> {
    let changed = diesel::update(clinic_exercises::table.find(id)).set(clinic_exercises::retired_at.eq(at)).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// In how many plans under way an exercise stands now: a number, nobody's record.
pub fn in_plans(tx: &mut ReadTx, _: &Physio, id: &str) -> Result<i64, StoreError> {
    // A prescription begins with its exercise; an own id holds no sign that LIKE would read otherwise.
    let found = plan_items::table
        .inner_join(plans::table)
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
    /// SHA-256 of the bytes in hex: the same picture is kept once.
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
}

/// Keeps a picture and returns its identity; the same bytes are kept once.
pub fn keep_picture(tx: &mut WriteTx, physio: &Physio, picture: &Picture) -> Result<String, StoreError> {
    let same = clinic_pictures::table.filter(clinic_pictures::sha256.eq(&picture.sha256)).select(clinic_pictures::id);
    if let Some(id) = same.first::<String>(tx.conn).optional()? {
        return Ok(id);
    }
    let row = Picture { id: ids::fresh(), made_by: Some(physio.user().as_str().to_owned()), ..picture.clone() };
    let id = row.id.clone();
    diesel::insert_into(clinic_pictures::table).values(row).execute(tx.conn)?;
    Ok(id)
}

/// A picture, for the desk.
pub fn picture(tx: &mut ReadTx, _: &Physio, id: &str) -> Result<Picture, StoreError> {
    Ok(clinic_pictures::table.find(id).first(tx.conn)?)
}

/// A picture that stands in one of the patient's plans.
pub fn picture_given<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<Picture, StoreError> {
    let given = ever_given(tx, who)?.iter().any(|own| own.picture.as_ref().is_some_and(|picture| picture.id == id));
    if given { Ok(clinic_pictures::table.find(id).first(tx.conn)?) } else { Err(StoreError::NotFound) }
}
