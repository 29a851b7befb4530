//! Accounts whose person asked to close them, until they are erased or taken back; and the names of before.

use super::errors::StoreError;
use super::schema::{care_relations, consents, revisions, settings, users};
use super::{ReadTx, WriteTx};
use crate::access::{Admin, MayRead, MayWrite, Own, PatientAccess, Physio};
use crate::clock::UtcTime;
use crate::ids::{self, PatientId};
use diesel::prelude::*;

/// Name of the setting that says that erased text may still stand in the database's file; its value is of the last erasure.
const SCRUB: &str = "scrub_due";

/// When the person asked to close the account; none when they did not.
pub fn asked_at<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<UtcTime>, StoreError> {
    let found = users::table.find(who.patient().as_str()).select(users::closing_at).first::<Option<UtcTime>>(tx.conn).optional()?;
    Ok(found.flatten())
}

/// Begins the waiting time, or ends it.
pub fn set<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, at: Option<UtcTime>) -> Result<(), StoreError> {
    diesel::update(users::table.find(who.patient().as_str())).set(users::closing_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// When those of an administrator's clinic who are closing their accounts asked for it.
pub fn of_clinic(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<UtcTime>, StoreError> {
    let here = users::table.filter(users::clinic_id.eq(admin.clinic().as_str())).filter(users::is_patient.eq(true));
    let found = here.filter(users::closing_at.is_not_null()).select(users::closing_at);
    let asked: Vec<Option<UtcTime>> = found.order((users::closing_at, users::id)).load(tx.conn)?;
    Ok(asked.into_iter().flatten().collect())
}

/// Accounts of every clinic that are being closed, with the instant they were asked at: for the jobs and the command line.
pub fn all(tx: &mut ReadTx) -> Result<Vec<(PatientId, UtcTime)>, StoreError> {
    let found = users::table.filter(users::closing_at.is_not_null()).filter(users::is_patient.eq(true));
    let rows = found.select((users::id, users::closing_at)).order((users::closing_at, users::id));
    let rows = rows.load::<(String, Option<UtcTime>)>(tx.conn)?;
    Ok(rows.into_iter().filter_map(|(id, at)| Some((PatientId::from_text(id), at?))).collect())
}

/// Gives the person another name; the one before is kept where they can read it.
pub fn rename(tx: &mut WriteTx, who: &PatientAccess<Own>, before: &str, name: &str, at: UtcTime) -> Result<(), StoreError> {
    let me = who.patient().as_str();
    let row = (
        revisions::id.eq(ids::fresh()),
        revisions::patient_id.eq(me),
        revisions::record_id.eq(me),
        revisions::replaced_at.eq(at),
        revisions::replaced_by.eq(me),
        revisions::before_text.eq(before),
    );
    diesel::insert_into(revisions::table).values(row).execute(tx.conn)?;
    diesel::update(users::table.find(me)).set(users::name.eq(name)).execute(tx.conn)?;
    Ok(())
}

/// Names the person had before, with until when, newest first.
pub fn names_before(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<Vec<(String, UtcTime)>, StoreError> {
    let me = who.patient().as_str();
    let found = revisions::table.filter(revisions::patient_id.eq(me)).filter(revisions::record_id.eq(me));
    Ok(found
        .select((revisions::before_text, revisions::replaced_at))
        .order((revisions::replaced_at.desc(), revisions::id))
        .load(tx.conn)?)
}

/// Patients in a physiotherapist's charge who took back a purpose and did not give it again: by name, for the one line
/// that says that their record is not shown.
pub fn withdrawn_from(tx: &mut ReadTx, physio: &Physio, purpose: &str) -> Result<Vec<String>, StoreError> {
    let mine = care_relations::table
        .filter(care_relations::physio_id.eq(physio.user().as_str()))
        .filter(care_relations::ended_at.is_null())
        .filter(care_relations::kind.eq("in_charge"))
        .select(care_relations::patient_id);
    let mine: Vec<String> = mine.load(tx.conn)?;
    let gone = not_given(tx, purpose)?;
    let found = users::table.filter(users::id.eq_any(mine)).filter(users::id.eq_any(gone)).filter(users::closed_at.is_null());
    Ok(found.select(users::name).order((users::name, users::id)).load(tx.conn)?)
}

/// Accounts that gave a purpose once, took it back and did not give it again.
pub fn not_given(tx: &mut ReadTx, purpose: &str) -> Result<Vec<String>, StoreError> {
    let of = || consents::table.filter(consents::purpose.eq(purpose.to_owned()));
    let taken: Vec<String> = of().filter(consents::withdrawn_at.is_not_null()).select(consents::user_id).distinct().load(tx.conn)?;
    if taken.is_empty() {
        return Ok(taken);
    }
    let open = of().filter(consents::withdrawn_at.is_null()).filter(consents::user_id.eq_any(&taken)).select(consents::user_id);
    let open: Vec<String> = open.load(tx.conn)?;
    Ok(taken.into_iter().filter(|id| !open.contains(id)).collect())
}

/// A consent that was given, and withdrawn perhaps.
#[derive(Debug, Clone, Queryable)]
pub struct Given {
    /// Key of the purpose.
    pub purpose: String,
    /// Version of its text.
    pub version: String,
    /// When.
    pub given_at: UtcTime,
    /// When it was taken back.
    pub withdrawn_at: Option<UtcTime>,
}

/// Everything a person agreed to and took back, newest first.
pub fn consents_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Given>, StoreError> {
    let found = consents::table.filter(consents::user_id.eq(who.patient().as_str()));
    let columns = (consents::purpose, consents::version, consents::given_at, consents::withdrawn_at);
    Ok(found.select(columns).order((consents::given_at.desc(), consents::id)).load(tx.conn)?)
}

/// Notes that erased text may still stand in the file until it is written anew.
pub fn scrub_later(tx: &mut WriteTx) -> Result<(), StoreError> {
    super::accounts::keep_setting(tx, SCRUB, &ids::fresh())
}

/// The mark of the last erasure after which it was not written anew yet.
pub fn scrub_due(tx: &mut ReadTx) -> Result<Option<String>, StoreError> {
    super::accounts::setting(tx, SCRUB)
}

/// It was written anew since the erasure with this mark; a later one still waits for it.
pub fn scrubbed(tx: &mut WriteTx, mark: &str) -> Result<(), StoreError> {
    diesel::delete(settings::table.find(SCRUB).filter(settings::value.eq(mark))).execute(tx.conn)?;
    Ok(())
}
