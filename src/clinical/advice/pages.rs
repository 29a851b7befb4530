//! The shapes of the words that belong to pages rather than to rules: reasons, tags, consent,
//! notices and the start page.

use super::parts::words;
use serde::Deserialize;

words! {
    /// A reason for not doing something.
    Reason {
        /// Its stable key.
        key: String,
        /// Label.
        label: String,
        /// What to say to it.
        reply: String,
    }
    /// A tag of the journal.
    Tag {
        /// Its stable key.
        key: String,
        /// Label.
        label: String,
    }
    /// Intended purpose and safety notices.
    Notice {
        /// Intended purpose.
        purpose: String,
        /// Safety notice.
        safety: String,
        /// For the organisation that runs it.
        deployer: String,
    }
    /// The start page.
    Landing {
        /// Heading.
        title: String,
        /// First sentence.
        lead: String,
        /// What it does, each line continuing "Gradus …".
        does: Vec<String>,
        /// For whom.
        for_whom: Vec<String>,
        /// For whom not.
        not_for: String,
        /// How long it takes.
        how_long: Vec<String>,
        /// What to expect.
        promise: String,
        /// Other ways.
        other_ways: Vec<String>,
        /// The button.
        start: String,
    }
}
