//! What the desk says to an entry of its inbox. Each is written down with who said it and when; an entry whose matter
//! changes has another key and comes back by itself.

use super::{Approval, Entry, Settled, entries, settled, uneventful};
use crate::access::{Actor, PatientAccess, Physio, Relation, Treat, authorise_treat};
use crate::care::desk::caseload::{Person, people, person};
use crate::care::{CareError, agreement, desk};
use crate::clock::Moment;
use crate::store::relations::Because;
use crate::store::{ReadTx, Store, StoreError, caseload, oversight};
use chrono::{Days, NaiveDate};

/// How far ahead an entry may be put off, in days.
pub const SNOOZE_DAYS: u64 = 90;

/// What is said to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Not before this day.
    Snooze(NaiveDate),
    /// Done.
    Done,
    /// Back into the list.
    Again,
}

fn physio(actor: &Actor) -> Result<Physio, CareError> {
    Ok(Physio::of(actor).map_err(|_| StoreError::NotFound)?)
}

fn gone() -> CareError {
    CareError::refused("", "This entry is no longer there: the matter has changed or is settled")
}

/// The entry of a key as it stands now: a matter of the inbox, or a week to be seen.
fn find(person: &Person, key: &str, on: NaiveDate) -> Option<Entry> {
    entries(person).into_iter().chain(week_of(person, on)).find(|entry| entry.key == key)
}

fn week_of(person: &Person, on: NaiveDate) -> Option<Entry> {
    let all = entries(person);
    let done = |entry: &&Entry| matches!(settled(&person.record.marks, entry, on), Some((Settled::Done, _)));
    let waiting: Vec<&Entry> = all.iter().filter(|entry| !done(entry)).collect();
    uneventful(person, &waiting)
}

fn entry_of(tx: &mut ReadTx, actor: &Actor, who: &PatientAccess<Treat>, key: &str, moment: Moment) -> Result<Entry, CareError> {
    let found = person(tx, &physio(actor)?, who.patient(), moment.utc)?;
    found.and_then(|person| find(&person, key, moment.today())).ok_or_else(gone)
}

/// Says something to the entry with this key; `moment` is the desk's. The same again changes nothing that is seen. What
/// is done deals with the alerts that are told in the entry.
///
/// # Errors
/// Refused when the entry is no longer there, when the day does not fit (`until`), and when a danger sign or a paused
/// plan would be put off beyond tomorrow or marked as done: only clearance ends those. A problem with an exercise is closed
/// with what became of it.
pub fn say(store: &Store, actor: &Actor, who: &PatientAccess<Treat>, key: &str, said: Said, moment: Moment) -> Result<(), CareError> {
    let today = moment.today();
    store.write(|tx| {
        let entry = entry_of(tx, actor, who, key, moment)?;
        let (mark, audit) = match said {
            Said::Snooze(until) if until <= today || until > today + Days::new(SNOOZE_DAYS) => {
                return Err(CareError::refused("until", "Choose a day from tomorrow on, within the next three months"));
            }
            // SAFETY(patient): a danger sign comes back the next day until it is cleared.
            Said::Snooze(until) if entry.rank.is_stop() && until > today + Days::new(1) => {
                return Err(CareError::refused("until", "A danger sign or a paused plan can be put off until tomorrow at most"));
            }
            Said::Done if entry.rank.is_stop() => {
                return Err(CareError::refused("", "Only a recorded clearance ends this"));
            }
            Said::Done if !entry.rank.ends_by_click() => {
                return Err(CareError::refused("", "Close the problem with what became of it"));
            }
            Said::Snooze(until) => (("snoozed", Some(until)), "put an entry of the inbox off"),
            Said::Done => (("done", None), "marked an entry of the inbox as done"),
            Said::Again => (("again", None), "took an entry back into the inbox"),
        };
        caseload::mark(tx, who, key, mark, moment.utc)?;
        if said == Said::Done {
            for alert in &entry.alerts {
                oversight::resolve(tx, who, alert, moment.utc)?;
            }
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), audit, moment.utc)?)
    })
}

/// Settles what one click may settle: agrees to the plan, or marks an alert as dealt with.
///
/// # Errors
/// Refused when the entry is no longer there or asks for more than a click.
pub fn approve(store: &Store, actor: &Actor, who: &PatientAccess<Treat>, key: &str, moment: Moment) -> Result<(), CareError> {
    let entry = store.read(|tx| entry_of(tx, actor, who, key, moment))?;
    match entry.approval {
        Some(Approval::Agree) => agreement::agree(store, who, moment),
        Some(Approval::Resolve(alert)) => desk::resolve(store, who, &alert, moment.utc),
        None => Err(CareError::refused("", "This needs more than a click. Open the file")),
    }
}

/// "Seen: all as planned": marks the weeks of these keys as seen, as far as they are still uneventful; how many.
pub fn seen_all(store: &Store, actor: &Actor, keys: &[String], moment: Moment) -> Result<usize, CareError> {
    let physio = physio(actor)?;
    store.write(|tx| {
        let mut seen = 0;
        for person in people(tx, &physio, moment.utc)? {
            let unseen = |week: &Entry| keys.contains(&week.key) && settled(&person.record.marks, week, moment.today()).is_none();
            let Some(week) = week_of(&person, moment.today()).filter(unseen) else { continue };
            let relation = match person.listed.because {
                Because::Mine => Relation::InCharge,
                Because::Cover(_) => Relation::Cover,
                Because::Inbox => Relation::ClinicInbox,
            };
            let who = authorise_treat(actor, relation, person.listed.patient.clone()).map_err(|_| StoreError::NotFound)?;
            caseload::mark(tx, &who, &week.key, ("done", None), moment.utc)?;
            oversight::note(tx, who.by(), Some(who.patient()), "saw a reviewed week", moment.utc)?;
            seen += 1;
        }
        Ok(seen)
    })
}
