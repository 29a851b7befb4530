//! Slim columns of the records of everybody in a clinic, for its outcomes: read once each, whatever its size. Nothing
//! here leaves `care::outcomes` but counts and means of groups.

use super::errors::StoreError;
use super::schema::{adverse_events, alerts, day_records, journal_entries, measures, plans, reviews, training_logs};
use super::{Json, ReadTx, clinics, closing, relations};
use crate::access::Physio;
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A plan that began.
#[derive(Debug, Clone, Queryable)]
pub struct Begun {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient: String,
    /// First day.
    pub started_on: NaiveDate,
    /// Last day, when it is over.
    pub ended_on: Option<NaiveDate>,
    /// `lapsed`, `discharged` or `finished`.
    pub end_reason: Option<String>,
}

/// Every plan that was not replaced by another before it counted, oldest first; not those of whoever took back that the
/// clinic sees their record. Whatever else is read here counts for these plans alone.
pub fn begun(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Begun>, StoreError> {
    let hidden = closing::not_given(tx, relations::SHARED)?;
    let found = plans::table.filter(plans::end_reason.is_null().or(plans::end_reason.ne("replaced")));
    let found = found.filter(plans::patient_id.eq_any(clinics::patients(physio.clinic())));
    let columns = (plans::id, plans::patient_id, plans::started_on, plans::ended_on, plans::end_reason);
    let mut found: Vec<Begun> = found.select(columns).order((plans::started_on, plans::agreed_at, plans::id)).load(tx.conn)?;
    found.retain(|plan| !hidden.contains(&plan.patient));
    Ok(found)
}

/// Who wrote something down on which day: a session, a day's pain or a journal entry that no file brought. Three
/// statements.
pub fn records(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<(String, NaiveDate)>, StoreError> {
    let here = || clinics::patients(physio.clinic());
    let logs = training_logs::table.filter(training_logs::patient_id.eq_any(here()));
    let mut all: Vec<(String, NaiveDate)> = logs.select((training_logs::patient_id, training_logs::on_date)).distinct().load(tx.conn)?;
    let days = day_records::table.filter(day_records::patient_id.eq_any(here()));
    all.extend(days.select((day_records::patient_id, day_records::on_date)).load::<(String, NaiveDate)>(tx.conn)?);
    let entries = journal_entries::table.filter(journal_entries::import_id.is_null());
    let entries = entries.filter(journal_entries::patient_id.eq_any(here()));
    all.extend(entries.select((journal_entries::patient_id, journal_entries::on_date)).distinct().load::<(String, NaiveDate)>(tx.conn)?);
    Ok(all)
}

/// A score of an instrument.
#[derive(Debug, Clone, Queryable)]
pub struct Scored {
    /// Whose.
    pub patient: String,
    /// `nprs`, `rmdq` or `psfs`.
    pub instrument: String,
    /// The person's date.
    pub on: NaiveDate,
    /// In the instrument's own range.
    pub score: f64,
}

/// Every score of these instruments, oldest first.
pub fn scores(tx: &mut ReadTx, physio: &Physio, of: &[&str]) -> Result<Vec<Scored>, StoreError> {
    let found = measures::table.filter(measures::instrument.eq_any(of.to_vec()));
    let found = found.filter(measures::patient_id.eq_any(clinics::patients(physio.clinic())));
    let columns = (measures::patient_id, measures::instrument, measures::on_date, measures::score);
    Ok(found.select(columns).order((measures::on_date, measures::recorded_at, measures::id)).load(tx.conn)?)
}

/// The one fact of a reviewed week that is wanted here.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Pain {
    #[serde(default)]
    nprs: Option<f64>,
}

/// Plan, week (from 1) and mean pain of every reviewed week that had enough days, in the order of weeks.
pub fn weekly_pain(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<(String, i32, f64)>, StoreError> {
    let found = reviews::table.filter(reviews::patient_id.eq_any(clinics::patients(physio.clinic())));
    let found = found.select((reviews::plan_id, reviews::week, reviews::facts)).order((reviews::week, reviews::id));
    let rows = found.load::<(String, i32, Json<Pain>)>(tx.conn)?;
    Ok(rows.into_iter().filter_map(|(plan, week, facts)| Some((plan, week, facts.nprs?))).collect())
}

/// Whose record an alert was raised about, and when; without alerts of one rule, which are not about a course.
pub fn alerts_raised(tx: &mut ReadTx, physio: &Physio, without: &str) -> Result<Vec<(String, UtcTime)>, StoreError> {
    let found = alerts::table.filter(alerts::rule.ne(without));
    let found = found.filter(alerts::patient_id.eq_any(clinics::patients(physio.clinic())));
    Ok(found.select((alerts::patient_id, alerts::raised_at)).load(tx.conn)?)
}

/// Who had an adverse event, and on which day.
pub fn events(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<(String, NaiveDate)>, StoreError> {
    let found = adverse_events::table.filter(adverse_events::patient_id.eq_any(clinics::patients(physio.clinic())));
    Ok(found.select((adverse_events::patient_id, adverse_events::happened_on)).load(tx.conn)?)
}
