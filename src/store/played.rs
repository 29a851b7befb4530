//! Sessions that are being played: what was pressed for each exercise so far.

use super::errors::StoreError;
use super::logs::ItemLog;
use super::schema::played_sessions;
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayRecord, Own, PatientAccess};
use crate::clock::UtcTime;
use chrono::NaiveDate;
use diesel::prelude::*;

/// A session under way, or one that is over.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = played_sessions)]
pub struct Played {
    /// Identity; also the token under which it is logged, so that it is logged once.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan it belongs to.
    pub plan_id: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Makes a repeated start harmless.
    pub token: String,
    /// What was pressed, one for each exercise that was answered.
    pub presses: Json<Vec<ItemLog>>,
    /// Reason for which it was stopped; empty while it goes on.
    pub stopped: String,
    /// When it began.
    pub started_at: UtcTime,
    /// When something was pressed last.
    pub changed_at: UtcTime,
    /// When it was logged or given up.
    pub closed_at: Option<UtcTime>,
}

/// Keeps a new session; a repeated token keeps the first.
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, played: &Played) -> Result<(), StoreError> {
    let known = played_sessions::table
        .filter(played_sessions::patient_id.eq(who.patient().as_str()))
        .filter(played_sessions::token.eq(&played.token));
    if known.count().get_result::<i64>(tx.conn)? == 0 {
        diesel::insert_into(played_sessions::table).values(played.clone()).execute(tx.conn)?;
    }
    Ok(())
}

/// The newest session since a day that is not over.
pub fn open<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, since: NaiveDate) -> Result<Option<Played>, StoreError> {
    let found = played_sessions::table
        .filter(played_sessions::patient_id.eq(who.patient().as_str()))
        .filter(played_sessions::closed_at.is_null())
        .filter(played_sessions::on_date.ge(since));
    Ok(found.order((played_sessions::on_date.desc(), played_sessions::started_at.desc(), played_sessions::id)).first(tx.conn).optional()?)
}

/// One session of this person, over or not.
///
/// # Errors
/// `NotFound` when it is somebody else's or missing.
pub fn one<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<Played, StoreError> {
    Ok(played_sessions::table.find(id).filter(played_sessions::patient_id.eq(who.patient().as_str())).first(tx.conn)?)
}

/// Keeps what was pressed in a session that is not over.
pub fn press(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    id: &str,
    presses: &[ItemLog],
    stopped: &str,
    at: UtcTime,
) -> Result<(), StoreError> {
    let mine = played_sessions::table
        .find(id)
        .filter(played_sessions::patient_id.eq(who.patient().as_str()))
        .filter(played_sessions::closed_at.is_null());
    let set = (
        played_sessions::presses.eq(Json::new(presses.to_vec())),
        played_sessions::stopped.eq(stopped),
        played_sessions::changed_at.eq(at),
    );
    if diesel::update(mine).set(set).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Ends what was played on days up to one: it is logged, or another session takes its place.
pub fn close<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    (from, to): (NaiveDate, NaiveDate),
    at: UtcTime,
) -> Result<(), StoreError> {
    let mine = played_sessions::table
        .filter(played_sessions::patient_id.eq(who.patient().as_str()))
        .filter(played_sessions::closed_at.is_null())
        .filter(played_sessions::on_date.between(from, to));
    diesel::update(mine).set(played_sessions::closed_at.eq(at)).execute(tx.conn)?;
    Ok(())
}
