//! `/admin/licences`: what the program is made of and on what ground it may be used.

use crate::supply::{Package, Work, by_licence, works};
use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/admin/licences.html")]
struct LicencesPage {
    ctx: PageCtx,
    works: Vec<Work>,
    /// Licence and the crates under it.
    groups: Vec<(&'static str, Vec<&'static Package>)>,
    crates: usize,
}

/// The register.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let groups = by_licence();
    let crates = groups.iter().map(|(_, of)| of.len()).sum();
    page(&LicencesPage { ctx: manager.visitor.ctx(), works: works(), groups, crates })
}
