//! The exercise library (specification section 10): 66 items as data in `data/exercises.toml`, parsed once.
//! Owns what an item is and what its dose means; which items a person gets is decided in `plan`.

pub mod differs;
mod dose;
pub mod own;
mod sentence;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_own;
pub mod timer;

pub use dose::{Dose, DoseError, DoseKind, Ladder, MAX_HOLD_S};
pub use own::{OwnExercise, OwnPicture, is_own, kin};

use crate::clinical::codes::{Category, Flag};
use crate::lang::{Lang, Spoken};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Group of an item, in the order in which a session runs and lists are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Positions of relief (RP).
    Relief,
    /// Mobility and stretch (MO).
    Mobility,
    /// Core stability and strength (CO).
    Core,
    /// Hip, leg and lifting strength (HL).
    Strength,
    /// Aerobic and graded activity (AE).
    Aerobic,
    /// Relaxation, breathing, pacing (RB).
    Calm,
}

impl Group {
    /// Every group, in order.
    pub const ALL: &'static [Group] = &[Group::Relief, Group::Mobility, Group::Core, Group::Strength, Group::Aerobic, Group::Calm];

    /// The stable code used in data and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Group::Relief => "relief",
            Group::Mobility => "mobility",
            Group::Core => "core",
            Group::Strength => "strength",
            Group::Aerobic => "aerobic",
            Group::Calm => "calm",
        }
    }

    /// The heading people read.
    pub const fn title(self) -> &'static str {
        match self {
            Group::Relief => tr_later!("Positions of relief"),
            Group::Mobility => tr_later!("Mobility and stretching"),
            Group::Core => tr_later!("Core"),
            Group::Strength => tr_later!("Hips, legs and lifting"),
            Group::Aerobic => tr_later!("Walking and staying fit"),
            Group::Calm => tr_later!("Calm and pacing"),
        }
    }

    /// Effort to aim for, lowest and highest on the 0 to 10 scale (5.2); none where effort is no aim.
    pub const fn effort(self) -> Option<(u8, u8)> {
        match self {
            Group::Mobility => Some((1, 3)),
            Group::Core | Group::Aerobic => Some((3, 5)),
            Group::Strength => Some((4, 7)),
            Group::Relief | Group::Calm => None,
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// How one lies, sits or stands to begin an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// Lying on the back.
    Back,
    /// Lying on the front, planks included.
    Front,
    /// Lying on one side.
    Side,
    /// On hands and knees, or on one or both knees.
    Kneeling,
    /// Sitting, on a machine too.
    Sitting,
    /// Standing, walking, in water.
    Standing,
    /// Whichever one is in.
    Any,
}

impl Position {
    /// The positions one can look for, in order.
    pub const ALL: &'static [Position] =
        &[Position::Back, Position::Front, Position::Side, Position::Kneeling, Position::Sitting, Position::Standing];

    /// The stable code used in data and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Position::Back => "back",
            Position::Front => "front",
            Position::Side => "side",
            Position::Kneeling => "kneeling",
            Position::Sitting => "sitting",
            Position::Standing => "standing",
            Position::Any => "any",
        }
    }

    /// The words people read.
    pub const fn title(self) -> &'static str {
        match self {
            Position::Back => tr_later!("On your back"),
            Position::Front => tr_later!("On your front"),
            Position::Side => tr_later!("On your side"),
            Position::Kneeling => tr_later!("On hands and knees, or kneeling"),
            Position::Sitting => tr_later!("Sitting"),
            Position::Standing => tr_later!("Standing or moving"),
            Position::Any => tr_later!("In any position"),
        }
    }
}

/// First phase (1 to 3) in which an item may come by itself, for each category (section 10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "UPPERCASE")]
pub struct Phases {
    flex: u8,
    ext: u8,
    load: u8,
    inst: u8,
}

/// One item of the library, or one of a clinic's own ([`own`]). Texts are complete sentences in plain British
/// English unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Stable id, such as `CO5`.
    pub id: String,
    /// Group, which limits swaps.
    pub group: Group,
    /// What it is most alike within its group; swaps offer the same family first.
    pub family: String,
    /// How one begins.
    pub position: Position,
    /// Name of the specification, for professionals.
    pub name: String,
    /// Friendly plain name for patients.
    pub title: String,
    /// Purpose in a few words, for professionals.
    pub purpose: String,
    /// First phase per category.
    phase: Phases,
    /// Restrictions and equipment.
    pub flags: Vec<Flag>,
    /// Start dose as the specification words it.
    pub dose_text: String,
    /// Start dose as numbers.
    pub dose: Dose,
    /// Easier form in short words (specification); may be empty.
    pub easier: String,
    /// Harder form in short words (specification); may be empty.
    pub harder: String,
    /// One cue in short words (specification).
    pub cue: String,
    /// Added stop rule in short words (specification); may be empty.
    pub stop_if: String,
    /// How to get into the starting position.
    pub start: String,
    /// The movement in two to four steps.
    pub steps: Vec<String>,
    /// How to do the easier form; empty if there is none.
    pub easier_how: String,
    /// How to do the harder form; empty if there is none.
    pub harder_how: String,
    /// The library item that is the easier form, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub easier_id: Option<String>,
    /// The library item that is the harder form, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harder_id: Option<String>,
    /// Why this item is for the reader.
    pub why: String,
    /// `stop_if` as a sentence for patients; empty where only the general stop rule holds.
    pub stop: String,
}

impl Exercise {
    /// First phase (1 to 3) in which the item may come by itself. `UNCLEAR` needs the phase to be reached in
    /// all four categories (3.6), so it takes the largest number.
    pub fn phase(&self, category: Category) -> u8 {
        let p = self.phase;
        match category {
            Category::Flex => p.flex,
            Category::Ext => p.ext,
            Category::Load => p.load,
            Category::Inst => p.inst,
            Category::Unclear => p.flex.max(p.ext).max(p.load).max(p.inst),
        }
    }

    /// As [`Exercise::phase`], with a secondary category: the larger of the two numbers (5.6).
    pub fn phase_with(&self, category: Category, secondary: Option<Category>) -> u8 {
        let first = self.phase(category);
        secondary.map_or(first, |other| first.max(self.phase(other)))
    }

    /// Whether the item carries the flag.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }

    /// Estimated minutes of one session at the start dose.
    pub fn minutes(&self) -> u32 {
        self.dose.minutes()
    }
}

/// All items, in the order of section 10.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    #[serde(rename = "exercise")]
    items: Vec<Exercise>,
}

impl Library {
    /// Every item, in the order of section 10.
    pub fn all(&self) -> &[Exercise] {
        &self.items
    }

    /// The item with this id.
    pub fn get(&self, id: &str) -> Option<&Exercise> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Every item of a group, in the order of section 10.
    pub fn group(&self, group: Group) -> impl Iterator<Item = &Exercise> {
        self.items.iter().filter(move |item| item.group == group)
    }
}

const DATA: &str = include_str!("../data/exercises.toml");
const CODES: &[&str] = &[
    "id",
    "group",
    "family",
    "position",
    "name",
    "purpose",
    "dose_text",
    "kind",
    "easier",
    "harder",
    "stop_if",
    "flags",
    "easier_id",
    "harder_id",
    "ladder",
    "ladder_top",
];

/// The library in every language.
pub static LIBRARY: Spoken<Library> =
    Spoken::new(DATA, CODES, |text| toml::from_str(text).unwrap_or_else(|error| panic!("embedded exercises.toml: {error}")));

/// The embedded library. Panics only on malformed embedded data, which the tests of this module rule out.
pub fn library() -> &'static Library {
    LIBRARY.of(Lang::En)
}
