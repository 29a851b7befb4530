//! The exercise part of a plan: which items a person gets, on which day, how they change from week to week,
//! and what is left of them in a flare or a pause. Pure: facts in, proposals out; storing and showing them is
//! the work of the use cases. Quota amounts (section 4) and the weekly verdict (5.3) live elsewhere; here
//! their steps are inputs.

mod change;
mod compose;
mod day;
mod flare;
mod grow;
mod repattern;
mod rules;
pub mod shape;
pub mod template;
#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod tests_change;
#[cfg(test)]
mod tests_own;
#[cfg(test)]
mod tests_properties;
#[cfg(test)]
mod tests_shape;
pub mod together;

pub use change::{ItemChange, ItemState, MAX_RISE_EFFORT, Setting, begins, ease, is_entering, lighter, next_doses, progress};
pub use compose::{MAX_ITEMS, compose, initial_phase, phase_one_list, quota_item};
pub use day::{MAX_TRAINING_A_DAY, training_day};
pub use flare::{FlareDay, Pause, flare_day, library_item, paused_items};
pub use grow::{NewItem, next_new_item};
pub use repattern::{Leaving, leaving};
pub use rules::{Reason, allowed, is_reexposure, reasons, swap_options};
pub use shape::{Difference, Shape, ShapedQuota, Warning};

use crate::clinical::codes::{Activity, Category, Flag, Stage};
use crate::clinical::exercise::{Dose, DoseKind, Exercise, OwnExercise, library};
use crate::lang::Text;
use serde::{Deserialize, Serialize};

/// What composition needs to know of a person. Built by the use cases from the intake, the practical matters
/// and the physiotherapist's decisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanFacts {
    /// Starting bias (0.5).
    pub category: Category,
    /// Second category, if any (3.6, C4).
    pub secondary: Option<Category>,
    /// How hard to start (3.7); recorded for the reader, the phase already follows from it.
    pub stage: Stage,
    /// Current phase, 1 to 3 (5.5).
    pub phase: u8,
    /// Osteoporosis, an easy fracture or long steroid use, or unsure (13 no. 8).
    pub bone_caution: bool,
    /// R84: pain below the knee with leg worse than back, or tingling.
    pub radicular: bool,
    /// A physiotherapist has looked at the leg symptoms and allows the items that need it.
    pub physio_seen_radic: bool,
    /// In a home test leg pain moved towards the back or went (13 no. 8).
    pub centralised: bool,
    /// After 16 weeks of pregnancy or postnatal, and no physiotherapist has cleared it.
    pub pregnant_late_or_postnatal: bool,
    /// Can get down to the floor and up again.
    pub can_floor: bool,
    /// Equipment at hand: chair, weight, band, ball, bike, pool, gym, step.
    pub equipment: Vec<Flag>,
    /// Front-lying hurts (home test or own word).
    pub prone_hurts: bool,
    /// Front-lying on the elbows eased the pain in the home test.
    pub prone_better: bool,
    /// Quota activities chosen; empty: not chosen yet, the list of the category stands.
    pub activities: Vec<Activity>,
}

/// Form of an item in which it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The easier form.
    Easier,
    /// As the library describes it.
    Standard,
    /// The harder form.
    Harder,
}

impl Level {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Level::Easier => "easier",
            Level::Standard => "standard",
            Level::Harder => "harder",
        }
    }
}

/// What an item is in the plan. Only training items count towards the four of a day (13 no. 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Position of relief, whenever it helps.
    Relief,
    /// Breathing, relaxation, breaks.
    Calm,
    /// Graded activity of the quota track, paced by time and not by pain.
    Quota,
    /// Exercise of the pain-monitored track.
    Training,
}

impl Role {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Relief => "relief",
            Role::Calm => "calm",
            Role::Quota => "quota",
            Role::Training => "training",
        }
    }
}

/// One item of a person's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prescribed {
    /// Id in the library, or of a clinic's own exercise.
    pub exercise: String,
    /// Current dose.
    pub dose: Dose,
    /// Current form.
    pub level: Level,
    /// Group Core: comes first when a day has too few places, and is kept when the phase rises (13 no. 6).
    pub core: bool,
    /// What the item is in the plan.
    pub role: Role,
    /// Why it is in this person's list, in plain words.
    pub why: String,
    /// A clinic's own exercise as it was when it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Box<OwnExercise>>,
}

impl Prescribed {
    /// A clinic's own exercise at its start dose.
    pub fn of_own(own: &OwnExercise, facts: &PlanFacts) -> Self {
        Self { own: Some(Box::new(own.clone())), ..Self::start(&own.exercise, facts) }
    }

    /// What is done: the version of a clinic's own exercise that was given, else the item of the library.
    pub fn definition(&self) -> Option<&Exercise> {
        match &self.own {
            Some(own) => Some(&own.exercise),
            None => library().get(&self.exercise),
        }
    }

    /// Whether this asks for more than the other: a harder form or more of anything.
    pub fn asks_more_than(&self, other: &Prescribed) -> bool {
        self.level > other.level || self.dose.asks_more_than(&other.dose)
    }

    /// Its friendly name; the id where nothing is known of it.
    pub fn title(&self) -> &str {
        self.definition().map_or(self.exercise.as_str(), |exercise| exercise.title.as_str())
    }

    /// Dose and form in words: the dose and, unless it is the standard one, the form.
    pub fn in_words(&self) -> Text {
        match self.level {
            Level::Easier => text!("{dose}, easier form", dose = self.dose.sentence()),
            Level::Standard => self.dose.sentence(),
            Level::Harder => text!("{dose}, harder form", dose = self.dose.sentence()),
        }
    }

    /// Its name with dose and form in words.
    pub fn with_title(&self) -> Text {
        text!("{exercise}: {dose}", exercise = Text::from(self.title().to_owned()), dose = self.in_words())
    }

    /// Walking that no quota paces, because the walking goal is another or the plan is paused: it stands
    /// with what helps at any time, or it would stand nowhere.
    pub fn is_free_walk(&self) -> bool {
        self.role == Role::Quota && self.dose.kind != DoseKind::Quota
    }

    /// What helps at any time and is no training: relief, calm, free walking.
    pub fn is_support(&self) -> bool {
        matches!(self.role, Role::Relief | Role::Calm) || self.is_free_walk()
    }
}

/// An item of the category's list, or one that was asked for, that this person does not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Id in the library.
    pub exercise: String,
    /// Why not; its `Display` is in plain words.
    pub reason: Reason,
}

/// The proposed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Composition {
    /// At most [`MAX_ITEMS`], in the order of the groups; never empty.
    pub items: Vec<Prescribed>,
    /// What was left out, and why.
    pub left_out: Vec<LeftOut>,
}
