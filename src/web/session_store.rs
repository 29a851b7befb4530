//! actix-session's storage on our own `sessions` table, on both databases. The cookie holds 52
//! random characters; the table holds only their SHA-256. How long a session lasts is decided here, by the role its
//! person has now (`accounts::limits`); what the cookie says of it is not asked.

use crate::accounts::limits::{Limits, VISITOR};
use crate::accounts::password::fingerprint;
use crate::clock::{Clock, UtcTime};
use crate::ids::{self, UserId};
use crate::store::sessions::{About, Live, SEEN_EVERY};
use crate::store::{ReadTx, Store, StoreError, WriteTx, accounts, sessions};
use crate::web::carried;
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::future::Future;

type State = HashMap<String, String>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Name of the cookie that holds the key of a session.
pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-gradus" } else { "gradus" }
}

/// Key under which the signed-in account stands in a session.
pub const USER: &str = "user";
/// Key of the suitability check of a visitor.
pub const CHECK: &str = "check";
/// Key of the name under which a session's person ends it.
pub const MARK: &str = "mark";
/// Key of the device, in plain words.
pub const DEVICE: &str = "device";
/// Key of the instant since which somebody is signed in.
pub const SINCE: &str = "since";
/// Key of the instant since which somebody has the password that they are signed in with; it stands in a session during
/// the request that signs them in, and is never kept.
pub const FRESH: &str = "fresh";
/// Key of the instant at which they last proved who they are.
pub const PROVEN: &str = "proven";

tokio::task_local! {
    static UNTOUCHED: ();
    static NOT_NEEDED: ();
}

/// For how long a page that does without a session waits for it.
const WITHIN: std::time::Duration = std::time::Duration::from_secs(1);

/// Answers a request without counting it as use: to ask how long a session still lasts must not make it last longer.
pub async fn untouched<T>(request: impl Future<Output = T>) -> T {
    UNTOUCHED.scope((), request).await
}

/// Answers a request that can do without a session: when none can be read, as for somebody who is not signed in.
pub async fn not_needed<T>(request: impl Future<Output = T>) -> T {
    NOT_NEEDED.scope((), request).await
}

/// The session store.
pub struct DbSessions {
    store: Store,
    clock: Clock,
}

impl DbSessions {
    /// Keeps sessions in this database.
    pub fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    async fn read<T: Send + 'static>(&self, f: impl FnOnce(&mut ReadTx) -> Result<T, StoreError> + Send + 'static) -> Result<T, Failure> {
        let store = self.store.clone();
        Ok(carried::block(move || store.read(f)).await??)
    }

    /// Keeps a state under a new key; `None` when it is of somebody signed in whose session was ended while this request
    /// ran, or whose password is another one since they showed it: a slow request must not bring back what a new password
    /// or a sign-out elsewhere has ended.
    async fn keep(&self, state: State) -> Result<Option<String>, Failure> {
        let secret = ids::secret();
        let (id, now, said) = (fingerprint(&secret), self.clock.now(), Said::of(state));
        let kept = self.write(move |tx| {
            let may = match (said.user.as_deref(), said.fresh) {
                (None, _) => true,
                (Some(user), None) => sessions::goes_on(tx, user, &said.mark, now)?,
                (Some(user), Some(since)) => {
                    accounts::user(tx, &UserId::from_text(user))?.is_some_and(|user| user.password_changed_at == since)
                }
            };
            if !may {
                return Ok(false);
            }
            let limits = limits(tx, said.user.as_deref())?.ok_or(StoreError::NotFound)?;
            sessions::insert(tx, &id, &said.about(until(limits, said.since, now)), &said.text, now)?;
            Ok(true)
        });
        Ok(kept.await?.then_some(secret))
    }

    async fn write<T: Send + 'static>(&self, f: impl FnMut(&mut WriteTx) -> Result<T, StoreError> + Send + 'static) -> Result<T, Failure> {
        let store = self.store.clone();
        Ok(carried::block(move || store.write(f)).await??)
    }
}

/// What the state says of itself; values are kept as JSON texts.
struct Said {
    /// Somebody is signed in by this very request, with the password that they have since then.
    fresh: Option<UtcTime>,
    user: Option<String>,
    mark: String,
    device: String,
    since: Option<UtcTime>,
    text: String,
}

impl Said {
    fn of(mut state: State) -> Self {
        fn value<T: DeserializeOwned>(state: &State, key: &str) -> Option<T> {
            state.get(key).and_then(|text| serde_json::from_str(text).ok())
        }
        let fresh = value(&state, FRESH);
        state.remove(FRESH);
        let user: Option<String> = value(&state, USER);
        let text = serde_json::to_string(&state).unwrap_or_else(|_| "{}".to_owned());
        if user.is_none() {
            return Self { fresh, user, mark: String::new(), device: String::new(), since: None, text };
        }
        let word = |key| value::<String>(&state, key).unwrap_or_default();
        Self { fresh, user, mark: word(MARK), device: word(DEVICE), since: value(&state, SINCE), text }
    }

    fn about(&self, until: UtcTime) -> About<'_> {
        About { user: self.user.as_deref(), mark: &self.mark, device: &self.device, since: self.since, until }
    }
}

/// The limits of a session: a visitor's, or by what its person is now. `None`: there is no such person any more.
fn limits(tx: &mut ReadTx, user: Option<&str>) -> Result<Option<Limits>, StoreError> {
    match user {
        None => Ok(Some(VISITOR)),
        Some(user) => Ok(sessions::is_staff(tx, user)?.map(Limits::of)),
    }
}

/// When a session that is used now ends: without use, or altogether. The use of a minute may not be written down yet.
fn until(limits: Limits, since: Option<UtcTime>, now: UtcTime) -> UtcTime {
    let idle = now + limits.idle + SEEN_EVERY;
    since.map_or(idle, |since| idle.min(since + limits.absolute))
}

/// A live session by the limits of now; whatever was written down when it was last used, a role may have come since.
fn live(tx: &mut ReadTx, id: &str, now: UtcTime) -> Result<Option<(Live, Limits)>, StoreError> {
    let Some(found) = sessions::load(tx, id, now)? else { return Ok(None) };
    let Some(limits) = limits(tx, found.user_id.as_deref())? else { return Ok(None) };
    // Whoever is not signed in has been here since the key was made.
    let since = found.signed_in_at.unwrap_or(found.created_at);
    Ok((now < until(limits, Some(since), found.last_seen_at)).then_some((found, limits)))
}

fn other(cause: Failure) -> std::io::Error {
    std::io::Error::other(cause)
}

impl SessionStore for DbSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let (id, now) = (fingerprint(key.as_ref()), self.clock.now());
        let read = self.read(move |tx| live(tx, &id, now));
        // SAFETY(patient): the page with the numbers to call does not wait for a database that fails or hangs.
        let found = if NOT_NEEDED.try_with(|()| ()).is_ok() {
            actix_web::rt::time::timeout(WITHIN, read).await.ok().and_then(Result::ok).flatten()
        } else {
            read.await.map_err(|e| LoadError::Other(other(e).into()))?
        };
        found.map(|(live, _)| serde_json::from_str(&live.state)).transpose().map_err(|e| LoadError::Deserialization(e.into()))
    }

    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let failed = |e: Failure| SaveError::Other(other(e).into());
        let secret = match self.keep(state).await.map_err(failed)? {
            Some(secret) => secret,
            None => self.keep(State::new()).await.map_err(failed)?.ok_or_else(|| failed("a visitor's session was not kept".into()))?,
        };
        SessionKey::try_from(secret).map_err(|e| SaveError::Other(e.into()))
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let (id, now, said) = (fingerprint(key.as_ref()), self.clock.now(), Said::of(state));
        let kept = self
            .write(move |tx| {
                let Some(limits) = limits(tx, said.user.as_deref())? else { return Ok(false) };
                sessions::update(tx, &id, &said.about(until(limits, said.since, now)), &said.text, now)
            })
            .await
            .map_err(|e| UpdateError::Other(other(e).into()))?;
        if kept {
            return Ok(key);
        }
        // The session ended while this request ran (a sign-out elsewhere): it must not come back
        // signed in, so what is kept under a new key is an empty one.
        self.save(State::new(), ttl).await.map_err(|e| UpdateError::Other(e.into()))
    }

    async fn update_ttl(&self, key: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        // Nor does the page with the numbers to call wait for a write.
        if UNTOUCHED.try_with(|()| ()).is_ok() || NOT_NEEDED.try_with(|()| ()).is_ok() {
            return Ok(());
        }
        let (id, now) = (fingerprint(key.as_ref()), self.clock.now());
        let read_id = id.clone();
        let found = self.read(move |tx| live(tx, &read_id, now)).await.map_err(other)?;
        let grows = |live: &Live| live.user_id.is_some() && now - live.last_seen_at >= SEEN_EVERY;
        if let Some((live, limits)) = found.filter(|(live, _)| grows(live)) {
            let until = until(limits, live.signed_in_at, now);
            self.write(move |tx| sessions::extend(tx, &id, now, until)).await.map_err(other)?;
        }
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let (id, now) = (fingerprint(key.as_ref()), self.clock.now());
        Ok(self.write(move |tx| sessions::spend(tx, &id, now)).await.map_err(other)?)
    }
}
