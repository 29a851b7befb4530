//! What goes to a person outside of the pages, as values: when it is due ([`due`]), what a message says
//! ([`letter`]) and what a calendar reads ([`calendar`]). Pure: nothing here sends or stores.

pub mod calendar;
pub mod due;
pub mod letter;

use crate::lang::{Lang, Spoken};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Subject and body of a message; `{link}` and `{stop}` stand for addresses.
#[derive(Debug, Clone, Deserialize)]
pub struct LetterText {
    /// Subject.
    pub subject: String,
    /// Body, plain text.
    pub body: String,
}

/// A message that says how a sign-in changed; `{what}` and `{when}` stand for the change and its time.
#[derive(Debug, Clone, Deserialize)]
pub struct FactorsText {
    /// Subject and body.
    #[serde(flatten)]
    pub letter: LetterText,
    /// What changed, by the code of the change.
    pub what: BTreeMap<String, String>,
}

/// What the pages about the calendar explain.
#[derive(Debug, Clone, Deserialize)]
pub struct CalendarText {
    /// Name of the calendar.
    pub name: String,
    /// An entry's title with its minutes, `{minutes}`.
    pub entry: String,
    /// Title of the entry that tells when the address runs out.
    pub renew: String,
    /// What it means to have one.
    pub points: Vec<String>,
}

/// Everything that is said outside of the pages or about it.
#[derive(Debug, Clone, Deserialize)]
pub struct Texts {
    /// The reminder, and the second one of a day.
    pub reminder: LetterText,
    /// The message that only shows that messages arrive.
    pub test: LetterText,
    /// The link for a new password.
    pub reset: LetterText,
    /// Somebody wrote to a patient.
    pub news: LetterText,
    /// Patients wrote to whoever looks after them.
    pub desk: LetterText,
    /// The link of an invitation, to somebody who has no account yet.
    pub invite: LetterText,
    /// The link with which somebody makes an account by themselves.
    pub join: LetterText,
    /// Confirm the address of a new account.
    pub verify: LetterText,
    /// To the address that an account is to get.
    pub address_new: LetterText,
    /// To the address that it is to give up.
    pub address_old: LetterText,
    /// To whoever has the address already that somebody asked for.
    pub address_taken: LetterText,
    /// To the address that it gave up.
    pub address_done: LetterText,
    /// Somebody signed in from a browser that was not known.
    pub device: LetterText,
    /// How somebody signs in has changed.
    pub factors: FactorsText,
    /// The account is being closed, and can be taken back.
    pub closing_begun: LetterText,
    /// Tomorrow it is erased.
    pub closing_last: LetterText,
    /// What a person reads when a message could not be sent, by the code of the failure.
    pub problems: BTreeMap<String, String>,
    /// The calendar.
    pub calendar: CalendarText,
}

/// The file in every language.
pub static TEXTS: Spoken<Texts> = Spoken::new(include_str!("data/messages.toml"), &["version"], |text| {
    // The file is part of the program; a test reads it.
    toml::from_str(text).unwrap_or_else(|error| panic!("messages.toml: {error}"))
});

/// The texts.
pub fn texts() -> &'static Texts {
    TEXTS.of(Lang::En)
}
