//! The clinical rules: pure. No clock, no randomness, no I/O, no database, no pages; given the same
//! facts they give the same answer, and every answer names the rules that made it.
//!
//! The contract is the clinical specification; rule ids (R01, C4, P-05 …) are the same here, in
//! stored decisions and on the pages. See `care` for how facts come in and decisions are kept.

pub mod advice;
pub mod catalogue;
pub mod codes;
pub mod course;
pub mod exercise;
pub mod handbook;
pub mod home_tests;
pub mod instruments;
pub mod intake;
pub mod journal;
pub mod journal_file;
pub mod learn;
pub mod numbers;
pub mod plan;
pub mod progress;
pub mod quota;
pub mod rules_json;
pub mod sentences;
pub mod session;
#[cfg(test)]
mod tests_cases;
#[cfg(test)]
mod tests_support;
pub mod thresholds;
pub mod week;

/// Version of the rules and numbers in this folder. It is stored with every decision; raise it
/// whenever a rule, a number or a weight changes.
pub const RULESET_VERSION: &str = "2026.11.4";
