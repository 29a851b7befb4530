//! Weekly changes of the items.
#![allow(clippy::unwrap_used)]

use super::tests::facts;
use super::tests_properties::any_facts;
use super::*;
use crate::clinical::codes::{Colour, ExerciseStep};
use crate::clinical::course::{SessionEffect, session_effect};
use crate::clinical::exercise::{Ladder, MAX_HOLD_S, library};
use crate::clinical::tests_support::generated;
use proptest::prelude::*;
use proptest::sample::select;

/// An item after two good sessions.
fn good(id: &str) -> ItemState {
    let exercise = library().get(id).unwrap();
    ItemState {
        prescribed: Prescribed {
            exercise: id.to_owned(),
            dose: exercise.dose.clone(),
            level: Level::Standard,
            core: id.starts_with("CO"),
            role: Role::Training,
            why: String::new(),
            own: None,
        },
        recent_colours: vec![Colour::Green, Colour::Amber],
        red_unanswered: false,
        last_rpe: Some(4.0),
        all_sets_done: true,
    }
}

fn rise(items: &[ItemState]) -> Vec<ItemChange> {
    next_doses(items, ExerciseStep::Rise, &facts(Category::Flex))
}

fn follow(item: &mut ItemState, change: &ItemChange) {
    item.prescribed.dose = change.to.dose.clone();
    item.prescribed.level = change.to.level;
}

#[test]
fn a_third_rounded_up_rises_and_the_least_advanced_first() {
    let mut items: Vec<ItemState> = ["MO1", "CO2", "CO3", "HL1"].map(good).to_vec();
    let mut order = Vec::new();
    for _ in 0..3 {
        let changes = rise(&items);
        assert_eq!(changes.len(), 2);
        for change in &changes {
            order.push(change.exercise.clone());
            let item = items.iter_mut().find(|i| i.prescribed.exercise == change.exercise);
            follow(item.unwrap(), change);
        }
    }
    assert_eq!(order, ["MO1", "CO2", "CO3", "HL1", "MO1", "CO2"]);
}

#[test]
fn red_effort_missing_sets_or_no_session_keep_an_item_back() {
    let red = ItemState { recent_colours: vec![Colour::Red, Colour::Green], ..good("HL1") };
    let older_red = ItemState { recent_colours: vec![Colour::Red, Colour::Green, Colour::Green], ..good("HL1") };
    let hard = ItemState { last_rpe: Some(6.5), ..good("HL1") };
    let unknown = ItemState { last_rpe: None, ..good("HL1") };
    let partly = ItemState { all_sets_done: false, ..good("HL1") };
    let unseen = ItemState { recent_colours: Vec::new(), ..good("HL1") };
    for item in [red, hard, unknown, partly, unseen] {
        assert!(rise(&[item]).is_empty());
    }
    assert_eq!(rise(&[older_red]).len(), 1);
}

#[test]
fn an_item_climbs_dose_then_form() {
    let mut item = good("MO1");
    let up = rise(std::slice::from_ref(&item));
    assert_eq!((up[0].rule, up[0].to.dose.reps), ("rise_dose", 8));
    assert_eq!(up[0].sentence.to_string(), "Cat and cow: one step up, now 8 repetitions, every day, slowly.");
    follow(&mut item, &up[0]);
    let up = rise(std::slice::from_ref(&item));
    assert_eq!((up[0].rule, up[0].to.level), ("rise_form", Level::Harder));
    assert_eq!(up[0].to.dose.reps, 6);
    follow(&mut item, &up[0]);
    item.prescribed.dose.reps = 8;
    assert!(rise(std::slice::from_ref(&item)).is_empty(), "the top of the harder form");
    item.prescribed.level = Level::Easier;
    let up = rise(&[item]);
    assert_eq!((up[0].rule, up[0].to.level), ("rise_standard", Level::Standard));
}

#[test]
fn a_harder_form_of_a_later_phase_waits() {
    let mut item = good("CO3");
    item.prescribed.dose.ladder = Some(Ladder::L642);
    let one = std::slice::from_ref(&item);
    assert!(rise(one).is_empty(), "CO4 is phase 2 for FLEX");
    let mut later = facts(Category::Flex);
    later.phase = 2;
    let up = next_doses(one, ExerciseStep::Rise, &later);
    assert_eq!((up[0].rule, up[0].to.level), ("rise_form", Level::Harder));
    assert_eq!(up[0].to.dose.ladder, Some(Ladder::L321));
}

#[test]
fn reexposure_waits_for_three_sessions_and_then_goes_to_ten() {
    let mut item = good("HL14");
    let mut later = facts(Category::Flex);
    later.phase = 2;
    let next = |item: &ItemState| next_doses(std::slice::from_ref(item), ExerciseStep::Rise, &later);
    assert!(next(&item).is_empty());
    item.recent_colours.push(Colour::Green);
    let up = next(&item);
    assert_eq!((up[0].rule, up[0].to.dose.reps), ("rise_reexposure", 10));
}

#[test]
fn a_loaded_item_at_its_top_gets_heavier() {
    let mut item = good("HL8");
    item.prescribed.level = Level::Harder;
    item.prescribed.dose.reps = 10;
    let mut later = facts(Category::Flex);
    later.phase = 3;
    later.equipment.push(Flag::Weight);
    let up = next_doses(&[item], ExerciseStep::Rise, &later);
    assert_eq!((up[0].rule, up[0].to.dose.reps), ("rise_load", 8));
}

#[test]
fn easing_touches_red_items_form_first_then_dose() {
    let mut red = good("HL1");
    red.recent_colours.push(Colour::Red);
    red.red_unanswered = true;
    let items = [good("CO2"), red];
    let plain = facts(Category::Flex);
    let down = next_doses(&items, ExerciseStep::Ease, &plain);
    assert_eq!(down.len(), 1);
    assert_eq!((down[0].rule, down[0].to.level), ("ease_form", Level::Easier));
    assert_eq!(down[0].sentence.to_string(), "Bridge: the easier form for now. Lift your hips only half of the way.");
    let mut red = items[1].clone();
    follow(&mut red, &down[0]);
    let down = next_doses(&[red], ExerciseStep::Ease, &plain);
    assert_eq!((down[0].rule, down[0].to.dose.reps), ("ease_dose", 6));
    for step in [ExerciseStep::Hold, ExerciseStep::Flare, ExerciseStep::Frozen] {
        assert!(next_doses(&items, step, &plain).is_empty());
    }
}

proptest! {
    #![proptest_config(generated(1_000))]

    /// Half a year of random weeks: at most a third rises, holds stay short, every dose stays sound.
    #[test]
    fn any_half_year_stays_within_limits(
        facts in any_facts(),
        weeks in proptest::collection::vec(
            (select(ExerciseStep::ALL.to_vec()), 0usize..12, 0.0f64..8.0),
            26,
        ),
    ) {
        let mut items: Vec<ItemState> = compose(&facts).items.into_iter().map(|prescribed| ItemState {
            prescribed,
            recent_colours: vec![Colour::Green; 3],
            red_unanswered: false,
            last_rpe: Some(4.0),
            all_sets_done: true,
        }).collect();
        let training = items.iter().filter(|i| i.prescribed.role == Role::Training).count();
        for (step, red, effort) in weeks {
            for (at, item) in items.iter_mut().enumerate() {
                let colour = if at == red { Colour::Red } else { Colour::Green };
                item.recent_colours.push(colour);
                item.red_unanswered |= colour == Colour::Red;
                item.last_rpe = Some(effort);
            }
            let changes = next_doses(&items, step, &facts);
            if matches!(step, ExerciseStep::Hold | ExerciseStep::Frozen | ExerciseStep::Flare) {
                prop_assert!(changes.is_empty(), "nothing changes while held");
            }
            if step == ExerciseStep::Rise {
                prop_assert!(changes.len() <= training.div_ceil(3));
            }
            for change in &changes {
                prop_assert_eq!(change.to.dose.check(), Ok(()));
                prop_assert!(change.to.dose.hold_s <= MAX_HOLD_S);
                prop_assert!(change.from != change.to || change.rule == "rise_load");
                let form = library().get(&change.exercise).unwrap().harder_id.as_deref();
                if let Some(form) = form.filter(|_| change.to.level == Level::Harder) {
                    prop_assert_eq!(allowed(library().get(form).unwrap(), &facts, facts.phase), Ok(()));
                }
                let item = items.iter_mut().find(|i| i.prescribed.exercise == change.exercise);
                let item = item.unwrap();
                prop_assert_eq!(item.prescribed.role, Role::Training);
                follow(item, change);
                item.recent_colours.clear();
                item.red_unanswered = false;
            }
        }
    }

    /// All else equal, an item whose sessions were sorer is never prescribed more, and no more items rise.
    #[test]
    fn sorer_sessions_never_raise_an_item_further(
        facts in any_facts(), step in select(ExerciseStep::ALL.to_vec()),
        colours in proptest::collection::vec((select(Colour::ALL.to_vec()), select(Colour::ALL.to_vec()), 0.0f64..8.0), MAX_ITEMS),
        which in 0usize..MAX_ITEMS, sorer in select(Colour::ALL.to_vec()), newest in any::<bool>(),
    ) {
        let items: Vec<ItemState> = compose(&facts).items.into_iter().zip(colours).map(|(prescribed, (first, last, effort))| ItemState {
            prescribed,
            recent_colours: vec![Colour::Green, first, last],
            red_unanswered: [first, last].contains(&Colour::Red),
            last_rpe: Some(effort),
            all_sets_done: true,
        }).collect();
        let mut sore = items.clone();
        let at = which % items.len();
        let seen = if newest { 2 } else { 1 };
        sore[at].recent_colours[seen] = sore[at].recent_colours[seen].max(sorer);
        sore[at].red_unanswered = sore[at].recent_colours.contains(&Colour::Red);
        let (before, after) = (next_doses(&items, step, &facts), next_doses(&sore, step, &facts));
        let id = &items[at].prescribed.exercise;
        let height = |changes: &[ItemChange]| {
            let mut item = items[at].prescribed.clone();
            if let Some(change) = changes.iter().find(|change| &change.exercise == id) {
                item.dose = change.to.dose.clone();
                item.level = change.to.level;
            }
            progress(&item)
        };
        prop_assert!(height(&after) <= height(&before), "{id}");
        let rises = |changes: &[ItemChange]| changes.iter().filter(|change| change.rule.starts_with("rise")).count();
        prop_assert!(rises(&after) <= rises(&before));
        let effect = |item: &ItemState| match session_effect(&item.prescribed, &item.recent_colours, &[], &facts, &[]) {
            SessionEffect::Keep => 0,
            SessionEffect::Change(_) => 1,
            SessionEffect::Swap { .. } | SessionEffect::Rest { .. } => 2,
        };
        prop_assert!(effect(&sore[at]) >= effect(&items[at]), "a sorer session is answered at least as strongly");
    }
}
