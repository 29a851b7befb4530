//! The physiotherapist's side: a patient's file; who needs attention is in [`inbox`], all patients are in [`caseload`] and
//! [`list`], what is decided about one in [`acts`].

mod acts;
pub mod amounts;
pub mod caseload;
pub mod choosing;
mod doses;
pub mod drafting;
pub mod editing;
pub mod giving;
pub mod inbox;
pub mod letters;
pub mod list;
pub mod notes;
pub mod overrides;
pub mod sending;
pub mod simulator;
pub mod templates;

pub use acts::{add, addable, clear, editable, newer, not_offered, resolve, swap, take_over};
pub use doses::{BEGINS_AHEAD, DAYS_AHEAD, NewDose, Scope, change_dose, take_back};

use super::CareError;
use super::agreement::{self, Sides};
use super::goals::{Followed, followed};
use super::journal::{SharedNote, shared_notes};
use super::offers::last_reason;
use super::paper::{Mark, marks};
use super::progress::{Record, record};
use super::standing::{Standing, disposition, standing};
use crate::access::{Actor, MayRead, PatientAccess, Read, Treat, authorise_read, authorise_treat};
use crate::clinical::codes::Disposition;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::PatientId;
use crate::store::away::Break;
use crate::store::intake::{Hold, Intake, Measure, StoredEvaluation};
use crate::store::learn::Reflection;
use crate::store::overrides::Override;
use crate::store::oversight::Alert;
use crate::store::pattern::Reclassification;
use crate::store::plans::{Change, PlanItem, PlanQuota};
use crate::store::reviews::{Review, WeeklyCheck};
use crate::store::{ReadTx, Store, StoreError, intake, learn, oversight, pattern, plans, relations, reviews};
use chrono::Days;
use std::collections::BTreeMap;

/// A break in two or three words.
pub fn away_words(away: &Break) -> String {
    let day = |on: chrono::NaiveDate| on.format("%-d %B").to_string();
    match away.over_on() {
        _ if away.is_illness() => format!("Ill since {}", day(away.starts_on)),
        Some(over) => format!("On holiday until {}", day(over - Days::new(1))),
        None => "On holiday".to_owned(),
    }
}

/// The reason of an alert for the physiotherapist. Rules of the intake speak to the patient, so
/// their words are quoted.
pub fn alert_words(alert: &Alert) -> String {
    match alert.reason.starts_with("You") {
        true => format!("\u{201c}{}\u{201d}", alert.reason),
        false => alert.reason.clone(),
    }
}

/// A patient's moment: what changes for them holds from their own date.
pub fn moment_of(tx: &mut ReadTx, patient: &PatientId, now: UtcTime) -> Result<Moment, CareError> {
    let user = crate::store::accounts::user(tx, &crate::ids::UserId::from_text(patient.as_str()))?.ok_or(StoreError::NotFound)?;
    Ok(Moment { utc: now, zone: zone(&user.time_zone) })
}

/// Permission to look at a patient. What is then shown is written into the audit before it leaves
/// (`web::middleware::seen`, `audit::looks`).
///
/// # Errors
/// `NotFound` for strangers and for people who do not exist alike.
pub fn look(store: &Store, actor: &Actor, patient: &PatientId, now: UtcTime) -> Result<PatientAccess<Read>, CareError> {
    store.read(|tx| {
        let relation = relations::relation(tx, actor, patient, now)?;
        Ok(authorise_read(actor, relation, patient.clone()).map_err(|_| StoreError::NotFound)?)
    })
}

/// Permission to decide about a patient's plan.
///
/// # Errors
/// `NotFound` for strangers and for people who do not exist alike.
pub fn treat(store: &Store, actor: &Actor, patient: &PatientId, now: UtcTime) -> Result<PatientAccess<Treat>, CareError> {
    store.read(|tx| {
        let relation = relations::relation(tx, actor, patient, now)?;
        Ok(authorise_treat(actor, relation, patient.clone()).map_err(|_| StoreError::NotFound)?)
    })
}

/// Permission to look at a page on which something is decided: only for those who may decide. Whoever broke the glass finds no such page.
///
/// # Errors
/// `NotFound` for everybody else.
pub fn look_to_treat(store: &Store, actor: &Actor, patient: &PatientId, now: UtcTime) -> Result<PatientAccess<Read>, CareError> {
    treat(store, actor, patient, now)?;
    look(store, actor, patient, now)
}

/// A patient's file.
#[derive(Debug, Clone)]
pub struct File {
    /// Their name.
    pub name: String,
    /// Their moment now.
    pub moment: Moment,
    /// Where they stand.
    pub standing: Standing,
    /// When the account is erased, where they asked for that.
    pub closes_on: Option<chrono::NaiveDate>,
    /// The disposition in force.
    pub disposition: Option<Disposition>,
    /// The submitted intake.
    pub intake: Option<Intake>,
    /// Decisions of the rules, newest first.
    pub decisions: Vec<StoredEvaluation>,
    /// Holds, newest first.
    pub holds: Vec<Hold>,
    /// Alerts, newest first.
    pub alerts: Vec<Alert>,
    /// Exercises in the plan.
    pub items: Vec<PlanItem>,
    /// Quotas in the plan.
    pub quotas: Vec<PlanQuota>,
    /// Reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Ledger, newest first.
    pub changes: Vec<Change>,
    /// The last four weeks, and what is told of them.
    pub record: Record,
    /// Danger-sign checks, oldest first.
    pub checks: Vec<WeeklyCheck>,
    /// Decisions against the rules with who made them, newest first.
    pub overrides: Vec<(Override, Option<String>)>,
    /// Who recorded clearances, by account.
    pub names: BTreeMap<String, String>,
    /// Days of these weeks that were entered from paper.
    pub paper: Vec<Mark>,
    /// Notes the patient shares, newest first.
    pub notes: Vec<SharedNote>,
    /// What the patient wrote in Learn and shares, newest first.
    pub reflections: Vec<Reflection>,
    /// Outcome measures, oldest first, by instrument.
    pub measures: Vec<Measure>,
    /// What the patient said last that gets in the way of the plan: the day, and the key of the reason.
    pub in_the_way: Option<(chrono::NaiveDate, String)>,
    /// Looks at the pattern again, newest first.
    pub patterns: Vec<Reclassification>,
    /// Who is in charge.
    pub in_charge: Vec<String>,
    /// Who has agreed to the plan under way.
    pub sides: Option<Sides>,
    /// Whether somebody else changed the plan, and when the patient said that they had seen the last of it.
    pub seen: (bool, Option<UtcTime>),
    /// The patient's goals, those followed now first.
    pub goals: Vec<Followed>,
    /// Who looked or acted, newest first.
    pub looks: Vec<(UtcTime, Option<String>, String)>,
}

/// Days that a file looks back in detail.
pub const FILE_DAYS: u64 = 28;
/// Days of danger-sign checks in a file: two years.
const CHECK_DAYS: u64 = 731;

/// Names of those who recorded a clearance: a few people at most.
fn names(tx: &mut ReadTx, holds: &[Hold]) -> Result<BTreeMap<String, String>, CareError> {
    let mut names = BTreeMap::new();
    for by in holds.iter().filter_map(|hold| hold.cleared_by.as_deref()) {
        if !names.contains_key(by)
            && let Some(user) = crate::store::accounts::user(tx, &crate::ids::UserId::from_text(by))?
        {
            names.insert(by.to_owned(), user.name);
        }
    }
    Ok(names)
}

/// Reads a patient's file.
pub fn file<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<File, CareError> {
    let user = crate::store::accounts::user(tx, &crate::ids::UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
    let moment = Moment { utc: now, zone: zone(&user.time_zone) };
    let on = moment.today();
    let state = standing(tx, who, on)?;
    let (mut items, mut quotas, mut all_reviews, mut in_the_way) = (Vec::new(), Vec::new(), Vec::new(), None);
    let (mut sides, mut seen) = (None, (false, None));
    if let Standing::Active(active) = &state {
        items = plans::items(tx, who, &active.plan)?;
        quotas = plans::quotas(tx, who, &active.plan)?;
        all_reviews = reviews::reviews(tx, who, &active.plan.id)?;
        in_the_way = last_reason(tx, who, &active.plan)?;
        sides = Some(agreement::sides(tx, who, &active.plan)?);
        seen = agreement::seen_at(tx, who, &active.plan)?;
    }
    let mut measures = Vec::new();
    for instrument in ["nprs", "rmdq", "psfs", "pgic", "phq4"] {
        measures.extend(intake::measures(tx, who, instrument)?);
    }
    let holds = intake::holds(tx, who)?;
    let names = names(tx, &holds)?;
    Ok(File {
        name: user.name,
        closes_on: user.closing_at.map(|asked| Moment { utc: asked + super::own_data::WAIT, ..moment }.today()),
        moment,
        disposition: disposition(tx, who)?,
        intake: intake::latest(tx, who, "submitted")?,
        decisions: intake::evaluations(tx, who)?,
        holds,
        alerts: oversight::alerts(tx, who)?,
        changes: plans::changes(tx, who)?,
        record: record(tx, who, now, FILE_DAYS)?,
        checks: reviews::checks(tx, who, on - Days::new(CHECK_DAYS), on + Days::new(1))?,
        overrides: crate::store::overrides::all(tx, who)?,
        names,
        paper: marks(tx, who, on - Days::new(27), on)?,
        notes: shared_notes(tx, who, on - Days::new(27), on)?,
        reflections: learn::shared(tx, who)?,
        in_the_way,
        patterns: pattern::all(tx, who)?,
        in_charge: relations::in_charge_names(tx, who)?,
        goals: followed(tx, who)?,
        sides,
        seen,
        looks: oversight::looks(tx, who, 20)?,
        standing: state,
        items,
        quotas,
        reviews: all_reviews,
        measures,
    })
}
