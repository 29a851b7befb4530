//! What every request passes through, outermost first: `catch_panic`, `trace`, `headers`,
//! `language`, `render_errors`, `door`, the session, `closed_by_default`, `same_origin`.
//!
//! None of them keeps a clone of the request across `next.call`: actix panics when one does.

mod body;
mod door;
mod errors;
mod headers;
mod proven;
mod seen;

pub use body::connection;
pub use door::{costs, door};
pub use errors::render_errors;
pub use headers::headers;
pub(super) use headers::security_headers;
pub use proven::{no_use, proven_anew};
pub use seen::{from, seen};

use super::client;
use super::error::AppError;
use super::extract::{KEPT_PAGE, LANGUAGE, keep_form, kept_answered, read_body};
use super::forms::FormData;
use super::routes::{self, Guard};
use super::session_store::USER;
use crate::app::AppState;
use crate::ids;
use crate::lang::{self, Lang};
use actix_session::SessionExt;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::ACCEPT_LANGUAGE;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use futures_util::future::FutureExt;
use std::panic::AssertUnwindSafe;

/// Names a request in the log and, after a fault of ours, on the page.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Turns a panic in a handler into a page with the numbers to call; the panic itself is in the log.
pub async fn catch_panic(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let (state, language) = (req.app_data::<web::Data<AppState>>().cloned(), browsers_language(&req));
    match AssertUnwindSafe(next.call(req)).catch_unwind().await {
        Ok(result) => result,
        Err(_) => Err(lang::within(language, || errors::bare(state.as_ref(), "")).into()),
    }
}

/// Gives the request a name and logs method, route pattern, status and time: never the query, the
/// body or an id in the path.
pub async fn trace(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = ids::fresh().chars().take(10).collect::<String>();
    let method = req.method().clone();
    let route = req.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    req.extensions_mut().insert(RequestId(id.clone()));
    let began = std::time::Instant::now();
    let result = next.call(req).await;
    let status = result.as_ref().map_or(500, |res| res.status().as_u16());
    tracing::info!(request = id, %method, route, status, milliseconds = began.elapsed().as_millis(), "served");
    result
}

/// Answers in the language the browser asks for. Who is signed in is answered in the language of their settings.
pub async fn language(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    lang::scope(browsers_language(&req), next.call(req)).await
}

fn browsers_language(req: &ServiceRequest) -> Lang {
    Lang::of_browser(req.headers().get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default())
}

/// Every route that is not marked public asks for a signed-in person before its handler runs. A form sent to one's
/// record after the sign-in ran out is kept for its person.
pub async fn closed_by_default(
    mut req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let pattern = req.match_pattern().unwrap_or_default();
    let open = routes::guard(req.method().as_str(), &pattern).is_none_or(|guard| guard == Guard::Public);
    let signed_in = req.get_session().contains_key(USER);
    if let Some(chosen) = req.get_session().get::<String>(LANGUAGE).ok().flatten().and_then(|code| Lang::from_code(&code)) {
        lang::speak(chosen);
    }
    if !open && !signed_in {
        // Only a page can be come back to.
        let next = match req.method().clone() {
            Method::GET => req.path().to_owned(),
            Method::POST if is_ours(&req) && keep_late(&mut req, &pattern).await => KEPT_PAGE.to_owned(),
            _ => String::new(),
        };
        return Ok(req.error_response(AppError::SignInFirst { next }).map_into_right_body());
    }
    let res = next.call(req).await?;
    kept_answered(&res.request().get_session(), res.status());
    Ok(res.map_into_left_body())
}

/// Keeps the form of a request that is turned away.
async fn keep_late(req: &mut ServiceRequest, pattern: &str) -> bool {
    let mut payload = req.take_payload();
    match read_body(&mut payload).await {
        Ok(body) => keep_form(&req.get_session(), pattern, req.path(), &FormData::parse(&body)),
        Err(_) => false,
    }
}

/// Whether a request comes from our own pages: by fetch metadata, else by origin. When a browser sends neither, the
/// form's token decides alone.
fn is_ours(req: &ServiceRequest) -> bool {
    let header = |name: &str| req.headers().get(name).and_then(|v| v.to_str().ok());
    let ours = |state: &web::Data<AppState>, origin: &str| {
        let host = client::host(req.head()).unwrap_or_default();
        origin == state.base_url || (state.config.public_url.is_none() && origin == format!("http://{host}"))
    };
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => req.app_data::<web::Data<AppState>>().is_some_and(|state| ours(state, origin)),
        (None, None) => true,
    }
}

/// Refuses unsafe methods that another site sent. What goes by the secret in its address alone does nothing with the
/// browser's cookies, so there is nothing that another site could borrow.
pub async fn same_origin(
    req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let by_secret = req.match_pattern().is_some_and(|pattern| routes::BY_SECRET_ALONE.contains(&pattern.as_str()));
    if !req.method().is_safe() && !by_secret && !is_ours(&req) {
        return Ok(req.error_response(AppError::CrossSite).map_into_right_body());
    }
    Ok(next.call(req).await?.map_into_left_body())
}
