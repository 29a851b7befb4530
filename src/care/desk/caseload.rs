//! The patients of a desk, read together: where each stands and how it goes, computed from the record exactly as the
//! pages of one person compute it (a test compares both).

use crate::access::Physio;
use crate::care::CareError;
use crate::care::away::{is_of_break, on_day};
use crate::care::desk::away_words;
use crate::care::journal::pains_of;
use crate::care::own_data::WAIT;
use crate::care::standing::{Active, Pause, Standing, open_hold};
use crate::clinical::codes::Category;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::PatientId;
use crate::store::ReadTx;
use crate::store::caseload::{self, RECENT_DAYS, Record, SEEN_DAYS};
use crate::store::relations::Listed;
use crate::store::reviews::WeeklyCheck;
use chrono::{Days, NaiveDate};

/// Days over which adherence is told, up to yesterday.
pub const ADHERENCE_DAYS: u64 = 14;

/// A patient on the lists of the desk.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who, and why they are listed.
    pub listed: Listed,
    /// Their moment now.
    pub moment: Moment,
    /// Where they stand.
    pub standing: Standing,
    /// What was read of them.
    pub record: Record,
}

/// Where somebody stands, as a list is filtered and sorted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stands {
    /// Held, or paused by a danger sign or new leg symptoms.
    Stopped,
    /// In a flare.
    Flare,
    /// In a week of the plan.
    Week,
    /// An announced break.
    Away,
    /// Keeping what was gained.
    Maintaining,
    /// On the way to a plan.
    Joining,
    /// The programme has ended.
    Ended,
}

impl Stands {
    /// All of them, with the code of an address and the name of a list.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Stopped, "stopped", "Held or paused"),
        (Self::Flare, "flare", "In a flare"),
        (Self::Week, "week", "In a week of the plan"),
        (Self::Away, "away", "Away or ill"),
        (Self::Maintaining, "maintaining", "Maintaining"),
        (Self::Joining, "joining", "On the way to a plan"),
        (Self::Ended, "ended", "Ended"),
    ];
}

/// The patients a physiotherapist may see now, by name. The number of statements does not depend on how many there are.
pub fn people(tx: &mut ReadTx, physio: &Physio, now: UtcTime) -> Result<Vec<Person>, CareError> {
    Ok(caseload::load(tx, physio, now, None)?.into_iter().map(|(listed, record)| Person::new(listed, record, now)).collect())
}

/// One of them; none when they are not on the list.
pub fn person(tx: &mut ReadTx, physio: &Physio, patient: &PatientId, now: UtcTime) -> Result<Option<Person>, CareError> {
    let found = caseload::load(tx, physio, now, Some(patient))?.into_iter().next();
    Ok(found.map(|(listed, record)| Person::new(listed, record, now)))
}

impl Person {
    /// Puts together what was read of somebody.
    pub fn new(listed: Listed, record: Record, now: UtcTime) -> Self {
        let moment = Moment { utc: now, zone: zone(&listed.time_zone) };
        Self { standing: standing(&record, moment.today()), listed, moment, record }
    }

    /// The plan under way.
    pub fn active(&self) -> Option<&Active> {
        match &self.standing {
            Standing::Active(active) => Some(active),
            _ => None,
        }
    }

    /// The check whose "yes" to a danger-sign question still waits for its details.
    pub fn unanswered(&self) -> Option<&WeeklyCheck> {
        unanswered(&self.record, self.moment.today())
    }

    /// Last day with any record: a session, a number, an entry, a weekly check; none within [`SEEN_DAYS`].
    pub fn last_seen(&self) -> Option<NaiveDate> {
        let from = self.moment.today() - Days::new(SEEN_DAYS);
        let checks = self.record.checks.iter().filter(|check| !is_of_break(&check.token)).map(|check| check.on_date);
        checks.chain(self.record.last_on).max().filter(|on| *on >= from)
    }

    /// Days without a record in a plan under way, and the day they count from: the last record, the first day of the
    /// plan or the first day after an announced break. None while the plan stands still or a break lasts.
    pub fn quiet(&self) -> Option<(i64, NaiveDate)> {
        let active = self.active().filter(|active| active.pause.is_none() && active.away.is_none())?;
        let on = self.moment.today();
        let back = self.record.breaks.iter().filter_map(crate::store::away::Break::over_on).filter(|over| *over <= on).max();
        let since = [self.last_seen(), back].into_iter().flatten().fold(active.plan.started_on, NaiveDate::max);
        Some(((on - since).num_days(), since))
    }

    /// Sessions done and planned from one day to another, both included and within the last 28; days before the plan
    /// and announced days count on neither side.
    pub fn sessions(&self, from: NaiveDate, to: NaiveDate) -> Option<(u32, u32)> {
        let (plan, days) = (&self.active()?.plan, self.record.days.as_ref()?);
        let counts = |on: NaiveDate| on >= plan.started_on && on_day(&self.record.breaks, on).is_none();
        let planned = from.iter_days().take_while(|on| *on <= to).filter(|on| counts(*on) && days.trains(*on)).count();
        let within = |on: NaiveDate| (from..=to).contains(&on) && counts(on);
        let done = self.record.logs.iter().filter(|log| within(log.on_date) && log.has_exercise() && log.counts_as_done()).count();
        Some((u32::try_from(done).unwrap_or(u32::MAX), u32::try_from(planned).unwrap_or(u32::MAX)))
    }

    /// Sessions done and planned in the last [`ADHERENCE_DAYS`] days up to yesterday; none without a plan or when nothing
    /// was planned.
    pub fn adherence(&self) -> Option<(u32, u32)> {
        let on = self.moment.today();
        self.sessions(on - Days::new(ADHERENCE_DAYS), on - Days::new(1)).filter(|(_, planned)| *planned > 0)
    }

    /// Pain on waking in the last 28 days, 0 to 10, oldest first; days without an answer are absent.
    pub fn mornings(&self) -> Vec<(NaiveDate, i32)> {
        let from = self.moment.today() - Days::new(RECENT_DAYS - 1);
        let days = self.record.numbers.iter().filter(|day| day.on_date >= from && day.on_date <= self.moment.today());
        days.filter_map(|day| day.morning.map(|pain| (day.on_date, pain))).collect()
    }

    /// The pain of the diary days from one day to another, both included and within the last 28.
    pub fn pain(&self, from: NaiveDate, to: NaiveDate) -> Vec<(NaiveDate, f64)> {
        let entries = self.record.pains.iter().copied().filter(|(on, _)| (from..=to).contains(on));
        let numbers = self.record.numbers.iter().filter(|day| (from..=to).contains(&day.on_date));
        pains_of(entries, numbers.map(|day| (day.on_date, day.numbers())))
    }

    /// The day on whose night the week under way is reviewed.
    pub fn next_review(&self) -> Option<NaiveDate> {
        let active = self.active()?;
        let week = u64::try_from(active.week(self.moment.today()).max(1)).unwrap_or(1);
        Some(active.plan.started_on + Days::new(7 * week))
    }

    /// The category the newest plan was made for.
    pub fn category(&self) -> Option<Category> {
        self.record.plan.as_ref().or(self.record.latest.as_ref()).map(|plan| plan.category.0)
    }

    /// Where they stand, to filter and sort by; with the week of the plan, 0 without one.
    pub fn stands(&self) -> (Stands, i64) {
        match &self.standing {
            Standing::Intake | Standing::Ready(_) => (Stands::Joining, 0),
            Standing::Held(_) => (Stands::Stopped, 0),
            Standing::Ended(_) => (Stands::Ended, 0),
            Standing::Active(active) => {
                let kind = match active.as_ref() {
                    Active { pause: Some(_), .. } => Stands::Stopped,
                    Active { away: Some(_), .. } => Stands::Away,
                    Active { flare: Some(_), .. } => Stands::Flare,
                    Active { plan, .. } if plan.maintenance.is_some() => Stands::Maintaining,
                    _ => Stands::Week,
                };
                (kind, active.week(self.moment.today()).max(1))
            }
        }
    }

    /// Where they stand, in a few words.
    pub fn stands_words(&self) -> String {
        if let Some(asked) = self.listed.closing_at {
            let ends = Moment { utc: asked + WAIT, ..self.moment }.today();
            return format!("Closing the account: erased on {}", ends.format("%-d %B"));
        }
        match &self.standing {
            Standing::Intake => "Intake not finished".to_owned(),
            Standing::Ready(_) => "Measuring the baseline".to_owned(),
            Standing::Held(_) => "Held: no plan until cleared".to_owned(),
            Standing::Ended(plan) => match plan.end_reason.as_deref() {
                Some("lapsed") => "Plan ended after four silent weeks".to_owned(),
                _ => "Programme ended".to_owned(),
            },
            Standing::Active(active) => {
                let number = active.week(self.moment.today()).max(1);
                match (active.pause, &active.away, &active.flare) {
                    (Some(Pause::LegSymptoms), ..) => format!("Paused in week {number}: leg symptoms"),
                    (Some(Pause::Unanswered), ..) => format!("Paused in week {number}: danger sign, details open"),
                    (Some(Pause::DangerSign), ..) => format!("Paused in week {number}: danger sign"),
                    (None, Some(away), _) => away_words(away),
                    (None, None, Some(_)) => format!("Flare in week {number}"),
                    (None, None, None) if active.plan.maintenance.is_some() => format!("Maintaining, week {number}"),
                    (None, None, None) => format!("Week {number}"),
                }
            }
        }
    }
}

fn unanswered(record: &Record, on: NaiveDate) -> Option<&WeeklyCheck> {
    let (from, to) = (on + Days::new(1) - Days::new(SEEN_DAYS), on + Days::new(1));
    let waiting =
        |check: &&WeeklyCheck| (from..=to).contains(&check.on_date) && !check.answers.danger.is_empty() && check.evaluation_id.is_none();
    record.checks.iter().rev().find(waiting)
}

/// As [`crate::care::standing::standing`] says it.
fn standing(record: &Record, on: NaiveDate) -> Standing {
    let hold = open_hold(record.holds.clone());
    match (record.plan.clone(), hold) {
        (Some(plan), hold) => {
            let pause = match hold {
                Some(hold) if hold.cause == "leg_symptoms" => Some(Pause::LegSymptoms),
                Some(_) => Some(Pause::DangerSign),
                None => unanswered(record, on).map(|_| Pause::Unanswered),
            };
            let flare = record.flares.iter().find(|flare| flare.ended_on.is_none()).cloned();
            let away = on_day(&record.breaks, on).cloned();
            Standing::Active(Box::new(Active { plan, pause, flare, away }))
        }
        (None, Some(hold)) => Standing::Held(hold),
        (None, None) => {
            let ended = record.latest.as_ref().filter(|plan| plan.status == "ended");
            match (ended, &record.submitted) {
                (Some(plan), Some(intake)) if intake.id == plan.intake_id => Standing::Ended(Box::new(plan.clone())),
                (_, Some(submitted)) => Standing::Ready(Box::new(submitted.clone())),
                (_, None) => Standing::Intake,
            }
        }
    }
}
