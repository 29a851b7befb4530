//! One folder or file a feature: the handlers and, beside them, what their templates are given.

pub mod access;
pub mod account;
pub mod addresses;
pub mod admin;
pub mod after;
pub mod again;
pub mod agree;
pub mod asked;
pub mod audit;
pub mod away;
pub mod baseline;
pub mod calendar;
pub mod changes;
pub mod check;
pub mod days;
pub mod documents;
pub mod draft;
pub mod ended;
pub mod factors;
pub mod forgot;
pub mod goals;
pub mod handbook;
pub mod health;
pub mod home;
pub mod info;
pub mod intake;
pub mod invite;
pub mod join;
pub mod journal;
pub mod kept;
pub mod language;
pub mod learn;
pub mod library;
pub mod measures;
pub mod messages;
pub mod offers;
pub mod own_data;
pub mod paper;
pub mod passkeys;
pub mod plan;
pub mod pro;
pub mod progress;
pub mod prove;
pub mod record_log;
pub mod reminders;
pub mod result;
pub mod retention;
pub mod second;
pub mod sessions;
pub mod stop;
pub mod style;
pub mod team;
pub mod thresholds;
pub mod today;

use super::error::AppError;
use crate::accounts::throttle::Subject;
use crate::app::AppState;
use crate::care::guessing;
use crate::web::carried;
use actix_web::{HttpRequest, web};

/// The answer to an unknown secret in a public address: not found and, after many from one place, wait. A secret that
/// is right is answered even then: nobody can lock others out who come from behind the same proxy, and 260 random
/// bits need no help against being hit on.
async fn guess(req: &HttpRequest, app: &web::Data<AppState>) -> AppError {
    let (subject, app) = (Subject::guess(super::client::address(req)), app.clone());
    match carried::block(move || guessing::guessed(&app.store, &subject, app.clock.now())).await {
        Ok(Ok(None)) => AppError::NotFound,
        Ok(Ok(Some(minutes))) => AppError::TooMany { minutes },
        Ok(Err(error)) => error.into(),
        Err(error) => error.into(),
    }
}

/// For paths that do not exist.
pub async fn missing() -> Result<actix_web::HttpResponse, AppError> {
    Err(AppError::NotFound)
}

/// For a known path with a method it does not have.
pub async fn wrong_method() -> Result<actix_web::HttpResponse, AppError> {
    Err(AppError::WrongMethod)
}
