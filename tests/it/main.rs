//! The one integration-test binary: the real server on SQLite and PostgreSQL, the built program, and
//! Chromium. `support` says how a test looks; what is missing on this machine is named as skipped, and
//! fails where `CI` is set.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[macro_use]
mod support;

mod access_matrix;
mod architecture;
mod browser;
mod check;
mod course;
mod figures;
mod learn;
mod library;
mod measures;
mod offers;
mod own;
mod own_uploads;
mod pattern;
mod player;
mod replay;
mod rules_cli;
mod schema;
mod security;
mod serve;
mod sessions;
mod store;
mod thresholds;
