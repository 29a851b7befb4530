//! The clinic's own exercises: making one, a new version of it, its picture, retiring it. Plans keep the version
//! they were given; nothing here changes a plan.

use super::CareError;
use crate::access::Physio;
use crate::clinical::exercise::own::{Draft, Problem, define, may_begin, own_id};
use crate::clinical::exercise::{Exercise, OwnExercise, OwnPicture, library};
use crate::clock::UtcTime;
use crate::ids;
use crate::store::exercises::{self as stored, Picture, Version};
use crate::store::{ReadTx, Store, StoreError, WriteTx, oversight};

/// Characters of an id that make it the only one.
const UNIQUE: usize = 8;

/// An exercise of the clinic with how often it is used.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its newest version.
    pub newest: Version,
    /// Plans under way that have it, in whatever version.
    pub in_plans: i64,
}

/// All of them, those in use first.
pub fn list(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Listed>, CareError> {
    let mut all = Vec::new();
    for newest in stored::newest(tx, physio)? {
        let in_plans = stored::in_plans(tx, physio, newest.own.id())?;
        all.push(Listed { newest, in_plans });
    }
    all.sort_by_key(|listed| listed.newest.retired_at.is_some());
    Ok(all)
}

/// One with its history, newest version first.
pub fn history(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<(Vec<Version>, i64), CareError> {
    let versions = stored::history(tx, physio, id)?;
    if versions.is_empty() {
        return Err(StoreError::NotFound.into());
    }
    let in_plans = stored::in_plans(tx, physio, id)?;
    Ok((versions, in_plans))
}

/// What a form says of an exercise.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Words, flags, dose.
    pub draft: Draft,
    /// Data of the drawn figure.
    pub figure: String,
    /// The uploaded picture shown in its place.
    pub picture: Option<OwnPicture>,
    /// What is different, in a few words; may be empty.
    pub note: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

fn first(problems: Vec<Problem>) -> CareError {
    let (field, message) = problems.into_iter().next().unwrap_or(("", String::new()));
    CareError::refused(field, message)
}

fn version(id: &str, base: &Exercise, number: u32, edit: &Edit) -> Result<OwnExercise, CareError> {
    if edit.note.chars().count() > 200 {
        return Err(CareError::refused("note", "Use at most 200 characters"));
    }
    let (exercise, lifted) = define(id, base, &edit.draft).map_err(first)?;
    Ok(OwnExercise { version: number, exercise, figure: edit.figure.clone(), picture: edit.picture.clone(), lifted })
}

/// Makes an exercise from a similar one of the library and returns its id; the same form twice makes one.
pub fn make(store: &Store, physio: &Physio, base: &str, edit: &Edit, now: UtcTime) -> Result<String, CareError> {
    let base = library().get(base).filter(|base| may_begin(base)).ok_or(StoreError::NotFound)?;
    let unique: String = ids::fresh().chars().take(UNIQUE).collect();
    let own = version(&own_id(&base.id, &unique), base, 1, edit)?;
    store.write(|tx| {
        if let Some(id) = stored::made_with(tx, physio, &edit.token)? {
            return Ok(id);
        }
        stored::make(tx, physio, own.id(), &edit.token, now)?;
        stored::add_version(tx, physio, &own, edit.note.trim(), &edit.token, now)?;
        oversight::note(tx, Some(physio.user()), None, "own exercise made", now)?;
        Ok(own.id().to_owned())
    })
}

/// The newest version, which must be the one that a form was made from.
fn newest(tx: &mut WriteTx, physio: &Physio, id: &str, from: u32) -> Result<Version, CareError> {
    let newest = stored::history(tx, physio, id)?.into_iter().next().ok_or(StoreError::NotFound)?;
    if newest.retired_at.is_some() {
        return Err(CareError::refused("", "This exercise is retired. Take it back into use first"));
    }
    if newest.own.version != from {
        let who = newest.by.as_deref().unwrap_or("Somebody");
        let said = format!(
            "{who} saved version {} while you were writing. What you typed is still here: open the exercise in another tab, compare, and begin again from there",
            newest.own.version
        );
        return Err(CareError::refused("", said));
    }
    Ok(newest)
}

/// Saves a new version made from version `from`, and returns its number. Plans that have the exercise keep theirs.
pub fn revise(store: &Store, physio: &Physio, id: &str, from: u32, edit: &Edit, now: UtcTime) -> Result<u32, CareError> {
    store.write(|tx| {
        if let Some(number) = stored::saved_with(tx, physio, id, &edit.token)? {
            return Ok(number.unsigned_abs());
        }
        let before = newest(tx, physio, id, from)?;
        let base = before.own.base().ok_or(StoreError::NotFound)?;
        let own = version(id, base, from + 1, edit)?;
        if (OwnExercise { version: from, ..own.clone() }) == before.own {
            return Err(CareError::refused("", "Nothing is different from the version before"));
        }
        add(tx, physio, &own, (edit.note.trim(), &edit.token), now)
    })
}

/// Adds a version and says its number. A race that only the database saw is lost like any other.
fn add(tx: &mut WriteTx, physio: &Physio, own: &OwnExercise, (note, token): (&str, &str), now: UtcTime) -> Result<u32, CareError> {
    stored::add_version(tx, physio, own, note, token, now).map_err(|error| match error {
        StoreError::Conflict(_) => CareError::refused("", "Somebody saved a version in the same moment. Begin again from that"),
        other => other.into(),
    })?;
    oversight::note(tx, Some(physio.user()), None, "own exercise changed", now)?;
    Ok(own.version)
}

/// Shows an uploaded picture from a new version on, or (without one) the drawn figure again.
pub fn set_picture(
    store: &Store,
    physio: &Physio,
    id: &str,
    (from, token): (u32, &str),
    picture: Option<(&Picture, &str)>,
    now: UtcTime,
) -> Result<u32, CareError> {
    let alt = picture.map(|(_, alt)| alt.trim().to_owned()).unwrap_or_default();
    if picture.is_some() && alt.chars().count() < 10 {
        return Err(CareError::refused("alt", "Say in a sentence what the picture shows: start, movement, end"));
    }
    if alt.chars().count() > 300 {
        return Err(CareError::refused("alt", "Use at most 300 characters"));
    }
    store.write(|tx| {
        if let Some(number) = stored::saved_with(tx, physio, id, token)? {
            return Ok(number.unsigned_abs());
        }
        let before = newest(tx, physio, id, from)?;
        if picture.is_none() && before.own.picture.is_none() {
            return Ok(from);
        }
        let shown = match picture {
            Some((file, _)) => Some(OwnPicture {
                id: stored::keep_picture(tx, physio, file)?,
                alt: alt.clone(),
                width: file.width.unsigned_abs(),
                height: file.height.unsigned_abs(),
            }),
            None => None,
        };
        let note = if shown.is_some() { "Shows an uploaded picture" } else { "Shows the drawn figure again" };
        let own = OwnExercise { version: from + 1, picture: shown, ..before.own };
        add(tx, physio, &own, (note, token), now)
    })
}

/// Retires an exercise (it is not offered any more; plans that have it keep it), or takes it back into use.
pub fn retire(store: &Store, physio: &Physio, id: &str, retire: bool, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        stored::set_retired(tx, physio, id, retire.then_some(now))?;
        let action = if retire { "own exercise retired" } else { "own exercise back in use" };
        Ok(oversight::note(tx, Some(physio.user()), None, action, now)?)
    })
}
