//! The rules for everybody to read: the handbook as a page.

use crate::clinical::handbook::{Block, Handbook, handbook};
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/handbook.html")]
struct HandbookPage {
    ctx: PageCtx,
    book: &'static Handbook,
}

/// Every question, rule, number and source.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    page(&HandbookPage { ctx: visitor.reading(), book: handbook() })
}
