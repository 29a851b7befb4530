//! Accounts: making one, signing in, changing the password, and the single-use links.

use super::people::still_admin;
use super::{CareError, factors};
use crate::access::{Actor, Admin};
use crate::accounts::password::fingerprint;
use crate::accounts::throttle::Subject;
use crate::clock::UtcTime;
use crate::ids::{self, ClinicId, PatientId, UserId};
use crate::lang::Lang;
use crate::store::accounts::{Invitation, Newcomer, Purpose, Roles, User};
use crate::store::joining::Claim;
use crate::store::outbox::{self, Kind};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, addresses, joining, oversight, relations, sessions};
use chrono::Duration;

/// How long an invitation works.
pub const INVITATION_LIFE: Duration = Duration::days(14);
/// How long a link that resets a password works.
pub const RESET_LIFE: Duration = Duration::hours(1);

impl From<&User> for Actor {
    fn from(user: &User) -> Self {
        Self {
            user: UserId::from_text(&user.id),
            is_patient: user.is_patient,
            is_physio: user.is_physio,
            is_admin: user.is_admin,
            clinic: user.clinic(),
        }
    }
}

/// What somebody types to get an account.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Address in any case.
    pub email: String,
    /// How they want to be called.
    pub name: String,
    /// Already hashed, off the request threads.
    pub password_hash: String,
    /// IANA zone.
    pub time_zone: String,
    /// The language in which the account is made; messages are written in it.
    pub language: Lang,
}

/// Addresses are compared in lower case without the spaces that phones add.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The account that a link of a kind makes, in the clinic it leads into.
fn user_row(new: &NewAccount, now: UtcTime, role: Purpose, clinic: &ClinicId) -> User {
    let staff = matches!(role, Purpose::FirstStaff | Purpose::Staff);
    let newcomer = Newcomer {
        id: UserId::fresh(),
        email: normal_email(&new.email),
        name: &new.name,
        password_hash: &new.password_hash,
        roles: Roles { patient: role == Purpose::Patient, physio: staff, admin: role == Purpose::FirstStaff },
        time_zone: &new.time_zone,
        language: new.language.code(),
        clinic,
        unclaimed: false,
    };
    User::new(&newcomer, now)
}

/// An address that has an account already is told in a neutral sentence.
fn neutral(error: StoreError) -> CareError {
    match error {
        StoreError::Conflict(Conflict::EmailTaken) => CareError::refused(
            "email",
            tr_later!("An account cannot be made with this address. If you have one, sign in instead. If not, ask your clinic."),
        ),
        other => other.into(),
    }
}

/// Makes a patient's account, with consent to each purpose in the version shown, and puts whoever
/// invited them in charge. With an invitation to a record that was made in the room, the record becomes theirs as it is.
pub fn register_patient(
    store: &Store,
    new: &NewAccount,
    consents: &[(&str, &str)],
    invitation: Option<&Key>,
    now: UtcTime,
) -> Result<User, CareError> {
    store.write(|tx| {
        let opened = match invitation {
            Some(key) => Some(open(tx, key, now)?.ok_or(StoreError::NotFound)?),
            None => None,
        };
        // Whoever comes by themselves belongs to the first clinic.
        let clinic = opened.as_ref().map_or_else(ClinicId::first, Invitation::clinic);
        // The account gets the address that the link proves, and no other.
        let proven = opened.as_ref().and_then(|opened| opened.proves().map(str::to_owned));
        let waits = opened.and_then(|opened| opened.for_user);
        if let (Some(waits), Some(key)) = (waits, invitation) {
            return claim(tx, new, consents, (&UserId::from_text(waits), key), now);
        }
        let mut user = user_row(new, now, Purpose::Patient, &clinic);
        if let Some(email) = proven {
            user.email = email;
            user.email_verified_at = Some(now);
        }
        accounts::insert_user(tx, &user).map_err(neutral)?;
        let id = UserId::from_text(&user.id);
        for (purpose, version) in consents {
            accounts::insert_consent(tx, &id, purpose, version, now)?;
        }
        if let Some(key) = invitation {
            let invitation = take(tx, key, Purpose::Patient, &id, now)?;
            if let Some(physio) = invitation.invited_by {
                relations::assign(tx, &UserId::from_text(physio), &id, now)?;
            }
        }
        oversight::note(tx, Some(&id), Some(&(&id).into()), "account made", now)?;
        Ok(user)
    })
}

/// The person of a record that was made in the room sets address and password and agrees themselves.
fn claim(
    tx: &mut WriteTx,
    new: &NewAccount,
    consents: &[(&str, &str)],
    (id, key): (&UserId, &Key),
    now: UtcTime,
) -> Result<User, CareError> {
    take(tx, key, Purpose::Patient, id, now)?;
    let (email, name) = (normal_email(&new.email), new.name.trim());
    let by = Claim { email: &email, name, password_hash: &new.password_hash, language: new.language.code() };
    if !joining::claim(tx, id, by, now).map_err(neutral)? {
        return Err(StoreError::NotFound.into());
    }
    for (purpose, version) in consents {
        accounts::insert_consent(tx, id, purpose, version, now)?;
    }
    oversight::note(tx, Some(id), Some(&id.into()), "took over the record made in the room", now)?;
    Ok(accounts::user(tx, id)?.ok_or(StoreError::NotFound)?)
}

/// Makes a staff account from a single-use link. Who invited them stands in the record of who did what beside it.
pub fn register_staff(store: &Store, new: &NewAccount, secret: &str, now: UtcTime) -> Result<User, CareError> {
    store.write(|tx| {
        let key = &Key::Link(secret.to_owned());
        let opened = open(tx, key, now)?.ok_or(StoreError::NotFound)?;
        let purpose = match opened.purpose.as_str() {
            p if p == Purpose::FirstStaff.code() => Purpose::FirstStaff,
            p if p == Purpose::Staff.code() => Purpose::Staff,
            _ => return Err(StoreError::NotFound.into()),
        };
        let user = user_row(new, now, purpose, &opened.clinic());
        accounts::insert_user(tx, &user).map_err(neutral)?;
        let id = UserId::from_text(&user.id);
        take(tx, key, purpose, &id, now)?;
        match opened.invited_by.map(PatientId::from_text) {
            Some(by) => oversight::note(tx, Some(&id), Some(&by), "staff account made by invitation", now)?,
            None => oversight::note(tx, Some(&id), None, "staff account made", now)?,
        }
        Ok(user)
    })
}

/// What opens an invitation. A short code is never looked up as a link is: its few letters need the throttle.
#[derive(Debug, Clone)]
pub enum Key {
    /// The secret of the link.
    Link(String),
    /// The hash of a short code that was typed rightly ([`super::joining::try_code`]).
    Code(String),
}

/// The invitation behind a link or a code, when it still works. A way into the staff is worth what the right of whoever
/// made it is worth now: it ends with their account and with their role.
pub fn open(tx: &mut ReadTx, key: &Key, now: UtcTime) -> Result<Option<Invitation>, StoreError> {
    let found = match key {
        Key::Link(secret) => accounts::open_invitation(tx, &fingerprint(secret), now)?,
        Key::Code(hash) => joining::open_by_code(tx, hash, now)?,
    };
    let Some(invitation) = found else { return Ok(None) };
    let works = match &invitation.invited_by {
        Some(by) if invitation.purpose == Purpose::Staff.code() => {
            let by = accounts::user(tx, &UserId::from_text(by))?;
            by.is_some_and(|by| by.is_admin && by.clinic_id == invitation.clinic_id)
        }
        _ => true,
    };
    Ok(works.then_some(invitation))
}

/// Uses up an invitation; it works once.
fn take(tx: &mut WriteTx, key: &Key, purpose: Purpose, by: &UserId, now: UtcTime) -> Result<Invitation, CareError> {
    let invitation = open(tx, key, now)?.filter(|i| i.purpose == purpose.code()).ok_or(StoreError::NotFound)?;
    if !accounts::use_invitation(tx, &invitation.id, by, now)? {
        return Err(StoreError::NotFound.into());
    }
    Ok(invitation)
}

pub(super) fn invitation(
    (purpose, clinic): (Purpose, &ClinicId),
    secret: &str,
    by: Option<&UserId>,
    for_user: Option<&UserId>,
    name: &str,
    now: UtcTime,
    life: Duration,
) -> Invitation {
    Invitation {
        id: ids::fresh(),
        token_hash: fingerprint(secret),
        purpose: purpose.code().to_owned(),
        invited_by: by.map(|u| u.as_str().to_owned()),
        for_user: for_user.map(|u| u.as_str().to_owned()),
        name: name.trim().to_owned(),
        created_at: now,
        expires_at: now + life,
        used_at: None,
        used_by: None,
        code_hash: None,
        email: String::new(),
        brings: "{}".to_owned(),
        ended_at: None,
        clinic_id: clinic.as_str().to_owned(),
    }
}

/// An administrator invites a physiotherapist: returns the secret for the link, which is shown once. A form's `token`
/// makes one invitation however often it is sent.
pub fn invite_staff(store: &Store, admin: &Admin, name: &str, token: &str, now: UtcTime) -> Result<String, CareError> {
    let (secret, by) = (ids::secret(), admin.user());
    let id = invitation_id(by, Purpose::Staff, token);
    let made = store.write(|tx| {
        still_admin(tx, admin)?;
        let new = invitation((Purpose::Staff, admin.clinic()), &secret, Some(by), None, name, now, INVITATION_LIFE);
        accounts::insert_invitation(tx, &Invitation { id: id.clone(), ..new })?;
        Ok(oversight::note(tx, Some(by), None, "staff invited", now)?)
    });
    made.map(|()| secret).map_err(made_already)
}

/// The identity of an invitation comes from the form's token, so that the same form cannot make two.
pub(super) fn invitation_id(by: &UserId, purpose: Purpose, token: &str) -> String {
    fingerprint(&format!("{by} {} {token}", purpose.code()))
}

/// The secret is not kept, so the second time there is nothing to show.
pub(super) fn made_already(error: CareError) -> CareError {
    match error {
        CareError::Store(StoreError::Conflict(Conflict::AlreadyStored)) => CareError::refused(
            "",
            "This was done already: the link was shown once, and the invitation from before has ended. If the link was lost, invite anew.",
        ),
        other => other,
    }
}

/// The link for a clinic's first account: a new secret at every start until it is used, so that
/// only the newest printed link works. `None` once there is a staff account.
pub fn first_staff_secret(store: &Store, clinic: &ClinicId, now: UtcTime) -> Result<Option<String>, CareError> {
    let secret = ids::secret();
    store.write(|tx| {
        if accounts::has_staff(tx, clinic)? {
            return Ok(None);
        }
        first_link(tx, clinic, &secret, now)?;
        Ok(Some(secret.clone()))
    })
}

/// Makes the one link with which a clinic's administrator comes in; an earlier one ends.
pub(super) fn first_link(tx: &mut WriteTx, clinic: &ClinicId, secret: &str, now: UtcTime) -> Result<(), CareError> {
    accounts::end_first_links(tx, clinic, now)?;
    let new = invitation((Purpose::FirstStaff, clinic), secret, None, None, "", now, INVITATION_LIFE);
    Ok(accounts::insert_invitation(tx, &new)?)
}

/// A link made at the command line for a further physiotherapist.
pub fn staff_secret(store: &Store, clinic: &ClinicId, name: &str, now: UtcTime) -> Result<String, CareError> {
    let secret = ids::secret();
    store
        .write(|tx| {
            accounts::insert_invitation(tx, &invitation((Purpose::Staff, clinic), &secret, None, None, name, now, INVITATION_LIFE))?;
            oversight::note(tx, None, None, "staff invited at the command line", now)?;
            Ok(())
        })
        .map(|()| secret.clone())
}

/// A link made at the command line with which the owner of `email` sets a new password.
pub fn reset_secret(store: &Store, email: &str, now: UtcTime) -> Result<Option<String>, CareError> {
    let secret = ids::secret();
    store.write(|tx| {
        let Some(user) = accounts::user_by_email(tx, &normal_email(email))? else { return Ok(None) };
        let id = UserId::from_text(user.id);
        make_reset(tx, &id, &secret, now, RESET_LIFE)?;
        oversight::note(tx, None, Some(&PatientId::from(&id)), "password reset at the command line", now)?;
        Ok(Some(secret.clone()))
    })
}

/// Makes the one link that sets a new password for an account; an earlier one ends.
pub(super) fn make_reset(tx: &mut WriteTx, user: &UserId, secret: &str, now: UtcTime, life: Duration) -> Result<(), CareError> {
    accounts::end_resets(tx, user, now)?;
    let clinic = accounts::user(tx, user)?.ok_or(StoreError::NotFound)?.clinic();
    Ok(accounts::insert_invitation(tx, &invitation((Purpose::Reset, &clinic), secret, None, Some(user), "", now, life))?)
}

/// Sets a new password by a reset link and ends every session of the account.
pub fn reset_password(store: &Store, secret: &str, hash: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        let key = &Key::Link(secret.to_owned());
        let invitation = open(tx, key, now)?.filter(|i| i.purpose == Purpose::Reset.code()).ok_or(StoreError::NotFound)?;
        let id = UserId::from_text(invitation.for_user.ok_or(StoreError::NotFound)?);
        take(tx, key, Purpose::Reset, &id, now)?;
        // Whoever guessed at the old password keeps its owner out no longer.
        if let Some(user) = accounts::user(tx, &id)? {
            accounts::clear_failures(tx, &Subject::account(&user.email).key)?;
        }
        new_password(tx, &id, hash, now)?;
        Ok(())
    })
}

/// Changes the password of a signed-in person and ends every session of the account.
pub fn change_password(store: &Store, acting: &factors::Acting, hash: &str, now: UtcTime) -> Result<User, CareError> {
    store.write(|tx| {
        acting.account(tx, now)?;
        new_password(tx, &acting.user, hash, now)
    })
}

/// What was sent or asked for before works no more, and no browser is known: for when somebody else may have had a way in.
pub(super) fn end_links(tx: &mut WriteTx, user: &UserId, now: UtcTime) -> Result<(), StoreError> {
    accounts::end_resets(tx, user, now)?;
    outbox::leave_out(tx, user, Kind::Reset, now)?;
    addresses::forget_browsers(tx, user)
}

fn new_password(tx: &mut WriteTx, user: &UserId, hash: &str, now: UtcTime) -> Result<User, CareError> {
    accounts::set_password(tx, user, hash, now)?;
    sessions::delete_of(tx, user)?;
    // Whoever knew the old password may have asked for another address or for a link, and came from a browser of their own.
    addresses::end_changes(tx, user, now)?;
    end_links(tx, user, now)?;
    oversight::note(tx, Some(user), None, "password changed", now)?;
    let account = accounts::user(tx, user)?.ok_or(StoreError::NotFound)?;
    factors::tell(tx, &account, factors::Change::Password, now)?;
    Ok(account)
}
