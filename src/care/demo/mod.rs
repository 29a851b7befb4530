//! The demonstration clinic, made by running the real use cases under a moved clock: `people` says
//! who is who, `history` brings them into the programme, `day` lives a day of a plan, `work` is what else the
//! physiotherapists do. Nothing here writes into the database by any other way, so what the demonstration shows the
//! product can do.

mod day;
mod history;
mod people;
#[cfg(test)]
mod tests;
mod work;

use super::account::{NewAccount, first_staff_secret, invite_staff, register_staff};
use super::{CareError, review};
use crate::access::{Actor, Admin, Physio};
use crate::accounts::password::Passwords;
use crate::clock::{Clock, Moment, UtcTime, instant};
use crate::store::{Store, StoreError};
use chrono::{Days, NaiveDate, NaiveTime};
use chrono_tz::Tz;
use history::Life;

/// Password of everybody in the demonstration.
pub const PASSWORD: &str = "walk a little further";

/// Days of history before today.
const HISTORY_DAYS: u64 = 60;
/// Shortly after the hour at which weeks are reviewed.
const NIGHT: (u32, u32) = (3, 5);
/// The staff: address and name; the first is the administrator.
const STAFF: [(&str, &str, &str); 2] = [
    ("ines@demo.example", "Ines Halvorsen", "administrator and physiotherapist"),
    ("daniel@demo.example", "Daniel Adeyemi", "physiotherapist"),
];

/// Somebody who can sign in to the demonstration.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// Address to sign in with.
    pub email: String,
    /// Who they are, in a line.
    pub story: String,
}

/// The clinic while its history is made.
struct Clinic<'a> {
    store: &'a Store,
    now: UtcTime,
    zone: Tz,
    password_hash: String,
    staff: Vec<Actor>,
}

impl Clinic<'_> {
    /// A local time of day as a moment; `None` while it lies ahead of now.
    fn at(&self, on: NaiveDate, (hour, minute): (u32, u32)) -> Option<Moment> {
        let local = on.and_time(NaiveTime::from_hms_opt(hour, minute, 0)?);
        let utc = instant(local, self.zone);
        (utc <= self.now).then_some(Moment { utc, zone: self.zone })
    }

    fn account(&self, email: &str, name: &str) -> NewAccount {
        NewAccount {
            email: email.to_owned(),
            name: name.to_owned(),
            password_hash: self.password_hash.clone(),
            time_zone: self.zone.name().to_owned(),
            language: crate::lang::Lang::En,
        }
    }

    /// Both members of staff, the second invited by the first.
    fn open(&mut self, at: UtcTime) -> Result<(), CareError> {
        for (email, name, _) in STAFF {
            let secret = match self.staff.first() {
                None => first_staff_secret(self.store, &crate::ids::ClinicId::first(), at)?.ok_or(StoreError::NotFound)?,
                Some(first) => {
                    invite_staff(self.store, &Admin::of(first).map_err(|_| StoreError::NotFound)?, name, &crate::ids::fresh(), at)?
                }
            };
            let user = register_staff(self.store, &self.account(email, name), &secret, at)?;
            self.staff.push(Actor::from(&user));
        }
        Ok(())
    }

    fn physio(&self, which: usize) -> Result<(&Actor, Physio), CareError> {
        let actor = self.staff.get(which).ok_or(StoreError::NotFound)?;
        Ok((actor, Physio::of(actor).map_err(|_| StoreError::NotFound)?))
    }
}

/// What somebody with a clear pattern and no danger sign answers, for tests of the use cases.
#[cfg(test)]
pub(super) fn steady_answers() -> crate::clinical::intake::AnswerMap {
    history::answers(&people::EVERYBODY[0])
}

/// Fills an empty database: the same people with the same history for the same `now` and `zone`.
///
/// # Errors
/// The refusal of a use case, which would be a mistake in the cast.
pub fn fill(store: &Store, now: UtcTime, zone: Tz) -> Result<Vec<DemoPerson>, CareError> {
    let password_hash = Passwords::hash_blocking(PASSWORD).ok_or_else(|| CareError::refused("", "the password cannot be hashed"))?;
    let mut clinic = Clinic { store, now, zone, password_hash, staff: Vec::new() };
    let today = Moment { utc: now, zone }.today();
    let first = today - Days::new(HISTORY_DAYS);
    clinic.open(clinic.at(first, (9, 0)).map_or(now, |moment| moment.utc))?;
    let mut lives: Vec<Life> = (0..).zip(people::EVERYBODY).map(|(seed, person)| Life::new(person, today, seed)).collect();
    let clock = Clock::fixed(now);
    for on in first.iter_days().take_while(|on| *on <= today) {
        if let Some(night) = clinic.at(on, NIGHT) {
            clock.set(night.utc);
            review::run_all(store, &clock)?;
        }
        for life in &mut lives {
            life.live(&clinic, on)?;
        }
        work::day(&clinic, &lives, (today - on).num_days(), on)?;
    }
    // One of them brings questions to the next visit.
    if let Some(who) = lives.first().and_then(|life| life.who().ok()) {
        super::progress::ask(
            store,
            &who,
            "May I go back to swimming?\nHow do I know that an ache is only an ache?",
            Moment { utc: now, zone },
        )?;
    }
    let staff = STAFF.iter().map(|(email, name, role)| (*email, format!("{name}: {role}")));
    let patients = people::EVERYBODY.iter().map(|person| (person.email, format!("{}: {}", person.name, person.story)));
    Ok(staff.chain(patients).map(|(email, story)| DemoPerson { email: email.to_owned(), story }).collect())
}
