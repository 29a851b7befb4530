//! The words of the data files in the language of whoever asks. Pages take them from here; rules and use cases, which
//! decide and store, take the English ones.

use crate::care::consent::{CONSENT, Consent};
use crate::clinical::advice::{ADVICE, Advice};
use crate::clinical::catalogue::{CATALOGUE, Catalogue};
use crate::clinical::exercise::{Exercise, LIBRARY, Library};
use crate::clinical::home_tests::{HOME_TESTS, HomeTests};
use crate::clinical::instruments::{Pgic, REGISTER};
use crate::clinical::journal_file::{FILE_WORDS, FileWords};
use crate::clinical::learn::{LEARN, Learn};
use crate::clinical::plan::Prescribed;
use crate::clinical::sentences;
use crate::lang::current;
use crate::post::{TEXTS, Texts};

/// What the programme says.
pub fn advice() -> &'static Advice {
    ADVICE.of(current())
}

/// What is asked and said about consent.
pub fn consent() -> &'static Consent {
    CONSENT.of(current())
}

/// The questions.
pub fn catalogue() -> &'static Catalogue {
    CATALOGUE.of(current())
}

/// The exercises.
pub fn library() -> &'static Library {
    LIBRARY.of(current())
}

/// The exercise that an item of a plan means; a clinic's own one in the clinic's words.
pub fn definition(item: &Prescribed) -> Option<&Exercise> {
    match &item.own {
        Some(own) => Some(&own.exercise),
        None => library().get(&item.exercise),
    }
}

/// The home tests.
pub fn home_tests() -> &'static HomeTests {
    HOME_TESTS.of(current())
}

/// The words of the global impression of change.
pub fn pgic() -> &'static Pgic {
    &REGISTER.of(current()).pgic
}

/// What is said about the journal as a file.
pub fn file_words() -> &'static FileWords {
    FILE_WORDS.of(current())
}

/// The topics.
pub fn learn() -> &'static Learn {
    LEARN.of(current())
}

/// Messages, calendar and what the pages explain about them.
pub fn post_texts() -> &'static Texts {
    TEXTS.of(current())
}

/// A sentence with its values (`clinical::sentences`).
pub fn say(key: &str, values: &[(&'static str, &str)]) -> String {
    sentences::say(key, values).to_string()
}

/// A sentence for one or several.
pub fn count(key: &str, n: usize, values: &[(&'static str, &str)]) -> String {
    sentences::count(key, n, values).to_string()
}
