//! Composing a plan and starting it once the person agrees.

use super::CareError;
use super::baseline::{self, BaselineState, days_per_week};
use super::intake::newest_decision;
use super::standing::{Standing, standing};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::RULESET_VERSION;
use crate::clinical::codes::{Category, Stage};
use crate::clinical::intake::{AnswerMap, Evaluation, bone_caution, radicular};
use crate::clinical::plan::{Composition, Level, PlanFacts, Prescribed, compose, initial_phase};
use crate::clock::Moment;
use crate::ids;
use crate::lang::Text;
use crate::store::intake::{Intake, Wishes};
use crate::store::plans::{Change, Plan, PlanQuota};
use crate::store::{Coded, Json, ReadTx, Store, StoreError, oversight, plans};

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
    let decision = newest_decision(tx, who)?.ok_or(StoreError::NotFound)?.result.into_inner();
    let facts = facts_of(&intake.answers, &intake.wishes, &decision);
    let baseline = baseline::state(tx, who, &intake, moment.today())?;
    Ok(Some(Offer { composition: compose(&facts), facts, baseline, decision, intake: *intake }))
}

/// What the person settles when they agree.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Training days, 0 = Monday; three to five.
    pub days: Vec<u8>,
    /// If-then plan in their own words; may be empty.
    pub cue: String,
}

/// Starts the plan on offer today. Agreeing twice starts one plan.
pub fn agree(store: &Store, who: &PatientAccess<Own>, agreement: &Agreement, moment: Moment) -> Result<(), CareError> {
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
            category: Coded::<Category>(offer.decision.category),
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
        };
        let quota = PlanQuota {
            id: ids::fresh(),
            plan_id: plan.id.clone(),
            activity: Coded(offer.baseline.activity),
            unit: Coded(proposal.input.unit),
            goal: proposal.input.goal,
            goal_on: proposal.goal_on,
            days_per_week: days_per_week(offer.baseline.activity),
            inputs: Json::new(proposal.input),
            schedule: Json::new(proposal.schedule),
            step_index: 0,
            scheduled_on: None,
        };
        plans::start(tx, who, &plan, &offer.composition.items, &[quota])?;
        let change = Change {
            at: moment.utc,
            effective_on: plan.started_on,
            by: None,
            rule: "patient".to_owned(),
            subject: "Plan".to_owned(),
            before: text!(""),
            after: text!("Your plan began"),
            reason: text!("You agreed to it after your baseline."),
        };
        plans::note_change(tx, who, &plan, &change)?;
        oversight::note(tx, who.by(), Some(who.patient()), "plan agreed", moment.utc)?;
        Ok(())
    })
}

/// What an item prescribes, in words: the dose and, unless it is the standard one, the form.
pub fn dose_words(item: &Prescribed) -> String {
    dose_text(item).to_string()
}

/// The same for the ledger.
pub(super) fn dose_text(item: &Prescribed) -> Text {
    match item.level {
        Level::Easier => text!("{dose}, easier form", dose = item.dose.sentence()),
        Level::Standard => item.dose.sentence(),
        Level::Harder => text!("{dose}, harder form", dose = item.dose.sentence()),
    }
}

/// The name of an exercise, for the ledger.
pub(super) fn title(item: &Prescribed) -> Text {
    Text::from(item.title().to_owned())
}

/// An exercise with what is prescribed of it, for the ledger.
pub(super) fn prescribed(item: &Prescribed) -> Text {
    text!("{exercise}: {dose}", exercise = title(item), dose = dose_text(item))
}

/// What somebody typed, for the ledger: the same in every language.
pub(super) fn typed(words: &str) -> Text {
    if words.is_empty() { text!("") } else { text!("{words}", words = words) }
}
