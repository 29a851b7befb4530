//! One of the clinic's own exercises joins a plan, with a reason that the patient reads.

use super::file::load_to_treat;
use crate::care::desk::{File, add, addable, look_to_treat, treat};
use crate::care::standing::Standing;
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/add.html")]
struct AddPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    /// Empty where there is nothing to choose.
    fields: Vec<Field>,
    /// Exercises that are not for this person, each with why.
    refused: Vec<(String, String)>,
}

async fn add_page(desk: &Desk, id: &str, file: &File, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (actor, physio, patient, now) = (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    let work = move |store: &crate::store::Store| {
        let who = look_to_treat(store, &actor, &patient, now)?;
        store.read(|tx| addable(tx, &physio, &who))
    };
    let (options, refused) = desk.visitor.run(work).await?;
    let group = |option: &crate::clinical::plan::Prescribed| option.definition().map_or("", |e| e.group.title());
    let choices = options.iter().map(|option| (option.exercise.clone(), format!("{} ({})", option.title(), group(option))));
    let mut fields = vec![
        Field::new("radios", "exercise", "Which one?").options(choices),
        Field::new("text", "reason", "Reason").hint("The patient reads it, for example: to strengthen what your work asks for"),
    ];
    fields = fields.into_iter().map(|field| field.sent(form)).collect();
    let lines = errors.show(&mut fields);
    let words = |why: Vec<crate::clinical::plan::Reason>| why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let shown = AddPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: file.name.clone(),
        fields: if options.is_empty() { Vec::new() } else { fields },
        refused: refused.into_iter().map(|(name, why)| (name, words(why))).collect(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What can be added.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let file = load_to_treat(&desk, &id).await?;
    if !matches!(file.standing, Standing::Active(_)) {
        return Ok(go(&format!("/pro/patients/{id}")));
    }
    add_page(&desk, &id, &file, &FormData::default(), &Errors::default()).await
}

/// Adds it.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let file = load_to_treat(&desk, &id).await?;
    let (actor, physio, patient, moment) = (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id.as_str()), file.moment);
    let (chosen, reason) = (form.0.text("exercise").to_owned(), form.0.text("reason").to_owned());
    let work =
        move |store: &crate::store::Store| add(store, (&physio, &treat(store, &actor, &patient, moment.utc)?), &chosen, &reason, moment);
    match desk.visitor.run(work).await {
        Ok(()) => {
            desk.visitor.flash("The exercise is in the plan. The patient sees it with your reason.");
            Ok(go(&format!("/pro/patients/{id}")))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            add_page(&desk, &id, &file, &form.0, &errors).await
        }
    }
}
