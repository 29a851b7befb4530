//! Writing the pain journal, and reading days out of it.

use super::CareError;
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::journal::day_pain;
use crate::clock::Moment;
use crate::ids;
use crate::store::journal::{Entry, EntryBody};
use crate::store::{Json, ReadTx, Store, journal, logs};
use chrono::{Days, NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// How many days back something may be written down (13 no. 5).
pub const BACK_DATED_DAYS: u64 = 7;

/// Whether something can be written down for a day; `true` means it counts as late.
///
/// # Errors
/// A sentence for the date field.
pub fn check_day(on: NaiveDate, today: NaiveDate) -> Result<bool, CareError> {
    if on > today {
        return Err(CareError::refused("on", "Choose today or a day that has passed"));
    }
    if on < today - Days::new(BACK_DATED_DAYS) {
        return Err(CareError::refused("on", "You can go back at most 7 days"));
    }
    Ok(on < today)
}

/// A new entry as the person gave it.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The person's date.
    pub on: NaiveDate,
    /// The person's time of day.
    pub at: NaiveTime,
    /// What it says.
    pub body: EntryBody,
    /// Makes a repeated submission harmless.
    pub token: String,
}

fn check_body(body: &EntryBody) -> Result<(), CareError> {
    let says_nothing = EntryBody { share_note: body.share_note, ..EntryBody::default() } == *body;
    if says_nothing { Err(CareError::refused("back", "Answer at least one question, or write a note")) } else { Ok(()) }
}

/// Writes an entry. A repeated submission changes nothing.
pub fn write(store: &Store, who: &PatientAccess<Own>, new: &NewEntry, moment: Moment) -> Result<(), CareError> {
    let late = check_day(new.on, moment.today())?;
    if new.on == moment.today() && new.at > moment.time() + chrono::Duration::minutes(5) {
        return Err(CareError::refused("at", "Choose a time that has passed"));
    }
    check_body(&new.body)?;
    let entry = Entry {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        token: new.token.clone(),
        on_date: new.on,
        at_time: new.at.format("%H:%M").to_string(),
        body: Json::new(new.body.clone()),
        late,
        recorded_at: moment.utc,
        edited_at: None,
    };
    store.write(|tx| Ok(journal::keep(tx, who, &entry).map(|_| ())?))
}

/// Changes what an entry says; its former words are kept.
pub fn rewrite(store: &Store, who: &PatientAccess<Own>, id: &str, body: &EntryBody, moment: Moment) -> Result<(), CareError> {
    check_body(body)?;
    store.write(|tx| {
        let before = journal::one(tx, who, id)?;
        if *before.body != *body {
            journal::change(tx, who, &before, body, moment.utc)?;
        }
        Ok(())
    })
}

/// The pain of every diary day from `from` to `to` inclusive (13 no. 4); days without any answer are absent.
pub fn pain_days<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(NaiveDate, f64)>, CareError> {
    let mut entries: BTreeMap<NaiveDate, Vec<f64>> = BTreeMap::new();
    for entry in journal::between(tx, who, from, to)? {
        let day = entries.entry(entry.on_date).or_default();
        day.extend(entry.body.pain().map(f64::from));
    }
    let mut numbers: BTreeMap<NaiveDate, (Option<f64>, Option<f64>)> = BTreeMap::new();
    for record in logs::days(tx, who, from, to)? {
        numbers.insert(record.on_date, (record.average.map(f64::from), record.morning.map(f64::from)));
        entries.entry(record.on_date).or_default();
    }
    Ok(entries
        .into_iter()
        .filter_map(|(date, pains)| {
            let (average, morning) = numbers.get(&date).copied().unwrap_or_default();
            day_pain(average, &pains, morning).map(|pain| (date, pain))
        })
        .collect())
}
