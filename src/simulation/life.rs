//! One virtual patient's programme, day by day; every decision is taken by the rules of `clinical`.

use super::person::{Felt, Person};
use super::safety;
use super::{Counts, Setup};
use crate::clinical::codes::{Colour, DayClass, Outcome, QuotaStep};
use crate::clinical::course::{
    Absence, PhaseStep, REST_DAYS, Reviewed, SessionEffect, absence, after_week, leaving, maintenance_days, next_index, restart,
    session_effect,
};
use crate::clinical::journal::usual_pain;
use crate::clinical::plan::{ItemState, Pause, Prescribed, compose, flare_day, paused_items, training_day};
use crate::clinical::quota::{QuotaInput, Schedule, day_class, part_of, schedule};
use crate::clinical::session::colour;
use crate::clinical::week::{WeekFacts, WeekReview, review};
use chrono::{Datelike, Days, NaiveDate};
use rand::RngExt;
use std::collections::BTreeMap;

/// An exercise of the plan with its own sessions.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) prescribed: Prescribed,
    colours: Vec<Colour>,
    efforts: Vec<f64>,
    red_unanswered: bool,
    trained: bool,
    all_sets: bool,
}

impl Item {
    fn new(prescribed: Prescribed) -> Self {
        Self { prescribed, colours: Vec::new(), efforts: Vec::new(), red_unanswered: false, trained: false, all_sets: true }
    }

    fn state(&self) -> ItemState {
        ItemState {
            prescribed: self.prescribed.clone(),
            recent_colours: self.colours.clone(),
            red_unanswered: self.red_unanswered,
            last_rpe: self.efforts.last().copied(),
            all_sets_done: self.trained && self.all_sets,
        }
    }
}

/// A plan under way.
pub(super) struct Life<'a> {
    pub(super) person: Person,
    pub(super) items: Vec<Item>,
    pub(super) quota: Schedule,
    pub(super) inputs: QuotaInput,
    pub(super) index: usize,
    pub(super) pain: Vec<(NaiveDate, f64)>,
    pub(super) earlier: Vec<Reviewed>,
    pub(super) reviews: Vec<(WeekFacts, WeekReview)>,
    pub(super) flare_since: Option<NaiveDate>,
    pub(super) flares_ended: Vec<NaiveDate>,
    pub(super) paused_until: u32,
    pub(super) keeping: bool,
    pub(super) resting: Vec<(NaiveDate, String)>,
    pub(super) silent: u32,
    pub(super) psfs_before: Option<f64>,
    pub(super) rmdq: Option<(u32, u32)>,
    pub(super) goal_seen: bool,
    /// A session whose next morning is still to come.
    pub(super) open: Option<(f64, f64, Vec<String>)>,
    pub(super) counts: &'a mut Counts,
}

/// What a week was made of so far.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) sessions: Vec<(Option<Colour>, f64)>,
    pub(super) met: u32,
    pub(super) over: u32,
    pub(super) spoken: bool,
}

/// Lives one patient's weeks and adds what happened to the counts.
pub(super) fn live(setup: Setup, number: u64, counts: &mut Counts) {
    let mut person = Person::new(setup.seed, number, setup.weeks);
    counts.patients += 1;
    *counts.kinds.entry(person.kind.name()).or_default() += 1;
    let items: Vec<Item> = compose(&person.facts).items.into_iter().map(Item::new).collect();
    let Ok(quota) = schedule(&person.quota) else { return };
    let inputs = person.quota.clone();
    let psfs = person.activities(0);
    let mut life = Life {
        rmdq: None,
        items,
        inputs,
        index: 0,
        pain: Vec::new(),
        earlier: Vec::new(),
        reviews: Vec::new(),
        flare_since: None,
        flares_ended: Vec::new(),
        paused_until: 0,
        keeping: false,
        resting: Vec::new(),
        silent: 0,
        psfs_before: psfs,
        goal_seen: false,
        open: None,
        quota,
        person,
        counts,
    };
    safety::quotas(&life.quota, &life.inputs, &mut life.counts.violations);
    let start = NaiveDate::default();
    for week in 1..=setup.weeks {
        let from = start + Days::new(7 * u64::from(week - 1));
        if !life.week(week, from) {
            life.counts.lapsed += 1;
            return;
        }
    }
}

impl Life<'_> {
    pub(super) fn paused(&self, week: u32) -> bool {
        week <= self.paused_until
    }

    fn asked(&self) -> f64 {
        self.quota.quotas.get(self.index).or(self.quota.quotas.last()).copied().unwrap_or(self.inputs.goal)
    }

    fn prescribed(&self) -> Vec<Prescribed> {
        self.items.iter().map(|item| item.prescribed.clone()).collect()
    }

    /// A week and its review; `false` when the plan ended.
    fn week(&mut self, week: u32, from: NaiveDate) -> bool {
        let mut tally = Tally::default();
        for item in &mut self.items {
            (item.trained, item.all_sets, item.red_unanswered) = (false, true, false);
        }
        let danger = week == self.person.danger_week;
        if danger {
            self.paused_until = week + self.person.rng.random_range(0..=2);
            self.counts.pauses += 1;
        }
        for day in 0..7 {
            self.day(week, from + Days::new(day), &mut tally);
        }
        let facts = self.facts(week, from, &tally);
        let decision = review(&facts);
        safety::review(&facts, &decision, &mut self.counts.violations);
        self.count(week, &decision);
        let goes_on = self.apply(week, from, &tally, &facts, &decision);
        self.reviews.push((facts, decision));
        goes_on
    }

    fn day(&mut self, week: u32, on: NaiveDate, tally: &mut Tally) {
        let felt = self.person.day(week);
        tally.spoken |= felt.average.is_some() || felt.morning.is_some();
        let pain = felt.average.or(felt.morning);
        self.pain.extend(pain.map(|pain| (on, pain)));
        self.morning(felt.morning, on, tally);
        if self.person.flares() && self.flare_since.is_none() && !self.paused(week) && tally.spoken && self.person.rng.random_bool(0.1) {
            self.begin_flare(on); // the button
        }
        let listed = self.prescribed();
        if self.paused(week) {
            safety::paused(&paused_items(&listed, Pause::DangerSign, &self.person.facts), &mut self.counts.violations);
            return;
        }
        let flare = self.flare_since.map(|since| {
            let day = u8::try_from((on - since).num_days() + 1).unwrap_or(7).clamp(1, 7);
            (day, flare_day(&listed, day, &self.person.facts))
        });
        let amount = match &flare {
            Some((_, day)) => part_of(self.asked(), day.share_of_quota, self.inputs.unit),
            None => self.asked(),
        };
        if let Some((day, plan)) = &flare {
            safety::flare(*day, plan, amount, self.asked(), &self.person.facts, &mut self.counts.violations);
        }
        if let Some(share) = felt.share {
            tally.spoken = true;
            let done = (amount * share).round();
            let class = day_class(done, amount);
            tally.met += u32::from(class >= DayClass::Met);
            tally.over += u32::from(class == DayClass::Over);
            self.goal_seen |= day_class(done, self.inputs.goal) >= DayClass::Met;
        }
        let shown: Vec<Prescribed> = match &flare {
            Some((_, plan)) => plan.items.iter().filter(|item| item.role == crate::clinical::plan::Role::Training).cloned().collect(),
            None if self.trains_on(on) => self.todays(week, on, &listed),
            None => Vec::new(),
        };
        safety::day(&shown, flare.is_some(), &self.person.facts, &mut self.counts.violations);
        if felt.trains && !shown.is_empty() {
            self.train(&felt, on, &shown, tally);
        }
    }

    fn trains_on(&self, on: NaiveDate) -> bool {
        let days = if self.keeping { maintenance_days(&self.person.training_days) } else { self.person.training_days.clone() };
        days.contains(&u8::try_from(on.weekday().num_days_from_monday()).unwrap_or(0))
    }

    fn todays(&self, week: u32, on: NaiveDate, listed: &[Prescribed]) -> Vec<Prescribed> {
        let weekday = u8::try_from(on.weekday().num_days_from_monday()).unwrap_or(0);
        let per_week = u32::try_from(self.person.training_days.len()).unwrap_or(3);
        let of_week = self.person.training_days.iter().filter(|day| **day < weekday).count();
        let index = (week - 1) * per_week + u32::try_from(of_week).unwrap_or(0);
        training_day(listed, index, per_week).into_iter().filter_map(|at| listed.get(at).cloned()).collect()
    }

    fn train(&mut self, felt: &Felt, on: NaiveDate, shown: &[Prescribed], tally: &mut Tally) {
        tally.spoken = true;
        let usual = usual_pain(&self.pain, on, self.person.intake_pain);
        let ids: Vec<String> = shown.iter().map(|item| item.exercise.clone()).collect();
        let first = colour(felt.during, None, usual, false, &self.person.clinic);
        tally.sessions.push((Some(first), felt.effort));
        for item in self.items.iter_mut().filter(|item| ids.contains(&item.prescribed.exercise)) {
            item.colours.push(first);
            item.efforts.push(felt.effort);
            item.red_unanswered |= first == Colour::Red;
            item.trained = true;
            item.all_sets &= felt.all_sets;
        }
        self.open = Some((felt.during, usual, ids.clone()));
        self.answer(&ids, on);
    }

    /// The next morning may change the colour of yesterday's session.
    fn morning(&mut self, morning: Option<f64>, on: NaiveDate, tally: &mut Tally) {
        let Some((during, usual, ids)) = self.open.take() else { return };
        let Some(after) = morning else { return };
        let found = colour(during, Some(after), usual, false, &self.person.clinic);
        if let Some(last) = tally.sessions.last_mut() {
            last.0 = Some(found);
        }
        for item in self.items.iter_mut().filter(|item| ids.contains(&item.prescribed.exercise)) {
            if let Some(last) = item.colours.last_mut().filter(|last| **last != found) {
                *last = found;
                item.red_unanswered |= found == Colour::Red;
            }
        }
        self.answer(&ids, on);
    }

    /// What the newest session does to its exercises before the next one (5.2).
    fn answer(&mut self, ids: &[String], on: NaiveDate) {
        for id in ids {
            let listed: Vec<String> = self.items.iter().map(|item| item.prescribed.exercise.clone()).collect();
            let Some(at) = self.items.iter().position(|item| item.prescribed.exercise == *id) else { continue };
            let item = &self.items[at];
            // A session acts once: what was answered stays answered.
            if item.colours.last() == Some(&Colour::Red) && !item.red_unanswered {
                continue;
            }
            let effect = session_effect(&item.prescribed, &item.colours, &item.efforts, &self.person.facts, &listed);
            if let Some(code) = effect.code() {
                *self.counts.red_steps.entry(code).or_default() += 1;
            }
            match effect {
                SessionEffect::Keep => {}
                SessionEffect::Change(change) => {
                    let item = &mut self.items[at];
                    (item.prescribed.dose, item.prescribed.level) = (change.to.dose, change.to.level);
                    item.red_unanswered = false;
                }
                SessionEffect::Swap { to, .. } => {
                    self.resting.push((on, id.clone()));
                    self.items[at] = Item::new(*to);
                }
                SessionEffect::Rest { .. } => {
                    self.resting.push((on, id.clone()));
                    self.items.remove(at);
                }
            }
        }
        safety::list(&self.prescribed(), &self.person.facts, &mut self.counts.violations);
    }

    fn begin_flare(&mut self, on: NaiveDate) {
        if self.flare_since.is_none() {
            self.flare_since = Some(on);
            self.counts.flares += 1;
        }
    }

    /// Ends a flare; one of more than two weeks resumes one phase down (13 no. 10).
    fn end_flare(&mut self, on: NaiveDate) {
        let Some(since) = self.flare_since.take() else { return };
        self.flares_ended.push(on);
        if (on - since).num_days() > 14 && self.person.facts.phase > 1 {
            self.person.facts.phase = PhaseStep::Down.applied_to(self.person.facts.phase);
            let states: Vec<ItemState> = self.items.iter().map(Item::state).collect();
            self.leave(leaving(&states, &self.person.facts));
            self.earlier.clear();
        }
    }

    fn leave(&mut self, gone: Vec<crate::clinical::course::Leaves>) {
        for leaves in gone {
            self.items.retain(|item| item.prescribed.exercise != leaves.exercise);
            self.items.extend(leaves.instead.map(Item::new));
        }
    }

    fn count(&mut self, week: u32, decision: &WeekReview) {
        let at = week as usize - 1;
        self.counts.patient_weeks += 1;
        if let Some(o) = Outcome::ALL.iter().position(|o| *o == decision.outcome) {
            self.counts.outcomes[at][o] += 1;
        }
        match self.keeping {
            true => self.counts.keeping[at] += 1,
            false => self.counts.phases[at][usize::from(self.person.facts.phase.clamp(1, 3)) - 1] += 1,
        }
        let add = |map: &mut BTreeMap<String, u64>, key: &str| match map.get_mut(key) {
            Some(count) => *count += 1,
            None => {
                map.insert(key.to_owned(), 1);
            }
        };
        decision.rules.iter().for_each(|rule| add(&mut self.counts.rules, rule));
        if !self.keeping {
            decision.alerts.iter().for_each(|alert| add(&mut self.counts.alerts, &alert.rule));
        }
    }

    /// Puts the review into effect as the clinic's use case does; `false` when the plan ends.
    fn apply(&mut self, week: u32, from: NaiveDate, tally: &Tally, facts: &WeekFacts, decision: &WeekReview) -> bool {
        let next = from + Days::new(7);
        match decision.quota {
            QuotaStep::Flare => self.begin_flare(next),
            QuotaStep::Frozen => {}
            _ => self.end_flare(next),
        }
        let other = matches!(decision.outcome, Outcome::PauseAlert | Outcome::Flare);
        self.silent = if tally.spoken || other || self.keeping { 0 } else { self.silent + 1 };
        if self.keeping {
            return true;
        }
        match absence(self.silent) {
            Absence::Lapse => return false,
            Absence::Restart => {
                if let Ok((inputs, schedule)) = restart(&self.inputs, &self.quota, self.index) {
                    safety::quotas(&schedule, &inputs, &mut self.counts.violations);
                    (self.inputs, self.quota, self.index) = (inputs, schedule, 0);
                }
            }
            Absence::None => self.move_on(week, next, facts, decision),
        }
        if decision.outcome == Outcome::Maintain {
            self.keeping = true;
        }
        true
    }

    fn move_on(&mut self, week: u32, next: NaiveDate, facts: &WeekFacts, decision: &WeekReview) {
        let index = next_index(decision.quota, self.index, self.quota.quotas.len());
        let at_goal = |index: usize, life: &Self| index + 1 >= life.quota.quotas.len();
        if at_goal(index, self) && !at_goal(self.index, self) {
            self.counts.goal_in_week[week as usize - 1] += 1;
        }
        let before = (self.asked(), self.person.facts.phase, self.prescribed());
        self.index = index;
        let states: Vec<ItemState> = self.items.iter().map(Item::state).collect();
        self.resting.retain(|(on, _)| (next - *on).num_days() < i64::try_from(REST_DAYS).unwrap_or(14));
        let resting: Vec<String> = self.resting.iter().map(|(_, id)| id.clone()).collect();
        let change = after_week(&states, &self.person.facts, facts, decision, &self.earlier, &resting);
        let training = states.iter().filter(|s| s.prescribed.role == crate::clinical::plan::Role::Training).count();
        safety::change(&change, decision, training, &mut self.counts.violations);
        self.earlier.push(Reviewed::from(decision));
        if change.phase != PhaseStep::Stay {
            self.earlier.clear();
        }
        self.leave(change.leaving);
        for dose in change.doses {
            if let Some(item) = self.items.iter_mut().find(|item| item.prescribed.exercise == dose.exercise) {
                (item.prescribed.dose, item.prescribed.level) = (dose.to.dose, dose.to.level);
            }
        }
        if let Some(new) = change.new_item {
            self.items.retain(|item| Some(&item.prescribed.exercise) != new.replaces.as_ref());
            self.items.push(Item::new(new.item));
        }
        self.person.facts = change.facts;
        for item in &mut self.items {
            let long = item.colours.len().saturating_sub(8);
            item.colours.drain(..long);
            let long = item.efforts.len().saturating_sub(8);
            item.efforts.drain(..long);
        }
        if decision.quota == QuotaStep::Frozen {
            let after = (self.asked(), self.person.facts.phase, self.prescribed());
            safety::frozen(before == after, &mut self.counts.violations);
        }
        safety::list(&self.prescribed(), &self.person.facts, &mut self.counts.violations);
    }
}
