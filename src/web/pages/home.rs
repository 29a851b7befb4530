//! `/`: what this is and how to begin; people who are signed in go on to their own first page.

use crate::clinical::advice::{Landing, Notice, advice};
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::view::{PageCtx, go, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    ctx: PageCtx,
    landing: &'static Landing,
    notice: &'static Notice,
}

/// The start page.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    match &visitor.user {
        Some(user) if user.is_patient => return Ok(go("/today")),
        Some(user) if user.is_physio => return Ok(go("/pro")),
        Some(_) => return Ok(go("/admin/staff")),
        None => {}
    }
    page(&HomePage { ctx: visitor.reading(), landing: &advice().landing, notice: &advice().notice })
}
