//! Letters as they were given out. Rows are only ever added; nothing changes one.

use super::errors::StoreError;
use super::schema::{letters, users};
use super::{ReadTx, WriteTx};
use crate::access::{PatientAccess, Read, Treat};
use crate::clock::UtcTime;
use diesel::prelude::*;

/// To a doctor or an emergency department: what was answered and what the rules said.
pub const HAND_OVER: &str = "hand_over";
/// At the end of the programme: how it went.
pub const DISCHARGE: &str = "discharge";

/// A letter.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = letters)]
pub struct GivenOut {
    /// Identity.
    pub id: String,
    /// About whom.
    pub patient_id: String,
    /// Who gave it out.
    pub author_id: Option<String>,
    /// [`HAND_OVER`] or [`DISCHARGE`].
    pub kind: String,
    /// To whom.
    pub recipient: String,
    /// Its text.
    pub body: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// When.
    pub written_at: UtcTime,
}

/// The letter that was stored under a token.
pub fn by_token(tx: &mut ReadTx, who: &PatientAccess<Treat>, token: &str) -> Result<Option<GivenOut>, StoreError> {
    let mine = letters::table.filter(letters::patient_id.eq(who.patient().as_str())).filter(letters::token.eq(token));
    Ok(mine.first(tx.conn).optional()?)
}

/// Keeps a letter.
///
/// # Errors
/// `NotFound` for another patient's, `Conflict` when its token is known.
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Treat>, letter: &GivenOut) -> Result<(), StoreError> {
    if letter.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(letters::table).values(letter.clone()).execute(tx.conn)?;
    Ok(())
}

/// All letters about a patient with the author's name, newest first.
pub fn all(tx: &mut ReadTx, who: &PatientAccess<Read>) -> Result<Vec<(GivenOut, Option<String>)>, StoreError> {
    let found = letters::table
        .left_join(users::table.on(letters::author_id.eq(users::id.nullable())))
        .filter(letters::patient_id.eq(who.patient().as_str()));
    let columns = (letters::all_columns, users::name.nullable());
    Ok(found.select(columns).order((letters::written_at.desc(), letters::id)).load(tx.conn)?)
}
