//! "Unsure" outside the cauda equina and weakness questions: R90, R91, R92, each at most once
//! however many answers are unsure (12.5). The fracture chain has its own "unsure" (R39, R31, R32).

use super::{Rules, list, unsure_of};
use crate::clinical::codes::Disposition::{PhysioReview, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::{Danger, Intake};
use crate::clinical::intake::limits::NEW_WEEKS;

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    let mut same_day = unsure_of(&[
        (danger.chest, "chest pain or breathlessness"),
        (danger.tear, "a sudden tearing pain"),
        (danger.pulse, "a pulsing lump in the tummy"),
    ]);
    let mut later = always_later(danger);
    // Each of these goes to R90 or to R91, depending on what else was answered.
    let fever_matters = danger.infrisk.yes() || danger.unwell.yes() || danger.night.yes();
    for (answer, matters, words) in
        [(danger.trauma, intake.profile.weeks_at_most(NEW_WEEKS), "a serious accident"), (danger.fever, fever_matters, "fever")]
    {
        if answer.unsure() {
            let rule = if matters { &mut same_day } else { &mut later };
            rule.push(words);
        }
    }
    if danger.gait.unsure() {
        if danger.cancer.yes() {
            same_day.push("unsteady walking, having had cancer");
        } else {
            rules.fire("R92", Urgent2Weeks, "You are unsure whether your walking is newly unsteady.");
        }
    }
    for (id, disposition, words) in [("R90", SameDay, same_day), ("R91", PhysioReview, later)] {
        if !words.is_empty() {
            let reason = format!("You are unsure about {}.", list(&words));
            rules.fire(id, disposition, reason);
        }
    }
}

/// Answers whose "unsure" always belongs to R91 (12.1).
fn always_later(danger: &Danger) -> Vec<&'static str> {
    unsure_of(&[
        (danger.cancer, "earlier cancer"),
        (danger.weight, "weight loss"),
        (danger.night, "constant night pain"),
        (danger.shape, "a change of your back's shape"),
        (danger.infrisk, "a raised risk of infection"),
        (danger.steroid, "steroid tablets"),
        (danger.bone, "thin or broken bones"),
        (danger.unwell, "feeling unwell"),
        (danger.visceral, "urine, tummy or bleeding signs"),
        (danger.lie_up, "pain on lying flat that goes on sitting up"),
        (danger.nomech, "whether anything changes the pain"),
        (danger.surgery, "a recent spine operation"),
        (danger.parq, "reasons not to exercise"),
    ])
}
