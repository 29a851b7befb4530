//! The only way to read a form: the body is taken apart after its token was compared with the
//! session's. `web::Form`, `web::Json` and `web::Bytes` are forbidden in `clippy.toml`.

use super::paced::{paced, unread};
use super::signed::still_in;
use super::{form_token, kept};
use crate::app::AppState;
use crate::web::MAX_BODY;
use crate::web::error::AppError;
use crate::web::forms::FormData;
use crate::web::session_store::USER;
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

/// A form whose token was checked.
pub struct Posted(pub FormData);

impl FromRequest for Posted {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (app, session) = (req.app_data::<web::Data<AppState>>().cloned(), req.get_session());
        let (pattern, path) = (req.match_pattern().unwrap_or_default(), req.path().to_owned());
        let is_form = req
            .headers()
            .get("content-type")
            .and_then(|v| v.to_str().ok())
            .is_some_and(|t| t.starts_with("application/x-www-form-urlencoded"));
        let mut payload = payload.take();
        Box::pin(async move {
            if !is_form {
                return Err(AppError::BadRequest);
            }
            let body = read_body(&mut payload).await?;
            still_in(&app.ok_or_else(|| AppError::internal("no state"))?, &session).await?;
            let form = FormData::parse(&body);
            if form_token::fits(&session, form.text("csrf")) {
                kept::sent_again(&session, &form);
                return Ok(Self(form));
            }
            // Signed in anew in another window since the page was opened: what was typed is not lost.
            let kept = session.contains_key(USER) && kept::keep(&session, &pattern, &path, &form);
            Err(if kept { AppError::FormKept } else { AppError::FormExpired })
        })
    }
}

/// Most fields of a form: no page has nearly as many.
pub const MAX_FIELDS: usize = 1000;

/// The body of a request, up to the largest a form may be.
pub async fn read_body(payload: &mut Payload) -> Result<Vec<u8>, AppError> {
    let mut body = Vec::new();
    let mut payload = paced(payload.take());
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| unread(&error))?;
        if body.len() + chunk.len() > MAX_BODY {
            return Err(AppError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    if body.iter().filter(|byte| **byte == b'&').count() >= MAX_FIELDS {
        return Err(AppError::TooLarge);
    }
    Ok(body)
}
