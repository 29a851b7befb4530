//! A physiotherapist ends the programme, with a reason the patient reads.

use super::file::load_to_treat;
use crate::care::course::discharge;
use crate::care::desk::{File, treat};
use crate::care::standing::Standing;
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/discharge.html")]
struct DischargePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    fields: Vec<Field>,
}

fn discharge_page(desk: &Desk, id: &str, file: &File, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("textarea", "reason", "Why the programme ends")
            .hint("The patient reads it, for example: you reached your goals, well done; come back if a flare does not settle")
            .sent(form),
        Field::new("radios", "again", "May the patient take it up again by themselves?")
            .options([("yes", "Yes, after the safety question"), ("no", "No, they answer all questions anew")])
            .option_hint("yes", "Within four weeks the plan goes on, after two weeks with lower amounts. Later a new start is measured.")
            .sent(form),
    ];
    let lines = errors.show(&mut fields);
    let shown = DischargePage { ctx: desk.visitor.ctx(), errors: lines, id: id.to_owned(), name: file.name.clone(), fields };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What ending means, and the reason it needs.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let file = load_to_treat(&desk, &id).await?;
    if !matches!(file.standing, Standing::Active(_)) {
        return Ok(go(&format!("/pro/patients/{id}")));
    }
    discharge_page(&desk, &id, &file, &FormData::default(), &Errors::default())
}

/// Ends the programme.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let file = load_to_treat(&desk, &id).await?;
    let mut reader = Reader::new(&form.0);
    let reason = reader.text("reason", 1000, Some("Write the reason in a few words: the patient reads it"));
    let again = reader.yes_no("again");
    reader.need("again", again, "Choose yes or no");
    let mut errors = reader.errors;
    if let (Some(again), true) = (again, errors.is_empty()) {
        let (actor, patient, moment) = (desk.actor.clone(), PatientId::from_text(id.as_str()), file.moment);
        let done =
            desk.visitor.run(move |store| discharge(store, &treat(store, &actor, &patient, moment.utc)?, &reason, again, moment)).await;
        match done {
            Ok(()) => {
                desk.visitor.flash("The programme has ended. The patient sees your reason.");
                return Ok(go(&format!("/pro/patients/{id}")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    discharge_page(&desk, &id, &file, &form.0, &errors)
}
