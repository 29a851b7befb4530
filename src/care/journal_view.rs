//! The journal as its person sees it: what was written here and what came from files, together. Made for the
//! patient's own eyes and file alone; nothing decides by it, and the type of the capability says so.

use super::CareError;
use super::journal::pains_of;
use crate::access::{Own, PatientAccess};
use crate::clock::UtcTime;
use crate::store::journal::Entry;
use crate::store::logs::{DayNumbers, SessionSaid, day_key};
use crate::store::{ReadTx, imports, journal, logs};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Where something comes from and when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Written down on a later day.
    pub late: bool,
    /// When it was written down.
    pub at: UtcTime,
    /// When it was last changed.
    pub changed_at: Option<UtcTime>,
    /// It came from a file.
    pub imported: bool,
    /// Time zone its day is meant in; nothing: the person's own.
    pub zone: Option<String>,
}

/// The numbers of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownDay {
    /// What they are: the person's own answer before one from a file, number by number.
    pub says: DayNumbers,
    /// Where from.
    pub written: Written,
}

/// A session.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownSession {
    /// Identity of one that was logged here; nothing for one of a file.
    pub id: Option<String>,
    /// Its key in files.
    pub token: String,
    /// The person's date.
    pub on: NaiveDate,
    /// What it says.
    pub said: SessionSaid,
    /// Where from.
    pub written: Written,
}

/// A stretch of the journal.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Entries, oldest first.
    pub entries: Vec<Entry>,
    /// Numbers of days.
    pub days: BTreeMap<NaiveDate, ShownDay>,
    /// Sessions, oldest first.
    pub sessions: Vec<ShownSession>,
    /// Names of everything of which an earlier version is kept.
    pub changed: BTreeSet<String>,
}

impl Shown {
    /// The pain of each day with an answer, as the chart shows it.
    pub fn pain(&self) -> Vec<(NaiveDate, f64)> {
        let entries = self.entries.iter().map(|entry| (entry.on_date, entry.body.pain()));
        pains_of(entries, self.days.iter().map(|(on, day)| (*on, day.says)))
    }
}

/// The journal from `from` to `to` inclusive.
pub fn shown(tx: &mut ReadTx, who: &PatientAccess<Own>, from: NaiveDate, to: NaiveDate) -> Result<Shown, CareError> {
    let changed = logs::changed(tx, who)?;
    let mut days: BTreeMap<NaiveDate, ShownDay> = BTreeMap::new();
    for day in imports::days(tx, who, from, to)? {
        let written =
            Written { late: day.late, at: day.recorded_at, changed_at: day.edited_at, imported: true, zone: Some(day.zone.clone()) };
        days.insert(day.on_date, ShownDay { says: day.numbers(), written });
    }
    for day in logs::days(tx, who, from, to)? {
        let changed_at = changed.contains(&day_key(day.on_date)).then_some(day.recorded_at);
        let written = Written { late: day.late, at: day.recorded_at, changed_at, imported: false, zone: None };
        let of_file = days.get(&day.on_date).map(|day| day.says).unwrap_or_default();
        // A day on which everything was taken back says nothing of its own.
        if day.numbers() != DayNumbers::default() {
            days.insert(day.on_date, ShownDay { says: day.numbers().or(of_file), written });
        }
    }
    Ok(Shown { entries: journal::all_between(tx, who, from, to)?, days, sessions: sessions(tx, who, from, to)?, changed })
}

fn sessions(tx: &mut ReadTx, who: &PatientAccess<Own>, from: NaiveDate, to: NaiveDate) -> Result<Vec<ShownSession>, CareError> {
    let mut sessions = Vec::new();
    for log in logs::between(tx, who, from, to)? {
        let written = Written { late: log.late, at: log.logged_at, changed_at: log.edited_at, imported: false, zone: None };
        sessions.push(ShownSession { said: log.said(), id: Some(log.id), token: log.token, on: log.on_date, written });
    }
    for log in imports::sessions(tx, who, from, to)? {
        let written = Written { late: log.late, at: log.recorded_at, changed_at: log.edited_at, imported: true, zone: Some(log.zone) };
        sessions.push(ShownSession { said: log.said.into_inner(), id: None, token: log.token, on: log.on_date, written });
    }
    sessions.sort_by(|a, b| (a.on, a.written.at, &a.token).cmp(&(b.on, b.written.at, &b.token)));
    Ok(sessions)
}

/// The first day of which anything is written down.
pub fn first_day(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<Option<NaiveDate>, CareError> {
    let first = [journal::first_day(tx, who)?, logs::first_day(tx, who)?, logs::first_session(tx, who)?, imports::first_day(tx, who)?];
    Ok(first.into_iter().flatten().min())
}
