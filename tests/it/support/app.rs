//! The real server, on a database and a clock of the test's own.

use super::backend::{Backend, Database};
use super::person::Person;
use actix_web::dev::ServerHandle;
use chrono::{Duration, NaiveDate};
use gradus::app::{AppState, Application};
use gradus::clock::{Clock, Moment, UtcTime};
use gradus::config::Config;
use gradus::store::Store;
use std::collections::HashMap;
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;

/// When every test begins: Monday 2 March 2026, 9 o'clock in London and in UTC.
pub fn start_of_tests() -> UtcTime {
    NaiveDate::from_ymd_opt(2026, 3, 2).and_then(|d| d.and_hms_opt(9, 0, 0)).expect("a valid time")
}

/// A key for sealing: 32 bytes of nothing, in base64.
pub const FACTOR_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A running server. Stops and takes its database along when it is dropped.
pub struct TestApp {
    /// Address without a trailing slash.
    pub base: String,
    /// The server's clock: stands still until it is moved.
    pub clock: Clock,
    /// What its handlers reach.
    pub state: AppState,
    /// Secret of the link for the first account.
    pub first_secret: Option<String>,
    /// Each person's own browser, by address: the cookie by which the server knows it.
    pub browsers: Mutex<HashMap<String, String>>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
    /// Dropped last.
    pub database: Database,
}

/// Starts a server with the usual settings.
pub fn spawn(backend: Backend) -> TestApp {
    spawn_with(backend, &[])
}

/// Starts a server with further settings, such as `("GRADUS_PUBLIC_URL", "https://…")`.
pub fn spawn_with(backend: Backend, settings: &[(&str, &str)]) -> TestApp {
    super::logged::listen();
    let database = backend.migrated();
    let mut map = HashMap::from([
        ("GRADUS_BIND".to_owned(), "127.0.0.1:0".to_owned()),
        // Most tests are about something else: `factors` is about the second step.
        ("GRADUS_STAFF_SECOND_FACTOR".to_owned(), "optional".to_owned()),
    ]);
    if backend == Backend::Postgres {
        // Beside an SQLite file it is made.
        map.insert("GRADUS_FACTOR_KEY".to_owned(), FACTOR_KEY.to_owned());
    }
    map.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    // A public server answers for its own name alone; tests come by the address.
    if map.contains_key("GRADUS_PUBLIC_URL") {
        map.entry("GRADUS_HOSTS".to_owned()).or_insert_with(|| "127.0.0.1".to_owned());
    }
    // Some tests ask every route as everybody, faster than any waiting room.
    map.entry("GRADUS_REQUESTS_A_MINUTE".to_owned()).or_insert_with(|| "100000".to_owned());
    let mut config = Config::from_map(map).expect("the settings are valid");
    config.database = database.url();
    let clock = Clock::fixed(start_of_tests());
    let its_clock = clock.clone();
    let (say, hear) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let application = Application::build(config, its_clock).expect("the server can be built");
            let started = (application.port, application.first_link.clone(), application.state().clone(), application.handle());
            say.send(started).expect("the test waits for it");
            application.run().await.expect("the server runs");
        });
    });
    let (port, first_link, state, handle) = hear.recv().expect("the server starts");
    TestApp {
        base: format!("http://127.0.0.1:{port}"),
        first_secret: first_link.and_then(|link| link.rsplit('/').next().map(str::to_owned)),
        clock,
        state,
        browsers: Mutex::default(),
        handle,
        thread: Some(thread),
        database,
    }
}

impl TestApp {
    /// Somebody at a browser who has not been here before.
    pub fn visitor(&self) -> Person {
        Person::new(&self.base)
    }

    pub fn store(&self) -> &Store {
        &self.state.store
    }

    pub fn now(&self) -> UtcTime {
        self.clock.now()
    }

    /// Now, in the clinic's zone.
    pub fn moment(&self) -> Moment {
        self.state.moment("")
    }

    /// Moves the clock on. Whoever is `signed_in` signs in again when their time is over.
    pub fn wait(&self, span: Duration) {
        self.clock.set(self.clock.now() + span);
    }
}

impl TestApp {
    /// Whatever a test made the program write into the record of who did what stands in `care::audit::words`. A record that
    /// a test forged, and one that cannot be read any more, say nothing about the program.
    fn assert_every_word_is_explained(&self) {
        let whole = || gradus::care::audit::verify::verify(self.store(), None).is_ok_and(|report| report.is_whole());
        if std::thread::panicking() || !whole() {
            return;
        }
        for word in self.database.lines("SELECT DISTINCT action AS line FROM audit") {
            assert!(gradus::care::audit::words::find(&word).is_some(), "say in words.rs what {word:?} means");
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // The command is sent at once; there is nothing to wait for but the thread.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.assert_every_word_is_explained();
    }
}
