//! Requests that take their time, and many that come at once: what was true when they began is asked again.

use crate::account_sessions::{entered, is_out};
use crate::factors::turn_on;
use crate::support::{PASSWORD, Person, TestApp, spawn};
use chrono::Duration;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Sends half of a form, lets something happen, and sends the rest; what is answered.
fn slowly(app: &TestApp, person: &Person, path: &str, fields: &[(&str, &str)], meanwhile: impl FnOnce()) -> String {
    let csrf = person.token();
    let form = url::form_urlencoded::Serializer::new(String::new()).append_pair("csrf", &csrf).extend_pairs(fields).finish();
    let (first, last) = form.split_at(form.len() / 2);
    let host = app.base.trim_start_matches("http://");
    let mut slow = TcpStream::connect(host).expect("a connection");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nConnection: close\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{first}",
        app.base,
        person.cookies(),
        form.len()
    );
    slow.write_all(head.as_bytes()).expect("half of it");
    // Its session is read by now.
    std::thread::sleep(std::time::Duration::from_millis(1000));
    meanwhile();
    slow.write_all(last.as_bytes()).expect("the rest");
    let mut answer = String::new();
    slow.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Whoever has the cookies of an answer.
fn holder(app: &TestApp, answer: &str) -> Person {
    let holder = app.visitor();
    let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: ")).filter_map(|line| line.split(';').next());
    cookies.for_each(|cookie| holder.take_cookie(cookie));
    holder
}

each_backend! {
    fn a_slow_request_does_not_bring_back_a_session_that_was_ended(backend) {
        let app = spawn(backend);
        let (ann, mallory) = (app.patient("Ann"), app.patient("Mallory"));
        turn_on(&app, &app.signed_in(&mallory));
        let (stolen, own) = (entered(&app, &ann), entered(&app, &ann));
        let answer = slowly(&app, &stolen, "/sign-in", &[("email", mallory.email()), ("password", PASSWORD)], || {
            own.submit(&own.get("/account/sessions").form_to("/account/sessions/others")).goes_to("/account/sessions");
        });
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        assert!(is_out(&holder(&app, &answer).get("/account")));
        assert_eq!(app.database.count(&format!("sessions WHERE user_id = '{}'", ann.id())), 1, "her own");
    }

    fn a_form_that_is_still_on_its_way_changes_nothing_once_its_session_is_ended(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let stolen = app.signed_in(&ann);
        let (phone, _) = turn_on(&app, &stolen);
        let own = app.visitor();
        own.sign_in(ann.email(), PASSWORD).goes_to("/sign-in/second");
        own.submit(&own.get("/sign-in/second").form_to("/sign-in/second").set("code", &phone.shows(&app))).goes_to("/");
        let answer = slowly(&app, &stolen, "/account/second/codes", &[], || {
            own.submit(&own.get("/account/sessions").form_to("/account/sessions/others")).goes_to("/account/sessions");
        });
        assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("location: /sign-in"), "{answer}");
        assert_eq!(app.database.count("audit WHERE action = 'recovery codes made'"), 0);
        assert!(is_out(&holder(&app, &answer).get("/account")));
    }

    fn of_many_guesses_at_once_no_more_are_looked_at_than_of_guesses_in_a_row(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let people: Vec<Person> = (0..16).map(|_| app.visitor()).collect();
        let tokens: Vec<String> = people.iter().map(Person::token).collect();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let guess = |(person, token): (&Person, &String)| {
                let fields = [("email", ann.email()), ("password", "not this one"), ("csrf", token.as_str())];
                person.post_bare("/sign-in", &fields).status
            };
            let all: Vec<_> = people.iter().zip(&tokens).map(|one| scope.spawn(move || guess(one))).collect();
            all.into_iter().map(|one| one.join().expect("an answer")).collect()
        });
        let count = |status: u16| statuses.iter().filter(|of| **of == status).count();
        // Where the server is busy some are not looked at, and count for nobody.
        assert!(count(422) <= 10 && count(422) + count(429) + count(503) == 16, "{statuses:?}");
        assert_eq!(app.database.count("audit WHERE action = 'sign-in refused'"), count(422));
        let person = app.visitor();
        let tries = (0..10).take_while(|_| person.post("/sign-in", &[("email", ann.email()), ("password", "not this one")]).status == 422).count();
        assert_eq!(count(422) + tries, 10, "{statuses:?}");
    }

    fn however_many_ask_for_the_health_page_one_write_a_second_is_tried(backend) {
        let app = spawn(backend);
        let written = || app.database.line("SELECT value AS line FROM settings WHERE name = 'health'");
        let person = app.visitor();
        // A machine under load may not ask three times within a second; then it is tried again.
        for _ in 0..10 {
            std::thread::sleep(std::time::Duration::from_millis(1100));
            let from = std::time::Instant::now();
            person.get("/health").is(200);
            let first = written();
            app.wait(Duration::hours(1));
            (0..3).for_each(|_| drop(person.get("/health").is(200)));
            let second = written();
            if from.elapsed() < std::time::Duration::from_secs(1) {
                assert_eq!(first, second);
                return;
            }
        }
        panic!("never four answers within a second");
    }

    fn whoever_is_signed_in_reads_the_numbers_to_call_when_no_session_can_be_read(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = entered(&app, &ann);
        person.get("/account").is(200);
        app.database.execute("ALTER TABLE sessions RENAME TO gone_7431");
        let help = person.get("/help").is(200);
        assert!(help.words().contains("999") && help.words().contains("111"), "{}", help.words());
        let page = person.get("/account").is(500);
        assert_eq!(page.attributes("footer .help-now a", "href"), ["/help", "tel:999", "tel:111"]);
        assert!(!page.text.contains("sessions") && !page.text.contains("7431"), "{}", page.text);
        // Nobody was signed out by it.
        app.database.execute("ALTER TABLE gone_7431 RENAME TO sessions");
        person.get("/account").is(200);
    }
}
