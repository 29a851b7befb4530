//! How a plan moves through its course: phases, restarts, its size, maintenance, its end, what single sessions did
//! to its exercises, and what was answered to its offers.

use super::errors::StoreError;
use super::plans::{Maintenance, Plan, PlanItem, PlanQuota, Smaller, insert_item, of_patient};
use super::schema::{offer_answers, plan_items, plan_quotas, plans, session_steps, training_logs};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, Own, PatientAccess};
use crate::clinical::plan::{PlanFacts, Prescribed};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;

fn changed_one(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Sets what a plan rests on, with its phase and the first day of that phase.
pub fn set_phase<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    facts: &PlanFacts,
    since: NaiveDate,
) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str()));
    let set = (plans::phase.eq(i32::from(facts.phase)), plans::facts.eq(Json::new(facts.clone())), plans::phase_since.eq(since));
    changed_one(diesel::update(mine).set(set).execute(tx.conn)?)
}

/// Sets the training days, and whether the plan only keeps what was gained.
pub fn set_maintenance<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    days: &[u8],
    maintenance: Option<Maintenance>,
) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str()));
    let set = (plans::training_days.eq(Json::new(days.to_vec())), plans::maintenance.eq(maintenance.map(Json::new)));
    changed_one(diesel::update(mine).set(set).execute(tx.conn)?)
}

/// Sets the training days, and what a plan of fewer days goes back to.
pub fn set_size<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    days: &[u8],
    smaller: Option<Smaller>,
) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str()));
    let set = (plans::training_days.eq(Json::new(days.to_vec())), plans::smaller.eq(smaller.map(Json::new)));
    changed_one(diesel::update(mine).set(set).execute(tx.conn)?)
}

/// What somebody answered to what the plan offered.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = offer_answers)]
pub struct OfferAnswer {
    /// Identity.
    pub id: String,
    /// The plan.
    pub plan_id: String,
    /// `smaller`, `full` (the way back from it) or `baseline`.
    pub offer: String,
    /// Taken, or the plan kept as it was.
    pub taken: bool,
    /// Key of what got in the way; empty when not asked or not answered.
    pub reason: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// When it was answered.
    pub answered_at: UtcTime,
}

/// Keeps an answer to an offer of the patient's own plan.
pub fn keep_answer(tx: &mut WriteTx, who: &PatientAccess<Own>, plan: &Plan, answer: &OfferAnswer) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() || answer.plan_id != plan.id {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(offer_answers::table).values(answer.clone()).execute(tx.conn)?;
    Ok(())
}

/// Answers to the offers of a plan, oldest first.
pub fn answers<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<OfferAnswer>, StoreError> {
    let found = offer_answers::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(offer_answers::plan_id.eq(&plan.id));
    Ok(found.select(offer_answers::all_columns).order((offer_answers::answered_at, offer_answers::id)).load(tx.conn)?)
}

/// Sets the days a person chose and the moment they choose for it, as `store::away` keeps the days through time.
pub fn set_moment(tx: &mut WriteTx, who: &PatientAccess<Own>, plan: &Plan, days: &[u8], cue: &str) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str()));
    let set = (plans::training_days.eq(Json::new(days.to_vec())), plans::cue.eq(cue));
    changed_one(diesel::update(mine).set(set).execute(tx.conn)?)
}

/// Takes up a plan that had ended, from a day on.
pub fn reopen(tx: &mut WriteTx, who: &PatientAccess<Own>, plan: &Plan, since: NaiveDate) -> Result<(), StoreError> {
    let none: (Option<NaiveDate>, Option<String>) = (None, None);
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str())).filter(plans::status.eq("ended"));
    let set = (plans::status.eq("active"), plans::ended_on.eq(none.0), plans::end_reason.eq(none.1), plans::phase_since.eq(since));
    changed_one(diesel::update(mine).set(set).execute(tx.conn)?)
}

/// Ends a plan: `lapsed`, `discharged`, or `finished` when the person may take it up again by themselves.
pub fn end<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, on: NaiveDate, reason: &str) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str())).filter(plans::status.eq("active"));
    let set = (plans::status.eq("ended"), plans::ended_on.eq(on), plans::end_reason.eq(reason));
    changed_one(diesel::update(mine).set(set).execute(tx.conn)?)
}

/// The newest plan, whether it is under way or has ended.
pub fn latest<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Plan>, StoreError> {
    let found = plans::table.filter(plans::patient_id.eq(who.patient().as_str()));
    Ok(found.order((plans::agreed_at.desc(), plans::id)).first(tx.conn).optional()?)
}

/// Gives a quota another schedule, or other days.
pub fn reschedule<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, quota: &PlanQuota) -> Result<(), StoreError> {
    let mine = plans::table.filter(plans::patient_id.eq(who.patient().as_str())).select(plans::id);
    let set = (
        plan_quotas::goal.eq(quota.goal),
        plan_quotas::goal_on.eq(quota.goal_on),
        plan_quotas::days_per_week.eq(quota.days_per_week),
        plan_quotas::inputs.eq(quota.inputs.clone()),
        plan_quotas::schedule.eq(quota.schedule.clone()),
        plan_quotas::step_index.eq(quota.step_index),
        plan_quotas::scheduled_on.eq(quota.scheduled_on),
    );
    changed_one(diesel::update(plan_quotas::table.find(&quota.id).filter(plan_quotas::plan_id.eq_any(mine))).set(set).execute(tx.conn)?)
}

/// Takes an exercise out of the plan.
pub fn remove_item<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, item: &PlanItem, on: NaiveDate) -> Result<(), StoreError> {
    changed_one(
        diesel::update(plan_items::table.find(&item.id).filter(of_patient(who))).set(plan_items::removed_on.eq(on)).execute(tx.conn)?,
    )
}

/// Puts an exercise at the end of the plan's list.
pub fn add_item<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    item: &Prescribed,
    on: NaiveDate,
) -> Result<(), StoreError> {
    let last: Option<i32> = plan_items::table
        .filter(plan_items::plan_id.eq(&plan.id))
        .filter(of_patient(who))
        .select(diesel::dsl::max(plan_items::place))
        .first(tx.conn)?;
    insert_item(tx, &plan.id, last.map_or(0, |place| place + 1), item, on)
}

/// Puts an exercise that is in the plan to a place of its list.
pub fn place_item<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, item: &PlanItem, place: i32) -> Result<(), StoreError> {
    let mine = plan_items::table.find(&item.id).filter(of_patient(who));
    changed_one(diesel::update(mine).set(plan_items::place.eq(place)).execute(tx.conn)?)
}

/// Gives a plan another daily goal.
pub fn add_quota<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, quota: &PlanQuota) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() || quota.plan_id != plan.id {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(plan_quotas::table).values(quota.clone()).execute(tx.conn)?;
    Ok(())
}

/// Takes a daily goal out of the plan; its schedule is kept.
pub fn remove_quota<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, quota: &PlanQuota, on: NaiveDate) -> Result<(), StoreError> {
    let mine = plans::table.filter(plans::patient_id.eq(who.patient().as_str())).select(plans::id);
    let target = plan_quotas::table.find(&quota.id).filter(plan_quotas::plan_id.eq_any(mine));
    changed_one(diesel::update(target).set(plan_quotas::removed_on.eq(on)).execute(tx.conn)?)
}

/// Keeps how many minutes of a training day the person agreed to.
pub fn set_agreed_minutes<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, minutes: i32) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str()));
    changed_one(diesel::update(mine).set(plans::agreed_minutes.eq(minutes)).execute(tx.conn)?)
}

/// What a session did to an exercise.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = session_steps)]
pub struct SessionStep {
    /// The session.
    pub log_id: String,
    /// Id in the library.
    pub exercise: String,
    /// `easier`, `swap` or `rest`.
    pub step: String,
    /// The session's day.
    pub on_date: NaiveDate,
    /// When it was decided.
    pub taken_at: UtcTime,
}

/// Keeps what a session did; each session acts on an exercise once.
pub fn keep_step<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, step: &SessionStep) -> Result<(), StoreError> {
    super::logs::one(tx, who, &step.log_id)?;
    diesel::insert_into(session_steps::table).values(step.clone()).execute(tx.conn)?;
    Ok(())
}

/// What sessions since a day did to exercises, oldest first.
pub fn steps_since<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate) -> Result<Vec<SessionStep>, StoreError> {
    let found = session_steps::table
        .inner_join(training_logs::table)
        .filter(training_logs::patient_id.eq(who.patient().as_str()))
        .filter(session_steps::on_date.ge(from));
    Ok(found
        .select(session_steps::all_columns)
        .order((session_steps::on_date, session_steps::taken_at, session_steps::exercise))
        .load(tx.conn)?)
}
