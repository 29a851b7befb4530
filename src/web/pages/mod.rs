//! One folder or file a feature: the handlers and, beside them, what their templates are given.

pub mod account;
pub mod admin;
pub mod again;
pub mod agree;
pub mod baseline;
pub mod changes;
pub mod check;
pub mod ended;
pub mod handbook;
pub mod health;
pub mod home;
pub mod info;
pub mod intake;
pub mod invite;
pub mod journal;
pub mod kept;
pub mod learn;
pub mod library;
pub mod offers;
pub mod plan;
pub mod pro;
pub mod result;
pub mod style;
pub mod thresholds;
pub mod today;

use super::error::AppError;

/// For paths that do not exist.
pub async fn missing() -> Result<actix_web::HttpResponse, AppError> {
    Err(AppError::NotFound)
}

/// For a known path with a method it does not have.
pub async fn wrong_method() -> Result<actix_web::HttpResponse, AppError> {
    Err(AppError::WrongMethod)
}
