//! The physiotherapist's desk (`/pro`): who needs attention first, and why.

pub mod add;
pub mod agree;
pub mod clear;
pub mod discharge;
mod dose;
pub mod exercises;
pub mod file;
pub mod invite;
pub mod item;
mod measures;
pub mod pattern;

use crate::care::CareError;
use crate::care::desk::{CaseRow, Need, caseload};
use crate::store::thresholds::timeline;
use crate::web::error::AppError;
use crate::web::extract::Desk;
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;

/// A patient in the caseload, in words.
struct RowView {
    href: String,
    name: String,
    reason: String,
    stands: String,
    seen: String,
    sessions: String,
    need: &'static str,
    word: &'static str,
    inbox: bool,
}

impl RowView {
    fn new(row: &CaseRow) -> Self {
        let (need, word) = match row.need {
            Need::Danger => ("missed", "Needs you now"),
            Need::Alert => ("partly", "Needs a decision"),
            Need::Silent => ("planned", "Silent"),
            Need::Joining => ("today", "Joining"),
            Need::None => ("done", "As planned"),
        };
        Self {
            href: format!("/pro/patients/{}", row.listed.patient),
            name: row.listed.name.clone(),
            reason: row.reason.clone(),
            stands: row.stands.clone(),
            seen: row.last_seen.map_or_else(|| "nothing yet".to_owned(), words::short_day),
            sessions: row.sessions.map(|(done, planned)| format!("{done} of {planned}")).unwrap_or_default(),
            need,
            word,
            inbox: !row.listed.mine,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/caseload.html")]
struct CaseloadPage {
    ctx: PageCtx,
    urgent: Vec<RowView>,
    /// Over the clinic's number of a day: ranked, not dropped.
    waiting: Vec<RowView>,
    budget: u8,
    others: Vec<RowView>,
    sentence: String,
}

/// How many of the ranked people stand in the list of the day: the clinic's number, and all with a danger sign.
fn first_of_day(ranked: &[&CaseRow], budget: u8) -> usize {
    let danger = ranked.iter().filter(|row| row.need == Need::Danger).count();
    danger.max(usize::from(budget)).min(ranked.len())
}

/// The caseload.
pub async fn list(desk: Desk) -> Result<HttpResponse, AppError> {
    let (physio, now) = (desk.physio.clone(), desk.visitor.app.clock.now());
    let (rows, numbers) = desk
        .visitor
        .run(move |store| store.read(|tx| Ok::<_, CareError>((caseload(tx, &physio, now)?, timeline(tx)?.on(now.date())))))
        .await?;
    let (urgent, others): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r.need <= Need::Silent);
    let (first, waiting) = urgent.split_at(first_of_day(&urgent, numbers.alerts_a_day));
    let sentence = match (urgent.len(), rows.len()) {
        (_, 0) => String::new(),
        (0, n) => format!("Nobody needs you today. {n} on your list."),
        (1, n) => format!("One of {n} needs you."),
        (u, n) => format!("{u} of {n} need you."),
    };
    page(&CaseloadPage {
        ctx: desk.visitor.reading(),
        urgent: first.iter().copied().map(RowView::new).collect(),
        waiting: waiting.iter().copied().map(RowView::new).collect(),
        budget: numbers.alerts_a_day,
        others: others.into_iter().map(RowView::new).collect(),
        sentence,
    })
}
