//! The record of who did and saw what: bound row to row, complete, read by patients and administrators.

use crate::rules_cli::program;
use crate::support::{Backend, Clinic, Database, PASSWORD, Person, Someone, TestApp, spawn};
use chrono::Duration;
use gradus::care::audit::{verify, words};
use gradus::store::{DatabaseUrl, StoreError, oversight};
use gradus::web::ROUTES;
use std::collections::BTreeSet;
use std::process::Output;

/// Runs `gradus audit …` on the database of a test.
fn audit(database: &Database, arguments: &[&str]) -> (bool, String) {
    let url = match database.url() {
        DatabaseUrl::Postgres(url) => url,
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
    };
    let Output { status, stdout, .. } =
        program().arg("audit").args(arguments).env("GRADUS_DATABASE_URL", url).output().expect("the program runs");
    (status.success(), String::from_utf8(stdout).expect("text").trim().to_owned())
}

/// Takes away what lets the database itself refuse: an attacker who owns it would begin so.
fn without_guard(app: &TestApp) {
    match &app.database {
        Database::Sqlite { .. } => {
            app.database.execute("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_head_no_delete;")
        }
        Database::Postgres(_) => {
            app.database.execute("DROP TRIGGER audit_no_update ON audit; DROP TRIGGER audit_head_no_delete ON audit_head;")
        }
    }
}

/// An app with ten rows.
fn with_rows(backend: Backend) -> TestApp {
    let app = spawn(backend);
    let ann = app.patient("Ann");
    note(&app, &ann, 10);
    app
}

fn note(app: &TestApp, who: &Someone, times: usize) {
    for _ in 0..times {
        let written = app.store().write::<_, StoreError>(|tx| oversight::note(tx, Some(&who.id()), None, "signed in", app.now()));
        written.expect("noted");
    }
}

fn head(app: &TestApp) -> i32 {
    app.database.line("SELECT CAST(seq AS TEXT) AS line FROM audit_head").parse().expect("a number")
}

/// What `gradus audit verify` says after a change that somebody made behind the program's back.
fn found(backend: Backend, change: &str) -> String {
    let app = with_rows(backend);
    without_guard(&app);
    assert!(audit(&app.database, &["verify"]).0, "whole before");
    app.database.execute(change);
    let (whole, told) = audit(&app.database, &["verify"]);
    assert!(!whole, "{change}: {told}");
    told
}

each_backend! {
    fn an_untouched_record_is_whole_and_its_head_can_be_noted(backend) {
        let app = with_rows(backend);
        let (fine, told) = audit(&app.database, &["verify"]);
        assert!(fine && told == format!("The record is whole: {} rows.", head(&app)), "{told}");
        let (_, noted) = audit(&app.database, &["head"]);
        assert!(noted.starts_with(&format!("{}:", head(&app))), "{noted}");
        note(&app, &app.somebody("ann@example.org"), 3);
        assert!(audit(&app.database, &["verify", "--from", &noted]).0, "what was noted is still there, and more");
        let (seq, _) = noted.split_once(':').expect("two parts");
        let other = format!("{seq}:{}", "0".repeat(64));
        let (fine, told) = audit(&app.database, &["verify", "--from", &other]);
        assert!(!fine && told.contains(&format!("row {seq} is not the one that was noted")), "{told}");
        for wrong in ["4", "x:y", "4:abc", "-1:", &format!("4:{}", "g".repeat(64))] {
            assert!(!audit(&app.database, &["verify", &format!("--from={wrong}")]).0, "{wrong}");
        }
    }

    fn a_changed_row_is_found_whatever_was_changed(backend) {
        for column in ["actor_id", "actor_kind", "patient_id", "action", "address", "device", "request", "clinic_id", "id", "previous", "hash"] {
            let told = found(backend, &format!("UPDATE audit SET {column} = 'other' WHERE seq = 4"));
            assert!(told.contains("row 4 ("), "{column}: {told}");
        }
        let told = found(backend, "UPDATE audit SET at = '2026-03-02 08:00:00' WHERE seq = 4");
        assert!(told.starts_with("row 4 (\u{201c}signed in\u{201d}, 2026-03-02 08:00:00 UTC) was changed"), "{told}");
    }

    fn missing_rows_are_found_in_the_middle_at_the_beginning_and_at_the_end(backend) {
        assert_eq!(found(backend, "DELETE FROM audit WHERE seq = 4"), "row 4 is missing");
        assert_eq!(found(backend, "DELETE FROM audit WHERE seq BETWEEN 4 AND 6"), "rows 4 to 6 are missing");
        assert_eq!(found(backend, "DELETE FROM audit WHERE seq = 1"), "row 1 is missing");
        let last = head(&with_rows(backend));
        assert_eq!(found(backend, &format!("DELETE FROM audit WHERE seq = {last}")), format!("row {last} is missing: the end was cut off"));
        let told = found(backend, "DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = seq - 1000 WHERE seq > 4; UPDATE audit SET seq = seq + 999 WHERE seq < 0");
        assert!(told.contains("row 4 (") && told.contains("was changed or moved"), "numbers that close the gap: {told}");
        let told = found(backend, "DELETE FROM audit_head");
        assert!(told.contains("the row with the last number and hash was removed"), "{told}");
    }

    fn inserted_and_reordered_rows_are_found(backend) {
        let last = head(&with_rows(backend));
        let copy = |seq: i32| {
            format!(
                "INSERT INTO audit (id, at, actor_id, actor_kind, patient_id, action, seq, address, device, request, clinic_id, previous, hash) \
                 SELECT 'made-up', at, actor_id, actor_kind, patient_id, action, {seq}, address, device, request, clinic_id, previous, hash FROM audit WHERE seq = 3"
            )
        };
        let told = found(backend, &copy(last + 1));
        assert!(told.contains(&format!("row {} (", last + 1)) && told.contains("behind the last row that the program wrote"), "{told}");
        let told = found(backend, &copy(0));
        assert!(told.contains("row 0 (") && told.contains("was inserted"), "{told}");
        let told = found(backend, "UPDATE audit SET seq = -3 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = -3");
        assert!(told.contains("row 3 (") && told.contains("row 5 ("), "{told}");
    }

    fn a_record_that_was_cut_off_and_mended_is_given_away_by_a_noted_head(backend) {
        let app = with_rows(backend);
        let (_, noted) = audit(&app.database, &["head"]);
        let last = head(&app);
        without_guard(&app);
        app.database.execute(&format!(
            "DELETE FROM audit WHERE seq > {0}; UPDATE audit_head SET seq = {0}, hash = (SELECT hash FROM audit WHERE seq = {0})",
            last - 2
        ));
        assert!(audit(&app.database, &["verify"]).0, "by itself it looks whole: that is what a noted head is for");
        let (fine, told) = audit(&app.database, &["verify", "--from", &noted]);
        assert!(!fine && told.contains(&format!("the record ends with row {}, before row {last} that was noted", last - 2)), "{told}");
        // Written anew behind it, the number is there again but not the row.
        note(&app, &app.somebody("ann@example.org"), 5);
        assert!(audit(&app.database, &["verify"]).0);
        let (fine, told) = audit(&app.database, &["verify", "--from", &noted]);
        assert!(!fine && told.contains("is not the one that was noted"), "{told}");
    }

    fn the_database_itself_refuses_to_change_or_remove_a_row(backend) {
        let app = with_rows(backend);
        for statement in ["UPDATE audit SET action = 'x'", "DELETE FROM audit WHERE seq = 1", "DELETE FROM audit_head"] {
            let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| app.database.execute(statement))).expect_err(statement);
            let told = refused.downcast_ref::<String>().cloned().unwrap_or_default();
            assert!(told.contains("the audit is only added to"), "{statement}: {told}");
        }
        assert!(audit(&app.database, &["verify"]).0);
    }

    fn many_writers_at_once_make_one_chain(backend) {
        const THREADS: usize = 8;
        const ROUNDS: usize = 25;
        let app = spawn(backend);
        let people: Vec<Someone> = (0..THREADS).map(|n| app.patient(&format!("Person{n}"))).collect();
        let before = app.database.count("audit");
        std::thread::scope(|scope| {
            for who in &people {
                scope.spawn(|| note(&app, who, ROUNDS));
            }
        });
        assert_eq!(app.database.count("audit"), before + THREADS * ROUNDS, "every one came through");
        let report = verify::verify(app.store(), None).expect("read");
        assert!(report.is_whole(), "{:?}", report.faults);
    }

    fn rows_from_before_the_chain_are_bound_when_it_begins(backend) {
        // As a database stands in the moment after the migration, with rows of an earlier version.
        let app = spawn(backend);
        without_guard(&app);
        for (seq, id) in [(1, "c"), (2, "a"), (3, "b")] {
            app.database.execute(&format!("INSERT INTO audit (id, at, actor_kind, action, seq) VALUES ('{id}', '2025-01-0{seq} 08:00:00', 'program', 'signed in', {seq})"));
        }
        app.database.execute("DELETE FROM audit WHERE hash <> ''; UPDATE audit_head SET seq = 0, hash = ''");
        gradus::store::migrate(&app.database.url()).expect("bound");
        let report = verify::verify(app.store(), None).expect("read");
        assert!(report.is_whole() && report.rows == 3, "{report:?}");
        note(&app, &app.patient("Ann"), 1);
        assert!(verify::verify(app.store(), None).expect("read").is_whole());
        // Bound once: who blanks a hash later is found out, not helped.
        without_guard(&app);
        app.database.execute("UPDATE audit SET hash = '', action = 'account made' WHERE seq = 2");
        gradus::store::migrate(&app.database.url()).expect("nothing to do");
        assert!(!verify::verify(app.store(), None).expect("read").is_whole());
    }

    fn a_changed_record_whose_head_was_set_back_is_not_bound_anew_at_the_next_start(backend) {
        let app = with_rows(backend);
        without_guard(&app);
        app.database.execute("UPDATE audit SET action = 'account made' WHERE seq = 4; UPDATE audit_head SET seq = 0, hash = ''");
        gradus::store::migrate(&app.database.url()).expect("starts");
        let (whole, told) = audit(&app.database, &["verify"]);
        assert!(!whole && told.contains("row 4 ("), "{told}");
    }

    fn every_page_about_a_patient_leaves_a_row_with_who_what_and_from_where(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let pages: Vec<&str> = ROUTES.iter().filter(|r| r.method == "GET" && r.path.starts_with("/pro/patients/{id}") && r.path.matches('{').count() == 1).map(|r| r.path).collect();
        assert!(pages.len() > 15, "{pages:?}");
        for path in pages {
            // Each look is new after a while.
            clinic.app.wait(Duration::minutes(11));
            let before = head(&clinic.app);
            let page = ben.get(&path.replace("{id}", clinic.ann.id().as_str()));
            if page.status != 200 {
                continue;
            }
            let rows = clinic.app.database.lines(&format!(
                "SELECT a.action || '|' || a.address || '|' || a.device || '|' || a.actor_id || '|' || a.patient_id AS line FROM audit a WHERE a.seq > {before} AND a.action LIKE 'looked at%'"
            ));
            assert_eq!(rows.len(), 1, "{path}: {rows:?}");
            let ended = format!("|127.0.0.1||{}|{}", clinic.ben.id(), clinic.ann.id());
            assert!(rows[0].ends_with(&ended), "{path}: {} is not {ended}", rows[0]);
        }
        // Again within ten minutes is the same look; another part is another.
        let before = head(&clinic.app);
        ben.get(&file).is(200);
        ben.get(&file).is(200);
        ben.get(&format!("{file}/notes")).is(200);
        assert!(head(&clinic.app) - before <= 2, "{before}");
        assert!(verify::verify(clinic.app.store(), None).expect("read").is_whole());
    }

    fn lists_are_noted_without_whose_records_they_show_and_refusals_with(backend) {
        let clinic = Clinic::open(backend);
        let (cleo, eve) = (clinic.app.signed_in(&clinic.cleo), clinic.app.signed_in(&clinic.eve));
        cleo.get("/pro").is(200);
        cleo.get("/pro/patients").is(200);
        let of = |what: &str| clinic.app.database.lines(&format!("SELECT COALESCE(patient_id, '-') AS line FROM audit WHERE action = '{what}'"));
        assert_eq!((of("saw the inbox"), of("saw the list of patients")), (vec!["-".to_owned()], vec!["-".to_owned()]));
        let file = format!("/pro/patients/{}", clinic.ann.id());
        cleo.get(&file).is(404);
        cleo.get(&format!("{file}/plan")).is(404);
        eve.get(&file).is(404);
        clinic.app.signed_in(&clinic.dan).get(&file).is(404);
        assert_eq!(of("was refused the record"), vec![clinic.ann.id().as_str().to_owned(); 3], "once for each of them");
        cleo.get(&format!("/pro/patients/{}", gradus::ids::fresh())).is(404);
        assert_eq!(of("was refused the record").len(), 3, "nobody has that record");
    }

    fn a_patient_reads_who_looked_and_nobody_elses_looks(backend) {
        let clinic = Clinic::open(backend);
        let (ann, ben) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben));
        let file = format!("/pro/patients/{}", clinic.ann.id());
        ben.get(&format!("{file}/notes")).is(200);
        clinic.app.signed_in(&clinic.cleo).get(&file).is(404);
        clinic.app.signed_in(&clinic.cleo).get(&format!("/pro/patients/{}/messages", clinic.dan.id())).is(200);
        let account = ann.get("/account").is(200);
        assert_eq!(account.link("Who looked at your record"), "/account/record-log");
        let log = ann.get("/account/record-log").is(200).words();
        for part in ["Monday 2 March", "Ben, physiotherapist", "read the clinic\u{2019}s notes", "Cleo, physiotherapist", "tried to open the record and was refused"] {
            assert!(log.contains(part), "{part}: {log}");
        }
        assert!(!log.contains("read the messages") && !log.contains("said yes to the plan"), "{log}");
        let own = ann.get("/account/record-log?mine=yes").is(200).words();
        assert!(own.contains("You") && own.contains("said yes to the plan") && own.contains("signed in"), "{own}");
        // A long record has pages, each row on one of them.
        for part in ["", "/plan", "/notes", "/messages", "/changes", "/reviews", "/team"].iter().cycle().take(70) {
            clinic.app.wait(Duration::minutes(11));
            ben.get(&format!("{file}{part}")).is(200);
        }
        let page = ann.get("/account/record-log").is(200);
        let older = ann.get(&page.link("Older")).is(200);
        let count = |text: &str| text.matches("Ben, physiotherapist").count();
        assert_eq!(count(&page.words()), 50, "{}", page.words());
        assert!(count(&older.words()) >= 20 && older.words().contains("read the clinic\u{2019}s notes"), "{}", older.words());
    }

    fn an_administrator_searches_and_learns_nothing_about_anybodys_health(backend) {
        let clinic = Clinic::open(backend);
        let (ben, eve) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.eve));
        ben.get(&format!("/pro/patients/{}/notes", clinic.ann.id())).is(200);
        clinic.app.visitor().sign_in(clinic.dan.email(), "not the password").is(422);
        let page = eve.get("/admin/audit").is(200);
        let words_there = page.words();
        for part in ["Ben", "looked at the record", "wrote something into the record", "Ann", "127.0.0.1"] {
            assert!(words_there.contains(part), "{part}: {words_there}");
        }
        for part in ["notes", "said yes to the plan", "first questions"] {
            assert!(!words_there.contains(part), "{part}: {words_there}");
        }
        let search = |fields: &[(&str, &str)]| {
            let mut form = eve.get("/admin/audit").is(200).form_to("/admin/audit");
            for (name, value) in fields {
                form = form.set(name, value);
            }
            eve.submit_and_follow(&form)
        };
        let rows = |fields: &[(&str, &str)]| search(fields).all("tbody tr");
        let refused = rows(&[("kind", "refused")]);
        assert!(refused.len() == 1 && refused[0].contains("Dan") && refused[0].contains("wrong password"), "{refused:?}");
        let of_ben = rows(&[("kind", ""), ("person", "bEn")]);
        assert!(!of_ben.is_empty() && of_ben.iter().all(|row| row.contains("Ben")), "{of_ben:?}");
        assert!(rows(&[("person", "planted-search-name")]).is_empty());
        assert!(rows(&[("person", ""), ("from", "2026-03-03")]).is_empty(), "nothing happened yet on that day");
        assert!(!rows(&[("from", "2026-03-02"), ("to", "2026-03-02")]).is_empty());
        let wrong = search(&[("from", "2026-03-03"), ("to", "2026-03-02")]);
        assert_eq!(wrong.errors(), ["Choose a day that is not before the first one"]);
        assert_eq!(search(&[("from", "yesterday"), ("to", "")]).errors(), ["Write a date as year-month-day, for example 2026-03-31"]);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'searched the record of who did what'"), 1);
    }

    fn the_file_for_a_spreadsheet_holds_what_was_searched_for_and_is_noted(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.database.execute("UPDATE users SET name = '=cmd()' WHERE name = 'Dan'");
        clinic.app.visitor().sign_in(clinic.dan.email(), "not the password").is(422);
        let eve = clinic.app.signed_in(&clinic.eve);
        let form = eve.get("/admin/audit").is(200).form_to("/admin/audit").set("kind", "refused");
        eve.submit(&form).goes_to("/admin/audit");
        let file = eve.get("/admin/audit.csv").is(200);
        assert!(file.headers["content-disposition"].to_str().expect("text").contains("gradus-audit-2026-03-02.csv"));
        let lines: Vec<&str> = file.text.lines().collect();
        assert!(lines.len() == 2 && lines[0].contains("number,time_utc,who,who_id,what"), "{}", file.text);
        assert!(lines[1].contains(",'=cmd(),") && lines[1].contains(clinic.dan.id().as_str()), "{}", file.text);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'took the record of who did what as a file'"), 1);
    }

    fn coming_going_and_guessing_are_noted_and_never_what_was_typed(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        app.visitor().sign_in(ann.email(), "not the password").is(422);
        app.visitor().sign_in("nobody.at.all@example.org", PASSWORD).is(422);
        let browser: Person = app.signed_in(&ann);
        let form = browser.get("/account").is(200).form_to("/sign-out");
        browser.submit(&form).is(303);
        let words = |what: &str| app.database.lines(&format!("SELECT COALESCE(actor_id, '-') AS line FROM audit WHERE action = '{what}' ORDER BY seq"));
        let id = ann.id().as_str().to_owned();
        assert_eq!(words("sign-in refused"), [id.clone(), "-".to_owned()]);
        assert_eq!((words("signed in"), words("signed out")), (vec![id.clone()], vec![id]));
        for _ in 0..12 {
            app.visitor().sign_in("somebody.else@example.org", PASSWORD);
        }
        assert_eq!(words("too many tries").len(), 1, "the one that reached the limit, not each that waits");
        let everything = app.database.lines("SELECT id || at || COALESCE(actor_id, '') || action || address || device || request || previous || hash AS line FROM audit").concat();
        assert!(!everything.contains("@example.org") && !everything.contains("nobody"), "{everything}");
    }
}

/// What stands between the parentheses of a call.
fn arguments(call: &str) -> &str {
    let mut open = 1;
    let end = call.find(|c: char| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    &call[..end.unwrap_or(call.len())]
}

#[test]
fn every_word_of_the_code_is_explained_and_every_explained_word_is_in_the_code() {
    let code = crate::architecture::files("src", ".rs");
    let listed: BTreeSet<&str> = words::WORDS.iter().map(|(word, ..)| *word).collect();
    assert_eq!(listed.len(), words::WORDS.len(), "one entry for a word");
    let plain: BTreeSet<&str> = words::WORDS.iter().map(|(_, _, plain)| *plain).filter(|plain| plain.ends_with('.')).collect();
    assert!(plain.is_empty(), "they stand behind a name, in a line: {plain:?}");
    let others: Vec<&String> = code.iter().filter(|(path, _)| !path.ends_with("audit/words.rs")).map(|(_, text)| text).collect();
    let literal = |word: &str| format!("\"{}\"", word.replace('\u{2019}', "\\u{2019}"));
    let unused: Vec<&&str> = listed
        .iter()
        .filter(|word| !others.iter().any(|text| text.contains(&literal(word)) || text.contains(&format!("\"{word}\""))))
        .collect();
    assert!(unused.is_empty(), "explained and never written: {unused:?}");
    let mut unknown = Vec::new();
    for text in others {
        // A word that is chosen before the call is seen when a test's server ends (`support::app`).
        for call in text.split("oversight::note(").skip(1) {
            let written = arguments(call).split('"').skip(1).step_by(2).map(|word| word.replace("\\u{2019}", "\u{2019}"));
            unknown.extend(written.filter(|word| !listed.contains(word.as_str())));
        }
    }
    assert!(unknown.is_empty(), "say in words.rs what these mean: {unknown:?}");
}

#[test]
fn work_for_a_request_always_knows_where_it_comes_from() {
    // What looks after certificates answers no request.
    let excused = ["src/web/carried.rs", "src/web/tls.rs"];
    let others = crate::architecture::files("src/web", ".rs").into_iter().filter(|(path, _)| !excused.contains(&path.as_str()));
    let wrong: Vec<String> =
        others.filter(|(_, text)| text.contains("web::block(") || text.contains("spawn_blocking(")).map(|(path, _)| path).collect();
    assert!(wrong.is_empty(), "use `web::carried::block`: {wrong:?}");
}
