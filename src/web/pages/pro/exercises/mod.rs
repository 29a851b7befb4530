//! `/pro/exercises`: the exercises that the clinic makes itself.

pub mod edit;
mod form;
pub mod picture;
mod pose;
pub mod show;

use crate::care::exercises::{Listed, list as listed};
use crate::clinical::exercise::Group;
use crate::clinical::exercise::own::may_begin;
use crate::web::error::AppError;
use crate::web::extract::Desk;
use crate::web::forms::Field;
use crate::web::view::figure::own_thumbnail;
use crate::web::view::told::library;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;
use std::sync::Arc;

struct RowView {
    href: String,
    title: String,
    hint: String,
    used: String,
    thumb: Arc<str>,
    retired: bool,
}

impl RowView {
    fn new(listed: &Listed) -> Self {
        let own = &listed.newest.own;
        let like = own.base().map(|base| format!(", made from “{}”", base.title)).unwrap_or_default();
        Self {
            href: format!("/pro/exercises/{}", own.id()),
            title: own.exercise.title.clone(),
            hint: format!("{}{like}. Version {}", own.exercise.group.title(), own.version),
            used: in_plans(listed.in_plans),
            thumb: own_thumbnail(own),
            retired: listed.newest.retired_at.is_some(),
        }
    }
}

/// How many plans have an exercise, in words.
fn in_plans(count: i64) -> String {
    match count {
        0 => "In no plan".to_owned(),
        1 => "In one plan".to_owned(),
        n => format!("In {n} plans"),
    }
}

#[derive(Template)]
#[template(path = "pages/pro/exercises/list.html")]
struct ListPage {
    ctx: PageCtx,
    rows: Vec<RowView>,
    similar: Field,
}

/// The exercises one can begin with, group by group.
fn similar() -> Field {
    let of_group = |group: &Group| {
        let items = library().group(*group).filter(|item| may_begin(item));
        let title = group.title();
        items.map(move |item| (item.id.clone(), format!("{title}: {} ({})", item.title, item.id))).collect::<Vec<_>>()
    };
    Field::new("select", "from", "Which exercise is it most like?")
        .hint("The new one keeps its group, its place in the phases and how its dose grows. Words, dose, flags and picture are yours to change.")
        .options(Group::ALL.iter().flat_map(of_group))
}

/// The clinic's own exercises.
pub async fn list(desk: Desk) -> Result<HttpResponse, AppError> {
    let physio = desk.physio.clone();
    let all = desk.visitor.run(move |store| store.read(|tx| listed(tx, &physio))).await?;
    page(&ListPage { ctx: desk.visitor.reading(), rows: all.iter().map(RowView::new).collect(), similar: similar() })
}
