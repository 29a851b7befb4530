//! A session in a real browser: the timers run, and without scripts the same pages work by reading.

use super::driver::{Browser, with_browser};
use super::journey::sign_in;
use crate::support::{Backend, Clinic};

/// Lets the page's clock jump, as it does for a telephone that slept.
const CLOCK: &str = "const real = performance.now.bind(performance); let ahead = 0; performance.now = () => real() + ahead;
window.later = seconds => { ahead += seconds * 1000; };";
const TICK: &str = "const done = arguments[arguments.length - 1]; setTimeout(() => done(true), 450);";

fn word(browser: &Browser) -> String {
    browser.script("return document.querySelector('.timer-word').textContent").as_str().unwrap_or_default().to_owned()
}

fn later(browser: &Browser, seconds: f64) {
    browser.script(&format!("later({seconds})"));
    browser.script_async(TICK);
}

fn press(browser: &Browser, class: &str) {
    browser.script(&format!("document.querySelector('.{class}').click()"));
}

#[test]
fn as_planned_takes_four_taps() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "four-taps", |browser| {
        sign_in(browser, &clinic.ann);
        assert_eq!(browser.path(), "/today");
        let mut taps = 0;
        let mut tap = |what: &dyn Fn()| {
            what();
            taps += 1;
        };
        tap(&|| browser.click("All as planned"));
        browser.check("as-planned");
        tap(&|| browser.choose("Your worst pain during the exercises", "2"));
        tap(&|| browser.choose("How hard did it feel?", "3"));
        tap(&|| browser.click("No, none of this. Save"));
        assert_eq!(browser.path(), "/today");
        assert!(browser.words().contains("Logged today"), "{}", browser.words());
        assert!(taps <= 4, "{taps} taps");
    });
}

#[test]
fn the_enter_key_alone_answers_no_safety_question() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "enter", |browser| {
        sign_in(browser, &clinic.ann);
        browser.visit("/today/as-planned");
        browser.choose("Your worst pain during the exercises", "2");
        browser.key(thirtyfour::Key::Enter);
        browser.script_async(TICK);
        assert_eq!((browser.path().as_str(), clinic.app.database.count("training_logs")), ("/today/as-planned", 0));
    });
}

#[test]
fn the_timer_runs_by_the_clock_and_says_beginnings_and_ends() {
    let clinic = Clinic::open(Backend::Sqlite);
    // A hold of 20 seconds on each side, twice.
    let dose = r#"{"kind":"time","sets":2,"seconds":20,"per_side":true,"days_per_week":7}"#;
    for old in clinic.app.database.lines("SELECT prescription AS line FROM plan_items").iter().filter(|p| p.contains("\"training\"")) {
        let at = old.find("\"dose\":").expect("a dose");
        let end = at + old[at..].find('}').expect("its end") + 1;
        let new = format!("{}\"dose\":{dose}{}", &old[..at], &old[end..]);
        let sql = |text: &str| text.replace('\'', "''");
        clinic.app.database.execute(&format!("UPDATE plan_items SET prescription = '{}' WHERE prescription = '{}'", sql(&new), sql(old)));
    }
    with_browser(&clinic.app.base, "timer", |browser| {
        sign_in(browser, &clinic.ann);
        browser.click("Start the session");
        browser.script(CLOCK);
        assert_eq!(word(browser), "Get ready");
        press(browser, "timer-go");
        browser.check("running");
        later(browser, 5.0);
        assert_eq!(word(browser), "Hold");
        assert_eq!(browser.script("return document.querySelector('.step').dataset.side"), "right");
        assert!(
            browser
                .script("return document.querySelector('.timer-say').textContent")
                .as_str()
                .unwrap_or_default()
                .starts_with("Hold. Set 1 of 2, right side")
        );
        // Paused, time stands still.
        press(browser, "timer-go");
        later(browser, 100.0);
        assert_eq!(word(browser), "Hold");
        press(browser, "timer-go");
        later(browser, 20.0);
        assert_eq!(
            (word(browser).as_str(), browser.script("return document.querySelector('.step').dataset.side").as_str()),
            ("Change sides", Some("left"))
        );
        // A telephone that slept through a whole hold catches up.
        later(browser, 10.0 + 20.0 + 1.0);
        assert_eq!(word(browser), "Rest");
        press(browser, "timer-next");
        assert_eq!(word(browser), "Hold");
        // A page loaded anew goes on where it was.
        browser.script("location.reload()");
        browser.script_async(TICK);
        assert_eq!(word(browser), "Hold");
        browser.script(CLOCK);
        press(browser, "timer-go");
        later(browser, 200.0);
        assert_eq!(word(browser), "All done");
        assert_eq!(clinic.app.database.count("played_sessions WHERE presses = '[]'"), 1, "the timer answers nothing by itself");
        browser.click("Done");
        assert_ne!(browser.heading(), "");
        assert_eq!(browser.complaints(), Vec::<String>::new());
    });
}

#[test]
fn the_player_works_without_scripts() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "player-no-script", |browser| {
        browser.forbid_scripts();
        sign_in_without_scripts(browser, &clinic);
        assert!(!browser.words().contains("Start the timer"));
        for _ in 0..6 {
            if browser.path() == "/today/session/end" {
                break;
            }
            browser.click("Done");
        }
        assert_eq!(browser.path(), "/today/session/end", "{}", browser.words());
        browser.choose("Your worst pain during the exercises", "2");
        browser.choose("How hard did it feel?", "3");
        browser.click("No, none of this. Save");
        assert_eq!(browser.path(), "/today");
        assert_eq!(clinic.app.database.count("training_logs"), 1);
    });
}

fn sign_in_without_scripts(browser: &Browser, clinic: &Clinic) {
    sign_in(browser, &clinic.ann);
    browser.click("Start the session");
    assert_eq!(browser.path(), "/today/session");
}

#[test]
fn every_page_of_a_session() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "session", |browser| {
        sign_in(browser, &clinic.ann);
        browser.visit("/today/session");
        browser.check("start");
        browser.click("Start");
        for (path, name) in [
            ("/today/session", "one"),
            ("/today/session?view=all", "all"),
            ("/today/session?view=room", "room"),
            ("/today/session/stop", "stop"),
            ("/today/session/end", "end"),
        ] {
            browser.visit(path);
            browser.check(name);
        }
        browser.click("No, none of this. Save");
        browser.check("end-again");
    });
}
