//! Reads the catalogue file and refuses one that could not be asked.

use super::{Catalogue, Choice, Group, Journey, Kind, Question, Screen, Sum, Task};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// Why a catalogue file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML, or not of the expected shape.
    #[error("cannot read the catalogue: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Readable, but contradicting itself.
    #[error("{place}: {what}")]
    Content {
        /// Id or slug at fault.
        place: String,
        /// What is wrong there.
        what: &'static str,
    },
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    answers: Vec<Set>,
    questionnaire: Vec<Group>,
    sum: Vec<Sum>,
    part: Vec<Task>,
    question: Vec<Question>,
    screen: Vec<Screen>,
}

/// Answers shared by several questions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    id: String,
    options: Vec<Choice>,
}

fn wrong(place: &str, what: &'static str) -> CatalogueError {
    CatalogueError::Content { place: place.to_owned(), what }
}

fn ensure(ok: bool, place: &str, what: &'static str) -> Result<(), CatalogueError> {
    if ok { Ok(()) } else { Err(wrong(place, what)) }
}

impl Catalogue {
    /// Reads and checks a catalogue file.
    pub fn from_toml(text: &str) -> Result<Self, CatalogueError> {
        let mut file: File = toml::from_str(text)?;
        let sets: HashMap<&str, &[Choice]> = file.answers.iter().map(|set| (set.id.as_str(), set.options.as_slice())).collect();
        let mut by_id = HashMap::new();
        for (index, question) in file.question.iter_mut().enumerate() {
            take_set(question, &sets)?;
            check_question(question, &file.questionnaire)?;
            let before = by_id.insert(question.id.clone(), index);
            ensure(before.is_none(), &question.id, "asked twice")?;
        }
        for sum in &file.sum {
            let known = sum.of.iter().all(|id| by_id.contains_key(id));
            ensure(known, &sum.id, "adds an unknown question")?;
            ensure(!by_id.contains_key(&sum.id), &sum.id, "asked and added")?;
        }
        let (check, intake): (Vec<_>, Vec<_>) = file.screen.into_iter().partition(|screen| screen.journey == Journey::Check);
        check_screens(&check, &by_id, &file.part)?;
        check_screens(&intake, &by_id, &file.part)?;
        Ok(Self { questions: file.question, by_id, groups: file.questionnaire, sums: file.sum, tasks: file.part, check, intake })
    }
}

/// Gives a question the answers of the set it names.
fn take_set(question: &mut Question, sets: &HashMap<&str, &[Choice]>) -> Result<(), CatalogueError> {
    let Some(set) = &question.set else {
        return Ok(());
    };
    let options = sets.get(set.as_str()).ok_or_else(|| wrong(&question.id, "names an unknown set of answers"))?;
    ensure(question.options.is_empty(), &question.id, "has a set and its own answers")?;
    question.options = options.to_vec();
    Ok(())
}

fn check_question(question: &Question, groups: &[Group]) -> Result<(), CatalogueError> {
    let id = question.id.as_str();
    let choices = question.options.len();
    match question.kind {
        Kind::Choice => ensure(choices >= 2, id, "a choice needs answers")?,
        _ => ensure(choices == 0, id, "only a choice has answers")?,
    }
    if question.kind == Kind::Number {
        let bounded = question.min.is_some() && question.max.is_some();
        ensure(bounded, id, "a number needs min and max")?;
    }
    if question.kind == Kind::Scale {
        let labelled = question.low.is_some() && question.high.is_some();
        ensure(labelled, id, "a scale needs both end labels")?;
    }
    let codes: HashSet<&str> = question.options.iter().map(|o| o.value.as_str()).collect();
    ensure(codes.len() == choices, id, "an answer appears twice")?;
    let whole = codes.iter().all(|code| code.parse::<i64>().is_ok());
    ensure(!question.numeric || whole, id, "an answer is no number")?;
    let known = |group: &String| groups.iter().any(|g| g.id == *group);
    ensure(question.group.as_ref().is_none_or(known), id, "names an unknown group")
}

fn check_screens(screens: &[Screen], by_id: &HashMap<String, usize>, tasks: &[Task]) -> Result<(), CatalogueError> {
    let mut slugs = HashSet::new();
    let mut asked = HashSet::new();
    for screen in screens {
        let slug = screen.slug.as_str();
        ensure(slugs.insert(slug), slug, "address used twice")?;
        ensure(!screen.questions.is_empty(), slug, "asks nothing")?;
        for id in &screen.questions {
            ensure(by_id.contains_key(id), id, "on a screen but not in the list")?;
            ensure(asked.insert(id.as_str()), id, "on two screens of a journey")?;
        }
        let placed = match (&screen.task, screen.journey) {
            (Some(task), Journey::Intake) => tasks.iter().any(|t| t.id == *task),
            (None, Journey::Check) => true,
            _ => false,
        };
        ensure(placed, slug, "belongs to no task, or to one it must not have")?;
    }
    Ok(())
}
