//! The inbox of the desk: only what needs somebody, ranked, one sentence each that names the rule and its numbers.
//! [`entries`] is pure and made in [`found`]; what was said to an entry (not before a day, done) is in [`marks`].

mod found;
mod marks;
#[cfg(test)]
mod tests;
mod words;

pub use found::{JOINING_DAYS, SILENT_DAYS};
pub use marks::{Said, approve, say, seen_all};

use super::caseload::{Person, people, person};
use crate::access::Physio;
use crate::care::{CareError, joining};
use crate::clinical::codes::Outcome;
use crate::clock::{Moment, UtcTime};
use crate::ids::PatientId;
use crate::store::ReadTx;
use crate::store::accounts::Invitation;
use crate::store::caseload::Mark;
use crate::store::relations::Listed;
use crate::store::thresholds;
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeSet;

/// A reviewed week is offered to be seen until the one after next is due, in days.
const SEEN_WITHIN_DAYS: i64 = 14;
/// Rule of a look at the pattern that waits.
const AGAIN: &str = crate::care::pattern::RULE;

/// How much an entry matters; the order is the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A danger sign: of a hold, an alert, or an answer whose details are open.
    Danger,
    /// A problem with an exercise.
    Event,
    /// The plan is paused for another reason.
    Paused,
    /// A flare that lasts, or the second within eight weeks.
    Flare,
    /// No lasting gain.
    NoGain,
    /// A decision waits.
    Decision,
    /// Nothing was heard.
    Silence,
    /// A message waits for its answer.
    Message,
}

impl Rank {
    /// Only a recorded clearance (or the missing answers) ends it: it is neither done by a click nor put off for long.
    pub fn is_stop(self) -> bool {
        matches!(self, Self::Danger | Self::Paused)
    }

    /// "Done" settles it. Neither a stop nor a problem with an exercise, which is closed with what became of it.
    pub fn ends_by_click(self) -> bool {
        !self.is_stop() && self != Self::Event
    }
}

/// What is suggested; the page knows the addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Record clearance.
    Clear,
    /// Call, then look at the file.
    Call,
    /// Look at the weeks in the file.
    Weeks,
    /// Look at the measures in the file.
    Measures,
    /// Look at the plan in the file.
    Plan,
    /// The problem with an exercise.
    Event(String),
    /// All problems with exercises.
    Events,
    /// The answers to the questions, and the judgement on them.
    Answers,
    /// The pattern in the file.
    Patterns,
    /// Who looks after the patient, and who looked in.
    Team,
    /// The next phase of a template.
    Template(String),
    /// The look at the pattern.
    Pattern(String),
    /// The step of a week.
    Proposal(String),
    /// Change the plan once more.
    Edit,
    /// Write a message.
    Write,
    /// Answer a message.
    Answer,
    /// What the patient asks to have corrected.
    Corrections,
    /// The patient is leaving, or took a consent back: look at the file.
    Leaving,
}

/// What one click may settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// Agree to the plan under way.
    Agree,
    /// This alert was dealt with.
    Resolve(String),
}

/// An entry: one person and one matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// How much it matters.
    pub rank: Rank,
    /// Names it for as long as the matter is the same.
    pub key: String,
    /// Why, in one sentence.
    pub reason: String,
    /// Since when.
    pub since: UtcTime,
    /// What is suggested.
    pub action: Action,
    /// What one click may settle.
    pub approval: Option<Approval>,
    /// Alerts that are told in it and dealt with when it is done.
    pub alerts: Vec<String>,
}

impl Entry {
    fn new(rank: Rank, key: String, reason: String, since: UtcTime, action: Action) -> Self {
        Self { rank, key, reason, since, action, approval: None, alerts: Vec::new() }
    }
}

/// What was said to an entry last, if it holds still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Not before this day.
    Snoozed(NaiveDate),
    /// Done.
    Done,
}

/// What the newest mark of an entry says on a day of the desk.
pub fn settled<'m>(marks: &'m [Mark], entry: &Entry, on: NaiveDate) -> Option<(Settled, &'m Mark)> {
    let mark = marks.iter().rev().find(|mark| mark.item == entry.key)?;
    match (mark.mark.as_str(), mark.until_on) {
        ("snoozed", Some(until)) if until > on => Some((Settled::Snoozed(until), mark)),
        // SAFETY(patient): a stop stays in the list until it is cleared, whatever was written down; a problem until it is closed.
        ("done", _) if entry.rank.ends_by_click() => Some((Settled::Done, mark)),
        _ => None,
    }
}

fn midnight(on: NaiveDate) -> UtcTime {
    on.and_time(NaiveTime::MIN)
}

/// Everything about somebody that needs the desk, most important first, whatever was said to it.
pub fn entries(person: &Person) -> Vec<Entry> {
    let mut found = found::all(person);
    found.sort_by(|a, b| (a.rank, a.since, &a.key).cmp(&(b.rank, b.since, &b.key)));
    found
}

/// What waits about one patient besides what their file tells in full (holds, alerts, proposed patterns), without what
/// was said to be done; nothing for whoever does not have them on their list.
pub fn matters(tx: &mut ReadTx, physio: &Physio, patient: &PatientId, now: UtcTime) -> Result<Vec<Entry>, CareError> {
    let Some(person) = person(tx, physio, patient, now)? else { return Ok(Vec::new()) };
    let on = person.moment.today();
    let told = |entry: &Entry| ["hold:", "alert:", "pattern:"].iter().any(|kind| entry.key.starts_with(kind));
    let done = |entry: &Entry| matches!(settled(&person.record.marks, entry, on), Some((Settled::Done, _)));
    Ok(entries(&person).into_iter().filter(|entry| !told(entry) && !done(entry)).collect())
}

/// The last week that was reviewed without anything to decide, of somebody about whom nothing waits. `waiting` are
/// their entries that are not done.
pub fn uneventful(person: &Person, waiting: &[&Entry]) -> Option<Entry> {
    let active = person.active().filter(|active| active.pause.is_none() && waiting.is_empty())?;
    let review = person.record.reviews.iter().rev().find(|review| review.plan_id == active.plan.id)?;
    let recent = (person.moment.utc - review.reviewed_at).num_days() < SEEN_WITHIN_DAYS;
    let plain = review.result.alerts.is_empty() && matches!(review.result.outcome, Outcome::Hold | Outcome::Progress | Outcome::Maintain);
    // SAFETY(patient): nothing about a danger sign or the leg is waved through.
    let calm = review.facts.red_flag.is_none() && !review.facts.new_leg;
    (recent && plain && calm)
        .then(|| Entry::new(Rank::Message, format!("week:{}", review.id), words::week(review), review.reviewed_at, Action::Weeks))
}

/// An entry with whose it is.
#[derive(Debug, Clone)]
pub struct Item {
    /// Who.
    pub listed: Listed,
    /// The matter.
    pub entry: Entry,
}

/// An entry that is out of the list for now: what was said to it, by whom and when.
#[derive(Debug, Clone)]
pub struct Aside {
    /// The entry.
    pub item: Item,
    /// What was said.
    pub settled: Settled,
    /// The mark.
    pub mark: Mark,
}

/// The inbox of a day.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    /// How many patients are on the lists.
    pub patients: usize,
    /// How many of them need somebody.
    pub needing: usize,
    /// The clinic's number of people a day.
    pub budget: u8,
    /// The list of the day.
    pub today: Vec<Item>,
    /// What is over the clinic's number: ranked, not dropped.
    pub more: Vec<Item>,
    /// Weeks to be seen, by name.
    pub weeks: Vec<Item>,
    /// Snoozed, and done today.
    pub aside: Vec<Aside>,
    /// Invitations of the physiotherapist that ran out and that nobody had used, newest first.
    pub unused: Vec<Invitation>,
}

/// The inbox of a physiotherapist; `moment` is the desk's.
pub fn inbox(tx: &mut ReadTx, physio: &Physio, moment: Moment) -> Result<Inbox, CareError> {
    let budget = thresholds::timeline(tx, physio.clinic())?.on(moment.utc.date()).alerts_a_day;
    let unused = joining::unused(tx, physio, moment.utc)?;
    Ok(Inbox { unused, ..sort(people(tx, physio, moment.utc)?, budget, moment) })
}

/// Puts the people of a list into the day's order. The list of the day holds as many people as the budget says, and
/// everybody with a danger sign.
pub fn sort(people: Vec<Person>, budget: u8, moment: Moment) -> Inbox {
    let on = moment.today();
    let mut inbox = Inbox { patients: people.len(), budget, ..Inbox::default() };
    let mut ranked = Vec::new();
    for person in people {
        let all = entries(&person);
        let said: Vec<_> = all.iter().map(|entry| settled(&person.record.marks, entry, on)).collect();
        let waiting: Vec<&Entry> =
            all.iter().zip(&said).filter(|(_, said)| !matches!(said, Some((Settled::Done, _)))).map(|(entry, _)| entry).collect();
        let week = uneventful(&person, &waiting);
        let said_of_week = week.as_ref().and_then(|week| settled(&person.record.marks, week, on));
        let item = |entry: &Entry| Item { listed: person.listed.clone(), entry: entry.clone() };
        inbox.needing += usize::from(said.iter().any(Option::is_none));
        for (entry, said) in all.iter().zip(&said).chain(week.iter().map(|week| (week, &said_of_week))) {
            let is_week = entry.key.starts_with("week:");
            match said {
                None if is_week => inbox.weeks.push(item(entry)),
                None => ranked.push(item(entry)),
                Some((Settled::Done, mark)) if (Moment { utc: mark.made_at, ..moment }).today() != on => {}
                Some((settled, mark)) => {
                    inbox.aside.push(Aside { item: item(entry), settled: settled.clone(), mark: (*mark).clone() });
                }
            }
        }
    }
    let order = |item: &Item| (item.entry.rank, item.entry.since, item.listed.name.clone(), item.entry.key.clone());
    ranked.sort_by_key(order);
    inbox.aside.sort_by_key(|aside| std::cmp::Reverse(aside.mark.made_at));
    let mut shown: BTreeSet<String> =
        ranked.iter().filter(|item| item.entry.rank == Rank::Danger).map(|item| item.listed.patient.as_str().to_owned()).collect();
    for item in ranked {
        let who = item.listed.patient.as_str();
        if shown.contains(who) || shown.len() < usize::from(budget) {
            shown.insert(who.to_owned());
            inbox.today.push(item);
        } else {
            inbox.more.push(item);
        }
    }
    inbox
}
