//! The private calendar: two real calendar libraries read it, and whoever has no secret learns nothing.

use crate::rules_cli::program;
use crate::support::post::{Event, read_calendar};
use crate::support::{Clinic, Page, Person, spawn};
use chrono::Duration;
use gradus::store::{self, StoreError};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// The calendar behind a secret as the libraries read it; `None` without them.
fn events(person: &Person, secret: &str) -> Option<Vec<Event>> {
    let page = person.get(&format!("/calendar/{secret}.ics")).is(200);
    assert_eq!(page.header("content-type"), "text/calendar; charset=utf-8");
    read_calendar(&page.text)
}

fn starts(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.start.as_str()).collect()
}

fn uid_at<'a>(events: &'a [Event], start: &str) -> &'a str {
    let found = events.iter().find(|event| event.start.starts_with(start));
    &found.unwrap_or_else(|| panic!("nothing at {start}: {:?}", starts(events))).uid
}

/// The address that the page shows, as a path, and the secret in it.
fn shown(page: &Page) -> String {
    let link = page.all(".once-link").remove(0);
    let secret = link.rsplit('/').next().and_then(|file| file.strip_suffix(".ics")).expect("an address");
    assert_eq!(secret.len(), 52);
    secret.to_owned()
}

fn make(person: &Person) -> String {
    let form = person.get("/account/calendar").is(200).form_to("/account/calendar/link");
    shown(&person.submit(&form).is(200))
}

fn change_days(clinic: &Clinic, days: &str) {
    clinic.app.database.execute(&format!("UPDATE plans SET training_days = '{days}'"));
}

each_backend! {
    fn real_calendar_libraries_read_the_training_days(backend) {
        let clinic = Clinic::open(backend);
        let person = clinic.app.signed_in(&clinic.ann);
        let secret = make(&person);
        let calendar = clinic.app.visitor();
        let Some(events) = events(&calendar, &secret) else { return };
        // Monday 2 March 2026, then Wednesday, Friday …; six weeks. In London summer time begins on 29 March.
        assert_eq!(events.len(), 19, "{:?}", starts(&events));
        assert_eq!(starts(&events)[..3], ["2026-03-02T18:00:00+00:00", "2026-03-04T18:00:00+00:00", "2026-03-06T18:00:00+00:00"]);
        assert!(starts(&events).contains(&"2026-03-30T17:00:00+00:00"), "six in the evening of summer time: {:?}", starts(&events));
        for event in &events {
            assert!(event.summary.starts_with("Gradus, ") && event.summary.ends_with(" minutes"), "{}", event.summary);
            assert_eq!((event.sequence, event.class.as_str()), (0, "PRIVATE"));
        }
        let mut uids: Vec<&str> = events.iter().map(|event| event.uid.as_str()).collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), events.len());
        let text = calendar.get(&format!("/calendar/{secret}.ics")).text;
        let words = text.to_lowercase();
        for word in ["exercis", "pain", "training", "session", "physio", "ann", "ben", "valarm", "walk", "health"] {
            assert!(!words.contains(word), "{word}: {text}");
        }
    }

    fn a_day_that_moves_keeps_its_identity_and_one_that_is_taken_out_vanishes(backend) {
        let clinic = Clinic::open(backend);
        let secret = make(&clinic.app.signed_in(&clinic.ann));
        let calendar = clinic.app.visitor();
        let Some(before) = events(&calendar, &secret) else { return };
        // On Tuesday the days become Tuesday, Thursday and Saturday: Monday is over and stays.
        clinic.app.wait(Duration::days(1));
        change_days(&clinic, "[1,3,5]");
        let after = events(&calendar, &secret).expect("the libraries are here");
        assert_eq!(uid_at(&before, "2026-03-02"), uid_at(&after, "2026-03-02"));
        assert_eq!(uid_at(&before, "2026-03-04"), uid_at(&after, "2026-03-03"), "the second of the week");
        assert_eq!(uid_at(&before, "2026-03-09"), uid_at(&after, "2026-03-10"), "the first of the next");
        let moved = after.iter().find(|event| event.start.starts_with("2026-03-10")).expect("there");
        assert_eq!((moved.sequence, moved.stamp.as_str()), (1, "2026-03-03T09:00:00+00:00"));
        // One day less a week, then back: the same identities, counted on.
        change_days(&clinic, "[1,3]");
        let fewer = events(&calendar, &secret).expect("here");
        assert!(!fewer.iter().any(|event| event.start.starts_with("2026-03-14")), "{:?}", starts(&fewer));
        change_days(&clinic, "[1,3,5]");
        let again = events(&calendar, &secret).expect("here");
        let back = again.iter().find(|event| event.start.starts_with("2026-03-14")).expect("there");
        assert_eq!((back.uid.as_str(), back.sequence), (uid_at(&after, "2026-03-14"), 3));
        // Asking again changes nothing.
        assert_eq!(events(&calendar, &secret).expect("here"), again);
    }

    fn while_the_plan_stands_still_the_coming_days_are_gone(backend) {
        let clinic = Clinic::open(backend);
        let secret = make(&clinic.app.signed_in(&clinic.ann));
        let calendar = clinic.app.visitor();
        let Some(before) = events(&calendar, &secret) else { return };
        clinic.app.wait(Duration::days(1));
        let (own, now) = (clinic.ann.own(), clinic.app.now());
        clinic.app.store().write::<_, StoreError>(|tx| store::intake::place_hold(tx, &own, None, "danger_sign", false, now)).expect("held");
        assert_eq!(starts(&events(&calendar, &secret).expect("here")), ["2026-03-02T18:00:00+00:00"], "what is over stays");
        clinic.app.database.execute("DELETE FROM holds");
        let after = events(&calendar, &secret).expect("here");
        assert_eq!(uid_at(&before, "2026-03-04"), uid_at(&after, "2026-03-04"));
    }

    fn the_days_of_a_holiday_are_left_out_and_those_after_it_stay(backend) {
        let clinic = Clinic::open(backend);
        let person = clinic.app.signed_in(&clinic.ann);
        let secret = make(&person);
        let calendar = clinic.app.visitor();
        person.submit(&person.get("/break").form_to("/break").set("from", "2026-03-04").set("to", "2026-03-12")).is(303);
        for wait in [0, 3] {
            clinic.app.wait(Duration::days(wait));
            let Some(events) = events(&calendar, &secret) else { return };
            let days: Vec<&str> = starts(&events).iter().map(|start| &start[..10]).filter(|day| ("2026-03-03".."2026-03-17").contains(day)).collect();
            assert_eq!(days, ["2026-03-13", "2026-03-16"], "{wait} days on");
        }
    }

    fn another_zone_another_time_and_a_title_of_ones_own(backend) {
        let clinic = Clinic::open(backend);
        let person = clinic.app.signed_in(&clinic.ann);
        let secret = make(&person);
        let calendar = clinic.app.visitor();
        let Some(_) = events(&calendar, &secret) else { return };
        person.post("/account/zone", &[("zone", "Pacific/Auckland")]).is(303);
        let title = "Me; myself, and \\ time \u{1f33f} which is a title of sixty letters";
        let form = person.get("/account/calendar").form_to("/account/calendar").fill("What should the entries", title).fill("At what time", "07:15");
        person.submit(&form).goes_to("/account/calendar");
        let after = events(&calendar, &secret).expect("here");
        // 07:15 on Wednesday 4 March in Auckland is 18:15 of Tuesday in UTC. Monday is nearly over there.
        assert!(starts(&after).contains(&"2026-03-03T18:15:00+00:00"), "{:?}", starts(&after));
        assert!(after.iter().all(|event| event.summary == title), "{:?}", after.first());
        let long = person.get("/account/calendar").form_to("/account/calendar").fill("What should the entries", &"x".repeat(61));
        person.submit(&long).is(422);
    }

    fn a_calendar_that_has_the_copy_is_told_so(backend) {
        let clinic = Clinic::open(backend);
        let path = format!("/calendar/{}.ics", clinic.app.make_calendar(&clinic.ann));
        let calendar = clinic.app.visitor();
        let first = calendar.get(&path).is(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"') && first.header("cache-control") == "private, no-cache", "{:?}", first.headers);
        assert_eq!(first.cookies(), Vec::<String>::new());
        let ask = |tag: &str| calendar.send(&path, calendar.request("GET", &path).header("if-none-match", tag));
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let page = ask(&known).is(304);
            assert_eq!((page.text.as_str(), page.header("etag")), ("", tag.as_str()), "{known}");
        }
        ask("\"x\"").is(200);
        let head = calendar.send(&path, calendar.request("HEAD", &path)).is(200);
        assert_eq!((head.text.as_str(), head.header("etag"), head.header("content-length")), ("", tag.as_str(), first.header("content-length")));
        // The next day nothing has changed but the day itself.
        change_days(&clinic, "[0,2]");
        assert_ne!(ask(&tag).is(200).header("etag"), tag);
    }

    fn an_address_is_replaced_removed_renewed_and_runs_out(backend) {
        let clinic = Clinic::open(backend);
        let person = clinic.app.signed_in(&clinic.ann);
        let calendar = clinic.app.visitor();
        let at = |secret: &str| calendar.get(&format!("/calendar/{secret}.ics"));
        let form = person.get("/account/calendar").form_to("/account/calendar/link");
        let first = shown(&person.submit(&form).is(200));
        let page = person.submit(&form).is(422);
        assert!(page.errors()[0].contains("shown once") && page.count(".once-link") == 0, "{:?}", page.errors());
        assert_eq!(clinic.app.database.count(&format!("calendar_feeds WHERE token_hash = '{first}' OR id = '{first}'")), 0, "only a hash is kept");
        at(&first).is(200);
        assert_eq!(person.get("/account/calendar").count(".once-link"), 0, "never again");
        let second = shown(&person.submit(&person.get("/account/calendar").form_to("/account/calendar/link")).is(200));
        let ended = at(&first).is(404);
        assert_eq!(ended.text, at("nonsense").is(404).text, "ended and unknown answer alike");
        at(&second).is(200);
        // It says beforehand that it runs out: on the page and in the calendar.
        clinic.app.wait(Duration::days(340));
        let text = at(&second).is(200).text;
        assert!(text.contains("Gradus: renew the calendar link") && text.contains("DTSTART;VALUE=DATE:20270216"), "{text}");
        let person = clinic.app.signed_in(&clinic.ann);
        let page = person.get("/account/calendar");
        assert!(page.words().contains("runs out soon"), "{}", page.words());
        clinic.app.wait(Duration::days(26));
        at(&second).is(404);
        let person = clinic.app.signed_in(&clinic.ann);
        let page = person.get("/account/calendar");
        assert!(page.words().contains("has run out"), "{}", page.words());
        person.submit(&page.form_to("/account/calendar/renew")).goes_to("/account/calendar");
        assert!(!at(&second).is(200).text.contains("renew the calendar link"));
        person.submit(&person.get("/account/calendar").form_to("/account/calendar/remove")).goes_to("/account/calendar");
        assert_eq!(at(&second).is(404).text, ended.text);
        person.post("/account/calendar/renew", &[]).goes_to("/account/calendar");
        assert_eq!(at(&second).is(404).text, ended.text, "what was removed stays removed");
        clinic.app.database.execute("UPDATE calendar_feeds SET revoked_at = NULL; UPDATE users SET closed_at = created_at");
        at(&second).is(404);
    }

    fn guessing_is_slowed_down_and_keeps_nobody_out(backend) {
        let clinic = Clinic::open(backend);
        let secret = clinic.app.make_calendar(&clinic.ann);
        let ended = clinic.app.make_calendar(&clinic.dan);
        clinic.app.database.execute(&format!("UPDATE calendar_feeds SET revoked_at = made_at WHERE patient_id = '{}'", clinic.dan.id()));
        let stranger = clinic.app.visitor();
        let at = |secret: &str| stranger.get(&format!("/calendar/{secret}.ics"));
        for _ in 0..40 {
            at(&ended).is(404);
        }
        for n in 0..30 {
            at(&format!("guess{n}")).is(404);
        }
        assert!(!at("another").is(429).header("retry-after").is_empty());
        stranger.get("/stop/another").is(429);
        at(&ended).is(404);
        at(&secret).is(200);
        clinic.app.wait(Duration::minutes(16));
        at("another").is(404);
    }
}

#[test]
fn no_secret_of_a_link_comes_into_the_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = std::fs::File::create(folder.path().join("log")).expect("a file");
    let mut server = program();
    server.current_dir(folder.path()).env("GRADUS_BIND", "127.0.0.1:0").env("GRADUS_LOG", "debug");
    let mut child = server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
    // Kept: a program that cannot print any more ends.
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    output.read_line(&mut line).expect("it says where it is");
    let person = Person::new(line.trim().rsplit(' ').next().expect("an address"));
    let secret = gradus::ids::secret();
    person.get(&format!("/calendar/{secret}.ics")).is(404);
    person.get(&format!("/stop/{secret}")).is(404);
    person.post_bare(&format!("/stop/{secret}/now"), &[("List-Unsubscribe", "One-Click")]).is(404);
    person.get(&format!("/reset/{secret}?x={secret}")).is(404);
    child.kill().expect("stopped");
    child.wait().expect("stopped");
    let log = std::fs::read_to_string(folder.path().join("log")).expect("the log");
    assert!(log.contains("/calendar/{secret}.ics") && log.contains("/stop/{secret}/now"), "{log}");
    assert!(!log.contains(&secret), "{log}");
}

#[test]
fn one_person_reads_nothing_of_another() {
    let app = spawn(crate::support::Backend::Sqlite);
    let (ann, dan) = (app.patient("Ann"), app.patient("Dan"));
    app.start_plan(&ann);
    let secret = app.make_calendar(&dan);
    let text = app.visitor().get(&format!("/calendar/{secret}.ics")).is(200).text;
    assert!(!text.contains("VEVENT"), "Dan has no plan: {text}");
}
