//! Making an exercise of the clinic's own, and a new version of one. "Show the picture" shows the page again with
//! everything typed and the figure as it would be; a small script asks for the figure alone after each change.

use super::form::{Sections, read};
use super::pose::{Part, Posed, posed};
use crate::care::exercises::{Edit, history, make, revise};
use crate::clinical::exercise::own::{Draft, may_begin};
use crate::clinical::exercise::{Exercise, OwnExercise};
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, FormData};
use crate::web::view::told::library;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What a form began from.
struct Beginning {
    base: &'static Exercise,
    /// The version it is to follow; none for a new exercise.
    own: Option<OwnExercise>,
}

impl Beginning {
    fn of_library(id: &str) -> Result<Self, AppError> {
        let base = library().get(id).filter(|base| may_begin(base)).ok_or(AppError::NotFound)?;
        Ok(Self { base, own: None })
    }

    /// A version of an own exercise; the newest without a number.
    async fn of_own(desk: &Desk, id: &str, version: Option<u32>) -> Result<Self, AppError> {
        let (physio, id) = (desk.physio.clone(), id.to_owned());
        let (versions, _) = desk.visitor.run(move |store| store.read(|tx| history(tx, &physio, &id))).await?;
        let own = versions.into_iter().map(|v| v.own).find(|own| version.is_none_or(|number| own.version == number));
        let own = own.ok_or(AppError::NotFound)?;
        let base = own.base().ok_or(AppError::NotFound)?;
        Ok(Self { base, own: Some(own) })
    }

    /// What the form of a page says it began from.
    async fn of_form(desk: &Desk, form: &FormData) -> Result<Self, AppError> {
        match form.text("exercise") {
            "" => Self::of_library(form.text("from")),
            id => Self::of_own(desk, id, form.text("version").parse().ok()).await,
        }
    }

    fn draft(&self) -> Draft {
        match &self.own {
            // Whoever saves a version without a mark of the similar exercise confirms it anew.
            Some(own) => Draft::like(&own.exercise, false),
            None => Draft { title: String::new(), ..Draft::like(self.base, false) },
        }
    }

    /// The figure, carried out off the request threads.
    async fn posed(&self, form: Option<&FormData>, with_fields: bool) -> Result<Posed, AppError> {
        let data = self.own.as_ref().map(|own| own.figure.clone()).unwrap_or_default();
        let (base, form) = (self.base, form.cloned());
        carried::block(move || posed(base, &data, form.as_ref(), with_fields)).await?.map_err(AppError::internal)
    }
}

#[derive(Template)]
#[template(path = "pages/pro/exercises/edit.html")]
struct EditPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    heading: String,
    action: String,
    back: String,
    base: &'static Exercise,
    from: String,
    exercise: String,
    version: String,
    uploaded: bool,
    token: String,
    preview: Preview,
    parts: Vec<Part>,
    sections: Sections,
    save: &'static str,
}

/// The figure as the form says it, or why it cannot be.
#[derive(Template)]
#[template(path = "pages/pro/exercises/preview.html")]
struct Preview {
    still: String,
    poses: Vec<(String, String)>,
    problems: Vec<String>,
}

impl Preview {
    fn of(posed: &mut Posed) -> Self {
        Self {
            still: std::mem::take(&mut posed.still),
            poses: std::mem::take(&mut posed.poses),
            problems: posed.problems.iter().map(|(_, message)| message.clone()).collect(),
        }
    }
}

fn edit_page(desk: &Desk, began: &Beginning, mut posed: Posed, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let sections = Sections::new(began.base, &began.draft(), began.own.is_none());
    let mut sections = match form {
        Some(form) => sections.sent(form),
        None => sections,
    };
    let preview = Preview::of(&mut posed);
    let mut parts = posed.parts;
    let lines = sections.show(&mut parts, errors);
    let (heading, action, back) = match &began.own {
        Some(own) => {
            let path = format!("/pro/exercises/{}", own.id());
            (format!("{}: a new version", own.exercise.title), format!("{path}/edit"), path)
        }
        None => (format!("A new exercise from “{}”", began.base.title), "/pro/exercises/new".to_owned(), "/pro/exercises".to_owned()),
    };
    let shown = EditPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        heading,
        action,
        back,
        base: began.base,
        from: began.base.id.clone(),
        exercise: began.own.as_ref().map(|own| own.id().to_owned()).unwrap_or_default(),
        version: began.own.as_ref().map(|own| own.version.to_string()).unwrap_or_default(),
        uploaded: began.own.as_ref().is_some_and(|own| own.picture.is_some()),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        preview,
        parts,
        sections,
        save: if began.own.is_some() { "Save the new version" } else { "Save the exercise" },
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Which exercise a new one is most like.
#[derive(Deserialize)]
pub struct From {
    #[serde(default)]
    from: String,
}

/// The form of a new exercise.
pub async fn new(desk: Desk, query: web::Query<From>) -> Result<HttpResponse, AppError> {
    if query.from.is_empty() {
        return Ok(go("/pro/exercises"));
    }
    let began = Beginning::of_library(&query.from)?;
    let posed = began.posed(None, true).await?;
    edit_page(&desk, &began, posed, None, &Errors::default())
}

/// The form of a new version.
pub async fn edit(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let began = Beginning::of_own(&desk, &id, None).await?;
    let posed = began.posed(None, true).await?;
    edit_page(&desk, &began, posed, None, &Errors::default())
}

/// The figure alone, as the form says it.
pub async fn preview(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let Ok(began) = Beginning::of_form(&desk, &form.0).await else {
        return page_again(&Preview {
            still: String::new(),
            poses: Vec::new(),
            problems: vec!["This form began from nothing known".to_owned()],
        });
    };
    // Nothing is kept, so nothing is refused: what cannot be drawn is said above the figure as it was.
    page(&Preview::of(&mut began.posed(Some(&form.0), false).await?))
}

/// The form shown again, or what it says to be kept.
async fn settle(desk: &Desk, began: &Beginning, form: &FormData) -> Result<Result<Edit, HttpResponse>, AppError> {
    let posed = began.posed(Some(form), true).await?;
    let (draft, mut errors) = read(form, began.base);
    if form.text("do") == "show" {
        // Only what concerns the picture: the rest is not finished yet.
        errors = Errors::default();
    }
    for (field, message) in &posed.problems {
        errors.add(field, message.clone());
    }
    if form.text("do") == "show" || !errors.is_empty() {
        return Ok(Err(edit_page(desk, began, posed, Some(form), &errors)?));
    }
    let picture = began.own.as_ref().and_then(|own| own.picture.clone());
    Ok(Ok(Edit { draft, figure: posed.data, picture, note: form.text("note").to_owned(), token: form.token() }))
}

/// Keeps a new exercise.
pub async fn save_new(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let Ok(began) = Beginning::of_library(form.0.text("from")) else {
        // A form that says nothing of where it began: the list asks for it.
        return Ok(go("/pro/exercises"));
    };
    let edit = match settle(&desk, &began, &form.0).await? {
        Ok(edit) => edit,
        Err(again) => return Ok(again),
    };
    let (physio, base, now) = (desk.physio.clone(), began.base.id.clone(), desk.visitor.app.clock.now());
    match desk.visitor.run(move |store| make(store, &physio, &base, &edit, now)).await {
        Ok(id) => {
            desk.visitor.flash("The exercise is kept. It comes into a plan from the page of an exercise in a patient’s file.");
            Ok(go(&format!("/pro/exercises/{id}")))
        }
        Err(error) => again(&desk, &began, &form.0, error).await,
    }
}

/// Keeps a new version.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let began = Beginning::of_own(&desk, &id, form.0.text("version").parse().ok()).await?;
    let edit = match settle(&desk, &began, &form.0).await? {
        Ok(edit) => edit,
        Err(again) => return Ok(again),
    };
    let from = began.own.as_ref().map_or(0, |own| own.version);
    let (physio, own_id, now) = (desk.physio.clone(), id.to_string(), desk.visitor.app.clock.now());
    match desk.visitor.run(move |store| revise(store, &physio, &own_id, from, &edit, now)).await {
        Ok(number) => {
            desk.visitor
                .flash(&format!("Version {number} is kept. Plans that have the exercise keep theirs until you take the new one over."));
            Ok(go(&format!("/pro/exercises/{}", id.as_str())))
        }
        Err(error) => again(&desk, &began, &form.0, error).await,
    }
}

async fn again(desk: &Desk, began: &Beginning, form: &FormData, error: AppError) -> Result<HttpResponse, AppError> {
    let mut errors = Errors::default();
    errors.absorb(error)?;
    edit_page(desk, began, began.posed(Some(form), true).await?, Some(form), &errors)
}
