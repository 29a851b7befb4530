//! Every rule that touches an item of a plan, worked with a clinic's own exercise.
#![allow(clippy::unwrap_used)]

use super::tests::facts;
use super::*;
use crate::clinical::codes::{Colour, ExerciseStep};
use crate::clinical::course::{SessionEffect, leaving as after_phase, session_effect};
use crate::clinical::exercise::own::{Draft, define, own_id};
use crate::clinical::exercise::{Ladder, is_own};

/// An own exercise made from one of the library.
fn made(base: &str, change: impl Fn(&mut Draft)) -> OwnExercise {
    let item = library().get(base).unwrap();
    let mut draft = Draft { title: format!("Our {base}"), lifts: true, ..Draft::like(item, false) };
    change(&mut draft);
    let (exercise, lifted) = define(&own_id(base, "abc"), item, &draft).unwrap();
    OwnExercise { version: 1, exercise, figure: String::new(), picture: None, lifted }
}

fn given(base: &str, facts: &PlanFacts) -> Prescribed {
    Prescribed::of_own(&made(base, |_| ()), facts)
}

fn good(item: Prescribed) -> ItemState {
    ItemState { prescribed: item, recent_colours: vec![Colour::Green; 3], red_unanswered: false, last_rpe: Some(4.0), all_sets_done: true }
}

#[test]
fn a_plan_keeps_what_it_was_given_and_old_records_read_as_before() {
    let facts = facts(Category::Flex);
    let item = given("CO5", &facts);
    assert_eq!((item.title(), item.role, item.core), ("Our CO5", Role::Training, true));
    let text = serde_json::to_string(&item).unwrap();
    assert_eq!(serde_json::from_str::<Prescribed>(&text).unwrap(), item);
    let library_item = Prescribed::start(library().get("CO5").unwrap(), &facts);
    let text = serde_json::to_string(&library_item).unwrap();
    assert!(!text.contains("own"), "records without one look as they did: {text}");
    assert_eq!(serde_json::from_str::<Prescribed>(&text).unwrap().title(), "Bird dog");
    assert_eq!(given("RP1", &facts).role, Role::Relief);
    assert_eq!(given("RB1", &facts).role, Role::Calm);
    assert_eq!(given("AE2", &facts).role, Role::Training);
}

#[test]
fn it_is_allowed_and_refused_by_its_own_flags_and_the_phase_of_its_kin() {
    let bone = PlanFacts { bone_caution: true, ..facts(Category::Flex) };
    let risky = library().all().iter().find(|e| e.has(Flag::Bone) && allowed(e, &facts(Category::Flex), 3).is_ok()).unwrap();
    let same = made(&risky.id, |_| ());
    assert!(reasons(&same.exercise, &bone, 3).contains(&Reason::Bone));
    let lifted = made(&risky.id, |draft| draft.flags.retain(|flag| *flag != Flag::Bone));
    assert_eq!(lifted.lifted, [Flag::Bone]);
    assert!(!reasons(&lifted.exercise, &bone, 3).contains(&Reason::Bone));
    let with_band = made("CO5", |draft| draft.flags.push(Flag::Band));
    assert_eq!(allowed(&with_band.exercise, &bone, 1), Err(Reason::Equipment(Flag::Band)));
    let prone = PlanFacts { prone_hurts: true, ..facts(Category::Flex) };
    assert!(reasons(&made("RP4", |_| ()).exercise, &prone, 3).contains(&Reason::ProneHurts), "front-lying stays front-lying");
    assert!(matches!(allowed(&made("CO13", |d| d.flags = vec![]).exercise, &prone, 1), Err(Reason::AbovePhase { needed: 3 })));
}

#[test]
fn it_rises_from_its_own_dose_to_the_top_of_its_kin() {
    let facts = facts(Category::Flex);
    let own = made("HL1", |draft| draft.dose.reps = 6);
    let item = Prescribed::of_own(&own, &facts);
    assert_eq!(progress(&item), 100, "nothing above its own start");
    let change = next_doses(&[good(item.clone())], ExerciseStep::Rise, &facts).remove(0);
    assert_eq!((change.rule, change.to.dose.reps), ("rise_dose", 8));
    assert!(change.sentence.to_string().starts_with("Our HL1: one step up"), "{}", change.sentence);
    let risen = Prescribed { dose: change.to.dose.clone(), ..item };
    assert_eq!(progress(&risen), 101);
    let mut top = risen;
    while let Some(dose) = top.dose.raised() {
        top.dose = dose;
    }
    assert_eq!(top.dose.reps, library().get("HL1").unwrap().dose.top);
}

#[test]
fn its_holds_climb_the_ladder_and_never_get_longer() {
    let facts = facts(Category::Flex);
    let mut item = Prescribed::of_own(&made("CO5", |draft| draft.dose.hold_s = 5), &facts);
    let mut rungs = Vec::new();
    while let Some(dose) = item.dose.raised() {
        assert_eq!(dose.hold_s, 5);
        rungs.push(dose.ladder.unwrap());
        item.dose = dose;
    }
    assert_eq!(rungs, [Ladder::L432, Ladder::L642]);
}

#[test]
fn a_red_session_eases_it_in_its_own_words_and_two_bring_another_movement_of_the_library() {
    let facts = facts(Category::Flex);
    let own = made("CO5", |draft| draft.easier_how = "Slide one hand only.".to_owned());
    let item = Prescribed::of_own(&own, &facts);
    let listed = [item.exercise.clone()];
    let effect = |colours: &[Colour], efforts: &[f64]| session_effect(&item, colours, efforts, &facts, &listed);
    let SessionEffect::Change(change) = effect(&[Colour::Red], &[]) else { panic!("eased") };
    assert_eq!((change.rule, change.to.level), ("ease_form", Level::Easier));
    assert!(change.sentence.to_string().ends_with("Slide one hand only."), "{}", change.sentence);
    let SessionEffect::Swap { to, sentence } = effect(&[Colour::Red, Colour::Red], &[]) else { panic!("swapped") };
    assert!(to.own.is_none() && to.exercise != "CO5" && !is_own(&to.exercise), "another movement: {}", to.exercise);
    assert_eq!(library().get(&to.exercise).unwrap().group, own.exercise.group);
    assert!(sentence.to_string().starts_with("Our CO5 hurt twice"), "{sentence}");
    let higher = Prescribed { dose: item.dose.raised().unwrap(), ..item.clone() };
    let SessionEffect::Change(change) = session_effect(&higher, &[], &[8.0, 8.0], &facts, &listed) else { panic!("lighter") };
    assert_eq!(change.rule, "ease_dose");
}

#[test]
fn made_from_a_movement_that_comes_back_it_comes_back_as_carefully() {
    let facts = PlanFacts { phase: 3, ..facts(Category::Flex) };
    let item = given("HL13", &facts);
    assert!(is_entering(&item, &facts));
    let listed = [item.exercise.clone()];
    assert!(matches!(session_effect(&item, &[Colour::Red], &[], &facts, &listed), SessionEffect::Rest { .. }));
    let others = swap_options("HL3", &facts, &["HL3".to_owned(), item.exercise.clone()]);
    assert!(!others.iter().any(|e| is_reexposure(&e.id, facts.category)), "one at a time");
    let early = ItemState { recent_colours: vec![Colour::Green; 2], ..good(item.clone()) };
    assert_eq!(next_doses(&[early], ExerciseStep::Rise, &facts), []);
    let change = next_doses(&[good(item.clone())], ExerciseStep::Rise, &facts).remove(0);
    assert_eq!((change.rule, change.to.dose.reps), ("rise_reexposure", item.dose.top));
    // The movement rests with everything made from it.
    let current: Vec<Prescribed> = compose(&facts).items.into_iter().filter(|i| i.exercise != "HL13").collect();
    let comes = |resting: &[String]| next_new_item(&current, &facts, resting).map(|new| new.item.exercise);
    assert_ne!(comes(&listed), Some("HL13".to_owned()));
}

#[test]
fn it_stands_for_its_kin_when_the_list_grows_and_leaves_with_its_phase() {
    let one = facts(Category::Flex);
    let mut current = compose(&one).items;
    let place = current.iter().position(|item| item.exercise == "CO5").unwrap();
    assert_eq!(next_new_item(&current, &one, &[]), None, "nothing is missing");
    current[place] = given("CO5", &one);
    assert_eq!(next_new_item(&current, &one, &[]), None, "the bird dog is there in our form");
    assert!(!swap_options("CO1", &one, &[current[place].exercise.clone()]).iter().any(|e| e.id == "CO5"), "nor as a swap");
    let late = good(given("CO13", &PlanFacts { phase: 3, ..one.clone() }));
    let gone = after_phase(std::slice::from_ref(&late), &one);
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].exercise, late.prescribed.exercise);
}

#[test]
fn a_new_pattern_takes_it_out_by_its_own_flags_and_a_library_item_comes() {
    let before = facts(Category::Flex);
    let now = PlanFacts { pregnant_late_or_postnatal: true, ..before.clone() };
    let item = Prescribed::of_own(&made("CO5", |draft| draft.flags.push(Flag::Preg)), &before);
    let gone = leaving(std::slice::from_ref(&item), &before, &now);
    assert_eq!((gone.len(), gone[0].why), (1, Reason::Pregnancy));
    assert!(gone[0].to.as_ref().is_some_and(|to| to.own.is_none()));
    assert_eq!(leaving(&[given("CO5", &before)], &before, &now), [], "without that flag it stays");
}

#[test]
fn a_flare_shows_it_in_its_easiest_form_and_keeps_its_words() {
    let facts = facts(Category::Flex);
    let items = [given("MO1", &facts), given("CO5", &facts), given("HL1", &facts)];
    let ids = |day: u8| flare_day(&items, day, &facts).items.into_iter().map(|i| i.exercise).collect::<Vec<_>>();
    assert!(ids(1).contains(&items[0].exercise) && !ids(1).contains(&items[1].exercise));
    assert!(ids(4).contains(&items[1].exercise) && !ids(4).contains(&items[2].exercise));
    let last = flare_day(&items, 6, &facts).items;
    assert_eq!(last.len(), 3);
    assert!(last.iter().all(|item| item.own.is_some() && item.level == Level::Easier));
}

#[test]
fn a_pause_leaves_relief_of_ones_own_unless_leg_symptoms_were_set_aside() {
    let facts = facts(Category::Flex);
    let rest = given("RP1", &facts);
    let shown = paused_items(&[rest.clone(), given("CO5", &facts)], Pause::NewLegSymptoms, &facts);
    assert!(shown.contains(&rest) && !shown.iter().any(|i| i.exercise.starts_with("XCO5")));
    assert_eq!(paused_items(std::slice::from_ref(&rest), Pause::DangerSign, &facts), []);
    let gated = library().all().iter().find(|e| e.group.code() == "relief" && e.has(Flag::RadicCheck)).unwrap();
    let lifted = made(&gated.id, |draft| draft.flags.retain(|flag| *flag != Flag::RadicCheck));
    let item = Prescribed::of_own(&lifted, &facts);
    assert!(!paused_items(&[item], Pause::NewLegSymptoms, &facts).iter().any(|i| i.own.is_some()));
}
