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
mod caseload;
mod check;
mod course;
mod days;
mod doses;
mod editor;
mod editor_goals;
mod events;
mod figures;
mod file;
mod goals;
mod invitations;
mod journal;
mod journal_file;
mod languages;
mod learn;
mod library;
mod mail_server;
mod measures;
mod measures_paper;
mod messages;
mod mornings;
mod notes;
mod offers;
mod outcomes;
mod overrides;
mod own;
mod own_uploads;
mod paper;
mod patient_rules;
mod pattern;
mod player;
mod progress;
mod reminders;
mod replay;
mod room;
mod rules_cli;
mod schema;
mod security;
mod serve;
mod sessions;
mod store;
mod team;
mod templates;
mod thresholds;
