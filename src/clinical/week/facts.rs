//! What is known about a week (12.3).

use super::away::Away;
use crate::clinical::codes::Disposition;
use crate::clinical::quota::exact::MILLION;
use crate::clinical::thresholds::Thresholds;
use serde::{Deserialize, Serialize};

/// Facts of one week. Pain and PSFS in points 0 to 10, RMDQ 0 to 24, RPE 0 to 10. A value that was
/// not recorded is none and decides nothing; with too few diary days the week is held (P-04).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WeekFacts {
    /// Week of the plan, from 1.
    pub week: u32,
    /// Disposition of a positive re-check that locks the plan; any value fires P-01.
    pub red_flag: Option<Disposition>,
    /// New pain below the knee, new tingling, or pain spreading down.
    pub new_leg: bool,
    /// The flare button was pressed.
    pub flare: bool,
    /// Weeks already in this flare.
    pub flare_weeks: u32,
    /// Flares in the last 8 weeks.
    pub flares_in_8_weeks: u32,
    /// Diary days, 0 to 7.
    pub days: u32,
    /// Exercise sessions done.
    pub done: u32,
    /// Exercise sessions planned; 0 counts as all done.
    pub planned: u32,
    /// RED sessions.
    pub red: u32,
    /// AMBER sessions.
    pub amber: u32,
    /// Median RPE of the sessions.
    pub rpe: Option<f64>,
    /// Days that reached the quota (met or over).
    pub quotas_met: u32,
    /// Quota days planned; 0 counts as all reached.
    pub quotas_planned: u32,
    /// Overshoot days.
    pub over: u32,
    /// Week mean of pain.
    pub nprs: Option<f64>,
    /// Mean of the two weeks before (intake average at first).
    pub nprs_prev: Option<f64>,
    /// Mean of the last three days.
    pub nprs_last3: Option<f64>,
    /// Average pain at intake.
    pub nprs_intake: Option<f64>,
    /// PSFS mean.
    pub psfs: Option<f64>,
    /// PSFS mean before.
    pub psfs_prev: Option<f64>,
    /// Latest RMDQ of the last 5 weeks (13 no. 9).
    pub rmdq: Option<u32>,
    /// RMDQ at intake.
    pub rmdq_intake: Option<u32>,
    /// All goals reached.
    pub goals_met: bool,
    /// Less than 6 weeks of pain at intake.
    pub acute: bool,
    /// P-04 in the week before.
    pub low_data_previous: bool,
    /// STEP_BACK in the week before.
    pub step_back_previous: bool,
    /// Earlier weeks of low adherence in a row.
    pub low_adherence_weeks: u32,
    /// Announced days without the plan. They decide no step.
    #[serde(skip_serializing_if = "Away::is_none")]
    pub away: Away,
    /// The numbers of the clinic in this week (13 no. 11).
    #[serde(skip_serializing_if = "Thresholds::is_usual")]
    pub clinic: Thresholds,
}

impl WeekFacts {
    /// Fewer of the planned sessions than agreed (P-06E).
    pub fn few_sessions(&self) -> bool {
        self.clinic.low(self.done, self.planned)
    }

    /// Fewer of the planned quotas than agreed (P-06Q).
    pub fn few_quotas(&self) -> bool {
        self.clinic.low(self.quotas_met, self.quotas_planned)
    }

    /// A limit of pain in points, moved as the clinic set it; in millionths.
    pub(crate) fn pain_limit(&self, points: i128) -> i128 {
        (points + i128::from(self.clinic.week_pain())) * MILLION
    }
}
