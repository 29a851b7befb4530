//! The rules for everybody to read: the handbook as a page.

use crate::care::CareError;
use crate::clinical::handbook::{Block, Handbook, handbook};
use crate::clinical::thresholds::ClinicNumbers;
use crate::ids::ClinicId;
use crate::store::accounts::User;
use crate::store::thresholds::timeline;
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
    /// What this clinic set; empty where everything is as specified.
    set: Vec<String>,
}

/// Every question, rule, number and source.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let today = visitor.app.clock.now().date();
    // Whoever is not signed in reads what counts where people join by themselves.
    let clinic = visitor.user.as_ref().map_or_else(ClinicId::first, User::clinic);
    let numbers = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(timeline(tx, &clinic)?.on(today)))).await?;
    let set = if numbers == ClinicNumbers::default() { Vec::new() } else { numbers.in_words() };
    page(&HandbookPage { ctx: visitor.reading(), book: handbook(), set })
}
