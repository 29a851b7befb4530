//! What a clinic says of itself on every page: its name, the numbers to call, how to reach it, who answers for the data.
//! The configuration has the first values; an administrator changes them while the program runs, and each change is kept
//! with who, when, before and after.

use super::CareError;
use super::people::still_admin;
use crate::access::Admin;
use crate::accounts::password::fingerprint;
use crate::clock::UtcTime;
use crate::ids::ClinicId;
use crate::store::{ReadTx, Store, StoreError, accounts, clinics, oversight};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long a server answers from memory: another server's change shows after this time.
const FRESH: Duration = Duration::from_secs(2);
/// Name of the setting.
const SETTING: &str = "house";
/// Name of the setting that keeps the changes.
const HISTORY: &str = "house changes";
/// How many changes are kept.
const KEPT: usize = 200;
/// Longest name of a clinic, letters.
pub const LONGEST_NAME: usize = 80;
/// Longest telephone number, letters.
pub const LONGEST_NUMBER: usize = 30;
/// Longest note on whom to ask about one's data, letters.
pub const LONGEST_CONTACT: usize = 300;
/// Longest imprint, letters.
pub const LONGEST_IMPRINT: usize = 2000;

/// What a clinic says of itself. Stored, an empty text means: as configured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct House {
    /// Its name; may be empty.
    #[serde(skip)]
    pub name: String,
    /// Telephone number for emergencies; never empty.
    pub emergency_number: String,
    /// Telephone number for urgent advice; never empty.
    pub urgent_number: String,
    /// Its own telephone, perhaps with hours; may be empty.
    pub phone: String,
    /// Whom to ask about one's data; may be empty.
    pub privacy_contact: String,
    /// Who runs it, as the law of its country wants it told; may be empty.
    pub imprint: String,
}

/// A field of [`House`]: its code, its name for people, the word in the record of who did what, and where it is.
pub struct Part {
    /// Code, also the field's name in the form.
    pub code: &'static str,
    /// What people call it.
    pub label: &'static str,
    action: &'static str,
    of: fn(&House) -> &String,
    of_mut: fn(&mut House) -> &mut String,
}

impl Part {
    /// What a clinic says here.
    pub fn said<'a>(&self, house: &'a House) -> &'a str {
        (self.of)(house)
    }
}

/// Every field.
pub const PARTS: &[Part] = &[
    Part { code: "name", label: "Name of the clinic", action: "changed the clinic's name", of: |h| &h.name, of_mut: |h| &mut h.name },
    Part {
        code: "emergency_number",
        label: "Number for emergencies",
        action: "changed the emergency number",
        of: |h| &h.emergency_number,
        of_mut: |h| &mut h.emergency_number,
    },
    Part {
        code: "urgent_number",
        label: "Number for urgent advice",
        action: "changed the number for urgent advice",
        of: |h| &h.urgent_number,
        of_mut: |h| &mut h.urgent_number,
    },
    Part {
        code: "phone",
        label: "Telephone of the clinic",
        action: "changed the clinic's telephone",
        of: |h| &h.phone,
        of_mut: |h| &mut h.phone,
    },
    Part {
        code: "privacy_contact",
        label: "Whom to ask about one’s data",
        action: "changed the contact for privacy",
        of: |h| &h.privacy_contact,
        of_mut: |h| &mut h.privacy_contact,
    },
    Part { code: "imprint", label: "Imprint", action: "changed the imprint", of: |h| &h.imprint, of_mut: |h| &mut h.imprint },
];

/// A change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// When.
    pub at: UtcTime,
    /// Name of who changed it.
    pub by: String,
    /// Code of the [`Part`].
    pub what: String,
    /// What it said before.
    pub before: String,
    /// What it says since.
    pub after: String,
}

/// What a clinic says, with the configured values where it set none.
pub fn house(tx: &mut ReadTx, clinic: &ClinicId, configured: &House) -> Result<House, CareError> {
    let mut said: House = match accounts::clinic_setting(tx, clinic, SETTING)? {
        Some(stored) => serde_json::from_str(&stored).map_err(StoreError::broken)?,
        None => House::default(),
    };
    said.name = clinics::find(tx, clinic)?.map(|clinic| clinic.name).unwrap_or_default();
    for part in PARTS {
        if part.said(&said).is_empty() {
            (part.of_mut)(&mut said).clone_from((part.of)(configured));
        }
    }
    Ok(said)
}

/// Every change, the newest first.
pub fn changes(tx: &mut ReadTx, clinic: &ClinicId) -> Result<Vec<Change>, CareError> {
    match accounts::clinic_setting(tx, clinic, HISTORY)? {
        Some(stored) => Ok(serde_json::from_str(&stored).map_err(StoreError::broken)?),
        None => Ok(Vec::new()),
    }
}

/// A mark of what a form showed, so that nobody overwrites what somebody else set meanwhile.
pub fn mark(house: &House) -> String {
    let said: Vec<&str> = PARTS.iter().map(|part| part.said(house)).collect();
    fingerprint(&said.join("\u{1}"))
}

/// A number that a telephone can call: digits, perhaps with a plus, spaces, hyphens and brackets.
pub fn is_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (2..=15).contains(&digits)
        && text.chars().all(|c| c.is_ascii_digit() || "+ -()".contains(c))
        && !text.trim_start_matches('+').contains('+')
}

/// Sets what the clinic says. The same form twice changes nothing more.
///
/// # Errors
/// Refused when a number cannot be called, or somebody else changed the settings since `seen` was shown.
pub fn set(store: &Store, by: &Admin, configured: &House, new: &House, seen: &str, now: UtcTime) -> Result<(), CareError> {
    let numbers = [("emergency_number", &new.emergency_number), ("urgent_number", &new.urgent_number)];
    for (field, number) in numbers {
        // SAFETY(patient): these stand on every page as what to call; a text that cannot be dialled must not.
        if !is_number(number) {
            return Err(CareError::refused(field, "Enter a number that can be dialled, for example 999 or +44 20 7946 0000"));
        }
    }
    store.write(|tx| {
        let name = still_admin(tx, by)?.name;
        let before = house(tx, by.clinic(), configured)?;
        if before == *new {
            return Ok(());
        }
        if mark(&before) != seen {
            return Err(CareError::refused(
                "",
                "Somebody else changed these settings in the meantime. Look at what is set now, then save again",
            ));
        }
        let mut history = changes(tx, by.clinic())?;
        let mut stored = House::default();
        for part in PARTS {
            let (was, is) = (part.said(&before), part.said(new));
            // What equals the configuration goes on following it.
            if is != part.said(configured) {
                is.clone_into((part.of_mut)(&mut stored));
            }
            if was != is {
                let change = Change { at: now, by: name.clone(), what: part.code.to_owned(), before: was.to_owned(), after: is.to_owned() };
                history.insert(0, change);
                oversight::note(tx, Some(by.user()), None, part.action, now)?;
            }
        }
        history.truncate(KEPT);
        if before.name != new.name {
            clinics::rename(tx, by.clinic(), &stored.name)?;
        }
        accounts::set_clinic_setting(tx, by, SETTING, &serde_json::to_string(&stored).map_err(StoreError::broken)?)?;
        Ok(accounts::set_clinic_setting(tx, by, HISTORY, &serde_json::to_string(&history).map_err(StoreError::broken)?)?)
    })
}

/// What was read of each clinic, and when.
type Kept = BTreeMap<ClinicId, (Instant, Arc<House>)>;

/// What the clinics say, kept in memory for a moment.
#[derive(Clone)]
pub struct Houses {
    configured: Arc<House>,
    kept: Arc<Mutex<Kept>>,
}

impl Houses {
    /// Nothing is read yet: as configured.
    pub fn new(configured: House) -> Self {
        Self { configured: Arc::new(configured), kept: Arc::default() }
    }

    /// What the configuration says.
    pub fn configured(&self) -> &Arc<House> {
        &self.configured
    }

    fn last(&self, clinic: &ClinicId) -> Option<(Instant, Arc<House>)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(clinic).cloned()
    }

    fn keep(&self, clinic: &ClinicId, said: &Arc<House>) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(clinic.clone(), (Instant::now(), said.clone()));
    }

    /// What was read a moment ago.
    pub fn fresh(&self, clinic: &ClinicId) -> Option<Arc<House>> {
        self.last(clinic).filter(|(read, _)| read.elapsed() < FRESH).map(|(_, said)| said)
    }

    /// What was last read, or else what is configured, for when the database does not answer.
    // SAFETY(patient): the numbers to call are shown also when the rest of the program does not work.
    pub fn without_database(&self, clinic: &ClinicId) -> Arc<House> {
        let said = self.last(clinic).map_or_else(|| self.configured.clone(), |(_, said)| said);
        self.keep(clinic, &said);
        said
    }

    /// The numbers for emergencies and for urgent advice as they were last read, for a page that knows neither the database
    /// nor whose clinic it is shown in; none where clinics say different ones.
    // SAFETY(patient): no number at all is better than one that another clinic set.
    pub fn numbers(&self) -> Option<(String, String)> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.get(&ClinicId::first()).map_or(&self.configured, |(_, said)| said);
        let of = |house: &House| (house.emergency_number.clone(), house.urgent_number.clone());
        kept.values().all(|(_, said)| of(said) == of(first)).then(|| of(first))
    }

    /// Reads what a clinic says.
    pub fn read(&self, store: &Store, clinic: &ClinicId) -> Arc<House> {
        match store.read(|tx| house(tx, clinic, &self.configured)) {
            Ok(said) => {
                let said = Arc::new(said);
                self.keep(clinic, &said);
                said
            }
            Err(error) => {
                tracing::error!(%error, "the clinic's settings could not be read");
                self.without_database(clinic)
            }
        }
    }

    /// Forgets what was read, after a change on this server.
    pub fn forget(&self) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_can_be_dialled() {
        for fits in ["999", "112", "+44 20 7946 0000", "(020) 7946-0000"] {
            assert!(is_number(fits), "{fits}");
        }
        for not in ["", "9", "the desk", "999 or 112", "tel:999", "+44+20", "12345678901234567890", "９９９"] {
            assert!(!is_number(not), "{not}");
        }
    }

    #[test]
    fn a_page_of_no_clinic_shows_numbers_that_are_those_of_all() {
        let of = |number: &str| House { emergency_number: number.to_owned(), urgent_number: "111".to_owned(), ..House::default() };
        let numbers = |number: &str| Some((number.to_owned(), "111".to_owned()));
        let houses = Houses::new(of("999"));
        assert_eq!(houses.numbers(), numbers("999"));
        houses.keep(&ClinicId::first(), &Arc::new(of("112")));
        assert_eq!(houses.numbers(), numbers("112"));
        houses.keep(&ClinicId::from_text("another"), &Arc::new(of("999")));
        assert_eq!(houses.numbers(), None);
    }

    #[test]
    fn every_part_has_a_code_of_its_own_and_reads_what_it_writes() {
        let mut house = House::default();
        for part in PARTS {
            part.code.clone_into((part.of_mut)(&mut house));
        }
        for part in PARTS {
            assert_eq!(part.said(&house), part.code);
        }
        assert_ne!(mark(&house), mark(&House::default()));
    }
}
