//! Holiday and illness: a clear path out of the plan and back. Announced days are shown as what they are and nobody
//! asks for anything on them; what they mean for a week is said in `clinical::week::Away`, what a gap leads to in
//! `clinical::course::absence`: neither is decided here.

use super::CareError;
use super::course::Ledger;
use super::logging::ANYTHING_NEW;
use super::safety;
use crate::access::{MayRead, Own, PatientAccess};
use crate::clock::Moment;
use crate::ids;
use crate::lang::Text;
use crate::lang::dates::day_of_month;
use crate::store::away::{Break, HOLIDAY, ILLNESS, announce, breaks, come_back};
use crate::store::plans::Plan;
use crate::store::reviews::CheckAnswers;
use crate::store::{ReadTx, Store, StoreError, WriteTx, oversight, plans};
use chrono::{Days, NaiveDate};

/// How far ahead a holiday may begin, in days.
pub const AHEAD_DAYS: u64 = 180;
/// Longest holiday, in days.
pub const LONGEST_DAYS: u64 = 56;
/// First word of the tokens of checks before and after a break.
const OF_BREAK: &str = "break ";

/// Whether a stored check belongs to the beginning or the end of a break.
pub fn is_of_break(token: &str) -> bool {
    token.starts_with(OF_BREAK)
}

/// The break a day belongs to; an illness weighs more than a holiday.
pub fn on_day(breaks: &[Break], on: NaiveDate) -> Option<&Break> {
    let of_day = || breaks.iter().filter(|b| b.covers(on));
    of_day().find(|b| b.is_illness()).or_else(|| of_day().next())
}

/// The break under way on a day.
pub fn on<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, day: NaiveDate) -> Result<Option<Break>, CareError> {
    Ok(on_day(&breaks(tx, who, plan)?, day).cloned())
}

/// A holiday that is still to come.
pub fn ahead<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan, day: NaiveDate) -> Result<Option<Break>, CareError> {
    let coming = |b: &Break| b.starts_on > day && b.over_on().is_none_or(|over| over > b.starts_on);
    Ok(breaks(tx, who, plan)?.into_iter().find(coming))
}

fn dates(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> Result<(), CareError> {
    if from < today || from > today + Days::new(AHEAD_DAYS) {
        return Err(CareError::refused("from", tr_later!("Choose a first day from today on, within the next six months")));
    }
    if to < from {
        return Err(CareError::refused("to", tr_later!("The last day comes after the first")));
    }
    if to >= from + Days::new(LONGEST_DAYS) {
        return Err(CareError::refused(
            "to",
            tr_later!("Choose at most eight weeks. For longer, end the programme and begin anew afterwards"),
        ));
    }
    Ok(())
}

fn of_plan(who: &PatientAccess<Own>, plan: &Plan, kind: &str, from: NaiveDate, token: &str, moment: Moment) -> Break {
    Break {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        plan_id: plan.id.clone(),
        kind: kind.to_owned(),
        starts_on: from,
        ends_on: None,
        back_on: None,
        token: token.to_owned(),
        told_at: moment.utc,
    }
}

fn line(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    (plan, on): (&Plan, NaiveDate),
    (subject, after, why): (&str, Text, &'static str),
    moment: Moment,
) -> Result<(), CareError> {
    let ledger = Ledger { plan, on, rules: "patient".to_owned(), why: text!(""), at: moment.utc };
    ledger.write(tx, who, subject, (text!(""), after), why)
}

/// Announces a holiday from one day to another, both included. Sent twice it is kept once.
pub fn go_on_holiday(
    store: &Store,
    who: &PatientAccess<Own>,
    (from, to): (NaiveDate, NaiveDate),
    token: &str,
    moment: Moment,
) -> Result<(), CareError> {
    dates(from, to, moment.today())?;
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        let known = breaks(tx, who, &plan)?;
        if known.iter().any(|b| b.token == token) {
            return Ok(());
        }
        let overlaps = |b: &&Break| b.starts_on <= to && b.over_on().is_none_or(|over| over > from && over > b.starts_on);
        if known.iter().any(|b| overlaps(&b)) {
            return Err(CareError::refused("from", tr_later!("Some of these days are announced already. End or cancel that first")));
        }
        let new = Break { ends_on: Some(to), ..of_plan(who, &plan, HOLIDAY, from, token, moment) };
        announce(tx, who, &new)?;
        let words = match (day_of_month(from), day_of_month(to)) {
            (first, last) if first == last => first,
            (first, last) => text!("{first} to {last}", first = first, last = last),
        };
        let why = tr_later!("You are away. These days count neither as planned nor as missed, and the plan waits where it is.");
        line(tx, who, (&plan, from), (tr_later!("Holiday"), words, why), moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "announced a holiday", moment.utc)?)
    })
}

/// "I am ill": keeps the answers to the danger-sign questions and begins the pause, both or neither. A "yes" opens
/// the questions behind it exactly as in a check or a log.
pub fn fall_ill(store: &Store, who: &PatientAccess<Own>, answers: &CheckAnswers, token: &str, moment: Moment) -> Result<(), CareError> {
    let today = moment.today();
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        // SAFETY(patient): the answers are kept whatever else is known already.
        if !safety::keep(tx, who, &plan.id, answers, &format!("{OF_BREAK}ill {token}"), moment)? {
            return Ok(());
        }
        let now = on(tx, who, &plan, today)?;
        if now.as_ref().is_some_and(Break::is_illness) {
            return Ok(());
        }
        if let Some(holiday) = now {
            come_back(tx, who, &holiday.id, today)?;
        }
        announce(tx, who, &of_plan(who, &plan, ILLNESS, today, token, moment))?;
        let why = tr_later!("You are ill. The plan waits until you are back; these days count neither as planned nor as missed.");
        line(tx, who, (&plan, today), (tr_later!("Illness"), text!("a pause from {day}", day = day_of_month(today)), why), moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "announced an illness", moment.utc)?)
    })
}

/// "I am back", from today on. After an illness the one safety question is answered with it (`anything_new`), in
/// the same transaction; a holiday that has not begun is cancelled.
pub fn back(store: &Store, who: &PatientAccess<Own>, anything_new: Option<bool>, token: &str, moment: Moment) -> Result<(), CareError> {
    let today = moment.today();
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        let now = match on(tx, who, &plan, today)? {
            Some(now) => Some(now),
            None => ahead(tx, who, &plan, today)?,
        };
        let Some(now) = now else { return Ok(()) };
        if now.is_illness() {
            let Some(new) = anything_new else {
                return Err(CareError::refused("anything_new", tr_later!("Choose whether you noticed anything new")));
            };
            let danger = if new { vec![ANYTHING_NEW.to_owned()] } else { Vec::new() };
            let answers = CheckAnswers { danger, leg: false };
            safety::keep(tx, who, &plan.id, &answers, &format!("{OF_BREAK}back {token}"), moment)?;
        }
        come_back(tx, who, &now.id, today.max(now.starts_on))?;
        let subject = if now.is_illness() { tr_later!("Illness") } else { tr_later!("Holiday") };
        let (after, why) = match now.starts_on > today {
            true => (text!("cancelled"), tr_later!("You are not going away after all.")),
            false => (text!("back on {day}", day = day_of_month(today)), tr_later!("Your plan goes on. There is nothing to make up for.")),
        };
        line(tx, who, (&plan, today), (subject, after, why), moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "came back to the plan", moment.utc)?)
    })
}
