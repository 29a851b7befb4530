//! What must never be logged is planted in a day of everybody's use, and looked for in all that the suite has logged.

use crate::rules_cli::program;
use crate::support::{Backend, Clinic, PASSWORD, logged, spawn};
use chrono::Duration;
use std::process::Stdio;

/// What the suite logged since the file had this length: this test and those beside it. The whole of it is looked
/// through at the end, by `.ci/run`.
fn log_since(length: usize) -> String {
    String::from_utf8_lossy(&std::fs::read(logged::file()).expect("the log")[length..]).into_owned()
}

fn length() -> usize {
    usize::try_from(std::fs::metadata(logged::file()).expect("the log").len()).expect("a length")
}

fn assert_no_secret(log: &str) {
    let leaks = logged::leaks(log, &logged::planted());
    assert!(leaks.is_empty(), "{} leaks, the first:\n{}", leaks.len(), leaks.iter().take(10).cloned().collect::<Vec<_>>().join("\n"));
}

each_backend! {
    fn a_day_of_everybodys_use_leaves_no_secret_in_the_log(backend) {
        let clinic = Clinic::open(backend);
        let (app, began) = (&clinic.app, length());
        let (ann, ben, eve) = (app.signed_in(&clinic.ann), app.signed_in(&clinic.ben), app.signed_in(&clinic.eve));
        for person in [&ann, &ben, &eve] {
            for cookie in person.cookies().split("; ").filter_map(|cookie| cookie.split_once('=')).map(|(_, value)| value.to_owned()) {
                logged::plant(&cookie);
            }
            logged::plant(&person.token());
        }
        for name in [clinic.ann.email(), clinic.ben.email(), clinic.eve.email()] {
            logged::plant(name);
        }
        logged::plant(clinic.ann.id().as_str());
        // Its key and the recovery codes are planted there.
        crate::factors::turn_on(app, &ann);
        // A patient writes of their pain and their life.
        let form = ann.get("/journal/new").is(200).form_to("/journal/new");
        ann.submit(&form.set("back", "5").set("note", "planted note: my left knee hurts on the stairs")).goes_to("/journal");
        let form = ann.get("/messages").is(200).form_to("/messages");
        ann.submit(&form.fill("Your message", "planted message: the pain woke me at four")).goes_to("/messages");
        // The clinic reads, and writes of them.
        let file = format!("/pro/patients/{}", clinic.ann.id());
        for part in ["", "/notes", "/plan", "/messages", "/answers", "/letters", "/sessions"] {
            ben.get(&format!("{file}{part}")).is(200);
        }
        ben.post("/pro/patients", &[("find", "planted-search-name")]).is(303);
        eve.post("/admin/audit", &[("person", "planted-search-name")]).is(303);
        eve.get("/admin/audit").is(200);
        // Wrong passwords, unknown links, a link for a new password, mistakes that come back.
        app.visitor().sign_in(clinic.ann.email(), "planted answer 7719").is(422);
        app.visitor().get(&format!("/reset/{}", gradus::ids::secret())).is(404);
        app.visitor().get(&format!("/x?token={}&e=planted-search-name", gradus::ids::secret())).is(404);
        let link = gradus::care::account::reset_secret(app.store(), clinic.dan.email(), app.now()).expect("made").expect("an account");
        logged::plant(&link);
        app.visitor().get(&format!("/reset/{link}")).is(200);
        app.visitor().post_bare("/sign-in", &[("email", "planted-search-name@example.org"), ("password", PASSWORD)]).is(403);
        app.wait(Duration::days(2));
        ann.post_bare("/journal/new", &[("note", "planted note: my left knee hurts on the stairs")]);
        let log = log_since(began);
        for served in ["/journal/new", "/pro/patients/{id}/notes", "/admin/audit", "/reset/{secret}"] {
            assert!(log.contains(served), "{served} was served and is in no line");
        }
        assert_no_secret(&log);
    }
}

#[test]
fn a_database_that_cannot_be_reached_is_not_named_with_its_password() {
    for log in ["error", "debug"] {
        let mut command = program();
        command.env("GRADUS_DATABASE_URL", "postgres://ann:planted-database-password@127.0.0.1:1/gradus").env("GRADUS_LOG", log);
        let output = command.stdin(Stdio::null()).output().expect("the program ends");
        assert!(!output.status.success() && output.stderr.len() > 20);
        logged::keep(&output.stderr);
        logged::keep(&output.stdout);
        assert_no_secret(&String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_search_for_secrets_finds_them() {
    let secrets = ["three brown horses".to_owned()];
    let line = |text: &str| logged::leaks(&format!("INFO served\n{text}\nINFO served"), &secrets).len();
    assert_eq!(line("password=three brown horses"), 1);
    assert_eq!(line(&format!("GET /reset/{}", gradus::ids::secret())), 1);
    assert_eq!(line(&gradus::ids::fresh()), 0);
    assert_eq!(line("GET /reset/{secret}"), 0);
    // And what is logged comes into the file.
    let app = spawn(Backend::Sqlite);
    let began = length();
    tracing::debug!("marker-88123 of this test");
    app.visitor().get("/help").is(200);
    let log = log_since(began);
    assert!(log.contains("marker-88123") && log.contains("served"));
}

#[test]
fn every_password_of_the_tests_is_looked_for() {
    let planted = logged::planted();
    let mut missing = Vec::new();
    for (path, text) in crate::architecture::files("tests/it", ".rs") {
        for line in text.lines() {
            let Some((_, rest)) = line.split_once("assword\", \"") else { continue };
            let Some((typed, _)) = rest.split_once('"') else { continue };
            if typed.len() >= 8 && !typed.contains('{') && !planted.iter().any(|secret| typed.contains(secret.as_str())) {
                missing.push(format!("{path}: {typed}"));
            }
        }
    }
    assert!(planted.contains(&PASSWORD.to_owned()));
    assert!(missing.is_empty(), "write these into tests/planted.txt: {missing:#?}");
}
