//! Weeks on paper: a sheet that stores what it asked for, and keying it in. What a day on paper says goes the way of
//! every log (`care::logging`), so danger signs, colours and late entries are the same as online.

mod enter;
mod measure;

pub use enter::{DayThere, Entered, Missing, Open, PaperDay, Unusual, enter, missing, there};
pub use measure::{Desk, INSTRUMENTS, OLDEST_DAYS, Written, enter_measure, measures_of};

use super::CareError;
use super::facts::Week;
use super::standing::{Active, Standing, standing};
use super::today::today;
use crate::access::{Actor, MayRead, PatientAccess, Physio, Scribe, authorise_scribe};
use crate::clinical::plan::Prescribed;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::{self, PatientId, UserId};
use crate::lang::{Text, dates};
use crate::store::paper::{AskedDay, AskedExercise, AskedQuota, Asks, Sheet};
use crate::store::plans::PlanItem;
use crate::store::{Json, ReadTx, Store, StoreError, accounts, oversight, paper, plans, relations};
use chrono::{Days, NaiveDate};

/// Letters of a code: none that looks like another, and no vowels, so that no word comes of them.
const LETTERS: &[u8] = b"BCDFGHJKMNPQRTWXY";
/// Letters in a code.
const CODE: usize = 6;
/// Codes that are tried until one is free.
const TRIES: usize = 50;
/// How far back sheets are listed: a day can be keyed in for a week after it (13 no. 5).
const LISTED_DAYS: u64 = 14;

/// A code as it was typed, in the form it is stored in; nothing when it cannot be one.
pub fn code_of(typed: &str) -> Option<String> {
    let letters: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect();
    let fits = letters.len() == CODE && letters.bytes().all(|b| LETTERS.contains(&b));
    fits.then_some(letters)
}

/// A code as it is printed: "KXT-MPR".
pub fn spelled(code: &str) -> String {
    match code.split_at_checked(CODE / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

fn fresh_code() -> String {
    // Letters of a random identity, those that a code has.
    let mut letters = String::new();
    while letters.len() < CODE {
        letters.extend(ids::fresh().to_uppercase().chars().filter(|c| u8::try_from(*c).is_ok_and(|b| LETTERS.contains(&b))));
    }
    letters.truncate(CODE);
    letters
}

/// Permission to write down what a patient wrote on paper, for the patient or their physiotherapist.
///
/// # Errors
/// `NotFound` for strangers and for people who do not exist alike.
pub fn scribe(store: &Store, actor: &Actor, patient: &PatientId, now: UtcTime) -> Result<PatientAccess<Scribe>, CareError> {
    store.read(|tx| {
        let relation = relations::relation(tx, actor, patient, now)?;
        Ok(authorise_scribe(actor, relation, patient.clone()).map_err(|_| StoreError::NotFound)?)
    })
}

/// The patient whose sheet has a code, if this physiotherapist may key it in; strangers' codes answer like none.
pub fn find(store: &Store, physio: &Physio, actor: &Actor, typed: &str, now: UtcTime) -> Result<Option<(PatientId, String)>, CareError> {
    let Some(code) = code_of(typed) else { return Ok(None) };
    let found = store.read(|tx| Ok::<_, CareError>(paper::whose(tx, physio, &code)?))?;
    let Some(patient) = found else { return Ok(None) };
    match scribe(store, actor, &patient, now) {
        Ok(_) => Ok(Some((patient, code))),
        Err(CareError::Store(StoreError::NotFound)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// A patient's name and moment.
pub fn person<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<(String, Moment), CareError> {
    let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
    Ok((user.name, Moment { utc: now, zone: zone(&user.time_zone) }))
}

/// The weeks a sheet can be made for: this one, and the one after it. The first day of each.
pub fn weeks(active: &Active, on: NaiveDate) -> [NaiveDate; 2] {
    let number = u32::try_from(active.week(on).max(1)).unwrap_or(1);
    [Week::of(active.plan.started_on, number).from, Week::of(active.plan.started_on, number + 1).from]
}

/// What a week asks for on paper: what its days would ask for online, as the plan is now.
fn asks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, from: NaiveDate) -> Result<Asks, CareError> {
    let mut exercises: Vec<AskedExercise> = Vec::new();
    let mut days: Vec<AskedDay> = Vec::new();
    let mut doses: Vec<(NaiveDate, Prescribed)> = Vec::new();
    for on in from.iter_days().take(7) {
        let day = today(tx, who, active, on)?;
        // Every second day: a day that lies ahead is not logged yet, so the sheet itself is looked at.
        let yesterday = days.last().map(|day: &AskedDay| day.exercises.clone()).unwrap_or_default();
        let rests = |item: &&Prescribed| item.dose.every_other_day && yesterday.contains(&item.exercise);
        let training: Vec<&Prescribed> = day.training.iter().filter(|item| !rests(item)).collect();
        for item in &training {
            doses.push((on, (*item).clone()));
            if !exercises.iter().any(|known| known.id == item.exercise) {
                let (id, title) = (item.exercise.clone(), item.title().to_owned());
                exercises.push(AskedExercise { id, title, dose: text!("") });
            }
        }
        let quota = |q: &super::today::DayQuota| AskedQuota { activity: q.quota.activity.0, unit: q.quota.unit.0, amount: q.amount };
        days.push(AskedDay {
            on,
            exercises: training.iter().map(|item| item.exercise.clone()).collect(),
            quotas: day.quotas.iter().map(quota).collect(),
        });
    }
    let items = plans::items(tx, who, &active.plan)?;
    for exercise in &mut exercises {
        exercise.dose = week_dose(&doses, &exercise.id, &items);
    }
    Ok(Asks { week: active.week(from).max(1), exercises, days })
}

/// The dose of an exercise in a week: the usual one, and the days that have another with theirs.
fn week_dose(doses: &[(NaiveDate, Prescribed)], exercise: &str, items: &[PlanItem]) -> Text {
    let of_item: Vec<(NaiveDate, Text)> =
        doses.iter().filter(|(_, item)| item.exercise == exercise).map(|(on, item)| (*on, item.in_words())).collect();
    let base = items.iter().find(|item| item.prescription.exercise == exercise).map(|item| item.prescription.in_words());
    let usual = base.filter(|base| of_item.iter().any(|(_, dose)| dose == base));
    let Some(usual) = usual.or_else(|| of_item.first().map(|(_, dose)| dose.clone())) else { return text!("") };
    of_item
        .iter()
        .filter(|(_, dose)| *dose != usual)
        .fold(usual.clone(), |all, (on, dose)| text!("{items}; {day}: {dose}", items = all, day = dates::short_day(*on), dose = dose))
}

/// Makes a sheet for this week or the next and returns its code. As long as the plan asks for the same, the same
/// sheet is found again.
///
/// # Errors
/// Refused without a plan that runs as usual: a pause shows no exercise, and a flare goes day by day.
pub fn make(store: &Store, who: &PatientAccess<Scribe>, next: bool, now: UtcTime) -> Result<String, CareError> {
    store.write(|tx| {
        let (_, moment) = person(tx, who, now)?;
        let Standing::Active(active) = standing(tx, who, moment.today())? else {
            return Err(CareError::refused("", tr_later!("There is no plan under way, so there is nothing to put on a sheet")));
        };
        if active.pause.is_some() || active.flare.is_some() {
            return Err(CareError::refused("", tr_later!("The plan is not running as usual now. A sheet can be made again when it does")));
        }
        let from = weeks(&active, moment.today())[usize::from(next)];
        let asks = asks(tx, who, &active, from)?;
        let same = |sheet: &Sheet| sheet.week_from == from && sheet.plan_id == active.plan.id && *sheet.asks == asks;
        if let Some(sheet) = paper::since(tx, who, from)?.into_iter().find(same) {
            return Ok(sheet.code);
        }
        for _ in 0..TRIES {
            let sheet = Sheet {
                id: ids::fresh(),
                patient_id: who.patient().as_str().to_owned(),
                plan_id: active.plan.id.clone(),
                code: fresh_code(),
                week_from: from,
                asks: Json::new(asks.clone()),
                made_by: who.by().map(|by| by.as_str().to_owned()),
                made_at: moment.utc,
            };
            if paper::keep(tx, who, &sheet)? {
                oversight::note(tx, who.by(), Some(who.patient()), "made a log sheet", now)?;
                return Ok(sheet.code);
            }
        }
        Err(StoreError::NotFound.into())
    })
}

/// Sheets that can still be keyed in, or were a short time ago; newest week first.
pub fn sheets<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Vec<Sheet>, CareError> {
    Ok(paper::since(tx, who, on - Days::new(LISTED_DAYS))?)
}

/// A day that was keyed in from paper.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The day.
    pub on: NaiveDate,
    /// The session it became.
    pub log_id: Option<String>,
    /// Who keyed it in; nothing when they have left.
    pub by: Option<String>,
    /// When.
    pub at: UtcTime,
}

/// Which days from `from` to `to` inclusive were keyed in from paper, by whom and when.
pub fn marks<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: NaiveDate, to: NaiveDate) -> Result<Vec<Mark>, CareError> {
    let mark = |(entry, by): (paper::Entry, Option<String>)| Mark { on: entry.on_date, log_id: entry.log_id, by, at: entry.entered_at };
    Ok(paper::entered(tx, who, from, to)?.into_iter().map(mark).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed_and_has_no_letter_that_looks_like_another() {
        for _ in 0..200 {
            let code = fresh_code();
            assert_eq!(code_of(&spelled(&code).to_lowercase()).as_deref(), Some(code.as_str()));
            assert!(!code.contains(['A', 'E', 'I', 'O', 'U', 'L', 'S', 'V', 'Z', '0', '1']), "{code}");
        }
        assert_eq!(code_of(" kxt mpr "), Some("KXTMPR".to_owned()));
        assert_eq!(spelled("KXTMPR"), "KXT-MPR");
        for wrong in ["", "KXTMP", "KXTMPRR", "KXT-MPA", "KXT-MP1", "ÄXTMPR"] {
            assert_eq!(code_of(wrong), None, "{wrong}");
        }
    }
}
