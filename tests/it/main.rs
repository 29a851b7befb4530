//! The one integration-test binary: the real server on SQLite and PostgreSQL, the built program, and
//! Chromium. `support` says how a test looks; what is missing on this machine is named as skipped, and
//! fails where `CI` is set.

#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[macro_use]
mod support;

mod access_matrix;
mod after;
mod agreement;
mod architecture;
mod breaks;
mod browser;
mod calendar;
mod check;
mod course;
mod days;
mod figures;
mod goals;
mod journal;
mod journal_file;
mod languages;
mod learn;
mod library;
mod mail_server;
mod measures;
mod mornings;
mod offers;
mod own;
mod own_uploads;
mod paper;
mod pattern;
mod player;
mod progress;
mod reminders;
mod replay;
mod rules_cli;
mod schema;
mod security;
mod serve;
mod sessions;
mod store;
mod thresholds;
