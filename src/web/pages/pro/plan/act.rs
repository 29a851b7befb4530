//! What the buttons of the editor do. Each form names the state that its page showed.

use super::super::dose;
use super::{Loaded, edit_page, goals, level, load, no_plan};
use crate::care::CareError;
use crate::care::desk::drafting::{Form, Seen, Step, bring_together, change};
use crate::care::desk::sending::{apply_draft, send, withdraw};
use crate::care::desk::treat;
use crate::clinical::plan::together::Side;
use crate::ids::PatientId;
use crate::store::Store;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{Errors, FormData, Reader};
use crate::web::view::go;
use actix_web::HttpResponse;
use sha2::{Digest, Sha256};

/// What a form asks for.
enum Act {
    /// Only look: a search, or a preview of amounts.
    Show,
    Change(Step),
    Together(Vec<(String, Side)>),
    Apply(String),
    Send(String),
    Withdraw {
        drop: bool,
    },
}

fn read(loaded: &Loaded, form: &FormData) -> Result<Act, Errors> {
    let exercise = || form.text("exercise").to_owned();
    let shape = loaded.editor.shape();
    Ok(match form.text("do") {
        "search" => Act::Show,
        "up" => Act::Change(Step::Up(exercise())),
        "down" => Act::Change(Step::Down(exercise())),
        "move" => Act::Change(Step::Move(exercise(), form.text("place").parse().unwrap_or(usize::MAX))),
        "out" => Act::Change(Step::TakeOut(exercise())),
        "add" => Act::Change(Step::Add(exercise())),
        "dose" => {
            let Some(item) = shape.get(form.text("exercise")) else { return Err(gone("This exercise is not in the list any more")) };
            let mut reader = Reader::new(form);
            let dose = dose::read(&mut reader, |name| form.text(name).to_owned(), &item.dose);
            let level = reader.need("level", level(form.text("level")), "Choose the form").unwrap_or(item.level);
            if !reader.errors.is_empty() {
                return Err(reader.errors);
            }
            Act::Change(Step::Dose(exercise(), dose, level))
        }
        "goal" | "goal-preview" => {
            let quota = form.text("activity").parse().ok().and_then(|activity| shape.quota(activity));
            let Some(quota) = quota else { return Err(gone("This goal is not in the plan any more")) };
            let made = goals::read(loaded, quota, form)?;
            if form.text("do") == "goal" { Act::Change(Step::Quota(made)) } else { Act::Show }
        }
        "goal-new" | "goal-new-preview" => {
            let made = goals::read_new(loaded, form)?;
            if form.text("do") == "goal-new" { Act::Change(Step::NewGoal(made)) } else { Act::Show }
        }
        "goal-out" => match form.text("activity").parse() {
            Ok(activity) => Act::Change(Step::GoalOut(activity)),
            Err(_) => return Err(gone("This goal is not in the plan any more")),
        },
        "together" => Act::Together(choices(form)),
        "apply" => Act::Apply(form.text("reason").to_owned()),
        "send" => Act::Send(form.text("reason").to_owned()),
        "back" => Act::Withdraw { drop: false },
        "drop" => Act::Withdraw { drop: true },
        _ => return Err(gone("Press one of the buttons of this page")),
    })
}

fn gone(message: &str) -> Errors {
    let mut errors = Errors::default();
    errors.add("", message);
    errors
}

fn choices(form: &FormData) -> Vec<(String, Side)> {
    let side = |value: &str| match value {
        "draft" => Some(Side::Draft),
        "plan" => Some(Side::Plan),
        _ => None,
    };
    form.pairs().iter().filter_map(|(name, value)| Some((name.strip_prefix("choice.")?.to_owned(), side(value)?))).collect()
}

/// The state that a form's page showed.
pub(super) fn seen(form: &FormData) -> Form {
    let seen = Seen {
        draft: form.text("draft").to_owned(),
        revision: form.text("revision").parse().unwrap_or(-1),
        mark: form.text("mark").to_owned(),
    };
    // One page has many forms with one token between them: the same form again is known by all that it says.
    let mut said = Sha256::new();
    form.pairs().iter().filter(|(name, _)| name != "csrf").for_each(|(name, value)| said.update(format!("{name}={value}\n")));
    said.update(form.token());
    Form { seen, token: said.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect() }
}

/// What is said after it.
fn done(act: &Act) -> &'static str {
    match act {
        Act::Show => "",
        Act::Change(_) => "Kept in the draft. The patient sees nothing of it yet.",
        Act::Together(_) => "Draft and plan are brought together. Look at the changes once more.",
        Act::Apply(_) => "The plan is changed from today on. The patient sees what changed and why.",
        Act::Send(_) => "Sent. The patient sees what would change and why. The plan stays as it is until they say yes.",
        Act::Withdraw { drop: false } => "The draft is taken back. The patient is not asked any more.",
        Act::Withdraw { drop: true } => "The draft is dropped. The plan is as it was.",
    }
}

/// Does what was pressed.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let form = form.0;
    // A search goes on beside what it found.
    let words = matches!(form.text("do"), "search" | "add").then(|| form.text("words").to_owned());
    let Some(loaded) = load(&desk, &id, words.clone()).await? else { return Ok(no_plan(&desk, &id)) };
    let act = match read(&loaded, &form) {
        Ok(Act::Show) => return edit_page(&desk, &id, &loaded, &form, Errors::default()),
        Ok(act) => act,
        Err(errors) => return edit_page(&desk, &id, &loaded, &form, errors),
    };
    let said = done(&act);
    let (actor, physio, patient, moment) = (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id.as_str()), loaded.moment);
    let shown = seen(&form);
    let work = move |store: &Store| -> Result<(), CareError> {
        let who = treat(store, &actor, &patient, moment.utc)?;
        match act {
            Act::Show => Ok(()),
            Act::Change(step) => change(store, (&physio, &who), &shown, &step, moment),
            Act::Together(choices) => {
                let choice = |key: &str| choices.iter().find(|(of, _)| of == key).map(|(_, side)| *side);
                bring_together(store, &who, &shown, choice, moment)
            }
            Act::Apply(reason) => apply_draft(store, &who, &shown, &reason, moment),
            Act::Send(reason) => send(store, &who, &shown, &reason, moment),
            Act::Withdraw { drop } => withdraw(store, &who, &shown, drop, moment),
        }
    };
    match desk.visitor.run(work).await {
        Ok(()) => {
            desk.visitor.flash(said);
            Ok(go(&format!("/pro/patients/{id}/plan")))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            // As it stands now, with what was typed.
            match load(&desk, &id, words).await? {
                Some(loaded) => edit_page(&desk, &id, &loaded, &form, errors),
                None => Ok(no_plan(&desk, &id)),
            }
        }
    }
}
