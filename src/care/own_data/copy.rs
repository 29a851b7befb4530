//! A person's copy of everything that is kept about them, as values; the pages make files of it.

use super::super::CareError;
use super::super::journal_file;
use super::super::journal_view::shown;
use crate::access::{Own, PatientAccess};
use crate::clock::{Moment, UtcTime};
use crate::ids::UserId;
use crate::store::belongings::{self, Kind, TABLES, Table, Value};
use crate::store::{Store, StoreError, accounts, oversight, relations};
use chrono::{Days, NaiveDate};

/// The journal begins no earlier.
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date");

/// A table with the person's rows.
#[derive(Debug, Clone)]
pub struct Part {
    /// The table.
    pub table: &'static Table,
    /// Values of its exported columns; whoever acted is named.
    pub rows: Vec<Vec<Value>>,
}

/// Everything.
#[derive(Debug, Clone)]
pub struct Copy {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Since when they have an account.
    pub since: UtcTime,
    /// Who is in charge of them now.
    pub in_charge: Vec<String>,
    /// When it was made, on their clock.
    pub made: Moment,
    /// Every table of persons, in the list's order, also those without rows.
    pub parts: Vec<Part>,
    /// The journal as the file that can be taken into another account.
    pub journal: String,
    /// Files they uploaded: a name made by us, and the content.
    pub uploads: Vec<(String, String)>,
}

/// Whoever acted, by name: the person, somebody of the clinic, or an identity whose account is gone.
fn named(cell: &mut Value, me: (&str, &str), staff: &std::collections::BTreeMap<String, String>) {
    if let Some(id) = cell {
        let name = if id == me.0 { Some(me.1) } else { staff.get(id.as_str()).map(String::as_str) };
        if let Some(name) = name {
            *id = name.to_owned();
        }
    }
}

/// From where and with what somebody of the clinic looked is theirs to know, and no part of a patient's data: the person
/// reads who it was, what and when.
fn keep_places_of_others(table: &Table, row: &mut [Value], me: &str) {
    let place = |name: &str| table.exported().position(|column| column.name == name);
    let (Some(actor), Some(address), Some(device)) = (place("actor_id"), place("address"), place("device")) else { return };
    if row[actor].as_deref() != Some(me) {
        (row[address], row[device]) = (None, None);
    }
}

/// Reads everything at one moment, and writes down that it was taken.
pub fn gather(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<Copy, CareError> {
    store.write(|tx| {
        oversight::note(tx, who.by(), Some(who.patient()), "took a copy of all their data", moment.utc)?;
        let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
        let staff = belongings::staff_names(tx, who)?;
        let mut parts = Vec::new();
        for table in TABLES.iter().filter(|table| table.condition().is_some()) {
            let mut rows = belongings::rows(tx, who, table)?;
            let whos: Vec<usize> =
                table.exported().enumerate().filter(|(_, column)| column.kind == Kind::Who).map(|(place, _)| place).collect();
            for row in &mut rows {
                keep_places_of_others(table, row, &user.id);
                whos.iter().for_each(|place| named(&mut row[*place], (&user.id, &user.name), &staff));
            }
            parts.push(Part { table, rows });
        }
        let journal = shown(tx, who, FIRST_DAY, moment.today() + Days::new(2))?;
        let journal = journal_file::to_csv(&journal_file::rows(&journal, moment.zone.name()))?;
        let uploads = uploads(&parts);
        let in_charge = relations::in_charge_names(tx, who)?;
        Ok(Copy { name: user.name, email: user.email, since: user.created_at, in_charge, made: moment, parts, journal, uploads })
    })
}

/// The files that were uploaded and are still kept as they came.
fn uploads(parts: &[Part]) -> Vec<(String, String)> {
    let Some(part) = parts.iter().find(|part| part.table.name == "imports") else { return Vec::new() };
    let Some(place) = part.table.exported().position(|column| column.name == "content") else { return Vec::new() };
    let contents = part.rows.iter().filter_map(|row| row[place].clone()).filter(|content| !content.is_empty());
    contents.enumerate().map(|(n, content)| (format!("journal-file-{}.csv", n + 1), content)).collect()
}
