//! What is left of a plan in a flare (5.4) and in a pause (P-01, P-02; 13 no. 3).

use super::change::lowest;
use super::rules::{allowed, candidates, is_reexposure};
use super::{Level, PlanFacts, Prescribed, Role};
use crate::clinical::codes::Flag;
use crate::clinical::exercise::{Dose, DoseKind, Exercise, Group, library};

/// Relief positions of a flare day (5.4).
const RELIEF_POSITIONS: usize = 2;

/// Why a plan is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// P-01: a danger sign.
    DangerSign,
    /// P-02: new leg symptoms.
    NewLegSymptoms,
}

/// A day of the flare plan.
#[derive(Debug, Clone, PartialEq)]
pub struct FlareDay {
    /// Share of the last completed quota, 0 to 1; the quota track rounds it down to at least one unit.
    pub share_of_quota: f64,
    /// Into how many bouts the day's walking is split.
    pub bouts: u8,
    /// Ids of two relief positions (one, RP3, where restrictions leave no other).
    pub relief: Vec<String>,
    /// What else is done, with the doses of the flare; the list itself stays as it is.
    pub items: Vec<Prescribed>,
    /// The day in plain words.
    pub note: &'static str,
}

/// Day 1 to 7 of a flare (other numbers count as the nearest). Days 6 and 7 are for people whose pain the next
/// morning is at most one above their usual; for the others the caller asks for day 5 again.
pub fn flare_day(items: &[Prescribed], day: u8, facts: &PlanFacts) -> FlareDay {
    let calm = ["RB1", "RB4"].iter().filter_map(|id| library_item(id));
    let (share_of_quota, bouts, items, note) = match day {
        0..=3 => (
            0.5,
            3,
            mobility(items, facts).into_iter().chain(calm).collect(),
            tr_later!(
                "Rest in two positions that ease you, take three short walks, breathe slowly and keep warm. Gentle movement only; no strength work yet."
            ),
        ),
        4 | 5 => {
            let core = items.iter().filter(|item| is_first_phase_core(item, facts)).map(|item| lowest(item, facts));
            let light: Vec<Prescribed> = mobility(items, facts).into_iter().chain(core).collect();
            (
                0.75,
                2,
                light.into_iter().chain(calm).collect(),
                tr_later!("Three quarters of your usual amount. Core holds come back in their easiest form."),
            )
        }
        _ => (
            1.0,
            1,
            items.iter().filter(|item| item.role == Role::Training && may(item, facts)).map(|item| lowest(item, facts)).collect(),
            tr_later!("Back to the last amount you completed, with the easier form of each exercise."),
        ),
    };
    FlareDay { share_of_quota, bouts, relief: relief(facts), items, note }
}

fn may(item: &Prescribed, facts: &PlanFacts) -> bool {
    item.definition().is_some_and(|exercise| allowed(exercise, facts, facts.phase).is_ok())
}

fn is_first_phase_core(item: &Prescribed, facts: &PlanFacts) -> bool {
    item.core && item.definition().is_some_and(|exercise| allowed(exercise, facts, 1).is_ok())
}

/// Two relief positions: those of the category's own list first, then others that suit from phase 1 on.
fn relief(facts: &PlanFacts) -> Vec<String> {
    let own = super::phase_one_list(facts.category).iter();
    let listed = own.filter_map(|id| library().get(id));
    let all: Vec<&Exercise> = listed.chain(library().all()).collect();
    let mut ids: Vec<String> = Vec::new();
    for item in all {
        if ids.len() < RELIEF_POSITIONS && item.group == Group::Relief && allowed(item, facts, 1).is_ok() && !ids.contains(&item.id) {
            ids.push(item.id.clone());
        }
    }
    ids
}

/// The mobility items of the list that suit from phase 1 on, at their easiest; if there is none (a list of a
/// later phase), the first one of the library that does.
fn mobility(items: &[Prescribed], facts: &PlanFacts) -> Vec<Prescribed> {
    let gentle = |exercise: &Exercise| {
        exercise.group == Group::Mobility && allowed(exercise, facts, 1).is_ok() && !is_reexposure(&exercise.id, facts.category)
    };
    let own: Vec<Prescribed> = items.iter().filter(|item| item.definition().is_some_and(gentle)).map(|item| lowest(item, facts)).collect();
    if !own.is_empty() {
        return own;
    }
    candidates(Group::Mobility, facts, &[])
        .find(|exercise| gentle(exercise))
        .and_then(|exercise| library_item(&exercise.id))
        .map(|item| lowest(&item, facts))
        .into_iter()
        .collect()
}

/// A library item at its start dose, for items that the day brings itself.
pub fn library_item(id: &str) -> Option<Prescribed> {
    let exercise = library().get(id)?;
    let role = match exercise.group {
        Group::Relief => Role::Relief,
        Group::Calm => Role::Calm,
        Group::Mobility | Group::Core | Group::Strength => Role::Training,
        Group::Aerobic => Role::Quota,
    };
    Some(Prescribed {
        exercise: exercise.id.clone(),
        dose: exercise.dose.clone(),
        level: Level::Standard,
        core: exercise.group == Group::Core,
        role,
        why: exercise.why.clone(),
        own: None,
    })
}

/// What a paused plan shows. A danger sign: nothing at all. New leg symptoms: relief positions, breathing and
/// relaxation, and walking by comfort without a quota. Nobody has looked at the new symptoms, so relief
/// positions that need such a check (`radic_check`) wait, and others take their place.
pub fn paused_items(items: &[Prescribed], pause: Pause, facts: &PlanFacts) -> Vec<Prescribed> {
    if pause == Pause::DangerSign {
        return Vec::new();
    }
    // What was judged of a clinic's own exercise was judged before these symptoms.
    let lifted = |item: &&Prescribed| {
        item.own.as_ref().is_some_and(|own| own.lifted.iter().any(|flag| matches!(flag, Flag::Radic | Flag::RadicCheck)))
    };
    let unchecked = PlanFacts { radicular: true, physio_seen_radic: false, centralised: false, ..facts.clone() };
    let mut left: Vec<Prescribed> = items
        .iter()
        .filter(|item| matches!(item.role, Role::Relief | Role::Calm) && may(item, &unchecked) && !lifted(item))
        .cloned()
        .collect();
    let mut extra = relief(&unchecked);
    extra.push("RB1".to_owned());
    for id in extra {
        let there = left.iter().any(|item| item.exercise == id);
        left.extend(library_item(&id).filter(|_| !there));
    }
    if let Some(mut walking) = library_item("AE1") {
        walking.dose = Dose::new(DoseKind::AsNeeded);
        tr_later!("short walks, only as far as is comfortable").clone_into(&mut walking.dose.note);
        left.push(walking);
    }
    left.sort_by_key(|item| item.definition().map(|exercise| exercise.group));
    left
}
