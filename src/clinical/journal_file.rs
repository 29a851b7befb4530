//! The words of the journal as a file: its columns, and what is said about rows and files that are not taken. Data,
//! like all content; what the columns hold is read and written in `care`.

use crate::lang::{Lang, Spoken};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A column of the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// The kinds of rows that have it.
    pub of: String,
    /// What it means.
    pub means: String,
    /// What may stand there.
    pub example: String,
}

/// Everything that is said about such files.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWords {
    #[serde(rename = "column")]
    columns: Vec<Column>,
    problem: BTreeMap<String, String>,
    file_problem: BTreeMap<String, String>,
}

/// The file in every language; headings of columns are part of the format.
pub static FILE_WORDS: Spoken<FileWords> = Spoken::new(include_str!("data/journal_file.toml"), &["name", "of", "example"], |text| {
    toml::from_str(text).unwrap_or_else(|error| panic!("embedded words of the journal file: {error}"))
});

/// The words this program was built with. Panics only on malformed embedded data, which the tests rule out.
pub fn file_words() -> &'static FileWords {
    FILE_WORDS.of(Lang::En)
}

impl FileWords {
    /// The columns, in the order of the file.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Why a row is not taken.
    pub fn problem(&self, key: &str, column: &str, value: &str) -> String {
        let text = self.problem.get(key).map_or("", String::as_str);
        text.replace("{column}", column).replace("{value}", value)
    }

    /// Why a file is not taken.
    pub fn file_problem(&self, key: &str) -> &str {
        self.file_problem.get(key).map_or("", String::as_str)
    }
}
