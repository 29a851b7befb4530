//! The main job by clicking: from the start page to the review of the first week, on a phone's screen,
//! with the physiotherapist reading the same words.

use super::driver::{Browser, quoted, with_browser};
use super::journey::{CALM, walk_the_check};
use crate::course::{GOOD, Life};
use crate::support::{Backend, Clinic, PASSWORD, TestApp, spawn};
use chrono::{Days, Duration, NaiveDate};
use gradus::care::consent::consent;

/// Answers that are the same wherever they are asked; the check's come first.
const USUAL: &[&str] = &[
    "Female",
    "No, it stays in my back or buttock",
    "No difference / does not apply / don’t know",
    "Never",
    "In the morning",
    "Sitting for long, bending or lifting",
    "Not at all",
];

/// Questions of a person whose back minds bending and likes to be upright.
const FLEXION: &[(&str, &str)] = &[
    ("sitting slumped", "Much worse"),
    ("bending forward", "Much worse"),
    ("standing still", "Much easier"),
    ("does walking", "A bit easier"),
    ("leaning back", "A bit easier"),
];

/// What a week as planned is told to both of them.
const WHY: &str = "The week went as planned, so the next step follows.";

pub fn answer(browser: &Browser) {
    browser.answer_all(&[CALM, USUAL].concat());
    for (question, option) in FLEXION {
        if browser.has(&format!("//legend[contains(normalize-space(.), {})]", quoted(&browser.word(question)))) {
            browser.choose(question, option);
        }
    }
}

/// Makes the account behind a page that asks for name, address and password.
pub fn make_account(browser: &Browser, name: &str, email: &str) {
    browser.fill("What should we call you?", name);
    browser.fill("Your e-mail address", email);
    browser.fill("Choose a password", PASSWORD);
    let statements: Vec<&str> = consent().required().map(|p| p.statement.as_str()).collect();
    browser.answer_all(&statements);
    browser.click("Make my account");
}

/// Every part of the intake, its pages in the order the list offers them.
pub fn fill_in_the_intake(browser: &Browser) {
    for _ in 0..80 {
        if browser.path() == "/intake" {
            if browser.has_text("a", "Check your answers") {
                return;
            }
            let done = quoted(&browser.word("Completed"));
            browser.follow(&format!("//main//li[contains(@class, 'card-link')][not(contains(., {done}))]//a"));
        }
        match browser.path().as_str() {
            "/intake/goals" => {
                browser.fill("Activity 1", "Tying my shoes");
                browser.choose("How well can you do activity 1 today?", "4");
            }
            "/intake/quota" => {
                browser.choose("What do you want to build up?", "Walking");
                browser.fill("How much do you want to manage?", "30");
            }
            "/intake/practical" => {
                browser.choose("Can you get down to the floor", "Yes");
                browser.choose("What does lying on your front", "It makes no difference");
                for day in ["Monday", "Wednesday", "Friday"] {
                    browser.choose("Which days suit you", day);
                }
            }
            "/intake/day" => {
                for statement in ["I change position frequently", "I walk more slowly", "I try not to bend", "trouble putting on my socks"]
                {
                    browser.tick(statement);
                }
            }
            _ => answer(browser),
        }
        let before = browser.path();
        browser.click("Save and continue");
        assert_ne!(browser.path(), before, "the page came back: {}", browser.words());
    }
    panic!("the intake does not end: {}", browser.words());
}

pub fn find_the_starting_point(browser: &Browser, today: NaiveDate) {
    browser.click("Measure my starting point");
    for (n, minutes) in (1..).zip(["10", "12", "14"]) {
        browser.pick_day(&format!("Day of try {n}"), today - Days::new(4 - n));
        browser.fill(&format!("How much, try {n}"), minutes);
        browser.click("Save");
    }
    assert!(browser.words().contains("12"), "{}", browser.words());
}

pub fn sign_in(browser: &Browser, email: &str) {
    browser.fill("Your e-mail address", email);
    browser.fill("Your password", PASSWORD);
    browser.click("Sign in");
}

/// Opens Today; who was away for a day signs in again and is led back to it.
pub fn open_today(browser: &Browser) {
    browser.visit("/today");
    if browser.path() == "/sign-in" {
        sign_in(browser, "ann@example.org");
    }
    assert_eq!(browser.path(), "/today");
}

/// One day of the plan: yesterday's answer, today's session as planned, the day's average.
pub fn live_a_day(browser: &Browser) {
    open_today(browser);
    if browser.has_text("h2", "How did yesterday") {
        browser.answer_all(&["3"]);
        browser.click("Save");
    }
    browser.click("All as planned");
    browser.answer_all(&["3"]);
    browser.click("No, none of this. Save");
    assert_eq!(browser.path(), "/today", "{}", browser.words());
    browser.must_say("Logged today");
}

/// On PostgreSQL; `twelve_weeks` begins in the same way on SQLite.
#[test]
fn from_the_start_page_to_the_review_of_the_first_week() {
    if !Backend::Postgres.is_here() {
        return;
    }
    let app: TestApp = spawn(Backend::Postgres);
    let first = app.first_secret.clone().expect("the one-time link");
    with_browser(&app.base, "desk", |desk| {
        desk.visit(&format!("/invite/{first}"));
        make_account(desk, "Ben Hall", "ben@example.org");
        assert_eq!(desk.path(), "/pro");
    });
    with_browser(&app.base, "course", |patient| {
        patient.emulate(360, false);
        let look = |name: &str| {
            patient.check(name);
            patient.emulate(360, false);
        };
        walk_the_check(patient, false);
        patient.click("Make an account");
        make_account(patient, "Ann Berry", "ann@example.org");
        assert_eq!(patient.path(), "/intake");
        assert!(!patient.words().contains("0 of"), "answers of the check came along: {}", patient.words());
        fill_in_the_intake(patient);
        patient.click("Check your answers");
        look("answers");
        patient.click("Confirm and see my result");
        assert_eq!(patient.path(), "/result");
        assert!(patient.words().contains("Flexion intolerance"), "{}", patient.words());
        look("category");
        find_the_starting_point(patient, app.moment().today());
        look("starting-point");
        patient.click("See my plan");
        look("agreement");
        patient.click("I agree. Start my plan today");
        assert_eq!(patient.path(), "/today");
        look("first-day");
        for day in 0..7 {
            if day > 0 {
                app.wait(Duration::days(1));
            }
            live_a_day(patient);
        }
        look("end-of-week");
        app.wait(Duration::days(1));
        open_today(patient);
        let news = patient.words();
        assert!(news.contains("week 2") && news.contains("What changed since you last looked"), "{news}");
        look("second-week");
        patient.click("What changed, and why");
        let changes = patient.words();
        for said in ["From 9 March 2026", "Week 1: One small step on", WHY, "Walking: from 8 minutes to 10 minutes"] {
            assert!(changes.contains(said), "the page does not say {said:?}: {changes}");
        }
        look("changes");

        patient.visit("/week");
        patient.answer_all(&["No", "6"]);
        patient.click("Save");
        assert_eq!(patient.path(), "/today", "{}", patient.words());

        with_browser(&app.base, "desk-after", |desk| {
            desk.visit("/sign-in");
            sign_in(desk, "ben@example.org");
            assert!(desk.words().contains("Nobody in charge yet"), "{}", desk.words());
            desk.click("Ann Berry");
            let file = desk.words();
            for said in ["Most sensitive to bending and sitting", WHY, "Tying my shoes"] {
                assert!(file.contains(said), "the file does not say {said:?}: {file}");
            }
            desk.check("file");
        });
    });
}

/// The rest of the programme: the days are lived through the use cases, what the person sees and presses is
/// looked at in the browser.
#[test]
fn phases_rise_a_flare_passes_a_bend_returns_and_the_plan_turns_to_keeping() {
    let clinic = Clinic::open(Backend::Sqlite);
    let life = Life { app: &clinic.app, who: &clinic.ann };
    with_browser(&clinic.app.base, "twelve-weeks", |patient| {
        patient.emulate(360, false);
        life.weeks(4, GOOD);
        open_today(patient);
        patient.click("Measure anew");
        patient.fill("How much, try 1", "26");
        patient.click("Save");
        assert!(patient.words().contains("2 tries to go"), "{}", patient.words());
        patient.check("measure");
        life.weeks(1, GOOD);
        open_today(patient);
        patient.click("I am having a flare");
        patient.answer_all(&["No"]);
        patient.click("Start my flare plan");
        assert!(patient.words().contains("Day 1 of 7"), "{}", patient.words());
        patient.check("flare");
        life.weeks(1, GOOD);
        open_today(patient);
        patient.click("It has settled");
        for _ in 0..16 {
            if life.today().maintaining {
                break;
            }
            life.weeks(1, GOOD);
        }
        open_today(patient);
        assert!(patient.words().contains("Keeping what you have gained"), "{}", patient.words());
        patient.check("keeping");
        patient.visit("/changes");
        let changes = patient.words();
        for said in [
            "phase 1 of 3 to phase 2 of 3",
            "phase 2 of 3 to phase 3 of 3",
            "A flare week",
            "Slow forward bend",
            "Keep what you have gained",
        ] {
            assert!(changes.contains(said), "the page does not say {said:?}: {changes}");
        }
        patient.check("changes");
        patient.visit("/exercises/HL13");
        assert_eq!(patient.heading(), "Slow forward bend");
    });
}

#[test]
fn after_two_low_weeks_the_plan_offers_fewer_days() {
    let clinic = Clinic::open(Backend::Sqlite);
    let life = Life { app: &clinic.app, who: &clinic.ann };
    with_browser(&clinic.app.base, "fewer-days", |patient| {
        patient.emulate(360, false);
        (0..14).for_each(|_| life.only_noted());
        open_today(patient);
        patient.check("today-low");
        patient.click("Look at the plan");
        patient.choose("What got in the way most?", "No time");
        patient.choose("Which plan fits your weeks?", "Fewer days for now");
        patient.check("size");
        patient.click("Save");
        assert!(patient.words().contains("Exercises on Monday and Friday"), "{}", patient.words());
        patient.check("plan-smaller");
    });
}
