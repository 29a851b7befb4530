//! Tests of the quota track: the vectors of 4.3, exactness at the limits, properties.

use super::*;
use crate::clinical::tests_support::generated;
use proptest::prelude::*;
use serde_json::Value;

fn input(trials: &[f64], goal: f64, unit: Unit, factor: f64, weeks: u32) -> QuotaInput {
    QuotaInput { trials: trials.to_vec(), goal, unit, factor, weeks, most_percent: 20 }
}

/// Q01 to Q08 and more: input of 12.2, and the fields expected of the result.
#[test]
fn vectors_of_the_specification() {
    let text = include_str!("../../../tests/cases/quota.json");
    let cases: Vec<Value> = serde_json::from_str(text).expect("cases");
    assert!(cases.len() >= 12);
    for case in cases {
        let input: QuotaInput = serde_json::from_value(case["input"].clone()).expect("input");
        let got = match schedule(&input) {
            Ok(plan) => serde_json::to_value(plan).expect("json"),
            Err(QuotaError::NeedMore(more)) => serde_json::json!({ "need_more": more }),
            Err(QuotaError::Invalid(errors)) => panic!("{} {errors:?}", case["id"]),
        };
        for (field, expected) in case["expected"].as_object().expect("expected") {
            assert_eq!(&got[field], expected, "{} {field}", case["id"]);
        }
    }
}

#[test]
fn the_band_drawn_as_met_is_from_nine_tenths_to_twelve_tenths_of_the_quota() {
    assert_eq!(met_band(), (0.9, 1.2));
}

#[test]
fn baselines() {
    assert_eq!(baseline(&[10.0, 12.0, 14.0]), Baseline::Mean(12.0));
    assert_eq!(baseline(&[5.0, 6.0, 14.0]), Baseline::NeedMore(2));
    assert_eq!(baseline(&[5.0, 6.0, 14.0, 8.0]), Baseline::NeedMore(1));
    assert_eq!(baseline(&[5.0, 6.0, 14.0, 8.0, 7.0]), Baseline::Mean(8.0));
    assert_eq!(baseline(&[]), Baseline::NeedMore(3));
    assert_eq!(baseline(&[5.0, 20.0]), Baseline::NeedMore(1));
    // Exactly twice the worst is not "exceeds".
    assert_eq!(baseline(&[0.1, 0.2, 0.2]), Baseline::Mean(0.5 / 3.0));
}

#[test]
fn day_classes() {
    let classes = [0.0, 8.0, 9.0, 12.0, 13.0].map(|done| day_class(done, 10.0));
    let (missed, short, met, over) = (DayClass::Missed, DayClass::Short, DayClass::Met, DayClass::Over);
    assert_eq!(classes, [missed, short, met, met, over]);
    // 1.2 × 3 is 3.5999… in floats.
    assert_eq!(day_class(3.6, 3.0), met);
    assert_eq!(day_class(2.7, 3.0), met);
    assert_eq!(day_class(2.69, 3.0), short);
    assert_eq!(day_class(3.61, 3.0), over);
}

#[test]
fn parts_of_a_quota() {
    assert_eq!(part_of(15.0, 0.5, Unit::Min), 7.0);
    assert_eq!(part_of(15.0, 0.75, Unit::Min), 11.0);
    assert_eq!(part_of(1.0, 0.5, Unit::Rep), 1.0);
    assert_eq!(part_of(3500.0, 0.5, Unit::Step), 1700.0);
    assert_eq!(part_of(10.0, 0.5, Unit::Metre), 10.0);
    // A goal below one unit is never exceeded in a flare.
    assert_eq!(part_of(5.0, 0.5, Unit::Metre), 5.0);
}

#[test]
fn whole_numbers_have_no_decimal_point() {
    let plan = schedule(&input(&[200.0, 200.0, 200.0], 300.0, Unit::Metre, 0.8, 8)).expect("plan");
    assert_eq!(
        serde_json::to_string(&plan).expect("json"),
        r#"{"baseline":200,"start":160,"increment":20,"weeks":8,"quotas":[160,180,200,220,240,260,280,300],"moved":false}"#
    );
}

#[test]
fn inputs_out_of_range_are_refused_together() {
    let bad = input(&[0.0, 1.0, 1.0], -1.0, Unit::Min, 1.5, 1);
    let Err(QuotaError::Invalid(errors)) = schedule(&bad) else { panic!("accepted") };
    let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
    assert_eq!(fields, ["trials", "goal", "factor", "weeks"]);
    let mistyped = input(&[0.001, 0.001, 0.001], 1e6, Unit::Min, 0.8, 8);
    assert!(matches!(schedule(&mistyped), Err(QuotaError::Invalid(_))));
    let nothing = input(&[f64::NAN, 1.0, 1.0], f64::INFINITY, Unit::Min, f64::NAN, 8);
    assert!(matches!(schedule(&nothing), Err(QuotaError::Invalid(e)) if e.len() == 3));
}

/// Fields of an input that are refused.
fn fields(input: &QuotaInput) -> Vec<String> {
    match schedule(input) {
        Err(QuotaError::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
        _ => Vec::new(),
    }
}

/// The limits themselves are accepted, one step beyond is not.
#[test]
fn limits_of_an_input() {
    let many = |count: usize| input(&vec![10.0; count], 30.0, Unit::Min, 0.8, 12);
    assert_eq!(fields(&many(MAX_TRIALS)), [""; 0]);
    assert_eq!(fields(&many(MAX_TRIALS + 1)), ["trials"]);
    for (weeks, refused) in [(MIN_WEEKS - 1, true), (MIN_WEEKS, false), (MAX_WEEKS, false), (MAX_WEEKS + 1, true)] {
        assert_eq!(!fields(&QuotaInput { weeks, ..many(3) }).is_empty(), refused, "{weeks} weeks");
    }
    assert!(factor_in_range(1.0) && !factor_in_range(1.000_001) && !factor_in_range(0.0));
    assert!(amount_in_range(MAX_AMOUNT) && !amount_in_range(MAX_AMOUNT + 1.0) && !amount_in_range(0.000_000_1));
    // The longest schedule that is computed, and one week more.
    let far = |goal: f64| input(&[1.0, 1.0, 1.0], goal, Unit::Min, 1.0, 2);
    let longest = schedule(&far(20_000.8)).expect("accepted");
    assert_eq!(i128::from(longest.weeks), MAX_SCHEDULE);
    assert_eq!(fields(&far(20_001.0)), ["goal"]);
}

#[test]
fn a_clinic_sets_the_largest_weekly_step() {
    let tries = [10.0, 12.0, 14.0];
    let of = |most_percent| schedule(&QuotaInput { most_percent, ..input(&tries, 30.0, Unit::Min, 0.8, 8) }).expect("a schedule");
    // 20 % of 12 minutes are 2.4, 10 % are 1.2, 5 % are 0.6.
    assert_eq!((of(20).increment, of(10).increment, of(5).increment), (2.4, 1.2, 0.6));
    assert_eq!(of(10).quotas[..4], [9.0, 10.0, 11.0, 13.0]);
    assert!(of(10).moved && of(10).weeks > of(20).weeks);
    let refused = |most_percent| fields(&QuotaInput { most_percent, ..input(&tries, 30.0, Unit::Min, 0.8, 8) });
    assert_eq!((refused(4), refused(21)), (vec!["most_percent".to_owned()], vec!["most_percent".to_owned()]));
    let text = |most_percent| serde_json::to_string(&QuotaInput { most_percent, ..input(&tries, 30.0, Unit::Min, 0.8, 8) }).expect("text");
    assert!(!text(20).contains("most_percent"), "stored as before");
    assert_eq!(serde_json::from_str::<QuotaInput>(&text(10)).expect("input").most_percent, 10);
}

fn any_input() -> impl Strategy<Value = QuotaInput> {
    let unit = proptest::sample::select(Unit::ALL);
    let factor = proptest::sample::select(vec![0.7, 0.8]);
    (proptest::collection::vec(1u32..3000, 1..6), 1u32..6000, unit, factor, 2u32..=52, 5u8..=20).prop_map(
        |(trials, goal, unit, factor, weeks, most_percent)| QuotaInput {
            trials: trials.into_iter().map(|t| f64::from(t) / 10.0).collect(),
            goal: f64::from(goal) / 10.0,
            unit,
            factor,
            weeks,
            most_percent,
        },
    )
}

proptest! {
    #![proptest_config(generated(60_000))]

    #[test]
    fn schedules_keep_their_limits(input in any_input()) {
        let Ok(plan) = schedule(&input) else { return Ok(()) };
        prop_assert_eq!(&plan, &schedule(&input).expect("same again"));
        let limit = plan.baseline * f64::from(input.most_percent) / 100.0;
        let unit = step(input.unit) as f64 / MILLION as f64;
        prop_assert!(plan.start >= unit || plan.start == input.goal);
        prop_assert_eq!(plan.quotas.first().copied(), Some(plan.start));
        prop_assert_eq!(plan.quotas.last().copied(), Some(input.goal));
        prop_assert_eq!(plan.quotas.len() as u32, plan.weeks);
        prop_assert!(plan.quotas.iter().all(|quota| *quota <= input.goal));
        prop_assert!(plan.quotas.is_sorted());
        prop_assert!(plan.increment <= limit + 1e-9);
        // Never faster than the limit before rounding, counted from the start and from week to week.
        for (week, quota) in plan.quotas.iter().enumerate() {
            let most = plan.start + week as f64 * limit;
            prop_assert!(*quota <= most + unit / 2.0 + 1e-6, "week {week}: {quota} above {most}");
        }
        for pair in plan.quotas.windows(2) {
            prop_assert!(pair[1] - pair[0] <= limit + unit + 1e-6, "{pair:?}");
        }
        if plan.weeks > 1 {
            prop_assert!(plan.increment >= plan.baseline * 0.05 - 1e-9);
            let floor = plan.start <= plan.baseline * input.factor + 1e-9 || plan.start == unit;
            prop_assert!(floor);
        }
        // The goal date moves only outwards, and only with the flag.
        prop_assert_eq!(plan.moved, plan.weeks > input.weeks);
        // Everything but the goal itself is a whole number of units.
        for quota in &plan.quotas {
            prop_assert!((quota / unit).fract() == 0.0 || *quota == input.goal, "{quota}");
        }
    }

    #[test]
    fn more_time_never_means_a_faster_rise(input in any_input(), longer in 1u32..30) {
        let patient = QuotaInput { weeks: input.weeks + longer, ..input.clone() };
        let (Ok(quick), Ok(slow)) = (schedule(&input), schedule(&patient)) else { return Ok(()) };
        prop_assert!(slow.increment <= quick.increment);
        prop_assert!(slow.start == quick.start && slow.weeks >= quick.weeks);
        prop_assert!(slow.quotas.iter().zip(&quick.quotas).all(|(a, b)| a <= b));
    }

    #[test]
    fn doing_more_never_lowers_the_class(done in 0u32..500, more in 0u32..500, quota in 1u32..500) {
        let tenths = |n: u32| f64::from(n) / 10.0;
        let before = day_class(tenths(done), tenths(quota));
        prop_assert!(day_class(tenths(done + more), tenths(quota)) >= before);
    }

    #[test]
    fn a_flare_part_is_never_more_than_the_quota(quota in 1u32..9000, unit in proptest::sample::select(Unit::ALL)) {
        let quota = f64::from(quota);
        let half = part_of(quota, 0.5, unit);
        prop_assert!(half > 0.0 && half <= quota);
        prop_assert!(half <= quota / 2.0 || half == quota.min(step(unit) as f64 / MILLION as f64));
    }
}
