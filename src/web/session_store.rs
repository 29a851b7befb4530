//! actix-session's storage on our own `sessions` table, on both databases. The cookie holds 64
//! random characters; the table holds only their SHA-256.

use crate::accounts::password::fingerprint;
use crate::clock::Clock;
use crate::ids;
use crate::store::{ReadTx, Store, StoreError, WriteTx, sessions};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::web;
use std::collections::HashMap;

type State = HashMap<String, String>;
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Key under which the signed-in account stands in a session.
pub const USER: &str = "user";

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
        Ok(web::block(move || store.read(f)).await??)
    }

    async fn write<T: Send + 'static>(&self, f: impl FnMut(&mut WriteTx) -> Result<T, StoreError> + Send + 'static) -> Result<T, Failure> {
        let store = self.store.clone();
        Ok(web::block(move || store.write(f)).await??)
    }
}

fn seconds(ttl: &Duration) -> chrono::Duration {
    chrono::Duration::seconds(ttl.whole_seconds())
}

/// The account in a session's state; values are kept as JSON texts.
fn user_of(state: &State) -> Option<String> {
    state.get(USER).and_then(|text| serde_json::from_str(text).ok())
}

fn text_of(state: &State) -> String {
    serde_json::to_string(state).unwrap_or_else(|_| "{}".to_owned())
}

fn other(cause: Failure) -> std::io::Error {
    std::io::Error::other(cause)
}

impl SessionStore for DbSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let (id, now) = (fingerprint(key.as_ref()), self.clock.now());
        let text = self.read(move |tx| sessions::load(tx, &id, now)).await.map_err(|e| LoadError::Other(other(e).into()))?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(|e| LoadError::Deserialization(e.into()))
    }

    async fn save(&self, state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let secret = ids::secret();
        let (id, now, ttl) = (fingerprint(&secret), self.clock.now(), seconds(ttl));
        let (user, text) = (user_of(&state), text_of(&state));
        self.write(move |tx| sessions::insert(tx, &id, user.as_deref(), &text, now, ttl))
            .await
            .map_err(|e| SaveError::Other(other(e).into()))?;
        SessionKey::try_from(secret).map_err(|e| SaveError::Other(e.into()))
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let (id, now, life) = (fingerprint(key.as_ref()), self.clock.now(), seconds(ttl));
        let (user, text) = (user_of(&state), text_of(&state));
        let kept = self
            .write(move |tx| sessions::update(tx, &id, user.as_deref(), &text, now, life))
            .await
            .map_err(|e| UpdateError::Other(other(e).into()))?;
        if kept {
            return Ok(key);
        }
        // The session ended while this request ran (a sign-out elsewhere): it must not come back
        // signed in, so what is kept under a new key is an empty one.
        self.save(State::new(), ttl).await.map_err(|e| UpdateError::Other(e.into()))
    }

    async fn update_ttl(&self, key: &SessionKey, ttl: &Duration) -> Result<(), anyhow::Error> {
        let (id, now, ttl) = (fingerprint(key.as_ref()), self.clock.now(), seconds(ttl));
        let read_id = id.clone();
        if self.read(move |tx| sessions::is_stale(tx, &read_id, now)).await.map_err(other)? {
            self.write(move |tx| sessions::extend(tx, &id, now, ttl)).await.map_err(other)?;
        }
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let id = fingerprint(key.as_ref());
        Ok(self.write(move |tx| sessions::delete(tx, &id)).await.map_err(other)?)
    }
}
