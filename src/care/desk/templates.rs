//! The clinic's templates: making them, new versions of them, who follows which, and when the next phase is due.
//! Nothing here changes a plan; [`super::giving`] does.

use crate::access::{MayRead, PatientAccess, Physio};
use crate::care::CareError;
use crate::clinical::codes::{Category, Stage};
use crate::clinical::exercise::{DoseKind, library};
use crate::clinical::plan::template::{Phase, Template};
use crate::clinical::plan::{MAX_ITEMS, PlanFacts, Prescribed, Role};
use crate::clock::UtcTime;
use crate::ids::{self, PatientId};
use crate::store::plans::Plan;
use crate::store::templates::{self as stored, Use, Version};
use crate::store::{ReadTx, Store, StoreError, WriteTx, exercises, oversight, plans, relations};
use chrono::{Days, NaiveDate};
use std::ops::RangeInclusive;

/// Most phases of a template.
pub const MAX_PHASES: usize = 6;
/// How long a phase lasts, in weeks.
pub const WEEKS: RangeInclusive<u8> = 1..=12;
/// Training days a week.
pub const DAYS: RangeInclusive<u8> = 3..=5;
/// Longest name, in characters.
const MAX_NAME: usize = 80;
/// Longest sentence or line, in characters.
const MAX_LINE: usize = 300;
/// Most lines to explain.
const MAX_EXPLAIN: usize = 20;
/// Weeks of the phase of a template that is made from a plan.
const FIRST_WEEKS: u8 = 4;

/// A template with how many plans under way follow each of its versions, newest first.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Its newest version.
    pub newest: Version,
    /// Version and number of plans.
    pub counts: Vec<(i32, usize)>,
}

fn counts_of(all: &[(String, i32, usize)], id: &str) -> Vec<(i32, usize)> {
    all.iter().rev().filter(|(template, ..)| template == id).map(|(_, version, count)| (*version, *count)).collect()
}

/// All of them, those in use first.
pub fn list(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Listed>, CareError> {
    let counts = stored::counts(tx, physio)?;
    let newest = stored::newest(tx, physio)?.into_iter();
    let mut all: Vec<Listed> = newest.map(|newest| Listed { counts: counts_of(&counts, &newest.template), newest }).collect();
    all.sort_by_key(|listed| listed.newest.retired_at.is_some());
    Ok(all)
}

/// A patient of the physiotherapist's whose plan follows a template.
#[derive(Debug, Clone)]
pub struct Follower {
    /// Who.
    pub patient: PatientId,
    /// Their name.
    pub name: String,
    /// Version and phase.
    pub used: Use,
}

/// One template with its history, newest version first.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its versions; never empty.
    pub versions: Vec<Version>,
    /// Version and number of plans.
    pub counts: Vec<(i32, usize)>,
    /// Patients that the physiotherapist may see, by name.
    pub followers: Vec<Follower>,
}

/// One template.
///
/// # Errors
/// `NotFound` when there is none.
pub fn show(tx: &mut ReadTx, physio: &Physio, id: &str, now: UtcTime) -> Result<Shown, CareError> {
    let versions = history(tx, physio, id)?;
    let listed = relations::patients_of(tx, physio, now)?;
    let patients: Vec<PatientId> = listed.iter().map(|listed| listed.patient.clone()).collect();
    let followed = stored::followed_by(tx, physio, &patients)?;
    let of_this = |patient: &PatientId| followed.iter().find(|(who, used)| who == patient && used.template_id == id);
    let follower = |listed: relations::Listed| {
        let used = of_this(&listed.patient)?.1.clone();
        Some(Follower { patient: listed.patient, name: listed.name, used })
    };
    let followers = listed.into_iter().filter_map(follower).collect();
    Ok(Shown { counts: counts_of(&stored::counts(tx, physio)?, id), versions, followers })
}

/// Every version of a template, newest first.
///
/// # Errors
/// `NotFound` when there is none.
pub fn history(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<Vec<Version>, CareError> {
    let versions = stored::history(tx, physio, id)?;
    if versions.is_empty() { Err(StoreError::NotFound.into()) } else { Ok(versions) }
}

/// What a form says of a template.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The template.
    pub body: Template,
    /// Why it is as it is now; may be empty for the first version.
    pub note: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// A message and the field it belongs to, named as the form names it: `p1.weeks` is of the first phase.
pub type Problem = (String, String);

/// What does not fit, field by field; empty when the template can be kept.
pub fn problems(body: &Template) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    let mut words = |field: String, text: &str, most: usize, missing: &str| {
        let length = text.trim().chars().count();
        if length == 0 {
            found.push((field, missing.to_owned()));
        } else if length > most {
            found.push((field, format!("Use at most {most} characters")));
        }
    };
    words("name".to_owned(), &body.name, MAX_NAME, "Give it a name");
    words("sentence".to_owned(), &body.sentence, MAX_LINE, "Say in a sentence for whom it is");
    for (at, phase) in (1..).zip(&body.phases) {
        words(format!("p{at}.name"), &phase.name, MAX_NAME, "Give the phase a name");
    }
    let mut wrong = |bad: bool, field: String, message: String| {
        if bad {
            found.push((field, message));
        }
    };
    wrong(!DAYS.contains(&body.days_per_week), "days_per_week".to_owned(), "Choose three, four or five days".to_owned());
    wrong(body.explain.len() > MAX_EXPLAIN, "explain".to_owned(), format!("Use at most {MAX_EXPLAIN} lines"));
    let long = body.explain.iter().any(|line| line.chars().count() > MAX_LINE);
    wrong(long, "explain".to_owned(), format!("Use at most {MAX_LINE} characters a line"));
    wrong(body.phases.is_empty(), String::new(), "A template has at least one phase".to_owned());
    wrong(body.phases.len() > MAX_PHASES, String::new(), format!("A template has at most {MAX_PHASES} phases"));
    for (at, phase) in (1..).zip(&body.phases) {
        wrong(!WEEKS.contains(&phase.weeks), format!("p{at}.weeks"), "Enter 1 to 12 weeks".to_owned());
        let training = phase.items.iter().filter(|item| item.role == Role::Training).count();
        wrong(training == 0, "add".to_owned(), format!("Add an exercise for the training days to phase {at}"));
        let many = phase.items.len();
        wrong(many > MAX_ITEMS, "add".to_owned(), format!("Phase {at} has {many} exercises. A list has room for {MAX_ITEMS}"));
        let twice = phase.items.iter().enumerate().any(|(n, item)| phase.items[..n].iter().any(|other| other.exercise == item.exercise));
        wrong(twice, "add".to_owned(), format!("An exercise stands twice in phase {at}. Take one of them out"));
    }
    found
}

fn note_of(edit: &Edit) -> Result<&str, CareError> {
    let note = edit.note.trim();
    if note.chars().count() > MAX_LINE {
        return Err(CareError::refused("note", format!("Use at most {MAX_LINE} characters")));
    }
    Ok(note)
}

fn check(edit: &Edit) -> Result<&str, CareError> {
    match problems(&edit.body).into_iter().next() {
        Some((_, message)) => Err(CareError::refused("", message)),
        None => note_of(edit),
    }
}

/// Makes a template and returns its id; the same form twice makes one.
///
/// # Errors
/// `Refused` for what [`problems`] finds.
pub fn make(store: &Store, physio: &Physio, edit: &Edit, now: UtcTime) -> Result<String, CareError> {
    let note = check(edit)?;
    let id = ids::fresh();
    store.write(|tx| {
        if let Some(id) = stored::made_with(tx, physio, &edit.token)? {
            return Ok(id);
        }
        stored::make(tx, physio, &id, &edit.token, now)?;
        stored::add_version(tx, physio, (&id, 1), &edit.body, (note, &edit.token), now)?;
        oversight::note(tx, Some(physio.user()), None, "template made", now)?;
        Ok(id.clone())
    })
}

/// The newest version, which must be the one that a form was made from.
fn newest(tx: &mut WriteTx, physio: &Physio, id: &str, from: i32) -> Result<Version, CareError> {
    let newest = stored::history(tx, physio, id)?.into_iter().next().ok_or(StoreError::NotFound)?;
    if newest.retired_at.is_some() {
        return Err(CareError::refused("", "This template is retired. Take it back into use first"));
    }
    if newest.version != from {
        let who = newest.by.as_deref().unwrap_or("Somebody");
        let said = format!("{who} saved version {} while you were writing. What you typed is still here", newest.version);
        return Err(CareError::refused("version", said));
    }
    Ok(newest)
}

/// Saves a new version made from version `from`, and returns its number. Plans that follow the template keep theirs.
///
/// # Errors
/// `Refused` (field `version`) when somebody else saved one since; for what [`problems`] finds; without a note or a change.
pub fn revise(store: &Store, physio: &Physio, id: &str, from: i32, edit: &Edit, now: UtcTime) -> Result<i32, CareError> {
    let note = check(edit)?;
    store.write(|tx| {
        if let Some(number) = stored::saved_with(tx, physio, id, &edit.token)? {
            return Ok(number);
        }
        let before = newest(tx, physio, id, from)?;
        if before.body == edit.body {
            return Err(CareError::refused("", "Nothing is different from the version before"));
        }
        if note.is_empty() {
            return Err(CareError::refused("note", "Say why in a few words: your colleagues decide by it whether to update"));
        }
        let number = from + 1;
        let added = stored::add_version(tx, physio, (id, number), &edit.body, (note, &edit.token), now);
        added.map_err(|error| match error {
            StoreError::Conflict(_) => {
                CareError::refused("version", "Somebody saved a version in the same moment. What you typed is still here")
            }
            other => other.into(),
        })?;
        oversight::note(tx, Some(physio.user()), None, "template changed", now)?;
        Ok(number)
    })
}

/// Retires a template, or takes it back into use.
pub fn retire(store: &Store, physio: &Physio, id: &str, away: bool, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        stored::set_retired(tx, physio, id, away.then_some(now))?;
        let did = if away { "template retired" } else { "template back in use" };
        Ok(oversight::note(tx, Some(physio.user()), None, did, now)?)
    })
}

/// Exercises of a plan as others could get them: without the daily amounts, and without what was said for one person.
pub(super) fn for_others(items: impl IntoIterator<Item = Prescribed>) -> Vec<Prescribed> {
    let plain = |item: Prescribed| {
        let why = item.definition().map(|exercise| exercise.why.clone()).unwrap_or_default();
        Prescribed { why, ..item }
    };
    items.into_iter().filter(|item| item.role != Role::Quota).map(plain).collect()
}

/// A template with the plan under way of somebody as its first phase, still without a name.
///
/// # Errors
/// `NotFound` without a plan.
pub fn of_plan<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Template, CareError> {
    let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    let items = for_others(plans::items(tx, who, &plan)?.into_iter().map(|item| item.prescription.into_inner()));
    let days = u8::try_from(plan.training_days.len()).unwrap_or(*DAYS.start()).clamp(*DAYS.start(), *DAYS.end());
    Ok(Template {
        name: String::new(),
        sentence: String::new(),
        suits: vec![plan.category.0],
        days_per_week: days,
        explain: Vec::new(),
        phases: vec![Phase { name: "Phase 1".to_owned(), weeks: FIRST_WEEKS, items, quotas: Vec::new() }],
    })
}

/// Somebody about whom nothing is known: what a template gives is filtered for the person when it is given.
fn anybody() -> PlanFacts {
    PlanFacts {
        category: Category::Unclear,
        secondary: None,
        stage: Stage::Control,
        phase: 1,
        bone_caution: false,
        radicular: false,
        physio_seen_radic: false,
        centralised: false,
        pregnant_late_or_postnatal: false,
        can_floor: true,
        equipment: Vec::new(),
        prone_hurts: false,
        prone_better: false,
        activities: Vec::new(),
    }
}

/// Everything that can stand in a template, as it would begin: the library, then the clinic's own in use. Daily
/// activities come with their goal, and the flare card is a page of its own.
pub fn choosable(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Prescribed>, CareError> {
    let of_library = library().all().iter().filter(|e| e.id != "RB6").map(|exercise| Prescribed::start(exercise, &anybody()));
    let newest = exercises::newest(tx, physio)?.into_iter().filter(|version| version.retired_at.is_none());
    let own: Vec<Prescribed> = newest.map(|version| Prescribed::of_own(&version.own, &anybody())).collect();
    Ok(of_library.filter(|item| item.role != Role::Quota && item.dose.kind != DoseKind::Quota).chain(own).collect())
}

/// A template without exercises.
pub fn empty() -> Template {
    let phase = Phase { name: "Phase 1".to_owned(), weeks: FIRST_WEEKS, items: Vec::new(), quotas: Vec::new() };
    let (name, sentence) = (String::new(), String::new());
    Template { name, sentence, suits: Vec::new(), days_per_week: *DAYS.start(), explain: Vec::new(), phases: vec![phase] }
}

/// A phase whose weeks are over, and the one after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseDue {
    /// The template.
    pub template: String,
    /// Its name.
    pub name: String,
    /// Name of the phase under way.
    pub now: String,
    /// Name of the next phase.
    pub next: String,
    /// The day from which it is due.
    pub since: NaiveDate,
}

/// The next phase of the template that a plan follows, once the weeks of the present one are over. It is only ever
/// offered: `/pro/patients/{id}/assign/{template}` shows it.
pub fn phase_due<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, on: NaiveDate) -> Result<Option<PhaseDue>, CareError> {
    Ok(stored::followed(tx, who, plan)?.and_then(|(used, body)| due(&used, &body, on)))
}

/// The phase after the one that a plan is in, once its weeks are over on a day.
pub fn due(used: &Use, body: &Template, on: NaiveDate) -> Option<PhaseDue> {
    let at = usize::try_from(used.phase).ok()?;
    let (now, next) = (body.phases.get(at)?, body.phases.get(at + 1)?);
    let since = used.from_on + Days::new(7 * u64::from(now.weeks));
    let due =
        || PhaseDue { template: used.template_id.clone(), name: body.name.clone(), now: now.name.clone(), next: next.name.clone(), since };
    (on >= since).then(due)
}
