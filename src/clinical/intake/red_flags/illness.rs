//! Cancer, infection and general illness: R40 to R47, R50 to R54, R56.

use super::{Rules, list, new_neurology, those};
use crate::clinical::codes::Disposition::{EmergencyNow, PhysioReview, RoutineGp, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::Intake;
use crate::clinical::intake::limits::{FOUR_WEEKS, OLDER_AGE, PAIN_NOW_VERY_HIGH, RECENT_WEEKS};
use crate::lang::{Text, dates::listed};

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let (danger, profile) = (&intake.danger, &intake.profile);
    cancer(intake, rules);
    if danger.weight.yes() {
        rules.fire("R43", Urgent2Weeks, text!("Weight loss without trying."));
    }
    if danger.night.yes() {
        rules.fire("R44", Urgent2Weeks, text!("Constant pain that no position eases and that is worse at night."));
    }
    if danger.lie_up.yes() {
        if profile.age >= OLDER_AGE && profile.weeks_at_least(FOUR_WEEKS) {
            let reason =
                text!("The pain comes on lying flat and goes when you sit up, at age {age} or over, for 4 weeks or more.", age = OLDER_AGE);
            rules.fire("R46", Urgent2Weeks, reason);
        } else {
            rules.fire("R47", RoutineGp, text!("The pain comes on lying flat and goes when you sit up."));
        }
    }
    unwell(intake, rules);
    infection(intake, rules);
}

/// R40, R41, R42: one chain.
fn cancer(intake: &Intake, rules: &mut Rules) {
    let (danger, profile) = (&intake.danger, &intake.profile);
    if !danger.cancer.yes() {
        return;
    }
    if new_neurology(danger) {
        rules.fire(
            "R40",
            EmergencyNow,
            text!("You have had cancer and now have new signs from the nerves: the spinal cord may be under pressure."),
        );
        return;
    }
    let with = those(&[
        (profile.worsening(), tr_later!("pain that is getting worse")),
        (danger.night.yes(), tr_later!("constant night pain")),
        (danger.strain.yes(), tr_later!("pain on straining")),
        (danger.lie_up.yes(), tr_later!("pain on lying flat")),
        (danger.weight.yes(), tr_later!("weight loss")),
        (profile.mid_upper, tr_later!("pain between the shoulder blades")),
    ]);
    if with.is_empty() {
        rules.fire("R42", Urgent2Weeks, text!("You have had cancer."));
    } else {
        let reason = text!("You have had cancer and now have {with}.", with = list(&with));
        rules.fire("R41", SameDay, reason);
    }
}

/// R45, else R56.
fn unwell(intake: &Intake, rules: &mut Rules) {
    let (danger, profile) = (&intake.danger, &intake.profile);
    if !danger.unwell.yes() {
        return;
    }
    let with = those(&[
        (profile.weeks_at_most(RECENT_WEEKS), tr_later!("pain for less than 12 weeks")),
        (profile.worsening(), tr_later!("pain that is getting worse")),
        (danger.weight.yes(), tr_later!("weight loss")),
        (danger.night.yes(), tr_later!("constant night pain")),
    ]);
    let mut with: Vec<Text> = with.into_iter().map(Text::fixed).collect();
    if profile.age >= OLDER_AGE {
        with.push(text!("age {age} or over", age = OLDER_AGE));
    }
    if with.is_empty() {
        rules.fire("R56", RoutineGp, text!("You feel generally unwell or unusually tired."));
    } else {
        let reason = text!("You feel generally unwell or unusually tired, with {with}.", with = listed(with));
        rules.fire("R45", Urgent2Weeks, reason);
    }
}

/// R50, R51 with fever; R52, R53, R54 only without (12.1, 12.5).
fn infection(intake: &Intake, rules: &mut Rules) {
    let (danger, profile) = (&intake.danger, &intake.profile);
    if danger.fever.yes() {
        if new_neurology(danger) {
            rules.fire("R50", EmergencyNow, text!("Fever, chills or night sweats together with new signs from the nerves."));
        } else {
            rules.fire("R51", SameDay, text!("Fever, chills or night sweats since it began."));
        }
        return;
    }
    if !danger.infrisk.yes() {
        return;
    }
    let with = those(&[
        (danger.night.yes(), tr_later!("constant night pain")),
        (profile.pain_now >= PAIN_NOW_VERY_HIGH, tr_later!("very strong pain now")),
    ]);
    if !with.is_empty() {
        let reason = text!("A raised risk of infection with {with}.", with = list(&with));
        rules.fire("R52", SameDay, reason);
    } else if profile.weeks_at_most(RECENT_WEEKS) {
        rules.fire("R53", Urgent2Weeks, text!("A raised risk of infection with pain for less than 12 weeks."));
    } else {
        rules.fire("R54", PhysioReview, text!("A raised risk of infection."));
    }
}
