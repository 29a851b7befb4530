//! Whole sentences of the pages about progress and of the prints, with named values
//! (`data/sentences.toml`). Nothing is glued from fragments, so that each can be said in another language.

use std::collections::BTreeMap;
use std::sync::LazyLock;

static SENTENCES: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| toml::from_str(include_str!("data/sentences.toml")).expect("the built-in sentences are checked by the tests"));

/// The sentence of a key with its values put in; the key itself when there is no such sentence, which a test
/// over the sources excludes.
pub fn say(key: &str, values: &[(&str, &str)]) -> String {
    let text = SENTENCES.get(key).map_or(key, String::as_str);
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// The sentence for one thing or for several: `key.one` or `key.many`, with the number as `n`.
pub fn count(key: &str, n: usize, values: &[(&str, &str)]) -> String {
    let form = if n == 1 { "one" } else { "many" };
    let number = n.to_string();
    let all: Vec<(&str, &str)> = values.iter().copied().chain([("n", number.as_str())]).collect();
    say(&format!("{key}.{form}"), &all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn sources(folder: &Path, found: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push_str(&std::fs::read_to_string(path).expect("text"));
            }
        }
    }

    #[test]
    fn every_sentence_that_is_said_is_there_and_every_one_that_is_there_is_said() {
        let mut code = String::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
        let quoted = |key: &str| code.contains(&format!("\"{key}\""));
        for key in SENTENCES.keys() {
            let stem = key.trim_end_matches(".one").trim_end_matches(".many");
            let group = key.rsplit_once('.').map_or("", |(group, _)| group);
            assert!(quoted(key) || quoted(stem) || code.contains(&format!("\"{group}.{{}}\"")), "nobody says {key}");
        }
        let calls = [" say(\"", "(say(\"", "count(\""].iter().flat_map(|call| code.split(call).skip(1).map(move |rest| (*call, rest)));
        for (call, rest) in calls {
            let key = rest.split('"').next().unwrap_or_default();
            // Keys have a point; other functions of these names are not meant.
            if key.contains('.') && !key.contains([' ', '{', '@']) {
                let there = SENTENCES.contains_key(key) || (call == "count(\"" && SENTENCES.contains_key(&format!("{key}.many")));
                assert!(there, "there is no sentence {key}");
            }
        }
    }

    #[test]
    fn values_are_put_in_and_one_differs_from_many() {
        assert_eq!(count("card.sessions", 1, &[("done", "1")]), say("card.sessions.one", &[("done", "1"), ("n", "1")]));
        for key in SENTENCES.keys().filter(|key| key.ends_with(".one")) {
            assert!(SENTENCES.contains_key(&key.replace(".one", ".many")), "{key} has no other form");
        }
    }
}
