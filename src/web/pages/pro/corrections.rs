//! What a patient asked to have corrected, and the desk's answers, which the patient reads.

use crate::care::CareError;
use crate::care::desk::{look, treat};
use crate::care::own_data::corrections::answer;
use crate::care::paper::person;
use crate::clock::Moment;
use crate::ids::PatientId;
use crate::store::corrections::{self, Correction};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::pages::own_data::correct::AskedView;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

/// A request, with the form of its answer while it waits.
struct RequestView {
    asked: AskedView,
    action: String,
    field: Option<Field>,
}

#[derive(Template)]
#[template(path = "pages/pro/corrections.html")]
struct CorrectionsPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    requests: Vec<RequestView>,
}

struct Loaded {
    name: String,
    moment: Moment,
    may: bool,
    all: Vec<(Correction, Option<String>)>,
}

async fn load(desk: &Desk, id: &str) -> Result<Loaded, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let may = treat(store, &actor, &patient, now).is_ok();
            store.read(|tx| {
                let (name, moment) = person(tx, &who, now)?;
                Ok::<_, CareError>(Loaded { name, moment, may, all: corrections::all(tx, &who)? })
            })
        })
        .await
}

/// `sent`: the request that a form answered, with what was typed and what was wrong with it.
fn corrections_page(desk: &Desk, id: &str, loaded: &Loaded, sent: Option<(&str, &FormData, &Errors)>) -> Result<HttpResponse, AppError> {
    let mut lines = Vec::new();
    let mut requests = Vec::new();
    for one in &loaded.all {
        let of = &one.0.id;
        let waits = loaded.may && one.0.answered_at.is_none();
        let mut field = waits.then(|| Field { id: format!("f-answer-{of}"), ..Field::new("textarea", "answer", "Your answer") });
        if let (Some((_, form, errors)), Some(field)) = (sent.filter(|(request, ..)| request == of), &mut field) {
            let mut fields = [field.clone().sent(form)];
            lines.extend(errors.show(&mut fields));
            [*field] = fields;
        }
        requests.push(RequestView {
            asked: AskedView::new(one, loaded.moment.zone),
            action: format!("/pro/patients/{id}/corrections/{of}"),
            field,
        });
    }
    let shown = CorrectionsPage { ctx: desk.visitor.ctx(), errors: lines, id: id.to_owned(), name: loaded.name.clone(), requests };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Every request, newest first.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id).await?;
    corrections_page(&desk, &id, &loaded, None)
}

/// Answers one.
pub async fn save(desk: Desk, path: web::Path<(String, String)>, form: Posted) -> Result<HttpResponse, AppError> {
    let (id, request) = path.into_inner();
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(&id), desk.visitor.app.clock.now());
    let (target, text) = (request.clone(), form.0.text("answer").replace("\r\n", "\n"));
    let done = desk.visitor.run(move |store| answer(store, &treat(store, &actor, &patient, now)?, &target, &text, now)).await;
    match done {
        Ok(()) => {
            desk.visitor.flash("The answer is kept. The patient reads it in their account.");
            Ok(go(&format!("/pro/patients/{id}/corrections")))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            let loaded = load(&desk, &id).await?;
            corrections_page(&desk, &id, &loaded, Some((&request, &form.0, &errors)))
        }
    }
}
