//! Composition, days, swaps, flare and pause over random facts.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clinical::exercise::{MAX_HOLD_S, library};
use crate::clinical::tests_support::generated;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use std::collections::BTreeMap;

const EQUIPMENT: [Flag; 8] = [Flag::Bike, Flag::Pool, Flag::Gym, Flag::Weight, Flag::Band, Flag::Ball, Flag::Chair, Flag::Step];

pub(super) fn any_facts() -> impl Strategy<Value = PlanFacts> {
    let who = (
        select(Category::ALL.to_vec()),
        proptest::option::of(select(&Category::ALL[..4])),
        select(Stage::ALL.to_vec()),
        1u8..=3,
        subsequence(EQUIPMENT.to_vec(), 0..=8),
        subsequence(Activity::ALL.to_vec(), 0..=5),
    );
    (who, proptest::collection::vec(any::<bool>(), 8)).prop_map(|(who, yes)| PlanFacts {
        category: who.0,
        secondary: who.1,
        stage: who.2,
        phase: who.3,
        equipment: who.4,
        activities: who.5,
        bone_caution: yes[0],
        radicular: yes[1],
        physio_seen_radic: yes[2],
        centralised: yes[3],
        pregnant_late_or_postnatal: yes[4],
        can_floor: yes[5],
        prone_hurts: yes[6],
        prone_better: yes[7],
    })
}

/// Restated from 5.6 without the code under test.
fn forbidden(flag: Flag, facts: &PlanFacts) -> bool {
    match flag {
        Flag::Bone => facts.bone_caution,
        Flag::Preg => facts.pregnant_late_or_postnatal,
        Flag::Radic => facts.radicular,
        Flag::RadicCheck => facts.radicular && !facts.physio_seen_radic && !facts.centralised,
        Flag::Floor => !facts.can_floor,
        other => !facts.equipment.contains(&other),
    }
}

fn assert_fits(id: &str, facts: &PlanFacts) {
    let item = library().get(id).unwrap();
    let mut needed = item.phase(facts.category);
    if let Some(second) = facts.secondary {
        needed = needed.max(item.phase(second));
    }
    assert!(needed <= facts.phase, "{id} needs phase {needed}");
    for flag in &item.flags {
        assert!(!forbidden(*flag, facts), "{id} carries {flag}");
    }
}

proptest! {
    #![proptest_config(generated(2_000))]

    #[test]
    fn a_list_is_never_empty_too_long_or_forbidden(facts in any_facts()) {
        let composition = compose(&facts);
        prop_assert!(!composition.items.is_empty());
        prop_assert!(composition.items.len() <= MAX_ITEMS);
        prop_assert!(composition.items.iter().any(|item| item.role == Role::Training));
        prop_assert!(composition.items.iter().any(|item| item.role == Role::Calm));
        for (at, item) in composition.items.iter().enumerate() {
            assert_fits(&item.exercise, &facts);
            prop_assert_eq!(item.dose.check(), Ok(()));
            prop_assert!(item.dose.hold_s <= MAX_HOLD_S);
            let later = &composition.items[at + 1..];
            prop_assert!(later.iter().all(|other| other.exercise != item.exercise));
            prop_assert!(composition.left_out.iter().all(|left| left.exercise != item.exercise));
        }
        let reexposed = composition.items.iter().filter(|item| {
            is_reexposure(&item.exercise, facts.category)
        });
        prop_assert!(reexposed.count() <= 1);
        prop_assert_eq!(&compose(&facts), &composition);
    }

    #[test]
    fn swaps_and_flares_are_allowed_too(facts in any_facts(), day in 0u8..10) {
        let items = compose(&facts).items;
        let current: Vec<String> = items.iter().map(|item| item.exercise.clone()).collect();
        for item in &items {
            for option in swap_options(&item.exercise, &facts, &current) {
                assert_fits(&option.id, &facts);
                prop_assert!(!current.contains(&option.id));
                prop_assert_eq!(option.group, library().get(&item.exercise).unwrap().group);
            }
        }
        prop_assert!(paused_items(&items, Pause::DangerSign, &facts).is_empty(), "held: nothing at all");
        for item in paused_items(&items, Pause::NewLegSymptoms, &facts) {
            assert_fits(&item.exercise, &facts);
            let exercise = library().get(&item.exercise).unwrap();
            prop_assert!(!exercise.has(Flag::RadicCheck) && item.role != Role::Training);
        }
        let flare = flare_day(&items, day, &facts);
        prop_assert!(flare.share_of_quota > 0.0 && (day > 3 || flare.share_of_quota <= 0.5));
        // Side-lying suits everybody; without the floor or after a birth it can be the only one.
        prop_assert!((1..=2).contains(&flare.relief.len()));
        prop_assert!(!flare.items.is_empty());
        for id in flare.relief.iter().chain(flare.items.iter().map(|item| &item.exercise)) {
            assert_fits(id, &facts);
        }
        if day <= 3 {
            prop_assert!(flare.items.iter().all(|item| !item.exercise.starts_with("HL")));
        }
    }

    /// After a rise of phase the list reaches the new one by single steps and stays allowed on the way.
    #[test]
    fn a_list_grows_one_item_at_a_time(facts in any_facts()) {
        let before = PlanFacts { phase: 1, ..facts.clone() };
        let mut items = compose(&before).items;
        for _ in 0..MAX_ITEMS {
            let Some(new) = next_new_item(&items, &facts, &[]) else { break };
            let count = items.len();
            items.retain(|item| Some(&item.exercise) != new.replaces.as_ref());
            prop_assert_eq!(items.len() + usize::from(new.replaces.is_some()), count);
            assert_fits(&new.item.exercise, &facts);
            prop_assert!(items.iter().all(|item| item.exercise != new.item.exercise));
            items.push(new.item);
            prop_assert!(items.len() <= MAX_ITEMS);
        }
        prop_assert_eq!(next_new_item(&items, &facts, &[]), None, "the steps end");
    }

    #[test]
    fn a_day_has_at_most_four_and_a_week_everything_twice(
        facts in any_facts(),
        days in 1u32..=7,
        week in 0u32..30,
    ) {
        let items = compose(&facts).items;
        let training = items.iter().filter(|item| item.role == Role::Training).count();
        let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
        for day in 0..days {
            let shown = training_day(&items, week * days + day, days);
            prop_assert!(shown.len() <= MAX_TRAINING_A_DAY);
            prop_assert_eq!(shown.len(), training.min(MAX_TRAINING_A_DAY));
            for at in shown {
                prop_assert_eq!(items[at].role, Role::Training);
                *seen.entry(at).or_default() += 1;
            }
        }
        if 2 * training <= MAX_TRAINING_A_DAY * days as usize && days > 1 {
            prop_assert_eq!(seen.len(), training);
            prop_assert!(seen.values().all(|times| *times >= 2));
        }
        prop_assert!(seen.values().all(|times| *times <= days), "never twice on one day");
    }
}
