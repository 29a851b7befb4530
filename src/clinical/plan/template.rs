//! A plan that a clinic keeps to give to many: phases of weeks with their exercises, for whom it is, and what to
//! explain. [`lay`] puts one of its phases over somebody's plan, as far as it is for that person.

use super::{MAX_ITEMS, PlanFacts, Prescribed, Reason, Role, Shape, reasons};
use crate::clinical::advice::advice;
use crate::clinical::codes::{Activity, Category};
use serde::{Deserialize, Serialize};

/// A template as one of its versions keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// For whom it is, in a sentence.
    pub sentence: String,
    /// Patterns it suits; none: any.
    pub suits: Vec<Category>,
    /// Training days a week it is made for, 3 to 5.
    pub days_per_week: u8,
    /// What to explain to the patient, a line each.
    pub explain: Vec<String>,
    /// Its phases in their order; at least one.
    pub phases: Vec<Phase>,
}

/// A phase of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// How long it lasts, 1 to 12 weeks.
    pub weeks: u8,
    /// Its exercises in their order, each at the dose and in the form it begins with.
    pub items: Vec<Prescribed>,
    /// Daily goals it suggests.
    pub quotas: Vec<QuotaHint>,
}

/// How a phase suggests to begin a daily goal. The amounts are the patient's own: they come from their baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaHint {
    /// The activity.
    pub activity: Activity,
    /// Share of the baseline to begin with, per cent: 70 or 80.
    pub start_percent: u8,
    /// Days a week, 1 to 7.
    pub days_per_week: u8,
}

impl Template {
    /// Whether it is meant for a pattern.
    pub fn suits(&self, category: Category) -> bool {
        self.suits.is_empty() || self.suits.contains(&category)
    }

    /// The phase at a place counted from 0; the last one beyond the end.
    pub fn phase(&self, at: usize) -> Option<&Phase> {
        self.phases.get(at).or(self.phases.last())
    }

    /// What is different in another version, a sentence each.
    pub fn differences(&self, to: &Template) -> Vec<String> {
        let mut found = Vec::new();
        let mut text = |what: &str, before: &str, after: &str| {
            if before != after {
                found.push(format!("{what}: {} (before: {})", or_nothing(after), or_nothing(before)));
            }
        };
        text("Name", &self.name, &to.name);
        text("For whom", &self.sentence, &to.sentence);
        text("Patterns", &patterns(&self.suits), &patterns(&to.suits));
        text("Training days a week", &self.days_per_week.to_string(), &to.days_per_week.to_string());
        text("To explain", &self.explain.join("; "), &to.explain.join("; "));
        for at in 0..self.phases.len().max(to.phases.len()) {
            match (self.phases.get(at), to.phases.get(at)) {
                (Some(before), Some(after)) => found.extend(before.differences(after)),
                (Some(gone), None) => found.push(format!("No longer there: phase “{}”", gone.name)),
                (None, Some(new)) => found.push(format!("New: phase “{}”, {}", new.name, weeks(new.weeks))),
                (None, None) => {}
            }
        }
        found
    }
}

impl Phase {
    fn shape(&self) -> Shape {
        Shape { items: self.items.clone(), quotas: Vec::new() }
    }

    fn differences(&self, to: &Phase) -> Vec<String> {
        let mut found = Vec::new();
        if (&self.name, self.weeks) != (&to.name, to.weeks) {
            found.push(format!("Phase “{}”, {} (before: “{}”, {})", to.name, weeks(to.weeks), self.name, weeks(self.weeks)));
        }
        for line in self.shape().differences(&to.shape()) {
            let (subject, before, after) = (line.subject.to_string(), line.before.to_string(), line.after.to_string());
            found.push(match (before.as_str(), after.as_str()) {
                ("", after) => format!("“{}”: {subject}: {after}", to.name),
                (before, "") => format!("“{}”: no longer {before}", to.name),
                (before, after) => format!("“{}”: {subject}: {after} (before: {before})", to.name),
            });
        }
        let hints = |phase: &Phase| phase.quotas.iter().map(QuotaHint::words).collect::<Vec<_>>().join("; ");
        if self.quotas != to.quotas {
            found.push(format!("“{}”: daily goals: {} (before: {})", to.name, or_nothing(&hints(to)), or_nothing(&hints(self))));
        }
        found
    }

    fn item(&self, exercise: &str) -> Option<&Prescribed> {
        self.items.iter().find(|item| item.exercise == exercise)
    }
}

impl QuotaHint {
    /// "Walking: from 70 % of the baseline, on 5 days a week".
    pub fn words(&self) -> String {
        let name = &advice().activity(self.activity).name;
        format!("{name}: from {} % of the baseline, on {} days a week", self.start_percent, self.days_per_week)
    }
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

fn weeks(count: u8) -> String {
    if count == 1 { "1 week".to_owned() } else { format!("{count} weeks") }
}

/// Patterns in words; "any" for none.
pub fn patterns(of: &[Category]) -> String {
    match of {
        [] => "any".to_owned(),
        some => some.iter().map(|category| advice().category(*category).name.clone()).collect::<Vec<_>>().join(", "),
    }
}

/// A plan after something was laid over it.
#[derive(Debug, Clone, PartialEq)]
pub struct Laid {
    /// The plan as it would be.
    pub shape: Shape,
    /// What is not for this person, with all reasons.
    pub left_out: Vec<(Prescribed, Vec<Reason>)>,
}

/// Lays a phase over a plan.
///
/// Without `before` the training of the plan becomes that of the phase: other training exercises go, doses and forms
/// are those of the phase. With `before`, what the plan followed until now, only what differs between both phases
/// changes: an exercise that both have alike stays where the person is with it, one that was taken out or put in for
/// this person stays so. Relief and calm only ever come or change; the daily goals keep their schedules and take the
/// days a week that the phase suggests. What speaks against an exercise for this person leaves it out.
pub fn lay(current: &Shape, before: Option<&Phase>, phase: &Phase, facts: &PlanFacts) -> Laid {
    let mut shape = current.clone();
    let leaves = |item: &Prescribed| {
        let belonged = before.map_or(item.role == Role::Training, |old| old.item(&item.exercise).is_some());
        belonged && item.role != Role::Quota && phase.item(&item.exercise).is_none()
    };
    shape.items.retain(|item| !leaves(item));
    let mut left_out = Vec::new();
    for item in phase.items.iter().filter(|item| item.role != Role::Quota) {
        let alike = before.is_some_and(|old| old.item(&item.exercise) == Some(item));
        let now = current.get(&item.exercise);
        if alike || now.is_some_and(|now| now.role == Role::Quota) {
            continue;
        }
        let mut why = item.definition().map(|exercise| reasons(exercise, facts, facts.phase)).unwrap_or_default();
        if why.is_empty() && now.is_none() && shape.items.len() >= MAX_ITEMS {
            why.push(Reason::NoRoom);
        }
        if !why.is_empty() {
            left_out.push((item.clone(), why));
        } else {
            shape.put(item.clone());
        }
    }
    for hint in &phase.quotas {
        let alike = before.is_some_and(|old| old.quotas.contains(hint));
        if let Some(quota) = shape.quotas.iter_mut().find(|quota| quota.activity == hint.activity && !alike) {
            quota.days_per_week = i32::from(hint.days_per_week);
        }
    }
    Laid { shape, left_out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::exercise::library;
    use crate::clinical::plan::tests::facts;

    fn given(id: &str) -> Prescribed {
        Prescribed::start(library().get(id).unwrap(), &facts(Category::Flex))
    }

    fn phase(ids: &[&str]) -> Phase {
        Phase { name: "First".to_owned(), weeks: 4, items: ids.iter().map(|id| given(id)).collect(), quotas: Vec::new() }
    }

    fn ids(shape: &Shape) -> Vec<&str> {
        shape.items.iter().map(|item| item.exercise.as_str()).collect()
    }

    #[test]
    fn a_phase_replaces_the_training_and_leaves_relief_calm_and_the_daily_amount() {
        let current = Shape { items: ["RP1", "CO5", "CO1", "RB1", "AE1"].map(given).to_vec(), quotas: Vec::new() };
        let laid = lay(&current, None, &phase(&["CO1", "HL1"]), &facts(Category::Flex));
        assert_eq!(ids(&laid.shape), ["RP1", "CO1", "RB1", "AE1", "HL1"]);
        assert!(laid.left_out.is_empty());
    }

    #[test]
    fn what_speaks_against_an_exercise_keeps_it_out_and_is_said() {
        let bare = PlanFacts { can_floor: false, ..facts(Category::Flex) };
        let laid = lay(&Shape::default(), None, &phase(&["CO5", "HL1"]), &bare);
        assert!(!ids(&laid.shape).contains(&"CO5"));
        assert!(laid.left_out.iter().any(|(item, why)| item.exercise == "CO5" && why.contains(&Reason::Floor)));
    }

    #[test]
    fn an_update_touches_only_what_the_versions_differ_in() {
        let old = phase(&["CO1", "CO5", "HL1"]);
        let mut new = phase(&["CO1", "CO5", "HL5"]);
        new.items[1].dose.sets += 1;
        // The person has gone on with CO1, does CO5, had HL1 taken out, and has CO2 of their own.
        let mut further = given("CO1");
        further.dose.sets += 2;
        let current = Shape { items: vec![further.clone(), given("CO5"), given("CO2")], quotas: Vec::new() };
        let laid = lay(&current, Some(&old), &new, &facts(Category::Flex));
        assert_eq!(ids(&laid.shape), ["CO1", "CO5", "CO2", "HL5"]);
        assert_eq!(laid.shape.get("CO1"), Some(&further), "the person stays where they are");
        assert_eq!(laid.shape.get("CO5"), Some(&new.items[1]));
        let same = lay(&current, Some(&old), &old, &facts(Category::Flex));
        assert_eq!(same.shape, current, "nothing new: nothing changes");
    }
}
