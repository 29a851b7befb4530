//! What the program is made of: every crate of the lock file has a licence that `deny.toml` allows and comes from
//! crates.io, and the bill of materials says the same as the lock file.

use gradus::supply::{SPEC, packages, sbom, works};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn toml_of(path: &str) -> toml::Table {
    read(path).parse().unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn texts(value: &toml::Value) -> Vec<String> {
    value.as_array().expect("a list").iter().map(|one| one.as_str().expect("text").to_owned()).collect()
}

/// An SPDX expression against the allowed licences. `WITH` binds closest, then `AND`, then `OR`.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let result = either(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "not understood: {expression:?}");
    result
}

fn either(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut result = both(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        result |= both(words, at, allowed);
    }
    result
}

fn both(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut result = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        result &= one(words, at, allowed);
    }
    result
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let word = *words.get(*at).expect("an expression goes on");
    *at += 1;
    if word == "(" {
        let result = either(words, at, allowed);
        assert_eq!(words.get(*at), Some(&")"), "a bracket is open");
        *at += 1;
        return result;
    }
    if words.get(*at) == Some(&"WITH") {
        let exception = words.get(*at + 1).expect("the name of an exception");
        *at += 2;
        return allowed.contains(format!("{word} WITH {exception}").as_str());
    }
    allowed.contains(word)
}

#[test]
fn the_reader_of_licence_expressions_knows_and_or_with_and_brackets() {
    let allowed = BTreeSet::from(["MIT", "ISC"]);
    for fits in ["MIT", "MIT OR GPL-3.0", "GPL-3.0 OR (MIT AND ISC)", "MIT AND (ISC OR GPL-3.0)", "Apache-2.0 WITH LLVM-exception OR MIT"] {
        assert!(is_allowed(fits, &allowed), "{fits}");
    }
    for not in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC) AND GPL-3.0", "MIT WITH something", "GPL-3.0 OR MIT AND BSD-3-Clause"] {
        assert!(!is_allowed(not, &allowed), "{not}");
    }
}

#[test]
fn every_crate_has_a_licence_that_is_allowed_and_no_licence_is_allowed_for_nothing() {
    let deny = toml_of("deny.toml");
    let allow = texts(&deny["licenses"]["allow"]);
    let allowed: BTreeSet<&str> = allow.iter().map(String::as_str).collect();
    let foreign: Vec<_> = packages().iter().filter(|package| package.source.is_some()).collect();
    for package in &foreign {
        assert!(
            is_allowed(&package.licence, &allowed),
            "{} {}: {:?} is not allowed by deny.toml",
            package.name,
            package.version,
            package.licence
        );
    }
    for licence in &allowed {
        let others: BTreeSet<&str> = allowed.iter().filter(|other| *other != licence).copied().collect();
        assert!(foreign.iter().any(|package| !is_allowed(&package.licence, &others)), "deny.toml allows {licence}, which no crate needs");
    }
}

#[test]
fn the_register_of_licences_and_the_lock_file_name_the_same_crates() {
    let lock = toml_of("Cargo.lock");
    let locked: BTreeSet<String> = lock["package"]
        .as_array()
        .expect("packages")
        .iter()
        .filter(|row| row.get("source").is_some())
        .map(|row| format!("{} {}", row["name"].as_str().expect("a name"), row["version"].as_str().expect("a version")))
        .collect();
    let text = read("src/licences.tsv");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    let registered: BTreeSet<String> = lines.iter().map(|cells| format!("{} {}", cells[0], cells[1])).collect();
    let (missing, stale): (Vec<_>, Vec<_>) = (locked.difference(&registered).collect(), registered.difference(&locked).collect());
    assert!(missing.is_empty() && stale.is_empty(), "make src/licences.tsv anew (src/supply/mod.rs): missing {missing:?}, gone {stale:?}");
    assert_eq!(registered.len(), lines.len(), "a crate stands twice");
    assert!(lines.iter().all(|cells| cells.len() == 4 && !cells[2].is_empty()), "a line has no licence");
}

#[test]
fn everything_comes_from_the_one_registry_with_a_checksum_and_deny_toml_says_so() {
    let registry = "https://github.com/rust-lang/crates.io-index";
    for package in packages().iter().filter(|package| package.name != "gradus") {
        assert_eq!(package.source.as_deref(), Some(format!("registry+{registry}").as_str()), "{}", package.name);
        let checksum = package.checksum.as_deref().unwrap_or_default();
        assert!(checksum.len() == 64 && checksum.bytes().all(|b| b.is_ascii_hexdigit()), "{}: {checksum:?}", package.name);
    }
    let deny = toml_of("deny.toml");
    let sources = &deny["sources"];
    assert_eq!(texts(&sources["allow-registry"]), [registry]);
    assert_eq!((sources["unknown-registry"].as_str(), sources["unknown-git"].as_str()), (Some("deny"), Some("deny")));
    assert!(texts(&sources["allow-git"]).is_empty());
    assert_eq!(deny["advisories"]["yanked"].as_str(), Some("deny"));
    // An advisory may be set aside with a reason alone.
    for ignored in deny["advisories"]["ignore"].as_array().expect("a list") {
        assert!(ignored.get("reason").and_then(toml::Value::as_str).is_some_and(|reason| reason.len() > 20), "{ignored}");
    }
}

#[test]
fn the_lock_file_is_kept_and_used_and_our_own_code_is_safe() {
    assert!(!read(".gitignore").lines().any(|line| line.contains("Cargo.lock")), "the lock file belongs to the program");
    let ci = read(".ci/run");
    let builds: Vec<&str> = ci.lines().filter(|line| line.contains("cargo test") || line.contains("cargo build")).collect();
    assert!(!builds.is_empty() && builds.iter().all(|line| line.contains("--locked")), "{builds:?}");
    let manifest = toml_of("Cargo.toml");
    assert_eq!(manifest["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    assert!(read("src/lib.rs").contains("#![forbid(unsafe_code)]"));
    for (name, wish) in manifest["dependencies"].as_table().expect("a table") {
        let elsewhere = ["git", "path", "registry"].iter().any(|key| wish.get(key).is_some());
        assert!(!elsewhere, "{name} does not come from crates.io");
        let version = wish.as_str().or_else(|| wish.get("version").and_then(toml::Value::as_str)).unwrap_or_default();
        assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{name}: {version:?} takes any version");
    }
}

#[test]
fn what_only_tests_use_is_no_part_of_the_program() {
    let is_in = |name: &str| packages().iter().any(|package| package.name == name && package.in_program);
    for name in ["gradus", "actix-web", "diesel", "openssl-sys", "libc"] {
        assert!(is_in(name), "{name}");
    }
    for name in ["proptest", "scraper", "thirtyfour", "reqwest"] {
        assert!(packages().iter().any(|package| package.name == name) && !is_in(name), "{name}");
    }
}

/// What CycloneDX 1.6 asks of a bill of materials that we write, field by field.
fn check(bom: &Value) {
    assert_eq!((bom["bomFormat"].as_str(), bom["specVersion"].as_str(), bom["version"].as_u64()), (Some("CycloneDX"), Some(SPEC), Some(1)));
    let known = ["$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "dependencies"];
    assert!(bom.as_object().expect("an object").keys().all(|key| known.contains(&key.as_str())));
    let serial = bom["serialNumber"].as_str().and_then(|text| text.strip_prefix("urn:uuid:")).expect("a urn");
    let groups: Vec<usize> = serial.split('-').map(str::len).collect();
    assert_eq!(groups, [8, 4, 4, 4, 12], "{serial}");
    assert!(serial.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{serial}");
    chrono::DateTime::parse_from_rfc3339(bom["metadata"]["timestamp"].as_str().expect("a time")).expect("RFC 3339");
    assert_eq!(bom["metadata"]["component"]["type"].as_str(), Some("application"));
    let mut names = BTreeSet::from([bom["metadata"]["component"]["bom-ref"].as_str().expect("a reference")]);
    for component in bom["components"].as_array().expect("components") {
        assert_eq!(component["type"].as_str(), Some("library"));
        assert!(names.insert(component["bom-ref"].as_str().expect("a reference")), "{component} stands twice");
        assert_eq!(component["purl"], component["bom-ref"]);
        assert_eq!(component["hashes"][0]["alg"].as_str(), Some("SHA-256"));
        let licences = component["licenses"].as_array().expect("licences");
        assert!(licences.len() == 1 && licences[0]["expression"].as_str().is_some_and(|text| !text.is_empty()), "{component}");
    }
    let mut told = BTreeSet::new();
    for dependency in bom["dependencies"].as_array().expect("dependencies") {
        assert!(told.insert(dependency["ref"].as_str().expect("a reference")));
        for used in dependency["dependsOn"].as_array().expect("a list") {
            assert!(names.contains(used.as_str().expect("a reference")), "{used} is no component");
        }
    }
    assert_eq!(told, names, "everything says what it uses");
}

#[test]
fn the_bill_of_materials_says_what_the_lock_file_says() {
    let output = Command::new(env!("CARGO_BIN_EXE_gradus")).arg("sbom").output().expect("the program runs");
    assert!(output.status.success());
    let bom: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    check(&bom);
    let lock = toml_of("Cargo.lock");
    let checksums: BTreeMap<(&str, &str), &str> = lock["package"]
        .as_array()
        .expect("packages")
        .iter()
        .filter_map(|row| Some(((row["name"].as_str()?, row["version"].as_str()?), row.get("checksum")?.as_str()?)))
        .collect();
    let components = bom["components"].as_array().expect("components");
    for component in components {
        let key = (component["name"].as_str().expect("a name"), component["version"].as_str().expect("a version"));
        assert_eq!(Some(&component["hashes"][0]["content"].as_str().expect("a hash")), checksums.get(&key), "{key:?}");
    }
    assert_eq!(components.len(), packages().iter().filter(|package| package.in_program && package.source.is_some()).count());
    assert_eq!(sbom("2026-03-02T09:00:00Z")["serialNumber"], bom["serialNumber"], "the same crates have the same name");
}

#[test]
fn the_register_is_printed_with_crates_libraries_and_questionnaires() {
    let output = Command::new(env!("CARGO_BIN_EXE_gradus")).arg("licences").output().expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("text");
    for line in ["actix-web ", "SQLite", "OpenSSL", "Roland-Morris Disability Questionnaire", "PHQ-4", "proptest "] {
        assert!(text.contains(line), "{line}");
    }
    assert!(text.lines().any(|line| line.starts_with("proptest ") && line.ends_with("(tests only)")));
    assert!(works().iter().all(|work| text.contains(&work.what)));
}
