//! "Unsure" outside the cauda equina and weakness questions: R90, R91, R92, each at most once
//! however many answers are unsure (12.5). The fracture chain has its own "unsure" (R39, R31, R32).

use super::{Rules, list, unsure_of};
use crate::clinical::codes::Disposition::{PhysioReview, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::{Danger, Intake};
use crate::clinical::intake::limits::NEW_WEEKS;

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    let mut same_day = unsure_of(&[
        (danger.chest, tr_later!("chest pain or breathlessness")),
        (danger.tear, tr_later!("a sudden tearing pain")),
        (danger.pulse, tr_later!("a pulsing lump in the tummy")),
    ]);
    let mut later = always_later(danger);
    // Each of these goes to R90 or to R91, depending on what else was answered.
    let fever_matters = danger.infrisk.yes() || danger.unwell.yes() || danger.night.yes();
    for (answer, matters, words) in [
        (danger.trauma, intake.profile.weeks_at_most(NEW_WEEKS), tr_later!("a serious accident")),
        (danger.fever, fever_matters, tr_later!("fever")),
    ] {
        if answer.unsure() {
            let rule = if matters { &mut same_day } else { &mut later };
            rule.push(words);
        }
    }
    if danger.gait.unsure() {
        if danger.cancer.yes() {
            same_day.push(tr_later!("unsteady walking, having had cancer"));
        } else {
            rules.fire("R92", Urgent2Weeks, text!("You are unsure whether your walking is newly unsteady."));
        }
    }
    for (id, disposition, words) in [("R90", SameDay, same_day), ("R91", PhysioReview, later)] {
        if !words.is_empty() {
            let reason = text!("You are unsure about {what}.", what = list(&words));
            rules.fire(id, disposition, reason);
        }
    }
}

/// Answers whose "unsure" always belongs to R91 (12.1).
fn always_later(danger: &Danger) -> Vec<&'static str> {
    unsure_of(&[
        (danger.cancer, tr_later!("earlier cancer")),
        (danger.weight, tr_later!("weight loss")),
        (danger.night, tr_later!("constant night pain")),
        (danger.shape, tr_later!("a change of your back's shape")),
        (danger.infrisk, tr_later!("a raised risk of infection")),
        (danger.steroid, tr_later!("steroid tablets")),
        (danger.bone, tr_later!("thin or broken bones")),
        (danger.unwell, tr_later!("feeling unwell")),
        (danger.visceral, tr_later!("urine, tummy or bleeding signs")),
        (danger.lie_up, tr_later!("pain on lying flat that goes on sitting up")),
        (danger.nomech, tr_later!("whether anything changes the pain")),
        (danger.surgery, tr_later!("a recent spine operation")),
        (danger.parq, tr_later!("reasons not to exercise")),
    ])
}
