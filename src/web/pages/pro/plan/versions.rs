//! The plan as it was after each change by hand, with who, when, why, and what was different.

use super::act::seen;
use super::{Line, lines, load, no_plan};
use crate::care::desk::drafting::{Seen, Step, change};
use crate::care::desk::{look_to_treat, treat};
use crate::clock::Moment;
use crate::ids::PatientId;
use crate::store::Store;
use crate::store::drafts::{Version, versions};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;

type Path = web::Path<(String, i32)>;

/// A version in words.
struct VersionView {
    number: i32,
    who: String,
    at: String,
    why: String,
    /// What is different from the one before; for the first one nothing.
    changes: Vec<Line>,
    first: bool,
}

impl VersionView {
    fn new(version: &Version, before: Option<&Version>, moment: Moment) -> Self {
        Self {
            number: version.version,
            who: version.by.clone().unwrap_or_else(|| "By the rules and the patient".to_owned()),
            at: words::instant(version.at, moment.zone),
            why: version.reason.clone(),
            changes: before.map(|before| lines(&before.shape.differences(&version.shape))).unwrap_or_default(),
            first: before.is_none(),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/plan/versions.html")]
struct VersionsPage {
    ctx: PageCtx,
    id: String,
    name: String,
    versions: Vec<VersionView>,
}

#[derive(Template)]
#[template(path = "pages/pro/plan/version.html")]
struct VersionPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    version: VersionView,
    items: Vec<(String, String)>,
    goals: Vec<(String, String)>,
    /// What bringing it back would change in the plan as it is now.
    back: Vec<Line>,
    seen: Seen,
    token: String,
}

async fn all(desk: &Desk, id: &str, plan: crate::store::plans::Plan) -> Result<Vec<Version>, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    let work = move |store: &Store| {
        let who = look_to_treat(store, &actor, &patient, now)?;
        store.read(|tx| Ok(versions(tx, &who, &plan)?))
    };
    desk.visitor.run(work).await
}

/// All versions, newest first.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let Some(loaded) = load(&desk, &id, None).await? else { return Ok(no_plan(&desk, &id)) };
    let all = all(&desk, &id, loaded.editor.plan.clone()).await?;
    let view = |(at, version): (usize, &Version)| VersionView::new(version, all.get(at + 1), loaded.moment);
    page(&VersionsPage {
        ctx: desk.visitor.reading(),
        id: id.to_string(),
        name: loaded.name.clone(),
        versions: all.iter().enumerate().map(view).collect(),
    })
}

async fn version_page(desk: &Desk, path: &(String, i32), errors: &Errors) -> Result<HttpResponse, AppError> {
    let Some(loaded) = load(desk, &path.0, None).await? else { return Ok(no_plan(desk, &path.0)) };
    let all = all(desk, &path.0, loaded.editor.plan.clone()).await?;
    let at = all.iter().position(|version| version.version == path.1).ok_or(AppError::NotFound)?;
    let version = &all[at];
    let shown = VersionPage {
        ctx: desk.visitor.ctx(),
        errors: errors.show(&mut []),
        id: path.0.clone(),
        name: loaded.name.clone(),
        version: VersionView::new(version, all.get(at + 1), loaded.moment),
        items: version.shape.items.iter().map(|item| (item.title().to_owned(), item.in_words().to_string())).collect(),
        goals: version.shape.quotas.iter().map(|quota| (quota.name().to_string(), quota.summary().to_string())).collect(),
        back: lines(&loaded.editor.now.differences(&version.shape)),
        seen: loaded.editor.seen(),
        token: crate::ids::fresh(),
    };
    if errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// One version.
pub async fn show(desk: Desk, path: Path) -> Result<HttpResponse, AppError> {
    version_page(&desk, &path, &Errors::default()).await
}

/// Begins a draft that is as a version was.
pub async fn bring_back(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let Some(loaded) = load(&desk, &path.0, None).await? else { return Ok(no_plan(&desk, &path.0)) };
    let all = all(&desk, &path.0, loaded.editor.plan.clone()).await?;
    let whole = all.into_iter().find(|version| version.version == path.1).ok_or(AppError::NotFound)?.shape;
    let (actor, physio, patient, moment) = (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(path.0.as_str()), loaded.moment);
    let (shown, step) = (seen(&form.0), Step::Whole(path.1, whole));
    let work = move |store: &Store| change(store, (&physio, &treat(store, &actor, &patient, moment.utc)?), &shown, &step, moment);
    match desk.visitor.run(work).await {
        Ok(()) => {
            desk.visitor.flash("The version is a draft now. The patient sees nothing of it until you apply or send it.");
            Ok(go(&format!("/pro/patients/{}/plan", path.0)))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            version_page(&desk, &path, &errors).await
        }
    }
}
