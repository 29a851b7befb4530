//! Stored decisions as they were written, for replaying them: no person, no names. A job of the program reads
//! them in pages; nothing that answers a request does.

use super::ReadTx;
use super::errors::StoreError;
use super::overrides::{CATEGORY, DISPOSITION};
use super::schema::{evaluations, overrides, plan_quotas, plans, reclassifications, reviews};
use diesel::prelude::*;

/// Decisions read at once.
const PAGE: i64 = 200;

/// A stored decision: what the rules were given and what they said, as text, so that one that can no longer be
/// read does not hide the others.
#[derive(Debug, Clone, Queryable)]
pub struct Decision {
    /// Identity.
    pub id: String,
    /// Version of the rules that decided.
    pub ruleset_version: String,
    /// What the rules were given, JSON.
    pub given: String,
    /// What they decided, JSON.
    pub result: String,
}

/// The next decisions from answers after the identity `after`, each with its occasion; empty at the end.
pub fn evaluations_after(tx: &mut ReadTx, after: &str) -> Result<Vec<(String, Decision)>, StoreError> {
    let columns = (evaluations::id, evaluations::ruleset_version, evaluations::answers, evaluations::result);
    let page = evaluations::table.filter(evaluations::id.gt(after)).order(evaluations::id).limit(PAGE);
    Ok(page.select((evaluations::occasion, columns)).load(tx.conn)?)
}

/// The next weekly reviews after the identity `after`; empty at the end.
pub fn reviews_after(tx: &mut ReadTx, after: &str) -> Result<Vec<Decision>, StoreError> {
    let page = reviews::table.filter(reviews::id.gt(after)).order(reviews::id).limit(PAGE);
    Ok(page.select((reviews::id, reviews::ruleset_version, reviews::facts, reviews::result)).load(tx.conn)?)
}

/// The next looks at a pattern after the identity `after`; empty at the end.
pub fn looks_after(tx: &mut ReadTx, after: &str) -> Result<Vec<Decision>, StoreError> {
    use reclassifications as looks;
    let page = looks::table.filter(looks::id.gt(after)).order(looks::id).limit(PAGE);
    Ok(page.select((looks::id, looks::ruleset_version, looks::answers, looks::result)).load(tx.conn)?)
}

/// The next quota schedules after the identity `after`; empty at the end. The walk of a plan that keeps what was
/// gained follows from no schedule and is not among them.
pub fn quotas_after(tx: &mut ReadTx, after: &str) -> Result<Vec<Decision>, StoreError> {
    let running = plan_quotas::table.inner_join(plans::table).filter(plans::maintenance.is_null());
    let page = running.filter(plan_quotas::id.gt(after)).order(plan_quotas::id).limit(PAGE);
    Ok(page.select((plan_quotas::id, plans::ruleset_version, plan_quotas::inputs, plan_quotas::schedule)).load(tx.conn)?)
}

/// What the rules had said of a pattern where a physiotherapist decided otherwise, the next after the identity `after`;
/// empty at the end.
pub fn patterns_said_after(tx: &mut ReadTx, after: &str) -> Result<Vec<Decision>, StoreError> {
    said_after(tx, CATEGORY, after)
}

/// The same of what the answers ask for.
pub fn dispositions_said_after(tx: &mut ReadTx, after: &str) -> Result<Vec<Decision>, StoreError> {
    said_after(tx, DISPOSITION, after)
}

fn said_after(tx: &mut ReadTx, kind: &str, after: &str) -> Result<Vec<Decision>, StoreError> {
    let page = overrides::table.filter(overrides::kind.eq(kind)).filter(overrides::id.gt(after)).order(overrides::id).limit(PAGE);
    let columns = (overrides::id, overrides::ruleset_version, overrides::inputs, overrides::said);
    let rows: Vec<(String, String, String, String)> = page.select(columns).load(tx.conn)?;
    // The code alone is stored; as an object it is compared like every other decision.
    let said = |code: &str| serde_json::json!({ kind: code }).to_string();
    let decision =
        |(id, ruleset_version, given, code): (String, String, String, String)| Decision { id, ruleset_version, given, result: said(&code) };
    Ok(rows.into_iter().map(decision).collect())
}
