//! Inflammatory back pain counts (3.3) and the rules R70 and R71 made of them.

use super::answers::Intake;
use super::limits::{ASAS_ONSET_AGE, ASAS_REFER, INFLAMMATORY_ONSET_AGE, NICE_ASK_HLA, NICE_ONSET_AGE, NICE_REFER, THREE_MONTHS};
use super::red_flags::Rules;
use crate::clinical::codes::Disposition::RoutineGp;

fn count(items: &[bool]) -> u8 {
    items.iter().map(|item| u8::from(*item)).sum()
}

/// ASAS items that hold, 0 to 5 (12.1). Counted whatever the duration; the rules look at that.
pub(super) fn asas(intake: &Intake) -> u8 {
    let ib = &intake.inflammatory;
    count(&[intake.profile.onset_age < ASAS_ONSET_AGE, ib.gradual, ib.better_moving, ib.not_better_resting, ib.night])
}

/// NICE items that hold, 0 to 9 (12.1).
pub(super) fn nice(intake: &Intake) -> u8 {
    let ib = &intake.inflammatory;
    count(&[
        intake.profile.onset_age < NICE_ONSET_AGE,
        ib.night,
        ib.buttock,
        ib.better_moving,
        ib.nsaid,
        ib.family,
        ib.arthritis,
        ib.heel,
        ib.psoriasis,
    ])
}

/// R70, else R71. ASAS alone is not enough: its "better moving, not resting" comes free with a
/// plain flexion pattern, hence night waking or long stiffness in addition (3.3).
pub(super) fn run(intake: &Intake, rules: &mut Rules) {
    let profile = &intake.profile;
    if !profile.weeks_at_least(THREE_MONTHS) || profile.onset_age >= INFLAMMATORY_ONSET_AGE {
        return;
    }
    let (asas, nice) = (asas(intake), nice(intake));
    let confirmed = intake.inflammatory.night || intake.inflammatory.stiff_over_30_min;
    if nice >= NICE_REFER || (asas >= ASAS_REFER && confirmed) {
        rules.fire(
            "R70",
            RoutineGp,
            text!(
                "{asas} of 5 and {nice} of 9 signs of inflammatory back pain: worth a referral, while exercise goes on.",
                asas = asas,
                nice = nice
            ),
        );
    }
    // Not a chain (12.1 names the chains): with ASAS positive and NICE at 3 both are worth knowing.
    if nice == NICE_ASK_HLA {
        rules.fire("R71", RoutineGp, text!("{nice} of 9 signs of inflammatory back pain: worth a blood test (HLA-B27).", nice = nice));
    }
}
