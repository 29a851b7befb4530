//! The course of a plan, put into effect: what a reviewed week and a single session change in the exercises, the
//! phase, taking up the plan after silence, keeping what was gained, and the end. `clinical::course` decides.

mod lines;

pub(super) use lines::{kept, lines_on};

use super::CareError;
use super::checkins::FINISHED;
use super::logging::{Coloured, coloured};
use super::plan::{prescribed, title, typed};
use crate::access::{MayRead, MayRecord, MayWrite, PatientAccess, Treat};
use crate::clinical::codes::{Activity, AlertTo, Colour, Unit};
use crate::clinical::course::{
    Leaves, PhaseStep, REST_DAYS, Reviewed, SessionEffect, WALK_DAYS, WALK_MINUTES, WeekChange, after_week, leaving, maintenance_days,
    restart, session_effect,
};
use crate::clinical::exercise::DoseKind;
use crate::clinical::plan::shape::{EXERCISE, NEW_EXERCISE};
use crate::clinical::plan::{ItemChange, ItemState, PlanFacts, Prescribed};
use crate::clinical::quota::{QuotaInput, Schedule};
use crate::clinical::week::{WeekFacts, WeekReview};
use crate::clock::{Moment, UtcTime};
use crate::lang::Text;
use crate::store::course::{self, SessionStep};
use crate::store::logs::Done;
use crate::store::plans::{Change, Maintenance, Plan, PlanItem, PlanQuota};
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, away, oversight, patient_rules, plans, reviews};
use chrono::{Days, NaiveDate};
use lines::{dosed, joined, phased};

/// How far back an exercise's own sessions are looked at, in days.
const LOOK_BACK: u64 = 14;
/// A flare longer than this resumes one phase down (13 no. 10), in days.
const LONG_FLARE: i64 = 14;

/// Subject of a line of the ledger.
pub(super) const EXERCISE_DAYS: &str = tr_later!("Exercise days");

/// What the lines of the ledger that one decision writes have in common.
pub(super) struct Ledger<'a> {
    pub(super) plan: &'a Plan,
    /// First day the change holds.
    pub(super) on: NaiveDate,
    pub(super) rules: String,
    pub(super) why: Text,
    pub(super) at: UtcTime,
}

impl Ledger<'_> {
    pub(super) fn change(&self, subject: &str, before: Text, after: Text) -> Change {
        Change {
            at: self.at,
            effective_on: self.on,
            by: None,
            rule: self.rules.clone(),
            subject: subject.to_owned(),
            before,
            after,
            reason: self.why.clone(),
        }
    }

    pub(super) fn write<M: MayWrite>(
        &self,
        tx: &mut WriteTx,
        who: &PatientAccess<M>,
        subject: &str,
        (before, after): (impl Into<Text>, impl Into<Text>),
        reason: impl Into<Text>,
    ) -> Result<(), CareError> {
        Ok(plans::note_change(tx, who, self.plan, &self.told(subject, (before, after), reason))?)
    }

    /// A line with a reason of its own.
    pub(super) fn told(&self, subject: &str, (before, after): (impl Into<Text>, impl Into<Text>), reason: impl Into<Text>) -> Change {
        Change { reason: reason.into(), ..self.change(subject, before.into(), after.into()) }
    }
}

/// What the rules know about an exercise: the colours of its sessions of the last two weeks, and of the week
/// itself its effort and whether all sets were done.
fn state(item: &PlanItem, sessions: &[Coloured], steps: &[SessionStep], from: NaiveDate) -> ItemState {
    let id = &item.prescription.exercise;
    let logged: Vec<_> = sessions.iter().filter_map(|s| s.log.items.iter().find(|i| i.exercise == *id).map(|i| (s, i))).collect();
    let done: Vec<_> = logged.iter().filter(|(_, i)| i.done != Done::Not).collect();
    let this_week: Vec<_> = logged.iter().filter(|(s, _)| s.log.on_date >= from).collect();
    let answered = |s: &Coloured| steps.iter().any(|step| step.exercise == *id && step.on_date >= s.log.on_date);
    let trained = this_week.iter().any(|(_, i)| i.done != Done::Not);
    ItemState {
        prescribed: Prescribed::clone(&item.prescription),
        recent_colours: done.iter().filter_map(|(s, _)| s.colour_of(id)).collect(),
        red_unanswered: done.iter().any(|(s, _)| s.log.on_date >= from && s.colour_of(id) == Some(Colour::Red) && !answered(s)),
        last_rpe: done.last().and_then(|(s, _)| s.log.effort).map(f64::from),
        all_sets_done: trained && this_week.iter().all(|(_, i)| i.done == Done::Done),
    }
}

/// What a reviewed week changes in the exercises as the plan stands, with those exercises.
pub(super) fn week_change<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    (from, facts): (NaiveDate, &WeekFacts),
    review: &WeekReview,
) -> Result<(Vec<PlanItem>, WeekChange), CareError> {
    let plan = ledger.plan;
    let items = plans::items(tx, who, plan)?;
    let sessions = coloured(tx, who, (from - Days::new(7)).max(plan.started_on), ledger.on - Days::new(1))?;
    let steps = course::steps_since(tx, who, from - Days::new(7))?;
    let states: Vec<ItemState> = items.iter().map(|item| state(item, &sessions, &steps, from)).collect();
    let resting = resting(tx, who, ledger.on)?;
    let change = after_week(&states, &plan.facts, facts, review, &in_phase(tx, who, plan, facts.week)?, &resting);
    Ok((items, change))
}

/// Puts what a reviewed week changes in the exercises into effect.
pub(super) fn change_exercises<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    week: (NaiveDate, &WeekFacts),
    review: &WeekReview,
) -> Result<(), CareError> {
    let (items, change) = week_change(tx, who, ledger, week, review)?;
    if change.phase != PhaseStep::Stay {
        move_phase(tx, who, ledger, &items, &change.facts, &change.leaving, change.phase)?;
    }
    for dose in change.doses {
        let Some(item) = find(&items, &dose.exercise) else { continue };
        set_dose(tx, who, ledger, item, &dose)?;
    }
    if let Some(new) = change.new_item {
        let out = new.replaces.as_ref().and_then(|id| find(&items, id));
        match out {
            Some(old) => plans::swap_item(tx, who, old, &new.item, ledger.on)?,
            None => course::add_item(tx, who, ledger.plan, &new.item, ledger.on)?,
        }
        plans::note_change(tx, who, ledger.plan, &joined(ledger, out, &new))?;
    }
    Ok(())
}

fn find<'a>(items: &'a [PlanItem], exercise: &str) -> Option<&'a PlanItem> {
    items.iter().find(|item| item.prescription.exercise == *exercise)
}

fn set_dose<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    item: &PlanItem,
    change: &ItemChange,
) -> Result<(), CareError> {
    let (to, line) = dosed(ledger, item, change);
    plans::set_prescription(tx, who, item, &to)?;
    Ok(plans::note_change(tx, who, ledger.plan, &line)?)
}

/// Reviews since the present phase began, before a week, oldest first.
fn in_phase<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, week: u32) -> Result<Vec<Reviewed>, CareError> {
    let since = plan.phase_since.unwrap_or(plan.started_on);
    let all = reviews::reviews(tx, who, &plan.id)?;
    let earlier = all.iter().filter(|r| i64::from(r.week) < i64::from(week));
    let began = |number: i32| plan.started_on + Days::new(7 * u64::try_from(number - 1).unwrap_or(0));
    Ok(earlier.filter(|r| began(r.week) >= since).map(|r| Reviewed::from(&*r.result)).collect())
}

/// Exercises that went out after a RED session and may not come back yet.
fn resting<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Vec<String>, CareError> {
    let recent = course::steps_since(tx, who, on - Days::new(REST_DAYS - 1))?;
    Ok(recent.into_iter().filter(|step| step.step != "easier").map(|step| step.exercise).collect())
}

fn move_phase<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    items: &[PlanItem],
    facts: &PlanFacts,
    leaving: &[Leaves],
    step: PhaseStep,
) -> Result<(), CareError> {
    course::set_phase(tx, who, ledger.plan, facts, ledger.on)?;
    plans::note_change(tx, who, ledger.plan, &phased(ledger, facts, step))?;
    for leaves in leaving {
        let Some(item) = items.iter().find(|item| item.prescription.exercise == leaves.exercise) else { continue };
        let gone = title(&item.prescription);
        let after = match &leaves.instead {
            Some(easier) => {
                plans::swap_item(tx, who, item, easier, ledger.on)?;
                prescribed(easier)
            }
            None => {
                course::remove_item(tx, who, item, ledger.on)?;
                text!("")
            }
        };
        ledger.write(tx, who, EXERCISE, (gone, after), text!("It belongs to a later phase and comes back when that begins."))?;
    }
    Ok(())
}

/// Ends the flare under way that had begun by a date. One that lasted more than two weeks resumes one phase
/// down (13 no. 10).
pub(super) fn end_flare<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    begun_by: NaiveDate,
    on: NaiveDate,
    at: UtcTime,
) -> Result<(), CareError> {
    let open = reviews::flares(tx, who)?.into_iter().find(|flare| flare.ended_on.is_none() && flare.started_on <= begun_by);
    let Some(flare) = open else { return Ok(()) };
    reviews::end_flare(tx, who, begun_by, on)?;
    if (on - flare.started_on).num_days() <= LONG_FLARE || plan.facts.phase <= 1 {
        return Ok(());
    }
    let facts = PlanFacts { phase: PhaseStep::Down.applied_to(plan.facts.phase), ..PlanFacts::clone(&plan.facts) };
    let items = plans::items(tx, who, plan)?;
    let states: Vec<ItemState> = items.iter().map(|item| state(item, &[], &[], on)).collect();
    let ledger = Ledger { plan, on, rules: "P-03".to_owned(), why: text!(""), at };
    move_phase(tx, who, &ledger, &items, &facts, &leaving(&states, &facts), PhaseStep::Down)
}

/// Lets the newest session of each exercise act on it before the next (5.2): an easier form, another exercise,
/// or a rest. Each session acts once; correcting it later does not take back what it did.
pub(super) fn answer_sessions<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, moment: Moment) -> Result<(), CareError> {
    let Some(plan) = plans::active(tx, who)? else { return Ok(()) };
    let today = moment.today();
    let from = (today - Days::new(LOOK_BACK)).max(plan.started_on);
    let sessions = coloured(tx, who, from, today)?;
    let steps = course::steps_since(tx, who, from)?;
    for item in plans::items(tx, who, &plan)? {
        let id = &item.prescription.exercise;
        let of_item = |s: &&Coloured| s.log.items.iter().any(|i| i.exercise == *id && i.done != Done::Not);
        let own: Vec<&Coloured> = sessions.iter().filter(of_item).filter(|s| s.log.on_date >= item.added_on).collect();
        let Some(newest) = own.last().filter(|s| s.colour.is_some()) else { continue };
        if steps.iter().any(|step| step.log_id == newest.log.id && step.exercise == *id) {
            continue;
        }
        // A session in which its own pain is not known says nothing, not even about the one before.
        let known = newest.colour_of(id).is_some();
        let colours: Vec<Colour> = own.iter().filter(|_| known).filter_map(|s| s.colour_of(id)).collect();
        let efforts: Vec<f64> = own.iter().filter_map(|s| s.log.effort.map(f64::from)).collect();
        let listed: Vec<String> = plans::items(tx, who, &plan)?.iter().map(|i| i.prescription.exercise.clone()).collect();
        let effect = session_effect(&item.prescription, &colours, &efforts, &plan.facts, &listed);
        if let Some(code) = effect.code() {
            let step = SessionStep {
                log_id: newest.log.id.clone(),
                exercise: id.clone(),
                step: code.to_owned(),
                on_date: newest.log.on_date,
                taken_at: moment.utc,
            };
            course::keep_step(tx, who, &step)?;
            let ledger = Ledger { plan: &plan, on: today, rules: "5.2".to_owned(), why: text!(""), at: moment.utc };
            take_effect(tx, who, &ledger, &item, &effect)?;
        }
    }
    Ok(())
}

fn take_effect<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    item: &PlanItem,
    effect: &SessionEffect,
) -> Result<(), CareError> {
    let name = title(&item.prescription);
    match effect {
        SessionEffect::Keep => Ok(()),
        SessionEffect::Change(change) => set_dose(tx, who, ledger, item, change),
        SessionEffect::Swap { to, sentence } => {
            plans::swap_item(tx, who, item, to, ledger.on)?;
            ledger.write(tx, who, EXERCISE, (name, prescribed(to)), sentence.clone())
        }
        SessionEffect::Rest { sentence } => {
            course::remove_item(tx, who, item, ledger.on)?;
            ledger.write(tx, who, EXERCISE, (name, text!("")), sentence.clone())
        }
    }
}

/// Starts every quota again at 80 % of the last completed one (4.2 no. 9).
pub(super) fn restart_quotas<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    why: impl Into<Text>,
) -> Result<(), CareError> {
    let why = why.into();
    let most_percent = patient_rules::timeline(tx, who)?.thresholds_on(ledger.on).quota_step();
    for quota in plans::quotas(tx, who, ledger.plan)? {
        let index = usize::try_from(quota.step_index).unwrap_or(0);
        let inputs = QuotaInput { most_percent, ..QuotaInput::clone(&quota.inputs) };
        let Ok((inputs, schedule)) = restart(&inputs, &quota.schedule, index) else { continue };
        let goal_on = ledger.on + Days::new(7 * u64::from(schedule.weeks.saturating_sub(1)));
        let fresh = PlanQuota {
            inputs: Json::new(inputs),
            schedule: Json::new(schedule),
            step_index: 0,
            scheduled_on: Some(ledger.on),
            goal_on,
            ..quota.clone()
        };
        course::reschedule(tx, who, &fresh)?;
        let words = (super::review::quota_words(&quota), super::review::quota_words(&fresh));
        ledger.write(tx, who, super::review::quota_name(&quota), words, why.clone())?;
    }
    Ok(())
}

/// Ends a plan after four weeks without a word: the next step is a new intake (4.2 no. 9).
pub(super) fn lapse<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, ledger: &Ledger) -> Result<(), CareError> {
    let why =
        text!("Nothing was written down for four weeks. To begin again, answer the questions once more and measure a new starting point.");
    course::end(tx, who, ledger.plan, ledger.on, "lapsed")?;
    ledger.write(tx, who, "Plan", (text!(""), text!("Your plan has ended")), why)?;
    let told = "No entry for four weeks. The plan has ended; a new intake and baseline come before another.";
    Ok(oversight::raise(tx, who, "4.2", AlertTo::Physio, told, ledger.at)?)
}

/// From now on the plan keeps what was gained (P-08): two exercise days and five walks of half an hour a week.
pub(super) fn begin_maintenance<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, ledger: &Ledger) -> Result<(), CareError> {
    let plan = ledger.plan;
    // A smaller plan ends with the building up: the way back from keeping leads to all the days.
    let before: &[u8] = plan.smaller.as_ref().map_or(&plan.training_days, |smaller| &smaller.days_before);
    course::set_size(tx, who, plan, before, None)?;
    let maintenance = Maintenance { since: ledger.on, days_before: before.to_vec() };
    course::set_maintenance(tx, who, plan, &maintenance_days(before), Some(maintenance))?;
    away::set_days(tx, who, plan, (ledger.on, &maintenance_days(before)), ledger.at)?;
    for quota in plans::quotas(tx, who, plan)? {
        if quota.activity.0 == Activity::Walk && quota.unit.0 == Unit::Min {
            let schedule =
                Schedule { start: WALK_MINUTES, increment: 0.0, weeks: 1, quotas: vec![WALK_MINUTES], ..Schedule::clone(&quota.schedule) };
            let kept = PlanQuota {
                goal: WALK_MINUTES,
                goal_on: ledger.on,
                days_per_week: WALK_DAYS,
                schedule: Json::new(schedule),
                step_index: 0,
                scheduled_on: Some(ledger.on),
                ..quota
            };
            course::reschedule(tx, who, &kept)?;
        }
    }
    for item in plans::items(tx, who, plan)?.iter().filter(|item| item.prescription.is_free_walk()) {
        let mut walk = Prescribed::clone(&item.prescription);
        walk.dose.kind = DoseKind::Minutes;
        (walk.dose.minutes, walk.dose.days_per_week) = (30, 5);
        plans::set_prescription(tx, who, item, &walk)?;
    }
    Ok(plans::note_change(tx, who, ledger.plan, &kept(ledger))?)
}

/// A physiotherapist ends the programme, with a reason the patient reads. `again` says whether the patient may take
/// it up again by themselves.
pub fn discharge(store: &Store, who: &PatientAccess<Treat>, reason: &str, again: bool, moment: Moment) -> Result<(), CareError> {
    if reason.trim().chars().count() < 5 {
        return Err(CareError::refused("reason", "Write the reason in a few words: the patient reads it"));
    }
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        course::end(tx, who, &plan, moment.today(), if again { FINISHED } else { "discharged" })?;
        patient_rules::lapse(tx, who, moment.utc)?;
        let ledger = Ledger { plan: &plan, on: moment.today(), rules: "physio".to_owned(), why: text!(""), at: moment.utc };
        ledger.write(tx, who, "Plan", (text!(""), text!("Your programme has ended")), typed(reason.trim()))?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "discharged", moment.utc)?)
    })
}
