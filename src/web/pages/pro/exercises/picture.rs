//! An uploaded picture in place of the drawn figure.

use crate::care::exercises::{history, set_picture};
use crate::clinical::exercise::OwnExercise;
use crate::clock::UtcTime;
use crate::store::exercises::Picture;
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted, PostedUpload, Upload};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::upload::{MAX_MEGABYTES, Prepared, prepare};
use crate::web::view::figure::own_thumbnail;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Taking a large picture apart needs much memory, so it is done one at a time.
static ONE: Semaphore = Semaphore::const_new(1);

#[derive(Template)]
#[template(path = "pages/pro/exercises/picture.html")]
struct PicturePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: String,
    id: String,
    version: u32,
    token: String,
    now: Arc<str>,
    fields: Vec<Field>,
    uploaded: bool,
    limit: usize,
}

async fn load(desk: &Desk, id: &str) -> Result<OwnExercise, AppError> {
    let (physio, id) = (desk.physio.clone(), id.to_owned());
    let (versions, _) = desk.visitor.run(move |store| store.read(|tx| history(tx, &physio, &id))).await?;
    versions.into_iter().next().map(|version| version.own).ok_or(AppError::NotFound)
}

fn picture_page(desk: &Desk, own: &OwnExercise, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let alt = own.picture.as_ref().map(|picture| picture.alt.clone()).unwrap_or_default();
    let alt = Field::new("lines", "alt", "What it shows, in a sentence")
        .hint("For people who cannot see the picture: the start, the movement and the end")
        .value(alt);
    let mut fields = vec![
        Field::new("file", "picture", "A photograph or drawing")
            .hint("JPEG, PNG or WebP. Place and camera details inside the file are removed. Show no patient’s face"),
        match form {
            Some(form) => alt.sent(form),
            None => alt,
        },
    ];
    let lines = errors.show(&mut fields);
    let version = form.and_then(|form| form.text("version").parse().ok()).unwrap_or(own.version);
    let shown = PicturePage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        title: own.exercise.title.clone(),
        id: own.id().to_owned(),
        version,
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        now: own_thumbnail(own),
        fields,
        uploaded: own.picture.is_some(),
        limit: MAX_MEGABYTES,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let own = load(&desk, &id).await?;
    picture_page(&desk, &own, None, &Errors::default())
}

/// What an upload is made into, or why it cannot be.
async fn made(upload: Upload) -> Result<Result<Prepared, String>, AppError> {
    let bytes = match upload {
        Upload::Missing => return Ok(Err("Choose a picture".to_owned())),
        Upload::TooLarge => return Ok(Err(format!("The file is larger than {MAX_MEGABYTES} megabytes. Make it smaller and try again"))),
        Upload::File(bytes) => bytes,
    };
    let _one = ONE.acquire().await.map_err(AppError::internal)?;
    Ok(carried::block(move || prepare(&bytes)).await?.map_err(|refusal| refusal.to_string()))
}

fn row(prepared: Prepared, now: UtcTime) -> Picture {
    Picture {
        id: String::new(),
        sha256: prepared.sha256,
        media_type: prepared.media_type.to_owned(),
        width: i32::try_from(prepared.width).unwrap_or(0),
        height: i32::try_from(prepared.height).unwrap_or(0),
        bytes: prepared.bytes,
        made_by: None,
        made_at: now,
        clinic_id: String::new(),
    }
}

/// Keeps a picture as a new version of the exercise.
pub async fn save(desk: Desk, id: Id, form: PostedUpload) -> Result<HttpResponse, AppError> {
    let own = load(&desk, &id).await?;
    let PostedUpload { form, upload } = form;
    let mut errors = Errors::default();
    let alt = form.text("alt").to_owned();
    if alt.is_empty() {
        errors.add("alt", "Say in a sentence what the picture shows: start, movement, end");
    }
    match made(upload).await? {
        Err(message) => errors.add("picture", message),
        Ok(prepared) if errors.is_empty() => {
            let (physio, own_id, now) = (desk.physio.clone(), id.to_string(), desk.visitor.app.clock.now());
            let (from, token) = (form.text("version").parse().unwrap_or(0), form.token());
            let picture = row(prepared, now);
            let work = move |store: &crate::store::Store| set_picture(store, &physio, &own_id, (from, &token), Some((&picture, &alt)), now);
            match desk.visitor.run(work).await {
                Ok(_) => {
                    desk.visitor.flash("The picture is kept as a new version. Plans that have the exercise keep theirs.");
                    return Ok(go(&format!("/pro/exercises/{}", id.as_str())));
                }
                Err(error) => errors.absorb(error)?,
            }
        }
        Ok(_) => errors.add("picture", "Choose the picture again: browsers do not keep it"),
    }
    picture_page(&desk, &own, Some(&form), &errors)
}

/// Shows the drawn figure again, as a new version.
pub async fn remove(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (physio, own_id, now) = (desk.physio.clone(), id.to_string(), desk.visitor.app.clock.now());
    let (from, token) = (form.0.text("version").parse().unwrap_or(0), form.0.token());
    let done = desk.visitor.run(move |store| set_picture(store, &physio, &own_id, (from, &token), None, now)).await;
    match done {
        Ok(_) => {
            desk.visitor.flash("The drawn figure is shown again, in a new version.");
            Ok(go(&format!("/pro/exercises/{}", id.as_str())))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            picture_page(&desk, &load(&desk, &id).await?, None, &errors)
        }
    }
}
