//! Accidents and broken bones: the chain R30, R37, R38 and the chain R39, R31, R32, R33, R34, R35
//! (12.1), then R36.

use super::Rules;
use crate::clinical::codes::Disposition::{EmergencyNow, PhysioReview, SameDay, Urgent2Weeks};
use crate::clinical::intake::answers::{Intake, Trend};
use crate::clinical::intake::limits::{FRAGILE_AGE, NEW_WEEKS, PAIN_NOW_MILD, PAIN_NOW_VERY_HIGH, RECENT_WEEKS};

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    accident(intake, rules);
    if !small_injury(intake, rules) {
        bone_risk(intake, rules);
    }
    if intake.danger.shape.yes() {
        rules.fire("R36", Urgent2Weeks, text!("A new lump, stoop or clear loss of height."));
    }
}

/// R30, R37, R38.
fn accident(intake: &Intake, rules: &mut Rules) {
    if !intake.danger.trauma.yes() {
        return;
    }
    if intake.profile.weeks_at_most(NEW_WEEKS) {
        rules.fire("R30", EmergencyNow, text!("The pain began after a serious accident in the last 6 weeks."));
    } else if intake.profile.weeks_at_most(RECENT_WEEKS) {
        rules.fire("R37", Urgent2Weeks, text!("The pain began after a serious accident 6 to 12 weeks ago."));
    } else {
        rules.fire("R38", PhysioReview, text!("The pain began after a serious accident some time ago."));
    }
}

/// R39, R31, R32: a small injury to a bone that may be fragile. Returns whether one of them fired.
/// "Unsure" about the small injury counts as yes here.
fn small_injury(intake: &Intake, rules: &mut Rules) -> bool {
    let (danger, profile) = (&intake.danger, &intake.profile);
    let known_risk = danger.bone.yes() || danger.steroid.yes();
    let fragile = known_risk || profile.age >= FRAGILE_AGE;
    if !(danger.minor.possible() && fragile && profile.weeks_at_most(RECENT_WEEKS)) {
        return false;
    }
    let risk = if known_risk { text!("thin bones or steroid tablets") } else { text!("your age") };
    let settling = profile.trend == Trend::Improving && profile.pain_now <= PAIN_NOW_MILD;
    if settling && !known_risk {
        rules.fire(
            "R39",
            PhysioReview,
            text!(
                "The pain began, or may have begun, with a small injury; because of {risk} a physiotherapist should look although it is mild and improving.",
                risk = risk
            ),
        );
    } else if profile.pain_now >= PAIN_NOW_VERY_HIGH {
        rules.fire(
            "R31",
            SameDay,
            text!("Very strong pain since a possible small injury; because of {risk} a bone may be broken.", risk = risk),
        );
    } else {
        rules.fire("R32", Urgent2Weeks, text!("Pain since a possible small injury; because of {risk} a bone may be broken.", risk = risk));
    }
    true
}

/// R33, else R34, else R35: known bone risk without a small injury. Age alone fires nothing (12.5).
fn bone_risk(intake: &Intake, rules: &mut Rules) {
    let danger = &intake.danger;
    let new = intake.profile.weeks_at_most(NEW_WEEKS);
    if new && danger.steroid.yes() {
        rules.fire("R33", Urgent2Weeks, text!("New pain while taking, or after, steroid tablets for 3 months or more."));
    } else if new && danger.bone.yes() {
        rules.fire("R34", Urgent2Weeks, text!("New pain with osteoporosis or an earlier bone broken by a small fall."));
    } else if danger.bone.yes() || danger.steroid.yes() {
        rules.fire("R35", PhysioReview, text!("Osteoporosis, an earlier broken bone or steroid tablets: exercises must spare the bones."));
    }
}
