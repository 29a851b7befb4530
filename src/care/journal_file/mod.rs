//! The journal as a CSV file: out whole, and in again as a copy that decides nothing.
//!
//! **What a file may do.** It adds to what its person sees: journal, chart, own export. SAFETY(patient): nothing of it
//! is an answer to this programme. Whoever moves house brings their diary along; but pain of other weeks, sessions
//! under another plan or a table somebody typed must not make a plan rise, hold, flare or fall silent, nor count as
//! the morning after a session, nor take back a danger sign. So days and sessions of files have tables of their own
//! and entries a mark, which `pain_days`, reviews, colours, Today and silence do not read; a symptom in an imported
//! session is history and opens no questions. What was written here stays when a file says something else.
//!
//! **The same file twice adds nothing**: rows have keys. Ours come along in the file; a row without one gets a key
//! made from what it says. A day is its date.

mod guard;
mod read;
mod take;
#[cfg(test)]
mod tests;
mod write;

pub use guard::{guard, unguard};
pub use read::{Problem, Reading, decode, read};
pub use take::{Compared, Preview, all_taken, hand_in, preview, remove, take};
pub use write::{export, rows, to_csv};

use crate::clock::UtcTime;
use crate::store::journal::EntryBody;
use crate::store::logs::{DayNumbers, SessionSaid};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// Largest file that is taken, in bytes.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;
/// Most rows that are taken at once.
pub const MAX_ROWS: usize = 10_000;
/// Longest note, in characters, as in the journal's own form.
const MAX_NOTE: usize = 1000;
/// Longest key, in characters.
const MAX_KEY: usize = 64;

/// What a row says.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// The numbers of a day.
    Day(DayNumbers),
    /// An entry.
    Entry(Box<EntryBody>),
    /// A session.
    Session(Box<SessionSaid>),
}

impl Says {
    /// The word for it in the file.
    const fn record(&self) -> &'static str {
        match self {
            Says::Day(_) => "day",
            Says::Entry(_) => "entry",
            Says::Session(_) => "session",
        }
    }

    /// Its place among the rows of a date.
    const fn place(&self) -> u8 {
        match self {
            Says::Day(_) => 0,
            Says::Entry(_) => 1,
            Says::Session(_) => 2,
        }
    }
}

/// A row of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The person's date.
    pub on: NaiveDate,
    /// The person's time of day, `HH:MM`, of an entry.
    pub at: String,
    /// Time zone both are meant in.
    pub zone: String,
    /// What it says.
    pub says: Says,
    /// Written down on a later day.
    pub late: bool,
    /// When it was written down.
    pub written_at: UtcTime,
    /// When it was last changed.
    pub changed_at: Option<UtcTime>,
    /// Makes it unique; empty for a day, which is its date.
    pub key: String,
}

/// Whether a text can be a key.
fn is_key(text: &str) -> bool {
    (1..=MAX_KEY).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '_' | ':' | '-'))
}

/// The key of something in a file: the token it was stored under, where that is a plain one.
fn key_of(token: &str) -> String {
    if is_key(token) { token.to_owned() } else { hashed("x", token) }
}

fn hashed(prefix: &str, text: &str) -> String {
    let hex: String = Sha256::digest(text.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}-{hex}")
}
