//! What asks for a recent proof of who it is (`routes::proven`), and requests that do not count as use.

use super::keep_late;
use crate::accounts::limits::PROOF;
use crate::app::AppState;
use crate::clock::UtcTime;
use crate::web::error::AppError;
use crate::web::extract::KEPT_PAGE;
use crate::web::routes::proven;
use crate::web::session_store::{PROVEN, USER, not_needed, untouched};
use actix_session::SessionExt;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::REFERER;
use actix_web::middleware::Next;
use actix_web::{Error, web};

/// Where a session is asked how long it lasts.
pub const LEFT: &str = "/session/left";

/// Where the numbers to call stand.
const HELP: &str = "/help";

/// Sends whoever gave no proof for a while to the page that asks for one, and from there back. A form is kept meanwhile.
pub async fn proven_anew(
    mut req: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let pattern = req.match_pattern().unwrap_or_default();
    let asks = proven::asks(req.method().as_str(), &pattern) && req.get_session().contains_key(USER);
    if asks && !is_recent(&req) {
        let back = match req.method().clone() {
            Method::GET | Method::HEAD => page_of(&req),
            _ if keep_late(&mut req, &pattern).await => KEPT_PAGE.to_owned(),
            _ => came_from(&req),
        };
        return Ok(req.error_response(AppError::ProveFirst { next: back }).map_into_right_body());
    }
    Ok(next.call(req).await?.map_into_left_body())
}

fn is_recent(req: &ServiceRequest) -> bool {
    let Some(state) = req.app_data::<web::Data<AppState>>() else { return false };
    let at: Option<UtcTime> = req.get_session().get(PROVEN).unwrap_or_default();
    at.is_some_and(|at| state.clock.now() - at < PROOF)
}

/// Path and query of a page.
fn page_of(req: &ServiceRequest) -> String {
    req.uri().path_and_query().map(|whole| whole.as_str().to_owned()).unwrap_or_default()
}

/// The page whose form cannot be kept (a password, a file): its person is led back to it.
fn came_from(req: &ServiceRequest) -> String {
    let said = req.headers().get(REFERER).and_then(|v| v.to_str().ok()).and_then(|text| text.parse::<url::Url>().ok());
    said.map(|url| url.path().to_owned()).unwrap_or_default()
}

/// Asking how long a session lasts does not make it last longer, and whoever needs help needs no session.
pub async fn no_use(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    match req.path() {
        LEFT => untouched(next.call(req)).await,
        HELP => not_needed(next.call(req)).await,
        _ => next.call(req).await,
    }
}
