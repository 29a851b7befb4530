//! How a draft becomes the plan: at once, with a reason, or after the patient said yes to it. And how it does not.

use super::amounts::ONE_GOAL;
use super::choosing::fits;
use super::drafting::{AGREED, Editor, Form, Seen, begin, changed_by, editor, mark, next, not_sent, refused};
use super::editing::{apply, apply_agreed};
use super::giving::follow_draft;
use crate::access::{Own, PatientAccess, Treat};
use crate::care::CareError;
use crate::care::plan::agreed_minutes;
use crate::clinical::codes::AlertTo;
use crate::clinical::plan::together::together;
use crate::clinical::plan::{Difference, MAX_ITEMS, Shape};
use crate::clock::Moment;
use crate::store::drafts::{self, Body, Draft};
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, course, oversight};

/// Rule of the alert that a patient said no to a draft.
pub const DECLINED: &str = "draft";
/// Longest answer to a draft, letters.
pub const MAX_ANSWER: usize = 1000;

/// Refuses a draft that is not ready to be anybody's plan.
fn ready(editor: &Editor, form: &Form, reason: &str) -> Result<String, CareError> {
    let reason = reason.trim();
    if reason.chars().count() < 5 {
        return Err(refused("reason", "Write the reason in a few words: the patient reads it"));
    }
    let draft = editor.draft.as_ref().filter(|draft| !editor.now.differences(&draft.body.shape).is_empty());
    let draft = draft.ok_or_else(|| refused("", "The draft is as the plan is. Change something first"))?;
    if *draft.base != editor.now || form.seen.mark != mark(&editor.now) {
        return Err(refused("", "The plan has changed since this draft began. Bring both together first"));
    }
    let shape = &draft.body.shape;
    if shape.items.len() > MAX_ITEMS {
        return Err(refused("", format!("The list has {} exercises. It may have {MAX_ITEMS}", shape.items.len())));
    }
    if shape.quotas.is_empty() && !editor.now.quotas.is_empty() {
        return Err(refused("", ONE_GOAL));
    }
    for item in shape.items.iter().filter(|item| editor.now.get(&item.exercise).is_none()) {
        fits(item, &editor.plan.facts).map_err(|why| refused("", format!("{} is not for this person: {why}", item.title())))?;
    }
    Ok(reason.to_owned())
}

/// A no is answered by the next version, sent or applied: its alert is dealt with.
fn answered(tx: &mut WriteTx, who: &PatientAccess<Treat>, moment: Moment) -> Result<(), CareError> {
    let open = oversight::alerts(tx, who)?.into_iter().filter(|alert| alert.rule == DECLINED && alert.resolved_at.is_none());
    for alert in open {
        oversight::resolve(tx, who, &alert.id, moment.utc)?;
    }
    Ok(())
}

/// Applies the draft from today on, with a reason that the patient reads.
pub fn apply_draft(store: &Store, who: &PatientAccess<Treat>, form: &Form, reason: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(editor) = begin(tx, who, form, moment)? else { return Ok(()) };
        not_sent(&editor)?;
        let reason = ready(&editor, form, reason)?;
        let shape = editor.shape().clone();
        let draft = next(tx, who, &editor, (shape.clone(), "applied the draft".to_owned()), &form.token, moment)?;
        let draft = Draft { status: "applied".to_owned(), reason: reason.clone(), settled_at: Some(moment.utc), ..draft };
        drafts::keep(tx, who, &editor.plan, &draft)?;
        follow_draft(tx, who, &editor.plan, &draft, moment)?;
        answered(tx, who, moment)?;
        apply(tx, who, &editor.plan, &shape, &reason, moment)
    })
}

/// Sends the draft to the patient, who says yes or no to it. Until then the plan stays as it is.
pub fn send(store: &Store, who: &PatientAccess<Treat>, form: &Form, reason: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(editor) = begin(tx, who, form, moment)? else { return Ok(()) };
        not_sent(&editor)?;
        let reason = ready(&editor, form, reason)?;
        let shape = editor.shape().clone();
        let draft = next(tx, who, &editor, (shape, "sent the draft to the patient".to_owned()), &form.token, moment)?;
        drafts::keep(tx, who, &editor.plan, &Draft { status: "sent".to_owned(), reason, ..draft })?;
        answered(tx, who, moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "draft sent", moment.utc)?)
    })
}

/// Takes a sent draft back, or drops an open one.
pub fn withdraw(store: &Store, who: &PatientAccess<Treat>, form: &Form, drop: bool, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(editor) = begin(tx, who, form, moment)? else { return Ok(()) };
        let did = if drop { "dropped the draft" } else { "took the draft back" };
        if editor.draft.is_none() {
            return Ok(());
        }
        let draft = next(tx, who, &editor, (editor.shape().clone(), did.to_owned()), &form.token, moment)?;
        let draft = match drop {
            true => Draft { status: "dropped".to_owned(), settled_at: Some(moment.utc), ..draft },
            false => Draft { status: "open".to_owned(), ..draft },
        };
        drafts::keep(tx, who, &editor.plan, &draft)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), if drop { "draft dropped" } else { "draft taken back" }, moment.utc)?)
    })
}

/// A draft that waits for the patient's word, as it would change their plan now.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Who sent it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What would change.
    pub differences: Vec<Difference>,
    /// The state that its page shows.
    pub seen: Seen,
}

/// The draft that waits, and the plan that it would make: with what the rules changed since it was sent, where that
/// is something else. `None` where nothing waits or both changed the same: then the physiotherapist looks again.
fn waiting(editor: &Editor) -> Option<(Draft, Shape)> {
    let draft = editor.draft.as_ref().filter(|draft| draft.is_sent())?;
    let shape = together(&draft.base, &draft.body.shape, &editor.now, |_| None).ok()?;
    let may = |item: &&crate::clinical::plan::Prescribed| editor.now.get(&item.exercise).is_none();
    let fine = shape.items.len() <= MAX_ITEMS && shape.items.iter().filter(may).all(|item| fits(item, &editor.plan.facts).is_ok());
    fine.then(|| (draft.clone(), shape))
}

/// What waits for the patient's word.
pub fn pending(tx: &mut ReadTx, who: &PatientAccess<Own>) -> Result<Option<Pending>, CareError> {
    let Some(editor) = editor(tx, who)? else { return Ok(None) };
    let Some((draft, shape)) = waiting(&editor) else { return Ok(None) };
    let differences = editor.now.differences(&shape);
    if differences.is_empty() {
        return Ok(None);
    }
    Ok(Some(Pending { by: changed_by(tx, &draft)?, reason: draft.reason.clone(), differences, seen: editor.seen() }))
}

/// The draft that the patient's form was about; `None` when it was answered so already.
fn asked(editor: &Editor, seen: &Seen, status: &str) -> Result<Option<(Draft, Shape)>, CareError> {
    if editor.settled.as_ref().is_some_and(|draft| draft.id == seen.draft && draft.status == status) {
        return Ok(None);
    }
    let changed = || CareError::refused("", text!("This has changed in the meantime. Please look at it once more."));
    let found = waiting(editor).ok_or_else(changed)?;
    if editor.seen() != *seen { Err(changed()) } else { Ok(Some(found)) }
}

/// "Yes, from today": the draft becomes the plan, and stays the decision of whoever sent it.
///
/// # Errors
/// `Refused` when plan or draft are no longer what the page showed.
pub fn accept(store: &Store, who: &PatientAccess<Own>, seen: &Seen, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let editor = editor(tx, who)?.ok_or(StoreError::NotFound)?;
        let Some((draft, shape)) = asked(&editor, seen, "applied")? else { return Ok(()) };
        apply_agreed(tx, who, &editor.plan, (&draft, &shape), moment)?;
        follow_draft(tx, who, &editor.plan, &draft, moment)?;
        course::set_agreed_minutes(tx, who, &editor.plan, agreed_minutes(&shape.items, editor.plan.training_days.len()))?;
        let body = Json::new(Body { shape, edits: draft.body.edits.clone() });
        let draft = Draft { status: "applied".to_owned(), answer: AGREED.to_owned(), body, settled_at: Some(moment.utc), ..draft };
        Ok(drafts::keep(tx, who, &editor.plan, &draft)?)
    })
}

/// "No, not like this", with words for the physiotherapist or without; the plan stays as it is.
///
/// # Errors
/// `Refused` when plan or draft are no longer what the page showed, or when the words are too many.
pub fn decline(store: &Store, who: &PatientAccess<Own>, seen: &Seen, answer: &str, moment: Moment) -> Result<(), CareError> {
    let answer = answer.trim();
    if answer.chars().count() > MAX_ANSWER {
        return Err(CareError::refused("answer", text!("Use at most {max} characters", max = MAX_ANSWER)));
    }
    store.write(|tx| {
        let editor = editor(tx, who)?.ok_or(StoreError::NotFound)?;
        let Some((draft, _)) = asked(&editor, seen, "declined")? else { return Ok(()) };
        let draft = Draft { status: "declined".to_owned(), answer: answer.to_owned(), settled_at: Some(moment.utc), ..draft };
        drafts::keep(tx, who, &editor.plan, &draft)?;
        let told = match answer {
            "" => "Said no to the change of the plan that was sent, without further words.".to_owned(),
            words => format!("Said no to the change of the plan that was sent: \u{201c}{words}\u{201d}"),
        };
        oversight::raise(tx, who, DECLINED, AlertTo::Physio, &told, moment.utc)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "draft declined", moment.utc)?)
    })
}
