//! The physiotherapist's desk (`/pro`): who needs attention first, and inviting a patient.

pub mod clear;
pub mod file;
pub mod item;

use crate::care::account::{INVITATION_LIFE, invite_patient};
use crate::care::desk::{CaseRow, Need, caseload};
use crate::store::accounts::waiting_invitations;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, page, page_again, words};
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
    others: Vec<RowView>,
    sentence: String,
}

/// The caseload.
pub async fn list(desk: Desk) -> Result<HttpResponse, AppError> {
    let (physio, now) = (desk.physio.clone(), desk.visitor.app.clock.now());
    let rows = desk.visitor.run(move |store| store.read(|tx| caseload(tx, &physio, now))).await?;
    let (urgent, others): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r.need <= Need::Silent);
    let sentence = match (urgent.len(), rows.len()) {
        (_, 0) => String::new(),
        (0, n) => format!("Nobody needs you today. {n} on your list."),
        (1, n) => format!("One of {n} needs you."),
        (u, n) => format!("{u} of {n} need you."),
    };
    page(&CaseloadPage {
        ctx: desk.visitor.reading(),
        urgent: urgent.into_iter().map(RowView::new).collect(),
        others: others.into_iter().map(RowView::new).collect(),
        sentence,
    })
}

#[derive(Template)]
#[template(path = "pages/pro/invite.html")]
struct InvitePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    link: String,
    name: String,
    days: i64,
    waiting: Vec<(String, String)>,
}

async fn invite_page(desk: &Desk, form: &FormData, errors: &Errors, link: String, name: String) -> Result<HttpResponse, AppError> {
    let mut fields = vec![Field::new("text", "name", "Name").hint("The page greets them with it. They can change it.").optional()];
    if link.is_empty() {
        fields = fields.into_iter().map(|f| f.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let (physio, now) = (desk.physio.clone(), desk.visitor.app.clock.now());
    let waiting = desk
        .visitor
        .run(move |store| store.read(|tx| Ok::<_, crate::care::CareError>(waiting_invitations(tx, physio.user(), now)?)))
        .await?;
    let zone = desk.visitor.moment().zone;
    let shown = InvitePage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        fields,
        link,
        name,
        days: INVITATION_LIFE.num_days(),
        waiting: waiting
            .iter()
            .map(|i| {
                (
                    if i.name.is_empty() { "No name".to_owned() } else { i.name.clone() },
                    format!("works until {}", words::instant(i.expires_at, zone)),
                )
            })
            .collect(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for an invitation, and those that still wait.
pub async fn invite(desk: Desk) -> Result<HttpResponse, AppError> {
    invite_page(&desk, &FormData::default(), &Errors::default(), String::new(), String::new()).await
}

/// Makes a single-use link and shows it, once.
pub async fn make_invitation(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let name = reader.text("name", 80, None);
    if !reader.errors.is_empty() {
        return invite_page(&desk, &form.0, &reader.errors, String::new(), String::new()).await;
    }
    let (physio, now, named) = (desk.physio.clone(), desk.visitor.app.clock.now(), name.clone());
    let secret = desk.visitor.run(move |store| invite_patient(store, &physio, &named, now)).await?;
    let link = format!("{}/invite/{secret}", desk.visitor.app.base_url);
    invite_page(&desk, &form.0, &Errors::default(), link, name).await
}
