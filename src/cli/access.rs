//! `gradus access`: who may what, as Markdown. It needs neither settings nor a database.

use crate::web::asks::markdown;
use std::io::Write;

pub(super) fn access() -> Result<(), String> {
    match std::io::stdout().lock().write_all(markdown().as_bytes()) {
        // A reader that has seen enough (head, a closed pipe) is no failure.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
