//! Composition, days, swaps, flare and pause: the stated examples. Properties are in `tests_properties`.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clinical::exercise::{DoseKind, library};
use std::collections::BTreeMap;

/// A person without any restriction, at home with a chair.
pub(in crate::clinical) fn facts(category: Category) -> PlanFacts {
    PlanFacts {
        category,
        secondary: None,
        stage: Stage::Control,
        phase: 1,
        bone_caution: false,
        radicular: false,
        physio_seen_radic: false,
        centralised: false,
        pregnant_late_or_postnatal: false,
        can_floor: true,
        equipment: vec![Flag::Chair],
        prone_hurts: false,
        prone_better: false,
        activities: Vec::new(),
    }
}

fn ids(composition: &Composition) -> Vec<&str> {
    composition.items.iter().map(|item| item.exercise.as_str()).collect()
}

fn reason_for(composition: &Composition, id: &str) -> Option<Reason> {
    let found = composition.left_out.iter().find(|left| left.exercise == id);
    found.map(|left| left.reason)
}

#[test]
fn every_default_list_resolves_in_phase_one() {
    for category in Category::ALL {
        for id in phase_one_list(*category) {
            let item = library().get(id).unwrap();
            assert_eq!(item.phase(*category), 1, "{category} {id}");
        }
    }
}

#[test]
fn without_restrictions_the_list_is_the_default_list() {
    for category in [Category::Flex, Category::Inst, Category::Unclear] {
        let composition = compose(&facts(category));
        assert_eq!(ids(&composition), phase_one_list(category), "{category}");
        assert!(composition.left_out.is_empty());
    }
    // LOAD in the order of the groups, the list of the specification otherwise.
    let mut load = ids(&compose(&facts(Category::Load))).join(" ");
    load = load.replace("RB5 RB1", "RB1 RB5");
    assert_eq!(load, "RP1 RP9 MO3 MO1 CO1 CO6 CO5 HL1 HL3 AE1 RB1 RB5");
}

#[test]
fn ext_gives_up_one_stretch_of_thirteen_until_the_quota_is_chosen() {
    let open = compose(&facts(Category::Ext));
    assert_eq!(open.items.len(), MAX_ITEMS);
    assert_eq!(reason_for(&open, "MO9"), Some(Reason::NoRoom));
    let chosen = PlanFacts { activities: vec![Activity::Walk], ..facts(Category::Ext) };
    let composition = compose(&chosen);
    assert!(ids(&composition).contains(&"MO9"));
    assert_eq!(reason_for(&composition, "AE7"), Some(Reason::NotChosen));
}

#[test]
fn stated_alternatives_are_taken() {
    let prone_hurts = PlanFacts { prone_hurts: true, ..facts(Category::Flex) };
    let composition = compose(&prone_hurts);
    assert_eq!(ids(&composition)[0], "RP1");
    assert_eq!(reason_for(&composition, "RP4"), Some(Reason::ProneHurts));
    let prone_better = PlanFacts { prone_better: true, ..facts(Category::Flex) };
    let composition = compose(&prone_better);
    assert!(ids(&composition).contains(&"MO7") && !ids(&composition).contains(&"MO8"));
    let pool = PlanFacts { equipment: vec![Flag::Pool], ..facts(Category::Load) };
    let composition = compose(&pool);
    assert!(ids(&composition).contains(&"AE3") && !ids(&composition).contains(&"AE1"));
    let walk = compose(&facts(Category::Load)).items;
    let walk = walk.iter().find(|item| item.exercise == "AE1").unwrap();
    assert_eq!(
        walk.dose.sentence().to_string(),
        "your quota for the day, in 2 to 3 short bouts, five times a week, at an effort of 3 to 4 out of 10"
    );
}

#[test]
fn flags_keep_items_out() {
    let bone = PlanFacts { bone_caution: true, ..facts(Category::Flex) };
    let composition = compose(&bone);
    assert_eq!(reason_for(&composition, "CO2"), Some(Reason::Bone));
    assert_eq!(reason_for(&composition, "MO8"), Some(Reason::Bone));
    let leg = PlanFacts { radicular: true, ..facts(Category::Flex) };
    assert_eq!(reason_for(&compose(&leg), "RP4"), Some(Reason::LegPainUnchecked));
    let seen = PlanFacts { centralised: true, ..leg };
    assert!(ids(&compose(&seen)).contains(&"RP4"));
}

#[test]
fn without_the_floor_every_group_still_has_something() {
    let no_floor = PlanFacts { can_floor: false, ..facts(Category::Flex) };
    assert_eq!(ids(&compose(&no_floor)), ["RP2", "MO8", "MO13", "CO1", "CO11", "HL5", "HL6", "AE1", "AE8", "RB5"]);
}

#[test]
fn build_keeps_core_items_and_adds_phase_two() {
    let build = PlanFacts { stage: Stage::Build, phase: initial_phase(Stage::Build), ..facts(Category::Flex) };
    let composition = compose(&build);
    assert_eq!(ids(&composition), ["RP4", "MO4", "CO1", "CO2", "CO3", "CO5", "CO7", "HL2", "HL7", "AE1", "AE8", "RB5"]);
    assert_eq!((initial_phase(Stage::Settle), initial_phase(Stage::Control)), (1, 1));
}

#[test]
fn a_new_item_takes_the_place_of_its_easier_form() {
    let items = compose(&facts(Category::Flex)).items;
    let later = PlanFacts { phase: 2, ..facts(Category::Flex) };
    let step = |id: &str, out: &str| (id.to_owned(), Some(out.to_owned()));
    let mut list = items;
    let mut seen = Vec::new();
    while let Some(new) = next_new_item(&list, &later, &[]) {
        list.retain(|item| Some(&item.exercise) != new.replaces.as_ref());
        seen.push((new.item.exercise.clone(), new.replaces));
        list.push(new.item);
    }
    let expected = [step("MO4", "MO8"), step("CO7", "MO1"), step("HL2", "HL1"), step("HL7", "HL5")];
    assert_eq!(seen, expected);
}

#[test]
fn chosen_quotas_are_quotas_and_wait_for_their_phase() {
    let chosen = PlanFacts { activities: vec![Activity::Rise, Activity::Lift], ..facts(Category::Inst) };
    let composition = compose(&chosen);
    let rise = composition.items.iter().find(|item| item.exercise == "HL6");
    assert_eq!(rise.unwrap().role, Role::Quota);
    assert_eq!(rise.unwrap().dose.kind, DoseKind::Quota);
    let walk = composition.items.iter().find(|item| item.exercise == "AE1");
    assert_eq!(walk.unwrap().dose.kind, DoseKind::Minutes);
    let wait = Reason::AbovePhase { needed: 2 };
    assert_eq!(reason_for(&composition, "AE9"), Some(wait));
    assert_eq!(wait.to_string(), "it comes in phase 2 for this pattern");
    assert_eq!(Reason::Equipment(Flag::Pool).to_string(), "it needs a pool");
}

#[test]
fn swaps_stay_in_the_group_and_start_with_the_family() {
    let options = swap_options("CO3", &facts(Category::Flex), &["CO5".to_owned()]);
    let options: Vec<&str> = options.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(options, ["CO1", "CO2", "CO6", "CO11"]);
    assert!(swap_options("XX1", &facts(Category::Flex), &[]).is_empty());
    let later = PlanFacts { phase: 2, ..facts(Category::Flex) };
    assert_eq!(swap_options("CO3", &later, &[])[0].id, "CO4");
}

#[test]
fn a_danger_sign_leaves_nothing_and_leg_symptoms_leave_rest_and_walking() {
    let facts = facts(Category::Flex);
    let items = compose(&facts).items;
    assert!(paused_items(&items, Pause::DangerSign, &facts).is_empty());
    let left = paused_items(&items, Pause::NewLegSymptoms, &facts);
    let ids: Vec<&str> = left.iter().map(|item| item.exercise.as_str()).collect();
    assert_eq!(ids, ["RP1", "RP2", "AE1", "RB5", "RB1"], "RP4 waits for a check of the leg");
    assert_eq!(left[2].dose.kind, DoseKind::AsNeeded);
}

#[test]
fn flare_days_climb_back() {
    let facts = facts(Category::Flex);
    let items = compose(&facts).items;
    let first = flare_day(&items, 1, &facts);
    assert_eq!((first.share_of_quota, first.bouts), (0.5, 3));
    assert_eq!(first.relief, ["RP4", "RP1"]);
    let names = |day: &FlareDay| {
        let ids: Vec<String> = day.items.iter().map(|item| item.exercise.clone()).collect();
        ids.join(" ")
    };
    assert_eq!(names(&first), "MO8 MO1 RB1 RB4");
    let fourth = flare_day(&items, 4, &facts);
    assert_eq!(fourth.share_of_quota, 0.75);
    assert_eq!(names(&fourth), "MO8 MO1 CO1 CO2 CO3 CO5 RB1 RB4");
    assert!(fourth.items[2..6].iter().all(|item| item.level == Level::Easier));
    let last = flare_day(&items, 7, &facts);
    assert_eq!(last.share_of_quota, 1.0);
    assert_eq!(names(&last), "MO8 MO1 CO1 CO2 CO3 CO5 HL1 HL5");
}

#[test]
fn too_few_places_give_core_items_two_days_and_the_others_turns() {
    let items = compose(&facts(Category::Flex)).items;
    let mut seen: BTreeMap<usize, u32> = BTreeMap::new();
    for day in 0..6 {
        for at in training_day(&items, day, 3) {
            *seen.entry(at).or_default() += 1;
        }
    }
    let training = items.iter().filter(|item| item.role == Role::Training);
    assert_eq!(seen.len(), training.count(), "nobody is forgotten");
    for (at, times) in seen {
        assert_eq!(times, if items[at].core { 4 } else { 2 }, "two weeks");
    }
}
