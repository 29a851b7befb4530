//! Consent by purpose: given and taken back with one press, asked anew when the words change, and what stops at once.

use crate::support::post::PostOffice;
use crate::support::{Clinic, Someone, TestApp, spawn_with};
use chrono::Duration;
use gradus::app::round;
use gradus::care::consent::{REMINDERS, SERVICE, SHARE, consent};
use gradus::care::{messages, reminders};

/// Presses the button of a purpose.
fn press(app: &TestApp, who: &Someone, purpose: &str, what: &str) {
    let browser = app.signed_in(who);
    let form = browser.get("/account/consents").is(200).form_to(&format!("/account/consents/{purpose}"));
    browser.submit(&form.set("do", what)).goes_to("/account/consents");
}

fn open_consents(app: &TestApp, who: &Someone, purpose: &str) -> usize {
    app.database.count(&format!("consents WHERE user_id = '{}' AND purpose = '{purpose}' AND withdrawn_at IS NULL", who.0.id))
}

each_backend! {
    fn each_purpose_is_taken_back_and_given_again_with_one_press(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        let page = app.signed_in(ann).get("/account/consents").is(200);
        for purpose in &consent().purposes {
            assert!(page.words().contains(&purpose.title) && page.words().contains(&purpose.statement), "{}", purpose.key);
        }
        press(app, ann, REMINDERS, "give");
        assert_eq!((open_consents(app, ann, REMINDERS), app.database.count("reminders WHERE is_on")), (1, 1));
        press(app, ann, REMINDERS, "withdraw");
        assert_eq!((open_consents(app, ann, REMINDERS), app.database.count("reminders WHERE is_on")), (0, 0));
        press(app, ann, SERVICE, "withdraw");
        // Pressed twice it is taken back once.
        press(app, ann, SERVICE, "withdraw");
        assert_eq!(open_consents(app, ann, SERVICE), 0);
        press(app, ann, SERVICE, "give");
        press(app, ann, SERVICE, "give");
        assert_eq!(open_consents(app, ann, SERVICE), 1);
        let history = app.signed_in(ann).get("/account/consents").is(200).words();
        assert!(history.contains("What you agreed to over time") && history.contains("version 2026-11"), "{history}");
        assert_eq!(app.database.count("audit WHERE action = 'took a consent back'"), 1);
    }

    fn without_what_the_programme_needs_it_stands_still_at_once(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        press(app, ann, SERVICE, "withdraw");
        let browser = app.signed_in(ann);
        for path in ["/today", "/plan", "/journal/new", "/messages"] {
            assert_eq!(browser.get(path).location(), "/account/consents/now", "{path}");
        }
        messages::sign(app.store(), &ann.own(), "t", app.moment()).expect("a sign is told");
        for path in ["/signs", "/help", "/account", "/account/data", "/account/close", "/account/team"] {
            browser.get(path).is(200);
        }
        // Two weeks later nobody has worked anything out.
        app.wait(Duration::days(15));
        round(&app.state).expect("a round");
        assert_eq!(app.database.count("reviews"), 0);
        let browser = app.signed_in(ann);
        let page = browser.get("/account/consents/now").is(200);
        assert!(page.words().contains("You took back something that the programme needs"));
        assert_eq!(browser.submit(&page.form()).is(422).errors().len(), 1);
        browser.submit(&page.form().set("consent_service", "yes")).is(303);
        browser.open("/today");
        round(&app.state).expect("a round");
        assert!(app.database.count("reviews") > 0, "and it goes on when it is given again");
    }

    fn who_takes_back_the_sharing_is_seen_by_nobody_at_once(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        let ben = app.signed_in(&clinic.ben);
        let file = format!("/pro/patients/{}", ann.0.id);
        ben.get(&file).is(200);
        press(app, ann, SHARE, "withdraw");
        assert_eq!(ben.get(&file).status, 404);
        let list = ben.get("/pro/patients").is(200).words();
        assert!(list.contains("took back that you see their record") && list.contains("Ann"), "{list}");
        assert!(!ben.get("/pro").is(200).words().contains("Ann"));
        press(app, ann, SHARE, "give");
        ben.get(&file).is(200);
    }

    fn new_words_are_asked_before_anything_else_and_a_no_has_a_way(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        // As if the text had had another version when they agreed.
        app.database.execute(&format!("UPDATE consents SET version = '2020-01' WHERE user_id = '{}' AND purpose = 'service'", ann.0.id));
        let browser = app.signed_in(ann);
        let page = browser.open("/today");
        assert!(page.words().contains("The words of what you agree to have changed"), "{}", page.words());
        for link in ["What you agreed to", "A copy of everything", "Close your account", "Help, and when to call whom"] {
            browser.get(&page.link(link)).is(200);
        }
        messages::sign(app.store(), &ann.own(), "t", app.moment()).expect("a sign is told");
        browser.get("/signs").is(200);
        // What they agreed to before holds until they say no: what runs by itself goes on.
        app.wait(Duration::days(8));
        round(&app.state).expect("a round");
        assert!(app.database.count("reviews") > 0);
        let browser = app.signed_in(ann);
        browser.submit(&browser.get("/account/consents/now").form().set("consent_service", "yes")).is(303);
        browser.get("/plan").is(200);
        assert_eq!(app.database.count("consents WHERE purpose = 'service' AND version = '2020-01' AND withdrawn_at IS NOT NULL"), 1);
    }

    fn reminders_in_old_words_are_not_sent(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        press(app, ann, REMINDERS, "give");
        app.database.execute("UPDATE consents SET version = '2020-01' WHERE purpose = 'reminders'");
        // Monday at half past six in the evening: half an hour after the time of the reminder.
        app.wait(Duration::minutes(9 * 60 + 30));
        let decide = || reminders::decide_all(app.store(), &app.clock).expect("decided");
        assert_eq!(decide(), 0);
        app.database.execute(&format!("UPDATE consents SET version = '{}' WHERE purpose = 'reminders'", consent().purpose(REMINDERS).expect("it").version));
        assert_eq!(decide(), 1, "and in the words of now it is");
    }

    fn reminders_in_old_words_are_changed_only_by_whoever_agrees_to_the_new_ones(backend) {
        let Some(office) = PostOffice::open("off") else { return };
        let settings = office.settings("off");
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let app = spawn_with(backend, &settings);
        let ann = app.patient("Ann");
        press(&app, &ann, REMINDERS, "give");
        app.database.execute("UPDATE consents SET version = '2020-01' WHERE purpose = 'reminders'");
        let in_new_words = || app.database.count("consents WHERE purpose = 'reminders' AND version <> '2020-01'");
        let browser = app.signed_in(&ann);
        let form = browser.get("/account/reminders").is(200).form_to("/account/reminders").set("at", "07:30");
        browser.submit(&form).is(422);
        assert_eq!(in_new_words(), 0, "saving a time is no agreement");
        browser.submit(&form.set("agree", "yes")).goes_to("/account/reminders");
        assert_eq!(in_new_words(), 1);
    }
}
