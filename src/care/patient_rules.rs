//! Rules for one patient: who moves the plan on after a week, and numbers of their own within the ranges of 13 no. 11.
//! Each setting is kept with who set it and why, and counts from the person's next day on, so that no week and no
//! session is judged by numbers that came after it. The patient reads that their pace was set, and why.

use super::CareError;
use super::course::Ledger;
use super::plan::typed;
use crate::access::{PatientAccess, Treat};
use crate::clinical::thresholds::Thresholds;
use crate::clock::Moment;
use crate::lang::Text;
use crate::store::patient_rules::{self, Mode, NewSetting};
use crate::store::{Conflict, Store, StoreError, oversight, plans};
use chrono::{Days, NaiveDate};

/// Letters that a reason has at least.
const REASON: usize = 5;

/// Numbers that can be chosen at once: points of a session's and of a week's pain, adherence in per cent, and the largest
/// step of a quota in per cent of the baseline mean.
const CAREFUL: [i64; 4] = [-1, -1, 70, 10];
const MORE_ROOM: [i64; 4] = [1, 1, 50, 20];

fn preset(numbers: [i64; 4]) -> Thresholds {
    let [session, week, adherence, step] = numbers;
    // A test holds that both are within the ranges.
    Thresholds::new(session, week, adherence, step).unwrap_or_default()
}

/// For somebody whose plan should move with more care.
pub fn careful() -> Thresholds {
    preset(CAREFUL)
}

/// For somebody who may be asked a little more.
pub fn more_room() -> Thresholds {
    preset(MORE_ROOM)
}

/// The form with which the rules for a patient are set.
#[derive(Debug, Clone)]
pub struct NewRules {
    /// Who moves the plan on.
    pub mode: Mode,
    /// Numbers of their own; none: the clinic's.
    pub own: Option<Thresholds>,
    /// Why; the patient reads it.
    pub reason: String,
    /// The setting that the form showed; empty where there was none yet.
    pub seen: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// First day on which rules set now count: the person's next.
pub fn counts_from(moment: Moment) -> NaiveDate {
    moment.today() + Days::new(1)
}

/// What the patient reads about it.
fn told(mode: Mode, own: bool) -> Text {
    match (mode, own) {
        (Mode::Automatic, false) => text!("Your plan moves on by itself, with the clinic’s numbers"),
        (Mode::Automatic, true) => text!("Your plan moves on by itself, with numbers set for you"),
        (Mode::Propose, false) => text!("Your physiotherapist looks at each next step before it begins"),
        (Mode::Propose, true) => text!("Your physiotherapist looks at each next step before it begins, with numbers set for you"),
    }
}

/// Sets the rules for a patient from their next day on.
///
/// # Errors
/// Refused without a reason, when somebody else set them since the form was shown, and when nothing would change.
pub fn set(store: &Store, who: &PatientAccess<Treat>, new: &NewRules, moment: Moment) -> Result<(), CareError> {
    let reason = new.reason.trim();
    if reason.chars().count() < REASON {
        return Err(CareError::refused("reason", "Write the reason in a few words: the patient reads it"));
    }
    let done = store.write(|tx| {
        let before = patient_rules::timeline(tx, who)?;
        if before.settings().iter().any(|setting| setting.token == new.token) {
            return Ok(());
        }
        if before.settings().first().map_or("", |setting| &setting.id) != new.seen {
            return Err(CareError::refused(
                "",
                "Somebody else changed these rules in the meantime. Look at what is set now, then save again",
            ));
        }
        if before.latest() == (new.mode, new.own) {
            return Err(CareError::refused("", "This is how it is set already. Change something, or leave this page"));
        }
        let on = counts_from(moment);
        let setting = NewSetting { effective_on: on, mode: new.mode, own: new.own, reason, token: &new.token, at: moment.utc };
        patient_rules::set(tx, who, &setting)?;
        // Without a plan there is no ledger, and no pace yet.
        if let Some(plan) = plans::active(tx, who)? {
            let ledger = Ledger { plan: &plan, on, rules: "physio".to_owned(), why: text!(""), at: moment.utc };
            let words = (text!(""), told(new.mode, new.own.is_some()));
            ledger.write(tx, who, tr_later!("Pace of your plan"), words, typed(reason))?;
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "set rules for this patient", moment.utc)?)
    });
    match done {
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_that_can_be_chosen_at_once_are_within_the_ranges_of_the_specification() {
        for numbers in [CAREFUL, MORE_ROOM] {
            let [session, week, adherence, step] = numbers;
            assert!(Thresholds::new(session, week, adherence, step).is_ok(), "{numbers:?}");
        }
        assert_eq!((careful().adherence(), more_room().session_pain()), (70, 1));
    }
}
