//! `/admin/messages`: whether the clinic's patients can write, and what they are promised.

use crate::care::messages::{Clinic, DAYS, LONGEST_CONTACT, clinic, set_clinic};
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/messages_clinic.html")]
struct ClinicPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
}

fn fields(now: &Clinic) -> Vec<Field> {
    let days = DAYS.map(|n| (n.to_string(), if n == 1 { "1 working day".to_owned() } else { format!("{n} working days") }));
    vec![
        Field::new("radios", "is_on", "Messages between patients and the clinic")
            .options([("yes", "On"), ("no", "Off")])
            .option_hint("no", "Nobody can write. What was written stays readable, and the page says how else to reach you.")
            .value(if now.is_on { "yes" } else { "no" }),
        Field::new("select", "days", "Patients get an answer within")
            .hint("They read this promise on the page. Choose what you can keep also when somebody is away.")
            .options(days)
            .value(now.days.to_string()),
        Field::new("lines", "contact", "How else to reach the clinic")
            .hint(format!(
                "For example a telephone number with its hours. Up to {LONGEST_CONTACT} letters; patients read it as you write it."
            ))
            .value(now.contact.clone())
            .optional(),
    ]
}

fn clinic_page(manager: &Manager, now: &Clinic, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = fields(now);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let shown = ClinicPage { errors: errors.show(&mut fields), ctx: manager.visitor.ctx(), fields };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn decided(manager: &Manager) -> Result<Clinic, AppError> {
    let of = manager.admin.clinic().clone();
    manager.visitor.run(move |store| store.read(|tx| clinic(tx, &of))).await
}

/// What is set.
pub async fn show(manager: Manager) -> Result<HttpResponse, AppError> {
    let now = decided(&manager).await?;
    clinic_page(&manager, &now, None, &Errors::default())
}

/// Sets it.
pub async fn save(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let is_on = reader.yes_no("is_on");
    let is_on = reader.need("is_on", is_on, "Choose on or off");
    let range = i64::from(*DAYS.start())..=i64::from(*DAYS.end());
    let days = reader.whole("days", range, "Choose from 1 to 5 working days").and_then(|n| u8::try_from(n).ok());
    let days = reader.need("days", days, "Choose from 1 to 5 working days");
    let contact = reader.text("contact", LONGEST_CONTACT, None);
    let mut errors = reader.errors;
    if let (Some(is_on), Some(days), true) = (is_on, days, errors.is_empty()) {
        let (admin, now) = (manager.admin.clone(), manager.visitor.app.clock.now());
        match manager.visitor.run(move |store| set_clinic(store, &admin, &Clinic { is_on, days, contact }, now)).await {
            Ok(()) => {
                manager.visitor.flash("Saved. It holds from now on.");
                return Ok(go("/admin/messages"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let now = decided(&manager).await?;
    clinic_page(&manager, &now, Some(&form.0), &errors)
}
