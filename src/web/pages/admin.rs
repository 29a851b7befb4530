//! `/admin/staff`: the clinic's staff accounts.

use crate::care::CareError;
use crate::care::account::{INVITATION_LIFE, invite_staff};
use crate::store::accounts::staff;
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/staff.html")]
struct StaffPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    people: Vec<(String, String, String)>,
    fields: Vec<Field>,
    token: String,
    link: String,
    days: i64,
}

async fn staff_page(manager: &Manager, form: &FormData, errors: &Errors, link: String) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("text", "name", "Their name").hint("The first page greets them with it. They can change it.").optional().sent(form),
    ];
    let lines = errors.show(&mut fields);
    let people = manager.visitor.run(|store| store.read(|tx| Ok::<_, CareError>(staff(tx)?))).await?;
    let zone = manager.visitor.moment().zone;
    let roles = |physio: bool, admin: bool| match (physio, admin) {
        (true, true) => "Physiotherapist and administrator",
        (true, false) => "Physiotherapist",
        _ => "Administrator",
    };
    let shown = StaffPage {
        ctx: manager.visitor.ctx(),
        errors: lines,
        people: people
            .iter()
            .map(|u| {
                (
                    u.name.clone(),
                    roles(u.is_physio, u.is_admin).to_owned(),
                    words::date(crate::clock::Moment { utc: u.created_at, zone }.today()),
                )
            })
            .collect(),
        fields,
        token: crate::ids::fresh(),
        link,
        days: INVITATION_LIFE.num_days(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The staff.
pub async fn list(manager: Manager) -> Result<HttpResponse, AppError> {
    staff_page(&manager, &FormData::default(), &Errors::default(), String::new()).await
}

/// Makes a link for a physiotherapist and shows it, once.
pub async fn invite(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let name = reader.text("name", 80, None);
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (admin, now, token) = (manager.admin.clone(), manager.visitor.app.clock.now(), form.0.text("token").to_owned());
        match manager.visitor.run(move |store| invite_staff(store, &admin, &name, &token, now)).await {
            Ok(secret) => {
                let link = format!("{}/invite/{secret}", manager.visitor.app.base_url);
                return staff_page(&manager, &FormData::default(), &errors, link).await;
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    staff_page(&manager, &form.0, &errors, String::new()).await
}
