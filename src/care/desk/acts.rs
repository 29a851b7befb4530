//! What a physiotherapist decides: clearance, alerts, changes to a plan.

use super::editing::versioned;
use crate::access::{MayRead, PatientAccess, Physio, Treat};
use crate::care::CareError;
use crate::care::plan::{dose_text, prescribed, title, typed};
use crate::clinical::codes::AlertTo;
use crate::clinical::exercise::{OwnExercise, library};
use crate::clinical::plan::shape::NEW_EXERCISE;
use crate::clinical::plan::{Level, MAX_ITEMS, PlanFacts, Prescribed, Reason, Role, allowed, is_reexposure, reasons, swap_options};
use crate::clock::{Moment, UtcTime};
use crate::lang::Text;
use crate::store::oversight::Alert;
use crate::store::plans::{Change, Plan, PlanItem};
use crate::store::{ReadTx, Store, StoreError, WriteTx, course, exercises, intake, oversight, plans};

/// Records a clinician's clearance of every open hold: who, when, and what they found.
pub fn clear(store: &Store, who: &PatientAccess<Treat>, note: &str, now: UtcTime) -> Result<(), CareError> {
    let note = note.trim();
    if note.chars().count() < 10 {
        return Err(CareError::refused("note", "Write what was found and by whom, in a sentence"));
    }
    store.write(|tx| clear_in(tx, who, note, now))
}

/// The same within a transaction: every way in which a safety stop ends comes through here.
pub(super) fn clear_in(tx: &mut WriteTx, who: &PatientAccess<Treat>, note: &str, now: UtcTime) -> Result<(), CareError> {
    if intake::clear_holds(tx, who, note, now)? == 0 {
        return Err(CareError::refused("note", "There is no hold to clear any more"));
    }
    let held_by = |a: &Alert| a.resolved_at.is_none() && (a.addressee.0 == AlertTo::Triage || a.rule == "P-02");
    for alert in oversight::alerts(tx, who)?.into_iter().filter(held_by) {
        oversight::resolve(tx, who, &alert.id, now)?;
    }
    Ok(oversight::note(tx, who.by(), Some(who.patient()), "clearance recorded", now)?)
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

pub(super) fn item_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str) -> Result<(Plan, PlanItem), CareError> {
    let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    let item = plans::items(tx, who, &plan)?.into_iter().find(|item| item.id == id).ok_or(StoreError::NotFound)?;
    Ok((plan, item))
}

/// An exercise of the plan with what it could be swapped for, each as it would be given: the library first, then the
/// clinic's own.
pub fn editable<M: MayRead>(
    tx: &mut ReadTx,
    physio: &Physio,
    who: &PatientAccess<M>,
    id: &str,
) -> Result<(PlanItem, Vec<Prescribed>), CareError> {
    let (plan, item) = item_of(tx, who, id)?;
    let current: Vec<String> = plans::items(tx, who, &plan)?.iter().map(|i| i.prescription.exercise.clone()).collect();
    let facts: &PlanFacts = &plan.facts;
    let now = &item.prescription;
    let as_given = |given: Prescribed| Prescribed { core: now.core, role: now.role, ..given };
    let library = swap_options(&now.exercise, facts, &current);
    let mut options: Vec<Prescribed> =
        library.into_iter().map(|e| as_given(Prescribed { dose: e.dose.clone(), ..Prescribed::start(e, facts) })).collect();
    let returning = current.iter().any(|id| *id != now.exercise && is_reexposure(id, facts.category));
    let fits = |own: &OwnExercise| {
        !current.iter().any(|id| id == own.id())
            && allowed(&own.exercise, facts, facts.phase).is_ok()
            && !(returning && is_reexposure(own.id(), facts.category))
    };
    options.extend(own_of_group(tx, physio, now)?.iter().filter(|own| fits(own)).map(|own| as_given(Prescribed::of_own(own, facts))));
    Ok((item, options))
}

/// The clinic's own exercises of an item's group that are in use, in their newest version.
fn own_of_group(tx: &mut ReadTx, physio: &Physio, item: &Prescribed) -> Result<Vec<OwnExercise>, CareError> {
    let Some(group) = item.definition().map(|exercise| exercise.group) else { return Ok(Vec::new()) };
    let newest = exercises::newest(tx, physio)?.into_iter().filter(|version| version.retired_at.is_none());
    Ok(newest.map(|version| version.own).filter(|own| own.exercise.group == group).collect())
}

/// An exercise by name that is not for a person, and why.
pub type NotFor = (String, Vec<Reason>);

/// Exercises of the same group that cannot take this one's place, each by name with the reasons.
pub fn not_offered<M: MayRead>(tx: &mut ReadTx, physio: &Physio, who: &PatientAccess<M>, id: &str) -> Result<Vec<NotFor>, CareError> {
    let (plan, item) = item_of(tx, who, id)?;
    let now = &item.prescription;
    let group = now.definition().ok_or(StoreError::NotFound)?.group;
    let own = own_of_group(tx, physio, now)?;
    let all = library().group(group).chain(own.iter().map(|own| &own.exercise));
    let with_reasons = all.filter(|e| e.id != now.exercise).map(|e| (e.title.clone(), reasons(e, &plan.facts, plan.facts.phase)));
    Ok(with_reasons.filter(|(_, why)| !why.is_empty()).collect())
}

/// The daily activity follows its quota; it has no dose or place of its own to change.
pub(super) fn not_quota(item: &PlanItem) -> Result<(), CareError> {
    match item.prescription.role {
        Role::Quota => Err(CareError::refused("", "The daily activity follows its schedule and cannot be changed here")),
        _ => Ok(()),
    }
}

pub(super) fn reason_of(reason: &str) -> Result<&str, CareError> {
    match reason.trim() {
        r if r.chars().count() >= 5 => Ok(r),
        _ => Err(CareError::refused("reason", "Write the reason in a few words: the patient reads it")),
    }
}

/// Writes one change by a physiotherapist into the ledger and the audit.
pub(super) struct ByPhysio<'a> {
    pub(super) plan: &'a Plan,
    pub(super) subject: String,
    pub(super) reason: &'a str,
    pub(super) now: UtcTime,
    pub(super) moment: Moment,
}

impl ByPhysio<'_> {
    pub(super) fn change(&self, before: Text, after: Text) -> Change {
        Change {
            at: self.now,
            effective_on: self.moment.today(),
            by: None,
            rule: "physio".to_owned(),
            subject: self.subject.clone(),
            before,
            after,
            reason: typed(self.reason),
        }
    }
}

/// Swaps an exercise for another of its group, of the library or the clinic's own, that the person's flags and phase
/// allow.
pub fn swap(
    store: &Store,
    (physio, who): (&Physio, &PatientAccess<Treat>),
    id: &str,
    exercise: &str,
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason_of(reason)?;
    store.write(|tx| {
        versioned(tx, who, reason, moment.utc, |tx| {
            let (plan, item) = item_of(tx, who, id)?;
            not_quota(&item)?;
            let (_, options) = editable(tx, physio, who, id)?;
            let to = options
                .into_iter()
                .find(|option| option.exercise == exercise)
                .ok_or_else(|| CareError::refused("exercise", "Choose one of the exercises in the list"))?;
            let facts: &PlanFacts = &plan.facts;
            let chosen = to.definition().ok_or(StoreError::NotFound)?;
            allowed(chosen, facts, facts.phase).map_err(|why| CareError::refused("exercise", why.to_string()))?;
            plans::swap_item(tx, who, &item, &to, moment.today())?;
            let old = item.prescription.title().to_owned();
            let line = ByPhysio { plan: &plan, subject: old, reason, now: moment.utc, moment };
            plans::note_change(tx, who, line.plan, &line.change(title(&item.prescription), prescribed(&to)))?;
            Ok(oversight::note(tx, who.by(), Some(who.patient()), "exercise swapped", moment.utc)?)
        })
    })
}

/// The clinic's own exercises that could join a plan, each as it would be given, and by name those that are not for
/// this person.
pub fn addable<M: MayRead>(tx: &mut ReadTx, physio: &Physio, who: &PatientAccess<M>) -> Result<(Vec<Prescribed>, Vec<NotFor>), CareError> {
    let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    let facts: &PlanFacts = &plan.facts;
    let current: Vec<String> = plans::items(tx, who, &plan)?.iter().map(|i| i.prescription.exercise.clone()).collect();
    let returning = current.iter().any(|id| is_reexposure(id, facts.category));
    let (mut options, mut refused) = (Vec::new(), Vec::new());
    let newest = exercises::newest(tx, physio)?.into_iter().filter(|version| version.retired_at.is_none());
    for own in newest.map(|version| version.own).filter(|own| !current.iter().any(|id| id == own.id())) {
        let why = reasons(&own.exercise, facts, facts.phase);
        if !why.is_empty() {
            refused.push((own.exercise.title.clone(), why));
        } else if !(returning && is_reexposure(own.id(), facts.category)) {
            options.push(Prescribed::of_own(&own, facts));
        }
    }
    Ok((options, refused))
}

/// Adds one of the clinic's own exercises to a plan, with a reason the patient reads.
pub fn add(
    store: &Store,
    (physio, who): (&Physio, &PatientAccess<Treat>),
    exercise: &str,
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason_of(reason)?;
    store.write(|tx| {
        versioned(tx, who, reason, moment.utc, |tx| {
            let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
            let listed = plans::items(tx, who, &plan)?;
            if listed.iter().any(|item| item.prescription.exercise == exercise) {
                // The same form twice adds once.
                return Ok(());
            }
            if listed.len() >= MAX_ITEMS {
                let full = format!("The list has {MAX_ITEMS} exercises already. Swap one of them instead");
                return Err(CareError::refused("exercise", full));
            }
            let (options, _) = addable(tx, physio, who)?;
            let given = options.into_iter().find(|option| option.exercise == exercise);
            let given = given.ok_or_else(|| CareError::refused("exercise", "Choose one of the exercises in the list"))?;
            course::add_item(tx, who, &plan, &given, moment.today())?;
            let line = ByPhysio { plan: &plan, subject: NEW_EXERCISE.to_owned(), reason, now: moment.utc, moment };
            plans::note_change(tx, who, line.plan, &line.change(text!(""), prescribed(&given)))?;
            Ok(oversight::note(tx, who.by(), Some(who.patient()), "exercise added", moment.utc)?)
        })
    })
}

/// The newest version of the clinic's own exercise that an item is, where it is newer than the one given.
pub fn newer<M: MayRead>(tx: &mut ReadTx, physio: &Physio, who: &PatientAccess<M>, id: &str) -> Result<Option<OwnExercise>, CareError> {
    let (_, item) = item_of(tx, who, id)?;
    let Some(own) = &item.prescription.own else { return Ok(None) };
    let newest = exercises::history(tx, physio, own.id())?.into_iter().next();
    Ok(newest.map(|version| version.own).filter(|newest| newest.version > own.version))
}

/// Takes the newest version of a clinic's own exercise over into a plan. Dose and form stay where the person is,
/// unless the form is another one now; then it begins anew.
pub fn take_over(
    store: &Store,
    (physio, who): (&Physio, &PatientAccess<Treat>),
    id: &str,
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason.trim();
    if reason.chars().count() < 5 {
        return Err(CareError::refused("version_reason", "Write the reason in a few words: the patient reads it"));
    }
    store.write(|tx| {
        versioned(tx, who, reason, moment.utc, |tx| {
            let (plan, item) = item_of(tx, who, id)?;
            let (Some(newest), Some(old)) = (newer(tx, physio, who, id)?, item.prescription.own.as_deref()) else {
                return Err(CareError::refused("", "The plan has the newest version already"));
            };
            let facts: &PlanFacts = &plan.facts;
            allowed(&newest.exercise, facts, facts.phase)
                .map_err(|why| CareError::refused("version_reason", format!("The new version is not for this person: {why}")))?;
            let to = next_version(&item.prescription, old, &newest, facts);
            plans::set_prescription(tx, who, &item, &to)?;
            let words = |own: &OwnExercise, given: &Prescribed| {
                let exercise = Text::from(own.exercise.title.clone());
                text!("{exercise}, version {version}: {dose}", exercise = exercise, version = own.version, dose = dose_text(given))
            };
            let line = ByPhysio { plan: &plan, subject: to.title().to_owned(), reason, now: moment.utc, moment };
            plans::note_change(tx, who, line.plan, &line.change(words(old, &item.prescription), words(&newest, &to)))?;
            Ok(oversight::note(tx, who.by(), Some(who.patient()), "new version taken over", moment.utc)?)
        })
    })
}

fn next_version(now: &Prescribed, old: &OwnExercise, newest: &OwnExercise, facts: &PlanFacts) -> Prescribed {
    let fresh = Prescribed { core: now.core, role: now.role, ..Prescribed::of_own(newest, facts) };
    let (was, is) = (&old.exercise, &newest.exercise);
    let same_form = match now.level {
        Level::Easier => was.easier_id == is.easier_id && !is.easier_how.is_empty(),
        Level::Standard => true,
        Level::Harder => was.harder_id == is.harder_id && !is.harder_how.is_empty(),
    };
    if same_form { Prescribed { dose: now.dose.clone(), level: now.level, ..fresh } } else { fresh }
}
