//! A clinic's own exercise: made from a similar one of the library, whose group, family, position and phases it
//! keeps, with words, dose, flags and a picture of its own. Nothing composes it: a physiotherapist puts it into a
//! plan, and the plan keeps the version it was given.

use super::{Dose, DoseKind, Exercise, library};
use crate::clinical::codes::Flag;
use crate::lang::Lang;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Fewest and most steps of the movement (as in the library).
pub const STEPS: std::ops::RangeInclusive<usize> = 2..=4;
/// Longest name, in characters.
pub const MAX_TITLE: usize = 60;
/// Longest sentence or sentences of one text, in characters.
pub const MAX_WORDS: usize = 300;
/// Begins the id of a clinic's own exercise; no id of the library begins with it.
const MARK: char = 'X';

/// Flags that keep an exercise from people it could harm, or who cannot do it; the others are equipment.
pub const RESTRICTIONS: [Flag; 5] = [Flag::Bone, Flag::Preg, Flag::Radic, Flag::RadicCheck, Flag::Floor];

/// Equipment an exercise can need.
pub const EQUIPMENT: [Flag; 8] = [Flag::Chair, Flag::Step, Flag::Weight, Flag::Band, Flag::Ball, Flag::Bike, Flag::Gym, Flag::Pool];

/// An uploaded picture as a version names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPicture {
    /// Its identity.
    pub id: String,
    /// What it shows, in words.
    pub alt: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// One version of a clinic's own exercise, whole: what a plan keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnExercise {
    /// Counts from 1.
    pub version: u32,
    /// What it is; its id says what it was made from.
    pub exercise: Exercise,
    /// Data of the drawn figure; empty where none was drawn.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub figure: String,
    /// Shown in place of the drawn figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<OwnPicture>,
    /// Restrictions of the similar exercise that somebody took off and confirmed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted: Vec<Flag>,
}

impl OwnExercise {
    /// Its id, the same in all versions.
    pub fn id(&self) -> &str {
        &self.exercise.id
    }

    /// The exercise of the library it was made from.
    pub fn base(&self) -> Option<&'static Exercise> {
        library().get(kin(self.id()))
    }
}

/// The id of an exercise made from another: `XCO5-7k2m9pq4`.
pub fn own_id(base: &str, unique: &str) -> String {
    format!("{MARK}{base}-{unique}")
}

/// The exercise of the library that rules by id mean: what an own one was made from, every other itself.
pub fn kin(id: &str) -> &str {
    id.strip_prefix(MARK).and_then(|rest| rest.split_once('-')).map_or(id, |(base, _)| base)
}

/// Whether an id is that of a clinic's own exercise.
pub fn is_own(id: &str) -> bool {
    kin(id) != id
}

/// Whether an exercise of the library may be the beginning of an own one. What the quota track paces (section 4)
/// and the flare card are not exercises in that sense.
pub fn may_begin(exercise: &Exercise) -> bool {
    exercise.dose.kind != DoseKind::Quota && exercise.id != "RB6"
}

/// What somebody typed of an own exercise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Name.
    pub title: String,
    /// Why it is for the reader.
    pub why: String,
    /// How one begins.
    pub start: String,
    /// The movement; empty ones are left out.
    pub steps: Vec<String>,
    /// One thing to think of.
    pub cue: String,
    /// Added stop rule; may be empty.
    pub stop: String,
    /// The easier form; may be empty.
    pub easier_how: String,
    /// The harder form; may be empty.
    pub harder_how: String,
    /// Restrictions and equipment.
    pub flags: Vec<Flag>,
    /// Ticked: restrictions of the similar exercise are taken off knowingly.
    pub lifts: bool,
    /// Start dose.
    pub dose: Dose,
}

impl Draft {
    /// What an exercise says now.
    pub fn like(exercise: &Exercise, lifts: bool) -> Self {
        Self {
            title: exercise.title.clone(),
            why: exercise.why.clone(),
            start: exercise.start.clone(),
            steps: exercise.steps.clone(),
            cue: exercise.cue.clone(),
            stop: exercise.stop.clone(),
            easier_how: exercise.easier_how.clone(),
            harder_how: exercise.harder_how.clone(),
            flags: exercise.flags.clone(),
            lifts,
            dose: exercise.dose.clone(),
        }
    }
}

/// A message for a field of the form.
pub type Problem = (&'static str, String);

/// The exercise that a draft describes, and the restrictions it takes off.
///
/// # Errors
/// What does not fit, each with the name of its field.
pub fn define(id: &str, base: &Exercise, draft: &Draft) -> Result<(Exercise, Vec<Flag>), Vec<Problem>> {
    let mut problems = words(base, draft);
    problems.extend(dose(base, &draft.dose));
    let lifted: Vec<Flag> = RESTRICTIONS.into_iter().filter(|flag| base.has(*flag) && !draft.flags.contains(flag)).collect();
    if !lifted.is_empty() && !draft.lifts {
        let titles: Vec<&str> = lifted.iter().map(|flag| flag_words(*flag)).collect();
        problems.push((
            "lifts",
            format!(
                "“{}” is marked for {}. Mark this one too, or tick that you have judged it safe without",
                base.title,
                titles.join(" and ")
            ),
        ));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let full = |text: &str| sentence(text);
    let kept = |ours: &str, theirs: &str, short: &str| if ours == theirs { short.to_owned() } else { ours.to_owned() };
    // While the words of a form are those of the similar exercise, the form is still that item of the library.
    let form = |ours: &str, theirs: &str, id: &Option<String>| id.clone().filter(|_| ours == theirs);
    let (easier_how, harder_how, stop) = (full(&draft.easier_how), full(&draft.harder_how), full(&draft.stop));
    let exercise = Exercise {
        id: id.to_owned(),
        name: draft.title.trim().to_owned(),
        title: draft.title.trim().to_owned(),
        flags: RESTRICTIONS.into_iter().chain(EQUIPMENT).filter(|flag| draft.flags.contains(flag)).collect(),
        dose_text: Lang::En.tell(&draft.dose.sentence()),
        dose: draft.dose.clone(),
        easier: kept(&easier_how, &base.easier_how, &base.easier),
        harder: kept(&harder_how, &base.harder_how, &base.harder),
        cue: draft.cue.trim().trim_end_matches('.').to_owned(),
        stop_if: kept(&stop, &base.stop, &base.stop_if),
        start: full(&draft.start),
        steps: draft.steps.iter().filter(|step| !step.trim().is_empty()).map(|step| full(step)).collect(),
        easier_id: form(&easier_how, &base.easier_how, &base.easier_id),
        harder_id: form(&harder_how, &base.harder_how, &base.harder_id),
        easier_how,
        harder_how,
        why: full(&draft.why),
        stop,
        ..base.clone()
    };
    Ok((exercise, lifted))
}

/// What a flag says: whom a restriction is about, or the equipment.
pub const fn flag_words(flag: Flag) -> &'static str {
    match flag {
        Flag::Bone => "bones that may be thin",
        Flag::Preg => "late pregnancy and after a birth",
        Flag::Radic => "leg pain: not at all",
        Flag::RadicCheck => "leg pain: only after a check",
        Flag::Floor => "getting down to the floor",
        Flag::Chair => "a firm chair",
        Flag::Step => "a step or stairs",
        Flag::Weight => "a weight",
        Flag::Band => "an exercise band",
        Flag::Ball => "a large exercise ball",
        Flag::Bike => "an exercise bike",
        Flag::Gym => "a gym",
        Flag::Pool => "a pool",
    }
}

/// A text as a sentence that ends.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// What is missing or too long.
fn words(base: &Exercise, draft: &Draft) -> Vec<Problem> {
    let needed = [
        ("title", &draft.title, MAX_TITLE, "Give it a name"),
        ("why", &draft.why, MAX_WORDS, "Say why it is for the patient"),
        ("start", &draft.start, MAX_WORDS, "Say how to get into the starting position"),
        ("cue", &draft.cue, MAX_WORDS, "Give one thing to think of"),
        ("stop", &draft.stop, MAX_WORDS, ""),
        ("easier_how", &draft.easier_how, MAX_WORDS, ""),
        ("harder_how", &draft.harder_how, MAX_WORDS, ""),
    ];
    let mut problems: Vec<Problem> = Vec::new();
    for (field, text, longest, missing) in needed {
        if text.trim().is_empty() && !missing.is_empty() {
            problems.push((field, missing.to_owned()));
        } else if text.chars().count() > longest {
            problems.push((field, format!("Use at most {longest} characters")));
        }
    }
    // The easier form is what a sore session falls back on; the stop rule is there for a reason.
    if !base.easier_how.is_empty() && draft.easier_how.trim().is_empty() {
        problems.push(("easier_how", "Say how to do it more easily: a sore session falls back on this".to_owned()));
    }
    if !base.stop.is_empty() && draft.stop.trim().is_empty() {
        problems.push(("stop", format!("“{}” has a stop rule of its own. Keep it or say yours", base.title)));
    }
    const FIELDS: [&str; 4] = ["step1", "step2", "step3", "step4"];
    let filled = draft.steps.iter().filter(|step| !step.trim().is_empty()).count();
    if filled < *STEPS.start() {
        let first_empty = draft.steps.iter().position(|step| step.trim().is_empty()).unwrap_or(draft.steps.len());
        problems.push((FIELDS[first_empty.min(3)], "Describe the movement in two to four steps".to_owned()));
    }
    for (field, step) in FIELDS.iter().zip(&draft.steps) {
        if step.chars().count() > MAX_WORDS {
            problems.push((field, format!("Use at most {MAX_WORDS} characters")));
        }
    }
    problems
}

/// A dose of the shape of the similar exercise, not above where its weekly rise ends.
fn dose(base: &Exercise, dose: &Dose) -> Vec<Problem> {
    let field = match dose.kind {
        DoseKind::Reps => "reps",
        DoseKind::Holds => "hold_s",
        DoseKind::Time => "seconds",
        DoseKind::Minutes | DoseKind::Quota | DoseKind::AsNeeded => "minutes",
    };
    if dose.kind != base.dose.kind || dose.top != base.dose.top || dose.ladder_top != base.dose.ladder_top {
        return vec![(field, format!("The dose is counted as that of “{}”", base.title))];
    }
    let mut problems: Vec<Problem> = Vec::new();
    if let Err(error) = dose.check() {
        let field = if error == super::DoseError::HoldTooLong { "hold_s" } else { field };
        problems.push((field, error.to_string()));
    }
    let (amount, unit) = match dose.kind {
        DoseKind::Reps => (dose.reps, "repetitions"),
        DoseKind::Time => (dose.seconds, "seconds"),
        DoseKind::Minutes => (dose.minutes, "minutes"),
        DoseKind::Holds | DoseKind::Quota | DoseKind::AsNeeded => (0, ""),
    };
    if dose.top > 0 && amount > dose.top {
        problems.push((field, format!("The weekly steps of this movement end at {} {unit}; begin at or below that", dose.top)));
    }
    if let (Some(ladder), Some(top)) = (dose.ladder, dose.ladder_top)
        && ladder > top
    {
        let mut text = "The weekly steps of this movement end at ".to_owned();
        let [a, b, c] = top.reps();
        let _ = write!(text, "{a}, {b} and {c} repetitions; begin at or below that");
        problems.push(("ladder", text));
    }
    problems
}
