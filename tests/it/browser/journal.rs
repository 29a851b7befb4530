//! The journal on a telephone, the files of it, and the stopwatch of a try.

use super::driver::{Browser, with_browser};
use super::journey::sign_in;
use crate::support::{Backend, Clinic};
use gradus::store::journal::EntryBody;

/// Lets the page's clock jump, as it does for a telephone that slept.
const CLOCK: &str = "const real = Date.now; let ahead = arguments[0] ?? 0; Date.now = () => real() + ahead * 1000;
window.later = seconds => { ahead += seconds; };";
const TICK: &str = "const done = arguments[arguments.length - 1]; setTimeout(() => done(true), 450);";

fn shown(browser: &Browser, class: &str) -> String {
    browser.script(&format!("return document.querySelector('.watch-{class}').textContent")).as_str().unwrap_or_default().to_owned()
}

fn later(browser: &Browser, seconds: u32) {
    browser.script(&format!("later({seconds})"));
    browser.script_async(TICK);
}

fn press(browser: &Browser, class: &str) {
    browser.script(&format!("document.querySelector('.watch-{class}').click()"));
}

fn minutes(browser: &Browser) -> String {
    browser.script("return document.getElementById('f-amount-1').value").as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_stopwatch_counts_by_the_clock_and_saves_nothing_by_itself() {
    let clinic = Clinic::open(Backend::Sqlite);
    clinic.app.hand_in(&clinic.dan, "V20");
    let before = clinic.app.database.count("baseline_trials");
    with_browser(&clinic.app.base, "stopwatch", |browser| {
        sign_in(browser, &clinic.dan);
        browser.emulate(360, false);
        browser.visit("/baseline");
        browser.script(CLOCK);
        assert_eq!((shown(browser, "clock").as_str(), shown(browser, "go").as_str()), ("0:00", "Start the stopwatch"));
        browser.check("start");
        press(browser, "go");
        later(browser, 15);
        press(browser, "go");
        assert_eq!(minutes(browser), "", "{}", shown(browser, "said"));
        assert!(shown(browser, "said").starts_with("That was less than half a minute"));
        press(browser, "again");
        press(browser, "go");
        later(browser, 400);
        assert!(shown(browser, "clock").starts_with("6:4"), "{}", shown(browser, "clock"));
        // A page loaded anew, or another one in between: it counts on.
        browser.visit("/help");
        browser.visit("/baseline");
        browser.script(&CLOCK.replace("arguments[0] ?? 0", "420"));
        later(browser, 332);
        assert!(shown(browser, "clock").starts_with("12:"), "{}", shown(browser, "clock"));
        press(browser, "go");
        assert_eq!(minutes(browser).split('.').next(), Some("12"), "{}", minutes(browser));
        assert!(shown(browser, "said").contains("Nothing is saved yet"));
        browser.check("stopped");
        assert_eq!(clinic.app.database.count("baseline_trials"), before);
        // Measured and not saved: it is still there.
        browser.visit("/baseline");
        assert_eq!(minutes(browser).split('.').next(), Some("12"));
        browser.click("Save");
        assert!(browser.words().contains("That is enough for one day"), "{}", browser.words());
        assert_eq!(clinic.app.database.count("baseline_trials"), before + 1);
        browser.check("done-today");
        let kept = browser.script("return Object.keys(localStorage).filter(k => k.startsWith('gradus.try.')).length");
        assert_eq!(kept, 0, "what was sent stays in no browser");
        assert_eq!(browser.complaints(), Vec::<String>::new());
        browser.forbid_scripts();
        browser.visit("/baseline");
        assert!(!browser.words().contains("Start the stopwatch"), "it is for the script");
    });
}

#[test]
fn an_entry_takes_few_taps_on_a_telephone() {
    let clinic = Clinic::open(Backend::Sqlite);
    with_browser(&clinic.app.base, "journal", |browser| {
        sign_in(browser, &clinic.ann);
        browser.emulate(360, false);
        browser.visit("/journal");
        browser.check("nothing-yet");
        browser.click("Write an entry");
        browser.check("new");
        browser.choose("Pain in your back", "4");
        browser.click("Save");
        assert_eq!(browser.path(), "/journal");
        assert!(browser.words().contains("Pain in the back: 4 out of 10"), "{}", browser.words());
        let id = clinic.app.write_entry(
            &clinic.ann,
            &EntryBody {
                back: Some(5),
                leg: Some(2),
                sleep_hours: Some(6.5),
                mood: Some(6),
                medicine: Some(true),
                tags: vec!["stress".to_owned(), "long_sitting".to_owned()],
                note: "Sat in the car for three hours.\nThen a walk.".to_owned(),
                share_note: true,
                ..EntryBody::default()
            },
        );
        clinic.app.log_session(&clinic.ann);
        browser.visit(&format!("/journal/{id}/edit"));
        browser.choose("Pain in your back", "3");
        browser.check("change");
        browser.click("Save");
        browser.check("list");
        browser.click("What it said before: entry of 09:00, Monday 2 March");
        browser.check("history");
        browser.visit("/journal/days/2026-03-01");
        browser.check("day");
        let file = "record,date,time,pain_average,pain_back,note,note_shared\nday,2026-02-01,,4,,,\nentry,2026-02-01,20:00,,5,words,yes\nentry,2026-02-02,soon,,5,,\nday,1/2/2026,,4,,,\n";
        let waiting = clinic.app.hand_in_file(&clinic.ann, file);
        browser.visit(&format!("/journal/file/{waiting}"));
        browser.check("preview");
        browser.choose("Who may read these notes here?", "Only I");
        browser.click("Add these rows to my journal");
        browser.visit("/journal?page=2");
        browser.check("from-a-file");
        browser.visit("/journal/file");
        browser.check("file");
        browser.visit(&format!("/journal/file/{waiting}"));
        browser.check("take-out");
        browser.visit("/morning");
        browser.check("morning");
    });
}
