//! Use cases against a real (temporary) database: one clinic, one patient, a clock that is told the day.

mod fixes;
mod journey;

use super::account::{Key, NewAccount, first_staff_secret, register_patient, register_staff};
use super::baseline::{TrialIn, record_trials};
use super::demo::steady_answers;
use super::facts::{Week, gather};
use super::joining::{NewInvitation, invite_patient};
use super::journal::{NewEntry, write};
use super::logging::{NewLog, log, record_day};
use super::plan::{Agreement, agree};
use super::safety::{CheckIn, answer_signs, check_in};
use super::standing::{Active, Pause, Standing, standing};
use super::today::{Today, press_flare, today};
use super::{CareError, desk, intake, review};
use crate::access::{Actor, Own, PatientAccess, Physio, as_job, authorise_own};
use crate::clinical::codes::{Activity, AlertTo, Disposition, ExerciseStep, Outcome, QuotaStep};
use crate::clinical::intake::AnswerMap;
use crate::clinical::week::WeekFacts;
use crate::clock::{Moment, instant};
use crate::ids;
use crate::store::intake::{Hold, measures};
use crate::store::journal::EntryBody;
use crate::store::logs::{Done, ItemLog, QuotaLog};
use crate::store::oversight::{Alert, alerts};
use crate::store::plans::{Change, Plan, PlanQuota, changes, quotas};
use crate::store::reviews::{CheckAnswers, Review};
use crate::store::{DatabaseUrl, Store, StoreError, WriteTx, journal, logs, migrate, plans, reviews};
use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;
use serde_json::json;

/// One clinic with one patient.
struct Clinic {
    store: Store,
    physio: Actor,
    who: PatientAccess<Own>,
    zone: Tz,
    _folder: tempfile::TempDir,
}

/// The plan's first day is a Monday.
fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).unwrap() + Duration::days(n)
}

impl Clinic {
    fn new() -> Self {
        Self::in_zone(Tz::UTC)
    }

    fn in_zone(zone: Tz) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("care.db"));
        migrate(&url).unwrap();
        let store = Store::open(&url).unwrap();
        let account = |email: &str| NewAccount {
            email: email.into(),
            name: email.into(),
            password_hash: "none".into(),
            time_zone: zone.name().into(),
            language: crate::lang::Lang::En,
        };
        let at = instant(day(-9).and_hms_opt(9, 0, 0).unwrap(), zone);
        let secret = first_staff_secret(&store, &ids::ClinicId::first(), at).unwrap().unwrap();
        let physio = Actor::from(&register_staff(&store, &account("physio@test.example"), &secret, at).unwrap());
        let invited = invite_patient(&store, &Physio::of(&physio).unwrap(), &NewInvitation::default(), &ids::fresh(), at).unwrap();
        let key = Key::Link(invited.secret);
        let user = register_patient(&store, &account("patient@test.example"), &[], Some(&key), at).unwrap();
        let who = authorise_own(&Actor::from(&user)).unwrap();
        Self { store, physio, who, zone, _folder: folder }
    }

    /// With a plan that begins on day 0, three training days a week.
    fn with_plan() -> Self {
        let clinic = Self::new();
        clinic.start_plan();
        clinic
    }

    fn start_plan(&self) {
        self.submit(-5, &[]).unwrap();
        for (on, amount) in [(-4, 10.0), (-2, 12.0), (-1, 14.0)] {
            let trial = TrialIn { on: day(on), amount, token: ids::fresh(), field: "" };
            record_trials(&self.store, &self.who, Activity::Walk, &[trial], None, self.at(on, 18)).unwrap();
        }
        let agreement = Agreement { days: vec![0, 2, 4], cue: String::new() };
        agree(&self.store, &self.who, &agreement, self.at(0, 8)).unwrap();
    }

    fn at(&self, n: i64, hour: u32) -> Moment {
        Moment { utc: instant(day(n).and_hms_opt(hour, 0, 0).unwrap(), self.zone), zone: self.zone }
    }

    /// Answers everything, differing from a steady person where told, and submits.
    fn submit(&self, on: i64, differs: &[(&str, &str)]) -> Result<Disposition, CareError> {
        let moment = self.at(on, 10);
        let mut answers = steady_answers();
        answers.extend(given(differs));
        intake::save_answers(&self.store, &self.who, &answers, moment)?;
        let change = |wishes: &mut crate::store::intake::Wishes| {
            wishes.activities = vec![("Walking to the shop".into(), 4)];
            wishes.quota = Some(Activity::Walk);
            wishes.goal = Some(24.0);
            wishes.goal_on = Some(day(56));
            wishes.floor = Some(true);
            wishes.equipment = Some(Vec::new());
            wishes.days = Some(vec![0, 2, 4]);
            wishes.prone = Some("no".into());
        };
        intake::save_wishes(&self.store, &self.who, change, moment)?;
        Ok(intake::submit(&self.store, &self.who, moment)?.expect("a whole intake").disposition)
    }

    fn standing(&self, n: i64) -> Standing {
        self.store.read(|tx| standing(tx, &self.who, day(n))).unwrap()
    }

    fn active(&self, n: i64) -> Active {
        match self.standing(n) {
            Standing::Active(active) => *active,
            other => panic!("no plan: {other:?}"),
        }
    }

    fn plan(&self) -> Plan {
        self.store.read::<_, StoreError>(|tx| plans::active(tx, &self.who)).unwrap().expect("a plan")
    }

    fn today(&self, n: i64, hour: u32) -> Today {
        let active = self.active(n);
        self.store.read(|tx| today(tx, &self.who, &active, self.at(n, hour).today())).unwrap()
    }

    /// What the page of a day asks, all of it done; `share` of the quota.
    fn whole_day(&self, n: i64, share: f64) -> NewLog {
        let page = self.today(n, 18);
        let items = page.training.iter().map(|i| ItemLog {
            exercise: i.exercise.clone(),
            done: Done::Done,
            reason: String::new(),
            brought_on: false,
        });
        let quotas = page.quotas.iter().map(|q| QuotaLog {
            activity: q.quota.activity.0,
            amount: Some(q.amount * share),
            quota: q.amount,
            reason: String::new(),
        });
        let items: Vec<ItemLog> = items.collect();
        let exercised = !items.is_empty();
        NewLog {
            on: day(n),
            quotas: quotas.collect(),
            during: exercised.then_some(4),
            effort: exercised.then_some(4),
            items,
            stop_symptom: false,
            anything_new: false,
            note: String::new(),
            token: ids::fresh(),
        }
    }

    /// A day on which everything is done and pain is as told.
    fn live(&self, n: i64, pain: u8) {
        let log_of_day = self.whole_day(n, 1.0);
        log(&self.store, &self.who, &log_of_day, self.at(n, 19)).unwrap();
        record_day(&self.store, &self.who, day(n), Some(pain), None, self.at(n, 21)).unwrap();
    }

    /// A whole week lived, weeks from 1.
    fn live_week(&self, week: i64, pain: u8) {
        (7 * week - 7..7 * week).for_each(|n| self.live(n, pain));
    }

    fn check(&self, n: i64, danger: &[&str], leg: bool) {
        let answers = CheckAnswers { danger: danger.iter().map(|d| (*d).to_owned()).collect(), leg };
        let check = CheckIn { answers, psfs: vec![5], rmdq: None, token: ids::fresh() };
        check_in(&self.store, &self.who, &check, self.at(n, 20)).unwrap();
    }

    fn clear(&self, n: i64) -> Result<(), CareError> {
        let who = desk::treat(&self.store, &self.physio, self.who.patient(), self.at(n, 11).utc)?;
        desk::clear(&self.store, &who, "Examined today, nothing found.", self.at(n, 11).utc)
    }

    /// The background job, at four in the morning of a day.
    fn night(&self, n: i64) -> usize {
        review::run_due(&self.store, &as_job(self.who.patient().clone()), self.at(n, 4)).unwrap()
    }

    fn reviews(&self) -> Vec<Review> {
        let plan = self.plan();
        self.store.read::<_, StoreError>(|tx| reviews::reviews(tx, &self.who, &plan.id)).unwrap()
    }

    fn review(&self, week: i32) -> Review {
        self.reviews().into_iter().find(|r| r.week == week).expect("a review of the week")
    }

    fn facts(&self, week: u32) -> WeekFacts {
        let plan = self.plan();
        self.store.read(|tx| gather(tx, &self.who, &plan, Week::of(plan.started_on, week))).unwrap()
    }

    fn quota(&self) -> PlanQuota {
        let plan = self.plan();
        self.store.read::<_, StoreError>(|tx| quotas(tx, &self.who, &plan)).unwrap().remove(0)
    }

    fn holds(&self) -> Vec<Hold> {
        self.store.read::<_, StoreError>(|tx| crate::store::intake::holds(tx, &self.who)).unwrap()
    }

    fn open_alerts(&self) -> Vec<Alert> {
        let all = self.store.read::<_, StoreError>(|tx| alerts(tx, &self.who)).unwrap();
        all.into_iter().filter(|a| a.resolved_at.is_none()).collect()
    }

    fn changes(&self) -> Vec<Change> {
        self.store.read::<_, StoreError>(|tx| changes(tx, &self.who)).unwrap()
    }

    fn write(&self, f: impl FnMut(&mut WriteTx) -> Result<(), StoreError>) {
        self.store.write(f).unwrap();
    }
}

fn given(answers: &[(&str, &str)]) -> AnswerMap {
    answers.iter().map(|(id, answer)| ((*id).to_owned(), json!(answer))).collect()
}

fn refused<T: std::fmt::Debug>(result: Result<T, CareError>) -> String {
    match result {
        Err(CareError::Refused { message, .. }) => message.to_string(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}
