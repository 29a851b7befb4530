//! Logging what was done: a session's exercises and quotas, the day's average, the next morning.

use super::CareError;
use super::course;
use super::journal::{check_day, pain_days};
use super::safety;
use crate::access::{MayRead, MayRecord, Own, PatientAccess};
use crate::clinical::codes::Colour;
use crate::clinical::exercise::{is_own, library};
use crate::clinical::journal::usual_pain;
use crate::clinical::session::{Part, colour, own_colour};
use crate::clinical::thresholds::Thresholds;
use crate::clock::Moment;
use crate::ids;
use crate::store::logs::{ItemLog, QuotaLog, TrainingLog};
use crate::store::reviews::CheckAnswers;
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, exercises, intake, logs, patient_rules, plans, played};
use chrono::{Days, NaiveDate};

/// A session as the person logged it.
#[derive(Debug, Clone)]
pub struct NewLog {
    /// The person's date.
    pub on: NaiveDate,
    /// Exercises.
    pub items: Vec<ItemLog>,
    /// Quotas.
    pub quotas: Vec<QuotaLog>,
    /// Worst pain during, 0–10.
    pub during: Option<u8>,
    /// Effort, 0–10.
    pub effort: Option<u8>,
    /// A symptom of the stop rule occurred.
    pub stop_symptom: bool,
    /// "Anything new" was answered yes.
    pub anything_new: bool,
    /// Free words.
    pub note: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Key of the "anything new" line in stored checks: all five groups of danger signs are asked.
pub const ANYTHING_NEW: &str = "anything_new";

fn check(log: &NewLog) -> Result<(), CareError> {
    let exercised = log.items.iter().any(|item| item.done != logs::Done::Not);
    if log.items.is_empty() && log.quotas.iter().all(|q| q.amount.is_none()) {
        return Err(CareError::refused("", tr_later!("Say what you did, or that you did not do it")));
    }
    if exercised && log.during.is_none() {
        return Err(CareError::refused("during", tr_later!("Choose your worst pain during the exercises, from 0 to 10")));
    }
    if exercised && log.effort.is_none() {
        return Err(CareError::refused("effort", tr_later!("Choose how hard it felt, from 0 to 10")));
    }
    Ok(())
}

fn row<M: MayRecord>(who: &PatientAccess<M>, plan_id: &str, new: &NewLog, late: bool, moment: Moment) -> TrainingLog {
    TrainingLog {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        plan_id: plan_id.to_owned(),
        on_date: new.on,
        token: new.token.clone(),
        worst_during: new.during.map(i32::from),
        effort: new.effort.map(i32::from),
        stop_symptom: new.stop_symptom,
        items: Json::new(new.items.clone()),
        quotas: Json::new(new.quotas.clone()),
        note: new.note.trim().to_owned(),
        late,
        logged_at: moment.utc,
        edited_at: None,
    }
}

/// Logs a session; the same token twice stores one. "Anything new" or a stop-rule symptom opens
/// the danger-sign questions.
pub fn log(store: &Store, who: &PatientAccess<Own>, new: &NewLog, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| log_in(tx, who, new, moment).map(|_| ()))
}

/// The same within a transaction, for whoever may record; the id of the log when it is a new one.
pub(super) fn log_in<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    new: &NewLog,
    moment: Moment,
) -> Result<Option<String>, CareError> {
    let late = check_day(new.on, moment.today())?;
    check(new)?;
    let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    if new.on < plan.started_on {
        return Err(CareError::refused("on", tr_later!("Your plan had not begun on this day")));
    }
    let row = row(who, &plan.id, new, late, moment);
    if !logs::keep(tx, who, &row)? {
        return Ok(None);
    }
    // What was played on the day is logged with it.
    played::close(tx, who, (new.on, new.on), moment.utc)?;
    if new.anything_new || new.stop_symptom {
        let answers = CheckAnswers { danger: vec![ANYTHING_NEW.to_owned()], leg: false };
        safety::keep(tx, who, &plan.id, &answers, &format!("log {}", new.token), moment)?;
    }
    course::answer_sessions(tx, who, moment)?;
    Ok(Some(row.id))
}

/// Changes a logged session; what it said before is kept.
pub fn correct(store: &Store, who: &PatientAccess<Own>, id: &str, new: &NewLog, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| correct_in(tx, who, id, new, moment))
}

/// The same within a transaction, for whoever may record.
pub(super) fn correct_in<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    id: &str,
    new: &NewLog,
    moment: Moment,
) -> Result<(), CareError> {
    check(new)?;
    let before = logs::one(tx, who, id)?;
    let newly_stopped = new.stop_symptom && !before.stop_symptom;
    let after = TrainingLog { id: before.id.clone(), ..row(who, &before.plan_id, new, before.late, moment) };
    logs::change(tx, who, &after, moment.utc)?;
    if new.anything_new || newly_stopped {
        let answers = CheckAnswers { danger: vec![ANYTHING_NEW.to_owned()], leg: false };
        safety::keep(tx, who, &before.plan_id, &answers, &format!("correct {}", ids::fresh()), moment)?;
    }
    course::answer_sessions(tx, who, moment)
}

/// Keeps a morning's pain or a day's average.
pub fn record_day(
    store: &Store,
    who: &PatientAccess<Own>,
    on: NaiveDate,
    average: Option<u8>,
    morning: Option<u8>,
    moment: Moment,
) -> Result<(), CareError> {
    store.write(|tx| record_day_in(tx, who, (on, average, morning), moment))
}

/// The same within a transaction, for whoever may record: day, its average, its morning.
pub(super) fn record_day_in<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    (on, average, morning): (NaiveDate, Option<u8>, Option<u8>),
    moment: Moment,
) -> Result<(), CareError> {
    let late = check_day(on, moment.today())?;
    logs::set_day(tx, who, on, average.map(i32::from), morning.map(i32::from), late, moment.utc)?;
    course::answer_sessions(tx, who, moment)
}

/// The average pain given at the intake a plan rests on: the usual pain while there are no days yet.
pub fn intake_average<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<f64>, CareError> {
    let submitted = intake::latest(tx, who, "submitted")?;
    Ok(submitted.and_then(|i| i.answers.get("nprs_avg").and_then(serde_json::Value::as_f64)))
}

/// How far back usual pain looks for its last seven diary days.
const USUAL_WITHIN_DAYS: u64 = 120;

/// Usual pain on a day (5.2).
pub fn usual_on<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<f64, CareError> {
    let intake_average = intake_average(tx, who)?.unwrap_or(0.0);
    Ok(usual_pain(&pain_days(tx, who, on - Days::new(USUAL_WITHIN_DAYS), on)?, on, intake_average))
}

/// What an exercise is called that this person has, or had: a clinic's own one as it was when it was given.
pub fn title_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<String, CareError> {
    if is_own(id)
        && let Some(own) = exercises::ever_given(tx, who)?.into_iter().find(|own| own.id() == id)
    {
        return Ok(own.exercise.title);
    }
    Ok(library().get(id).map_or_else(|| id.to_owned(), |e| e.title.clone()))
}

/// A logged session with its colour.
#[derive(Debug, Clone)]
pub struct Coloured {
    /// The session.
    pub log: TrainingLog,
    /// Its colour; `None` when it had no exercise or no pain was given.
    pub colour: Option<Colour>,
    /// Pain of the next morning and usual pain, of which exercises have their own colours.
    after: Option<f64>,
    usual: f64,
    /// The numbers that held for the person on that day.
    clinic: Thresholds,
}

impl Coloured {
    /// Pain of the next morning; none while it is not answered.
    pub fn after(&self) -> Option<f64> {
        self.after
    }

    /// Usual pain on the day of the session.
    pub fn usual(&self) -> f64 {
        self.usual
    }

    /// The numbers that held for the person on that day.
    pub fn clinic(&self) -> Thresholds {
        self.clinic
    }

    /// The colour of one of its exercises (13 no. 7); `None` when its pain is not known.
    pub fn colour_of(&self, exercise: &str) -> Option<Colour> {
        let item = self.log.items.iter().find(|item| item.exercise == exercise)?;
        let said = self.log.items.iter().any(|item| item.brought_on);
        let part = match (said, item.brought_on) {
            (false, _) => Part::NotSaid,
            (true, true) => Part::BroughtOn,
            (true, false) => Part::Others,
        };
        match self.log.worst_during {
            Some(during) => own_colour(part, f64::from(during), self.after, self.usual, self.log.stop_symptom, &self.clinic),
            None => self.colour,
        }
    }
}

/// Sessions from `from` to `to` inclusive with their colours (5.2, 13 no. 7).
pub fn coloured<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate, to: NaiveDate) -> Result<Vec<Coloured>, CareError> {
    let rules = patient_rules::timeline(tx, who)?;
    coloured_with(tx, who, (from, to), |day| rules.thresholds_on(day))
}

/// The same with numbers for each day that somebody thinks of.
pub(super) fn coloured_with<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    (from, to): (NaiveDate, NaiveDate),
    numbers: impl Fn(NaiveDate) -> Thresholds,
) -> Result<Vec<Coloured>, CareError> {
    let intake_average = intake_average(tx, who)?.unwrap_or(0.0);
    // Usual pain looks at the last seven diary days, however far back they lie.
    let pains = pain_days(tx, who, from - Days::new(USUAL_WITHIN_DAYS), to)?;
    let mornings = logs::days(tx, who, from, to + Days::new(1))?;
    let next_morning = |on: NaiveDate| mornings.iter().find(|d| d.on_date == on + Days::new(1)).and_then(|d| d.morning).map(f64::from);
    let sessions = logs::between(tx, who, from, to)?;
    Ok(sessions
        .into_iter()
        .map(|log| {
            let usual = usual_pain(&pains, log.on_date, intake_average);
            let clinic = numbers(log.on_date);
            let during = log.worst_during.filter(|_| log.has_exercise()).map(f64::from);
            let after = next_morning(log.on_date);
            let colour = during.map(|during| colour(during, after, usual, log.stop_symptom, &clinic));
            let colour = if log.stop_symptom { Some(Colour::Red) } else { colour };
            Coloured { log, colour, after, usual, clinic }
        })
        .collect())
}
