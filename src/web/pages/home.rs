//! `/`: what this is and how to begin; people who are signed in go on to their own first page.

use crate::clinical::advice::{Landing, fill};
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage {
    ctx: PageCtx,
    landing: &'static Landing,
    not_for: String,
    safety: String,
}

/// The start page.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    match &visitor.user {
        Some(user) if user.is_patient => return Ok(go("/today")),
        Some(user) if user.is_physio => return Ok(go("/pro")),
        Some(_) => return Ok(go("/admin/staff")),
        None => {}
    }
    let ctx = visitor.reading();
    let filled = |text: &str| fill(text, &ctx.emergency_number, &ctx.urgent_number);
    let (not_for, safety) = (filled(&advice().landing.not_for), filled(&advice().notice.safety));
    page(&HomePage { landing: &advice().landing, not_for, safety, ctx })
}
