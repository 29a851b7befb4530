//! Announced days without the plan: holidays and illness; and the training days of a plan from a day on.

use super::errors::StoreError;
use super::plans::Plan;
use super::schema::{breaks, plan_days, plans};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, Own, PatientAccess};
use crate::clock::UtcTime;
use crate::ids;
use chrono::{Datelike, Days, NaiveDate};
use diesel::prelude::*;

/// A holiday: its dates are known beforehand.
pub const HOLIDAY: &str = "holiday";
/// An illness: it ends when the person says that they are back.
pub const ILLNESS: &str = "illness";

/// Announced days without the plan.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = breaks)]
pub struct Break {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan under way.
    pub plan_id: String,
    /// [`HOLIDAY`] or [`ILLNESS`].
    pub kind: String,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day of a holiday.
    pub ends_on: Option<NaiveDate>,
    /// First day of being back, once the person said so.
    pub back_on: Option<NaiveDate>,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// When it was announced.
    pub told_at: UtcTime,
}

impl Break {
    /// The first day after it; none while nobody knows.
    pub fn over_on(&self) -> Option<NaiveDate> {
        let planned = self.ends_on.map(|last| last + Days::new(1));
        self.back_on.into_iter().chain(planned).min()
    }

    /// Whether a day belongs to it.
    pub fn covers(&self, on: NaiveDate) -> bool {
        self.starts_on <= on && self.over_on().is_none_or(|over| on < over)
    }

    /// Whether it is an illness.
    pub fn is_illness(&self) -> bool {
        self.kind == ILLNESS
    }
}

/// All breaks of a plan, oldest first. They end with it: another plan begins without them.
pub fn breaks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<Break>, StoreError> {
    let found = breaks::table.filter(breaks::patient_id.eq(who.patient().as_str())).filter(breaks::plan_id.eq(&plan.id));
    Ok(found.order((breaks::starts_on, breaks::told_at, breaks::id)).load(tx.conn)?)
}

/// Keeps a break; `false` when its token was stored before (then nothing changes).
pub fn announce(tx: &mut WriteTx, who: &PatientAccess<Own>, new: &Break) -> Result<bool, StoreError> {
    let known = breaks::table.filter(breaks::patient_id.eq(who.patient().as_str())).filter(breaks::token.eq(&new.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(breaks::table).values(new.clone()).execute(tx.conn)?;
    Ok(true)
}

/// Ends a break: `on` is the first day of being back.
pub fn come_back(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str, on: NaiveDate) -> Result<(), StoreError> {
    let mine = breaks::table.find(id).filter(breaks::patient_id.eq(who.patient().as_str())).filter(breaks::back_on.is_null());
    let changed = diesel::update(mine).set(breaks::back_on.eq(on)).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// The training days of a plan through its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// First days, with the training days from then on (0 = Monday); oldest first, never empty.
    steps: Vec<(NaiveDate, Vec<u8>)>,
}

impl Timeline {
    /// From the stored first days with their training days, oldest first; none: as the plan began.
    pub(super) fn of(plan: &Plan, mut steps: Vec<(NaiveDate, Vec<u8>)>) -> Self {
        if steps.is_empty() {
            steps.push((plan.started_on, plan.training_days.to_vec()));
        }
        Self { steps }
    }

    /// The training days that hold on a day, 0 = Monday.
    pub fn on(&self, day: NaiveDate) -> &[u8] {
        let step = self.steps.iter().rev().find(|(from, _)| *from <= day).or(self.steps.first());
        step.map_or(&[], |(_, days)| days.as_slice())
    }

    /// Whether a day is a training day.
    pub fn trains(&self, day: NaiveDate) -> bool {
        u8::try_from(day.weekday().num_days_from_monday()).is_ok_and(|weekday| self.on(day).contains(&weekday))
    }

    /// Training days from one day to another, both included.
    pub fn count(&self, from: NaiveDate, to: NaiveDate) -> usize {
        from.iter_days().take_while(|day| *day <= to).filter(|day| self.trains(*day)).count()
    }

    /// The next change after a day: its first day and the days from then on.
    pub fn next(&self, after: NaiveDate) -> Option<(NaiveDate, &[u8])> {
        self.steps.iter().find(|(from, _)| *from > after).map(|(from, days)| (*from, days.as_slice()))
    }

    /// As it would be with other days from a day on.
    pub fn with(&self, from: NaiveDate, days: &[u8]) -> Self {
        let mut steps: Vec<_> = self.steps.iter().filter(|(on, _)| *on < from).cloned().collect();
        steps.push((from, days.to_vec()));
        Self { steps }
    }
}

/// The training days of a plan through its time.
pub fn timeline<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Timeline, StoreError> {
    let found = plan_days::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_days::plan_id.eq(&plan.id))
        .select((plan_days::from_on, plan_days::days))
        .order(plan_days::from_on);
    let rows: Vec<(NaiveDate, Json<Vec<u8>>)> = found.load(tx.conn)?;
    Ok(Timeline::of(plan, rows.into_iter().map(|(from, days)| (from, days.into_inner())).collect()))
}

/// Sets the training days from a day on. Days before it stay as they were; what had been set for later goes.
pub fn set_days<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    (from, days): (NaiveDate, &[u8]),
    at: UtcTime,
) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    let of_plan = plan_days::table.filter(plan_days::plan_id.eq(&plan.id));
    let row = |from: NaiveDate, days: &[u8]| {
        (
            plan_days::id.eq(ids::fresh()),
            plan_days::plan_id.eq(plan.id.clone()),
            plan_days::from_on.eq(from),
            plan_days::days.eq(Json::new(days.to_vec())),
            plan_days::set_at.eq(at),
        )
    };
    let first = of_plan.count().get_result::<i64>(tx.conn)? == 0;
    if first && from > plan.started_on {
        diesel::insert_into(plan_days::table).values(row(plan.started_on, &plan.training_days)).execute(tx.conn)?;
    }
    diesel::delete(of_plan.filter(plan_days::from_on.ge(from))).execute(tx.conn)?;
    diesel::insert_into(plan_days::table).values(row(from, days)).execute(tx.conn)?;
    Ok(())
}
