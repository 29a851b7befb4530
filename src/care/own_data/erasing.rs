//! The end of an account: everything of it goes; where somebody was treated, the record of the treatment is locked first,
//! as the law asks.

use super::super::CareError;
use super::super::audit::words::{self, of_kind};
use super::{WAIT, sealing};
use crate::access::{Job, PatientAccess, as_job};
use crate::accounts::factors::Sealer;
use crate::clock::{Clock, UtcTime};
use crate::store::belongings::{self, Fate, LAW, TABLES};
use crate::store::{ReadTx, Store, StoreError, archives, closing, oversight};
use chrono::{Datelike, NaiveDate};
use serde_json::{Map, Value};

/// What was done in a round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Accounts that were erased.
    pub erased: usize,
    /// Of them, with a locked record.
    pub locked: usize,
    /// Why one could not be erased.
    pub failed: Option<String>,
}

/// Erases every account whose waiting time is over, and writes the database anew where something was erased. One
/// person's failure keeps nobody else waiting.
pub fn run(store: &Store, clock: &Clock, sealer: Option<&Sealer>, keep_years: u32) -> Result<Done, CareError> {
    let mut done = Done::default();
    for patient in store.read(|tx| belongings::due(tx, clock.now() - WAIT))? {
        match erase(store, &as_job(patient), sealer, keep_years, clock.now()) {
            Ok(None) => {}
            Ok(Some(locked)) => {
                done.erased += 1;
                done.locked += usize::from(locked);
            }
            Err(error) => done.failed = Some(error.to_string()),
        }
    }
    scrub(store)?;
    Ok(done)
}

/// The database is written anew after something was erased; while somebody reads it is tried again in the next round.
pub fn scrub(store: &Store) -> Result<(), CareError> {
    let Some(mark) = store.read(closing::scrub_due)? else { return Ok(()) };
    match store.scrub() {
        // What was erased meanwhile left another mark, and asks again.
        Ok(true) => Ok(store.write(|tx| closing::scrubbed(tx, &mark))?),
        Ok(false) | Err(StoreError::Busy | StoreError::Retry) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The same day so many years later; 29 February becomes 1 March.
fn years_later(at: UtcTime, years: u32) -> UtcTime {
    let year = at.year().saturating_add_unsigned(years);
    let on = at.date().with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1));
    on.map_or(at, |on| on.and_time(at.time()))
}

/// Until when the law makes a clinic keep the record: it counts from the end of the treatment, and not from the erasure.
fn kept_until(tx: &mut ReadTx, who: &PatientAccess<Job>, keep_years: u32, now: UtcTime) -> Result<UtcTime, CareError> {
    let mut acts = of_kind(words::Kind::Act);
    acts.push("letter given out");
    Ok(years_later(belongings::treated_until(tx, who, &acts, now)?, keep_years))
}

/// The record of the treatment: every row of the tables that the law makes a clinic keep, by their names, without what the
/// patient kept to themselves.
fn record(tx: &mut ReadTx, who: &PatientAccess<Job>) -> Result<(Value, Vec<&'static str>), CareError> {
    let (mut tables, mut holds) = (Map::new(), Vec::new());
    for table in TABLES.iter().filter(|table| table.fate == Fate::Sealed) {
        let rows = belongings::rows(tx, who, table)?;
        if rows.is_empty() {
            continue;
        }
        let named = |row: Vec<belongings::Value>| {
            let cells = table.exported().zip(row).filter(|(column, _)| column.is_locked());
            Value::Object(cells.map(|(column, value)| (column.name.to_owned(), value.map_or(Value::Null, Value::String))).collect())
        };
        tables.insert(table.name.to_owned(), rows.into_iter().map(named).collect());
        holds.push(table.name);
    }
    let staff: Map<String, Value> = belongings::staff_names(tx, who)?.into_iter().map(|(id, name)| (id, Value::String(name))).collect();
    let mut whole = Map::new();
    whole.insert("account".to_owned(), Value::String(who.patient().as_str().to_owned()));
    whole.insert("staff".to_owned(), Value::Object(staff));
    whole.insert("tables".to_owned(), Value::Object(tables));
    Ok((Value::Object(whole), holds))
}

/// Erases one account; whether a locked record was made of it. `None`: its person took the closing back meanwhile.
fn erase(
    store: &Store,
    who: &PatientAccess<Job>,
    sealer: Option<&Sealer>,
    keep_years: u32,
    now: UtcTime,
) -> Result<Option<bool>, CareError> {
    store.write(|tx| {
        // Asked here again: whoever presses "keep" while others are erased keeps their account.
        if !belongings::due(tx, now - WAIT)?.contains(who.patient()) {
            return Ok(None);
        }
        let until = if belongings::was_treated(tx, who)? { Some(kept_until(tx, who, keep_years, now)?) } else { None };
        // What the law asked for no longer is not locked up anew.
        let until = until.filter(|until| *until > now);
        if let Some(until) = until {
            let sealer = sealer.ok_or_else(|| StoreError::broken("a record must be locked, and GRADUS_FACTOR_KEY is not set"))?;
            let (record, holds) = record(tx, who)?;
            let sealed = sealing::seal(sealer, who.patient().as_str(), until, &record).map_err(StoreError::broken)?;
            archives::keep(tx, who, &sealed, (&holds.join(", "), LAW), (now, until))?;
        }
        // While the account still says of which clinic it is.
        oversight::note(tx, None, Some(who.patient()), "account erased", now)?;
        belongings::erase(tx, who)?;
        closing::scrub_later(tx)?;
        Ok(Some(until.is_some()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_counted_by_the_calendar() {
        let at = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).and_then(|d| d.and_hms_opt(9, 30, 0)).expect("a time");
        assert_eq!(years_later(at(2026, 3, 2), 10), at(2036, 3, 2));
        assert_eq!(years_later(at(2028, 2, 29), 10), at(2038, 3, 1));
    }
}
