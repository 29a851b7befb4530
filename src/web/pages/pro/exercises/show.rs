//! One exercise of the clinic's own: how it is done, its versions, retiring it.

use super::in_plans;
use crate::care::exercises::{history, retire as retiring};
use crate::clinical::exercise::Exercise;
use crate::clinical::exercise::differs::differs;
use crate::clinical::exercise::own::flag_words;
use crate::store::exercises::Version;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::view::figure::{Pictures, own_pictures};
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono_tz::Tz;

struct VersionView {
    number: u32,
    saved: String,
    note: String,
    different: Vec<String>,
    lifted: String,
}

impl VersionView {
    fn new(version: &Version, before: Option<&Version>, zone: Tz) -> Self {
        let by = version.by.as_deref().unwrap_or("Somebody who has left");
        let lifted: Vec<&str> = version.own.lifted.iter().map(|flag| flag_words(*flag)).collect();
        Self {
            number: version.own.version,
            saved: format!("{by}, {}", words::instant(version.at, zone)),
            note: version.note.clone(),
            different: before.map(|before| differs(&before.own, &version.own)).unwrap_or_default(),
            lifted: lifted.join("; "),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/exercises/show.html")]
struct ShowPage {
    ctx: PageCtx,
    exercise: Exercise,
    base: String,
    base_href: String,
    version: u32,
    pictures: Pictures,
    uploaded: bool,
    dose: String,
    marks: Vec<String>,
    used: String,
    retired: bool,
    versions: Vec<VersionView>,
}

/// The exercise.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let (physio, id) = (desk.physio.clone(), id.into_inner());
    let (versions, count) = desk.visitor.run(move |store| store.read(|tx| history(tx, &physio, &id))).await?;
    let newest = versions.first().ok_or(AppError::NotFound)?;
    let (own, zone) = (&newest.own, desk.visitor.moment().zone);
    let exercise = own.exercise.clone();
    page(&ShowPage {
        ctx: desk.visitor.ctx(),
        base: own.base().map(|base| base.title.clone()).unwrap_or_default(),
        base_href: own.base().map(|base| format!("/exercises/{}", base.id)).unwrap_or_default(),
        version: own.version,
        pictures: own_pictures(own),
        uploaded: own.picture.is_some(),
        dose: exercise.dose.sentence().to_string(),
        marks: exercise.flags.iter().map(|flag| flag_words(*flag).to_owned()).collect(),
        used: in_plans(count),
        retired: newest.retired_at.is_some(),
        versions: versions.iter().enumerate().map(|(n, version)| VersionView::new(version, versions.get(n + 1), zone)).collect(),
        exercise,
    })
}

/// Retires it, or takes it back into use.
pub async fn retire(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (physio, id, now) = (desk.physio.clone(), id.into_inner(), desk.visitor.app.clock.now());
    let path = format!("/pro/exercises/{id}");
    let away = form.0.text("back") != "yes";
    desk.visitor.run(move |store| retiring(store, &physio, &id, away, now)).await?;
    desk.visitor.flash(if away {
        "The exercise is retired. It is not offered any more; plans that have it keep it."
    } else {
        "The exercise is in use again."
    });
    Ok(go(&path))
}
