//! The record as it is read: by a patient about themselves, by an administrator about their clinic.

use super::words::{self, Kind};
use crate::access::{Admin, MayRead, PatientAccess};
use crate::care::CareError;
use crate::care::journal_file::guard;
use crate::care::people::still_admin;
use crate::clock::UtcTime;
use crate::store::trail::{self, Line, Search};
use crate::store::{ReadTx, Store, StoreError, oversight};
use chrono::{NaiveDate, TimeZone};
use chrono_tz::Tz;

/// Rows on one page.
pub const PAGE: usize = 50;
/// Rows in a file. A longer record is taken in parts, by dates.
const FILE: i64 = 50_000;

/// A page of the record, the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its rows.
    pub lines: Vec<Line>,
    /// The number before which the next page begins.
    pub further: Option<i32>,
}

impl Page {
    fn new(mut lines: Vec<Line>) -> Self {
        let more = lines.len() > PAGE;
        lines.truncate(PAGE);
        let further = lines.last().filter(|_| more).map(|line| line.entry.seq);
        Self { lines, further }
    }
}

fn one_more() -> i64 {
    i64::try_from(PAGE).unwrap_or(i64::MAX - 1) + 1
}

/// Who did and saw what about a patient, perhaps with what they did themselves.
pub fn of_record<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, with_own: bool, before: Option<i32>) -> Result<Page, CareError> {
    Ok(Page::new(trail::of_record(tx, who, (with_own, before), one_more())?))
}

/// What an administrator asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// A name, an address or an identity, or part of a name or address.
    pub person: String,
    /// A kind of thing.
    pub kind: Option<Kind>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub to: Option<NaiveDate>,
    /// Before this number.
    pub before: Option<i32>,
}

/// The beginning of a day on the clock of a zone.
fn begins(day: NaiveDate, zone: Tz) -> Option<UtcTime> {
    let midnight = day.and_hms_opt(0, 0, 0)?;
    // Where midnight is left out by a change of clocks, the day begins an hour later.
    let local = zone
        .from_local_datetime(&midnight)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(midnight + chrono::Duration::hours(1))).earliest());
    local.map(|at| at.naive_utc())
}

fn search(tx: &mut ReadTx, admin: &Admin, asked: &Asked, zone: Tz) -> Result<Search, StoreError> {
    let people = if asked.person.trim().is_empty() { None } else { Some(trail::called(tx, admin, &asked.person)?) };
    Ok(Search {
        people,
        words: asked.kind.map(words::of_kind),
        from: asked.from.and_then(|day| begins(day, zone)),
        until: asked.to.and_then(|day| day.succ_opt()).and_then(|day| begins(day, zone)),
        before: asked.before,
    })
}

/// A page of what an administrator asks for. That the record was searched is noted by whoever shows it.
pub fn found(tx: &mut ReadTx, admin: &Admin, asked: &Asked, zone: Tz) -> Result<Page, CareError> {
    let search = search(tx, admin, asked, zone)?;
    Ok(Page::new(trail::search(tx, admin, &search, one_more())?))
}

/// What an administrator is told of a row. What was done about a record says something of the patient's health, so it
/// is only told that something was done; the patient reads the rest, and so does whoever may open the record.
pub fn for_admin(action: &str) -> &str {
    match words::find(action) {
        Some((_, Kind::Act, _)) => "wrote something into the record",
        Some((_, Kind::Look, _)) if action == crate::care::team::EMERGENCY_LOOK => words::plain(action),
        Some((word, Kind::Look, _)) if word.starts_with("looked at") => "looked at the record",
        Some((_, _, plain)) => plain,
        None => "did something that this version of the program does not know",
    }
}

/// Everything an administrator asks for as a file for a spreadsheet, every cell guarded. That it was taken is noted.
pub fn file(store: &Store, admin: &Admin, asked: &Asked, zone: Tz, now: UtcTime) -> Result<String, CareError> {
    let asked = Asked { before: None, ..asked.clone() };
    let lines = store.write(|tx| {
        still_admin(tx, admin)?;
        let search = search(tx, admin, &asked, zone)?;
        let lines = trail::search(tx, admin, &search, FILE)?;
        oversight::note(tx, Some(admin.user()), None, "took the record of who did what as a file", now)?;
        Ok::<_, CareError>(lines)
    })?;
    to_csv(&lines)
}

fn to_csv(lines: &[Line]) -> Result<String, CareError> {
    let broken = |e: &dyn std::fmt::Display| CareError::from(StoreError::broken(e));
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let heads = ["number", "time_utc", "who", "who_id", "what", "about", "about_id", "address", "device", "request", "hash"];
    file.write_record(heads).map_err(|e| broken(&e))?;
    for Line { entry, by, about } in lines {
        let name = |who: &Option<trail::Someone>| who.as_ref().map(|who| who.name.clone()).unwrap_or_default();
        let cells = [
            entry.seq.to_string(),
            entry.at.format("%Y-%m-%d %H:%M:%S").to_string(),
            if entry.actor_kind == "program" { "the program".to_owned() } else { name(by) },
            entry.actor_id.clone().unwrap_or_default(),
            for_admin(&entry.action).to_owned(),
            name(about),
            entry.patient_id.clone().unwrap_or_default(),
            entry.address.clone(),
            entry.device.clone(),
            entry.request.clone(),
            entry.hash.clone(),
        ];
        file.write_record(cells.iter().map(|cell| guard(cell))).map_err(|e| broken(&e))?;
    }
    let bytes = file.into_inner().map_err(|e| broken(&e))?;
    let text = String::from_utf8(bytes).map_err(|e| broken(&e))?;
    // The mark says to spreadsheets that it is UTF-8.
    Ok(format!("\u{feff}{text}"))
}
