//! What a day asks of a person: exercises, quotas, what is still unanswered.

use super::CareError;
use super::away::on_day;
use super::course;
use super::doses;
use super::facts::{QuotaDay, Week, quota_days};
use super::journal::pain_days;
use super::logging::{Coloured, coloured, usual_on};
use super::proposals;
use super::standing::{Active, Pause};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::codes::{Colour, DayClass};
use crate::clinical::course::MAINTENANCE_CHECK_DAYS;
use crate::clinical::instruments::due;
use crate::clinical::plan::{self, FlareDay, Prescribed, Role, flare_day, library_item, paused_items, training_day};
use crate::clinical::quota::part_of;
use crate::clock::Moment;
use crate::store::away::{Break, Timeline};
use crate::store::patient_rules::Settled;
use crate::store::plans::{Plan, PlanQuota};
use crate::store::reviews::Review;
use crate::store::{ReadTx, Store, StoreError, away, logs, oversight, plans, reviews};
use chrono::{Days, NaiveDate};

/// From this day of the week on the weekly check is offered.
const CHECK_FROM_DAY: i64 = 5;
/// Days without an entry after which the page says a gentle word (4.2 no. 9).
const QUIET_DAYS: u64 = 2;
/// Last day of the flare plan that does not ask how the morning was, and the last one at all (5.4).
const FLARE_STAYS: i64 = 5;
const FLARE_LAST: i64 = 7;

/// A quota on a day.
#[derive(Debug, Clone)]
pub struct DayQuota {
    /// The quota as planned.
    pub quota: PlanQuota,
    /// What is asked today: less than planned during a flare.
    pub amount: f64,
    /// In how many bouts.
    pub bouts: u8,
    /// What was logged today, if anything was.
    pub so_far: Option<QuotaDay>,
}

/// How a day of the week went, for the strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayState {
    /// Everything that was logged was done or reached.
    Done,
    /// Something was logged, not all of it done.
    Partly,
    /// A day with something planned that has passed without a log.
    NoAnswer,
    /// Announced as a holiday.
    Holiday,
    /// Announced as an illness.
    Ill,
    /// Nothing planned.
    Rest,
    /// Still to come.
    Planned,
}

/// A day of the week's strip.
#[derive(Debug, Clone)]
pub struct StripDay {
    /// The date.
    pub on: NaiveDate,
    /// How it went.
    pub state: DayState,
    /// Colour of its last exercise session.
    pub colour: Option<Colour>,
}

/// Everything the day's page shows.
#[derive(Debug, Clone)]
pub struct Today {
    /// The date.
    pub on: NaiveDate,
    /// Week of the plan, from 1.
    pub week: i64,
    /// A training day by the person's choice.
    pub is_training_day: bool,
    /// Exercises to do today.
    pub training: Vec<Prescribed>,
    /// Relief and calming items, whenever they help.
    pub support: Vec<Prescribed>,
    /// Quotas of the day.
    pub quotas: Vec<DayQuota>,
    /// The flare plan's day, while a flare is under way.
    pub flare: Option<(i64, FlareDay)>,
    /// Set when the plan stands still.
    pub pause: Option<Pause>,
    /// Set on an announced day without the plan: nothing is asked on it.
    pub away: Option<Break>,
    /// Logged today.
    pub logged: Vec<Coloured>,
    /// The seven days of the week.
    pub strip: Vec<StripDay>,
    /// Yesterday was trained and this morning's pain is not answered.
    pub morning_open: bool,
    /// Yesterday morning's pain, after a session of the day before, was never answered.
    pub morning_missed: bool,
    /// This morning's pain, once answered.
    pub morning: Option<i32>,
    /// The day's average, once answered.
    pub average: Option<i32>,
    /// The day's worst pain, once answered.
    pub worst: Option<i32>,
    /// The weekly check is open and not answered yet.
    pub check_due: bool,
    /// Two days went by without an entry (4.2 no. 9).
    pub quiet: bool,
    /// The plan only keeps what was gained (P-08).
    pub maintaining: bool,
    /// The last review, told as news in the week after it.
    pub news: Option<Review>,
    /// What became of the step that this review proposed; none when it took effect at once.
    pub proposed: Option<Settled>,
}

/// Estimated minutes of the day's exercises and time quotas.
pub fn minutes(today: &Today) -> u32 {
    let exercises: u32 = today.training.iter().map(|item| item.dose.minutes()).sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "quotas are small positive numbers")]
    let quotas: u32 = today.quotas.iter().filter(|q| q.quota.unit.0 == crate::clinical::codes::Unit::Min).map(|q| q.amount as u32).sum();
    exercises + quotas
}

/// What a day asks of somebody whose plan is under way: today, or a day that is logged late.
pub fn today<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, on: NaiveDate) -> Result<Today, CareError> {
    let plan = &active.plan;
    let week_number = active.week(on).max(1);
    let week = Week::of(plan.started_on, u32::try_from(week_number).unwrap_or(1));
    let sessions = coloured(tx, who, week.from.min(on - Days::new(QUIET_DAYS)) - Days::new(1), on)?;
    let items = plans::items(tx, who, plan)?;
    let (days, breaks) = (away::timeline(tx, who, plan)?, away::breaks(tx, who, plan)?);
    let away = on_day(&breaks, on).cloned();
    // An illness pauses the plan until the person is back; a holiday only asks for nothing.
    let ill = away.as_ref().is_some_and(Break::is_illness);
    let is_training_day = days.trains(on) && away.is_none();
    let listed: Vec<Prescribed> = items.iter().map(|i| Prescribed::clone(&i.prescription)).collect();
    let records = logs::days(tx, who, on - Days::new(1), on)?;
    let answered_yesterday = records.iter().any(|r| r.on_date < on && r.morning.is_some());
    let record = records.into_iter().find(|r| r.on_date == on);
    let morning = record.as_ref().and_then(|r| r.morning);
    let flare = if ill { None } else { flare_of(tx, who, active, &listed, on, morning)? };
    // A dose for this day or from it on: only while the plan runs as usual, for the flare plan and a pause win.
    let usual = flare.is_none() && active.pause.is_none() && !ill;
    let listed = if usual { doses::of_day(tx, who, plan, &items, on)? } else { listed };
    let (training, support) = choose(active, &listed, days.trains(on) && !ill, (&days, on), flare.as_ref().map(|(_, day)| day));
    // Every second day: not again on the day after it was done (5.5).
    let rested = |item: &Prescribed| {
        let yesterday = sessions.iter().filter(|s| s.log.on_date == on - Days::new(1));
        let done = |s: &Coloured| s.log.items.iter().any(|i| i.exercise == item.exercise && i.done != logs::Done::Not);
        !item.dose.every_other_day || !yesterday.into_iter().any(done)
    };
    let training: Vec<Prescribed> = training.into_iter().filter(rested).collect();
    let quotas = if active.pause.is_none() && !ill {
        day_quotas(&plans::quotas(tx, who, plan)?, &sessions, on, flare.as_ref().map(|(_, day)| day))
    } else {
        Vec::new()
    };
    let flare_is_none = flare.is_none();
    let trained = |back: u64| sessions.iter().any(|s| s.log.on_date == on - Days::new(back) && s.log.has_exercise());
    let (trained_yesterday, trained_before) = (trained(1), trained(2));
    // Checks that came with a log or a flare have a word before their token and are not the weekly one.
    let weekly = |from: NaiveDate, tx: &mut ReadTx| {
        Ok::<_, CareError>(reviews::checks(tx, who, from, week.to)?.iter().any(|c| !c.token.contains(' ')))
    };
    let check_due = match &plan.maintenance {
        Some(kept) => {
            let rested = (on - kept.since).num_days() >= MAINTENANCE_CHECK_DAYS;
            rested && !weekly(on - Days::new(MAINTENANCE_CHECK_DAYS.unsigned_abs() - 1), tx)?
        }
        None => (on - week.from).num_days() + 1 >= CHECK_FROM_DAY && !weekly(week.from + Days::new(4), tx)?,
    };
    let quiet = (1..=QUIET_DAYS).all(|back| {
        let day = on - Days::new(back);
        day >= plan.started_on && !sessions.iter().any(|s| s.log.on_date == day) && on_day(&breaks, day).is_none()
    });
    let news = reviews::reviews(tx, who, &plan.id)?.pop().filter(|r| i64::from(r.week) == week_number - 1);
    let proposed = news.as_ref().map(|r| proposals::of_review(tx, who, &r.id)).transpose()?.flatten();
    Ok(Today {
        on,
        week: week_number,
        is_training_day,
        training,
        support,
        strip: strip((&days, &breaks), &sessions, week, on),
        quotas,
        flare,
        pause: active.pause,
        logged: sessions.into_iter().filter(|s| s.log.on_date == on).collect(),
        morning_open: trained_yesterday && morning.is_none() && away.is_none(),
        morning_missed: trained_before && !answered_yesterday && away.is_none(),
        morning,
        average: record.as_ref().and_then(|r| r.average),
        worst: record.and_then(|r| r.worst),
        check_due: check_due && active.pause.is_none() && away.is_none(),
        quiet: quiet && flare_is_none && active.pause.is_none() && plan.maintenance.is_none() && away.is_none(),
        maintaining: plan.maintenance.is_some(),
        news,
        proposed,
        away,
    })
}

/// The day of the flare plan. Days 6 and 7 are for a morning at most one point above the usual; after
/// a sorer one day 5 comes again (5.4). A morning without an answer counts neither way.
fn flare_of<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    active: &Active,
    listed: &[Prescribed],
    on: NaiveDate,
    morning: Option<i32>,
) -> Result<Option<(i64, FlareDay)>, CareError> {
    let Some(flare) = &active.flare else { return Ok(None) };
    let day = ((on - flare.started_on).num_days() + 1).max(1);
    let usual = usual_on(tx, who, on)?;
    let sore = morning.is_some_and(|pain| f64::from(pain) > usual + 1.0);
    let shown = if sore { day.min(FLARE_STAYS) } else { day.min(FLARE_LAST) };
    Ok(Some((day, flare_day(listed, u8::try_from(shown).unwrap_or(1), &active.plan.facts))))
}

/// Which exercises the day shows: nothing while a danger sign stands, relief and calm while leg
/// symptoms do (13 no. 3), the flare plan's while a flare runs, else the day's rotation.
fn choose(
    active: &Active,
    listed: &[Prescribed],
    is_training_day: bool,
    (days, on): (&Timeline, NaiveDate),
    flare: Option<&FlareDay>,
) -> (Vec<Prescribed>, Vec<Prescribed>) {
    let plan = &active.plan;
    match active.pause {
        Some(Pause::DangerSign | Pause::Unanswered) => return (Vec::new(), paused_items(listed, plan::Pause::DangerSign, &plan.facts)),
        Some(Pause::LegSymptoms) => return (Vec::new(), paused_items(listed, plan::Pause::NewLegSymptoms, &plan.facts)),
        None => {}
    }
    if let Some(day) = flare {
        let training = day.items.iter().filter(|item| item.role == Role::Training).cloned().collect();
        let relief = day.relief.iter().filter_map(|id| listed.iter().find(|i| i.exercise == *id).cloned().or_else(|| library_item(id)));
        let calm = day.items.iter().filter(|item| item.is_support()).cloned();
        return (training, relief.chain(listed.iter().filter(|item| item.is_free_walk()).cloned()).chain(calm).collect());
    }
    let support = listed.iter().filter(|item| item.is_support()).cloned().collect();
    if !is_training_day {
        return (Vec::new(), support);
    }
    (of_day(plan, listed, (days, on)), support)
}

/// The training exercises of a list that a training day of a plan shows.
pub(super) fn of_day(plan: &Plan, listed: &[Prescribed], (days, on): (&Timeline, NaiveDate)) -> Vec<Prescribed> {
    let before = plan.started_on.iter_days().take_while(|d| *d < on).filter(|d| days.trains(*d)).count();
    let per_week = u32::try_from(days.on(on).len()).unwrap_or(3);
    let chosen = training_day(listed, u32::try_from(before).unwrap_or(0), per_week);
    chosen.into_iter().filter_map(|index| listed.get(index).cloned()).collect()
}

fn day_quotas(quotas: &[PlanQuota], sessions: &[Coloured], on: NaiveDate, flare: Option<&FlareDay>) -> Vec<DayQuota> {
    let asked = |quota: &PlanQuota| match flare {
        Some(day) => (part_of(quota.today(), day.share_of_quota, quota.unit.0), day.bouts),
        None => (quota.today(), 1),
    };
    quotas
        .iter()
        .map(|quota| {
            let (amount, bouts) = asked(quota);
            let so_far = quota_days(sessions, quota).into_iter().find(|d| d.on == on);
            DayQuota { quota: quota.clone(), amount, bouts, so_far }
        })
        .collect()
}

fn strip((days, breaks): (&Timeline, &[Break]), sessions: &[Coloured], week: Week, today: NaiveDate) -> Vec<StripDay> {
    week.from
        .iter_days()
        .take(7)
        .map(|on| {
            let of_day: Vec<&Coloured> = sessions.iter().filter(|s| s.log.on_date == on).collect();
            let all_done = of_day.iter().all(|s| {
                let quotas_met =
                    s.log.quotas.iter().all(|q| q.amount.is_none_or(|a| crate::clinical::quota::day_class(a, q.quota) >= DayClass::Met));
                s.log.items.iter().all(|i| i.done == logs::Done::Done) && quotas_met
            });
            let state = match (of_day.is_empty(), on_day(breaks, on)) {
                (false, _) if all_done => DayState::Done,
                (false, _) => DayState::Partly,
                (true, Some(away)) if away.is_illness() => DayState::Ill,
                (true, Some(_)) => DayState::Holiday,
                (true, None) if !days.trains(on) => DayState::Rest,
                (true, None) if on < today => DayState::NoAnswer,
                (true, None) => DayState::Planned,
            };
            StripDay { on, state, colour: of_day.iter().rev().find_map(|s| s.colour) }
        })
        .collect()
}

/// Whether the check of a week also asks the RMDQ.
pub fn asks_rmdq(week: i64) -> bool {
    due("rmdq", week)
}

/// "I am having a flare": the flare plan begins today.
pub fn press_flare(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        reviews::begin_flare(tx, who, &plan.id, true, moment.today())?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "flare began", moment.utc)?)
    })
}

/// "It has settled": the plan goes on where it was.
pub fn settle_flare(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        course::end_flare(tx, who, &plan, moment.today(), moment.today(), moment.utc)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "flare settled", moment.utc)?)
    })
}

/// One week of a plan in numbers, for progress pages.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Pain of the diary days of the last four weeks.
    pub pain: Vec<(NaiveDate, f64)>,
    /// Quota days of the last four weeks for each quota.
    pub quota_days: Vec<(PlanQuota, Vec<QuotaDay>)>,
    /// Sessions of the last four weeks.
    pub sessions: Vec<Coloured>,
    /// Whether the plan only keeps what was gained (P-08).
    pub maintaining: bool,
}

/// How things went over the last `days` days.
pub fn progress<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate, days: u64) -> Result<Progress, CareError> {
    let from = on - Days::new(days - 1);
    let sessions = coloured(tx, who, from, on)?;
    let mut quotas = Vec::new();
    let mut maintaining = false;
    if let Some(plan) = plans::active(tx, who)? {
        for quota in plans::quotas(tx, who, &plan)? {
            let of_quota = quota_days(&sessions, &quota);
            quotas.push((quota, of_quota));
        }
        maintaining = plan.maintenance.is_some();
    }
    Ok(Progress { pain: pain_days(tx, who, from, on)?, quota_days: quotas, sessions, maintaining })
}

/// The activities a person rates (PSFS), in their words.
pub fn goals<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<String>, CareError> {
    Ok(super::goals::current(tx, who)?.into_iter().map(|goal| goal.wording).collect())
}
