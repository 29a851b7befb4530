//! Heart, great vessels and inner organs (R20 to R24, R60 to R62), and what makes exercise unsafe
//! until somebody has looked (R63, R64).

use super::{Rules, list, those};
use crate::clinical::codes::Disposition::{EmergencyNow, RoutineGp, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::Intake;
use crate::clinical::intake::limits::{AORTA_AGE, PAIN_NOW_SEVERE, PAIN_NOW_VERY_HIGH};

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    if danger.chest.yes() {
        rules.fire("R20", EmergencyNow, text!("Chest pain or breathlessness with the back pain."));
    }
    if danger.tear.yes() {
        rules.fire("R21", EmergencyNow, text!("Sudden tearing pain of the back or tummy, faintness or cold sweat."));
    }
    pulsing_lump(intake, rules);
    not_mechanical(intake, rules);
    organs(intake, rules);
    if danger.parq.yes() {
        rules.fire(
            "R63",
            RoutineGp,
            text!("You were told not to exercise, or have chest pain on effort, uncontrolled blood pressure or fainting."),
        );
    }
    if danger.surgery.yes() {
        rules.fire("R64", RoutineGp, text!("A spine operation in the last 12 weeks."));
    }
}

/// R24, else R22: one of each (12.1).
fn pulsing_lump(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    if !danger.pulse.yes() {
        return;
    }
    let with = those(&[
        (danger.tear.possible(), tr_later!("a possible sudden tearing pain")),
        (danger.nomech.yes(), tr_later!("pain that nothing changes")),
        (intake.profile.pain_now >= PAIN_NOW_VERY_HIGH, tr_later!("very strong pain now")),
    ]);
    if with.is_empty() {
        rules.fire("R22", SameDay, text!("A pulsing lump or beat in the tummy."));
    } else {
        let reason = text!("A pulsing lump or beat in the tummy with {with}.", with = list(&with));
        rules.fire("R24", EmergencyNow, reason);
    }
}

/// R62 always, R23 in addition (12.5).
fn not_mechanical(intake: &Intake, rules: &mut Rules) {
    if !intake.danger.nomech.yes() {
        return;
    }
    rules.fire("R62", RoutineGp, text!("No movement and no position ever changes the pain, so it may not come from the back."));
    let profile = &intake.profile;
    if profile.age >= AORTA_AGE && (profile.male || intake.danger.smoke.yes()) {
        let reason = if profile.male {
            text!(
                "Nothing ever changes the pain, at age {age} or over and being a man: the main blood vessel of the tummy should be checked.",
                age = AORTA_AGE
            )
        } else {
            text!(
                "Nothing ever changes the pain, at age {age} or over and having smoked: the main blood vessel of the tummy should be checked.",
                age = AORTA_AGE
            )
        };
        rules.fire("R23", SameDay, reason);
    }
}

/// R60, else R61.
fn organs(intake: &Intake, rules: &mut Rules) {
    if !intake.danger.visceral.yes() {
        return;
    }
    let with = those(&[
        (intake.profile.pain_now >= PAIN_NOW_SEVERE, tr_later!("severe pain now")),
        (intake.danger.fever.yes(), tr_later!("fever")),
        (intake.profile.pregnant, tr_later!("pregnancy")),
    ]);
    if with.is_empty() {
        rules.fire("R61", Urgent2Weeks, text!("Burning or bloody urine, pain in waves, tummy pain with meals or unusual bleeding."));
    } else {
        let reason =
            text!("Burning or bloody urine, pain in waves, tummy pain with meals or unusual bleeding, with {with}.", with = list(&with));
        rules.fire("R60", SameDay, reason);
    }
}
