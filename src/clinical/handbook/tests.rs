//! That the words are those of the rules that run: the ids of the code, of the specification and of the words are
//! the same, and so is what a rule does.

use super::*;
use crate::clinical::codes::Disposition;
use crate::clinical::intake::{AnswerMap, evaluate, evaluate_so_far, holds_plan};
use crate::clinical::numbers::{NumbersError, numbers};
use crate::clinical::week::{WeekFacts, review};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The ids of the specification: 3.1 and 12.1, 3.6, 5.3. C0 decides who takes part and fires nothing.
const SPECIFIED: &str = "R01 R02 R03 R04 R05 R06 R07 R08 R09 R10 R11 R12 R13 R14 R15 R20 R21 R22 R23 R24 R30 R31 R32 R33 R34 R35 R36 \
    R37 R38 R39 R40 R41 R42 R43 R44 R45 R46 R47 R48 R49 R50 R51 R52 R53 R54 R56 R57 R58 R60 R61 R62 R63 R64 R70 R71 R80 R81 R82 R83 \
    R84 R85 R86 R90 R91 R92 R95 C0 C1 C2 C3 C4 C5 C6 C6h C7 C8 C9 P-01 P-02 P-03 P-04 P-05 P-06 P-06E P-06Q P-07E P-07Q P-08 P-09 P-10 \
    P-11";

/// The code of the intake and of the week, without tests and without the sentences about rules.
fn sources() -> String {
    fn read(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if path.is_dir() && name != "tests" {
                read(&path, into);
            } else if name.ends_with(".rs") && name != "tests.rs" && name != "words.rs" {
                into.push_str(&std::fs::read_to_string(&path).expect("text"));
            }
        }
    }
    let mut text = String::new();
    for folder in ["intake", "week"] {
        read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/clinical").join(folder), &mut text);
    }
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Whether a text is a rule's id: R01, C6h, P-06E.
fn is_id(text: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.chars().all(|c| c.is_ascii_digit());
    match text.split_at_checked(1) {
        Some(("R", rest)) => digits(rest, 2),
        Some(("C", rest)) => digits(rest.trim_end_matches('h'), 1),
        Some(("P", rest)) => rest.strip_prefix('-').is_some_and(|n| digits(n.trim_end_matches(['E', 'Q']), 2)),
        _ => false,
    }
}

#[test]
fn the_words_the_code_and_the_specification_know_the_same_rules() {
    let text = sources();
    let fired: BTreeSet<&str> = text.split('"').filter(|part| is_id(part)).chain(["C0"]).collect();
    let words: BTreeSet<&str> = rule_book().all().iter().map(|rule| rule.id.as_str()).collect();
    let specified: BTreeSet<&str> = SPECIFIED.split_whitespace().collect();
    assert_eq!(fired, specified, "code and specification");
    assert_eq!(words, specified, "words and specification");
}

fn name(disposition: Disposition) -> String {
    format!("{disposition:?}")
}

#[test]
fn danger_rules_say_the_disposition_that_the_code_fires() {
    // What the code says: `"R33",` followed by the name of a disposition.
    let text = sources();
    let mut pieces = text.split('"').peekable();
    let mut said = BTreeMap::new();
    while let Some(piece) = pieces.next() {
        if let (true, Some(next)) = (is_id(piece) && piece.starts_with('R'), pieces.peek()) {
            let word: String = next.trim_start_matches([',', ' ', '\n']).chars().take_while(char::is_ascii_alphanumeric).collect();
            if let Some(disposition) = Disposition::ALL.iter().find(|d| name(**d) == word) {
                let before = said.insert(piece.to_owned(), *disposition);
                assert!(before.is_none_or(|before| before == *disposition), "{piece} has two dispositions");
            }
        }
    }
    assert!(said.len() > 60, "the rules were found: {}", said.len());
    for rule in rule_book().starting("R") {
        let disposition = rule.disposition().unwrap_or_else(|| panic!("{} has no disposition", rule.id));
        if rule.id != "R95" {
            assert_eq!(said.get(&rule.id), Some(&disposition), "{}", rule.id);
        }
    }
}

/// Every worked case of the intake, with all answers.
fn cases() -> Vec<AnswerMap> {
    let read = |text: &str| serde_json::from_str::<Vec<Value>>(text).expect("cases");
    let answers = |case: &Value| case["answers"].as_object().cloned();
    let mut found: Vec<AnswerMap> = read(include_str!("../../../tests/cases/vignettes.json")).iter().filter_map(answers).collect();
    let calm = found.iter().find(|a| evaluate(a).is_ok_and(|e| e.rules.is_empty())).cloned().expect("a case without any rule");
    for case in read(include_str!("../../../tests/cases/intake_rules.json")) {
        let mut answers = calm.clone();
        answers.extend(case[0].as_object().cloned().unwrap_or_default());
        found.push(answers);
    }
    found
}

#[test]
fn what_fires_in_the_worked_cases_is_what_the_words_say() {
    let mut seen = BTreeSet::new();
    for answers in cases() {
        let Some(found) = evaluate(&answers).or_else(|_| evaluate_so_far(&answers)).ok() else { continue };
        for fired in &found.rules {
            let rule = rule_book().all().iter().find(|rule| rule.id == fired.id).expect("in words");
            assert_eq!(rule.disposition(), Some(fired.disposition), "{}", fired.id);
            assert_eq!(fired.hold, holds_plan(&fired.id, fired.disposition), "{}", fired.id);
            seen.insert(fired.id.clone());
        }
        let category = rule_book().all().iter().find(|rule| rule.id == found.rule).expect("in words");
        if category.then.as_deref() == Some("UNCLEAR") {
            assert_eq!(found.category.code(), "UNCLEAR", "{}", found.rule);
        }
    }
    let all: BTreeSet<String> = rule_book().starting("R").map(|rule| rule.id.clone()).collect();
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new(), "rules that no worked case fires");
}

/// An ordinary week with changes, as in the worked weeks.
fn week(changes: &Value) -> WeekFacts {
    let mut facts = serde_json::json!({
        "week": 3, "days": 6, "done": 4, "planned": 4, "amber": 1, "rpe": 4.0, "quotas_met": 5, "quotas_planned": 5,
        "nprs": 4.0, "nprs_prev": 4.0, "psfs": 5.0, "psfs_prev": 5.0,
    });
    for (field, value) in changes.as_object().expect("changes") {
        facts[field] = value.clone();
    }
    serde_json::from_value(facts).expect("facts")
}

#[test]
fn what_a_week_decides_is_what_the_words_say() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../../tests/cases/week.json")).expect("cases");
    let mut seen = BTreeSet::new();
    for case in &cases {
        let decided = review(&week(&case[1]));
        for id in decided.rules.iter().chain(decided.alerts.iter().map(|alert| &alert.rule)) {
            let rule = rule_book().all().iter().find(|rule| rule.id == *id).expect("in words");
            seen.insert(id.clone());
            assert!(rule.outcome().is_none_or(|outcome| outcome == decided.outcome), "{id} in {}", case[0]);
            // A worse rule of the same track may decide over one that is judged beside it.
            assert!(rule.quota.is_none_or(|step| step == decided.quota), "{id} quota in {}", case[0]);
            assert!(rule.exercise.is_none_or(|step| step == decided.exercise), "{id} exercise in {}", case[0]);
        }
    }
    let all: BTreeSet<String> = rule_book().starting("P-").map(|rule| rule.id.clone()).collect();
    assert_eq!(all.difference(&seen).collect::<Vec<_>>(), Vec::<&String>::new(), "rules that no worked week fires");
}

#[test]
fn codes_in_the_words_are_codes() {
    for rule in rule_book().starting("P-") {
        assert_eq!(rule.then.is_some(), rule.outcome().is_some(), "{}", rule.id);
        assert!(rule.adds.is_some(), "{}", rule.id);
    }
    assert!(rule_book().all().iter().all(|rule| rule.when.ends_with('.') && !rule.section.is_empty()));
}

#[test]
fn mistakes_in_the_words_are_refused() {
    let read = |text: &str| RuleBook::from_toml(text, numbers()).map(|_| ());
    let rule = |when: &str, refs: &str| {
        format!("procedure = []\nrule = [{{ id = \"R01\", section = \"3.1\", refs = {refs}, when = \"{when}\" }}]")
    };
    assert!(read(&rule("Age {intake.ADULT_AGE}.", "[\"decision\"]")).is_ok());
    assert!(matches!(read(&rule("Age {intake.NO}.", "[\"decision\"]")), Err(NumbersError::Number(_))));
    assert!(matches!(read(&rule("Age.", "[\"nobody\"]")), Err(NumbersError::Reference { .. })));
    assert!(matches!(read("rule = 1"), Err(NumbersError::Syntax(_))));
}

#[test]
fn the_handbook_is_whole() {
    let book = handbook();
    let ids: BTreeSet<&str> = book.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids.len(), book.sections.len());
    let blocks = || book.sections.iter().flat_map(|section| &section.blocks);
    for block in blocks() {
        match block {
            Block::Table(table) => {
                assert!(!table.rows.is_empty(), "{}", table.caption);
                assert!(table.rows.iter().all(|row| row.len() == table.head.len() && !row[0].is_empty()), "{}", table.caption);
            }
            Block::List(lines) => assert!(!lines.is_empty()),
            Block::Heading(words) | Block::Text(words) => assert!(!words.is_empty()),
        }
    }
    let text = book.markdown();
    assert!(!text.contains('{') && !text.contains('}'), "every placeholder is filled");
    let known = crate::clinical::catalogue::catalogue().questions().iter().map(|q| &q.id);
    let exercises = crate::clinical::exercise::library().all().iter().map(|e| &e.id);
    let rules = rule_book().all().iter().map(|r| &r.id);
    for id in known.chain(exercises).chain(rules).chain(numbers().all().iter().map(|n| &n.id)) {
        assert!(text.contains(id.as_str()), "{id}");
    }
    for procedure in ["triage", "category", "home_tests", "stage", "quota", "session", "exercise", "week", "flare", "phases", "clinic"] {
        assert!(rule_book().procedure(procedure).is_some_and(|p| text.contains(&p.lines[0])), "{procedure}");
    }
    assert!(text.contains(crate::clinical::RULESET_VERSION));
}
