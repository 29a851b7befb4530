//! What is a person's own: their copy of everything, what they correct, how they leave, and what the law keeps.
//!
//! Whose every table and column is stands in `store::belongings`; nothing here names a table.

pub mod closing;
mod copy;
pub mod corrections;
pub mod erasing;
pub mod sealing;
mod words;

pub use copy::{Copy, Part, gather};
pub use words::{TableWords, WORDS, Words};

use chrono::Duration;

/// How long a closed account waits for its person to take it back.
pub const WAIT: Duration = Duration::days(14);
