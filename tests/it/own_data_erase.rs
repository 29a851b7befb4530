//! Leaving: the waiting time and the way back, and what of somebody is left afterwards: nothing, or one locked record.

use crate::rules_cli::program;
use crate::support::plant::{Planted, dump, is_sealed, plant};
use crate::support::{Backend, Clinic, Database, FACTOR_KEY, Someone, TestApp, spawn};
use chrono::Duration;
use gradus::accounts::factors::{Proofs, Sealer};
use gradus::app::round;
use gradus::care::own_data::{WAIT, closing};
use gradus::care::retention::{apply, preview};
use gradus::care::{factors, joining, mail, messages};
use gradus::lang::Lang;
use gradus::post::letter::Letter;
use gradus::store::addresses::{self, AddressLink, Side};
use gradus::store::belongings::{TABLES, Whose};
use gradus::store::retention::Rule;
use gradus::store::{DatabaseUrl, StoreError, archives};
use std::sync::Arc;

/// A key of somebody else.
const ANOTHER_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// The address of a test's database, as a setting.
pub fn address_of(database: &Database) -> String {
    match database.url() {
        DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
        DatabaseUrl::Postgres(url) => url,
    }
}

/// Asks to close an account, by the form.
pub fn close(app: &TestApp, who: &Someone) {
    let browser = app.signed_in(who);
    let form = browser.get("/account/close").is(200).form_to("/account/close");
    browser.submit(&form).is(422);
    browser.submit(&form.set("sure", "yes")).goes_to("/account/closing");
}

/// Every cell of every table, one line a row.
fn everything(database: &Database) -> Vec<(&'static str, Vec<String>)> {
    TABLES.iter().map(|table| (table.name, dump(database, table, None))).collect()
}

/// The bytes of the database's files: the file, its log, and what lies between them. Another process reads them: a
/// file that this one opens and closes beside SQLite takes the locks of its connections along.
fn bytes(database: &Database) -> Vec<u8> {
    let Some(path) = database.path() else { return Vec::new() };
    let files = ["", "-wal", "-shm"].map(|end| format!("{}{end}", path.display()));
    let read = std::process::Command::new("cat").args(files.iter().filter(|file| std::path::Path::new(file).exists())).output();
    read.expect("cat reads them").stdout
}

fn holds(bytes: &[u8], value: &str) -> bool {
    bytes.windows(value.len()).any(|window| window == value.as_bytes())
}

/// Nothing that was planted is in any table, nor in the bytes of the files.
fn is_gone(app: &TestApp, planted: &[Planted]) {
    for (table, rows) in everything(&app.database) {
        for row in rows {
            let found: Vec<_> =
                planted.iter().filter(|one| row.contains(&one.value)).map(|one| (one.table.name, one.column.name)).collect();
            assert!(found.is_empty(), "{table} still holds {found:?}: {row}");
        }
    }
    let bytes = bytes(&app.database);
    for one in planted {
        assert!(!holds(&bytes, &one.value), "{}.{} still stands in the file or its log", one.table.name, one.column.name);
    }
}

fn open(backend: Backend) -> Clinic {
    Clinic::open(backend)
}

each_backend! {
    fn whoever_nobody_treated_leaves_nothing_behind(backend) {
        let app = spawn(backend);
        let gil = app.patient("Gil");
        close(&app, &gil);
        let planted = plant(&app.database, &gil.0.id, None, "g");
        assert!(planted.len() > 120, "{}", planted.len());
        if backend == Backend::Sqlite {
            let before = bytes(&app.database);
            assert!(planted.iter().all(|one| holds(&before, &one.value)), "what is looked for can be found");
        }
        app.wait(WAIT - Duration::minutes(1));
        round(&app.state).expect("a round");
        assert_eq!(app.database.count(&format!("users WHERE id = '{}'", gil.0.id)), 1, "not before the waiting time is over");
        app.wait(Duration::minutes(1));
        round(&app.state).expect("a round");
        assert_eq!(app.database.count(&format!("users WHERE id = '{}'", gil.0.id)), 0);
        is_gone(&app, &planted);
        assert_eq!(app.database.count("archives"), 0, "nobody treated them, so nothing is kept");
        assert_eq!(app.database.count("audit WHERE action = 'account erased'"), 1);
        assert!(app.visitor().sign_in("gil@example.org", crate::support::PASSWORD).status != 303);
    }

    fn what_the_law_keeps_of_a_treated_person_is_locked_and_all_else_is_gone(backend) {
        let clinic = open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        close(app, ann);
        let planted = plant(&app.database, &ann.0.id, Some(&clinic.ben.0.id), "a");
        // Of everybody else nothing may change, down to the last byte.
        let others: Vec<_> = [&clinic.dan, &clinic.ben, &clinic.cleo, &clinic.eve].map(|one| one.0.id.clone()).into_iter().collect();
        let rows_of = |id: &String| -> Vec<_> {
            let persons = TABLES.iter().filter(|table| table.condition().is_some() && !["sessions", "audit", "outbox"].contains(&table.name));
            persons.map(|table| (table.name, dump(&app.database, table, Some(id)))).collect()
        };
        let clinics = || -> Vec<_> {
            let kept = TABLES.iter().filter(|table| matches!(table.whose, Whose::Clinic(_)) && !table.name.starts_with("archive"));
            kept.map(|table| (table.name, dump(&app.database, table, None))).collect()
        };
        let before: Vec<_> = others.iter().map(rows_of).collect();
        let clinic_before = clinics();
        // What stood in rows of before their person wrote anew is on pages of the file that deleting must not forget.
        app.database.execute(&format!("UPDATE journal_entries SET at_time = 'zqmoved' WHERE patient_id = '{}'", ann.0.id));
        app.wait(WAIT);
        round(&app.state).expect("a round");
        is_gone(app, &planted);
        if backend == Backend::Sqlite {
            assert!(!holds(&bytes(&app.database), "zqmoved"));
        }
        let after: Vec<_> = others.iter().map(rows_of).collect();
        assert_eq!(before, after, "somebody else's rows changed");
        assert_eq!(clinic_before, clinics());
        // The record of the treatment: named, locked, until its day; it opens with the key alone.
        let all = app.store().read(archives::all).expect("archives");
        let [kept] = all.as_slice() else { panic!("one record, not {}", all.len()) };
        assert!(kept.law.contains("§ 630f") && kept.holds.contains("clinical_notes") && !kept.holds.contains("journal_entries"), "{kept:?}");
        assert_eq!(kept.keep_until_at - kept.made_at, Duration::days(3653), "ten years by the calendar");
        // Beside an SQLite file the key was made, and is found; PostgreSQL's is set.
        let key = if backend == Backend::Postgres { FACTOR_KEY } else { "" };
        let opened = |key: &str, reason: &str| {
            let mut program = program();
            program.args(["retention", "open", &kept.id, "--reason", reason]);
            program.env("GRADUS_DATABASE_URL", address_of(&app.database)).env("GRADUS_FACTOR_KEY", key).output().expect("the program runs")
        };
        assert!(!opened(key, " ").status.success(), "not without a reason");
        let another = opened(ANOTHER_KEY, "a request of Ann");
        assert!(!another.status.success() && another.stdout.is_empty(), "not with another key");
        let record = opened(key, "a request of Ann");
        assert!(record.status.success(), "{}", String::from_utf8_lossy(&record.stderr));
        let record = String::from_utf8(record.stdout).expect("text");
        for one in planted.iter().filter(|one| is_sealed(one)) {
            assert!(record.contains(&one.value), "{}.{} must be kept", one.table.name, one.column.name);
        }
        // Neither what is erased nor what the patient kept to themselves, such as the note on a session.
        for one in planted.iter().filter(|one| !is_sealed(one)) {
            assert!(!record.contains(&one.value), "{}.{} must not be kept", one.table.name, one.column.name);
        }
        assert_eq!(app.database.count("archive_looks WHERE reason = 'a request of Ann'"), 2, "each try is written down");
        assert_eq!(app.database.count("audit WHERE action = 'opened a locked record at the command line'"), 2);
        // Another key is noticed at the start, before the record is needed.
        assert!(factors::key_fits(app.store(), app.state.proofs.sealer.as_ref()).expect("looked"));
        assert!(!factors::key_fits(app.store(), Some(&Sealer::new(&[9; 32]))).expect("looked"));
        assert!(!factors::key_fits(app.store(), None).expect("looked"));
        // No page shows it: the desk has never heard of them.
        let ben = app.signed_in(&clinic.ben);
        assert_eq!(ben.get(&format!("/pro/patients/{}", ann.0.id)).status, 404);
        // When its time is over it goes too.
        app.clock.set(kept.keep_until_at);
        round(&app.state).expect("a round");
        assert_eq!((app.database.count("archives"), app.database.count("archive_looks")), (0, 0));
    }

    fn a_record_whose_key_is_lost_is_named_and_goes_by_hand_alone(backend) {
        let clinic = open(backend);
        let app = &clinic.app;
        close(app, &clinic.ann);
        app.wait(WAIT);
        round(&app.state).expect("a round");
        let lost = |key: &str, more: &[&str]| {
            let mut program = program();
            program.args(["retention", "lost"]).args(more).env("GRADUS_DATABASE_URL", address_of(&app.database));
            let output = program.env("GRADUS_FACTOR_KEY", key).output().expect("the program runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            (String::from_utf8(output.stdout).expect("text"), app.database.count("archives"))
        };
        let key = if backend == Backend::Postgres { FACTOR_KEY } else { "" };
        assert_eq!(lost(key, &["--delete"]), (String::new(), 1), "what opens is not lost");
        let (named, kept) = lost(ANOTHER_KEY, &[]);
        assert!(named.contains(&clinic.ann.0.id) && named.contains("does not open") && kept == 1, "{named}");
        let (named, kept) = lost(ANOTHER_KEY, &["--delete"]);
        assert!(named.contains(&clinic.ann.0.id) && kept == 0, "{named}");
        assert_eq!(app.database.count("audit WHERE action LIKE 'deleted a locked record%'"), 1);
    }

    fn an_account_that_cannot_be_erased_is_a_failed_round(backend) {
        let clinic = open(backend);
        let app = &clinic.app;
        close(app, &clinic.ann);
        app.wait(WAIT);
        let mut state = app.state.clone();
        state.proofs = Arc::new(Proofs { sealer: None, passkeys: None, staff_required: false });
        round(&state).expect("the rest of the round is done");
        assert_eq!(app.database.count(&format!("users WHERE id = '{}'", clinic.ann.0.id)), 1, "not without a locked record");
        let start = || app.signed_in(&clinic.eve).get("/admin").is(200).words();
        assert!(start().contains("Failing in the background: erasing closed accounts"), "{}", start());
        app.wait(Duration::minutes(1));
        round(&app.state).expect("a round");
        assert!(!start().contains("erasing closed accounts"), "{}", start());
    }

    fn somebody_who_is_leaving_may_stay(backend) {
        let clinic = open(backend);
        let (app, ann) = (&clinic.app, &clinic.ann);
        close(app, ann);
        // The plan is gone at once, danger signs and help are not.
        let browser = app.signed_in(ann);
        for path in ["/today", "/plan", "/journal", "/messages"] {
            assert_eq!(browser.get(path).location(), "/account/closing", "{path}");
        }
        messages::sign(app.store(), &ann.own(), "t", app.moment()).expect("a sign is told");
        browser.get("/signs").is(200);
        browser.get("/help").is(200);
        let told = app.signed_in(&clinic.ben);
        assert!(told.get("/pro").is(200).words().contains("asked to close their account"));
        assert!(told.get("/pro/patients").words().contains("Closing the account: erased on 16 March"));
        assert!(told.get(&format!("/pro/patients/{}", ann.0.id)).words().contains("erased on 16 March"));
        // Thirteen days later they come back.
        app.wait(Duration::days(13));
        let browser = app.signed_in(ann);
        let page = browser.open("/");
        assert!(page.words().contains("It is erased on 16 March 2026"), "{}", page.words());
        browser.submit(&page.form_to("/account/keep")).is(303);
        browser.get("/plan").is(200);
        assert!(!app.signed_in(&clinic.ben).get("/pro").words().contains("asked to close their account"));
        app.wait(Duration::days(30));
        round(&app.state).expect("a round");
        assert_eq!(app.database.count(&format!("users WHERE id = '{}'", ann.0.id)), 1);
    }

    fn word_of_the_closing_goes_out_at_the_start_and_a_day_before_the_end(backend) {
        let app = spawn(backend);
        let gil = app.patient("Gil");
        close(&app, &gil);
        let posted = || app.database.lines("SELECT token AS line FROM outbox WHERE kind = 'closing' ORDER BY token");
        assert_eq!(posted().len(), 1);
        app.wait(WAIT - Duration::days(2));
        closing::decide_all(app.store(), &app.clock).expect("decided");
        assert_eq!(posted().len(), 1);
        app.wait(Duration::days(1));
        for _ in 0..2 {
            closing::decide_all(app.store(), &app.clock).expect("decided");
        }
        assert_eq!(posted().len(), 2, "once, however often it is looked");
        assert!(posted().iter().any(|token| token.starts_with("last")));
        // What they say: when it was asked for, the way back, and nothing about health.
        let mut letters = Vec::new();
        let mut send = |letter: &Letter| {
            letters.push(letter.clone());
            Ok(())
        };
        mail::deliver(app.store(), &app.clock, "http://gradus.test", &mut send).expect("delivered");
        let [last] = letters.as_slice() else { panic!("the first one is too late by now: {letters:?}") };
        assert_eq!((last.to.as_str(), last.subject.as_str()), ("gil@example.org", "Your account is erased tomorrow"));
        assert!(last.body.contains("2 March 2026") && last.body.contains("http://gradus.test/sign-in"), "{}", last.body);
        // Taken back, nothing more goes out.
        app.database.execute("UPDATE outbox SET status = 'waiting', settled_at = NULL, attempts = 0");
        app.database.execute("UPDATE users SET closing_at = NULL");
        let mut none = |letter: &Letter| panic!("nothing is wanted any more: {letter:?}");
        mail::deliver(app.store(), &app.clock, "http://gradus.test", &mut none).expect("delivered");
    }

    fn links_and_browsers_go_by_rules_that_announce_it(backend) {
        let clinic = open(backend);
        let (app, ann) = (&clinic.app, clinic.ann.id());
        app.signed_in(&clinic.ann);
        app.database.execute("DELETE FROM known_browsers");
        let link = AddressLink {
            token_hash: "a link".to_owned(),
            user_id: ann.to_string(),
            change_id: None,
            purpose: Side::Verify.code().to_owned(),
            email: "ann@example.org".to_owned(),
            made_at: app.now(),
            expires_at: app.now() + Duration::hours(24),
            used_at: None,
        };
        let kept = app.store().write::<_, StoreError>(|tx| {
            addresses::insert_link(tx, &link)?;
            addresses::know(tx, &ann, "a browser", app.now())
        });
        kept.expect("kept");
        let mark = app.database.line(&format!("SELECT mark AS line FROM sessions WHERE user_id = '{ann}'"));
        let acting = gradus::care::factors::Acting { user: ann.clone(), mark };
        gradus::care::addresses::ask_for_change(app.store(), &acting, "new@example.org", app.now()).expect("asked");
        assert!(joining::ask_for_account(app.store(), "never@example.org", Lang::En, "a secret", app.now()).expect("asked"));
        let rules = [Rule::NeverCame, Rule::AddressLinks, Rule::AddressChanges, Rule::Browsers];
        let due = || {
            let counts = app.store().read(|tx| preview(tx, app.now())).expect("counted");
            rules.map(|rule| counts.iter().find(|(kept, _)| kept.rule == rule).map_or(0, |(_, count)| *count))
        };
        assert_eq!(due(), [0, 0, 0, 0]);
        app.wait(Duration::hours(24));
        assert_eq!(due(), [1, 0, 0, 0], "the address of whoever never came goes as soon as the link ran out");
        app.wait(Duration::days(30));
        assert_eq!(due(), [1, 1, 1, 0]);
        app.wait(Duration::days(369));
        assert_eq!(due(), [1, 1, 1, 1]);
        let done = apply(app.store(), app.now()).expect("applied");
        assert!(rules.iter().all(|rule| done.iter().any(|(kept, deleted)| kept.rule == *rule && *deleted == 1)));
        assert_eq!(due(), [0, 0, 0, 0]);
        assert_eq!(app.database.count("invitations WHERE email = 'never@example.org'"), 0);
    }

    fn rules_of_retention_delete_what_they_announced_and_nothing_else(backend) {
        let clinic = open(backend);
        let app = &clinic.app;
        app.signed_in(&clinic.ann);
        app.wait(Duration::days(200));
        let eve = app.signed_in(&clinic.eve);
        let page = eve.get("/admin/retention").is(200);
        assert!(["Sessions that ran out", "What no rule deletes", "Locked records"].iter().all(|part| page.words().contains(part)));
        let counts = app.store().read(|tx| preview(tx, app.now())).expect("counted");
        let announced: i64 = counts.iter().map(|(_, count)| count).sum();
        assert!(announced > 0, "the session and the invitations of the beginning");
        let plans = app.database.count("plans");
        let done = apply(app.store(), app.now()).expect("applied");
        let deleted: usize = done.iter().map(|(_, deleted)| deleted).sum();
        assert_eq!(i64::try_from(deleted).expect("few"), announced);
        assert_eq!(app.database.count("plans"), plans);
        let again = app.store().read(|tx| preview(tx, app.now())).expect("counted");
        assert!(again.iter().all(|(_, count)| *count == 0));
        eve.get("/admin/retention").is(200);
    }
}
