//! The course of a programme: what a reviewed week changes in the plan (5.2, 5.5), what one session does to
//! an exercise before the next (5.2), how a plan is taken up again after silence (4.2 no. 9), what a week offers
//! (4.2 no. 8, P-06E), and what is left to do once the goals are reached (P-08). Pure: the use cases and the simulation both run these functions.

mod absence;
mod maintenance;
mod moves;
mod offers;
mod phase;
mod session;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_offers;

pub use absence::{Absence, ReEntry, absence, re_entry, restart};
pub use maintenance::{CHECK_IN_DAYS, MAINTENANCE_CHECK_DAYS, WALK_DAYS, WALK_MINUTES, check_in_due, maintenance_days};
pub use moves::{held_back, moves_on};
pub use offers::{NewBaseline, OFFER_DAYS, new_baseline, offers_new_baseline, offers_smaller_plan, smaller_days, smaller_quota_days};
pub use phase::{PhaseStep, Reviewed, phase_step};
pub use session::{REST_DAYS, SessionEffect, session_effect};

use crate::clinical::codes::{ExerciseStep, QuotaStep};
use crate::clinical::exercise::{kin, library};
use crate::clinical::plan::{
    ItemChange, ItemState, NewItem, PlanFacts, Prescribed, Role, allowed, begins, is_entering, next_doses, next_new_item,
};
use crate::clinical::week::{WeekFacts, WeekReview};

/// Place in a schedule of `length` quotas after a week: `up` advances, `down` goes back one, everything else
/// stays (4.2 no. 7).
pub fn next_index(step: QuotaStep, index: usize, length: usize) -> usize {
    match step {
        QuotaStep::Up => (index + 1).min(length.saturating_sub(1)),
        QuotaStep::Down => index.saturating_sub(1),
        QuotaStep::Same | QuotaStep::Flare | QuotaStep::Frozen => index,
    }
}

/// An exercise that leaves the list because the new phase does not allow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaves {
    /// Id in the library.
    pub exercise: String,
    /// Its easier form, where that is an item of its own which may take its place.
    pub instead: Option<Prescribed>,
}

/// What a reviewed week changes in the exercises.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekChange {
    /// What the plan rests on from now on; only the phase can differ.
    pub facts: PlanFacts,
    /// Whether the phase moves.
    pub phase: PhaseStep,
    /// Exercises of a later phase that leave after a step down.
    pub leaving: Vec<Leaves>,
    /// Doses and forms.
    pub doses: Vec<ItemChange>,
    /// At most one new exercise (5.2).
    pub new_item: Option<NewItem>,
}

/// What the week that was reviewed changes.
///
/// `earlier` are the reviews since the present phase began, oldest first, without this week's. `resting` are
/// exercises that went out after a RED session and may not come back yet (5.5).
pub fn after_week(
    states: &[ItemState],
    facts: &PlanFacts,
    week: &WeekFacts,
    review: &WeekReview,
    earlier: &[Reviewed],
    resting: &[String],
) -> WeekChange {
    let phase = phase_step(facts.phase, week, review, earlier);
    let facts = PlanFacts { phase: phase.applied_to(facts.phase), ..facts.clone() };
    let leaving = if phase == PhaseStep::Down { leaving(states, &facts) } else { Vec::new() };
    let stays = |state: &&ItemState| !leaving.iter().any(|l| l.exercise == state.prescribed.exercise);
    let staying: Vec<ItemState> = states.iter().filter(stays).cloned().collect();
    let listed: Vec<Prescribed> = staying.iter().map(|state| state.prescribed.clone()).collect();
    // Something new belongs to a week that went well; it starts at its own small dose.
    let new_item = if review.exercise == ExerciseStep::Rise { next_new_item(&listed, &facts, resting) } else { None };
    let replaced = new_item.as_ref().and_then(|new| new.replaces.as_deref());
    let kept: Vec<ItemState> = staying.into_iter().filter(|state| Some(state.prescribed.exercise.as_str()) != replaced).collect();
    let mut doses = next_doses(&kept, review.exercise, &facts);
    // One movement at a time comes back (5.5): while a new one enters, no other begins again in a harder form.
    let enters = new_item.as_ref().is_some_and(|new| is_entering(&new.item, &facts));
    doses.retain(|dose| !(enters && begins(dose, &facts)));
    WeekChange { facts, phase, leaving, doses, new_item }
}

/// Exercises that the phase of `facts` does not allow, each with its easier form if that may stand in.
pub fn leaving(states: &[ItemState], facts: &PlanFacts) -> Vec<Leaves> {
    let listed = |id: &str| states.iter().any(|state| kin(&state.prescribed.exercise) == id);
    let training = states.iter().filter(|state| state.prescribed.role == Role::Training);
    let forbidden = training.filter_map(|state| state.prescribed.definition()).filter(|e| allowed(e, facts, facts.phase).is_err());
    forbidden
        .map(|exercise| {
            let easier = exercise.easier_id.as_deref().and_then(|id| library().get(id));
            let may = easier.filter(|item| !listed(&item.id) && allowed(item, facts, facts.phase).is_ok());
            Leaves { exercise: exercise.id.clone(), instead: may.map(|item| Prescribed::start(item, facts)) }
        })
        .collect()
}
