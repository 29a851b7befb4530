//! The suitability check without an account, as a person without JavaScript walks it.

use crate::support::{Form, PASSWORD, Page, Person, spawn};
use chrono::Duration;
use gradus::app::round;

/// Answers a screen of the check the calm way: no danger signs, ordinary pain.
fn calm(page: &Page) -> Form {
    let mut form = page.form().answer_all("No").answer_all("No, or this does not apply to me").answer_all("Low back");
    for (name, value) in [("age", "40"), ("dur", "w6_12"), ("nprs_now", "4"), ("nprs_avg", "4"), ("trend", "same"), ("resp", "some_ok")] {
        if page.text.contains(&format!("name=\"{name}\"")) {
            form = form.set(name, value);
        }
    }
    form
}

/// Walks from `/check` until the result or until `stop` holds; returns the last page and how many screens.
pub fn walk(person: &Person, stop: impl Fn(&Page) -> bool) -> (Page, usize) {
    let mut page = person.open("/check").is(200);
    for screens in 0..20 {
        if page.path == "/check/result" || stop(&page) {
            return (page, screens);
        }
        page = person.submit_and_follow(&calm(&page)).is(200);
    }
    panic!("the check does not end: {}", page.path);
}

each_backend! {
    fn a_calm_check_ends_with_the_programme_and_is_not_asked_again(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        assert_eq!(person.get("/").is(200).all("a[href='/check']").len().min(1), 1, "the start page leads to the check");
        let (result, screens) = walk(&person, |_| false);
        assert!((5..=12).contains(&screens), "at most 12 screens, not {screens}");
        assert!(result.words().contains("The programme can suit you"), "{}", result.words());
        let form = person.get(&result.link("Make an account")).form();
        let form = form.fill("What should we call you", "Ann").fill("Your e-mail address", "ann@example.org").fill("Choose a password", "three brown horses");
        let form = form.set("consent_service", "yes").set("consent_share_clinic", "yes");
        let page = person.submit_and_follow(&form).is(200);
        assert_eq!(page.path, "/intake", "{:?}", page.errors());
        assert_eq!(app.database.count("intakes WHERE status = 'draft'"), 1);
        assert!(app.database.line("SELECT answers AS line FROM intakes").contains("\"age\":40"));
        assert_eq!(app.database.count("consents"), 2);
    }

    fn an_emergency_answer_ends_the_check_at_once(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let (page, _) = walk(&person, |page| page.path == "/check/numbness");
        let form = calm(&page).choose("Do you have numbness", "Yes, it began or got worse in the last 2 weeks");
        let page = person.submit_and_follow(&form);
        assert_eq!(page.path, "/check/result");
        assert!(page.text.contains("tel:999"), "the number to call is a link");
        assert!(!page.words().contains("The programme can suit you"));
        // Nor does it wait for the other questions on the screen.
        let hasty = app.visitor();
        let (page, _) = walk(&hasty, |page| page.path == "/check/numbness");
        let page = hasty.submit_and_follow(&page.form().set("r_saddle", "new"));
        assert_eq!(page.path, "/check/result");
        // And no other screen can be opened any more.
        hasty.get("/check/pain").goes_to("/check/result");
    }

    fn answers_without_an_account_are_gone_after_a_day_however_often_somebody_comes_back(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        walk(&person, |_| false);
        let kept = || app.database.count("sessions WHERE state LIKE '%nprs_now%'");
        for _ in 0..3 {
            app.wait(Duration::hours(7));
            person.get("/check/result").is(200);
        }
        assert_eq!(kept(), 1);
        app.wait(Duration::hours(3) + Duration::minutes(2));
        person.get("/");
        round(&app.state).expect("a round");
        assert_eq!(kept(), 0);
    }

    fn what_a_visitor_answered_is_not_carried_into_an_account_that_is_there_already(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.visitor();
        walk(&person, |_| false);
        person.sign_in(ann.email(), PASSWORD).is(303);
        assert_eq!(app.database.count("sessions WHERE state LIKE '%nprs_now%'"), 0);
    }

    fn an_incomplete_screen_comes_back_with_what_was_typed(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let page = person.open("/check");
        let again = person.submit(&page.form().set("age", "abc").set("dur", "w2_6")).is(422);
        assert!(!again.errors().is_empty() && again.text.contains("Error: "));
        let kept = again.form();
        assert_eq!((kept.value("age"), kept.value("dur")), (Some("abc"), Some("w2_6")));
        let targets = again.attributes(".error-list a", "href");
        for target in &targets {
            assert_eq!(again.all(target).len() + again.attributes(target, "id").len().min(1), 2, "{target} is on the page");
        }
    }
}
