//! Whether a person may have an item: phase and flags (5.6), with reasons in plain words. The same rules
//! compose lists, offer swaps and warn a physiotherapist who adds an item by hand.

use super::PlanFacts;
use crate::clinical::codes::{Category, Flag};
use crate::clinical::exercise::{Exercise, Group, kin, library};
use crate::lang::Text;
use serde::{Deserialize, Serialize};

/// Why an item is not for this person now. The words finish the thought "Not now: …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Its first phase lies ahead.
    AbovePhase {
        /// First phase in which it may come.
        needed: u8,
    },
    /// `bone` with bone caution.
    Bone,
    /// `preg` after 16 weeks or postnatal.
    Pregnancy,
    /// `radic` with R84.
    LegPain,
    /// `radic_check` with R84, before a physiotherapist or a home test.
    LegPainUnchecked,
    /// `floor` for someone who cannot get down.
    Floor,
    /// Equipment that is not at hand.
    Equipment(Flag),
    /// Front-lying hurts.
    ProneHurts,
    /// Another item of the list was the better choice after a home test or for the equipment at hand.
    Replaced,
    /// A quota activity of the category that the person did not choose.
    NotChosen,
    /// The list is full.
    NoRoom,
}

impl Reason {
    /// It is about the person's health: nobody decides otherwise with a click.
    pub fn is_health(self) -> bool {
        matches!(self, Self::Bone | Self::Pregnancy | Self::LegPain | Self::LegPainUnchecked | Self::ProneHurts)
    }

    /// The words, without a capital and a full stop.
    pub fn text(self) -> Text {
        match self {
            Self::AbovePhase { needed } => text!("it comes in phase {needed} for this pattern", needed = needed),
            Self::Bone => text!("it is left out when bones may be thin"),
            Self::Pregnancy => text!("after 16 weeks of pregnancy and after a birth a physiotherapist decides about it"),
            Self::LegPain => text!("it can pull on a sore leg nerve"),
            Self::LegPainUnchecked => text!("with leg pain a physiotherapist or a home test comes first"),
            Self::Floor => text!("it is done on the floor"),
            Self::Equipment(flag) => text!("it needs {equipment}", equipment = Text::fixed(equipment_words(flag))),
            Self::ProneHurts => text!("lying on the front hurts"),
            Self::Replaced => text!("another exercise suits better"),
            Self::NotChosen => text!("it was not chosen as a daily goal"),
            Self::NoRoom => text!("the list has 12 exercises already"),
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.text())
    }
}

fn equipment_words(flag: Flag) -> &'static str {
    match flag {
        Flag::Bike => tr_later!("an exercise bike"),
        Flag::Pool => tr_later!("a pool"),
        Flag::Gym => tr_later!("a gym"),
        Flag::Weight => tr_later!("a weight"),
        Flag::Band => tr_later!("an exercise band"),
        Flag::Ball => tr_later!("a large exercise ball"),
        Flag::Chair => tr_later!("a firm chair"),
        Flag::Step => tr_later!("a step"),
        Flag::Floor | Flag::Preg | Flag::Bone | Flag::Radic | Flag::RadicCheck => tr_later!("nothing"),
    }
}

/// Items done lying on the front as a position or press-up.
fn is_front_lying(id: &str) -> bool {
    matches!(kin(id), "RP4" | "RP5" | "MO7")
}

/// What a flag forbids for this person, if anything.
///
/// `radic_check` is read as a gate for people with leg symptoms (R84): RP4 and MO8's alternative MO7 belong to
/// the default list of FLEX, which would be void if everyone needed a physiotherapist first.
fn flag_reason(flag: Flag, facts: &PlanFacts) -> Option<Reason> {
    let leg_checked = facts.physio_seen_radic || facts.centralised;
    let (forbidden, reason) = match flag {
        Flag::Bone => (facts.bone_caution, Reason::Bone),
        Flag::Preg => (facts.pregnant_late_or_postnatal, Reason::Pregnancy),
        Flag::Radic => (facts.radicular, Reason::LegPain),
        Flag::RadicCheck => (facts.radicular && !leg_checked, Reason::LegPainUnchecked),
        Flag::Floor => (!facts.can_floor, Reason::Floor),
        Flag::Bike | Flag::Pool | Flag::Gym | Flag::Weight | Flag::Band | Flag::Ball | Flag::Chair | Flag::Step => {
            (!facts.equipment.contains(&flag), Reason::Equipment(flag))
        }
    };
    forbidden.then_some(reason)
}

/// Every reason against the item in this phase (1 to 3), health before phase before practical matters; empty
/// when it is fine. Meant for warnings: a physiotherapist may still decide otherwise.
pub fn reasons(exercise: &Exercise, facts: &PlanFacts, phase: u8) -> Vec<Reason> {
    let by_flag = |wanted: &[Flag]| -> Vec<Reason> {
        let carried = wanted.iter().copied().filter(|flag| exercise.has(*flag));
        carried.filter_map(|flag| flag_reason(flag, facts)).collect()
    };
    let mut found = by_flag(&[Flag::Bone, Flag::Preg, Flag::Radic, Flag::RadicCheck]);
    if facts.prone_hurts && is_front_lying(&exercise.id) {
        found.push(Reason::ProneHurts);
    }
    let needed = exercise.phase_with(facts.category, facts.secondary);
    if needed > phase {
        found.push(Reason::AbovePhase { needed });
    }
    found.extend(by_flag(&[Flag::Floor, Flag::Chair, Flag::Weight, Flag::Band, Flag::Ball, Flag::Step, Flag::Bike, Flag::Pool, Flag::Gym]));
    found
}

/// Whether the person may have the item in this phase, or the most important reason against it.
pub fn allowed(exercise: &Exercise, facts: &PlanFacts, phase: u8) -> Result<(), Reason> {
    match reasons(exercise, facts, phase).first() {
        Some(reason) => Err(*reason),
        None => Ok(()),
    }
}

/// Items that bring back a formerly painful movement and so enter one at a time (5.5). What a clinic made from one
/// of them is one as well.
pub fn is_reexposure(id: &str, category: Category) -> bool {
    match kin(id) {
        "HL13" | "HL14" | "HL15" | "MO5" | "AE5" => true,
        "MO7" | "MO8" => category == Category::Ext,
        _ => false,
    }
}

/// Whether an item makes sense without anyone asking for it. Quota activities need a baseline, the flare card
/// is a page of its own, jogging is a wish; two items answer a finding: the slider leg pain, the press-up a
/// home test.
pub(super) fn fits_unasked(id: &str, facts: &PlanFacts) -> bool {
    match id {
        "AE1" | "AE6" | "AE7" | "AE8" | "AE9" | "RB6" => false,
        "MO14" => facts.radicular,
        "MO7" => facts.prone_better,
        _ => true,
    }
}

/// Items that may take the place of `exercise` by the person's wish (5.6): same group, allowed now, not in the
/// list already, not even as something a clinic made from it. The same family comes first, then the order of the
/// library. Empty for an unknown id.
pub fn swap_options(exercise: &str, facts: &PlanFacts, current: &[String]) -> Vec<&'static Exercise> {
    let Some(old) = library().get(kin(exercise)) else {
        return Vec::new();
    };
    let listed = |id: &str| id == exercise || current.iter().any(|other| other != exercise && kin(other) == id);
    // One re-exposure item at a time (5.5); the one that is being replaced does not count.
    let other_reexposure = current.iter().any(|id| id != exercise && is_reexposure(id, facts.category));
    let wished = |item: &Exercise| {
        // Walking and jogging may be wished for; the other quotas start with a baseline, not with a swap.
        let quota = matches!(item.id.as_str(), "AE7" | "AE8" | "AE9" | "RB6");
        !(quota || other_reexposure && is_reexposure(&item.id, facts.category))
    };
    let mut options: Vec<&Exercise> = library()
        .group(old.group)
        .filter(|item| !listed(&item.id) && wished(item))
        .filter(|item| allowed(item, facts, facts.phase).is_ok())
        .collect();
    options.sort_by_key(|item| item.family != old.family);
    options
}

/// Allowed items of a group that may come by themselves and are not in `taken`, in the order of the library.
pub(super) fn candidates<'a>(group: Group, facts: &'a PlanFacts, taken: &'a [&str]) -> impl Iterator<Item = &'static Exercise> + 'a {
    library().group(group).filter(move |item| {
        !taken.contains(&item.id.as_str()) && fits_unasked(&item.id, facts) && allowed(item, facts, facts.phase).is_ok()
    })
}
