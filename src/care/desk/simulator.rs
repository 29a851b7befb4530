//! What other numbers would have done: to a patient's last weeks, and to the alerts of a list. It reads and decides, and
//! keeps nothing.

use crate::access::{Admin, MayRead, PatientAccess, Physio};
use crate::care::CareError;
use crate::care::facts::{Week, recoloured};
use crate::care::logging::coloured_with;
use crate::clinical::codes::Outcome;
use crate::clinical::course::moves_on;
use crate::clinical::thresholds::Thresholds;
use crate::clinical::week::{WeekFacts, WeekReview, review};
use crate::clock::UtcTime;
use crate::store::patient_rules::{Judged, judged_of_everybody, judged_of_list};
use crate::store::{ReadTx, course, reviews};
use chrono::Duration;

/// How many weeks are looked at.
pub const WEEKS: usize = 6;

/// What a week came to, in the coarsest way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Something moved on.
    On,
    /// It held.
    Held,
    /// Something eased.
    Eased,
    /// The flare plan.
    Flare,
    /// It stood still.
    Paused,
}

impl Way {
    /// Of a decision.
    pub fn of(review: &WeekReview) -> Self {
        match review.outcome {
            Outcome::PauseAlert => Self::Paused,
            Outcome::Flare => Self::Flare,
            Outcome::StepBack => Self::Eased,
            Outcome::Hold | Outcome::Progress | Outcome::Maintain if moves_on(review) => Self::On,
            Outcome::Hold | Outcome::Progress | Outcome::Maintain => Self::Held,
        }
    }
}

/// A week as it was decided, and as it would have been.
#[derive(Debug, Clone)]
pub struct Compared {
    /// Week of the plan, from 1.
    pub week: u32,
    /// What was recorded and decided then.
    pub then: (WeekFacts, WeekReview),
    /// With the other numbers.
    pub now: (WeekFacts, WeekReview),
}

impl Compared {
    /// The decision would have been another: another way, or another step of one of the tracks.
    pub fn differs(&self) -> bool {
        let (then, now) = (&self.then.1, &self.now.1);
        (then.outcome, then.quota, then.exercise) != (now.outcome, now.quota, now.exercise)
    }
}

/// A patient's last reviewed weeks, oldest first, under other numbers: the facts as they were recorded, with sessions
/// coloured anew. Each week is judged for itself; what the plan would have asked after another decision is not known.
pub fn weeks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, numbers: Thresholds) -> Result<Vec<Compared>, CareError> {
    let Some(plan) = course::latest(tx, who)? else { return Ok(Vec::new()) };
    let mut all = reviews::reviews(tx, who, &plan.id)?;
    let last = all.split_off(all.len().saturating_sub(WEEKS));
    let of = |facts: &WeekFacts| Week::of(plan.started_on, facts.week);
    let (Some(first), Some(newest)) = (last.first(), last.last()) else { return Ok(Vec::new()) };
    let sessions = coloured_with(tx, who, (of(&first.facts).from, of(&newest.facts).to), |_| numbers)?;
    let compared = last.into_iter().map(|stored| {
        let (facts, then) = (stored.facts.into_inner(), stored.result.into_inner());
        let anew = recoloured(&facts, of(&facts), numbers, &sessions);
        let now = review(&anew);
        Compared { week: facts.week, then: (facts, then), now: (anew, now) }
    });
    Ok(compared.collect())
}

/// Alerts that weekly reviews of the last [`WEEKS`] weeks raised, and would have raised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Alerts {
    /// Reviewed weeks.
    pub weeks: usize,
    /// As they were.
    pub then: usize,
    /// With the other numbers.
    pub now: usize,
}

fn count(judged: &[Judged], numbers: impl Fn(&Judged) -> Option<Thresholds>) -> Alerts {
    let now = |week: &Judged| match numbers(week) {
        // The colours of its sessions are as they were judged then.
        Some(clinic) => review(&WeekFacts { clinic, ..week.facts.clone() }).alerts.len(),
        None => week.result.alerts.len(),
    };
    Alerts { weeks: judged.len(), then: judged.iter().map(|week| week.result.alerts.len()).sum(), now: judged.iter().map(now).sum() }
}

#[expect(clippy::cast_possible_wrap, reason = "a handful of weeks")]
fn since(now: UtcTime) -> UtcTime {
    now - Duration::weeks(WEEKS as i64)
}

/// If everybody on a physiotherapist's list had these numbers.
pub fn alerts_of_list(tx: &mut ReadTx, physio: &Physio, numbers: Thresholds, now: UtcTime) -> Result<Alerts, CareError> {
    Ok(count(&judged_of_list(tx, physio, since(now), now)?, |_| Some(numbers)))
}

/// If the clinic had these numbers: whoever has numbers of their own keeps them. Counts alone, nobody's name.
pub fn alerts_of_clinic(tx: &mut ReadTx, admin: &Admin, numbers: Thresholds, now: UtcTime) -> Result<Alerts, CareError> {
    Ok(count(&judged_of_everybody(tx, admin, since(now))?, |week| (!week.own).then_some(numbers)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_counted_as_they_were_and_as_they_would_have_been_and_own_numbers_stay() {
        // Two earlier weeks of low adherence, and half of the sessions: low at 60 %, as agreed at 50 %.
        let facts = WeekFacts { week: 3, days: 6, done: 2, planned: 4, low_adherence_weeks: 2, ..WeekFacts::default() };
        let week = |own| Judged { result: review(&facts), facts: facts.clone(), own };
        let half = Thresholds::new(0, 0, 50, 20).unwrap();
        let all = [week(false), week(true)];
        assert_eq!(count(&all, |_| Some(half)), Alerts { weeks: 2, then: 2, now: 0 });
        assert_eq!(count(&all, |week| (!week.own).then_some(half)), Alerts { weeks: 2, then: 2, now: 1 });
    }
}
