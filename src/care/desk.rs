//! The physiotherapist's side: who needs attention, and a patient's file; what they decide is in
//! [`acts`].

mod acts;

pub use acts::{NewDose, add, addable, change_dose, clear, editable, newer, not_offered, resolve, swap, take_over};

use super::CareError;
use super::agreement::{self, Sides};
use super::facts::{Week, gather};
use super::goals::{Followed, followed};
use super::journal::{SharedNote, shared_notes};
use super::offers::last_reason;
use super::paper::{Mark, marks};
use super::standing::{Pause, Standing, disposition, standing};
use super::today::{Progress, progress};
use crate::access::{Actor, MayRead, PatientAccess, Physio, Read, Treat, as_job, authorise_read, authorise_treat};
use crate::clinical::codes::{AlertTo, Disposition};
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::PatientId;
use crate::store::away::Break;
use crate::store::intake::{Hold, Intake, Measure, StoredEvaluation};
use crate::store::learn::Reflection;
use crate::store::oversight::Alert;
use crate::store::pattern::Reclassification;
use crate::store::plans::{Change, PlanItem, PlanQuota};
use crate::store::relations::Listed;
use crate::store::reviews::Review;
use crate::store::{ReadTx, Store, StoreError, intake, learn, oversight, pattern, plans, relations, reviews};
use chrono::Days;

/// Days without any record after which somebody counts as silent.
pub const SILENT_DAYS: i64 = 7;

/// Days of an illness after which somebody is worth a call.
const LONG_ILLNESS_DAYS: i64 = 14;

/// A break in two or three words.
pub fn away_words(away: &Break) -> String {
    let day = |on: chrono::NaiveDate| on.format("%-d %B").to_string();
    match away.over_on() {
        _ if away.is_illness() => format!("Ill since {}", day(away.starts_on)),
        Some(over) => format!("On holiday until {}", day(over - Days::new(1))),
        None => "On holiday".to_owned(),
    }
}

/// How much somebody needs attention; the order is the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A danger sign or a hold that somebody must clear.
    Danger,
    /// An alert waits.
    Alert,
    /// Nothing recorded for a week.
    Silent,
    /// Still on the way to a plan.
    Joining,
    /// All as planned.
    None,
}

/// A row of the caseload.
#[derive(Debug, Clone)]
pub struct CaseRow {
    /// Who.
    pub listed: Listed,
    /// How much attention they need.
    pub need: Need,
    /// Why, in one sentence.
    pub reason: String,
    /// Where they stand, in two or three words.
    pub stands: String,
    /// Last day with any record.
    pub last_seen: Option<chrono::NaiveDate>,
    /// Sessions done and planned in the week under way.
    pub sessions: Option<(u32, u32)>,
    /// Open alerts, newest first.
    pub alerts: Vec<Alert>,
}

/// The caseload: who needs attention first, with the reason in words.
pub fn caseload(tx: &mut ReadTx, physio: &Physio, now: UtcTime) -> Result<Vec<CaseRow>, CareError> {
    let mut rows = Vec::new();
    for listed in relations::patients_of(tx, physio)? {
        // The list itself is the permission: it holds only patients this physiotherapist may see.
        let who = as_job(listed.patient.clone());
        let moment = Moment { utc: now, zone: zone(&listed.time_zone) };
        rows.push(case_row(tx, &who, listed, moment)?);
    }
    rows.sort_by(|a, b| (a.need, &a.listed.name, a.listed.patient.as_str()).cmp(&(b.need, &b.listed.name, b.listed.patient.as_str())));
    Ok(rows)
}

fn case_row<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, listed: Listed, moment: Moment) -> Result<CaseRow, CareError> {
    let on = moment.today();
    let alerts: Vec<Alert> = oversight::alerts(tx, who)?.into_iter().filter(|a| a.resolved_at.is_none()).collect();
    let recent = progress(tx, who, on, 60)?;
    let last_seen = recent.sessions.iter().map(|s| s.log.on_date).chain(recent.pain.iter().map(|(d, _)| *d)).max();
    let state = standing(tx, who, on)?;
    let mut row = CaseRow { listed, need: Need::None, reason: String::new(), stands: String::new(), last_seen, sessions: None, alerts };
    match &state {
        Standing::Intake => (row.stands, row.need) = ("Intake not finished".to_owned(), Need::Joining),
        Standing::Ready(_) => (row.stands, row.need) = ("Measuring the baseline".to_owned(), Need::Joining),
        Standing::Held(_) => (row.stands, row.need) = ("Held: no plan until cleared".to_owned(), Need::Danger),
        Standing::Ended(plan) => {
            row.stands = match plan.end_reason.as_deref() {
                Some("lapsed") => "Plan ended after four silent weeks".to_owned(),
                _ => "Programme ended".to_owned(),
            };
        }
        Standing::Active(active) => {
            let number = active.week(on).max(1);
            row.stands = match (active.pause, &active.flare, recent.maintaining) {
                (Some(Pause::LegSymptoms), ..) => format!("Paused in week {number}: leg symptoms"),
                (Some(Pause::Unanswered), ..) => format!("Paused in week {number}: danger sign, details open"),
                (Some(_), ..) => format!("Paused in week {number}: danger sign"),
                (None, Some(_), _) => format!("Flare in week {number}"),
                (None, None, true) => format!("Maintaining, week {number}"),
                (None, None, false) => format!("Week {number}"),
            };
            let facts = gather(tx, who, &active.plan, Week::of(active.plan.started_on, u32::try_from(number).unwrap_or(1)))?;
            row.sessions = Some((facts.done, facts.planned));
            let quiet = (on - last_seen.unwrap_or(active.plan.started_on)).num_days();
            let away = active.away.as_ref();
            if let (Some(away), true) = (away, active.pause.is_none()) {
                row.stands = away_words(away);
            }
            let long_ill = away.is_some_and(|a| a.is_illness() && (on - a.starts_on).num_days() >= LONG_ILLNESS_DAYS);
            if active.pause.is_some() {
                row.need = Need::Danger;
                if active.pause == Some(Pause::Unanswered) {
                    row.reason = "Said yes to a danger-sign question and has not answered what lies behind it. Ask.".to_owned();
                }
            } else if long_ill {
                row.need = Need::Silent;
                row.reason = "Ill for two weeks or more. Ask how they are.".to_owned();
            } else if away.is_some() {
                row.reason = "A break that the patient announced.".to_owned();
            } else if quiet >= SILENT_DAYS {
                row.need = Need::Silent;
                row.reason = format!("Nothing recorded for {quiet} days.");
            } else if let Some(flare) = &active.flare {
                row.reason = format!("A flare since {}: the flare plan is running.", flare.started_on.format("%-d %B"));
            } else if recent.maintaining {
                row.reason = "Goals reached: the plan keeps what was gained.".to_owned();
            }
        }
    }
    if let Some(alert) = row.alerts.iter().find(|a| a.addressee.0 == AlertTo::Triage).or(row.alerts.first()) {
        row.reason = format!("{} ({})", alert_words(alert), alert.rule);
        row.need = row.need.min(if alert.addressee.0 == AlertTo::Triage { Need::Danger } else { Need::Alert });
    }
    if row.reason.is_empty() {
        row.reason = match row.need {
            Need::Joining => "On the way to a plan.".to_owned(),
            Need::Danger => "The plan stands still until you record clearance.".to_owned(),
            _ => "As planned.".to_owned(),
        };
    }
    Ok(row)
}

/// The reason of an alert for the physiotherapist. Rules of the intake speak to the patient, so
/// their words are quoted.
pub fn alert_words(alert: &Alert) -> String {
    match alert.reason.starts_with("You") {
        true => format!("\u{201c}{}\u{201d}", alert.reason),
        false => alert.reason.clone(),
    }
}

/// Permission to look at a patient, written into the audit in the same step.
///
/// # Errors
/// `NotFound` for strangers and for people who do not exist alike.
pub fn look(store: &Store, actor: &Actor, patient: &PatientId, now: UtcTime) -> Result<PatientAccess<Read>, CareError> {
    store.write(|tx| {
        let relation = relations::relation(tx, actor, patient)?;
        let who = authorise_read(actor, relation, patient.clone()).map_err(|_| StoreError::NotFound)?;
        oversight::note(tx, who.by(), Some(patient), "looked at the record", now)?;
        Ok(who)
    })
}

/// Permission to decide about a patient's plan.
///
/// # Errors
/// `NotFound` for strangers and for people who do not exist alike.
pub fn treat(store: &Store, actor: &Actor, patient: &PatientId) -> Result<PatientAccess<Treat>, CareError> {
    store.read(|tx| {
        let relation = relations::relation(tx, actor, patient)?;
        Ok(authorise_treat(actor, relation, patient.clone()).map_err(|_| StoreError::NotFound)?)
    })
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
    /// The last four weeks.
    pub progress: Progress,
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
    Ok(File {
        name: user.name,
        moment,
        disposition: disposition(tx, who)?,
        intake: intake::latest(tx, who, "submitted")?,
        decisions: intake::evaluations(tx, who)?,
        holds: intake::holds(tx, who)?,
        alerts: oversight::alerts(tx, who)?,
        changes: plans::changes(tx, who)?,
        progress: progress(tx, who, on, 28)?,
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
