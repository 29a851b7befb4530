//! The warning before a sign-in ends: with the keyboard alone, and with what was typed kept.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, Clinic};
use chrono::Duration;
use std::time::{Duration as Real, Instant};

/// Waits for something the page does by itself.
fn wait_until(what: &str, is: impl Fn() -> bool) {
    let began = Instant::now();
    while !is() {
        assert!(began.elapsed() < Real::from_secs(15), "never: {what}");
        std::thread::sleep(Real::from_millis(150));
    }
}

#[test]
fn a_warning_lets_a_person_stay_and_keeps_what_was_typed() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "stay", |browser| {
        sign_in(browser, &clinic.ben);
        browser.visit("/account/sessions");
        browser.check("sessions");
        browser.visit("/session");
        browser.check("session");
        let notes = format!("/pro/patients/{}/notes", clinic.ann.0.id);
        browser.visit(&notes);
        // Time goes by at the server and, for the page's script, at the clock of the browser.
        let go_on = |minutes: i64, seconds: i64| {
            clinic.app.wait(Duration::minutes(minutes) + Duration::seconds(seconds));
            let milliseconds = (minutes * 60 + seconds) * 1000;
            browser.script(&format!("const now = Date.now; Date.now = () => now() + {milliseconds};"));
        };
        let open = || browser.script("return document.querySelector('dialog[open]') !== null").as_bool() == Some(true);
        browser.script("document.querySelector('textarea').focus()");
        assert_eq!(browser.script("return document.activeElement.tagName"), "TEXTAREA");
        go_on(27, 0);
        std::thread::sleep(Real::from_millis(2500));
        assert!(!open(), "three minutes are left");
        go_on(1, 10);
        wait_until("the warning", open);
        assert!(browser.words().contains("Are you still there?") || browser.source().contains("Are you still there?"));
        assert_eq!(browser.script("return document.activeElement.textContent"), "Stay signed in", "the focus is on the answer");
        browser.check("warning");
        browser.script("document.querySelector('dialog[open] .button').click()");
        wait_until("the warning to go", || !open());
        assert_eq!(browser.script("return document.activeElement.tagName"), "TEXTAREA", "the focus is back where it was");
        // It is extended at the server: half an hour more.
        go_on(20, 0);
        std::thread::sleep(Real::from_millis(2500));
        assert!(!open());
        browser.script("const t = document.querySelector('textarea'); t.value = 'Sits for longer now.'; t.dispatchEvent(new Event('input', { bubbles: true }))");
        go_on(20, 0);
        wait_until("the page to sign in", || browser.path().starts_with("/sign-in"));
        assert!(browser.words().contains("It is kept"), "{}", browser.words());
        assert_eq!(clinic.app.database.count("clinical_notes"), 0);
        browser.fill("Your e-mail address", clinic.ben.email());
        browser.fill("Your password", crate::support::PASSWORD);
        browser.click("Sign in");
        assert_eq!(browser.path(), "/kept");
        assert!(browser.words().contains("Sits for longer now."), "{}", browser.words());
    });
}

#[test]
fn without_a_connection_the_end_takes_the_record_off_the_screen_and_keeps_what_was_typed() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "stay-cut-off", |browser| {
        sign_in(browser, &clinic.ben);
        let notes = format!("/pro/patients/{}/notes", clinic.ann.0.id);
        // What the page's script sees of a connection that is cut, and half an hour later by the clock of the browser.
        let cut = || {
            browser.script("window.through = window.fetch; window.fetch = () => Promise.reject(new TypeError('no connection'));");
            browser.script("const now = Date.now; Date.now = () => now() + 31 * 60 * 1000;");
            wait_until("the page to be hidden", || browser.words().contains("This page is hidden"));
            assert!(!browser.words().contains("Ann"), "{}", browser.words());
        };
        let mend = || browser.script("window.fetch = window.through;");
        browser.visit(&notes);
        browser.script("const t = document.querySelector('textarea'); t.value = 'Sits for longer now.'; t.dispatchEvent(new Event('input', { bubbles: true }))");
        cut();
        assert!(browser.words().contains("What you typed is not lost"), "{}", browser.words());
        mend();
        // By the server's clock the sign-in lives: it all comes back.
        wait_until("the page to come back", || browser.words().contains("Ann"));
        assert_eq!(browser.script("return document.querySelector('textarea').value"), "Sits for longer now.");
        browser.visit(&notes);
        cut();
        let whole = browser.script("return document.documentElement.textContent").as_str().unwrap_or_default().to_owned();
        assert!(whole.contains("This page is hidden") && !whole.contains("Ann"), "{whole}");
        assert!(browser.has("//main//a[starts-with(@href, '/sign-in?next=')]"), "{}", browser.words());
        mend();
        wait_until("the page to be loaded anew", || browser.words().contains("Ann"));
    });
}

#[test]
fn without_scripts_the_page_says_until_when() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "stay-no-script", |browser| {
        browser.forbid_scripts();
        sign_in(browser, &clinic.ben);
        assert!(browser.source().contains("Signed in until 09:30"), "{}", browser.words());
        clinic.app.wait(Duration::minutes(20));
        browser.visit("/session");
        assert!(browser.words().contains("You are signed in until 09:50"), "{}", browser.words());
        browser.click("Stay signed in");
        clinic.app.wait(Duration::minutes(11));
        browser.visit("/prove?next=/account/address");
        browser.check("prove");
        browser.fill("Your password", crate::support::PASSWORD);
        browser.click("Go on");
        assert_eq!(browser.path(), "/account/address");
        browser.check("address");
    });
}
