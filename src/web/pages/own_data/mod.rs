//! `/account/data`, `/account/corrections`, `/account/consents`, `/account/close`: what is a person's own.

pub mod close;
pub mod consents;
pub mod copy;
pub mod correct;
