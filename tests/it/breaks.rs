//! Holiday and illness: a path out and a way back, and what they mean for a week: never more than the same days
//! simply unlogged.

use crate::course::{GOOD, Life};
use crate::support::{Backend, Clinic, TestApp};
use chrono::{Duration, NaiveDate};
use gradus::care::away::{back, fall_ill, go_on_holiday};
use gradus::care::logging::{NewLog, log};
use gradus::care::replay::replay;
use gradus::care::safety::{CheckIn, check_in};
use gradus::care::standing::{Active, Pause, Standing, standing};
use gradus::care::today::{DayState, today};
use gradus::ids;
use gradus::store::logs::{Done, ItemLog, QuotaLog};
use gradus::store::reviews::{CheckAnswers, Review};
use gradus::store::{StoreError, oversight, plans, reviews};

fn on(day: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date") + Duration::days(day)
}

fn reviews_of(life: &Life) -> Vec<Review> {
    let _ = life.active();
    let own = life.who.own();
    let found = life.app.store().read::<_, StoreError>(|tx| {
        let Some(plan) = gradus::store::course::latest(tx, &own)? else { return Ok(Vec::new()) };
        reviews::reviews(tx, &own, &plan.id)
    });
    found.expect("reviews")
}

fn holiday(life: &Life, from: i64, to: i64) {
    go_on_holiday(life.app.store(), &life.who.own(), (on(from), on(to)), &ids::fresh(), life.app.moment()).expect("announced");
}

fn well() -> CheckAnswers {
    CheckAnswers::default()
}

fn told(life: &Life, rule: &str) -> usize {
    let all = life.app.store().read(|tx| oversight::alerts(tx, &life.who.own())).expect("alerts");
    all.iter().filter(|alert| alert.rule == rule).count()
}

each_backend! {
    fn while_a_danger_sign_stands_no_day_is_planned_and_no_break_offered(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        assert!(ann.get("/today").words().contains("Going away, or ill?"));
        let answers = CheckAnswers { danger: vec!["fever_unwell".to_owned()], ..CheckAnswers::default() };
        let check = CheckIn { answers, psfs: Vec::new(), rmdq: None, token: ids::fresh() };
        check_in(clinic.app.store(), &clinic.ann.own(), &check, clinic.app.moment()).expect("answered");
        let today = ann.get("/today").is(200).words();
        assert!(today.contains("Paused") && !today.contains("Planned") && !today.contains("Going away"), "{today}");
    }

    fn a_holiday_is_announced_shown_as_what_it_is_and_ends_by_itself(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let ann = app.signed_in(&clinic.ann);
        let form = ann.get("/break").is(200).form_to("/break");
        for (from, to, field) in [("", "", 2), ("2026-03-01", "2026-03-05", 1), ("2026-03-06", "2026-03-05", 1), ("2026-03-04", "2026-05-01", 1), ("soon", "2026-03-05", 1)] {
            let page = ann.submit(&form.clone().set("from", from).set("to", to)).is(422);
            assert_eq!(page.errors().len(), field, "{from} {to}: {:?}", page.errors());
            assert_eq!(page.form_to("/break").value("to"), Some(to), "what was typed stays");
        }
        let form = form.set("from", "2026-03-03").set("to", "2026-03-05");
        ann.submit(&form).goes_to("/today");
        ann.submit(&form).goes_to("/today");
        assert_eq!(app.database.count("breaks WHERE kind = 'holiday'"), 1, "sent twice, announced once");
        assert!(ann.get("/break").words().contains("Cancel the holiday"));
        assert_eq!(ann.get("/today").all(".day-word"), ["Today", "Holiday", "Holiday", "Holiday", "Planned", "Rest day", "Rest day"]);
        app.wait(Duration::days(2));
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/today").is(200);
        assert!(page.words().contains("You are on holiday") && page.words().contains("Thursday 5 March"), "{}", page.words());
        assert_eq!(page.count(".card-next") + page.count("form[action='/day']"), 0, "nothing is asked");
        let list = app.signed_in(&clinic.ben).get("/pro/patients").is(200).words();
        assert!(list.contains("On holiday until 5 March"), "{list}");
        assert!(ann.get("/changes").words().contains("3 March to 5 March"));
        // What was done all the same can be logged, and then it was done.
        assert!(ann.get("/today/log").is(200).count("form") > 0);
        app.wait(Duration::days(2));
        let page = app.signed_in(&clinic.ann).get("/today").is(200);
        assert!(!page.words().contains("You are on holiday") && page.count(".card-next") == 1, "back by itself");
    }

    fn coming_back_earlier_is_one_tap_and_a_holiday_can_be_cancelled(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        holiday(&life, 0, 9);
        let ann = clinic.app.signed_in(&clinic.ann);
        ann.submit(&ann.get("/today").is(200).form_to("/break/back")).goes_to("/today");
        assert_eq!(ann.get("/today").count(".card-next"), 1);
        assert!(life.today().away.is_none() && life.today().strip.iter().all(|day| day.state != DayState::Holiday));
        holiday(&life, 3, 5);
        let again = go_on_holiday(clinic.app.store(), &clinic.ann.own(), (on(4), on(8)), "x", clinic.app.moment());
        assert!(again.is_err(), "some of these days are announced already");
        ann.submit(&ann.get("/break").is(200).form_to("/break/back")).goes_to("/today");
        assert!(life.today().strip.iter().all(|day| day.state != DayState::Holiday));
        go_on_holiday(clinic.app.store(), &clinic.ann.own(), (on(4), on(8)), "x", clinic.app.moment()).expect("free again");
    }

    fn an_illness_asks_for_danger_signs_first_and_again_before_coming_back(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let ann = app.signed_in(&clinic.ann);
        let form = ann.get("/break/ill").is(200).form_to("/break/ill");
        assert_eq!(ann.submit(&form).is(422).errors().len(), 6);
        assert_eq!(app.database.count("breaks WHERE kind = 'illness'"), 0);
        ann.submit(&form.clone().answer_all("No")).goes_to("/today");
        ann.submit(&form.answer_all("No")).goes_to("/today");
        assert_eq!((app.database.count("breaks WHERE kind = 'illness'"), app.database.count("weekly_checks WHERE token LIKE 'break ill %'")), (1, 1));
        let page = ann.get("/today").is(200);
        assert!(page.words().contains("You are ill") && page.count(".card-next") == 0, "{}", page.words());
        ann.get("/today/as-planned").goes_to("/today");
        ann.get("/today/log").goes_to("/break");
        let started = ann.post("/today/session", &[("token", "t")]);
        assert_ne!(started.location(), "/today/session", "no session begins");
        assert_eq!(app.database.count("played_sessions WHERE stopped = ''"), 0);
        // The way back: the question must be answered; a "yes" opens the questions behind it.
        let back = page.form_to("/break/back");
        ann.submit(&back).is(422);
        ann.submit(&back.clone().set("anything_new", "yes")).goes_to("/signs");
        assert!(ann.get("/today").words().contains("A few questions first"));
        ann.submit(&ann.get("/signs").is(200).form().answer_all("No")).goes_to("/today");
        assert_eq!(ann.get("/today").count(".card-next"), 1, "{}", ann.get("/today").words());
        ann.submit(&back.set("anything_new", "no")).is(303);
    }

    fn a_fever_before_an_illness_leads_to_the_danger_sign_questions_and_the_pause_is_kept_with_it(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let ann = app.signed_in(&clinic.ann);
        let form = ann.get("/break/ill").is(200).form_to("/break/ill");
        // A sign counts whatever else is missing.
        ann.submit(&form.set("fever_unwell", "yes")).goes_to("/signs");
        assert_eq!((app.database.count("breaks WHERE kind = 'illness'"), app.database.count("weekly_checks WHERE token LIKE 'break ill %'")), (1, 1));
        assert!(ann.get("/today").words().contains("A few questions first"));
        let held = ann.submit(&ann.get("/signs").is(200).form().set("r_fever", "yes").set("r_unwell", "yes"));
        held.is(303);
        let life = Life { app, who: &clinic.ann };
        let pause = life.active().expect("a plan").pause;
        if pause == Some(Pause::DangerSign) {
            assert!(told(&life, "P-01") == 1, "the clinic is told at once");
            back(app.store(), &clinic.ann.own(), Some(false), "b", app.moment()).expect("back");
            assert_eq!(life.active().expect("a plan").pause, Some(Pause::DangerSign), "coming back clears no hold");
        }
        app.wait(Duration::days(7));
        let weeks = reviews_of(&life);
        assert_eq!(weeks[0].facts.red_flag.is_some(), pause.is_some(), "the week knows the sign");
        assert_eq!(weeks[0].result.alerts.iter().any(|alert| alert.rule == "P-01"), pause.is_some());
    }

    fn new_leg_symptoms_before_an_illness_pause_the_plan_as_in_a_check(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let answers = CheckAnswers { leg: true, ..well() };
        fall_ill(clinic.app.store(), &clinic.ann.own(), &answers, "t", clinic.app.moment()).expect("ill");
        assert_eq!(life.active().expect("a plan").pause, Some(Pause::LegSymptoms));
        assert_eq!(told(&life, "P-02"), 1);
        assert!(life.active().expect("a plan").away.is_some());
    }

    fn announced_days_are_stored_with_the_review_and_it_can_be_run_again(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        let before = life.today().quotas[0].amount;
        // Week 2: Monday to Thursday on holiday, nothing logged from Friday on.
        holiday(&life, 7, 10);
        clinic.app.wait(Duration::days(7));
        let week = reviews_of(&life).remove(1);
        let away = week.facts.away;
        assert_eq!((away.holiday, away.ill, away.sessions, away.quotas), (4, 0, 2, 2), "Monday and Wednesday; 3 days are left for 5 amounts");
        assert_eq!((week.facts.planned, week.facts.quotas_planned), (3, 5), "the whole week is what a week is decided on");
        assert_eq!(life.today().quotas[0].amount, before, "one missed week is held");
        let said = clinic.app.signed_in(&clinic.ann).get("/changes").words();
        assert!(said.contains("You were on holiday for part of this week"), "{said}");
        let replayed = replay(clinic.app.store(), |_| Ok(())).expect("replayed");
        assert_eq!(replayed.differ, 0);
    }

    fn a_gap_is_a_gap_whatever_was_announced(backend) {
        // Two whole weeks ill: restart at 80 %, although the questions before it were answered in the first of them.
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(3, GOOD);
        assert_eq!(life.today().quotas[0].amount, 15.0);
        let (store, own) = (clinic.app.store(), clinic.ann.own());
        fall_ill(store, &own, &well(), "t", clinic.app.moment()).expect("ill");
        clinic.app.wait(Duration::days(7));
        assert_eq!(reviews_of(&life)[3].result.quota.code(), "same", "one missed week is held");
        clinic.app.wait(Duration::days(6));
        let quota = || stands(&clinic.app, &clinic.ann).expect("a plan").1;
        assert_eq!(quota(), 15.0, "a day before two weeks");
        clinic.app.wait(Duration::days(1));
        assert_eq!((reviews_of(&life).len(), quota()), (5, 10.0), "80 % of the 13 minutes completed");
        back(store, &own, Some(false), "b", clinic.app.moment()).expect("back");
        assert_eq!(life.today().quotas[0].amount, 10.0);
    }

    fn an_illness_ends_with_its_plan(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        fall_ill(clinic.app.store(), &clinic.ann.own(), &well(), "t", clinic.app.moment()).expect("ill");
        clinic.app.wait(Duration::days(28));
        assert!(life.active().is_none(), "four silent weeks");
        clinic.app.start_plan(&clinic.ann);
        assert!(life.active().expect("a new plan").away.is_none());
    }

    fn four_weeks_of_holiday_end_the_plan_like_any_four_silent_weeks(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        holiday(&life, 7, 7 + 34);
        clinic.app.wait(Duration::days(27));
        assert!(life.active().is_some(), "a day before four weeks");
        assert_eq!(told(&life, "P-04"), 0, "a holiday explains an empty diary");
        clinic.app.wait(Duration::days(1));
        assert!(life.active().is_none());
        assert_eq!(clinic.app.signed_in(&clinic.ann).open("/today").heading(), "Good to see you again");
    }
}

/// Ann's life as drawn: what she does on each day. The other Ann announces the days on which nothing happens.
fn drawn(seed: u64, days: usize) -> Vec<(bool, u8, f64)> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = move |n: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % n
    };
    let mut gap = 0;
    (0..days)
        .map(|_| {
            if gap == 0 && next(9) == 0 {
                let longest = if next(3) == 0 { 20 } else { 6 };
                gap = 1 + next(longest);
            }
            let silent = gap > 0;
            gap = gap.saturating_sub(1);
            (silent, u8::try_from(2 + next(4)).expect("small"), 0.7 + next(6) as f64 / 10.0)
        })
        .collect()
}

fn a_day(app: &TestApp, active: &Active, who: &crate::support::Someone, (_, pain, share): (bool, u8, f64)) {
    let (store, own, moment) = (app.store(), who.own(), app.moment());
    let asked = store.read(|tx| today(tx, &own, active, moment.today())).expect("a day");
    let items = asked.training.iter().map(|item| ItemLog {
        exercise: item.exercise.clone(),
        done: Done::Done,
        reason: String::new(),
        brought_on: false,
    });
    let quotas = asked.quotas.iter().map(|q| QuotaLog {
        activity: q.quota.activity.0,
        quota: q.amount,
        amount: Some((q.amount * share).round()),
        reason: String::new(),
    });
    let new = NewLog {
        on: asked.on,
        items: items.collect(),
        quotas: quotas.collect(),
        during: Some(pain),
        effort: Some(4),
        stop_symptom: false,
        anything_new: false,
        note: String::new(),
        token: ids::fresh(),
    };
    log(store, &own, &new, moment).expect("logged");
    gradus::care::logging::record_day(store, &own, asked.on, Some(pain), Some(pain), moment).expect("kept");
}

/// Where a plan stands: its amount, its phase, and whether it is under way at all.
fn stands(app: &TestApp, who: &crate::support::Someone) -> Option<(Active, f64)> {
    gradus::care::review::run_due(app.store(), &who.own(), app.moment()).expect("reviewed");
    let found = app.store().read(|tx| standing(tx, &who.own(), app.moment().today())).expect("a standing");
    let Standing::Active(active) = found else { return None };
    let quotas = app.store().read(|tx| plans::quotas(tx, &who.own(), &active.plan)).expect("quotas");
    Some((*active, quotas[0].today()))
}

/// For every life with pauses: each week the outcome is the one of the same life with these days simply unlogged,
/// never further up.
#[test]
fn no_pause_ever_moves_a_plan_further_than_the_same_days_unlogged() {
    for seed in 1..=4 {
        let clinic = Clinic::open(Backend::Sqlite);
        let app = &clinic.app;
        let twin = app.patient_of(&clinic.ben, "Twin");
        app.start_plan(&twin);
        let days = drawn(seed, 63);
        let mut ill = false;
        for (n, day) in days.iter().enumerate() {
            let (plain, paused) = (stands(app, &clinic.ann), stands(app, &twin));
            match (&plain, &paused) {
                (Some(plain), Some(paused)) => {
                    assert_eq!((plain.1, plain.0.plan.phase), (paused.1, paused.0.plan.phase), "seed {seed}, day {n}");
                }
                (plain, paused) => assert_eq!(plain.is_some(), paused.is_some(), "seed {seed}, day {n}"),
            }
            let (Some((plain, _)), Some((paused, _))) = (plain, paused) else { break };
            let begins = day.0 && (n == 0 || !days[n - 1].0);
            if begins && n % 2 == 0 {
                fall_ill(app.store(), &twin.own(), &well(), &ids::fresh(), app.moment()).expect("ill");
                ill = true;
            } else if begins {
                let length = days[n..].iter().take_while(|day| day.0).count();
                let last = app.moment().today() + Duration::days(i64::try_from(length).expect("small") - 1);
                go_on_holiday(app.store(), &twin.own(), (app.moment().today(), last), &ids::fresh(), app.moment()).expect("away");
            }
            if !day.0 {
                let mut paused = paused;
                if ill {
                    back(app.store(), &twin.own(), Some(false), &ids::fresh(), app.moment()).expect("back");
                    (ill, paused.away) = (false, None);
                }
                a_day(app, &plain, &clinic.ann, *day);
                a_day(app, &paused, &twin, *day);
            }
            app.wait(Duration::days(1));
        }
        let outcomes = |who| {
            reviews_of(&Life { app, who }).into_iter().map(|r| (r.week, r.result.outcome, r.result.rules.clone())).collect::<Vec<_>>()
        };
        assert_eq!(outcomes(&clinic.ann), outcomes(&twin), "seed {seed}");
        assert!(outcomes(&twin).len() >= 2);
    }
}
