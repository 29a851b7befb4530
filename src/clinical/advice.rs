//! What the programme says: the words of `data/advice.toml`, typed and checked when loaded.
//!
//! Looked up by the codes of the contract; every code has its words, which the loader makes sure
//! of, so a lookup by code always answers. Texts may hold `{emergency_number}` and
//! `{urgent_number}`: see [`fill`].

mod pages;
mod parts;
#[cfg(test)]
mod tests;

use super::codes::{Activity, Category, Colour, Confidence, DayClass, Disposition, ExerciseStep, Outcome, QuotaStep, Stage};
use crate::lang::{Lang, Spoken};
use serde::Deserialize;

pub use pages::*;
pub use parts::*;

/// All words of the programme.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// The six-line list that every result page repeats.
    pub ces: Listed,
    /// Crisis contacts (R85).
    pub crisis: Crisis,
    /// The stop rule of every exercise (section 10).
    pub stop_rule: StopRule,
    /// What this is not.
    pub not_this: Listed,
    /// What a held person may do and what happens next.
    pub hold: Hold,
    /// Category words that are the same for all of them.
    pub pattern: Pattern,
    /// The weekly re-check.
    pub recheck: Recheck,
    /// Gentle prompt after two missed days in a row.
    pub two_missed: Titled,
    /// Card shown after doing more than planned.
    pub pacing_card: Listed,
    /// How to take a baseline.
    pub trial: Trial,
    /// Intended purpose and safety notices.
    pub notice: Notice,
    /// Privacy in short.
    pub privacy: Listed,
    /// The start page.
    pub landing: Landing,
    /// Reasons for not doing something, in the order shown.
    #[serde(rename = "reason")]
    pub reasons: Vec<Reason>,
    /// Tags of the journal, in the order shown.
    #[serde(rename = "tag")]
    pub tags: Vec<Tag>,
    #[serde(rename = "pause")]
    pauses: Vec<Pause>,
    #[serde(rename = "disposition")]
    dispositions: Vec<DispositionAdvice>,
    #[serde(rename = "category")]
    categories: Vec<CategoryWords>,
    #[serde(rename = "confidence")]
    confidences: Vec<ConfidenceWords>,
    #[serde(rename = "stage")]
    stages: Vec<StageWords>,
    #[serde(rename = "outcome")]
    outcomes: Vec<OutcomeWords>,
    #[serde(rename = "quota_step")]
    quota_steps: Vec<StepWords<QuotaStep>>,
    #[serde(rename = "exercise_step")]
    exercise_steps: Vec<StepWords<ExerciseStep>>,
    #[serde(rename = "day_class")]
    day_classes: Vec<DayWords>,
    #[serde(rename = "colour")]
    colours: Vec<ColourWords>,
    #[serde(rename = "activity")]
    activities: Vec<ActivityWords>,
}

/// Why an advice file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AdviceError {
    /// Not TOML, or not of the expected shape.
    #[error("cannot read the advice: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A code without words, or with two.
    #[error("{list} must have each code once")]
    Codes {
        /// The list at fault.
        list: &'static str,
    },
    /// A list of the wrong length.
    #[error("{0} has the wrong number of lines")]
    Length(&'static str),
}

/// The file in every language.
pub static ADVICE: Spoken<Advice> = Spoken::new(include_str!("data/advice.toml"), CODES, |text| {
    Advice::from_toml(text).expect("the built-in advice is checked by the tests")
});
const CODES: &[&str] = &["key", "asks", "urgency", "follow", "shape", "rule", "version", "for_physio"];

/// The words this program was built with, in English.
pub fn advice() -> &'static Advice {
    ADVICE.of(Lang::En)
}

/// Puts the phone numbers of the clinic's country into a text.
pub fn fill(text: &str, emergency_number: &str, urgent_number: &str) -> String {
    text.replace("{emergency_number}", emergency_number).replace("{urgent_number}", urgent_number)
}

/// Each code exactly once?
fn complete<T: Keyed>(list: &'static str, words: &[T], all: &[T::Key]) -> Result<(), AdviceError> {
    let once = |code: &T::Key| words.iter().filter(|w| w.key() == *code).count() == 1;
    if words.len() == all.len() && all.iter().all(once) { Ok(()) } else { Err(AdviceError::Codes { list }) }
}

fn of<T: Keyed>(words: &[T], code: T::Key) -> &T {
    words.iter().find(|w| w.key() == code).expect("every code has its words, checked when loaded")
}

impl Advice {
    /// Reads and checks an advice file.
    pub fn from_toml(text: &str) -> Result<Self, AdviceError> {
        let advice: Self = toml::from_str(text)?;
        complete("disposition", &advice.dispositions, Disposition::ALL)?;
        complete("category", &advice.categories, Category::ALL)?;
        complete("confidence", &advice.confidences, Confidence::ALL)?;
        complete("stage", &advice.stages, Stage::ALL)?;
        complete("outcome", &advice.outcomes, Outcome::ALL)?;
        complete("quota_step", &advice.quota_steps, QuotaStep::ALL)?;
        complete("exercise_step", &advice.exercise_steps, ExerciseStep::ALL)?;
        complete("day_class", &advice.day_classes, DayClass::ALL)?;
        complete("colour", &advice.colours, Colour::ALL)?;
        complete("activity", &advice.activities, Activity::ALL)?;
        if advice.ces.lines.len() != CES_LINES {
            return Err(AdviceError::Length("ces"));
        }
        if advice.activities.iter().any(|a| a.units.is_empty()) {
            return Err(AdviceError::Length("activity.unit"));
        }
        if advice.day_classes.iter().any(|d| d.sentences.is_empty()) {
            return Err(AdviceError::Length("day_class.sentences"));
        }
        Ok(advice)
    }

    /// The page of a disposition.
    pub fn disposition(&self, code: Disposition) -> &DispositionAdvice {
        of(&self.dispositions, code)
    }

    /// The words of a category.
    pub fn category(&self, code: Category) -> &CategoryWords {
        of(&self.categories, code)
    }

    /// The sentence about a second category.
    pub fn secondary(&self, code: Category) -> String {
        let name = &self.category(code).name;
        self.pattern.secondary.replace("{category}", name)
    }

    /// How sure the classification is.
    pub fn confidence(&self, code: Confidence) -> &ConfidenceWords {
        of(&self.confidences, code)
    }

    /// How hard to start.
    pub fn stage(&self, code: Stage) -> &StageWords {
        of(&self.stages, code)
    }

    /// What the weekly review decided.
    pub fn outcome(&self, code: Outcome) -> &OutcomeWords {
        of(&self.outcomes, code)
    }

    /// What a paused person may still do, by rule (`P-01`, `P-02`).
    pub fn pause(&self, rule: &str) -> Option<&str> {
        let pause = self.pauses.iter().find(|p| p.rule == rule)?;
        Some(&pause.sentence)
    }

    /// What the daily amounts do next week.
    pub fn quota_step(&self, code: QuotaStep) -> &str {
        &of(&self.quota_steps, code).sentence
    }

    /// What the exercises do next week.
    pub fn exercise_step(&self, code: ExerciseStep) -> &str {
        &of(&self.exercise_steps, code).sentence
    }

    /// What to say to a day's amount.
    pub fn day_class(&self, code: DayClass) -> &DayWords {
        of(&self.day_classes, code)
    }

    /// Word, shape and meaning of a session colour.
    pub fn colour(&self, code: Colour) -> &ColourWords {
        of(&self.colours, code)
    }

    /// The words of a quota activity.
    pub fn activity(&self, code: Activity) -> &ActivityWords {
        of(&self.activities, code)
    }

    /// The reason with this key.
    pub fn reason(&self, key: &str) -> Option<&Reason> {
        self.reasons.iter().find(|r| r.key == key)
    }

    /// The journal tag with this key.
    pub fn tag(&self, key: &str) -> Option<&Tag> {
        self.tags.iter().find(|t| t.key == key)
    }
}
