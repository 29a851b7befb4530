//! A physiotherapist decides against what the rules said. The rules' own decision is never changed: beside it stands
//! who decided what, why, and everything the rules knew. Stricter than the rules is at once: the plan stops as it would
//! for that result of the questions. A safety stop ends in one way only, a recorded clearance ([`super::clear`]); what
//! is urgent for today is never judged away.

use super::acts::clear_in;
use crate::access::{MayRead, PatientAccess, Treat};
use crate::care::CareError;
use crate::care::intake::newest_decision;
use crate::care::pattern;
use crate::care::standing::{Standing, disposition, standing, stricter};
use crate::clinical::advice::advice;
use crate::clinical::codes::{AlertTo, Category, Disposition};
use crate::clinical::intake::AnswerMap;
use crate::clock::Moment;
use crate::ids;
use crate::lang::Text;
use crate::store::intake::{Hold, StoredEvaluation};
use crate::store::overrides::{self, CATEGORY, DISPOSITION, Override};
use crate::store::pattern::ACCEPTED;
use crate::store::plans::{Change, Plan};
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, intake, oversight, plans};

/// Shortest reason, in characters.
pub const REASON: usize = 10;
/// Rule of the alert that a stricter judgement raises.
pub const JUDGED: &str = "physio";
/// What stands as `said` where new leg symptoms alone (P-02) stopped the plan.
pub const LEGS: &str = "P-02";

/// What the rules found about the pattern.
#[derive(Debug, Clone)]
pub struct Bias {
    /// What they said.
    pub said: Category,
    /// What the plan follows, or would begin with.
    pub in_force: Category,
    evaluation: Option<String>,
    answers: AnswerMap,
    ruleset: String,
}

/// What the rules found about danger signs.
#[derive(Debug, Clone)]
pub struct Urgency {
    /// The decision that weighs most: behind an open hold, else of the latest intake or check.
    pub decision: StoredEvaluation,
    /// The disposition in force.
    pub in_force: Disposition,
    /// Holds that nobody has cleared.
    pub open: Vec<Hold>,
    /// New leg symptoms alone stopped the plan.
    pub legs: bool,
    /// The most urgent level that holds the plan, of the rules or of a physiotherapist; none where nothing holds it, or
    /// new leg symptoms alone.
    pub held: Option<Disposition>,
}

impl Urgency {
    /// The rules have stopped the plan, or asked for a doctor soon: nothing that one click may undo.
    pub fn safety_stop(&self) -> bool {
        !self.open.is_empty() || self.decision.result.disposition >= Disposition::Urgent2Weeks
    }

    /// An emergency or same-day result, of the rules or of a physiotherapist: a recorded clearance ends it, no
    /// judgement does.
    pub fn clearance_alone(&self) -> bool {
        self.decision.result.disposition.max(self.held.unwrap_or(Disposition::Continue)) >= Disposition::SameDay
    }

    /// Judgements that may be recorded, most urgent first: where clearance alone helps, only those that are stricter
    /// than what holds the plan.
    pub fn levels(&self) -> Vec<Disposition> {
        let open = |level: &Disposition| match self.held {
            Some(held) if self.clearance_alone() => *level > held,
            None if self.clearance_alone() => stops(*level),
            _ => true,
        };
        Disposition::ALL.iter().rev().copied().filter(open).collect()
    }

    /// Code of what the rules said.
    pub fn said(&self) -> &'static str {
        if self.legs { LEGS } else { self.decision.result.disposition.code() }
    }

    fn answers(&self) -> AnswerMap {
        let mut answers = self.decision.answers.clone().into_inner();
        if self.legs {
            // The rules ignore keys they do not know, so that this still replays.
            answers.insert("new_leg_symptoms".to_owned(), "yes".into());
        }
        answers
    }
}

/// The category that a physiotherapist set against a decision of the rules: which, why, and their name.
pub fn category_against<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    evaluation: &str,
) -> Result<Option<(Category, Override, Option<String>)>, CareError> {
    let of = |row: &Override| row.kind == CATEGORY && row.evaluation_id.as_deref() == Some(evaluation);
    let newest = overrides::all(tx, who)?.into_iter().find(|(row, _)| of(row));
    Ok(newest.and_then(|(row, by)| Some((row.decided.parse().ok()?, row, by))))
}

/// What the rules found about the pattern; none before an intake is handed in, and after the programme.
pub fn bias<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, state: &Standing) -> Result<Option<Bias>, CareError> {
    if matches!(state, Standing::Ended(_)) || intake::latest(tx, who, "submitted")?.is_none() {
        return Ok(None);
    }
    let Some(whole) = newest_decision(tx, who)? else { return Ok(None) };
    let set = category_against(tx, who, &whole.id)?.map(|(category, ..)| category);
    let first = Bias {
        said: whole.result.category,
        in_force: set.unwrap_or(whole.result.category),
        evaluation: Some(whole.id),
        answers: whole.answers.into_inner(),
        ruleset: whole.ruleset_version,
    };
    let Standing::Active(active) = state else { return Ok(Some(first)) };
    let looks = crate::store::pattern::all(tx, who)?;
    let accepted = looks.into_iter().find(|look| look.status == ACCEPTED && look.plan_id == active.plan.id);
    let in_force = active.plan.category.0;
    Ok(Some(match accepted {
        None => Bias { in_force, ..first },
        Some(look) => Bias {
            said: look.result.category,
            in_force,
            evaluation: None,
            answers: look.answers.into_inner(),
            ruleset: look.ruleset_version,
        },
    }))
}

/// What the rules found about danger signs; none before any answer.
pub fn urgency<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Urgency>, CareError> {
    let all = intake::evaluations(tx, who)?;
    let mut open = intake::holds(tx, who)?;
    open.retain(|hold| hold.cleared_at.is_none());
    let level = |e: &&StoredEvaluation| e.result.disposition;
    // Answers changed to "no" leave the urgent decision before them in force (3.5).
    let changed = open.iter().any(|hold| hold.answers_changed).then(|| all.iter().find(|e| level(e) >= Disposition::SameDay));
    let behind = open.iter().filter_map(|hold| all.iter().find(|e| Some(e.id.as_str()) == hold.evaluation_id.as_deref()));
    let stopped = behind.chain(changed.flatten()).max_by_key(level);
    let latest = ["check", "intake"].into_iter().filter_map(|occasion| all.iter().find(|e| e.occasion == occasion)).max_by_key(level);
    let Some(decision) = stopped.or(latest).cloned() else { return Ok(None) };
    let legs = stopped.is_none() && open.iter().any(|hold| hold.cause == "leg_symptoms");
    let rules = stopped.map(|decision| decision.result.disposition);
    let held = rules.max(stricter(tx, who)?.map(|judged| judged.level));
    let in_force = match held {
        Some(held) => held,
        None => disposition(tx, who)?.unwrap_or(decision.result.disposition),
    };
    Ok(Some(Urgency { in_force, decision, legs, held, open }))
}

/// Levels that stop a plan by themselves (3.1).
pub fn stops(level: Disposition) -> bool {
    level >= Disposition::Urgent2Weeks
}

fn long_enough(field: &'static str, words: &str, message: &'static str) -> Result<(), CareError> {
    if words.trim().chars().count() < REASON { Err(CareError::refused(field, message)) } else { Ok(()) }
}

fn write_line(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    plan: &Plan,
    after: Text,
    reason: Text,
    moment: Moment,
) -> Result<(), CareError> {
    let (at, effective_on) = (moment.utc, moment.today());
    let (rule, subject) = ("physio".to_owned(), "Plan".to_owned());
    Ok(plans::note_change(tx, who, plan, &Change { at, effective_on, by: None, rule, subject, before: text!(""), after, reason })?)
}

/// Another starting bias than the one in force.
#[derive(Debug, Clone)]
pub struct NewCategory {
    /// Which.
    pub category: Category,
    /// Why; the patient reads it.
    pub reason: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Sets another starting bias. A plan under way follows it at once, as it follows an accepted proposal; a plan that is
/// still to be made begins with it (`care::plan::offer`).
pub fn set_category(store: &Store, who: &PatientAccess<Treat>, new: &NewCategory, moment: Moment) -> Result<(), CareError> {
    long_enough("category_reason", &new.reason, "Write the reason in a sentence: the patient reads it")?;
    store.write(|tx| {
        if overrides::known(tx, who, &new.token)? {
            return Ok(());
        }
        let state = standing(tx, who, moment.today())?;
        let bias = bias(tx, who, &state)?.ok_or_else(|| CareError::refused("", "There is no pattern to set at present"))?;
        if new.category == bias.in_force {
            return Err(CareError::refused("category", "This is the pattern in force. Choose another one, or go back"));
        }
        if let Standing::Active(active) = &state {
            pattern::choose(tx, who, active, new.category, new.reason.trim(), moment)?;
        }
        // A pattern that nobody could tell is told now.
        for alert in oversight::alerts(tx, who)?.into_iter().filter(|a| a.rule == "R95" && a.resolved_at.is_none()) {
            oversight::resolve(tx, who, &alert.id, moment.utc)?;
        }
        let row = Override {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            evaluation_id: bias.evaluation,
            kind: CATEGORY.to_owned(),
            said: bias.said.code().to_owned(),
            decided: new.category.code().to_owned(),
            safety_stop: false,
            reason: new.reason.trim().to_owned(),
            inputs: Json::new(bias.answers),
            ruleset_version: bias.ruleset,
            made_by: who.by().map(|by| by.as_str().to_owned()),
            made_at: moment.utc,
            token: new.token.clone(),
        };
        overrides::keep(tx, who, &row)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "set another pattern than the rules", moment.utc)?)
    })
}

/// Another judgement of how urgent the answers are.
#[derive(Debug, Clone)]
pub struct NewJudgement {
    /// What the answers, and what was found, ask for.
    pub level: Disposition,
    /// The plan is to wait for a clearance, also where the level alone would not stop it.
    pub wait: bool,
    /// Why; the patient reads it.
    pub reason: String,
    /// The second, explicit confirmation, with what was examined and by whom; none before it was asked for.
    pub examined: Option<String>,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// What came of a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It is recorded.
    Kept,
    /// It is recorded, and the plan is stopped.
    Stopped,
    /// The rules have stopped the plan for safety: nothing has happened yet, and a second confirmation is asked for.
    Ask,
}

/// Records another judgement than the rules'. Against a safety stop only with a second confirmation, and then as a
/// recorded clearance.
pub fn judge(store: &Store, who: &PatientAccess<Treat>, new: &NewJudgement, moment: Moment) -> Result<Judged, CareError> {
    long_enough("disposition_reason", &new.reason, "Write the reason in a sentence: the patient reads it")?;
    store.write(|tx| {
        if overrides::known(tx, who, &new.token)? {
            return Ok(Judged::Kept);
        }
        let found = urgency(tx, who)?.ok_or(StoreError::NotFound)?;
        if new.wait || stops(new.level) {
            stop(tx, who, &found, new, moment)?;
            return Ok(Judged::Stopped);
        }
        if found.clearance_alone() {
            let only = "An emergency or same-day result is ended by a recorded clearance alone, with who looked and what was found";
            return Err(CareError::refused("", only));
        }
        if found.open.is_empty() && new.level == found.in_force {
            return Err(CareError::refused("disposition", "This is the judgement in force. Choose another one, or go back"));
        }
        if found.safety_stop() {
            let Some(examined) = &new.examined else { return Ok(Judged::Ask) };
            long_enough("examined", examined, "Write what was examined, by whom and when, in a sentence")?;
            if !found.open.is_empty() {
                clear_in(tx, who, examined.trim(), moment.utc)?;
            }
        }
        let rules: Vec<&str> = found.decision.result.rules.iter().map(|rule| rule.id.as_str()).collect();
        for alert in oversight::alerts(tx, who)?.into_iter().filter(|a| a.resolved_at.is_none() && rules.contains(&a.rule.as_str())) {
            oversight::resolve(tx, who, &alert.id, moment.utc)?;
        }
        if let Standing::Active(active) = standing(tx, who, moment.today())? {
            let (level, reason) = (Text::fixed(&advice().disposition(new.level).title), new.reason.trim());
            let told = text!("What they mean by now: {level}. {reason}", level = level, reason = reason);
            write_line(tx, who, &active.plan, text!("Your physiotherapist has looked at your answers"), told, moment)?;
        }
        let row = of_judgement(who, &found, new, moment);
        overrides::keep(tx, who, &Override { safety_stop: found.safety_stop(), ..row })?;
        oversight::note(tx, who.by(), Some(who.patient()), "judged answers otherwise than the rules", moment.utc)?;
        Ok(Judged::Kept)
    })
}

/// Stops the plan as the same result of the questions would: a hold, an alert, a line that the patient reads. What
/// stops it already stays open beside it; one clearance ends all.
fn stop(tx: &mut WriteTx, who: &PatientAccess<Treat>, found: &Urgency, new: &NewJudgement, moment: Moment) -> Result<(), CareError> {
    // SAFETY(patient): what holds the plan is never replaced by something milder.
    if found.held.is_some_and(|held| new.level <= held) {
        let already = "The plan is stopped for this, or for something more urgent, already. A recorded clearance ends it";
        return Err(CareError::refused("disposition", already));
    }
    if new.level == Disposition::Continue {
        return Err(CareError::refused("disposition", "Choose what has to happen before the plan goes on"));
    }
    let row = of_judgement(who, found, new, moment);
    overrides::keep(tx, who, &row)?;
    intake::place_judged_hold(tx, who, &row.id, moment.utc)?;
    // The alert says the newest judgement, not the one before it.
    for alert in oversight::alerts(tx, who)?.into_iter().filter(|a| a.resolved_at.is_none() && a.rule == JUDGED) {
        oversight::resolve(tx, who, &alert.id, moment.utc)?;
    }
    let reason = format!("Judged in person, stricter than the rules ({}): {}", new.level, row.reason);
    oversight::raise(tx, who, JUDGED, AlertTo::Triage, &reason, moment.utc)?;
    if let Standing::Active(active) = standing(tx, who, moment.today())? {
        let told = text!("Your plan stops until a clinician has recorded that it is safe to go on. {reason}", reason = new.reason.trim());
        write_line(tx, who, &active.plan, text!("Your physiotherapist has looked at your answers"), told, moment)?;
    }
    Ok(oversight::note(tx, who.by(), Some(who.patient()), "stopped the plan, stricter than the rules", moment.utc)?)
}

fn of_judgement(who: &PatientAccess<Treat>, found: &Urgency, new: &NewJudgement, moment: Moment) -> Override {
    Override {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        evaluation_id: (!found.legs).then(|| found.decision.id.clone()),
        kind: DISPOSITION.to_owned(),
        said: found.said().to_owned(),
        decided: new.level.code().to_owned(),
        safety_stop: false,
        reason: new.reason.trim().to_owned(),
        inputs: Json::new(found.answers()),
        ruleset_version: found.decision.ruleset_version.clone(),
        made_by: who.by().map(|by| by.as_str().to_owned()),
        made_at: moment.utc,
        token: new.token.clone(),
    }
}
