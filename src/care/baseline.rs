//! Baseline trials and the quota schedule proposed from them (specification 4.2 nos. 1–4).

use super::CareError;
use super::plan::begins_with;
use crate::access::{MayRead, MayRecord, PatientAccess};
use crate::clinical::codes::{Activity, Unit};
use crate::clinical::intake::{radicular, start_factor};
use crate::clinical::quota::{Baseline, QuotaInput, Schedule, baseline, schedule};
use crate::clock::Moment;
use crate::store::intake::{Intake, Wishes};
use crate::store::trials::{self, Trial};
use crate::store::{ReadTx, Store, patient_rules};
use chrono::{Days, NaiveDate};

/// Trials count while they are at most this old (4.2 no. 2).
pub const TRIALS_WITHIN_DAYS: u64 = 14;
/// Trials asked for at first, on as many different days (4.2 no. 2).
pub const TRIALS_FIRST: usize = 3;
/// A trial above this multiple of the mean is an overshoot (13 no. 8).
const OVERSHOOT: f64 = 1.2;
/// Shortest and longest schedule that is proposed, in weeks.
const WEEKS: std::ops::RangeInclusive<i64> = 2..=26;
/// Days a week a quota is planned on (4.2 no. 5); lifting on every second day (section 10, AE9).
const DAYS_PER_WEEK: i32 = 5;
const LIFTING_DAYS_PER_WEEK: i32 = 3;

/// The unit an activity is counted in.
pub const fn unit(activity: Activity) -> Unit {
    match activity {
        Activity::Walk | Activity::Sit | Activity::Stand => Unit::Min,
        // Lifts are counted, not loaded to tolerance: a heaviest-weight trial at home is no safe test.
        Activity::Lift | Activity::Rise => Unit::Rep,
    }
}

/// Days a week an activity's quota is planned on.
pub const fn days_per_week(activity: Activity) -> i32 {
    match activity {
        Activity::Lift => LIFTING_DAYS_PER_WEEK,
        _ => DAYS_PER_WEEK,
    }
}

/// Where the baseline of an activity stands.
#[derive(Debug, Clone)]
pub struct BaselineState {
    /// The activity of the quota goal.
    pub activity: Activity,
    /// Trials that count.
    pub trials: Vec<Trial>,
    /// How many more are needed; 0 when the proposal stands.
    pub need_more: usize,
    /// Why more are needed although there are three: the trials differ too much.
    pub too_different: bool,
    /// The schedule, once there are enough.
    pub proposal: Option<Proposal>,
}

/// A quota schedule with what it was made from.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Inputs of the schedule.
    pub input: QuotaInput,
    /// The schedule.
    pub schedule: Schedule,
    /// Date of its last week's first day.
    pub goal_on: NaiveDate,
}

/// A trial as the person gave it.
#[derive(Debug, Clone)]
pub struct TrialIn {
    /// The person's date.
    pub on: NaiveDate,
    /// In the activity's unit.
    pub amount: f64,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// Name of the form field its date came from, for a message beside it.
    pub field: &'static str,
}

/// Records trials, each on a day of its own within the last fortnight and not before `from`; all of them or none.
pub fn record_trials<M: MayRecord>(
    store: &Store,
    who: &PatientAccess<M>,
    activity: Activity,
    new: &[TrialIn],
    from: Option<NaiveDate>,
    moment: Moment,
) -> Result<(), CareError> {
    let today = moment.today();
    let since = today - Days::new(TRIALS_WITHIN_DAYS - 1);
    store.write(|tx| {
        for trial in new {
            if trial.on > today {
                return Err(CareError::refused(trial.field, tr_later!("Choose today or a day that has passed")));
            }
            if trial.on < since {
                return Err(CareError::refused(trial.field, tr_later!("A try counts for 14 days. Choose a day within the last two weeks")));
            }
            if from.is_some_and(|from| trial.on < from) {
                return Err(CareError::refused(
                    trial.field,
                    tr_later!("Only tries since the offer to measure anew count. Choose a later day"),
                ));
            }
            let known = trials::trials(tx, who, activity, since)?;
            if known.iter().any(|t| t.on_date == trial.on && t.token != trial.token) {
                return Err(CareError::refused(
                    trial.field,
                    tr_later!("There is a try for this day already. Each try needs a day of its own"),
                ));
            }
            trials::keep_trial(tx, who, activity, trial.on, trial.amount, &trial.token, moment.utc)?;
        }
        Ok(())
    })
}

/// The state of the baseline for the quota goal of an intake.
pub fn state<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    submitted: &Intake,
    today: NaiveDate,
) -> Result<BaselineState, CareError> {
    let wishes: &Wishes = &submitted.wishes;
    let activity = wishes.quota.unwrap_or(Activity::Walk);
    let since = today - Days::new(TRIALS_WITHIN_DAYS - 1);
    let trials = trials::trials(tx, who, activity, since)?;
    let amounts: Vec<f64> = trials.iter().map(|t| t.amount).collect();
    let mut result =
        BaselineState { activity, trials, need_more: TRIALS_FIRST.saturating_sub(amounts.len()), too_different: false, proposal: None };
    if result.need_more > 0 {
        return Ok(result);
    }
    match baseline(&amounts) {
        Baseline::NeedMore(more) => {
            result.need_more = usize::try_from(more).unwrap_or(2);
            result.too_different = true;
        }
        Baseline::Mean(_) => {
            let most_percent = patient_rules::timeline(tx, who)?.thresholds_on(today).quota_step();
            let begins = begins_with(tx, who)?;
            let hint = begins.and_then(|(.., phase)| phase.quotas.into_iter().find(|hint| hint.activity == activity));
            result.proposal = propose(submitted, &amounts, (most_percent, hint.map(|hint| hint.start_percent)), today);
        }
    }
    Ok(result)
}

/// `template`: share to start with that a template suggests, per cent. The rules' share is never exceeded by it.
fn propose(submitted: &Intake, amounts: &[f64], (most_percent, template): (u8, Option<u8>), today: NaiveDate) -> Option<Proposal> {
    let wishes: &Wishes = &submitted.wishes;
    let activity = wishes.quota?;
    let (factor, weeks) = (start_share(submitted, amounts)?, weeks_until(today, wishes.goal_on?));
    let factor = template.map_or(factor, |percent| factor.min(f64::from(percent) / 100.0));
    let input = QuotaInput { trials: amounts.to_vec(), goal: wishes.goal?, unit: unit(activity), factor, weeks, most_percent };
    let schedule = schedule(&input).ok()?;
    let goal_on = today + Days::new(7 * u64::from(schedule.weeks.saturating_sub(1)));
    Some(Proposal { input, schedule, goal_on })
}

/// Share of the mean of these trials to start with (3.7); `None` without a readable intake.
pub(super) fn start_share(submitted: &Intake, amounts: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a handful of trials")]
    let mean = amounts.iter().sum::<f64>() / amounts.len().max(1) as f64;
    let overshoots = amounts.iter().filter(|a| **a > OVERSHOOT * mean).count();
    let stage = crate::clinical::intake::evaluate(&submitted.answers).ok()?.stage;
    let share = start_factor(&submitted.answers, stage, u32::try_from(overshoots).unwrap_or(0));
    debug_assert!(!radicular(&submitted.answers) || share < 0.8, "R84 starts lower (3.7)");
    Some(share)
}

/// Weeks until the date that was hoped for, within what is ever proposed.
pub(super) fn weeks_until(today: NaiveDate, goal_on: NaiveDate) -> u32 {
    let weeks = (goal_on - today).num_days().div_euclid(7).clamp(*WEEKS.start(), *WEEKS.end());
    u32::try_from(weeks).unwrap_or(2)
}
