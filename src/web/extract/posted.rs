//! The only way to read a form: the body is taken apart after its token was compared with the
//! session's. `web::Form`, `web::Json` and `web::Bytes` are forbidden in `clippy.toml`.

use super::csrf_of;
use crate::web::MAX_BODY;
use crate::web::error::AppError;
use crate::web::forms::FormData;
use actix_session::SessionExt;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use subtle::ConstantTimeEq;

/// A form whose token was checked.
pub struct Posted(pub FormData);

impl FromRequest for Posted {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = req.get_session();
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
            let mut body = Vec::new();
            while let Some(chunk) = payload.next().await {
                let chunk = chunk.map_err(|_| AppError::BadRequest)?;
                if body.len() + chunk.len() > MAX_BODY {
                    return Err(AppError::TooLarge);
                }
                body.extend_from_slice(&chunk);
            }
            let form = FormData::parse(&body);
            let expected = csrf_of(&session).ok_or(AppError::FormExpired)?;
            let fits: bool = form.text("csrf").as_bytes().ct_eq(expected.as_bytes()).into();
            if fits { Ok(Self(form)) } else { Err(AppError::FormExpired) }
        })
    }
}
