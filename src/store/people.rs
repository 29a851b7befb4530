//! Accounts, invitations and sessions of a clinic as its administrators see them: names, roles, states. Nothing of any
//! record is read here.

use super::accounts::{Invitation, Purpose};
use super::errors::StoreError;
use super::joining::are_self_asked;
use super::schema::{invitations, passkeys, sessions, totp_factors, users};
use super::{ReadTx, WriteTx};
use crate::access::Admin;
use crate::clock::UtcTime;
use crate::ids::UserId;
use diesel::dsl::not;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Somebody with an account.
#[derive(Debug, Clone, Queryable)]
pub struct Person {
    /// Identity.
    pub id: String,
    /// What they want to be called.
    pub name: String,
    /// Address.
    pub email: String,
    /// Has a record in the programme.
    pub is_patient: bool,
    /// Treats patients.
    pub is_physio: bool,
    /// Runs the clinic's accounts.
    pub is_admin: bool,
    /// Made in the room, and nobody's yet.
    pub unclaimed: bool,
    /// Since when.
    pub created_at: UtcTime,
    /// When the account was closed.
    pub closed_at: Option<UtcTime>,
    /// When they asked to close it; it is erased when the waiting time is over.
    pub closing_at: Option<UtcTime>,
}

impl Person {
    /// Works here.
    pub fn is_staff(&self) -> bool {
        self.is_physio || self.is_admin
    }
}

/// Everybody of the administrator's clinic, by name.
pub fn all(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<Person>, StoreError> {
    let columns = (
        users::id,
        users::name,
        users::email,
        users::is_patient,
        users::is_physio,
        users::is_admin,
        users::unclaimed,
        users::created_at,
        users::closed_at,
        users::closing_at,
    );
    let here = users::table.filter(users::clinic_id.eq(admin.clinic().as_str()));
    Ok(here.select(columns).order((users::name, users::id)).load(tx.conn)?)
}

/// Identities of the staff whose account is open and has a code app or a passkey.
pub fn with_second_factor(tx: &mut ReadTx, admin: &Admin) -> Result<BTreeSet<String>, StoreError> {
    let staff = || {
        let works = users::table.filter(users::is_physio.eq(true).or(users::is_admin.eq(true)));
        works.filter(users::clinic_id.eq(admin.clinic().as_str())).filter(users::closed_at.is_null()).select(users::id)
    };
    let apps = totp_factors::table.filter(totp_factors::user_id.eq_any(staff())).select(totp_factors::user_id);
    let keys = passkeys::table.filter(passkeys::user_id.eq_any(staff())).select(passkeys::user_id);
    let mut found: BTreeSet<String> = apps.load::<String>(tx.conn)?.into_iter().collect();
    found.extend(keys.load::<String>(tx.conn)?);
    Ok(found)
}

/// Gives somebody of the administrator's clinic the physiotherapist's role, or takes it.
pub fn set_physio(tx: &mut WriteTx, by: &Admin, user: &UserId, is_physio: bool) -> Result<(), StoreError> {
    let here = users::table.find(user.as_str()).filter(users::clinic_id.eq(by.clinic().as_str()));
    diesel::update(here).set(users::is_physio.eq(is_physio)).execute(tx.conn)?;
    Ok(())
}

/// Opens a closed account of the administrator's clinic again, with a password that nobody has.
///
/// # Errors
/// `Conflict(EmailTaken)` when its address has another account by now.
pub fn reopen(tx: &mut WriteTx, by: &Admin, user: &UserId, no_password: &str, at: UtcTime) -> Result<(), StoreError> {
    let closed = users::table.find(user.as_str()).filter(users::clinic_id.eq(by.clinic().as_str())).filter(users::closed_at.is_not_null());
    let set = (users::closed_at.eq(None::<UtcTime>), users::password_hash.eq(no_password), users::password_changed_at.eq(at));
    diesel::update(closed).set(set).execute(tx.conn)?;
    Ok(())
}

/// Invitations of the administrator's clinic that were made after an instant, newest first. Links for a new password are
/// none.
pub fn invitations(tx: &mut ReadTx, admin: &Admin, after: UtcTime) -> Result<Vec<Invitation>, StoreError> {
    let here = invitations::table
        .filter(invitations::clinic_id.eq(admin.clinic().as_str()))
        .filter(invitations::purpose.ne(Purpose::Reset.code()))
        // Whoever asked for an account by themselves and did not come is nobody's business.
        .filter(not(are_self_asked()).or(invitations::used_at.is_not_null()))
        .filter(invitations::created_at.gt(after));
    Ok(here.order((invitations::created_at.desc(), invitations::id)).load(tx.conn)?)
}

/// An invitation of the administrator's clinic that nobody has used, run out or not. A link that somebody asked for
/// themselves proves their address, so nobody else gets one in its place.
pub fn unused(tx: &mut ReadTx, admin: &Admin, id: &str) -> Result<Option<Invitation>, StoreError> {
    let found = invitations::table
        .find(id)
        .filter(invitations::clinic_id.eq(admin.clinic().as_str()))
        .filter(invitations::purpose.ne(Purpose::Reset.code()))
        .filter(not(are_self_asked()))
        .filter(invitations::used_at.is_null());
    Ok(found.first(tx.conn).optional()?)
}

/// A session of somebody of the staff.
#[derive(Debug, Clone, Queryable)]
pub struct StaffSession {
    /// Whose.
    pub user_id: Option<String>,
    /// Its name.
    pub mark: String,
    /// The device in plain words.
    pub device: String,
    /// Since when they are signed in.
    pub since: Option<UtcTime>,
    /// When it was last used.
    pub seen_at: UtcTime,
}

/// Live sessions of the clinic's staff, the one used last first.
pub fn staff_sessions(tx: &mut ReadTx, admin: &Admin, now: UtcTime) -> Result<Vec<StaffSession>, StoreError> {
    let staff = users::table
        .filter(users::is_physio.eq(true).or(users::is_admin.eq(true)))
        .filter(users::clinic_id.eq(admin.clinic().as_str()))
        .select(users::id.nullable());
    let live = sessions::table.filter(sessions::user_id.eq_any(staff)).filter(sessions::expires_at.gt(now));
    let columns = (sessions::user_id, sessions::mark, sessions::device, sessions::signed_in_at, sessions::last_seen_at);
    Ok(live.select(columns).order((sessions::last_seen_at.desc(), sessions::mark)).load(tx.conn)?)
}
