//! That the numbers cannot drift: every constant of the rules has its entry with its value, and the other way
//! round. Reads the sources as text.

use super::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Parts of `clinical` that hold no rules: words, reading of input, this.
const NO_RULES: [&str; 8] = ["advice", "advice.rs", "catalogue", "catalogue.rs", "codes.rs", "rules_json", "numbers", "handbook"];
/// Not rules but representation: exact arithmetic, lengths of texts.
const NOT_NUMBERS: [&str; 5] = ["quota.MILLION", "quota.WHOLE_LIMIT", "exercise.STEPS", "exercise.MAX_TITLE", "exercise.MAX_WORDS"];

/// The number constants of a folder: `part.NAME` to value as written.
fn constants(folder: &Path, part: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let top = part.is_empty();
        if name.contains("tests") || (top && (NO_RULES.contains(&name.as_str()) || name == "data")) {
            continue;
        }
        let part = if top { name.trim_end_matches(".rs") } else { part };
        if path.is_dir() {
            constants(&path, part, found);
        } else if name.ends_with(".rs") {
            let text = std::fs::read_to_string(&path).expect("text");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for (name, value) in code.lines().filter_map(constant) {
                let id = format!("{part}.{name}");
                let twice = found.insert(id.clone(), value).filter(|_| !NOT_NUMBERS.contains(&id.as_str()));
                assert!(twice.is_none(), "{id} is there twice: give one of them another name");
            }
        }
    }
}

/// Name and value of a line that declares a number, a list of numbers or a range.
fn constant(line: &str) -> Option<(String, String)> {
    let (head, value) = line.trim().split_once(" = ")?;
    let (before, name) = head.split_once("const ")?;
    let (name, kind) = name.split_once(": ")?;
    let value = value.strip_suffix(';')?.replace('_', "");
    let numeric = value.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '[')
        && value.chars().all(|c| c.is_ascii_digit() || "-[].,= ".contains(c));
    let known = ["i", "u", "f", "[i", "[u", "[f", "std::ops::Range"].iter().any(|start| kind.starts_with(start));
    ((before.is_empty() || before.starts_with("pub")) && numeric && known).then(|| (name.to_owned(), value))
}

#[test]
fn every_constant_of_the_rules_has_its_entry_and_its_value() {
    let mut found = BTreeMap::new();
    constants(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clinical"), "", &mut found);
    found.retain(|id, _| !NOT_NUMBERS.contains(&id.as_str()));
    assert!(found.len() > 100, "the constants were found");
    let written: BTreeMap<String, String> = numbers().all().iter().map(|n| (n.id.clone(), n.literal())).collect();
    let only = |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| -> Vec<String> {
        a.iter().filter(|(id, value)| b.get(*id) != Some(value)).map(|(id, value)| format!("{id} = {value}")).collect()
    };
    assert_eq!(only(&found, &written), Vec::<String>::new(), "in the code, not so in data/numbers.toml");
    assert_eq!(only(&written, &found), Vec::<String>::new(), "in data/numbers.toml, not so in the code");
}

#[test]
fn values_read_as_words() {
    let words = |id: &str| numbers().fill(&format!("a {{{id}}} b")).expect(id);
    assert_eq!(words("intake.BONE_STRESS_AGES"), "a 18 to 25 b");
    assert_eq!(words("week.GP_WEEKS"), "a 8 and 12 b");
    assert_eq!(words("exercise.STRETCH_S"), "a 15, 20 and 30 b");
    assert_eq!(words("intake.FACTOR_GENTLE"), "a 0.7 b");
    assert_eq!(words("plan.MAX_RISE_EFFORT"), "a 6 b");
}

#[test]
fn mistakes_are_refused() {
    const REFS: &str = "measure = []\nreference = [{ key = \"a\", kind = \"source\", text = \"A.\" }]";
    let number =
        |refs: &str| format!("{{ id = \"x.Y\", value = 1, unit = \"u\", section = \"1\", rules = [], refs = {refs}, means = \"m\" }}");
    let file = |date: &str, numbers: &str| format!("reviewed = \"{date}\"\nnumber = [{numbers}]");
    let read = |numbers: &str| Numbers::from_toml(numbers, REFS).map(|_| ());
    let good = number("[\"a\"]");
    assert!(read(&file("2026-11-21", &good)).is_ok());
    assert!(matches!(read(&file("2026-11-21", &format!("{good}, {good}"))), Err(NumbersError::Twice(_))));
    assert!(matches!(read(&file("2026-11-21", &number("[\"b\"]"))), Err(NumbersError::Reference { .. })));
    assert!(matches!(read(&file("2026-11-21", &number("[]"))), Err(NumbersError::Reference { .. })));
    assert!(matches!(read(&file("2026-13-21", &good)), Err(NumbersError::Date(_))));
    assert!(matches!(read("number"), Err(NumbersError::Syntax(_))));
    let twice = REFS.replace("}]", "}, { key = \"a\", kind = \"seed\", text = \"B.\" }]");
    assert!(matches!(Numbers::from_toml(&file("2026-11-21", &good), &twice), Err(NumbersError::Twice(_))));
    assert!(matches!(numbers().fill("{no.SUCH}"), Err(NumbersError::Number(_))));
    assert!(matches!(numbers().fill("{open"), Err(NumbersError::Number(_))));
}
