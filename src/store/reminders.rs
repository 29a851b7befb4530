//! What a person chose about reminders.

use super::errors::StoreError;
use super::schema::{plans, reminders, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::UtcTime;
use crate::ids::PatientId;
use chrono::{NaiveDate, NaiveTime};
use diesel::prelude::*;

/// How a time of day is kept.
const TIME: &str = "%H:%M";

/// A person's choice.
#[derive(Debug, Clone, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = reminders)]
pub struct Reminders {
    /// Whose.
    pub patient_id: String,
    /// Whether anything is sent at all.
    pub is_on: bool,
    /// Days of the week, 0 = Monday; none: the training days of the plan.
    pub own_days: Json<Option<Vec<u8>>>,
    /// Time of day.
    pub at_time: String,
    /// Time of the second one; empty when there is none.
    pub second_time: String,
    /// First date it holds for.
    pub first_on: NaiveDate,
    /// When it was last changed.
    pub changed_at: UtcTime,
}

impl Reminders {
    /// The time of day.
    pub fn at(&self) -> Option<NaiveTime> {
        read_time(&self.at_time)
    }

    /// The time of the second one.
    pub fn second(&self) -> Option<NaiveTime> {
        read_time(&self.second_time)
    }
}

/// A time as it is kept.
pub fn time_text(time: NaiveTime) -> String {
    time.format(TIME).to_string()
}

/// A kept time.
pub fn read_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, TIME).ok()
}

/// What somebody chose, if they ever did.
pub fn of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Reminders>, StoreError> {
    Ok(reminders::table.find(who.patient().as_str()).first(tx.conn).optional()?)
}

/// Keeps a choice in place of the one before.
pub fn keep(tx: &mut WriteTx, who: &PatientAccess<Own>, choice: &Reminders) -> Result<(), StoreError> {
    let choice = Reminders { patient_id: who.patient().as_str().to_owned(), ..choice.clone() };
    if diesel::update(reminders::table.find(who.patient().as_str())).set(choice.clone()).execute(tx.conn)? == 0 {
        diesel::insert_into(reminders::table).values(choice).execute(tx.conn)?;
    }
    Ok(())
}

/// Turns them off; the days and times stay for another time.
pub fn turn_off(tx: &mut WriteTx, who: &PatientAccess<Own>, at: UtcTime) -> Result<(), StoreError> {
    let mine = reminders::table.find(who.patient().as_str());
    diesel::update(mine).set((reminders::is_on.eq(false), reminders::changed_at.eq(at))).execute(tx.conn)?;
    Ok(())
}

/// People who asked to be reminded and have a plan, with their zone: whom a round looks at.
pub fn wanted(tx: &mut ReadTx) -> Result<Vec<(PatientId, String)>, StoreError> {
    let planned = plans::table.filter(plans::status.eq("active")).select(plans::patient_id);
    let found = reminders::table
        .inner_join(users::table)
        .filter(reminders::is_on.eq(true))
        .filter(users::closed_at.is_null())
        .filter(reminders::patient_id.eq_any(planned))
        .select((reminders::patient_id, users::time_zone))
        .order(reminders::patient_id);
    let rows = found.load::<(String, String)>(tx.conn)?;
    Ok(rows.into_iter().map(|(id, zone)| (PatientId::from_text(id), zone)).collect())
}
