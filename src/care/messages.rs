//! Messages between a patient and their clinic: one thread, what the clinic promises, who turned it off, and a problem
//! with an exercise that is told in one. E-mails about messages are in [`super::notices`].

use super::CareError;
use super::adverse::{self, Problem};
use super::logging::ANYTHING_NEW;
use super::people::still_admin;
use super::safety;
use crate::access::{Admin, MayRead, MayWrite, Own, PatientAccess, Treat};
use crate::clock::{Moment, UtcTime};
use crate::ids::{self, ClinicId, UserId};
use crate::store::messages::{self, Choice, Message};
use crate::store::outbox::{self, About};
use crate::store::plans::Plan;
use crate::store::reviews::CheckAnswers;
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, clinics, course, oversight};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Longest message, letters.
pub const LONGEST: usize = 2000;
/// Working days within which a clinic may promise an answer.
pub const DAYS: RangeInclusive<u8> = 1..=5;
/// Longest note on how else to reach the clinic, letters.
pub const LONGEST_CONTACT: usize = 300;
/// Messages that a thread opens with.
const PAGE: i64 = 30;
/// Name of the setting.
const SETTING: &str = "messages";

/// What a clinic decided about messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clinic {
    /// Patients and physiotherapists may write.
    pub is_on: bool,
    /// Working days within which patients get an answer.
    pub days: u8,
    /// How else to reach the clinic, in its own words; may be empty.
    pub contact: String,
}

impl Default for Clinic {
    fn default() -> Self {
        Self { is_on: true, days: 3, contact: String::new() }
    }
}

/// What a clinic decided.
pub fn clinic(tx: &mut ReadTx, clinic: &ClinicId) -> Result<Clinic, CareError> {
    let Some(stored) = accounts::clinic_setting(tx, clinic, SETTING)? else { return Ok(Clinic::default()) };
    Ok(serde_json::from_str(&stored).map_err(StoreError::broken)?)
}

/// Sets what the clinic decides.
pub fn set_clinic(store: &Store, by: &Admin, new: &Clinic, now: UtcTime) -> Result<(), CareError> {
    if !DAYS.contains(&new.days) {
        return Err(CareError::refused("days", "Choose from 1 to 5 working days"));
    }
    let value = serde_json::to_string(new).map_err(StoreError::broken)?;
    store.write(|tx| {
        still_admin(tx, by)?;
        if clinic(tx, by.clinic())? == *new {
            return Ok(());
        }
        accounts::set_clinic_setting(tx, by, SETTING, &value)?;
        Ok(oversight::note(tx, Some(by.user()), None, "set the clinic's messages", now)?)
    })
}

/// Who turned messages off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// The clinic, for everybody.
    Clinic,
    /// The patient.
    Patient,
}

/// What the clinic decided that a record belongs to.
fn clinic_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Clinic, CareError> {
    let id = clinics::of(tx, who)?;
    clinic(tx, &id)
}

fn shut(clinic: &Clinic, choice: Choice) -> Option<Shut> {
    match (clinic.is_on, choice.is_on) {
        (false, _) => Some(Shut::Clinic),
        (true, false) => Some(Shut::Patient),
        (true, true) => None,
    }
}

fn must_be_open<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<(), CareError> {
    let closed = shut(&clinic_of(tx, who)?, messages::choice(tx, who)?);
    match closed {
        None => Ok(()),
        Some(_) => Err(CareError::refused("", tr_later!("Messages are turned off, so nothing was sent"))),
    }
}

/// A message as a page shows it.
#[derive(Debug, Clone)]
pub struct Said {
    /// The message.
    pub message: Message,
    /// Name of whoever wrote it; none when they have left.
    pub by: Option<String>,
    /// The problem that it told, if any.
    pub event: Option<adverse::Told>,
}

/// A thread with what stands around it.
#[derive(Debug, Clone)]
pub struct Thread {
    /// Messages, oldest first.
    pub said: Vec<Said>,
    /// How many older ones are left out.
    pub older: i64,
    /// Set when nobody can write.
    pub shut: Option<Shut>,
    /// What the clinic decided.
    pub clinic: Clinic,
    /// What the patient chose.
    pub choice: Choice,
}

/// Reads a thread: its newest messages, or all of them.
pub fn thread<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, all: bool) -> Result<Thread, CareError> {
    let found = messages::thread(tx, who, (!all).then_some(PAGE))?;
    let older = messages::count(tx, who)? - i64::try_from(found.len()).unwrap_or(0);
    let mut events = adverse::all(tx, who)?;
    let mut said = Vec::new();
    for (message, by) in found {
        let told = events.iter().position(|told| told.named.event.message_id.as_ref() == Some(&message.id));
        said.push(Said { event: told.map(|place| events.swap_remove(place)), message, by });
    }
    let (clinic, choice) = (clinic_of(tx, who)?, messages::choice(tx, who)?);
    Ok(Thread { said, older, shut: shut(&clinic, choice), clinic, choice })
}

/// What waits at the door to the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// Messages of the clinic that the patient has not opened.
    pub unread: i64,
    /// Either side can write.
    pub is_open: bool,
}

/// What a link to the messages says.
pub fn door<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Door, CareError> {
    let is_open = shut(&clinic_of(tx, who)?, messages::choice(tx, who)?).is_none();
    Ok(Door { unread: messages::unread(tx, who, true)?, is_open })
}

/// Notes that the reader has opened the thread: the other side's messages are seen.
pub fn opened<M: MayWrite>(store: &Store, who: &PatientAccess<M>, now: UtcTime) -> Result<(), CareError> {
    let from_clinic = M::OWN;
    // Most times there is nothing new, and then nothing is written.
    if store.read(|tx| messages::unread(tx, who, from_clinic))? > 0 {
        store.write(|tx| messages::mark_seen(tx, who, from_clinic, now))?;
    }
    Ok(())
}

/// Keeps a message; `None` when its token was known.
fn keep<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    body: &str,
    token: &str,
    now: UtcTime,
) -> Result<Option<Message>, CareError> {
    let message = Message {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        author_id: who.by().map(|by| by.as_str().to_owned()),
        from_clinic: !M::OWN,
        body: body.to_owned(),
        token: token.to_owned(),
        sent_at: now,
        seen_at: None,
    };
    if !messages::keep(tx, who, &message)? {
        return Ok(None);
    }
    // What somebody answers they have read.
    messages::mark_seen(tx, who, M::OWN, now)?;
    oversight::note(tx, who.by(), Some(who.patient()), "wrote a message", now)?;
    Ok(Some(message))
}

fn checked(body: &str) -> Result<&str, CareError> {
    match body.trim() {
        "" => Err(CareError::refused("body", tr_later!("Write your message"))),
        long if long.chars().count() > LONGEST => Err(CareError::refused("body", text!("Use at most {max} characters", max = LONGEST))),
        body => Ok(body),
    }
}

/// The same form twice keeps one message, also when both came at once.
fn once(done: Result<(), CareError>) -> Result<(), CareError> {
    match done {
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => Ok(()),
        other => other,
    }
}

/// A patient writes, perhaps of a problem with an exercise. The message, the problem with its alert, and the danger-sign
/// check that "anything new" opens are kept together or not at all.
///
/// # Errors
/// Refused while messages are off, for a text that is empty or too long, and for a problem that lacks something.
pub fn write(
    store: &Store,
    who: &PatientAccess<Own>,
    (body, problem): (&str, Option<&Problem>),
    token: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let body = checked(body)?;
    once(store.write(|tx| {
        must_be_open(tx, who)?;
        let Some(message) = keep(tx, who, body, token, moment.utc)? else { return Ok(()) };
        let Some(problem) = problem else { return Ok(()) };
        // Without a plan there is no exercise to have a problem with, and no form asks.
        let plan = course::latest(tx, who)?.ok_or(StoreError::NotFound)?;
        adverse::keep(tx, who, &problem.event, Some(&message.id), token, moment)?;
        if problem.anything_new {
            open_signs(tx, who, &plan, token, moment)?;
        }
        Ok(())
    }))
}

/// "Anything new" was answered with yes, in a form whose message could not be sent as it was: the danger-sign questions
/// wait all the same. The message that follows with the same token opens them no second time.
pub fn sign(store: &Store, who: &PatientAccess<Own>, token: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(plan) = course::latest(tx, who)? else { return Ok(()) };
        open_signs(tx, who, &plan, token, moment)
    })
}

fn open_signs(tx: &mut WriteTx, who: &PatientAccess<Own>, plan: &Plan, token: &str, moment: Moment) -> Result<(), CareError> {
    let answers = CheckAnswers { danger: vec![ANYTHING_NEW.to_owned()], leg: false };
    safety::keep(tx, who, &plan.id, &answers, &format!("message {token}"), moment)?;
    Ok(())
}

/// Whoever looks after a patient writes to them.
///
/// # Errors
/// Refused while messages are off and for a text that is empty or too long.
pub fn answer(store: &Store, who: &PatientAccess<Treat>, body: &str, token: &str, now: UtcTime) -> Result<(), CareError> {
    let body = checked(body)?;
    once(store.write(|tx| {
        must_be_open(tx, who)?;
        keep(tx, who, body, token, now).map(|_| ())
    }))
}

/// Keeps what a patient chooses. Without e-mails the links of earlier ones end.
pub fn choose(store: &Store, who: &PatientAccess<Own>, choice: Choice, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let before = messages::choice(tx, who)?;
        if before == choice {
            return Ok(());
        }
        messages::choose(tx, who, choice, moment.utc)?;
        if !choice.by_mail {
            outbox::revoke_stops(tx, &UserId::from_text(who.patient().as_str()), About::News, moment.utc)?;
        }
        let action = match (before.is_on, choice.is_on) {
            (false, true) => "turned messages on",
            (true, false) => "turned messages off",
            _ => "chose e-mails about messages",
        };
        Ok(oversight::note(tx, who.by(), Some(who.patient()), action, moment.utc)?)
    })
}
