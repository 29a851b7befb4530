//! A physiotherapist's own notes. Rows are only ever added: a correction is another row that names the first. Only the
//! desk's capabilities reach them: the patient's own pages show none.

use super::errors::StoreError;
use super::schema::{clinical_notes, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{PatientAccess, Read, Treat};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What a note says, under its four headings; each may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteBody {
    /// What the patient says.
    pub says: String,
    /// What was found.
    pub found: String,
    /// What was agreed.
    pub agreed: String,
    /// What comes next.
    pub next: String,
}

/// A note.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = clinical_notes)]
pub struct Note {
    /// Identity.
    pub id: String,
    /// About whom.
    pub patient_id: String,
    /// Who wrote it.
    pub author_id: Option<String>,
    /// Code of the kind of contact.
    pub contact: String,
    /// Day of the contact, the patient's date.
    pub on_date: NaiveDate,
    /// What it says.
    pub body: Json<NoteBody>,
    /// The first note, which this one corrects.
    pub corrects: Option<String>,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// When it was written.
    pub written_at: UtcTime,
}

/// Whether the form of this token was stored before.
pub fn known(tx: &mut ReadTx, who: &PatientAccess<Treat>, token: &str) -> Result<bool, StoreError> {
    let mine = clinical_notes::table.filter(clinical_notes::patient_id.eq(who.patient().as_str())).filter(clinical_notes::token.eq(token));
    Ok(mine.count().get_result::<i64>(tx.conn)? > 0)
}

/// One of this patient's notes.
///
/// # Errors
/// `NotFound` when it is missing or somebody else's.
pub fn one(tx: &mut ReadTx, who: &PatientAccess<Treat>, id: &str) -> Result<Note, StoreError> {
    let found = clinical_notes::table.find(id).filter(clinical_notes::patient_id.eq(who.patient().as_str()));
    Ok(found.first(tx.conn)?)
}

/// Adds a note.
///
/// # Errors
/// `NotFound` for another patient's, `Conflict` when its token is known.
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Treat>, note: &Note) -> Result<(), StoreError> {
    if note.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(clinical_notes::table).values(note.clone()).execute(tx.conn)?;
    Ok(())
}

/// All notes about a patient with the author's name, newest first, corrections among them.
pub fn all(tx: &mut ReadTx, who: &PatientAccess<Read>) -> Result<Vec<(Note, Option<String>)>, StoreError> {
    let found = clinical_notes::table
        .left_join(users::table.on(clinical_notes::author_id.eq(users::id.nullable())))
        .filter(clinical_notes::patient_id.eq(who.patient().as_str()));
    let columns = (clinical_notes::all_columns, users::name.nullable());
    Ok(found.select(columns).order((clinical_notes::written_at.desc(), clinical_notes::id)).load(tx.conn)?)
}
