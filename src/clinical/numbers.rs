//! The numbers that the rules run with, each with a unit, a source and the date when somebody last looked at it
//! (`data/numbers.toml`), and the sources themselves (`data/references.toml`).
//!
//! The rules keep their numbers as constants, for exactness and speed; the tests compare every constant with its
//! entry here and fail when one has none.

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a source is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One of the five articles the programme started from.
    Seed,
    /// Published and read.
    Source,
    /// Recalled, to be checked before it is quoted.
    Remembered,
    /// Decided by this project, without published validation.
    Decision,
}

impl Kind {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Kind::Seed => "starting article",
            Kind::Source => "published",
            Kind::Remembered => "recalled, to be checked",
            Kind::Decision => "decision of this project",
        }
    }
}

/// A source.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Short key that numbers and rules name.
    pub key: String,
    /// What it is worth.
    pub kind: Kind,
    /// The citation.
    pub text: String,
    /// Where it can be read.
    #[serde(default)]
    pub address: Option<String>,
}

/// The licence position of an outcome measure (specification 6).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// Range and direction.
    pub range: String,
    /// Change that matters.
    pub matters: String,
    /// Licence position as found.
    pub licence: String,
    /// Whether the program contains it.
    pub ships: bool,
    /// When it is asked.
    pub when: String,
    /// Reference keys.
    pub refs: Vec<String>,
}

/// One number of the rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Part of `clinical` and name of the constant: `intake.ADULT_AGE`.
    pub id: String,
    value: toml::Value,
    /// Unit.
    pub unit: String,
    /// Section of the specification.
    pub section: String,
    /// Rules it belongs to, or sections where it has none.
    pub rules: Vec<String>,
    /// Reference keys.
    pub refs: Vec<String>,
    /// What it means, in plain words.
    pub means: String,
    /// What a clinic may set it to (13 no. 11); none where it is fixed.
    #[serde(default)]
    pub clinic: Option<String>,
    /// When it was last looked at, if not with the others.
    #[serde(default)]
    reviewed: Option<String>,
}

impl Number {
    /// The value as the source code writes it.
    pub fn literal(&self) -> String {
        match &self.value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The value in words: `18 to 25`, `8 and 12`, `0.8`.
    pub fn words(&self) -> String {
        match &self.value {
            toml::Value::String(text) => text.replace("..=", " to "),
            toml::Value::Float(value) => value.to_string(),
            toml::Value::Array(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                match values.split_last() {
                    Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
                    _ => values.concat(),
                }
            }
            other => other.to_string(),
        }
    }
}

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NumbersError {
    /// Not TOML, or not of the expected shape.
    #[error("cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Two entries with the same name.
    #[error("{0} is there twice")]
    Twice(String),
    /// A source that nobody gives.
    #[error("{of} names the unknown reference {key}, or none")]
    Reference {
        /// Who names it.
        of: String,
        /// The key.
        key: String,
    },
    /// A date that is none.
    #[error("{0} has no date of review")]
    Date(String),
    /// A placeholder without its number.
    #[error("there is no number {0}")]
    Number(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumbersFile {
    reviewed: String,
    number: Vec<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferencesFile {
    reference: Vec<Reference>,
    measure: Vec<Measure>,
}

/// All numbers and sources.
#[derive(Debug)]
pub struct Numbers {
    reviewed: String,
    numbers: Vec<Number>,
    references: Vec<Reference>,
    measures: Vec<Measure>,
}

static NUMBERS: LazyLock<Numbers> = LazyLock::new(|| {
    Numbers::from_toml(include_str!("data/numbers.toml"), include_str!("data/references.toml"))
        .unwrap_or_else(|error| panic!("embedded numbers: {error}"))
});

/// The numbers this program was built with. Panics only on malformed embedded data, which the tests rule out.
pub fn numbers() -> &'static Numbers {
    &NUMBERS
}

impl Numbers {
    /// Reads and checks the two files.
    ///
    /// # Errors
    /// Names the entry at fault.
    pub fn from_toml(numbers: &str, references: &str) -> Result<Self, NumbersError> {
        let file: NumbersFile = toml::from_str(numbers)?;
        let sources: ReferencesFile = toml::from_str(references)?;
        let all = Self { reviewed: file.reviewed, numbers: file.number, references: sources.reference, measures: sources.measure };
        once(all.references.iter().map(|r| &r.key))?;
        once(all.numbers.iter().map(|n| &n.id))?;
        once(all.measures.iter().map(|m| &m.name))?;
        for number in &all.numbers {
            all.check(&number.id, &number.refs)?;
            all.reviewed(number).parse::<NaiveDate>().map_err(|_| NumbersError::Date(number.id.clone()))?;
        }
        all.measures.iter().try_for_each(|m| all.check(&m.name, &m.refs))?;
        Ok(all)
    }

    /// Refuses a list of reference keys that is empty or names an unknown one.
    ///
    /// # Errors
    /// Names the key.
    pub fn check(&self, of: &str, keys: &[String]) -> Result<(), NumbersError> {
        let refuse = |key: &str| NumbersError::Reference { of: of.to_owned(), key: key.to_owned() };
        if keys.is_empty() {
            return Err(refuse(""));
        }
        keys.iter().find(|key| !self.references.iter().any(|r| r.key == **key)).map_or(Ok(()), |key| Err(refuse(key)))
    }

    /// Every number, in the order of the file.
    pub fn all(&self) -> &[Number] {
        &self.numbers
    }

    /// Every source.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The source with this key.
    pub fn reference(&self, key: &str) -> Option<&Reference> {
        self.references.iter().find(|r| r.key == key)
    }

    /// The licence register.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// When a number was last looked at (ISO date).
    pub fn reviewed<'a>(&'a self, number: &'a Number) -> &'a str {
        number.reviewed.as_deref().unwrap_or(&self.reviewed)
    }

    /// Puts numbers in the place of `{part.NAME}`.
    ///
    /// # Errors
    /// Names a number that is not there.
    pub fn fill(&self, text: &str) -> Result<String, NumbersError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (id, behind) = after.split_once('}').ok_or_else(|| NumbersError::Number(after.to_owned()))?;
            let number = self.numbers.iter().find(|n| n.id == id).ok_or_else(|| NumbersError::Number(id.to_owned()))?;
            filled.push_str(before);
            filled.push_str(&number.words());
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// Each name only once?
pub(super) fn once<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), NumbersError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(NumbersError::Twice(name.clone()));
        }
    }
    Ok(())
}
