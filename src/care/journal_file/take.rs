//! A file taken into the journal: shown first, then all of it or nothing.

use super::super::CareError;
use super::super::journal_view::shown;
use super::read::{Reading, read};
use super::write::{FIRST_DAY, rows};
use super::{Row, Says};
use crate::access::{Own, PatientAccess};
use crate::clinical::journal_file::file_words;
use crate::clock::Moment;
use crate::ids;
use crate::store::imports::{self, Import, ImportedDay, ImportedSession};
use crate::store::journal::{Entry, EntryBody};
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, oversight};
use chrono::Days;
use std::collections::HashMap;

/// The rows of a file beside the journal.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// Rows the journal does not have.
    pub new: Vec<Row>,
    /// Rows it has already, word for word.
    pub known: usize,
    /// Lines about something it has with other words: what the journal says stays.
    pub differs: Vec<u64>,
}

impl Compared {
    /// How many of the new rows are days, entries and sessions.
    pub fn kinds(&self) -> (usize, usize, usize) {
        let count = |place: u8| self.new.iter().filter(|row| row.says.place() == place).count();
        (count(0), count(1), count(2))
    }

    /// New notes that are marked as shared with a physiotherapist.
    pub fn shared_notes(&self) -> usize {
        let shared = |row: &&Row| matches!(&row.says, Says::Entry(body) if body.share_note && !body.note.is_empty());
        self.new.iter().filter(shared).count()
    }
}

/// A file before it is taken.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The file.
    pub file: Import,
    /// What it says; nothing once it was taken.
    pub reading: Reading,
    /// Beside the journal.
    pub compared: Compared,
}

/// Keeps a file for its preview and returns its id. One file waits at a time.
///
/// # Errors
/// Refused with what is wrong with the file.
pub fn hand_in(store: &Store, who: &PatientAccess<Own>, content: &str, moment: Moment) -> Result<String, CareError> {
    read(content, moment).map_err(refused)?;
    let file = Import {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        content: content.to_owned(),
        taken: 0,
        uploaded_at: moment.utc,
        taken_at: None,
    };
    store.write(|tx| Ok::<_, CareError>(imports::wait(tx, who, &file)?))?;
    Ok(file.id)
}

fn refused(key: &'static str) -> CareError {
    CareError::refused("file", file_words().file_problem(key))
}

/// What would be taken from a file.
pub fn preview(store: &Store, who: &PatientAccess<Own>, id: &str, moment: Moment) -> Result<Preview, CareError> {
    store.read(|tx| {
        let file = imports::one(tx, who, id)?;
        if file.taken_at.is_some() {
            return Ok(Preview { file, reading: Reading::default(), compared: Compared::default() });
        }
        let reading = read(&file.content, moment).map_err(refused)?;
        let compared = compare(tx, who, &reading, moment)?;
        Ok(Preview { file, reading, compared })
    })
}

/// What a row says, whoever may read its note.
fn unshared(says: &Says) -> Says {
    match says {
        Says::Entry(body) => Says::Entry(Box::new(EntryBody { share_note: false, ..EntryBody::clone(body) })),
        other => other.clone(),
    }
}

fn compare(tx: &mut ReadTx, who: &PatientAccess<Own>, reading: &Reading, moment: Moment) -> Result<Compared, CareError> {
    let journal = shown(tx, who, FIRST_DAY, moment.today() + Days::new(2))?;
    let name = |row: &Row| (row.says.place(), if row.key.is_empty() { row.on.to_string() } else { row.key.clone() });
    let here: HashMap<_, Row> = rows(&journal, moment.zone.name()).into_iter().map(|row| (name(&row), row)).collect();
    let mut compared = Compared::default();
    for (line, row) in &reading.rows {
        match here.get(&name(row)) {
            None => compared.new.push(row.clone()),
            Some(same) if unshared(&same.says) == unshared(&row.says) && (same.on, &same.at) == (row.on, &row.at) => compared.known += 1,
            Some(_) => compared.differs.push(*line),
        }
    }
    Ok(compared)
}

/// Takes every new row of a file into the journal, in one step; returns how many. A second time changes nothing.
/// Whether shared notes stay shared is a new choice: this is another physiotherapist, or another time.
pub fn take(store: &Store, who: &PatientAccess<Own>, id: &str, share: Option<bool>, moment: Moment) -> Result<usize, CareError> {
    store.write(|tx| {
        let file = imports::one(tx, who, id)?;
        if file.taken_at.is_some() {
            return Ok(usize::try_from(file.taken).unwrap_or(0));
        }
        let reading = read(&file.content, moment).map_err(refused)?;
        let compared = compare(tx, who, &reading, moment)?;
        if compared.new.is_empty() {
            return Err(CareError::refused("", tr_later!("There is nothing new in this file")));
        }
        if compared.shared_notes() > 0 && share.is_none() {
            return Err(CareError::refused("share", tr_later!("Choose who may read these notes")));
        }
        for row in &compared.new {
            keep(tx, who, id, row, share == Some(true))?;
        }
        let count = compared.new.len();
        imports::set_taken(tx, who, id, i32::try_from(count).unwrap_or(i32::MAX), moment.utc)?;
        oversight::note(tx, who.by(), Some(who.patient()), "added a file to the journal", moment.utc)?;
        Ok(count)
    })
}

fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, import: &str, row: &Row, share: bool) -> Result<(), StoreError> {
    let patient_id = who.patient().as_str().to_owned();
    let import_id = import.to_owned();
    match &row.says {
        Says::Day(day) => {
            let day = ImportedDay {
                patient_id,
                on_date: row.on,
                import_id,
                average: day.average,
                worst: day.worst,
                morning: day.morning,
                late: row.late,
                recorded_at: row.written_at,
                edited_at: row.changed_at,
                zone: row.zone.clone(),
            };
            imports::keep_day(tx, who, &day)
        }
        Says::Entry(body) => {
            let body = EntryBody { share_note: body.share_note && (share || body.note.is_empty()), ..EntryBody::clone(body) };
            let entry = Entry {
                id: ids::fresh(),
                patient_id,
                token: row.key.clone(),
                on_date: row.on,
                at_time: row.at.clone(),
                body: Json::new(body),
                late: row.late,
                recorded_at: row.written_at,
                edited_at: row.changed_at,
                import_id: Some(import_id),
                zone: Some(row.zone.clone()),
            };
            imports::keep_entry(tx, who, &entry)
        }
        Says::Session(said) => {
            let session = ImportedSession {
                id: ids::fresh(),
                patient_id,
                import_id,
                token: row.key.clone(),
                on_date: row.on,
                said: Json::new(said.as_ref().clone()),
                late: row.late,
                recorded_at: row.written_at,
                edited_at: row.changed_at,
                zone: row.zone.clone(),
            };
            imports::keep_session(tx, who, &session)
        }
    }
}

/// Files whose rows are in the journal, newest first.
pub fn all_taken(store: &Store, who: &PatientAccess<Own>) -> Result<Vec<Import>, CareError> {
    store.read(|tx| Ok(imports::all_taken(tx, who)?))
}

/// Gives a waiting file up, or takes back everything that came from one.
pub fn remove(store: &Store, who: &PatientAccess<Own>, id: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let file = imports::one(tx, who, id)?;
        imports::remove(tx, who, id)?;
        if file.taken_at.is_some() {
            oversight::note(tx, who.by(), Some(who.patient()), "took a file out of the journal", moment.utc)?;
        }
        Ok(())
    })
}
