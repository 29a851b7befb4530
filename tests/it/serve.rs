//! The program as somebody starts it for the first time: what it prints, what it makes, what it refuses.

use crate::rules_cli::program;
use crate::support::{Person, TestApp, logged, spawn, spawn_with};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server that ends with the test.
struct Serving {
    child: Child,
    base: String,
    link: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn at(folder: &Path) -> Command {
    let mut command = program();
    command.current_dir(folder).env("GRADUS_BIND", "127.0.0.1:0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(logged::stderr());
    command
}

/// Starts the program and reads what it prints until it has said where it is and how to begin.
fn serve(folder: &Path) -> Serving {
    let mut child = at(folder).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut next = |start: &str| loop {
        let line = lines.next().expect("the program goes on printing").expect("text");
        if let Some(rest) = line.trim().strip_prefix(start) {
            return rest.to_owned();
        }
    };
    let base = next("Gradus is ready: ");
    let link = next(&base);
    Serving { child, base, link }
}

#[test]
fn a_first_start_makes_a_private_database_and_prints_the_link_for_the_first_account() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let first = serve(folder.path());
    let person = Person::new(&first.base);
    assert_eq!(person.get("/health").is(200).text, "ok\n");
    assert!(folder.path().join("data/gradus.db").is_file());
    assert!(person.get("/").is(200).heading().len() > 5);
    let form = person.get(&first.link).is(200).form();
    let form =
        form.fill("What should we call you", "Ben").fill("Your e-mail", "ben@example.org").fill("Choose a password", "four green bottles");
    person.submit(&form).is(303);
    drop(first);
    // A second start finds the account and has no link to print.
    let mut child = at(folder.path()).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ready = lines.next().expect("a line").expect("text");
    assert!(ready.starts_with("Gradus is ready: "), "{ready}");
    child.kill().expect("stopped");
    child.wait().expect("stopped");
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    assert!(rest.iter().all(|line| !line.contains("/invite/")), "{rest:?}");
}

#[test]
fn a_start_that_other_machines_reach_without_tls_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let warned = |settings: &[(&str, &str)]| {
        let mut child = at(folder.path()).envs(settings.iter().copied()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
        // The link for the first account is the last that is printed.
        let said: Vec<String> = lines.take_while(|line| !line.contains("/invite/")).collect();
        child.kill().expect("stopped");
        child.wait().expect("stopped");
        assert!(said.iter().any(|line| line.starts_with("Gradus is ready: ")), "{said:?}");
        said.iter().any(|line| line.starts_with("Warning: ") && line.contains("without TLS"))
    };
    assert!(warned(&[("GRADUS_BIND", "0.0.0.0:0")]));
    assert!(!warned(&[("GRADUS_BIND", "127.0.0.1:0")]));
    assert!(!warned(&[("GRADUS_BIND", "0.0.0.0:0"), ("GRADUS_PUBLIC_URL", "https://back.example.org")]));
}

#[test]
fn migrate_says_what_it_did() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = || String::from_utf8(at(folder.path()).arg("migrate").output().expect("it ends").stdout).expect("text");
    assert!(run().starts_with("Ran "));
    assert_eq!(run(), "The database is up to date.\n");
}

#[test]
fn a_wrong_setting_is_named_with_the_reason_and_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let with = |name: &str, value: &str| {
        let output = at(folder.path()).env(name, value).stderr(Stdio::piped()).output().expect("it ends");
        assert_eq!(output.status.code(), Some(1), "{name}={value}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).expect("text")
    };
    assert_eq!(
        with("GRADUS_BIND", "here"),
        "gradus: GRADUS_BIND: is \"here\", but must be an address and a port, for example 127.0.0.1:8080\n"
    );
    for (name, value) in [
        ("GRADUS_TIME_ZONE", "Mars/Olympus"),
        ("GRADUS_PUBLIC_URL", "back.example.org"),
        ("GRADUS_SHIFT_DAYS", "soon"),
        ("GRADUS_LOG", "loud"),
        ("GRADUS_CONFIG", "/no/such/file"),
    ] {
        let message = with(name, value);
        assert!(message.starts_with(&format!("gradus: {name}: ")) && message.lines().count() == 1, "{message}");
    }
    let message = with("GRADUS_DATABASE_URL", "mysql://me:hunter2@host/db");
    assert!(message.contains("sqlite://") && !message.contains("hunter2"), "{message}");
    assert!(!folder.path().join("data").exists(), "nothing is made by a start that failed");
}

#[test]
fn a_link_for_a_physiotherapist_comes_from_the_command_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |arguments: &[&str]| at(folder.path()).arg("user").args(arguments).stderr(Stdio::piped()).output().expect("it ends");
    let output = run(&["physio", "--name", "Cleo"]);
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("/invite/"));
    let output = run(&["reset", "nobody@example.org"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no account has the address nobody@example.org"));
}

each_backend! {
    fn health_tells_a_database_that_takes_no_writes(backend) {
        let app = spawn(backend);
        // An answer may be a second old.
        let health = |status: u16| {
            let from = std::time::Instant::now();
            loop {
                let page = app.visitor().get("/health");
                if page.status == status || from.elapsed().as_secs() > 10 {
                    return page.is(status).text;
                }
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        };
        assert_eq!(health(200), "ok\n");
        app.database.execute("ALTER TABLE settings RENAME TO elsewhere");
        assert_eq!(health(503), "unavailable\n");
        app.database.execute("ALTER TABLE elsewhere RENAME TO settings");
        assert_eq!(health(200), "ok\n");
    }

    fn a_moved_clock_is_said_on_every_page_and_one_that_is_not_moved_on_none(backend) {
        let moved = spawn_with(backend, &[("GRADUS_SHIFT_DAYS", "7")]);
        let ben = moved.physio("Ben");
        let ann = moved.patient_of(&ben, "Ann");
        for page in [moved.visitor().get("/"), moved.signed_in(&ann).get("/account"), moved.signed_in(&ben).get("/pro")] {
            let page = page.is(200);
            assert!(page.text.contains("Moved clock.") && page.text.contains("(days: 7)"), "{}", page.path);
        }
        assert!(!spawn(backend).visitor().get("/").is(200).text.contains("Moved clock"));
    }

    fn a_second_start_makes_the_first_link_anew_until_it_is_used(backend) {
        let app: TestApp = spawn(backend);
        let old = app.first_secret.clone().expect("a link");
        let new = gradus::care::account::first_staff_secret(app.store(), &gradus::ids::ClinicId::first(), app.now()).expect("made").expect("still no staff");
        app.visitor().get(&format!("/invite/{old}")).is(404);
        app.visitor().get(&format!("/invite/{new}")).is(200);
    }
}
