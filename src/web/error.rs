//! What can go wrong with a request. An error carries no text to the browser: only its kind, from
//! which `middleware::render_errors` makes a friendly page with a way on.

use crate::access::Hidden;
use crate::care::CareError;
use crate::lang::Text;
use crate::store::{Conflict, StoreError};
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use std::panic::Location;

/// The kinds.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Missing, or not for this person: the two answer alike.
    #[error("not found")]
    NotFound,
    /// Sign in first; then go on to this path.
    #[error("sign in first")]
    SignInFirst {
        /// Local path to come back to.
        next: String,
    },
    /// A patient's pages wait: on to what stands before them.
    #[error("something stands before this page")]
    Gate {
        /// Local path of it.
        to: &'static str,
    },
    /// Signed in, but the last proof is too old for this; then go on to this path.
    #[error("prove it first")]
    ProveFirst {
        /// Local path to come back to.
        next: String,
    },
    /// The form's token does not fit the session.
    #[error("form expired")]
    FormExpired,
    /// The form's token does not fit, but the form waits in the session for its person.
    #[error("form kept")]
    FormKept,
    /// The request came from another site.
    #[error("cross-site request")]
    CrossSite,
    /// Too many attempts.
    #[error("too many attempts")]
    TooMany {
        /// Minutes to wait.
        minutes: i64,
    },
    /// Too much costly work, or too many requests.
    #[error("too often")]
    TooOften {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The body came too slowly.
    #[error("too slow")]
    TooSlow,
    /// A request that is not looked into, because of its shape alone.
    #[error("not taken: {0}")]
    Shape(StatusCode),
    /// The body is larger than any form.
    #[error("too large")]
    TooLarge,
    /// The request makes no sense.
    #[error("bad request")]
    BadRequest,
    /// The wrong method for this path.
    #[error("wrong method")]
    WrongMethod,
    /// What was asked does not fit; a handler turns this into the form with the message.
    #[error("refused: {message}")]
    Refused {
        /// Name of the form field, or empty.
        field: &'static str,
        /// What the person reads.
        message: Text,
    },
    /// The database is too busy.
    #[error("busy")]
    Unavailable,
    /// A fault of ours. The text goes to the log alone.
    #[error("internal error")]
    Internal(String),
}

impl AppError {
    /// A fault of ours, with the place it was noticed at.
    #[track_caller]
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(format!("{cause} (at {})", Location::caller()))
    }
}

impl From<CareError> for AppError {
    #[track_caller]
    fn from(error: CareError) -> Self {
        match error {
            CareError::Store(inner) => inner.into(),
            CareError::Refused { field, message } => Self::Refused { field, message },
        }
    }
}

impl From<StoreError> for AppError {
    #[track_caller]
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NotFound,
            StoreError::Busy | StoreError::Retry => Self::Unavailable,
            // A token that another form used, of another record perhaps. No page of ours hands one out twice: it is opened anew.
            StoreError::Conflict(Conflict::AlreadyStored) => {
                tracing::warn!(at = %Location::caller(), "a form came with the token of another one");
                Self::FormExpired
            }
            other => Self::internal(other),
        }
    }
}

impl From<crate::accounts::hashing::NotDone> for AppError {
    #[track_caller]
    fn from(error: crate::accounts::hashing::NotDone) -> Self {
        match error {
            crate::accounts::hashing::NotDone::Busy => Self::Unavailable,
            crate::accounts::hashing::NotDone::Failed => Self::internal(error),
        }
    }
}

impl From<Hidden> for AppError {
    fn from(_: Hidden) -> Self {
        Self::NotFound
    }
}

impl From<askama::Error> for AppError {
    #[track_caller]
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

impl From<actix_web::error::BlockingError> for AppError {
    #[track_caller]
    fn from(error: actix_web::error::BlockingError) -> Self {
        Self::internal(error)
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInFirst { .. } | Self::Gate { .. } | Self::ProveFirst { .. } | Self::FormKept => StatusCode::SEE_OTHER,
            Self::FormExpired | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TooMany { .. } | Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Shape(status) => *status,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Only a status and a fixed page: this cannot see the request, and it is what is left when
    /// everything else has failed.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code()).content_type("text/html; charset=utf-8").body(LAST_RESORT);
        super::middleware::security_headers(response.headers_mut(), false);
        response
    }
}

/// The page of last resort: no template, no session, no database.
pub const LAST_RESORT: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Something went wrong \u{2013} Gradus</title></head>\
<body><main><h1>Something went wrong on our side</h1><p>Nothing you did caused this. Go <a href=\"/\">back to the start</a> \
and try again in a few minutes.</p></main></body></html>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_shows_its_cause_in_its_display_text() {
        let error = AppError::internal("canary-5531 password=hunter2");
        assert!(!error.to_string().contains("canary"));
    }
}
