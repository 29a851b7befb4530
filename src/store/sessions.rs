//! Server-side sessions. Only the hash of a session's secret is stored, so a copy of the database
//! signs nobody in.

use super::errors::StoreError;
use super::schema::{sessions, users};
use super::{ReadTx, WriteTx};
use crate::clock::UtcTime;
use crate::ids::UserId;
use chrono::Duration;
use diesel::prelude::*;

/// How stale `last_seen_at` may get: a write a minute at most, not one a request.
pub const SEEN_EVERY: Duration = Duration::minutes(1);

/// A session in use.
#[derive(Debug, Clone, Queryable)]
pub struct Live {
    /// What it holds, as JSON.
    pub state: String,
    /// Who is signed in.
    pub user_id: Option<String>,
    /// When it was last used, at most [`SEEN_EVERY`] stale.
    pub last_seen_at: UtcTime,
    /// Since when they are signed in, whatever became of its secret since.
    pub signed_in_at: Option<UtcTime>,
    /// When this key was made.
    pub created_at: UtcTime,
}

/// What is written down of a session beside its state.
#[derive(Debug, Clone)]
pub struct About<'a> {
    /// Who is signed in.
    pub user: Option<&'a str>,
    /// The name under which its person ends it; empty while nobody is signed in.
    pub mark: &'a str,
    /// The device in plain words.
    pub device: &'a str,
    /// Since when they are signed in.
    pub since: Option<UtcTime>,
    /// When it ends, used or not. A visitor's ends when it was to end from the beginning: use makes it no longer.
    pub until: UtcTime,
}

/// A live session.
pub fn load(tx: &mut ReadTx, id_hash: &str, now: UtcTime) -> Result<Option<Live>, StoreError> {
    let found = sessions::table.find(id_hash).filter(sessions::expires_at.gt(now));
    let columns = (sessions::state, sessions::user_id, sessions::last_seen_at, sessions::signed_in_at, sessions::created_at);
    Ok(found.select(columns).first(tx.conn).optional()?)
}

/// Whether somebody is staff; `None` when there is no open account.
pub fn is_staff(tx: &mut ReadTx, user: &str) -> Result<Option<bool>, StoreError> {
    let open = users::table.find(user).filter(users::closed_at.is_null());
    let roles = open.select((users::is_physio, users::is_admin)).first::<(bool, bool)>(tx.conn).optional()?;
    Ok(roles.map(|(physio, admin)| physio || admin))
}

/// Keeps a new session.
pub fn insert(tx: &mut WriteTx, id_hash: &str, about: &About, state: &str, now: UtcTime) -> Result<(), StoreError> {
    let row = (
        sessions::id.eq(id_hash),
        sessions::user_id.eq(about.user),
        sessions::state.eq(state),
        sessions::created_at.eq(now),
        sessions::last_seen_at.eq(now),
        sessions::expires_at.eq(about.until),
        sessions::mark.eq(about.mark),
        sessions::device.eq(about.device),
        sessions::signed_in_at.eq(about.since),
    );
    diesel::insert_into(sessions::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Replaces the state of a session; `false` when it is gone or its key is spent.
pub fn update(tx: &mut WriteTx, id_hash: &str, about: &About, state: &str, now: UtcTime) -> Result<bool, StoreError> {
    let changed = diesel::update(sessions::table.find(id_hash).filter(sessions::expires_at.gt(now)))
        .set((
            sessions::user_id.eq(about.user),
            sessions::state.eq(state),
            sessions::last_seen_at.eq(now),
            about.user.map(|_| sessions::expires_at.eq(about.until)),
            sessions::mark.eq(about.mark),
            sessions::device.eq(about.device),
            sessions::signed_in_at.eq(about.since),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Extends a session's life.
pub fn extend(tx: &mut WriteTx, id_hash: &str, now: UtcTime, until: UtcTime) -> Result<(), StoreError> {
    diesel::update(sessions::table.find(id_hash)).set((sessions::last_seen_at.eq(now), sessions::expires_at.eq(until))).execute(tx.conn)?;
    Ok(())
}

/// Takes a key out of use. Of somebody signed in a spent row stays, without what it held, until the next clearing up:
/// it shows [`goes_on`] that the session was not ended by its person.
pub fn spend(tx: &mut WriteTx, id_hash: &str, now: UtcTime) -> Result<(), StoreError> {
    let signed_in = sessions::table.find(id_hash).filter(sessions::user_id.is_not_null());
    let spent = diesel::update(signed_in).set((sessions::expires_at.eq(now), sessions::state.eq("{}"))).execute(tx.conn)?;
    if spent == 0 {
        diesel::delete(sessions::table.find(id_hash)).execute(tx.conn)?;
    }
    Ok(())
}

/// Whether the session of this name goes on under another key: nobody ended it while the request ran. Its spent rows are
/// forgotten.
pub fn goes_on(tx: &mut WriteTx, user: &str, mark: &str, now: UtcTime) -> Result<bool, StoreError> {
    let mine = || sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::mark.eq(mark));
    let there = mine().count().get_result::<i64>(tx.conn)? > 0;
    diesel::delete(mine().filter(sessions::expires_at.le(now))).execute(tx.conn)?;
    Ok(there)
}

/// Whether the session of this name lives: nobody ended it since the request that asks began.
pub fn lives(tx: &mut ReadTx, user: &UserId, mark: &str, now: UtcTime) -> Result<bool, StoreError> {
    let mine = sessions::table.filter(sessions::user_id.eq(user.as_str())).filter(sessions::mark.eq(mark));
    Ok(mine.filter(sessions::expires_at.gt(now)).count().get_result::<i64>(tx.conn)? > 0)
}

/// Ends every session of a person.
pub fn delete_of(tx: &mut WriteTx, user: &UserId) -> Result<(), StoreError> {
    diesel::delete(sessions::table.filter(sessions::user_id.eq(user.as_str()))).execute(tx.conn)?;
    Ok(())
}

/// A session as its person sees it.
#[derive(Debug, Clone, Queryable)]
pub struct Listed {
    /// Its name.
    pub mark: String,
    /// The device in plain words.
    pub device: String,
    /// Since when they are signed in.
    pub since: Option<UtcTime>,
    /// When it was last used.
    pub seen_at: UtcTime,
    /// When it ends without use.
    pub until: UtcTime,
}

/// A person's live sessions, the one used last first.
pub fn of(tx: &mut ReadTx, user: &UserId, now: UtcTime) -> Result<Vec<Listed>, StoreError> {
    let mine = sessions::table.filter(sessions::user_id.eq(user.as_str())).filter(sessions::expires_at.gt(now));
    let columns = (sessions::mark, sessions::device, sessions::signed_in_at, sessions::last_seen_at, sessions::expires_at);
    Ok(mine.select(columns).order((sessions::last_seen_at.desc(), sessions::mark)).load(tx.conn)?)
}

/// Ends one of a person's sessions by its name; `false` when they have none of this name.
pub fn end(tx: &mut WriteTx, user: &UserId, mark: &str) -> Result<bool, StoreError> {
    let one = sessions::table.filter(sessions::user_id.eq(user.as_str())).filter(sessions::mark.eq(mark));
    Ok(diesel::delete(one).execute(tx.conn)? > 0)
}

/// Ends every session of a person but the one of this name.
pub fn end_others(tx: &mut WriteTx, user: &UserId, mark: &str) -> Result<usize, StoreError> {
    let others = sessions::table.filter(sessions::user_id.eq(user.as_str())).filter(sessions::mark.ne(mark));
    Ok(diesel::delete(others).execute(tx.conn)?)
}

/// Removes what has expired, and with it the answers of visitors who made no account.
pub fn purge(tx: &mut WriteTx, now: UtcTime) -> Result<usize, StoreError> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(tx.conn)?)
}
