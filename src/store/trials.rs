//! Baseline trials: what somebody could do before a schedule was made.

use super::errors::StoreError;
use super::schema::baseline_trials;
use super::{Coded, ReadTx, WriteTx};
use crate::access::{MayRead, MayRecord, PatientAccess};
use crate::clinical::codes::Activity;
use crate::clock::UtcTime;
use crate::ids;
use chrono::NaiveDate;
use diesel::prelude::*;

/// One baseline trial: how much of an activity until the person would normally stop.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = baseline_trials)]
pub struct Trial {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// Code of the activity.
    pub activity: Coded<Activity>,
    /// The person's date.
    pub on_date: NaiveDate,
    /// In the activity's unit.
    pub amount: f64,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// When it was written down.
    pub recorded_at: UtcTime,
}

/// Keeps a trial; a repeated token keeps the first.
pub fn keep_trial<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    activity: Activity,
    on: NaiveDate,
    amount: f64,
    token: &str,
    at: UtcTime,
) -> Result<(), StoreError> {
    let mine =
        baseline_trials::table.filter(baseline_trials::patient_id.eq(who.patient().as_str())).filter(baseline_trials::token.eq(token));
    if mine.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(());
    }
    let row = Trial {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        activity: Coded(activity),
        on_date: on,
        amount,
        token: token.to_owned(),
        recorded_at: at,
    };
    diesel::insert_into(baseline_trials::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Trials of an activity since a date, oldest first.
pub fn trials<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, activity: Activity, since: NaiveDate) -> Result<Vec<Trial>, StoreError> {
    let found = baseline_trials::table
        .filter(baseline_trials::patient_id.eq(who.patient().as_str()))
        .filter(baseline_trials::activity.eq(Coded(activity)))
        .filter(baseline_trials::on_date.ge(since));
    Ok(found.order((baseline_trials::on_date, baseline_trials::recorded_at, baseline_trials::id)).load(tx.conn)?)
}

/// Forgets a trial the person mistyped.
pub fn drop_trial<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, id: &str) -> Result<(), StoreError> {
    let mine = baseline_trials::table.find(id).filter(baseline_trials::patient_id.eq(who.patient().as_str()));
    if diesel::delete(mine).execute(tx.conn)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}
