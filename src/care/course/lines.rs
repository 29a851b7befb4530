//! The lines of the ledger for what a week changes: written when it takes effect, shown before where somebody approves it.

use super::{Ledger, NEW_EXERCISE, find};
use crate::care::plan::{dose_text, prescribed, title};
use crate::clinical::course::{PhaseStep, WeekChange};
use crate::clinical::plan::{ItemChange, NewItem, PlanFacts, Prescribed};
use crate::lang::Text;
use crate::store::plans::{Change, PlanItem};

/// What [`super::change_exercises`] writes into the ledger for a week that moves on: nothing leaves a list by it.
pub(in crate::care) fn lines_on(ledger: &Ledger, items: &[PlanItem], change: &WeekChange) -> Vec<Change> {
    let phase = (change.phase == PhaseStep::Up).then(|| phased(ledger, &change.facts, change.phase));
    let doses = change.doses.iter().filter_map(|dose| Some(dosed(ledger, find(items, &dose.exercise)?, dose).1));
    let new = change.new_item.iter().map(|new| joined(ledger, new.replaces.as_ref().and_then(|id| find(items, id)), new));
    phase.into_iter().chain(doses).chain(new).collect()
}

/// The line of a new exercise, in the place of another or beside the rest.
pub(super) fn joined(ledger: &Ledger, out: Option<&PlanItem>, new: &NewItem) -> Change {
    let gone = out.map_or_else(|| text!(""), |old| title(&old.prescription));
    ledger.told(NEW_EXERCISE, (gone, prescribed(&new.item)), Text::from(new.item.why.clone()))
}

/// An exercise with another dose or form, and the line that says so.
pub(super) fn dosed(ledger: &Ledger, item: &PlanItem, change: &ItemChange) -> (Prescribed, Change) {
    let to = Prescribed { dose: change.to.dose.clone(), level: change.to.level, ..Prescribed::clone(&item.prescription) };
    let words = (dose_text(&item.prescription), dose_text(&to));
    let line = ledger.told(item.prescription.title(), words, change.sentence.clone());
    (to, line)
}

/// The line of another phase.
pub(super) fn phased(ledger: &Ledger, facts: &PlanFacts, step: PhaseStep) -> Change {
    let name = |phase: u8| text!("phase {phase} of 3", phase = phase);
    let why = match step {
        PhaseStep::Up => text!("Two weeks went well and your pain allows it, so the next phase begins. New exercises come one at a time."),
        _ => text!("The last weeks asked a lot, so the plan goes back one phase and builds up again from there."),
    };
    ledger.told(tr_later!("Phase"), (name(ledger.plan.facts.phase), name(facts.phase)), why)
}

/// The line of a plan that only keeps what was gained from now on.
pub(in crate::care) fn kept(ledger: &Ledger) -> Change {
    let why = text!(
        "You have reached your goals. Two exercise days and five walks of half an hour a week keep what you have gained; every four weeks we ask how it goes."
    );
    ledger.told("Plan", (text!(""), text!("Keeping what you have gained")), why)
}
