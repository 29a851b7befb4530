//! What a physiotherapist decides: clearance, alerts, changes to a plan.

use crate::access::{MayRead, PatientAccess, Treat};
use crate::care::CareError;
use crate::care::plan::dose_words;
use crate::clinical::codes::AlertTo;
use crate::clinical::exercise::{Dose, Exercise, library};
use crate::clinical::plan::{Level, PlanFacts, Prescribed, Reason, Role, allowed, reasons, swap_options};
use crate::clock::{Moment, UtcTime};
use crate::store::oversight::Alert;
use crate::store::plans::{Change, Plan, PlanItem};
use crate::store::{ReadTx, Store, StoreError, intake, oversight, plans};

/// Records a clinician's clearance of every open hold: who, when, and what they found.
pub fn clear(store: &Store, who: &PatientAccess<Treat>, note: &str, now: UtcTime) -> Result<(), CareError> {
    let note = note.trim();
    if note.chars().count() < 10 {
        return Err(CareError::refused("note", "Write what was found and by whom, in a sentence"));
    }
    store.write(|tx| {
        if intake::clear_holds(tx, who, note, now)? == 0 {
            return Err(CareError::refused("note", "There is no hold to clear any more"));
        }
        let held_by = |a: &Alert| a.resolved_at.is_none() && (a.addressee.0 == AlertTo::Triage || a.rule == "P-02");
        for alert in oversight::alerts(tx, who)?.into_iter().filter(held_by) {
            oversight::resolve(tx, who, &alert.id, now)?;
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "clearance recorded", now)?)
    })
}

/// Marks an alert as dealt with; pressing twice changes nothing.
pub fn resolve(store: &Store, who: &PatientAccess<Treat>, alert: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        if oversight::alerts(tx, who)?.iter().any(|a| a.id == alert && a.resolved_at.is_some()) {
            return Ok(());
        }
        oversight::resolve(tx, who, alert, now)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "alert dealt with", now)?)
    })
}

fn item_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<(Plan, PlanItem), CareError> {
    let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    let item = plans::items(tx, who, &plan)?.into_iter().find(|item| item.id == id).ok_or(StoreError::NotFound)?;
    Ok((plan, item))
}

/// An exercise of the plan with what it could be swapped for.
pub fn editable<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<(PlanItem, Vec<&'static Exercise>), CareError> {
    let (plan, item) = item_of(tx, who, id)?;
    let current: Vec<String> = plans::items(tx, who, &plan)?.iter().map(|i| i.prescription.exercise.clone()).collect();
    let options = swap_options(&item.prescription.exercise, &plan.facts, &current);
    Ok((item, options))
}

/// Exercises of the same group that cannot take this one's place, each with the reasons in words.
pub fn not_offered<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    id: &str,
) -> Result<Vec<(&'static Exercise, Vec<Reason>)>, CareError> {
    let (plan, item) = item_of(tx, who, id)?;
    let group = library().get(&item.prescription.exercise).ok_or(StoreError::NotFound)?.group;
    let with_reasons = library().group(group).map(|e| (e, reasons(e, &plan.facts, plan.facts.phase)));
    Ok(with_reasons.filter(|(e, why)| !why.is_empty() && e.id != item.prescription.exercise).collect())
}

/// The daily activity follows its quota; it has no dose or place of its own to change.
fn not_quota(item: &PlanItem) -> Result<(), CareError> {
    match item.prescription.role {
        Role::Quota => Err(CareError::refused("", "The daily activity follows its schedule and cannot be changed here")),
        _ => Ok(()),
    }
}

fn reason_of(reason: &str) -> Result<&str, CareError> {
    match reason.trim() {
        r if r.chars().count() >= 5 => Ok(r),
        _ => Err(CareError::refused("reason", "Write the reason in a few words: the patient reads it")),
    }
}

/// Writes one change by a physiotherapist into the ledger and the audit.
struct ByPhysio<'a> {
    plan: &'a Plan,
    subject: String,
    reason: &'a str,
    now: UtcTime,
    moment: Moment,
}

impl ByPhysio<'_> {
    fn change(&self, before: String, after: String) -> Change {
        Change {
            at: self.now,
            effective_on: self.moment.today(),
            by: None,
            rule: "physio".to_owned(),
            subject: self.subject.clone(),
            before,
            after,
            reason: self.reason.to_owned(),
        }
    }
}

/// The dose and form a physiotherapist sets.
#[derive(Debug, Clone)]
pub struct NewDose {
    /// The dose.
    pub dose: Dose,
    /// The form.
    pub level: Level,
}

/// Changes the dose or form of an exercise from today on, with a reason the patient reads.
pub fn change_dose(
    store: &Store,
    who: &PatientAccess<Treat>,
    id: &str,
    new: &NewDose,
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason_of(reason)?;
    new.dose.check().map_err(|e| CareError::refused("", e.to_string()))?;
    store.write(|tx| {
        let (plan, item) = item_of(tx, who, id)?;
        not_quota(&item)?;
        let to = Prescribed { dose: new.dose.clone(), level: new.level, ..Prescribed::clone(&item.prescription) };
        if to == *item.prescription {
            return Err(CareError::refused("", "The dose and the form are as before. Change one of them, or go back"));
        }
        plans::set_prescription(tx, who, &item, &to)?;
        let line = ByPhysio { plan: &plan, subject: title(&to.exercise), reason, now: moment.utc, moment };
        plans::note_change(tx, who, line.plan, &line.change(dose_words(&item.prescription), dose_words(&to)))?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "dose changed", moment.utc)?)
    })
}

/// Swaps an exercise for another of its group that the person's flags and phase allow.
pub fn swap(store: &Store, who: &PatientAccess<Treat>, id: &str, exercise: &str, reason: &str, moment: Moment) -> Result<(), CareError> {
    let reason = reason_of(reason)?;
    store.write(|tx| {
        let (plan, item) = item_of(tx, who, id)?;
        not_quota(&item)?;
        let (_, options) = editable(tx, who, id)?;
        let chosen = options
            .into_iter()
            .find(|e| e.id == exercise)
            .ok_or_else(|| CareError::refused("exercise", "Choose one of the exercises in the list"))?;
        let facts: &PlanFacts = &plan.facts;
        allowed(chosen, facts, facts.phase).map_err(|why| CareError::refused("exercise", why.to_string()))?;
        let to = Prescribed {
            exercise: chosen.id.clone(),
            dose: chosen.dose.clone(),
            level: Level::Standard,
            core: item.prescription.core,
            role: item.prescription.role,
            why: chosen.why.clone(),
        };
        plans::swap_item(tx, who, &item, &to, moment.today())?;
        let line = ByPhysio { plan: &plan, subject: title(&item.prescription.exercise), reason, now: moment.utc, moment };
        plans::note_change(
            tx,
            who,
            line.plan,
            &line.change(title(&item.prescription.exercise), format!("{}: {}", chosen.title, dose_words(&to))),
        )?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "exercise swapped", moment.utc)?)
    })
}

fn title(exercise: &str) -> String {
    library().get(exercise).map_or_else(|| exercise.to_owned(), |e| e.title.clone())
}
