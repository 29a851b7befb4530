//! Accounts, invitations, consents, failed sign-ins and the clinic's own settings.

use super::errors::StoreError;
use super::schema::{clinic_settings, consents, invitations, settings, throttles, users};
use super::{ReadTx, WriteTx};
use crate::access::Admin;
use crate::clock::UtcTime;
use crate::ids::{self, ClinicId, UserId};
use diesel::prelude::*;

/// An account.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = users)]
pub struct User {
    /// Identity.
    pub id: String,
    /// Address, in lower case; the name one signs in with.
    pub email: String,
    /// How the person wants to be called.
    pub name: String,
    /// PHC string of the password.
    pub password_hash: String,
    /// Has a record in the programme.
    pub is_patient: bool,
    /// Treats patients.
    pub is_physio: bool,
    /// Runs the clinic's accounts.
    pub is_admin: bool,
    /// IANA name of the zone their days are counted in.
    pub time_zone: String,
    /// When the account was made.
    pub created_at: UtcTime,
    /// When the password last changed.
    pub password_changed_at: UtcTime,
    /// When the account was closed; a closed account cannot sign in.
    pub closed_at: Option<UtcTime>,
    /// Code of the language they read, or empty while the browser decides.
    pub language: String,
    /// Made in the room by a physiotherapist: the person has set no password and nobody can sign in yet.
    pub unclaimed: bool,
    /// When they showed that the address is theirs; until then nothing is sent there but what lets them show it.
    pub email_verified_at: Option<UtcTime>,
    /// When they asked to close the account; it is erased when the waiting time is over.
    pub closing_at: Option<UtcTime>,
    /// Identity of the clinic they belong to. It stays last: fields stand in the order of the columns.
    pub clinic_id: String,
}

/// What somebody may do by their account alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Roles {
    /// Has a record in the programme.
    pub patient: bool,
    /// Treats patients.
    pub physio: bool,
    /// Runs the clinic's accounts.
    pub admin: bool,
}

/// What an account is made of.
#[derive(Debug, Clone)]
pub struct Newcomer<'a> {
    /// Identity.
    pub id: UserId,
    /// Address, in lower case.
    pub email: String,
    /// How the person wants to be called.
    pub name: &'a str,
    /// PHC string of the password.
    pub password_hash: &'a str,
    /// What they may do.
    pub roles: Roles,
    /// IANA name of their zone.
    pub time_zone: &'a str,
    /// Code of the language they read.
    pub language: &'a str,
    /// The clinic they belong to.
    pub clinic: &'a ClinicId,
    /// Made in the room, and nobody's yet.
    pub unclaimed: bool,
}

impl User {
    /// A new account: the one place where one is put together, so that a new column is decided here.
    pub fn new(new: &Newcomer, at: UtcTime) -> Self {
        Self {
            id: new.id.as_str().to_owned(),
            email: new.email.clone(),
            name: new.name.trim().to_owned(),
            password_hash: new.password_hash.to_owned(),
            is_patient: new.roles.patient,
            is_physio: new.roles.physio,
            is_admin: new.roles.admin,
            time_zone: new.time_zone.to_owned(),
            created_at: at,
            password_changed_at: at,
            closed_at: None,
            language: new.language.to_owned(),
            unclaimed: new.unclaimed,
            email_verified_at: None,
            clinic_id: new.clinic.as_str().to_owned(),
            closing_at: None,
        }
    }

    /// The clinic they belong to.
    pub fn clinic(&self) -> ClinicId {
        ClinicId::from_text(&self.clinic_id)
    }
}

/// Adds an account.
///
/// # Errors
/// `Conflict(EmailTaken)` when the address has an account.
pub fn insert_user(tx: &mut WriteTx, user: &User) -> Result<(), StoreError> {
    diesel::insert_into(users::table).values(user.clone()).execute(tx.conn)?;
    Ok(())
}

/// The open account with this address (compared in lower case). One that nobody has claimed has no address: nobody
/// signs in to it and nothing is sent to it.
pub fn user_by_email(tx: &mut ReadTx, email: &str) -> Result<Option<User>, StoreError> {
    let found = users::table.filter(users::email.eq(email)).filter(users::closed_at.is_null()).filter(users::unclaimed.eq(false));
    Ok(found.first(tx.conn).optional()?)
}

/// The open account with this identity.
pub fn user(tx: &mut ReadTx, id: &UserId) -> Result<Option<User>, StoreError> {
    let found = users::table.find(id.as_str()).filter(users::closed_at.is_null());
    Ok(found.first(tx.conn).optional()?)
}

/// Whether a clinic has any staff account yet.
pub fn has_staff(tx: &mut ReadTx, clinic: &ClinicId) -> Result<bool, StoreError> {
    let staff = users::table.filter(users::is_physio.eq(true).or(users::is_admin.eq(true)));
    let staff = staff.filter(users::clinic_id.eq(clinic.as_str())).count();
    Ok(staff.get_result::<i64>(tx.conn)? > 0)
}

/// Every staff account of the administrator's clinic, by name.
pub fn staff(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<User>, StoreError> {
    let found = users::table.filter(users::is_physio.eq(true).or(users::is_admin.eq(true)));
    Ok(found.filter(users::clinic_id.eq(admin.clinic().as_str())).order((users::name, users::id)).load(tx.conn)?)
}

/// Sets a new password.
pub fn set_password(tx: &mut WriteTx, id: &UserId, hash: &str, at: UtcTime) -> Result<(), StoreError> {
    let target = users::table.find(id.as_str());
    diesel::update(target).set((users::password_hash.eq(hash), users::password_changed_at.eq(at))).execute(tx.conn)?;
    Ok(())
}

/// The address of an account was shown to be its person's.
pub fn set_email_verified(tx: &mut WriteTx, id: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let unknown = users::table.find(id.as_str()).filter(users::email_verified_at.is_null());
    diesel::update(unknown).set(users::email_verified_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// Sets an address that was shown to be the person's.
///
/// # Errors
/// `Conflict(EmailTaken)` when the address has an account.
pub fn set_email(tx: &mut WriteTx, id: &UserId, email: &str, verified_at: Option<UtcTime>) -> Result<(), StoreError> {
    let target = users::table.find(id.as_str());
    diesel::update(target).set((users::email.eq(email), users::email_verified_at.eq(verified_at))).execute(tx.conn)?;
    Ok(())
}

/// Keeps the same password hashed anew, unless another one was set meanwhile.
pub fn rehash(tx: &mut WriteTx, id: &UserId, old: &str, new: &str) -> Result<(), StoreError> {
    let target = users::table.find(id.as_str()).filter(users::password_hash.eq(old));
    diesel::update(target).set(users::password_hash.eq(new)).execute(tx.conn)?;
    Ok(())
}

/// Sets the zone the person's days are counted in.
pub fn set_time_zone(tx: &mut WriteTx, id: &UserId, zone: &str) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.as_str())).set(users::time_zone.eq(zone)).execute(tx.conn)?;
    Ok(())
}

/// Sets the language the person reads, by its code.
pub fn set_language(tx: &mut WriteTx, id: &UserId, code: &str) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.as_str())).set(users::language.eq(code)).execute(tx.conn)?;
    Ok(())
}

/// What a single-use link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The clinic's first account: administrator and physiotherapist.
    FirstStaff,
    /// A further physiotherapist.
    Staff,
    /// A patient, who will be in the care of whoever invited them.
    Patient,
    /// Setting a new password.
    Reset,
}

impl Purpose {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::FirstStaff => "first_staff",
            Self::Staff => "staff",
            Self::Patient => "patient",
            Self::Reset => "reset",
        }
    }
}

/// A single-use link; only the hash of its secret is kept.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// Identity.
    pub id: String,
    /// SHA-256 of the secret in the link.
    pub token_hash: String,
    /// Code of a [`Purpose`].
    pub purpose: String,
    /// Who made it.
    pub invited_by: Option<String>,
    /// Whose password it resets.
    pub for_user: Option<String>,
    /// Name the invited person is greeted with; may be empty.
    pub name: String,
    /// When it was made.
    pub created_at: UtcTime,
    /// When it stops working.
    pub expires_at: UtcTime,
    /// When it was used.
    pub used_at: Option<UtcTime>,
    /// The account it made or changed.
    pub used_by: Option<String>,
    /// SHA-256 of the short code that does the same as the link.
    pub code_hash: Option<String>,
    /// Address it is sent to, or empty.
    pub email: String,
    /// What it brings along, as JSON (`care::joining::Brings`).
    pub brings: String,
    /// When it was taken back or made anew; none when it was used, ran out or waits.
    pub ended_at: Option<UtcTime>,
    /// Identity of the clinic it leads into.
    pub clinic_id: String,
}

impl Invitation {
    /// The clinic it leads into.
    pub fn clinic(&self) -> ClinicId {
        ClinicId::from_text(&self.clinic_id)
    }
}

/// Keeps a new invitation.
pub fn insert_invitation(tx: &mut WriteTx, invitation: &Invitation) -> Result<(), StoreError> {
    diesel::insert_into(invitations::table).values(invitation.clone()).execute(tx.conn)?;
    Ok(())
}

/// The unused, unexpired invitation whose secret has this hash.
pub fn open_invitation(tx: &mut ReadTx, token_hash: &str, now: UtcTime) -> Result<Option<Invitation>, StoreError> {
    let found = invitations::table
        .filter(invitations::token_hash.eq(token_hash))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(found.first(tx.conn).optional()?)
}

/// Marks an invitation as used; `false` when somebody was faster.
pub fn use_invitation(tx: &mut WriteTx, id: &str, by: &UserId, now: UtcTime) -> Result<bool, StoreError> {
    let target = invitations::table.find(id).filter(invitations::used_at.is_null());
    let changed = diesel::update(target).set((invitations::used_at.eq(now), invitations::used_by.eq(by.as_str()))).execute(tx.conn)?;
    Ok(changed == 1)
}

/// Ends every unused link for a clinic's first account, so that only the newest works.
pub fn end_first_links(tx: &mut WriteTx, clinic: &ClinicId, now: UtcTime) -> Result<(), StoreError> {
    let open = invitations::purpose.eq(Purpose::FirstStaff.code()).and(invitations::used_at.is_null());
    let theirs = invitations::table.filter(open).filter(invitations::clinic_id.eq(clinic.as_str()));
    diesel::update(theirs).set(invitations::expires_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// Ends every unused link into a clinic.
pub fn end_links_into(tx: &mut WriteTx, clinic: &ClinicId, now: UtcTime) -> Result<(), StoreError> {
    let open = invitations::table.filter(invitations::clinic_id.eq(clinic.as_str())).filter(invitations::used_at.is_null());
    diesel::update(open.filter(invitations::expires_at.gt(now))).set(invitations::expires_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// Ends every unused link that resets somebody's password, so that only the newest works.
pub fn end_resets(tx: &mut WriteTx, user: &UserId, now: UtcTime) -> Result<(), StoreError> {
    let open = invitations::purpose.eq(Purpose::Reset.code()).and(invitations::used_at.is_null());
    let theirs = invitations::table.filter(open).filter(invitations::for_user.eq(user.as_str()));
    diesel::update(theirs).set(invitations::expires_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// Invitations of a physiotherapist that still wait, newest first.
pub fn waiting_invitations(tx: &mut ReadTx, by: &UserId, now: UtcTime) -> Result<Vec<Invitation>, StoreError> {
    let found = invitations::table
        .filter(invitations::invited_by.eq(by.as_str()))
        .filter(invitations::purpose.eq(Purpose::Patient.code()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(found.order((invitations::created_at.desc(), invitations::id)).load(tx.conn)?)
}

/// Records consent to one purpose in the version that was shown.
pub fn insert_consent(tx: &mut WriteTx, user: &UserId, purpose: &str, version: &str, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        consents::id.eq(ids::fresh()),
        consents::user_id.eq(user.as_str()),
        consents::purpose.eq(purpose),
        consents::version.eq(version),
        consents::given_at.eq(at),
    );
    diesel::insert_into(consents::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Withdraws consent to one purpose, whatever its version.
pub fn withdraw_consent(tx: &mut WriteTx, user: &UserId, purpose: &str, at: UtcTime) -> Result<(), StoreError> {
    let given = consents::table
        .filter(consents::user_id.eq(user.as_str()))
        .filter(consents::purpose.eq(purpose))
        .filter(consents::withdrawn_at.is_null());
    diesel::update(given).set(consents::withdrawn_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// Failures counted for a throttle's subject and when its window began.
pub fn failures(tx: &mut ReadTx, subject: &str) -> Result<Option<(i32, UtcTime)>, StoreError> {
    let found = throttles::table.find(subject).select((throttles::failures, throttles::window_started_at));
    Ok(found.first(tx.conn).optional()?)
}

/// Sets the count of a throttle's subject.
pub fn set_failures(tx: &mut WriteTx, subject: &str, count: i32, window_started_at: UtcTime) -> Result<(), StoreError> {
    let row = (throttles::failures.eq(count), throttles::window_started_at.eq(window_started_at));
    if diesel::update(throttles::table.find(subject)).set(row).execute(tx.conn)? == 0 {
        diesel::insert_into(throttles::table).values((throttles::subject.eq(subject), row.0, row.1)).execute(tx.conn)?;
    }
    Ok(())
}

/// Forgets a subject's failures, after a sign-in that worked.
pub fn clear_failures(tx: &mut WriteTx, subject: &str) -> Result<(), StoreError> {
    diesel::delete(throttles::table.find(subject)).execute(tx.conn)?;
    Ok(())
}

/// A setting of this database, made by `make` when it is not there yet.
pub fn setting_or(tx: &mut WriteTx, name: &str, make: impl Fn() -> String) -> Result<String, StoreError> {
    let found = settings::table.find(name).select(settings::value).first::<String>(tx.conn).optional()?;
    if let Some(value) = found {
        return Ok(value);
    }
    let value = make();
    diesel::insert_into(settings::table).values((settings::name.eq(name), settings::value.eq(&value))).execute(tx.conn)?;
    Ok(value)
}

/// A setting of this database.
pub fn setting(tx: &mut ReadTx, name: &str) -> Result<Option<String>, StoreError> {
    Ok(settings::table.find(name).select(settings::value).first::<String>(tx.conn).optional()?)
}

/// What the administrators of a clinic decided under this name.
pub fn clinic_setting(tx: &mut ReadTx, clinic: &ClinicId, name: &str) -> Result<Option<String>, StoreError> {
    let found = clinic_settings::table.find((clinic.as_str(), name)).select(clinic_settings::value);
    Ok(found.first(tx.conn).optional()?)
}

/// Sets what an administrator decides for their clinic.
pub fn set_clinic_setting(tx: &mut WriteTx, by: &Admin, name: &str, value: &str) -> Result<(), StoreError> {
    use clinic_settings as s;
    let clinic = by.clinic().as_str();
    if diesel::update(s::table.find((clinic, name))).set(s::value.eq(value)).execute(tx.conn)? == 0 {
        diesel::insert_into(s::table).values((s::clinic_id.eq(clinic), s::name.eq(name), s::value.eq(value))).execute(tx.conn)?;
    }
    Ok(())
}

/// Sets what the program keeps for itself.
pub fn keep_setting(tx: &mut WriteTx, name: &str, value: &str) -> Result<(), StoreError> {
    if diesel::update(settings::table.find(name)).set(settings::value.eq(value)).execute(tx.conn)? == 0 {
        diesel::insert_into(settings::table).values((settings::name.eq(name), settings::value.eq(value))).execute(tx.conn)?;
    }
    Ok(())
}
