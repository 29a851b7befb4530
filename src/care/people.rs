//! Everybody with an account in a clinic, as its administrators see them, and what they may do about an account: end its
//! sessions, let it set a new password, give and take the physiotherapist's role, open it again, end an invitation.
//!
//! Nothing here shows or sets how somebody proves who they are: a new password is set by the account's owner with a link
//! that goes to their own address, and a second factor is reset at the command line alone, by whoever has the server.

use super::CareError;
use super::account::{INVITATION_LIFE, invitation_id, made_already};
use super::joining::NO_PASSWORD;
use super::mail::RESET_LIFE;
use crate::access::Admin;
use crate::accounts::password::fingerprint;
use crate::clock::{Moment, UtcTime};
use crate::ids::{self, PatientId, UserId};
use crate::store::accounts::{Invitation, Purpose, User};
use crate::store::outbox::{self, Kind, NewPosting};
use crate::store::people::{self, Person, StaffSession};
use crate::store::{
    Conflict, ReadTx, Store, StoreError, WriteTx, accounts, addresses, factors, joining, oversight, relations, sessions, team,
};
use chrono::Duration;
use std::collections::BTreeMap;

/// How long invitations are listed, whatever became of them.
const LISTED: Duration = Duration::days(90);
/// Most links for a new password that one account is sent in a day, whoever asks.
const RESETS_A_DAY: i64 = 5;

/// Those of the clinic whose name or address holds what is searched for; everybody where that is empty.
pub fn found(tx: &mut ReadTx, admin: &Admin, find: &str) -> Result<Vec<Person>, CareError> {
    let find = find.trim().to_lowercase();
    let mut all = people::all(tx, admin)?;
    all.retain(|person| person.name.to_lowercase().contains(&find) || (!person.unclaimed && person.email.contains(&find)));
    Ok(all)
}

/// Somebody, with what an administrator may know of how they sign in.
#[derive(Debug, Clone)]
pub struct Known {
    /// Who.
    pub person: Person,
    /// Has an app that shows codes.
    pub code_app: bool,
    /// How many passkeys they have.
    pub passkeys: usize,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// Their sessions, the one used last first.
    pub sessions: Vec<sessions::Listed>,
    /// It is the administrator who asks.
    pub own: bool,
}

/// Somebody of the clinic.
///
/// # Errors
/// `NotFound` for whoever is not.
pub fn known(tx: &mut ReadTx, admin: &Admin, id: &UserId, now: UtcTime) -> Result<Known, CareError> {
    let person = one(tx, admin, id)?;
    Ok(Known {
        code_app: factors::app(tx, id)?.is_some(),
        passkeys: factors::passkeys(tx, id)?.len(),
        codes_left: factors::codes_left(tx, id)?,
        sessions: sessions::of(tx, id, now)?,
        own: admin.user() == id,
        person,
    })
}

fn one(tx: &mut ReadTx, admin: &Admin, id: &UserId) -> Result<Person, CareError> {
    Ok(people::all(tx, admin)?.into_iter().find(|person| person.id == id.as_str()).ok_or(StoreError::NotFound)?)
}

/// The administrator's account, as long as it is open and an administrator's. Every write of an administrator begins with
/// this, inside its transaction: while a form was on its way, or a colleague acted at the same time, the right may have gone.
///
/// # Errors
/// `NotFound` when it has.
pub(super) fn still_admin(tx: &mut ReadTx, admin: &Admin) -> Result<User, CareError> {
    let own = accounts::user(tx, admin.user())?.filter(|user| user.is_admin);
    Ok(own.ok_or(StoreError::NotFound)?)
}

/// Somebody of the clinic, asked for by somebody who still is an administrator.
fn target(tx: &mut WriteTx, admin: &Admin, id: &UserId) -> Result<Person, CareError> {
    still_admin(tx, admin)?;
    one(tx, admin, id)
}

fn note(tx: &mut WriteTx, admin: &Admin, about: &UserId, action: &'static str, now: UtcTime) -> Result<(), CareError> {
    Ok(oversight::note(tx, Some(admin.user()), Some(&PatientId::from(about)), action, now)?)
}

/// Ends every session of somebody.
pub fn end_sessions(store: &Store, admin: &Admin, id: &UserId, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        target(tx, admin, id)?;
        sessions::delete_of(tx, id)?;
        note(tx, admin, id, "ended all sessions of an account", now)
    })
}

/// Ends one session of somebody. One that is over already changes nothing.
pub fn end_session(store: &Store, admin: &Admin, id: &UserId, mark: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        target(tx, admin, id)?;
        if !mark.is_empty() && sessions::end(tx, id, mark)? {
            note(tx, admin, id, "ended a session of an account", now)?;
        }
        Ok(())
    })
}

/// Sends somebody a link with which they set a new password. It goes to their own address and nowhere else. A form's
/// `token` sends one.
///
/// # Errors
/// Refused for a closed account, for one that is nobody's yet, and when too many were sent today.
pub fn send_reset(store: &Store, admin: &Admin, id: &UserId, token: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let person = target(tx, admin, id)?;
        if person.closed_at.is_some() || person.unclaimed {
            return Err(CareError::refused("", "This account has nobody who could open the link"));
        }
        let token = fingerprint(&format!("reset by {} {token}", admin.user()));
        let new =
            NewPosting { user: id, kind: Kind::Reset, on: moment.today(), token: &token, at: moment.utc, until: moment.utc + RESET_LIFE };
        if outbox::is_there(tx, id, Kind::Reset, new.on, &token)? {
            return Ok(());
        }
        if outbox::made_since(tx, id, Kind::Reset, moment.utc - Duration::days(1))? >= RESETS_A_DAY {
            return Err(CareError::refused("", "Too many links were sent to this address today. Try again tomorrow"));
        }
        outbox::insert(tx, &new)?;
        note(tx, admin, id, "sent a link for a new password", moment.utc)
    })
}

/// Gives somebody of the staff the physiotherapist's role, or takes it, with everything that it opened. Their sessions end.
///
/// # Errors
/// Refused for oneself, for patients, and when the account would be left without any role.
pub fn set_physio(store: &Store, admin: &Admin, id: &UserId, give: bool, now: UtcTime) -> Result<(), CareError> {
    if give && admin.user() == id {
        // Who runs the accounts does not open the records to themselves: a colleague must. That it was tried is kept.
        store.write(|tx| {
            if target(tx, admin, id)?.is_physio {
                return Ok(());
            }
            note(tx, admin, id, "was refused to make themselves physiotherapist", now)
        })?;
        return Err(CareError::refused("", "You cannot make yourself a physiotherapist. Ask another administrator"));
    }
    store.write(|tx| {
        let person = target(tx, admin, id)?;
        if person.closed_at.is_some() || !person.is_staff() {
            return Err(StoreError::NotFound.into());
        }
        if person.is_physio == give {
            return Ok(());
        }
        if !give {
            if !person.is_admin {
                return Err(CareError::refused("", "They have no other role. Close the account when they leave"));
            }
            relations::end_all_of(tx, admin, id, now)?;
            team::end_leaves_of(tx, admin, id, now)?;
        }
        people::set_physio(tx, admin, id, give)?;
        sessions::delete_of(tx, id)?;
        let action = if give { "physiotherapist\u{2019}s role given" } else { "physiotherapist\u{2019}s role taken" };
        note(tx, admin, id, action, now)
    })
}

/// Opens a closed account of the staff again. Its old password and second steps do not work any more, and nothing that closing ended
/// comes back: neither patients nor leaves.
///
/// # Errors
/// Refused when its address belongs to another account by now; `NotFound` for what is no closed account of the staff.
pub fn reopen(store: &Store, admin: &Admin, id: &UserId, now: UtcTime) -> Result<(), CareError> {
    let done = store.write(|tx| {
        let person = target(tx, admin, id)?;
        if !person.is_staff() {
            return Err(StoreError::NotFound.into());
        }
        if person.closed_at.is_none() {
            return Ok(());
        }
        people::reopen(tx, admin, id, NO_PASSWORD, now)?;
        // It may have been closed because a device was stolen.
        factors::remove_all(tx, id)?;
        addresses::forget_browsers(tx, id)?;
        note(tx, admin, id, "staff account opened again", now)
    });
    match done {
        Err(CareError::Store(StoreError::Conflict(Conflict::EmailTaken))) => {
            Err(CareError::refused("", "Their address belongs to another account by now. Invite them anew"))
        }
        other => other,
    }
}

/// What became of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits to be used.
    Waits,
    /// Somebody used it.
    Used,
    /// It ran out unused.
    RanOut,
    /// It was taken back or made anew.
    Ended,
}

/// An invitation as an administrator sees it.
#[derive(Debug, Clone)]
pub struct Invited {
    /// It.
    pub invitation: Invitation,
    /// Name of who made it; none for the command line and for who is not of the staff.
    pub by: Option<String>,
    /// Name of the account of the staff that it made.
    pub used_by: Option<String>,
    /// What became of it.
    pub state: State,
}

impl Invited {
    /// It leads to a staff account.
    pub fn is_for_staff(&self) -> bool {
        self.invitation.purpose != Purpose::Patient.code()
    }

    /// It leads to a record that was made in the room. Such a link opens somebody's record, so it is no administrator's.
    pub fn opens_record(&self) -> bool {
        self.invitation.for_user.is_some()
    }

    /// An administrator may make it anew.
    pub fn can_renew(&self) -> bool {
        matches!(self.state, State::Waits | State::RanOut) && may_renew(&self.invitation)
    }
}

fn may_renew(invitation: &Invitation) -> bool {
    invitation.for_user.is_none() && [Purpose::Staff.code(), Purpose::Patient.code()].contains(&invitation.purpose.as_str())
}

/// Invitations of the last months, newest first.
pub fn invitations(tx: &mut ReadTx, admin: &Admin, now: UtcTime) -> Result<Vec<Invited>, CareError> {
    let names: BTreeMap<String, String> = team::names(tx, admin.clinic())?;
    let invited = |invitation: Invitation| Invited {
        by: invitation.invited_by.as_ref().and_then(|by| names.get(by).cloned()),
        used_by: invitation.used_by.as_ref().and_then(|by| names.get(by).cloned()),
        state: match &invitation {
            used if used.used_at.is_some() => State::Used,
            ended if ended.ended_at.is_some() => State::Ended,
            over if over.expires_at <= now => State::RanOut,
            _ => State::Waits,
        },
        invitation,
    };
    Ok(people::invitations(tx, admin, now - LISTED)?.into_iter().map(invited).collect())
}

/// Ends an invitation: its link and its code do not work any more.
///
/// # Errors
/// `NotFound` for one that was used, and for those of other clinics.
pub fn end_invitation(store: &Store, admin: &Admin, id: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        still_admin(tx, admin)?;
        let invitation = people::unused(tx, admin, id)?.ok_or(StoreError::NotFound)?;
        if invitation.ended_at.is_some() {
            return Ok(());
        }
        joining::end(tx, &invitation, now)?;
        Ok(oversight::note(tx, Some(admin.user()), None, "invitation taken back", now)?)
    })
}

/// Makes an invitation anew with what it brought along; the old one ends. A patient's stays in the name of whoever made it,
/// who will be in charge; a link into the staff is from now on the administrator's who made it anew. Returns the secret of
/// the link, which is shown once.
///
/// # Errors
/// `NotFound` for one that was used or leads to a record made in the room, and for those of other clinics.
pub fn renew_invitation(store: &Store, admin: &Admin, id: &str, token: &str, now: UtcTime) -> Result<(Invitation, String), CareError> {
    let secret = ids::secret();
    let made = store.write(|tx| {
        still_admin(tx, admin)?;
        let old = people::unused(tx, admin, id)?.filter(may_renew).ok_or(StoreError::NotFound)?;
        // Made anew or taken back already: nothing is left of it to be brought along.
        if old.ended_at.is_some() {
            return Err(StoreError::Conflict(Conflict::AlreadyStored).into());
        }
        joining::end(tx, &old, now)?;
        let purpose = if old.purpose == Purpose::Staff.code() { Purpose::Staff } else { Purpose::Patient };
        let new = Invitation {
            id: invitation_id(admin.user(), purpose, token),
            token_hash: fingerprint(&secret),
            invited_by: match purpose {
                Purpose::Staff => Some(admin.user().as_str().to_owned()),
                _ => old.invited_by.clone(),
            },
            created_at: now,
            expires_at: now + INVITATION_LIFE,
            // The start card with the short code was the physiotherapist's.
            code_hash: None,
            ended_at: None,
            ..old
        };
        accounts::insert_invitation(tx, &new)?;
        oversight::note(tx, Some(admin.user()), None, "invitation made anew", now)?;
        Ok((new, secret.clone()))
    });
    made.map_err(made_already)
}

/// Live sessions of the clinic's staff with whose they are, the one used last first.
pub fn staff_sessions(tx: &mut ReadTx, admin: &Admin, now: UtcTime) -> Result<Vec<(String, StaffSession)>, CareError> {
    let names = team::names(tx, admin.clinic())?;
    let named = |session: StaffSession| {
        let name = session.user_id.as_ref().and_then(|id| names.get(id).cloned()).unwrap_or_default();
        (name, session)
    };
    Ok(people::staff_sessions(tx, admin, now)?.into_iter().map(named).collect())
}

/// Most test messages that an administrator sends themselves in an hour.
const TESTS_AN_HOUR: i64 = 5;

/// Notes that an administrator sends a test message to themselves.
///
/// # Errors
/// Refused after too many within an hour.
pub fn test_mail(store: &Store, admin: &Admin, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        still_admin(tx, admin)?;
        if oversight::count_of(tx, admin.user(), &["sent a test e-mail"], now - Duration::hours(1))? >= TESTS_AN_HOUR {
            return Err(CareError::refused("", "You sent five test messages within an hour. Try again later"));
        }
        Ok(oversight::note(tx, Some(admin.user()), None, "sent a test e-mail", now)?)
    })
}
