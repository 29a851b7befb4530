//! Plans with their exercises and quotas, and the ledger of what changed and why.

use super::errors::StoreError;
use super::schema::{plan_changes, plan_items, plan_quotas, plans, users};
use super::{Coded, Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, PatientAccess};
use crate::clinical::codes::{Activity, Category, Stage, Unit};
use crate::clinical::plan::{PlanFacts, Prescribed};
use crate::clinical::quota::{QuotaInput, Schedule};
use crate::clock::UtcTime;
use crate::ids::{self, PatientId};
use crate::lang::Text;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// A plan that both sides agreed to.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = plans)]
pub struct Plan {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The intake it was made from.
    pub intake_id: String,
    /// `active` or `ended`.
    pub status: String,
    /// Category it was made for.
    pub category: Coded<Category>,
    /// Stage it began at.
    pub stage: Coded<Stage>,
    /// Phase 1 to 3.
    pub phase: i32,
    /// What composition was given.
    pub facts: Json<PlanFacts>,
    /// Training days, 0 = Monday.
    pub training_days: Json<Vec<u8>>,
    /// If-then plan in the person's words; may be empty.
    pub cue: String,
    /// Version of the rules that composed it.
    pub ruleset_version: String,
    /// When the person agreed.
    pub agreed_at: UtcTime,
    /// First day; weeks count from here.
    pub started_on: NaiveDate,
    /// Last day, once ended.
    pub ended_on: Option<NaiveDate>,
    /// First day of the present phase; none: the plan's first day.
    pub phase_since: Option<NaiveDate>,
    /// Set while the plan only keeps what was gained (P-08).
    pub maintenance: Option<Json<Maintenance>>,
    /// Why it ended, once ended: `replaced`, `lapsed` or `discharged`.
    pub end_reason: Option<String>,
    /// Set while the plan has fewer days than agreed (P-06E).
    pub smaller: Option<Json<Smaller>>,
    /// Minutes of the longest training day that the person agreed to last; none where the plan is older than this.
    pub agreed_minutes: Option<i32>,
}

/// A plan of fewer days, and what to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Smaller {
    /// First day.
    pub since: NaiveDate,
    /// Training days before it, 0 = Monday.
    pub days_before: Vec<u8>,
    /// Days a week of each quota before it, by the quota's identity.
    pub quota_days_before: Vec<(String, i32)>,
}

/// Keeping what was gained, and the days to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// First day.
    pub since: NaiveDate,
    /// Training days before it, 0 = Monday.
    pub days_before: Vec<u8>,
}

/// An exercise of a plan.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = plan_items)]
pub struct PlanItem {
    /// Identity.
    pub id: String,
    /// The plan.
    pub plan_id: String,
    /// Place in the list.
    pub place: i32,
    /// Exercise, dose, level and role.
    pub prescription: Json<Prescribed>,
    /// First day in the plan.
    pub added_on: NaiveDate,
    /// First day no longer in the plan.
    pub removed_on: Option<NaiveDate>,
}

/// A quota of a plan with its whole schedule.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = plan_quotas)]
pub struct PlanQuota {
    /// Identity.
    pub id: String,
    /// The plan.
    pub plan_id: String,
    /// Code of the activity.
    pub activity: Coded<Activity>,
    /// Unit of every amount.
    pub unit: Coded<Unit>,
    /// Goal in the unit.
    pub goal: f64,
    /// Date the goal falls on at the present pace.
    pub goal_on: NaiveDate,
    /// Days a week it is planned on.
    pub days_per_week: i32,
    /// What the schedule was made from.
    pub inputs: Json<QuotaInput>,
    /// The schedule.
    pub schedule: Json<Schedule>,
    /// Place in the schedule, from 0.
    pub step_index: i32,
    /// First day of a schedule that replaced the first one.
    pub scheduled_on: Option<NaiveDate>,
    /// First day in the plan; none: the plan's first day.
    pub added_on: Option<NaiveDate>,
    /// First day no longer in the plan.
    pub removed_on: Option<NaiveDate>,
}

impl PlanQuota {
    /// This week's quota in the unit.
    pub fn today(&self) -> f64 {
        let index = usize::try_from(self.step_index).unwrap_or(0);
        let quotas = &self.schedule.quotas;
        quotas.get(index).or(quotas.last()).copied().unwrap_or(self.goal)
    }

    /// Whether the schedule's end is reached.
    pub fn at_goal(&self) -> bool {
        usize::try_from(self.step_index).unwrap_or(0) + 1 >= self.schedule.quotas.len()
    }
}

/// Starts a plan with its exercises and quotas; an active plan before it ends the day before.
pub fn start<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    items: &[Prescribed],
    quotas: &[PlanQuota],
) -> Result<(), StoreError> {
    let active = plans::table.filter(plans::patient_id.eq(who.patient().as_str())).filter(plans::status.eq("active"));
    diesel::update(active)
        .set((plans::status.eq("ended"), plans::ended_on.eq(plan.started_on), plans::end_reason.eq("replaced")))
        .execute(tx.conn)?;
    diesel::insert_into(plans::table).values(plan.clone()).execute(tx.conn)?;
    for (place, item) in (0..).zip(items) {
        insert_item(tx, &plan.id, place, item, plan.started_on)?;
    }
    for quota in quotas {
        diesel::insert_into(plan_quotas::table).values(quota.clone()).execute(tx.conn)?;
    }
    Ok(())
}

pub(super) fn insert_item(tx: &mut WriteTx, plan_id: &str, place: i32, item: &Prescribed, on: NaiveDate) -> Result<(), StoreError> {
    let row = PlanItem {
        id: ids::fresh(),
        plan_id: plan_id.to_owned(),
        place,
        prescription: Json::new(item.clone()),
        added_on: on,
        removed_on: None,
    };
    diesel::insert_into(plan_items::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// The active plan.
pub fn active<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Plan>, StoreError> {
    let found = plans::table.filter(plans::patient_id.eq(who.patient().as_str())).filter(plans::status.eq("active"));
    Ok(found.order((plans::agreed_at.desc(), plans::id)).first(tx.conn).optional()?)
}

/// Exercises in the plan now, in their order.
pub fn items<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<PlanItem>, StoreError> {
    let found = plan_items::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_items::plan_id.eq(&plan.id))
        .filter(plan_items::removed_on.is_null());
    Ok(found.select(plan_items::all_columns).order((plan_items::place, plan_items::id)).load(tx.conn)?)
}

/// Quotas in the plan now.
pub fn quotas<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<PlanQuota>, StoreError> {
    let found = plan_quotas::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_quotas::plan_id.eq(&plan.id))
        .filter(plan_quotas::removed_on.is_null());
    Ok(found.select(plan_quotas::all_columns).order((plan_quotas::activity, plan_quotas::id)).load(tx.conn)?)
}

/// Replaces what an exercise of the plan prescribes.
pub fn set_prescription<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, item: &PlanItem, to: &Prescribed) -> Result<(), StoreError> {
    let changed = diesel::update(plan_items::table.find(&item.id).filter(of_patient(who)))
        .set(plan_items::prescription.eq(Json::new(to.clone())))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Takes an exercise out and puts another in its place.
pub fn swap_item<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    item: &PlanItem,
    to: &Prescribed,
    on: NaiveDate,
) -> Result<(), StoreError> {
    super::course::remove_item(tx, who, item, on)?;
    insert_item(tx, &item.plan_id, item.place, to, on)
}

/// Moves a quota to a step of its schedule.
pub fn set_step<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    quota: &PlanQuota,
    step: i32,
    goal_on: NaiveDate,
) -> Result<(), StoreError> {
    let mine = plans::table.filter(plans::patient_id.eq(who.patient().as_str())).select(plans::id);
    diesel::update(plan_quotas::table.find(&quota.id).filter(plan_quotas::plan_id.eq_any(mine)))
        .set((plan_quotas::step_index.eq(step), plan_quotas::goal_on.eq(goal_on)))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) type OfPatient = Box<
    dyn diesel::BoxableExpression<
            plan_items::table,
            <super::conn::AnyConn as diesel::Connection>::Backend,
            SqlType = diesel::sql_types::Bool,
        >,
>;

/// The item belongs to a plan of this patient.
pub(super) fn of_patient<M: MayRead>(who: &PatientAccess<M>) -> OfPatient {
    let mine = plans::table.filter(plans::patient_id.eq(who.patient().as_str().to_owned())).select(plans::id);
    Box::new(plan_items::plan_id.eq_any(mine))
}

/// One line of the ledger of plan changes.
#[derive(Debug, Clone)]
pub struct Change {
    /// When it was decided.
    pub at: UtcTime,
    /// First day it holds.
    pub effective_on: NaiveDate,
    /// Name of the person who decided; `None` for the rules.
    pub by: Option<String>,
    /// Rule id, or `physio` / `patient`; rule ids and `physio` where somebody approved what they proposed.
    pub rule: String,
    /// What it is about, in English words.
    pub subject: String,
    /// Before, in words; empty when it is new.
    pub before: Text,
    /// After, in words; empty when it was taken out.
    pub after: Text,
    /// Why, in one sentence.
    pub reason: Text,
}

/// Writes a line of the ledger. `change.by` is ignored: the capability says who acts, unless a rule decided.
pub fn note_change<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, change: &Change) -> Result<(), StoreError> {
    let actor = who.by().filter(|_| change.rule.ends_with("physio") || change.rule == "patient").map(crate::ids::UserId::as_str);
    insert_change(tx, plan, change, actor)
}

pub(super) fn insert_change(tx: &mut WriteTx, plan: &Plan, change: &Change, actor: Option<&str>) -> Result<(), StoreError> {
    let row = (
        plan_changes::id.eq(ids::fresh()),
        plan_changes::plan_id.eq(&plan.id),
        plan_changes::at.eq(change.at),
        plan_changes::effective_on.eq(change.effective_on),
        plan_changes::actor_id.eq(actor),
        plan_changes::rule.eq(&change.rule),
        plan_changes::subject.eq(&change.subject),
        plan_changes::before_text.eq(change.before.stored()),
        plan_changes::after_text.eq(change.after.stored()),
        plan_changes::reason.eq(change.reason.stored()),
    );
    diesel::insert_into(plan_changes::table).values(row).execute(tx.conn)?;
    Ok(())
}

type ChangeRow = (UtcTime, NaiveDate, Option<String>, String, String, String, String, String);

/// The ledger of all the person's plans, newest first. Weeks that were reviewed together (after the
/// server stood still) share their instant, so the day a change holds from comes before its subject.
pub fn changes<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Change>, StoreError> {
    let rows = plan_changes::table
        .inner_join(plans::table)
        .left_join(users::table.on(plan_changes::actor_id.eq(users::id.nullable())))
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .select((
            plan_changes::at,
            plan_changes::effective_on,
            users::name.nullable(),
            plan_changes::rule,
            plan_changes::subject,
            plan_changes::before_text,
            plan_changes::after_text,
            plan_changes::reason,
        ))
        .order((plan_changes::at.desc(), plan_changes::effective_on.desc(), plan_changes::subject, plan_changes::id))
        .load::<ChangeRow>(tx.conn)?;
    let change = |(at, effective_on, by, rule, subject, before, after, reason): ChangeRow| Change {
        at,
        effective_on,
        by,
        rule,
        subject,
        before: Text::read(&before),
        after: Text::read(&after),
        reason: Text::read(&reason),
    };
    Ok(rows.into_iter().map(change).collect())
}

/// People with an active plan and the zone their days are counted in: whom the weekly review visits.
pub fn under_way(tx: &mut ReadTx) -> Result<Vec<(PatientId, String)>, StoreError> {
    let found = plans::table
        .inner_join(users::table)
        .filter(plans::status.eq("active"))
        .filter(users::closed_at.is_null())
        .select((plans::patient_id, users::time_zone))
        .order(plans::patient_id);
    let rows = found.load::<(String, String)>(tx.conn)?;
    Ok(rows.into_iter().map(|(id, zone)| (PatientId::from_text(id), zone)).collect())
}
