//! Doses of an exercise for a day alone, and doses that begin on a later day.

use super::errors::StoreError;
use super::plans::{Change, Plan, PlanItem, insert_change, of_patient};
use super::schema::{day_doses, plan_items, planned_doses, plans};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayWrite, PatientAccess, Treat};
use crate::clinical::plan::Prescribed;
use crate::clock::UtcTime;
use crate::ids;
use chrono::NaiveDate;
use diesel::prelude::*;

/// A dose for a day alone.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = day_doses)]
pub struct DayDose {
    /// The exercise of the plan.
    pub item_id: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Dose and form of that day.
    pub prescription: Json<Prescribed>,
    /// Why, as the patient reads it.
    pub reason: String,
    /// Who decided; none when that account is gone.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
}

/// A dose that begins on a later day.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = planned_doses)]
pub struct PlannedDose {
    /// Identity.
    pub id: String,
    /// The exercise of the plan.
    pub item_id: String,
    /// The person's date it begins on.
    pub from_on: NaiveDate,
    /// Dose and form from then on.
    pub prescription: Json<Prescribed>,
    /// Why, as the patient reads it.
    pub reason: String,
    /// Who decided; none when that account is gone.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
    /// When it took effect, lapsed or was taken back.
    pub settled_at: Option<UtcTime>,
}

/// What somebody set: the dose, why, and when they decided.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    /// Dose and form.
    pub to: &'a Prescribed,
    /// Why, as the patient reads it.
    pub reason: &'a str,
    /// When it was decided.
    pub at: UtcTime,
}

/// Doses for a day alone of the exercises in the plan now, from a day on, by date.
pub fn days<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, from: NaiveDate) -> Result<Vec<DayDose>, StoreError> {
    let found = day_doses::table
        .inner_join(plan_items::table.inner_join(plans::table))
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_items::plan_id.eq(&plan.id))
        .filter(plan_items::removed_on.is_null())
        .filter(day_doses::on_date.ge(from));
    Ok(found.select(day_doses::all_columns).order((day_doses::on_date, day_doses::item_id)).load(tx.conn)?)
}

/// Doses that are still to begin, also those of exercises that have left the plan, in the order they begin.
pub fn planned<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<PlannedDose>, StoreError> {
    let found = planned_doses::table
        .inner_join(plan_items::table.inner_join(plans::table))
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(plan_items::plan_id.eq(&plan.id))
        .filter(planned_doses::settled_at.is_null());
    let order = (planned_doses::from_on, planned_doses::made_at, planned_doses::id);
    Ok(found.select(planned_doses::all_columns).order(order).load(tx.conn)?)
}

/// What hangs on an item is only ever written with the capability of its patient.
fn check_item<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, item_id: &str) -> Result<(), StoreError> {
    let mine: i64 = plan_items::table.find(item_id).filter(of_patient(who)).count().get_result(tx.conn)?;
    if mine == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Sets the dose of a day alone; one that was there before gives way.
pub fn set_day(tx: &mut WriteTx, who: &PatientAccess<Treat>, item: &PlanItem, on: NaiveDate, set: Set) -> Result<(), StoreError> {
    check_item(tx, who, &item.id)?;
    diesel::delete(day_doses::table.find((&item.id, on))).execute(tx.conn)?;
    let row = DayDose {
        item_id: item.id.clone(),
        on_date: on,
        prescription: Json::new(set.to.clone()),
        reason: set.reason.to_owned(),
        made_by: who.by().map(|by| by.as_str().to_owned()),
        made_at: set.at,
    };
    diesel::insert_into(day_doses::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Keeps a dose that begins on a later day.
pub fn plan(tx: &mut WriteTx, who: &PatientAccess<Treat>, item: &PlanItem, from: NaiveDate, set: Set) -> Result<(), StoreError> {
    check_item(tx, who, &item.id)?;
    let row = PlannedDose {
        id: ids::fresh(),
        item_id: item.id.clone(),
        from_on: from,
        prescription: Json::new(set.to.clone()),
        reason: set.reason.to_owned(),
        made_by: who.by().map(|by| by.as_str().to_owned()),
        made_at: set.at,
        settled_at: None,
    };
    diesel::insert_into(planned_doses::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Takes the dose of a day alone back.
pub fn drop_day<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, item: &PlanItem, on: NaiveDate) -> Result<(), StoreError> {
    check_item(tx, who, &item.id)?;
    diesel::delete(day_doses::table.find((&item.id, on))).execute(tx.conn)?;
    Ok(())
}

/// Marks a planned dose as done with: it took effect, lapsed, or was taken back.
pub fn settle<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, planned: &PlannedDose, at: UtcTime) -> Result<(), StoreError> {
    check_item(tx, who, &planned.item_id)?;
    let open = planned_doses::table.find(&planned.id).filter(planned_doses::settled_at.is_null());
    let changed = diesel::update(open).set(planned_doses::settled_at.eq(at)).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Writes the line of the ledger for a planned dose that begins: it is the decision of whoever planned it.
pub fn note_begun<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    change: &Change,
    dose: &PlannedDose,
) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() {
        return Err(StoreError::NotFound);
    }
    insert_change(tx, plan, change, dose.made_by.as_deref())
}
