//! The end of a session: the log, filled in with what was really pressed.

use super::log::{asked_on, keep};
use super::log_form::{Asked, Fields, Kind, read};
use super::session::{gate, waiting};
use super::short::{Line, Short, short_page};
use super::{active, load};
use crate::access::{Own, PatientAccess};
use crate::care::logging::title_of;
use crate::clinical::exercise::{Group, kin};
use crate::clock::Moment;
use crate::lang::say;
use crate::store::Store;
use crate::store::logs::{Done, ItemLog};
use crate::store::played::{self, Played};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::Errors;
use crate::web::view::go;
use crate::web::view::told::library;
use actix_web::HttpResponse;

/// What is logged is exercise; what eases and settles is not.
fn counts(id: &str) -> bool {
    library().get(kin(id)).is_none_or(|e| !matches!(e.group, Group::Relief | Group::Calm))
}

/// What was pressed; after a stop the rest counts as left out for the same reason, to be changed by the person.
fn presses(played: &Played, asked: &Asked) -> Vec<ItemLog> {
    let mut all: Vec<ItemLog> = played.presses.iter().filter(|press| counts(&press.exercise)).cloned().collect();
    if !played.stopped.is_empty() {
        let reason = if played.stopped == "none" { String::new() } else { played.stopped.clone() };
        let open = |id: &&String| !all.iter().any(|press| press.exercise == **id);
        let rest: Vec<String> = asked.items.iter().map(|(id, _)| id).filter(open).cloned().collect();
        all.extend(rest.into_iter().map(|exercise| ItemLog { exercise, done: Done::Not, reason: reason.clone(), brought_on: false }));
    }
    all
}

/// What the session's day asks, and what of it is no longer in the plan but was done.
async fn asked(me: &Me, played: &Played) -> Result<Result<Asked, &'static str>, AppError> {
    let plan = match active(me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    if played.on_date < plan.plan.started_on {
        return Ok(Err("/today"));
    }
    let mut asked = asked_on(&load(me, plan, played.on_date).await?);
    let gone = |press: &&ItemLog| counts(&press.exercise) && !asked.items.iter().any(|(id, _)| *id == press.exercise);
    let gone: Vec<String> = played.presses.iter().filter(gone).map(|press| press.exercise.clone()).collect();
    if !gone.is_empty() {
        let named = move |store: &Store, who: &PatientAccess<Own>, _: Moment| {
            store.read(|tx| {
                gone.into_iter().map(|id| title_of(tx, who, &id).map(|title| (id, say(&title).to_owned()))).collect::<Result<Vec<_>, _>>()
            })
        };
        asked.items.extend(me.run(named).await?);
    }
    Ok(Ok(asked))
}

fn short(played: &Played, asked: &Asked) -> Short {
    let pressed = presses(played, asked);
    let line = |(id, name): &(String, String)| {
        let (kind, word) = match pressed.iter().find(|press| press.exercise == *id).map(|press| press.done) {
            Some(Done::Done) => ("done", tr!("Done")),
            Some(Done::Partly) => ("partly", tr!("Half or more")),
            Some(Done::Not) => ("rest", tr!("Not today")),
            None => ("planned", tr!("Not answered yet")),
        };
        Line { name: name.clone(), kind, word }
    };
    let mut fields = Fields::new(asked, Kind::Played);
    fields.of_presses(&pressed);
    if pressed.iter().all(|press| press.done == Done::Not) && asked.items.iter().all(|(id, _)| pressed.iter().any(|p| p.exercise == *id)) {
        fields.felt.clear();
    }
    Short { kind: Kind::Played, token: played.id.clone(), lines: asked.items.iter().map(line).collect(), amounts: Vec::new(), fields }
}

/// The form after a session.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = gate(&me).await? {
        return Ok(go(elsewhere));
    }
    let Some(played) = waiting(&me).await? else { return Ok(go("/today")) };
    match asked(&me, &played).await? {
        Ok(asked) => short_page(&me, short(&played, &asked), &Errors::default()),
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Logs the session; sent twice it is logged once.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = gate(&me).await? {
        return Ok(go(elsewhere));
    }
    let id = form.0.text("token").to_owned();
    let found = me.run(move |store, who, _| store.read(|tx| Ok(played::one(tx, who, &id)?))).await;
    let played = match found {
        Ok(played) => played,
        Err(AppError::NotFound) => return Ok(go("/today/session")),
        Err(other) => return Err(other),
    };
    let asked = match asked(&me, &played).await? {
        Ok(asked) => asked,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let (mut new, mut errors) = read(&form.0, &asked, Kind::Played);
    (new.on, new.token) = (played.on_date, played.id.clone());
    if errors.is_empty() {
        match keep(&me, new).await {
            Ok(response) => return Ok(response),
            Err(error) => errors.absorb(error)?,
        }
    }
    let mut short = short(&played, &asked);
    short.fields = Fields::new(&asked, Kind::Played);
    short.fields.sent(&form.0);
    short_page(&me, short, &errors)
}
