//! Another dose or form of an exercise: for a day alone, from a day on, or for the whole plan.

use super::acts::{ByPhysio, item_of, not_quota, reason_of};
use super::editing::versioned;
use crate::access::{PatientAccess, Treat};
use crate::care::CareError;
use crate::care::doses::{Later, later};
use crate::care::plan::dose_text;
use crate::clinical::exercise::Dose;
use crate::clinical::plan::{Level, Prescribed};
use crate::clock::Moment;
use crate::lang::dates;
use crate::store::doses::{self as stored, Set};
use crate::store::plans::{Change, Plan, PlanItem};
use crate::store::{Store, WriteTx, oversight, plans};
use chrono::{Days, NaiveDate};

/// How far ahead a day can have a dose of its own, in days.
pub const DAYS_AHEAD: u64 = 28;
/// How far ahead a change can begin, in days: half a year.
pub const BEGINS_AHEAD: u64 = 182;

/// The dose and form a physiotherapist sets.
#[derive(Debug, Clone)]
pub struct NewDose {
    /// The dose.
    pub dose: Dose,
    /// The form.
    pub level: Level,
}

/// When a dose holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Only on this day, from today to [`DAYS_AHEAD`] days ahead.
    Day(NaiveDate),
    /// From this day on: today, or up to [`BEGINS_AHEAD`] days ahead.
    From(NaiveDate),
    /// From today on; what was set for later days is taken back.
    Whole,
}

impl Scope {
    fn check(self, today: NaiveDate) -> Result<(), CareError> {
        let (on, most) = match self {
            Scope::Day(on) => (on, DAYS_AHEAD),
            Scope::From(on) => (on, BEGINS_AHEAD),
            Scope::Whole => return Ok(()),
        };
        if on < today {
            return Err(CareError::refused("on", "Choose today or a later day"));
        }
        if on > today + Days::new(most) {
            let weeks = most / 7;
            return Err(CareError::refused("on", format!("Choose a day within the next {weeks} weeks")));
        }
        Ok(())
    }
}

/// Changes the dose or form of an exercise, with a reason the patient reads.
pub fn change_dose(
    store: &Store,
    who: &PatientAccess<Treat>,
    id: &str,
    (new, scope): (&NewDose, Scope),
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason_of(reason)?;
    new.dose.check().map_err(|e| CareError::refused("", e.to_string()))?;
    let today = moment.today();
    scope.check(today)?;
    store.write(|tx| {
        let (plan, item) = item_of(tx, who, id)?;
        not_quota(&item)?;
        let to = Prescribed { dose: new.dose.clone(), level: new.level, ..Prescribed::clone(&item.prescription) };
        let coming: Vec<Later> =
            later(tx, who, &plan, std::slice::from_ref(&item), today)?.into_iter().filter(|later| later.item == item.id).collect();
        let change = Decision { plan: &plan, item: &item, to: &to, reason, moment };
        match scope {
            Scope::Day(on) => change.of_day(tx, who, on, &coming),
            Scope::From(from) if from > today => change.from(tx, who, from, &coming),
            Scope::From(_) => change.now(tx, who),
            Scope::Whole => {
                for later in &coming {
                    take(tx, who, &plan, &item, later, moment)?;
                }
                if to == *item.prescription && !coming.is_empty() {
                    change.line(tx, who, (text!(""), text!("The same dose on every day: {dose}", dose = dose_text(&to))), today)?;
                    return Ok(oversight::note(tx, who.by(), Some(who.patient()), "dose changed", moment.utc)?);
                }
                change.now(tx, who)
            }
        }
    })
}

/// A dose about to be set.
struct Decision<'a> {
    plan: &'a Plan,
    item: &'a PlanItem,
    to: &'a Prescribed,
    reason: &'a str,
    moment: Moment,
}

impl Decision<'_> {
    fn line(
        &self,
        tx: &mut WriteTx,
        who: &PatientAccess<Treat>,
        (before, after): (crate::lang::Text, crate::lang::Text),
        on: NaiveDate,
    ) -> Result<(), CareError> {
        let line = ByPhysio {
            plan: self.plan,
            subject: self.to.title().to_owned(),
            reason: self.reason,
            now: self.moment.utc,
            moment: self.moment,
        };
        let change = Change { effective_on: on, ..line.change(before, after) };
        Ok(plans::note_change(tx, who, self.plan, &change)?)
    }

    fn set(&self) -> Set<'_> {
        Set { to: self.to, reason: self.reason, at: self.moment.utc }
    }

    /// Refuses what changes nothing.
    fn differs(&self, from: &Prescribed) -> Result<(), CareError> {
        if self.to == from {
            return Err(CareError::refused("", "The dose and the form are as before. Change one of them, or go back"));
        }
        Ok(())
    }

    fn now(&self, tx: &mut WriteTx, who: &PatientAccess<Treat>) -> Result<(), CareError> {
        self.differs(&self.item.prescription)?;
        versioned(tx, who, self.reason, self.moment.utc, |tx| {
            plans::set_prescription(tx, who, self.item, self.to)?;
            self.line(tx, who, (dose_text(&self.item.prescription), dose_text(self.to)), self.moment.today())
        })?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "dose changed", self.moment.utc)?)
    }

    fn of_day(&self, tx: &mut WriteTx, who: &PatientAccess<Treat>, on: NaiveDate, coming: &[Later]) -> Result<(), CareError> {
        let there = coming.iter().find(|later| later.alone && later.on == on);
        if there.is_some_and(|there| there.to == *self.to && there.reason == self.reason) {
            // The same form twice sets it once.
            return Ok(());
        }
        let begun = coming.iter().rev().find(|later| !later.alone && later.on <= on);
        self.differs(there.or(begun).map_or(&self.item.prescription, |later| &later.to))?;
        stored::set_day(tx, who, self.item, on, self.set())?;
        self.line(tx, who, (text!(""), text!("Only on {day}: {dose}", day = dates::day(on), dose = dose_text(self.to))), on)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "dose of a day set", self.moment.utc)?)
    }

    fn from(&self, tx: &mut WriteTx, who: &PatientAccess<Treat>, from: NaiveDate, coming: &[Later]) -> Result<(), CareError> {
        let there = coming.iter().find(|later| !later.alone && later.on == from);
        if there.is_some_and(|there| there.to == *self.to && there.reason == self.reason) {
            return Ok(());
        }
        let before = coming.iter().rev().find(|later| !later.alone && later.on <= from);
        self.differs(before.map_or(&self.item.prescription, |later| &later.to))?;
        for other in stored::planned(tx, who, self.plan)?.iter().filter(|d| d.item_id == self.item.id && d.from_on == from) {
            stored::settle(tx, who, other, self.moment.utc)?;
        }
        // The plan page announces it; its line of the ledger comes when it begins.
        stored::plan(tx, who, self.item, from, self.set())?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "dose planned", self.moment.utc)?)
    }
}

/// Takes one dose back that is set for a day or a later beginning.
fn take(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    plan: &Plan,
    item: &PlanItem,
    later: &Later,
    moment: Moment,
) -> Result<(), CareError> {
    if !later.alone {
        for dose in stored::planned(tx, who, plan)?.iter().filter(|dose| dose.id == later.key) {
            stored::settle(tx, who, dose, moment.utc)?;
        }
        return Ok(());
    }
    stored::drop_day(tx, who, item, later.on)?;
    let line = ByPhysio { plan, subject: later.to.title().to_owned(), reason: &later.reason, now: moment.utc, moment };
    let after = text!("On {day} as usual again: {dose}", day = dates::day(later.on), dose = dose_text(&item.prescription));
    let reason = text!("What was set for this day alone is taken back.");
    let change = Change { effective_on: later.on, reason, ..line.change(text!(""), after) };
    Ok(plans::note_change(tx, who, plan, &change)?)
}

/// Takes back what is set for a day or a later beginning; `key` names it as [`Later::key`].
pub fn take_back(store: &Store, who: &PatientAccess<Treat>, id: &str, key: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let (plan, item) = item_of(tx, who, id)?;
        let all = later(tx, who, &plan, std::slice::from_ref(&item), moment.today())?;
        let Some(later) = all.iter().find(|later| later.item == item.id && later.key == key) else {
            return Err(CareError::refused("", "It is taken back already, or it has begun"));
        };
        take(tx, who, &plan, &item, later, moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "dose taken back", moment.utc)?)
    })
}
