//! What a physiotherapist decides about safety: recording clearance, with what it overrides, and
//! dealing with an alert.

use super::file::{holds, load_to_treat};
use super::said;
use crate::care::desk::{self, File, clear, resolve, treat};
use crate::care::standing::open_hold;
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/clear.html")]
struct ClearPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    holds: Vec<String>,
    fired: Vec<(String, String, String)>,
    field: Field,
}

fn clear_page(desk: &Desk, id: &str, file: &File, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = [Field::new("textarea", "note", "What was found, by whom and when")
        .hint("At least a sentence. It is kept with your name and the time.")
        .sent(form)];
    let lines = errors.show(&mut fields);
    let [field] = fields;
    let open = holds(file).into_iter().filter(|hold| hold.open).map(|hold| format!("{}, since {}", hold.what, hold.placed));
    let shown = ClearPage {
        errors: lines,
        id: id.to_owned(),
        name: file.name.clone(),
        holds: open.collect(),
        fired: newest_rules(file),
        field,
        ctx: desk.visitor.ctx(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Rules of the newest decision: what a clearance overrides.
fn newest_rules(file: &File) -> Vec<(String, String, String)> {
    let newest = file.decisions.first();
    newest.map(|d| said::fired(&d.result)).unwrap_or_default()
}

/// What a clearance overrides, and the note it needs.
pub async fn clearing(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let found = load_to_treat(&desk, &id).await?;
    if open_hold(found.holds.clone()).is_none() {
        return Ok(go(&format!("/pro/patients/{id}")));
    }
    clear_page(&desk, &id, &found, &FormData::default(), &Errors::default())
}

/// Records clearance.
pub async fn record_clearance(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let found = load_to_treat(&desk, &id).await?;
    let mut reader = Reader::new(&form.0);
    let note = reader.text("note", 1000, None);
    let mut errors = reader.errors;
    if errors.is_empty() {
        let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
        let done = desk.visitor.run(move |store| clear(store, &treat(store, &actor, &patient, now)?, &note, now)).await;
        match done {
            Ok(()) => {
                desk.visitor.flash("Clearance is recorded. The plan is open again.");
                return Ok(go(&format!("/pro/patients/{id}")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    clear_page(&desk, &id, &found, &form.0, &errors)
}

/// Marks an alert as dealt with.
pub async fn dealt_with(desk: Desk, path: web::Path<(String, String)>, _form: Posted) -> Result<HttpResponse, AppError> {
    let (id, alert) = path.into_inner();
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    desk.visitor.run(move |store| resolve(store, &desk::treat(store, &actor, &patient, now)?, &alert, now)).await?;
    desk.visitor.flash("Marked as dealt with.");
    Ok(go(&format!("/pro/patients/{id}")))
}
