//! A questionnaire that was filled in on paper: keyed in with the date that stands on it, and who did so.

use crate::access::{MayRead, PatientAccess, Scribe};
use crate::care::CareError;
use crate::care::goals;
use crate::care::measures::{self, Answer};
use crate::clinical::journal::mean;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::UserId;
use crate::store::goals::Goal;
use crate::store::intake::Measure;
use crate::store::{ReadTx, Store, StoreError, accounts, intake, oversight};
use chrono::{Days, NaiveDate};
use serde_json::Value;

/// Questionnaires that can come on paper, in the order in which they are offered.
pub const INSTRUMENTS: [&str; 5] = ["rmdq", "psfs", "nprs", "phq4", "pgic"];
/// How old the paper may be, days: twelve weeks.
pub const OLDEST_DAYS: u64 = 84;

/// What stands on the paper.
#[derive(Debug, Clone)]
pub enum Written {
    /// An instrument that the programme asks as well.
    Asked(Answer),
    /// Average pain of the week before (NPRS), 0 to 10.
    Pain(u8),
    /// Own activities (PSFS), 0 to 10 each, in the order of the goals; none where the paper has none.
    Activities(Vec<Option<u8>>),
}

impl Written {
    fn id(&self) -> &'static str {
        match self {
            Self::Asked(answer) => answer.id(),
            Self::Pain(_) => "nprs",
            Self::Activities(_) => "psfs",
        }
    }
}

/// What the page for a patient's paper needs.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Their name.
    pub name: String,
    /// Their moment now.
    pub moment: Moment,
    /// Every score there is, by instrument, oldest first.
    pub measures: Vec<Measure>,
    /// The own activities that are followed now.
    pub goals: Vec<Goal>,
}

/// Reads what the page needs.
pub fn measures_of<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<Desk, CareError> {
    let (name, moment) = super::person(tx, who, now)?;
    let mut measures = Vec::new();
    for id in INSTRUMENTS {
        measures.extend(intake::measures(tx, who, id)?);
    }
    Ok(Desk { name, moment, measures, goals: goals::current(tx, who)? })
}

fn checked_date(on: NaiveDate, joined: NaiveDate, today: NaiveDate) -> Result<(), CareError> {
    let refused = |message: &'static str| Err(CareError::refused("on", message));
    match on {
        on if on > today => refused("This day is still to come"),
        on if on < joined => refused("The patient joined after this day"),
        on if on + Days::new(OLDEST_DAYS) < today => refused("The paper may be at most twelve weeks old"),
        _ => Ok(()),
    }
}

/// Score and single answers of what the paper says, as they are stored.
fn scored<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, given: &Written) -> Result<(f64, Value), CareError> {
    match given {
        Written::Asked(answer) => {
            let (score, items) = answer.scored();
            Ok((f64::from(score), items))
        }
        Written::Pain(pain) => Ok((f64::from(*pain), serde_json::json!({"nprs_avg": pain}))),
        Written::Activities(scores) => {
            let there: Vec<u8> = scores.iter().copied().flatten().collect();
            let Some(score) = mean(&there.iter().copied().map(f64::from).collect::<Vec<_>>()) else {
                return Err(CareError::refused("", "Enter the score of at least one activity"));
            };
            if there.len() == scores.len() {
                return Ok((score, goals::items(tx, who, &there)?));
            }
            let by_goal =
                goals::current(tx, who)?.into_iter().zip(scores).filter_map(|(goal, score)| Some((goal.id, Value::from((*score)?))));
            Ok((score, Value::Object(by_goal.collect())))
        }
    }
}

/// Keeps what a paper says as the measure of its date. The same form twice keeps one.
///
/// # Errors
/// Refused for a date that is still to come, before the patient joined or more than twelve weeks ago, for an instrument
/// that has another score of that day, and for activities without any score.
pub fn enter_measure(store: &Store, who: &PatientAccess<Scribe>, given: &Written, on: NaiveDate, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
        let moment = Moment { utc: now, zone: zone(&user.time_zone) };
        checked_date(on, Moment { utc: user.created_at, ..moment }.today(), moment.today())?;
        let (score, items) = scored(tx, who, given)?;
        let of_day = intake::measures(tx, who, given.id())?.into_iter().find(|measure| measure.on_date == on);
        if let Some(there) = of_day {
            let same = there.entered_by.is_some() && *there.items == items;
            let other = "There is a score of this questionnaire for this day already. It stays as it is";
            return if same { Ok(()) } else { Err(CareError::refused("on", other)) };
        }
        match given {
            Written::Asked(answer) => measures::keep(tx, who, answer, on, moment)?,
            _ => intake::keep_measure(tx, who, given.id(), on, score, items, now)?,
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "entered a measure from paper", now)?)
    })
}
