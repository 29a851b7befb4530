//! A physiotherapist's own notes: written once, corrected by another note that names the first.

use crate::access::{PatientAccess, Treat};
use crate::care::CareError;
use crate::clock::Moment;
use crate::ids;
use crate::store::notes::{self, Note, NoteBody};
use crate::store::{Json, Store, oversight};
use chrono::{Days, NaiveDate};

/// Kinds of contact: code and words.
pub const CONTACTS: [(&str, &str); 4] =
    [("room", "In the room"), ("telephone", "By telephone"), ("message", "By message"), ("other", "Something else")];
/// Longest text under one heading, in characters.
pub const LONGEST: usize = 2000;
/// A contact lies at most so many days back.
const BACK: u64 = 366;

/// The words of a kind of contact.
pub fn contact_words(code: &str) -> &'static str {
    CONTACTS.iter().find(|(known, _)| *known == code).map_or("Something else", |(_, words)| words)
}

/// A note to be kept.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// Code of the kind of contact.
    pub contact: String,
    /// Day of the contact, the patient's date.
    pub on: NaiveDate,
    /// What it says.
    pub body: NoteBody,
    /// The note it corrects.
    pub corrects: Option<String>,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Keeps a note. A correction of a correction names the first note too.
pub fn write(store: &Store, who: &PatientAccess<Treat>, new: &NewNote, moment: Moment) -> Result<(), CareError> {
    let NoteBody { says, found, agreed, next } = &new.body;
    if !CONTACTS.iter().any(|(code, _)| *code == new.contact) {
        return Err(CareError::refused("contact", "Choose how you met"));
    }
    let today = moment.today();
    if !(today - Days::new(BACK)..=today).contains(&new.on) {
        return Err(CareError::refused("on", "Enter today or a day of the last year"));
    }
    if [says, found, agreed, next].iter().all(|text| text.trim().is_empty()) {
        return Err(CareError::refused("says", "Write something under at least one of the four headings"));
    }
    store.write(|tx| {
        if notes::known(tx, who, &new.token)? {
            return Ok(());
        }
        let corrects = match &new.corrects {
            None => None,
            Some(id) => {
                let first = notes::one(tx, who, id)?;
                Some(first.corrects.unwrap_or(first.id))
            }
        };
        let action = if corrects.is_some() { "note corrected" } else { "note written" };
        let note = Note {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            author_id: who.by().map(|by| by.as_str().to_owned()),
            contact: new.contact.clone(),
            on_date: new.on,
            body: Json::new(new.body.clone()),
            corrects,
            token: new.token.clone(),
            written_at: moment.utc,
        };
        notes::keep(tx, who, &note)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), action, moment.utc)?)
    })
}
