//! Letters about a patient: what they are made from, and what is kept as it was given out.

use super::overrides::urgency;
use crate::access::{MayRead, PatientAccess, Treat};
use crate::care::CareError;
use crate::care::progress::{Letter, Record, letter, record};
use crate::clock::UtcTime;
use crate::ids;
use crate::store::letters::{self, DISCHARGE, GivenOut, HAND_OVER};
use crate::store::plans::{PlanItem, PlanQuota};
use crate::store::{ReadTx, Store, course, oversight, plans};

/// Longest text of a letter, in characters.
pub const LONGEST: usize = 8000;
/// Longest name of a recipient.
pub const RECIPIENT: usize = 120;
/// Fewest days that a summary looks back.
const LEAST_DAYS: i64 = 28;

/// The decision that a letter to a doctor is about now: the one that weighs most; none before any answer.
pub fn hand_over<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<Option<Letter>, CareError> {
    match urgency(tx, who)? {
        None => Ok(None),
        Some(found) => Ok(Some(letter(tx, who, &found.decision.id, now)?)),
    }
}

/// What a discharge summary is made from.
#[derive(Debug, Clone)]
pub struct Course {
    /// Everything since the plan began.
    pub record: Record,
    /// Exercises of the plan as they are now, or were at its end.
    pub items: Vec<PlanItem>,
    /// Daily amounts.
    pub quotas: Vec<PlanQuota>,
}

/// The course of the newest plan; none while there was no plan.
pub fn course_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<Option<Course>, CareError> {
    let Some(plan) = course::latest(tx, who)? else { return Ok(None) };
    let days = (now.date() - plan.started_on).num_days() + 2;
    let record = record(tx, who, now, u64::try_from(days.max(LEAST_DAYS)).unwrap_or_default())?;
    Ok(Some(Course { record, items: plans::items(tx, who, &plan)?, quotas: plans::quotas(tx, who, &plan)? }))
}

/// A letter to be given out.
#[derive(Debug, Clone)]
pub struct NewLetter {
    /// [`HAND_OVER`] or [`DISCHARGE`].
    pub kind: &'static str,
    /// To whom.
    pub recipient: String,
    /// Its text.
    pub body: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Keeps a letter as it is given out, and returns its id; sent again, the id of the first.
pub fn give_out(store: &Store, who: &PatientAccess<Treat>, new: &NewLetter, now: UtcTime) -> Result<String, CareError> {
    debug_assert!([HAND_OVER, DISCHARGE].contains(&new.kind), "a kind that the table knows");
    store.write(|tx| {
        if let Some(known) = letters::by_token(tx, who, &new.token)? {
            return Ok(known.id);
        }
        let letter = GivenOut {
            id: ids::fresh(),
            patient_id: who.patient().as_str().to_owned(),
            author_id: who.by().map(|by| by.as_str().to_owned()),
            kind: new.kind.to_owned(),
            recipient: new.recipient.trim().to_owned(),
            body: new.body.trim().to_owned(),
            token: new.token.clone(),
            written_at: now,
        };
        letters::keep(tx, who, &letter)?;
        oversight::note(tx, who.by(), Some(who.patient()), "letter given out", now)?;
        Ok(letter.id)
    })
}
