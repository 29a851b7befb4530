//! Heart, great vessels and inner organs (R20 to R24, R60 to R62), and what makes exercise unsafe
//! until somebody has looked (R63, R64).

use super::{Rules, list, those};
use crate::clinical::codes::Disposition::{EmergencyNow, RoutineGp, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::Intake;
use crate::clinical::intake::limits::{AORTA_AGE, PAIN_NOW_SEVERE, PAIN_NOW_VERY_HIGH};

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    if danger.chest.yes() {
        rules.fire("R20", EmergencyNow, "Chest pain or breathlessness with the back pain.");
    }
    if danger.tear.yes() {
        rules.fire("R21", EmergencyNow, "Sudden tearing pain of the back or tummy, faintness or cold sweat.");
    }
    pulsing_lump(intake, rules);
    not_mechanical(intake, rules);
    organs(intake, rules);
    if danger.parq.yes() {
        rules.fire(
            "R63",
            RoutineGp,
            "You were told not to exercise, or have chest pain on effort, uncontrolled blood \
             pressure or fainting.",
        );
    }
    if danger.surgery.yes() {
        rules.fire("R64", RoutineGp, "A spine operation in the last 12 weeks.");
    }
}

/// R24, else R22: one of each (12.1).
fn pulsing_lump(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    if !danger.pulse.yes() {
        return;
    }
    let with = those(&[
        (danger.tear.possible(), "a possible sudden tearing pain"),
        (danger.nomech.yes(), "pain that nothing changes"),
        (intake.profile.pain_now >= PAIN_NOW_VERY_HIGH, "very strong pain now"),
    ]);
    if with.is_empty() {
        rules.fire("R22", SameDay, "A pulsing lump or beat in the tummy.");
    } else {
        let reason = format!("A pulsing lump or beat in the tummy with {}.", list(&with));
        rules.fire("R24", EmergencyNow, reason);
    }
}

/// R62 always, R23 in addition (12.5).
fn not_mechanical(intake: &Intake, rules: &mut Rules) {
    if !intake.danger.nomech.yes() {
        return;
    }
    rules.fire("R62", RoutineGp, "No movement and no position ever changes the pain, so it may not come from the back.");
    let profile = &intake.profile;
    if profile.age >= AORTA_AGE && (profile.male || intake.danger.smoke.yes()) {
        let who = if profile.male { "being a man" } else { "having smoked" };
        rules.fire(
            "R23",
            SameDay,
            format!(
                "Nothing ever changes the pain, at age {AORTA_AGE} or over and {who}: the main \
                 blood vessel of the tummy should be checked."
            ),
        );
    }
}

/// R60, else R61.
fn organs(intake: &Intake, rules: &mut Rules) {
    if !intake.danger.visceral.yes() {
        return;
    }
    const SIGNS: &str = "Burning or bloody urine, pain in waves, tummy pain with meals or unusual \
                         bleeding";
    let with = those(&[
        (intake.profile.pain_now >= PAIN_NOW_SEVERE, "severe pain now"),
        (intake.danger.fever.yes(), "fever"),
        (intake.profile.pregnant, "pregnancy"),
    ]);
    if with.is_empty() {
        rules.fire("R61", Urgent2Weeks, format!("{SIGNS}."));
    } else {
        rules.fire("R60", SameDay, format!("{SIGNS}, with {}.", list(&with)));
    }
}
