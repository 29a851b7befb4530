//! The physiotherapist's side of a plan's agreement, changes that were seen, measures put off, and check-ins
//! after the programme.

use super::errors::StoreError;
use super::plans::Plan;
use super::schema::{changes_seen, check_ins, measure_delays, plan_agreements, users};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess, Treat};
use crate::clock::UtcTime;
use crate::ids;
use chrono::NaiveDate;
use diesel::prelude::*;

/// Notes that a physiotherapist agrees to a plan; the first time stays.
pub fn agree(tx: &mut WriteTx, who: &PatientAccess<Treat>, plan: &Plan, at: UtcTime) -> Result<bool, StoreError> {
    let Some(by) = who.by() else { return Err(StoreError::NotFound) };
    if plan.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    if plan_agreements::table.find(&plan.id).count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(false);
    }
    let row = (plan_agreements::plan_id.eq(&plan.id), plan_agreements::physio_id.eq(by.as_str()), plan_agreements::agreed_at.eq(at));
    diesel::insert_into(plan_agreements::table).values(row).execute(tx.conn)?;
    Ok(true)
}

/// Who agreed to a plan on the clinic's side, and when.
pub fn agreed<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<(String, UtcTime)>, StoreError> {
    if plan.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    let found = plan_agreements::table.inner_join(users::table).filter(plan_agreements::plan_id.eq(&plan.id));
    Ok(found.select((users::name, plan_agreements::agreed_at)).first(tx.conn).optional()?)
}

/// Notes that a person has seen every change up to a moment.
pub fn mark_seen(tx: &mut WriteTx, who: &PatientAccess<Own>, until: UtcTime, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        changes_seen::id.eq(ids::fresh()),
        changes_seen::patient_id.eq(who.patient().as_str()),
        changes_seen::until_at.eq(until),
        changes_seen::seen_at.eq(at),
    );
    diesel::insert_into(changes_seen::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// What a person has seen of the changes: up to when, and the moment they said so; oldest first.
pub fn seen<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<(UtcTime, UtcTime)>, StoreError> {
    let found = changes_seen::table.filter(changes_seen::patient_id.eq(who.patient().as_str()));
    Ok(found
        .select((changes_seen::until_at, changes_seen::seen_at))
        .order((changes_seen::until_at, changes_seen::seen_at))
        .load(tx.conn)?)
}

/// Notes that measures were put off.
pub fn delay(tx: &mut WriteTx, who: &PatientAccess<Own>, on: NaiveDate, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        measure_delays::id.eq(ids::fresh()),
        measure_delays::patient_id.eq(who.patient().as_str()),
        measure_delays::on_date.eq(on),
        measure_delays::delayed_at.eq(at),
    );
    diesel::insert_into(measure_delays::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// The last day on which measures were put off.
pub fn delayed_on<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<NaiveDate>, StoreError> {
    let found = measure_delays::table.filter(measure_delays::patient_id.eq(who.patient().as_str()));
    Ok(found.select(diesel::dsl::max(measure_delays::on_date)).first(tx.conn)?)
}

/// A check-in after turning to keeping, or after the end.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = check_ins)]
pub struct CheckIn {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The plan.
    pub plan_id: String,
    /// First day of keeping, or the day of the end.
    pub since: NaiveDate,
    /// Days after it.
    pub after_days: i32,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Something was new.
    pub anything_new: bool,
    /// When.
    pub answered_at: UtcTime,
}

/// Keeps a check-in; `false` when it was answered before.
pub fn check_in(tx: &mut WriteTx, who: &PatientAccess<Own>, new: &CheckIn) -> Result<bool, StoreError> {
    if new.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    if check_ins_of(tx, who, &new.plan_id)?.iter().any(|known| known.since == new.since && known.after_days == new.after_days) {
        return Ok(false);
    }
    diesel::insert_into(check_ins::table).values(new.clone()).execute(tx.conn)?;
    Ok(true)
}

/// Check-ins of a plan, oldest first.
pub fn check_ins_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan_id: &str) -> Result<Vec<CheckIn>, StoreError> {
    let found = check_ins::table.filter(check_ins::patient_id.eq(who.patient().as_str())).filter(check_ins::plan_id.eq(plan_id));
    Ok(found.order((check_ins::on_date, check_ins::id)).load(tx.conn)?)
}
