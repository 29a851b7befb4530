//! The draft as the patient would see it: their plan, and the days of the week to come. Nothing can be pressed.

use super::{load, no_plan};
use crate::care::desk::drafting::{DayAhead, week_ahead};
use crate::care::desk::editing::goals_of;
use crate::care::desk::look_to_treat;
use crate::clinical::plan::{Prescribed, Shape};
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id};
use crate::web::pages::plan::{ListedView, QuotaView, by_group};
use crate::web::pages::today::ItemView;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;

/// A day in words.
struct DayView {
    name: String,
    training: Vec<ItemView>,
    minutes: u32,
}

#[derive(Template)]
#[template(path = "pages/pro/plan/preview.html")]
struct PreviewPage {
    ctx: PageCtx,
    id: String,
    name: String,
    is_draft: bool,
    quotas: Vec<(QuotaView, String)>,
    groups: Vec<(&'static str, Vec<ListedView>)>,
    support: Vec<ListedView>,
    days: Vec<DayView>,
}

fn day_view(day: &DayAhead) -> DayView {
    DayView {
        name: words::day(day.on),
        training: day.training.iter().map(ItemView::today).collect(),
        minutes: day.training.iter().map(|item| item.dose.minutes()).sum(),
    }
}

/// The preview.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let Some(loaded) = load(&desk, &id, None).await? else { return Ok(no_plan(&desk, &id)) };
    let today = loaded.moment.today();
    let (plan, shape): (_, Shape) = (loaded.editor.plan.clone(), loaded.editor.shape().clone());
    let goals = goals_of(&plan, &shape, today);
    let items: Vec<Prescribed> = shape.items.clone();
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), loaded.moment.utc);
    let days = desk
        .visitor
        .run(move |store| {
            let who = look_to_treat(store, &actor, &patient, now)?;
            store.read(|tx| week_ahead(tx, &who, &plan, &shape, today))
        })
        .await?;
    page(&PreviewPage {
        ctx: desk.visitor.reading(),
        id: id.to_string(),
        name: loaded.name.clone(),
        is_draft: loaded.editor.draft.is_some(),
        quotas: goals.iter().map(|goal| (QuotaView::new(goal), String::new())).collect(),
        groups: by_group(&items, &[]),
        support: items.iter().filter(|item| item.is_support()).map(|item| ListedView::new(item, &[])).collect(),
        days: days.iter().map(day_view).collect(),
    })
}
