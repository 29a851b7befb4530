//! Afterwards: short check-ins once a plan only keeps what was gained or has ended, and the way back in.

use super::CareError;
use super::course::{Ledger, restart_quotas};
use super::journal::pain_days;
use super::logging::ANYTHING_NEW;
use super::measures::{self, Answer};
use super::safety;
use super::standing::{Standing, standing, unanswered_signs};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::course::{ReEntry, check_in_due, re_entry};
use crate::clock::Moment;
use crate::ids;
use crate::store::agreement::CheckIn;
use crate::store::plans::Plan;
use crate::store::reviews::CheckAnswers;
use crate::store::{ReadTx, Store, StoreError, WriteTx, agreement, away, course, intake, logs, oversight, plans, reviews};
use chrono::{Days, NaiveDate};

/// How the programme of somebody ended who may take it up again by themselves.
pub const FINISHED: &str = "finished";
/// How far back the last record is looked for, in days.
const LOOK_BACK: u64 = 120;

/// A check-in that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The plan.
    pub plan: Plan,
    /// First day of keeping, or the day of the end.
    pub since: NaiveDate,
    /// Days after it: 30, 90 or 180.
    pub after_days: i64,
}

/// The plan that is kept up or has ended, and since when; none for a plan that builds up or that silence ended.
fn afterwards(standing: Standing) -> Option<(Plan, NaiveDate)> {
    match standing {
        Standing::Active(active) => {
            let since = active.plan.maintenance.as_ref().map(|kept| kept.since)?;
            Some((active.plan, since)).filter(|_| active.pause.is_none() && active.away.is_none())
        }
        Standing::Ended(plan) => {
            let since = plan.ended_on.filter(|_| plan.end_reason.as_deref() != Some("lapsed"))?;
            Some((*plan, since))
        }
        _ => None,
    }
}

/// The check-in that waits on a day.
pub fn waiting<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<Waiting>, CareError> {
    let Some((plan, since)) = afterwards(standing(tx, who, on)?) else { return Ok(None) };
    let known = agreement::check_ins_of(tx, who, &plan.id)?;
    let answered: Vec<i64> = known.iter().filter(|c| c.since == since).map(|c| i64::from(c.after_days)).collect();
    Ok(check_in_due((on - since).num_days(), &answered).map(|after_days| Waiting { plan, since, after_days }))
}

/// What somebody answers.
#[derive(Debug, Clone)]
pub struct Given {
    /// Average pain of the last week.
    pub pain: Option<u8>,
    /// Global impression of change, 1 to 7.
    pub change: Option<u8>,
    /// Something is new: the danger-sign questions follow.
    pub anything_new: bool,
}

/// Keeps a check-in with its measures and the answer about danger signs, all or nothing; once.
pub fn answer(store: &Store, who: &PatientAccess<Own>, given: &Given, moment: Moment) -> Result<(), CareError> {
    let today = moment.today();
    store.write(|tx| {
        let Some(waiting) = waiting(tx, who, today)? else { return Ok(()) };
        let row = CheckIn {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            plan_id: waiting.plan.id.clone(),
            since: waiting.since,
            after_days: i32::try_from(waiting.after_days).unwrap_or(i32::MAX),
            on_date: today,
            anything_new: given.anything_new,
            answered_at: moment.utc,
        };
        if !agreement::check_in(tx, who, &row)? {
            return Ok(());
        }
        if let Some(pain) = given.pain {
            intake::keep_measure(tx, who, "nprs", today, f64::from(pain), serde_json::json!({"nprs_avg": pain}), moment.utc)?;
        }
        if let Some(change) = given.change {
            measures::keep(tx, who, &Answer::Pgic(change), today, moment)?;
        }
        keep_sign(tx, who, &waiting.plan, given.anything_new, &format!("check-in {}", row.id), moment)
    })
}

fn keep_sign(tx: &mut WriteTx, who: &PatientAccess<Own>, plan: &Plan, new: bool, token: &str, moment: Moment) -> Result<(), CareError> {
    let danger = if new { vec![ANYTHING_NEW.to_owned()] } else { Vec::new() };
    safety::keep(tx, who, &plan.id, &CheckAnswers { danger, leg: false }, token, moment)?;
    Ok(())
}

/// Whole weeks without any record before a day: a session, a day's pain, a check.
fn silent_weeks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, on: NaiveDate) -> Result<u32, CareError> {
    let from = (on - Days::new(LOOK_BACK)).max(plan.started_on);
    let sessions = logs::between(tx, who, from, on)?.into_iter().map(|log| log.on_date);
    let days: Vec<NaiveDate> = sessions.chain(pain_days(tx, who, from, on)?.into_iter().map(|(day, _)| day)).collect();
    let checks = reviews::checks(tx, who, from, on)?.into_iter().filter(|check| !check.token.contains(' ')).map(|check| check.on_date);
    // Neither the day of the last record nor the day itself, which is not over, is silent.
    let last = days.into_iter().chain(checks).max().unwrap_or(from - Days::new(1));
    Ok(u32::try_from(((on - last).num_days() - 1).div_euclid(7)).unwrap_or(0))
}

/// How a plan that was set down would be taken up on a day; none when that is not the person's to decide: it
/// builds up already, or the physiotherapist ended it for good.
pub fn way_back<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<(Plan, ReEntry)>, CareError> {
    let (plan, keeping) = match standing(tx, who, on)? {
        Standing::Active(active) if active.plan.maintenance.is_some() && active.pause.is_none() => (active.plan, true),
        Standing::Ended(plan) if plan.end_reason.as_deref() == Some(FINISHED) && unanswered_signs(tx, who, on)?.is_none() => (*plan, false),
        _ => return Ok(None),
    };
    let silent = silent_weeks(tx, who, &plan, on)?;
    Ok(Some((plan, re_entry(silent, keeping))))
}

/// Takes the programme up again. The one safety question is answered with it, in the same transaction: when
/// something is new, its questions come first and nothing else happens (`false`).
pub fn take_up(store: &Store, who: &PatientAccess<Own>, anything_new: bool, token: &str, moment: Moment) -> Result<bool, CareError> {
    let today = moment.today();
    store.write(|tx| {
        let Some((plan, how)) = way_back(tx, who, today)? else { return Ok(true) };
        keep_sign(tx, who, &plan, anything_new, &format!("resume {token}"), moment)?;
        if anything_new {
            return Ok(false);
        }
        if how == ReEntry::Anew {
            return Err(CareError::refused(
                "",
                tr_later!("It has been more than four weeks: answer the questions once more and measure a new start"),
            ));
        }
        if plan.status == "ended" {
            course::reopen(tx, who, &plan, today)?;
        }
        if let Some(kept) = plan.maintenance.clone() {
            course::set_maintenance(tx, who, &plan, &kept.days_before, None)?;
            away::set_days(tx, who, &plan, (today, &kept.days_before), moment.utc)?;
        }
        course::set_phase(tx, who, &plan, &plan.facts, today)?;
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        let ledger = Ledger { plan: &plan, on: today, rules: "patient".to_owned(), why: text!(""), at: moment.utc };
        let why = tr_later!("You chose to take the programme up again. Your exercise days are as before.");
        ledger.write(tx, who, tr_later!("Plan"), (String::new(), tr_later!("Your programme goes on").to_owned()), why)?;
        if how == ReEntry::Lower {
            let why = tr_later!("After two weeks or more the amount starts again a little lower and grows from there.");
            restart_quotas(tx, who, &ledger, why)?;
        }
        oversight::note(tx, who.by(), Some(who.patient()), "programme taken up again", moment.utc)?;
        Ok(true)
    })
}
