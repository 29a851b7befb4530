//! Who the virtual patients are and how they answer. All of it is invented, with one aim: to bring the rules into
//! as many different situations as possible.

use crate::clinical::codes::{Activity, Category, Flag, Stage, Unit};
use crate::clinical::plan::{PlanFacts, initial_phase};
use crate::clinical::quota::QuotaInput;
use crate::clinical::thresholds::Thresholds;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// How a patient responds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Better week by week.
    Steady,
    /// Better, slowly.
    Slow,
    /// Better, with flares.
    Flaring,
    /// Too much on good days, too little on bad ones.
    BoomBust,
    /// Half of what is asked.
    NonAdherent,
    /// Falls silent after some weeks, for good or for a while.
    Silent,
    /// Develops a danger sign.
    DangerSign,
}

/// The kinds with their share of patients, in per cent.
const KINDS: [(Kind, u32, &str); 7] = [
    (Kind::Steady, 30, "steady"),
    (Kind::Slow, 18, "slow"),
    (Kind::Flaring, 14, "flaring"),
    (Kind::BoomBust, 12, "boom-bust"),
    (Kind::NonAdherent, 10, "non-adherent"),
    (Kind::Silent, 8, "silent"),
    (Kind::DangerSign, 8, "danger sign"),
];

impl Kind {
    pub(super) fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, ..)| *kind == self).map_or("", |(.., name)| name)
    }
}

/// What a day was like.
pub(super) struct Felt {
    /// Average pain of the day, if it was written down.
    pub(super) average: Option<f64>,
    /// Pain on waking, if it was answered.
    pub(super) morning: Option<f64>,
    /// Worst pain while exercising.
    pub(super) during: f64,
    /// Effort.
    pub(super) effort: f64,
    /// Exercises today, if it is a training day.
    pub(super) trains: bool,
    /// Does every set.
    pub(super) all_sets: bool,
    /// Done of the quota, as a share; none when not answered.
    pub(super) share: Option<f64>,
}

/// A virtual patient.
pub(super) struct Person {
    pub(super) rng: StdRng,
    pub(super) kind: Kind,
    pub(super) facts: PlanFacts,
    pub(super) quota: QuotaInput,
    /// What their clinic set; every second clinic changed nothing.
    pub(super) clinic: Thresholds,
    pub(super) training_days: Vec<u8>,
    pub(super) intake_pain: f64,
    pub(super) intake_rmdq: u32,
    pub(super) acute: bool,
    /// Present level of pain without the day's noise.
    level: f64,
    /// Change of the level in a day.
    drift: f64,
    flare_days: u32,
    yesterday: f64,
    silent_from: u32,
    silent_to: u32,
    /// Week in which a danger sign is named; 0: never.
    pub(super) danger_week: u32,
}

impl Person {
    pub(super) fn new(seed: u64, number: u64, weeks: u32) -> Self {
        // Neighbouring numbers must not give related streams.
        let mut rng = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut draw = rng.random_range(0..100);
        let kind = KINDS.iter().find_map(|(kind, share, _)| match draw {
            n if n < *share => Some(*kind),
            _ => {
                draw -= share;
                None
            }
        });
        let kind = kind.unwrap_or(Kind::Steady);
        let intake_pain = f64::from(rng.random_range(2..=9));
        let intake_rmdq = rng.random_range(3..=20);
        let stage = if intake_pain >= 7.0 || intake_rmdq >= 15 {
            Stage::Settle
        } else if intake_pain >= 4.0 || intake_rmdq >= 7 {
            Stage::Control
        } else {
            Stage::Build
        };
        let gain = match kind {
            Kind::Steady | Kind::DangerSign => 0.35,
            Kind::Flaring | Kind::BoomBust | Kind::Silent => 0.2,
            Kind::Slow | Kind::NonAdherent => 0.05,
        };
        let facts = facts(&mut rng, stage);
        let capacity = f64::from(rng.random_range(4..=25));
        let trial = |rng: &mut StdRng| (capacity * rng.random_range(0.7..1.3)).max(1.0);
        let trials: Vec<f64> = (0..5).map(|_| trial(&mut rng)).collect();
        let factor = if stage == Stage::Settle { 0.7 } else { 0.8 };
        let mut days: Vec<u8> = match rng.random_range(3..=5) {
            3 => vec![0, 2, 4],
            4 => vec![0, 1, 3, 5],
            _ => vec![0, 1, 2, 4, 5],
        };
        let shift = rng.random_range(0..7);
        days.iter_mut().for_each(|day| *day = (*day + shift) % 7);
        days.sort_unstable();
        let silent_from = if kind == Kind::Silent { rng.random_range(1..=weeks.max(2)) } else { u32::MAX };
        let silent_to = if kind == Kind::Silent { silent_from + rng.random_range(1..=8) } else { 0 };
        let danger_week = if kind == Kind::DangerSign { rng.random_range(1..=weeks.max(1)) } else { 0 };
        let clinic = clinic(&mut rng);
        Self {
            kind,
            facts,
            clinic,
            quota: QuotaInput {
                trials,
                goal: f64::from(rng.random_range(10..=45)),
                unit: Unit::Min,
                factor,
                weeks: rng.random_range(4..=20),
                most_percent: clinic.quota_step(),
            },
            training_days: days,
            intake_pain,
            intake_rmdq,
            acute: rng.random_range(0..10) < 3,
            level: intake_pain,
            drift: -gain / 7.0 * rng.random_range(0.3..1.7),
            flare_days: 0,
            yesterday: 1.0,
            silent_from,
            silent_to,
            danger_week,
            rng,
        }
    }

    /// In a flare of their own, whatever the plan says.
    pub(super) fn flares(&self) -> bool {
        self.flare_days > 0
    }

    fn silent(&self, week: u32) -> bool {
        (self.silent_from..self.silent_to).contains(&week)
    }

    /// Lives a day and answers for it.
    pub(super) fn day(&mut self, week: u32) -> Felt {
        self.level = (self.level + self.drift).clamp(0.3, 9.5);
        let odds = if self.kind == Kind::Flaring { 0.025 } else { 0.003 };
        self.flare_days = match self.flare_days {
            0 if self.rng.random_bool(odds) => self.rng.random_range(4..=20),
            n => n.saturating_sub(1),
        };
        let flare = if self.flare_days > 0 { 3.0 } else { 0.0 };
        let paid_for = if self.kind == Kind::BoomBust && self.yesterday > 1.25 { 1.5 } else { 0.0 };
        let noise: f64 = (0..3).map(|_| self.rng.random_range(-1.0..1.0)).sum();
        let pain = (self.level + flare + paid_for + noise).clamp(0.0, 10.0);
        let diligence = match self.kind {
            Kind::NonAdherent => 0.5,
            _ => 0.9,
        };
        let speaks = !self.silent(week) && self.rng.random_bool(diligence);
        let share = match self.kind {
            Kind::BoomBust if pain < self.level => self.rng.random_range(1.1..1.9),
            Kind::BoomBust => self.rng.random_range(0.2..0.9),
            Kind::NonAdherent => self.rng.random_range(0.3..1.1),
            _ => self.rng.random_range(0.85..1.15),
        };
        self.yesterday = share;
        let answers = !self.silent(week);
        Felt {
            average: speaks.then_some(pain.round()),
            morning: (speaks && self.rng.random_bool(0.8)).then_some((pain + self.rng.random_range(-1.0..1.0)).clamp(0.0, 10.0).round()),
            during: (pain + self.rng.random_range(-0.5..1.5)).clamp(0.0, 10.0).round(),
            effort: (2.0 + pain / 3.0 + self.rng.random_range(0.0..3.5)).clamp(0.0, 10.0).round(),
            trains: answers && self.rng.random_bool(diligence),
            all_sets: self.rng.random_bool(diligence),
            share: (answers && self.rng.random_bool(diligence)).then_some(share),
        }
    }

    /// Mean of the person's own activities (PSFS) now, 0 to 10, if the check was answered.
    pub(super) fn activities(&mut self, week: u32) -> Option<f64> {
        let score = 10.0 - self.level + self.rng.random_range(-1.0..1.0);
        (!self.silent(week) && self.rng.random_bool(0.85)).then(|| score.clamp(0.0, 10.0).round())
    }

    /// RMDQ score now.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 24")]
    pub(super) fn disability(&self) -> u32 {
        (f64::from(self.intake_rmdq) * self.level / self.intake_pain).clamp(0.0, 24.0) as u32
    }
}

/// Any category with any restriction.
fn clinic(rng: &mut StdRng) -> Thresholds {
    if rng.random_bool(0.5) {
        return Thresholds::USUAL;
    }
    let [session, week] = [rng.random_range(-1..=1), rng.random_range(-1..=1)];
    Thresholds::new(session, week, rng.random_range(40..=80), rng.random_range(5..=20)).unwrap_or_default()
}

fn facts(rng: &mut StdRng, stage: Stage) -> PlanFacts {
    let one_in = |rng: &mut StdRng, n: u32| rng.random_range(0..n) == 0;
    let any = Category::ALL[rng.random_range(0..Category::ALL.len())];
    let second = Category::ALL[rng.random_range(0..Category::ALL.len())];
    let equipment = [Flag::Chair, Flag::Step, Flag::Weight, Flag::Band, Flag::Ball, Flag::Bike, Flag::Pool, Flag::Gym];
    let have: Vec<bool> = equipment.iter().map(|_| rng.random_bool(0.4)).collect();
    PlanFacts {
        category: any,
        secondary: (one_in(rng, 4) && second != any && any != Category::Unclear && second != Category::Unclear).then_some(second),
        stage,
        phase: initial_phase(stage),
        bone_caution: one_in(rng, 10),
        radicular: one_in(rng, 8),
        physio_seen_radic: one_in(rng, 3),
        centralised: one_in(rng, 6),
        pregnant_late_or_postnatal: one_in(rng, 30),
        can_floor: !one_in(rng, 8),
        equipment: equipment.into_iter().zip(have).filter(|(_, have)| *have).map(|(flag, _)| flag).collect(),
        prone_hurts: one_in(rng, 6),
        prone_better: one_in(rng, 6),
        activities: vec![Activity::Walk],
    }
}
