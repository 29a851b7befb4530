//! Learn: the topic of the week, what was read, and what people write about it.

use super::CareError;
use super::facts::Week;
use super::standing::{Active, Standing, standing};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::codes::Category;
use crate::clinical::learn::{Chosen, Now, Topic, learn};
use crate::clock::Moment;
use crate::ids;
use crate::store::learn::{self as kept, Reflection};
use crate::store::{ReadTx, Store, StoreError, intake, reviews};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Longest reflection, in characters.
pub const MAX_ANSWER: usize = 1000;

/// How far the pages of Learn open for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Everything.
    All,
    /// No pictures of exercises: there is no plan under way.
    Words,
    /// Nothing that asks for movement: the plan is held or paused.
    Still,
}

/// What the pages of Learn know of a patient.
#[derive(Debug, Clone)]
pub struct Shelf {
    /// How far the pages open.
    pub opening: Opening,
    /// The topic of the week, with the sentence why; none after the plan has ended.
    pub week: Option<(Chosen<'static>, String)>,
    /// Day of the first reading, by topic.
    pub read: BTreeMap<String, NaiveDate>,
}

/// How things were on the last day of each week of the plan, and are today. A pause weighs more than a flare.
fn weeks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, on: NaiveDate) -> Result<Vec<Now>, CareError> {
    let (flares, holds) = (reviews::flares(tx, who)?, intake::holds(tx, who)?);
    let last = u32::try_from(active.week(on).max(1)).unwrap_or(1);
    let of = |number: u32| {
        let day = Week::of(active.plan.started_on, number).to;
        let over = |begin: NaiveDate, end: Option<NaiveDate>| begin <= day && end.is_none_or(|end| end > day);
        let (paused, flare) = if number == last {
            (active.pause.is_some(), active.flare.is_some())
        } else {
            let held = holds.iter().any(|h| over(h.placed_at.date(), h.cleared_at.map(|at| at.date())));
            (held, flares.iter().any(|f| over(f.started_on, f.ended_on)))
        };
        match (paused, flare) {
            (true, _) => Now::Pause,
            (false, true) => Now::Flare,
            (false, false) => Now::Usual,
        }
    };
    Ok((1..=last).map(of).collect())
}

/// What the pages of Learn show a patient on a day.
///
/// SAFETY(patient): before a plan no exercise is shown, and while it is held or paused nothing that asks for movement.
pub fn shelf<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Shelf, CareError> {
    let read: BTreeMap<String, NaiveDate> = kept::all_read(tx, who)?.into_iter().map(|r| (r.topic, r.on_date)).collect();
    let (opening, category, begin, weeks) = match standing(tx, who, on)? {
        Standing::Active(active) => {
            let opening = if active.pause.is_some() { Opening::Still } else { Opening::All };
            let weeks = weeks(tx, who, &active, on)?;
            (opening, active.plan.category.0, active.plan.started_on, weeks)
        }
        Standing::Held(_) => (Opening::Still, Category::Unclear, on, vec![Now::Pause]),
        Standing::Intake | Standing::Ready(_) => (Opening::Words, Category::Unclear, on, vec![Now::Usual]),
        Standing::Ended(_) => (Opening::Words, Category::Unclear, on, Vec::new()),
    };
    let in_week = |day: &NaiveDate| ((*day - begin).num_days().div_euclid(7) + 1).max(0);
    let read_in: BTreeMap<String, i64> = read.iter().map(|(topic, day)| (topic.clone(), in_week(day))).collect();
    let chosen = learn().choose(category, &weeks, &read_in);
    Ok(Shelf { opening, week: chosen.map(|c| (c, learn().why(&c, category))), read })
}

fn known(topic: &str) -> Result<&'static Topic, CareError> {
    Ok(learn().topic(topic).ok_or(StoreError::NotFound)?)
}

/// "I have read this". Saying it again changes nothing.
pub fn read(store: &Store, who: &PatientAccess<Own>, topic: &str, moment: Moment) -> Result<(), CareError> {
    let topic = known(topic)?;
    store.write(|tx| Ok(kept::mark_read(tx, who, &topic.id, moment.today(), moment.utc)?))
}

/// What somebody writes about a topic.
#[derive(Debug, Clone)]
pub struct NewReflection {
    /// Id of the topic.
    pub topic: String,
    /// Their words.
    pub answer: String,
    /// The physiotherapist may read it.
    pub shared: bool,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Keeps what somebody wrote; who writes about a topic has read it.
pub fn reflect(store: &Store, who: &PatientAccess<Own>, new: &NewReflection, moment: Moment) -> Result<(), CareError> {
    let topic = known(&new.topic)?;
    let answer = new.answer.trim();
    if answer.is_empty() {
        return Err(CareError::refused("answer", tr_later!("Write a few words first")));
    }
    if answer.chars().count() > MAX_ANSWER {
        return Err(CareError::refused("answer", text!("Use at most {max} characters", max = MAX_ANSWER)));
    }
    let reflection = Reflection {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        topic: topic.id.clone(),
        token: new.token.clone(),
        on_date: moment.today(),
        answer: answer.to_owned(),
        shared: new.shared,
        written_at: moment.utc,
    };
    store.write(|tx| {
        kept::keep(tx, who, &reflection)?;
        Ok(kept::mark_read(tx, who, &topic.id, moment.today(), moment.utc)?)
    })
}

/// Takes a reflection away for good.
pub fn withdraw(store: &Store, who: &PatientAccess<Own>, topic: &str, id: &str) -> Result<(), CareError> {
    store.write(|tx| Ok(kept::remove(tx, who, topic, id)?))
}
