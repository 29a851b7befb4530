//! A form with a file: the same rule as for [`super::Posted`]. The file is only gathered here; nobody looks into it
//! before the token was compared.

use super::{Posted, form_token};
use crate::web::MAX_BODY;
use crate::web::error::AppError;
use crate::web::forms::FormData;
use crate::web::upload::MAX_BYTES;
use actix_multipart::{Field, Multipart};
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

/// Names of fields that hold a file.
const FILES: [&str; 2] = ["picture", "file"];
/// A body that is larger is not even read to its end to say so beside the field.
const PATIENCE: usize = 4 * MAX_BYTES;
/// Most parts of a form.
const PARTS: usize = 50;

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
        let session = req.get_session();
        let parts = Multipart::new(req.headers(), payload.take());
        Box::pin(async move {
            let sent = gather(parts).await?;
            if form_token::fits(&session, sent.form.text("csrf")) { Ok(sent) } else { Err(AppError::FormExpired) }
        })
    }
}

async fn gather(mut parts: Multipart) -> Result<PostedUpload, AppError> {
    let (mut pairs, mut upload, mut seen, mut count) = (Vec::new(), Upload::Missing, 0, 0);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| AppError::BadRequest)?;
        count += 1;
        if count > PARTS {
            return Err(AppError::TooLarge);
        }
        let name = part.name().unwrap_or_default().to_owned();
        if FILES.contains(&name.as_str()) {
            upload = file(&mut part, &mut seen).await?;
            continue;
        }
        let mut text = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| AppError::BadRequest)?;
            if text.len() + chunk.len() > MAX_BODY {
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
        let chunk = chunk.map_err(|_| AppError::BadRequest)?;
        *seen += chunk.len();
        if *seen > PATIENCE {
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
