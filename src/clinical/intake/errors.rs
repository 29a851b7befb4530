//! Why an answer was refused (specification 3.5, 12.1, 12.5). A refused form gives nothing but
//! these: no score, no disposition, so that a gap can never be read as "no".

use serde::{Deserialize, Serialize};

/// The three ways in which an answer can be refused (12.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ErrorCode {
    /// The question was not answered.
    Missing,
    /// A number out of range, an unknown code or a wrong type.
    Range,
    /// Two valid answers that cannot both be true.
    Conflict,
}

/// One refused answer.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct AnswerError {
    /// Question id of 12.1 (or input field of 12.2 to 12.4); empty when the whole input is unreadable.
    pub field: String,
    /// Why the answer was refused.
    pub code: ErrorCode,
    /// The same in plain English for the person who answered.
    pub message: String,
}

impl AnswerError {
    /// A question without an answer.
    pub fn missing(field: &str) -> Self {
        Self::new(field, ErrorCode::Missing, tr_later!("Please answer this question. If you do not know, say that you are unsure."))
    }

    /// An answer outside the values that the question allows.
    pub fn range(field: &str, message: impl Into<String>) -> Self {
        Self::new(field, ErrorCode::Range, message)
    }

    /// An answer that contradicts another one.
    pub fn conflict(field: &str, message: impl Into<String>) -> Self {
        Self::new(field, ErrorCode::Conflict, message)
    }

    fn new(field: &str, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), code, message: message.into() }
    }
}
