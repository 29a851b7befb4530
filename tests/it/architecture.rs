//! The house rules that the compiler cannot hold: who imports whom, how long files get, what templates
//! may contain. Reads the sources as text.

use std::collections::BTreeSet;
use std::path::Path;

/// Longest source file, in lines.
const MAX_LINES: usize = 400;

/// Files below a folder with this ending: path and text.
/// Every file of a folder with this ending: path and text.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(Path::new(folder), ending, &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no {ending} files");
    found
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path.to_string_lossy().into_owned(), text));
        }
    }
}

/// The code without its comments.
fn code(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn dependencies() -> BTreeSet<String> {
    let manifest: toml::Table = std::fs::read_to_string("Cargo.toml").expect("Cargo.toml").parse().expect("TOML");
    let table = manifest["dependencies"].as_table().expect("a table");
    table.keys().map(|name| name.replace('-', "_")).collect()
}

/// What a source file reaches for: `crate::part` for a part of this program, else the name of a crate.
fn reaches(text: &str, crates: &BTreeSet<String>) -> BTreeSet<String> {
    let text = code(text);
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("::") {
        let before = &text[..at];
        let name = &before[before.rfind(|c| !word(c)).map_or(0, |i| i + 1)..];
        let leads = !before[..before.len() - name.len()].ends_with("::");
        if leads && name == "crate" {
            let rest = &text[at + 2..];
            match rest.strip_prefix('{') {
                // `use crate::{a::B, c::D}`: every first word.
                Some(list) => {
                    let list = &list[..list.find("};").unwrap_or(list.len())];
                    found.extend(first_words(list).map(|part| format!("crate::{part}")));
                }
                None => {
                    let part: String = rest.chars().take_while(|c| word(*c)).collect();
                    found.insert(format!("crate::{part}"));
                }
            }
        } else if leads && crates.contains(name) {
            found.insert(name.to_owned());
        }
    }
    found
}

/// First words of a list's items, whatever braces the items hold themselves.
fn first_words(list: &str) -> impl Iterator<Item = String> {
    let mut depth = 0_i32;
    let mut items = vec![String::new()];
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ => {}
        }
        if depth == 0
            && c != ','
            && let Some(item) = items.last_mut()
        {
            item.push(c);
        }
    }
    items
        .into_iter()
        .map(|item| item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|w| !w.is_empty())
}

/// A part of the program, the parts it may use, and the crates it must not or may only use.
struct Arrow {
    part: &'static str,
    uses: &'static [&'static str],
    crates: Crates,
}

enum Crates {
    Only(&'static [&'static str]),
    Not(&'static [&'static str]),
}

const WEB: &[&str] = &["actix_web", "actix_session", "askama"];
const WEB_AND_SQL: &[&str] = &["actix_web", "actix_session", "askama", "diesel", "diesel_migrations"];
const SQL: &[&str] = &["diesel", "diesel_migrations"];

/// The picture at the head of `src/lib.rs`, part by part.
const ARROWS: &[Arrow] = &[
    Arrow { part: "lang", uses: &[], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "source", uses: &[], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "clinical", uses: &["lang"], crates: Crates::Only(&["chrono", "serde", "serde_json", "thiserror", "toml"]) },
    Arrow { part: "figure", uses: &[], crates: Crates::Only(&["serde", "serde_json", "thiserror", "toml"]) },
    Arrow { part: "ids", uses: &[], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "clock", uses: &[], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "post", uses: &["clock", "lang"], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "smtp", uses: &["config", "post"], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "access", uses: &["ids"], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "accounts", uses: &["clock", "ids"], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "store", uses: &["access", "clinical", "clock", "ids", "lang", "source"], crates: Crates::Not(WEB) },
    Arrow {
        part: "care",
        uses: &["access", "accounts", "clinical", "clock", "ids", "lang", "post", "store"],
        crates: Crates::Not(WEB_AND_SQL),
    },
    Arrow { part: "config", uses: &["store"], crates: Crates::Not(WEB_AND_SQL) },
    Arrow {
        part: "web",
        uses: &[
            "access", "accounts", "app", "care", "clinical", "clock", "config", "figure", "ids", "lang", "post", "rounds", "source",
            "store", "supply",
        ],
        crates: Crates::Not(SQL),
    },
    Arrow {
        part: "app",
        uses: &["accounts", "care", "clock", "config", "ids", "rounds", "smtp", "store", "web"],
        crates: Crates::Not(SQL),
    },
    Arrow { part: "figure", uses: &[], crates: Crates::Only(&["serde", "serde_json", "thiserror", "toml"]) },
    Arrow { part: "rounds", uses: &["clock"], crates: Crates::Not(WEB_AND_SQL) },
    Arrow { part: "supply", uses: &["clinical"], crates: Crates::Only(&["serde", "serde_json", "sha2", "toml"]) },
    Arrow { part: "simulation", uses: &["clinical"], crates: Crates::Only(&["chrono", "rand", "serde", "serde_json"]) },
    Arrow {
        part: "cli",
        uses: &[
            "app",
            "care",
            "clinical",
            "clock",
            "config",
            "figure",
            "ids",
            "post",
            "simulation",
            "smtp",
            "source",
            "store",
            "supply",
            "web",
        ],
        crates: Crates::Not(SQL),
    },
];

/// The part a source file belongs to: `src/store/tx.rs` and `src/store.rs` to `store`.
fn part_of(path: &str) -> &str {
    let rest = path.strip_prefix("src/").unwrap_or(path);
    rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs")
}

#[test]
fn every_import_follows_an_arrow() {
    let crates = dependencies();
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        let part = part_of(&path);
        if matches!(part, "lib" | "main") {
            continue;
        }
        let arrow = ARROWS.iter().find(|a| a.part == part).unwrap_or_else(|| panic!("{path}: say in ARROWS what {part} may use"));
        for name in reaches(&text, &crates) {
            let allowed = match (name.strip_prefix("crate::"), &arrow.crates) {
                (Some(other), _) => other == part || arrow.uses.contains(&other),
                (None, Crates::Only(list)) => list.contains(&name.as_str()),
                (None, Crates::Not(list)) => !list.contains(&name.as_str()),
            };
            if !allowed {
                wrong.push(format!("{path} uses {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "against the arrows:\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_what_it_must() {
    let crates = BTreeSet::from(["diesel".to_owned(), "serde".to_owned()]);
    let text = "use crate::{care::x, store::{a, b}};\nuse diesel::prelude::*; // serde::x\nfn f() -> crate::web::Y { my::diesel::z() }";
    let found: Vec<String> = reaches(text, &crates).into_iter().collect();
    assert_eq!(found, ["crate::care", "crate::store", "crate::web", "diesel"]);
}

/// Lists that grow with the program and in which one looks things up: no file of rules or steps.
const LISTS: &[&str] = &["src/store/schema.rs", "tests/it/access_matrix.rs"];

#[test]
fn no_source_file_is_too_long() {
    let all = files("src", ".rs").into_iter().chain(files("tests", ".rs"));
    let long: Vec<String> = all
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(path, lines)| *lines > MAX_LINES && !LISTS.contains(&path.as_str()))
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "more than {MAX_LINES} lines:\n{}", long.join("\n"));
}

/// Functions on the data of patients that take no capability, each with the reason.
const WITHOUT_CAPABILITY: &[(&str, &str)] = &[
    ("forget_waiting", "forgets uploaded files by their age alone and reads nobody's record"),
    ("under_way", "lists whom the weekly review must visit: ids and time zones; each visit then makes a job's capability"),
    ("whose", "says to the desk whose sheet a code is; the desk then asks for a capability, or answers as if there were none"),
    ("judged_of_list", "reads the reviewed weeks of a physiotherapist's own list for counting alerts, without whose they are"),
    ("judged_of_everybody", "reads all reviewed weeks for an administrator's count of alerts, without whose they are"),
    ("unseen", "lists whom a round of notices must look at, in the same way, without a word of a message"),
    ("wanted", "lists whom a round of reminders must visit, in the same way"),
    ("by_secret", "finds the address that a calendar reads by; the secret is the permission, and a capability is made from it"),
];

#[test]
fn nobody_reaches_a_record_without_a_capability() {
    let mut wrong = Vec::new();
    for area in [
        "adverse",
        "agreement",
        "away",
        "calendar",
        "course",
        "doses",
        "goals",
        "imports",
        "intake",
        "journal",
        "learn",
        "logs",
        "messages",
        "paper",
        "patient_rules",
        "pattern",
        "plans",
        "played",
        "reminders",
        "reviews",
        "visit",
    ] {
        let text = code(&std::fs::read_to_string(format!("src/store/{area}.rs")).expect("a source file"));
        for start in text.match_indices("pub fn ").map(|(at, found)| at + found.len()) {
            let signature = &text[start..];
            let signature = &signature[..signature.find('{').unwrap_or(signature.len())];
            let name: String = signature.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let parameters = signature.split("->").next().unwrap_or_default();
            let touches = ["ReadTx", "WriteTx", "PatientId", "UserId"].iter().any(|word| parameters.contains(word));
            let excused = WITHOUT_CAPABILITY.iter().any(|(excused, _)| *excused == name);
            if touches && !parameters.contains("PatientAccess<") && !excused {
                wrong.push(format!("store::{area}::{name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "these take no PatientAccess: {wrong:?}");
}

#[test]
fn only_the_clock_asks_for_the_time_and_only_the_edge_prints() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", ".rs") {
        let text = code(&text);
        for call in ["Utc::now", "Local::now", "SystemTime::now"] {
            if text.contains(call) && path != "src/clock.rs" {
                wrong.push(format!("{path} calls {call}"));
            }
        }
        let at_the_edge = part_of(&path) == "cli" || text.contains("#[test]");
        if !at_the_edge && (text.contains("println!") || text.contains("print!(")) {
            wrong.push(format!("{path} prints"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Templates with a value that is put into the page as it is, each with the reason.
const UNESCAPED: &[(&str, &str)] = &[
    ("templates/components/figure.html", "the drawings that `figure::svg` makes from data of the program"),
    ("templates/components/chart.html", "the drawing that `view::chart` makes from numbers"),
    ("templates/pages/progress/card.html", "the drawing that `view::chart` makes from numbers"),
    ("templates/components/figure.html", "the drawings that `figure` makes from its data"),
    ("templates/pages/exercises/show.html", "the same drawings"),
    ("templates/pages/pro/document.html", "a document of the program, as pulldown-cmark writes it without its HTML"),
    ("templates/pages/pro/exercises/preview.html", "the drawings that `figure` makes of the numbers of a form"),
    ("templates/pages/pro/exercises/edit.html", "the template preview.html, which escapes what it must"),
    ("templates/pages/pro/exercises/picture.html", "a drawing of `figure`, or the tag of a picture with its words escaped"),
];

#[test]
fn templates_hold_nothing_that_the_content_security_policy_refuses() {
    let handler = |tag: &str| {
        tag.split_whitespace().any(|word| {
            word.starts_with("on")
                && word.split('=').next().is_some_and(|n| n.len() < word.len() && n.chars().all(|c| c.is_ascii_lowercase()))
        })
    };
    let mut wrong = Vec::new();
    for (path, text) in files("templates", ".html") {
        for tag in text.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            if tag.contains(" style=") {
                wrong.push(format!("{path}: a style attribute in <{tag}>"));
            }
            if (tag.starts_with("script") && !tag.contains("src=")) || tag.starts_with("style") {
                wrong.push(format!("{path}: inline <{tag}>"));
            }
            if handler(tag) {
                wrong.push(format!("{path}: an event handler in <{tag}>"));
            }
        }
        if (text.contains("|safe") || text.contains("| safe") || text.contains("escape none"))
            && !UNESCAPED.iter().any(|(known, _)| *known == path)
        {
            wrong.push(format!("{path}: a value is not escaped"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_form_that_posts_carries_the_token() {
    let mut wrong = Vec::new();
    for (path, text) in files("templates", ".html") {
        for form in text.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or_default();
            let tag = form.split('>').next().unwrap_or_default();
            if tag.contains("method=\"post\"") && !form.contains("csrf(ctx)") && !form.contains("name=\"csrf\" value=\"{{ ctx.csrf }}\"") {
                wrong.push(format!("{path}: <form{tag}>"));
            }
        }
    }
    assert!(wrong.is_empty(), "without {{{{ f::csrf(ctx) }}}}:\n{}", wrong.join("\n"));
}

#[test]
fn what_the_build_reads_is_kept_in_git() {
    let mut git = std::process::Command::new("git");
    git.args(["ls-files", "--others", "--ignored", "--exclude-standard", "--directory"]);
    // In a source archive there is no git to ask.
    let Ok(answer) = git.args(["src", "templates", "static", "migrations", "tests"]).output() else { return };
    let ignored = String::from_utf8_lossy(&answer.stdout).into_owned();
    let ignored: Vec<&str> = ignored.lines().filter(|line| !line.contains("node_modules")).collect();
    assert!(ignored.is_empty(), "ignored by .gitignore, so a clean clone lacks it: {ignored:?}");
}
