//! Worked cases, and what holds for every record.

use super::*;
use chrono::Days;
use proptest::prelude::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).expect("a date") + Days::new(n)
}

/// `recent` on the last six days, `before` on six days of the two weeks before.
fn record(before: f64, recent: f64) -> Vec<(NaiveDate, f64)> {
    (0..6).map(|n| (day(n), before)).chain((22..28).map(|n| (day(n), recent))).collect()
}

#[test]
fn pain_is_compared_from_six_days_in_each_fortnight_and_named_from_a_point_on() {
    let today = day(27);
    let course = |before, recent| pain_course(&record(before, recent), today).course;
    assert_eq!(course(6.0, 4.0), Course::MuchLower);
    assert_eq!(course(6.0, 4.1), Course::Lower);
    assert_eq!(course(6.0, 5.0), Course::Lower);
    assert_eq!(course(6.0, 5.1), Course::Same);
    assert_eq!(course(5.0, 5.9), Course::Same);
    assert_eq!(course(5.0, 6.0), Course::Higher);
    assert_eq!(course(3.0, 5.0), Course::MuchHigher);
    let few = &record(6.0, 2.0)[1..];
    assert_eq!(
        pain_course(few, today),
        PainCourse { course: Course::TooFew, recent: Some(2.0), before: Some(6.0), recent_days: 6, before_days: 5 }
    );
    assert_eq!(pain_course(&[], today).course, Course::TooFew);
    // The fifteenth day back belongs to the stretch before.
    assert_eq!(pain_course(&[(day(13), 4.0), (day(14), 5.0)], today).before_days, 1);
}

#[test]
fn days_of_too_much_and_too_little_are_told_apart_and_a_bust_follows_within_two_days() {
    use DayClass::{Met, Missed, Over, Short};
    let on = |classes: &[DayClass]| pace(&(0_u64..).zip(classes).map(|(n, class)| (day(n), *class)).collect::<Vec<_>>());
    assert_eq!(on(&[Over, Short, Over, Short]).pace, Pace::TooFew);
    let swings = on(&[Over, Missed, Met, Over, Short]);
    assert_eq!((swings.pace, swings.over, swings.under, swings.kept, swings.busts, swings.days()), (Pace::UpAndDown, 2, 2, 1, 2, 5));
    assert_eq!(on(&[Over, Met, Met, Short, Short]).busts, 0, "three days later it is another story");
    assert_eq!(on(&[Over, Over, Met, Met, Short]).pace, Pace::Over);
    assert_eq!(on(&[Met, Met, Met, Short, Missed]).pace, Pace::Even, "60 % reached");
    assert_eq!(on(&[Met, Met, Short, Short, Missed]).pace, Pace::Under);
    assert_eq!(on(&[Over, Met, Met, Met, Met]).pace, Pace::Even, "one such day is no pattern");
}

#[test]
fn mornings_are_counted_and_a_sore_one_is_two_points_above_the_usual() {
    use crate::clinical::session::sore_morning;
    use crate::clinical::thresholds::Thresholds;
    let morning = |pain: f64| Morning { on: day(0), pain, sore: sore_morning(pain, 3.0, &Thresholds::USUAL) };
    assert_eq!(mornings(&[]), None);
    let summed = mornings(&[morning(4.0), morning(4.9), morning(5.0)]).expect("three mornings");
    assert_eq!((summed.answered, summed.settled), (3, 2));
    assert!((summed.mean - 13.9 / 3.0).abs() < 1e-9);
}

#[test]
fn a_change_matters_as_section_6_says() {
    let of = |code, first, last| change(code, first, last).expect("an instrument with points");
    assert_eq!(of("nprs", 6.0, 4.0), Change { way: Way::Better, by: 2.0, matters: true });
    assert_eq!(of("nprs", 3.0, 2.0), Change { way: Way::Better, by: 1.0, matters: true }, "a third of it");
    assert_eq!(of("nprs", 6.0, 4.2), Change { way: Way::Better, by: 6.0 - 4.2, matters: true }, "exactly 30 %");
    assert!(!of("nprs", 6.0, 4.21).matters);
    assert!(!of("nprs", 3.0, 4.0).matters, "a share counts to the better only");
    assert_eq!(of("rmdq", 12.0, 10.0), Change { way: Way::Better, by: 2.0, matters: false });
    assert!(of("rmdq", 17.0, 12.0).matters && of("rmdq", 7.0, 12.0).matters);
    assert_eq!(of("psfs", 5.0, 3.0), Change { way: Way::Worse, by: 2.0, matters: true });
    assert!(!of("psfs", 2.0, 3.0).matters, "for a score that should rise a share says nothing");
    assert_eq!(of("rmdq", 8.0, 8.0), Change { way: Way::Same, by: 0.0, matters: false });
    assert_eq!(change("phq4", 8.0, 2.0), None);
    assert!(!of("nprs", 0.0, 0.0).matters);
    let single = |first, last| activity_change(first, last).expect("points");
    assert!(!single(3.0, 5.0).matters && single(3.0, 6.0).matters && single(6.0, 3.0).way == Way::Worse);
}

#[test]
fn the_line_of_a_chart_is_where_the_change_begins_to_matter() {
    assert_eq!(matters_at("nprs", 8.0), Some(6.0));
    assert_eq!(matters_at("psfs", 4.0), Some(6.0));
    assert_eq!(matters_at("phq4", 4.0), None);
    for first in 1..=24 {
        let first = f64::from(first);
        let at = matters_at("rmdq", first).expect("points");
        assert!(change("rmdq", first, at - 0.001).expect("points").matters && !change("rmdq", first, at + 0.001).expect("points").matters);
    }
}

fn any_days() -> impl Strategy<Value = Vec<(NaiveDate, f64)>> {
    proptest::collection::btree_map(0_u64..60, 0_u8..=10, 0..50)
        .prop_map(|map| map.into_iter().map(|(n, p)| (day(n), f64::from(p))).collect())
}

fn any_classes() -> impl Strategy<Value = Vec<(NaiveDate, DayClass)>> {
    let class = proptest::sample::select(vec![DayClass::Missed, DayClass::Short, DayClass::Met, DayClass::Over]);
    proptest::collection::btree_map(0_u64..40, class, 0..40).prop_map(|map| map.into_iter().map(|(n, c)| (day(n), c)).collect())
}

proptest! {
    #[test]
    fn order_and_days_outside_the_four_weeks_change_nothing(days in any_days(), at in 28_u64..59) {
        let today = day(at);
        let told = pain_course(&days, today);
        let backwards: Vec<_> = days.iter().rev().copied().collect();
        prop_assert_eq!(told, pain_course(&backwards, today));
        let inside: Vec<_> = days.iter().filter(|(on, _)| (0..28).contains(&(today - *on).num_days())).copied().collect();
        prop_assert_eq!(told, pain_course(&inside, today));
        prop_assert_eq!(told.recent_days + told.before_days, inside.len());
    }

    #[test]
    fn the_mirrored_record_has_the_mirrored_course(days in any_days()) {
        let today = day(40);
        let mirrored: Vec<_> = days.iter().map(|(on, pain)| (*on, 10.0 - pain)).collect();
        let turned = match pain_course(&days, today).course {
            Course::MuchLower => Course::MuchHigher,
            Course::Lower => Course::Higher,
            Course::Higher => Course::Lower,
            Course::MuchHigher => Course::MuchLower,
            same => same,
        };
        prop_assert_eq!(pain_course(&mirrored, today).course, turned);
    }

    #[test]
    fn every_day_is_counted_once_and_busts_are_days_over(days in any_classes()) {
        let told = pace(&days);
        prop_assert_eq!(told.days(), days.len());
        prop_assert!(told.busts <= told.over);
        prop_assert_eq!(told.pace == Pace::TooFew, days.len() < PACE_DAYS);
        if told.pace == Pace::Even { prop_assert!(told.over < PATTERN_DAYS) }
    }

    #[test]
    fn a_change_has_a_way_and_a_size_that_agree(first in 0_u8..=24, last in 0_u8..=24, which in 0_usize..3) {
        let code = ["nprs", "rmdq", "psfs"][which];
        let told = change(code, f64::from(first), f64::from(last)).expect("points");
        prop_assert_eq!(told.way == Way::Same, first == last);
        prop_assert!((told.by - f64::from(first.abs_diff(last))).abs() < 1e-9);
        prop_assert!(told.way != Way::Same || !told.matters);
        let back = change(code, f64::from(last), f64::from(first)).expect("points");
        prop_assert_eq!(back.way == Way::Better, told.way == Way::Worse);
    }
}
