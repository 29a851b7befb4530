//! Reading the record of who did and saw what: a patient about themselves, an administrator about their clinic. What
//! writes it is `oversight::note`, what binds it is `chain`.

use super::ReadTx;
use super::chain::Entry;
use super::errors::StoreError;
use super::schema::{audit, users};
use crate::access::{Admin, MayRead, PatientAccess};
use crate::clock::UtcTime;
use crate::ids::ClinicId;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// Somebody in a row of the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Someone {
    /// Their account.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Is in the programme.
    pub is_patient: bool,
    /// Treats patients.
    pub is_physio: bool,
    /// Runs the clinic's accounts.
    pub is_admin: bool,
}

/// A row of the record with the people in it; who has no account any more is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The row.
    pub entry: Entry,
    /// Who did it.
    pub by: Option<Someone>,
    /// About whom.
    pub about: Option<Someone>,
}

type Person = (String, String, bool, bool, bool);

fn people(tx: &mut ReadTx, entries: &[Entry]) -> Result<BTreeMap<String, Someone>, StoreError> {
    let ids: std::collections::BTreeSet<&String> = entries.iter().flat_map(|e| e.actor_id.iter().chain(&e.patient_id)).collect();
    let columns = (users::id, users::name, users::is_patient, users::is_physio, users::is_admin);
    let found: Vec<Person> = users::table.filter(users::id.eq_any(ids)).select(columns).load(tx.conn)?;
    let someone = |(id, name, is_patient, is_physio, is_admin): Person| (id.clone(), Someone { id, name, is_patient, is_physio, is_admin });
    Ok(found.into_iter().map(someone).collect())
}

fn lines(tx: &mut ReadTx, entries: Vec<Entry>) -> Result<Vec<Line>, StoreError> {
    let people = people(tx, &entries)?;
    let who = |id: &Option<String>| id.as_ref().and_then(|id| people.get(id).cloned());
    Ok(entries.into_iter().map(|entry| Line { by: who(&entry.actor_id), about: who(&entry.patient_id), entry }).collect())
}

/// What was done and seen about a patient, the newest first: with what they did themselves and how they signed in, or
/// only what others did. At most `most` rows, those before a number when one is given.
pub fn of_record<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    (with_own, before): (bool, Option<i32>),
    most: i64,
) -> Result<Vec<Line>, StoreError> {
    let me = who.patient().as_str();
    let about = audit::patient_id.eq(me);
    let mut found = audit::table.into_boxed();
    found = if with_own {
        found.filter(about.or(audit::patient_id.is_null().and(audit::actor_id.eq(me))))
    } else {
        found.filter(about).filter(audit::actor_id.is_null().or(audit::actor_id.ne(me)))
    };
    if let Some(before) = before {
        found = found.filter(audit::seq.lt(before));
    }
    let entries = found.order(audit::seq.desc()).limit(most).load(tx.conn)?;
    lines(tx, entries)
}

/// What an administrator looks for; what is not given does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Done by or about one of these accounts.
    pub people: Option<Vec<String>>,
    /// One of these words.
    pub words: Option<Vec<&'static str>>,
    /// From this instant on.
    pub from: Option<UtcTime>,
    /// Before this instant.
    pub until: Option<UtcTime>,
    /// Before this number.
    pub before: Option<i32>,
}

/// The rows of an administrator's clinic that fit, the newest first. What belongs to no clinic (the command line, a
/// sign-in to an account that does not exist) is seen by the first one.
pub fn search(tx: &mut ReadTx, admin: &Admin, search: &Search, most: i64) -> Result<Vec<Line>, StoreError> {
    let mut found = audit::table.into_boxed();
    let here = audit::clinic_id.eq(admin.clinic().as_str().to_owned());
    found = if *admin.clinic() == ClinicId::first() { found.filter(here.or(audit::clinic_id.is_null())) } else { found.filter(here) };
    if let Some(people) = &search.people {
        found = found.filter(audit::actor_id.eq_any(people.clone()).or(audit::patient_id.eq_any(people.clone())));
    }
    if let Some(words) = &search.words {
        found = found.filter(audit::action.eq_any(words.clone()));
    }
    if let Some(from) = search.from {
        found = found.filter(audit::at.ge(from));
    }
    if let Some(until) = search.until {
        found = found.filter(audit::at.lt(until));
    }
    if let Some(before) = search.before {
        found = found.filter(audit::seq.lt(before));
    }
    let entries = found.order(audit::seq.desc()).limit(most).load(tx.conn)?;
    lines(tx, entries)
}

/// The accounts of the clinic whose name or address holds a text, or whose identity it is.
pub fn called(tx: &mut ReadTx, admin: &Admin, text: &str) -> Result<Vec<String>, StoreError> {
    let text = text.trim().to_lowercase();
    let here = users::table.filter(users::clinic_id.eq(admin.clinic().as_str()));
    // SQLite's own lower() knows no letters beyond ASCII, so the comparison is made here.
    let all: Vec<(String, String, String)> = here.select((users::id, users::name, users::email)).load(tx.conn)?;
    let fits = |(id, name, email): &(String, String, String)| *id == text || name.to_lowercase().contains(&text) || email.contains(&text);
    Ok(all.into_iter().filter(fits).map(|(id, ..)| id).collect())
}
