//! Looking at a person's pattern again (3.6): when it is offered, what the rules make of the new
//! answers, and what somebody's decision changes. The rules only propose; a physiotherapist decides,
//! or the person themselves when nobody is in charge.

mod decide;

pub(in crate::care) use decide::{category_name, choose};
pub use decide::{decide, decide_own, new_facts, preview};

use super::CareError;
use super::intake::newest_decision;
use super::safety;
use super::standing::{Active, Standing, disposition, standing};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::RULESET_VERSION;
use crate::clinical::advice::advice;
use crate::clinical::codes::{AlertTo, Category, Disposition};
use crate::clinical::home_tests::{Situation, offered};
use crate::clinical::intake::{AnswerMap, bone_caution, evaluate};
use crate::clinical::plan::PlanFacts;
use crate::clock::{Moment, UtcTime};
use crate::ids;
use crate::store::pattern::{self, PROPOSED, Reclassification, SAME, STOPPED};
use crate::store::plans::Plan;
use crate::store::reviews::CheckAnswers;
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, oversight, relations};
use chrono::NaiveDate;
use decide::{Line, finding, take_out};
use serde_json::{Value, json};

/// Day of the plan from which an unclear pattern is looked at again (3.6), counted from 1.
const UNCLEAR_FROM_DAY: i64 = 14;
/// Days of the plan on which every pattern is looked at again once: week 4 and the one after it.
const WEEK_4: std::ops::RangeInclusive<i64> = 22..=35;
/// For so many days after an alert P-10 the pattern is offered to be looked at again.
const P_10_DAYS: i64 = 28;
/// Rule id of the alert that asks a physiotherapist to decide.
pub const RULE: &str = "C-again";
/// Answers that are asked again; everything else is taken from the intake.
pub const ASKED: [&str; 18] = [
    "p_sit_slump",
    "p_sit_tall",
    "p_bend",
    "p_stand",
    "p_walk",
    "p_arch",
    "p_lie_flat",
    "p_lie_bent",
    "p_carry",
    "p_jolt",
    "p_change",
    "p_trivial",
    "i_giveway",
    "i_crack",
    "i_brace",
    "i_vary",
    "tod",
    "trig",
];

/// Why the pattern is looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was unclear and day 14 is reached.
    Unclear14,
    /// Week 4.
    Week4,
    /// No lasting gain (P-10).
    P10,
    /// The person wished it.
    Asked,
}

impl Why {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unclear14 => "unclear_14",
            Self::Week4 => "week_4",
            Self::P10 => "p_10",
            Self::Asked => "asked",
        }
    }
}

/// Whether looking again is called for now; the most telling reason first. Nothing while the plan
/// stands still or a proposal waits.
pub fn due<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, moment: Moment) -> Result<Option<Why>, CareError> {
    let looks = of_plan(tx, who, &active.plan)?;
    if active.pause.is_some() || looks.iter().any(Reclassification::waits) {
        return Ok(None);
    }
    let local = |at: UtcTime| Moment { utc: at, ..moment }.today();
    let day_of = |on: NaiveDate| (on - active.plan.started_on).num_days() + 1;
    let today = day_of(moment.today());
    let last = looks.first().map(|look| look.made_at);
    let raised = oversight::alerts(tx, who)?.into_iter().filter(|alert| alert.rule == "P-10" && alert.raised_at >= active.plan.agreed_at);
    let newest = raised.map(|alert| alert.raised_at).max();
    if newest.is_some_and(|at| last.is_none_or(|last| last < at) && (moment.today() - local(at)).num_days() <= P_10_DAYS) {
        return Ok(Some(Why::P10));
    }
    if WEEK_4.contains(&today) && last.is_none_or(|last| day_of(local(last)) < *WEEK_4.start()) {
        return Ok(Some(Why::Week4));
    }
    let unclear = active.plan.category.0 == Category::Unclear;
    Ok((unclear && today >= UNCLEAR_FROM_DAY && last.is_none_or(|last| day_of(local(last)) < UNCLEAR_FROM_DAY)).then_some(Why::Unclear14))
}

fn of_plan<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<Reclassification>, CareError> {
    let mut looks = pattern::all(tx, who)?;
    looks.retain(|look| look.plan_id == plan.id);
    Ok(looks)
}

/// What the page needs before it asks.
#[derive(Debug, Clone)]
pub struct Basis {
    /// Answers of the intake: shown as "last time", never chosen beforehand.
    pub before: AnswerMap,
    /// Home tests that may be offered, pain now left aside.
    pub tests: Vec<&'static str>,
    /// Why it is offered now.
    pub why: Why,
    /// The newest look at this plan's pattern.
    pub last: Option<Reclassification>,
    /// Whether a physiotherapist is in charge.
    pub in_charge: bool,
}

/// What the page needs before it asks.
pub fn basis<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, moment: Moment) -> Result<Basis, CareError> {
    let before = newest_decision(tx, who)?.ok_or(StoreError::NotFound)?.answers.into_inner();
    let tests = offered(&situation(tx, who, active, &before, 0)?);
    Ok(Basis {
        tests,
        before,
        why: due(tx, who, active, moment)?.unwrap_or(Why::Asked),
        last: of_plan(tx, who, &active.plan)?.into_iter().next(),
        in_charge: !relations::in_charge_names(tx, who)?.is_empty(),
    })
}

fn situation<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    active: &Active,
    answers: &AnswerMap,
    pain_now: i64,
) -> Result<Situation, CareError> {
    let text = |id: &str| answers.get(id).and_then(Value::as_str).unwrap_or_default();
    Ok(Situation {
        level: disposition(tx, who)?.unwrap_or(Disposition::Continue),
        hold: active.pause.is_some(),
        pain_now,
        weakness_unchecked: !matches!(text("r_weak"), "no" | "old_checked"),
        pregnant: text("preg") == "yes",
        pregnant_late: active.plan.facts.pregnant_late_or_postnatal,
        bone_caution: bone_caution(answers),
    })
}

/// What the legs did during the home tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leg {
    /// Nothing, or no test was done.
    Nothing,
    /// Leg pain moved towards the back or went (13 no. 8).
    Centralised,
    /// It went further down, or tingling or numbness began: the set stops (2.3).
    Further,
}

/// The new answers.
#[derive(Debug, Clone)]
pub struct Given {
    /// Those of [`ASKED`] that were answered, and `ht`.
    pub answers: AnswerMap,
    /// Pain before the home tests.
    pub pain_now: Option<u8>,
    /// What the legs did.
    pub leg: Leg,
    /// Keys of the weekly danger-sign questions that began during the tests.
    pub signs: Vec<String>,
    /// Makes a repeated submission harmless.
    pub token: String,
}

impl Given {
    /// The tests were stopped by a symptom.
    pub fn stopped(&self) -> bool {
        self.leg == Leg::Further || !self.signs.is_empty()
    }
}

/// The stored profile with the new answers. Danger signs are not asked here: their stored answers
/// stand, and only the category of the result counts.
fn merged(before: &AnswerMap, given: &Given) -> AnswerMap {
    let mut answers = before.clone();
    answers
        .extend(given.answers.iter().filter(|(id, _)| ASKED.contains(&id.as_str()) || *id == "ht").map(|(id, v)| (id.clone(), v.clone())));
    if let Some(now) = given.pain_now {
        let worst = answers.get("nprs_worst").and_then(Value::as_i64).unwrap_or(0);
        answers.insert("nprs_now".to_owned(), json!(now));
        answers.insert("nprs_worst".to_owned(), json!(worst.max(i64::from(now))));
    }
    if given.leg == Leg::Further {
        answers.insert("leg_worse".to_owned(), json!("yes"));
    }
    answers
}

/// The tests in an answer map that were really done.
fn done(answers: &AnswerMap) -> Vec<&str> {
    let tests = answers.get("ht").and_then(Value::as_object);
    tests.map(|all| all.iter().filter(|(_, a)| a.as_str() != Some("not_done")).map(|(id, _)| id.as_str()).collect()).unwrap_or_default()
}

/// Takes the new answers, once a token. A symptom during the tests pauses the plan as a weekly check
/// would (P-02, P-01) and judges no pattern.
pub fn look(store: &Store, who: &PatientAccess<Own>, given: &Given, moment: Moment) -> Result<Reclassification, CareError> {
    store.write(|tx| {
        if let Some(known) = pattern::by_token(tx, who, &given.token)? {
            return Ok(known);
        }
        let Standing::Active(active) = standing(tx, who, moment.today())? else { return Err(StoreError::NotFound.into()) };
        let basis = basis(tx, who, &active, moment)?;
        check(tx, who, &active, &basis, given)?;
        let answers = merged(&basis.before, given);
        let result = evaluate(&answers).map_err(|errors| {
            let fields: Vec<String> = errors.into_iter().map(|e| e.field).collect();
            CareError::refused("", text!("Some answers are missing: {fields}", fields = fields.join(", ")))
        })?;
        let same = result.category == active.plan.category.0;
        let look = Reclassification {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            plan_id: active.plan.id.clone(),
            why: basis.why.code().to_owned(),
            token: given.token.clone(),
            answers: Json::new(with_leg(answers, given.leg)),
            result: Json::new(result),
            ruleset_version: RULESET_VERSION.to_owned(),
            made_at: moment.utc,
            status: if given.stopped() {
                STOPPED
            } else if same {
                SAME
            } else {
                PROPOSED
            }
            .to_owned(),
            decided_by: None,
            decided_at: None,
            reason: String::new(),
        };
        pattern::keep(tx, who, &look)?;
        oversight::note(tx, who.by(), Some(who.patient()), "pattern looked at again", moment.utc)?;
        follow(tx, who, &active.plan, &basis, &look, given, moment)?;
        Ok(look)
    })
}

/// What the legs did travels with the answers; the rules ignore keys they do not know.
fn with_leg(mut answers: AnswerMap, leg: Leg) -> AnswerMap {
    if leg == Leg::Centralised {
        answers.insert("ht_centralised".to_owned(), json!("yes"));
    }
    answers
}

fn check(tx: &mut ReadTx, who: &PatientAccess<Own>, active: &Active, basis: &Basis, given: &Given) -> Result<(), CareError> {
    // A symptom counts whatever else is wrong with the form.
    if given.stopped() {
        return Ok(());
    }
    if active.pause.is_some() {
        return Err(CareError::refused("", tr_later!("Your plan is paused. Your pattern can be looked at when it is open again")));
    }
    if basis.last.as_ref().is_some_and(Reclassification::waits) {
        return Err(CareError::refused("", tr_later!("Your last answers still wait for a decision")));
    }
    let tried = done(&given.answers);
    let Some(pain) = given.pain_now else {
        return if tried.is_empty() {
            Ok(())
        } else {
            Err(CareError::refused("nprs_now", tr_later!("Say how your pain was before the first test")))
        };
    };
    let may = offered(&situation(tx, who, active, &basis.before, i64::from(pain))?);
    if tried.iter().all(|id| may.contains(id)) {
        Ok(())
    } else if may.is_empty() {
        Err(CareError::refused("nprs_now", crate::clinical::home_tests::home_tests().too_sore.clone()))
    } else {
        Err(CareError::refused("", tr_later!("One of the tests is not for you at the moment. Choose \u{201c}I did not do it\u{201d}")))
    }
}

/// What a look leads to at once.
fn follow(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    plan: &Plan,
    basis: &Basis,
    look: &Reclassification,
    given: &Given,
    moment: Moment,
) -> Result<(), CareError> {
    match look.status.as_str() {
        STOPPED => {
            // A word before the token keeps it apart from a weekly check (see `today`).
            let answers = CheckAnswers { danger: given.signs.clone(), leg: given.leg == Leg::Further };
            safety::keep(tx, who, &plan.id, &answers, &format!("again {}", given.token), moment)?;
        }
        PROPOSED if basis.in_charge => {
            let now = advice().category(look.result.category);
            let before = advice().category(plan.category.0);
            let reason =
                format!("New answers point to {}; the plan was made for {}. Confirm or decline the change.", now.name, before.name);
            oversight::raise(tx, who, RULE, AlertTo::Physio, &reason, moment.utc)?;
        }
        // Front-lying that hurts is left out whatever the pattern: caution asks nobody.
        SAME if finding(&look.answers, "ht_prone") == Some("worse") && !plan.facts.prone_hurts => {
            let now = PlanFacts { prone_hurts: true, prone_better: false, ..PlanFacts::clone(&plan.facts) };
            pattern::set_facts(tx, who, plan, &now)?;
            let line = Line { rule: "patient", reason: "Lying on your front hurt in your home test.", moment };
            take_out(tx, who, plan, &now, &line)?;
        }
        _ => {}
    }
    Ok(())
}
