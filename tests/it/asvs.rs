//! Controls of the standard (`docs/security.md`) that no test of a feature shows by the way: what every answer has, what the
//! server makes of odd requests, and how passwords are taken. What its source never holds is in `never`.

use crate::fuzz::rows::{Rows, changed};
use crate::rules_cli::program;
use crate::support::{Backend, Clinic, Person, spawn};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use gradus::web::{Guard, ROUTES};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

/// Sends these bytes as they are, and reads the first line of the answer.
fn raw(base: &str, bytes: &str) -> String {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).expect("connected");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(5))).expect("set");
    stream.write_all(bytes.as_bytes()).expect("sent");
    let mut line = String::new();
    let _ = BufReader::new(&stream).read_line(&mut line);
    line.trim().to_owned()
}

#[test]
fn a_request_with_two_lengths_is_refused() {
    let app = spawn(Backend::Sqlite);
    let host = app.base.trim_start_matches("http://").to_owned();
    let post = |more: &str, body: &str| {
        raw(
            &app.base,
            &format!("POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n{more}\r\n{body}"),
        )
    };
    assert!(post("Content-Length: 3\r\n", "a=b").contains("403"), "an honest one gets as far as the missing token");
    for (more, body) in [
        ("Content-Length: 3\r\nContent-Length: 4\r\n", "a=b"),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "3\r\na=b\r\n0\r\n\r\n"),
        ("Content-Length: +3\r\n", "a=b"),
        ("Content-Length: -1\r\n", "a=b"),
        ("Transfer-Encoding: identity, chunked, x\r\n", "a=b"),
    ] {
        let line = post(more, body);
        assert!(line.starts_with("HTTP/1.1 4"), "{more:?}: {line:?}");
    }
}

#[test]
fn methods_that_no_route_has_are_refused() {
    let app = spawn(Backend::Sqlite);
    let person = app.visitor();
    for method in ["TRACE", "TRACK", "CONNECT", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "X7431"] {
        let host = app.base.trim_start_matches("http://").to_owned();
        let line = raw(&app.base, &format!("{method} / HTTP/1.1\r\nHost: {host}\r\nX-Secret: 7431\r\nConnection: close\r\n\r\n"));
        assert!(["400", "403", "404", "405", "501"].iter().any(|status| line.contains(status)), "{method}: {line:?}");
    }
    person.get("/").is(200);
}

#[test]
fn nothing_but_pages_and_named_files_is_served() {
    let app = spawn(Backend::Sqlite);
    let person = app.visitor();
    let asset = person.get("/").attributes("link[rel=stylesheet]", "href").remove(0);
    let folder = asset.rsplit_once('/').map_or("/", |(folder, _)| folder).to_owned();
    for path in [
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/Cargo.toml",
        "/data/gradus.db",
        "/gradus.db",
        "/src/lib.rs",
        "/static/",
        "/static",
        "/docs/security.md",
        "/server-status",
        "/debug",
        "/metrics",
        "/robots.txt.bak",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fCargo.toml",
    ] {
        let page = person.get(path);
        assert!(matches!(page.status, 400 | 404), "{path}: {}", page.status);
    }
    for path in [folder.clone(), format!("{folder}/"), format!("{folder}/../"), format!("{asset}.bak"), format!("{asset}~")] {
        let page = person.get(&path);
        assert_ne!(page.status, 200, "{path}: {}", page.text.chars().take(200).collect::<String>());
    }
}

#[test]
fn a_fresh_server_has_no_account() {
    let app = spawn(Backend::Sqlite);
    assert_eq!(app.database.count("users"), 0);
    for (name, password) in [("admin@example.org", "admin"), ("root", "root"), ("admin", "password")] {
        app.visitor().sign_in(name, password).is(422);
    }
}

/// The program as a process of its own, so that its log can be read.
fn logged(ask: impl FnOnce(&Person, &Path)) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = std::fs::File::create(folder.path().join("log")).expect("a file");
    let mut server = program();
    server.current_dir(folder.path()).env("GRADUS_BIND", "127.0.0.1:0").env("GRADUS_LOG", "info");
    let mut child = server.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
    let mut output = BufReader::new(child.stdout.take().expect("piped"));
    let mut line = String::new();
    output.read_line(&mut line).expect("it says where it is");
    ask(&Person::new(line.trim().rsplit(' ').next().expect("an address")), folder.path());
    child.kill().expect("stopped");
    child.wait().expect("stopped");
    std::fs::read_to_string(folder.path().join("log")).expect("the log")
}

#[test]
fn nothing_that_was_sent_makes_a_line_of_the_log() {
    let log = logged(|person, _| {
        person.get("/x7431%0A2026-01-01T00:00:00Z%20INFO%20forged%0D%0A").is(404);
        person.send("/", person.request("GET", "/").header("user-agent", "x7431 = forged")).is(200);
        person.post_bare("/sign-in", &[("email", "x7431\nforged")]).is(403);
    });
    assert!(log.lines().count() >= 3, "{log}");
    assert!(!log.contains("forged") && !log.contains("x7431"), "{log}");
}

#[test]
fn a_fault_of_ours_is_logged_with_its_name() {
    let mut named = String::new();
    let log = logged(|person, folder| {
        person.get("/sign-in").is(200);
        let file = folder.join("data/gradus.db");
        let mut database = SqliteConnection::establish(&file.to_string_lossy()).expect("the file opens");
        database.batch_execute("ALTER TABLE users RENAME TO gone_7431").expect("renamed");
        let form = person.get("/sign-in").form().fill("Your e-mail address", "x@example.org").fill("Your password", "whatever it is");
        let page = person.submit(&form).is(500);
        named = page.all("main .code").remove(0);
    });
    assert!(named.len() > 5 && log.contains(&named), "{named}: {log}");
    assert!(log.contains("ERROR") && log.contains("no such table"), "{log}");
}

each_backend! {
    fn what_was_sent_is_decoded_once(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let note = "once %41 &amp; &#65; \\u0041 %2541 twice";
        let form = ann.get("/journal/new").is(200).form().set("note", note).set("back", "3");
        ann.submit(&form).is(303);
        let kept = ann.get("/journal").is(200);
        assert!(kept.words().contains(note), "{}", kept.words());
        // A path that is decoded twice would lead out of where it stands.
        for path in ["/journal/%252e%252e/edit", "/exercises/RP1%2500", "/exercises/%2552P1"] {
            assert_eq!(ann.get(path).status, 404, "{path}");
        }
    }

    fn looking_changes_no_account_no_plan_and_no_answer(backend) {
        /// What a look may write down: that it was one, what has been seen, what a session keeps, and that an intake was
        /// begun whose pages were opened (an empty one).
        const LOOKING: &[&str] = &["audit", "audit_head", "sessions", "changes_seen", "messages", "throttles", "intakes"];
        let clinic = Clinic::open(backend);
        clinic.app.log_session(&clinic.ann);
        clinic.app.raise_alert(&clinic.ann);
        let rows = Rows::new(&clinic.app.database);
        for (who, guards) in [(&clinic.ann, [Guard::Public, Guard::Patient]), (&clinic.ben, [Guard::Signed, Guard::Physio]), (&clinic.eve, [Guard::Signed, Guard::Admin])] {
            let person = clinic.app.signed_in(who);
            person.open("/");
            let before = rows.now(&clinic.app.database);
            for route in ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{') && guards.contains(&r.guard)) {
                // Another site's picture or link can ask so as well.
                person.get(route.path);
                person.send(route.path, person.request("HEAD", route.path).header("sec-fetch-site", "cross-site"));
            }
            let left: BTreeSet<String> = changed(&before, &rows.now(&clinic.app.database)).into_iter().filter(|t| !LOOKING.contains(&t.as_str())).collect();
            assert_eq!(left, BTreeSet::new(), "{}", who.0.name);
        }
    }

    fn every_answer_names_its_type_and_character_set(backend) {
        let clinic = Clinic::open(backend);
        let (ann, ben, eve) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.eve));
        for route in ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
            let person = match route.guard {
                Guard::Physio => &ben,
                Guard::Admin => &eve,
                _ => &ann,
            };
            let page = person.get(route.path);
            let kind = page.header("content-type").to_owned();
            if page.text.is_empty() {
                continue;
            }
            assert!(!kind.is_empty(), "{}: no type", route.path);
            let text = kind.starts_with("text/") || kind.contains("json") || kind.contains("xml");
            assert!(!text || kind.contains("charset=utf-8") || kind == "application/json", "{}: {kind}", route.path);
            assert_eq!(kind.starts_with("text/html"), page.text.trim_start().starts_with("<!DOCTYPE html>"), "{}: {kind}", route.path);
        }
        let asset = ann.get("/sign-in").attributes("link[rel=stylesheet]", "href");
        let asset = asset.first().cloned().unwrap_or_else(|| ann.open("/").attributes("link[rel=stylesheet]", "href").remove(0));
        assert_eq!(ann.get(&asset).header("content-type"), "text/css; charset=utf-8");
    }

    fn no_other_site_may_read_an_answer(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        for path in ["/", "/today", "/health", "/rules", "/nowhere"] {
            for origin in ["https://evil.example", "null", clinic.app.base.as_str()] {
                let page = ann.send(path, ann.request("GET", path).header("origin", origin));
                assert!(page.headers.keys().all(|name| !name.as_str().starts_with("access-control")), "{path}: {:?}", page.headers);
                assert_eq!(page.header("cross-origin-resource-policy"), "same-origin", "{path}");
            }
        }
    }

    fn the_names_of_downloads_are_our_own(backend) {
        let clinic = Clinic::open(backend);
        let (ann, ben) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben));
        let files = [
            ann.get("/journal/file.csv?filename=x7431.exe"),
            ben.get("/pro/patients.csv?filename=x7431.exe&q=x7431%22%0d%0aX-Y:%20z"),
            ben.get("/pro/outcomes.csv?name=x7431"),
        ];
        let mut seen = 0;
        for file in files.iter().filter(|file| file.status == 200) {
            let name = file.header("content-disposition");
            assert!(name.starts_with("attachment; filename=\"gradus-") && name.is_ascii() && !name.contains("x7431"), "{}: {name}", file.path);
            seen += 1;
        }
        assert!(seen >= 1, "{:?}", files.map(|file| (file.path, file.status)));
    }

    fn a_form_is_read_from_its_body_and_the_first_of_a_name_counts(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.signed_in(&ann);
        let token = person.token();
        let zone = || app.database.line("SELECT time_zone AS line FROM users WHERE name = 'Ann'");
        let before = zone();
        person.post_bare("/account/zone?zone=Europe/Berlin", &[("csrf", &token)]);
        assert_eq!(zone(), before, "what stands in the address is no part of the form");
        person.post_bare(&format!("/account/zone?csrf={token}"), &[("zone", "Europe/Berlin")]).is(403);
        person.post_bare("/account/zone", &[("zone", "Europe/Vienna"), ("zone", "Europe/Berlin"), ("csrf", &token)]).is(303);
        assert_eq!(zone(), "Europe/Vienna");
        person.post_bare("/account/zone", &[("zone", "Europe/Rome"), ("csrf", "x"), ("csrf", &token)]).is(403);
        assert_eq!(zone(), "Europe/Vienna");
    }

    fn every_page_of_somebody_signed_in_has_the_way_out(backend) {
        let clinic = Clinic::open(backend);
        let people = [(&clinic.ann, Guard::Patient), (&clinic.ben, Guard::Physio), (&clinic.eve, Guard::Admin)];
        for (who, guard) in people {
            let person = clinic.app.signed_in(who);
            person.open("/");
            for route in ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{') && (r.guard == guard || r.guard == Guard::Signed)) {
                let page = person.get(route.path);
                if page.status == 200 && page.header("content-type").starts_with("text/html") {
                    assert!(page.count("form[action='/sign-out'] button") >= 1, "{} has no way out", route.path);
                }
            }
        }
    }

    fn a_form_with_the_token_of_another_record_is_refused_and_stores_nothing(backend) {
        let clinic = Clinic::open(backend);
        let fay = clinic.app.patient_of(&clinic.ben, "Fay");
        let ben = clinic.app.signed_in(&clinic.ben);
        let note = |id: String| {
            let path = format!("/pro/patients/{id}/notes");
            ben.get(&path).is(200).form_to(&path).choose("How did you meet?", "By telephone").fill("What was found", "Bends.").set("token", "one-for-both")
        };
        ben.submit(&note(clinic.ann.id().to_string())).is(303);
        ben.submit(&note(fay.id().to_string())).is(403);
        assert_eq!(clinic.app.database.count("clinical_notes"), 1);
    }

    fn a_new_password_asks_for_the_one_there_is(backend) {
        let app = spawn(backend);
        let person = app.signed_in(&app.patient("Ann"));
        let hash = || app.database.line("SELECT password_hash AS line FROM users");
        let before = hash();
        for current in ["", "wrong brown horses", "Three brown horses"] {
            person.post("/account/password", &[("current", current), ("password", "nine green lanterns"), ("again", "nine green lanterns")]).is(422);
        }
        assert_eq!(hash(), before);
    }

    fn a_password_is_taken_exactly_as_it_was_typed(backend) {
        let app = spawn(backend);
        let long = format!(" Ünïcödé {} ", "lantern tidal gravel ".repeat(5));
        for (at, password) in [long.as_str(), "mossy kettle drum", "qzvkwjxh", "83746152940371"].into_iter().enumerate() {
            let email = format!("p{at}@example.org");
            let person = app.visitor();
            let fields = [("name", "Pat"), ("email", email.as_str()), ("password", password), ("consent_service", "yes"), ("consent_share_clinic", "yes")];
            person.get("/account/new");
            let page = person.post("/account/new", &fields);
            assert_eq!(page.status, 303, "{password:?}: {:?}", page.errors());
            let wrong = [password.to_uppercase(), password.trim_end().chars().take(password.trim_end().chars().count() - 1).collect(), format!("{password} ")];
            for wrong in wrong.iter().filter(|wrong| *wrong != password) {
                app.visitor().sign_in(&email, wrong).is(422);
            }
            app.visitor().sign_in(&email, password).is(303);
        }
    }

    fn a_password_does_not_age(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        app.wait(chrono::Duration::days(800));
        let person = app.signed_in(&ann);
        let page = person.open("/account").is(200);
        assert_eq!(page.heading(), "Your account");
    }

    fn password_boxes_are_masked_and_welcome_managers(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let mut seen = 0;
        for page in [clinic.app.visitor().get("/sign-in"), clinic.app.visitor().get("/account/new"), ann.open("/account")] {
            for (name, attributes) in page.elements().into_iter().filter(|(name, _)| name == "input") {
                let value = |asked: &str| attributes.iter().find(|(n, _)| n == asked).map(|(_, v)| v.as_str()).unwrap_or_default();
                let secret = value("name").contains("password") || value("name") == "current";
                if secret {
                    seen += 1;
                    assert_eq!(value("type"), "password", "{}: {name}", page.path);
                    assert!(matches!(value("autocomplete"), "current-password" | "new-password"), "{}: {attributes:?}", page.path);
                    assert!(value("maxlength").is_empty() && value("pattern").is_empty(), "{}: {attributes:?}", page.path);
                    assert!(attributes.iter().all(|(n, _)| !n.starts_with("on")), "{attributes:?}");
                }
                for asks in ["hint", "question", "maiden"] {
                    assert!(!value("name").contains(asks), "{}: a question to remember a password by", page.path);
                }
            }
        }
        assert!(seen >= 2, "{seen} boxes");
    }
}
