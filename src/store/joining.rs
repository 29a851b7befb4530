//! Ways into the programme: short codes, invitations as their physiotherapist sees them, and records that were made in
//! the room and wait for their person.

use super::accounts::{Invitation, Purpose};
use super::errors::StoreError;
use super::schema::{invitations, plan_template_versions, plan_templates, users};
use super::{ReadTx, WriteTx};
use crate::access::{Admin, MayRead, MayWrite, PatientAccess, Physio};
use crate::clock::UtcTime;
use crate::ids::UserId;
use diesel::dsl::auto_type;
use diesel::prelude::*;

/// The unused, unexpired invitation whose short code has this hash.
pub fn open_by_code(tx: &mut ReadTx, code_hash: &str, now: UtcTime) -> Result<Option<Invitation>, StoreError> {
    let found = invitations::table
        .filter(invitations::code_hash.eq(code_hash))
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(now));
    Ok(found.first(tx.conn).optional()?)
}

impl Invitation {
    /// Its person asked for it themselves and got it by e-mail; everybody else who invites patients is named.
    pub fn is_self_asked(&self) -> bool {
        self.invited_by.is_none() && self.for_user.is_none() && self.purpose == Purpose::Patient.code()
    }

    /// The address that whoever has the link showed to be theirs: nobody else got it. An invitation can come on paper, and
    /// proves nothing.
    pub fn proves(&self) -> Option<&str> {
        self.is_self_asked().then_some(self.email.as_str()).filter(|email| !email.is_empty())
    }
}

/// The links of [`Invitation::is_self_asked`].
#[auto_type]
pub(super) fn are_self_asked() -> _ {
    let patient: &'static str = Purpose::Patient.code();
    let nobodys = invitations::invited_by.is_null().and(invitations::for_user.is_null());
    nobodys.and(invitations::purpose.eq(patient))
}

/// How many links to an address somebody asked for since an instant, to make an account by themselves.
pub fn asked_since(tx: &mut ReadTx, email: &str, since: UtcTime) -> Result<i64, StoreError> {
    let asked = invitations::table.filter(are_self_asked()).filter(invitations::email.eq(email)).filter(invitations::created_at.gt(since));
    Ok(asked.count().get_result(tx.conn)?)
}

/// Ends the links to an address by which somebody wanted to make an account by themselves.
pub fn end_asked(tx: &mut WriteTx, email: &str, now: UtcTime) -> Result<(), StoreError> {
    let open = invitations::table
        .filter(are_self_asked())
        .filter(invitations::email.eq(email))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null());
    diesel::update(open).set(invitations::ended_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// A physiotherapist's own invitation of a patient that nobody has used, run out or not.
pub fn unused(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<Option<Invitation>, StoreError> {
    let found = invitations::table
        .find(id)
        .filter(invitations::invited_by.eq(physio.user().as_str()))
        .filter(invitations::purpose.eq(Purpose::Patient.code()))
        .filter(invitations::used_at.is_null());
    Ok(found.first(tx.conn).optional()?)
}

/// Ends an invitation now. Whom it was for goes with it, since nobody can come by it any more and be erased with it later;
/// what leads into a record goes with that record.
pub fn end(tx: &mut WriteTx, invitation: &Invitation, now: UtcTime) -> Result<(), StoreError> {
    let target = invitations::table.find(&invitation.id).filter(invitations::ended_at.is_null());
    let set = (invitations::expires_at.eq(invitation.expires_at.min(now)), invitations::ended_at.eq(now));
    diesel::update(target).set(set).execute(tx.conn)?;
    if invitation.for_user.is_none() {
        let nobody = (invitations::name.eq(""), invitations::email.eq(""), invitations::brings.eq("{}"));
        diesel::update(invitations::table.find(&invitation.id)).set(nobody).execute(tx.conn)?;
    }
    Ok(())
}

/// Ends the unused ways into the staff that somebody of the administrator's clinic made.
pub fn end_ways_into_staff(tx: &mut WriteTx, admin: &Admin, by: &UserId, now: UtcTime) -> Result<(), StoreError> {
    let open = invitations::table
        .filter(invitations::purpose.eq(Purpose::Staff.code()))
        .filter(invitations::clinic_id.eq(admin.clinic().as_str()))
        .filter(invitations::invited_by.eq(by.as_str()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::expires_at.gt(now));
    let nobody = (invitations::name.eq(""), invitations::email.eq(""));
    diesel::update(open).set((invitations::expires_at.eq(now), invitations::ended_at.eq(now), nobody)).execute(tx.conn)?;
    Ok(())
}

/// A physiotherapist's own invitations of patients that ran out between two instants without being used, newest first.
/// Those that were taken back or made anew are not among them, nor are ways into a record that has its person.
pub fn run_out(tx: &mut ReadTx, physio: &Physio, after: UtcTime, now: UtcTime) -> Result<Vec<Invitation>, StoreError> {
    let found = invitations::table
        .left_join(users::table.on(invitations::for_user.eq(users::id.nullable())))
        .filter(invitations::invited_by.eq(physio.user().as_str()))
        .filter(invitations::purpose.eq(Purpose::Patient.code()))
        .filter(invitations::used_at.is_null())
        .filter(invitations::ended_at.is_null())
        .filter(invitations::expires_at.gt(after))
        .filter(invitations::expires_at.le(now))
        .filter(invitations::for_user.is_null().or(users::unclaimed.nullable().eq(true)))
        .order((invitations::created_at.desc(), invitations::id))
        .select(invitations::all_columns);
    Ok(found.load(tx.conn)?)
}

/// Ends every unused way into a record that waits for its person.
pub fn end_ways_in<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, now: UtcTime) -> Result<(), StoreError> {
    let open = invitations::table
        .filter(invitations::purpose.eq(Purpose::Patient.code()))
        .filter(invitations::for_user.eq(who.patient().as_str()))
        .filter(invitations::used_at.is_null());
    diesel::update(open.filter(invitations::expires_at.gt(now))).set(invitations::expires_at.eq(now)).execute(tx.conn)?;
    diesel::update(open.filter(invitations::ended_at.is_null())).set(invitations::ended_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// The newest invitation by which somebody joined, or is to take over their record.
pub fn newest<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Invitation>, StoreError> {
    let id = who.patient().as_str();
    let found = invitations::table
        .filter(invitations::purpose.eq(Purpose::Patient.code()))
        .filter(invitations::for_user.eq(id).or(invitations::used_by.eq(id)));
    Ok(found.order((invitations::created_at.desc(), invitations::id)).first(tx.conn).optional()?)
}

/// What somebody sets who takes over the record that was made for them.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Address, in lower case.
    pub email: &'a str,
    /// How they want to be called.
    pub name: &'a str,
    /// PHC string of the password.
    pub password_hash: &'a str,
    /// Code of their language.
    pub language: &'a str,
}

/// Gives an unclaimed record to its person; `false` when it has been claimed or there is none.
///
/// # Errors
/// `Conflict(EmailTaken)` when the address has an account.
pub fn claim(tx: &mut WriteTx, id: &UserId, by: Claim, at: UtcTime) -> Result<bool, StoreError> {
    let target = users::table.find(id.as_str()).filter(users::unclaimed.eq(true)).filter(users::closed_at.is_null());
    let set = (
        users::email.eq(by.email),
        users::email_verified_at.eq(None::<UtcTime>),
        users::name.eq(by.name),
        users::password_hash.eq(by.password_hash),
        users::language.eq(by.language),
        users::password_changed_at.eq(at),
        users::unclaimed.eq(false),
    );
    Ok(diesel::update(target).set(set).execute(tx.conn)? == 1)
}

/// Identity and name of the clinic's templates in use, each in its newest version, by name.
pub fn template_names(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<(String, String)>, StoreError> {
    let versions = plan_template_versions::table
        .inner_join(plan_templates::table)
        .filter(plan_templates::clinic_id.eq(physio.clinic().as_str()))
        .filter(plan_templates::retired_at.is_null())
        .order((plan_template_versions::template_id, plan_template_versions::version.desc()))
        .select((plan_template_versions::template_id, plan_template_versions::body))
        .load::<(String, String)>(tx.conn)?;
    let mut names: Vec<(String, String)> = Vec::new();
    for (id, body) in versions {
        if names.last().is_some_and(|(known, _)| *known == id) {
            continue;
        }
        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        let name = body.get("name").and_then(serde_json::Value::as_str).unwrap_or("A template without a name");
        names.push((id, name.to_owned()));
    }
    names.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(names)
}
