//! The server as a value: built from settings, it has a port and can be run, also on port 0 in tests.

use crate::accounts::password::Passwords;
use crate::care::{CareError, account, mail, notices, reminders, review};
use crate::clock::{Clock, Moment, zone};
use crate::config::Config;
use crate::smtp::Mailer;
use crate::store::{Store, StoreError, accounts, imports, migrate, sessions};
use crate::web;
use actix_web::cookie::Key;
use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer};
use chrono_tz::Tz;
use sha2::{Digest, Sha512};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// How often the running server looks for weeks to review and sessions to forget.
const ROUND: Duration = Duration::from_secs(60);
/// An uploaded journal file that nobody confirmed is forgotten after this time.
const FILE_WAITS: chrono::Duration = chrono::Duration::hours(24);
/// A request's head must have arrived within this time: slow clients hold no worker.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// What every request handler can reach; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Settings.
    pub config: Config,
    /// How browsers reach this server, without a trailing slash.
    pub base_url: String,
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// Password hashing with its limit.
    pub passwords: Passwords,
    /// The way to the mail server; `None` when this clinic sends no e-mail.
    pub mailer: Option<Mailer>,
    /// Wakes the postman before his minute is over.
    pub post: Arc<Notify>,
}

impl AppState {
    /// Now, in the zone of a name; in the clinic's when it is empty.
    pub fn moment(&self, zone_name: &str) -> Moment {
        let zone: Tz = if zone_name.is_empty() { self.config.time_zone } else { zone(zone_name) };
        Moment { utc: self.clock.now(), zone }
    }
}

/// A server that is bound but does not run yet.
pub struct Application {
    /// The port it listens on.
    pub port: u16,
    /// The link for the first account, while the clinic has none.
    pub first_link: Option<String>,
    state: AppState,
    server: Server,
}

impl Application {
    /// Migrates, opens the database, binds.
    ///
    /// # Errors
    /// In words for whoever starts it.
    pub fn build(config: Config, clock: Clock) -> Result<Self, String> {
        migrate(&config.database).map_err(|e| e.to_string())?;
        let store = Store::open(&config.database).map_err(|e| e.to_string())?;
        let listener =
            std::net::TcpListener::bind(config.bind).map_err(|e| format!("GRADUS_BIND: {} cannot be listened on: {e}", config.bind))?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let base_url = config.base_url(port);
        let first = account::first_staff_secret(&store, clock.now()).map_err(|e| e.to_string())?;
        let first_link = first.map(|secret| format!("{base_url}/invite/{secret}"));
        let key = cookie_key(&store).map_err(|e| e.to_string())?;
        let mailer = config.mail.as_ref().map(|server| Mailer::new(server, &base_url)).transpose()?;
        let post = Arc::new(Notify::new());
        let state = AppState { config, base_url, store, clock, passwords: Passwords::default(), mailer, post };
        let shared = state.clone();
        let server = HttpServer::new(move || {
            App::new().app_data(actix_web::web::Data::new(shared.clone())).configure(web::configure(&shared, key.clone()))
        })
        .workers(2)
        .client_request_timeout(HEAD_WITHIN)
        .shutdown_timeout(5)
        .listen(listener)
        .map_err(|e| e.to_string())?
        .run();
        Ok(Self { port, first_link, state, server })
    }

    /// What handlers reach; for tests and for the demonstration.
    pub fn state(&self) -> &AppState {
        &self.state
    }

    /// Stops the server from another thread; for tests.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves until the process is told to stop, and visits the weekly reviews meanwhile.
    ///
    /// # Errors
    /// When the server stops by a fault.
    pub async fn run(self) -> Result<(), std::io::Error> {
        let state = self.state.clone();
        let rounds = actix_web::rt::spawn(async move {
            loop {
                let state = state.clone();
                let done = actix_web::web::block(move || round(&state)).await;
                if let Ok(Err(error)) = done {
                    tracing::error!(%error, "a background round failed");
                }
                actix_web::rt::time::sleep(ROUND).await;
            }
        });
        let postman = actix_web::rt::spawn(deliver_forever(self.state.clone()));
        let result = self.server.await;
        rounds.abort();
        postman.abort();
        result
    }
}

/// Decides and sends what is due, each minute and whenever somebody waits for it. Apart from the other rounds,
/// because a slow mail server must keep nothing else waiting.
async fn deliver_forever(state: AppState) {
    if state.mailer.is_none() {
        return;
    }
    loop {
        let working = state.clone();
        match actix_web::web::block(move || post_round(&working)).await {
            Ok(Ok(0)) | Err(_) => {}
            Ok(Ok(sent)) => tracing::info!(sent, "messages sent"),
            Ok(Err(error)) => tracing::error!(%error, "a round of messages failed"),
        }
        // Either the minute is over or somebody asked.
        let _ = actix_web::rt::time::timeout(ROUND, state.post.notified()).await;
    }
}

/// One round of messages; returns how many were sent. Does nothing in a clinic that sends no e-mail.
pub fn post_round(state: &AppState) -> Result<usize, CareError> {
    let Some(mailer) = &state.mailer else { return Ok(0) };
    reminders::decide_all(&state.store, &state.clock)?;
    notices::decide_all(&state.store, &state.clock)?;
    let mut sending = None;
    mail::deliver(&state.store, &state.clock, &state.base_url, &mut |letter| {
        let sending = match &sending {
            Some(open) => open,
            None => sending.insert(mailer.open().map_err(|told| told.failure)?),
        };
        sending.send(letter).map_err(|told| told.failure)
    })
}

/// One background round: weekly reviews that are due, files that nobody confirmed, sessions that have expired.
pub fn round(state: &AppState) -> Result<(), CareError> {
    let reviewed = review::run_all(&state.store, &state.clock)?;
    if reviewed > 0 {
        tracing::info!(reviewed, "weekly reviews done");
    }
    state.store.write::<_, StoreError>(|tx| {
        imports::forget_waiting(tx, state.clock.now() - FILE_WAITS)?;
        sessions::purge(tx, state.clock.now())
    })?;
    Ok(())
}

/// The key that signs cookies: made once, kept in the database, so that several servers share it.
fn cookie_key(store: &Store) -> Result<Key, StoreError> {
    let secret = store.write(|tx| accounts::setting_or(tx, "cookie_secret", crate::ids::secret))?;
    Ok(Key::from(&Sha512::digest(secret.as_bytes())))
}
