//! The rules in words: `data/rules.toml`, with the numbers put in.

use crate::clinical::codes::{Disposition, ExerciseStep, Outcome, QuotaStep};
use crate::clinical::numbers::{Numbers, NumbersError, numbers, once};
use serde::Deserialize;
use std::sync::LazyLock;

/// A rule in words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Id of the specification.
    pub id: String,
    /// Section of the specification.
    pub section: String,
    /// What it decides: a disposition (R), a category (C) or an outcome (P).
    pub then: Option<String>,
    /// Step of the quota track (P).
    pub quota: Option<QuotaStep>,
    /// Step of the exercise track (P).
    pub exercise: Option<ExerciseStep>,
    /// What else happens (P).
    pub adds: Option<String>,
    /// When it applies.
    pub when: String,
    /// Reference keys.
    pub refs: Vec<String>,
}

impl Rule {
    /// The disposition of a danger-sign rule.
    pub fn disposition(&self) -> Option<Disposition> {
        self.then.as_deref()?.parse().ok()
    }

    /// The outcome of a weekly rule.
    pub fn outcome(&self) -> Option<Outcome> {
        self.then.as_deref()?.parse().ok()
    }
}

/// What has no rule id.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Section of the handbook.
    pub part: String,
    /// One step or sentence each.
    pub lines: Vec<String>,
    /// Reference keys.
    pub refs: Vec<String>,
}

/// All rules and procedures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    #[serde(rename = "rule")]
    rules: Vec<Rule>,
    #[serde(rename = "procedure")]
    procedures: Vec<Procedure>,
}

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| {
    RuleBook::from_toml(include_str!("../data/rules.toml"), numbers()).unwrap_or_else(|error| panic!("embedded rules.toml: {error}"))
});

/// The rules this program was built with. Panics only on malformed embedded data, which the tests rule out.
pub fn rule_book() -> &'static RuleBook {
    &BOOK
}

impl RuleBook {
    /// Reads and checks the rules and puts the numbers in.
    ///
    /// # Errors
    /// Names the entry at fault.
    pub fn from_toml(text: &str, numbers: &Numbers) -> Result<Self, NumbersError> {
        let mut book: Self = toml::from_str(text)?;
        once(book.rules.iter().map(|r| &r.id))?;
        once(book.procedures.iter().map(|p| &p.part))?;
        for rule in &mut book.rules {
            numbers.check(&rule.id, &rule.refs)?;
            rule.when = numbers.fill(&rule.when)?;
            for text in [&mut rule.then, &mut rule.adds].into_iter().flatten() {
                *text = numbers.fill(text)?;
            }
        }
        for procedure in &mut book.procedures {
            numbers.check(&procedure.part, &procedure.refs)?;
            for line in &mut procedure.lines {
                *line = numbers.fill(line)?;
            }
        }
        Ok(book)
    }

    /// Every rule, in the order of the file.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules whose id begins like this.
    pub fn starting<'a>(&'a self, letter: &'a str) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.id.starts_with(letter))
    }

    /// The procedure of a section.
    pub fn procedure(&self, part: &str) -> Option<&Procedure> {
        self.procedures.iter().find(|procedure| procedure.part == part)
    }
}
