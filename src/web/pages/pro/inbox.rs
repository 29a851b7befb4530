//! The inbox (`/pro`): who needs somebody today, one sentence each, and what one click settles.

use super::invite::invited;
use crate::care::desk::inbox::{self, Action, Approval, Aside, Inbox, Item, Rank, Said, Settled};
use crate::care::desk::treat;
use crate::clock::{Moment, UtcTime};
use crate::ids::PatientId;
use crate::store::accounts::Invitation;
use crate::store::relations::Because;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use chrono::Days;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Entries of the part "More, in order" on a page.
const MORE: usize = 20;
/// Weeks to be seen, and entries put aside, that are shown by name.
const LISTED: usize = 25;

/// An entry, in words.
struct EntryView {
    patient: String,
    name: String,
    /// Why it is listed, where that is not because one is in charge.
    because: String,
    key: String,
    reason: String,
    word: &'static str,
    age: String,
    /// A danger sign or a paused plan: cleared, not clicked away.
    stop: bool,
    /// "Done" is offered.
    done: bool,
    danger: bool,
    href: String,
    label: &'static str,
    approve: &'static str,
    /// Number of the row on the page, for ids.
    number: usize,
    /// Message beside the date.
    error: String,
}

fn because(why: &Because) -> String {
    match why {
        Because::Mine => String::new(),
        Because::Cover(name) => format!("Standing in for {name}"),
        Because::Inbox => "Nobody in charge yet".to_owned(),
    }
}

/// Where a suggestion about somebody leads, and what it is called.
pub(super) fn suggestion(patient: &str, action: &Action) -> (String, &'static str) {
    let file = format!("/pro/patients/{patient}");
    match action {
        Action::Clear => (format!("{file}/clear"), "Record clearance"),
        Action::Call => (file, "Call, and open the file"),
        Action::Weeks => (format!("{file}#reviews"), "Look at the weeks"),
        Action::Measures => (format!("{file}#measures"), "Look at the measures"),
        Action::Plan => (format!("{file}#plan"), "Look at the plan"),
        Action::Event(event) => (format!("{file}/events/{event}"), "Open the report"),
        Action::Events => (format!("{file}/events"), "Look at the problems"),
        Action::Answers => (format!("{file}/override"), "Look at the answers"),
        Action::Patterns => (format!("{file}#pattern"), "Look at the pattern"),
        Action::Team => (format!("{file}/team"), "Look at who has access"),
        Action::Template(template) => (format!("{file}/assign/{template}"), "Look at the next phase"),
        Action::Pattern(look) => (format!("{file}/pattern/{look}"), "Look at the proposal"),
        Action::Proposal(review) => (format!("{file}/proposal/{review}"), "Look at the proposal"),
        Action::Edit => (format!("{file}/plan"), "Change the plan"),
        Action::Write => (format!("{file}/messages"), "Write a message"),
        Action::Answer => (format!("{file}/messages"), "Answer"),
        Action::Corrections => (format!("{file}/corrections"), "Read and answer"),
        Action::Leaving => (file, "Open the file"),
    }
}

/// How long something has waited.
fn age(since: UtcTime, now: Moment) -> String {
    let then = Moment { utc: since, zone: now.zone };
    match (now.today() - then.today()).num_days() {
        ..=0 => "Today".to_owned(),
        1 => "Since yesterday".to_owned(),
        days => format!("For {days} days"),
    }
}

impl EntryView {
    fn new(item: &Item, number: usize, now: Moment) -> Self {
        let entry = &item.entry;
        let (href, label) = suggestion(item.listed.patient.as_str(), &item.entry.action);
        Self {
            patient: item.listed.patient.as_str().to_owned(),
            name: item.listed.name.clone(),
            because: because(&item.listed.because),
            key: entry.key.clone(),
            reason: entry.reason.clone(),
            word: match entry.rank {
                Rank::Danger => "Needs you now",
                Rank::Event => "Problem with an exercise",
                Rank::Paused => "Paused",
                Rank::Flare => "Flare",
                Rank::NoGain => "No gain",
                Rank::Decision => "Needs a decision",
                Rank::Silence => "Silent",
                Rank::Message => "Message",
            },
            age: age(entry.since, now),
            stop: entry.rank.is_stop(),
            done: entry.rank.ends_by_click() && !matches!(entry.approval, Some(Approval::Resolve(_))),
            danger: entry.rank == Rank::Danger,
            href,
            label,
            approve: match entry.approval {
                Some(Approval::Agree) => "Agree to the plan",
                Some(Approval::Resolve(_)) => "Dealt with",
                None => "",
            },
            number,
            error: String::new(),
        }
    }
}

/// An entry that is out of the list for now.
struct AsideView {
    entry: EntryView,
    told: String,
}

fn aside(one: &Aside, number: usize, now: Moment) -> AsideView {
    let by = one.mark.by.as_deref().unwrap_or("somebody who has left");
    let told = match one.settled {
        Settled::Snoozed(until) => format!("Not before {}, said {by}.", until.format("%A %-d %B")),
        Settled::Done => format!("Done by {by} today."),
    };
    AsideView { entry: EntryView::new(&one.item, number, now), told }
}

#[derive(Template)]
#[template(path = "pages/pro/inbox.html")]
struct InboxPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    patients: usize,
    sentence: String,
    budget: u8,
    counter: String,
    today: Vec<EntryView>,
    more: Vec<EntryView>,
    /// Range of what is shown of it, and the pages before and after.
    more_here: String,
    more_before: String,
    more_after: String,
    weeks: Vec<EntryView>,
    weeks_count: usize,
    aside: Vec<AsideView>,
    aside_count: usize,
    tomorrow: String,
    unused: Vec<UnusedView>,
}

/// An invitation that nobody used.
struct UnusedView {
    who: String,
    told: String,
}

fn unused(invitation: &Invitation, moment: Moment) -> UnusedView {
    let day = |at: UtcTime| words::short_day(Moment { utc: at, ..moment }.today());
    UnusedView {
        who: invited(invitation),
        told: format!("Made on {}, ran out on {} without being used.", day(invitation.created_at), day(invitation.expires_at)),
    }
}

/// What of the list is shown.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    more: Option<usize>,
}

fn inbox_page(desk: &Desk, inbox: &Inbox, moment: Moment, part: usize, wrong: Option<(&str, &Errors)>) -> Result<HttpResponse, AppError> {
    let sentence = match (inbox.needing, inbox.patients) {
        (0, n) => format!("Nobody needs you today. {n} on your list."),
        (1, n) => format!("One of {n} needs you."),
        (u, n) => format!("{u} of {n} need you."),
    };
    let mut number = 0;
    let mut view = |item: &Item| {
        number += 1;
        EntryView::new(item, number, moment)
    };
    let mut today: Vec<EntryView> = inbox.today.iter().map(&mut view).collect();
    let first = part.saturating_sub(1).saturating_mul(MORE).min(inbox.more.len());
    let mut more: Vec<EntryView> = inbox.more.iter().skip(first).take(MORE).map(&mut view).collect();
    let weeks = inbox.weeks.iter().take(LISTED).map(&mut view).collect();
    let mut errors = Vec::new();
    if let Some((key, wrong)) = wrong {
        let mut lines = wrong.show(&mut []);
        if let Some(entry) = today.iter_mut().chain(&mut more).find(|entry| entry.key == key) {
            entry.error = wrong.of("until");
            lines.iter_mut().for_each(|line| line.href = format!("#until-{}", entry.number));
        }
        errors = lines;
    }
    // The clinic's number is of people, and somebody may have several entries.
    let people: BTreeSet<&str> = inbox.today.iter().map(|item| item.listed.patient.as_str()).collect();
    let link = |to: usize, there: bool| if there { format!("/pro?more={to}#more") } else { String::new() };
    let shown = InboxPage {
        ctx: desk.visitor.ctx(),
        errors,
        patients: inbox.patients,
        sentence,
        budget: inbox.budget,
        counter: format!("{} of {} today", people.len(), inbox.budget),
        more_here: format!("{} to {} of {}", first + 1, first + more.len(), inbox.more.len()),
        more_before: link(part.saturating_sub(1), first > 0),
        more_after: link(part.max(1) + 1, first + more.len() < inbox.more.len()),
        today,
        more,
        weeks,
        weeks_count: inbox.weeks.len(),
        aside: inbox.aside.iter().take(LISTED).enumerate().map(|(n, one)| aside(one, n, moment)).collect(),
        aside_count: inbox.aside.len(),
        tomorrow: (moment.today() + Days::new(1)).to_string(),
        unused: inbox.unused.iter().map(|one| unused(one, moment)).collect(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn load(desk: &Desk) -> Result<(Inbox, Moment), AppError> {
    let (physio, moment) = (desk.physio.clone(), desk.visitor.moment());
    let inbox = desk.visitor.run(move |store| store.read(|tx| inbox::inbox(tx, &physio, moment))).await?;
    Ok((inbox, moment))
}

/// The inbox.
pub async fn show(desk: Desk, shown: Query<Shown>) -> Result<HttpResponse, AppError> {
    let (inbox, moment) = load(&desk).await?;
    inbox_page(&desk, &inbox, moment, shown.more.unwrap_or(1), None)
}

/// The inbox again, with why something did not happen.
async fn refused(desk: &Desk, key: &str, error: AppError) -> Result<HttpResponse, AppError> {
    let mut errors = Errors::default();
    errors.absorb(error)?;
    let (inbox, moment) = load(desk).await?;
    inbox_page(desk, &inbox, moment, 1, Some((key, &errors)))
}

/// Snoozes an entry, marks it as done, or takes it back.
pub async fn mark(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (actor, patient, moment) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.moment());
    let (key, today) = (form.0.text("item").to_owned(), moment.today());
    let (said, told) = match form.0.text("said") {
        "tomorrow" => (Some(Said::Snooze(today + Days::new(1))), "Put off until tomorrow."),
        "week" => (Some(Said::Snooze(today + Days::new(7))), "Put off for a week."),
        "until" => (form.0.text("until").parse().ok().map(Said::Snooze), "Put off."),
        "done" => (Some(Said::Done), "Done."),
        "again" => (Some(Said::Again), "Back in the inbox."),
        _ => (None, ""),
    };
    let sent = key.clone();
    let done = desk
        .visitor
        .run(move |store| {
            let who = treat(store, &actor, &patient, moment.utc)?;
            let said = said.ok_or_else(|| crate::care::CareError::refused("until", "Choose a day from tomorrow on"))?;
            inbox::say(store, &actor, &who, &sent, said, moment)
        })
        .await;
    match done {
        Ok(()) => {
            desk.visitor.flash(told);
            Ok(go("/pro"))
        }
        Err(error) => refused(&desk, &key, error).await,
    }
}

/// Settles an entry by one click.
pub async fn approved(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (actor, patient, moment) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.moment());
    let key = form.0.text("item").to_owned();
    let sent = key.clone();
    let done =
        desk.visitor.run(move |store| inbox::approve(store, &actor, &treat(store, &actor, &patient, moment.utc)?, &sent, moment)).await;
    match done {
        Ok(()) => {
            desk.visitor.flash("Settled. The patient's file says who and when.");
            Ok(go("/pro"))
        }
        Err(error) => refused(&desk, &key, error).await,
    }
}

/// "Seen: all as planned", for the weeks that the page showed.
pub async fn seen(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let (actor, moment, keys) = (desk.actor.clone(), desk.visitor.moment(), form.0.all("item"));
    let count = desk.visitor.run(move |store| inbox::seen_all(store, &actor, &keys, moment)).await?;
    desk.visitor.flash(&match count {
        0 => "No week waits to be seen.".to_owned(),
        1 => "One week is marked as seen.".to_owned(),
        n => format!("{n} weeks are marked as seen."),
    });
    Ok(go("/pro"))
}
