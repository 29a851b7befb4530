//! Signs from the nerves: cauda equina (R01 to R09), leg weakness (R10 to R14), unsteady walking
//! (R15). "Unsure" about walking belongs to R90 and R92.

use super::{Rules, list};
use crate::clinical::codes::Disposition::{EmergencyNow, PhysioReview, RoutineGp, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::{Cauda, Danger, Intake, Weakness};
use crate::clinical::intake::limits::UNSURE_EMERGENCY;
use crate::lang::Text;

const SADDLE: &str = tr_later!("the feeling between your legs");
const BLADDER: &str = tr_later!("passing urine");
const BOWEL: &str = tr_later!("bowel control");
const SEXUAL: &str = tr_later!("feeling or function during sex");
const BOTH_LEGS: &str = tr_later!("symptoms in both legs");

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
        rules.fire("R15", SameDay, text!("You are newly unsteady or clumsy when walking."));
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
            text!("New or worse in the last 2 weeks: {what}. Nerves at the base of the spine may be under pressure.", what = list(&new)),
        );
    }
    if danger.bilat == Cauda::New {
        rules.fire("R02", EmergencyNow, text!("New or worse in the last 2 weeks: pain, tingling, numbness or weakness in both legs."));
    }
    let mut unsure = given(Cauda::Unsure);
    if danger.bilat == Cauda::Unsure {
        unsure.push(BOTH_LEGS);
    }
    if unsure.len() >= UNSURE_EMERGENCY {
        let reason = text!(
            "You are unsure about {what}. Not knowing is itself a warning sign; more than one needs to be checked now.",
            what = list(&unsure)
        );
        rules.fire("R03", EmergencyNow, reason);
    } else if !unsure.is_empty() {
        let reason = text!("You are unsure about {what}. Not knowing is itself a warning sign.", what = list(&unsure));
        rules.fire("R04", SameDay, reason);
    }
}

/// R05, R06, R09 for one of the four items. An old unchecked change is routine only where the
/// specification says so: not for the saddle, and only `alone` (12.1).
fn older_change(answer: Cauda, words: &'static str, alone: bool, rules: &mut Rules) {
    let what = Text::fixed(words);
    match answer {
        Cauda::OldUnchecked if alone => {
            rules.fire("R09", RoutineGp, text!("An older change of {what} that nobody has checked yet.", what = what))
        }
        Cauda::RecentUnchecked | Cauda::OldUnchecked => {
            rules.fire("R05", SameDay, text!("A change of {what} that nobody has checked yet.", what = what))
        }
        Cauda::OldChecked => rules.fire("R06", PhysioReview, text!("An older change of {what} that has been checked.", what = what)),
        Cauda::No | Cauda::New | Cauda::Unsure | Cauda::PreferNot => {}
    }
}

/// R05, R07, R08 for both legs; R02 is above.
fn both_legs(danger: &Danger, rules: &mut Rules) {
    match danger.bilat {
        Cauda::RecentUnchecked => {
            rules.fire("R05", SameDay, text!("Symptoms in both legs that began up to 3 months ago and were never checked."))
        }
        Cauda::OldUnchecked => rules.fire("R07", RoutineGp, text!("Older symptoms in both legs that were never checked.")),
        Cauda::OldChecked => rules.fire("R08", PhysioReview, text!("Older symptoms in both legs that have been checked.")),
        Cauda::No | Cauda::New | Cauda::Unsure | Cauda::PreferNot => {}
    }
}

/// R10 to R14.
fn weakness(answer: Weakness, rules: &mut Rules) {
    match answer {
        Weakness::BothNew => rules.fire("R10", EmergencyNow, text!("New weakness in both legs.")),
        Weakness::OneNew => rules.fire("R11", SameDay, text!("New weakness in one leg.")),
        Weakness::Unsure => {
            rules.fire("R12", SameDay, text!("You are unsure whether a leg has become weak."));
        }
        Weakness::OldUnchecked => rules.fire("R13", Urgent2Weeks, text!("An older leg weakness that was never checked.")),
        Weakness::OldChecked => rules.fire("R14", PhysioReview, text!("An older leg weakness that has been checked.")),
        Weakness::No => {}
    }
}
