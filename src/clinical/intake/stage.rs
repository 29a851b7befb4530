//! How hard to start (3.7) and the cautions that go with it (13 no. 8).

use super::AnswerMap;
use super::answers::{Intake, Profile};
use super::limits::{CONTROL_PAIN, CONTROL_RMDQ, FACTOR_GENTLE, FACTOR_ORDINARY, LOW_CONFIDENCE, OVERSHOOT_DAYS, SETTLE_PAIN, SETTLE_RMDQ};
use crate::clinical::codes::Stage;

/// Stage from average pain and RMDQ (3.7).
pub(super) fn stage(profile: &Profile) -> Stage {
    if profile.pain_average >= SETTLE_PAIN || profile.rmdq >= SETTLE_RMDQ {
        Stage::Settle
    } else if profile.pain_average >= CONTROL_PAIN || profile.rmdq >= CONTROL_RMDQ {
        Stage::Control
    } else {
        Stage::Build
    }
}

/// Condition of R84: pain below the knee with the leg worse than the back, or with tingling.
pub(super) fn radicular_profile(profile: &Profile) -> bool {
    profile.leg_below_knee && (profile.leg_worse || profile.tingle)
}

/// Whether exercises that load the bones are left out: `r_bone` or `r_steroid` yes or unsure
/// (13 no. 8).
pub fn bone_caution(answers: &AnswerMap) -> bool {
    let danger = Intake::read(answers).danger;
    danger.bone.possible() || danger.steroid.possible()
}

/// Whether the pain is radicular in the sense of R84 (3.1).
pub fn radicular(answers: &AnswerMap) -> bool {
    radicular_profile(&Intake::read(answers).profile)
}

/// Share of the baseline mean that quotas start with: 0.7 at stage SETTLE, with `conf` ≤ 4, with
/// `overshoot_days` ≥ 2 in the baseline week or with R84; else 0.8 (3.7).
pub fn start_factor(answers: &AnswerMap, stage: Stage, overshoot_days: u32) -> f64 {
    let profile = Intake::read(answers).profile;
    let gentle =
        stage == Stage::Settle || profile.confidence <= LOW_CONFIDENCE || overshoot_days >= OVERSHOOT_DAYS || radicular_profile(&profile);
    if gentle { FACTOR_GENTLE } else { FACTOR_ORDINARY }
}
