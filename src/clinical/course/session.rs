//! What the newest session does to an exercise before its next one (5.2, 5.5).

use crate::clinical::codes::Colour;
use crate::clinical::exercise::{Exercise, kin};
use crate::clinical::plan::{ItemChange, PlanFacts, Prescribed, ease, is_reexposure, lighter, swap_options};
use crate::lang::Text;

/// Days for which an exercise rests that went out after a RED session, before it may be tried again (5.5).
pub const REST_DAYS: u64 = 14;
/// Effort of two sessions in a row from which the dose falls (5.2), 0 to 10.
const HARD: f64 = 8.0;

/// What happens to an exercise before its next session.
#[derive(Debug, Clone, PartialEq)]
pub enum SessionEffect {
    /// Nothing.
    Keep,
    /// An easier form or a smaller dose.
    Change(Box<ItemChange>),
    /// Another exercise of the same group takes its place.
    Swap {
        /// The new one, at its start dose.
        to: Box<Prescribed>,
        /// Why, for the person.
        sentence: Text,
    },
    /// It rests for [`REST_DAYS`], then it may be tried again.
    Rest {
        /// Why, for the person.
        sentence: Text,
    },
}

impl SessionEffect {
    /// The stable code of what happened, for the record; none when nothing did.
    pub const fn code(&self) -> Option<&'static str> {
        match self {
            SessionEffect::Keep => None,
            SessionEffect::Change(_) => Some("easier"),
            SessionEffect::Swap { .. } => Some("swap"),
            SessionEffect::Rest { .. } => Some("rest"),
        }
    }
}

/// The effect of the newest session. `colours` and `efforts` are the exercise's own, newest last, not cut by
/// changes of form; `listed` is everything in the plan now.
///
/// A formerly painful movement that went RED leaves for two weeks. Else one RED: the easier form or, where there
/// is none, a smaller dose. Two RED in a row: another exercise of the same group or, where none is allowed, a
/// rest. Effort 8 or more twice in a row: a smaller dose.
pub fn session_effect(item: &Prescribed, colours: &[Colour], efforts: &[f64], facts: &PlanFacts, listed: &[String]) -> SessionEffect {
    let Some(exercise) = item.definition() else { return SessionEffect::Keep };
    let title = || Text::from(exercise.title.clone());
    match colours {
        [.., Colour::Red] if is_reexposure(&item.exercise, facts.category) => SessionEffect::Rest {
            sentence: text!("{exercise}: not yet. It rests for two weeks, then you try it again, gently.", exercise = title()),
        },
        [.., Colour::Red, Colour::Red] => match other_movement(item, facts, listed) {
            Some(other) => SessionEffect::Swap {
                to: Box::new(Prescribed::start(other, facts)),
                sentence: text!(
                    "{exercise} hurt twice in a row, so {other} takes its place.",
                    exercise = title(),
                    other = Text::from(other.title.clone())
                ),
            },
            None => {
                SessionEffect::Rest { sentence: text!("{exercise} hurt twice in a row, so it rests for two weeks.", exercise = title()) }
            }
        },
        [.., Colour::Red] => ease(item, facts).map_or(SessionEffect::Keep, |change| SessionEffect::Change(Box::new(change))),
        _ if matches!(efforts, [.., before, last] if *before >= HARD && *last >= HARD) => {
            lighter(item).map_or(SessionEffect::Keep, |change| SessionEffect::Change(Box::new(change)))
        }
        _ => SessionEffect::Keep,
    }
}

/// What may take its place, without the movement that a clinic made it from: that one is the same again.
fn other_movement(item: &Prescribed, facts: &PlanFacts, listed: &[String]) -> Option<&'static Exercise> {
    swap_options(&item.exercise, facts, listed).into_iter().find(|other| other.id != kin(&item.exercise))
}
