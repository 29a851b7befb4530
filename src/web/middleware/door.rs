//! What is looked at before anything is worked out or read: who asks how often, for which host, in which shape.

use crate::accounts::throttle::network;
use crate::app::AppState;
use crate::web::client;
use crate::web::costs::Wait;
use crate::web::error::AppError;
use crate::web::routes::{self, Guard, Work};
use crate::web::session_store::USER;
use crate::web::{MAX_BODY, MAX_UPLOAD};
use actix_session::SessionExt;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, LOCATION};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

/// Longest address with its query, in bytes: no link of ours comes near it.
const MAX_ADDRESS: usize = 2048;
/// Most header lines, and their bytes together. Proxies add some; a browser's cookies of a whole domain may be long.
const MAX_HEADERS: usize = 64;
const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Who answers instead of the handler.
enum Turned {
    Away(AppError),
    /// To the same page over TLS.
    Over(String),
}

fn shape(req: &ServiceRequest) -> Result<(), AppError> {
    let too_long = |status| Err(AppError::Shape(status));
    let address = req.uri().to_string();
    if address.len() > MAX_ADDRESS {
        return too_long(StatusCode::URI_TOO_LONG);
    }
    // No text of PostgreSQL may hold this letter, and no link of ours has it; `FormData` drops it from forms.
    if address.contains("%00") {
        return Err(AppError::NotFound);
    }
    // A file comes in parts; everything else is a form.
    let header = |name| req.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let most = if header(CONTENT_TYPE).starts_with("multipart/") { MAX_UPLOAD } else { MAX_BODY };
    if header(CONTENT_LENGTH).parse::<usize>().is_ok_and(|bytes| bytes > most) {
        return Err(AppError::TooLarge);
    }
    let bytes: usize = req.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if req.headers().iter().count() > MAX_HEADERS || bytes > MAX_HEADER_BYTES {
        return too_long(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE);
    }
    Ok(())
}

/// A public server answers for its own name alone, so that no page, link or mail of it can be made to name another.
fn host(req: &ServiceRequest, state: &AppState) -> Result<(), AppError> {
    let Some(public) = state.config.public_url.as_ref().and_then(url::Url::host_str) else { return Ok(()) };
    let asked = client::host(req.head()).unwrap_or_default();
    let name = client::without_port(&asked);
    let known = name.eq_ignore_ascii_case(public)
        || state.config.edge.hosts.iter().any(|host| host.eq_ignore_ascii_case(name) || host.eq_ignore_ascii_case(&asked));
    if known { Ok(()) } else { Err(AppError::Shape(StatusCode::MISDIRECTED_REQUEST)) }
}

fn looked_at(req: &ServiceRequest) -> Result<(), Turned> {
    let Some(state) = req.app_data::<web::Data<AppState>>() else { return Ok(()) };
    let from = network(client::address(req.request()));
    state.costs.request(from).map_err(|wait| Turned::Away(wait.into()))?;
    shape(req).map_err(Turned::Away)?;
    host(req, state).map_err(Turned::Away)?;
    if state.config.is_https() && client::came_plain(req.request()) {
        // What was sent with a form has already been seen by others: it is not taken.
        if !req.method().is_safe() {
            return Err(Turned::Away(AppError::Shape(StatusCode::BAD_REQUEST)));
        }
        return Err(Turned::Over(format!("{}{}", state.base_url, req.uri().path_and_query().map_or("/", |path| path.as_str()))));
    }
    let pattern = req.match_pattern().unwrap_or_default();
    let Some(work) = routes::costly(req.method().as_str(), &pattern) else { return Ok(()) };
    // Before the session is even looked up: a flood must cost next to nothing.
    if work == Work::Password && state.passwords.is_full() {
        return Err(Turned::Away(AppError::Unavailable));
    }
    if routes::guard(req.method().as_str(), &pattern) == Some(Guard::Public) {
        state.costs.work(work, &from.to_string()).map_err(|wait| Turned::Away(wait.into()))?;
    }
    Ok(())
}

/// Lets a request in or turns it away.
pub async fn door(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    match looked_at(&req) {
        Ok(()) => Ok(next.call(req).await?.map_into_left_body()),
        Err(Turned::Away(error)) => Ok(req.error_response(error).map_into_right_body()),
        Err(Turned::Over(to)) => {
            let response = HttpResponse::PermanentRedirect().insert_header((LOCATION, to)).finish();
            Ok(req.into_response(response).map_into_right_body())
        }
    }
}

/// Costly work of somebody who is signed in is counted by account: a clinic shares an address.
pub async fn costs(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    match counted(&req) {
        Ok(()) => Ok(next.call(req).await?.map_into_left_body()),
        Err(wait) => Ok(req.error_response(AppError::from(wait)).map_into_right_body()),
    }
}

fn counted(req: &ServiceRequest) -> Result<(), Wait> {
    let pattern = req.match_pattern().unwrap_or_default();
    let method = req.method().as_str();
    let (Some(work), Some(state)) = (routes::costly(method, &pattern), req.app_data::<web::Data<AppState>>()) else { return Ok(()) };
    // Those were counted by their address at the door.
    if routes::guard(method, &pattern) == Some(Guard::Public) {
        return Ok(());
    }
    let account = req.get_session().get::<String>(USER).ok().flatten();
    let whose = account.unwrap_or_else(|| network(client::address(req.request())).to_string());
    state.costs.work(work, &whose)
}
