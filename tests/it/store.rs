//! What the store promises on both databases: transactions that lose nothing, values that come back as
//! they went in, forms that count once, files that are private.

use crate::support::{Backend, PASSWORD, TestApp, spawn};
use gradus::accounts::password::fingerprint;
use gradus::care::account::{self, NewAccount};
use gradus::care::baseline::{TrialIn, record_trials};
use gradus::care::{CareError, journal as care_journal};
use gradus::clinical::codes::{Activity, Category};
use gradus::ids::{self, UserId};
use gradus::store::journal::EntryBody;
use gradus::store::{Conflict, Store, StoreError, accounts, journal, logs, plans, sessions};

const THREADS: usize = 8;
const ROUNDS: usize = 100;

fn increment(store: &Store, app: &TestApp) -> Result<(), StoreError> {
    store.write(|tx| {
        let (count, start) = accounts::failures(tx, "counter")?.unwrap_or((0, app.now()));
        accounts::set_failures(tx, "counter", count + 1, start)
    })
}

each_backend! {
    fn writers_that_meet_lose_nothing(backend) {
        let app = spawn(backend);
        increment(app.store(), &app).expect("the first");
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for _ in 0..ROUNDS {
                        // Busy says that nothing was written: the caller may try again.
                        while let Err(error) = increment(app.store(), &app) {
                            assert!(matches!(error, StoreError::Busy), "{error}");
                        }
                    }
                });
            }
        });
        let counted = app.store().read::<_, StoreError>(|tx| accounts::failures(tx, "counter")).expect("read");
        assert_eq!(counted.map(|(count, _)| count), i32::try_from(THREADS * ROUNDS + 1).ok());
    }

    fn an_error_leaves_nothing_behind(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let before = app.database.count("audit");
        let result: Result<(), CareError> = app.store().write(|tx| {
            accounts::set_time_zone(tx, &ann.id(), "Asia/Tokyo")?;
            gradus::store::oversight::note(tx, Some(&ann.id()), None, "half a step", app.now())?;
            Err(CareError::refused("", "no"))
        });
        assert!(matches!(result, Err(CareError::Refused { .. })));
        let user = app.store().read::<_, StoreError>(|tx| accounts::user(tx, &ann.id())).expect("read").expect("Ann");
        assert_eq!(user.time_zone, "Europe/London");
        assert_eq!(app.database.count("audit"), before);
    }

    fn a_reader_sees_one_moment(backend) {
        let app = spawn(backend);
        increment(app.store(), &app).expect("one");
        let (first, second) = app.store().read::<_, StoreError>(|tx| {
            let first = accounts::failures(tx, "counter")?;
            std::thread::scope(|scope| scope.spawn(|| increment(app.store(), &app).expect("two")).join().expect("written"));
            Ok((first, accounts::failures(tx, "counter")?))
        }).expect("read");
        assert_eq!(first.map(|(count, _)| count), Some(1));
        assert_eq!(first, second, "a write in between must not show");
    }

    fn a_taken_address_and_an_unknown_person_are_told_apart(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let again = app.store().write(|tx| {
            let mut user = ann.0.clone();
            user.id = ids::fresh();
            accounts::insert_user(tx, &user)
        });
        assert!(matches!(again, Err(StoreError::Conflict(Conflict::EmailTaken))), "{again:?}");
        // Foreign keys are on: consent of somebody who does not exist is refused.
        let nobody = app.store().write::<_, StoreError>(|tx| accounts::insert_consent(tx, &UserId::fresh(), "use", "1", app.now()));
        assert!(matches!(nobody, Err(StoreError::Broken(_))), "{nobody:?}");
    }

    fn an_invitation_makes_one_account_however_many_use_it_at_once(backend) {
        let app = spawn(backend);
        let secret = account::staff_secret(app.store(), &gradus::ids::ClinicId::first(), "Ben", app.now()).expect("a link");
        let made = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..6).map(|n| {
                let (app, secret) = (&app, &secret);
                scope.spawn(move || {
                    let new = NewAccount {
                        email: format!("ben{n}@example.org"),
                        name: "Ben".to_owned(),
                        password_hash: "none".to_owned(),
                        time_zone: "UTC".to_owned(),
                        language: gradus::lang::Lang::En,
                    };
                    account::register_staff(app.store(), &new, secret, app.now()).is_ok()
                })
            }).collect();
            tries.into_iter().map(|t| t.join().expect("no panic")).filter(|made| *made).count()
        });
        assert_eq!(made, 1);
        assert_eq!(app.database.count("users"), 1);
        assert_eq!(app.database.count(&format!("invitations WHERE token_hash = '{}' AND used_at IS NOT NULL", fingerprint(&secret))), 1);
    }

    fn values_come_back_as_they_went_in(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let body = EntryBody {
            back: Some(0),
            buttock: None,
            leg: Some(10),
            sleep_hours: Some(6.75),
            sleep_quality: Some(3),
            stiffness_minutes: Some(45),
            mood: None,
            stress: Some(7),
            medicine: Some(false),
            tags: vec!["travel".to_owned(), "work".to_owned()],
            note: "L’épaule – „gut“ 🙂\n'; DROP TABLE users; -- % _ \\ \"quoted\"".to_owned(),
            share_note: true,
        };
        let id = app.write_entry(&ann, &body);
        let entry = app.store().read::<_, StoreError>(|tx| journal::one(tx, &ann.own(), &id)).expect("read");
        assert_eq!(*entry.body, body);
        assert_eq!((entry.recorded_at, entry.late, entry.at_time.as_str()), (app.now(), false, "09:00"));

        app.start_plan(&ann);
        let plan = app.store().read::<_, StoreError>(|tx| plans::active(tx, &ann.own())).expect("read").expect("a plan");
        assert_eq!(*plan.category, Category::Flex);
        assert_eq!(app.database.line("SELECT category AS line FROM plans"), "FLEX");
        assert_eq!(*plan.training_days, [0, 2, 4]);
        assert_eq!(plan.facts.category, Category::Flex);
        let stored: serde_json::Value = serde_json::from_str(&app.database.line("SELECT facts AS line FROM plans")).expect("JSON");
        assert_eq!(stored, serde_json::to_value(&*plan.facts).expect("JSON"));
        let quotas = app.store().read::<_, StoreError>(|tx| plans::quotas(tx, &ann.own(), &plan)).expect("read");
        assert_eq!((quotas[0].activity.0, quotas[0].goal), (Activity::Walk, 30.0));
        assert_eq!(quotas[0].inputs.trials, [10.0, 12.0, 14.0]);
    }

    fn microseconds_are_kept_and_missing_is_not_zero(backend) {
        let app = spawn(backend);
        app.wait(chrono::Duration::microseconds(123_457));
        let ann = app.patient("Ann");
        let read = app.store().read::<_, StoreError>(|tx| accounts::user(tx, &ann.id())).expect("read").expect("Ann");
        assert_eq!(read.created_at, app.now());
        let today = app.moment().today();
        let set = |average, morning| app.store().write::<_, StoreError>(|tx| logs::set_day(tx, &ann.own(), today, average, morning, false, app.now()));
        set(Some(0), None).expect("written");
        let day = || app.store().read::<_, StoreError>(|tx| logs::days(tx, &ann.own(), today, today)).expect("read").remove(0);
        assert_eq!((day().average, day().morning), (Some(0), None));
    }

    fn the_same_form_twice_is_stored_once(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (own, moment) = (ann.own(), app.moment());
        let new = care_journal::NewEntry { on: moment.today(), at: moment.time(), body: EntryBody { back: Some(4), ..EntryBody::default() }, token: "one".to_owned() };
        care_journal::write(app.store(), &own, &new, moment).expect("written");
        care_journal::write(app.store(), &own, &new, moment).expect("written again");
        assert_eq!(app.database.count("journal_entries"), 1);

        let trial = [TrialIn { on: moment.today(), amount: 10.0, token: "two".to_owned(), field: "on" }];
        record_trials(app.store(), &own, Activity::Sit, &trial, None, moment).expect("recorded");
        record_trials(app.store(), &own, Activity::Sit, &trial, None, moment).expect("recorded again");
        assert_eq!(app.database.count("baseline_trials"), 1);

        app.start_plan(&ann);
        let agreement = gradus::care::plan::Agreement { days: vec![1, 3, 5], cue: String::new() };
        gradus::care::plan::agree(app.store(), &own, &agreement, moment).expect("agreed again");
        assert_eq!(app.database.count("plans"), 1);
    }

    fn a_session_is_kept_by_its_hash_and_goes_when_its_time_is_over(backend) {
        let app = spawn(backend);
        let day = chrono::Duration::hours(24);
        let about = sessions::About { user: None, mark: "", device: "", since: None, until: app.now() + day };
        app.store().write::<_, StoreError>(|tx| sessions::insert(tx, "hash", &about, "{}", app.now())).expect("kept");
        let load = |at| app.store().read::<_, StoreError>(|tx| sessions::load(tx, "hash", at)).expect("read").map(|live| live.state);
        assert_eq!(load(app.now()).as_deref(), Some("{}"));
        app.wait(day);
        assert_eq!(load(app.now()), None);
        // The running server clears up as well and may have been quicker.
        app.store().write::<_, StoreError>(|tx| sessions::purge(tx, app.now())).expect("purged");
        assert_eq!(app.database.count("sessions WHERE id = 'hash'"), 0);
    }

    fn weeks_are_reviewed_once_by_whoever_comes_first(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        app.start_plan(&ann);
        app.wait(chrono::Duration::days(15));
        let moment = app.moment();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| gradus::care::review::run_all(app.store(), &app.clock).expect("the job"));
                scope.spawn(|| gradus::care::review::run_due(app.store(), &ann.own(), moment).expect("a look"));
            }
        });
        assert_eq!(app.database.lines("SELECT CAST(week AS TEXT) AS line FROM reviews ORDER BY week"), ["1", "2"]);
    }
}

#[test]
fn the_linked_sqlite_has_no_known_fault() {
    let database = Backend::Sqlite.empty();
    gradus::store::migrate(&database.url()).expect("migrated");
    let version = database.line("SELECT sqlite_version() AS line");
    let numbers: Vec<u32> = version.split('.').map(|n| n.parse().expect("a number")).collect();
    assert!(numbers.as_slice() >= [3, 51, 3].as_slice(), "SQLite {version}");
    // The journal mode belongs to the file; the settings of each connection are tested in `store::conn`.
    assert_eq!(database.line("SELECT journal_mode AS line FROM pragma_journal_mode"), "wal");
}

#[cfg(unix)]
#[test]
fn the_database_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let app = spawn(Backend::Sqlite);
    app.visitor().get("/sign-in").is(200);
    let file = app.database.path().expect("a file").to_owned();
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!(mode(file.parent().expect("a folder")), 0o700);
    for ending in ["", "-wal", "-shm"] {
        let path = file.with_file_name(format!("gradus.db{ending}"));
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[test]
fn deleted_text_is_not_left_in_the_file() {
    let app = spawn(Backend::Sqlite);
    let canary = "canary-".repeat(40);
    let write = |text: &str| {
        let until = app.now() + chrono::Duration::hours(1);
        let about = sessions::About { user: None, mark: "", device: "", since: None, until };
        let _ = app.store().write::<_, StoreError>(|tx| sessions::insert(tx, "hash", &about, text, app.now()));
    };
    let file = app.database.path().expect("a file").to_owned();
    let holds = || {
        app.database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        let bytes = std::fs::read(&file).expect("the file");
        bytes.windows(canary.len()).any(|part| part == canary.as_bytes())
    };
    write(&canary);
    assert!(holds(), "the test looks in the right place");
    app.store().write::<_, StoreError>(|tx| sessions::spend(tx, "hash", app.now())).expect("deleted");
    assert!(!holds(), "secure_delete is on");
}

#[test]
fn everybody_in_the_tests_has_a_password_that_the_rules_take() {
    assert_eq!(
        gradus::accounts::password::check_new(
            PASSWORD,
            gradus::accounts::password::Belongs { email: "ann@example.org", name: "Ann", clinic: "Gradus" }
        ),
        Ok(())
    );
}
