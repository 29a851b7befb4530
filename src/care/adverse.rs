//! Adverse events: a problem with an exercise, told in a message, in the room or by telephone. What a session says with
//! a stop symptom or a red colour is not written down again here: the rules act on that by themselves.

use super::CareError;
use super::logging::title_of;
use crate::access::{MayRead, MayWrite, PatientAccess, Treat};
use crate::clinical::codes::AlertTo;
use crate::clock::{Moment, UtcTime};
use crate::ids;
use crate::store::adverse::{self, Event, Named, Severity};
use crate::store::{Coded, ReadTx, Store, StoreError, WriteTx, course, oversight, plans};
use chrono::{Days, NaiveDate};

/// Rule of the alert that an open event raises.
pub const RULE: &str = "adverse";
/// How long ago an event may have happened that is told now, days: twelve weeks.
pub const BACK_DAYS: u64 = 84;
/// Longest description or outcome, letters.
pub const LONGEST: usize = 2000;
/// Shortest outcome, letters.
const SHORTEST: usize = 5;
/// Stands for an exercise that is not in the list, or not known.
pub const OTHER: &str = "other";

/// An event as it is told.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Id of an exercise of the plan, or [`OTHER`].
    pub exercise: String,
    /// The person's date.
    pub on: NaiveDate,
    /// What happened.
    pub what: String,
    /// How bad it was.
    pub severity: Severity,
}

/// What a patient tells in a message.
#[derive(Debug, Clone)]
pub struct Problem {
    /// The event.
    pub event: NewEvent,
    /// Something is new: the danger-sign questions follow.
    pub anything_new: bool,
}

/// The exercises of the plan under way, or of the last one: id and title.
pub fn exercises<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<(String, String)>, CareError> {
    let Some(plan) = course::latest(tx, who)? else { return Ok(Vec::new()) };
    let items = plans::items(tx, who, &plan)?;
    Ok(items.iter().map(|item| (item.prescription.exercise.clone(), item.prescription.title().to_owned())).collect())
}

/// An event in words.
#[derive(Debug, Clone)]
pub struct Told {
    /// The event with names.
    pub named: Named,
    /// Title of the exercise; empty: another one, or not known.
    pub title: String,
}

/// A patient's events, newest first.
pub fn all<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Told>, CareError> {
    let mut told = Vec::new();
    for named in adverse::all(tx, who)? {
        let title = if named.event.exercise.is_empty() { String::new() } else { title_of(tx, who, &named.event.exercise)? };
        told.push(Told { named, title });
    }
    Ok(told)
}

fn checked(new: &NewEvent, known: &[(String, String)], moment: Moment) -> Result<(), CareError> {
    if new.exercise != OTHER && !known.iter().any(|(id, _)| *id == new.exercise) {
        return Err(CareError::refused("exercise", tr_later!("Choose one of the exercises in the list")));
    }
    if new.on > moment.today() {
        return Err(CareError::refused("happened", tr_later!("This day is still to come")));
    }
    if new.on + Days::new(BACK_DAYS) < moment.today() {
        return Err(CareError::refused("happened", tr_later!("Choose a day of the last twelve weeks")));
    }
    match new.what.trim().chars().count() {
        0 => Err(CareError::refused("what", tr_later!("Write what happened"))),
        long if long > LONGEST => Err(CareError::refused("what", text!("Use at most {max} characters", max = LONGEST))),
        _ => Ok(()),
    }
}

/// Keeps an event and raises its alert; `false` when its token was known.
pub(super) fn keep<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    new: &NewEvent,
    message: Option<&str>,
    token: &str,
    moment: Moment,
) -> Result<bool, CareError> {
    let known = exercises(tx, who)?;
    checked(new, &known, moment)?;
    let event = Event {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        message_id: message.map(str::to_owned),
        exercise: if new.exercise == OTHER { String::new() } else { new.exercise.clone() },
        happened_on: new.on,
        description: new.what.trim().to_owned(),
        severity: Coded(new.severity),
        reported_by: who.by().map(|by| by.as_str().to_owned()),
        opened_at: moment.utc,
        outcome: String::new(),
        closed_by: None,
        closed_at: None,
        token: token.to_owned(),
    };
    if !adverse::keep(tx, who, &event)? {
        return Ok(false);
    }
    let title = known.iter().find(|(id, _)| *id == new.exercise).map_or("an exercise", |(_, title)| title.as_str());
    let reason = format!("A problem with {title} was reported. Look at the event and say what became of it.");
    oversight::raise(tx, who, RULE, AlertTo::Physio, &reason, moment.utc)?;
    oversight::note(tx, who.by(), Some(who.patient()), "wrote down a problem with an exercise", moment.utc)?;
    Ok(true)
}

/// Writes down an event that somebody told in the room or by telephone. The same form twice keeps one.
///
/// # Errors
/// Refused for another exercise than those of the plan, a day outside of the last twelve weeks and an empty text.
pub fn record(store: &Store, who: &PatientAccess<Treat>, new: &NewEvent, token: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| keep(tx, who, new, None, token, moment).map(|_| ()))
}

/// Closes an event with what became of it; its alert is dealt with once no other event is open. Closing what is closed
/// changes nothing.
///
/// # Errors
/// Refused without an outcome; `NotFound` when the patient has no such event.
pub fn close(
    store: &Store,
    who: &PatientAccess<Treat>,
    id: &str,
    (severity, outcome): (Severity, &str),
    now: UtcTime,
) -> Result<(), CareError> {
    let outcome = outcome.trim();
    if outcome.chars().count() < SHORTEST {
        return Err(CareError::refused("outcome", "Write what became of it, in a few words"));
    }
    store.write(|tx| {
        let events = adverse::all(tx, who)?;
        let this = events.iter().find(|named| named.event.id == id).ok_or(StoreError::NotFound)?;
        if this.event.closed_at.is_some() {
            return Ok(());
        }
        adverse::close(tx, who, id, (severity, outcome), now)?;
        let others = events.iter().any(|named| named.event.id != id && named.event.closed_at.is_none());
        if !others {
            let open = oversight::alerts(tx, who)?.into_iter().filter(|alert| alert.rule == RULE && alert.resolved_at.is_none());
            for alert in open {
                oversight::resolve(tx, who, &alert.id, now)?;
            }
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "closed a problem with an exercise", now)?)
    })
}
