//! The weekly review: each week of a plan is decided once, by whichever comes first of the running
//! server and somebody looking (13 no. 4), and applied in the same transaction.

use super::course::{self, Ledger};
use super::facts::{Week, gather, silent_weeks};
use super::journal::{BACK_DATED_DAYS, pain_days};
use super::proposals;
use super::standing::{Standing, standing};
use super::{CareError, consent};
use crate::access::{MayRead, MayWrite, PatientAccess, as_job};
use crate::clinical::advice::advice;
use crate::clinical::codes::{Outcome, QuotaStep};
use crate::clinical::course::{Absence, absence, held_back, next_index};
use crate::clinical::plan::shape::amount_words;
use crate::clinical::week::{WeekFacts, WeekReview, away_sentence, review, rule_sentence};
use crate::clock::{Clock, Moment, zone};
use crate::lang::Text;
use crate::store::plans::{Change, Plan, PlanQuota};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, oversight, patient_rules, plans, reviews};
use chrono::{Days, NaiveTime};

/// Diary days that make a week worth judging (P-04).
const DIARY_DAYS: usize = 3;
/// Hour of the local night from which the week that ended is reviewed (13 no. 4).
const REVIEW_HOUR: u32 = 3;

/// The weeks of the active plan that have ended and are not reviewed, oldest first.
fn due<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, moment: Moment) -> Result<Option<(Plan, Vec<Week>)>, CareError> {
    let Some(plan) = plans::active(tx, who)? else { return Ok(None) };
    let reviewed = reviews::reviews(tx, who, &plan.id)?.last().map_or(0, |r| u32::try_from(r.week).unwrap_or(0));
    let night = NaiveTime::from_hms_opt(REVIEW_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let ended = |week: &Week| {
        let after = week.to + Days::new(1);
        moment.today() > after || (moment.today() == after && moment.time() >= night)
    };
    let mut weeks: Vec<Week> = (reviewed + 1..).map(|n| Week::of(plan.started_on, n)).take_while(ended).collect();
    // Quiet weeks of maintenance that nobody judged are not judged after coming back either.
    let since = plan.phase_since.unwrap_or(plan.started_on);
    weeks.retain(|week| week.to >= since);
    if plan.maintenance.is_some() {
        weeks = spoken_of(tx, who, weeks, moment)?;
    }
    Ok((!weeks.is_empty()).then_some((plan, weeks)))
}

/// While a plan only keeps what was gained nobody is asked for a diary: a week is judged when there is
/// something to judge, as long as it can still be written down.
fn spoken_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, weeks: Vec<Week>, moment: Moment) -> Result<Vec<Week>, CareError> {
    let mut spoken = Vec::new();
    for week in weeks.into_iter().filter(|week| week.to + Days::new(BACK_DATED_DAYS) >= moment.today()) {
        let diary = pain_days(tx, who, week.from, week.to)?.len() >= DIARY_DAYS;
        if diary || !reviews::checks(tx, who, week.from, week.to)?.is_empty() {
            spoken.push(week);
        }
    }
    Ok(spoken)
}

/// Reviews every week that is due, then settles what was set for later: a week that asks for less stops a larger dose
/// that would have begun after it. Cheap when nothing is due; running it again changes nothing.
pub fn run_due<M: MayWrite>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<usize, CareError> {
    let reviewed = review_due(store, who, moment)?;
    super::doses::settle_due(store, who, moment)?;
    Ok(reviewed)
}

fn review_due<M: MayWrite>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<usize, CareError> {
    if store.read(|tx| due(tx, who, moment))?.is_none() {
        return Ok(0);
    }
    let done = store.write(|tx| {
        let Some((first, weeks)) = due(tx, who, moment)? else { return Ok(0) };
        for week in &weeks {
            // Each week may change what the next one rests on, and a long silence ends the plan.
            let Some(plan) = plans::active(tx, who)?.filter(|plan| plan.id == first.id) else { break };
            let facts = gather(tx, who, &plan, *week)?;
            let decision = review(&facts);
            let id = reviews::keep_review(tx, who, &plan.id, &facts, &decision, moment.utc)?;
            apply(tx, who, &plan, *week, (&id, &facts, &decision), moment)?;
        }
        Ok(weeks.len())
    });
    match done {
        // Somebody else reviewed the same week at the same time: theirs stands.
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => Ok(0),
        other => other,
    }
}

/// Reviews whatever is due for everybody; returns how many weeks were reviewed. One person's
/// failure is logged and does not keep the others waiting.
pub fn run_all(store: &Store, clock: &Clock) -> Result<usize, CareError> {
    let mut reviewed = 0;
    for (patient, zone_name) in store.read(plans::under_way)? {
        let moment = Moment { utc: clock.now(), zone: zone(&zone_name) };
        let who = as_job(patient);
        if !store.read(|tx| consent::may_process(tx, &who))? {
            continue;
        }
        match run_due(store, &who, moment) {
            Ok(count) => reviewed += count,
            Err(error) => tracing::error!(%error, "a weekly review failed"),
        }
    }
    Ok(reviewed)
}

/// Puts a decision into effect: alerts, flare, quota, doses, and a line of the ledger for each change. Where somebody
/// approves each step, what moves the plan on waits for them; the rest takes effect all the same.
fn apply<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    week: Week,
    (id, facts, decision): (&str, &WeekFacts, &WeekReview),
    moment: Moment,
) -> Result<(), CareError> {
    // Whatever waited belongs to an earlier week.
    patient_rules::lapse(tx, who, moment.utc)?;
    let paused = matches!(standing(tx, who, moment.today())?, Standing::Active(active) if active.pause.is_some());
    let keeping = plan.maintenance.is_some();
    for alert in &decision.alerts {
        // The pause told the clinic when it began. Once cleared it is nobody's task any more. A quiet
        // diary is as agreed while the plan only keeps what was gained.
        let of_diary = matches!(alert.rule.as_str(), "P-04" | "P-06");
        if (paused || decision.outcome != Outcome::PauseAlert) && !(keeping && of_diary) {
            oversight::raise(tx, who, &alert.rule, alert.to, &alert.reason, moment.utc)?;
        }
    }
    let next_day = week.to + Days::new(1);
    match decision.quota {
        QuotaStep::Flare => reviews::begin_flare(tx, who, &plan.id, false, next_day)?,
        QuotaStep::Frozen => {}
        // Only a flare of the week that is judged: weeks can be reviewed late, after a newer one began.
        _ => course::end_flare(tx, who, plan, week.to, next_day, moment.utc)?,
    }
    // A long flare that ended just now may have moved the phase.
    let plan = &plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    let ledger = Ledger { plan, on: next_day, rules: decision.rules.join(" "), why: why(decision, facts), at: moment.utc };
    let silent = silent_weeks(tx, who, plan, week)?;
    let waits = proposals::put_forward(tx, who, &ledger, (id, week, facts, decision))?;
    let at_once = if waits { held_back(decision) } else { decision.clone() };
    match absence(silent) {
        Absence::Lapse if !keeping => course::lapse(tx, who, &ledger)?,
        Absence::Restart if !keeping => {
            let why = text!(
                "After two weeks without an entry the amount starts again a little lower and grows from there. There is nothing to make up for."
            );
            course::restart_quotas(tx, who, &ledger, why)?;
        }
        _ if keeping => {}
        _ => {
            for quota in plans::quotas(tx, who, plan)? {
                move_quota(tx, who, &ledger, &quota, at_once.quota, facts)?;
            }
            course::change_exercises(tx, who, &ledger, (week.from, facts), &at_once)?;
        }
    }
    if at_once.outcome == Outcome::Maintain && !keeping {
        course::begin_maintenance(tx, who, &ledger)?;
    }
    let after = if waits { text!("your physiotherapist looks at the next step") } else { text!("") };
    let mut summary = ledger.change("Week", text!("Week {n}", n = facts.week), after);
    if waits {
        let said = std::mem::replace(&mut summary.reason, text!(""));
        summary.reason = text!("{said} {next}", said = said, next = proposals::waiting_words());
    }
    plans::note_change(tx, who, plan, &summary)?;
    Ok(())
}

/// Why the week was decided as it was, under the clinic's numbers of that week: the sentence of each rule, after
/// what was announced.
pub fn why(decision: &WeekReview, facts: &WeekFacts) -> Text {
    let rules = decision.rules.iter().map(|rule| rule_sentence(rule, &facts.clinic));
    let all = away_sentence(facts).into_iter().chain(rules);
    all.reduce(|said, next| text!("{said} {next}", said = said, next = next)).unwrap_or_else(|| text!(""))
}

/// Why a quota moves up. The week's rules may be about the exercises alone (P-06E, P-07E), and "the
/// exercises stay" is no reason for an amount that rises.
fn why_up(facts: &WeekFacts) -> Text {
    let planned = facts.quotas_planned;
    match facts.quotas_met {
        1 => text!("You reached your daily amount on 1 day of the week ({planned} planned), so the next step follows.", planned = planned),
        n => text!(
            "You reached your daily amount on {n} days of the week ({planned} planned), so the next step follows.",
            n = n,
            planned = planned
        ),
    }
}

/// A quota after a week: `up` advances in the schedule, `down` goes back one, everything else stays (4.2 no. 7). The
/// goal date follows.
pub(super) fn moved(ledger: &Ledger, quota: &PlanQuota, step: QuotaStep, facts: &WeekFacts) -> PlanQuota {
    let last = i32::try_from(quota.schedule.quotas.len()).unwrap_or(1) - 1;
    let index = next_index(step, usize::try_from(quota.step_index).unwrap_or(0), quota.schedule.quotas.len());
    let index = i32::try_from(index).unwrap_or(last);
    let weeks_left = u64::try_from(last - index).unwrap_or(0);
    // The date of a goal that was reached is past and stays.
    let reached = facts.goals_met && index == quota.step_index;
    let goal_on = if reached { quota.goal_on } else { ledger.on + Days::new(7 * weeks_left) };
    PlanQuota { step_index: index, goal_on, ..quota.clone() }
}

/// The line of a quota that moves; none when it stays.
pub(super) fn quota_line(ledger: &Ledger, quota: &PlanQuota, moved: &PlanQuota, facts: &WeekFacts) -> Option<Change> {
    if moved.step_index == quota.step_index {
        return None;
    }
    let line = ledger.change(quota_name(quota), quota_words(quota), quota_words(moved));
    let reason = if moved.step_index > quota.step_index { why_up(facts) } else { line.reason.clone() };
    Some(Change { reason, ..line })
}

/// Puts a quota's week into effect.
pub(super) fn move_quota<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    quota: &PlanQuota,
    step: QuotaStep,
    facts: &WeekFacts,
) -> Result<(), CareError> {
    let after = moved(ledger, quota, step, facts);
    if after.step_index != quota.step_index || after.goal_on != quota.goal_on {
        plans::set_step(tx, who, quota, after.step_index, after.goal_on)?;
    }
    if let Some(line) = quota_line(ledger, quota, &after, facts) {
        plans::note_change(tx, who, ledger.plan, &line)?;
    }
    Ok(())
}

/// A quota's activity in words.
pub(super) fn quota_name(quota: &PlanQuota) -> &'static str {
    &advice().activity(quota.activity.0).name
}

/// A quota's amount in words.
pub(super) fn quota_words(quota: &PlanQuota) -> Text {
    amount_words(quota.activity.0, quota.unit.0, quota.today())
}
