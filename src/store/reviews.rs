//! The weekly safety check, flares, and the weekly reviews with everything they were decided from.

use super::errors::StoreError;
use super::schema::{flares, reviews, weekly_checks};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayRecord, MayWrite, Own, PatientAccess};
use crate::clinical::RULESET_VERSION;
use crate::clinical::week::{WeekFacts, WeekReview};
use crate::clock::UtcTime;
use crate::ids;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// Answers of a weekly safety check.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckAnswers {
    /// Keys of the five danger-sign questions that were answered "yes".
    pub danger: Vec<String>,
    /// New pain below the knee, new tingling, or pain spreading down.
    pub leg: bool,
}

/// A weekly safety check that was answered.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = weekly_checks)]
pub struct WeeklyCheck {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan under way.
    pub plan_id: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// What was answered.
    pub answers: Json<CheckAnswers>,
    /// The decision it led to, when a danger sign was named.
    pub evaluation_id: Option<String>,
    /// When.
    pub answered_at: UtcTime,
}

/// Keeps a safety check; `false` when its token was stored before.
pub fn keep_check<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, check: &WeeklyCheck) -> Result<bool, StoreError> {
    let known =
        weekly_checks::table.filter(weekly_checks::patient_id.eq(who.patient().as_str())).filter(weekly_checks::token.eq(&check.token));
    if known.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    diesel::insert_into(weekly_checks::table).values(check.clone()).execute(tx.conn)?;
    Ok(true)
}

/// Notes the decision that a check's details led to.
pub fn set_check_evaluation(tx: &mut WriteTx, who: &PatientAccess<Own>, check: &str, evaluation: &str) -> Result<(), StoreError> {
    let mine = weekly_checks::table.find(check).filter(weekly_checks::patient_id.eq(who.patient().as_str()));
    diesel::update(mine).set(weekly_checks::evaluation_id.eq(evaluation)).execute(tx.conn)?;
    Ok(())
}

/// Safety checks from `from` to `to` inclusive, oldest first.
pub fn checks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate, to: NaiveDate) -> Result<Vec<WeeklyCheck>, StoreError> {
    let found =
        weekly_checks::table.filter(weekly_checks::patient_id.eq(who.patient().as_str())).filter(weekly_checks::on_date.between(from, to));
    Ok(found.order((weekly_checks::on_date, weekly_checks::answered_at, weekly_checks::id)).load(tx.conn)?)
}

/// A flare: from the day the button was pressed (or the review saw it) to the day it settled.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = flares)]
pub struct Flare {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan under way.
    pub plan_id: String,
    /// The person pressed the button; else the review saw it in the numbers.
    pub pressed: bool,
    /// First day.
    pub started_on: NaiveDate,
    /// First day after it.
    pub ended_on: Option<NaiveDate>,
}

/// All flares of a person, newest first.
pub fn flares<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Flare>, StoreError> {
    let found = flares::table.filter(flares::patient_id.eq(who.patient().as_str()));
    Ok(found.order((flares::started_on.desc(), flares::id)).load(tx.conn)?)
}

/// Begins a flare, unless one is under way.
pub fn begin_flare<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan_id: &str,
    pressed: bool,
    on: NaiveDate,
) -> Result<(), StoreError> {
    if flares(tx, who)?.iter().any(|flare| flare.ended_on.is_none()) {
        return Ok(());
    }
    let row = Flare {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        plan_id: plan_id.to_owned(),
        pressed,
        started_on: on,
        ended_on: None,
    };
    diesel::insert_into(flares::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Ends the flare under way, if it had begun by a date; one that began later goes on.
pub fn end_flare<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, begun_by: NaiveDate, on: NaiveDate) -> Result<(), StoreError> {
    let open = flares::table.filter(flares::patient_id.eq(who.patient().as_str())).filter(flares::ended_on.is_null());
    diesel::update(open.filter(flares::started_on.le(begun_by))).set(flares::ended_on.eq(on)).execute(tx.conn)?;
    Ok(())
}

/// A weekly review as it was decided; it is never decided again.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = reviews)]
pub struct Review {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan.
    pub plan_id: String,
    /// Week of the plan, from 1.
    pub week: i32,
    /// Version of the rules that decided.
    pub ruleset_version: String,
    /// What the rules were given.
    pub facts: Json<WeekFacts>,
    /// What they decided.
    pub result: Json<WeekReview>,
    /// When.
    pub reviewed_at: UtcTime,
}

/// Reviews of one plan, oldest first.
pub fn reviews<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan_id: &str) -> Result<Vec<Review>, StoreError> {
    let found = reviews::table.filter(reviews::patient_id.eq(who.patient().as_str())).filter(reviews::plan_id.eq(plan_id));
    Ok(found.order(reviews::week).load(tx.conn)?)
}

/// Keeps a review and returns its identity; the week's uniqueness makes a second one fail as `AlreadyStored`.
pub fn keep_review<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan_id: &str,
    facts: &WeekFacts,
    result: &WeekReview,
    at: UtcTime,
) -> Result<String, StoreError> {
    let id = ids::fresh();
    let row = Review {
        id: id.clone(),
        patient_id: who.patient().as_str().to_owned(),
        plan_id: plan_id.to_owned(),
        week: i32::try_from(facts.week).unwrap_or(i32::MAX),
        ruleset_version: RULESET_VERSION.to_owned(),
        facts: Json::new(facts.clone()),
        result: Json::new(result.clone()),
        reviewed_at: at,
    };
    diesel::insert_into(reviews::table).values(row).execute(tx.conn)?;
    Ok(id)
}
