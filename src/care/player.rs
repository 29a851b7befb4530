//! A session that is played exercise by exercise. What was pressed is kept on the server as it is pressed, so that
//! a session broken off goes on where it was, on whatever device; it ends in the log. What is shown comes from
//! the plan each time: a plan that pauses or changes in the middle is followed at once.

use super::CareError;
use super::course;
use super::journal::BACK_DATED_DAYS;
use super::logging::ANYTHING_NEW;
use super::safety;
use super::standing::{Standing, standing};
use super::today::{Today, today};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::exercise::DoseKind;
use crate::clinical::plan::Prescribed;
use crate::clock::Moment;
use crate::ids;
use crate::store::logs::{Done, ItemLog, TrainingLog};
use crate::store::played::{self, Played};
use crate::store::reviews::CheckAnswers;
use crate::store::{Json, ReadTx, Store, StoreError, WriteTx, logs, plans};
use chrono::{Days, NaiveDate};

/// What a day's session goes through: its exercises; in a flare also what eases and settles, because that is
/// what the flare plan consists of. Nothing while the plan stands still.
pub fn programme(day: &Today) -> Vec<Prescribed> {
    // SAFETY(patient): a paused plan shows relief on the day's page and plays nothing (13 no. 3).
    if day.pause.is_some() {
        return Vec::new();
    }
    let easing = day.support.iter().filter(|item| day.flare.is_some() && item.dose.kind != DoseKind::Quota);
    day.training.iter().chain(easing).cloned().collect()
}

/// The session that is not logged yet, from the last days that can be.
pub fn running<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<Played>, CareError> {
    Ok(played::open(tx, who, on - Days::new(BACK_DATED_DAYS))?)
}

/// What the day asks while the plan runs; nothing while it is paused or there is none.
fn programme_now(tx: &mut ReadTx, who: &PatientAccess<Own>, on: NaiveDate) -> Result<Vec<Prescribed>, CareError> {
    Ok(match standing(tx, who, on)? {
        Standing::Active(active) if active.pause.is_none() => programme(&today(tx, who, &active, on)?),
        _ => Vec::new(),
    })
}

/// Begins a session of today. One that is under way goes on; one of an earlier day is given up for it.
pub fn begin(store: &Store, who: &PatientAccess<Own>, token: &str, moment: Moment) -> Result<(), CareError> {
    let on = moment.today();
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        if programme_now(tx, who, on)?.is_empty() {
            return Err(CareError::refused("", tr_later!("There is nothing to go through today")));
        }
        if running(tx, who, on)?.is_some_and(|played| played.on_date == on) {
            return Ok(());
        }
        let before = (on - Days::new(BACK_DATED_DAYS), on - Days::new(1));
        played::close(tx, who, before, moment.utc)?;
        let new = Played {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            plan_id: plan.id,
            on_date: on,
            token: token.to_owned(),
            presses: Json::new(Vec::new()),
            stopped: String::new(),
            started_at: moment.utc,
            changed_at: moment.utc,
            closed_at: None,
        };
        Ok(played::keep(tx, who, &new)?)
    })
}

/// Keeps the answer to one exercise; the same one again replaces it. `false` when there is nothing to keep it in:
/// the session is over, the plan stands still, or the exercise is no longer part of the day.
pub fn press(store: &Store, who: &PatientAccess<Own>, id: &str, answer: &ItemLog, moment: Moment) -> Result<bool, CareError> {
    store.write(|tx| {
        let Some(played) = running(tx, who, moment.today())?.filter(|p| p.id == id && p.on_date == moment.today()) else {
            return Ok(false);
        };
        if !programme_now(tx, who, moment.today())?.iter().any(|item| item.exercise == answer.exercise) {
            return Ok(false);
        }
        let mut presses = played.presses.clone().into_inner();
        presses.retain(|known| known.exercise != answer.exercise);
        presses.push(answer.clone());
        played::press(tx, who, id, &presses, "", moment.utc)?;
        Ok(true)
    })
}

/// Stops for a reason that is no danger sign; the session waits to be logged, or goes on after all.
pub fn stop(store: &Store, who: &PatientAccess<Own>, id: &str, reason: &str, moment: Moment) -> Result<bool, CareError> {
    store.write(|tx| {
        let Some(played) = running(tx, who, moment.today())?.filter(|p| p.id == id) else { return Ok(false) };
        played::press(tx, who, id, &played.presses, reason, moment.utc)?;
        Ok(true)
    })
}

/// Stops because of a symptom of the stop rule. SAFETY(patient): nothing is asked before the danger-sign questions:
/// the session is logged with what is known, as stopped, and the questions stand open, in one transaction. The
/// exercise it happened in counts as begun, so that the RED session acts on it. How bad the pain was stays unknown.
pub fn stop_for_symptom(store: &Store, who: &PatientAccess<Own>, id: &str, during: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        if let Some(played) = running(tx, who, moment.today())?.filter(|p| p.id == id) {
            let planned = programme_now(tx, who, played.on_date)?;
            let mut items = played.presses.clone().into_inner();
            let known = items.iter().any(|item| item.exercise == during);
            if !known && planned.iter().any(|item| item.exercise == during) {
                items.push(ItemLog { exercise: during.to_owned(), done: Done::Partly, reason: "pain".to_owned(), brought_on: false });
            }
            items.retain(|item| !planned.iter().any(|p| p.exercise == item.exercise && p.is_support()));
            keep_stopped(tx, who, &played, items, moment)?;
        }
        // A page of a session that is over still says that something happened.
        let answers = CheckAnswers { danger: vec![ANYTHING_NEW.to_owned()], leg: false };
        let token: String = id.chars().take(64).collect();
        safety::keep(tx, who, &plan.id, &answers, &format!("stop {token}"), moment)?;
        course::answer_sessions(tx, who, moment)
    })
}

fn keep_stopped(tx: &mut WriteTx, who: &PatientAccess<Own>, played: &Played, items: Vec<ItemLog>, moment: Moment) -> Result<(), CareError> {
    let log = TrainingLog {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        plan_id: played.plan_id.clone(),
        on_date: played.on_date,
        token: played.id.clone(),
        worst_during: None,
        effort: None,
        stop_symptom: true,
        items: Json::new(items),
        quotas: Json::new(Vec::new()),
        note: String::new(),
        late: played.on_date < moment.today(),
        logged_at: moment.utc,
        edited_at: None,
    };
    logs::keep(tx, who, &log)?;
    Ok(played::close(tx, who, (played.on_date, played.on_date), moment.utc)?)
}
