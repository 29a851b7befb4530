//! The shapes of the words in `data/advice.toml`.

use crate::clinical::codes::{Activity, Category, Colour, Confidence, DayClass, Disposition, Outcome, Stage, Unit};
use serde::Deserialize;

/// Lines of the list that every result page repeats (specification 3.2).
pub const CES_LINES: usize = 6;

/// Words that belong to a code of the contract.
pub trait Keyed {
    /// The vocabulary.
    type Key: Copy + PartialEq;
    /// The code these words are for.
    fn key(&self) -> Self::Key;
}

/// Declares structs whose fields are all public and read from the file.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident: $type:ty),+ $(,)? })+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $($(#[$fmeta])* pub $field: $type),+ }
        )+
    };
}

pub(super) use words;

macro_rules! keyed {
    ($($name:ty => $key:ty),+ $(,)?) => {
        $(impl Keyed for $name {
            type Key = $key;
            fn key(&self) -> $key { self.key }
        })+
    };
}

keyed! {
    DispositionAdvice => Disposition,
    CategoryWords => Category,
    ConfidenceWords => Confidence,
    StageWords => Stage,
    OutcomeWords => Outcome,
    DayWords => DayClass,
    ColourWords => Colour,
    ActivityWords => Activity,
}

/// How urgent a care card looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Hospital now.
    Immediate,
    /// Today or within two weeks.
    Urgent,
    /// A routine appointment.
    NonUrgent,
    /// No care card.
    None,
}

impl Urgency {
    /// The code in the data file, for class names.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Immediate => "immediate",
            Self::Urgent => "urgent",
            Self::NonUrgent => "non_urgent",
            Self::None => "none",
        }
    }
}

/// What the page offers after a day's amount (4.2 no. 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// Nothing more.
    Nothing,
    /// One barrier question.
    Barrier,
    /// Praise.
    Praise,
    /// The card about even steps.
    Pacing,
}

/// The sentence for a step of a track.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepWords<K> {
    /// The step.
    pub key: K,
    /// The sentence for the patient.
    pub sentence: String,
}

impl<K: Copy + PartialEq> Keyed for StepWords<K> {
    type Key = K;
    fn key(&self) -> K {
        self.key
    }
}

words! {
    /// A heading with a list.
    Listed {
        /// Heading.
        title: String,
        /// List items.
        lines: Vec<String>,
        /// A line below the list.
        note: Option<String>,
    }
    /// A heading with a sentence.
    Titled {
        /// Heading.
        title: String,
        /// Sentence.
        sentence: String,
    }
    /// Crisis contacts.
    Crisis {
        /// Heading.
        title: String,
        /// First sentences.
        lead: String,
        /// What to do.
        lines: Vec<String>,
        /// Last sentences.
        note: String,
    }
    /// The stop rule of every exercise.
    StopRule {
        /// Heading.
        title: String,
        /// Symptoms.
        lines: Vec<String>,
        /// What to do then.
        then: String,
    }
    /// The page of a disposition (3.2).
    DispositionAdvice {
        /// The disposition.
        key: Disposition,
        /// Look of the care card.
        urgency: Urgency,
        /// Heading: the action.
        title: String,
        /// First sentences.
        lead: String,
        /// What to do.
        do_now: Vec<String>,
        /// What to leave.
        dont: Vec<String>,
        /// General advice, nothing from the exercise library.
        until_then: Vec<String>,
        /// Line for the letter and the physiotherapist.
        for_clinician: String,
        /// In place of `lead` when the plan is held and the disposition alone would not hold it.
        held_lead: Option<String>,
        /// In place of the first action then.
        held_next: Option<String>,
    }
    /// What a held person may do and what happens next.
    Hold {
        /// Heading.
        title: String,
        /// First sentence.
        lead: String,
        /// What is still open.
        may: Vec<String>,
        /// Steps to the plan.
        next: Vec<String>,
        /// Shown when answers changed within 14 days (3.5).
        changed_answers: String,
        /// Line for the clinician.
        for_clinician: String,
        /// Shown once cleared.
        cleared: String,
    }
    /// The words of a category.
    CategoryWords {
        /// The category.
        key: Category,
        /// Everyday name, fits after "sensitive to" and "point to".
        name: String,
        /// "Your back is at present …"
        sentence: String,
        /// The field's own term.
        term: String,
        /// What it means.
        means: String,
        /// What usually eases.
        eases: Vec<String>,
        /// What it is not.
        is_not: String,
    }
    /// How sure the classification is.
    ConfidenceWords {
        /// The confidence.
        key: Confidence,
        /// One word.
        word: String,
        /// Sentence.
        sentence: String,
    }
    /// Category words that are the same for all of them.
    Pattern {
        /// Sentence about a second category, with `{category}`.
        secondary: String,
        /// What the category is for.
        why: String,
        /// How sure anyone can be about it.
        evidence: String,
    }
    /// How hard to start.
    StageWords {
        /// The stage.
        key: Stage,
        /// Its name.
        name: String,
        /// Sentence.
        sentence: String,
    }
    /// The weekly re-check.
    Recheck {
        /// Heading.
        title: String,
        /// First sentences.
        intro: String,
        /// Said when every answer was no.
        none: String,
        /// The question about new symptoms in a log.
        log_line: String,
        /// Its hint.
        log_hint: String,
        /// The five questions and the one about legs, in order.
        #[serde(rename = "question")]
        questions: Vec<RecheckQuestion>,
    }
    /// One yes/no question of the weekly re-check.
    RecheckQuestion {
        /// Its stable key.
        key: String,
        /// The question.
        text: String,
        /// A helping line.
        hint: Option<String>,
        /// Short label.
        short: String,
        /// The `r_` questions behind a yes (13.2).
        asks: Vec<String>,
    }
    /// What the weekly review decided.
    OutcomeWords {
        /// The outcome.
        key: Outcome,
        /// Heading for the patient.
        title: String,
        /// Sentence for the patient.
        sentence: String,
        /// Sentence for the physiotherapist.
        for_physio: String,
    }
    /// What a paused person may still do.
    Pause {
        /// Rule id.
        rule: String,
        /// Sentence.
        sentence: String,
    }
    /// What to say to a day's amount.
    DayWords {
        /// The class.
        key: DayClass,
        /// Heading.
        title: String,
        /// What the page offers next.
        follow: Follow,
        /// Sentences that take turns.
        sentences: Vec<String>,
    }
    /// Word, shape and meaning of a session colour.
    ColourWords {
        /// The colour.
        key: Colour,
        /// One or two words.
        word: String,
        /// Name of the shape that stands for it.
        shape: String,
        /// What it means.
        sentence: String,
    }
    /// How to take a baseline.
    Trial {
        /// Heading.
        title: String,
        /// The rules of it.
        lines: Vec<String>,
        /// What counts as one try.
        one: String,
        /// Why the plan starts lower than one can do.
        lower: String,
        /// What follows.
        then: String,
        /// Asked when the tries were far apart.
        more: String,
    }
    /// The words of a quota activity.
    ActivityWords {
        /// The activity.
        key: Activity,
        /// Its name.
        name: String,
        /// What it is good for.
        about: String,
        /// Ways to measure it, the usual one first.
        #[serde(rename = "unit")]
        units: Vec<UnitWords>,
    }
    /// One way to measure an activity.
    UnitWords {
        /// The unit.
        key: Unit,
        /// Its name for 1.
        one: String,
        /// Its name for other numbers.
        many: String,
        /// How to measure a try.
        trial: String,
        /// The question for the goal.
        goal: String,
    }
}

impl DayWords {
    /// One of the sentences; `turn` (for example the day's number) makes them take turns.
    pub fn sentence(&self, turn: usize) -> &str {
        &self.sentences[turn % self.sentences.len()]
    }
}

impl UnitWords {
    /// An amount with its unit: "1 minute", "12 minutes".
    pub fn amount(&self, number: i64) -> String {
        let unit = if number == 1 { &self.one } else { &self.many };
        format!("{number} {unit}")
    }
}

impl ActivityWords {
    /// The words for one of its units.
    pub fn unit(&self, unit: Unit) -> Option<&UnitWords> {
        self.units.iter().find(|words| words.key == unit)
    }
}
