//! A plan as one value: what is different, what speaks against it, and that an exercise is in it once.
#![allow(clippy::unwrap_used)]

use super::tests::facts;
use super::tests_properties::any_facts;
use super::*;
use crate::clinical::codes::Unit;
use crate::clinical::quota::{QuotaInput, schedule};
use proptest::prelude::*;

fn quota(goal: f64) -> ShapedQuota {
    let input = QuotaInput { trials: vec![10.0; 3], goal, unit: Unit::Min, factor: 0.8, weeks: 8, most_percent: 20 };
    let schedule = schedule(&input).unwrap();
    ShapedQuota { activity: Activity::Walk, unit: Unit::Min, days_per_week: 5, input, schedule, step_index: 0 }
}

fn shape() -> Shape {
    Shape { items: compose(&facts(Category::Flex)).items, quotas: vec![quota(20.0)] }
}

fn told(before: &Shape, after: &Shape) -> Vec<String> {
    before.differences(after).iter().map(|d| format!("{}: {} > {}", d.subject, d.before, d.after)).collect()
}

#[test]
fn what_is_different_is_told_in_words() {
    let before = shape();
    let mut after = before.clone();
    assert!(after.take_out("CO3") && !after.take_out("CO3"));
    let lines = told(&before, &after);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("Exercise: ") && lines[0].ends_with(" > "), "{lines:?}");

    let mut after = before.clone();
    let new = Prescribed::start(library().get("CO7").unwrap(), &facts(Category::Flex));
    after.put(new.clone());
    after.put(new);
    assert_eq!(after.items.len(), before.items.len() + 1, "once");
    assert!(told(&before, &after)[0].starts_with("New exercise:  > "));

    let mut after = before.clone();
    after.items[3].level = Level::Easier;
    let lines = told(&before, &after);
    assert!(lines.len() == 1 && lines[0].ends_with("easier form"), "{lines:?}");

    let mut after = before.clone();
    after.up("CO1");
    let lines = told(&before, &after);
    assert!(lines.len() == 1 && lines[0].starts_with("Order of the exercises: "), "only the two that changed places: {lines:?}");
    assert_eq!(lines[0].matches(',').count(), 2, "{lines:?}");
}

#[test]
fn a_daily_goal_is_told_part_by_part() {
    let before = shape();
    let with = |quota: ShapedQuota| Shape { quotas: vec![quota], ..before.clone() };
    assert_eq!(told(&before, &with(ShapedQuota { days_per_week: 4, ..quota(20.0) })), ["Walking: on 5 days a week > on 4 days a week"]);
    let lines = told(&before, &with(quota(30.0)));
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("20 minutes as the goal") && lines[0].contains("30 minutes as the goal"), "{lines:?}");
    let later = ShapedQuota { step_index: 1, ..quota(20.0) };
    assert!(told(&before, &with(later))[0].starts_with("Walking: 8 minutes > "));
    let without = Shape { quotas: Vec::new(), ..before.clone() };
    let (gone, new) = (told(&before, &without), told(&without, &before));
    assert!(gone.len() == 1 && gone[0].starts_with("Walking: 8 minutes") && gone[0].ends_with("> "), "{gone:?}");
    assert!(new.len() == 1 && new[0].starts_with("Walking:  > 8 minutes"), "{new:?}");
}

#[test]
fn warnings_name_what_speaks_against_the_plan() {
    let someone = facts(Category::Flex);
    let mut plan = shape();
    let words = |plan: &Shape, facts: &PlanFacts, agreed| -> Vec<String> {
        plan.warnings(facts, 3, agreed).iter().map(|w| w.text().to_string()).collect()
    };
    let found = words(&plan, &someone, None);
    assert!(found.len() == 1 && found[0].starts_with("8 exercises for training days"), "{found:?}");
    let thin_bones = PlanFacts { bone_caution: true, ..someone.clone() };
    assert!(words(&plan, &thin_bones, None)[0].ends_with("it is left out when bones may be thin."));
    assert!(words(&plan, &someone, Some(1)).iter().any(|w| w.ends_with("Agreed were 1.")));
    plan.items.retain(|item| item.role != Role::Training);
    assert_eq!(words(&plan, &someone, Some(60)), ["There is no exercise for the training days."]);
    let four = Shape { items: shape().items.into_iter().filter(|i| i.role == Role::Training).take(4).collect(), quotas: Vec::new() };
    assert!(words(&four, &someone, Some(60)).is_empty());
}

#[test]
fn order_changes_stay_within_the_list() {
    let mut plan = shape();
    let ids = |plan: &Shape| plan.items.iter().map(|item| item.exercise.clone()).collect::<Vec<_>>();
    let before = ids(&plan);
    let (first, last) = (before[0].clone(), before[before.len() - 1].clone());
    plan.up(&first);
    plan.down(&last);
    plan.up("XX1");
    assert_eq!(ids(&plan), before);
    plan.move_to(&first, usize::MAX);
    assert_eq!(ids(&plan).last(), Some(&first));
    plan.move_to(&first, 0);
    assert_eq!(ids(&plan), before);
}

proptest! {
    #[test]
    fn a_plan_does_not_differ_from_itself(facts in any_facts()) {
        let plan = Shape { items: compose(&facts).items, quotas: vec![quota(20.0)] };
        prop_assert!(plan.differences(&plan).is_empty());
    }

    #[test]
    fn whatever_is_put_in_and_taken_out_stands_there_once(facts in any_facts(), steps in proptest::collection::vec((0usize..66, 0u8..4), 0..40)) {
        let mut plan = Shape { items: compose(&facts).items, quotas: Vec::new() };
        for (at, what) in steps {
            let exercise = &library().all()[at % library().all().len()];
            match what {
                0 => plan.put(Prescribed::start(exercise, &facts)),
                1 => { plan.take_out(&exercise.id); }
                2 => plan.up(&exercise.id),
                _ => plan.down(&exercise.id),
            }
            let mut ids: Vec<&str> = plan.items.iter().map(|item| item.exercise.as_str()).collect();
            let count = ids.len();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), count);
        }
    }
}
