//! From category, phase and flags to the week's list (5.6, 13 no. 6).
//!
//! Order of work: the list of the category, with its stated alternatives → from phase 2 on its core items plus
//! new items of the phase → chosen quotas → what phase or flags forbid goes → thinned groups are filled up →
//! at most twelve. SETTLE and CONTROL differ in the quota factor (3.7), not here.

use super::rules::{candidates, is_reexposure};
use super::{Composition, LeftOut, Level, PlanFacts, Prescribed, Reason, Role, allowed};
use crate::clinical::codes::{Activity, Category, Flag, Stage};
use crate::clinical::exercise::{Dose, DoseKind, Exercise, Group, library};

/// Most items in a list (13 no. 6).
pub const MAX_ITEMS: usize = 12;
/// Most training items that composition reaches by adding new ones: twice a week at four a day on four days,
/// and the length of the longest list of 5.6 [D].
const TRAINING_TARGET: usize = 8;
/// Items a group keeps, or gets back from the same group, when restrictions thin it out [D].
const MIN_IN_GROUP: usize = 2;
/// Groups from which a higher phase adds its new items, in turn [D]: strength first, because stretching is
/// never the whole plan (5.1).
const ADD_ORDER: [Group; 4] = [Group::Strength, Group::Mobility, Group::Strength, Group::Core];

/// Opening phase of a stage (3.7).
pub fn initial_phase(stage: Stage) -> u8 {
    match stage {
        Stage::Settle | Stage::Control => 1,
        Stage::Build => 2,
    }
}

/// The default phase-1 list of a category (5.6), before alternatives and restrictions.
pub fn phase_one_list(category: Category) -> &'static [&'static str] {
    match category {
        Category::Flex => &["RP4", "MO8", "MO1", "CO1", "CO2", "CO3", "CO5", "HL1", "HL5", "AE1", "AE8", "RB5"],
        Category::Ext => &["RP7", "RP6", "MO2", "MO4", "MO9", "CO1", "CO2", "CO6", "HL1", "HL6", "AE1", "AE7", "RB1"],
        Category::Load => &["RP1", "RP9", "MO3", "MO1", "CO1", "CO6", "CO5", "HL1", "HL3", "AE1", "RB5", "RB1"],
        Category::Inst => &["RP3", "MO2", "CO1", "CO11", "CO2", "CO3", "CO5", "HL5", "HL6", "AE1", "RB1"],
        Category::Unclear => &["RP1", "MO1", "MO2", "CO1", "CO5", "CO6", "HL1", "HL5", "AE1", "RB1"],
    }
}

/// The alternative that 5.6 prefers to an item of its lists for this person.
fn preferred(id: &str, facts: &PlanFacts) -> Option<&'static str> {
    let flex = facts.category == Category::Flex;
    match id {
        "RP4" if facts.prone_hurts => Some("RP1"),
        "MO8" if flex && facts.prone_better => Some("MO7"),
        // Who chose a walking quota walks.
        "AE1" if facts.category == Category::Load && !facts.activities.contains(&Activity::Walk) => {
            facts.equipment.contains(&Flag::Pool).then_some("AE3")
        }
        _ => None,
    }
}

/// The library item of a quota activity (4.2 no. 1).
pub const fn quota_item(activity: Activity) -> &'static str {
    match activity {
        Activity::Walk => "AE1",
        Activity::Sit => "AE8",
        Activity::Stand => "AE7",
        Activity::Lift => "AE9",
        Activity::Rise => "HL6",
    }
}

/// A list in the making.
struct Draft<'a> {
    facts: &'a PlanFacts,
    ids: Vec<&'static str>,
    left_out: Vec<LeftOut>,
}

/// The list for these facts. Never empty: walking, breathing and the gentle brace carry no flag and belong to
/// phase 1 of every category.
pub fn compose(facts: &PlanFacts) -> Composition {
    let mut draft = Draft { facts, ids: Vec::new(), left_out: Vec::new() };
    let wanted = draft.take_list();
    draft.take_quotas();
    if facts.phase > 1 {
        draft.add_phase_items();
    }
    draft.fill(&wanted);
    draft.cut_to_size();
    let items: Vec<&Exercise> = draft.ids.iter().filter_map(|id| library().get(id)).collect();
    let mut items: Vec<Prescribed> = items.iter().map(|item| Prescribed::start(item, facts)).collect();
    items.sort_by_key(|item| item.definition().map(|exercise| exercise.group));
    Composition { items, left_out: draft.left_out }
}

impl Draft<'_> {
    fn check(&self, id: &str) -> Result<(), Reason> {
        library().get(id).map_or(Ok(()), |item| allowed(item, self.facts, self.facts.phase))
    }

    /// Notes the first reason only; an item can be met twice, from the list and as a quota.
    fn leave_out(&mut self, id: &str, reason: Reason) {
        if self.left_out.iter().any(|left| left.exercise == id) {
            return;
        }
        self.left_out.push(LeftOut { exercise: id.to_owned(), reason });
    }

    /// Adds the item, or notes why not.
    fn try_add(&mut self, id: &'static str) {
        if self.ids.contains(&id) {
            return;
        }
        match self.check(id) {
            Ok(()) => self.ids.push(id),
            Err(reason) => self.leave_out(id, reason),
        }
    }

    /// Takes the list of the category, from phase 2 on only what is kept of it. Returns the groups it meant to
    /// have, once for each item.
    fn take_list(&mut self) -> Vec<Group> {
        let mut wanted = Vec::new();
        for id in phase_one_list(self.facts.category).iter().copied() {
            let Some(group) = library().get(id).map(|item| item.group) else {
                continue;
            };
            wanted.push(group);
            let is_quota = matches!(id, "AE7" | "AE8");
            if self.facts.phase > 1 && matches!(group, Group::Mobility | Group::Strength) {
                continue;
            }
            if is_quota && !self.chosen(id) {
                self.leave_out(id, Reason::NotChosen);
                continue;
            }
            match preferred(id, self.facts) {
                Some(other) if self.check(other).is_ok() => {
                    self.leave_out(id, self.check(id).err().unwrap_or(Reason::Replaced));
                    self.try_add(other);
                }
                _ => self.try_add(id),
            }
        }
        wanted
    }

    /// Whether an item is one of the quotas chosen; before the choice, those of the list count as chosen.
    fn chosen(&self, id: &str) -> bool {
        is_quota(id, self.facts)
    }

    fn take_quotas(&mut self) {
        for activity in &self.facts.activities {
            self.try_add(quota_item(*activity));
        }
    }

    fn training(&self) -> usize {
        let items = self.ids.iter().filter_map(|id| library().get(id));
        items.filter(|item| role(item, self.facts) == Role::Training).count()
    }

    /// Adds new items of the phase, group by group in turn, newest phase first, at most one of them a
    /// re-exposure, none that is the easier or harder form of an item already there.
    fn add_phase_items(&mut self) {
        let mut misses = 0;
        for group in ADD_ORDER.iter().copied().cycle() {
            if self.training() >= TRAINING_TARGET || self.ids.len() >= MAX_ITEMS || misses == ADD_ORDER.len() {
                return;
            }
            match self.next_of_phase(group) {
                Some(id) => {
                    self.ids.push(id);
                    misses = 0;
                }
                None => misses += 1,
            }
        }
    }

    fn next_of_phase(&self, group: Group) -> Option<&'static str> {
        let facts = self.facts;
        let reexposure = |id: &str| is_reexposure(id, facts.category);
        let has_reexposure = self.ids.iter().any(|id| reexposure(id));
        let phase_of = |item: &Exercise| item.phase_with(facts.category, facts.secondary);
        let mut best: Option<&'static Exercise> = None;
        for item in candidates(group, facts, &self.ids) {
            let fits = phase_of(item) > 1 && !(has_reexposure && reexposure(&item.id)) && !self.ids.iter().any(|id| are_forms(id, item));
            // Strictly later phase only, so that the order of the library decides among equals.
            if fits && best.is_none_or(|found| phase_of(item) > phase_of(found)) {
                best = Some(item);
            }
        }
        best.map(|item| item.id.as_str())
    }

    /// Fills groups that restrictions have thinned out with items of the same group that are allowed (5.6:
    /// swaps stay within the group), the family of an item left out first, so that nobody is left with an
    /// empty or one-sided plan, for instance without the floor.
    fn fill(&mut self, wanted: &[Group]) {
        let families: Vec<&str> =
            self.left_out.iter().filter_map(|left| library().get(&left.exercise)).map(|item| item.family.as_str()).collect();
        for group in Group::ALL.iter().copied() {
            let meant = wanted.iter().filter(|other| **other == group).count();
            let minimum = meant.min(MIN_IN_GROUP);
            if group == Group::Aerobic {
                continue; // Walking carries no flag; other machines are the person's wish.
            }
            while self.count(group) < minimum && self.ids.len() < MAX_ITEMS {
                let open = |item: &&Exercise| !is_reexposure(&item.id, self.facts.category);
                let found =
                    candidates(group, self.facts, &self.ids).filter(open).min_by_key(|item| !families.contains(&item.family.as_str()));
                let Some(item) = found else { break };
                self.ids.push(item.id.as_str());
            }
        }
    }

    fn count(&self, group: Group) -> usize {
        let groups = self.ids.iter().filter_map(|id| library().get(id));
        groups.filter(|item| item.group == group).count()
    }

    /// Drops training items until twelve are left: from the group with the most of them, stretches before
    /// strength, core items last. Quotas were chosen by the person and stay. The list of EXT has thirteen
    /// items, so this happens there without any restriction.
    fn cut_to_size(&mut self) {
        const DROP_ORDER: [Group; 3] = [Group::Mobility, Group::Strength, Group::Aerobic];
        while self.ids.len() > MAX_ITEMS {
            let last = |group: Group| {
                self.ids
                    .iter()
                    .rposition(|id| library().get(id).is_some_and(|item| item.group == group && role(item, self.facts) == Role::Training))
            };
            let fullest = DROP_ORDER
                .iter()
                .copied()
                .filter(|group| last(*group).is_some())
                .rev() // `max_by_key` returns the last of equals
                .max_by_key(|group| self.count(*group));
            let at = fullest.and_then(last).or_else(|| last(Group::Core)).unwrap_or(self.ids.len() - 1);
            let id = self.ids.remove(at);
            self.leave_out(id, Reason::NoRoom);
        }
    }
}

/// Whether one item is the easier or harder form of the other.
pub(super) fn are_forms(id: &str, item: &Exercise) -> bool {
    let names =
        |exercise: &Exercise, other: &str| exercise.easier_id.as_deref() == Some(other) || exercise.harder_id.as_deref() == Some(other);
    names(item, id) || library().get(id).is_some_and(|other| names(other, &item.id))
}

/// Whether the quota track paces this item: its activity was chosen, or nothing is chosen yet and it is one of
/// the quotas of the lists.
fn is_quota(id: &str, facts: &PlanFacts) -> bool {
    if facts.activities.is_empty() {
        return matches!(id, "AE1" | "AE7" | "AE8");
    }
    facts.activities.iter().any(|activity| quota_item(*activity) == id)
}

fn role(exercise: &Exercise, facts: &PlanFacts) -> Role {
    match exercise.group {
        Group::Relief => Role::Relief,
        Group::Calm => Role::Calm,
        // Walking stays walking by time even when other quotas were chosen, and never takes a training place.
        _ if exercise.id == "AE1" || is_quota(&exercise.id, facts) => Role::Quota,
        _ => Role::Training,
    }
}

impl Prescribed {
    /// An exercise at its start dose and in its standard form.
    pub fn start(exercise: &Exercise, facts: &PlanFacts) -> Self {
        Self {
            exercise: exercise.id.clone(),
            dose: start_dose(exercise, facts),
            level: Level::Standard,
            core: exercise.group == Group::Core,
            role: role(exercise, facts),
            why: exercise.why.clone(),
            own: None,
        }
    }
}

fn start_dose(exercise: &Exercise, facts: &PlanFacts) -> Dose {
    let mut dose = exercise.dose.clone();
    if is_quota(&exercise.id, facts) {
        if dose.kind != DoseKind::Quota {
            dose = Dose::new(DoseKind::Quota);
            dose.days_per_week = 5;
        }
    } else if exercise.id == "AE1" {
        // No walking quota was chosen: a short walk by time keeps the aerobic part of the list.
        dose.kind = DoseKind::Minutes;
        dose.minutes = 10;
    }
    if exercise.id == "AE1" && matches!(facts.category, Category::Ext | Category::Load) {
        dose.times_per_day = 2;
        dose.times_per_day_max = 3;
        if dose.kind == DoseKind::Minutes {
            dose.minutes = 5;
        }
    }
    dose
}
