//! One person's way into the programme: invitation, account, intake, baseline, agreement.

use super::Clinic;
use super::people::{Answer, Person, Reached};
use crate::access::{Actor, Own, PatientAccess, authorise_own};
use crate::care::account::{Key, register_patient};
use crate::care::baseline::{TrialIn, record_trials};
use crate::care::consent::consent;
use crate::care::joining::{NewInvitation, invite_patient};
use crate::care::plan::{Agreement, agree};
use crate::care::{CareError, intake};
use crate::clinical::catalogue::catalogue;
use crate::clinical::intake::{AnswerMap, answer_ids};
use crate::clock::Moment;
use crate::ids;
use crate::store::StoreError;
use chrono::{Days, Duration, NaiveDate};
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// Days before the plan on which its steps happen.
const JOINS: i64 = -7;
const SUBMITS: i64 = -6;
const TRIALS: [i64; 3] = [-5, -3, -1];
/// Fixed, so that every demonstration has the same history.
const SEED: u64 = 0x6772_6164_7573;

/// A person while their history is made.
pub(super) struct Life {
    pub(super) person: &'static Person,
    /// First day of the plan.
    pub(super) start: NaiveDate,
    pub(super) rng: StdRng,
    account: Option<PatientAccess<Own>>,
}

impl Life {
    pub(super) fn new(person: &'static Person, today: NaiveDate, seed: u64) -> Self {
        Self { person, start: today + Duration::days(person.starts), rng: StdRng::seed_from_u64(SEED + seed), account: None }
    }

    pub(super) fn who(&self) -> Result<PatientAccess<Own>, CareError> {
        Ok(self.account.clone().ok_or(StoreError::NotFound)?)
    }

    /// Lives one day.
    pub(super) fn live(&mut self, clinic: &Clinic, on: NaiveDate) -> Result<(), CareError> {
        let day = (on - self.start).num_days();
        let reached = self.person.reached;
        if day == JOINS {
            self.join(clinic, on)?;
        } else if day == SUBMITS && reached != Reached::Begun {
            self.submit(clinic, on)?;
        } else if let Some(index) = TRIALS.iter().position(|trial| *trial == day)
            && matches!(reached, Reached::Measuring | Reached::Plan)
        {
            self.measure(clinic, on, index)?;
        } else if day >= 0 && reached == Reached::Plan {
            self.train(clinic, on, day)?;
        }
        Ok(())
    }

    /// Makes the account, by invitation where somebody invited them, and begins the intake.
    fn join(&mut self, clinic: &Clinic, on: NaiveDate) -> Result<(), CareError> {
        let (Some(invited), Some(joined)) = (clinic.at(on - Days::new(1), (15, 0)), clinic.at(on, (9, 10))) else { return Ok(()) };
        let key = match self.person.physio {
            Some(which) => {
                let new = NewInvitation { name: self.person.name.to_owned(), ..NewInvitation::default() };
                Some(Key::Link(invite_patient(clinic.store, &clinic.physio(which)?.1, &new, &ids::fresh(), invited.utc)?.secret))
            }
            None => None,
        };
        let consents: Vec<(&str, &str)> = consent().required().map(|p| (p.key.as_str(), p.version.as_str())).collect();
        let new = clinic.account(self.person.email, self.person.name);
        let user = register_patient(clinic.store, &new, &consents, key.as_ref(), joined.utc)?;
        let who = authorise_own(&Actor::from(&user)).map_err(|_| StoreError::NotFound)?;
        intake::draft(clinic.store, &who, joined)?;
        let begun: AnswerMap =
            answers(self.person).into_iter().filter(|(id, _)| matches!(id.as_str(), "age" | "sex" | "preg" | "site" | "dur")).collect();
        intake::save_answers(clinic.store, &who, &begun, joined)?;
        self.account = Some(who);
        Ok(())
    }

    /// Answers the rest and submits.
    fn submit(&mut self, clinic: &Clinic, on: NaiveDate) -> Result<(), CareError> {
        let Some(evening) = clinic.at(on, (19, 20)) else { return Ok(()) };
        let (who, person, start) = (self.who()?, self.person, self.start);
        intake::save_answers(clinic.store, &who, &answers(person), evening)?;
        intake::save_wishes(
            clinic.store,
            &who,
            |wishes| {
                wishes.activities = person.activities.iter().map(|(text, score)| ((*text).to_owned(), *score)).collect();
                wishes.quota = Some(person.quota);
                wishes.goal = Some(person.goal);
                wishes.goal_on = Some(start + Days::new(7 * person.goal_weeks));
                wishes.floor = Some(true);
                wishes.equipment = Some(person.equipment.to_vec());
                wishes.days = Some(person.days.to_vec());
                wishes.prone = Some("no".to_owned());
            },
            evening,
        )?;
        let done = intake::submit(clinic.store, &who, Moment { utc: evening.utc + Duration::minutes(6), ..evening })?;
        done.map(|_| ()).map_err(|unready| CareError::refused("", format!("{}: {unready:?}", person.name)))
    }

    /// A baseline trial; after the third the plan can begin.
    fn measure(&mut self, clinic: &Clinic, on: NaiveDate, index: usize) -> Result<(), CareError> {
        let (Some(moment), Some(amount)) = (clinic.at(on, (17, 30)), self.person.trials.get(index)) else { return Ok(()) };
        let trial = TrialIn { on, amount: *amount, token: ids::fresh(), field: "" };
        record_trials(clinic.store, &self.who()?, self.person.quota, &[trial], None, moment)
    }

    /// Agrees to the plan.
    pub(super) fn begin(&self, clinic: &Clinic, moment: Moment) -> Result<(), CareError> {
        let agreement = Agreement { days: self.person.days.to_vec(), cue: self.person.cue.to_owned() };
        agree(clinic.store, &self.who()?, &agreement, moment)
    }
}

/// The RMDQ statement of a number as the question catalogue names it.
pub(super) fn rmdq_id(number: u8) -> String {
    format!("rmdq_{number:02}")
}

/// Everything a person answers at the intake: neutral where their story says nothing.
pub(super) fn answers(person: &Person) -> AnswerMap {
    let mut all: AnswerMap = answer_ids().map(|id| (id.to_owned(), neutral(id))).collect();
    for number in 1..=24 {
        all.insert(rmdq_id(number), json!(u8::from(person.rmdq.0.contains(&number))));
    }
    for (id, score) in ["gad_1", "gad_2", "phq_1", "phq_2"].iter().zip(person.mood) {
        all.insert((*id).to_owned(), json!(score));
    }
    for sum in catalogue().sums() {
        let total = catalogue().total(&sum.id, &all);
        all.insert(sum.id.clone(), json!(total));
    }
    for (id, answer) in person.answers {
        let value = match answer {
            Answer::Word(word) => json!(word),
            Answer::Number(number) => json!(number),
        };
        all.insert((*id).to_owned(), value);
    }
    all
}

/// The answer of somebody about whom there is nothing special to say.
fn neutral(id: &str) -> Value {
    match id {
        "age" => json!(44),
        "sex" => json!("f"),
        "site" => json!("low_back"),
        "dur" => json!("m3_12"),
        "onset_age" => Value::Null,
        "trend" => json!("same"),
        "leg" | "tod" | "trig" => json!("none"),
        "nprs_now" | "nprs_avg" => json!(4),
        "nprs_worst" => json!(7),
        "resp" => json!("some_ok"),
        "conf" => json!(6),
        _ if id.starts_with("p_") || id.starts_with("i_") => json!(0),
        _ => json!("no"),
    }
}
