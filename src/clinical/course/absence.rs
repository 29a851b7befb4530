//! Taking a plan up again after weeks without a word (4.2 no. 9).

use crate::clinical::quota::{QuotaError, QuotaInput, Schedule, schedule};

/// Silent weeks after which the daily amount starts again lower.
const RESTART_WEEKS: u32 = 2;
/// Silent weeks after which a new intake and a new baseline are needed.
const LAPSE_WEEKS: u32 = 4;
/// Share of the last completed quota with which it starts again.
const RESTART_SHARE: f64 = 0.8;

/// What weeks without any record lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// Nothing, or one week, which is held by the weekly rules.
    None,
    /// Two weeks: restart at 80 % of the last completed quota. Only in the week that makes it two.
    Restart,
    /// Four weeks: new intake, new baseline.
    Lapse,
}

/// What follows from this many silent weeks in a row, the reviewed one included.
pub fn absence(silent_weeks: u32) -> Absence {
    match silent_weeks {
        RESTART_WEEKS => Absence::Restart,
        n if n >= LAPSE_WEEKS => Absence::Lapse,
        _ => Absence::None,
    }
}

/// How a programme is taken up again after it was set down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReEntry {
    /// With the amounts as they stood.
    AsItStood,
    /// With 80 % of the last completed amounts.
    Lower,
    /// With new questions and a new baseline.
    Anew,
}

/// What a gap of so many whole weeks without a record leads to: the same borders as silence within a plan. Somebody
/// who only kept what was gained was asked for no diary, so their plan is never given up for a quiet one.
pub const fn re_entry(silent_weeks: u32, keeping: bool) -> ReEntry {
    match silent_weeks {
        n if n < RESTART_WEEKS => ReEntry::AsItStood,
        n if n < LAPSE_WEEKS || keeping => ReEntry::Lower,
        _ => ReEntry::Anew,
    }
}

/// The schedule that starts again at 80 % of the last completed quota and grows by the same rules to the same
/// goal. `index` is the quota that stood when the silence began; the one before it was completed.
pub fn restart(input: &QuotaInput, now: &Schedule, index: usize) -> Result<(QuotaInput, Schedule), QuotaError> {
    let completed = now.quotas.get(index.saturating_sub(1)).or(now.quotas.last()).copied().unwrap_or(now.start);
    let left = u32::try_from(now.quotas.len().saturating_sub(index)).unwrap_or(u32::MAX);
    let again = QuotaInput { trials: vec![completed; 3], factor: RESTART_SHARE, weeks: left.max(2), ..input.clone() };
    schedule(&again).map(|fresh| (again, fresh))
}
