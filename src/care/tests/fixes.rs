//! What the demonstration's histories showed to be wrong, each once.

use super::*;

#[test]
fn what_a_clinician_has_cleared_is_not_held_against_a_later_no() {
    let clinic = Clinic::new();
    clinic.submit(-5, &[("r_fever", "yes")]).unwrap();
    clinic.clear(-3).unwrap();
    clinic.submit(-2, &[]).unwrap();
    assert!(matches!(clinic.standing(-2), Standing::Ready(_)), "the fever was looked at; saying it is gone is no change of mind");
}

#[test]
fn a_pause_that_was_cleared_is_neither_told_again_nor_carried_into_the_next_week() {
    let clinic = Clinic::with_plan();
    clinic.check(4, &["weakness"], false);
    answer_signs(&clinic.store, &clinic.who, &given(&[("r_weak", "one_new"), ("r_gait", "no")]), clinic.at(4, 20)).unwrap();
    clinic.clear(5).unwrap();
    clinic.night(7);
    assert_eq!(clinic.review(1).result.rules, ["P-01"], "the sign was of this week");
    assert!(clinic.open_alerts().is_empty(), "cleared is nobody's task any more");
    // Open over the end of week 2, cleared on the first day of week 3.
    (7..12).for_each(|n| clinic.live(n, 4));
    clinic.check(12, &["weakness"], false);
    answer_signs(&clinic.store, &clinic.who, &given(&[("r_weak", "one_new"), ("r_gait", "no")]), clinic.at(12, 20)).unwrap();
    clinic.night(14);
    clinic.clear(14).unwrap();
    (15..21).for_each(|n| clinic.live(n, 4));
    clinic.night(21);
    assert_eq!(clinic.review(2).result.rules, ["P-01"]);
    assert_eq!(clinic.review(3).facts.red_flag, None);
    assert_eq!(clinic.review(3).result.outcome, Outcome::Progress);
}

#[test]
fn leg_symptoms_end_with_their_clearance_however_late_the_review_comes() {
    let clinic = Clinic::with_plan();
    (0..5).for_each(|n| clinic.live(n, 4));
    clinic.check(5, &[], true);
    assert_eq!(clinic.active(5).pause, Some(Pause::LegSymptoms));
    assert!(!clinic.today(6, 9).support.is_empty(), "relief and breathing stay");
    // Weeks 1 and 2 end with the hold open; it is cleared in week 3, and only then is anything reviewed.
    clinic.clear(15).unwrap();
    (15..21).for_each(|n| clinic.live(n, 4));
    assert_eq!(clinic.night(21), 3);
    let new_leg: Vec<bool> = clinic.reviews().iter().map(|r| r.facts.new_leg).collect();
    assert_eq!(new_leg, [true, true, false]);
}

#[test]
fn a_yes_without_its_details_freezes_the_week_and_reaches_the_clinic() {
    let clinic = Clinic::with_plan();
    (0..6).for_each(|n| clinic.live(n, 4));
    clinic.check(6, &["saddle_bladder_bowel"], false);
    clinic.night(7);
    let review = clinic.review(1);
    assert_eq!(
        (review.result.outcome, review.facts.red_flag),
        (Outcome::PauseAlert, Some(Disposition::EmergencyNow)),
        "unsure is never no"
    );
    assert_eq!(clinic.open_alerts()[0].rule, "P-01");
    assert_eq!(clinic.quota().step_index, 0);
}

#[test]
fn every_question_behind_a_yes_must_be_answered() {
    let clinic = Clinic::with_plan();
    clinic.check(4, &["weakness"], false);
    let signs = |answers: &[(&str, &str)]| answer_signs(&clinic.store, &clinic.who, &given(answers), clinic.at(4, 21));
    refused(signs(&[]));
    refused(signs(&[("r_weak", "no")]));
    assert_eq!(clinic.active(4).pause, Some(Pause::Unanswered));
    // Answers to what was not asked change nothing.
    assert!(!signs(&[("r_weak", "no"), ("r_gait", "no"), ("r_saddle", "new")]).unwrap().hold_plan);
    assert_eq!(clinic.active(4).pause, None);
}

#[test]
fn an_emergency_behind_a_yes_counts_at_once_whatever_else_is_missing() {
    let clinic = Clinic::with_plan();
    clinic.check(4, &["weakness"], false);
    let result = answer_signs(&clinic.store, &clinic.who, &given(&[("r_weak", "both_new")]), clinic.at(4, 21)).unwrap();
    assert_eq!(result.disposition, Disposition::EmergencyNow);
    assert_eq!(clinic.active(4).pause, Some(Pause::DangerSign));
}

#[test]
fn one_answer_serves_an_earlier_yes_to_the_same_questions() {
    let clinic = Clinic::with_plan();
    for n in [0, 2] {
        let new = NewLog { anything_new: true, ..clinic.whole_day(0, 1.0) };
        log(&clinic.store, &clinic.who, &NewLog { on: day(n), token: ids::fresh(), ..new }, clinic.at(2, 19))
            .unwrap_or_else(|e| panic!("{e}"));
    }
    let behind = crate::care::safety::questions_behind(&[crate::care::logging::ANYTHING_NEW.to_owned()]);
    let no: Vec<(&str, &str)> = behind.into_iter().map(|id| (id, "no")).collect();
    answer_signs(&clinic.store, &clinic.who, &given(&no), clinic.at(2, 20)).unwrap();
    assert_eq!(clinic.active(2).pause, None);
}

#[test]
fn a_review_that_comes_late_does_not_end_a_newer_flare() {
    let clinic = Clinic::with_plan();
    clinic.live_week(1, 4);
    // The server was away over night: the flare is pressed before week 1 is reviewed.
    press_flare(&clinic.store, &clinic.who, clinic.at(7, 9)).unwrap();
    review::run_due(&clinic.store, &clinic.who, clinic.at(7, 10)).unwrap();
    assert_eq!(clinic.review(1).result.outcome, Outcome::Progress);
    assert!(clinic.active(8).flare.is_some());
    (7..14).for_each(|n| clinic.live(n, 6));
    clinic.night(14);
    let review = clinic.review(2);
    assert_eq!((review.result.rules.as_slice(), review.facts.flare, review.facts.flare_weeks), (["P-03".to_owned()].as_slice(), true, 1));
}

#[test]
fn days_six_and_seven_of_a_flare_wait_for_a_better_morning() {
    let clinic = Clinic::with_plan();
    clinic.live_week(1, 3);
    press_flare(&clinic.store, &clinic.who, clinic.at(7, 9)).unwrap();
    let share = |n| clinic.today(n, 9).flare.map(|(_, day)| day.share_of_quota);
    assert_eq!((share(7), share(10), share(12)), (Some(0.5), Some(0.75), Some(1.0)));
    record_day(&clinic.store, &clinic.who, day(12), None, Some(4), clinic.at(12, 8)).unwrap();
    assert_eq!(share(12), Some(1.0), "one above the usual is settled");
    record_day(&clinic.store, &clinic.who, day(12), None, Some(5), clinic.at(12, 8)).unwrap();
    assert_eq!(share(12), Some(0.75), "two above it is day 5 again");
}

#[test]
fn a_goal_is_met_when_it_was_reached_not_when_it_is_asked_for() {
    let clinic = Clinic::with_plan();
    let quota = clinic.quota();
    let last = i32::try_from(quota.schedule.quotas.len()).unwrap() - 1;
    clinic.write(|tx| plans::set_step(tx, &clinic.who, &quota, last, day(0)));
    let short = clinic.whole_day(0, 0.5);
    log(&clinic.store, &clinic.who, &short, clinic.at(0, 19)).unwrap();
    assert!(!clinic.facts(1).goals_met);
    clinic.live(1, 1);
    assert!(clinic.facts(1).goals_met);
}

#[test]
fn the_intake_score_alone_is_no_verdict_on_the_way_since() {
    let clinic = Clinic::with_plan();
    let facts = clinic.facts(1);
    assert_eq!((facts.rmdq, facts.rmdq_intake), (Some(9), None), "P-08 may use it, P-10 has nothing to compare");
    let check = CheckIn { answers: CheckAnswers::default(), psfs: vec![6], rmdq: Some(vec!["rmdq_02".into()]), token: ids::fresh() };
    check_in(&clinic.store, &clinic.who, &check, clinic.at(5, 20)).unwrap();
    let facts = clinic.facts(1);
    assert_eq!((facts.rmdq, facts.rmdq_intake), (Some(1), Some(9)));
    assert_eq!((facts.psfs, facts.psfs_prev), (Some(6.0), Some(4.0)));
}

#[test]
fn a_paused_week_is_no_low_adherence() {
    let clinic = Clinic::with_plan();
    (0..5).for_each(|n| record_day(&clinic.store, &clinic.who, day(n), Some(4), None, clinic.at(n, 21)).unwrap());
    clinic.night(7);
    clinic.check(11, &[], true);
    clinic.night(14);
    clinic.clear(14).unwrap();
    assert_eq!(clinic.review(1).result.rules, ["P-06E", "P-06Q"]);
    assert_eq!(clinic.review(2).result.rules, ["P-02"]);
    assert_eq!(clinic.facts(3).low_adherence_weeks, 1, "week 1 alone");
}

#[test]
fn a_hold_of_a_monday_morning_in_auckland_is_not_of_the_week_before() {
    let clinic = Clinic::in_zone(chrono_tz::Pacific::Auckland);
    clinic.start_plan();
    clinic.live_week(1, 4);
    let mut monday = clinic.whole_day(7, 1.0);
    monday.anything_new = true;
    // 08:00 in Auckland is still Sunday in UTC.
    log(&clinic.store, &clinic.who, &monday, clinic.at(7, 8)).unwrap();
    let behind = crate::care::safety::questions_behind(&[crate::care::logging::ANYTHING_NEW.to_owned()]);
    let mut answers: Vec<(&str, &str)> = behind.into_iter().map(|id| (id, "no")).collect();
    answers.retain(|(id, _)| *id != "r_fever");
    answers.push(("r_fever", "yes"));
    answer_signs(&clinic.store, &clinic.who, &given(&answers), clinic.at(7, 8)).unwrap();
    clinic.night(8);
    assert_eq!(clinic.review(1).facts.red_flag, None);
    assert_eq!(clinic.review(1).result.outcome, Outcome::Progress);
    assert_eq!(clinic.facts(2).red_flag, Some(Disposition::SameDay));
}

#[test]
fn weeks_reviewed_together_stay_apart_in_the_ledger_newest_first() {
    let clinic = Clinic::with_plan();
    clinic.live_week(1, 4);
    clinic.live_week(2, 3);
    assert_eq!(clinic.night(14), 2, "the server stood still over the first week's end");
    let held_from: Vec<NaiveDate> = clinic.changes().iter().map(|change| change.effective_on).collect();
    assert!(held_from.contains(&day(7)) && held_from.contains(&day(14)), "{held_from:?}");
    assert!(held_from.is_sorted_by(|newer, older| newer >= older), "{held_from:?}");
}

#[test]
fn the_same_answer_about_a_day_again_is_no_change() {
    let clinic = Clinic::with_plan();
    for hour in [18, 19] {
        record_day(&clinic.store, &clinic.who, day(0), Some(4), None, clinic.at(0, hour)).unwrap();
    }
    let changes = || clinic.store.read::<_, StoreError>(|tx| logs::revision_count(tx, &clinic.who, &format!("day {}", day(0)))).unwrap();
    assert_eq!(changes(), 0);
    record_day(&clinic.store, &clinic.who, day(0), Some(5), None, clinic.at(0, 20)).unwrap();
    assert_eq!(changes(), 1);
}
