//! Keying in a week from paper: what may be entered, what is there already, and all of it or nothing.

use super::person;
use crate::access::{MayRead, PatientAccess, Scribe};
use crate::care::CareError;
use crate::care::journal::BACK_DATED_DAYS;
use crate::care::logging::{ANYTHING_NEW, NewLog, correct_in, log_in, record_day_in};
use crate::care::safety;
use crate::clock::{Moment, UtcTime};
use crate::lang::{Text, dates};
use crate::store::logs::{DayRecord, Done, ItemLog, QuotaLog, TrainingLog};
use crate::store::paper::{Entry, Sheet};
use crate::store::reviews::CheckAnswers;
use crate::store::{ReadTx, Store, StoreError, WriteTx, logs, oversight, paper, plans};
use chrono::{Days, NaiveDate};

/// The answer to the safety line of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusual {
    /// Nothing.
    No,
    /// Stopped because of a symptom of the stop rule.
    Stopped,
    /// A new symptom.
    New,
}

/// What one day of a sheet says.
#[derive(Debug, Clone, Default)]
pub struct PaperDay {
    /// The date.
    pub on: Option<NaiveDate>,
    /// Exercises, once one of them was marked.
    pub items: Vec<ItemLog>,
    /// Daily amounts that were written.
    pub quotas: Vec<QuotaLog>,
    /// Worst pain during.
    pub during: Option<u8>,
    /// Effort.
    pub effort: Option<u8>,
    /// Pain on waking.
    pub morning: Option<u8>,
    /// The day's average.
    pub average: Option<u8>,
    /// The safety line.
    pub unusual: Option<Unusual>,
    /// What is there already is changed to what the paper says, because somebody asked for that.
    pub anew: bool,
}

impl PaperDay {
    /// Something was done, or said not to have been.
    pub fn has_session(&self) -> bool {
        !self.items.is_empty() || !self.quotas.is_empty()
    }

    /// Nothing is written on it.
    pub fn is_empty(&self) -> bool {
        let numbers = [self.during, self.effort, self.morning, self.average];
        !self.has_session() && self.unusual.is_none() && numbers.iter().all(Option::is_none)
    }
}

/// What a day on paper lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Worst pain during, though something was exercised.
    During,
    /// Effort, though something was exercised.
    Effort,
    /// Pain or effort without a mark at an exercise.
    Exercises,
    /// The safety line, though something was done.
    Unusual,
}

/// What a day lacks before it can be kept. SAFETY(patient): the safety line of a day on which something was done is
/// never taken for "no" when it is empty, as online.
pub fn missing(day: &PaperDay) -> Vec<Missing> {
    let exercised = day.items.iter().any(|item| item.done != Done::Not);
    let felt = day.during.is_some() || day.effort.is_some();
    let mut lacks = Vec::new();
    if exercised && day.during.is_none() {
        lacks.push(Missing::During);
    }
    if exercised && day.effort.is_none() {
        lacks.push(Missing::Effort);
    }
    if felt && day.items.is_empty() {
        lacks.push(Missing::Exercises);
    }
    if (day.has_session() || felt) && day.unusual.is_none() {
        lacks.push(Missing::Unusual);
    }
    lacks
}

/// Whether, and why not, a day of a sheet can be keyed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// It can.
    Yes,
    /// It has not come yet.
    Ahead,
    /// It is longer ago than can be written down (13 no. 5).
    TooOld,
    /// The plan that is under way had not begun.
    BeforePlan,
}

/// A day of a sheet with what is there already.
#[derive(Debug, Clone)]
pub struct DayThere {
    /// The date.
    pub on: NaiveDate,
    /// Whether it can be keyed in.
    pub open: Open,
    /// Sessions logged.
    pub logs: Vec<TrainingLog>,
    /// Its two numbers.
    pub record: Option<DayRecord>,
}

impl DayThere {
    /// Something is there.
    pub fn has_anything(&self) -> bool {
        !self.logs.is_empty() || self.record.is_some()
    }

    /// It can be changed to what the paper says: with several sessions nobody knows which is meant.
    pub fn can_change(&self) -> bool {
        self.open == Open::Yes && self.has_anything() && self.logs.len() < 2
    }
}

/// The days of a sheet as the record has them.
pub fn there<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, sheet: &Sheet, today: NaiveDate) -> Result<Vec<DayThere>, CareError> {
    let begun = plans::active(tx, who)?.map(|plan| plan.started_on);
    let open = |on: NaiveDate| match begun {
        _ if on > today => Open::Ahead,
        _ if on < today - Days::new(BACK_DATED_DAYS) => Open::TooOld,
        Some(begun) if on >= begun => Open::Yes,
        _ => Open::BeforePlan,
    };
    let to = sheet.week_from + Days::new(6);
    let (all, records) = (logs::between(tx, who, sheet.week_from, to)?, logs::days(tx, who, sheet.week_from, to)?);
    let day = |on: NaiveDate| DayThere {
        on,
        open: open(on),
        logs: all.iter().filter(|log| log.on_date == on).cloned().collect(),
        record: records.iter().find(|record| record.on_date == on).cloned(),
    };
    Ok(sheet.asks.days.iter().map(|asked| day(asked.on)).collect())
}

/// What came of keying in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// Days that were kept.
    pub days: usize,
    /// A danger sign or a stop was among them: its questions are open now.
    pub safety: bool,
}

fn refused(why: &Text) -> CareError {
    CareError::refused("", why.clone())
}

/// Keys in the days of a sheet, all or nothing. A submission that was kept before changes nothing.
///
/// # Errors
/// Refused with the day's name when a day cannot be entered, lacks something, or is there already and was not asked
/// to be changed.
pub fn enter(
    store: &Store,
    who: &PatientAccess<Scribe>,
    code: &str,
    days: &[PaperDay],
    token: &str,
    now: UtcTime,
) -> Result<Entered, CareError> {
    let mut written: Vec<&PaperDay> = days.iter().filter(|day| !day.is_empty()).collect();
    written.sort_by_key(|day| day.on);
    let safety = written.iter().any(|day| matches!(day.unusual, Some(Unusual::Stopped | Unusual::New)));
    store.write(|tx| {
        let (_, moment) = person(tx, who, now)?;
        let sheet = paper::by_code(tx, who, code)?;
        if paper::knows(tx, who, &sheet.id, token)? {
            return Ok(Entered { days: written.len(), safety });
        }
        if written.is_empty() {
            return Err(CareError::refused("", tr_later!("Nothing is entered yet. Fill in at least one day")));
        }
        let present = there(tx, who, &sheet, moment.today())?;
        for day in &written {
            let on = day.on.ok_or(StoreError::NotFound)?;
            let there = present.iter().find(|there| there.on == on).ok_or(StoreError::NotFound)?;
            let log_id = keep(tx, who, &sheet, day, there, moment)?;
            let entry = Entry {
                sheet_id: sheet.id.clone(),
                on_date: on,
                patient_id: who.patient().as_str().to_owned(),
                token: token.to_owned(),
                log_id,
                entered_by: who.by().map(|by| by.as_str().to_owned()),
                entered_at: moment.utc,
            };
            paper::note(tx, who, &entry)?;
        }
        oversight::note(tx, who.by(), Some(who.patient()), "entered a week from paper", now)?;
        Ok(Entered { days: written.len(), safety })
    })
}

fn keep(
    tx: &mut WriteTx,
    who: &PatientAccess<Scribe>,
    sheet: &Sheet,
    day: &PaperDay,
    there: &DayThere,
    moment: Moment,
) -> Result<Option<String>, CareError> {
    let on = there.on;
    match there.open {
        Open::Yes => {}
        Open::Ahead => return Err(refused(&text!("{day}: this day has not come yet", day = dates::day(on)))),
        Open::TooOld => {
            return Err(refused(&text!("{day}: this day is more than 7 days ago and cannot be entered any more", day = dates::day(on))));
        }
        Open::BeforePlan => return Err(refused(&text!("{day}: the plan had not begun on this day", day = dates::day(on)))),
    }
    if !missing(day).is_empty() {
        return Err(refused(&text!("{day}: something is missing", day = dates::day(on))));
    }
    let log_id = if day.has_session() { keep_session(tx, who, sheet, day, there, moment)? } else { None };
    if !day.has_session() && matches!(day.unusual, Some(Unusual::Stopped | Unusual::New)) {
        // A symptom on a day without a mark at an exercise opens the same questions as one in a log.
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        let answers = CheckAnswers { danger: vec![ANYTHING_NEW.to_owned()], leg: false };
        safety::keep(tx, who, &plan.id, &answers, &format!("paper {} {on}", sheet.id), moment)?;
    }
    if day.morning.is_some() || day.average.is_some() {
        let before = there.record.as_ref();
        let other = |new: Option<u8>, old: Option<i32>| matches!((new, old), (Some(new), Some(old)) if i32::from(new) != old);
        let differs = before.is_some_and(|record| other(day.average, record.average) || other(day.morning, record.morning));
        if differs && !day.anew {
            return Err(refused(&text!("{day}: there is an answer for this day already", day = dates::day(on))));
        }
        record_day_in(tx, who, (on, day.average, day.morning), moment)?;
    }
    Ok(log_id)
}

/// What the paper says beside what is there and the sheet did not ask about: that stays.
fn beside(sheet: &Sheet, day: &PaperDay, there: &DayThere) -> (Vec<ItemLog>, Vec<QuotaLog>, Option<u8>, Option<u8>) {
    let (mut items, mut quotas, mut during, mut effort) = (day.items.clone(), day.quotas.clone(), day.during, day.effort);
    let asked = sheet.asks.days.iter().find(|asked| asked.on == there.on);
    if let (Some(asked), [log]) = (asked, there.logs.as_slice()) {
        items.extend(log.items.iter().filter(|item| !asked.exercises.contains(&item.exercise)).cloned());
        quotas.extend(log.quotas.iter().filter(|q| !asked.quotas.iter().any(|a| a.activity == q.activity)).cloned());
        if asked.exercises.is_empty() {
            let number = |value: Option<i32>| value.and_then(|n| u8::try_from(n).ok());
            (during, effort) = (number(log.worst_during), number(log.effort));
        }
    }
    (items, quotas, during, effort)
}

fn keep_session(
    tx: &mut WriteTx,
    who: &PatientAccess<Scribe>,
    sheet: &Sheet,
    day: &PaperDay,
    there: &DayThere,
    moment: Moment,
) -> Result<Option<String>, CareError> {
    let (items, quotas, during, effort) = beside(sheet, day, there);
    let new = NewLog {
        on: there.on,
        items,
        quotas,
        during,
        effort,
        stop_symptom: day.unusual == Some(Unusual::Stopped),
        anything_new: day.unusual == Some(Unusual::New),
        note: there.logs.first().map(|log| log.note.clone()).unwrap_or_default(),
        token: format!("paper {} {}", sheet.id, there.on),
    };
    match there.logs.as_slice() {
        [] => log_in(tx, who, &new, moment),
        [one] if day.anew => {
            correct_in(tx, who, &one.id, &new, moment)?;
            Ok(Some(one.id.clone()))
        }
        [_] => Err(refused(&text!("{day}: this day is logged already", day = dates::day(there.on)))),
        _ => Err(refused(&text!("{day}: several sessions are logged on this day", day = dates::day(there.on)))),
    }
}
