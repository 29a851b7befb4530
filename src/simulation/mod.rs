//! Virtual patients who live through the real rules, day by day, to see whether the rules are safe and what they
//! amount to. It is a model: how people answer is invented (see `person`), what the rules make of it is not.
//! Everything the rules decide here is decided by the functions of `clinical` that the clinic runs.

mod facts;
mod life;
mod person;
mod report;
mod safety;
#[cfg(test)]
mod tests;

pub use report::html;
pub use safety::{PROPERTIES, Violations};

use crate::clinical::RULESET_VERSION;
use crate::clinical::codes::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// How many patients.
    pub patients: u64,
    /// How many weeks each, 1 to 104.
    pub weeks: u32,
    /// The same seed gives the same patients, whatever the number of threads.
    pub seed: u64,
}

/// Weeks of one outcome out of a hundred, by week of the programme.
pub type Shares = BTreeMap<String, f64>;

/// Counts of everything, small whatever the number of patients.
#[derive(Debug, Clone)]
struct Counts {
    patients: u64,
    kinds: BTreeMap<&'static str, u64>,
    outcomes: Vec<[u64; Outcome::ALL.len()]>,
    phases: Vec<[u64; 3]>,
    keeping: Vec<u64>,
    goal_in_week: Vec<u64>,
    rules: BTreeMap<String, u64>,
    alerts: BTreeMap<String, u64>,
    patient_weeks: u64,
    flares: u64,
    pauses: u64,
    lapsed: u64,
    red_steps: BTreeMap<&'static str, u64>,
    violations: Violations,
}

impl Counts {
    fn new(weeks: u32) -> Self {
        let weeks = weeks as usize;
        Self {
            patients: 0,
            kinds: BTreeMap::new(),
            outcomes: vec![[0; Outcome::ALL.len()]; weeks],
            phases: vec![[0; 3]; weeks],
            keeping: vec![0; weeks],
            goal_in_week: vec![0; weeks],
            rules: BTreeMap::new(),
            alerts: BTreeMap::new(),
            patient_weeks: 0,
            flares: 0,
            pauses: 0,
            lapsed: 0,
            red_steps: BTreeMap::new(),
            violations: Violations::default(),
        }
    }

    fn add(&mut self, other: &Self) {
        fn each<K: Ord + Clone>(to: &mut BTreeMap<K, u64>, from: &BTreeMap<K, u64>) {
            for (key, count) in from {
                *to.entry(key.clone()).or_default() += count;
            }
        }
        self.patients += other.patients;
        each(&mut self.kinds, &other.kinds);
        each(&mut self.rules, &other.rules);
        each(&mut self.alerts, &other.alerts);
        each(&mut self.red_steps, &other.red_steps);
        for week in 0..self.outcomes.len() {
            (0..Outcome::ALL.len()).for_each(|o| self.outcomes[week][o] += other.outcomes[week][o]);
            (0..3).for_each(|p| self.phases[week][p] += other.phases[week][p]);
            self.keeping[week] += other.keeping[week];
            self.goal_in_week[week] += other.goal_in_week[week];
        }
        self.patient_weeks += other.patient_weeks;
        self.flares += other.flares;
        self.pauses += other.pauses;
        self.lapsed += other.lapsed;
        self.violations.add(&other.violations);
    }
}

/// What came out.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// What this is, so that nobody takes it for a trial.
    pub note: &'static str,
    /// Rules that decided.
    pub ruleset: &'static str,
    /// Patients simulated.
    pub patients: u64,
    /// Weeks each.
    pub weeks: u32,
    /// Seed.
    pub seed: u64,
    /// Patients by how they respond.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Weeks in which a plan was under way.
    pub patient_weeks: u64,
    /// Share of patients who reached their goal, in per cent, and the median week of those who did.
    pub goal_reached_percent: f64,
    /// Median week in which the goal was reached; none when nobody did.
    pub median_weeks_to_goal: Option<usize>,
    /// Share of each outcome, in per cent, week by week.
    pub outcomes_by_week: Vec<Shares>,
    /// Share of plans in each phase and in maintenance, in per cent, week by week.
    pub phases_by_week: Vec<Shares>,
    /// Weeks in which a rule decided, per 100 patient-weeks.
    pub rules_per_100_weeks: Shares,
    /// Alerts per 100 patient-weeks, by rule.
    pub alerts_per_100_weeks: Shares,
    /// Flares that began, per 100 patient-weeks.
    pub flares_per_100_weeks: f64,
    /// Weeks on hold, per 100 patient-weeks.
    pub holds_per_100_weeks: f64,
    /// Pauses for a danger sign, per 100 patients.
    pub pauses_per_100_patients: f64,
    /// Plans that ended after four silent weeks, per 100 patients.
    pub lapsed_per_100_patients: f64,
    /// What single sessions did to exercises, per 100 patient-weeks.
    pub session_steps_per_100_weeks: Shares,
    /// How often each safety property was looked at.
    pub checks: BTreeMap<&'static str, u64>,
    /// How often it did not hold. Anything but 0 is a fault in the rules.
    pub violations: BTreeMap<&'static str, u64>,
    /// Sum of the above.
    pub violations_total: u64,
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn per(count: u64, of: u64, scale: f64) -> f64 {
    if of == 0 { 0.0 } else { (scale * 1000.0 * count as f64 / of as f64).round() / 1000.0 }
}

impl Summary {
    fn new(setup: Setup, counts: &Counts) -> Self {
        let shares = |map: &BTreeMap<String, u64>| map.iter().map(|(k, n)| (k.clone(), per(*n, counts.patient_weeks, 100.0))).collect();
        let outcomes = counts.outcomes.iter().map(|week| {
            let all = week.iter().sum();
            Outcome::ALL.iter().zip(week).map(|(o, n)| (o.to_string(), per(*n, all, 100.0))).collect()
        });
        let phases = counts.phases.iter().zip(&counts.keeping).map(|(phases, keeping)| {
            let all = phases.iter().sum::<u64>() + keeping;
            let named = (1..).zip(phases).map(|(n, count)| (format!("phase {n}"), per(*count, all, 100.0)));
            named.chain([("maintenance".to_owned(), per(*keeping, all, 100.0))]).collect()
        });
        let reached: u64 = counts.goal_in_week.iter().sum();
        let mut before = 0;
        let median = counts.goal_in_week.iter().position(|n| {
            before += n;
            reached > 0 && 2 * before >= reached
        });
        Self {
            note: "A model: how these patients respond is invented; what the rules decide is not.",
            ruleset: RULESET_VERSION,
            patients: counts.patients,
            weeks: setup.weeks,
            seed: setup.seed,
            kinds: counts.kinds.clone(),
            patient_weeks: counts.patient_weeks,
            goal_reached_percent: per(reached, counts.patients, 100.0),
            median_weeks_to_goal: median.map(|week| week + 1),
            outcomes_by_week: outcomes.collect(),
            phases_by_week: phases.collect(),
            rules_per_100_weeks: shares(&counts.rules),
            alerts_per_100_weeks: shares(&counts.alerts),
            flares_per_100_weeks: per(counts.flares, counts.patient_weeks, 100.0),
            holds_per_100_weeks: per(counts.outcomes.iter().map(|w| w[held()]).sum(), counts.patient_weeks, 100.0),
            pauses_per_100_patients: per(counts.pauses, counts.patients, 100.0),
            lapsed_per_100_patients: per(counts.lapsed, counts.patients, 100.0),
            session_steps_per_100_weeks: counts
                .red_steps
                .iter()
                .map(|(k, n)| ((*k).to_owned(), per(*n, counts.patient_weeks, 100.0)))
                .collect(),
            checks: counts.violations.checks(),
            violations: counts.violations.found(),
            violations_total: counts.violations.found().values().sum(),
        }
    }
}

fn held() -> usize {
    Outcome::ALL.iter().position(|o| *o == Outcome::Hold).unwrap_or(0)
}

/// Simulates on all processors. `progress` is told how many patients are done, now and then.
pub fn simulate(setup: Setup, progress: &(dyn Fn(u64) + Sync)) -> Summary {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    let mut all = Counts::new(setup.weeks);
    std::thread::scope(|scope| {
        let work = |first: u64| {
            let mut counts = Counts::new(setup.weeks);
            for number in (first..setup.patients).step_by(usize::try_from(threads).unwrap_or(1)) {
                life::live(setup, number, &mut counts);
                progress(1);
            }
            counts
        };
        let running: Vec<_> = (0..threads).map(|first| scope.spawn(move || work(first))).collect();
        for thread in running {
            match thread.join() {
                Ok(counts) => all.add(&counts),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    Summary::new(setup, &all)
}
