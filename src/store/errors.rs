//! What can go wrong with stored data, in terms that use cases can act on.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A store operation that did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such row, or none that the capability at hand may see.
    #[error("not found")]
    NotFound,
    /// A uniqueness rule refused the write.
    #[error("conflict: {0:?}")]
    Conflict(Conflict),
    /// The database was too busy, after all retries. Nothing was written.
    #[error("the database is busy")]
    Busy,
    /// Another transaction got in between; [`super::Store::write`] runs the closure again.
    #[error("serialization failure")]
    Retry,
    /// Anything else. The text is for the log, never for a page.
    #[error("{0}")]
    Broken(String),
}

/// Uniqueness rules that a person can run into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// `users.email`.
    EmailTaken,
    /// The same form was submitted before.
    AlreadyStored,
}

impl StoreError {
    /// Wraps a cause for the log.
    pub fn broken(cause: impl std::fmt::Display) -> Self {
        Self::Broken(cause.to_string())
    }
}

/// Errors that [`super::Store::write`] can look into to see whether to try again.
pub trait MayRetry: From<StoreError> {
    /// True when the transaction lost a race and may simply be run again.
    fn is_retry(&self) -> bool;
}

impl MayRetry for StoreError {
    fn is_retry(&self) -> bool {
        matches!(self, Self::Retry)
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Retry,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                // PostgreSQL names the constraint; SQLite only lists the columns in its message.
                let name = info.constraint_name().unwrap_or_else(|| info.message());
                if name.contains("users_email_key") || name.contains("users.email") {
                    Self::Conflict(Conflict::EmailTaken)
                } else {
                    Self::Conflict(Conflict::AlreadyStored)
                }
            }
            DieselError::DatabaseError(kind, info) => {
                let message = info.message();
                if message.contains("database is locked") || message.contains("deadlock detected") {
                    Self::Retry
                } else {
                    Self::Broken(format!("{kind:?}: {message}"))
                }
            }
            other => Self::Broken(other.to_string()),
        }
    }
}
