//! The way of one person from the intake to the reviews.

use super::*;

#[test]
fn two_weeks_of_a_steady_person_move_the_quota_up_each_week_and_tell_why() {
    let clinic = Clinic::with_plan();
    let first = clinic.quota();
    assert_eq!(first.today(), 9.0, "0.8 of the mean of 10, 12 and 14, rounded down");
    clinic.live_week(1, 4);
    assert_eq!(clinic.night(7), 1);
    clinic.live_week(2, 4);
    assert_eq!(clinic.night(14), 1);
    for week in [1, 2] {
        let review = clinic.review(week);
        let facts = &review.facts;
        assert_eq!((facts.days, facts.done, facts.planned, facts.quotas_met, facts.quotas_planned), (7, 3, 3, 7, 5), "week {week}");
        assert_eq!((facts.red, facts.amber, facts.over, facts.rpe), (0, 0, 0, Some(4.0)));
        let before = if week == 1 { 5.0 } else { 4.0 };
        assert_eq!(
            (facts.nprs, facts.nprs_prev, facts.nprs_last3),
            (Some(4.0), Some(before), Some(4.0)),
            "week 1 looks back at the intake"
        );
        assert_eq!(
            (review.result.outcome, review.result.quota, review.result.exercise),
            (Outcome::Progress, QuotaStep::Up, ExerciseStep::Rise)
        );
    }
    let now = clinic.quota();
    assert_eq!(now.step_index, 2);
    assert!(now.today() > first.today());
    let lines: Vec<Change> = clinic.changes().into_iter().filter(|c| c.subject == "Walking").collect();
    assert_eq!(lines.len(), 2);
    let newest = &lines[0];
    assert_eq!((newest.after.to_string(), newest.effective_on), (format!("{} minutes", now.today()), day(14)));
    assert_eq!(newest.reason.to_string(), "You reached your daily amount on 7 days of the week (5 planned), so the next step follows.");
}

#[test]
fn the_same_week_is_reviewed_once_and_not_before_three_in_the_night() {
    let clinic = Clinic::with_plan();
    clinic.live_week(1, 4);
    let looks = |n, hour| review::run_due(&clinic.store, &clinic.who, clinic.at(n, hour)).unwrap();
    assert_eq!(looks(7, 2), 0, "the week has ended, the night has not");
    assert_eq!(looks(7, 3), 1);
    assert_eq!((clinic.night(7), looks(7, 9), looks(13, 23)), (0, 0, 0));
    assert_eq!(clinic.reviews().len(), 1);
    assert_eq!(clinic.quota().step_index, 1);
    // Two weeks without the server: both are reviewed, each once, in their order.
    assert_eq!(looks(23, 9), 2);
    assert_eq!(clinic.reviews().iter().map(|r| r.week).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_danger_sign_in_the_weekly_check_pauses_the_plan_and_reviews_as_p_01() {
    let clinic = Clinic::with_plan();
    clinic.live_week(1, 4);
    clinic.night(7);
    let rung = clinic.quota().step_index;
    (7..12).for_each(|n| clinic.live(n, 4));
    clinic.check(12, &["weakness"], false);
    assert_eq!(clinic.active(12).pause, Some(Pause::Unanswered));
    let result = answer_signs(&clinic.store, &clinic.who, &given(&[("r_weak", "one_new"), ("r_gait", "no")]), clinic.at(12, 20)).unwrap();
    assert_eq!((result.disposition, result.hold_plan), (Disposition::SameDay, true));
    assert_eq!(clinic.active(12).pause, Some(Pause::DangerSign));
    let page = clinic.today(13, 9);
    assert!(page.training.is_empty() && page.support.is_empty() && page.quotas.is_empty(), "P-01 shows no exercise at all");
    assert_eq!(clinic.open_alerts().iter().map(|a| (a.rule.as_str(), a.addressee.0)).collect::<Vec<_>>(), [("P-01", AlertTo::Triage)]);
    clinic.night(14);
    let review = clinic.review(2);
    assert_eq!(review.facts.red_flag, Some(Disposition::SameDay));
    assert_eq!((review.result.outcome, review.result.rules.as_slice()), (Outcome::PauseAlert, ["P-01".to_owned()].as_slice()));
    assert_eq!(clinic.quota().step_index, rung, "frozen");
    assert_eq!(clinic.open_alerts().len(), 1, "the review does not tell the same again");
}

#[test]
fn posting_the_same_token_twice_stores_once() {
    let clinic = Clinic::with_plan();
    let today = clinic.whole_day(0, 1.0);
    let body = EntryBody { back: Some(4), ..EntryBody::default() };
    let entry = NewEntry { on: day(0), at: clinic.at(0, 12).time(), body, token: "journal".into() };
    let answers = CheckAnswers { danger: Vec::new(), leg: true };
    let check = CheckIn { answers, psfs: vec![5], rmdq: Some(vec!["rmdq_01".into()]), token: "check".into() };
    for _ in 0..2 {
        log(&clinic.store, &clinic.who, &today, clinic.at(0, 19)).unwrap();
        write(&clinic.store, &clinic.who, &entry, clinic.at(0, 19)).unwrap();
        check_in(&clinic.store, &clinic.who, &check, clinic.at(0, 20)).unwrap();
        agree(&clinic.store, &clinic.who, &Agreement { days: vec![0, 2, 4], cue: String::new() }, clinic.at(0, 20)).unwrap();
    }
    clinic
        .store
        .read::<_, StoreError>(|tx| {
            assert_eq!(logs::between(tx, &clinic.who, day(0), day(1))?.len(), 1);
            assert_eq!(journal::between(tx, &clinic.who, day(0), day(1))?.len(), 1);
            assert_eq!(reviews::checks(tx, &clinic.who, day(0), day(1))?.len(), 1);
            assert_eq!(measures(tx, &clinic.who, "rmdq")?.len(), 2, "the intake's and the check's");
            Ok(())
        })
        .unwrap();
    assert_eq!(clinic.holds().len(), 1);
    assert_eq!(clinic.changes().len(), 1, "one plan began");
}

#[test]
fn an_emergency_at_intake_locks_the_plan_at_once() {
    let clinic = Clinic::new();
    let saved = intake::save_answers(&clinic.store, &clinic.who, &given(&[("r_saddle", "new")]), clinic.at(-5, 10)).unwrap();
    assert_eq!(saved, intake::Saved::Emergency);
    assert!(matches!(clinic.standing(-5), Standing::Held(_)));
    assert_eq!(clinic.open_alerts()[0].addressee.0, AlertTo::Triage);

    // Just so with a plan under way: the answers of a new intake stop it.
    let clinic = Clinic::with_plan();
    clinic.live_week(1, 4);
    clinic.night(7);
    intake::save_answers(&clinic.store, &clinic.who, &given(&[("r_saddle", "new")]), clinic.at(9, 10)).unwrap();
    assert_eq!(clinic.active(9).pause, Some(Pause::DangerSign));
    assert!(clinic.today(9, 12).training.is_empty());
    clinic.night(14);
    assert_eq!(clinic.review(2).result.outcome, Outcome::PauseAlert, "a locked plan does not move");
}

#[test]
fn answers_changed_to_no_within_14_days_keep_the_hold_and_mark_it() {
    let clinic = Clinic::new();
    assert_eq!(clinic.submit(-5, &[("r_fever", "yes")]).unwrap(), Disposition::SameDay);
    assert_eq!(clinic.submit(3, &[]).unwrap(), Disposition::Continue);
    assert!(matches!(clinic.standing(3), Standing::Held(_)));
    assert!(clinic.holds().iter().any(|hold| hold.answers_changed && hold.cleared_at.is_none()));
    assert!(clinic.open_alerts().iter().any(|alert| alert.rule == "3.5"));
}

#[test]
fn clearance_ends_the_hold() {
    let clinic = Clinic::new();
    clinic.submit(-5, &[("r_cancer", "yes")]).unwrap();
    assert!(matches!(clinic.standing(-5), Standing::Held(_)));
    let who = desk::treat(&clinic.store, &clinic.physio, clinic.who.patient(), clinic.at(-4, 9).utc).unwrap();
    refused(desk::clear(&clinic.store, &who, "ok", clinic.at(-4, 9).utc));
    clinic.clear(-4).unwrap();
    assert!(matches!(clinic.standing(-4), Standing::Ready(_)));
    assert!(clinic.open_alerts().is_empty());
    let hold = clinic.holds().remove(0);
    assert_eq!((hold.cleared_by.as_deref(), hold.clearance_note.is_some()), (Some(clinic.physio.user.as_str()), true));
    refused(clinic.clear(-3));
}
