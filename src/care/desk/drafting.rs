//! The draft of a plan that physiotherapists edit together: every change names the state that its form showed, so
//! that nobody writes over what a colleague, the rules or the patient did in between.

use super::amounts::{put_goal, take_goal_out};
use super::choosing::addable;
use super::editing::current;
use crate::access::{MayRead, PatientAccess, Physio, Treat};
use crate::care::CareError;
use crate::care::today::of_day;
use crate::clinical::codes::Activity;
use crate::clinical::exercise::Dose;
use crate::clinical::plan::together::{Clash, Side, together};
use crate::clinical::plan::{Difference, Level, PlanFacts, Prescribed, Role, Shape, ShapedQuota, Warning};
use crate::clock::Moment;
use crate::ids::{self, UserId};
use crate::lang::Text;
use crate::store::drafts::{self, Body, Draft, Edit};
use crate::store::plans::Plan;
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, accounts, away, plans};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// What `Draft::answer` says of a draft that the patient agreed to.
pub(super) const AGREED: &str = "agreed";

/// The state of plan and draft that a form showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Identity of the draft; empty while there was none.
    pub draft: String,
    /// Its revision; 0 while there was none.
    pub revision: i32,
    /// Fingerprint of the plan.
    pub mark: String,
}

/// A plan being edited.
#[derive(Debug, Clone)]
pub struct Editor {
    /// The plan.
    pub plan: Plan,
    /// As it is now.
    pub now: Shape,
    /// The draft that is open or waits for the patient's word.
    pub draft: Option<Draft>,
    /// Minutes that a training day was agreed to take.
    pub agreed_minutes: u32,
    /// The draft that was settled last.
    pub settled: Option<Draft>,
}

impl Editor {
    /// The plan to be: the draft, or the plan as it is.
    pub fn shape(&self) -> &Shape {
        self.draft.as_ref().map_or(&self.now, |draft| &draft.body.shape)
    }

    /// What a form made from this shows.
    pub fn seen(&self) -> Seen {
        let (draft, revision) = self.draft.as_ref().map_or((String::new(), 0), |draft| (draft.id.clone(), draft.revision));
        Seen { draft, revision, mark: mark(&self.now) }
    }

    /// What the draft changes.
    pub fn differences(&self) -> Vec<Difference> {
        self.now.differences(self.shape())
    }

    /// What changed in the plan itself since the draft began; empty where nothing did.
    pub fn moved_on(&self) -> Vec<Difference> {
        self.draft.as_ref().filter(|draft| *draft.base != self.now).map(|draft| draft.base.differences(&self.now)).unwrap_or_default()
    }

    /// What both the draft and the plan changed since the draft began.
    pub fn clashes(&self) -> Vec<Clash> {
        let Some(draft) = &self.draft else { return Vec::new() };
        together(&draft.base, &draft.body.shape, &self.now, |_| None).err().unwrap_or_default()
    }

    /// Training days a week, 1 to 7.
    pub fn days_per_week(&self) -> u32 {
        u32::try_from(self.plan.training_days.len()).unwrap_or(1).clamp(1, 7)
    }

    /// What a physiotherapist should know of the plan to be.
    pub fn warnings(&self) -> Vec<Warning> {
        self.shape().warnings(&self.plan.facts, self.days_per_week(), Some(self.agreed_minutes))
    }
}

/// The fingerprint of a plan.
pub(super) fn mark(shape: &Shape) -> String {
    Sha256::digest(Json::new(shape).text().as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The plan under way with its draft; `None` without a plan.
pub fn editor<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Editor>, CareError> {
    let Some(plan) = plans::active(tx, who)? else { return Ok(None) };
    let now = current(tx, who, &plan)?;
    let settled = drafts::settled_last(tx, who, &plan)?;
    let days = u32::try_from(plan.training_days.len()).unwrap_or(1).clamp(1, 7);
    let agreed_minutes = match plan.agreed_minutes.and_then(|minutes| u32::try_from(minutes).ok()) {
        Some(minutes) => minutes,
        // A plan that is older than what it says of this: the oldest it is known to have been.
        None => drafts::versions(tx, who, &plan)?.pop().map_or_else(|| now.minutes(days), |version| version.shape.minutes(days)),
    };
    Ok(Some(Editor { draft: drafts::live(tx, who, &plan)?, plan, now, agreed_minutes, settled }))
}

/// One change of a draft.
#[derive(Debug, Clone)]
pub enum Step {
    /// An exercise one place up.
    Up(String),
    /// An exercise one place down.
    Down(String),
    /// An exercise to a place counted from 0.
    Move(String, usize),
    /// An exercise out.
    TakeOut(String),
    /// An exercise of the library or the clinic's own in, at its start dose.
    Add(String),
    /// Another dose or form of an exercise.
    Dose(String, Dose, Level),
    /// Another schedule of a daily goal.
    Quota(ShapedQuota),
    /// Another daily goal beside the one there is.
    NewGoal(ShapedQuota),
    /// A daily goal out.
    GoalOut(Activity),
    /// A whole plan in place of the draft's: a version brought back (its number).
    Whole(i32, Shape),
}

pub(super) fn refused(field: &'static str, words: impl Into<String>) -> CareError {
    CareError::refused(field, Text::from(words.into()))
}

/// Name of whoever acts.
fn name_of(tx: &mut ReadTx, who: &PatientAccess<Treat>) -> Result<String, CareError> {
    let by = who.by().ok_or(StoreError::NotFound)?;
    Ok(accounts::user(tx, by)?.map(|user| user.name).unwrap_or_default())
}

/// What others did to a draft since a revision, in sentences: "Cleo added Bridge at 14:02."
fn told(edits: &[Edit], since: i32, moment: Moment) -> String {
    let line = |edit: &Edit| format!("{} {} at {}.", edit.by, edit.did, Moment { utc: edit.at, ..moment }.time().format("%H:%M"));
    edits.iter().filter(|edit| edit.revision > since).map(line).collect::<Vec<_>>().join(" ")
}

/// Refuses what was decided on a page that does not show the present state.
fn up_to_date(editor: &Editor, seen: &Seen, moment: Moment) -> Result<(), CareError> {
    let now = editor.seen();
    match &editor.draft {
        Some(draft) if draft.id != seen.draft && !seen.draft.is_empty() => Err(refused(
            "",
            "The draft that this page showed was settled in the meantime, and another one has begun. This is how it stands now.",
        )),
        Some(draft) if draft.revision != seen.revision => Err(refused(
            "",
            format!(
                "The draft has moved on since you opened this page: {} Nothing was lost. Look at it, then press again.",
                told(&draft.body.edits, seen.revision, moment)
            ),
        )),
        None if !seen.draft.is_empty() => {
            Err(refused("", "The draft that this page showed was settled in the meantime. This is the plan as it is now."))
        }
        None if now.mark != seen.mark => {
            Err(refused("", "The plan has changed since you opened this page. This is how it is now. Look at it, then press again."))
        }
        _ => Ok(()),
    }
}

/// What a form of the editor carries beside what was typed.
#[derive(Debug, Clone)]
pub struct Form {
    /// The state its page showed.
    pub seen: Seen,
    /// Makes the same form harmless when it comes twice.
    pub token: String,
}

fn done_already(editor: &Editor, form: &Form) -> bool {
    let with = |draft: &Draft| draft.body.edits.iter().any(|edit| edit.token == form.token);
    editor.draft.as_ref().is_some_and(with) || editor.settled.as_ref().is_some_and(with)
}

/// The draft after one more change.
pub(super) fn next(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    editor: &Editor,
    (shape, did): (Shape, String),
    token: &str,
    moment: Moment,
) -> Result<Draft, CareError> {
    let by = who.by().map(|by| by.as_str().to_owned());
    let mut draft = editor.draft.clone().unwrap_or_else(|| Draft {
        id: ids::fresh(),
        plan_id: editor.plan.id.clone(),
        status: "open".to_owned(),
        base: Json::new(editor.now.clone()),
        body: Json::new(Body { shape: editor.now.clone(), edits: Vec::new() }),
        reason: String::new(),
        revision: 0,
        made_by: by.clone(),
        made_at: moment.utc,
        changed_by: None,
        changed_at: moment.utc,
        answer: String::new(),
        settled_at: None,
    });
    draft.revision += 1;
    let edit = Edit { revision: draft.revision, by: name_of(tx, who)?, at: moment.utc, did, token: token.to_owned() };
    let mut body = draft.body.into_inner();
    body.shape = shape;
    body.edits.push(edit);
    Ok(Draft { body: Json::new(body), changed_by: by, changed_at: moment.utc, ..draft })
}

/// Loads what is edited, refusing a form that came too late; `None` when this form did its work already.
pub(super) fn begin(tx: &mut ReadTx, who: &PatientAccess<Treat>, form: &Form, moment: Moment) -> Result<Option<Editor>, CareError> {
    let editor = editor(tx, who)?.ok_or(StoreError::NotFound)?;
    if done_already(&editor, form) {
        return Ok(None);
    }
    up_to_date(&editor, &form.seen, moment)?;
    Ok(Some(editor))
}

pub(super) fn not_sent(editor: &Editor) -> Result<(), CareError> {
    match editor.draft.as_ref().is_some_and(Draft::is_sent) {
        true => Err(refused("", "This draft waits for the patient’s answer. Take it back first to change it")),
        false => Ok(()),
    }
}

/// Makes one change of the draft; the first one begins it.
///
/// # Errors
/// `Refused` when the page it was decided on is out of date, naming what happened since, or when the change is not
/// possible, with the reason.
pub fn change(
    store: &Store,
    (physio, who): (&Physio, &PatientAccess<Treat>),
    form: &Form,
    step: &Step,
    moment: Moment,
) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(editor) = begin(tx, who, form, moment)? else { return Ok(()) };
        not_sent(&editor)?;
        if matches!(step, Step::Whole(..)) && editor.draft.is_some() {
            return Err(refused("", "There is a draft already. Apply it or drop it first"));
        }
        let mut shape = editor.shape().clone();
        let did = take(tx, physio, &editor.plan.facts, &mut shape, step)?;
        if shape == *editor.shape() {
            return Ok(());
        }
        let draft = next(tx, who, &editor, (shape, did), &form.token, moment)?;
        Ok(drafts::keep(tx, who, &editor.plan, &draft)?)
    })
}

fn there<'a>(shape: &'a Shape, id: &str) -> Result<&'a Prescribed, CareError> {
    shape.get(id).ok_or_else(|| refused("", "This exercise is not in the list any more"))
}

/// The daily activity follows its quota; it has no dose or place of its own to change.
fn trains(item: &Prescribed) -> Result<(), CareError> {
    match item.role {
        Role::Quota => Err(refused("", "The daily activity follows its goal, which is further down")),
        _ => Ok(()),
    }
}

/// Changes the shape and says in words what was done.
fn take(tx: &mut ReadTx, physio: &Physio, facts: &PlanFacts, shape: &mut Shape, step: &Step) -> Result<String, CareError> {
    Ok(match step {
        Step::Up(id) | Step::Down(id) | Step::Move(id, _) => {
            let did = format!("moved {}", there(shape, id)?.title());
            match step {
                Step::Up(id) => shape.up(id),
                Step::Down(id) => shape.down(id),
                Step::Move(id, place) => shape.move_to(id, *place),
                _ => {}
            }
            did
        }
        Step::TakeOut(id) => {
            let item = there(shape, id)?;
            trains(item)?;
            let did = format!("took {} out", item.title());
            shape.take_out(id);
            did
        }
        Step::Dose(id, dose, level) => {
            let item = there(shape, id)?;
            trains(item)?;
            dose.check().map_err(|wrong| refused("", wrong.to_string()))?;
            let to = Prescribed { dose: dose.clone(), level: *level, ..item.clone() };
            let did = format!("changed {} to {}", to.title(), to.in_words());
            shape.put(to);
            did
        }
        Step::Add(id) => {
            let given = addable(tx, physio, facts, shape, id)?;
            let did = format!("added {}", given.title());
            shape.put(given);
            did
        }
        Step::Quota(quota) => {
            if shape.quota(quota.activity).is_none() {
                return Err(StoreError::NotFound.into());
            }
            shape.put_quota(quota.clone());
            format!("changed the goal of {}", quota.name().to_string().to_lowercase())
        }
        Step::NewGoal(quota) => {
            put_goal(shape, facts, quota)?;
            format!("added the daily goal of {}", quota.name().to_string().to_lowercase())
        }
        Step::GoalOut(activity) => {
            let out = take_goal_out(shape, facts, *activity)?;
            format!("took the daily goal of {} out", out.name().to_string().to_lowercase())
        }
        Step::Whole(version, whole) => {
            *shape = whole.clone();
            format!("brought back version {version}")
        }
    })
}

/// Brings the draft together with the plan, which moved on since the draft began.
///
/// # Errors
/// `Refused` while somebody has to choose between two changes of the same exercise.
pub fn bring_together(
    store: &Store,
    who: &PatientAccess<Treat>,
    form: &Form,
    choice: impl Fn(&str) -> Option<Side>,
    moment: Moment,
) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(editor) = begin(tx, who, form, moment)? else { return Ok(()) };
        not_sent(&editor)?;
        let Some(draft) = &editor.draft else { return Ok(()) };
        if form.seen.mark != mark(&editor.now) {
            return Err(refused("", "The plan has changed once more. This is how it is now."));
        }
        let both = together(&draft.base, &draft.body.shape, &editor.now, &choice)
            .map_err(|_| refused("", "Both the draft and the plan changed the same. Choose which one counts"))?;
        let draft = next(tx, who, &editor, (both, "brought draft and plan together".to_owned()), &form.token, moment)?;
        let draft = Draft { base: Json::new(editor.now.clone()), ..draft };
        Ok(drafts::keep(tx, who, &editor.plan, &draft)?)
    })
}

/// Name of whoever changed a draft last.
pub fn changed_by(tx: &mut ReadTx, draft: &Draft) -> Result<String, CareError> {
    let Some(by) = &draft.changed_by else { return Ok(String::new()) };
    Ok(accounts::user(tx, &UserId::from_text(by))?.map(|user| user.name).unwrap_or_default())
}

/// A day of the week to come under another plan.
#[derive(Debug, Clone)]
pub struct DayAhead {
    /// The date.
    pub on: NaiveDate,
    /// Exercises; none on a day without training.
    pub training: Vec<Prescribed>,
}

/// The seven days from today on, as a plan to be would have them: on the person's training days, outside of flares,
/// breaks and pauses.
pub fn week_ahead<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    shape: &Shape,
    from: NaiveDate,
) -> Result<Vec<DayAhead>, CareError> {
    let days = away::timeline(tx, who, plan)?;
    let day = |on: NaiveDate| {
        let training = if days.trains(on) { of_day(plan, &shape.items, (&days, on)) } else { Vec::new() };
        DayAhead { on, training }
    };
    Ok(from.iter_days().take(7).map(day).collect())
}
