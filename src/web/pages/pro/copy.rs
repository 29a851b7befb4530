//! The plan of another of the physiotherapist's patients, laid over this one's: what fits, what does not, and why.

use super::assign::{OutcomeView, decided, on, person};
use crate::care::CareError;
use crate::care::desk::giving::{Outcome, copied, copy};
use crate::care::desk::{look, look_to_treat, treat};
use crate::ids::PatientId;
use crate::store::relations::patients_of;
use crate::store::{Store, plans};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

type Path = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "pages/pro/copy/list.html")]
struct ListPage {
    ctx: PageCtx,
    id: String,
    name: String,
    active: bool,
    /// Where it leads, and the name.
    others: Vec<(String, String)>,
}

/// The other patients with a plan under way.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let (actor, physio, patient, now) =
        (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let work = move |store: &Store| {
        let who = look_to_treat(store, &actor, &patient, now)?;
        store.read(|tx| {
            let (name, _) = person(tx, &patient, now)?;
            let under_way = plans::under_way(tx)?;
            let mine = patients_of(tx, &physio, now)?.into_iter().filter(|listed| listed.patient != patient);
            let others: Vec<_> = mine.filter(|listed| under_way.iter().any(|(id, _)| *id == listed.patient)).collect();
            Ok::<_, CareError>((name, plans::active(tx, &who)?.is_some(), others))
        })
    };
    let (name, active, others) = desk.visitor.run(work).await?;
    let row = |listed: crate::store::relations::Listed| (format!("/pro/patients/{}/copy/{}", id.as_str(), listed.patient), listed.name);
    page(&ListPage { ctx: desk.visitor.reading(), name, active, others: others.into_iter().map(row).collect(), id: id.to_string() })
}

#[derive(Template)]
#[template(path = "pages/pro/copy/show.html")]
struct ShowPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    other: String,
    href: String,
    outcome: OutcomeView,
    token: String,
    fields: Vec<Field>,
}

struct Loaded {
    name: String,
    other: String,
    outcome: Option<Outcome>,
}

async fn load(desk: &Desk, path: &(String, String)) -> Result<Loaded, AppError> {
    let (actor, now) = (desk.actor.clone(), desk.visitor.app.clock.now());
    let (patient, from) = (PatientId::from_text(path.0.as_str()), PatientId::from_text(path.1.as_str()));
    let work = move |store: &Store| {
        // Both are looked at, and both looks are noted.
        let (who, source) = (look_to_treat(store, &actor, &patient, now)?, look(store, &actor, &from, now)?);
        store.read(|tx| {
            let (name, other) = (person(tx, &patient, now)?.0, person(tx, &from, now)?.0);
            Ok::<_, CareError>(Loaded { name, other, outcome: copied(tx, &who, &source)? })
        })
    };
    desk.visitor.run(work).await
}

fn show_page(
    desk: &Desk,
    path: &(String, String),
    loaded: &Loaded,
    form: Option<&FormData>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let Some(outcome) = &loaded.outcome else { return Ok(go(&format!("/pro/patients/{}/copy", path.0))) };
    let reason = Field::new("lines", "reason", "Why")
        .hint("A sentence. The patient reads it: no word of anybody else.")
        .value("These exercises fit where you are now.");
    let mut fields = vec![match form {
        Some(form) => reason.sent(form),
        None => reason,
    }];
    let lines = errors.show(&mut fields);
    let shown = ShowPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: path.0.clone(),
        name: loaded.name.clone(),
        other: loaded.other.clone(),
        href: format!("/pro/patients/{}/copy/{}", path.0, path.1),
        outcome: OutcomeView::new(outcome),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What would come of it.
pub async fn show(desk: Desk, path: Path) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    show_page(&desk, &path, &loaded, None, &Errors::default())
}

/// Copies it, or keeps it as a draft.
pub async fn save(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let (actor, now) = (desk.actor.clone(), desk.visitor.app.clock.now());
    let (patient, from) = (PatientId::from_text(path.0.as_str()), PatientId::from_text(path.1.as_str()));
    let decided = decided(&form.0);
    let as_draft = decided.as_draft;
    let work = move |store: &Store| {
        let (who, source) = (treat(store, &actor, &patient, now)?, look(store, &actor, &from, now)?);
        let (moment, other) = store.read(|tx| Ok::<_, CareError>((person(tx, &patient, now)?.1, person(tx, &from, now)?.0)))?;
        copy(store, &who, (&source, &other), &decided, moment)
    };
    match desk.visitor.run(work).await {
        Ok(()) => Ok(on(&desk, &path.0, as_draft)),
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            let loaded = load(&desk, &path).await?;
            show_page(&desk, &path, &loaded, Some(&form.0), &errors)
        }
    }
}
