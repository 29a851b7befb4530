//! A small town of virtual patients.

use super::*;

const TOWN: Setup = Setup { patients: 400, weeks: 26, seed: 7 };

#[test]
fn no_safety_property_is_violated_and_each_is_looked_at() {
    let summary = simulate(TOWN, &|_| {});
    assert_eq!(summary.violations_total, 0, "{:#?}", summary.violations);
    for (name, looked) in &summary.checks {
        assert!(*looked > 0, "{name} was never looked at");
    }
}

#[test]
fn the_town_comes_into_every_situation() {
    let summary = simulate(TOWN, &|_| {});
    for week in &summary.outcomes_by_week {
        assert!((week.values().sum::<f64>() - 100.0).abs() < 0.1, "{week:?}");
    }
    for outcome in Outcome::ALL {
        assert!(summary.outcomes_by_week.iter().any(|week| week[&outcome.to_string()] > 0.0), "{outcome} never happens");
    }
    for rule in ["P-01", "P-03", "P-04", "P-05", "P-06E", "P-06Q", "P-07E", "P-07Q", "P-08", "P-09", "P-11"] {
        assert!(summary.rules_per_100_weeks.contains_key(rule), "{rule} never decides");
    }
    for step in ["easier", "swap", "rest"] {
        assert!(summary.session_steps_per_100_weeks.contains_key(step), "{step} never happens");
    }
    assert!(summary.phases_by_week[25]["maintenance"] > 0.0 && summary.lapsed_per_100_patients > 0.0);
}

#[test]
fn the_same_seed_gives_the_same_town_and_another_seed_another() {
    let small = Setup { patients: 50, weeks: 8, seed: 1 };
    let text = |setup| serde_json::to_string(&simulate(setup, &|_| {})).unwrap_or_default();
    assert_eq!(text(small), text(small));
    assert_ne!(text(small), text(Setup { seed: 2, ..small }));
}

#[test]
fn the_page_names_every_property_and_every_rule() {
    let summary = simulate(Setup { patients: 20, weeks: 4, seed: 3 }, &|_| {});
    let page = html(&summary);
    assert!(PROPERTIES.iter().all(|name| page.contains(name)));
    assert!(summary.rules_per_100_weeks.keys().all(|rule| page.contains(rule.as_str())));
    assert!(page.contains("Every property held"), "words first");
}
