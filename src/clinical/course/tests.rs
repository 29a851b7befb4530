//! The course of a programme, case by case.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clinical::codes::Category;
use crate::clinical::codes::{Colour, Flag, Outcome, QuotaStep, Unit};
use crate::clinical::plan::{Level, compose, tests};
use crate::clinical::quota::{QuotaInput, schedule};
use crate::clinical::tests_support::generated;
use crate::clinical::thresholds::Thresholds;
use crate::clinical::week::WeekFacts;
use proptest::prelude::*;
use proptest::sample::select;

fn facts() -> PlanFacts {
    tests::facts(Category::Flex)
}

fn reviewed(outcome: Outcome, exercise: ExerciseStep) -> WeekReview {
    WeekReview { outcome, rules: Vec::new(), quota: QuotaStep::Same, exercise, alerts: Vec::new() }
}

fn rise() -> WeekReview {
    reviewed(Outcome::Progress, ExerciseStep::Rise)
}

fn back() -> WeekReview {
    reviewed(Outcome::StepBack, ExerciseStep::Ease)
}

fn week(pain: Option<f64>) -> WeekFacts {
    WeekFacts { week: 4, nprs: pain, nprs_intake: Some(8.0), ..WeekFacts::default() }
}

fn step(phase: u8, pain: Option<f64>, this: &WeekReview, earlier: &[WeekReview]) -> PhaseStep {
    let earlier: Vec<Reviewed> = earlier.iter().map(Reviewed::from).collect();
    phase_step(phase, &week(pain), this, &earlier)
}

#[test]
fn two_weeks_of_rise_in_a_row_and_little_enough_pain_lead_one_phase_up() {
    assert_eq!(step(1, Some(5.0), &rise(), &[rise()]), PhaseStep::Up);
    assert_eq!(step(1, Some(5.1), &rise(), &[rise()]), PhaseStep::Stay, "a week mean above 5");
    assert_eq!(step(1, Some(2.0), &rise(), &[]), PhaseStep::Stay, "one week only");
    let hold = reviewed(Outcome::Progress, ExerciseStep::Hold);
    assert_eq!(step(1, Some(2.0), &rise(), &[rise(), hold.clone()]), PhaseStep::Stay, "a hold between them");
    assert_eq!(step(1, Some(2.0), &hold, &[rise(), rise()]), PhaseStep::Stay, "this week held");
    assert_eq!(step(1, Some(2.0), &rise(), &[hold, rise()]), PhaseStep::Up, "an older hold is past");
    assert_eq!(step(1, None, &rise(), &[rise()]), PhaseStep::Stay, "pain not recorded shows nothing");
}

#[test]
fn phase_three_asks_for_pain_of_three_or_half_of_the_intake() {
    assert_eq!(step(2, Some(3.0), &rise(), &[rise()]), PhaseStep::Up);
    assert_eq!(step(2, Some(4.0), &rise(), &[rise()]), PhaseStep::Up, "half of 8");
    assert_eq!(step(2, Some(4.1), &rise(), &[rise()]), PhaseStep::Stay);
    assert_eq!(step(3, Some(0.0), &rise(), &[rise()]), PhaseStep::Stay, "there is no fourth phase");
    // Three points do where half of the intake would be less, and where the intake's pain is not known.
    for nprs_intake in [Some(4.0), None] {
        let at = |pain| phase_step(2, &WeekFacts { nprs_intake, ..week(Some(pain)) }, &rise(), &[Reviewed::from(&rise())]);
        assert_eq!((at(3.0), at(3.1)), (PhaseStep::Up, PhaseStep::Stay), "{nprs_intake:?}");
    }
}

#[test]
fn a_clinic_moves_the_pain_up_to_which_a_phase_may_begin() {
    let at = |phase, pain, by| {
        let clinic = Thresholds::new(0, by, 60, 20).unwrap();
        phase_step(phase, &WeekFacts { clinic, nprs_intake: None, ..week(Some(pain)) }, &rise(), &[Reviewed::from(&rise())])
    };
    for (phase, pain, by) in [(1, 4.0, -1), (1, 6.0, 1), (2, 2.0, -1), (2, 4.0, 1)] {
        assert_eq!(at(phase, pain, by), PhaseStep::Up, "{pain} of phase {phase}");
        assert_eq!(at(phase, pain + 0.1, by), PhaseStep::Stay, "above {pain} of phase {phase}");
    }
}

#[test]
fn two_steps_back_lead_one_phase_down_and_a_held_week_between_them_does_not_hide_it() {
    assert_eq!(step(2, Some(6.0), &back(), &[back()]), PhaseStep::Down);
    let held = reviewed(Outcome::Hold, ExerciseStep::Hold);
    let flare = reviewed(Outcome::Flare, ExerciseStep::Flare);
    assert_eq!(step(3, Some(6.0), &back(), &[back(), held, flare]), PhaseStep::Down);
    assert_eq!(step(2, Some(6.0), &back(), &[back(), rise()]), PhaseStep::Stay, "a good week between them");
    assert_eq!(step(1, Some(6.0), &back(), &[back()]), PhaseStep::Stay, "phase 1 is the lowest");
}

#[test]
fn a_step_moves_by_one_phase_between_the_first_and_the_last() {
    let from = |step: PhaseStep| [1, 2, 3].map(|phase| step.applied_to(phase));
    assert_eq!(from(PhaseStep::Up), [2, 3, 3]);
    assert_eq!(from(PhaseStep::Stay), [1, 2, 3]);
    assert_eq!(from(PhaseStep::Down), [1, 1, 2]);
}

fn session(id: &str, colours: &[Colour], efforts: &[f64]) -> SessionEffect {
    let facts = facts();
    let item = compose(&facts).items.into_iter().find(|i| i.exercise == id);
    let item = item.unwrap_or_else(|| Prescribed::start(library().get(id).unwrap(), &facts));
    session_effect(&item, colours, efforts, &facts, std::slice::from_ref(&item.exercise))
}

#[test]
fn one_red_brings_the_easier_form_and_two_in_a_row_another_exercise() {
    use Colour::{Amber, Green, Red};
    assert_eq!(session("CO1", &[], &[]), SessionEffect::Keep);
    assert_eq!(session("CO1", &[Red, Amber], &[]), SessionEffect::Keep, "the newest one counts");
    let SessionEffect::Change(easier) = session("CO1", &[Green, Red], &[]) else { panic!("no easier form") };
    assert_eq!(easier.to.level, Level::Easier);
    let SessionEffect::Swap { to, sentence } = session("CO1", &[Red, Red], &[]) else { panic!("not swapped") };
    assert!(to.core && to.exercise != "CO1", "another of the same group");
    assert!(sentence.to_string().contains("twice in a row"), "{sentence}");
}

#[test]
fn a_returning_movement_that_went_red_rests_for_two_weeks() {
    assert!(matches!(session("HL13", &[Colour::Green, Colour::Red], &[]), SessionEffect::Rest { .. }));
    assert_eq!(session("HL13", &[Colour::Green, Colour::Amber], &[]), SessionEffect::Keep);
}

#[test]
fn the_record_names_what_a_session_did() {
    use Colour::{Green, Red};
    assert_eq!(session("CO1", &[Green], &[]).code(), None);
    assert_eq!(session("CO1", &[Red], &[]).code(), Some("easier"));
    assert_eq!(session("CO1", &[Red, Red], &[]).code(), Some("swap"));
    assert_eq!(session("HL13", &[Red], &[]).code(), Some("rest"));
}

#[test]
fn effort_of_eight_twice_makes_the_dose_smaller_and_once_does_not() {
    let green = [Colour::Green, Colour::Green];
    assert!(matches!(session("HL1", &green, &[8.0, 8.0]), SessionEffect::Change(change) if change.rule == "ease_dose"));
    assert_eq!(session("HL1", &green, &[8.0, 7.0]), SessionEffect::Keep);
    assert_eq!(session("HL1", &green[..1], &[9.0]), SessionEffect::Keep);
}

#[test]
fn two_silent_weeks_restart_and_four_end_the_plan() {
    let found: Vec<Absence> = (0..6).map(absence).collect();
    use Absence::{Lapse, None, Restart};
    assert_eq!(found, [None, None, Restart, None, Lapse, Lapse]);
}

#[test]
fn a_restart_begins_at_80_percent_of_the_last_completed_quota() {
    let input = QuotaInput { trials: vec![12.0; 3], goal: 30.0, unit: Unit::Min, factor: 0.8, weeks: 12, most_percent: 20 };
    let before = schedule(&input).unwrap();
    assert_eq!(before.quotas[..6], [9.0, 11.0, 13.0, 15.0, 17.0, 19.0]);
    let (_, after) = restart(&input, &before, 5).unwrap();
    assert_eq!(after.start, 13.0, "80 % of the 17 minutes completed");
    assert_eq!(after.quotas.last(), Some(&30.0));
    assert_eq!((after.weeks, after.moved), (7, false), "the goal date stands");
    let gentle = QuotaInput { factor: 0.7, ..input.clone() };
    assert_eq!(restart(&gentle, &before, 5).unwrap().1.start, 13.0, "80 % also for who began gently");
    let (_, at_first) = restart(&input, &before, 0).unwrap();
    assert_eq!(at_first.start, 7.0, "80 % of the first quota");
}

#[test]
fn maintenance_keeps_the_two_days_furthest_apart() {
    assert_eq!(maintenance_days(&[0, 2, 4]), [0, 4]);
    assert_eq!(maintenance_days(&[0, 1, 4]), [0, 4]);
    assert_eq!(maintenance_days(&[5, 1, 3]), [1, 5]);
    assert_eq!(maintenance_days(&[0, 1, 2, 3, 4]), [0, 3]);
}

#[test]
fn up_advances_to_the_last_quota_down_goes_back_to_the_first_and_the_rest_stays() {
    let steps = |step| [0, 3, 9].map(|index| next_index(step, index, 10));
    assert_eq!(steps(QuotaStep::Up), [1, 4, 9]);
    assert_eq!(steps(QuotaStep::Down), [0, 2, 8]);
    for step in [QuotaStep::Same, QuotaStep::Flare, QuotaStep::Frozen] {
        assert_eq!(steps(step), [0, 3, 9]);
    }
}

fn in_phase(phase: u8) -> PlanFacts {
    PlanFacts { phase, ..facts() }
}

/// An item after good sessions, or after one that was too much.
fn state(id: &str, red_unanswered: bool) -> ItemState {
    ItemState {
        prescribed: Prescribed::start(library().get(id).unwrap(), &facts()),
        recent_colours: vec![Colour::Green; 3],
        red_unanswered,
        last_rpe: Some(4.0),
        all_sets_done: true,
    }
}

fn changed(change: &WeekChange) -> Vec<&str> {
    change.doses.iter().map(|dose| dose.exercise.as_str()).collect()
}

#[test]
fn a_step_down_takes_out_what_the_lower_phase_does_not_allow_and_puts_its_easier_form_there() {
    let states = [state("HL1", true), state("CO4", true), state("CO1", false)];
    let again = [Reviewed::from(&back())];
    let down = after_week(&states, &in_phase(2), &week(Some(6.0)), &back(), &again, &[]);
    assert_eq!((down.phase, down.facts.phase), (PhaseStep::Down, 1));
    let left: Vec<_> = down.leaving.iter().map(|l| (l.exercise.as_str(), l.instead.as_ref().map(|i| i.exercise.as_str()))).collect();
    assert_eq!(left, [("CO4", Some("CO3"))]);
    assert_eq!(changed(&down), ["HL1"], "what leaves is not eased as well");
    // One step back alone moves no phase and takes nothing out.
    let once = after_week(&states, &in_phase(2), &week(Some(6.0)), &back(), &[], &[]);
    assert_eq!((once.phase, once.leaving.len()), (PhaseStep::Stay, 0));
    assert_eq!(changed(&once), ["HL1", "CO4"]);
}

#[test]
fn an_easier_form_stands_in_only_where_it_is_allowed_and_not_there_already() {
    let instead = |ids: &[&str], phase| -> Vec<Option<String>> {
        let states: Vec<ItemState> = ids.iter().map(|id| state(id, false)).collect();
        leaving(&states, &in_phase(phase)).into_iter().map(|l| l.instead.map(|item| item.exercise)).collect()
    };
    assert_eq!(instead(&["CO8"], 2), [Some("CO7".to_owned())]);
    assert_eq!(instead(&["CO8", "CO7"], 2), [None], "listed already");
    assert_eq!(instead(&["CO8"], 1), [None], "CO7 is phase 2");
    assert_eq!(instead(&["RP6"], 1), [], "a position of relief is no training");
}

#[test]
fn something_new_comes_only_in_a_week_that_rises_and_what_it_replaces_does_not_grow() {
    let states = [state("MO2", false), state("CO1", false)];
    let rising = after_week(&states, &in_phase(1), &week(Some(4.0)), &rise(), &[], &[]);
    let new = rising.new_item.as_ref().unwrap();
    assert_eq!((new.item.exercise.as_str(), new.replaces.as_deref()), ("MO8", Some("MO2")));
    assert_eq!(changed(&rising), ["CO1"]);
    let held = after_week(&states, &in_phase(1), &week(Some(4.0)), &reviewed(Outcome::Progress, ExerciseStep::Hold), &[], &[]);
    assert_eq!((held.new_item, held.doses), (None, Vec::new()));
}

#[test]
fn while_one_movement_comes_back_no_other_begins_again_in_a_harder_form() {
    let facts = PlanFacts { equipment: vec![Flag::Chair, Flag::Gym], ..in_phase(3) };
    // Rowing is back at its full dose and the side bridge is at its top: both are ready for a harder form.
    let ready = ["AE5", "CO3"].map(|id| {
        let mut item = state(id, false);
        while let Some(more) = item.prescribed.dose.raised() {
            item.prescribed.dose = more;
        }
        item
    });
    let harder = |without: &str| {
        let training = compose(&facts).items.into_iter().filter(|item| item.role == Role::Training);
        let others = training.filter(|item| !["AE5", "CO3", without].contains(&item.exercise.as_str()));
        let waiting = others.map(|item| {
            let mut item = ItemState { all_sets_done: false, ..state(&item.exercise, false) };
            item.prescribed.dose.reps = item.prescribed.dose.top;
            item
        });
        let states: Vec<ItemState> = waiting.chain(ready.clone()).collect();
        let change = after_week(&states, &facts, &week(Some(8.0)), &rise(), &[], &[]);
        let rules: Vec<_> = change.doses.iter().map(|dose| (dose.exercise.clone(), dose.rule)).collect();
        (change.new_item.map(|new| new.item.exercise), rules)
    };
    let both = vec![("CO3".to_owned(), "rise_form"), ("AE5".to_owned(), "rise_form")];
    assert_eq!(harder("HL13"), (Some("HL13".to_owned()), both[..1].to_vec()), "bending comes back, so rowing waits");
    assert_eq!(harder("HL2"), (Some("HL2".to_owned()), both), "a new bridge keeps nothing back");
}

#[test]
fn two_movements_ready_for_a_harder_form_take_it_in_different_weeks() {
    let facts = PlanFacts { equipment: vec![Flag::Chair, Flag::Gym], ..in_phase(3) };
    let ready = ["AE5", "HL14", "CO3"].map(|id| {
        let mut item = state(id, false);
        item.prescribed.dose.reps = item.prescribed.dose.top;
        while let Some(more) = item.prescribed.dose.raised() {
            item.prescribed.dose = more;
        }
        item
    });
    let rules = |ready: &[ItemState]| -> Vec<(String, &str)> {
        next_doses(ready, ExerciseStep::Rise, &facts).into_iter().map(|dose| (dose.exercise, dose.rule)).collect()
    };
    // A third of nine may rise: with six that wait, all three could.
    let waiting = ["MO1", "MO2", "CO1", "CO5", "HL1", "HL6"].map(|id| ItemState { all_sets_done: false, ..state(id, false) });
    let states: Vec<ItemState> = waiting.into_iter().chain(ready).collect();
    let rose = rules(&states);
    assert_eq!(rose.len(), 2, "{rose:?}");
    assert_eq!(rose.iter().filter(|(id, _)| id == "AE5" || id == "HL14").count(), 1, "one movement at a time comes back: {rose:?}");
}

proptest! {
    #![proptest_config(generated(2_000))]

    /// A year of any weeks: the phase stays within 1 to 3, moves by one at a time, and after every week nothing
    /// in the list is above it.
    #[test]
    fn any_year_of_weeks_keeps_every_exercise_within_its_phase(
        weeks in proptest::collection::vec((select(Outcome::ALL.to_vec()), select(ExerciseStep::ALL.to_vec()), 0.0f64..10.0), 52),
    ) {
        let mut facts = facts();
        let mut items = compose(&facts).items;
        let mut earlier: Vec<Reviewed> = Vec::new();
        for (outcome, exercise, pain) in weeks {
            let states: Vec<ItemState> = items.iter().map(|item| ItemState {
                prescribed: item.clone(),
                recent_colours: vec![Colour::Green; 3],
                red_unanswered: false,
                last_rpe: Some(4.0),
                all_sets_done: true,
            }).collect();
            let review = reviewed(outcome, exercise);
            let change = after_week(&states, &facts, &week(Some(pain)), &review, &earlier, &[]);
            prop_assert!((1..=3).contains(&change.facts.phase) && change.facts.phase.abs_diff(facts.phase) <= 1);
            earlier.push(Reviewed::from(&review));
            if change.phase != PhaseStep::Stay {
                earlier.clear();
            }
            for leaves in &change.leaving {
                items.retain(|item| item.exercise != leaves.exercise);
                items.extend(leaves.instead.clone());
            }
            if let Some(new) = change.new_item {
                items.retain(|item| Some(&item.exercise) != new.replaces.as_ref());
                items.push(new.item);
            }
            facts = change.facts;
            for item in items.iter().filter(|item| item.role == Role::Training) {
                prop_assert_eq!(allowed(library().get(&item.exercise).unwrap(), &facts, facts.phase), Ok(()));
            }
        }
    }
}

#[test]
fn check_ins_come_after_30_90_and_180_days_and_never_twice() {
    let due = |days: i64, answered: &[i64]| super::check_in_due(days, answered);
    assert_eq!(
        [29, 30, 89, 90, 179, 180, 209, 210].map(|days| due(days, &[])),
        [None, Some(30), Some(30), Some(90), Some(90), Some(180), Some(180), None]
    );
    assert_eq!([30, 89, 90].map(|days| due(days, &[30])), [None, None, Some(90)]);
    assert_eq!(due(100, &[90]), None, "an earlier one that was missed does not come after");
    assert_eq!(due(-3, &[]), None);
}

#[test]
fn taking_up_again_follows_the_borders_of_silence() {
    use super::{ReEntry, re_entry};
    let weeks = [0, 1, 2, 3, 4, 30];
    assert_eq!(
        weeks.map(|n| re_entry(n, false)),
        [ReEntry::AsItStood, ReEntry::AsItStood, ReEntry::Lower, ReEntry::Lower, ReEntry::Anew, ReEntry::Anew]
    );
    assert_eq!(weeks.map(|n| re_entry(n, true))[3..], [ReEntry::Lower; 3]);
}
