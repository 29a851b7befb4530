//! What must hold for every virtual patient on every day. Each property counts how often it was looked at and
//! how often it did not hold, so that a property that is never looked at cannot pass for one that holds.

use crate::clinical::codes::{ExerciseStep, Outcome, QuotaStep};
use crate::clinical::course::WeekChange;
use crate::clinical::exercise::{MAX_HOLD_S, library};
use crate::clinical::plan::{FlareDay, MAX_ITEMS, MAX_TRAINING_A_DAY, PlanFacts, Prescribed, Role, allowed, is_entering};
use crate::clinical::quota::{QuotaInput, Schedule};
use crate::clinical::week::{WeekFacts, WeekReview, review as decide};
use std::collections::BTreeMap;

/// Names of the properties, as the report shows them.
pub const PROPERTIES: [&str; 14] = [
    "no exercise is shown while a danger sign stands",
    "every exercise is allowed by phase, flags and equipment",
    "every dose stays within its limits",
    "at most four exercises a day",
    "at most twelve in the list, and at least one exercise",
    "a flare day asks for at most its share and never for nothing",
    "at most a third of the exercises rise in a week",
    "the phase moves by at most one and stays within 1 to 3",
    "nothing changes while the plan is frozen",
    "at most one movement comes back at a time",
    "amounts start at one unit or more and reach the goal",
    "amounts never rise faster than a fifth of the baseline",
    "the same facts give the same decision",
    "more pain never moves a track further up",
];

/// How often each property was looked at and did not hold.
#[derive(Debug, Clone, Default)]
pub struct Violations {
    looked: [u64; PROPERTIES.len()],
    found: [u64; PROPERTIES.len()],
}

impl Violations {
    fn hold(&mut self, property: usize, holds: bool) {
        self.looked[property] += 1;
        self.found[property] += u64::from(!holds);
    }

    pub(super) fn add(&mut self, other: &Self) {
        for at in 0..PROPERTIES.len() {
            self.looked[at] += other.looked[at];
            self.found[at] += other.found[at];
        }
    }

    pub(super) fn checks(&self) -> BTreeMap<&'static str, u64> {
        PROPERTIES.into_iter().zip(self.looked).collect()
    }

    pub(super) fn found(&self) -> BTreeMap<&'static str, u64> {
        PROPERTIES.into_iter().zip(self.found).collect()
    }
}

fn fits(item: &Prescribed, facts: &PlanFacts) -> bool {
    item.role != Role::Training || library().get(&item.exercise).is_some_and(|exercise| allowed(exercise, facts, facts.phase).is_ok())
}

pub(super) fn paused(shown: &[Prescribed], violations: &mut Violations) {
    violations.hold(0, shown.is_empty());
}

/// The list after any change.
pub(super) fn list(items: &[Prescribed], facts: &PlanFacts, violations: &mut Violations) {
    violations.hold(1, items.iter().all(|item| fits(item, facts)));
    violations.hold(2, items.iter().all(|item| item.dose.check().is_ok() && item.dose.hold_s <= MAX_HOLD_S));
    violations.hold(4, items.len() <= MAX_ITEMS && !items.is_empty());
    violations.hold(9, items.iter().filter(|item| is_entering(item, facts)).count() <= 1);
}

/// What a day shows.
pub(super) fn day(shown: &[Prescribed], flare: bool, facts: &PlanFacts, violations: &mut Violations) {
    violations.hold(1, shown.iter().all(|item| fits(item, facts)));
    if !flare {
        violations.hold(3, shown.len() <= MAX_TRAINING_A_DAY);
    }
}

pub(super) fn flare(day: u8, plan: &FlareDay, amount: f64, usual: f64, facts: &PlanFacts, violations: &mut Violations) {
    let share = match day {
        0..=3 => 0.5,
        4 | 5 => 0.75,
        _ => 1.0,
    };
    violations.hold(5, amount > 0.0 && amount <= (usual * share).max(1.0));
    violations.hold(1, plan.items.iter().all(|item| fits(item, facts)));
}

/// What a week changed.
pub(super) fn change(change: &WeekChange, decision: &WeekReview, training: usize, violations: &mut Violations) {
    let rose = change.doses.iter().filter(|dose| dose.rule.starts_with("rise")).count();
    violations.hold(6, rose <= training.div_ceil(3) && (decision.exercise == ExerciseStep::Rise || rose == 0));
    violations.hold(7, (1..=3).contains(&change.facts.phase));
}

pub(super) fn frozen(unchanged: bool, violations: &mut Violations) {
    violations.hold(8, unchanged);
}

/// A schedule as it was made.
pub(super) fn quotas(schedule: &Schedule, input: &QuotaInput, violations: &mut Violations) {
    let quotas = &schedule.quotas;
    violations.hold(10, quotas.first().is_some_and(|q| *q >= 1.0) && quotas.last() == Some(&input.goal));
    let limit = schedule.baseline * f64::from(input.most_percent) / 100.0 + 1e-9;
    // Rounding to whole units may add up to one of them between two weeks.
    let steps = quotas.windows(2).all(|pair| pair[1] - pair[0] < limit + 1.0);
    violations.hold(11, schedule.increment <= limit && steps);
}

/// How far up a track moves, for comparing.
fn rank(review: &WeekReview) -> (u8, u8) {
    let quota = match review.quota {
        QuotaStep::Up => 2,
        QuotaStep::Same => 1,
        QuotaStep::Down | QuotaStep::Flare | QuotaStep::Frozen => 0,
    };
    let exercise = match review.exercise {
        ExerciseStep::Rise => 2,
        ExerciseStep::Hold => 1,
        ExerciseStep::Ease | ExerciseStep::Flare | ExerciseStep::Frozen => 0,
    };
    (quota, exercise)
}

/// A decision: repeatable, and with more pain nothing moves further up (leaving maintenance apart).
pub(super) fn review(facts: &WeekFacts, decision: &WeekReview, violations: &mut Violations) {
    violations.hold(12, decide(facts) == *decision);
    if decision.outcome == Outcome::Maintain {
        return;
    }
    let worse = |pain: Option<f64>| pain.map(|p| (p + 1.0).min(10.0));
    let more = WeekFacts { nprs: worse(facts.nprs), nprs_last3: worse(facts.nprs_last3), ..facts.clone() };
    let (quota, exercise) = rank(&decide(&more));
    let (usual_quota, usual_exercise) = rank(decision);
    violations.hold(13, quota <= usual_quota && exercise <= usual_exercise);
}
