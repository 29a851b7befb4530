//! What the clinic set of the rules' numbers. Rows are only ever added.

use super::errors::StoreError;
use super::schema::{clinic_thresholds, users};
use super::{ReadTx, WriteTx};
use crate::access::Admin;
use crate::clinical::thresholds::{ClinicNumbers, Thresholds};
use crate::clock::UtcTime;
use crate::ids::{self, ClinicId};
use chrono::NaiveDate;
use diesel::prelude::*;

/// A time when the numbers were set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Identity.
    pub id: String,
    /// First day on which they count.
    pub effective_on: NaiveDate,
    /// The numbers.
    pub numbers: ClinicNumbers,
    /// Who decided so, and why.
    pub reason: String,
    /// Name of whoever entered it; none when the account is gone.
    pub by: Option<String>,
    /// When.
    pub at: UtcTime,
    /// Of the form that set them.
    pub token: String,
}

/// The numbers of the clinic over time.
#[derive(Debug, Clone, Default)]
pub struct Timeline(Vec<Setting>);

impl Timeline {
    /// Every setting, newest first.
    pub fn settings(&self) -> &[Setting] {
        &self.0
    }

    /// The numbers that were set last, whether they count already or from tomorrow on.
    pub fn latest(&self) -> ClinicNumbers {
        self.0.first().map_or_else(ClinicNumbers::default, |setting| setting.numbers)
    }

    /// The numbers that count on a day.
    pub fn on(&self, day: NaiveDate) -> ClinicNumbers {
        self.0.iter().find(|setting| setting.effective_on <= day).map_or_else(ClinicNumbers::default, |setting| setting.numbers)
    }

    /// The rules' part of them.
    pub fn thresholds_on(&self, day: NaiveDate) -> Thresholds {
        self.on(day).thresholds
    }
}

#[derive(Queryable)]
struct Row {
    id: String,
    effective_on: NaiveDate,
    session_pain: i32,
    week_pain: i32,
    adherence: i32,
    quota_step: i32,
    alerts_a_day: i32,
    reason: String,
    set_at: UtcTime,
    token: String,
    by: Option<String>,
}

impl TryFrom<Row> for Setting {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let [session, week, adherence, step, alerts] =
            [row.session_pain, row.week_pain, row.adherence, row.quota_step, row.alerts_a_day].map(i64::from);
        let out_of_range = |_| StoreError::broken(format!("clinic_thresholds {}", row.id));
        let numbers = ClinicNumbers::new(session, week, adherence, step, alerts).map_err(out_of_range)?;
        Ok(Self { id: row.id, effective_on: row.effective_on, numbers, reason: row.reason, by: row.by, at: row.set_at, token: row.token })
    }
}

/// The numbers of a clinic over time. They are nobody's health data and all its patients' rules, so no more is asked for.
pub fn timeline(tx: &mut ReadTx, clinic: &ClinicId) -> Result<Timeline, StoreError> {
    use clinic_thresholds as t;
    let rows = t::table
        .left_join(users::table)
        .filter(t::clinic_id.eq(clinic.as_str()))
        .select((
            t::id,
            t::effective_on,
            t::session_pain,
            t::week_pain,
            t::adherence,
            t::quota_step,
            t::alerts_a_day,
            t::reason,
            t::set_at,
            t::token,
            users::name.nullable(),
        ))
        .order((t::effective_on.desc(), t::set_at.desc(), t::id))
        .load::<Row>(tx.conn)?;
    rows.into_iter().map(Setting::try_from).collect::<Result<_, _>>().map(Timeline)
}

/// Adds a setting.
///
/// # Errors
/// `Conflict` when the form of this `token` was stored before.
pub fn set(
    tx: &mut WriteTx,
    by: &Admin,
    numbers: &ClinicNumbers,
    effective_on: NaiveDate,
    reason: &str,
    token: &str,
    at: UtcTime,
) -> Result<(), StoreError> {
    use clinic_thresholds as t;
    let rules = &numbers.thresholds;
    let row = (
        t::id.eq(ids::fresh()),
        t::effective_on.eq(effective_on),
        t::session_pain.eq(i32::from(rules.session_pain())),
        t::week_pain.eq(i32::from(rules.week_pain())),
        t::adherence.eq(i32::from(rules.adherence())),
        t::quota_step.eq(i32::from(rules.quota_step())),
        t::alerts_a_day.eq(i32::from(numbers.alerts_a_day)),
        t::reason.eq(reason),
        t::set_by.eq(by.user().as_str()),
        t::set_at.eq(at),
        t::token.eq(token),
        t::clinic_id.eq(by.clinic().as_str()),
    );
    diesel::insert_into(t::table).values(row).execute(tx.conn)?;
    Ok(())
}
