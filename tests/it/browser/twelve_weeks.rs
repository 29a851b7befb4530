//! Twelve weeks of one person's life at 360 px, from the start page on: once in English without scripts and once in
//! German with them. One day of each week is lived on the pages, the others through the use cases.

use super::axe::PHONE;
use super::course::{fill_in_the_intake, find_the_starting_point, live_a_day, make_account, open_today};
use super::driver::{Browser, with_browser_in};
use super::journey::walk_the_check;
use crate::course::{GOOD, Life};
use crate::support::{Backend, spawn};
use chrono::Duration;
use gradus::lang::Lang;

/// What somebody types stands outside of the languages.
const NOTE: &str = "Gartenarbeit";

/// The weekly check, and the measures that follow it in some weeks.
fn check_the_week(browser: &Browser) {
    browser.visit("/week");
    browser.answer_all(&["No", "6"]);
    browser.click("Save");
    while browser.path() == "/measures" {
        browser.glance("measures");
        browser.answer_all(&["Not at all", "Much better", "6"]);
        browser.follow("//main//form[@action = '/measures']//button");
    }
}

/// Opens a page and looks at it.
fn look(browser: &Browser, path: &str, name: &str) {
    browser.visit(path);
    assert_eq!(browser.path(), path.split('?').next().unwrap_or(path));
    browser.glance(name);
}

/// What somebody does besides the day in this week.
fn of_the_week(browser: &Browser, week: u32) {
    match week {
        1 => look(browser, "/plan", "01-plan"),
        2 => look(browser, "/changes", "02-changes"),
        3 => {
            look(browser, "/journal/new", "03-journal-new");
            browser.answer_all(&["4"]);
            browser.fill("Note", NOTE);
            browser.click("Save");
            look(browser, "/journal", "03-journal");
            assert!(browser.words().contains(NOTE), "{}", browser.words());
        }
        4 => {
            look(browser, "/learn", "04-learn");
            browser.follow("//main//ul//a");
            browser.glance("04-topic");
        }
        5 => look(browser, "/plan/measure", "05-measure"),
        6 => {
            look(browser, "/today", "06-before-the-flare");
            browser.click("I am having a flare");
            browser.glance("06-flare");
            browser.answer_all(&["No"]);
            browser.click("Start my flare plan");
            assert_eq!(browser.path(), "/today", "{}", browser.words());
            browser.glance("06-flare-day");
        }
        7 => look(browser, "/changes", "07-after-the-flare"),
        8 => look(browser, "/progress", "08-progress"),
        9 => look(browser, "/goals", "09-goals"),
        10 => {
            look(browser, "/sheet", "10-paper");
            look(browser, "/break", "10-break");
        }
        11 => {
            look(browser, "/today/session?view=all", "11-session");
            look(browser, "/progress/card", "11-card");
        }
        _ => {
            look(browser, "/account", "12-account");
            look(browser, "/account/reminders", "12-reminders");
        }
    }
}

fn twelve_weeks(lang: Lang, scripts: bool) {
    let app = spawn(Backend::Sqlite);
    let name = format!("weeks-{}-{}", lang.code(), if scripts { "scripts" } else { "plain" });
    with_browser_in(lang, &app.base, &name, |browser| {
        browser.emulate(PHONE, false);
        if !scripts {
            browser.forbid_scripts();
        }
        browser.visit("/");
        browser.glance("00-start");
        walk_the_check(browser, false);
        browser.glance("00-check-result");
        browser.click("Make an account");
        browser.glance("00-account");
        make_account(browser, "Ann Berry", "ann@example.org");
        fill_in_the_intake(browser);
        browser.click("Check your answers");
        browser.glance("00-answers");
        browser.click("Confirm and see my result");
        browser.must_say("Flexion intolerance");
        browser.glance("00-result");
        find_the_starting_point(browser, app.moment().today());
        browser.glance("00-starting-point");
        browser.click("See my plan");
        browser.glance("00-agreement");
        browser.click("I agree. Start my plan today");
        let ann = app.somebody("ann@example.org");
        let life = Life { app: &app, who: &ann };
        for week in 1..=12 {
            open_today(browser);
            if [1, 6, 7, 12].contains(&week) {
                browser.glance(&format!("{week:02}-today"));
            }
            if week == 7 {
                browser.click("It has settled");
                open_today(browser);
            }
            if week > 1 {
                check_the_week(browser);
            }
            // In a flare the day has a page of its own kind.
            if week != 6 {
                live_a_day(browser);
            }
            of_the_week(browser, week);
            if week == 6 {
                app.wait(Duration::days(1));
            }
            (0..6).for_each(|_| life.live(GOOD));
            if week != 6 {
                app.wait(Duration::days(1));
            }
        }
        open_today(browser);
        browser.glance("13-today");
        browser.visit("/changes");
        browser.must_say("A flare week");
        browser.must_say("phase 2 of 3");
        browser.glance("13-changes");
        browser.visit("/progress");
        browser.glance("13-progress");
    });
}

/// The pages of English are looked at with scripts by every other walk.
#[test]
fn twelve_weeks_in_english_without_scripts() {
    twelve_weeks(Lang::En, false);
}

#[test]
fn twelve_weeks_in_german_with_scripts() {
    twelve_weeks(Lang::De, true);
}
