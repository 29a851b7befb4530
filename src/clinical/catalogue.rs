//! The questions people answer, in their words: the catalogue `data/questions.toml`, its checks,
//! and the way from a submitted text to a typed answer and back to words.
//!
//! Ids and codes are the data contract (specification 12.1); texts may be reworded freely. Which
//! answers a rule accepts is decided by `intake`; this module only knows how to ask.

mod check;

use crate::lang::{Lang, Spoken, Text};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

pub use check::CatalogueError;

/// Ends of every 0–10 scale.
const SCALE: (i64, i64) = (0, 10);
/// Shown for a question without an answer.
const NOT_ANSWERED: &str = tr_later!("Not answered");

/// The two ways through the questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Journey {
    /// The suitability check before an account exists.
    Check,
    /// The full intake, in tasks.
    Intake,
}

/// How a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A whole number typed in.
    Number,
    /// One of the options (radio buttons).
    Choice,
    /// Eleven radio buttons, 0 to 10.
    Scale,
    /// One statement of a tick list: 1 ticked, 0 not.
    Ticks,
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Code of the contract, as text.
    pub value: String,
    /// What people read.
    pub label: String,
    /// A further line under the label.
    pub hint: Option<String>,
}

/// One question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Id of the contract.
    pub id: String,
    /// How it is asked.
    pub kind: Kind,
    /// The question in the patient's words.
    pub text: String,
    /// A helping line under the question.
    pub hint: Option<String>,
    /// Short label for check-your-answers and for the physiotherapist.
    pub short: String,
    /// The answers of a choice, in the order shown.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// Id of the shared answers that `options` were taken from.
    pub set: Option<String>,
    /// The codes are numbers: answers become JSON numbers.
    #[serde(default)]
    pub numeric: bool,
    /// Smallest number accepted.
    pub min: Option<i64>,
    /// Largest number accepted.
    pub max: Option<i64>,
    /// Unit after a number.
    pub unit: Option<String>,
    /// Label of 0 on a scale.
    pub low: Option<String>,
    /// Label of 10 on a scale.
    pub high: Option<String>,
    /// A number may be left empty; the answer is then null.
    #[serde(default)]
    pub optional: bool,
    /// What null reads as.
    pub empty_label: Option<String>,
    /// Message for a missing or unreadable answer, in place of the usual one.
    pub error: Option<String>,
    /// Published questionnaire this item belongs to.
    pub group: Option<String>,
}

/// A published questionnaire: its instruction and its source, both unaltered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Id named by the questions.
    pub id: String,
    /// Name of the questionnaire.
    pub title: String,
    /// Instruction above the items.
    pub stem: String,
    /// Label of "none of these" on a tick list.
    pub none_label: Option<String>,
    /// Source line, always shown with the items.
    pub attribution: String,
}

/// A score of the contract that is the sum of other questions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Id of the contract.
    pub id: String,
    /// Short label.
    pub short: String,
    /// Ids of the questions added up.
    pub of: Vec<String>,
    /// Largest possible score.
    pub max: i64,
}

/// A part of the intake.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Id named by the screens.
    pub id: String,
    /// Name in the task list.
    pub title: String,
    /// What it is about.
    pub summary: String,
}

/// One page of a journey.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screen {
    /// The journey it belongs to.
    pub journey: Journey,
    /// The task it belongs to (intake only).
    pub task: Option<String>,
    /// Last part of its address.
    pub slug: String,
    /// Heading.
    pub title: String,
    /// Lines under the heading.
    pub intro: Option<String>,
    /// Ids of its questions, in order.
    pub questions: Vec<String>,
}

/// The whole catalogue.
#[derive(Debug)]
pub struct Catalogue {
    questions: Vec<Question>,
    by_id: HashMap<String, usize>,
    groups: Vec<Group>,
    sums: Vec<Sum>,
    tasks: Vec<Task>,
    check: Vec<Screen>,
    intake: Vec<Screen>,
}

/// The file in every language. Items, answers and instruction of a published questionnaire stay in its own words.
pub static CATALOGUE: Spoken<Catalogue> = Spoken::new(include_str!("data/questions.toml"), CODES, |text| {
    Catalogue::from_toml(text).expect("the built-in question catalogue is checked by the tests")
})
.keeping(|table| {
    let published = ["group", "stem"].iter().any(|key| table.contains_key(*key));
    published || table.get("id").and_then(toml::Value::as_str) == Some("phq")
});
const CODES: &[&str] = &["questions", "id", "kind", "value", "set", "journey", "slug", "of", "group", "task"];

/// The catalogue this program was built with, in English.
pub fn catalogue() -> &'static Catalogue {
    CATALOGUE.of(Lang::En)
}

impl Catalogue {
    /// Every question, in the order of the file.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.by_id.get(id).map(|&index| &self.questions[index])
    }

    /// The screens of a journey, in order.
    pub fn screens(&self, journey: Journey) -> &[Screen] {
        match journey {
            Journey::Check => &self.check,
            Journey::Intake => &self.intake,
        }
    }

    /// One screen by its address.
    pub fn screen(&self, journey: Journey, slug: &str) -> Option<&Screen> {
        self.screens(journey).iter().find(|s| s.slug == slug)
    }

    /// The screen of a journey that asks this question.
    pub fn screen_asking(&self, journey: Journey, id: &str) -> Option<&Screen> {
        self.screens(journey).iter().find(|s| s.questions.iter().any(|q| q == id))
    }

    /// The questions of a screen, in order.
    pub fn questions_of<'a>(&'a self, screen: &'a Screen) -> impl Iterator<Item = &'a Question> {
        screen.questions.iter().filter_map(|id| self.question(id))
    }

    /// The parts of the intake, in order.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// The screens of one part of the intake, in order.
    pub fn task_screens<'a>(&'a self, task: &'a str) -> impl Iterator<Item = &'a Screen> {
        self.intake.iter().filter(move |s| s.task.as_deref() == Some(task))
    }

    /// A published questionnaire by its id.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    /// The scores that are sums of other questions.
    pub fn sums(&self) -> &[Sum] {
        &self.sums
    }

    /// The score `id` from the raw answers; none while any of its questions is unanswered.
    pub fn total(&self, id: &str, answers: &Map<String, Value>) -> Option<i64> {
        let sum = self.sums.iter().find(|s| s.id == id)?;
        sum.of.iter().map(|part| answers.get(part).and_then(Value::as_i64)).sum()
    }

    /// Short label of a question or of a score.
    pub fn short<'a>(&'a self, id: &'a str) -> &'a str {
        let score = || self.sums.iter().find(|s| s.id == id).map(|s| &s.short);
        self.question(id).map(|q| &q.short).or_else(score).map_or(id, String::as_str)
    }
}

impl Question {
    /// The typed answer in a submitted text, or a friendly message for the page.
    pub fn parse(&self, raw: &str) -> Result<Value, Text> {
        let raw = raw.trim();
        match self.kind {
            Kind::Number => self.parse_number(raw),
            Kind::Choice => {
                self.options.iter().find(|option| option.value == raw).map(|option| self.typed(&option.value)).ok_or_else(|| self.missing())
            }
            Kind::Scale => match raw.parse::<i64>() {
                Ok(n) if (SCALE.0..=SCALE.1).contains(&n) => Ok(n.into()),
                _ => Err(self.missing()),
            },
            Kind::Ticks => match raw {
                "" | "0" | "no" => Ok(0.into()),
                "1" | "yes" | "on" => Ok(1.into()),
                _ => Err(self.missing()),
            },
        }
    }

    /// What to say when there is no answer, or none that can be read.
    pub fn missing(&self) -> Text {
        if let Some(error) = &self.error {
            return Text::from(error.clone());
        }
        let what = &self.short;
        match self.kind {
            Kind::Number => text!("Enter a whole number for “{what}”", what = what),
            Kind::Choice => text!("Choose one answer for “{what}”", what = what),
            Kind::Scale => text!("Choose a number from {min} to {max} for “{what}”", min = SCALE.0, max = SCALE.1, what = what),
            Kind::Ticks => text!("Tick “{what}” or leave it empty", what = what),
        }
    }

    /// The answer in words, for a page in the language of whoever asks.
    pub fn label_for(&self, value: &Value) -> String {
        self.answer(value).to_string()
    }

    /// The answer in words.
    pub fn answer(&self, value: &Value) -> Text {
        match (self.kind, value) {
            (Kind::Number, Value::Null) => self.empty_label.clone().map_or(Text::fixed(NOT_ANSWERED), Text::from),
            (Kind::Number, Value::Number(n)) => match &self.unit {
                Some(unit) => text!("{n} {unit}", n = n.to_string(), unit = unit),
                None => Text::from(n.to_string()),
            },
            (Kind::Scale, Value::Number(n)) => text!("{n} out of {max}", n = n.to_string(), max = SCALE.1),
            (Kind::Ticks, Value::Number(n)) if n.as_i64() == Some(1) => text!("Yes"),
            (Kind::Ticks, Value::Number(_)) => text!("No"),
            (Kind::Choice, _) => {
                let chosen = self.options.iter().find(|option| self.typed(&option.value) == *value);
                chosen.map_or(Text::fixed(NOT_ANSWERED), |option| Text::from(option.label.clone()))
            }
            _ => Text::fixed(NOT_ANSWERED),
        }
    }

    /// The smallest and the largest value of a number or scale.
    pub fn range(&self) -> (i64, i64) {
        match self.kind {
            Kind::Number => (self.min.unwrap_or(0), self.max.unwrap_or(i64::MAX)),
            _ => SCALE,
        }
    }

    fn parse_number(&self, raw: &str) -> Result<Value, Text> {
        if raw.is_empty() && self.optional {
            return Ok(Value::Null);
        }
        let number: i64 = raw.parse().map_err(|_| self.missing())?;
        let (min, max) = self.range();
        if (min..=max).contains(&number) {
            return Ok(number.into());
        }
        Err(text!("{what} must be between {min} and {max}", what = &self.short, min = min, max = max))
    }

    /// An option's code as it is stored.
    fn typed(&self, code: &str) -> Value {
        match (self.numeric, code.parse::<i64>()) {
            (true, Ok(number)) => number.into(),
            _ => code.into(),
        }
    }
}

#[cfg(test)]
mod tests;
