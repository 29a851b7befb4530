//! Who is told about a week (5.3, 12.3, 12.5).

use super::{WeekAlert, WeekFacts, rise};
use crate::clinical::codes::AlertTo;
use crate::clinical::quota::exact::{MILLION, millionths};

/// P-03: a flare this many weeks old is told.
const FLARE_WEEKS: u32 = 1;
/// P-03: this many flares in 8 weeks are told.
const FLARES: u32 = 2;
/// P-06: earlier weeks of low adherence.
const LOW_ADHERENCE_WEEKS: u32 = 2;
/// P-10: week judged by the physiotherapist.
const PHYSIO_WEEK: u32 = 4;
/// P-10: weeks that lead to an examination in person.
const GP_WEEKS: [u32; 2] = [8, 12];
/// P-10: pain gain that counts, points.
pub(in crate::clinical) const PAIN_GAIN: i128 = 2;
/// P-10: RMDQ gain that counts.
pub(in crate::clinical) const RMDQ_GAIN: i128 = 5;
/// P-10: or this percentage of the intake value.
pub(in crate::clinical) const GAIN_PERCENT: i128 = 30;
/// P-10, acute: week, pain still at least this, gain below this.
const ACUTE_WEEK: u32 = 2;
const ACUTE_PAIN: i128 = 6;
const ACUTE_GAIN: i128 = 1;

/// Alert of a rule that decided the whole week.
pub(super) fn whole_week(rule: &'static str, facts: &WeekFacts) -> Option<WeekAlert> {
    let long_flare = facts.flare_weeks >= FLARE_WEEKS || facts.flares_in_8_weeks >= FLARES;
    let (to, reason) = match rule {
        "P-01" => (AlertTo::Triage, "A danger-sign question of the weekly check was positive."),
        "P-02" => (AlertTo::Physio, "New leg pain below the knee, new tingling, or pain spreading down the leg."),
        "P-03" if long_flare => (AlertTo::Physio, "The flare has lasted more than a week, or there were two flares in 8 weeks."),
        "P-04" if facts.low_data_previous && !facts.holiday_explains_diary() => {
            (AlertTo::Physio, "Fewer than 3 diary days for the second week in a row.")
        }
        "P-05" if facts.step_back_previous => (AlertTo::Physio, "Clearly worse again after a week that already stepped back."),
        _ => return None,
    };
    Some(WeekAlert::new(rule, to, reason))
}

/// Alerts of a week that the tracks decide: P-11 after a step back, and low adherence (one at most).
pub(super) fn tracks(facts: &WeekFacts, eased: bool) -> Vec<WeekAlert> {
    let mut alerts = Vec::new();
    if eased && facts.step_back_previous {
        alerts.push(WeekAlert::new("P-11", AlertTo::Physio, "Two or more red sessions again after a week that already stepped back."));
    }
    if facts.low_adherence_weeks >= LOW_ADHERENCE_WEEKS && facts.low_adherence() {
        let reason = format!("Fewer than {} % of sessions or quotas for the third week.", facts.clinic.adherence());
        alerts.push(WeekAlert::new("P-06", AlertTo::Physio, &reason));
    }
    alerts
}

/// P-10: no lasting gain at week 4, 8 or 12, judged on what was recorded. This is the net for
/// illness that showed no danger sign at intake (0.9).
pub(super) fn no_lasting_gain(facts: &WeekFacts) -> Option<WeekAlert> {
    let to = if facts.week == PHYSIO_WEEK {
        AlertTo::Physio
    } else if GP_WEEKS.contains(&facts.week) {
        AlertTo::Gp
    } else {
        return None;
    };
    let count = |value: Option<u32>| value.map(f64::from);
    let verdicts = [improved(facts.nprs_intake, facts.nprs, PAIN_GAIN), improved(count(facts.rmdq_intake), count(facts.rmdq), RMDQ_GAIN)];
    let judged = verdicts.iter().any(Option::is_some);
    let any_better = verdicts.contains(&Some(true));
    (judged && !any_better).then(|| WeekAlert::new("P-10", to, "Neither pain nor daily function has clearly improved since the start."))
}

/// Whether a score fell enough since intake; none when one of the two was not recorded. From an
/// intake value of 0 nothing can count as 30 % better (12.5).
fn improved(intake: Option<f64>, now: Option<f64>, points: i128) -> Option<bool> {
    let gain = rise(now, intake)?;
    let intake = millionths(intake?);
    Some(gain >= points * MILLION || (intake > 0 && 100 * gain >= GAIN_PERCENT * intake))
}

/// P-10 for acute pain that two weeks have not changed.
pub(super) fn acute_unchanged(facts: &WeekFacts) -> Option<WeekAlert> {
    let still_high = facts.nprs.is_some_and(|pain| millionths(pain) >= ACUTE_PAIN * MILLION);
    let no_gain = rise(facts.nprs, facts.nprs_intake).is_some_and(|gain| gain < ACUTE_GAIN * MILLION);
    (facts.acute && facts.week == ACUTE_WEEK && still_high && no_gain)
        .then(|| WeekAlert::new("P-10", AlertTo::Physio, "Recent strong pain has not eased in two weeks."))
}
