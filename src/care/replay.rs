//! Stored decisions run again under the present rules: which of them would differ. Reads in pages, so memory
//! does not grow with the clinic; says nothing about whose a decision was.

use crate::care::desk::overrides::LEGS;
use crate::clinical::RULESET_VERSION;
use crate::clinical::intake::{AnswerMap, evaluate, evaluate_so_far};
use crate::clinical::quota::{QuotaInput, schedule};
use crate::clinical::week::{WeekFacts, review};
use crate::store::replay::{
    Decision, dispositions_said_after, evaluations_after, looks_after, patterns_said_after, quotas_after, reviews_after,
};
use crate::store::{ReadTx, Store, StoreError};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A decision that would differ.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// Identity of the decision.
    pub decision: String,
    /// `check`, `intake`, `weekly`, `log`, `again` (from answers), `quota` (a schedule), `week` (a weekly review)
    /// or `override` (what the rules had said where a physiotherapist decided otherwise).
    pub kind: String,
    /// Version of the rules that decided.
    pub ruleset: String,
    /// What would differ, as `[then, now]`. Wording does not count.
    pub changed: BTreeMap<String, [Value; 2]>,
}

/// Why the replay stopped.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody takes what was found.
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// How many were run again.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// All of them.
    pub replayed: u64,
    /// Those that come out as before.
    pub same: u64,
    /// Those that would differ.
    pub differ: u64,
    /// Version of the rules they were run under.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub ruleset: &'static str,
}

/// Runs every stored decision again and tells `found` each that would differ.
pub fn replay(store: &Store, mut found: impl FnMut(&Difference) -> std::io::Result<()>) -> Result<Replayed, ReplayError> {
    let mut count = Replayed { ruleset: RULESET_VERSION, ..Replayed::default() };
    let mut tell = |kind: &str, stored: &Decision, now: Option<Value>| {
        let changed = changes(&stored.result, now);
        count.replayed += 1;
        if changed.is_empty() {
            count.same += 1;
            return Ok(());
        }
        count.differ += 1;
        let ruleset = stored.ruleset_version.clone();
        found(&Difference { decision: stored.id.clone(), kind: kind.to_owned(), ruleset, changed })
    };
    let mut after = String::new();
    loop {
        let page = store.read(|tx| evaluations_after(tx, &after))?;
        let Some((_, last)) = page.last() else { break };
        after.clone_from(&last.id);
        for (occasion, stored) in &page {
            tell(occasion, stored, evaluated(occasion, &stored.given))?;
        }
    }
    let kinds: [(&str, Next, Again); 5] = [
        ("again", looks_after, looked_again),
        ("quota", quotas_after, scheduled),
        ("week", reviews_after, reviewed),
        ("override", patterns_said_after, pattern_said),
        ("override", dispositions_said_after, disposition_said),
    ];
    for (kind, next, again) in kinds {
        after.clear();
        loop {
            let page = store.read(|tx| next(tx, &after))?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for stored in &page {
                tell(kind, stored, again(&stored.given))?;
            }
        }
    }
    Ok(count)
}

/// Decides again from what was stored.
type Again = fn(&str) -> Option<Value>;
/// Reads the next stored decisions of a kind.
type Next = fn(&mut ReadTx, &str) -> Result<Vec<Decision>, StoreError>;

fn reviewed(given: &str) -> Option<Value> {
    let facts: WeekFacts = serde_json::from_str(given).ok()?;
    serde_json::to_value(review(&facts)).ok()
}

fn looked_again(given: &str) -> Option<Value> {
    let answers: AnswerMap = serde_json::from_str(given).ok()?;
    serde_json::to_value(evaluate(&answers).ok()?).ok()
}

fn scheduled(given: &str) -> Option<Value> {
    let input: QuotaInput = serde_json::from_str(given).ok()?;
    serde_json::to_value(schedule(&input).ok()?).ok()
}

/// What the rules say of a pattern by the answers an override kept.
fn pattern_said(given: &str) -> Option<Value> {
    let answers: AnswerMap = serde_json::from_str(given).ok()?;
    let result = evaluate(&answers).ok().or_else(|| evaluate_so_far(&answers).ok())?;
    Some(serde_json::json!({ "category": result.category.code() }))
}

/// What the rules say of danger signs by the answers an override kept; new leg symptoms alone stop a plan by P-02.
fn disposition_said(given: &str) -> Option<Value> {
    let answers: AnswerMap = serde_json::from_str(given).ok()?;
    if answers.get("new_leg_symptoms").and_then(Value::as_str) == Some("yes") {
        return Some(serde_json::json!({ "disposition": LEGS }));
    }
    let result = evaluate(&answers).ok().or_else(|| evaluate_so_far(&answers).ok())?;
    Some(serde_json::json!({ "disposition": result.disposition.code() }))
}

/// A check is judged as far as it went, and so is an intake that an emergency answer ended.
fn evaluated(occasion: &str, given: &str) -> Option<Value> {
    let answers: AnswerMap = serde_json::from_str(given).ok()?;
    let whole = if occasion == "check" { None } else { evaluate(&answers).ok() };
    let result = whole.or_else(|| evaluate_so_far(&answers).ok())?;
    serde_json::to_value(result).ok()
}

/// What differs, field by field. A field that the rules of the time did not have yet counts only where it says
/// something now. A decision that cannot be read or made any more differs as a whole.
fn changes(stored: &str, now: Option<Value>) -> BTreeMap<String, [Value; 2]> {
    let stored: Option<Map<String, Value>> = serde_json::from_str(stored).ok();
    let (Some(then), Some(Value::Object(now))) = (stored, now) else {
        return BTreeMap::from([("decision".to_owned(), ["readable".into(), "not readable or refused".into()])]);
    };
    let of = |map: &Map<String, Value>, key: &String| without_words(map.get(key).cloned().unwrap_or(Value::Null));
    let quiet = |value: &Value| matches!(value, Value::Null | Value::Bool(false)) || value.as_array().is_some_and(Vec::is_empty);
    then.keys()
        .chain(now.keys())
        .map(|key| (key.clone(), [of(&then, key), of(&now, key)]))
        .filter(|(_, [then, now])| then != now && !(quiet(then) && quiet(now)))
        .collect()
}

/// Without the reasons: they are words and may be reworded.
fn without_words(mut value: Value) -> Value {
    if let Value::Array(entries) = &mut value {
        for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
            entry.remove("reason");
        }
    }
    value
}
