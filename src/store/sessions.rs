//! Server-side sessions. Only the hash of a session's secret is stored, so a copy of the database
//! signs nobody in.

use super::errors::StoreError;
use super::schema::sessions;
use super::{ReadTx, WriteTx};
use crate::clock::UtcTime;
use crate::ids::UserId;
use chrono::Duration;
use diesel::prelude::*;

/// How stale `last_seen_at` may get: a write a minute at most, not one a request.
const SEEN_EVERY: Duration = Duration::minutes(1);

/// The state of a live session.
pub fn load(tx: &mut ReadTx, id_hash: &str, now: UtcTime) -> Result<Option<String>, StoreError> {
    let found = sessions::table.find(id_hash).filter(sessions::expires_at.gt(now)).select(sessions::state);
    Ok(found.first(tx.conn).optional()?)
}

/// Keeps a new session.
pub fn insert(tx: &mut WriteTx, id_hash: &str, user: Option<&str>, state: &str, now: UtcTime, ttl: Duration) -> Result<(), StoreError> {
    let row = (
        sessions::id.eq(id_hash),
        sessions::user_id.eq(user),
        sessions::state.eq(state),
        sessions::created_at.eq(now),
        sessions::last_seen_at.eq(now),
        sessions::expires_at.eq(now + ttl),
    );
    diesel::insert_into(sessions::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Replaces the state of a session; `false` when it is gone.
pub fn update(tx: &mut WriteTx, id_hash: &str, user: Option<&str>, state: &str, now: UtcTime, ttl: Duration) -> Result<bool, StoreError> {
    let changed = diesel::update(sessions::table.find(id_hash))
        .set((sessions::user_id.eq(user), sessions::state.eq(state), sessions::last_seen_at.eq(now), sessions::expires_at.eq(now + ttl)))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Whether a session's life should be written down as extended by now.
pub fn is_stale(tx: &mut ReadTx, id_hash: &str, now: UtcTime) -> Result<bool, StoreError> {
    let seen = sessions::table.find(id_hash).select(sessions::last_seen_at).first::<UtcTime>(tx.conn).optional()?;
    Ok(seen.is_some_and(|seen| now - seen >= SEEN_EVERY))
}

/// Extends a session's life.
pub fn extend(tx: &mut WriteTx, id_hash: &str, now: UtcTime, ttl: Duration) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id_hash))
        .set((sessions::last_seen_at.eq(now), sessions::expires_at.eq(now + ttl)))
        .execute(tx.conn)?;
    Ok(())
}

/// Ends a session.
pub fn delete(tx: &mut WriteTx, id_hash: &str) -> Result<(), StoreError> {
    diesel::delete(sessions::table.find(id_hash)).execute(tx.conn)?;
    Ok(())
}

/// Ends every session of a person.
pub fn delete_of(tx: &mut WriteTx, user: &UserId) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user.as_str()))).execute(tx.conn)?;
    Ok(())
}

/// Removes what has expired, and with it the answers of visitors who made no account.
pub fn purge(tx: &mut WriteTx, now: UtcTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(tx.conn)?)
}
