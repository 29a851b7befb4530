//! What a person's copy of their data calls tables and columns.

use crate::lang::Spoken;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableWords {
    /// Its name in the list of belongings.
    pub of: String,
    /// Its heading.
    pub title: String,
    /// What is in it, where the heading does not say enough.
    #[serde(default)]
    pub about: String,
}

/// Every word.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    #[serde(rename = "table")]
    tables: Vec<TableWords>,
    columns: BTreeMap<String, String>,
    keys: BTreeMap<String, String>,
    codes: BTreeMap<String, String>,
}

impl Words {
    /// The words of a table.
    pub fn table(&self, name: &str) -> Option<&TableWords> {
        self.tables.iter().find(|table| table.of == name)
    }

    /// The words of a name within JSON, which may be called like a column.
    pub fn key(&self, name: &str) -> Option<&str> {
        self.keys.get(name).map(String::as_str).or_else(|| self.column(name))
    }

    /// The words of a code.
    pub fn code(&self, code: &str) -> Option<&str> {
        self.codes.get(code).map(String::as_str)
    }

    /// The words of a column.
    pub fn column(&self, name: &str) -> Option<&str> {
        self.columns.get(name).map(String::as_str)
    }
}

/// The file in every language.
pub static WORDS: Spoken<Words> = Spoken::new(include_str!("words.toml"), &["of"], |text| {
    // The file is part of the program; a test reads it.
    toml::from_str(text).unwrap_or_else(|error| panic!("own_data/words.toml: {error}"))
});

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::lang::Lang;
    use crate::store::addresses::Side;
    use crate::store::belongings::{Kind, TABLES};
    use crate::store::outbox;

    #[test]
    fn every_table_of_persons_and_every_column_of_it_has_words() {
        for lang in Lang::ALL {
            let words = WORDS.of(lang);
            for table in TABLES.iter().filter(|table| table.condition().is_some()) {
                assert!(words.table(table.name).is_some(), "{}", table.name);
                for column in table.exported().filter(|column| column.kind != Kind::Id) {
                    assert!(words.column(column.name).is_some(), "{}.{}", table.name, column.name);
                }
            }
        }
    }

    #[test]
    fn every_kind_of_message_and_of_link_has_words() {
        for lang in Lang::ALL {
            let words = WORDS.of(lang);
            let links = [Side::Verify, Side::New, Side::Old].map(Side::code);
            for code in outbox::Kind::ALL.map(outbox::Kind::code).into_iter().chain(links) {
                assert!(words.code(code).is_some(), "{code}");
            }
        }
    }
}
