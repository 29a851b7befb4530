//! People, made by the use cases that the pages call. One password for all of them, hashed once:
//! Argon2 is meant to be slow.

use super::app::{TestApp, spawn};
use super::backend::Backend;
use super::keeper::Keeper;
use super::logged;
use super::person::Person;
use chrono::{Days, NaiveTime};
use gradus::access::{Actor, Own, PatientAccess, Physio, authorise_own};
use gradus::accounts::password::Passwords;
use gradus::care::account::{self, Key, NewAccount};
use gradus::care::baseline::{TrialIn, record_trials};
use gradus::care::consent::consent;
use gradus::care::joining::{NewInvitation, invite_patient};
use gradus::care::journal::NewEntry;
use gradus::care::learn::{self, NewReflection};
use gradus::care::logging::NewLog;
use gradus::care::pattern::{ASKED, Given, Leg, look};
use gradus::care::plan::Agreement;
use gradus::care::{clinics, intake, journal, journal_file, logging, paper, plan};
use gradus::clinical::codes::{Activity, AlertTo};
use gradus::clinical::intake::AnswerMap;
use gradus::clinical::week::{WeekFacts, review};
use gradus::ids::{self, ClinicId, UserId};
use gradus::store::accounts::{Newcomer, Roles, User, insert_user, set_email_verified, user_by_email};
use gradus::store::intake::Wishes;
use gradus::store::journal::EntryBody;
use gradus::store::logs::{Done, ItemLog};
use gradus::store::{self, StoreError};
use std::sync::LazyLock;

/// Everybody's password.
pub const PASSWORD: &str = "three brown horses";

static HASH: LazyLock<String> = LazyLock::new(|| Passwords::hash_blocking(PASSWORD).expect("hashing works"));

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Someone(pub User);

impl Someone {
    pub fn email(&self) -> &str {
        &self.0.email
    }

    pub fn id(&self) -> UserId {
        UserId::from_text(&self.0.id)
    }

    pub fn actor(&self) -> Actor {
        Actor::from(&self.0)
    }

    /// A patient's access to their own record.
    pub fn own(&self) -> PatientAccess<Own> {
        authorise_own(&self.actor()).expect("a patient")
    }

    /// A physiotherapist's access to the desk.
    pub fn desk(&self) -> Physio {
        Physio::of(&self.actor()).expect("a physiotherapist")
    }
}

/// The answers of a worked case of `tests/cases/vignettes.json`.
pub fn vignette(id: &str) -> AnswerMap {
    let cases: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../cases/vignettes.json")).expect("the worked cases");
    let case = cases.into_iter().find(|case| case["id"] == id);
    case.and_then(|case| case["answers"].as_object().cloned()).unwrap_or_else(|| panic!("there is no case {id}"))
}

fn new_account(name: &str) -> NewAccount {
    NewAccount {
        email: format!("{}@example.org", name.to_lowercase()),
        name: name.to_owned(),
        password_hash: HASH.clone(),
        time_zone: "Europe/London".to_owned(),
        language: gradus::lang::Lang::En,
    }
}

impl TestApp {
    /// A patient nobody is in charge of.
    pub fn patient(&self, name: &str) -> Someone {
        self.register(name, None)
    }

    /// A patient in somebody's care.
    pub fn patient_of(&self, physio: &Someone, name: &str) -> Someone {
        let new = NewInvitation { name: name.to_owned(), ..NewInvitation::default() };
        let made = invite_patient(self.store(), &physio.desk(), &new, &ids::fresh(), self.now()).expect("invited");
        self.register(name, Some(&Key::Link(made.secret)))
    }

    fn register(&self, name: &str, invitation: Option<&Key>) -> Someone {
        let consents: Vec<_> = consent().required().map(|p| (p.key.as_str(), p.version.as_str())).collect();
        self.reached(account::register_patient(self.store(), &new_account(name), &consents, invitation, self.now()).expect("registered"))
    }

    /// A physiotherapist who administers nothing.
    pub fn physio(&self, name: &str) -> Someone {
        self.physio_in(&ClinicId::first(), name)
    }

    /// A physiotherapist of some clinic.
    pub fn physio_in(&self, clinic: &ClinicId, name: &str) -> Someone {
        let secret = account::staff_secret(self.store(), clinic, name, self.now()).expect("invited");
        self.reached(account::register_staff(self.store(), &new_account(name), &secret, self.now()).expect("registered"))
    }

    /// Their address was confirmed.
    fn reached(&self, user: User) -> Someone {
        let (id, now) = (UserId::from_text(&user.id), self.now());
        self.store().write::<_, StoreError>(|tx| set_email_verified(tx, &id, now)).expect("confirmed");
        Someone(User { email_verified_at: Some(now), ..user })
    }

    /// Whoever has an account with this address.
    pub fn somebody(&self, email: &str) -> Someone {
        let found = self.store().read(|tx| user_by_email(tx, email)).expect("a user");
        Someone(found.expect("an account with this address"))
    }

    /// One more clinic in the same database, as the command line makes it.
    pub fn other_clinic(&self, name: &str) -> ClinicId {
        clinics::add(self.store(), name, self.now()).expect("a clinic").0
    }

    /// An administrator who treats nobody.
    pub fn admin(&self, name: &str) -> Someone {
        self.admin_in(&ClinicId::first(), name)
    }

    /// An administrator of some clinic.
    pub fn admin_in(&self, clinic: &ClinicId, name: &str) -> Someone {
        let new = new_account(name);
        let newcomer = Newcomer {
            id: UserId::fresh(),
            email: new.email,
            name: &new.name,
            password_hash: &new.password_hash,
            roles: Roles { admin: true, ..Roles::default() },
            time_zone: &new.time_zone,
            language: "",
            clinic,
            unclaimed: false,
        };
        let user = User::new(&newcomer, self.now());
        self.store().write::<_, StoreError>(|tx| insert_user(tx, &user)).expect("inserted");
        self.reached(user)
    }

    /// A browser in which somebody is signed in.
    pub fn signed_in(&self, who: &Someone) -> Person {
        let person = self.visitor();
        // Everybody has a browser of their own, which the server knows from the first time on.
        let mut browsers = self.browsers.lock().expect("nobody panicked");
        if let Some(known) = browsers.get(who.email()) {
            person.take_cookie(known);
        }
        person.sign_in(who.email(), PASSWORD).is(303);
        logged::plant(person.session_cookie().split_once('=').expect("a session").1);
        if let Some(known) = person.cookies().split("; ").find(|cookie| cookie.contains("gradus-browser=")) {
            browsers.insert(who.email().to_owned(), known.to_owned());
        }
        person.keep_signed_in(Keeper::new(who.email(), PASSWORD, who.0.is_physio || who.0.is_admin, &self.clock));
        person
    }

    /// Hands in an intake with the answers of a worked case and the usual wishes.
    pub fn hand_in(&self, who: &Someone, case: &str) {
        let (own, moment) = (who.own(), self.moment());
        intake::save_answers(self.store(), &own, &vignette(case), moment).expect("saved");
        let wish = |wishes: &mut Wishes| {
            *wishes = Wishes {
                activities: vec![("Tying my shoes".to_owned(), 4), ("Sitting through a film".to_owned(), 3)],
                quota: Some(Activity::Walk),
                goal: Some(30.0),
                goal_on: Some(moment.today() + Days::new(12 * 7)),
                floor: Some(true),
                equipment: Some(Vec::new()),
                days: Some(vec![0, 2, 4]),
                pregnancy_week: None,
                prone: Some("no".to_owned()),
            };
        };
        intake::save_wishes(self.store(), &own, wish, moment).expect("saved");
        intake::submit(self.store(), &own, moment).expect("submitted").expect("complete");
    }

    /// Everything up to a plan that starts today.
    pub fn start_plan(&self, who: &Someone) {
        let (own, moment) = (who.own(), self.moment());
        self.hand_in(who, "V20");
        let trial = |(days, amount): (u64, f64)| TrialIn { on: moment.today() - Days::new(days), amount, token: ids::fresh(), field: "on" };
        let trials: Vec<TrialIn> = [(3, 10.0), (2, 12.0), (1, 14.0)].into_iter().map(trial).collect();
        record_trials(self.store(), &own, Activity::Walk, &trials, None, moment).expect("trials recorded");
        let agreement = Agreement { days: vec![0, 2, 4], cue: "After breakfast I walk".to_owned() };
        plan::agree(self.store(), &own, &agreement, moment).expect("agreed");
    }

    /// Logs today's session as done and returns its id.
    pub fn log_session(&self, who: &Someone) -> String {
        let (own, moment) = (who.own(), self.moment());
        let token = ids::fresh();
        let items = self.store().read::<_, StoreError>(|tx| {
            let plan = store::plans::active(tx, &own)?.ok_or(StoreError::NotFound)?;
            store::plans::items(tx, &own, &plan)
        });
        let item = |i: store::plans::PlanItem| ItemLog {
            exercise: i.prescription.exercise.clone(),
            done: Done::Done,
            reason: String::new(),
            brought_on: false,
        };
        let new = NewLog {
            on: moment.today(),
            items: items.expect("a plan").into_iter().map(item).collect(),
            quotas: Vec::new(),
            during: Some(3),
            effort: Some(4),
            stop_symptom: false,
            anything_new: false,
            note: "went well".to_owned(),
            token: token.clone(),
        };
        logging::log(self.store(), &own, &new, moment).expect("logged");
        let logs = self.store().read::<_, StoreError>(|tx| store::logs::between(tx, &own, moment.today(), moment.today()));
        logs.expect("logs").into_iter().find(|log| log.token == token).expect("the session just logged").id
    }

    /// Makes a sheet of this week and returns its code.
    pub fn print_sheet(&self, who: &Someone) -> String {
        let patient = gradus::ids::PatientId::from(&who.id());
        let scribe = paper::scribe(self.store(), &who.actor(), &patient, self.now()).expect("entitled");
        paper::make(self.store(), &scribe, false, self.now()).expect("made")
    }

    /// A reviewed week of the plan under way whose step waits for a physiotherapist; the review's id.
    pub fn propose(&self, who: &Someone) -> String {
        let (own, now) = (who.own(), self.now());
        let facts = WeekFacts { week: 1, days: 6, done: 3, planned: 3, ..WeekFacts::default() };
        let made = self.store().write::<_, StoreError>(|tx| {
            let plan = store::plans::active(tx, &own)?.ok_or(StoreError::NotFound)?;
            let id = store::reviews::keep_review(tx, &own, &plan.id, &facts, &review(&facts), now)?;
            store::patient_rules::propose(tx, &own, &plan.id, &id, now)?;
            Ok(id)
        });
        made.expect("kept")
    }

    /// Tells the clinic something about a patient.
    pub fn raise_alert(&self, who: &Someone) {
        let raise = self
            .store()
            .write::<_, StoreError>(|tx| store::oversight::raise(tx, &who.own(), "P-10", AlertTo::Physio, "no change", self.now()));
        raise.expect("raised");
    }

    /// Looks at the pattern again and returns the look's id: with answers of another pattern, or the same ones.
    pub fn look_again(&self, who: &Someone, another: bool) -> String {
        let mut answers = vignette("V20");
        answers.retain(|id, _| ASKED.contains(&id.as_str()));
        if another {
            for (id, value) in [("p_sit_slump", -2), ("p_bend", -1), ("p_stand", 2), ("p_walk", 1), ("p_arch", 2), ("p_lie_flat", 1)] {
                answers.insert(id.to_owned(), value.into());
            }
        }
        let given = Given { answers, pain_now: None, leg: Leg::Nothing, signs: Vec::new(), token: ids::fresh() };
        look(self.store(), &who.own(), &given, self.moment()).expect("looked at again").id
    }

    /// Writes about a topic of Learn and returns the answer's id.
    pub fn write_answer(&self, who: &Someone, topic: &str, answer: &str, shared: bool) -> String {
        let new = NewReflection { topic: topic.to_owned(), answer: answer.to_owned(), shared, token: ids::fresh() };
        learn::reflect(self.store(), &who.own(), &new, self.moment()).expect("written");
        let all = self.store().read::<_, StoreError>(|tx| store::learn::of_topic(tx, &who.own(), topic));
        all.expect("answers").into_iter().find(|a| a.token == new.token).expect("the answer just written").id
    }

    /// Uploads a file of a journal, not confirmed yet; its id.
    pub fn hand_in_file(&self, who: &Someone, content: &str) -> String {
        journal_file::hand_in(self.store(), &who.own(), content, self.moment()).expect("a file")
    }

    /// Writes a journal entry of now and returns its id.
    pub fn write_entry(&self, who: &Someone, body: &EntryBody) -> String {
        let (own, moment) = (who.own(), self.moment());
        let at: NaiveTime = moment.time();
        let new = NewEntry { on: moment.today(), at, body: body.clone(), token: ids::fresh() };
        journal::write(self.store(), &own, &new, moment).expect("written");
        let entries = self.store().read::<_, StoreError>(|tx| store::journal::between(tx, &own, moment.today(), moment.today()));
        entries.expect("entries").into_iter().find(|e| e.token == new.token).expect("the entry just written").id
    }
}

/// A small clinic: Ann is Ben's patient and mid-plan, Dan is Cleo's and new, Eve administers.
pub struct Clinic {
    pub app: TestApp,
    pub ann: Someone,
    pub ben: Someone,
    pub cleo: Someone,
    pub dan: Someone,
    pub eve: Someone,
}

impl Clinic {
    pub fn open(backend: Backend) -> Self {
        Self::open_in(spawn(backend))
    }

    /// The same on a server with settings of its own.
    pub fn open_in(app: TestApp) -> Self {
        let (ben, cleo, eve) = (app.physio("Ben"), app.physio("Cleo"), app.admin("Eve"));
        let (ann, dan) = (app.patient_of(&ben, "Ann"), app.patient_of(&cleo, "Dan"));
        app.start_plan(&ann);
        Self { app, ann, ben, cleo, dan, eve }
    }
}
