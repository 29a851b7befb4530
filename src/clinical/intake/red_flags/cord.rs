//! Signs from the nerves: cauda equina (R01 to R09), leg weakness (R10 to R14), unsteady walking
//! (R15). "Unsure" about walking belongs to R90 and R92.

use super::{Rules, list};
use crate::clinical::codes::Disposition::{EmergencyNow, PhysioReview, RoutineGp, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::{Cauda, Danger, Intake, Weakness};
use crate::clinical::intake::limits::UNSURE_EMERGENCY;

const SADDLE: &str = "the feeling between your legs";
const BLADDER: &str = "passing urine";
const BOWEL: &str = "bowel control";
const SEXUAL: &str = "feeling or function during sex";
const BOTH_LEGS: &str = "symptoms in both legs";

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    let four = [(danger.saddle, SADDLE), (danger.bladder, BLADDER), (danger.bowel, BOWEL), (danger.sexual, SEXUAL)];
    new_or_unsure(danger, &four, rules);
    let alone = danger.saddle == Cauda::No && matches!(danger.bilat, Cauda::No | Cauda::OldChecked);
    for (index, (answer, words)) in four.into_iter().enumerate() {
        let saddle = index == 0;
        older_change(answer, words, alone && !saddle, rules);
    }
    both_legs(danger, rules);
    weakness(danger.weak, rules);
    if danger.gait.yes() {
        rules.fire("R15", SameDay, "You are newly unsteady or clumsy when walking.");
    }
}

/// R01, R02, R03, R04: new changes, and answers nobody can be sure of.
fn new_or_unsure(danger: &Danger, four: &[(Cauda, &'static str); 4], rules: &mut Rules) {
    let given =
        |wanted: Cauda| -> Vec<&'static str> { four.iter().filter(|(answer, _)| *answer == wanted).map(|(_, words)| *words).collect() };
    let new = given(Cauda::New);
    if !new.is_empty() {
        rules.fire(
            "R01",
            EmergencyNow,
            format!(
                "New or worse in the last 2 weeks: {}. Nerves at the base of the spine may be \
                 under pressure.",
                list(&new)
            ),
        );
    }
    if danger.bilat == Cauda::New {
        rules.fire("R02", EmergencyNow, "New or worse in the last 2 weeks: pain, tingling, numbness or weakness in both legs.");
    }
    let mut unsure = given(Cauda::Unsure);
    if danger.bilat == Cauda::Unsure {
        unsure.push(BOTH_LEGS);
    }
    if unsure.len() >= UNSURE_EMERGENCY {
        let reason = format!(
            "You are unsure about {}. Not knowing is itself a warning sign; more than one needs \
             to be checked now.",
            list(&unsure)
        );
        rules.fire("R03", EmergencyNow, reason);
    } else if !unsure.is_empty() {
        let reason = format!("You are unsure about {}. Not knowing is itself a warning sign.", list(&unsure));
        rules.fire("R04", SameDay, reason);
    }
}

/// R05, R06, R09 for one of the four items. An old unchecked change is routine only where the
/// specification says so: not for the saddle, and only `alone` (12.1).
fn older_change(answer: Cauda, words: &str, alone: bool, rules: &mut Rules) {
    match answer {
        Cauda::OldUnchecked if alone => rules.fire("R09", RoutineGp, format!("An older change of {words} that nobody has checked yet.")),
        Cauda::RecentUnchecked | Cauda::OldUnchecked => {
            rules.fire("R05", SameDay, format!("A change of {words} that nobody has checked yet."))
        }
        Cauda::OldChecked => rules.fire("R06", PhysioReview, format!("An older change of {words} that has been checked.")),
        Cauda::No | Cauda::New | Cauda::Unsure | Cauda::PreferNot => {}
    }
}

/// R05, R07, R08 for both legs; R02 is above.
fn both_legs(danger: &Danger, rules: &mut Rules) {
    match danger.bilat {
        Cauda::RecentUnchecked => rules.fire("R05", SameDay, "Symptoms in both legs that began up to 3 months ago and were never checked."),
        Cauda::OldUnchecked => rules.fire("R07", RoutineGp, "Older symptoms in both legs that were never checked."),
        Cauda::OldChecked => rules.fire("R08", PhysioReview, "Older symptoms in both legs that have been checked."),
        Cauda::No | Cauda::New | Cauda::Unsure | Cauda::PreferNot => {}
    }
}

/// R10 to R14.
fn weakness(answer: Weakness, rules: &mut Rules) {
    match answer {
        Weakness::BothNew => rules.fire("R10", EmergencyNow, "New weakness in both legs."),
        Weakness::OneNew => rules.fire("R11", SameDay, "New weakness in one leg."),
        Weakness::Unsure => {
            rules.fire("R12", SameDay, "You are unsure whether a leg has become weak.");
        }
        Weakness::OldUnchecked => rules.fire("R13", Urgent2Weeks, "An older leg weakness that was never checked."),
        Weakness::OldChecked => rules.fire("R14", PhysioReview, "An older leg weakness that has been checked."),
        Weakness::No => {}
    }
}
