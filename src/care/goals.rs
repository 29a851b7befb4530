//! What a person wants to do again (PSFS), in their own words and followed through: scored in the weekly check,
//! worded anew without losing the words before, reached, and followed by another. The first ones come from the
//! intake and are written down as goals when something about them changes; their identity is the same before.

use super::CareError;
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::instruments::PSFS_AS_BEFORE;
use crate::clinical::journal::mean;
use crate::clock::Moment;
use crate::ids;
use crate::store::goals::{self, Goal};
use crate::store::intake::{Intake, Measure};
use crate::store::{ReadTx, Store, StoreError, WriteTx, intake, oversight};
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;

/// How many goals somebody follows at once.
pub const MOST: usize = 3;
/// Longest wording, in characters.
pub const LONGEST: usize = 120;

fn first_id(intake: &Intake, place: usize) -> String {
    format!("{}.{place}", intake.id)
}

/// The goals of the intake as it was handed in.
fn of_wishes(intake: &Intake) -> Vec<Goal> {
    let at = intake.submitted_at.unwrap_or(intake.created_at);
    let goal = |(place, (wording, _)): (usize, &(String, u8))| Goal {
        id: first_id(intake, place),
        patient_id: intake.patient_id.clone(),
        intake_id: intake.id.clone(),
        place: i32::try_from(place).unwrap_or(0),
        wording: wording.clone(),
        set_on: at.date(),
        reached_on: None,
        ended_on: None,
        set_at: at,
    };
    intake.wishes.activities.iter().enumerate().map(goal).collect()
}

/// Every goal since the last intake, those that gave way included.
pub fn all<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Goal>, CareError> {
    let Some(intake) = intake::latest(tx, who, "submitted")? else { return Ok(Vec::new()) };
    let kept = goals::of_intake(tx, who, &intake.id)?;
    Ok(if kept.is_empty() { of_wishes(&intake) } else { kept })
}

/// The goals that are followed now, in their order.
pub fn current<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Goal>, CareError> {
    Ok(all(tx, who)?.into_iter().filter(|goal| goal.ended_on.is_none()).collect())
}

/// The scores of a measurement by goal. One that was made before the last intake belongs to other goals.
fn scores(measure: &Measure, intake: &Intake) -> BTreeMap<String, f64> {
    let since = intake.submitted_at.unwrap_or(intake.created_at);
    let by_place = |list: &Vec<Value>| {
        let score = |item: &Value| item.as_f64().or_else(|| item.get(1).and_then(Value::as_f64));
        list.iter().enumerate().filter_map(|(place, item)| Some((first_id(intake, place), score(item)?))).collect()
    };
    match &*measure.items {
        Value::Array(list) if measure.recorded_at >= since => by_place(list),
        Value::Object(map) => map.iter().filter_map(|(goal, score)| Some((goal.clone(), score.as_f64()?))).collect(),
        _ => BTreeMap::new(),
    }
}

/// What a check keeps of the scores: by place while the goals are those of the intake, else by goal.
pub(super) fn items<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, given: &[u8]) -> Result<Value, CareError> {
    let Some(intake) = intake::latest(tx, who, "submitted")? else { return Ok(serde_json::json!(given)) };
    if goals::of_intake(tx, who, &intake.id)?.is_empty() {
        return Ok(serde_json::json!(given));
    }
    let current = current(tx, who)?;
    Ok(Value::Object(current.into_iter().zip(given).map(|(goal, score)| (goal.id, (*score).into())).collect()))
}

/// Means of two measurements over the goals that both scored: another goal in the place of one is no change of
/// what somebody can do. The mean over all when the goals never changed.
pub(super) fn compare<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    (before, now): (&Measure, &Measure),
) -> Result<(Option<f64>, Option<f64>), CareError> {
    if before.items.is_array() && now.items.is_array() {
        return Ok((Some(before.score), Some(now.score)));
    }
    let Some(intake) = intake::latest(tx, who, "submitted")? else { return Ok((Some(before.score), Some(now.score))) };
    let (before, now) = (scores(before, &intake), scores(now, &intake));
    let both: Vec<(f64, f64)> = before.iter().filter_map(|(goal, score)| Some((*score, *now.get(goal)?))).collect();
    let column = |of: fn(&(f64, f64)) -> f64| mean(&both.iter().map(of).collect::<Vec<_>>());
    Ok((column(|pair| pair.0), column(|pair| pair.1)))
}

/// A goal with everything that is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The goal.
    pub goal: Goal,
    /// Its scores, oldest first.
    pub scores: Vec<(NaiveDate, f64)>,
    /// Earlier words, oldest first, with the last day on which they stood.
    pub earlier: Vec<(String, NaiveDate)>,
    /// Since when it is reached: the person said so, or it can be done as well as before.
    pub reached: Option<NaiveDate>,
}

impl Followed {
    /// First and latest score, when there are two.
    pub fn span(&self) -> Option<(f64, f64)> {
        let (first, last) = (self.scores.first()?, self.scores.last()?);
        (self.scores.len() > 1).then_some((first.1, last.1))
    }
}

/// Since when the latest scores say that it can be done as well as before.
fn as_before(scores: &[(NaiveDate, f64)]) -> Option<NaiveDate> {
    let well = |(_, score): &&(NaiveDate, f64)| *score >= f64::from(PSFS_AS_BEFORE);
    scores.iter().rev().take_while(well).last().map(|(on, _)| *on)
}

/// Every goal since the last intake with its scores; those that are followed now first.
pub fn followed<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Followed>, CareError> {
    let Some(intake) = intake::latest(tx, who, "submitted")? else { return Ok(Vec::new()) };
    let measured: Vec<(NaiveDate, BTreeMap<String, f64>)> =
        intake::measures(tx, who, "psfs")?.iter().map(|m| (m.on_date, scores(m, &intake))).collect();
    let wordings = goals::wordings(tx, who)?;
    let mut all: Vec<Followed> = all(tx, who)?
        .into_iter()
        .map(|goal| {
            let scores: Vec<_> = measured.iter().filter_map(|(on, scores)| Some((*on, *scores.get(&goal.id)?))).collect();
            let earlier = wordings.iter().filter(|(of, ..)| *of == goal.id).map(|(_, words, until)| (words.clone(), until.date()));
            Followed { earlier: earlier.collect(), reached: goal.reached_on.or(as_before(&scores)), scores, goal }
        })
        .collect();
    all.sort_by_key(|followed| (followed.goal.ended_on.is_some(), followed.goal.place));
    Ok(all)
}

/// Writes the goals of the intake down, unless they are already.
fn write_down(tx: &mut WriteTx, who: &PatientAccess<Own>) -> Result<Intake, CareError> {
    let intake = intake::latest(tx, who, "submitted")?.ok_or(StoreError::NotFound)?;
    if goals::of_intake(tx, who, &intake.id)?.is_empty() {
        for goal in of_wishes(&intake) {
            goals::keep(tx, who, &goal)?;
        }
    }
    Ok(intake)
}

fn worded(wording: &str) -> Result<&str, CareError> {
    match wording.trim() {
        "" => Err(CareError::refused("wording", tr_later!("Write what you want to do again, in a few words"))),
        long if long.chars().count() > LONGEST => Err(CareError::refused("wording", text!("Use at most {max} characters", max = LONGEST))),
        words => Ok(words),
    }
}

/// A goal of one's own that is followed now.
fn mine(tx: &mut WriteTx, who: &PatientAccess<Own>, id: &str) -> Result<Goal, CareError> {
    write_down(tx, who)?;
    Ok(current(tx, who)?.into_iter().find(|goal| goal.id == id).ok_or(StoreError::NotFound)?)
}

/// Words a goal anew; its scores and the words before stay.
pub fn reword(store: &Store, who: &PatientAccess<Own>, id: &str, wording: &str, moment: Moment) -> Result<(), CareError> {
    let words = worded(wording)?;
    store.write(|tx| {
        let goal = mine(tx, who, id)?;
        if goal.wording != words {
            goals::reword(tx, who, &goal, words, moment.utc)?;
        }
        Ok(())
    })
}

/// "I have reached it", or not yet after all.
pub fn set_reached(store: &Store, who: &PatientAccess<Own>, id: &str, reached: bool, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let goal = mine(tx, who, id)?;
        let on = reached.then(|| goal.reached_on.unwrap_or(moment.today()));
        Ok(goals::settle(tx, who, id, (on, None))?)
    })
}

/// Another goal: in the place of one that gives way, or beside the others while there is room.
pub fn set_new(store: &Store, who: &PatientAccess<Own>, instead: Option<&str>, wording: &str, moment: Moment) -> Result<(), CareError> {
    let words = worded(wording)?;
    let today = moment.today();
    store.write(|tx| {
        let intake = write_down(tx, who)?;
        let now = current(tx, who)?;
        // Sent twice it stands once.
        if now.iter().any(|goal| goal.wording == words) {
            return Ok(());
        }
        let before = instead.map(|id| now.iter().find(|goal| goal.id == id).cloned().ok_or(StoreError::NotFound)).transpose()?;
        if before.is_none() && now.len() >= MOST {
            return Err(CareError::refused("wording", text!("You follow {n} goals already. Let one give way first", n = MOST)));
        }
        let free = (0..).find(|place| !now.iter().any(|goal| goal.place == *place)).unwrap_or(0);
        if let Some(before) = &before {
            goals::settle(tx, who, &before.id, (before.reached_on, Some(today)))?;
        }
        let goal = Goal {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            intake_id: intake.id,
            place: before.map_or(free, |before| before.place),
            wording: words.to_owned(),
            set_on: today,
            reached_on: None,
            ended_on: None,
            set_at: moment.utc,
        };
        goals::keep(tx, who, &goal)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "set a goal", moment.utc)?)
    })
}
