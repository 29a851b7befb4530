//! Data files that say something, in every language: the same file with its texts replaced by their translations.

use super::Lang;
use std::sync::OnceLock;
use toml::{Table, Value};

/// A data file of the program, read once in each language that is asked for.
#[derive(Debug)]
pub struct Spoken<T: 'static> {
    file: &'static str,
    codes: &'static [&'static str],
    kept: fn(&Table) -> bool,
    read: fn(&str) -> T,
    told: [OnceLock<T>; Lang::ALL.len()],
}

impl<T> Spoken<T> {
    /// The TOML text `file`; what stands under a key of `codes`, or under a table of such a name, is no text but a code
    /// and stays as it is; the entries of a list (`[[name]]`) are read whatever its name. `read` may panic: the tests read every file.
    pub const fn new(file: &'static str, codes: &'static [&'static str], read: fn(&str) -> T) -> Self {
        Self { file, codes, kept: |_| false, read, told: [const { OnceLock::new() }; Lang::ALL.len()] }
    }

    /// With tables that are said in their own words in every language: no translation of ours stands for a validated one
    /// of a published questionnaire.
    #[must_use]
    pub const fn keeping(mut self, kept: fn(&Table) -> bool) -> Self {
        self.kept = kept;
        self
    }

    /// The file in a language.
    pub fn of(&self, lang: Lang) -> &T {
        self.told[lang as usize].get_or_init(|| match (lang, self.file.parse::<Table>()) {
            (Lang::En, _) | (_, Err(_)) => (self.read)(self.file),
            (_, Ok(mut table)) => {
                self.each_of(&mut table, &mut |text| *text = lang.say(text).to_owned());
                (self.read)(&table.to_string())
            }
        })
    }

    /// Every text that wants a translation, in the order of the file.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut table: Table = self.file.parse().unwrap_or_default();
        self.each_of(&mut table, &mut |text| texts.push(text.clone()));
        texts.retain(|text| !text.trim().is_empty());
        texts
    }

    fn each_of(&self, table: &mut Table, with: &mut impl FnMut(&mut String)) {
        if !(self.kept)(table) {
            let entries = |value: &Value| value.as_array().and_then(|list| list.first()).is_some_and(Value::is_table);
            let says = |key: &str, value: &Value| entries(value) || !self.codes.contains(&key);
            table.iter_mut().filter(|(key, value)| says(key, value)).for_each(|(_, value)| self.each_in(value, with));
        }
    }

    fn each_in(&self, value: &mut Value, with: &mut impl FnMut(&mut String)) {
        match value {
            Value::String(text) => with(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.each_in(value, with)),
            Value::Table(table) => self.each_of(table, with),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_published_items_stay_as_they_are() {
        static FILE: Spoken<Table> =
            Spoken::new("id = \"Save\"\ntitle = \"Save\"\n[[item]]\ngroup = 1\ntext = \"Save\"\n", &["id"], |t| t.parse().expect("TOML"))
                .keeping(|table| table.contains_key("group"));
        let german = FILE.of(Lang::De);
        assert_eq!(german["id"].as_str(), Some("Save"));
        assert_eq!(german["title"].as_str(), Some(Lang::De.say("Save")));
        assert_ne!(german["title"].as_str(), Some("Save"));
        assert_eq!(german["item"][0]["text"].as_str(), Some("Save"));
        assert_eq!(FILE.texts(), ["Save"]);
    }
}
