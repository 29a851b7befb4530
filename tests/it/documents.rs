//! The documents say nothing that the code does not bear out: every control of the standard is there once, every test and
//! every rule that a document names exists, the limits are those of the code, and an administrator reads the same files.

use crate::support::{Backend, Clinic};
use gradus::accounts::limits::{LAST_CALL, Limits, PATIENT, PROOF, STAFF, VISITOR, WARNING};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The items of levels 1 and 2 of ASVS 5.0.0, section by section as the standard numbers them.
const ITEMS: &[(&str, u8)] = &[
    // Where a section's items of these levels are its first ones, their number says which.
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17.1", 1),
    ("17.2", 4),
    ("17.3", 2),
];

const VERDICTS: [&str; 5] = ["met", "partly", "not met", "operator", "does not apply"];

fn document(name: &str) -> String {
    std::fs::read_to_string(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The cells of every row of a document's tables whose first cell begins so.
fn rows(text: &str, beginning: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter(|line| line.starts_with(&format!("| {beginning}")));
    lines.map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The path of a module by the path of its file.
fn module(root: &str, path: &Path) -> String {
    let inner = path.strip_prefix(root).expect("below the root").with_extension("");
    let parts: Vec<String> = inner.iter().map(|part| part.to_string_lossy().into_owned()).filter(|part| part != "mod").collect();
    parts.join("::")
}

/// Every test by its name: `sessions::links_work_once_and_not_for_ever` for one of `tests/it`, the module's path of `src`
/// for one beside the code.
fn tests() -> BTreeSet<String> {
    fn walk(root: &str, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, found);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let lines: Vec<&str> = text.lines().map(str::trim).collect();
                for (at, line) in lines.iter().enumerate() {
                    let Some((name, rest)) = line.strip_prefix("fn ").and_then(|rest| rest.split_once('(')) else { continue };
                    let on_both = matches!(rest, "backend) {" | "_backend) {");
                    let marked =
                        lines[at.saturating_sub(4)..at].iter().rev().take_while(|above| above.starts_with("#[") || above.starts_with("//"));
                    if on_both || marked.into_iter().any(|above| *above == "#[test]") {
                        found.insert(format!("{}::{name}", module(root, &path)));
                    }
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    walk("tests/it", Path::new("tests/it"), &mut found);
    walk("src", Path::new("src"), &mut found);
    found
}

fn is_test_name(words: &str) -> bool {
    words.contains("::") && words.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '_'))
}

/// What is wrong with the table of the standard's items in this text.
fn faults(text: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(text, "v5.0.0-") {
        let [id, asks, verdict, how, shown] = row.as_slice() else {
            wrong.push(format!("{row:?} has not five cells"));
            continue;
        };
        *seen.entry(id.trim_start_matches("v5.0.0-").to_owned()).or_default() += 1;
        if asks.is_empty() || how.is_empty() {
            wrong.push(format!("{id} says too little"));
        }
        if !VERDICTS.contains(&verdict.as_str()) {
            wrong.push(format!("{id}: no verdict {verdict:?}"));
        }
        let named = quoted(shown);
        if verdict == "met" && named.is_empty() {
            wrong.push(format!("{id} is met, and no test shows it"));
        }
        wrong.extend(named.iter().filter(|name| !tests.contains(*name)).map(|name| format!("{id}: there is no test {name}")));
    }
    let wanted: Vec<String> = ITEMS.iter().flat_map(|(section, count)| (1..=*count).map(move |item| format!("{section}.{item}"))).collect();
    wrong.extend(
        wanted
            .iter()
            .filter(|id| seen.get(*id) != Some(&1))
            .map(|id| format!("v5.0.0-{id} is there {:?} times", seen.get(id).unwrap_or(&0))),
    );
    wrong.extend(seen.keys().filter(|id| !wanted.contains(id)).map(|id| format!("v5.0.0-{id} is no item of levels 1 and 2")));
    wrong
}

#[test]
fn every_item_of_the_standard_is_there_once_and_every_test_it_names_exists() {
    assert_eq!(ITEMS.iter().map(|(_, count)| usize::from(*count)).sum::<usize>(), 253, "level 1 has 70 items, level 2 has 183 more");
    let wrong = faults(&document("docs/security.md"), &tests());
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_reader_of_the_table_sees_what_is_wrong() {
    let tests = BTreeSet::from(["a::b".to_owned()]);
    let faulty = "| v5.0.0-1.1.1 | asks | met | how | none |\n| v5.0.0-1.1.2 | asks | met | how | `a::c` |\n| v5.0.0-1.1.2 | asks | fine | how | `a::b` |\n| v5.0.0-99.1.1 | asks | partly | how | |\n| v5.0.0-1.2.1 | a | b |";
    let found = faults(faulty, &tests).join("\n");
    for expected in [
        "1.1.1 is met, and no test",
        "no test a::c",
        "1.1.2 is there 2 times",
        "no verdict \"fine\"",
        "99.1.1 is no item",
        "has not five cells",
        "1.2.9 is there 0 times",
    ] {
        assert!(found.contains(expected), "{expected}: {found}");
    }
    assert!(super::documents::tests().contains("documents::the_reader_of_the_table_sees_what_is_wrong"));
    assert!(super::documents::tests().contains("security::a_wrong_method_is_refused"));
    assert!(
        super::documents::tests().contains("accounts::limits::staff_have_less_time_than_patients_and_everybody_is_warned_before_the_end")
    );
}

/// The counts that the document's own sentence gives are those of its table.
#[test]
fn the_counts_of_the_verdicts_are_those_of_the_table() {
    let text = document("docs/security.md");
    let table = rows(&text, "v5.0.0-");
    for verdict in VERDICTS {
        let count = table.iter().filter(|row| row[2] == verdict).count();
        assert!(text.contains(&format!("| {verdict} | {count} |")), "{verdict}: {count}");
    }
}

fn in_words(span: chrono::Duration) -> String {
    let (days, hours, minutes) = (span.num_days(), span.num_hours(), span.num_minutes());
    match () {
        () if minutes < 60 => format!("{minutes} minutes"),
        () if hours <= 24 => format!("{hours} hours"),
        () => format!("{days} days"),
    }
}

#[test]
fn the_limits_of_sessions_are_those_of_the_code() {
    let text = document("docs/security.md");
    for (who, limits) in [("Visitor", VISITOR), ("Patient", PATIENT), ("Staff", STAFF)] {
        let Limits { idle, absolute } = limits;
        let row = rows(&text, &format!("{who} |")).remove(0);
        assert_eq!(row[1..3], [in_words(idle), in_words(absolute)], "{who}");
    }
    for (what, span) in [("Proof", PROOF), ("Warning", WARNING), ("Last call", LAST_CALL)] {
        let row = rows(&text, &format!("{what} |")).remove(0);
        assert_eq!(row[1], in_words(span), "{what}");
    }
}

/// The ids of every rule in words.
fn rules() -> BTreeSet<String> {
    let text = document("src/clinical/data/rules.toml");
    let ids: BTreeSet<String> = text.split("id = \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect();
    assert!(ids.len() > 80, "{ids:?}");
    ids
}

fn is_rule_id(words: &str) -> bool {
    let digits = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.len() <= 3;
    ["R", "C", "P-"].iter().any(|letter| words.strip_prefix(letter).is_some_and(digits))
}

#[test]
fn every_hazard_has_a_control_that_exists() {
    let (text, tests, rules) = (document("docs/clinical-safety.md"), tests(), rules());
    let hazards = rows(&text, "H-");
    assert!(hazards.len() >= 36, "{} hazards", hazards.len());
    let mut wrong = Vec::new();
    for (at, row) in hazards.iter().enumerate() {
        let id = &row[0];
        if *id != format!("H-{:02}", at + 1) {
            wrong.push(format!("{id} is out of order"));
        }
        if row.len() != 8 || row.iter().any(String::is_empty) {
            wrong.push(format!("{id} has {} cells, or an empty one", row.len()));
            continue;
        }
        let named = quoted(&row[5]);
        if named.is_empty() {
            wrong.push(format!("{id}: nothing enforces its control"));
        }
        wrong.extend(
            named
                .iter()
                .filter(|name| !tests.contains(*name) && !rules.contains(*name))
                .map(|name| format!("{id}: {name} is neither a rule nor a test")),
        );
        // Severity and likelihood, before and after, as the scales of the document say.
        for rating in &row[6..8] {
            let parts: Vec<&str> = rating.split(" × ").collect();
            let known = parts.len() == 2 && parts.iter().all(|part| matches!(*part, "1" | "2" | "3" | "4" | "5"));
            if !known {
                wrong.push(format!("{id}: {rating:?} is no rating"));
            }
        }
        let risk = |rating: &str| rating.split(" × ").filter_map(|part| part.parse::<u8>().ok()).product::<u8>();
        if risk(&row[7]) > risk(&row[6]) {
            wrong.push(format!("{id}: its controls make it worse"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_test_and_rule_that_a_document_names_anywhere_exists() {
    let (tests, rules) = (tests(), rules());
    let mut wrong = Vec::new();
    for name in ["docs/security.md", "docs/clinical-safety.md", "docs/access.md", "SECURITY.md"] {
        for words in quoted(&document(name)) {
            let missing = (is_test_name(&words) && !tests.contains(&words)) || (is_rule_id(&words) && !rules.contains(&words));
            if missing {
                wrong.push(format!("{name}: {words}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    for name in ["README.md", "SECURITY.md", "docs/security.md", "docs/clinical-safety.md", "src/ARCHITECTURE.md"] {
        let text = document(name);
        let folder = Path::new(name).parent().expect("a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                assert!(folder.join(file).exists(), "{name} links to {link}");
            }
        }
    }
}

#[test]
fn an_administrator_reads_the_documents_in_the_app() {
    let clinic = Clinic::open(Backend::Sqlite);
    let eve = clinic.app.signed_in(&clinic.eve);
    let list = eve.get("/admin/documents").is(200);
    for (words, name) in [("Security", "docs/security.md"), ("Clinical safety", "docs/clinical-safety.md")] {
        let page = eve.get(&list.link(words)).is(200);
        let text = document(name);
        assert_eq!(Some(page.heading().as_str()), text.lines().next().and_then(|line| line.strip_prefix("# ")));
        // Every row of every table is there, and every link within the page leads to a heading that is there once.
        let told: usize = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).count();
        let heads = text.lines().filter(|line| line.starts_with("| ---") || line.starts_with("|---")).count();
        assert_eq!(page.count(".document-table tbody tr"), told - heads, "{name}");
        assert_eq!(page.count(".document-table[tabindex='0'][role=region][aria-label]"), heads, "{name}");
        let ids = page.attributes(".document [id]", "id");
        let once: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(ids.len(), once.len(), "{name}: two headings have one address");
        for link in page.attributes("main a[href^='#']", "href") {
            assert!(link == "#contents" || ids.iter().any(|id| link[1..] == **id), "{name}: {link}");
        }
        assert_eq!(page.count(".document script, .document style, .document [style], .document img, .document iframe"), 0);
    }
}

#[test]
fn an_administrator_reads_the_rules_of_single_fields() {
    let clinic = Clinic::open(Backend::Sqlite);
    let page = clinic.app.signed_in(&clinic.eve).get("/admin/access").is(200);
    let published = document("docs/access.md");
    let section = published.split("## Single fields").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the section");
    let fields: Vec<&str> =
        section.lines().filter_map(|line| line.strip_prefix("| ")).skip(1).filter_map(|line| line.split(" | ").next()).collect();
    assert!(fields.len() >= 8, "{fields:?}");
    let shown = page.all("[aria-labelledby='fields'] tbody th");
    assert_eq!(shown, fields);
}

#[test]
fn the_readme_names_every_setting_and_every_command() {
    let text = document("README.md");
    for (name, _, _) in gradus::config::SETTINGS {
        assert!(text.contains(&format!("`{name}`")), "README.md has no row for {name}");
    }
    let help = crate::rules_cli::program().arg("--help").output().expect("it ends").stdout;
    let help = String::from_utf8(help).expect("text");
    let listed = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("commands");
    let commands: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").collect();
    assert!(commands.len() > 8, "{help}");
    for command in commands {
        assert!(text.contains(&format!("`gradus {command}")), "README.md has no row for gradus {command}");
    }
}
