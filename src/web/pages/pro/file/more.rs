//! What is too long for the file: all answers, all sessions, all reviews, all changes.

use super::days::{SessionView, session};
use super::summary;
use crate::care::desk::{File, file, look};
use crate::care::paper::marks;
use crate::care::today::progress;
use crate::ids::PatientId;
use crate::store::course;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id};
use crate::web::pages::changes::{ChangeView, by_month, change_views};
use crate::web::pages::pro::said;
use crate::web::questions::rows;
use crate::web::view::decision::telling;
use crate::web::view::told::catalogue;
use crate::web::view::{PageCtx, Row, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Days;

/// Longest stretch of sessions on one page, in days.
const SESSIONS: i64 = 366;

#[derive(Template)]
#[template(path = "pages/pro/file/answers.html")]
struct AnswersPage {
    ctx: PageCtx,
    id: String,
    name: String,
    decided: String,
    level: String,
    fired: Vec<(String, String, String)>,
    telling: Vec<Row>,
    sections: Vec<(String, Vec<Row>)>,
}

#[derive(Template)]
#[template(path = "pages/pro/file/sessions.html")]
struct SessionsPage {
    ctx: PageCtx,
    id: String,
    name: String,
    since: String,
    sessions: Vec<SessionView>,
}

#[derive(Template)]
#[template(path = "pages/pro/file/changes.html")]
struct ChangesPage {
    ctx: PageCtx,
    id: String,
    name: String,
    months: Vec<(String, Vec<ChangeView>)>,
}

#[derive(Template)]
#[template(path = "pages/pro/file/reviews.html")]
struct ReviewsPage {
    ctx: PageCtx,
    id: String,
    name: String,
    reviews: Vec<(i32, String, String, String)>,
}

async fn load(desk: &Desk, id: &str) -> Result<File, AppError> {
    super::load(desk, id).await
}

/// Every answer of the intake, with the rules that fired.
pub async fn answers(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let file = load(&desk, &id).await?;
    let decision = file.decisions.iter().find(|e| e.occasion == "intake").or(file.decisions.first());
    let answers = decision.map(|d| d.answers.clone().into_inner()).unwrap_or_default();
    let sections = catalogue()
        .tasks()
        .iter()
        .map(|task| (task.title.clone(), catalogue().task_screens(&task.id).flat_map(|s| rows(s, &answers, "")).collect()));
    page(&AnswersPage {
        ctx: desk.visitor.reading(),
        id: id.to_string(),
        name: file.name.clone(),
        decided: decision
            .map(|d| format!("Decided on {} by rule set {}.", words::instant(d.at, file.moment.zone), d.ruleset_version))
            .unwrap_or_default(),
        level: decision.map(|d| said::level(d.result.disposition)).unwrap_or_default(),
        fired: decision.map(|d| said::fired(&d.result)).unwrap_or_default(),
        telling: telling(&answers),
        sections: sections.filter(|(_, rows): &(_, Vec<Row>)| rows.iter().any(|row| !row.value.is_empty())).collect(),
    })
}

/// Every session of the newest plan, up to a year back.
pub async fn sessions(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let (file, all, since, paper) = desk
        .visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| {
                let file = file(tx, &who, now)?;
                let today = file.moment.today();
                let days = course::latest(tx, &who)?.map_or(1, |plan| ((today - plan.started_on).num_days() + 1).clamp(1, SESSIONS));
                let days = u64::try_from(days).unwrap_or(1);
                let since = today - Days::new(days - 1);
                let paper = marks(tx, &who, since, today)?;
                Ok((file, progress(tx, &who, today, days)?, since, paper))
            })
        })
        .await?;
    page(&SessionsPage {
        ctx: desk.visitor.reading(),
        id: id.to_string(),
        name: file.name.clone(),
        since: words::date(since),
        sessions: all.sessions.iter().rev().map(|s| session(s, &paper, file.moment.zone)).collect(),
    })
}

/// Every weekly review of the plan, newest first.
pub async fn reviews(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let file = load(&desk, &id).await?;
    page(&ReviewsPage { ctx: desk.visitor.reading(), id: id.to_string(), name: file.name.clone(), reviews: summary::reviews(&file) })
}

/// Every change of the plan, month by month.
pub async fn changes(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let file = load(&desk, &id).await?;
    let months = by_month(change_views(&file.changes, &file.reviews));
    page(&ChangesPage { ctx: desk.visitor.reading(), id: id.to_string(), name: file.name, months })
}
