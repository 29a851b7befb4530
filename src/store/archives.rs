//! What the law makes a clinic keep of somebody whose account is gone: one locked text each. Nothing in the app reads
//! them; the command line opens one, with a reason that is kept.

use super::errors::StoreError;
use super::schema::{archive_looks, archives};
use super::{ReadTx, WriteTx, clinics};
use crate::access::{Admin, Job, PatientAccess};
use crate::clock::UtcTime;
use crate::ids;
use diesel::prelude::*;

/// A locked record, without what is in it.
#[derive(Debug, Clone, Queryable)]
pub struct Archive {
    /// The identity that the account had.
    pub id: String,
    /// Names of the tables whose rows are in it, with commas.
    pub holds: String,
    /// By which law.
    pub law: String,
    /// When the account was erased.
    pub made_at: UtcTime,
    /// From when on it goes.
    pub keep_until_at: UtcTime,
}

/// Keeps a locked record, of the clinic that the account still says it belongs to.
pub fn keep(
    tx: &mut WriteTx,
    who: &PatientAccess<Job>,
    sealed: &[u8],
    (holds, law): (&str, &str),
    (at, until): (UtcTime, UtcTime),
) -> Result<(), StoreError> {
    let clinic = clinics::of(tx, who)?;
    let row = (
        archives::id.eq(who.patient().as_str()),
        archives::sealed.eq(sealed),
        archives::holds.eq(holds),
        archives::law.eq(law),
        archives::made_at.eq(at),
        archives::keep_until_at.eq(until),
        archives::clinic_id.eq(clinic.as_str()),
    );
    diesel::insert_into(archives::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// The locked records of an administrator's clinic, the one that goes first first.
pub fn of_clinic(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<Archive>, StoreError> {
    let columns = (archives::id, archives::holds, archives::law, archives::made_at, archives::keep_until_at);
    let here = archives::table.filter(archives::clinic_id.eq(admin.clinic().as_str()));
    Ok(here.select(columns).order((archives::keep_until_at, archives::id)).load(tx.conn)?)
}

/// The newest locked record, with the day until which it is kept: shows whether the key still fits.
pub fn newest(tx: &mut ReadTx) -> Result<Option<(String, UtcTime, Vec<u8>)>, StoreError> {
    let found = archives::table.select((archives::id, archives::keep_until_at, archives::sealed));
    Ok(found.order((archives::made_at.desc(), archives::id)).first(tx.conn).optional()?)
}

/// The locked text of one, to see whether the key opens it.
///
/// # Errors
/// `NotFound` when there is none of this identity.
pub fn sealed(tx: &mut ReadTx, id: &str) -> Result<Vec<u8>, StoreError> {
    Ok(archives::table.find(id).select(archives::sealed).first(tx.conn)?)
}

/// Keeps one sealed anew; everything else of it stays.
pub fn set_sealed(tx: &mut WriteTx, id: &str, sealed: &[u8]) -> Result<(), StoreError> {
    diesel::update(archives::table.find(id)).set(archives::sealed.eq(sealed)).execute(tx.conn)?;
    Ok(())
}

/// Takes one out that no key opens any more.
pub fn delete(tx: &mut WriteTx, id: &str) -> Result<(), StoreError> {
    diesel::delete(archives::table.find(id)).execute(tx.conn)?;
    Ok(())
}

/// Every locked record of every clinic, for the command line, the one that goes first first.
pub fn all(tx: &mut ReadTx) -> Result<Vec<Archive>, StoreError> {
    let columns = (archives::id, archives::holds, archives::law, archives::made_at, archives::keep_until_at);
    Ok(archives::table.select(columns).order((archives::keep_until_at, archives::id)).load(tx.conn)?)
}

/// The locked text of one, for whoever opens it: why is written down first.
///
/// # Errors
/// `NotFound` when there is none of this identity.
pub fn open(tx: &mut WriteTx, id: &str, reason: &str, at: UtcTime) -> Result<Vec<u8>, StoreError> {
    let sealed: Vec<u8> = archives::table.find(id).select(archives::sealed).first(tx.conn)?;
    let row =
        (archive_looks::id.eq(ids::fresh()), archive_looks::archive_id.eq(id), archive_looks::reason.eq(reason), archive_looks::at.eq(at));
    diesel::insert_into(archive_looks::table).values(row).execute(tx.conn)?;
    Ok(sealed)
}

/// When and why one was opened, newest first.
pub fn looks(tx: &mut ReadTx, id: &str) -> Result<Vec<(UtcTime, String)>, StoreError> {
    let found = archive_looks::table.filter(archive_looks::archive_id.eq(id));
    Ok(found.select((archive_looks::at, archive_looks::reason)).order((archive_looks::at.desc(), archive_looks::id)).load(tx.conn)?)
}
