//! Tests name what they press in English; in another language the page says something else there.

use super::driver::{Browser, quoted};
use crate::languages::english_left;
use crate::support::Page;
use gradus::lang::Lang;

/// The places of a pattern filled from a text that it made: `{n} of {m}` and `3 of 5`.
fn values<'a>(pattern: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let (first, mut pattern) = pattern.split_once('{')?;
    let mut rest = text.strip_prefix(first)?;
    let mut found = Vec::new();
    loop {
        let (name, after) = pattern.split_once('}')?;
        let (literal, more) = after.split_once('{').map_or((after, None), |(literal, more)| (literal, Some(more)));
        let end = if more.is_none() && literal.is_empty() { rest.len() } else { rest.find(literal).filter(|at| *at > 0)? };
        found.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
        match more {
            Some(more) => pattern = more,
            None => return rest.is_empty().then_some(found),
        }
    }
}

impl Browser {
    /// A text of the source, one with its values, or a part of one, as the page says it.
    pub fn word(&self, english: &str) -> String {
        if self.lang == Lang::En || !english.chars().any(char::is_alphabetic) {
            return english.to_owned();
        }
        if let Some((_, said)) = self.lang.texts().find(|(text, _)| *text == english) {
            return said.to_owned();
        }
        let whole = self.lang.texts().filter(|(text, _)| text.contains(english)).min_by_key(|(text, _)| text.len());
        if let Some((_, said)) = whole {
            // Around values the longest piece tells the text.
            return said.split(['{', '}']).step_by(2).max_by_key(|piece| piece.len()).unwrap_or(said).trim().to_owned();
        }
        let letters = |text: &str| text.split(['{', '}']).step_by(2).flat_map(str::chars).filter(|c| c.is_alphabetic()).count();
        let patterns = self.lang.texts().filter(|(text, _)| letters(text) > 4);
        let filled = patterns.filter_map(|(text, said)| Some((text.len(), values(text, english)?, said)));
        filled.max_by_key(|(length, ..)| *length).map_or_else(
            || english.to_owned(),
            |(_, values, said)| values.iter().fold(said.to_owned(), |said, (name, value)| said.replace(&format!("{{{name}}}"), value)),
        )
    }

    /// Whether some element of this kind in the main part begins with a text of the source.
    pub fn has_text(&self, element: &str, english: &str) -> bool {
        self.has(&format!("//main//{element}[starts-with(normalize-space(.), {})]", quoted(&self.word(english))))
    }

    /// Whether the page's main part says a text of the source.
    pub fn says(&self, english: &str) -> bool {
        self.words().contains(&self.word(english))
    }

    /// Fails unless the page's main part says a text of the source.
    pub fn must_say(&self, english: &str) {
        assert!(self.says(english), "{} does not say {english:?} ({:?}): {}", self.path(), self.word(english), self.words());
    }

    /// Fails when a page in another language has English left on it.
    pub fn no_english(&self) {
        if self.lang != Lang::En {
            let left = english_left(&Page::of_text(&self.path(), &self.source()));
            assert!(left.is_empty(), "{}:\n{}", self.path(), left.join("\n"));
        }
    }
}

#[test]
fn values_are_found_in_what_a_pattern_made() {
    assert_eq!(values("How much, try {n}", "How much, try 12"), Some(vec![("n", "12")]));
    assert_eq!(values("{n} of {of} days", "3 of 5 days"), Some(vec![("n", "3"), ("of", "5")]));
    assert_eq!(values("{n} of {of} days", "3 of 5 weeks"), None);
}
