//! What the programme explains (specification 9): seventeen topics as data in `data/learn.toml`, and which of
//! them comes in which week. A choice of reading, not a clinical decision; still the same facts give the same
//! topic, with words why.

mod choice;

pub use choice::{Because, Chosen, Now};

use super::codes::Category;
use super::exercise::library;
use super::numbers::{NumbersError, numbers};
use crate::lang::{Lang, Spoken};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a topic is about, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// How back pain works.
    Pain,
    /// Day by day.
    Day,
    /// Getting stronger.
    Build,
    /// When it is hard.
    Hard,
}

impl Theme {
    /// All of them, in order.
    pub const ALL: &'static [Theme] = &[Theme::Pain, Theme::Day, Theme::Build, Theme::Hard];

    /// The heading people read.
    pub const fn title(self) -> &'static str {
        match self {
            Theme::Pain => tr_later!("How back pain works"),
            Theme::Day => tr_later!("Day by day"),
            Theme::Build => tr_later!("Getting stronger"),
            Theme::Hard => tr_later!("When it is hard"),
        }
    }
}

/// A piece of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A smaller heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// Something small to try.
    Try(Vec<String>),
    /// A paragraph about exercises or amounts.
    Exercise(String),
    /// A list about exercises or amounts.
    ExerciseList(Vec<String>),
    /// An exercise whose picture helps here.
    Figure(String),
    /// The list of danger signs.
    Signs(bool),
    /// A sentence about danger signs, with a link to the page for help now.
    Help(String),
}

impl Block {
    /// SAFETY(patient): whether it asks for movement, so that somebody whose plan stands still does not see it (13 no. 3).
    pub const fn asks_to_move(&self) -> bool {
        matches!(self, Block::Try(_) | Block::Exercise(_) | Block::ExerciseList(_) | Block::Figure(_))
    }
}

/// A topic.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its stable id, a part of its address.
    pub id: String,
    /// What it is about.
    pub group: Theme,
    /// Heading.
    pub title: String,
    /// In a sentence or two.
    pub summary: String,
    why: String,
    #[serde(default)]
    why_for: BTreeMap<Category, String>,
    /// Keys of its sources.
    pub refs: Vec<String>,
    /// When somebody last looked at it.
    pub reviewed: NaiveDate,
    /// The question to think about.
    pub question: String,
    #[serde(default)]
    leads: Option<Now>,
    #[serde(default)]
    eases: bool,
    #[serde(default)]
    rests: bool,
    /// What it says, in reading order.
    pub body: Vec<Block>,
}

impl Topic {
    /// Why it comes in its week, in the words for a category.
    pub fn why(&self, category: Category) -> &str {
        self.why_for.get(&category).unwrap_or(&self.why)
    }

    /// What of it is shown: everything, or for somebody whose plan stands `still` nothing that asks for movement, nor a
    /// heading with nothing left below it.
    pub fn shown(&self, still: bool) -> Vec<&Block> {
        let left: Vec<&Block> = self.body.iter().filter(|block| !(still && block.asks_to_move())).collect();
        let heading = |at: usize| matches!(left.get(at), Some(Block::Heading(_)));
        let bare = |at: usize| heading(at) && (heading(at + 1) || at + 1 == left.len());
        (0..left.len()).filter(|at| !bare(*at)).filter_map(|at| left.get(at).copied()).collect()
    }

    /// Whether it suits how things are.
    pub fn fits(&self, now: Now) -> bool {
        match now {
            Now::Usual => true,
            Now::Flare => self.eases || self.leads == Some(now),
            Now::Pause => self.rests || self.leads == Some(now),
        }
    }
}

/// Why a topic comes when it is not its week that brings it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reasons {
    flare_began: String,
    flare: String,
    pause_began: String,
    pause: String,
    again: String,
}

/// All topics.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    weeks: BTreeMap<Category, Vec<String>>,
    because: Reasons,
    #[serde(rename = "topic")]
    topics: Vec<Topic>,
}

/// Why a file of topics cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// Not TOML, or not of the expected shape.
    #[error("cannot read the topics: {0}")]
    Syntax(#[from] toml::de::Error),
    /// An id that is there twice.
    #[error("{0} is there twice")]
    Twice(String),
    /// The weeks of a category lack a topic, or name one that is not there.
    #[error("the weeks of {0} must have each topic once")]
    Weeks(Category),
    /// A picture of an exercise that is not in the library.
    #[error("{topic} shows the unknown exercise {exercise}")]
    Exercise {
        /// Whose.
        topic: String,
        /// Its id.
        exercise: String,
    },
    /// Nothing, or more than one topic, leads.
    #[error("one topic must lead for {0:?}")]
    Leads(Now),
    /// A source that nobody gives.
    #[error(transparent)]
    Source(#[from] NumbersError),
}

/// The file in every language.
pub static LEARN: Spoken<Learn> = Spoken::new(include_str!("data/learn.toml"), CODES, |text| {
    Learn::from_toml(text).unwrap_or_else(|error| panic!("embedded topics: {error}"))
});
const CODES: &[&str] = &["refs", "id", "group", "reviewed", "figure", "leads", "weeks"];

/// The topics this program was built with. Panics only on malformed embedded data, which the tests rule out.
pub fn learn() -> &'static Learn {
    LEARN.of(Lang::En)
}

impl Learn {
    /// Reads and checks a file of topics.
    ///
    /// # Errors
    /// Names the entry at fault.
    pub fn from_toml(text: &str) -> Result<Self, LearnError> {
        let all: Self = toml::from_str(text)?;
        let mut ids = BTreeSet::new();
        for topic in &all.topics {
            if !ids.insert(topic.id.as_str()) {
                return Err(LearnError::Twice(topic.id.clone()));
            }
            numbers().check(&topic.id, &topic.refs)?;
            for block in &topic.body {
                if let Block::Figure(exercise) = block
                    && library().get(exercise).is_none()
                {
                    return Err(LearnError::Exercise { topic: topic.id.clone(), exercise: exercise.clone() });
                }
            }
        }
        for category in Category::ALL {
            let weeks = all.weeks.get(category).map(Vec::as_slice).unwrap_or_default();
            let once: BTreeSet<&str> = weeks.iter().map(String::as_str).collect();
            if once != ids || weeks.len() != ids.len() {
                return Err(LearnError::Weeks(*category));
            }
        }
        for now in [Now::Flare, Now::Pause] {
            if all.topics.iter().filter(|t| t.leads == Some(now)).count() != 1 {
                return Err(LearnError::Leads(now));
            }
        }
        Ok(all)
    }

    /// Every topic, in the order of the file.
    pub fn all(&self) -> &[Topic] {
        &self.topics
    }

    /// The topic with this id.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|t| t.id == id)
    }
}

#[cfg(test)]
mod tests;
