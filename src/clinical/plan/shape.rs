//! A whole plan as one value: its exercises in order and its daily goals. It is what an editor changes, what a
//! version and a template keep, and what two of are compared in words. Whether a person may have it is said as
//! warnings: a physiotherapist may still decide otherwise, except about health (`Warning::NotFor`).

use super::{MAX_ITEMS, MAX_TRAINING_A_DAY, PlanFacts, Prescribed, Reason, Role, is_reexposure, reasons, training_day};
use crate::clinical::advice::advice;
use crate::clinical::codes::{Activity, Unit};
use crate::clinical::quota::{QuotaInput, Schedule};
use crate::lang::Text;
use serde::{Deserialize, Serialize};

/// Subjects of differences that are not about one exercise.
pub const NEW_EXERCISE: &str = tr_later!("New exercise");
/// An exercise that goes.
pub const EXERCISE: &str = tr_later!("Exercise");
/// The order of the list.
pub const ORDER: &str = tr_later!("Order of the exercises");

/// A plan as one value. An exercise is in it at most once, as is an activity among the daily goals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Exercises in their order.
    pub items: Vec<Prescribed>,
    /// Daily goals.
    pub quotas: Vec<ShapedQuota>,
}

/// A daily goal with its whole schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShapedQuota {
    /// What it is about.
    pub activity: Activity,
    /// Unit of every amount.
    pub unit: Unit,
    /// Days a week it is planned on, 1 to 7.
    pub days_per_week: i32,
    /// What the schedule was made from.
    pub input: QuotaInput,
    /// The schedule.
    pub schedule: Schedule,
    /// Place in the schedule, from 0.
    pub step_index: i32,
}

impl ShapedQuota {
    /// Place in the schedule, within it.
    fn place(&self) -> usize {
        usize::try_from(self.step_index).unwrap_or(0).min(self.schedule.quotas.len().saturating_sub(1))
    }

    /// The amount of the week under way, in the unit.
    pub fn amount(&self) -> f64 {
        self.schedule.quotas.get(self.place()).copied().unwrap_or(self.input.goal)
    }

    /// The amounts from the week under way on.
    pub fn to_come(&self) -> &[f64] {
        self.schedule.quotas.get(self.place()..).unwrap_or_default()
    }

    /// Weeks until the goal is the week's amount, at this pace.
    pub fn weeks_left(&self) -> usize {
        self.to_come().len().saturating_sub(1)
    }

    /// The activity in words.
    pub fn name(&self) -> Text {
        Text::fixed(&advice().activity(self.activity).name)
    }

    /// An amount of it with its unit in words.
    pub fn in_words(&self, amount: f64) -> Text {
        amount_words(self.activity, self.unit, amount)
    }

    fn days_text(&self) -> Text {
        match self.days_per_week {
            1 => text!("on 1 day a week"),
            days => text!("on {n} days a week", n = days),
        }
    }

    fn goal_text(&self) -> Text {
        let goal = self.in_words(self.input.goal);
        match self.weeks_left() {
            0 => text!("{goal}, the goal, now", goal = goal),
            1 => text!("{goal} as the goal, in 1 week", goal = goal),
            weeks => text!("{goal} as the goal, in {n} weeks", goal = goal, n = weeks),
        }
    }

    fn weeks_text(&self) -> Text {
        text!("week by week {items}", items = listed(self.to_come().iter().map(|amount| self.in_words(*amount))))
    }

    /// Amount, days and goal in one line.
    pub fn summary(&self) -> Text {
        text!("{amount}, {days}, to {goal}", amount = self.in_words(self.amount()), days = self.days_text(), goal = self.goal_text())
    }

    fn differences(&self, to: &Self, found: &mut Vec<Difference>) {
        let parts: [fn(&Self) -> Text; 3] = [|q| q.in_words(q.amount()), Self::days_text, Self::goal_text];
        let told = found.len();
        for part in parts {
            Difference::between(self.name(), part(self), part(to), found);
        }
        if told == found.len() && self.to_come() != to.to_come() {
            Difference::between(self.name(), self.weeks_text(), to.weeks_text(), found);
        }
    }
}

/// An amount of an activity with its unit in words.
pub fn amount_words(activity: Activity, unit: Unit, amount: f64) -> Text {
    match advice().activity(activity).unit(unit) {
        Some(words) if amount == 1.0 => text!("1 {unit}", unit = Text::fixed(&words.one)),
        Some(words) => text!("{amount} {unit}", amount = amount, unit = Text::fixed(&words.many)),
        None => text!("{amount} {unit}", amount = amount, unit = unit.to_string()),
    }
}

/// Words with commas between them.
pub fn listed(words: impl Iterator<Item = Text>) -> Text {
    words.reduce(|all, next| text!("{items}, {item}", items = all, item = next)).unwrap_or_else(|| text!(""))
}

/// One thing that two plans differ in, in words for the patient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What it is about.
    pub subject: Text,
    /// As it was; empty when it is new.
    pub before: Text,
    /// As it is to be; empty when it goes.
    pub after: Text,
}

impl Difference {
    fn between(subject: Text, before: Text, after: Text, found: &mut Vec<Self>) {
        if before != after {
            found.push(Self { subject, before, after });
        }
    }
}

fn title(item: &Prescribed) -> Text {
    Text::from(item.title().to_owned())
}

impl Shape {
    /// The exercise with this id.
    pub fn get(&self, exercise: &str) -> Option<&Prescribed> {
        self.items.iter().find(|item| item.exercise == exercise)
    }

    /// The daily goal of an activity.
    pub fn quota(&self, activity: Activity) -> Option<&ShapedQuota> {
        self.quotas.iter().find(|quota| quota.activity == activity)
    }

    /// Puts an exercise in: in its place where it is there already, else at the end.
    pub fn put(&mut self, item: Prescribed) {
        match self.items.iter_mut().find(|other| other.exercise == item.exercise) {
            Some(other) => *other = item,
            None => self.items.push(item),
        }
    }

    /// Puts a daily goal in, in the place of one of the same activity.
    pub fn put_quota(&mut self, quota: ShapedQuota) {
        match self.quotas.iter_mut().find(|other| other.activity == quota.activity) {
            Some(other) => *other = quota,
            None => self.quotas.push(quota),
        }
    }

    /// Takes an exercise out; says whether it was there.
    pub fn take_out(&mut self, exercise: &str) -> bool {
        let before = self.items.len();
        self.items.retain(|item| item.exercise != exercise);
        self.items.len() < before
    }

    fn place(&self, exercise: &str) -> Option<usize> {
        self.items.iter().position(|item| item.exercise == exercise)
    }

    /// Moves an exercise one place towards the beginning; the first stays.
    pub fn up(&mut self, exercise: &str) {
        if let Some(at) = self.place(exercise).filter(|at| *at > 0) {
            self.items.swap(at - 1, at);
        }
    }

    /// Moves an exercise one place towards the end; the last stays.
    pub fn down(&mut self, exercise: &str) {
        if let Some(at) = self.place(exercise).filter(|at| at + 1 < self.items.len()) {
            self.items.swap(at, at + 1);
        }
    }

    /// Moves an exercise to a place counted from 0; beyond the end is the end.
    pub fn move_to(&mut self, exercise: &str, place: usize) {
        if let Some(at) = self.place(exercise) {
            let item = self.items.remove(at);
            self.items.insert(place.min(self.items.len()), item);
        }
    }

    /// What changes from this plan to another, in words: exercises that go, come, and change, in the order of the
    /// lists, then the order, then the daily goals: those that go, come, and change.
    pub fn differences(&self, to: &Shape) -> Vec<Difference> {
        let mut found = Vec::new();
        for item in self.items.iter().filter(|item| to.get(&item.exercise).is_none()) {
            Difference::between(Text::fixed(EXERCISE), title(item), text!(""), &mut found);
        }
        for item in &to.items {
            match self.get(&item.exercise) {
                None => Difference::between(Text::fixed(NEW_EXERCISE), text!(""), item.with_title(), &mut found),
                Some(old) => {
                    Difference::between(title(item), old.in_words(), item.in_words(), &mut found);
                    let version = |item: &Prescribed| item.own.as_ref().map_or(0, |own| own.version);
                    if version(old) != version(item) {
                        let words = |item: &Prescribed| text!("version {version}", version = version(item));
                        Difference::between(title(item), words(old), words(item), &mut found);
                    }
                }
            }
        }
        self.order_difference(to, &mut found);
        for quota in self.quotas.iter().filter(|quota| to.quota(quota.activity).is_none()) {
            Difference::between(quota.name(), quota.summary(), text!(""), &mut found);
        }
        for quota in &to.quotas {
            match self.quota(quota.activity) {
                None => Difference::between(quota.name(), text!(""), quota.summary(), &mut found),
                Some(old) => old.differences(quota, &mut found),
            }
        }
        found
    }

    /// The order of what both have, from the first place that differs to the last.
    fn order_difference(&self, to: &Shape, found: &mut Vec<Difference>) {
        let common = |of: &Shape, other: &Shape| -> Vec<String> {
            of.items.iter().map(|item| item.exercise.clone()).filter(|id| other.get(id).is_some()).collect()
        };
        let (before, after) = (common(self, to), common(to, self));
        let differs: Vec<usize> = (0..before.len().min(after.len())).filter(|at| before[*at] != after[*at]).collect();
        if let (Some(first), Some(last)) = (differs.first(), differs.last()) {
            let words = |ids: &[String]| listed(ids[*first..=*last].iter().filter_map(|id| to.get(id)).map(title));
            Difference::between(Text::fixed(ORDER), words(&before), words(&after), found);
        }
    }

    /// Longest training day of a week in minutes, daily amounts not counted; 0 without training exercises.
    /// `days_per_week`: 1 to 7.
    pub fn minutes(&self, days_per_week: u32) -> u32 {
        let day = |index: u32| -> u32 {
            training_day(&self.items, index, days_per_week).into_iter().map(|at| self.items[at].dose.minutes()).sum()
        };
        (0..days_per_week.max(1)).map(day).max().unwrap_or(0)
    }

    /// What a physiotherapist should know before this plan is anybody's, the gravest first. `days_per_week`: training
    /// days, 1 to 7; `agreed_minutes`: what a training day was agreed to take, where that is known.
    pub fn warnings(&self, facts: &PlanFacts, days_per_week: u32, agreed_minutes: Option<u32>) -> Vec<Warning> {
        let mut found = Vec::new();
        for item in &self.items {
            let why = item.definition().map(|exercise| reasons(exercise, facts, facts.phase)).unwrap_or_default();
            if !why.is_empty() {
                found.push(Warning::NotFor { exercise: item.title().to_owned(), reasons: why });
            }
        }
        let returning: Vec<&Prescribed> = self.items.iter().filter(|item| is_reexposure(&item.exercise, facts.category)).collect();
        if let [_, _, ..] = returning[..] {
            found.push(Warning::Returning { exercises: returning.iter().map(|item| item.title().to_owned()).collect() });
        }
        let training = self.items.iter().filter(|item| item.role == Role::Training).count();
        if training > MAX_TRAINING_A_DAY {
            let rarest = self.items.iter().enumerate().filter(|(_, item)| item.role == Role::Training);
            let week: Vec<usize> = (0..days_per_week.max(1)).flat_map(|day| training_day(&self.items, day, days_per_week)).collect();
            let times = rarest.map(|(at, _)| week.iter().filter(|shown| **shown == at).count()).min().unwrap_or(0);
            found.push(Warning::TooMany { training, times });
        }
        if training == 0 {
            found.push(Warning::NoTraining);
        }
        if self.items.len() > MAX_ITEMS {
            found.push(Warning::TooLong { items: self.items.len() });
        }
        let minutes = self.minutes(days_per_week);
        if let Some(agreed) = agreed_minutes.filter(|agreed| minutes > *agreed) {
            found.push(Warning::Minutes { minutes, agreed });
        }
        found
    }
}

/// What speaks against a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// An exercise that flags, phase or equipment speak against.
    NotFor {
        /// Its name.
        exercise: String,
        /// Why, the gravest first.
        reasons: Vec<Reason>,
    },
    /// More than one movement that was painful comes back at once (5.5).
    Returning {
        /// Their names.
        exercises: Vec<String>,
    },
    /// More training exercises than a day has places for.
    TooMany {
        /// How many.
        training: usize,
        /// How often the rarest of them comes in the first week.
        times: usize,
    },
    /// No training exercise at all.
    NoTraining,
    /// More items than a list may have.
    TooLong {
        /// How many.
        items: usize,
    },
    /// A training day takes longer than was agreed.
    Minutes {
        /// Minutes of the longest training day.
        minutes: u32,
        /// Minutes that were agreed.
        agreed: u32,
    },
}

impl Warning {
    /// The warning in a sentence or two.
    pub fn text(&self) -> Text {
        match self {
            Self::NotFor { exercise, reasons } => {
                let why = listed(reasons.iter().map(|reason| reason.text()));
                text!("{exercise} is not for this person: {why}.", exercise = Text::from(exercise.clone()), why = why)
            }
            Self::Returning { exercises } => {
                let names = listed(exercises.iter().map(|name| Text::from(name.clone())));
                text!("Movements that were painful come back one at a time. Here are several: {names}.", names = names)
            }
            Self::TooMany { training, times: 0 } => {
                text!("{n} exercises for training days, and a day shows four of them in turn: some do not come every week.", n = *training)
            }
            Self::TooMany { training, times: 1 } => {
                text!("{n} exercises for training days, and a day shows four of them in turn: some come only once a week.", n = *training)
            }
            Self::TooMany { training, times } => text!(
                "{n} exercises for training days, and a day shows four of them in turn: each comes at least {times} times a week.",
                n = *training,
                times = *times
            ),
            Self::NoTraining => text!("There is no exercise for the training days."),
            Self::TooLong { items } => text!("The list has {n} exercises. It may have 12.", n = *items),
            Self::Minutes { minutes, agreed } => {
                text!("A training day takes about {minutes} minutes. Agreed were {agreed}.", minutes = *minutes, agreed = *agreed)
            }
        }
    }
}
