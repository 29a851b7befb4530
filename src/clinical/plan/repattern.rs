//! A plan whose pattern changes (3.6): what no longer fits leaves at once, everything else is left to
//! the weekly engine.

use super::rules::{fits_unasked, swap_options};
use super::{PlanFacts, Prescribed, Reason, Role, allowed};

/// An item that the new facts do not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Its place in the list given.
    pub index: usize,
    /// Why it leaves; its `Display` is in plain words.
    pub why: Reason,
    /// What takes its place; `None` when nothing of its group suits.
    pub to: Option<Prescribed>,
}

/// The items that were allowed before and are not any more, in the order of the list. An item that was
/// not allowed before either is there because a person decided so, and stays. The daily activity
/// follows its schedule and stays as well.
pub fn leaving(items: &[Prescribed], before: &PlanFacts, now: &PlanFacts) -> Vec<Leaving> {
    let mut current: Vec<String> = items.iter().map(|item| item.exercise.clone()).collect();
    let mut found = Vec::new();
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.role != Role::Quota) {
        let Some(exercise) = item.definition() else { continue };
        let Err(why) = allowed(exercise, now, now.phase) else { continue };
        if allowed(exercise, before, before.phase).is_err() {
            continue;
        }
        let next = swap_options(&item.exercise, now, &current).into_iter().find(|option| fits_unasked(&option.id, now));
        let to = next.map(|option| Prescribed { core: item.core, role: item.role, ..Prescribed::start(option, now) });
        match &to {
            Some(to) => current[index].clone_from(&to.exercise),
            None => current[index].clear(),
        }
        found.push(Leaving { index, why, to });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tests::facts;
    use super::*;
    use crate::clinical::codes::Category;
    use crate::clinical::exercise::library;
    use crate::clinical::plan::compose;

    #[test]
    fn only_what_the_new_pattern_does_not_allow_leaves_and_what_comes_is_allowed_and_new() {
        let patterns = [Category::Flex, Category::Ext, Category::Load, Category::Inst, Category::Unclear];
        for from in patterns {
            for to in patterns {
                for phase in 1..=3 {
                    let before = PlanFacts { phase, ..facts(from) };
                    let now = PlanFacts { category: to, ..before.clone() };
                    let items = compose(&before).items;
                    let gone = leaving(&items, &before, &now);
                    if from == to {
                        assert_eq!(gone, []);
                    }
                    let mut after: Vec<Prescribed> = items.clone();
                    for leave in &gone {
                        let old = library().get(&items[leave.index].exercise).expect("known");
                        assert!(allowed(old, &now, phase).is_err(), "{} may stay", old.id);
                        if let Some(new) = &leave.to {
                            let exercise = library().get(&new.exercise).expect("known");
                            assert!(allowed(exercise, &now, phase).is_ok(), "{} is not for {to:?}", new.exercise);
                            assert_eq!(exercise.group, old.group);
                            after[leave.index] = new.clone();
                        }
                    }
                    let kept: Vec<&Prescribed> = after
                        .iter()
                        .enumerate()
                        .filter(|(n, _)| !gone.iter().any(|l| l.index == *n && l.to.is_none()))
                        .map(|(_, i)| i)
                        .collect();
                    let mut ids: Vec<&str> = kept.iter().map(|i| i.exercise.as_str()).collect();
                    ids.sort_unstable();
                    let count = ids.len();
                    ids.dedup();
                    assert_eq!(ids.len(), count, "nothing comes twice");
                }
            }
        }
    }

    #[test]
    fn front_lying_that_hurts_leaves_and_what_a_person_decided_stays() {
        let before = facts(Category::Flex);
        let items = compose(&before).items;
        assert!(items.iter().any(|item| item.exercise == "RP4"), "{items:?}");
        let sore = PlanFacts { prone_hurts: true, ..before.clone() };
        let gone = leaving(&items, &before, &sore);
        assert!(gone.iter().any(|leave| items[leave.index].exercise == "RP4" && leave.why == Reason::ProneHurts));
        // Not allowed before either: somebody put it there knowingly.
        assert_eq!(leaving(&items, &sore, &sore), []);
    }
}
