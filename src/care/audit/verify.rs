//! Reads the whole record of who did and saw what and says where its chain is broken.

use crate::store::chain::{self, Entry, Head};
use crate::store::{Store, StoreError};

/// Faults that are told in words; the others are counted.
const TOLD: usize = 20;

/// What a check came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that were read.
    pub rows: u64,
    /// What is wrong, in words, in the order of the rows: at most the first twenty.
    pub faults: Vec<String>,
    /// How many more are wrong.
    pub more: usize,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }

    fn say(&mut self, fault: String) {
        if self.faults.len() < TOLD { self.faults.push(fault) } else { self.more += 1 }
    }
}

/// "row 4", "rows 4 to 7".
fn rows(from: i32, to: i32) -> String {
    if from == to { format!("row {from}") } else { format!("rows {from} to {to}") }
}

fn is(from: i32, to: i32) -> &'static str {
    if from == to { "is" } else { "are" }
}

/// The row as far as it helps to find it.
fn named(entry: &Entry) -> String {
    format!("row {} (\u{201c}{}\u{201d}, {} UTC)", entry.seq, entry.action, entry.at.format("%Y-%m-%d %H:%M:%S"))
}

/// What was read so far.
struct Walk<'a> {
    noted: Option<&'a Head>,
    report: Report,
    last: i32,
    hash: String,
}

impl Walk<'_> {
    fn step(&mut self, entry: &Entry) {
        self.report.rows += 1;
        let gap = entry.seq > self.last + 1;
        if entry.seq < 1 {
            self.report.say(format!("{} was inserted: numbers begin with 1", named(entry)));
            return;
        }
        if gap {
            let (from, to) = (self.last + 1, entry.seq - 1);
            self.report.say(format!("{} {} missing", rows(from, to), is(from, to)));
        }
        if entry.reckoned() != entry.hash {
            self.report.say(format!("{} was changed or moved: what it says does not fit its hash", named(entry)));
        } else if entry.previous != self.hash && !gap {
            let before = if self.last == 0 { "the beginning".to_owned() } else { format!("row {}", self.last) };
            self.report.say(format!("{} does not follow {before}: here a row was inserted, removed, moved or rewritten", named(entry)));
        }
        if let Some(noted) = self.noted.filter(|noted| noted.seq == entry.seq && noted.hash != entry.hash) {
            self.report.say(format!("row {} is not the one that was noted: the record was rewritten up to here or further", noted.seq));
        }
        self.last = entry.seq;
        self.hash.clone_from(&entry.hash);
    }

    fn end(mut self, head: Option<&Head>) -> Report {
        match head {
            None => self.report.say("the row with the last number and hash was removed".to_owned()),
            Some(head) if head.seq > self.last => {
                let (from, to) = (self.last + 1, head.seq);
                self.report.say(format!("{} {} missing: the end was cut off", rows(from, to), is(from, to)));
            }
            Some(head) if head.seq < self.last => {
                let (from, to) = (head.seq + 1, self.last);
                self.report.say(format!("{} stand behind the last row that the program wrote", rows(from, to)));
            }
            Some(head) if head.hash != self.hash => {
                self.report.say(format!("row {} is not the last one that the program wrote, though it has its number", self.last));
            }
            Some(_) => {}
        }
        if let Some(noted) = self.noted.filter(|noted| noted.seq > self.last) {
            self.report.say(format!("the record ends with row {}, before row {} that was noted", self.last, noted.seq));
        }
        self.report
    }
}

/// Checks the whole record, and that it still holds a head that was noted elsewhere.
///
/// # Errors
/// When the record cannot be read.
pub fn verify(store: &Store, noted: Option<&Head>) -> Result<Report, StoreError> {
    store.read(|tx| {
        let mut walk = Walk { noted, report: Report::default(), last: 0, hash: String::new() };
        chain::each(tx, |entry| {
            walk.step(&entry);
            Ok::<_, StoreError>(())
        })?;
        Ok(walk.end(chain::head(tx)?.as_ref()))
    })
}

/// The head to be noted elsewhere; `None` when its row was removed.
///
/// # Errors
/// When it cannot be read.
pub fn head(store: &Store) -> Result<Option<Head>, StoreError> {
    store.read(chain::head)
}

/// Reads a head as `gradus audit head` prints it: `SEQ:HASH`.
pub fn noted(text: &str) -> Result<Head, String> {
    let wrong = || "write the number and the hash as `gradus audit head` prints them: 42:9f86d0…".to_owned();
    let (seq, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
    let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or_else(wrong)?;
    let hash = hash.to_ascii_lowercase();
    let fits = if seq == 0 { hash.is_empty() } else { hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) };
    if fits { Ok(Head { seq, hash }) } else { Err(wrong()) }
}
