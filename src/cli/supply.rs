//! `gradus licences` and `gradus sbom`: what the program is made of. Both need neither settings nor a database.

use crate::clock::Clock;
use crate::supply;
use std::io::Write;

/// The register of licences as text.
pub(super) fn licences() -> Result<(), String> {
    print(&supply::register())
}

/// The bill of materials.
pub(super) fn sbom() -> Result<(), String> {
    let now = Clock::system().now().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let text = serde_json::to_string_pretty(&supply::sbom(&now)).map_err(|e| e.to_string())?;
    print(&format!("{text}\n"))
}

/// A reader that has seen enough (head, a closed pipe) is no failure.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}
