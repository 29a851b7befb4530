//! One new item at a time (5.1, 5.2): how a list moves towards the list of a new phase.

use super::compose::{MAX_ITEMS, are_forms, compose};
use super::{PlanFacts, Prescribed, Role, is_entering, is_reexposure};
use crate::clinical::exercise::{Exercise, kin, library};
use serde::{Deserialize, Serialize};

/// A training item that may join the list this week, and the one that makes room for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewItem {
    /// The item, at its start dose.
    pub item: Prescribed,
    /// Id of the item that leaves: its easier form, else one of the same group, else (only in a full list)
    /// another training item that the new phase no longer lists.
    pub replaces: Option<String>,
}

/// The next step from the current list towards `compose(facts)`; none when every training item of it is there
/// or nothing may leave a full list. A second re-exposure item waits until the first is done at its full number
/// (5.5: one at a time). What is `resting` after a RED stays out. `compose` is for a first plan; after a rise of
/// phase one new item a week comes from here. What a clinic made from an item counts as that item.
pub fn next_new_item(current: &[Prescribed], facts: &PlanFacts, resting: &[String]) -> Option<NewItem> {
    let target = compose(facts).items;
    let listed = |list: &[Prescribed], id: &str| list.iter().any(|item| kin(&item.exercise) == kin(id));
    let reexposed = current.iter().any(|item| is_entering(item, facts));
    let leaving: Vec<&Exercise> = current
        .iter()
        .filter(|item| item.role == Role::Training && !listed(&target, &item.exercise))
        .filter_map(Prescribed::definition)
        .collect();
    target
        .iter()
        .filter(|item| item.role == Role::Training && !listed(current, &item.exercise))
        .filter(|item| !resting.iter().any(|id| kin(id) == item.exercise))
        .filter(|item| !(reexposed && is_reexposure(&item.exercise, facts.category)))
        .find_map(|item| {
            let exercise = library().get(&item.exercise)?;
            let out = leaving
                .iter()
                .find(|old| are_forms(kin(&old.id), exercise))
                .or_else(|| leaving.iter().find(|old| old.group == exercise.group))
                .or_else(|| leaving.first().filter(|_| current.len() >= MAX_ITEMS));
            if out.is_none() && current.len() >= MAX_ITEMS {
                return None;
            }
            Some(NewItem { item: item.clone(), replaces: out.map(|old| old.id.clone()) })
        })
}
