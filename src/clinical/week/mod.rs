//! The weekly engine (specification 5.3, 12.3, 12.5): the whole week first, then each track by
//! itself, then the alerts that run beside both.

mod alerts;
mod away;
mod facts;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_course;
mod words;

pub(in crate::clinical) use alerts::{GAIN_PERCENT, PAIN_GAIN, RMDQ_GAIN};
pub use away::Away;
pub use facts::WeekFacts;
pub use words::{away_sentence, rule_sentence};

use super::codes::{AlertTo, ExerciseStep, Outcome, QuotaStep};
use super::quota::exact::{MILLION, millionths};
use serde::{Deserialize, Serialize};

/// P-03: last three days this much above the time before, points.
const FLARE_RISE: i128 = 2;
/// P-03: and at least this high, points.
const FLARE_PAIN: i128 = 5;
/// P-04: diary days needed to judge a week.
const DIARY_DAYS: u32 = 3;
/// P-05: rise of the week mean, points.
const PAIN_RISE: i128 = 2;
/// P-05: fall of the PSFS mean, points.
pub(in crate::clinical) const PSFS_FALL: i128 = 2;
/// P-08: week means up to this, points.
const SETTLED_PAIN: i128 = 2;
/// P-08: RMDQ up to this.
const SETTLED_RMDQ: u32 = 4;
/// P-11: RED sessions.
const RED_SESSIONS: u32 = 2;
/// P-07E: median RPE.
const HARD_RPE: i128 = 8;
/// P-07Q: overshoot days.
const OVERSHOOT_DAYS: u32 = 3;

/// Somebody to be told.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct WeekAlert {
    /// Rule that raised it.
    pub rule: String,
    /// Who is told.
    pub to: AlertTo,
    /// Why, in plain words.
    pub reason: String,
}

impl WeekAlert {
    fn new(rule: &str, to: AlertTo, reason: &str) -> Self {
        WeekAlert { rule: rule.to_owned(), to, reason: reason.to_owned() }
    }
}

/// Decision about a week, serialised in the key order of 12.3.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct WeekReview {
    /// What the week amounts to.
    pub outcome: Outcome,
    /// Rules that decided, in the order of the tables of 5.3.
    pub rules: Vec<String>,
    /// Next step of the quota track.
    pub quota: QuotaStep,
    /// Next step of the exercise track.
    pub exercise: ExerciseStep,
    /// Alerts in the order of 5.3: of the deciding rule, low adherence, P-10.
    pub alerts: Vec<WeekAlert>,
}

/// A rule that decides both tracks at once: rule id, outcome, quota, exercise.
type WholeWeek = (&'static str, Outcome, QuotaStep, ExerciseStep);

/// Reviews a week (5.3).
pub fn review(facts: &WeekFacts) -> WeekReview {
    let mut review = match whole_week(facts) {
        Some((rule, outcome, quota, exercise)) => WeekReview {
            outcome,
            rules: vec![rule.to_owned()],
            quota,
            exercise,
            alerts: alerts::whole_week(rule, facts).into_iter().collect(),
        },
        None => tracks(facts),
    };
    if review.outcome != Outcome::PauseAlert {
        review.alerts.extend(alerts::no_lasting_gain(facts));
        review.alerts.extend(alerts::acute_unchanged(facts));
    }
    review
}

/// The first table of 5.3, first match wins. What was not recorded decides nothing.
fn whole_week(facts: &WeekFacts) -> Option<WholeWeek> {
    if facts.red_flag.is_some() {
        let frozen = (QuotaStep::Frozen, ExerciseStep::Frozen);
        return Some(("P-01", Outcome::PauseAlert, frozen.0, frozen.1));
    }
    if facts.new_leg {
        let frozen = (QuotaStep::Frozen, ExerciseStep::Frozen);
        return Some(("P-02", Outcome::PauseAlert, frozen.0, frozen.1));
    }
    if facts.flare || pain_shot_up(facts) {
        return Some(("P-03", Outcome::Flare, QuotaStep::Flare, ExerciseStep::Flare));
    }
    if facts.days < DIARY_DAYS {
        return Some(("P-04", Outcome::Hold, QuotaStep::Same, ExerciseStep::Hold));
    }
    let worse = rise(facts.nprs_prev, facts.nprs).is_some_and(|up| up >= facts.pain_limit(PAIN_RISE))
        || rise(facts.psfs, facts.psfs_prev).is_some_and(|down| down >= PSFS_FALL * MILLION);
    if worse {
        return Some(("P-05", Outcome::StepBack, QuotaStep::Down, ExerciseStep::Ease));
    }
    if settled(facts) {
        return Some(("P-08", Outcome::Maintain, QuotaStep::Same, ExerciseStep::Hold));
    }
    None
}

/// `to` − `from` in millionths when both were recorded.
fn rise(from: Option<f64>, to: Option<f64>) -> Option<i128> {
    Some(millionths(to?) - millionths(from?))
}

/// P-03 by numbers.
fn pain_shot_up(facts: &WeekFacts) -> bool {
    let high = facts.nprs_last3.is_some_and(|pain| millionths(pain) >= facts.pain_limit(FLARE_PAIN));
    high && rise(facts.nprs_prev, facts.nprs_last3).is_some_and(|up| up >= facts.pain_limit(FLARE_RISE))
}

/// P-08. A score that was not recorded cannot show that all is well.
fn settled(facts: &WeekFacts) -> bool {
    let low = |pain: Option<f64>| pain.is_some_and(|p| millionths(p) <= SETTLED_PAIN * MILLION);
    low(facts.nprs) && low(facts.nprs_prev) && facts.rmdq.is_some_and(|count| count <= SETTLED_RMDQ) && facts.goals_met && facts.red == 0
}

/// The second table of 5.3: each track by itself.
fn tracks(facts: &WeekFacts) -> WeekReview {
    let (exercise, exercise_rule) = exercise_track(facts);
    let eased = exercise == ExerciseStep::Ease;
    let (quota, quota_rule) = quota_track(facts, eased);
    let mut rules: Vec<String> = [exercise_rule, quota_rule].into_iter().flatten().map(str::to_owned).collect();
    if rules.is_empty() {
        rules.push("P-09".to_owned());
    }
    let outcome = if eased {
        Outcome::StepBack
    } else if quota == QuotaStep::Up || exercise == ExerciseStep::Rise {
        Outcome::Progress
    } else {
        Outcome::Hold
    };
    WeekReview { outcome, rules, quota, exercise, alerts: alerts::tracks(facts, eased) }
}

/// P-11, P-06E, P-07E, else rise.
fn exercise_track(facts: &WeekFacts) -> (ExerciseStep, Option<&'static str>) {
    let hard = facts.rpe.is_some_and(|rpe| millionths(rpe) >= HARD_RPE * MILLION);
    let mostly_amber = 2 * u64::from(facts.amber) > u64::from(facts.done);
    if facts.red >= RED_SESSIONS {
        (ExerciseStep::Ease, Some("P-11"))
    } else if facts.few_sessions() {
        (ExerciseStep::Hold, Some("P-06E"))
    } else if facts.red > 0 || mostly_amber || hard {
        (ExerciseStep::Hold, Some("P-07E"))
    } else {
        (ExerciseStep::Rise, None)
    }
}

/// P-06Q, P-07Q, else up unless P-11 eased the exercises. Pain has no say here: this track is
/// time-contingent.
fn quota_track(facts: &WeekFacts, eased: bool) -> (QuotaStep, Option<&'static str>) {
    if facts.few_quotas() {
        (QuotaStep::Same, Some("P-06Q"))
    } else if facts.over >= OVERSHOOT_DAYS {
        (QuotaStep::Same, Some("P-07Q"))
    } else if eased {
        (QuotaStep::Same, None)
    } else {
        (QuotaStep::Up, None)
    }
}
