//! The two middlewares behind the record of who did and saw what: [`from`] says where a request comes from, [`seen`]
//! notes which part of a patient's record an answer showed, and what was refused. A page whose look cannot be noted is
//! not shown.

use super::RequestId;
use crate::app::AppState;
use crate::care::audit::looks::{self, Sight};
use crate::ids::{PatientId, UserId};
use crate::source::{self, Source};
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::routes::{self, Guard, sights};
use crate::web::session_store::USER;
use crate::web::{client, device};
use actix_session::SessionExt;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};

/// Says where the work on this request comes from.
pub async fn from(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let request = req.extensions().get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let source = Source { address: client::address(req.request()).to_string(), device: device::of(req.request()), request };
    source::scope(source, next.call(req)).await
}

/// What an answer showed, and of whom, or that it refused something; `None` when it showed nothing of anybody.
fn sight<B>(res: &ServiceResponse<B>) -> Option<Sight> {
    // The form's token does not fit, or another site sent it: nothing else is answered so.
    if res.status() == StatusCode::FORBIDDEN {
        return Some(Sight::Form);
    }
    let req = res.request();
    let pattern = req.match_pattern()?;
    let of = || sights::PATIENTS.iter().filter_map(|name| req.match_info().get(name)).map(PatientId::from_text).collect();
    if res.status() == StatusCode::NOT_FOUND {
        // What is public is for everybody: whatever is not there was refused to nobody.
        let closed = routes::guard(req.method().as_str(), &pattern).is_some_and(|guard| guard != Guard::Public);
        let patients = if pattern.starts_with(sights::FILES) { of() } else { Vec::new() };
        return closed.then_some(Sight::Nothing(patients));
    }
    // A form that comes back with its mistakes shows what the page shows.
    if !res.status().is_success() && res.status() != StatusCode::UNPROCESSABLE_ENTITY {
        return None;
    }
    if let Some(word) = sights::list(&pattern) {
        return Some(Sight::List(word));
    }
    if let Some(word) = sights::account(&pattern) {
        return Some(Sight::Account(PatientId::from_text(req.match_info().get("id")?), word));
    }
    sights::part(&pattern).map(|word| Sight::Parts(of(), word))
}

/// Notes what somebody saw of a patient's record or account, and what they were refused, before the answer leaves.
pub async fn seen(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    let res = next.call(req).await?;
    match note(&res).await {
        Ok(()) => Ok(res.map_into_left_body()),
        Err(error) => Ok(res.error_response(error).map_into_right_body()),
    }
}

async fn note<B>(res: &ServiceResponse<B>) -> Result<(), AppError> {
    let Some(sight) = sight(res) else { return Ok(()) };
    let Some(user) = res.request().get_session().get::<String>(USER).unwrap_or_default() else { return Ok(()) };
    let state = res.request().app_data::<web::Data<AppState>>().ok_or_else(|| AppError::internal("no state"))?;
    let (store, now) = (state.store.clone(), state.clock.now());
    Ok(carried::block(move || looks::note(&store, &UserId::from_text(user), &sight, now)).await??)
}
