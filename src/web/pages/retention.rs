//! `/admin/retention`: what is kept for how long and why, what each rule would delete now, and what waits for its time.
//! Counts and dates alone: nothing here says anything of anybody. The counts by rule are of the whole server, what waits
//! is of the administrator's clinic.

use crate::care::retention::{preview, waiting};
use crate::web::error::AppError;
use crate::web::extract::Manager;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;

/// A rule in words.
struct RuleView {
    name: &'static str,
    kept: String,
    why: &'static str,
    now: i64,
}

#[derive(Template)]
#[template(path = "pages/admin/retention.html")]
struct RetentionPage {
    ctx: PageCtx,
    rules: Vec<RuleView>,
    /// When the next accounts are erased.
    closing: Vec<String>,
    /// Since when each locked record is kept, until when, and by which law.
    archives: Vec<(String, String, String)>,
    years: u32,
}

fn days(days: i64) -> String {
    match days {
        0 => "goes at once".to_owned(),
        1 => "1 day".to_owned(),
        n => format!("{n} days"),
    }
}

/// The page.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let (moment, admin) = (manager.visitor.moment(), manager.admin.clone());
    let (rules, waits) = manager
        .visitor
        .run(move |store| Ok(store.read(|tx| Ok::<_, crate::store::StoreError>((preview(tx, moment.utc)?, waiting(tx, Some(&admin))?)))?))
        .await?;
    let on = |at| words::instant(at, moment.zone);
    page(&RetentionPage {
        ctx: manager.visitor.reading(),
        rules: rules.iter().map(|(kept, now)| RuleView { name: kept.name, kept: days(kept.days), why: kept.why, now: *now }).collect(),
        closing: waits.closing.iter().map(|at| on(*at)).collect(),
        archives: waits.archives.iter().map(|one| (on(one.made_at), on(one.keep_until_at), one.law.clone())).collect(),
        years: manager.visitor.app.config.keep_years,
    })
}
