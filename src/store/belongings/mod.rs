//! Whose every table and column is: ONE list, from which a person's copy of their data and its erasing are made.
//!
//! The statements are built from names of the list alone, never from anything somebody typed; the one value is the
//! identity of whom it is about, and that is bound. A test compares the list with the migrated schema of both databases,
//! so a new table or column fails until somebody has decided what becomes of it.

mod list;

pub use list::TABLES;

use super::errors::StoreError;
use super::schema::{audit, care_relations, users};
use super::{ReadTx, WriteTx, clinics};
use crate::access::{Job, MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use std::collections::BTreeMap;

/// Whose a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A person's: the rows for which this condition holds, `$1` being the identity of the account.
    Person(&'static str),
    /// The clinic's or its staff's, and why nothing of a patient is in it.
    Clinic(&'static str),
    /// The program's own, and why nothing of a patient is in it.
    Program(&'static str),
}

/// What becomes of a person's rows when the account is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They go.
    Erased,
    /// They are part of the record of a treatment: where somebody was treated they go into the locked archive first, by
    /// the law named in [`LAW`]. From the tables they go in any case.
    Sealed,
    /// They stay, with an identity that names nobody any more, for this reason.
    Kept(&'static str),
    /// No rows of persons.
    Nobodys,
}

/// The law by which a clinic keeps the record of a treatment. How long is the clinic's to set (`GRADUS_KEEP_YEARS`).
pub const LAW: &str = "German Civil Code (BGB) § 630f (3): the record of a treatment is kept for 10 years after it ended";

/// What stands in a column and how it goes into a person's copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identity or the token of a form: in the files for machines, not in the readable one.
    Id,
    /// Text, or JSON.
    Text,
    /// Text that a patient keeps to themselves and the clinic never reads: in their copy, and never in a locked record.
    Private,
    /// Yes or no.
    Yes,
    /// A number.
    Number,
    /// A date.
    Date,
    /// An instant.
    At,
    /// The account of somebody who acted: goes out as their name.
    Who,
    /// What opens something (the hash of a password or a link's secret, the contents of a session): whoever reads a copy
    /// of it could act as its person, and it says nothing about them. Never in the copy.
    Secret,
    /// Bytes, of the clinic's pictures and of locked archives. Never in the copy.
    Bytes,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub kind: Kind,
}

impl Column {
    /// Whether it goes into a person's copy.
    pub const fn is_exported(&self) -> bool {
        !matches!(self.kind, Kind::Secret | Kind::Bytes)
    }

    /// Whether it goes into the locked record of a treatment, where its table does.
    pub const fn is_locked(&self) -> bool {
        self.is_exported() && !matches!(self.kind, Kind::Private)
    }
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Whose it is.
    pub whose: Whose,
    /// What becomes of a person's rows.
    pub fate: Fate,
    /// Every column.
    pub columns: &'static [Column],
}

impl Table {
    /// The condition for a person's rows; none when it has no rows of persons.
    pub const fn condition(&self) -> Option<&'static str> {
        match self.whose {
            Whose::Person(condition) => Some(condition),
            Whose::Clinic(_) | Whose::Program(_) => None,
        }
    }

    /// The columns that go into a person's copy.
    pub fn exported(&self) -> impl Iterator<Item = &'static Column> {
        self.columns.iter().filter(|column| column.is_exported())
    }
}

/// A value of a row as text the same for both databases: `true`/`false`, `2026-03-02`, `2026-03-02 09:00:00`. None: NULL.
pub type Value = Option<String>;

/// Capabilities that may read the whole of a record, private notes included: its person, and the job that erases it.
pub trait Whole: MayRead {}
impl Whole for Own {}
impl Whole for Job {}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// A column as text that ends before the next `|`: what it says begins with `=`, and NULL is empty.
fn encoded(column: &Column) -> String {
    let name = column.name;
    format!("CASE WHEN \"{name}\" IS NULL THEN '' ELSE '=' || REPLACE(REPLACE(CAST(\"{name}\" AS TEXT), '\\', '\\\\'), '|', '\\p') END")
}

fn decoded(cell: &str, kind: Kind) -> Value {
    let said = cell.strip_prefix('=')?;
    let mut text = String::with_capacity(said.len());
    let mut letters = said.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(if letters.next() == Some('p') { '|' } else { '\\' }),
            other => text.push(other),
        }
    }
    Some(match kind {
        // SQLite counts, PostgreSQL says the word.
        Kind::Yes => if matches!(text.as_str(), "1" | "t" | "true") { "true" } else { "false" }.to_owned(),
        Kind::At => text.replacen('T', " ", 1),
        _ => text,
    })
}

/// One person's rows of a table, oldest first, with the values of its exported columns in the list's order.
pub fn rows<M: Whole>(tx: &mut ReadTx, who: &PatientAccess<M>, table: &Table) -> Result<Vec<Vec<Value>>, StoreError> {
    let Some(condition) = table.condition() else { return Ok(Vec::new()) };
    let columns: Vec<&Column> = table.exported().collect();
    let line = columns.iter().map(|column| encoded(column)).collect::<Vec<_>>().join(" || '|' || ");
    let in_time = columns.iter().find(|column| matches!(column.kind, Kind::At | Kind::Date));
    let order = in_time.or(columns.first()).map_or("1", |column| column.name);
    let sql = format!("SELECT {line} AS line FROM {} WHERE {condition} ORDER BY \"{order}\", 1", table.name);
    let found: Vec<Line> = sql_query(sql).bind::<Text, _>(who.patient().as_str()).load(tx.conn)?;
    let row = |line: &Line| columns.iter().zip(line.line.split('|')).map(|(column, cell)| decoded(cell, column.kind)).collect();
    Ok(found.iter().map(row).collect())
}

/// Names of the staff of the person's own clinic by identity, for the columns that say who acted.
pub fn staff_names<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<BTreeMap<String, String>, StoreError> {
    let clinic = clinics::of(tx, who)?;
    let here = users::table.filter(users::clinic_id.eq(clinic.as_str())).filter(users::is_patient.eq(false));
    let staff = here.select((users::id, users::name));
    Ok(staff.load::<(String, String)>(tx.conn)?.into_iter().collect())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    rows: i64,
}

/// Whether somebody of the clinic had a part in this person's treatment: was in charge, or stands in a row of the
/// treatment record as whoever acted.
pub fn was_treated(tx: &mut ReadTx, who: &PatientAccess<Job>) -> Result<bool, StoreError> {
    for table in TABLES.iter().filter(|table| table.fate == Fate::Sealed) {
        let Some(condition) = table.condition() else { continue };
        for column in table.columns.iter().filter(|column| column.kind == Kind::Who) {
            let (name, column) = (table.name, column.name);
            let sql =
                format!("SELECT COUNT(*) AS rows FROM {name} WHERE ({condition}) AND \"{column}\" IS NOT NULL AND \"{column}\" <> $1");
            let found: Count = sql_query(sql).bind::<Text, _>(who.patient().as_str()).get_result(tx.conn)?;
            if found.rows > 0 {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// When the treatment ended: when nobody of the clinic was in charge any more, or when somebody else than the patient last
/// did one of these things about the record. `now` while somebody is in charge, and where nothing says when it was.
pub fn treated_until(tx: &mut ReadTx, who: &PatientAccess<Job>, acts: &[&str], now: UtcTime) -> Result<UtcTime, StoreError> {
    let me = who.patient().as_str();
    let relations: Vec<(Option<UtcTime>, Option<UtcTime>)> = care_relations::table
        .filter(care_relations::patient_id.eq(me))
        .select((care_relations::ended_at, care_relations::until_at))
        .load(tx.conn)?;
    let others = audit::table.filter(audit::patient_id.eq(me)).filter(audit::actor_id.ne(me)).filter(audit::action.eq_any(acts));
    let last: Option<UtcTime> = others.select(max(audit::at)).get_result(tx.conn)?;
    // A look in an emergency ends by itself.
    let ends = relations.into_iter().map(|(ended, until)| ended.or(until).unwrap_or(now));
    Ok(ends.chain(last).max().map_or(now, |end| end.min(now)))
}

/// Takes every row of a person out of every table, what stays by [`Fate::Kept`] aside. The list names parents first, so
/// it is gone through from its end.
pub fn erase(tx: &mut WriteTx, who: &PatientAccess<Job>) -> Result<(), StoreError> {
    for table in TABLES.iter().rev().filter(|table| matches!(table.fate, Fate::Erased | Fate::Sealed)) {
        let Some(condition) = table.condition() else { continue };
        let sql = format!("DELETE FROM {} WHERE {condition}", table.name);
        sql_query(sql).bind::<Text, _>(who.patient().as_str()).execute(tx.conn)?;
    }
    Ok(())
}

/// The account whose waiting time is over by an instant, if any: `before` is the latest at which it was asked for.
pub fn due(tx: &mut ReadTx, before: UtcTime) -> Result<Vec<crate::ids::PatientId>, StoreError> {
    let found = users::table.filter(users::closing_at.le(before)).filter(users::is_patient.eq(true)).select(users::id);
    let ids: Vec<String> = found.order((users::closing_at, users::id)).load(tx.conn)?;
    Ok(ids.into_iter().map(crate::ids::PatientId::from_text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_with_the_marks_of_the_encoding_reads_back() {
        // As both databases write `a|b\c`.
        assert_eq!(decoded("=a\\pb\\\\c", Kind::Text).as_deref(), Some("a|b\\c"));
        assert_eq!(decoded("=", Kind::Text).as_deref(), Some(""));
        assert_eq!(decoded("", Kind::Text), None);
        assert_eq!((decoded("=1", Kind::Yes).as_deref(), decoded("=false", Kind::Yes).as_deref()), (Some("true"), Some("false")));
        assert_eq!(decoded("=2026-03-02T09:00:00.5", Kind::At).as_deref(), Some("2026-03-02 09:00:00.5"));
    }

    #[test]
    fn every_table_of_persons_has_a_fate_and_no_other_has() {
        for table in TABLES {
            assert_eq!(table.condition().is_some(), table.fate != Fate::Nobodys, "{}", table.name);
        }
    }
}
