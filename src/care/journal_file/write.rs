//! The journal out into a file.

use super::super::CareError;
use super::super::journal_view::{Shown, shown};
use super::guard::guard;
use super::{Row, Says, key_of};
use crate::access::{Own, PatientAccess};
use crate::clinical::journal_file::file_words;
use crate::clock::{Moment, UtcTime, zone};
use crate::store::journal::EntryBody;
use crate::store::logs::{DayNumbers, Done, ItemLog, QuotaLog, SessionSaid};
use crate::store::{Store, StoreError, oversight};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// Nothing is older: rows before this day are refused, and nothing could be written before it.
pub(super) const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date");

/// The whole journal as a file; who took it stands in the record's list of looks.
pub fn export(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<String, CareError> {
    let journal = store.write(|tx| {
        oversight::note(tx, who.by(), Some(who.patient()), "took the journal along as a file", moment.utc)?;
        shown(tx, who, FIRST_DAY, moment.today() + Days::new(2))
    })?;
    to_csv(&rows(&journal, moment.zone.name()))
}

/// The journal as rows, in an order that depends on what they say alone.
pub fn rows(journal: &Shown, own_zone: &str) -> Vec<Row> {
    let zone = |of: &Option<String>| of.clone().unwrap_or_else(|| own_zone.to_owned());
    let days = journal.days.iter().map(|(on, day)| Row {
        on: *on,
        at: String::new(),
        zone: zone(&day.written.zone),
        says: Says::Day(day.says),
        late: day.written.late,
        written_at: day.written.at,
        changed_at: day.written.changed_at,
        key: String::new(),
    });
    let entries = journal.entries.iter().map(|entry| Row {
        on: entry.on_date,
        at: entry.at_time.clone(),
        zone: zone(&entry.zone),
        says: Says::Entry(Box::new(EntryBody::clone(&entry.body))),
        late: entry.late,
        written_at: entry.recorded_at,
        changed_at: entry.edited_at,
        key: key_of(&entry.token),
    });
    let sessions = journal.sessions.iter().map(|session| Row {
        on: session.on,
        at: String::new(),
        zone: zone(&session.written.zone),
        says: Says::Session(Box::new(session.said.clone())),
        late: session.written.late,
        written_at: session.written.at,
        changed_at: session.written.changed_at,
        key: key_of(&session.token),
    });
    let mut rows: Vec<Row> = days.chain(entries).chain(sessions).collect();
    rows.sort_by(|a, b| {
        let order = |row: &Row| (row.on, row.says.place(), row.at.clone(), row.written_at, row.key.clone());
        order(a).cmp(&order(b))
    });
    rows
}

/// Rows as the text of a file: UTF-8 with its mark, commas, CRLF, every cell guarded.
pub fn to_csv(rows: &[Row]) -> Result<String, CareError> {
    let broken = |error: &dyn std::fmt::Display| CareError::Store(StoreError::Broken(format!("the journal file: {error}")));
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let columns = file_words().columns();
    file.write_record(columns.iter().map(|column| column.name.as_str())).map_err(|e| broken(&e))?;
    for row in rows {
        let cells = cells(row);
        let line = columns.iter().map(|column| guard(cells.get(column.name.as_str()).map_or("", String::as_str)));
        file.write_record(line.collect::<Vec<String>>()).map_err(|e| broken(&e))?;
    }
    let bytes = file.into_inner().map_err(|e| broken(&e))?;
    // The mark at the beginning tells spreadsheet programs that the letters are UTF-8.
    Ok(format!("\u{feff}{}", String::from_utf8(bytes).map_err(|e| broken(&e))?))
}

/// An instant with the difference from UTC in a zone.
fn instant(at: UtcTime, in_zone: &str) -> String {
    at.and_utc().with_timezone(&zone(in_zone)).format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string()
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// What is there of a row, by column.
fn cells(row: &Row) -> BTreeMap<&'static str, String> {
    let mut cells = BTreeMap::from([
        ("record", row.says.record().to_owned()),
        ("date", row.on.to_string()),
        ("time", row.at.clone()),
        ("zone", row.zone.clone()),
        ("late", yes_no(row.late)),
        ("written_at", instant(row.written_at, &row.zone)),
        ("changed_at", row.changed_at.map(|at| instant(at, &row.zone)).unwrap_or_default()),
        ("key", row.key.clone()),
    ]);
    let mut put = |name: &'static str, value: Option<String>| cells.extend(value.map(|value| (name, value)));
    match &row.says {
        Says::Day(DayNumbers { average, worst, morning }) => {
            let numbers = [("pain_average", average), ("pain_worst", worst), ("pain_morning", morning)];
            numbers.into_iter().for_each(|(name, pain)| put(name, pain.map(|pain| pain.to_string())));
        }
        Says::Entry(body) => {
            let small = |n: Option<u8>| n.map(|n| n.to_string());
            put("pain_back", small(body.back));
            put("pain_buttock", small(body.buttock));
            put("pain_leg", small(body.leg));
            put("sleep_hours", body.sleep_hours.map(|hours| hours.to_string()));
            put("sleep_quality", small(body.sleep_quality));
            put("stiffness_minutes", body.stiffness_minutes.map(|minutes| minutes.to_string()));
            put("mood", small(body.mood));
            put("stress", small(body.stress));
            put("medicine", body.medicine.map(yes_no));
            put("tags", Some(body.tags.join("; ")));
            put("note", Some(body.note.clone()));
            put("note_shared", Some(yes_no(body.share_note)));
        }
        Says::Session(said) => session_cells(said, put),
    }
    cells
}

fn session_cells(said: &SessionSaid, mut put: impl FnMut(&'static str, Option<String>)) {
    put("exercises", Some(said.items.iter().map(item).collect::<Vec<_>>().join("; ")));
    put("amounts", Some(said.quotas.iter().map(amount).collect::<Vec<_>>().join("; ")));
    put("session_pain", said.worst_during.map(|pain| pain.to_string()));
    put("session_effort", said.effort.map(|effort| effort.to_string()));
    put("session_stopped", Some(yes_no(said.stop_symptom)));
    put("note", Some(said.note.clone()));
}

fn reason(key: &str) -> String {
    if key.is_empty() { String::new() } else { format!("({key})") }
}

/// `MO1=partly(tired)!`
fn item(item: &ItemLog) -> String {
    let done = match item.done {
        Done::Done => "done",
        Done::Partly => "partly",
        Done::Not => "not",
    };
    format!("{}={done}{}{}", item.exercise, reason(&item.reason), if item.brought_on { "!" } else { "" })
}

/// `walk=12/10`
fn amount(bout: &QuotaLog) -> String {
    let done = bout.amount.map(|amount| amount.to_string()).unwrap_or_default();
    format!("{}={done}/{}{}", bout.activity.code(), bout.quota, reason(&bout.reason))
}
