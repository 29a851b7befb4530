//! Journeys through the pages, and every page held to the same standard.

use super::driver::{Browser, with_browser};
use crate::support::{Backend, Clinic, PASSWORD, Someone, TestApp, spawn};
use gradus::store::journal::EntryBody;
use gradus::web::{Guard, ROUTES};

/// The calm answers of the check, in the words on its pages.
pub const CALM: &[&str] = &[
    "No",
    "No, or this does not apply to me",
    "More than 6 weeks, up to 12 weeks",
    "Low back",
    "It is about the same",
    "Some movements hurt and others are fine",
    "4",
];

/// Walks the check calmly to its result; looks closely at each page when `check` says so.
pub fn walk_the_check(browser: &Browser, check: bool) {
    browser.visit("/");
    browser.visit("/check");
    for page in 1..=14 {
        if browser.path() == "/check/result" {
            return;
        }
        if check {
            browser.check(&format!("{page:02}{}", browser.path().replace('/', "-")));
        }
        if browser.has_text("label", "How old are you") {
            browser.fill("How old are you", "40");
        }
        browser.answer_all(CALM);
        let before = browser.path();
        browser.click("Continue");
        assert_ne!(browser.path(), before, "the page came back: {}", browser.words());
    }
    panic!("the check does not end: {}", browser.path());
}

pub fn sign_in(browser: &Browser, who: &Someone) {
    browser.visit("/sign-in");
    browser.fill("Your e-mail address", who.email());
    browser.fill("Your password", PASSWORD);
    browser.click("Sign in");
}

#[test]
fn from_the_start_page_to_the_result_of_the_check() {
    let app = spawn(Backend::Sqlite);
    with_browser(&app.base, "check", |browser| {
        browser.visit("/");
        browser.check("00-start");
        walk_the_check(browser, true);
        assert!(browser.words().contains("The programme can suit you"), "{}", browser.words());
        browser.check("result");
        browser.click("Make an account");
        assert_eq!(browser.path(), "/account/new");
    });
}

#[test]
fn the_check_works_without_scripts_and_on_postgres() {
    if !Backend::Postgres.is_here() {
        return;
    }
    let app = spawn(Backend::Postgres);
    with_browser(&app.base, "check-no-script", |browser| {
        browser.forbid_scripts();
        walk_the_check(browser, false);
        browser.check("result");
    });
}

#[test]
fn an_emergency_answer_leads_to_the_care_card() {
    let app = spawn(Backend::Sqlite);
    with_browser(&app.base, "emergency", |browser| {
        browser.visit("/check");
        browser.fill("How old are you", "40");
        browser.answer_all(CALM);
        browser.click("Continue");
        browser.answer_all(&["No"]);
        browser.choose("numbness, tingling or an odd feeling between your legs", "Yes, it began or got worse in the last 2 weeks");
        browser.click("Continue");
        assert_eq!(browser.path(), "/check/result");
        assert!(browser.has("//main//a[@href = 'tel:999']"), "{}", browser.words());
        assert!(!browser.heading().is_empty());
        browser.check("care-card");
    });
}

#[test]
fn a_mistake_is_shown_beside_its_field_and_in_the_summary() {
    let app = spawn(Backend::Sqlite);
    with_browser(&app.base, "mistakes", |browser| {
        browser.visit("/account/new");
        browser.fill("Your e-mail address", "ann");
        browser.click("Make my account");
        assert!(browser.words().contains("There is a problem"), "{}", browser.words());
        browser.check("account-new");
        browser.visit("/sign-in");
        browser.fill("Your e-mail address", "ann@example.org");
        browser.fill("Your password", "not this one");
        browser.click("Sign in");
        browser.check("sign-in");
        browser.visit("/no/such/page");
        browser.check("not-found");
    });
}

/// What a script asks for, not a person.
const NO_PAGES: &[&str] = &["/session/left"];

/// Opens every page of a guard that needs no parameter, and some more; files are no pages.
fn look_at_all(browser: &Browser, guards: &[Guard], more: &[&str]) {
    let is_page = |path: &str| !path.contains(['{', '.']) && !NO_PAGES.contains(&path);
    let pages = ROUTES.iter().filter(|r| r.method == "GET" && guards.contains(&r.guard) && is_page(r.path)).map(|r| r.path);
    let mut problems = Vec::new();
    for path in pages.chain(more.iter().copied()) {
        browser.visit(path);
        assert!(guards == [Guard::Public] || browser.path() != "/sign-in", "{path} asks to sign in again");
        let name = if path == "/" { "start".to_owned() } else { path.trim_matches('/').replace('/', "-") };
        problems.extend(browser.problems(&name).into_iter().map(|problem| format!("{path}: {problem}")));
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn mid_plan() -> (Clinic, String, String) {
    let clinic = Clinic::open(Backend::Sqlite);
    let session = clinic.app.log_session(&clinic.ann);
    let entry = clinic.app.write_entry(&clinic.ann, &EntryBody { back: Some(3), note: "better".to_owned(), ..EntryBody::default() });
    (clinic, session, entry)
}

#[test]
fn the_checks_find_what_they_are_for() {
    let app = spawn(Backend::Sqlite);
    with_browser(&app.base, "faults", |browser| {
        browser.visit("/about");
        browser.script(
            "const add = (name, attributes, text) => {
               const made = document.createElement(name);
               for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
               made.textContent = text;
               document.querySelector('main').append(made);
             };
             add('img', {src: '/assets/x/img/logo.svg'}, '');
             add('p', {id: 'pale'}, 'pale words');
             add('div', {id: 'wide'}, 'wide');
             add('a', {id: 'bare', href: '/'}, 'bare');
             add('a', {id: 'trap', href: '/'}, 'trap');
             add('img', {alt: '', src: 'http://elsewhere.example/x.png'}, '');
             document.getElementById('pale').style.color = '#eee';
             document.getElementById('wide').style.width = '2000px';
             document.getElementById('trap').addEventListener('keydown', e => e.preventDefault());
             document.getElementById('bare').style.cssText = 'outline: none !important; box-shadow: none !important';
             document.querySelector('main').append(document.createComment('x'.repeat(60000)));",
        );
        let problems = browser.problems("faults").join("\n");
        for part in [
            "image-alt",
            "color-contrast",
            "scrolls sideways",
            "focus not visible: a#bare",
            "trapped in a#trap",
            "Content Security Policy",
            "it weighs",
        ] {
            assert!(problems.contains(part), "{part} was not noticed:\n{problems}");
        }
    });
}

#[test]
fn every_public_page() {
    let app: TestApp = spawn(Backend::Sqlite);
    let invite = format!("/invite/{}", app.first_secret.clone().expect("a link"));
    with_browser(&app.base, "public", |browser| look_at_all(browser, &[Guard::Public], &[&invite, "/learn/sleep", "/learn/getting-help"]));
}

#[test]
fn the_picture_of_an_exercise_moves_until_it_is_paused() {
    const SHOWN: &str = "return ['moving', 'still', 'pair'].filter(k => getComputedStyle(document.querySelector('.figure-' + k)).display !== 'none').join(' ');";
    let app = spawn(Backend::Sqlite);
    with_browser(&app.base, "figure", |browser| {
        browser.visit("/exercises/CO5");
        assert_eq!(browser.script(SHOWN), "still", "who asked for less motion");
        browser.tick("Show the movement");
        assert_eq!(browser.script(SHOWN), "moving");
        browser.visit("/exercises/MO1");
        browser.allow_motion();
        assert_eq!(browser.script(SHOWN), "moving");
        browser.tick("Pause the movement");
        assert_eq!(browser.script(SHOWN), "still");
        browser.check("paused");
    });
}

#[test]
fn every_page_of_a_patient_with_a_plan() {
    let (clinic, session, entry) = mid_plan();
    let answer = clinic.app.write_answer(&clinic.ann, "sleep", "A pillow helps.", true);
    let more = [
        format!("/sessions/{session}/edit"),
        format!("/journal/{entry}/edit"),
        "/exercises/RP1".to_owned(),
        "/learn/sitting-and-standing".to_owned(),
        "/learn/sleep".to_owned(),
        format!("/learn/sleep/answers/{answer}/remove"),
    ];
    with_browser(&clinic.app.base, "patient", |browser| {
        sign_in(browser, &clinic.ann);
        assert_eq!(browser.path(), "/today");
        look_at_all(browser, &[Guard::Patient, Guard::Signed], &more.iter().map(String::as_str).collect::<Vec<_>>());
    });
}

#[test]
fn every_page_of_a_new_patient() {
    let app = spawn(Backend::Sqlite);
    let ann = app.patient("Ann");
    let screens = gradus::clinical::catalogue::catalogue().screens(gradus::clinical::catalogue::Journey::Intake);
    let screens: Vec<String> = screens.iter().map(|s| format!("/intake/{}", s.slug)).collect();
    with_browser(&app.base, "new-patient", |browser| {
        sign_in(browser, &ann);
        let more: Vec<&str> =
            screens.iter().map(String::as_str).chain(["/intake", "/intake/goals", "/intake/quota", "/intake/practical"]).collect();
        look_at_all(browser, &[], &more);
        app.hand_in(&ann, "V20");
        look_at_all(browser, &[], &["/result", "/baseline", "/plan/agree", "/today"]);
    });
}

#[test]
fn every_page_of_the_staff() {
    let (clinic, _, _) = mid_plan();
    with_browser(&clinic.app.base, "staff", |browser| {
        sign_in(browser, &clinic.ben);
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let item = clinic.app.database.lines("SELECT id AS line FROM plan_items").remove(0);
        look_at_all(browser, &[Guard::Physio, Guard::Signed], &[&file, &format!("{file}/clear"), &format!("{file}/items/{item}")]);
    });
    with_browser(&clinic.app.base, "admin", |browser| {
        sign_in(browser, &clinic.eve);
        let of = |who: &crate::support::Someone| format!("/admin/people/{}", who.id());
        look_at_all(browser, &[Guard::Admin], &[&of(&clinic.ben), &of(&clinic.ann), "/admin/content/rules"]);
    });
}
