//! What people want to do again (PSFS), with their earlier words.

use super::errors::StoreError;
use super::schema::{goal_wordings, goals};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use crate::ids;
use chrono::NaiveDate;
use diesel::prelude::*;

/// An activity that somebody wants to do again.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = goals)]
pub struct Goal {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The intake it belongs to.
    pub intake_id: String,
    /// Place in the list, from 0.
    pub place: i32,
    /// Their words.
    pub wording: String,
    /// The day it was set.
    pub set_on: NaiveDate,
    /// The day on which it was reached.
    pub reached_on: Option<NaiveDate>,
    /// First day on which another goal stands in its place.
    pub ended_on: Option<NaiveDate>,
    /// When it was written down.
    pub set_at: UtcTime,
}

/// Goals that belong to an intake, those that gave way included, in their order.
pub fn of_intake<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, intake_id: &str) -> Result<Vec<Goal>, StoreError> {
    let found = goals::table.filter(goals::patient_id.eq(who.patient().as_str())).filter(goals::intake_id.eq(intake_id));
    Ok(found.order((goals::place, goals::set_at, goals::id)).load(tx.conn)?)
}

/// Keeps a goal.
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, goal: &Goal) -> Result<(), StoreError> {
    if goal.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(goals::table).values(goal.clone()).execute(tx.conn)?;
    Ok(())
}

/// Words a goal anew; the words before are kept.
pub fn reword(tx: &mut WriteTx, who: &PatientAccess<Own>, goal: &Goal, wording: &str, at: UtcTime) -> Result<(), StoreError> {
    let mine = goals::table.find(&goal.id).filter(goals::patient_id.eq(who.patient().as_str()));
    if diesel::update(mine).set(goals::wording.eq(wording)).execute(tx.conn)? != 1 {
        return Err(StoreError::NotFound);
    }
    let before = (
        goal_wordings::id.eq(ids::fresh()),
        goal_wordings::goal_id.eq(&goal.id),
        goal_wordings::wording.eq(&goal.wording),
        goal_wordings::until_at.eq(at),
    );
    diesel::insert_into(goal_wordings::table).values(before).execute(tx.conn)?;
    Ok(())
}

/// Notes when a goal was reached, and when another took its place.
pub fn settle(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    id: &str,
    (reached_on, ended_on): (Option<NaiveDate>, Option<NaiveDate>),
) -> Result<(), StoreError> {
    let mine = goals::table.find(id).filter(goals::patient_id.eq(who.patient().as_str()));
    let changed = diesel::update(mine).set((goals::reached_on.eq(reached_on), goals::ended_on.eq(ended_on))).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Earlier words of a person's goals: the goal, its words, and until when; oldest first.
pub fn wordings<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<(String, String, UtcTime)>, StoreError> {
    let found = goal_wordings::table
        .inner_join(goals::table)
        .filter(goals::patient_id.eq(who.patient().as_str()))
        .select((goal_wordings::goal_id, goal_wordings::wording, goal_wordings::until_at))
        .order((goal_wordings::until_at, goal_wordings::id));
    Ok(found.load(tx.conn)?)
}
