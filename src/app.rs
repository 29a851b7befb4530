//! The server as a value: built from settings, it has a port and can be run, also on port 0 in tests.

mod key;

pub use key::{Replaced, replace_key, sealer, waiting_sealer};

use crate::accounts::factors::{Passkeys, Proofs};
use crate::accounts::password::Passwords;
use crate::care::audit::verify::verify;
use crate::care::house::{House, Houses};
use crate::care::own_data::{closing, erasing};
use crate::care::{CareError, account, mail, notices, reminders, retention, review};
use crate::clock::{Clock, Moment, zone};
use crate::config::Config;
use crate::ids::ClinicId;
use crate::rounds::Rounds;
use crate::smtp::Mailer;
use crate::store::{Store, StoreError, accounts, imports, migrate, sessions};
use crate::web::{self, Certificates, Costs};
use actix_web::cookie::Key;
use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer};
use chrono_tz::Tz;
use sha2::{Digest, Sha512};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Notify};

/// How often the running server looks for weeks to review and sessions to forget.
const ROUND: Duration = Duration::from_secs(60);
/// An uploaded journal file that nobody confirmed is forgotten after this time.
const FILE_WAITS: chrono::Duration = chrono::Duration::hours(24);
/// A request's head must have arrived within this time: slow clients hold no worker.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// A connection that asks for nothing more is closed after this time.
const IDLE_FOR: Duration = Duration::from_secs(15);
/// Time for a client to take the end of an answer, and for a TLS handshake.
const CLOSED_WITHIN: Duration = Duration::from_secs(5);
/// A connection that takes nothing of an answer for this time is closed: what waits to be sent costs memory. Long enough
/// for a telephone that loses its network in a tunnel.
#[cfg(target_os = "linux")]
const TAKEN_WITHIN: Duration = Duration::from_secs(30);
/// Most connections of each worker, and TLS handshakes at once: more wait to be accepted.
const CONNECTIONS: usize = 4096;
const HANDSHAKES: usize = 128;

/// How often the record of who did and saw what is read through.
const VERIFIED_EVERY: chrono::Duration = chrono::Duration::hours(24);
/// Name of the round that reads it through.
pub const TRAIL: &str = "reading the audit record through";
/// Name of the round that erases accounts whose waiting time is over.
const ERASING: &str = "erasing closed accounts";

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
    /// How often somebody may ask for what costs much.
    pub costs: Costs,
    /// What the clinics say of themselves: name, numbers to call.
    pub houses: Houses,
    /// What became of the rounds that run beside the requests.
    pub rounds: Rounds,
    /// What a second proof beside the password can be here.
    pub proofs: Arc<Proofs>,
    /// Wakes the postman before his minute is over.
    pub post: Arc<Notify>,
    /// When the health page last tried whether the database takes a write, and whether it did.
    pub pulse: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl Config {
    /// What the configuration says of the clinic.
    fn house(&self) -> House {
        House {
            // The program's own name is no clinic's.
            name: if self.clinic == "Gradus" { String::new() } else { self.clinic.clone() },
            emergency_number: self.emergency_number.clone(),
            urgent_number: self.urgent_number.clone(),
            ..House::default()
        }
    }
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
    /// The listener that sends plain HTTP on.
    redirect: Option<Server>,
    certificates: Option<Certificates>,
}

impl Application {
    /// Migrates, opens the database, binds.
    ///
    /// # Errors
    /// In words for whoever starts it.
    pub fn build(config: Config, clock: Clock) -> Result<Self, String> {
        migrate(&config.database).map_err(|e| e.to_string())?;
        let store = Store::open(&config.database).map_err(|e| e.to_string())?;
        let listener = TcpListener::bind(config.bind).map_err(|e| format!("GRADUS_BIND: {} cannot be listened on: {e}", config.bind))?;
        // Accepted connections inherit it. Other systems than Linux have no such limit.
        #[cfg(target_os = "linux")]
        socket2::SockRef::from(&listener).set_tcp_user_timeout(Some(TAKEN_WITHIN)).map_err(|e| e.to_string())?;
        let certificates = config.edge.tls.as_ref().map(Certificates::open).transpose()?;
        let plain = |at: SocketAddr| TcpListener::bind(at).map_err(|e| format!("GRADUS_HTTP_REDIRECT: {at} cannot be listened on: {e}"));
        let plain = config.edge.redirect.map(plain).transpose()?;
        let port = listener.local_addr().map_err(|e| e.to_string())?.port();
        let base_url = config.base_url(port);
        let first = account::first_staff_secret(&store, &ClinicId::first(), clock.now()).map_err(|e| e.to_string())?;
        let first_link = first.map(|secret| format!("{base_url}/invite/{secret}"));
        let key = cookie_key(&store).map_err(|e| e.to_string())?;
        let mailer = config.mail.as_ref().map(|server| Mailer::new(server, &base_url)).transpose()?;
        let proofs = Arc::new(proofs(&config, &base_url, &store)?);
        let post = Arc::new(Notify::new());
        let (houses, rounds) = (Houses::new(config.house()), Rounds::default());
        let costs = Costs::new(config.edge.requests_a_minute);
        let (passwords, pulse) = (Passwords::default(), Arc::default());
        let state = AppState { costs, config, base_url, store, clock, passwords, mailer, houses, rounds, proofs, post, pulse };
        let redirect = plain.map(|listener| web::redirecting(listener, &state.base_url)).transpose().map_err(|e| e.to_string())?;
        let shared = state.clone();
        let server = HttpServer::new(move || {
            App::new().app_data(actix_web::web::Data::new(shared.clone())).configure(web::configure(&shared, key.clone()))
        })
        .workers(2)
        .client_request_timeout(HEAD_WITHIN)
        .client_disconnect_timeout(CLOSED_WITHIN)
        .tls_handshake_timeout(CLOSED_WITHIN)
        .keep_alive(IDLE_FOR)
        .max_connections(CONNECTIONS)
        .max_connection_rate(HANDSHAKES)
        .shutdown_timeout(5);
        let server = match &certificates {
            Some(certificates) => server.listen_openssl(listener, certificates.acceptor()?),
            None => server.listen(listener),
        };
        let server = server.map_err(|e| e.to_string())?.run();
        Ok(Self { port, first_link, state, server, redirect, certificates })
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
            let mut verified = None;
            loop {
                state.costs.forget();
                let (working, now) = (state.clone(), state.clock.now());
                if verified.is_none_or(|at| now - at >= VERIFIED_EVERY) {
                    verified = Some(now);
                    verify_trail(&state).await;
                }
                let done = actix_web::web::block(move || round(&working)).await;
                state.rounds.note("weekly reviews and clearing up", now, outcome(&done));
                if let Ok(Err(error)) = done {
                    tracing::error!(%error, "a background round failed");
                }
                actix_web::rt::time::sleep(ROUND).await;
            }
        });
        let postman = actix_web::rt::spawn(deliver_forever(self.state.clone()));
        let watch = self.certificates.map(|certificates| actix_web::rt::spawn(certificates.watch()));
        let redirect = self.redirect.map(|server| (server.handle(), actix_web::rt::spawn(server)));
        let result = self.server.await;
        rounds.abort();
        postman.abort();
        if let Some(watch) = watch {
            watch.abort();
        }
        if let Some((handle, running)) = redirect {
            handle.stop(true).await;
            running.abort();
        }
        result
    }
}

/// Reads the whole record of who did and saw what. A chain that is broken is told to administrators and in the log.
async fn verify_trail(state: &AppState) {
    let store = state.store.clone();
    let outcome = match actix_web::web::block(move || verify(&store, None)).await {
        Ok(Ok(report)) if report.is_whole() => Ok(format!("{} rows, whole", report.rows)),
        Ok(Ok(_)) => {
            tracing::error!("the record of who did and saw what is not whole: run `gradus audit verify`");
            Err(())
        }
        _ => {
            tracing::error!("the record of who did and saw what could not be read: run `gradus audit verify`");
            Err(())
        }
    };
    state.rounds.note(TRAIL, state.clock.now(), outcome);
}

/// What is noted of a round.
fn outcome<T>(done: &Result<Result<T, CareError>, actix_web::error::BlockingError>) -> Result<String, ()> {
    if matches!(done, Ok(Ok(_))) { Ok("done".to_owned()) } else { Err(()) }
}

/// Decides and sends what is due, each minute and whenever somebody waits for it. Apart from the other rounds,
/// because a slow mail server must keep nothing else waiting.
async fn deliver_forever(state: AppState) {
    if state.mailer.is_none() {
        return;
    }
    loop {
        let working = state.clone();
        let done = actix_web::web::block(move || post_round(&working)).await;
        let said = outcome(&done).map(|_| done.as_ref().map_or(0, |sent| sent.as_ref().copied().unwrap_or(0)));
        state.rounds.note("messages", state.clock.now(), said.map(|sent| format!("{sent} sent")));
        match done {
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
    closing::decide_all(&state.store, &state.clock)?;
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
    let done = erasing::run(&state.store, &state.clock, state.proofs.sealer.as_ref(), state.config.keep_years)?;
    if let Some(cause) = &done.failed
        && !state.rounds.is_failing(ERASING)
    {
        tracing::error!(cause, "an account could not be erased; it is tried each minute, and /admin names it until it goes well");
    }
    let outcome = if done.failed.is_none() { Ok(format!("{} erased", done.erased)) } else { Err(()) };
    state.rounds.note(ERASING, state.clock.now(), outcome);
    if done.erased > 0 {
        tracing::info!(erased = done.erased, locked = done.locked, "accounts erased");
    }
    retention::apply_daily(&state.store, state.clock.now())
}

/// The key that signs cookies: made once, kept in the database, so that several servers share it.
fn cookie_key(store: &Store) -> Result<Key, StoreError> {
    let secret = store.write(|tx| accounts::setting_or(tx, "cookie_secret", crate::ids::secret))?;
    Ok(Key::from(&Sha512::digest(secret.as_bytes())))
}

/// What a second proof can be: passkeys where the address allows them, codes from an app where there is a key to seal
/// their secrets with. Beside an SQLite database the key is made; who runs PostgreSQL keeps it elsewhere.
fn proofs(config: &Config, base_url: &str, store: &Store) -> Result<Proofs, String> {
    let sealer = match sealer(config)? {
        None if config.factors.staff_required => {
            return Err("GRADUS_FACTOR_KEY: is needed with PostgreSQL, because staff sign in with a second step. `gradus factors key` prints a fresh \
                        one; keep it in a file and name that with GRADUS_FACTOR_KEY_FILE"
                .to_owned());
        }
        sealer => sealer,
    };
    key::must_fit(config, store, sealer.as_ref())?;
    Ok(Proofs { sealer, passkeys: Passkeys::at(base_url, &config.clinic), staff_required: config.factors.staff_required })
}
