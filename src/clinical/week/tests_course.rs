//! Properties over whole weeks made of sessions, and over courses of many weeks.

use super::tests::{any_facts, exercise_height, quota_height};
use super::*;
use crate::clinical::codes::{Colour, Unit};
use crate::clinical::quota::{QuotaInput, schedule};
use crate::clinical::session::colour;
use crate::clinical::tests_support::generated;
use crate::clinical::thresholds::Thresholds;
use proptest::prelude::*;

/// A session: worst pain during, pain the next morning, effort. All in tenths.
type Session = (u32, Option<u32>, u32);

fn tenths(n: u32) -> f64 {
    f64::from(n.min(100)) / 10.0
}

fn any_session() -> impl Strategy<Value = Session> {
    (0u32..=100, proptest::option::of(0u32..=100), 0u32..=100)
}

/// The week with these sessions instead of its own counts; `usual` is the usual pain.
fn with_sessions(facts: &WeekFacts, sessions: &[Session], usual: u32) -> WeekFacts {
    let colours: Vec<Colour> = sessions
        .iter()
        .map(|(during, after, _)| colour(tenths(*during), after.map(tenths), tenths(usual), false, &Thresholds::USUAL))
        .collect();
    let count = |wanted: Colour| colours.iter().filter(|colour| **colour == wanted).count() as u32;
    let mut efforts: Vec<u32> = sessions.iter().map(|session| session.2).collect();
    efforts.sort_unstable();
    WeekFacts {
        done: sessions.len() as u32,
        red: count(Colour::Red),
        amber: count(Colour::Amber),
        rpe: efforts.get(efforts.len() / 2).map(|effort| tenths(*effort)),
        ..facts.clone()
    }
}

proptest! {
    #![proptest_config(generated(25_000))]

    /// All else equal, a sorer session moves no track further up, neither in the session nor the next morning.
    #[test]
    fn a_sorer_session_never_moves_a_track_up(
        facts in any_facts(), usual in 0u32..=100,
        sessions in proptest::collection::vec(any_session(), 1..7),
        which in 0usize..7, during in 0u32..60, morning in 0u32..60,
    ) {
        let mut sore = sessions.clone();
        let at = which % sore.len();
        sore[at].0 = (sore[at].0 + during).min(100);
        sore[at].1 = sore[at].1.map(|after| (after + morning).min(100));
        let (before, after) = (review(&with_sessions(&facts, &sessions, usual)), review(&with_sessions(&facts, &sore, usual)));
        // Leaving MAINTAIN because of a red session resumes the ordinary plan.
        prop_assume!(before.outcome != Outcome::Maintain);
        prop_assert!(quota_height(after.quota) <= quota_height(before.quota));
        prop_assert!(exercise_height(after.exercise) <= exercise_height(before.exercise));
    }

    /// So does more effort, an easier week before, or less that people could do.
    #[test]
    fn harder_weeks_never_move_a_track_up(facts in any_facts(), rpe in 0u32..60, function in 0u32..60, prev in 0u32..60) {
        let harder = WeekFacts {
            rpe: facts.rpe.map(|value| tenths((value * 10.0).round() as u32 + rpe)),
            psfs: facts.psfs.map(|value| tenths(((value * 10.0).round() as u32).saturating_sub(function))),
            nprs_prev: facts.nprs_prev.map(|value| tenths(((value * 10.0).round() as u32).saturating_sub(prev))),
            ..facts.clone()
        };
        let (before, after) = (review(&facts), review(&harder));
        prop_assume!(before.outcome != Outcome::Maintain);
        prop_assert!(quota_height(after.quota) <= quota_height(before.quota));
        prop_assert!(exercise_height(after.exercise) <= exercise_height(before.exercise));
    }

    /// Outcome and steps always belong together as the tables of 5.3 say; a person is told of every pause.
    #[test]
    fn every_review_is_one_of_the_defined_states(facts in any_facts()) {
        let got = review(&facts);
        prop_assert!(defined(&got), "{got:?}");
    }
}

/// The states of the tables in 5.3.
fn defined(review: &WeekReview) -> bool {
    use ExerciseStep as E;
    use QuotaStep as Q;
    let steps = (review.quota, review.exercise);
    let rules: Vec<&str> = review.rules.iter().map(String::as_str).collect();
    let fits = match review.outcome {
        Outcome::PauseAlert => matches!(rules[..], ["P-01"] | ["P-02"]) && steps == (Q::Frozen, E::Frozen) && review.alerts.len() == 1,
        Outcome::Flare => rules == ["P-03"] && steps == (Q::Flare, E::Flare),
        Outcome::StepBack if rules == ["P-05"] => steps == (Q::Down, E::Ease),
        Outcome::StepBack => rules[0] == "P-11" && steps == (Q::Same, E::Ease),
        Outcome::Maintain => rules == ["P-08"] && steps == (Q::Same, E::Hold),
        Outcome::Hold => (rules == ["P-04"] || rules.len() == 2) && steps == (Q::Same, E::Hold),
        Outcome::Progress => matches!(steps, (Q::Up, E::Rise | E::Hold) | (Q::Same, E::Rise)),
    };
    fits && review.rules.iter().all(|rule| rule_sentence(rule, &Thresholds::USUAL) != rule_sentence("", &Thresholds::USUAL))
        && review.alerts.iter().all(|alert| {
            rule_sentence(&alert.rule, &Thresholds::USUAL) != rule_sentence("", &Thresholds::USUAL) && alert.reason.ends_with('.')
        })
}

/// What a course of weeks carries from one week to the next.
#[derive(Debug, Default, Clone, PartialEq)]
struct Course {
    index: usize,
    flare_weeks: u32,
    low_data: bool,
    stepped_back: bool,
    low_weeks: u32,
    paused: bool,
}

impl Course {
    /// The week as the course presents it.
    fn facts(&self, week: u32, mut facts: WeekFacts) -> WeekFacts {
        facts.week = week;
        facts.flare_weeks = self.flare_weeks;
        facts.low_data_previous = self.low_data;
        facts.step_back_previous = self.stepped_back;
        facts.low_adherence_weeks = self.low_weeks;
        facts
    }

    fn follow(&mut self, facts: &WeekFacts, review: &WeekReview, last: usize) {
        self.index = match review.quota {
            QuotaStep::Up => (self.index + 1).min(last),
            QuotaStep::Down => self.index.saturating_sub(1),
            QuotaStep::Same | QuotaStep::Flare | QuotaStep::Frozen => self.index,
        };
        self.flare_weeks = if review.outcome == Outcome::Flare { self.flare_weeks + 1 } else { 0 };
        self.low_data = review.rules == ["P-04"];
        self.stepped_back = review.outcome == Outcome::StepBack;
        self.low_weeks = if facts.few_sessions() || facts.few_quotas() { self.low_weeks + 1 } else { 0 };
        self.paused = review.outcome == Outcome::PauseAlert;
    }
}

proptest! {
    #![proptest_config(generated(1_500))]

    /// Any half year of weeks, each with the history of those before, ends in a defined state: on a quota of the
    /// schedule, never above the goal, and nothing rises in a week that pauses, flares or steps back.
    #[test]
    fn any_sequence_of_weeks_ends_in_a_defined_state(
        weeks in proptest::collection::vec(any_facts(), 26), trial in 1u32..200, goal in 1u32..400, goal_weeks in 2u32..30,
    ) {
        let trial = f64::from(trial);
        let input = QuotaInput { trials: vec![trial; 3], goal: f64::from(goal), unit: Unit::Min, factor: 0.8, weeks: goal_weeks, most_percent: 20 };
        let plan = schedule(&input).expect("a schedule");
        let last = plan.quotas.len() - 1;
        let (mut course, mut again) = (Course::default(), Course::default());
        for (week, facts) in weeks.into_iter().enumerate() {
            let facts = course.facts(week as u32 + 1, facts);
            let got = review(&facts);
            prop_assert!(defined(&got), "{got:?}");
            let before = course.index;
            course.follow(&facts, &got, last);
            again.follow(&facts, &review(&facts), last);
            prop_assert!(course.index <= last && plan.quotas[course.index] <= input.goal);
            prop_assert!(course.index <= before + 1);
            if matches!(got.outcome, Outcome::PauseAlert | Outcome::Flare | Outcome::StepBack) {
                prop_assert!(course.index <= before, "a bad week never raises the quota");
            }
            prop_assert_eq!(course.paused, facts.red_flag.is_some() || facts.new_leg);
        }
        prop_assert_eq!(course, again);
    }

    /// A steady person reaches the goal and stays there.
    #[test]
    fn steady_weeks_reach_the_goal(trial in 1u32..60, goal in 1u32..120, pain in 0u32..=100) {
        let trial = f64::from(trial);
        let input = QuotaInput { trials: vec![trial; 3], goal: f64::from(goal), unit: Unit::Min, factor: 0.8, weeks: 12, most_percent: 20 };
        let plan = schedule(&input).expect("a schedule");
        let last = plan.quotas.len() - 1;
        let mut course = Course::default();
        for week in 1..=plan.weeks {
            let steady = WeekFacts { days: 7, nprs: Some(tenths(pain)), nprs_prev: Some(tenths(pain)), ..WeekFacts::default() };
            let facts = course.facts(week, steady);
            let got = review(&facts);
            course.follow(&facts, &got, last);
        }
        prop_assert_eq!(plan.quotas[course.index], input.goal);
    }
}
