//! What the desk's lists need of many patients at once: a fixed number of statements, however many patients there are,
//! and of each only recent days. What came from a file is left out, and no private note is read.

mod load;

use super::away::{Break, Timeline};
use super::errors::StoreError;
use super::intake::{Hold, Intake};
use super::logs::{DayRecord, TrainingLog};
use super::oversight::Alert;
use super::plans::Plan;
use super::relations::{self, Listed};
use super::reviews::{Flare, Review, WeeklyCheck};
use super::schema::inbox_marks;
use super::templates::Use;
use super::{ReadTx, WriteTx};
use crate::access::{PatientAccess, Physio, Treat};
use crate::clinical::plan::template::Template;
use crate::clock::UtcTime;
use crate::ids::{self, PatientId, UserId};
use chrono::{Duration, NaiveDate};
use diesel::dsl::max;
use diesel::prelude::*;
use load::Load;
use std::collections::HashMap;
use std::sync::Arc;

/// Days of sessions, numbers and entries that are read, today included.
pub const RECENT_DAYS: u64 = 28;
/// How far back somebody's last record is looked for, in days; checks are read as far.
pub const SEEN_DAYS: u64 = 60;
/// A person's date is at most a day away from the date in UTC.
const ZONES: u64 = 1;
/// Weeks that were reviewed this long ago are read, in days; of somebody with an open alert all.
const REVIEWED_DAYS: i64 = 15;
/// How long a mark holds, in days.
const MARKED_DAYS: i64 = 180;

/// What somebody at the desk said to an entry of the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Mark {
    /// Key of the entry.
    pub item: String,
    /// `snoozed`, `done` or `again`.
    pub mark: String,
    /// First day on which a snoozed entry is shown again.
    pub until_on: Option<NaiveDate>,
    /// Name of who said so; none when the account is gone.
    pub by: Option<String>,
    /// When.
    pub made_at: UtcTime,
}

/// A week's step that waits for a yes.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Proposal {
    /// The review it comes from.
    pub review_id: String,
    /// Its plan.
    pub plan_id: String,
    /// When it was proposed.
    pub made_at: UtcTime,
}

/// A plan as somebody edited it, with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Draft {
    /// Identity.
    pub id: String,
    /// Its plan.
    pub plan_id: String,
    /// `open`, `sent`, `applied`, `declined` or `dropped`.
    pub status: String,
    /// When it was settled.
    pub settled_at: Option<UtcTime>,
    /// When it was begun.
    pub made_at: UtcTime,
}

/// A problem with an exercise that is still open.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Event {
    /// Identity.
    pub id: String,
    /// The exercise, as it was written down.
    pub exercise: String,
    /// The day.
    pub happened_on: NaiveDate,
    /// How bad it was.
    pub severity: String,
    /// When it was opened.
    pub opened_at: UtcTime,
}

/// What the lists need of one patient.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Open holds, newest first.
    pub holds: Vec<Hold>,
    /// The active plan.
    pub plan: Option<Plan>,
    /// The newest plan, active or ended.
    pub latest: Option<Plan>,
    /// The clinic's side has agreed to the active plan.
    pub agreed: bool,
    /// The newest intake that was handed in.
    pub submitted: Option<Intake>,
    /// When they last came on on the way to a plan: an answer of the intake, a try.
    pub came_on_at: Option<UtcTime>,
    /// Training days of the active plan.
    pub days: Option<Timeline>,
    /// Breaks of the active plan, oldest first.
    pub breaks: Vec<Break>,
    /// Flares, newest first.
    pub flares: Vec<Flare>,
    /// Open alerts, newest first.
    pub alerts: Vec<Alert>,
    /// Looks at the pattern that wait for a decision, newest first: identity and when.
    pub patterns: Vec<(String, UtcTime)>,
    /// Safety checks of the last [`SEEN_DAYS`], oldest first.
    pub checks: Vec<WeeklyCheck>,
    /// Sessions of the last [`RECENT_DAYS`], oldest first, without their notes.
    pub logs: Vec<TrainingLog>,
    /// Numbers of the days of the last [`RECENT_DAYS`], oldest first.
    pub numbers: Vec<DayRecord>,
    /// Pain of the journal's entries of the last [`RECENT_DAYS`].
    pub pains: Vec<(NaiveDate, Option<u8>)>,
    /// Last day of the last [`SEEN_DAYS`] with a session, a number or an entry.
    pub last_on: Option<NaiveDate>,
    /// Reviews of the last weeks, oldest first; all of them while an alert is open.
    pub reviews: Vec<Review>,
    /// Marks of the inbox, oldest first.
    pub marks: Vec<Mark>,
    /// Steps that wait for a yes, newest first.
    pub proposals: Vec<Proposal>,
    /// Edited versions of the active plan, newest first.
    pub drafts: Vec<Draft>,
    /// What of a template the active plan follows, with what that version says.
    pub template: Option<(Use, Arc<Template>)>,
    /// Messages of the patient that nobody has seen, newest first: identity and when.
    pub messages: Vec<(String, UtcTime)>,
    /// Open problems with exercises, newest first.
    pub events: Vec<Event>,
}

/// The patients a physiotherapist may see now, by name, with what the lists need of each; with `only`, this one of them.
pub fn load(tx: &mut ReadTx, physio: &Physio, now: UtcTime, only: Option<&PatientId>) -> Result<Vec<(Listed, Record)>, StoreError> {
    let mut listed = relations::patients_of(tx, physio, now)?;
    if let Some(only) = only {
        listed.retain(|one| one.patient == *only);
    }
    let ids = listed.iter().map(|one| one.patient.as_str().to_owned()).collect();
    let mut load = Load { tx, ids, found: HashMap::new() };
    load.plans()?;
    load.templates()?;
    load.on_the_way()?;
    load.safety(now)?;
    load.waiting(now)?;
    load.recent(now)?;
    let mut found = load.found;
    Ok(listed
        .into_iter()
        .map(|one| {
            let record = found.remove(one.patient.as_str()).unwrap_or_default();
            (one, record)
        })
        .collect())
}

/// Writes down what somebody said to an entry: `mark` is `snoozed` (with the day on which it is shown again), `done` or
/// `again`. The newest mark of an entry counts.
pub fn mark(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    item: &str,
    (mark, until): (&'static str, Option<NaiveDate>),
    at: UtcTime,
) -> Result<(), StoreError> {
    let before: Option<UtcTime> = inbox_marks::table
        .filter(inbox_marks::patient_id.eq(who.patient().as_str()))
        .filter(inbox_marks::item.eq(item))
        .select(max(inbox_marks::made_at))
        .first(tx.conn)?;
    // Two marks within one microsecond keep their order.
    let after = before.map(|before| before + Duration::microseconds(1));
    let row = (
        inbox_marks::id.eq(ids::fresh()),
        inbox_marks::patient_id.eq(who.patient().as_str()),
        inbox_marks::item.eq(item),
        inbox_marks::mark.eq(mark),
        inbox_marks::until_on.eq(until),
        inbox_marks::made_by.eq(who.by().map(UserId::as_str)),
        inbox_marks::made_at.eq(after.map_or(at, |after| after.max(at))),
    );
    diesel::insert_into(inbox_marks::table).values(row).execute(tx.conn)?;
    Ok(())
}
