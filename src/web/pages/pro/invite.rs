//! `/pro/invite`: a single-use link for a patient, shown once, with the card they take home.

use crate::care::CareError;
use crate::care::account::{INVITATION_LIFE, invite_patient};
use crate::store::accounts::waiting_invitations;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// An invitation that nobody has used yet.
struct Waiting {
    name: String,
    made: String,
    until: String,
}

/// The card with the link.
struct Card {
    name: String,
    link: String,
    physio: String,
    until: String,
}

#[derive(Template)]
#[template(path = "pages/pro/invite.html")]
struct InvitePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    token: String,
    card: Option<Card>,
    days: i64,
    waiting: Vec<Waiting>,
}

async fn invite_page(desk: &Desk, form: &FormData, errors: &Errors, card: Option<Card>) -> Result<HttpResponse, AppError> {
    let name = Field::new("text", "name", "Their name").hint("The first page greets them with it. They can change it.").optional();
    let mut fields = vec![if card.is_none() { name.sent(form) } else { name }];
    let lines = errors.show(&mut fields);
    let (physio, moment) = (desk.physio.clone(), desk.visitor.moment());
    let waiting =
        desk.visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(waiting_invitations(tx, physio.user(), moment.utc)?))).await?;
    let day = |at| words::short_day(crate::clock::Moment { utc: at, zone: moment.zone }.today());
    let row = |name: &str, made, until| Waiting {
        name: if name.is_empty() { "No name given".to_owned() } else { name.to_owned() },
        made: day(made),
        until: day(until),
    };
    let shown = InvitePage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        fields,
        token: crate::ids::fresh(),
        card,
        days: INVITATION_LIFE.num_days(),
        waiting: waiting.iter().map(|i| row(&i.name, i.created_at, i.expires_at)).collect(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for an invitation, and those that still wait.
pub async fn show(desk: Desk) -> Result<HttpResponse, AppError> {
    invite_page(&desk, &FormData::default(), &Errors::default(), None).await
}

/// Makes a single-use link and shows it, once: it is written into this answer and kept nowhere.
pub async fn save(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let name = reader.text("name", 80, None);
    let mut errors = reader.errors;
    if errors.is_empty() {
        let moment = desk.visitor.moment();
        let (physio, named, token) = (desk.physio.clone(), name.clone(), form.0.text("token").to_owned());
        match desk.visitor.run(move |store| invite_patient(store, &physio, &named, &token, moment.utc)).await {
            Ok(secret) => {
                let card = Card {
                    name,
                    link: format!("{}/invite/{secret}", desk.visitor.app.base_url),
                    physio: desk.visitor.user.as_ref().map(|u| u.name.clone()).unwrap_or_default(),
                    until: words::instant(moment.utc + INVITATION_LIFE, moment.zone),
                };
                return invite_page(&desk, &form.0, &errors, Some(card)).await;
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    invite_page(&desk, &form.0, &errors, None).await
}
