//! Phases up and down (5.5).

use crate::clinical::codes::{ExerciseStep, Outcome};
use crate::clinical::quota::exact::millionths;
use crate::clinical::week::{WeekFacts, WeekReview};

/// The last phase before maintenance.
const LAST_PHASE: u8 = 3;
/// Weeks of `rise` in the phase before the next one (5.5).
const RISES: usize = 2;
/// Week mean of pain up to which phase 2 may begin, points (5.5).
const PAIN_FOR_CONTROL: i128 = 5;
/// Week mean of pain up to which phase 3 may begin, points (5.5); half of the intake's will do as well.
const PAIN_FOR_BUILD: i128 = 3;

/// What an earlier review of the present phase decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reviewed {
    /// Its outcome.
    pub outcome: Outcome,
    /// Its exercise track.
    pub exercise: ExerciseStep,
}

impl From<&WeekReview> for Reviewed {
    fn from(review: &WeekReview) -> Self {
        Self { outcome: review.outcome, exercise: review.exercise }
    }
}

/// Whether the phase moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhaseStep {
    /// It stays.
    Stay,
    /// One phase up.
    Up,
    /// One phase down.
    Down,
}

impl PhaseStep {
    /// The phase after the step, 1 to 3.
    pub fn applied_to(self, phase: u8) -> u8 {
        match self {
            PhaseStep::Stay => phase,
            PhaseStep::Up => (phase + 1).min(LAST_PHASE),
            PhaseStep::Down => phase.saturating_sub(1).max(1),
        }
    }
}

/// The phase after a week. Up: this week and the one before it in the phase were `rise`, and the week's mean of
/// pain is low enough. Down: this week and the last week that was judged before it stepped back; a held, paused
/// or flare week between them says nothing and does not break the row [D: "after two weeks of rise" and "after
/// two STEP_BACK" are read as weeks in a row, the more careful reading].
pub fn phase_step(phase: u8, week: &WeekFacts, review: &WeekReview, earlier: &[Reviewed]) -> PhaseStep {
    let this = Reviewed::from(review);
    let judged = |r: &&Reviewed| matches!(r.outcome, Outcome::StepBack | Outcome::Progress | Outcome::Maintain);
    let last_judged = earlier.iter().rev().find(judged);
    if this.outcome == Outcome::StepBack && last_judged.is_some_and(|r| r.outcome == Outcome::StepBack) && phase > 1 {
        return PhaseStep::Down;
    }
    let weeks = || earlier.iter().rev().take(RISES - 1);
    let rises = this.exercise == ExerciseStep::Rise && weeks().count() == RISES - 1 && weeks().all(|r| r.exercise == ExerciseStep::Rise);
    if rises && phase < LAST_PHASE && pain_allows(phase, week) { PhaseStep::Up } else { PhaseStep::Stay }
}

/// Pain that was not recorded does not show that more is fine.
fn pain_allows(phase: u8, week: &WeekFacts) -> bool {
    let Some(pain) = week.nprs.map(millionths) else { return false };
    if phase == 1 {
        return pain <= week.pain_limit(PAIN_FOR_CONTROL);
    }
    pain <= week.pain_limit(PAIN_FOR_BUILD) || week.nprs_intake.is_some_and(|intake| 2 * pain <= millionths(intake))
}
