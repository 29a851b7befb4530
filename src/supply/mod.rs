//! What this program is made of: every crate with its licence, what else is in it, and the bill of materials.
//!
//! The crates come from `Cargo.lock`, which is built in. Their licences are in `src/licences.tsv`; a test compares both, so
//! that neither can go stale. After a change of dependencies it is made anew by
//!
//! ```text
//! cargo metadata --locked --format-version 1 \
//!   | jq -r '.packages[] | select(.source) | [.name, .version, ((.license // "") | gsub(" */ *"; " OR ")), (.repository // "")] | @tsv' \
//!   | LC_ALL=C sort > src/licences.tsv
//! ```
//!
//! and what is allowed is said in `deny.toml`.

mod sbom;
mod works;

pub use sbom::{SPEC, sbom};
pub use works::{Work, works};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const LOCK: &str = include_str!("../../Cargo.lock");
const MANIFEST: &str = include_str!("../../Cargo.toml");
const LICENCES: &str = include_str!("../licences.tsv");

/// The program's own package.
const OWN: &str = env!("CARGO_PKG_NAME");

/// A crate of the lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it was fetched from; none for our own.
    pub source: Option<String>,
    /// SHA-256 of what was fetched.
    pub checksum: Option<String>,
    /// Licence as an SPDX expression; empty where the register does not know it.
    pub licence: String,
    /// Its repository, where it names one.
    pub repository: String,
    /// It is part of the program on some platform; else it only helps to test.
    pub in_program: bool,
    /// Places in [`packages`] of what it uses. For our own crate what the program uses, without what only tests use.
    pub uses: Vec<usize>,
}

impl Package {
    /// Its address in package URL form (purl), which also names it in the bill of materials.
    pub fn purl(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version.replace('+', "%2B"))
    }
}

/// Every crate of the lock file, our own too, in its order.
pub fn packages() -> &'static [Package] {
    static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(read);
    &PACKAGES
}

/// Reads the three files that are built in. They were read by cargo and by tests before: what cannot be read is left out,
/// and the test that compares them fails.
fn read() -> Vec<Package> {
    let text = |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let lock: toml::Table = LOCK.parse().unwrap_or_default();
    let rows = lock.get("package").and_then(toml::Value::as_array).cloned().unwrap_or_default();
    let known: BTreeMap<(&str, &str), (&str, &str)> = LICENCES.lines().filter_map(register_line).collect();
    let mut all: Vec<Package> = rows
        .iter()
        .map(|row| {
            let (name, version) = (text(row.get("name")), text(row.get("version")));
            let (licence, repository) = known.get(&(name.as_str(), version.as_str())).copied().unwrap_or_default();
            Package {
                licence: licence.to_owned(),
                repository: repository.to_owned(),
                source: row.get("source").and_then(toml::Value::as_str).map(str::to_owned),
                checksum: row.get("checksum").and_then(toml::Value::as_str).map(str::to_owned),
                in_program: false,
                uses: Vec::new(),
                name,
                version,
            }
        })
        .collect();
    let wanted = wanted_by_program();
    for (place, row) in rows.iter().enumerate() {
        let own = all[place].source.is_none();
        let named = row.get("dependencies").and_then(toml::Value::as_array).cloned().unwrap_or_default();
        let named = named.iter().filter_map(toml::Value::as_str);
        let uses = named.filter_map(|said| found(&all, said)).filter(|used| !own || wanted.contains(&all[*used].name)).collect();
        all[place].uses = uses;
    }
    let mut next: Vec<usize> = all.iter().position(|package| package.name == OWN).into_iter().collect();
    while let Some(place) = next.pop() {
        if !all[place].in_program {
            all[place].in_program = true;
            next.extend(all[place].uses.clone());
        }
    }
    all
}

/// Two cells that belong together.
type Pair<'a> = (&'a str, &'a str);

/// A line of the register: ((name, version), (licence, repository)).
fn register_line(line: &str) -> Option<(Pair<'_>, Pair<'_>)> {
    let mut cells = line.split('\t');
    Some(((cells.next()?, cells.next()?), (cells.next()?, cells.next().unwrap_or_default())))
}

/// Names of what the manifest asks for, without what only tests ask for.
fn wanted_by_program() -> BTreeSet<String> {
    let manifest: toml::Table = MANIFEST.parse().unwrap_or_default();
    let of = |table: &str| manifest.get(table).and_then(toml::Value::as_table).cloned().unwrap_or_default();
    of("dependencies").into_iter().chain(of("build-dependencies")).map(|(name, _)| name).collect()
}

/// The crate that a line of the lock file means: `name`, or `name version` where there are several of that name.
fn found(all: &[Package], said: &str) -> Option<usize> {
    let mut words = said.split(' ');
    let (name, version) = (words.next()?, words.next());
    all.iter().position(|package| package.name == name && version.is_none_or(|version| package.version == version))
}

/// Each licence of the crates with those under it, the most used first.
pub fn by_licence() -> Vec<(&'static str, Vec<&'static Package>)> {
    let mut groups: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in packages().iter().filter(|package| package.source.is_some()) {
        groups.entry(package.licence.as_str()).or_default().push(package);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(licence, of)| (std::cmp::Reverse(of.len()), *licence));
    groups
}

/// The register as text: crates, then everything else.
pub fn register() -> String {
    let mut text = String::from("Crates (name, version, licence, where it comes from)\n\n");
    for package in packages().iter().filter(|package| package.source.is_some()) {
        let only = if package.in_program { "" } else { " (tests only)" };
        text += &format!("{} {}  {}  {}{only}\n", package.name, package.version, package.licence, package.repository);
    }
    text += "\nWhat else is in it, and questionnaires that were thought of\n";
    for work in works() {
        text += &format!("\n{} ({})\n  {}\n  by {}\n  from {}\n", work.what, work.kind, work.licence, work.by, work.source);
        if !work.note.is_empty() {
            text += &format!("  {}\n", work.note);
        }
    }
    text
}
