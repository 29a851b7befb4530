//! Looks at a person's pattern again (3.6): proposals with their answers and result, and what a
//! confirmed one changes in the plan.

use super::errors::StoreError;
use super::schema::{plans, reclassifications};
use super::{Coded, Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, Own, PatientAccess};
use crate::clinical::intake::{AnswerMap, Evaluation};
use crate::clinical::plan::PlanFacts;
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::store::plans::Plan;
use diesel::prelude::*;

/// The pattern still fits.
pub const SAME: &str = "same";
/// The home tests were stopped by a symptom; no pattern was judged.
pub const STOPPED: &str = "stopped";
/// Another pattern fits better; somebody must decide.
pub const PROPOSED: &str = "proposed";
/// The plan follows the new pattern.
pub const ACCEPTED: &str = "accepted";
/// The plan keeps its pattern.
pub const DECLINED: &str = "declined";

/// One look at the pattern again.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = reclassifications)]
pub struct Reclassification {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan it was made for.
    pub plan_id: String,
    /// `unclear_14`, `week_4`, `p_10` or `asked`.
    pub why: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// What the rules were given: the stored profile with the new answers.
    pub answers: Json<AnswerMap>,
    /// What they decided.
    pub result: Json<Evaluation>,
    /// Version of the rules that decided.
    pub ruleset_version: String,
    /// When.
    pub made_at: UtcTime,
    /// [`SAME`], [`STOPPED`], [`PROPOSED`], [`ACCEPTED`] or [`DECLINED`].
    pub status: String,
    /// Who confirmed or declined.
    pub decided_by: Option<String>,
    /// When they did.
    pub decided_at: Option<UtcTime>,
    /// Their reason, which the person reads; may be empty.
    pub reason: String,
}

impl Reclassification {
    /// Whether it still waits for a decision.
    pub fn waits(&self) -> bool {
        self.status == PROPOSED
    }
}

/// Keeps a look. The token must not be known yet: see [`by_token`].
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, look: &Reclassification) -> Result<(), StoreError> {
    if look.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(reclassifications::table).values(look.clone()).execute(tx.conn)?;
    Ok(())
}

/// The look that was kept under a token.
pub fn by_token(tx: &mut ReadTx, who: &PatientAccess<Own>, token: &str) -> Result<Option<Reclassification>, StoreError> {
    let mine = reclassifications::table.filter(reclassifications::patient_id.eq(who.patient().as_str()));
    Ok(mine.filter(reclassifications::token.eq(token)).first(tx.conn).optional()?)
}

/// All looks of a person, newest first.
pub fn all<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Reclassification>, StoreError> {
    let found = reclassifications::table.filter(reclassifications::patient_id.eq(who.patient().as_str()));
    Ok(found.order((reclassifications::made_at.desc(), reclassifications::id)).load(tx.conn)?)
}

/// Records the decision about a proposal.
///
/// # Errors
/// `NotFound` when it is not this person's or waits no more.
pub fn decide<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    id: &str,
    status: &str,
    reason: &str,
    at: UtcTime,
) -> Result<(), StoreError> {
    let waiting = reclassifications::table
        .find(id)
        .filter(reclassifications::patient_id.eq(who.patient().as_str()))
        .filter(reclassifications::status.eq(PROPOSED));
    let set = (
        reclassifications::status.eq(status),
        reclassifications::reason.eq(reason),
        reclassifications::decided_by.eq(who.by().map(UserId::as_str)),
        reclassifications::decided_at.eq(at),
    );
    if diesel::update(waiting).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Gives a plan another category and other facts.
pub fn set_facts<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, facts: &PlanFacts) -> Result<(), StoreError> {
    let mine = plans::table.find(&plan.id).filter(plans::patient_id.eq(who.patient().as_str()));
    let set = (plans::category.eq(Coded(facts.category)), plans::facts.eq(Json::new(facts.clone())));
    if diesel::update(mine).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}
