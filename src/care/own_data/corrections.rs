//! What a person corrects themselves, and what they ask the clinic to correct: right of rectification. The way does not
//! depend on messages being on.

use super::super::CareError;
use crate::access::{Own, PatientAccess, Treat};
use crate::clinical::codes::AlertTo;
use crate::clock::{Moment, UtcTime};
use crate::ids::UserId;
use crate::store::{Conflict, Store, StoreError, accounts, closing, corrections, oversight};

/// Name of the alert that tells the clinic.
pub const RULE: &str = "CORRECTION";
/// Longest request and answer, letters.
pub const LONGEST: usize = 2000;
/// Longest name, letters.
pub const LONGEST_NAME: usize = 80;
/// Requests that may wait at once: one person floods no inbox.
const WAITING: i64 = 10;

/// Parts of the record that a request can be about, by their code.
pub const ABOUT: [(&str, &str); 6] = [
    ("person", tr_later!("My name or how I am reached")),
    ("answers", tr_later!("My answers at the start")),
    ("sessions", tr_later!("A session, a number or a date")),
    ("notes", tr_later!("What somebody wrote about me")),
    ("measures", tr_later!("A questionnaire")),
    ("other", tr_later!("Something else")),
];

/// Changes how the person is called; the name before is kept where they read it.
pub fn rename(store: &Store, who: &PatientAccess<Own>, name: &str, moment: Moment) -> Result<bool, CareError> {
    let name = name.trim();
    if name.is_empty() {
        return Err(CareError::refused("name", tr_later!("Enter the name we should call you by")));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(CareError::refused("name", text!("Use at most {max} characters", max = LONGEST_NAME)));
    }
    store.write(|tx| {
        let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
        if user.name == name {
            return Ok(false);
        }
        closing::rename(tx, who, &user.name, name, moment.utc)?;
        oversight::note(tx, who.by(), Some(who.patient()), "changed the name", moment.utc)?;
        Ok(true)
    })
}

fn checked<'a>(field: &'static str, body: &'a str, missing: &'static str) -> Result<&'a str, CareError> {
    match body.trim() {
        "" => Err(CareError::refused(field, missing)),
        long if long.chars().count() > LONGEST => Err(CareError::refused(field, text!("Use at most {max} characters", max = LONGEST))),
        body => Ok(body),
    }
}

/// Asks the clinic to correct something; the same form twice asks once.
pub fn ask(store: &Store, who: &PatientAccess<Own>, about: &str, body: &str, token: &str, moment: Moment) -> Result<(), CareError> {
    if !ABOUT.iter().any(|(code, _)| *code == about) {
        return Err(CareError::refused("about", tr_later!("Choose what it is about")));
    }
    let body = checked("body", body, tr_later!("Write what is wrong and what would be right"))?;
    let asked = store.write(|tx| {
        if corrections::waiting(tx, who)? >= WAITING {
            return Err(CareError::refused(
                "",
                tr_later!("Ten of your requests still wait for an answer. Your clinic is told of each of them."),
            ));
        }
        if corrections::ask(tx, who, (about, body), token, moment.utc)? {
            let reason = "The patient says that something in the record is wrong and waits for an answer.";
            oversight::raise(tx, who, RULE, AlertTo::Physio, reason, moment.utc)?;
            oversight::note(tx, who.by(), Some(who.patient()), "asked for a correction of the record", moment.utc)?;
        }
        Ok(())
    });
    match asked {
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => Ok(()),
        other => other,
    }
}

/// Answers a request; when none waits any more the alert has done its work.
pub fn answer(store: &Store, who: &PatientAccess<Treat>, id: &str, text: &str, now: UtcTime) -> Result<(), CareError> {
    let text = checked("answer", text, "Write what you did, or why it stays as it is")?;
    store.write(|tx| {
        corrections::answer(tx, who, id, text, now)?;
        if corrections::waiting(tx, who)? == 0 {
            oversight::end_alerts(tx, who, RULE, now)?;
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "answered a request to correct the record", now)?)
    })
}
