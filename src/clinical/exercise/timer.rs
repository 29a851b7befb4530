//! What a timer counts for a dose: getting ready, holding, moving, changing sides, resting. Pure arithmetic;
//! pages put it into words and a small script lets it run. Nothing in it says how fast somebody must be: what has
//! no time of its own takes as long as the person needs.

use super::dose::{MOVE_S, REST_S};
use super::{Dose, DoseKind};

/// Seconds to get into position before the first hold.
pub const LEAD_IN_S: u32 = 5;
/// Seconds to change legs, arms or sides.
pub const CHANGE_S: u32 = 10;

/// What happens during a beat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Get into position.
    Ready,
    /// Hold, stretch, carry or rest in a position.
    Hold,
    /// A set of movements at one's own speed: no time of its own.
    Move,
    /// Back to the start and into the next repetition.
    Between,
    /// Change sides.
    Sides,
    /// Rest between sets.
    Rest,
}

impl Phase {
    /// The stable code that pages and the script use.
    pub const fn code(self) -> &'static str {
        match self {
            Phase::Ready => "ready",
            Phase::Hold => "hold",
            Phase::Move => "move",
            Phase::Between => "between",
            Phase::Sides => "sides",
            Phase::Rest => "rest",
        }
    }
}

/// The side that works. Instructions and pictures begin with the right one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Right.
    Right,
    /// Left.
    Left,
}

/// One stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beat {
    /// What happens.
    pub phase: Phase,
    /// How long in seconds; 0: as long as it takes.
    pub seconds: u32,
    /// Which set, from 1; a rest or a change belongs to what comes after it.
    pub set: u32,
    /// Which repetition of the set, from 1; for a set at one's own speed how many it has.
    pub rep: u32,
    /// How many repetitions the set has.
    pub reps: u32,
    /// The side, where the dose counts sides.
    pub side: Option<Side>,
}

/// The beats of a dose in order; none for a quota and for what is done whenever it helps.
///
/// A set is done on the right and then on the left, except for short holds of a movement that goes to and fro
/// (repetitions with a hold), which change sides each time. Ranges count their lower end: the rest is left to the
/// person.
pub fn beats(dose: &Dose) -> Vec<Beat> {
    let sets: Vec<(u32, Phase, u32)> = match dose.kind {
        DoseKind::Reps if dose.hold_s == 0 => vec![(dose.reps, Phase::Move, 0); dose.sets() as usize],
        DoseKind::Reps => vec![(dose.reps, Phase::Hold, dose.hold_s); dose.sets() as usize],
        DoseKind::Holds => dose.ladder.map_or([0; 3], super::Ladder::reps).iter().map(|reps| (*reps, Phase::Hold, dose.hold_s)).collect(),
        DoseKind::Time => vec![(1, Phase::Hold, dose.seconds); dose.sets() as usize],
        DoseKind::Minutes => {
            let minutes = if dose.minutes == 0 { dose.minutes_max } else { dose.minutes };
            vec![(1, Phase::Hold, 60 * minutes)]
        }
        DoseKind::Quota | DoseKind::AsNeeded => Vec::new(),
    };
    let to_and_fro = dose.per_side && dose.kind == DoseKind::Reps && dose.hold_s > 0;
    let mut all: Vec<Beat> = Vec::new();
    for (set, (reps, phase, seconds)) in (1..).zip(sets) {
        for (rep, side) in order(dose.per_side, to_and_fro, reps, phase) {
            let beat = Beat { phase, seconds, set, rep, reps, side };
            all.extend(before(all.last(), beat, to_and_fro));
            all.push(beat);
        }
    }
    all
}

/// Repetition and side of everything a set holds; a set at one's own speed is one beat a side.
fn order(per_side: bool, to_and_fro: bool, reps: u32, phase: Phase) -> Vec<(u32, Option<Side>)> {
    let sides: &[Option<Side>] = if per_side { &[Some(Side::Right), Some(Side::Left)] } else { &[None] };
    let counted = |side: Option<Side>| match phase {
        Phase::Move => vec![(reps, side)],
        _ => (1..=reps).map(|rep| (rep, side)).collect(),
    };
    if to_and_fro {
        return (1..=reps).flat_map(|rep| sides.iter().map(move |side| (rep, *side))).collect();
    }
    sides.iter().flat_map(|side| counted(*side)).collect()
}

/// What stands before a beat.
fn before(last: Option<&Beat>, next: Beat, to_and_fro: bool) -> Option<Beat> {
    let (phase, seconds) = match last {
        None => (Phase::Ready, LEAD_IN_S),
        Some(last) if last.set != next.set => (Phase::Rest, REST_S),
        Some(last) if last.side != next.side && !to_and_fro => (Phase::Sides, CHANGE_S),
        Some(_) => (Phase::Between, MOVE_S),
    };
    Some(Beat { phase, seconds, ..next })
}

/// Seconds of everything that has a time of its own.
pub fn seconds(beats: &[Beat]) -> u32 {
    beats.iter().map(|beat| beat.seconds).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::exercise::library;

    /// "ready5 hold8R between4R …": phase, seconds, side.
    fn told(dose: &Dose) -> String {
        let side = |b: &Beat| b.side.map_or("", |s| if s == Side::Right { "R" } else { "L" });
        beats(dose).iter().map(|b| format!("{}{}{}", b.phase.code(), b.seconds, side(b))).collect::<Vec<_>>().join(" ")
    }

    fn dose(text: &str) -> Dose {
        toml::from_str(text).expect("a dose")
    }

    #[test]
    fn worked_cases() {
        let cases = [
            ("kind = 'time'\nsets = 2\nseconds = 20", "ready5 hold20 rest30 hold20"),
            ("kind = 'time'\nsets = 2\nseconds = 20\nper_side = true", "ready5R hold20R sides10L hold20L rest30R hold20R sides10L hold20L"),
            ("kind = 'reps'\nsets = 2\nreps = 8", "ready5 move0 rest30 move0"),
            ("kind = 'reps'\nsets = 1\nreps = 6\nper_side = true", "ready5R move0R sides10L move0L"),
            ("kind = 'reps'\nsets = 1\nreps = 3\nhold_s = 2", "ready5 hold2 between4 hold2 between4 hold2"),
            (
                "kind = 'reps'\nsets = 1\nreps = 2\nhold_s = 2\nper_side = true",
                "ready5R hold2R between4L hold2L between4R hold2R between4L hold2L",
            ),
            (
                "kind = 'holds'\nladder = '3-2-1'\nhold_s = 8",
                "ready5 hold8 between4 hold8 between4 hold8 rest30 hold8 between4 hold8 rest30 hold8",
            ),
            ("kind = 'minutes'\nminutes = 5\nminutes_max = 10", "ready5 hold300"),
            ("kind = 'minutes'\nminutes_max = 20", "ready5 hold1200"),
            ("kind = 'quota'", ""),
            ("kind = 'as_needed'", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(told(&dose(text)), expected, "{text}");
        }
    }

    #[test]
    fn a_ladder_counts_down_its_repetitions_on_each_side() {
        let all = beats(&dose("kind = 'holds'\nladder = '3-2-1'\nhold_s = 6\nper_side = true"));
        let holds: Vec<(u32, u32, u32)> = all.iter().filter(|b| b.phase == Phase::Hold).map(|b| (b.set, b.rep, b.reps)).collect();
        assert_eq!(holds.len(), 12, "(3 + 2 + 1) on each side");
        assert_eq!(holds[..6], [(1, 1, 3), (1, 2, 3), (1, 3, 3), (1, 1, 3), (1, 2, 3), (1, 3, 3)]);
        assert_eq!(holds[10..], [(3, 1, 1), (3, 1, 1)]);
        assert_eq!(all.iter().filter(|b| b.phase == Phase::Rest).count(), 2, "no rest after the last set");
        assert_eq!(seconds(&all), 5 + 12 * 6 + 6 * 4 + 3 * 10 + 2 * 30);
    }

    #[test]
    fn every_dose_of_the_library_has_a_timer_that_fits_its_estimate() {
        for item in library().all() {
            let all = beats(&item.dose);
            let counted = !matches!(item.dose.kind, DoseKind::Quota | DoseKind::AsNeeded);
            assert_eq!(!all.is_empty(), counted, "{}", item.id);
            // What has no time of its own is estimated at one movement's time.
            let own: u32 = all.iter().filter(|b| b.phase == Phase::Move).map(|b| b.reps * MOVE_S).sum();
            let minutes = (seconds(&all) + own).div_ceil(60);
            assert!(minutes.abs_diff(item.minutes()) <= 1, "{}: {minutes} minutes by the timer, {} said", item.id, item.minutes());
            assert!(
                all.first().is_none_or(|b| b.phase == Phase::Ready)
                    && all.last().is_none_or(|b| matches!(b.phase, Phase::Hold | Phase::Move))
            );
        }
    }
}
