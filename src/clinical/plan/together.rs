//! Two changes of the same plan brought together, exercise by exercise and goal by goal: what only one side
//! changed is taken over, what both changed differently is for a person to decide.

use super::Prescribed;
use super::shape::{Shape, ShapedQuota};
use crate::lang::Text;

/// Whose change counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// That of the draft.
    Draft,
    /// That of the plan as it is now.
    Plan,
}

/// Something that both sides changed, each in another way. Empty words: it is not in there any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Id of the exercise, or `quota.` with the code of the activity.
    pub key: String,
    /// What it is about.
    pub subject: Text,
    /// As it is in the draft.
    pub draft: Text,
    /// As it is in the plan now.
    pub plan: Text,
}

/// One thing of three plans; `None` inside: it goes. `Err`: both sides changed it.
fn one<T: PartialEq + Clone>(base: Option<&T>, draft: Option<&T>, plan: Option<&T>, choice: Option<Side>) -> Result<Option<T>, ()> {
    if draft == plan || plan == base {
        return Ok(draft.cloned());
    }
    if draft == base {
        return Ok(plan.cloned());
    }
    match choice {
        Some(Side::Draft) => Ok(draft.cloned()),
        Some(Side::Plan) => Ok(plan.cloned()),
        None => Err(()),
    }
}

/// Brings a draft together with the plan, which moved on since both were `base`. `choice` says whose change counts
/// where both changed the same.
///
/// # Errors
/// What both changed and nobody chose for.
pub fn together(base: &Shape, draft: &Shape, plan: &Shape, choice: impl Fn(&str) -> Option<Side>) -> Result<Shape, Vec<Clash>> {
    let (mut items, mut quotas, mut clashes) = (Vec::new(), Vec::new(), Vec::new());
    for id in order(base, draft, plan) {
        let (was, mine, theirs) = (base.get(&id), draft.get(&id), plan.get(&id));
        match one(was, mine, theirs, choice(&id)) {
            Ok(item) => items.extend(item),
            Err(()) => clashes.push(Clash {
                subject: Text::from(mine.or(theirs).map_or_else(|| id.clone(), |item| item.title().to_owned())),
                draft: mine.map_or_else(|| text!(""), Prescribed::in_words),
                plan: theirs.map_or_else(|| text!(""), Prescribed::in_words),
                key: id,
            }),
        }
    }
    let mut activities: Vec<_> = draft.quotas.iter().chain(&plan.quotas).map(|quota| quota.activity).collect();
    activities.sort();
    activities.dedup();
    for activity in activities {
        let key = format!("quota.{activity}");
        let (was, mine, theirs) = (base.quota(activity), draft.quota(activity), plan.quota(activity));
        match one(was, mine, theirs, choice(&key)) {
            Ok(quota) => quotas.extend(quota),
            Err(()) => clashes.push(Clash {
                key,
                subject: mine.or(theirs).map_or_else(|| text!(""), ShapedQuota::name),
                draft: mine.map_or_else(|| text!(""), ShapedQuota::summary),
                plan: theirs.map_or_else(|| text!(""), ShapedQuota::summary),
            }),
        }
    }
    if clashes.is_empty() { Ok(Shape { items, quotas }) } else { Err(clashes) }
}

/// Every exercise of the draft and the plan, in the order of the draft where it moved something, else in the plan's.
/// What only the other one has follows what it follows there.
fn order(base: &Shape, draft: &Shape, plan: &Shape) -> Vec<String> {
    let ids = |of: &Shape, other: &Shape| -> Vec<String> {
        of.items.iter().map(|item| item.exercise.clone()).filter(|id| other.get(id).is_some()).collect()
    };
    let moved = ids(base, draft) != ids(draft, base);
    let (first, second) = if moved { (draft, plan) } else { (plan, draft) };
    let mut all: Vec<String> = first.items.iter().map(|item| item.exercise.clone()).collect();
    let mut after = 0;
    for item in &second.items {
        match all.iter().position(|id| *id == item.exercise) {
            Some(at) => after = at + 1,
            None => {
                all.insert(after, item.exercise.clone());
                after += 1;
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::clinical::codes::Category;
    use crate::clinical::plan::tests::facts;
    use crate::clinical::plan::{Level, compose};

    fn base() -> Shape {
        Shape { items: compose(&facts(Category::Flex)).items, quotas: Vec::new() }
    }

    fn none(_: &str) -> Option<Side> {
        None
    }

    #[test]
    fn changes_of_different_exercises_are_both_kept() {
        let (base, mut draft, mut plan) = (base(), base(), base());
        draft.items[1].level = Level::Easier;
        draft.up("HL1");
        assert!(plan.take_out("CO3"));
        let both = together(&base, &draft, &plan, none).unwrap();
        assert_eq!(both.items[1].level, Level::Easier);
        assert!(both.get("CO3").is_none());
        assert_eq!(both.items.len(), base.items.len() - 1);
        let place = |id: &str| both.items.iter().position(|item| item.exercise == id).unwrap();
        assert!(place("HL1") < place("CO5"), "the draft's order");
    }

    #[test]
    fn what_both_added_stays_where_each_put_it() {
        let base = base();
        let (mut draft, mut plan) = (base.clone(), base.clone());
        let new = |id: &str| Prescribed { exercise: id.to_owned(), ..base.items[0].clone() };
        draft.put(new("MO2"));
        plan.put(new("MO3"));
        let both = together(&base, &draft, &plan, none).unwrap();
        assert!(both.get("MO2").is_some() && both.get("MO3").is_some());
        assert_eq!(both.items.len(), base.items.len() + 2);
    }

    #[test]
    fn what_both_changed_is_for_a_person_to_decide() {
        let (base, mut draft, mut plan) = (base(), base(), base());
        draft.items[1].level = Level::Easier;
        plan.items[1].level = Level::Harder;
        let clashes = together(&base, &draft, &plan, none).unwrap_err();
        assert_eq!(clashes.len(), 1);
        assert_eq!(clashes[0].key, base.items[1].exercise);
        assert!(clashes[0].draft.to_string().ends_with("easier form") && clashes[0].plan.to_string().ends_with("harder form"));
        let chosen = |side| together(&base, &draft, &plan, |_| Some(side)).unwrap().items[1].level;
        assert_eq!((chosen(Side::Draft), chosen(Side::Plan)), (Level::Easier, Level::Harder));
    }

    #[test]
    fn the_same_change_on_both_sides_is_no_clash() {
        let (base, mut draft, mut plan) = (base(), base(), base());
        draft.items[1].level = Level::Easier;
        plan.items[1].level = Level::Easier;
        assert_eq!(together(&base, &draft, &plan, none).unwrap(), draft);
        assert_eq!(together(&base, &base, &plan, none).unwrap(), plan);
        assert_eq!(together(&base, &draft, &base, none).unwrap(), draft);
    }
}
