//! The demonstration clinic, made by running the real use cases under a moved clock.

use super::CareError;
use crate::clock::UtcTime;
use crate::store::Store;
use chrono_tz::Tz;

/// Password of everybody in the demonstration.
pub const PASSWORD: &str = "walk a little further";

/// Somebody who can sign in to the demonstration.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// Address to sign in with.
    pub email: String,
    /// Who they are, in a line.
    pub story: String,
}

/// Fills an empty database.
pub fn fill(_store: &Store, _now: UtcTime, _zone: Tz) -> Result<Vec<DemoPerson>, CareError> {
    Ok(Vec::new())
}
