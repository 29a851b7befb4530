//! A form with a file: the same rule as for [`super::Posted`]. The file is only gathered here; nobody looks into it
//! before the token was compared.

use super::paced::{paced, unread};
use super::signed::still_in;
use super::{Posted, form_token};
use crate::app::AppState;
use crate::web::error::AppError;
use crate::web::forms::FormData;
use crate::web::upload::MAX_BYTES;
use crate::web::{MAX_BODY, MAX_UPLOAD};
use actix_multipart::{Field, Multipart, MultipartError};
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

/// Names of fields that hold a file.
const FILES: [&str; 2] = ["picture", "file"];
/// Most parts of a form.
const PARTS: usize = 200;
/// Longest name of a part, in bytes.
const MAX_NAME: usize = 200;

fn broken(error: &MultipartError) -> AppError {
    match error {
        MultipartError::Payload(cause) => unread(cause),
        _ => AppError::BadRequest,
    }
}

/// The file of a form.
pub enum Upload {
    /// None was chosen.
    Missing,
    /// Larger than [`MAX_BYTES`].
    TooLarge,
    /// What was sent, whatever it is.
    File(Vec<u8>),
}

/// A form with a file whose token was checked.
pub struct PostedUpload {
    /// Its other fields.
    pub form: FormData,
    /// The file.
    pub upload: Upload,
}

impl FromRequest for PostedUpload {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let posted = Posted::from_request(req, payload);
            return Box::pin(async move { Ok(Self { form: posted.await?.0, upload: Upload::Missing }) });
        }
        let (app, session) = (req.app_data::<web::Data<AppState>>().cloned(), req.get_session());
        let parts = Multipart::new(req.headers(), paced(payload.take()));
        Box::pin(async move {
            let sent = gather(parts).await?;
            still_in(&app.ok_or_else(|| AppError::internal("no state"))?, &session).await?;
            if form_token::fits(&session, sent.form.text("csrf")) { Ok(sent) } else { Err(AppError::FormExpired) }
        })
    }
}

async fn gather(mut parts: Multipart) -> Result<PostedUpload, AppError> {
    let (mut pairs, mut upload, mut seen, mut count, mut typed) = (Vec::new(), Upload::Missing, 0, 0, 0);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|error| broken(&error))?;
        count += 1;
        if count > PARTS {
            return Err(AppError::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        if name.len() > MAX_NAME {
            return Err(AppError::BadRequest);
        }
        if FILES.contains(&name.as_str()) {
            upload = file(&mut part, &mut seen).await?;
            continue;
        }
        let mut text = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|error| broken(&error))?;
            // All fields together, as in a form without a file.
            typed += chunk.len();
            if typed > MAX_BODY {
                return Err(AppError::TooLarge);
            }
            text.extend_from_slice(&chunk);
        }
        pairs.push((name, String::from_utf8_lossy(&text).into_owned()));
    }
    Ok(PostedUpload { form: FormData::of_text(pairs), upload })
}

/// Reads a file; one that is too large is read on and forgotten, so that the page can say so.
async fn file(part: &mut Field, seen: &mut usize) -> Result<Upload, AppError> {
    let mut bytes = Vec::new();
    let mut fits = true;
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|error| broken(&error))?;
        *seen += chunk.len();
        if *seen > MAX_UPLOAD {
            return Err(AppError::TooLarge);
        }
        fits &= *seen <= MAX_BYTES;
        if fits {
            bytes.extend_from_slice(&chunk);
        } else {
            bytes = Vec::new();
        }
    }
    Ok(match (fits, bytes.is_empty()) {
        (false, _) => Upload::TooLarge,
        (true, true) => Upload::Missing,
        (true, false) => Upload::File(bytes),
    })
}
