//! The same pages for the physiotherapist: a code on the desk, sheets in the file.

use super::enter::{Loaded, Sent, form_page, load as load_form, saved_words, take};
use super::{Place, list_page, load, sheet_of_code, sheet_page};
use crate::care::CareError;
use crate::care::desk::look_to_treat;
use crate::care::paper::{self, enter as keep, scribe};
use crate::ids::PatientId;
use crate::store::ReadTx;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::told::say;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Patient and code of a path.
type PatientAndCode = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "pages/paper/find.html")]
struct FindPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    field: Field,
}

fn code_field() -> Field {
    Field::new("text", "code", "Code on the sheet").hint("Six letters, for example KXT-MPR").autocomplete("off")
}

/// The desk's page for a code.
pub async fn find(desk: Desk) -> Result<HttpResponse, AppError> {
    page(&FindPage { ctx: desk.visitor.ctx(), errors: Vec::new(), field: code_field() })
}

/// Finds the sheet of a code among those of one's own patients.
pub async fn search(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let (actor, physio, typed) = (desk.actor.clone(), desk.physio.clone(), form.0.text("code").to_owned());
    let now = desk.visitor.app.clock.now();
    if let Some((patient, code)) = desk.visitor.run(move |store| paper::find(store, &physio, &actor, &typed, now)).await? {
        return Ok(go(&format!("/pro/patients/{patient}/sheet/{code}/enter")));
    }
    let mut errors = Errors::default();
    errors.add("code", "None of your patients has a sheet with this code. Look at the six letters again");
    let mut fields = [code_field().sent(&form.0)];
    let lines = errors.show(&mut fields);
    let [field] = fields;
    page_again(&FindPage { ctx: desk.visitor.ctx(), errors: lines, field })
}

/// Reads something of a patient's record, with the look written into the audit.
async fn reading<T: Send + 'static>(
    desk: &Desk,
    patient: &str,
    work: impl FnOnce(&mut ReadTx, &crate::access::PatientAccess<crate::access::Read>, crate::clock::UtcTime) -> Result<T, CareError>
    + Send
    + 'static,
) -> Result<T, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(patient), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look_to_treat(store, &actor, &patient, now)?;
            store.read(|tx| work(tx, &who, now))
        })
        .await
}

/// A patient's sheets.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let listed = reading(&desk, &id, load).await?;
    page(&list_page(desk.visitor.ctx(), Place::of(&id), &listed, Vec::new()))
}

/// Makes a sheet for a patient.
pub async fn make(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let next = form.0.text("week") == "next";
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let made = desk
        .visitor
        .run(move |store| {
            let who = scribe(store, &actor, &patient, now)?;
            paper::make(store, &who, next, now)
        })
        .await;
    match made {
        Ok(code) => Ok(go(&format!("/pro/patients/{}/sheet/{code}", id.as_str()))),
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            let listed = reading(&desk, &id, load).await?;
            page_again(&list_page(desk.visitor.ctx(), Place::of(&id), &listed, errors.show(&mut [])))
        }
    }
}

/// A patient's sheet, to be printed.
pub async fn sheet(desk: Desk, path: PatientAndCode) -> Result<HttpResponse, AppError> {
    let (id, code) = path.into_inner();
    let (sheet, name) = reading(&desk, &id, move |tx, who, now| sheet_of_code(tx, who, &code, now)).await?;
    page(&sheet_page(desk.visitor.reading(), Place::of(&id), &sheet, name))
}

async fn loaded(desk: &Desk, id: &str, code: String) -> Result<Loaded, AppError> {
    reading(desk, id, move |tx, who, now| load_form(tx, who, &code, now)).await
}

/// The form for a patient's sheet.
pub async fn enter(desk: Desk, path: PatientAndCode) -> Result<HttpResponse, AppError> {
    let (id, code) = path.into_inner();
    let found = loaded(&desk, &id, code).await?;
    page(&form_page(desk.visitor.ctx(), Place::of(&id), &found, None, &Errors::default()))
}

/// Keeps a patient's week.
pub async fn save(desk: Desk, path: PatientAndCode, form: Posted) -> Result<HttpResponse, AppError> {
    let (id, code) = path.into_inner();
    let found = loaded(&desk, &id, code.clone()).await?;
    let mut errors = Errors::default();
    match take(&form.0, &found) {
        Sent::Open => return page(&form_page(desk.visitor.ctx(), Place::of(&id), &found, Some(&form.0), &errors)),
        Sent::Wrong(wrong) => errors = wrong,
        Sent::Keep(days) => {
            let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
            let (token, code) = (form.0.token(), found.sheet.code.clone());
            let kept = desk
                .visitor
                .run(move |store| {
                    let who = scribe(store, &actor, &patient, now)?;
                    keep(store, &who, &code, &days, &token, now)
                })
                .await;
            match kept {
                Ok(entered) => {
                    let told = if entered.safety { say("paper.saved_sign", &[]) } else { saved_words(entered) };
                    desk.visitor.flash(&told);
                    return Ok(go(&format!("/pro/patients/{id}")));
                }
                Err(error) => errors.absorb(error)?,
            }
        }
    }
    let found = loaded(&desk, &id, code).await?;
    page_again(&form_page(desk.visitor.ctx(), Place::of(&id), &found, Some(&form.0), &errors))
}
