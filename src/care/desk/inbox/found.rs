//! What makes an entry: each function looks for one kind of matter. A matter is told once: an alert that belongs to
//! something with an entry of its own is told there, and stands for itself only where that is gone.

use super::{AGAIN, Action, Approval, Entry, Rank, midnight, words};
use crate::care::adverse;
use crate::care::consent;
use crate::care::desk::caseload::Person;
use crate::care::desk::sending::DECLINED;
use crate::care::desk::templates;
use crate::care::doses::LAPSED;
use crate::care::own_data::{closing, corrections};
use crate::care::standing::{Standing, open_hold};
use crate::care::team::ACCESS;
use crate::clinical::codes::AlertTo;
use crate::store::caseload::Draft;
use crate::store::oversight::Alert;
use chrono::Days;

/// Days without any record after which somebody counts as silent.
pub const SILENT_DAYS: i64 = 7;
/// Days without a step on the way to a plan after which somebody is worth a call.
pub const JOINING_DAYS: i64 = 14;
/// Days of an illness after which somebody is worth a call.
const LONG_ILLNESS_DAYS: i64 = 14;
/// Flares are counted over this many days (P-03).
const FLARE_DAYS: u64 = 56;

/// Everything about somebody, in no order.
pub(super) fn all(person: &Person) -> Vec<Entry> {
    let mut found = Vec::new();
    let danger = stops(person, &mut found);
    events(person, &mut found);
    alerts(person, danger, &mut found);
    flare_again(person, &mut found);
    decisions(person, &mut found);
    phase(person, &mut found);
    silence(person, &mut found);
    messages(person, &mut found);
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

/// The newest draft, where the patient said no to it.
fn declined(person: &Person) -> Option<&Draft> {
    person.active().and(person.record.drafts.first()).filter(|draft| draft.status == "declined")
}

/// Whether an alert is told in the entry of what it is about.
fn told_elsewhere(person: &Person, danger: bool, alert: &Alert) -> bool {
    let record = &person.record;
    match alert.rule.as_str() {
        _ if alert.addressee.0 == AlertTo::Triage => danger,
        "P-02" => record.holds.iter().any(|hold| hold.cause == "leg_symptoms"),
        AGAIN => !record.patterns.is_empty(),
        adverse::RULE => !record.events.is_empty(),
        DECLINED => declined(person).is_some(),
        _ => false,
    }
}

/// How much an alert that stands for itself matters, and what is suggested, by its rule.
fn by_rule(alert: &Alert) -> (Rank, Action) {
    match alert.rule.as_str() {
        _ if alert.addressee.0 == AlertTo::Triage => (Rank::Danger, Action::Call),
        adverse::RULE => (Rank::Event, Action::Events),
        "P-03" => (Rank::Flare, Action::Weeks),
        "P-10" => (Rank::NoGain, Action::Measures),
        // The plan has ended after four silent weeks.
        "4.2" => (Rank::Silence, Action::Write),
        DECLINED => (Rank::Decision, Action::Edit),
        ACCESS => (Rank::Decision, Action::Team),
        corrections::RULE => (Rank::Decision, Action::Corrections),
        closing::RULE | consent::RULE => (Rank::Decision, Action::Leaving),
        LAPSED => (Rank::Decision, Action::Plan),
        AGAIN => (Rank::Decision, Action::Patterns),
        // Worry and low mood, asked again in the course of the plan.
        "R85" | "R86" => (Rank::Decision, Action::Measures),
        rule if rule.starts_with('R') => (Rank::Decision, Action::Answers),
        _ => (Rank::Decision, Action::Weeks),
    }
}

fn alerts(person: &Person, danger: bool, found: &mut Vec<Entry>) {
    for alert in person.record.alerts.iter().filter(|alert| !told_elsewhere(person, danger, alert)) {
        let (rank, action) = by_rule(alert);
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
    if let Some(draft) = declined(person) {
        let at = draft.settled_at.unwrap_or(draft.made_at);
        let alerts: Vec<&Alert> = record.alerts.iter().filter(|alert| alert.rule == DECLINED).collect();
        let entry = Entry::new(Rank::Decision, format!("draft:{}", draft.id), words::declined(alerts.first().copied()), at, Action::Edit);
        found.push(Entry { alerts: alerts.into_iter().map(|alert| alert.id.clone()).collect(), ..entry });
    }
    if !record.agreed {
        let reason = format!("The patient agreed to the plan on {}; the clinic has not yet.", words::day(active.plan.agreed_at.date()));
        let entry = Entry::new(Rank::Decision, format!("agree:{}", active.plan.id), reason, active.plan.agreed_at, Action::Plan);
        found.push(Entry { approval: Some(Approval::Agree), ..entry });
    }
}

/// The next phase of the template that the plan follows, once it is due; while the plan stands still, is in a flare or
/// interrupted, nothing moves on and it waits.
fn phase(person: &Person, found: &mut Vec<Entry>) {
    let active = person.active().filter(|active| active.pause.is_none() && active.flare.is_none() && active.away.is_none());
    let (Some(active), Some((used, body))) = (active, &person.record.template) else { return };
    if used.plan_id == active.plan.id
        && let Some(due) = templates::due(used, body, person.moment.today())
    {
        let key = format!("phase:{}:{}:{}", due.template, used.phase, due.since);
        let (reason, since) = (words::phase(&due), midnight(due.since));
        found.push(Entry::new(Rank::Decision, key, reason, since, Action::Template(due.template)));
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
