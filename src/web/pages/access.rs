//! `/admin/access`: who may what, from the same table that decides.

use crate::access::Action;
use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::routes::asks::{Cells, FIELDS, FieldRule, Line, cells, lines, sentences};
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/access.html")]
struct AccessPage {
    ctx: PageCtx,
    sentences: Vec<String>,
    actions: [Action; Action::ALL.len()],
    cells: Vec<Cells>,
    fields: Vec<FieldRule>,
    lines: Vec<Line>,
}

/// The table in words, cell by cell, single fields, and route by route.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    // Roles and relations that may do something; the sentence above the table says that no others may.
    let cells = cells().into_iter().filter(|cells| cells.actions.contains(&true)).collect();
    page(&AccessPage {
        ctx: manager.visitor.reading(),
        sentences: sentences(),
        actions: Action::ALL,
        cells,
        fields: FIELDS.to_vec(),
        lines: lines(),
    })
}
