//! Whole sentences of the pages about progress and of the prints, with named values
//! (`data/sentences.toml`). Nothing is glued from fragments, so that each can be said in another language.

use crate::lang::{Lang, Spoken, Text};
use std::collections::BTreeMap;

/// The file in every language.
pub static SENTENCES: Spoken<BTreeMap<String, String>> = Spoken::new(include_str!("data/sentences.toml"), &[], |text| {
    toml::from_str(text).expect("the built-in sentences are checked by the tests")
});

/// The sentence of a key with its values; the key itself when there is no such sentence, which a test over the sources
/// excludes.
pub fn say(key: &str, values: &[(&'static str, &str)]) -> Text {
    let pattern = SENTENCES.of(Lang::En).get(key).map_or_else(|| Text::from(key.to_owned()), |text| Text::fixed(text));
    values.iter().fold(pattern, |text, (name, value)| text.with(name, *value))
}

/// The sentence for one thing or for several: `key.one` or `key.many`, with the number as `n`.
pub fn count(key: &str, n: usize, values: &[(&'static str, &str)]) -> Text {
    let form = if n == 1 { "one" } else { "many" };
    say(&format!("{key}.{form}"), values).with("n", n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_and_one_differs_from_many() {
        let english = SENTENCES.of(Lang::En);
        assert_eq!(
            count("card.sessions", 1, &[("done", "1")]).to_string(),
            say("card.sessions.one", &[("done", "1"), ("n", "1")]).to_string()
        );
        for key in english.keys().filter(|key| key.ends_with(".one")) {
            assert!(english.contains_key(&key.replace(".one", ".many")), "{key} has no other form");
        }
    }
}
