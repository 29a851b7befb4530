//! The facts of a week of a plan, gathered from the record exactly as section 12.3 names them.

use super::CareError;
use super::away::{is_of_break, on_day};
use super::goals;
use super::journal::pain_days;
use super::logging::{Coloured, coloured};
use super::safety::worst_case;
use super::standing::waiting_checks;
use crate::access::{MayRead, PatientAccess};
use crate::clinical::codes::{Colour, DayClass, Disposition, Outcome};
use crate::clinical::journal::{mean, median};
use crate::clinical::quota::day_class;
use crate::clinical::thresholds::Thresholds;
use crate::clinical::week::WeekFacts;
use crate::clock::{UtcTime, instant, zone};
use crate::ids::UserId;
use crate::store::intake::{Hold, Intake, Measure};
use crate::store::plans::{Plan, PlanQuota};
use crate::store::reviews::{Flare, Review};
use crate::store::{ReadTx, StoreError, accounts, away, intake, logs, overrides, patient_rules, plans, reviews};
use chrono::{Days, NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// An RMDQ score counts for this long (13 no. 9), in weeks.
const RMDQ_WEEKS: u64 = 5;
/// Flares are counted over this many weeks (P-03).
const FLARE_WEEKS: u64 = 8;

/// The seven days of a week of a plan.
#[derive(Debug, Clone, Copy)]
pub struct Week {
    /// From 1.
    pub number: u32,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Week {
    /// Week `number` of a plan that began on `started`.
    pub fn of(started: NaiveDate, number: u32) -> Self {
        let from = started + Days::new(7 * u64::from(number.saturating_sub(1)));
        Self { number, from, to: from + Days::new(6) }
    }
}

/// What a day's quota came to: the sum of its bouts, against the quota it was logged under.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QuotaDay {
    /// The date.
    pub on: NaiveDate,
    /// Sum of the day's bouts in the quota's unit.
    pub done: f64,
    /// The quota of that day.
    pub quota: f64,
    /// Missed, short, met or over (4.2 no. 6).
    pub class: DayClass,
}

/// The days on which something was said about a quota. A day without an answer is not among them.
pub fn quota_days(sessions: &[Coloured], quota: &PlanQuota) -> Vec<QuotaDay> {
    let mut days: BTreeMap<NaiveDate, (f64, f64)> = BTreeMap::new();
    for session in sessions {
        for bout in session.log.quotas.iter().filter(|q| q.activity == quota.activity.0) {
            if let Some(amount) = bout.amount {
                let day = days.entry(session.log.on_date).or_insert((0.0, bout.quota));
                day.0 += amount;
            }
        }
    }
    days.into_iter().map(|(on, (done, quota))| QuotaDay { on, done, quota, class: day_class(done, quota) }).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Everything that facts are gathered from, besides the week itself.
struct Record {
    intake: Intake,
    quotas: Vec<PlanQuota>,
    reviews: Vec<Review>,
    flares: Vec<Flare>,
    holds: Vec<Hold>,
    /// The week as instants: from its first local midnight to the one after its last day.
    span: (UtcTime, UtcTime),
}

impl Record {
    /// The hold was open when the week ended, whenever it is looked at.
    fn stands(&self, hold: &Hold) -> bool {
        hold.placed_at < self.span.1 && hold.cleared_at.is_none_or(|at| at >= self.span.1)
    }
}

/// Gathers the facts of one week.
pub fn gather<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, week: Week) -> Result<WeekFacts, CareError> {
    let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
    let midnight = |on: NaiveDate| instant(on.and_time(NaiveTime::MIN), zone(&user.time_zone));
    let record = Record {
        span: (midnight(week.from), midnight(week.to + Days::new(1))),
        intake: intake::latest(tx, who, "submitted")?.ok_or(StoreError::NotFound)?,
        quotas: plans::quotas(tx, who, plan)?,
        reviews: reviews::reviews(tx, who, &plan.id)?,
        flares: reviews::flares(tx, who)?,
        holds: intake::holds(tx, who)?,
    };
    // The numbers with which the week began: a change in its middle counts from the next week on.
    let clinic = patient_rules::timeline(tx, who)?.thresholds_on(week.from);
    let mut facts = WeekFacts { week: week.number, clinic, ..WeekFacts::default() };
    pain(tx, who, &record, week, &mut facts)?;
    doing(tx, who, &record, plan, week, &mut facts)?;
    scores(tx, who, week, &mut facts)?;
    facts.red_flag = red_flag(tx, who, &record, plan, week)?;
    leg(tx, who, &record, week, &mut facts)?;
    flare(&record, week, &mut facts);
    history(&record, week, &mut facts);
    Ok(facts)
}

fn number(intake: &Intake, id: &str) -> Option<f64> {
    intake.answers.get(id).and_then(serde_json::Value::as_f64)
}

fn pain<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, record: &Record, week: Week, facts: &mut WeekFacts) -> Result<(), CareError> {
    let days = pain_days(tx, who, week.from - Days::new(14), week.to)?;
    let within =
        |from: NaiveDate, to: NaiveDate| -> Vec<f64> { days.iter().filter(|(d, _)| (from..=to).contains(d)).map(|(_, p)| *p).collect() };
    let this = within(week.from, week.to);
    let before = within(week.from - Days::new(14), week.from - Days::new(1));
    facts.days = count(this.len());
    facts.nprs = mean(&this);
    facts.nprs_intake = number(&record.intake, "nprs_avg");
    facts.nprs_prev = mean(&before).or(facts.nprs_intake);
    facts.nprs_last3 = mean(&within(week.to - Days::new(2), week.to));
    let acute = record.intake.answers.get("dur").and_then(serde_json::Value::as_str);
    facts.acute = matches!(acute, Some("lt2w" | "w2_6"));
    Ok(())
}

fn doing<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    record: &Record,
    plan: &Plan,
    week: Week,
    facts: &mut WeekFacts,
) -> Result<(), CareError> {
    let sessions = coloured(tx, who, week.from, week.to)?;
    let exercised: Vec<&Coloured> = sessions.iter().filter(|s| s.log.has_exercise()).collect();
    // Each day as it was planned on that day.
    let days = away::timeline(tx, who, plan)?;
    facts.planned = count(days.count(week.from, week.to));
    announced(&away::breaks(tx, who, plan)?, &days, week, facts);
    facts.done = count(exercised.iter().filter(|s| s.log.counts_as_done()).count());
    (facts.red, facts.amber) = red_and_amber(&exercised);
    let efforts: Vec<f64> = exercised.iter().filter_map(|s| s.log.effort.map(f64::from)).collect();
    facts.rpe = median(&efforts);
    for quota in &record.quotas {
        let days = quota_days(&sessions, quota);
        let reached = days.iter().filter(|d| matches!(d.class, DayClass::Met | DayClass::Over)).count();
        let planned = planned_days(quota, week);
        facts.quotas_planned += planned;
        facts.away.quotas += facts.away.quota_days(planned);
        facts.quotas_met += count(reached);
        facts.over += count(days.iter().filter(|d| d.class == DayClass::Over).count());
    }
    facts.goals_met = goals_met(tx, who, record, plan, week)?;
    Ok(())
}

/// Days of a week that a daily goal was planned on: of the week in which it joined the plan, its share of them.
fn planned_days(quota: &PlanQuota, week: Week) -> u32 {
    let a_week = u32::try_from(quota.days_per_week).unwrap_or(0);
    match quota.added_on.filter(|added| *added > week.from) {
        Some(added) => {
            let left = (week.to - added).num_days() + 1;
            a_week * u32::try_from(left).unwrap_or(0) / 7
        }
        None => a_week,
    }
}

fn red_and_amber(exercised: &[&Coloured]) -> (u32, u32) {
    let of = |colour| count(exercised.iter().filter(|s| s.colour == Some(colour)).count());
    (of(Colour::Red), of(Colour::Amber))
}

/// A reviewed week as it was recorded, with its sessions coloured by other numbers. What earlier weeks left to it stays
/// as it was recorded too.
pub(super) fn recoloured(facts: &WeekFacts, week: Week, numbers: Thresholds, sessions: &[Coloured]) -> WeekFacts {
    let of_week = |s: &&Coloured| s.log.on_date >= week.from && s.log.on_date <= week.to && s.log.has_exercise();
    let (red, amber) = red_and_amber(&sessions.iter().filter(of_week).collect::<Vec<_>>());
    WeekFacts { red, amber, clinic: numbers, ..facts.clone() }
}

/// Days of the week that were announced as holiday or illness, and the sessions planned on them.
fn announced(breaks: &[away::Break], days: &away::Timeline, week: Week, facts: &mut WeekFacts) {
    for on in week.from.iter_days().take(7) {
        let Some(found) = on_day(breaks, on) else { continue };
        if found.is_illness() {
            facts.away.ill += 1;
        } else {
            facts.away.holiday += 1;
        }
        facts.away.sessions += u32::from(days.trains(on));
    }
}

/// Goals are met when every quota stands at the end of its schedule and its goal was reached on some
/// day: the plan asking for the goal is not yet having reached it.
fn goals_met<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, record: &Record, plan: &Plan, week: Week) -> Result<bool, CareError> {
    if record.quotas.is_empty() || !record.quotas.iter().all(PlanQuota::at_goal) {
        return Ok(false);
    }
    let sessions = coloured(tx, who, plan.started_on, week.to)?;
    let reached = |quota: &PlanQuota| quota_days(&sessions, quota).iter().any(|day| day_class(day.done, quota.goal) >= DayClass::Met);
    Ok(record.quotas.iter().all(reached))
}

fn scores<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, week: Week, facts: &mut WeekFacts) -> Result<(), CareError> {
    let psfs = intake::measures(tx, who, "psfs")?;
    let mut until: Vec<_> = psfs.into_iter().filter(|m| m.on_date <= week.to).collect();
    // Only a score given in this week says something about it; the one before is what it changed from.
    if until.last().is_some_and(|m| m.on_date >= week.from) && until.len() > 1 {
        let now = until.pop();
        (facts.psfs_prev, facts.psfs) = match (until.last(), &now) {
            (Some(before), Some(now)) => goals::compare(tx, who, (before, now))?,
            _ => (None, None),
        };
    } else {
        facts.psfs_prev = until.last().map(|m| m.score);
    }
    let rmdq = intake::measures(tx, who, "rmdq")?;
    let recent = week.to - Days::new(7 * RMDQ_WEEKS);
    let latest = rmdq.iter().rfind(|m| m.on_date <= week.to && m.on_date >= recent);
    facts.rmdq = latest.map(|m| whole(m.score));
    // While the intake's score is the only one there is nothing to compare: set against itself it
    // would read as "no gain" (P-10 judges on what was recorded).
    let again = |first: &&Measure| latest.is_none_or(|m| m.id != first.id);
    facts.rmdq_intake = rmdq.first().filter(again).map(|m| whole(m.score));
    Ok(())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an RMDQ score is 0 to 24")]
fn whole(score: f64) -> u32 {
    score.clamp(0.0, 24.0).round() as u32
}

/// The disposition that locks the plan (P-01): of a positive re-check of this week, of a hold that was
/// still open when it ended, or of a "yes" whose details were never given. A hold that was cleared
/// in a later week than the sign belongs to the sign's week alone.
fn red_flag<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    record: &Record,
    plan: &Plan,
    week: Week,
) -> Result<Option<Disposition>, CareError> {
    let began = record.span.0.max(plan.agreed_at);
    let counts = |hold: &&Hold| {
        let placed = hold.placed_at >= began && hold.placed_at < record.span.1;
        hold.cause != "leg_symptoms" && (placed || record.stands(hold))
    };
    if let Some(hold) = record.holds.iter().find(counts) {
        if let Some(judged) = hold.override_id.as_deref() {
            let judgement = overrides::all(tx, who)?.into_iter().find(|(row, _)| row.id == judged);
            return Ok(Some(judgement.and_then(|(row, _)| row.decided.parse().ok()).unwrap_or(Disposition::SameDay)));
        }
        let id = hold.evaluation_id.as_deref();
        let decision = intake::evaluations(tx, who)?.into_iter().find(|e| Some(e.id.as_str()) == id);
        // The hold itself is the danger sign: without its decision it still locks the plan.
        return Ok(Some(decision.map_or(Disposition::SameDay, |e| e.result.disposition)));
    }
    let open = waiting_checks(tx, who, week.to)?.into_iter().find(|check| check.plan_id == plan.id);
    open.map(|check| worst_case(tx, who, &check)).transpose()
}

/// New leg symptoms (P-02): named in a check of this week, or not cleared when it ended.
fn leg<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, record: &Record, week: Week, facts: &mut WeekFacts) -> Result<(), CareError> {
    let named = reviews::checks(tx, who, week.from, week.to)?.iter().any(|check| check.answers.leg);
    facts.new_leg = named || record.holds.iter().any(|hold| hold.cause == "leg_symptoms" && record.stands(hold));
    Ok(())
}

fn flare(record: &Record, week: Week, facts: &mut WeekFacts) {
    let flare_in_week = |f: &&Flare| f.started_on <= week.to && f.ended_on.is_none_or(|end| end > week.to);
    if let Some(flare) = record.flares.iter().find(flare_in_week) {
        let days_in = (week.to + Days::new(1) - flare.started_on).num_days();
        facts.flare_weeks = u32::try_from(days_in.div_euclid(7)).unwrap_or(0);
        // The day-7 check (5.4). A flare that the numbers began, the numbers can end; one that the
        // person named counts until they say it has settled, however low the numbers are.
        facts.flare = flare.pressed || facts.flare_weeks == 0;
    }
    let since = week.to - Days::new(7 * FLARE_WEEKS);
    let earlier = |f: &&Flare| f.started_on > since && f.started_on < week.from && f.ended_on.is_some_and(|end| end <= week.to);
    facts.flares_in_8_weeks = count(record.flares.iter().filter(earlier).count());
}

fn history(record: &Record, week: Week, facts: &mut WeekFacts) {
    let earlier: Vec<&Review> = record.reviews.iter().filter(|r| i64::from(r.week) < i64::from(week.number)).collect();
    if let Some(last) = earlier.last() {
        facts.low_data_previous = last.result.rules.iter().any(|rule| rule == "P-04");
        facts.step_back_previous = last.result.outcome == Outcome::StepBack;
    }
    let is_low = |r: &&&Review| r.facts.low_adherence();
    // A week in which the plan was paused, or all of it fell on announced days, asked for nothing, so it says
    // nothing about adherence.
    let asked = earlier.iter().rev().filter(|r| r.result.outcome != Outcome::PauseAlert && !r.facts.asked_nothing());
    facts.low_adherence_weeks = count(asked.take_while(is_low).count());
}

/// Weeks in a row, up to and with this one, in which nothing at all was written down. A week that was paused
/// or in a flare asked for something else and ends the row.
pub fn silent_weeks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, week: Week) -> Result<u32, CareError> {
    let reviewed = reviews::reviews(tx, who, &plan.id)?;
    let mut silent = 0;
    let since = plan.phase_since.unwrap_or(plan.started_on);
    for this in (1..=week.number).rev().map(|number| Week::of(plan.started_on, number)).take_while(|week| week.to >= since) {
        let other =
            |r: &&Review| i64::from(r.week) == i64::from(this.number) && matches!(r.result.outcome, Outcome::PauseAlert | Outcome::Flare);
        let spoken = reviewed.iter().any(|r| other(&r))
            || !logs::between(tx, who, this.from, this.to)?.is_empty()
            || !pain_days(tx, who, this.from, this.to)?.is_empty()
            // The questions before and after an illness are no entry: a gap stays a gap, whatever was announced.
            || reviews::checks(tx, who, this.from, this.to)?.iter().any(|check| !is_of_break(&check.token));
        if spoken {
            break;
        }
        silent += 1;
    }
    Ok(silent)
}
