//! What is in the program besides crates: libraries of other languages, data, drawings, questionnaires, words.

use crate::clinical::instruments::{Instrument, instruments};
use std::sync::LazyLock;

/// Something that somebody owns.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// What it is.
    pub what: String,
    /// `library`, `data`, `font`, `drawing`, `words`, `questionnaire` or `tool`.
    pub kind: String,
    /// On what ground it may be used.
    pub licence: String,
    /// Whose it is.
    pub by: String,
    /// Where it was taken from.
    pub source: String,
    /// What else must be known.
    #[serde(default)]
    pub note: String,
}

#[derive(serde::Deserialize)]
struct File {
    work: Vec<Work>,
}

/// Everything, in the order of the file; questionnaires follow as their own register (`clinical::instruments`) has them.
pub fn works() -> Vec<Work> {
    static WORKS: LazyLock<Vec<Work>> = LazyLock::new(|| {
        let file: Result<File, _> = toml::from_str(include_str!("works.toml"));
        file.map(|file| file.work).unwrap_or_default()
    });
    let questionnaire = |one: &Instrument| Work {
        what: one.name.clone(),
        kind: "questionnaire".to_owned(),
        licence: one.position.clone(),
        by: one.owner.clone(),
        source: one.source.clone(),
        note: if one.free { one.attribution.clone() } else { "Not asked: it is not free to ask.".to_owned() },
    };
    WORKS.iter().cloned().chain(instruments().iter().map(questionnaire)).collect()
}

#[cfg(test)]
mod tests {
    use super::works;

    #[test]
    fn every_work_says_whose_it_is_and_why_it_may_be_used() {
        for kind in ["library", "data", "drawing", "words", "questionnaire"] {
            assert!(works().iter().any(|work| work.kind == kind), "{kind}");
        }
        for work in works() {
            assert!([&work.what, &work.licence, &work.by, &work.source].iter().all(|text| !text.is_empty()), "{work:?}");
        }
    }
}
