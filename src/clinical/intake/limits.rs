//! The numbers of the intake rules (specification section 3), each with its place. Ages in years,
//! durations in weeks on the scale 1, 4, 9, 26, 104 (12.1), pain in points 0 to 10.

/// R80: younger than this is outside the programme.
pub const ADULT_AGE: i64 = 18;
/// R58: youngest and oldest age of the bone stress injury rule, both included.
pub const BONE_STRESS_AGES: std::ops::RangeInclusive<i64> = 18..=25;
/// R45, R46, R48, R49: older adult.
pub const OLDER_AGE: i64 = 50;
/// R23: age from which a burst or leaking aorta is considered.
pub const AORTA_AGE: i64 = 60;
/// Fragile bone by age alone in the chain R39, R31, R32 (12.1).
pub const FRAGILE_AGE: i64 = 65;

/// "New ≤ 6 weeks" (12.1).
pub const NEW_WEEKS: i64 = 6;
/// "≤ 12 weeks" (12.1).
pub const RECENT_WEEKS: i64 = 12;
/// R46, R48: at least four weeks.
pub const FOUR_WEEKS: i64 = 4;
/// R70, R71: at least three months (12.1).
pub const THREE_MONTHS: i64 = 13;
/// R58: half a year.
pub const HALF_YEAR: i64 = 26;

/// R24, R31, R52: pain now that makes the finding more urgent.
pub const PAIN_NOW_VERY_HIGH: i64 = 8;
/// R60: severe pain now (12.5).
pub const PAIN_NOW_SEVERE: i64 = 7;
/// R39: highest pain now that still counts as mild.
pub const PAIN_NOW_MILD: i64 = 4;
/// R82, R83: average pain.
pub const PAIN_AVERAGE_VERY_HIGH: i64 = 8;
/// R83: RMDQ-24 count.
pub const RMDQ_VERY_HIGH: i64 = 18;
/// R85: PHQ-4 sum (0 to 12).
pub const PHQ4_HIGH: i64 = 9;
/// R86: PHQ-2 or GAD-2 sum (0 to 6).
pub const SUBSCALE_POSITIVE: i64 = 3;
/// R58: `p_arch` at least this.
pub const ARCH_MUCH_WORSE: i64 = 2;
/// R03: number of unsure cauda equina answers that makes an emergency; one fewer is R04.
pub const UNSURE_EMERGENCY: usize = 2;

/// R70, R71: back pain began before this age.
pub const INFLAMMATORY_ONSET_AGE: i64 = 45;
/// ASAS item: onset before this age (3.3).
pub const ASAS_ONSET_AGE: i64 = 40;
/// NICE item: onset before this age (3.3).
pub const NICE_ONSET_AGE: i64 = 35;
/// R70: NICE items needed; R71 exactly one fewer.
pub const NICE_REFER: u8 = 4;
/// R71: NICE items that ask for HLA-B27.
pub const NICE_ASK_HLA: u8 = 3;
/// R70: ASAS items needed, together with night waking or long stiffness.
pub const ASAS_REFER: u8 = 4;

/// Stage SETTLE from this average pain or this RMDQ on (3.7).
pub const SETTLE_PAIN: i64 = 7;
/// See [`SETTLE_PAIN`].
pub const SETTLE_RMDQ: i64 = 15;
/// Stage CONTROL from this average pain or this RMDQ on (3.7).
pub const CONTROL_PAIN: i64 = 4;
/// See [`CONTROL_PAIN`].
pub const CONTROL_RMDQ: i64 = 7;
/// Ordinary share of the baseline mean that a quota starts with (3.7, 4.2).
pub const FACTOR_ORDINARY: f64 = 0.8;
/// Gentle share for severe pain, fear, boom-bust or radicular pain (3.7).
pub const FACTOR_GENTLE: f64 = 0.7;
/// Confidence up to which the gentle share is used (3.7).
pub const LOW_CONFIDENCE: i64 = 4;
/// Overshoot days of the baseline week from which the gentle share is used (3.7).
pub const OVERSHOOT_DAYS: u32 = 2;
