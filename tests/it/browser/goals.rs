//! Breaks, goals, days, measures and the way back in a real browser.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::course::{GOOD, Life};
use crate::support::{Backend, Clinic};
use chrono::{Days, Duration};
use gradus::care::course::discharge;
use gradus::care::desk::treat;
use gradus::ids::PatientId;

#[test]
fn a_plan_is_agreed_seen_interrupted_and_followed_through() {
    let clinic = Clinic::open(Backend::Sqlite);
    let life = Life { app: &clinic.app, who: &clinic.ann };
    life.weeks(3, GOOD);
    let _ = life.today();
    let today = clinic.app.moment().today();
    with_browser(&clinic.app.base, "goals", |browser| {
        sign_in(browser, &clinic.ann);
        browser.check("today-changes");
        browser.click("I have seen this");
        for (path, name) in
            [("/plan", "plan-agreed"), ("/plan/days", "days"), ("/goals", "goals"), ("/break", "break"), ("/break/ill", "ill")]
        {
            browser.visit(path);
            assert_eq!(browser.path(), path);
            browser.check(name);
        }
        browser.visit("/goals");
        browser.click("Tying my shoes");
        browser.check("goal");
        browser.click("I have reached it");
        browser.check("goal-reached");
        browser.visit("/measures");
        browser.check("measure-day");
        browser.click("Save and go on");
        browser.check("measure-change");
        browser.choose("how has your back changed", "Much better");
        browser.click("Save");
        assert_eq!(browser.path(), "/today");
        browser.visit("/break");
        browser.pick_day("First day away", today);
        browser.pick_day("Last day away", today + Days::new(4));
        browser.click("Save the holiday");
        browser.check("today-holiday");
        browser.click("I am back already");
        browser.visit("/break/ill");
        browser.answer_all(&["No"]);
        browser.click("Pause my plan");
        browser.check("today-ill");
        browser.click("No. I am back");
        assert!(browser.words().contains("Good to have you back"), "{}", browser.words());
    });
}

#[test]
fn afterwards_a_check_in_and_the_way_back_are_one_page_each() {
    let clinic = Clinic::open(Backend::Sqlite);
    let life = Life { app: &clinic.app, who: &clinic.ann };
    life.weeks(1, GOOD);
    let (store, moment) = (clinic.app.store(), clinic.app.moment());
    let who = treat(store, &clinic.ben.actor(), &PatientId::from(&clinic.ann.id()), clinic.app.now()).expect("in charge");
    discharge(store, &who, "You reached what you wanted.", true, moment).expect("ended");
    clinic.app.wait(Duration::days(3));
    with_browser(&clinic.app.base, "after", |browser| {
        sign_in(browser, &clinic.ann);
        browser.visit("/plan/resume");
        browser.check("resume");
    });
    clinic.app.wait(Duration::days(27));
    with_browser(&clinic.app.base, "after-a-month", |browser| {
        sign_in(browser, &clinic.ann);
        browser.visit("/today");
        browser.check("ended-check-in");
        browser.click("Answer them");
        browser.check("check-in");
        browser.choose("How was your pain in the last week", "2");
        browser.click("No. Save");
        assert_eq!(browser.path(), "/ended");
    });
}
