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
    link: String,
    days: i64,
}

async fn staff_page(manager: &Manager, form: &FormData, errors: &Errors, link: String) -> Result<HttpResponse, AppError> {
    let mut fields = vec![Field::new("text", "name", "Name").optional().sent(form)];
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
            .map(|u| (u.name.clone(), roles(u.is_physio, u.is_admin).to_owned(), words::instant(u.created_at, zone)))
            .collect(),
        fields,
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
    if !reader.errors.is_empty() {
        return staff_page(&manager, &form.0, &reader.errors, String::new()).await;
    }
    let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
    let secret = manager.visitor.run(move |store| invite_staff(store, &admin, &name, now)).await?;
    let link = format!("{}/invite/{secret}", manager.visitor.app.base_url);
    staff_page(&manager, &FormData::default(), &Errors::default(), link).await
}
