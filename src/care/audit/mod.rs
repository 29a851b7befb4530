//! The record of who did and saw what: its words, which page shows which part of a record, and who reads it.

pub mod log;
pub mod looks;
pub mod verify;
pub mod words;
