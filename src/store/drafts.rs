//! Plans as physiotherapists edit them: the one open draft of a plan, and the plan as it was after each change.
//! A draft's `base` and `body` are texts that `care::desk::editing` reads and writes.

use super::errors::StoreError;
use super::plans::{Change, Plan, insert_change};
use super::schema::{plan_drafts, plan_versions, plans, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, Own, PatientAccess};
use crate::clinical::plan::Shape;
use crate::clock::UtcTime;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// One change somebody made to a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Revision of the draft after it.
    pub revision: i32,
    /// Name of whoever made it.
    pub by: String,
    /// When.
    pub at: UtcTime,
    /// What they did, in words that follow their name: "added Bridge".
    pub did: String,
    /// Of the form that made it: the same form twice changes once.
    pub token: String,
}

/// What a draft keeps of the plan to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The plan to be.
    pub shape: Shape,
    /// How it came about, oldest first.
    pub edits: Vec<Edit>,
}

/// A plan as somebody is editing it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = plan_drafts)]
pub struct Draft {
    /// Identity.
    pub id: String,
    /// The plan.
    pub plan_id: String,
    /// `open`, `sent` (waits for the patient's word), `applied`, `declined` or `dropped`.
    pub status: String,
    /// The plan as it was when the draft began, or when both were last brought together.
    pub base: Json<Shape>,
    /// The plan to be.
    pub body: Json<Body>,
    /// Why, for the patient; empty until it is sent or applied.
    pub reason: String,
    /// Counts the changes, from 1.
    pub revision: i32,
    /// Who began it.
    pub made_by: Option<String>,
    /// When it was begun.
    pub made_at: UtcTime,
    /// Who changed it last.
    pub changed_by: Option<String>,
    /// When it was changed last.
    pub changed_at: UtcTime,
    /// What the patient said to it; empty without a word.
    pub answer: String,
    /// When it was applied, declined or dropped.
    pub settled_at: Option<UtcTime>,
}

impl Draft {
    /// Whether it waits for the patient's word.
    pub fn is_sent(&self) -> bool {
        self.status == "sent"
    }
}

/// The draft of a plan that is open or sent; there is at most one.
pub fn live<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<Draft>, StoreError> {
    let found = plan_drafts::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_drafts::plan_id.eq(&plan.id))
        .filter(plan_drafts::status.eq_any(["open", "sent"]));
    Ok(found.select(plan_drafts::all_columns).order((plan_drafts::made_at.desc(), plan_drafts::id)).first(tx.conn).optional()?)
}

/// The draft of a plan that was settled last, by whichever end.
pub fn settled_last<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<Draft>, StoreError> {
    let found = plan_drafts::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_drafts::plan_id.eq(&plan.id))
        .filter(plan_drafts::settled_at.is_not_null());
    Ok(found.select(plan_drafts::all_columns).order((plan_drafts::settled_at.desc(), plan_drafts::id)).first(tx.conn).optional()?)
}

/// Keeps a draft: a new one, or the next state of one that is kept already.
pub fn keep<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, draft: &Draft) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() || draft.plan_id != plan.id {
        return Err(StoreError::NotFound);
    }
    let set = (
        plan_drafts::status.eq(&draft.status),
        plan_drafts::base.eq(&draft.base),
        plan_drafts::body.eq(&draft.body),
        plan_drafts::reason.eq(&draft.reason),
        plan_drafts::revision.eq(draft.revision),
        plan_drafts::changed_by.eq(&draft.changed_by),
        plan_drafts::changed_at.eq(draft.changed_at),
        plan_drafts::answer.eq(&draft.answer),
        plan_drafts::settled_at.eq(draft.settled_at),
    );
    if diesel::update(plan_drafts::table.find(&draft.id)).set(set).execute(tx.conn)? == 0 {
        diesel::insert_into(plan_drafts::table).values(draft.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// Writes a line of the ledger for what a physiotherapist proposed and the patient said yes to: it is the
/// physiotherapist's, whose draft of this plan it was.
pub fn note_agreed(tx: &mut WriteTx, who: &PatientAccess<Own>, plan: &Plan, change: &Change, draft: &Draft) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() || draft.plan_id != plan.id || !draft.is_sent() {
        return Err(StoreError::NotFound);
    }
    insert_change(tx, plan, change, draft.changed_by.as_deref())
}

/// A plan as it was after a change.
#[derive(Debug, Clone)]
pub struct Version {
    /// Counted from 1.
    pub version: i32,
    /// The plan.
    pub shape: Shape,
    /// Why, as the patient read it; empty without an author.
    pub reason: String,
    /// Name of whoever changed it; `None` for what the rules and the patient changed.
    pub by: Option<String>,
    /// When.
    pub at: UtcTime,
}

type VersionRow = (i32, Json<Shape>, String, Option<String>, UtcTime);

/// Versions of a plan, newest first.
pub fn versions<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<Version>, StoreError> {
    let rows = plan_versions::table
        .inner_join(plans::table)
        .left_join(users::table.on(plan_versions::made_by.eq(users::id.nullable())))
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_versions::plan_id.eq(&plan.id))
        .select((plan_versions::version, plan_versions::body, plan_versions::reason, users::name.nullable(), plan_versions::made_at))
        .order(plan_versions::version.desc())
        .load::<VersionRow>(tx.conn)?;
    let version = |(version, shape, reason, by, at): VersionRow| Version { version, shape: shape.into_inner(), reason, by, at };
    Ok(rows.into_iter().map(version).collect())
}

/// Adds the next version. `by`: whoever decided; nobody for what the rules and the patient changed.
pub fn add_version<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    shape: &Shape,
    (by, reason): (Option<&str>, &str),
    at: UtcTime,
) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    let last: Option<i32> =
        plan_versions::table.filter(plan_versions::plan_id.eq(&plan.id)).select(diesel::dsl::max(plan_versions::version)).first(tx.conn)?;
    let row = (
        plan_versions::plan_id.eq(&plan.id),
        plan_versions::version.eq(last.unwrap_or(0) + 1),
        plan_versions::body.eq(Json::new(shape.clone())),
        plan_versions::reason.eq(reason),
        plan_versions::made_by.eq(by),
        plan_versions::made_at.eq(at),
    );
    diesel::insert_into(plan_versions::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// The newest version of a plan.
pub fn newest_version<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<Shape>, StoreError> {
    let found = plan_versions::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_versions::plan_id.eq(&plan.id))
        .select(plan_versions::body)
        .order(plan_versions::version.desc());
    Ok(found.first::<Json<Shape>>(tx.conn).optional()?.map(Json::into_inner))
}
