//! Consent by purpose: versioned, asked anew when the text changes, taken back as easily as given, and what follows at once.
//!
//! What runs by itself asks [`may_process`]; the pages of a patient ask [`missing`], which is the gate before them.

use super::own_data::closing;
use super::{CareError, reminders};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::codes::AlertTo;
use crate::clock::{Moment, UtcTime};
use crate::ids::UserId;
use crate::lang::{Lang, Spoken};
use crate::store::closing::{Given, consents_of};
use crate::store::{ReadTx, Store, StoreError, WriteTx, accounts, oversight};
use serde::Deserialize;

/// The purpose without which nothing is worked out.
pub const SERVICE: &str = "service";
/// The purpose without which the clinic sees no record.
pub const SHARE: &str = "share_clinic";
/// Reminders.
pub const REMINDERS: &str = "reminders";
/// Name of the alert that tells the clinic that the programme stands still.
pub const RULE: &str = "CONSENT";

/// One purpose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Its stable key.
    pub key: String,
    /// Version of its text, kept with each answer.
    pub version: String,
    /// The programme needs it.
    pub required: bool,
    /// Heading.
    pub title: String,
    /// What it means.
    pub points: Vec<String>,
    /// The sentence agreed to.
    pub statement: String,
    /// What a no means.
    pub if_no: String,
}

/// Everything that is said about consent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// First sentences.
    pub intro: String,
    /// What changing one's mind does.
    pub withdraw: String,
    /// The purposes, each asked by itself.
    #[serde(rename = "purpose")]
    pub purposes: Vec<Purpose>,
}

impl Consent {
    /// The purpose with a key.
    pub fn purpose(&self, key: &str) -> Option<&Purpose> {
        self.purposes.iter().find(|purpose| purpose.key == key)
    }

    /// What the programme needs, and what is asked when an account is made.
    pub fn required(&self) -> impl Iterator<Item = &Purpose> {
        self.purposes.iter().filter(|purpose| purpose.required)
    }
}

/// The file in every language.
pub static CONSENT: Spoken<Consent> = Spoken::new(include_str!("purposes.toml"), &["key", "version"], |text| {
    // The file is part of the program; a test reads it.
    toml::from_str(text).unwrap_or_else(|error| panic!("consent/purposes.toml: {error}"))
});

/// The purposes, in English: what decides and stores.
pub fn consent() -> &'static Consent {
    CONSENT.of(Lang::En)
}

/// How one purpose stands for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Given, in the words of now.
    Given(UtcTime),
    /// Given in earlier words, which are asked anew.
    Outdated(UtcTime),
    /// Taken back.
    Withdrawn(UtcTime),
    /// Never given.
    Never,
}

/// How a purpose stands, by what was given and taken back.
fn state(purpose: &Purpose, all: &[Given]) -> State {
    let mut of = all.iter().filter(|given| given.purpose == purpose.key);
    let open = |given: &&Given| given.withdrawn_at.is_none();
    match of.clone().find(open) {
        Some(given) if of.clone().any(|one| open(&one) && one.version == purpose.version) => State::Given(given.given_at),
        Some(given) => State::Outdated(given.given_at),
        None => of.find_map(|given| given.withdrawn_at).map_or(State::Never, State::Withdrawn),
    }
}

/// Every purpose with how it stands.
pub fn states<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<(&'static Purpose, State)>, CareError> {
    let all = consents_of(tx, who)?;
    Ok(consent().purposes.iter().map(|purpose| (purpose, state(purpose, &all))).collect())
}

/// Why a patient's pages wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The account is being closed.
    Closing,
    /// Something the programme needs was taken back.
    Withdrawn,
    /// The words of something the programme needs are new.
    NewWords,
}

/// What stands before a patient's pages, if anything does.
pub fn missing<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Missing>, CareError> {
    if closing::ends_at(tx, who)?.is_some() {
        return Ok(Some(Missing::Closing));
    }
    let states = states(tx, who)?;
    let required = || states.iter().filter(|(purpose, _)| purpose.required).map(|(_, state)| state);
    Ok(if required().any(|state| matches!(state, State::Withdrawn(_))) {
        Some(Missing::Withdrawn)
    } else if required().any(|state| matches!(state, State::Outdated(_) | State::Never)) {
        Some(Missing::NewWords)
    } else {
        None
    })
}

/// Whether the program may go on working by itself with a record: not once its person took back what that needs, and not
/// while the account is being closed. **The one place where jobs ask.** New words of a text stop nothing before their
/// person was asked: what they agreed to holds until they say no.
pub fn may_process<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<bool, CareError> {
    Ok(!matches!(missing(tx, who)?, Some(Missing::Closing | Missing::Withdrawn)))
}

/// Whether an optional purpose is given in the words of now.
pub fn is_given<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, key: &str) -> Result<bool, CareError> {
    Ok(states(tx, who)?.iter().any(|(purpose, state)| purpose.key == key && matches!(state, State::Given(_))))
}

fn known(key: &str) -> Result<&'static Purpose, CareError> {
    Ok(consent().purpose(key).ok_or(StoreError::NotFound)?)
}

/// Gives a purpose in the words of now; what was given in earlier words ends.
pub fn give(store: &Store, who: &PatientAccess<Own>, key: &str, moment: Moment) -> Result<(), CareError> {
    let purpose = known(key)?;
    if key == REMINDERS {
        return reminders::turn_on_again(store, who, moment);
    }
    store.write(|tx| given(tx, who, purpose, moment.utc))
}

/// Writes down that a purpose is given now.
pub(super) fn given(tx: &mut WriteTx, who: &PatientAccess<Own>, purpose: &Purpose, at: UtcTime) -> Result<(), CareError> {
    let user = UserId::from_text(who.patient().as_str());
    let all = consents_of(tx, who)?;
    if matches!(state(purpose, &all), State::Given(_)) {
        return Ok(());
    }
    accounts::withdraw_consent(tx, &user, &purpose.key, at)?;
    accounts::insert_consent(tx, &user, &purpose.key, &purpose.version, at)?;
    if missing(tx, who)?.is_none() {
        oversight::end_alerts(tx, who, RULE, at)?;
    }
    Ok(oversight::note(tx, who.by(), Some(who.patient()), "gave a consent", at)?)
}

/// Takes a purpose back. What it was needed for stops with this: the gate, the jobs and the desk read it each time.
pub fn withdraw(store: &Store, who: &PatientAccess<Own>, key: &str, moment: Moment) -> Result<(), CareError> {
    let purpose = known(key)?;
    if key == REMINDERS {
        return reminders::turn_off(store, who, moment);
    }
    store.write(|tx| {
        let all = consents_of(tx, who)?;
        if !matches!(state(purpose, &all), State::Given(_) | State::Outdated(_)) {
            return Ok(());
        }
        accounts::withdraw_consent(tx, &UserId::from_text(who.patient().as_str()), &purpose.key, moment.utc)?;
        if purpose.required {
            let reason = "The patient took back a consent that the programme needs. The plan stands still until they give it again.";
            oversight::raise(tx, who, RULE, AlertTo::Physio, reason, moment.utc)?;
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "took a consent back", moment.utc)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn given(version: &str, withdrawn: bool) -> Given {
        let at = NaiveDate::from_ymd_opt(2026, 3, 2).and_then(|d| d.and_hms_opt(9, 0, 0)).expect("a time");
        Given { purpose: SERVICE.to_owned(), version: version.to_owned(), given_at: at, withdrawn_at: withdrawn.then_some(at) }
    }

    #[test]
    fn a_purpose_is_given_only_in_the_words_of_now() {
        let purpose = consent().purpose(SERVICE).expect("the purpose");
        assert!(purpose.required && consent().purpose(SHARE).is_some_and(|p| p.required));
        let now = purpose.version.as_str();
        assert!(matches!(state(purpose, &[given(now, false)]), State::Given(_)));
        assert!(matches!(state(purpose, &[given("2020-01", false)]), State::Outdated(_)));
        assert!(matches!(state(purpose, &[given(now, true)]), State::Withdrawn(_)));
        assert!(matches!(state(purpose, &[given(now, true), given(now, false)]), State::Given(_)));
        assert_eq!(state(purpose, &[]), State::Never);
    }
}
