//! Who the person is and how bad it is: R48, R49 and R57, R58, R80 to R86.

use super::Rules;
use crate::clinical::codes::Disposition::{PhysioReview, RoutineGp};
use crate::clinical::intake::answers::{Intake, Item, Profile, Trend};
use crate::clinical::intake::limits::{
    ADULT_AGE, ARCH_MUCH_WORSE, BONE_STRESS_AGES, FOUR_WEEKS, HALF_YEAR, NEW_WEEKS, OLDER_AGE, PAIN_AVERAGE_VERY_HIGH, PHQ4_HIGH,
    RMDQ_VERY_HIGH, SUBSCALE_POSITIVE,
};
use crate::clinical::intake::stage::radicular_profile;

pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let profile = &intake.profile;
    if profile.first_ever && profile.age >= OLDER_AGE && profile.weeks_at_least(FOUR_WEEKS) && profile.trend != Trend::Improving {
        rules.fire(
            "R48",
            RoutineGp,
            text!("First back pain ever at age {age} or over, for 4 weeks or more and not improving.", age = OLDER_AGE),
        );
    }
    upper_back(profile, rules);
    bone_stress(intake, rules);
    if profile.age < ADULT_AGE {
        rules.fire("R80", RoutineGp, text!("You are under {age}.", age = ADULT_AGE));
    }
    if profile.pregnant || profile.postnatal {
        rules.fire("R81", PhysioReview, text!("You are pregnant or gave birth in the last 12 weeks."));
    }
    severity(profile, rules);
    if radicular_profile(profile) {
        rules.fire("R84", PhysioReview, text!("Pain below the knee, with the leg worse than the back or with tingling."));
    }
    mood(profile, rules);
}

/// R49, else R57: outside a low back programme either way.
fn upper_back(profile: &Profile, rules: &mut Rules) {
    if !profile.mid_upper {
        return;
    }
    if profile.age >= OLDER_AGE || profile.worsening() || profile.weeks_at_most(NEW_WEEKS) {
        rules.fire(
            "R49",
            RoutineGp,
            text!("The main pain is between the shoulder blades, and it is new, getting worse or you are {age} or over.", age = OLDER_AGE),
        );
    } else {
        rules.fire("R57", PhysioReview, text!("The main pain is between the shoulder blades; this programme is for the low back."));
    }
}

/// R58: a possible bone stress injury of the young spine.
fn bone_stress(intake: &Intake, rules: &mut Rules) {
    let (profile, movement) = (&intake.profile, &intake.movement);
    if BONE_STRESS_AGES.contains(&profile.age)
        && movement.item(Item::Arch) >= ARCH_MUCH_WORSE
        && movement.item(Item::Bend) <= 0
        && profile.weeks_at_most(HALF_YEAR)
    {
        rules.fire(
            "R58",
            PhysioReview,
            text!("Aged 18 to 25, arching makes it much worse, bending does not, for up to 6 months: a stress injury of the bone should be considered."),
        );
    }
}

/// R82, else R83.
fn severity(profile: &Profile, rules: &mut Rules) {
    let severe = profile.pain_average >= PAIN_AVERAGE_VERY_HIGH;
    if severe && profile.all_worse {
        rules.fire(
            "R82",
            RoutineGp,
            text!("Very strong average pain, and every movement makes it worse: somebody should examine you first."),
        );
    } else if severe {
        rules.fire("R83", PhysioReview, text!("Very strong average pain."));
    } else if profile.rmdq >= RMDQ_VERY_HIGH {
        rules.fire("R83", PhysioReview, text!("The back limits you very much in daily life."));
    }
}

/// R85, else R86.
fn mood(profile: &Profile, rules: &mut Rules) {
    if profile.gad2 + profile.phq2 >= PHQ4_HIGH {
        rules.fire("R85", RoutineGp, text!("Your answers show a lot of worry and low mood."));
    } else if profile.gad2 >= SUBSCALE_POSITIVE || profile.phq2 >= SUBSCALE_POSITIVE {
        rules.fire("R86", PhysioReview, text!("Your answers show worry or low mood."));
    }
}
