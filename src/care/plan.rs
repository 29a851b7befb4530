//! Composing a plan and starting it once the person agrees.

use super::CareError;
use super::baseline::{self, BaselineState, days_per_week};
use super::desk::giving::follow_from_start;
use super::desk::overrides::category_against;
use super::intake::newest_decision;
use super::pattern::category_name;
use super::standing::{Standing, standing};
use crate::access::{MayRead, MayRecord, PatientAccess};
use crate::clinical::RULESET_VERSION;
use crate::clinical::codes::{Category, Stage};
use crate::clinical::intake::{AnswerMap, Evaluation, bone_caution, radicular};
use crate::clinical::plan::template::{Phase, lay};
use crate::clinical::plan::{Composition, LeftOut, PlanFacts, Prescribed, Role, Shape, compose, initial_phase};
use crate::clock::Moment;
use crate::ids;
use crate::lang::Text;
use crate::store::intake::{Intake, Wishes};
use crate::store::plans::{Change, Plan, PlanQuota};
use crate::store::{Coded, Json, ReadTx, Store, StoreError, accounts, course, oversight, plans, templates};

/// Weeks of pregnancy after which some items are left out (5.6).
const LATE_PREGNANCY_WEEK: u8 = 16;

/// Everything a person sees before they agree to a plan.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The intake it is made from.
    pub intake: Intake,
    /// The decision it rests on.
    pub decision: Evaluation,
    /// Trials and quota schedule.
    pub baseline: BaselineState,
    /// Exercises, and what was left out and why.
    pub composition: Composition,
    /// What composition was given.
    pub facts: PlanFacts,
    /// The template whose first phase is laid over the composition: which, its version, and that phase.
    pub template: Option<(String, i32, Phase)>,
    /// Why it starts from another category than the decision's; none where it does not.
    pub why: Option<Text>,
}

/// What composition needs to know, from the answers, the wishes and the decision.
pub fn facts_of(answers: &AnswerMap, wishes: &Wishes, decision: &Evaluation) -> PlanFacts {
    let text = |id: &str| answers.get(id).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let late = wishes.pregnancy_week.is_none_or(|week| week > LATE_PREGNANCY_WEEK);
    PlanFacts {
        category: decision.category,
        secondary: decision.secondary,
        stage: decision.stage,
        phase: initial_phase(decision.stage),
        bone_caution: bone_caution(answers),
        radicular: radicular(answers),
        physio_seen_radic: false,
        centralised: false,
        pregnant_late_or_postnatal: text("preg") == "postnatal" || (text("preg") == "yes" && late),
        can_floor: wishes.floor == Some(true),
        equipment: wishes.equipment.clone().unwrap_or_default(),
        prone_hurts: wishes.prone.as_deref() == Some("yes"),
        prone_better: wishes.prone.as_deref() == Some("better"),
        activities: wishes.quota.into_iter().collect(),
    }
}

/// The plan on offer; `None` unless the intake is in and nothing holds it.
pub fn offer<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, moment: Moment) -> Result<Option<Offer>, CareError> {
    let Standing::Ready(intake) = standing(tx, who, moment.today())? else { return Ok(None) };
    let stored = newest_decision(tx, who)?.ok_or(StoreError::NotFound)?;
    let chosen = category_against(tx, who, &stored.id)?;
    let decision = stored.result.into_inner();
    let mut facts = facts_of(&intake.answers, &intake.wishes, &decision);
    if let Some((category, ..)) = &chosen {
        (facts.category, facts.secondary) = (*category, None);
    }
    let why = chosen.map(|(category, row, _)| {
        let (now, before) = (category_name(category), category_name(decision.category));
        let found = text!(
            "Your physiotherapist sees your back as most sensitive to {now}; your answers pointed to {before}.",
            now = now,
            before = before
        );
        text!("{found} {typed}", found = found, typed = row.reason)
    });
    let baseline = baseline::state(tx, who, &intake, moment.today())?;
    let template = begins_with(tx, who)?;
    let composition = match &template {
        Some((.., phase)) => with_phase(compose(&facts), phase, &facts),
        None => compose(&facts),
    };
    Ok(Some(Offer { composition, facts, baseline, decision, why, intake: *intake, template }))
}

/// The template that somebody's invitation named, with the phase that their first plan begins with.
pub(super) fn begins_with<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<(String, i32, Phase)>, CareError> {
    if course::latest(tx, who)?.is_some() {
        return Ok(None);
    }
    let brought = templates::brought(tx, who)?;
    Ok(brought.and_then(|(id, version, body)| body.phases.into_iter().next().map(|phase| (id, version, phase))))
}

/// A composition whose training is that of a template; what is not for this person stays out with the reason.
fn with_phase(composed: Composition, phase: &Phase, facts: &PlanFacts) -> Composition {
    let laid = lay(&Shape { items: composed.items.clone(), quotas: Vec::new() }, None, phase, facts);
    // Where nothing of the template's training is for them, what the rules composed stands.
    if !laid.shape.items.iter().any(|item| item.role == Role::Training) {
        return composed;
    }
    // The offer names exercises of the library alone.
    let known = laid.left_out.iter().filter(|(item, _)| item.own.is_none());
    let left = known.filter_map(|(item, why)| Some(LeftOut { exercise: item.exercise.clone(), reason: *why.first()? }));
    Composition { left_out: left.collect(), items: laid.shape.items }
}

/// What the person settles when they agree.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Training days, 0 = Monday; three to five.
    pub days: Vec<u8>,
    /// If-then plan in their own words; may be empty.
    pub cue: String,
}

/// Starts the plan on offer today. Agreeing twice starts one plan. What was agreed in the room says so in the ledger.
pub fn agree<M: MayRecord>(store: &Store, who: &PatientAccess<M>, agreement: &Agreement, moment: Moment) -> Result<(), CareError> {
    if !(3..=5).contains(&agreement.days.len()) {
        return Err(CareError::refused("days", tr_later!("Choose three, four or five days")));
    }
    store.write(|tx| {
        if let Standing::Active(_) = standing(tx, who, moment.today())? {
            return Ok(());
        }
        let offer = offer(tx, who, moment)?.ok_or(StoreError::NotFound)?;
        let Some(proposal) = offer.baseline.proposal.clone() else {
            return Err(CareError::refused("", tr_later!("The baseline needs more trials before the plan can start")));
        };
        let plan = Plan {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            intake_id: offer.intake.id.clone(),
            status: "active".to_owned(),
            category: Coded::<Category>(offer.facts.category),
            stage: Coded::<Stage>(offer.decision.stage),
            phase: i32::from(offer.facts.phase),
            facts: Json::new(offer.facts.clone()),
            training_days: Json::new(agreement.days.clone()),
            cue: agreement.cue.trim().to_owned(),
            ruleset_version: RULESET_VERSION.to_owned(),
            agreed_at: moment.utc,
            started_on: moment.today(),
            ended_on: None,
            phase_since: None,
            maintenance: None,
            end_reason: None,
            smaller: None,
            agreed_minutes: Some(agreed_minutes(&offer.composition.items, agreement.days.len())),
        };
        let quota = PlanQuota {
            id: ids::fresh(),
            plan_id: plan.id.clone(),
            activity: Coded(offer.baseline.activity),
            unit: Coded(proposal.input.unit),
            goal: proposal.input.goal,
            goal_on: proposal.goal_on,
            days_per_week: quota_days(&offer),
            inputs: Json::new(proposal.input),
            schedule: Json::new(proposal.schedule),
            step_index: 0,
            scheduled_on: None,
            added_on: None,
            removed_on: None,
        };
        plans::start(tx, who, &plan, &offer.composition.items, &[quota])?;
        let scribe = match who.by().filter(|by| by.as_str() != who.patient().as_str()) {
            Some(by) => accounts::user(tx, by)?,
            None => None,
        };
        let change = Change {
            at: moment.utc,
            effective_on: plan.started_on,
            by: None,
            rule: "patient".to_owned(),
            subject: "Plan".to_owned(),
            before: text!(""),
            after: text!("Your plan began"),
            reason: agreed_words(scribe.as_ref().map(|by| by.name.as_str()), offer.why.clone()),
        };
        plans::note_change(tx, who, &plan, &change)?;
        if let Some((template, version, _)) = &offer.template {
            follow_from_start(tx, who, &plan, (template, *version), moment)?;
        }
        let done = if scribe.is_some() { "wrote down the yes to the plan given in the room" } else { "plan agreed" };
        oversight::note(tx, who.by(), Some(who.patient()), done, moment.utc)?;
        Ok(())
    })
}

/// Minutes of the longest training day of a list: what somebody agrees to with it. `days`: training days a week.
pub(super) fn agreed_minutes(items: &[Prescribed], days: usize) -> i32 {
    let shape = Shape { items: items.to_vec(), quotas: Vec::new() };
    i32::try_from(shape.minutes(u32::try_from(days).unwrap_or(1).clamp(1, 7))).unwrap_or(i32::MAX)
}

/// Days a week of the daily amount: what the template suggests for it, else the usual ones.
fn quota_days(offer: &Offer) -> i32 {
    let activity = offer.baseline.activity;
    let hint = offer.template.as_ref().and_then(|(.., phase)| phase.quotas.iter().find(|hint| hint.activity == activity));
    hint.map_or(days_per_week(activity), |hint| i32::from(hint.days_per_week))
}

/// How the plan was agreed to, for the ledger: by whom it was written down in the room, and why it starts from another
/// category than the decision's.
fn agreed_words(in_the_room_with: Option<&str>, why: Option<Text>) -> Text {
    let agreed = match in_the_room_with {
        Some(name) => text!("You agreed to it in the room with {name}, after your baseline.", name = name.to_owned()),
        None => text!("You agreed to it after your baseline."),
    };
    match why {
        Some(why) => text!("{said} {next}", said = agreed, next = why),
        None => agreed,
    }
}

/// What an item prescribes, in words: the dose and, unless it is the standard one, the form.
pub fn dose_words(item: &Prescribed) -> String {
    dose_text(item).to_string()
}

/// The same for the ledger.
pub(super) fn dose_text(item: &Prescribed) -> Text {
    item.in_words()
}

/// The name of an exercise, for the ledger.
pub(super) fn title(item: &Prescribed) -> Text {
    Text::from(item.title().to_owned())
}

/// An exercise with what is prescribed of it, for the ledger.
pub(super) fn prescribed(item: &Prescribed) -> Text {
    item.with_title()
}

/// What somebody typed, for the ledger: the same in every language.
pub(super) fn typed(words: &str) -> Text {
    if words.is_empty() { text!("") } else { text!("{words}", words = words) }
}
