//! Making a template, and a new version of one.

use super::form::{Sections, read};
use crate::care::CareError;
use crate::care::audit::looks::{self, Sight};
use crate::care::desk::look;
use crate::care::desk::templates::{Edit, choosable, empty, history, make, of_plan, revise};
use crate::clinical::plan::Prescribed;
use crate::clinical::plan::template::Template as Body;
use crate::ids::PatientId;
use crate::store::templates::Version;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What a form began from.
struct Beginning {
    body: Body,
    /// The template with all its versions, newest first; nothing for a new one.
    versions: Vec<Version>,
    /// The version the form is to follow; 0 for a new template.
    version: i32,
    /// The patient whose plan it began with.
    from: String,
    choosable: Vec<Prescribed>,
}

impl Beginning {
    async fn new(desk: &Desk, from: &str) -> Result<Self, AppError> {
        let (actor, physio, patient, now) = (desk.actor.clone(), desk.physio.clone(), from.to_owned(), desk.visitor.app.clock.now());
        let work = move |store: &crate::store::Store| {
            let who = match patient.as_str() {
                "" => None,
                id => {
                    let patient = PatientId::from_text(id);
                    let who = look(store, &actor, &patient, now)?;
                    // Whose plan it is stands in the question mark of the address, where `middleware::seen` does not look.
                    looks::note(store, &actor.user, &Sight::Parts(vec![patient], "looked at the plan"), now)?;
                    Some(who)
                }
            };
            store.read(|tx| {
                let body = who.map_or_else(|| Ok(empty()), |who| of_plan(tx, &who))?;
                Ok::<_, CareError>((body, choosable(tx, &physio)?))
            })
        };
        let (body, choosable) = desk.visitor.run(work).await?;
        Ok(Self { body, versions: Vec::new(), version: 0, from: from.to_owned(), choosable })
    }

    /// A version of a template; the newest without a number.
    async fn of(desk: &Desk, id: &str, version: Option<i32>) -> Result<Self, AppError> {
        let (physio, id) = (desk.physio.clone(), id.to_owned());
        let work =
            move |store: &crate::store::Store| store.read(|tx| Ok::<_, CareError>((history(tx, &physio, &id)?, choosable(tx, &physio)?)));
        let (versions, choosable) = desk.visitor.run(work).await?;
        let found = versions.iter().find(|found| version.is_none_or(|number| found.version == number));
        let (body, version) = found.map(|found| (found.body.clone(), found.version)).ok_or(AppError::NotFound)?;
        Ok(Self { body, versions, version, from: String::new(), choosable })
    }

    /// Everything an exercise of the form can come from: a colleague's newer version may have brought it.
    fn known(&self) -> Body {
        let phases = self.body.phases.iter().chain(self.versions.iter().flat_map(|version| &version.body.phases));
        Body { phases: phases.cloned().collect(), ..self.body.clone() }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/templates/edit.html")]
struct EditPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    heading: String,
    action: String,
    back: String,
    from: String,
    version: i32,
    token: String,
    /// What somebody else saved since this form began.
    theirs: Vec<(String, Vec<String>)>,
    sections: Sections,
    more_phases: bool,
    save: String,
}

/// What others saved since the version a form began from: who and why, and what is different.
fn theirs(began: &Beginning) -> Vec<(String, Vec<String>)> {
    let newer = |at: usize, version: &Version| {
        let by = version.by.as_deref().unwrap_or("Somebody who has left");
        let before = began.versions.get(at + 1).map(|before| before.body.differences(&version.body)).unwrap_or_default();
        (format!("Version {}, {by}: {}", version.version, version.note), before)
    };
    let all = began.versions.iter().enumerate().filter(|(_, version)| version.version > began.version);
    all.map(|(at, version)| newer(at, version)).collect()
}

fn edit_page(desk: &Desk, began: &Beginning, body: &Body, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let newest = began.versions.first();
    let mut sections = Sections::new(body, &began.choosable, form.map_or("", |form| form.text("note")), newest.is_none());
    if let Some(form) = form {
        sections = sections.typed(form);
    }
    let lines = sections.show(errors);
    let (heading, action, back, save) = match newest {
        Some(newest) => {
            let path = format!("/pro/templates/{}", newest.template);
            let number = newest.version + 1;
            (format!("{}: a new version", newest.body.name), format!("{path}/edit"), path, format!("Save as version {number}"))
        }
        None => ("A new template".to_owned(), "/pro/templates/new".to_owned(), "/pro/templates".to_owned(), "Save the template".to_owned()),
    };
    let shown = EditPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        heading,
        action,
        back,
        from: began.from.clone(),
        // Whoever has seen what a colleague saved decides about it: the form goes on from there.
        version: newest.map_or(0, |newest| newest.version),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        theirs: theirs(began),
        more_phases: body.phases.len() < crate::care::desk::templates::MAX_PHASES,
        sections,
        save,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The patient whose plan a new template begins with.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    from: String,
}

/// The form of a new template.
pub async fn new(desk: Desk, query: web::Query<From>) -> Result<HttpResponse, AppError> {
    let began = Beginning::new(&desk, &query.from).await?;
    edit_page(&desk, &began, &began.body, None, &Errors::default())
}

/// The form of a new version.
pub async fn edit(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let began = Beginning::of(&desk, &id, None).await?;
    edit_page(&desk, &began, &began.body, None, &Errors::default())
}

/// What a form asks to be kept, or the page again: with what does not fit, or with what its other buttons ask for.
fn settle(desk: &Desk, began: &Beginning, form: &FormData) -> Result<Result<Edit, HttpResponse>, AppError> {
    let (body, errors) = read(form, &began.known(), &began.choosable);
    if form.text("do") != "save" {
        return Ok(Err(edit_page(desk, began, &body, Some(form), &Errors::default())?));
    }
    if !errors.is_empty() {
        return Ok(Err(edit_page(desk, began, &body, Some(form), &errors)?));
    }
    Ok(Ok(Edit { body, note: form.text("note").to_owned(), token: form.token() }))
}

/// Keeps a new template.
pub async fn save_new(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let began = Beginning::new(&desk, form.0.text("from")).await?;
    let edit = match settle(&desk, &began, &form.0)? {
        Ok(edit) => edit,
        Err(again) => return Ok(again),
    };
    let (physio, now, body) = (desk.physio.clone(), desk.visitor.app.clock.now(), edit.body.clone());
    match desk.visitor.run(move |store| make(store, &physio, &edit, now)).await {
        Ok(id) => {
            desk.visitor.flash("The template is kept. Give it from a patient’s file.");
            Ok(go(&format!("/pro/templates/{id}")))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            edit_page(&desk, &began, &body, Some(&form.0), &errors)
        }
    }
}

/// Keeps a new version.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let began = Beginning::of(&desk, &id, form.0.text("version").parse().ok()).await?;
    let edit = match settle(&desk, &began, &form.0)? {
        Ok(edit) => edit,
        Err(again) => return Ok(again),
    };
    let (physio, template, from, now) = (desk.physio.clone(), id.to_string(), began.version, desk.visitor.app.clock.now());
    let body = edit.body.clone();
    match desk.visitor.run(move |store| revise(store, &physio, &template, from, &edit, now)).await {
        Ok(number) => {
            desk.visitor
                .flash(&format!("Version {number} is kept. Plans that follow the template stay as they are until you update them."));
            Ok(go(&format!("/pro/templates/{}", id.as_str())))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            // What was saved in the same moment is told as well.
            let began = Beginning { version: from, ..Beginning::of(&desk, &id, None).await? };
            edit_page(&desk, &began, &body, Some(&form.0), &errors)
        }
    }
}
