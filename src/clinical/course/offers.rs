//! What a reviewed week offers and leaves to the person: a new baseline when the plan has become light (4.2
//! no. 8), and a smaller plan when it has been too much (P-06E, P-06Q).

use super::maintenance::spread;
use crate::clinical::codes::{Outcome, QuotaStep};
use crate::clinical::quota::exact::millionths;
use crate::clinical::quota::{Baseline, QuotaInput, Schedule, baseline, schedule};
use crate::clinical::week::{WeekFacts, WeekReview};

/// Weeks after which a new baseline may be offered (4.2 no. 8).
const NEW_BASELINE_WEEKS: [u32; 3] = [4, 8, 12];
/// Share of the quotas reached for the offer, per cent.
const NEW_BASELINE_REACHED_PERCENT: u32 = 90;
/// Median effort of the week up to which it was light, 0 to 10.
const NEW_BASELINE_EFFORT: i128 = 4;
/// Days for which a new baseline stays on offer; tries count as long (4.2 no. 2).
pub const OFFER_DAYS: u64 = 14;
/// Days that a smaller plan keeps (P-06E) …
const SMALLER_KEPT: usize = 2;
/// … of so many.
const SMALLER_OF: usize = 3;
/// Exercise days that a smaller plan keeps: each exercise comes at least twice a week (13 no. 6).
const FEWEST_DAYS: usize = 2;

/// Whether the week shows that more is possible than the schedule asks: weeks 4, 8 and 12, nine of ten quotas
/// reached, effort light. An effort that nobody noted shows nothing.
pub fn offers_new_baseline(facts: &WeekFacts, review: &WeekReview) -> bool {
    let going = matches!(review.outcome, Outcome::Progress | Outcome::Hold) && review.quota != QuotaStep::Frozen;
    let reached = facts.quotas_planned > 0 && facts.quotas_met * 100 >= NEW_BASELINE_REACHED_PERCENT * facts.quotas_planned;
    let light = facts.rpe.is_some_and(|effort| millionths(effort) <= millionths_of(NEW_BASELINE_EFFORT));
    going && NEW_BASELINE_WEEKS.contains(&facts.week) && reached && light
}

fn millionths_of(whole: i128) -> i128 {
    whole * crate::clinical::quota::exact::MILLION
}

/// Whether the week is the second in a row in which less than the agreed share was done (P-06E, P-06Q), of what
/// announced days left.
pub fn offers_smaller_plan(facts: &WeekFacts, review: &WeekReview) -> bool {
    let low = review.rules.iter().any(|rule| matches!(rule.as_str(), "P-06E" | "P-06Q"));
    low && facts.low_adherence() && facts.low_adherence_weeks >= 1
}

/// Two thirds of a number of days, to the nearest whole, at least one.
const fn two_thirds(days: usize) -> usize {
    let nearest = (2 * SMALLER_KEPT * days + SMALLER_OF) / (2 * SMALLER_OF);
    if nearest == 0 { 1 } else { nearest }
}

/// Exercise days (0 = Monday) of the smaller plan, as far apart as the chosen days allow; never fewer than two.
pub fn smaller_days(days: &[u8]) -> Vec<u8> {
    spread(days, two_thirds(days.len()).max(FEWEST_DAYS))
}

/// Days a week of a quota in the smaller plan. The amount of a day stays: it is the smaller number of days that
/// makes the plan fit the week.
pub fn smaller_quota_days(days: u32) -> u32 {
    u32::try_from(two_thirds(days as usize)).unwrap_or(days).min(days)
}

/// What tries in the middle of a plan lead to.
#[derive(Debug, Clone, PartialEq)]
pub enum NewBaseline {
    /// This many more tries first; `true` when it is because they differ too much.
    NeedMore(u32, bool),
    /// The tries are not above the present quota: the schedule as it is stands.
    Stays,
    /// A new schedule, from the mean of the tries.
    New(Box<(QuotaInput, Schedule)>),
}

/// The schedule that follows from new tries. It never begins below `present`, the quota of this week: what is
/// kept up already is not taken away. `factor` is the share to start with (3.7), `weeks` the weeks left to the date
/// that was hoped for.
pub fn new_baseline(trials: &[f64], input: &QuotaInput, present: f64, factor: f64, weeks: u32) -> NewBaseline {
    let mean = match baseline(trials) {
        Baseline::NeedMore(more) => return NewBaseline::NeedMore(more, trials.len() >= 3),
        Baseline::Mean(mean) => mean,
    };
    if mean <= present {
        return NewBaseline::Stays;
    }
    // Rounded up to millionths, so that rounding down to the unit does not end below the present quota.
    let kept = (present / mean * 1e6).ceil() / 1e6;
    let again = QuotaInput { trials: trials.to_vec(), factor: factor.max(kept).min(1.0), weeks: weeks.max(2), ..input.clone() };
    match schedule(&again) {
        Ok(fresh) => NewBaseline::New(Box::new((again, fresh))),
        Err(_) => NewBaseline::Stays,
    }
}
