//! `/admin/licences`: what the program is made of and on what ground it may be used.

use crate::supply::{Work, by_licence, packages, works};
use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;

/// A crate: name, version, licence, where it comes from, used by tests alone.
struct Row {
    name: &'static str,
    version: &'static str,
    licence: &'static str,
    repository: &'static str,
    tests_only: bool,
}

#[derive(Template)]
#[template(path = "pages/admin/licences.html")]
struct LicencesPage {
    ctx: PageCtx,
    works: Vec<Work>,
    counts: Vec<(&'static str, usize)>,
    rows: Vec<Row>,
}

/// The register.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let foreign = packages().iter().filter(|package| package.source.is_some());
    let row = |package: &'static crate::supply::Package| Row {
        name: &package.name,
        version: &package.version,
        licence: &package.licence,
        // An address that is none stays a text.
        repository: if package.repository.starts_with("https://") { &package.repository } else { "" },
        tests_only: !package.in_program,
    };
    page(&LicencesPage { ctx: manager.visitor.ctx(), works: works(), counts: by_licence(), rows: foreign.map(row).collect() })
}
