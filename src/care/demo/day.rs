//! One day of somebody's plan: what the page asks of them, and what they do and write of it.

use super::Clinic;
use super::history::{Life, rmdq_id};
use super::people::Event;
use crate::access::Physio;
use crate::care::audit::looks::{self, Sight};
use crate::care::journal::{NewEntry, write};
use crate::care::logging::{NewLog, log, record_day};
use crate::care::safety::{CheckIn, answer_signs, check_in};
use crate::care::standing::{Standing, standing};
use crate::care::today::{DayQuota, Today, asks_rmdq, press_flare, today};
use crate::care::{CareError, agreement, desk};
use crate::clinical::codes::Activity;
use crate::clinical::intake::AnswerMap;
use crate::clinical::plan::{Level, Role};
use crate::clock::Moment;
use crate::ids;
use crate::store::StoreError;
use crate::store::journal::EntryBody;
use crate::store::logs::{Done, ItemLog, QuotaLog};
use crate::store::reviews::CheckAnswers;
use chrono::{Datelike, Duration, NaiveDate};
use rand::RngExt;
use serde_json::json;

const REASONS: [&str; 3] = ["no_time", "tired", "pain"];
/// How much more a flare hurts on its first day, and how much of it goes each day.
const FLARE: (f64, f64) = (2.8, 0.3);
/// How much more a day with something difficult in it hurts, and how often there is one.
const ROUGH: (f64, f64) = (0.9, 0.35);

impl Life {
    /// Lives day `day` of the plan (from 0).
    pub(super) fn train(&mut self, clinic: &Clinic, on: NaiveDate, day: i64) -> Result<(), CareError> {
        if day == 0
            && let Some(moment) = clinic.at(on, (8, 0))
        {
            self.begin(clinic, moment)?;
        }
        if let Some(moment) = clinic.at(on, (10, 30)) {
            self.physio(clinic, day, moment)?;
        }
        if day >= self.person.quiet_from {
            return Ok(());
        }
        let rough = self.chance(ROUGH.1);
        let pain = self.pain(day, rough);
        self.morning(clinic, on, pain)?;
        if let Some(moment) = clinic.at(on, (18, 5)) {
            if self.has(day, |event| matches!(event, Event::Flare)) {
                press_flare(clinic.store, &self.who()?, moment)?;
            }
            self.exercise(clinic, on, day, pain, moment)?;
        }
        if let Some(moment) = clinic.at(on, (19, 40)) {
            self.weekly_check(clinic, day, moment)?;
        }
        self.journal(clinic, on, day, pain, rough)?;
        let last = day + 1 == self.person.quiet_from;
        if let Some(moment) = clinic.at(on, (22, 15))
            && (self.chance(self.person.writes) || last)
        {
            record_day(clinic.store, &self.who()?, on, Some(points(pain)), None, moment)?;
        }
        Ok(())
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.random_bool(share.clamp(0.0, 1.0))
    }

    fn has(&self, day: i64, wanted: impl Fn(&Event) -> bool) -> bool {
        self.person.events.iter().any(|(on, event)| *on == day && wanted(event))
    }

    /// The day's pain: between the anchors of two weeks, with a little that has no cause.
    fn pain(&mut self, day: i64, rough: bool) -> f64 {
        let anchor = |week: i64| {
            let pains = self.person.pain;
            usize::try_from(week).ok().and_then(|week| pains.get(week)).or(pains.last()).copied().unwrap_or(4.0)
        };
        #[expect(clippy::cast_precision_loss, reason = "a few weeks")]
        let part = (day % 7) as f64 / 7.0;
        let mut pain = anchor(day / 7) * (1.0 - part) + anchor(day / 7 + 1) * part;
        pain += self.rng.random_range(-0.7..0.7) + if rough { ROUGH.0 } else { -0.3 };
        for (from, event) in self.person.events {
            if matches!(event, Event::Flare) && day >= *from {
                #[expect(clippy::cast_precision_loss, reason = "a few days")]
                let days = (day - from) as f64;
                pain += (FLARE.0 - FLARE.1 * days).max(0.0);
            }
        }
        pain.clamp(0.0, 10.0)
    }

    /// The day's page, as the person sees it.
    fn page(&self, clinic: &Clinic, moment: Moment) -> Result<Option<Today>, CareError> {
        let who = self.who()?;
        clinic.store.read(|tx| match standing(tx, &who, moment.today())? {
            Standing::Active(active) => Ok(Some(today(tx, &who, &active, moment.today())?)),
            _ => Ok(None),
        })
    }

    fn morning(&mut self, clinic: &Clinic, on: NaiveDate, pain: f64) -> Result<(), CareError> {
        let (habit, shift) = (self.chance(self.person.writes), self.rng.random_range(-0.8..0.5));
        let Some(moment) = clinic.at(on, (7, 15)) else { return Ok(()) };
        if habit && self.page(clinic, moment)?.is_some_and(|page| page.morning_open) {
            record_day(clinic.store, &self.who()?, on, None, Some(points(pain + shift)), moment)?;
        }
        Ok(())
    }

    /// Logs what was done of the day, or that it was not.
    fn exercise(&mut self, clinic: &Clinic, on: NaiveDate, day: i64, pain: f64, moment: Moment) -> Result<(), CareError> {
        let Some(page) = self.page(clinic, moment)?.filter(|page| page.pause.is_none()) else { return Ok(()) };
        let willing = self.chance(self.person.does);
        let sore = self.soreness(day);
        let doing = willing || sore.is_some() || self.has(day, |event| matches!(event, Event::TooMuch));
        let mut items = Vec::new();
        for item in &page.training {
            let done = if !doing {
                Done::Not
            } else if self.chance(0.92) {
                Done::Done
            } else {
                Done::Partly
            };
            let reason = if done == Done::Done { String::new() } else { self.reason() };
            items.push(ItemLog { exercise: item.exercise.clone(), done, reason, brought_on: false });
        }
        // Who left out the exercises tells why on every second day, and says nothing on the others.
        if !doing && (items.is_empty() || self.chance(0.5)) {
            return Ok(());
        }
        let walks = doing && (page.is_training_day || (self.person.quota != Activity::Lift && self.chance(0.7)));
        let mut quotas = Vec::new();
        for quota in page.quotas.iter().filter(|_| walks) {
            quotas.push(self.bout(quota, day));
        }
        if items.is_empty() && quotas.is_empty() {
            return Ok(());
        }
        let exercised = items.iter().any(|item| item.done != Done::Not);
        let during = pain + sore.unwrap_or_default() + self.rng.random_range(-0.5..1.0);
        let effort = self.person.effort + u8::from(self.chance(0.3));
        let new = NewLog {
            on,
            items,
            quotas,
            during: exercised.then_some(points(during)),
            effort: exercised.then_some(effort),
            stop_symptom: false,
            anything_new: false,
            note: String::new(),
            token: ids::fresh(),
        };
        log(clinic.store, &self.who()?, &new, moment)
    }

    /// A sore session is the first one on or after its day.
    fn soreness(&self, day: i64) -> Option<f64> {
        let trains = |day: &i64| {
            let weekday = (self.start + Duration::days(*day)).weekday().num_days_from_monday();
            self.person.days.iter().any(|chosen| u32::from(*chosen) == weekday)
        };
        self.person.events.iter().find_map(|(from, event)| match event {
            Event::Sore(points) if (*from..).find(trains) == Some(day) => Some(f64::from(*points)),
            _ => None,
        })
    }

    fn reason(&mut self) -> String {
        REASONS[self.rng.random_range(0..REASONS.len())].to_owned()
    }

    /// Mostly what was asked, now and then a little more or less.
    fn bout(&mut self, quota: &DayQuota, day: i64) -> QuotaLog {
        let asked = quota.amount;
        let (amount, short) = match self.rng.random_range(0.0..1.0) {
            _ if self.has(day, |event| matches!(event, Event::TooMuch)) => ((asked * 1.8).floor(), false),
            draw if draw < 0.75 => (asked, false),
            draw if draw < 0.9 => ((asked * 1.1).floor(), false),
            _ => ((asked * 0.7).floor().max(1.0), true),
        };
        let reason = if short { self.reason() } else { String::new() };
        QuotaLog { activity: quota.quota.activity.0, amount: Some(amount), quota: asked, reason }
    }

    fn weekly_check(&mut self, clinic: &Clinic, day: i64, moment: Moment) -> Result<(), CareError> {
        let ready = self.chance(0.9);
        let Some(page) = self.page(clinic, moment)?.filter(|page| page.check_due) else { return Ok(()) };
        // A week in which the check says something particular has it on that day.
        let particular = |event: &Event| matches!(event, Event::DangerSign(..) | Event::LegSymptoms);
        let this_week = self.person.events.iter().find(|(on, event)| on / 7 == day / 7 && particular(event));
        let mut answers = CheckAnswers::default();
        let mut behind: &[(&str, &str)] = &[];
        match this_week {
            Some((on, event)) if *on == day => match event {
                Event::DangerSign(danger, given) => {
                    answers.danger = danger.iter().map(|key| (*key).to_owned()).collect();
                    behind = given;
                }
                _ => answers.leg = true,
            },
            Some((on, _)) if *on > day => return Ok(()),
            _ if !ready => return Ok(()),
            _ => {}
        }
        #[expect(clippy::cast_precision_loss, reason = "a few weeks")]
        let gained = self.person.gain * page.week as f64;
        let psfs = self.person.activities.iter().map(|(_, score)| points(f64::from(*score) + gained)).collect();
        let rmdq = asks_rmdq(page.week).then(|| self.person.rmdq.1.iter().map(|n| rmdq_id(*n)).collect());
        let who = self.who()?;
        check_in(clinic.store, &who, &CheckIn { answers, psfs, rmdq, token: ids::fresh() }, moment)?;
        agreement::mark_seen(clinic.store, &who, moment.utc, moment)?;
        if !behind.is_empty() {
            let given: AnswerMap = behind.iter().map(|(id, answer)| ((*id).to_owned(), json!(answer))).collect();
            answer_signs(clinic.store, &who, &given, moment)?;
        }
        Ok(())
    }

    fn journal(&mut self, clinic: &Clinic, on: NaiveDate, day: i64, pain: f64, rough: bool) -> Result<(), CareError> {
        let often = self.chance(0.6 * self.person.writes);
        let sleep = self.rng.random_range(5..=8);
        let spread = self.rng.random_range(0..=2_u8);
        let note = self.person.notes.iter().find(|note| note.0 == day);
        let (time, tags, words, shared) = match note {
            Some((_, time, tags, words, shared)) => (*time, tags.to_vec(), *words, *shared),
            None if often && rough => ((20, 50), vec![self.person.tags.0], "", false),
            None if often => ((20, 50), vec![self.person.tags.1], "", false),
            None => return Ok(()),
        };
        let (Some(moment), true) = (clinic.at(on, time), day >= 0) else { return Ok(()) };
        let body = EntryBody {
            back: Some(points(pain)),
            buttock: (spread == 0).then(|| points(pain - 1.5)),
            sleep_hours: Some(f64::from(sleep)),
            sleep_quality: Some(u8::try_from(sleep).unwrap_or(6).saturating_sub(u8::from(rough))),
            mood: Some(if rough { 5 } else { 7 } - spread / 2),
            stress: Some(if rough { 5 } else { 3 } + spread / 2),
            stiffness_minutes: (on.weekday().num_days_from_monday() < 2).then_some(10 + 5 * u16::from(spread)),
            tags: tags.into_iter().map(str::to_owned).collect(),
            note: words.to_owned(),
            share_note: shared,
            ..EntryBody::default()
        };
        let new = NewEntry { on, at: moment.time(), body, token: ids::fresh() };
        write(clinic.store, &self.who()?, &new, moment)
    }

    /// What the physiotherapist does: a look at the file once a week, and what the story says.
    fn physio(&mut self, clinic: &Clinic, day: i64, moment: Moment) -> Result<(), CareError> {
        let Some(which) = self.person.physio else { return Ok(()) };
        let (actor, _) = clinic.physio(which)?;
        let patient = self.who()?.patient().clone();
        if day % 7 == 1 {
            let sight = Sight::Parts(vec![patient.clone()], "looked at the record");
            looks::note(clinic.store, &actor.user, &sight, moment.utc)?;
        }
        if day == 1 {
            agreement::agree(clinic.store, &desk::treat(clinic.store, actor, &patient, moment.utc)?, moment)?;
        }
        for (_, event) in self.person.events.iter().filter(|(on, _)| *on == day) {
            let who = desk::treat(clinic.store, actor, &patient, moment.utc)?;
            let physio = Physio::of(actor).map_err(|_| StoreError::NotFound)?;
            match event {
                Event::Cleared(note) => desk::clear(clinic.store, &who, note, moment.utc)?,
                Event::Easier(reason) => {
                    let file = clinic.store.read(|tx| desk::file(tx, &who, moment.utc))?;
                    if let Some(item) = file.items.iter().find(|item| item.prescription.core && item.prescription.level != Level::Easier) {
                        let new = desk::NewDose { dose: item.prescription.dose.clone(), level: Level::Easier };
                        desk::change_dose(clinic.store, &who, &item.id, (&new, desk::Scope::Whole), reason, moment)?;
                    }
                }
                Event::Swapped(reason) => {
                    let file = clinic.store.read(|tx| desk::file(tx, &who, moment.utc))?;
                    let last = file.items.iter().rev().find(|item| item.prescription.role == Role::Training);
                    if let Some(item) = last {
                        let (_, options) = clinic.store.read(|tx| desk::editable(tx, &physio, &who, &item.id))?;
                        if let Some(other) = options.first() {
                            desk::swap(clinic.store, (&physio, &who), &item.id, &other.exercise, reason, moment)?;
                        }
                    }
                }
                Event::Proposing(reason) => super::work::propose_first(clinic, &who, reason, moment)?,
                Event::Template(reason) => super::work::template(clinic, (&physio, &who), reason, moment)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// A pain or a score as a whole number of points.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 10")]
fn points(value: f64) -> u8 {
    value.clamp(0.0, 10.0).round() as u8
}
