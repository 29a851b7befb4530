//! What could join a plan: exercises of the library and the clinic's own, found by words, each as it would begin.

use super::drafting::refused;
use crate::access::Physio;
use crate::care::CareError;
use crate::clinical::exercise::{DoseKind, library};
use crate::clinical::plan::{MAX_ITEMS, PlanFacts, Prescribed, Shape, reasons};
use crate::store::{ReadTx, exercises};

/// An exercise as it would join a list.
pub(super) fn addable(tx: &mut ReadTx, physio: &Physio, facts: &PlanFacts, shape: &Shape, id: &str) -> Result<Prescribed, CareError> {
    let found = candidates(tx, physio, facts)?.into_iter().find(|item| item.exercise == id);
    let given = found.ok_or_else(|| refused("words", "Choose one of the exercises that were found"))?;
    if shape.get(id).is_some() {
        return Err(refused("words", format!("{} is in the list already", given.title())));
    }
    if shape.items.len() >= MAX_ITEMS {
        return Err(refused("words", format!("The list has {MAX_ITEMS} exercises already. Take one out first")));
    }
    fits(&given, facts).map_err(|why| refused("words", format!("{} is not for this person: {why}", given.title())))?;
    Ok(given)
}

/// Whether nothing speaks against an exercise, or all that does in words.
pub fn fits(item: &Prescribed, facts: &PlanFacts) -> Result<(), String> {
    let why = item.definition().map(|exercise| reasons(exercise, facts, facts.phase)).unwrap_or_default();
    if why.is_empty() { Ok(()) } else { Err(why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")) }
}

/// Everything that could be in a plan, as it would begin: the library, then the clinic's own that are in use. Daily
/// activities come with their goal and the flare card is a page of its own, so neither is among them.
fn candidates(tx: &mut ReadTx, physio: &Physio, facts: &PlanFacts) -> Result<Vec<Prescribed>, CareError> {
    let of_library = library().all().iter().filter(|exercise| exercise.id != "RB6").map(|exercise| Prescribed::start(exercise, facts));
    let newest = exercises::newest(tx, physio)?.into_iter().filter(|version| version.retired_at.is_none());
    let own: Vec<Prescribed> = newest.map(|version| Prescribed::of_own(&version.own, facts)).collect();
    Ok(of_library.filter(|item| item.dose.kind != DoseKind::Quota).chain(own).collect())
}

/// Exercises whose name, purpose or group has all the words, in the order of the library; what cannot be added is
/// found too, so that the page can say why.
pub fn search(tx: &mut ReadTx, physio: &Physio, facts: &PlanFacts, words: &str) -> Result<Vec<Prescribed>, CareError> {
    let wanted: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let has = |item: &Prescribed| {
        item.definition().is_some_and(|e| {
            let text = [&e.title, &e.name, &e.purpose, e.group.title(), &e.family, &e.id].map(str::to_lowercase).join(" ");
            wanted.iter().all(|word| text.contains(word.as_str()))
        })
    };
    if wanted.is_empty() {
        return Err(refused("words", "Write a word to look for, for example: bridge"));
    }
    Ok(candidates(tx, physio, facts)?.into_iter().filter(has).collect())
}
