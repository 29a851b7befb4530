//! The inbox of the desk: only what needs somebody, ranked, one sentence each that names the rule and its numbers.
//! [`entries`] is pure; what was said to an entry (not before a day, done) is in [`marks`].

mod marks;
#[cfg(test)]
mod tests;
mod words;

pub use marks::{Said, approve, say, seen_all};

use super::caseload::{Person, people};
use crate::access::Physio;
use crate::care::CareError;
use crate::care::standing::{Standing, open_hold};
use crate::clinical::codes::{AlertTo, Outcome};
use crate::clock::{Moment, UtcTime};
use crate::store::ReadTx;
use crate::store::caseload::Mark;
use crate::store::oversight::Alert;
use crate::store::relations::Listed;
use crate::store::thresholds;
use chrono::{Days, NaiveDate, NaiveTime};
use std::collections::BTreeSet;

/// Days without any record after which somebody counts as silent.
pub const SILENT_DAYS: i64 = 7;
/// Days without a step on the way to a plan after which somebody is worth a call.
pub const JOINING_DAYS: i64 = 14;
/// Days of an illness after which somebody is worth a call.
const LONG_ILLNESS_DAYS: i64 = 14;
/// A reviewed week is offered to be seen until the one after next is due, in days.
const SEEN_WITHIN_DAYS: i64 = 14;
/// Flares are counted over this many days (P-03).
const FLARE_DAYS: u64 = 56;
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
}

impl Entry {
    fn new(rank: Rank, key: String, reason: String, since: UtcTime, action: Action) -> Self {
        Self { rank, key, reason, since, action, approval: None }
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
        // SAFETY(patient): a stop stays in the list until it is cleared, whatever was written down.
        ("done", _) if !entry.rank.is_stop() => Some((Settled::Done, mark)),
        _ => None,
    }
}

fn midnight(on: NaiveDate) -> UtcTime {
    on.and_time(NaiveTime::MIN)
}

/// Everything about somebody that needs the desk, most important first, whatever was said to it.
pub fn entries(person: &Person) -> Vec<Entry> {
    let mut found = Vec::new();
    let danger = stops(person, &mut found);
    events(person, &mut found);
    alerts(person, danger, &mut found);
    flare_again(person, &mut found);
    decisions(person, &mut found);
    silence(person, &mut found);
    messages(person, &mut found);
    found.sort_by(|a, b| (a.rank, a.since, &a.key).cmp(&(b.rank, b.since, &b.key)));
    found
}

/// A hold, or an answer whose details are open; whether it is a danger sign that its alerts belong to.
fn stops(person: &Person, found: &mut Vec<Entry>) -> bool {
    if let Some(hold) = open_hold(person.record.holds.clone()) {
        let leg = hold.cause == "leg_symptoms";
        let rank = if leg { Rank::Paused } else { Rank::Danger };
        found.push(Entry::new(rank, format!("hold:{}", hold.id), words::hold(person, &hold), hold.placed_at, Action::Clear));
        return !leg;
    }
    match (person.active(), person.unanswered()) {
        (Some(_), Some(check)) => {
            let (key, reason) = (format!("signs:{}", check.id), words::unanswered(check));
            found.push(Entry::new(Rank::Danger, key, reason, check.answered_at, Action::Call));
            true
        }
        _ => false,
    }
}

fn events(person: &Person, found: &mut Vec<Entry>) {
    for event in &person.record.events {
        let action = Action::Event(event.id.clone());
        found.push(Entry::new(Rank::Event, format!("event:{}", event.id), words::event(event), event.opened_at, action));
    }
}

/// Alerts that stand for themselves: those of a hold, of a look at the pattern, stand in the entry of that.
fn alerts(person: &Person, danger: bool, found: &mut Vec<Entry>) {
    let paused = person.record.holds.iter().any(|hold| hold.cause == "leg_symptoms");
    let told = |alert: &&Alert| {
        let of_stop = (danger && alert.addressee.0 == AlertTo::Triage) || (paused && alert.rule == "P-02");
        !of_stop && (alert.rule != AGAIN || person.record.patterns.is_empty())
    };
    for alert in person.record.alerts.iter().filter(told) {
        let (rank, action) = match (alert.addressee.0, alert.rule.as_str()) {
            (AlertTo::Triage, _) => (Rank::Danger, Action::Call),
            (_, "P-03") => (Rank::Flare, Action::Weeks),
            (_, "P-10") => (Rank::NoGain, Action::Measures),
            _ => (Rank::Decision, Action::Weeks),
        };
        let entry = Entry::new(rank, format!("alert:{}", alert.id), words::alert(person, alert), alert.raised_at, action);
        let approval = (!rank.is_stop()).then(|| Approval::Resolve(alert.id.clone()));
        found.push(Entry { approval, ..entry });
    }
}

/// The second flare within eight weeks, before the week's review says so.
fn flare_again(person: &Person, found: &mut Vec<Entry>) {
    let Some(flare) = person.active().and_then(|active| active.flare.as_ref()) else { return };
    let from = flare.started_on - Days::new(FLARE_DAYS);
    let earlier = person.record.flares.iter().any(|other| other.id != flare.id && other.started_on > from && other.ended_on.is_some());
    if earlier && !person.record.alerts.iter().any(|alert| alert.rule == "P-03") {
        let (key, reason) = (format!("flare:{}", flare.id), words::flare(person, flare, true));
        found.push(Entry::new(Rank::Flare, key, reason, midnight(flare.started_on), Action::Weeks));
    }
}

fn decisions(person: &Person, found: &mut Vec<Entry>) {
    let record = &person.record;
    for (id, at) in &record.patterns {
        let reason = words::pattern(person);
        found.push(Entry::new(Rank::Decision, format!("pattern:{id}"), reason, *at, Action::Pattern(id.clone())));
    }
    let Some(active) = person.active() else { return };
    for proposal in record.proposals.iter().filter(|proposal| proposal.plan_id == active.plan.id) {
        let review = record.reviews.iter().find(|review| review.id == proposal.review_id);
        let (key, action) = (format!("proposal:{}", proposal.review_id), Action::Proposal(proposal.review_id.clone()));
        found.push(Entry::new(Rank::Decision, key, words::proposal(review), proposal.made_at, action));
    }
    if let Some(draft) = record.drafts.first().filter(|draft| draft.status == "declined") {
        let at = draft.settled_at.unwrap_or(draft.made_at);
        let reason = "The patient said no to the changed plan that you sent; the plan goes on as it was.".to_owned();
        found.push(Entry::new(Rank::Decision, format!("draft:{}", draft.id), reason, at, Action::Edit));
    }
    if !record.agreed {
        let reason = format!("The patient agreed to the plan on {}; the clinic has not yet.", words::day(active.plan.agreed_at.date()));
        let entry = Entry::new(Rank::Decision, format!("agree:{}", active.plan.id), reason, active.plan.agreed_at, Action::Plan);
        found.push(Entry { approval: Some(Approval::Agree), ..entry });
    }
}

fn silence(person: &Person, found: &mut Vec<Entry>) {
    let on = person.moment.today();
    let ill = person.active().filter(|active| active.pause.is_none()).and_then(|active| active.away.as_ref());
    if let Some(ill) = ill.filter(|away| away.is_illness() && (on - away.starts_on).num_days() >= LONG_ILLNESS_DAYS) {
        let days = (on - ill.starts_on).num_days();
        let reason = format!("Ill since {}, for {days} days. Ask how they are.", words::day(ill.starts_on));
        found.push(Entry::new(Rank::Silence, format!("ill:{}", ill.id), reason, midnight(ill.starts_on), Action::Write));
    }
    if let Some((quiet, since)) = person.quiet().filter(|(quiet, _)| *quiet >= SILENT_DAYS) {
        let reason = format!("Silent: nothing recorded for {quiet} days ({SILENT_DAYS} are silence), since {}.", words::day(since));
        found.push(Entry::new(Rank::Silence, format!("silent:{since}"), reason, midnight(since), Action::Write));
    }
    if let Standing::Intake | Standing::Ready(_) = &person.standing {
        let came_on = person.record.came_on_at.map_or(person.listed.since, |at| at.max(person.listed.since));
        let days = (person.moment.utc - came_on).num_days();
        if days >= JOINING_DAYS {
            let where_to = match &person.standing {
                Standing::Intake => "the intake is not finished",
                _ => "the baseline is not measured",
            };
            let reason = format!(
                "On the way to a plan and stuck: {where_to}, nothing new for {days} days ({JOINING_DAYS} are the limit), since {}.",
                words::day(came_on.date())
            );
            found.push(Entry::new(Rank::Silence, format!("joining:{}", came_on.date()), reason, came_on, Action::Write));
        }
    }
}

fn messages(person: &Person, found: &mut Vec<Entry>) {
    let unseen = &person.record.messages;
    if let (Some((newest, _)), Some((_, oldest))) = (unseen.first(), unseen.last()) {
        let reason = match unseen.len() {
            1 => "A message waits for an answer.".to_owned(),
            n => format!("{n} messages wait for an answer."),
        };
        found.push(Entry::new(Rank::Message, format!("message:{newest}"), reason, *oldest, Action::Answer));
    }
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
}

/// The inbox of a physiotherapist; `moment` is the desk's.
pub fn inbox(tx: &mut ReadTx, physio: &Physio, moment: Moment) -> Result<Inbox, CareError> {
    let budget = thresholds::timeline(tx)?.on(moment.utc.date()).alerts_a_day;
    Ok(sort(people(tx, physio, moment.utc)?, budget, moment))
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
