//! What a week offers, case by case.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clinical::codes::{Outcome, Unit};
use crate::clinical::quota::QuotaInput;
use proptest::prelude::*;

fn facts(week: u32, met: u32, planned: u32, effort: Option<f64>) -> WeekFacts {
    WeekFacts { week, quotas_met: met, quotas_planned: planned, rpe: effort, ..WeekFacts::default() }
}

fn review(outcome: Outcome, quota: QuotaStep, rules: &[&str]) -> WeekReview {
    let rules = rules.iter().map(|rule| (*rule).to_owned()).collect();
    WeekReview { outcome, rules, quota, exercise: ExerciseStep::Rise, alerts: Vec::new() }
}

fn good() -> WeekReview {
    review(Outcome::Progress, QuotaStep::Up, &["P-09"])
}

#[test]
fn a_new_baseline_is_offered_after_weeks_four_eight_and_twelve_of_light_steady_work() {
    for week in 1..=26 {
        let offered = offers_new_baseline(&facts(week, 9, 10, Some(4.0)), &good());
        assert_eq!(offered, matches!(week, 4 | 8 | 12), "week {week}");
    }
    assert!(!offers_new_baseline(&facts(4, 8, 9, Some(4.0)), &good()), "8 of 9 is below nine tenths");
    assert!(!offers_new_baseline(&facts(4, 9, 10, Some(4.5)), &good()), "not light any more");
    assert!(!offers_new_baseline(&facts(4, 9, 10, None), &good()), "an effort nobody noted is not a small one");
    assert!(!offers_new_baseline(&facts(4, 0, 0, Some(2.0)), &good()), "nothing was planned");
}

#[test]
fn a_pause_a_flare_and_a_step_back_offer_no_new_baseline() {
    let week = facts(4, 10, 10, Some(2.0));
    for (outcome, quota) in [
        (Outcome::PauseAlert, QuotaStep::Frozen),
        (Outcome::Flare, QuotaStep::Flare),
        (Outcome::StepBack, QuotaStep::Down),
        (Outcome::Maintain, QuotaStep::Same),
    ] {
        assert!(!offers_new_baseline(&week, &review(outcome, quota, &[])), "{outcome:?}");
    }
}

#[test]
fn a_smaller_plan_is_offered_in_the_second_low_week_in_a_row() {
    let low = |before: u32| WeekFacts { low_adherence_weeks: before, done: 1, planned: 4, ..WeekFacts::default() };
    let week = |rules: &[&str]| review(Outcome::Progress, QuotaStep::Same, rules);
    assert!(!offers_smaller_plan(&low(0), &week(&["P-06E"])), "the first");
    assert!(offers_smaller_plan(&low(1), &week(&["P-06E"])));
    assert!(offers_smaller_plan(&low(1), &week(&["P-06Q"])));
    assert!(!offers_smaller_plan(&low(2), &week(&["P-09"])), "this week was as agreed");
}

#[test]
fn the_smaller_plan_keeps_two_of_three_days_spread_over_the_week() {
    assert_eq!(smaller_days(&[0, 2, 4]), [0, 4], "three days lie between them either way round");
    assert_eq!(smaller_days(&[0, 1, 2, 3, 4]), [0, 2, 4]);
    assert_eq!(smaller_days(&[0, 1, 3, 5]), [0, 3, 5]);
    assert_eq!(smaller_days(&[1, 4]), [1, 4], "never fewer than two");
    assert_eq!((1..=7).map(smaller_quota_days).collect::<Vec<_>>(), [1, 1, 2, 3, 3, 4, 5]);
}

fn walk(goal: f64) -> QuotaInput {
    QuotaInput { trials: vec![5.0; 3], goal, unit: Unit::Min, factor: 0.8, weeks: 12, most_percent: 20 }
}

#[test]
fn a_small_baseline_measured_again_gets_larger_steps() {
    let NewBaseline::New(new) = new_baseline(&[14.0, 15.0, 16.0], &walk(30.0), 8.0, 0.8, 8) else { panic!("a schedule") };
    let (input, schedule) = *new;
    assert_eq!((schedule.start, schedule.baseline), (12.0, 15.0));
    assert!(schedule.quotas.len() <= 8, "within the time that is left: {:?}", schedule.quotas);
    assert_eq!((input.weeks, input.goal), (8, 30.0));
}

#[test]
fn measuring_again_never_takes_away_what_is_kept_up_already() {
    let NewBaseline::New(new) = new_baseline(&[9.0, 9.0, 9.0], &walk(30.0), 8.0, 0.8, 8) else { panic!("a schedule") };
    assert_eq!(new.1.start, 8.0, "80 % of 9 would be 7");
    assert_eq!(new_baseline(&[8.0, 8.0, 8.0], &walk(30.0), 8.0, 0.8, 8), NewBaseline::Stays);
    assert_eq!(new_baseline(&[6.0, 7.0, 6.0], &walk(30.0), 8.0, 0.8, 8), NewBaseline::Stays, "a poor day takes nothing away");
}

#[test]
fn tries_too_few_or_too_different_ask_for_more() {
    assert_eq!(new_baseline(&[9.0], &walk(30.0), 8.0, 0.8, 8), NewBaseline::NeedMore(2, false));
    assert_eq!(new_baseline(&[5.0, 9.0, 11.0], &walk(30.0), 8.0, 0.8, 8), NewBaseline::NeedMore(2, true));
}

proptest! {
    #[test]
    fn a_new_schedule_begins_at_the_present_amount_or_above_it_and_reaches_the_goal(
        trials in prop::collection::vec(1_u32..200, 3..6),
        present in 1_u32..100,
        goal in 2_u32..300,
        gentle in any::<bool>(),
        weeks in 0_u32..30,
    ) {
        let trials: Vec<f64> = trials.into_iter().map(f64::from).collect();
        let factor = if gentle { 0.7 } else { 0.8 };
        let (present, goal) = (f64::from(present.min(goal)), f64::from(goal));
        if let NewBaseline::New(new) = new_baseline(&trials, &walk(goal), present, factor, weeks) {
            let (_, schedule) = *new;
            prop_assert!(schedule.start >= present, "{schedule:?}");
            prop_assert_eq!(schedule.quotas.last().copied(), Some(goal));
            prop_assert!(schedule.quotas.iter().all(|q| *q >= present.min(goal) && *q <= goal));
            prop_assert!(schedule.increment <= schedule.baseline / 5.0 + 1e-6);
        }
    }
}
