//! The clinic's staff accounts: roles, and what happens when somebody leaves. An administrator sees names and counts,
//! never a patient.

use super::CareError;
use super::people::still_admin;
use crate::access::Admin;
use crate::clock::UtcTime;
use crate::ids::{PatientId, UserId};
use crate::store::accounts::User;
use crate::store::{ReadTx, Store, StoreError, WriteTx, accounts, joining, oversight, relations, sessions, team};
use std::collections::BTreeMap;

/// Somebody of the staff.
#[derive(Debug, Clone)]
pub struct Member {
    /// Their account.
    pub user: User,
    /// Patients they are in charge of.
    pub patients: usize,
    /// Patients of whom nobody else is in charge.
    pub alone: usize,
}

/// The staff, by name; those whose account is closed too. Two statements.
pub fn members(tx: &mut ReadTx, admin: &Admin) -> Result<Vec<Member>, CareError> {
    let pairs = relations::pairs(tx, admin)?;
    let mut helpers: BTreeMap<&str, usize> = BTreeMap::new();
    for (patient, _) in &pairs {
        *helpers.entry(patient).or_default() += 1;
    }
    let of = |user: User| {
        let theirs = || pairs.iter().filter(|(_, physio)| *physio == user.id);
        let alone = theirs().filter(|(patient, _)| helpers.get(patient.as_str()) == Some(&1)).count();
        Member { patients: theirs().count(), alone, user }
    };
    Ok(accounts::staff(tx, admin)?.into_iter().map(of).collect())
}

/// What closing somebody's account would do.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// Who.
    pub member: Member,
    /// For whom they stand in, now or later: these leaves end as well.
    pub covering: Vec<String>,
    /// It is the administrator who asks.
    pub own: bool,
}

/// What closing an account would do.
///
/// # Errors
/// `NotFound` unless it is an open account of the staff.
pub fn leaving(tx: &mut ReadTx, admin: &Admin, id: &UserId, now: UtcTime) -> Result<Leaving, CareError> {
    let found = members(tx, admin)?.into_iter().find(|m| m.user.id == id.as_str() && m.user.closed_at.is_none());
    let member = found.ok_or(StoreError::NotFound)?;
    let names = team::names(tx, admin.clinic())?;
    let theirs = team::leaves_from(tx, admin.clinic(), now)?.into_iter().filter(|leave| leave.cover_id == id.as_str());
    let covering = theirs.filter_map(|leave| names.get(&leave.physio_id).cloned()).collect();
    Ok(Leaving { member, covering, own: admin.user() == id })
}

/// The open staff account, asked for by somebody who still is an administrator.
fn of_staff(tx: &mut WriteTx, admin: &Admin, id: &UserId) -> Result<Option<User>, CareError> {
    still_admin(tx, admin)?;
    let all = accounts::staff(tx, admin)?;
    let found = all.into_iter().find(|user| user.id == id.as_str()).ok_or(StoreError::NotFound)?;
    Ok(Some(found).filter(|user| user.closed_at.is_none()))
}

/// Closes a staff account: from now on nobody signs in to it, its sessions end, and so does everything that let it see
/// patients, and the links that it made into the staff. Patients without anybody belong to the clinic's inbox. Closing
/// twice changes nothing.
///
/// # Errors
/// Refused for one's own account; `NotFound` for what is no staff account.
pub fn close(store: &Store, admin: &Admin, id: &UserId, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(user) = of_staff(tx, admin, id)? else { return Ok(()) };
        if admin.user() == id {
            return Err(CareError::refused("", "You cannot close your own account. Another administrator can"));
        }
        let id = UserId::from_text(&user.id);
        team::close(tx, admin, &id, now)?;
        sessions::delete_of(tx, &id)?;
        relations::end_all_of(tx, admin, &id, now)?;
        team::end_leaves_of(tx, admin, &id, now)?;
        joining::end_ways_into_staff(tx, admin, &id, now)?;
        Ok(oversight::note(tx, Some(admin.user()), Some(&PatientId::from(&id)), "staff account closed", now)?)
    })
}

/// Gives the administrator's role, or takes it, and with it the links into the staff that they made.
///
/// # Errors
/// Refused when nobody would be left who has it, or the account would be left without any role; `NotFound` for what is no
/// open staff account.
pub fn set_admin(store: &Store, admin: &Admin, id: &UserId, give: bool, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        let user = of_staff(tx, admin, id)?.ok_or(StoreError::NotFound)?;
        if user.is_admin == give {
            return Ok(());
        }
        if !give {
            let others = accounts::staff(tx, admin)?.into_iter().filter(|u| u.is_admin && u.closed_at.is_none() && u.id != user.id).count();
            if others == 0 {
                return Err(CareError::refused("", "Somebody must be administrator. Give the role to a colleague first"));
            }
            if !user.is_physio {
                return Err(CareError::refused("", "They have no other role. Close the account when they leave"));
            }
        }
        team::set_admin(tx, admin, id, give)?;
        if !give {
            joining::end_ways_into_staff(tx, admin, id, now)?;
        }
        // With other rights they sign in anew: a session of before must not grow under somebody's hands.
        if id != admin.user() {
            sessions::delete_of(tx, id)?;
        }
        let action = if give { "administrator\u{2019}s role given" } else { "administrator\u{2019}s role taken" };
        Ok(oversight::note(tx, Some(admin.user()), Some(&PatientId::from(id)), action, now)?)
    })
}
