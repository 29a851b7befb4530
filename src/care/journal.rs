//! Writing the pain journal, and reading days out of it.

use super::CareError;
use super::course;
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::journal::day_pain;
use crate::clock::Moment;
use crate::ids;
use crate::store::journal::{Entry, EntryBody};
use crate::store::logs::DayNumbers;
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
        return Err(CareError::refused("on", tr_later!("Choose today or a day that has passed")));
    }
    if on < today - Days::new(BACK_DATED_DAYS) {
        return Err(CareError::refused("on", tr_later!("You can go back at most 7 days")));
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

pub(super) fn check_body(body: &EntryBody) -> Result<(), CareError> {
    let says_nothing = EntryBody { share_note: body.share_note, ..EntryBody::default() } == *body;
    if says_nothing { Err(CareError::refused("back", tr_later!("Answer at least one question, or write a note"))) } else { Ok(()) }
}

/// Writes an entry. A repeated submission changes nothing.
pub fn write(store: &Store, who: &PatientAccess<Own>, new: &NewEntry, moment: Moment) -> Result<(), CareError> {
    let late = check_day(new.on, moment.today())?;
    if new.on == moment.today() && new.at > moment.time() + chrono::Duration::minutes(5) {
        return Err(CareError::refused("at", tr_later!("Choose a time that has passed")));
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
        import_id: None,
        zone: None,
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

/// Lets the physiotherapist read a note, or no longer. The choice is kept like every other change.
pub fn share(store: &Store, who: &PatientAccess<Own>, id: &str, shared: bool, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let before = journal::one(tx, who, id)?;
        if before.body.share_note != shared && !before.body.note.is_empty() {
            let body = EntryBody { share_note: shared, ..EntryBody::clone(&before.body) };
            journal::change(tx, who, &before, &body, moment.utc)?;
        }
        Ok(())
    })
}

/// Adds to the numbers of a day; one that is not given stays as it was.
pub fn add_numbers(store: &Store, who: &PatientAccess<Own>, on: NaiveDate, given: DayNumbers, moment: Moment) -> Result<(), CareError> {
    set_numbers(store, who, on, moment, |before| given.or(before))
}

/// Makes a day say these numbers and no others; what it said before is kept.
pub fn rewrite_day(store: &Store, who: &PatientAccess<Own>, on: NaiveDate, says: DayNumbers, moment: Moment) -> Result<(), CareError> {
    set_numbers(store, who, on, moment, |_| says)
}

fn set_numbers(
    store: &Store,
    who: &PatientAccess<Own>,
    on: NaiveDate,
    moment: Moment,
    says: impl Fn(DayNumbers) -> DayNumbers,
) -> Result<(), CareError> {
    let late = check_day(on, moment.today())?;
    store.write(|tx| {
        let before = logs::day(tx, who, on)?.map(|record| record.numbers()).unwrap_or_default();
        let says = says(before);
        if worst_is_below(says) {
            return Err(CareError::refused("worst", tr_later!("The worst pain of a day cannot be lower than its average")));
        }
        logs::put_day(tx, who, on, says, late, moment.utc)?;
        course::answer_sessions(tx, who, moment)
    })
}

/// Whether a day's worst pain is said to be lower than its average.
pub fn worst_is_below(day: DayNumbers) -> bool {
    day.average.zip(day.worst).is_some_and(|(average, worst)| worst < average)
}

/// A note that the patient shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedNote {
    /// The person's date.
    pub on: NaiveDate,
    /// Their words.
    pub note: String,
    /// It came from a file.
    pub imported: bool,
}

/// Notes that the patient shares, newest first: the only way in which others read any.
pub fn shared_notes<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<SharedNote>, CareError> {
    let entries = journal::all_between(tx, who, from, to)?;
    let shared = entries.into_iter().rev().filter(|entry| entry.body.share_note && !entry.body.note.is_empty());
    Ok(shared.map(|e| SharedNote { on: e.on_date, imported: e.import_id.is_some(), note: e.body.into_inner().note }).collect())
}

/// The pain of every diary day from `from` to `to` inclusive (13 no. 4); days without any answer are absent, and
/// what came from a file is no answer: it was not given to this programme.
pub fn pain_days<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<(NaiveDate, f64)>, CareError> {
    let entries = journal::between(tx, who, from, to)?;
    let records = logs::days(tx, who, from, to)?;
    let entries = entries.iter().map(|entry| (entry.on_date, entry.body.pain()));
    Ok(pains_of(entries, records.iter().map(|record| (record.on_date, record.numbers()))))
}

/// The pain of each day (13 no. 4), from its entries and its numbers; a day without any is absent.
pub(super) fn pains_of(
    entries: impl Iterator<Item = (NaiveDate, Option<u8>)>,
    days: impl Iterator<Item = (NaiveDate, DayNumbers)>,
) -> Vec<(NaiveDate, f64)> {
    let mut all: BTreeMap<NaiveDate, (Vec<f64>, DayNumbers)> = BTreeMap::new();
    for (on, pain) in entries {
        all.entry(on).or_default().0.extend(pain.map(f64::from));
    }
    for (on, numbers) in days {
        all.entry(on).or_default().1 = numbers;
    }
    let pain = |pains: &[f64], day: DayNumbers| day_pain(day.average.map(f64::from), pains, day.morning.map(f64::from));
    all.into_iter().filter_map(|(on, (pains, day))| pain(&pains, day).map(|pain| (on, pain))).collect()
}
