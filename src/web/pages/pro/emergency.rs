//! `/pro/emergency`: opening a record that is not one's own, in an emergency. The name is sent in the form and stands in
//! no address.

use crate::care::team::break_glass;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// Longest reason, letters.
const REASON: usize = 400;

#[derive(Template)]
#[template(path = "pages/pro/emergency.html")]
struct EmergencyPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
}

fn emergency_page(desk: &Desk, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("text", "who", "The patient\u{2019}s whole name or e-mail address")
            .hint("Exactly as they gave it. There is no list to choose from.")
            .sent(form),
        Field::new("textarea", "reason", "Why you need this record now").hint("At least a sentence. The patient reads it.").sent(form),
        Field::new("checkboxes", "need", "What this is").options([("yes", "This is an emergency or an urgent clinical need")]).sent(form),
    ];
    let lines = errors.show(&mut fields);
    let shown = EmergencyPage { ctx: desk.visitor.ctx(), errors: lines, fields };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What breaking the glass means, and the form.
pub async fn show(desk: Desk) -> Result<HttpResponse, AppError> {
    emergency_page(&desk, &FormData::default(), &Errors::default())
}

/// Opens the record for some hours.
pub async fn save(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let who = reader.text("who", 254, Some("Enter the patient\u{2019}s name or e-mail address"));
    let reason = reader.text("reason", REASON, Some("Write the reason in a sentence: the patient reads it"));
    let mut errors = reader.errors;
    if form.0.text("need") != "yes" {
        errors.add("need", "Tick this only if it is so; else ask a colleague who is in charge");
    }
    if errors.is_empty() {
        let (actor, now) = (desk.actor.clone(), desk.visitor.app.clock.now());
        match desk.visitor.run(move |store| break_glass(store, &actor, &who, &reason, now)).await {
            Ok(patient) => return Ok(go(&format!("/pro/patients/{patient}"))),
            Err(error) => errors.absorb(error)?,
        }
    }
    emergency_page(&desk, &form.0, &errors)
}
