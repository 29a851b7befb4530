//! How long somebody is signed in, where, and what asks anew who they are.

use crate::factors::turn_on;
use crate::support::{Backend, Clinic, PASSWORD, Page, Person, Someone, TestApp, spawn, spawn_with};
use chrono::Duration;
use gradus::web::PROVEN_ANEW;

/// Somebody signed in who does nothing by themselves when their time is over.
pub fn entered(app: &TestApp, who: &Someone) -> Person {
    let person = app.visitor();
    person.sign_in(who.email(), PASSWORD).is(303);
    person
}

pub fn is_out(page: &Page) -> bool {
    page.status == 303 && page.location().starts_with("/sign-in")
}

/// With the name a browser gives itself.
fn enter_as(app: &TestApp, who: &Someone, agent: &str) -> Person {
    let person = app.visitor();
    let form = person.get("/sign-in").form().fill("Your e-mail address", who.email()).fill("Your password", PASSWORD);
    let request = person.request("POST", "/sign-in").header("user-agent", agent).form(&form.pairs());
    person.send("/sign-in", request).is(303);
    person
}

const PHONE: &str = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0";
const OFFICE: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";

each_backend! {
    fn a_patient_stays_signed_in_for_fourteen_days_without_use_and_thirty_at_the_longest(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = entered(&app, &ann);
        app.wait(Duration::days(13));
        person.get("/account").is(200);
        app.wait(Duration::days(14) + Duration::minutes(2));
        assert!(is_out(&person.get("/account")));
        let person = entered(&app, &ann);
        for _ in 0..3 {
            app.wait(Duration::days(9));
            person.get("/account").is(200);
        }
        app.wait(Duration::days(4));
        assert!(is_out(&person.get("/account")), "thirty days are over, however much it was used");
    }

    fn staff_stay_signed_in_for_thirty_minutes_without_use_and_twelve_hours_at_the_longest(backend) {
        let app = spawn(backend);
        let ben = app.physio("Ben");
        let person = entered(&app, &ben);
        app.wait(Duration::minutes(29));
        person.get("/pro").is(200);
        app.wait(Duration::minutes(32));
        assert!(is_out(&person.get("/pro")));
        let person = entered(&app, &ben);
        for minutes in (25..12 * 60).step_by(25) {
            app.wait(Duration::minutes(25));
            let page = person.get("/pro").is(200);
            let warned = page.words().contains("You are signed out at");
            assert_eq!(warned, 12 * 60 - minutes <= 15, "after {minutes} minutes: {}", page.words());
        }
        app.wait(Duration::minutes(20));
        assert!(is_out(&person.get("/pro")), "twelve hours are over");
    }

    fn the_limits_are_those_of_the_role_somebody_has_now(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = entered(&app, &ann);
        app.database.execute(&format!("UPDATE users SET is_admin = TRUE WHERE id = '{}'", ann.0.id));
        person.get("/account").is(200);
        app.wait(Duration::minutes(32));
        assert!(is_out(&person.get("/account")), "a patient's fourteen days are not an administrator's");
    }

    fn asking_how_long_it_lasts_does_not_make_it_last_longer(backend) {
        let app = spawn(backend);
        let ben = app.physio("Ben");
        let person = entered(&app, &ben);
        let left = |person: &Person| person.get("/session/left").is(200).text.parse::<i64>().expect("seconds");
        assert_eq!(left(&app.visitor()), 0, "nobody is signed in");
        assert_eq!(left(&person), 30 * 60);
        for _ in 0..6 {
            app.wait(Duration::minutes(5));
            left(&person);
        }
        assert_eq!(left(&person), 0);
        app.wait(Duration::minutes(2));
        assert!(is_out(&person.get("/pro")));
        // To look at the page that says until when, and to press its button, is to use it.
        let person = entered(&app, &ben);
        app.wait(Duration::minutes(20));
        let page = person.get("/session?next=/pro/patients").is(200);
        assert!(page.words().contains("You are signed in until"), "{}", page.words());
        app.wait(Duration::minutes(20));
        person.submit(&page.form_to("/session")).goes_to("/pro/patients");
        app.wait(Duration::minutes(20));
        assert_eq!(person.post("/session/stay", &[]).is(200).text, (30 * 60).to_string());
    }

    fn sessions_are_listed_by_device_and_ended_one_by_one(backend) {
        let app = spawn(backend);
        let (ann, dan) = (app.patient("Ann"), app.patient("Dan"));
        let phone = enter_as(&app, &ann, PHONE);
        app.wait(Duration::hours(1));
        let office = enter_as(&app, &ann, OFFICE);
        let page = office.get("/account/sessions").is(200);
        let devices = page.all(".session-device");
        assert_eq!(devices, ["Edge on Windows", "Firefox on Android"], "the one at hand stands first");
        assert!(page.words().contains("This device") && page.words().contains("2 March 2026, 09:00"), "{}", page.words());
        assert!(!page.text.contains("127.0.0.1") && !page.text.contains("Mozilla"), "nothing more is known of a device");
        // Another's session is not ended by its name.
        let mark = app.database.lines("SELECT mark AS line FROM sessions WHERE device = 'Firefox on Android'").remove(0);
        app.signed_in(&dan).post(&format!("/account/sessions/{mark}/end"), &[]).is(303);
        phone.get("/account").is(200);
        let form = page.form_to(&format!("/account/sessions/{mark}/end"));
        office.submit(&form).goes_to("/account/sessions");
        assert!(is_out(&phone.get("/account")), "it ends with its next request");
        office.get("/account").is(200);
        let (again, more) = (entered(&app, &ann), entered(&app, &ann));
        office.submit(&office.get("/account/sessions").form_to("/account/sessions/others")).goes_to("/account/sessions");
        assert!(is_out(&again.get("/account")) && is_out(&more.get("/account")));
        assert_eq!(office.get("/account/sessions").all(".session-device").len(), 1);
        assert_eq!(app.database.count("audit WHERE action = 'session ended'"), 1);
        assert_eq!(app.database.count("audit WHERE action = 'other sessions ended'"), 1);
        // The one at hand is ended as by signing out.
        let own = app.database.lines("SELECT mark AS line FROM sessions WHERE device = 'Edge on Windows'").remove(0);
        office.post(&format!("/account/sessions/{own}/end"), &[]).goes_to("/");
        assert!(is_out(&office.get("/account")));
    }

    fn signing_out_clears_what_the_browser_saw_and_keeps_it_known(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = entered(&app, &ann);
        let known = person.cookies();
        assert!(known.contains("gradus-browser="), "{known}");
        let page = person.post("/sign-out", &[]).goes_to("/");
        assert_eq!(page.header("clear-site-data"), "\"cache\", \"storage\"");
        assert!(person.cookies().contains("gradus-browser=") && person.session_cookie().is_empty(), "{}", person.cookies());
    }

    fn what_staff_typed_is_kept_across_a_new_sign_in_for_them_alone(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let notes = format!("/pro/patients/{}/notes", clinic.ann.0.id);
        let typed = |person: &Person| {
            let form = person.get(&notes).is(200).form_to(&notes);
            app.wait(Duration::minutes(40));
            let page = person.submit(&form.set("text", "Says it is easier to sit."));
            assert_eq!(page.location(), "/sign-in?next=/kept");
        };
        let ben = entered(app, &clinic.ben);
        typed(&ben);
        assert_eq!(app.database.count("clinical_notes"), 0, "nothing is saved for somebody who is signed out");
        let form = ben.get("/sign-in?next=/kept").form().fill("Your e-mail address", clinic.ben.email()).fill("Your password", PASSWORD);
        ben.submit(&form).goes_to("/kept");
        let page = ben.get("/kept").is(200);
        assert!(page.words().contains("Says it is easier to sit."), "{}", page.words());
        // Somebody else at the same device sees nothing of it.
        let shared = entered(app, &clinic.ben);
        typed(&shared);
        let form = shared.get("/sign-in?next=/kept").form().fill("Your e-mail address", clinic.cleo.email()).fill("Your password", PASSWORD);
        shared.submit(&form).goes_to("/kept");
        shared.get("/kept").goes_to("/");
        assert_eq!(app.database.count("sessions WHERE state LIKE '%easier to sit%'"), 1, "Ben's own alone");
    }

    fn what_was_kept_waits_on_when_it_could_not_be_saved(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let eve = entered(app, &clinic.eve);
        let role = format!("/admin/staff/{}/role", clinic.ben.0.id);
        app.wait(Duration::minutes(11));
        eve.submit(&eve.get("/admin/staff").is(200).form_to(&role)).is(303);
        eve.submit(&eve.get("/prove?next=/kept").form_to("/prove").fill("Your password", PASSWORD)).goes_to("/kept");
        app.database.execute("ALTER TABLE audit RENAME TO elsewhere");
        eve.submit(&eve.get("/kept").is(200).form_to(&role)).is(500);
        app.database.execute("ALTER TABLE elsewhere RENAME TO audit");
        eve.submit(&eve.get("/kept").is(200).form_to(&role)).is(303);
        assert!(app.somebody(clinic.ben.email()).0.is_admin);
        eve.get("/kept").goes_to("/");
    }

    fn what_asks_for_a_proof_asks_ten_minutes_after_the_last(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let eve = entered(app, &clinic.eve);
        let role = format!("/admin/staff/{}/role", clinic.ben.0.id);
        app.wait(Duration::minutes(11));
        let form = eve.get("/admin/staff").is(200).form_to(&role);
        let page = eve.submit(&form).is(303);
        assert_eq!(page.location(), "/prove?next=%2Fkept");
        assert!(!app.somebody(clinic.ben.email()).0.is_admin, "nothing was done");
        let before = eve.session_cookie();
        let form = || eve.get(page.location()).is(200).form_to("/prove");
        eve.submit(&form().fill("Your password", "not this one at all")).is(422);
        eve.submit(&form().fill("Your password", PASSWORD)).goes_to("/kept");
        assert_ne!(before, eve.session_cookie(), "under a new key");
        let page = eve.get("/kept").is(200);
        assert!(page.words().contains("You were about to do this: Give or take an administrator’s role. It is not done yet."), "{}", page.words());
        eve.submit(&page.form_to(&role)).is(303);
        assert!(app.somebody(clinic.ben.email()).0.is_admin);
        assert_eq!(app.database.count("audit WHERE action = 'proof refused'"), 1);
        // From now on it is good for ten minutes.
        assert!(!eve.get("/account/address").location().starts_with("/prove"));
        app.wait(Duration::minutes(10));
        assert_eq!(eve.get("/account/address").is(303).location(), "/prove?next=%2Faccount%2Faddress");
    }

    fn whoever_has_a_second_step_shows_it_too_when_a_proof_is_asked_for(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = entered(&app, &ann);
        let (phone, codes) = turn_on(&app, &person);
        app.wait(Duration::minutes(11));
        let form = || person.get("/prove?next=/account/second").is(200).form_to("/prove");
        assert_eq!(person.submit(&form().fill("Your password", PASSWORD)).is(422).errors(), ["Enter the code"]);
        let wrong = person.submit(&form().fill("Your password", PASSWORD).set("code", "000000")).is(422);
        assert!(wrong.errors()[0].starts_with("This code does not fit."), "{:?}", wrong.errors());
        // The password first: a code that comes with a wrong one is not used up.
        let code = phone.shows(&app);
        let wrong = person.submit(&form().fill("Your password", "not this one at all").set("code", &code)).is(422);
        assert_eq!(wrong.errors(), ["This is not your password. Try again."]);
        person.get("/account/second").is(303);
        person.submit(&form().fill("Your password", PASSWORD).set("code", &code)).goes_to("/account/second");
        person.get("/account/second").is(200);
        // A recovery code will do as well.
        app.wait(Duration::minutes(11));
        person.submit(&form().fill("Your password", PASSWORD).set("code", &codes[0])).goes_to("/account/second");
    }

    fn every_route_that_asks_for_a_proof_does_nothing_without_one(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let people = [entered(app, &clinic.ann), entered(app, &clinic.ben), entered(app, &clinic.eve)];
        app.wait(Duration::minutes(15));
        for (method, pattern, _) in PROVEN_ANEW {
            let path = pattern.split('/').map(|part| if part.starts_with('{') { clinic.ben.0.id.as_str() } else { part }).collect::<Vec<_>>().join("/");
            for person in &people {
                let page = if *method == "GET" { person.get(&path) } else { person.post(&path, &[]) };
                assert!(page.status == 303 && page.location().starts_with("/prove?next="), "{method} {path}: {} {}", page.status, page.location());
            }
        }
    }

    fn a_session_that_was_taken_is_no_place_to_guess(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = entered(&app, &ann);
        for _ in 0..10 {
            person.post("/account/password", &[("current", "wrong wrong"), ("password", "five blue whales")]).is(422);
        }
        person.post("/account/password", &[("current", PASSWORD), ("password", "five blue whales")]).is(429);
        person.post("/prove", &[("password", PASSWORD)]).is(429);
        app.wait(Duration::minutes(16));
        person.post("/prove", &[("password", PASSWORD)]).is(303);
    }

    fn guessing_elsewhere_does_not_lock_the_owner_out(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let own = entered(&app, &ann);
        own.post("/sign-out", &[]).is(303);
        let foreign = app.visitor();
        for _ in 0..10 {
            foreign.sign_in(ann.email(), "wrong wrong wrong").is(422);
        }
        foreign.sign_in(ann.email(), PASSWORD).is(429);
        own.sign_in(ann.email(), PASSWORD).is(303);
        own.post("/sign-out", &[]).is(303);
        // Nor is the browser itself a place to guess.
        for _ in 0..10 {
            own.sign_in(ann.email(), "wrong wrong wrong").is(422);
        }
        own.sign_in(ann.email(), PASSWORD).is(429);
        // It is Ann's browser, and nobody else's count.
        let cookie = own.cookies();
        let dan = app.patient("Dan");
        let planted = app.visitor();
        planted.take_cookie(cookie.split("; ").find(|c| c.starts_with("gradus-browser=")).expect("known"));
        for _ in 0..10 {
            planted.sign_in(dan.email(), "wrong wrong wrong").is(422);
        }
        app.visitor().sign_in(dan.email(), PASSWORD).is(429);
    }

    fn whoever_begins_to_sign_in_as_somebody_else_is_signed_out_first(backend) {
        let app = spawn(backend);
        let (ann, dan) = (app.patient("Ann"), app.patient("Dan"));
        turn_on(&app, &app.signed_in(&dan));
        let person = entered(&app, &ann);
        person.post("/sign-in", &[("email", dan.email()), ("password", PASSWORD)]).goes_to("/sign-in/second");
        assert!(is_out(&person.get("/account")));
    }

    fn trying_out_addresses_by_making_accounts_is_slow(backend) {
        let app = spawn(backend);
        app.patient("Ann");
        let person = app.visitor();
        let form = || {
            let form = person.get("/account/new").is(200).form();
            let form = form.fill("What should we call you", "Mallory").fill("Your e-mail address", "ann@example.org").fill("Choose a password", "six slow green kites");
            gradus::care::consent::consent().required().fold(form, |form, purpose| form.set(&format!("consent_{}", purpose.key), "yes"))
        };
        for _ in 0..5 {
            person.submit(&form()).is(422);
        }
        person.submit(&form()).is(429);
    }
}

#[test]
fn the_cookie_of_a_known_browser_is_as_closed_as_the_session() {
    let app = spawn_with(Backend::Sqlite, &[("GRADUS_PUBLIC_URL", "https://back.example.org")]);
    let ann = app.patient("Ann");
    let person = app.visitor();
    let page = person.get("/sign-in");
    let session = page.cookies().remove(0);
    let form = page.form().fill("Your e-mail address", ann.email()).fill("Your password", PASSWORD);
    let request = person.request("POST", "/sign-in").header("cookie", session.split(';').next().unwrap_or_default()).form(&form.pairs());
    let cookies = person.send("/sign-in", request).is(303).cookies();
    let known = cookies.iter().find(|cookie| cookie.starts_with("__Host-gradus-browser=")).expect("a cookie");
    for part in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/", "; Max-Age="] {
        assert!(known.contains(part), "{part}: {known}");
    }
    let secret = known.split(['=', ';']).nth(1).expect("a value");
    assert_eq!(app.database.count(&format!("known_browsers WHERE token_hash = '{secret}'")), 0, "only its hash is stored");
    assert_eq!(app.database.count("known_browsers"), 1);
}
