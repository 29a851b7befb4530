//! The weekly review: each week of a plan is decided once, by whichever comes first of the running
//! server and somebody looking (13 no. 4), and applied in the same transaction.

use super::CareError;
use super::facts::{Week, gather};
use super::logging::coloured;
use super::standing::{Standing, standing};
use crate::access::{MayRead, MayWrite, PatientAccess, as_job};
use crate::clinical::advice::advice;
use crate::clinical::codes::{Colour, ExerciseStep, Outcome, QuotaStep};
use crate::clinical::exercise::library;
use crate::clinical::plan::{ItemState, Prescribed, next_doses};
use crate::clinical::week::{WeekFacts, WeekReview, review, rule_sentence};
use crate::clock::{Clock, Moment, zone};
use crate::store::logs::Done;
use crate::store::plans::{Change, Plan, PlanItem, PlanQuota};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, oversight, plans, reviews};
use chrono::{Days, NaiveTime};

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
    let weeks: Vec<Week> = (reviewed + 1..).map(|n| Week::of(plan.started_on, n)).take_while(ended).collect();
    Ok((!weeks.is_empty()).then_some((plan, weeks)))
}

/// Reviews every week that is due. Cheap when none is; running it again changes nothing.
pub fn run_due<M: MayWrite>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<usize, CareError> {
    if store.read(|tx| due(tx, who, moment))?.is_none() {
        return Ok(0);
    }
    let done = store.write(|tx| {
        let Some((plan, weeks)) = due(tx, who, moment)? else { return Ok(0) };
        for week in &weeks {
            let facts = gather(tx, who, &plan, *week)?;
            let decision = review(&facts);
            reviews::keep_review(tx, who, &plan.id, &facts, &decision, moment.utc)?;
            apply(tx, who, &plan, *week, &facts, &decision, moment)?;
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
        match run_due(store, &as_job(patient), moment) {
            Ok(count) => reviewed += count,
            Err(error) => tracing::error!(%error, "a weekly review failed"),
        }
    }
    Ok(reviewed)
}

/// Puts a decision into effect: alerts, flare, quota, doses, and a line of the ledger for each change.
fn apply<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    week: Week,
    facts: &WeekFacts,
    decision: &WeekReview,
    moment: Moment,
) -> Result<(), CareError> {
    let paused = matches!(standing(tx, who, moment.today())?, Standing::Active(active) if active.pause.is_some());
    for alert in &decision.alerts {
        // The pause told the clinic when it began. Once cleared it is nobody's task any more.
        if paused || decision.outcome != Outcome::PauseAlert {
            oversight::raise(tx, who, &alert.rule, alert.to, &alert.reason, moment.utc)?;
        }
    }
    let next_day = week.to + Days::new(1);
    match decision.quota {
        QuotaStep::Flare => reviews::begin_flare(tx, who, &plan.id, false, next_day)?,
        QuotaStep::Frozen => {}
        // Only a flare of the week that is judged: weeks can be reviewed late, after a newer one began.
        _ => reviews::end_flare(tx, who, week.to, next_day)?,
    }
    let ledger = Ledger { plan, week, facts, rules: decision.rules.join(" "), why: why(decision), moment };
    for quota in plans::quotas(tx, who, plan)? {
        move_quota(tx, who, &ledger, &quota, decision.quota)?;
    }
    change_doses(tx, who, &ledger, decision.exercise)?;
    let summary = ledger.change("Week", format!("Week {}", facts.week), String::new());
    plans::note_change(tx, who, plan, &summary)?;
    Ok(())
}

/// Why the week was decided as it was: the sentence of each rule.
pub fn why(decision: &WeekReview) -> String {
    decision.rules.iter().map(|rule| rule_sentence(rule)).collect::<Vec<_>>().join(" ")
}

/// What every line of the ledger of one review shares.
struct Ledger<'a> {
    plan: &'a Plan,
    week: Week,
    facts: &'a WeekFacts,
    rules: String,
    why: String,
    moment: Moment,
}

impl Ledger<'_> {
    fn change(&self, subject: &str, before: String, after: String) -> Change {
        Change {
            at: self.moment.utc,
            effective_on: self.week.to + Days::new(1),
            by: None,
            rule: self.rules.clone(),
            subject: subject.to_owned(),
            before,
            after,
            reason: self.why.clone(),
        }
    }

    /// Why a quota moves up. The week's rules may be about the exercises alone (P-06E, P-07E), and
    /// "the exercises stay" is no reason for an amount that rises.
    fn why_up(&self) -> String {
        let days = match self.facts.quotas_met {
            1 => "1 day".to_owned(),
            n => format!("{n} days"),
        };
        format!("You reached your daily amount on {days} of the week ({} planned), so the next step follows.", self.facts.quotas_planned)
    }
}

/// `up` advances in the schedule, `down` goes back one, everything else stays (4.2 no. 7). The goal
/// date follows.
fn move_quota<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    quota: &PlanQuota,
    step: QuotaStep,
) -> Result<(), CareError> {
    let last = i32::try_from(quota.schedule.quotas.len()).unwrap_or(1) - 1;
    let index = match step {
        QuotaStep::Up => (quota.step_index + 1).min(last),
        QuotaStep::Down => (quota.step_index - 1).max(0),
        QuotaStep::Same | QuotaStep::Flare | QuotaStep::Frozen => quota.step_index,
    };
    let weeks_left = u64::try_from(last - index).unwrap_or(0);
    // The date of a goal that was reached is past and stays.
    let reached = ledger.facts.goals_met && index == quota.step_index;
    let goal_on = if reached { quota.goal_on } else { ledger.week.to + Days::new(1 + 7 * weeks_left) };
    let moved = PlanQuota { step_index: index, goal_on, ..quota.clone() };
    if index != quota.step_index || goal_on != quota.goal_on {
        plans::set_step(tx, who, quota, index, goal_on)?;
    }
    if index != quota.step_index {
        let activity = advice().activity(quota.activity.0);
        let line = ledger.change(&activity.name, quota_words(quota), quota_words(&moved));
        let reason = if step == QuotaStep::Up { ledger.why_up() } else { line.reason.clone() };
        plans::note_change(tx, who, ledger.plan, &Change { reason, ..line })?;
    }
    Ok(())
}

/// A quota's amount in words.
fn quota_words(quota: &PlanQuota) -> String {
    let amount = quota.today();
    match advice().activity(quota.activity.0).unit(quota.unit.0) {
        Some(unit) if amount == 1.0 => format!("1 {}", unit.one),
        Some(unit) => format!("{amount} {}", unit.many),
        None => format!("{amount} {}", quota.unit.0),
    }
}

/// What the review knows about an exercise: its sessions' colours, the last effort, whether all sets were done.
fn item_state(item: &PlanItem, sessions: &[super::logging::Coloured]) -> ItemState {
    let id = &item.prescription.exercise;
    let logged: Vec<_> = sessions.iter().filter_map(|s| s.log.items.iter().find(|i| i.exercise == *id).map(|i| (s, i))).collect();
    let done: Vec<_> = logged.iter().filter(|(_, i)| i.done != Done::Not).collect();
    let colours: Vec<Colour> = done.iter().filter_map(|(s, _)| s.colour).collect();
    ItemState {
        prescribed: Prescribed::clone(&item.prescription),
        recent_colours: colours,
        last_rpe: done.last().and_then(|(s, _)| s.log.effort).map(f64::from),
        all_sets_done: !done.is_empty() && logged.iter().all(|(_, i)| i.done == Done::Done),
    }
}

fn change_doses<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, ledger: &Ledger, step: ExerciseStep) -> Result<(), CareError> {
    let items = plans::items(tx, who, ledger.plan)?;
    let sessions = coloured(tx, who, ledger.week.from, ledger.week.to)?;
    let states: Vec<ItemState> = items.iter().map(|item| item_state(item, &sessions)).collect();
    for change in next_doses(&states, step, &ledger.plan.facts) {
        let Some(item) = items.iter().find(|item| item.prescription.exercise == change.exercise) else { continue };
        let to = Prescribed { dose: change.to.dose.clone(), level: change.to.level, ..Prescribed::clone(&item.prescription) };
        plans::set_prescription(tx, who, item, &to)?;
        let name = library().get(&change.exercise).map_or(change.exercise.as_str(), |e| e.title.as_str());
        let line = ledger.change(name, super::plan::dose_words(&item.prescription), super::plan::dose_words(&to));
        plans::note_change(tx, who, ledger.plan, &Change { reason: change.sentence.clone(), ..line })?;
    }
    Ok(())
}
