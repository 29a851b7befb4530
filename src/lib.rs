//! Gradus: a self-management programme for low back pain that a clinic can run itself.
//!
//! ```text
//!             clinical  (pure rules)            ids, clock: leaves
//!                ↑            ↑
//!    access ←── care ──→ store          care: use cases; store: the only SQL; access: who may
//!       ↑         ↑         ↑
//!       └── web ──┴── cli ──┘           the edges
//! ```
//! `src/ARCHITECTURE.md` has the reasons and three walkthroughs.

#![forbid(unsafe_code)]

// First, so that its macros are known everywhere.
#[macro_use]
pub mod lang;

pub mod access;
pub mod accounts;
pub mod app;
pub mod care;
pub mod cli;
pub mod clinical;
pub mod clock;
pub mod config;
pub mod figure;
pub mod ids;
pub mod post;
pub mod rounds;
pub mod simulation;
pub mod smtp;
pub mod source;
pub mod store;
pub mod supply;
pub mod web;
