//! `/kept`: a form that was sent after the sign-in had run out, or before a proof was asked for, shown to its person
//! when they are back.

use crate::lang;
use crate::web::error::AppError;
use crate::web::extract::{Posted, Visitor};
use crate::web::routes::proven;
use crate::web::view::{PageCtx, go, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/kept.html")]
struct KeptPage {
    ctx: PageCtx,
    action: String,
    fields: Vec<(String, String)>,
    written: Vec<String>,
    proof: bool,
    /// What it is about to do, where it does more than save.
    what: &'static str,
}

/// What was not taken, to be sent again.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let Some(kept) = visitor.kept() else { return Ok(go("/")) };
    // What was written in words is shown; numbers and choices come with it.
    let words = |(_, value): &(String, String)| Some(value.trim().to_owned()).filter(|text| text.contains(char::is_whitespace));
    page(&KeptPage {
        written: kept.fields.iter().filter_map(words).collect(),
        action: kept.action,
        fields: kept.fields,
        proof: kept.proof,
        what: lang::say(proven::about_to(&kept.pattern)),
        ctx: visitor.ctx(),
    })
}

/// Leaves it.
pub async fn leave(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    visitor.forget_kept();
    Ok(go("/"))
}
