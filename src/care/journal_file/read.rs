//! A file read: which of its rows can be taken, and what is wrong with the others.

use super::super::journal::{check_body, worst_is_below};
use super::guard::unguard;
use super::write::FIRST_DAY;
use super::{MAX_BYTES, MAX_NOTE, MAX_ROWS, Row, Says, hashed, is_key};
use crate::clinical::advice::advice;
use crate::clinical::codes::Activity;
use crate::clinical::journal_file::file_words;
use crate::clock::{Moment, UtcTime};
use crate::store::journal::EntryBody;
use crate::store::logs::{DayNumbers, Done, ItemLog, QuotaLog, SessionSaid};
use chrono::{DateTime, NaiveDate, NaiveTime, SubsecRound};
use std::collections::HashMap;

/// Longest part of a cell that is repeated in a message, in characters.
const TOLD: usize = 60;
/// Most exercises or amounts of a session.
const MAX_PARTS: usize = 40;

/// Why a row is not taken: a key of the words in `clinical::journal_file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub key: &'static str,
    /// Where.
    pub column: &'static str,
    /// What stands there, or the other line.
    pub value: String,
}

/// What a file says.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Rows that can be taken, with their lines.
    pub rows: Vec<(u64, Row)>,
    /// Rows that stand there twice, word for word.
    pub repeated: usize,
    /// Rows that cannot be taken.
    pub problems: Vec<Problem>,
    /// Headings that mean nothing here.
    pub unknown: Vec<String>,
}

/// The text of a file.
///
/// # Errors
/// The key of what is wrong with it.
pub fn decode(bytes: &[u8]) -> Result<String, &'static str> {
    if bytes.len() > MAX_BYTES {
        return Err("large");
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("encoding");
    }
    if bytes.contains(&0) || bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"%PDF") {
        return Err("text");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "encoding")?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned())
}

/// The character between the cells: the one that parts the first line most often.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |c: char| first.matches(c).count();
    [(b',', count(',')), (b';', count(';')), (b'\t', count('\t'))].into_iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(c, _)| c)
}

/// The line on which a row begins, from 1: behind the ends of lines and empty lines that still stand before it.
fn line_at(text: &str, byte: u64) -> u64 {
    let (before, rest) = text.split_at_checked(usize::try_from(byte).unwrap_or(usize::MAX)).unwrap_or((text, ""));
    let ends = &rest[..rest.len() - rest.trim_start_matches(['\r', '\n']).len()];
    1 + [before, ends].iter().map(|part| part.matches('\n').count() as u64).sum::<u64>()
}

/// Reads a file.
///
/// # Errors
/// The key of what is wrong with the file as a whole.
pub fn read(text: &str, moment: Moment) -> Result<Reading, &'static str> {
    // Some spreadsheet programs say in a line of its own what parts the cells.
    let (skipped, text) = match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().starts_with("sep=") => (1, rest),
        _ => (0, text),
    };
    let mut file = csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.as_bytes());
    let headings: Vec<String> = file.headers().map_err(|_| "broken")?.iter().map(|name| name.trim().to_lowercase()).collect();
    let place = |name: &str| headings.iter().position(|heading| heading == name);
    if place("record").is_none() || place("date").is_none() {
        return Err("headings");
    }
    let known = |name: &String| file_words().columns().iter().any(|column| column.name == *name);
    let unknown = headings.iter().filter(|name| !name.is_empty() && !known(name)).cloned().collect();
    let mut reading = Reading { unknown, ..Reading::default() };
    let mut seen: HashMap<(u8, String), (u64, Row)> = HashMap::new();
    let mut count = 0;
    for record in file.records() {
        let record = record.map_err(|_| "broken")?;
        let line = record.position().map_or(0, |at| line_at(text, at.byte())) + skipped;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        count += 1;
        if count > MAX_ROWS {
            return Err("rows");
        }
        let cells = Cells { headings: &headings, record: &record };
        match cells.row(moment) {
            Err(Wrong { key, column, value }) => reading.problems.push(Problem { line, key, column, value }),
            Ok(row) => {
                let name = if row.key.is_empty() { row.on.to_string() } else { row.key.clone() };
                match seen.get(&(row.says.place(), name.clone())) {
                    Some((_, same)) if *same == row => reading.repeated += 1,
                    Some((first, _)) => {
                        reading.problems.push(Problem { line, key: "same_key", column: "key", value: first.to_string() });
                    }
                    None => {
                        seen.insert((row.says.place(), name), (line, row.clone()));
                        reading.rows.push((line, row));
                    }
                }
            }
        }
    }
    if count == 0 { Err("none") } else { Ok(reading) }
}

/// What is wrong with a row.
struct Wrong {
    key: &'static str,
    column: &'static str,
    value: String,
}

fn wrong(key: &'static str, column: &'static str, value: &str) -> Wrong {
    let told: String = value.chars().take(TOLD).collect();
    Wrong { key, column, value: if told.len() < value.len() { format!("{told}…") } else { told } }
}

/// The cells of a row by their headings.
struct Cells<'a> {
    headings: &'a [String],
    record: &'a csv::StringRecord,
}

impl Cells<'_> {
    /// A cell as it was before it was guarded; empty when there is none.
    fn exact(&self, name: &str) -> String {
        let cell = self.headings.iter().position(|heading| heading == name).and_then(|at| self.record.get(at));
        unguard(cell.unwrap_or_default()).replace("\r\n", "\n")
    }

    fn text(&self, name: &str) -> String {
        self.exact(name).trim().to_owned()
    }

    /// A number in a range, with comma or point.
    fn number(&self, name: &'static str, most: f64) -> Result<Option<f64>, Wrong> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        let number = text.replace(',', ".").parse::<f64>().ok().filter(|n| n.is_finite() && (0.0..=most).contains(n));
        number.map(Some).ok_or_else(|| wrong("number", name, &text))
    }

    /// A whole number in a range; spreadsheets write 4 as 4.0 at times.
    fn whole(&self, name: &'static str, most: u16) -> Result<Option<u16>, Wrong> {
        let Some(number) = self.number(name, f64::from(most))? else { return Ok(None) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
        let whole = number as u16;
        if f64::from(whole) == number { Ok(Some(whole)) } else { Err(wrong("number", name, &self.text(name))) }
    }

    fn scale(&self, name: &'static str) -> Result<Option<u8>, Wrong> {
        Ok(self.whole(name, 10)?.and_then(|n| u8::try_from(n).ok()))
    }

    fn pain(&self, name: &'static str) -> Result<Option<i32>, Wrong> {
        Ok(self.scale(name)?.map(i32::from))
    }

    fn yes_no(&self, name: &'static str) -> Result<Option<bool>, Wrong> {
        match self.text(name).to_lowercase().as_str() {
            "" => Ok(None),
            "yes" | "true" | "ja" | "wahr" | "1" => Ok(Some(true)),
            "no" | "false" | "nein" | "falsch" | "0" => Ok(Some(false)),
            _ => Err(wrong("yes_no", name, &self.text(name))),
        }
    }

    fn instant(&self, name: &'static str) -> Result<Option<UtcTime>, Wrong> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        let at = DateTime::parse_from_rfc3339(&text).map_err(|_| wrong("instant", name, &text))?.naive_utc().trunc_subsecs(6);
        // Before this the databases do not read a time alike.
        if at.date() < FIRST_DAY { Err(wrong("instant", name, &text)) } else { Ok(Some(at)) }
    }

    /// A date as the file should have it, or as a German spreadsheet makes it of that; others mean different days in
    /// different countries.
    fn date(&self) -> Result<NaiveDate, Wrong> {
        let text = self.text("date");
        let dotted = || NaiveDate::parse_from_str(&text, "%d.%m.%Y").ok();
        let date = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().or_else(dotted);
        date.ok_or_else(|| wrong("date", "date", &text))
    }

    fn note(&self) -> Result<String, Wrong> {
        let note = self.exact("note");
        if note.chars().count() > MAX_NOTE { Err(wrong("note", "note", "")) } else { Ok(note) }
    }

    fn row(&self, moment: Moment) -> Result<Row, Wrong> {
        if self.record.len() > self.headings.len() && self.record.iter().skip(self.headings.len()).any(|cell| !cell.is_empty()) {
            return Err(wrong("cells", "", ""));
        }
        let record = self.text("record").to_lowercase();
        if !matches!(record.as_str(), "day" | "entry" | "session") {
            return Err(wrong("record", "record", &self.text("record")));
        }
        let on = self.date()?;
        let zone_text = self.text("zone");
        let zone = if zone_text.is_empty() { moment.zone } else { zone_text.parse().map_err(|_| wrong("zone", "zone", &zone_text))? };
        if on > (Moment { zone, ..moment }).today() {
            return Err(wrong("future", "date", &self.text("date")));
        }
        if on < FIRST_DAY {
            return Err(wrong("old", "date", &self.text("date")));
        }
        let says = match record.as_str() {
            "day" => Says::Day(self.day()?),
            "entry" => Says::Entry(Box::new(self.entry()?)),
            _ => Says::Session(Box::new(self.session()?)),
        };
        let at = if record == "entry" { self.time()? } else { String::new() };
        let (written_at, changed_at) = (self.instant("written_at")?, self.instant("changed_at")?);
        Ok(Row {
            on,
            at,
            zone: zone.name().to_owned(),
            key: self.key(&record)?,
            says,
            // What somebody typed into a file was not written down on the day.
            late: self.yes_no("late")?.unwrap_or(true),
            written_at: written_at.unwrap_or(moment.utc).min(moment.utc),
            changed_at: changed_at.map(|at| at.min(moment.utc)),
        })
    }

    fn time(&self) -> Result<String, Wrong> {
        let text = self.text("time");
        let time = NaiveTime::parse_from_str(&text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(&text, "%H:%M:%S"));
        Ok(time.map_err(|_| wrong("time", "time", &text))?.format("%H:%M").to_string())
    }

    /// The key that stands there, or one made from everything the row says.
    fn key(&self, record: &str) -> Result<String, Wrong> {
        let key = self.text("key");
        if record == "day" {
            return Ok(String::new());
        }
        if key.is_empty() {
            let said: Vec<String> = file_words().columns().iter().map(|column| self.text(&column.name)).collect();
            return Ok(hashed("csv", &said.join("\u{1f}")));
        }
        if is_key(&key) { Ok(key) } else { Err(wrong("key", "key", &key)) }
    }

    fn day(&self) -> Result<DayNumbers, Wrong> {
        let day = DayNumbers { average: self.pain("pain_average")?, worst: self.pain("pain_worst")?, morning: self.pain("pain_morning")? };
        if day == DayNumbers::default() {
            return Err(wrong("empty", "", ""));
        }
        if worst_is_below(day) { Err(wrong("worst", "pain_worst", "")) } else { Ok(day) }
    }

    fn entry(&self) -> Result<EntryBody, Wrong> {
        let mut tags = Vec::new();
        for key in self.text("tags").split([';', ',']).map(str::trim).filter(|key| !key.is_empty()) {
            if advice().tag(key).is_none() {
                return Err(wrong("tag", "tags", key));
            }
            tags.push(key.to_owned());
        }
        let body = EntryBody {
            back: self.scale("pain_back")?,
            buttock: self.scale("pain_buttock")?,
            leg: self.scale("pain_leg")?,
            sleep_hours: self.number("sleep_hours", 24.0)?,
            sleep_quality: self.scale("sleep_quality")?,
            stiffness_minutes: self.whole("stiffness_minutes", 600)?,
            mood: self.scale("mood")?,
            stress: self.scale("stress")?,
            medicine: self.yes_no("medicine")?,
            tags,
            note: self.note()?,
            share_note: self.yes_no("note_shared")?.unwrap_or(false),
        };
        check_body(&body).map_err(|_| wrong("empty", "", ""))?;
        Ok(body)
    }

    fn session(&self) -> Result<SessionSaid, Wrong> {
        let said = SessionSaid {
            worst_during: self.pain("session_pain")?,
            effort: self.pain("session_effort")?,
            stop_symptom: self.yes_no("session_stopped")?.unwrap_or(false),
            items: parts(&self.text("exercises"), item).ok_or_else(|| wrong("exercises", "exercises", &self.text("exercises")))?,
            quotas: parts(&self.text("amounts"), amount).ok_or_else(|| wrong("amounts", "amounts", &self.text("amounts")))?,
            note: self.note()?,
        };
        let silent = SessionSaid { note: String::new(), ..said.clone() } == SessionSaid::default();
        if silent { Err(wrong("empty", "", "")) } else { Ok(said) }
    }
}

/// The parts of a cell between semicolons.
fn parts<T>(text: &str, part: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let all: Option<Vec<T>> = text.split(';').map(str::trim).filter(|one| !one.is_empty()).map(part).collect();
    all.filter(|all| all.len() <= MAX_PARTS)
}

/// What stands before a reason in brackets, and the reason; nothing for a reason nobody offers.
fn reason(text: &str) -> Option<(&str, String)> {
    match text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        Some((before, key)) => advice().reason(key).map(|reason| (before, reason.key.clone())),
        None => Some((text, String::new())),
    }
}

/// `MO1=partly(tired)!`
fn item(text: &str) -> Option<ItemLog> {
    let (exercise, rest) = text.split_once('=')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !(1..=40).contains(&exercise.len()) || !exercise.chars().all(plain) {
        return None;
    }
    let (rest, brought_on) = rest.strip_suffix('!').map_or((rest, false), |rest| (rest, true));
    let (done, reason) = reason(rest)?;
    let done = match done {
        "done" => Done::Done,
        "partly" => Done::Partly,
        "not" => Done::Not,
        _ => return None,
    };
    Some(ItemLog { exercise: exercise.to_owned(), done, reason, brought_on })
}

/// `walk=12/10`
fn amount(text: &str) -> Option<QuotaLog> {
    let (activity, rest) = text.split_once('=')?;
    let activity: Activity = activity.parse().ok()?;
    let (rest, reason) = reason(rest)?;
    let (done, planned) = rest.split_once('/')?;
    let number = |text: &str| text.parse::<f64>().ok().filter(|n| n.is_finite() && (0.0..=10_000.0).contains(n));
    let amount = if done.is_empty() { None } else { Some(number(done)?) };
    Some(QuotaLog { activity, amount, quota: number(planned)?, reason })
}
