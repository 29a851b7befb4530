//! A sentence as a value: kept and sent as pattern and values, said in the language of whoever reads it.

use super::{Lang, current};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A value in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// A name, a count, what somebody wrote: the same in every language.
    Plain(String),
    /// A measured number in tenths, written with the language's decimal sign.
    Number {
        /// Ten times the number.
        tenths: i64,
    },
    /// Words of ours.
    Words {
        /// What they say.
        say: Box<Text>,
    },
}

macro_rules! plain_parts {
    ($($kind:ty),+) => { $(impl From<$kind> for Part { fn from(value: $kind) -> Self { Part::Plain(value.to_string()) } })+ };
}
plain_parts!(&str, String, &String, Cow<'_, str>, u8, u16, u32, u64, usize, i32, i64);

impl From<f64> for Part {
    fn from(value: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "an amount that a page shows, far below 2^63 tenths; beyond, it saturates")]
        let tenths = (value * 10.0).round() as i64;
        Part::Number { tenths }
    }
}

impl From<Text> for Part {
    fn from(value: Text) -> Self {
        Part::Words { say: Box::new(value) }
    }
}

impl From<&Text> for Part {
    fn from(value: &Text) -> Self {
        Part::Words { say: Box::new(value.clone()) }
    }
}

/// A sentence of ours: English pattern and values. Shown, it speaks the language of whoever asks; stored and sent as
/// JSON it is a string when it has no values, else `{"pattern": …, "values": …}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Text {
    pub(super) pattern: Cow<'static, str>,
    pub(super) values: Vec<(Cow<'static, str>, Part)>,
}

/// How a [`Text`] is written down.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Fixed(String),
    Told { pattern: String, values: Vec<(String, Part)> },
}

impl From<Written> for Text {
    fn from(written: Written) -> Self {
        let (pattern, values) = match written {
            Written::Fixed(pattern) => (pattern, Vec::new()),
            Written::Told { pattern, values } => (pattern, values),
        };
        Self { pattern: Cow::Owned(pattern), values: values.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect() }
    }
}

impl From<Text> for Written {
    fn from(text: Text) -> Self {
        let pattern = text.pattern.into_owned();
        if text.values.is_empty() {
            return Self::Fixed(pattern);
        }
        Self::Told { pattern, values: text.values.into_iter().map(|(name, value)| (name.into_owned(), value)).collect() }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::fixed(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self { pattern: Cow::Owned(text), values: Vec::new() }
    }
}

impl Text {
    /// A sentence without values.
    pub const fn fixed(pattern: &'static str) -> Self {
        Self { pattern: Cow::Borrowed(pattern), values: Vec::new() }
    }

    /// With a value in the place `{name}`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Part>) -> Self {
        self.values.push((Cow::Borrowed(name), value.into()));
        self
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.pattern.is_empty()
    }

    /// For a text column: the pattern alone when it has no values, else JSON.
    pub fn stored(&self) -> String {
        if self.values.is_empty() {
            return self.pattern.clone().into_owned();
        }
        serde_json::to_string(self).unwrap_or_else(|_| Lang::En.tell(self))
    }

    /// From a text column; what was stored before there were patterns is plain text.
    pub fn read(stored: &str) -> Self {
        let told = stored.starts_with(r#"{"pattern""#).then(|| serde_json::from_str(stored).ok()).flatten();
        told.unwrap_or_else(|| Self::from(stored.to_owned()))
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&current().tell(self))
    }
}
