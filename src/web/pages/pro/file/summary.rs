//! Where somebody stands, what waits for a decision, and their goals, in words.

use crate::care::adverse;
use crate::care::desk::sending::DECLINED;
use crate::care::desk::{File, alert_words, away_words};
use crate::care::standing::{Pause, Standing};
use crate::care::team::ACCESS;
use crate::clinical::codes::AlertTo;
use crate::clinical::progress::activity_change;
use crate::store::logs::Done;
use crate::store::oversight::Alert;
use crate::web::pages::changes::week_facts;
use crate::web::pages::pro::said;
use crate::web::pages::progress::views::told;
use crate::web::view::told::{advice, library};
use crate::web::view::{Row, words};
use std::collections::BTreeMap;

/// Times from which what is left out is worth a suggestion.
const OFTEN: usize = 2;

/// What waits for a decision.
pub struct AlertView {
    /// Identity.
    pub id: String,
    /// Why.
    pub reason: String,
    /// The rule with its words and when it spoke.
    pub rule: String,
    /// The numbers it spoke from; empty when there are none.
    pub numbers: String,
    /// What can be done: words and address.
    pub action: (&'static str, String),
}

/// What is left out most, and what would help.
pub struct Suggestion {
    /// What is left out, and why.
    pub what: String,
    /// What would help.
    pub then: &'static str,
    /// Where it is done.
    pub href: String,
}

/// A goal in a line.
pub struct GoalLine {
    /// In the patient's words.
    pub wording: String,
    /// Scores, and what the change means.
    pub told: String,
    /// Every score with its day.
    pub scores: String,
}

/// A physiotherapist's judgement stops the plan now.
fn judged_stricter(file: &File) -> bool {
    file.holds.iter().any(|hold| hold.cleared_at.is_none() && hold.override_id.is_some())
}

/// Where they stand, in a sentence.
pub fn stands(file: &File) -> String {
    if let Some(on) = file.closes_on {
        return format!(
            "The account is being closed. The plan has stopped; everything is erased on {} unless they keep it.",
            words::date(on)
        );
    }
    match &file.standing {
        Standing::Intake => "The intake is not finished.".to_owned(),
        Standing::Held(_) => "Held: no plan until you record clearance.".to_owned(),
        Standing::Ready(_) => "Measuring the baseline.".to_owned(),
        Standing::Ended(plan) => match (plan.end_reason.as_deref(), plan.ended_on) {
            (Some("lapsed"), Some(on)) => format!("Plan ended on {}, after four weeks without an entry.", words::date(on)),
            (_, Some(on)) => format!("Programme ended on {}.", words::date(on)),
            (_, None) => "Programme ended.".to_owned(),
        },
        Standing::Active(active) => {
            let week = active.week(file.moment.today()).max(1);
            match (active.pause, &active.flare) {
                (Some(Pause::LegSymptoms), _) => {
                    format!("Week {week}, paused: new leg symptoms (P-02). Only relief, breathing and walking by comfort are shown.")
                }
                (Some(Pause::Unanswered), _) => {
                    format!("Week {week}, paused: a danger-sign question was answered yes; its details are still open.")
                }
                (Some(Pause::DangerSign), _) if judged_stricter(file) => {
                    format!("Week {week}, stopped: judged in person, stricter than the rules. No exercise is shown.")
                }
                (Some(Pause::DangerSign), _) => format!("Week {week}, paused: danger sign (P-01). No exercise is shown."),
                (None, _) if active.away.is_some() => {
                    format!("Week {week}. {}.", active.away.as_ref().map(away_words).unwrap_or_default())
                }
                (None, Some(flare)) => format!("Week {week}, in a flare since {}.", words::short_day(flare.started_on)),
                (None, None) if file.record.progress.maintaining => format!("Week {week}, maintaining."),
                (None, None) => format!("Week {week}."),
            }
        }
    }
}

fn action(alert: &Alert, id: &str) -> (&'static str, String) {
    let to = |page: &str| format!("/pro/patients/{id}/{page}");
    match alert.rule.as_str() {
        "P-02" => ("Look at what stopped the plan", to("override")),
        _ if alert.addressee.0 == AlertTo::Triage => ("Record clearance", to("clear")),
        "C-again" => ("Look at the proposal", format!("/pro/patients/{id}#pattern")),
        adverse::RULE => ("Look at the problems", to("events")),
        DECLINED => ("Change the plan", to("plan")),
        ACCESS => ("Look at who has access", to("team")),
        rule if rule.starts_with('R') => ("Look at the answers, or judge them otherwise", to("override")),
        rule if rule.starts_with("P-") => ("Change the plan", to("plan")),
        _ => ("Write to the patient", to("messages")),
    }
}

/// Alerts that nobody has dealt with, those about safety first.
pub fn alerts(file: &File, id: &str) -> Vec<AlertView> {
    let mut open: Vec<&Alert> = file.alerts.iter().filter(|alert| alert.resolved_at.is_none()).collect();
    open.sort_by_key(|alert| alert.addressee.0 != AlertTo::Triage);
    let view = |alert: &&Alert| {
        let when = words::instant(alert.raised_at, file.moment.zone);
        let review = file.reviews.iter().find(|review| review.reviewed_at == alert.raised_at);
        let review =
            review.or(file.reviews.last()).filter(|_| alert.rule.starts_with("P-") && !matches!(alert.rule.as_str(), "P-01" | "P-02"));
        AlertView {
            id: alert.id.clone(),
            reason: alert_words(alert),
            rule: match said::rule_words(&alert.rule) {
                Some(words) => format!("Rule {}, {when}: {words}", alert.rule),
                // What somebody did, by no rule of the programme.
                None if matches!(alert.rule.as_str(), adverse::RULE | DECLINED | ACCESS) => when,
                None => format!("{}, {when}", alert.rule),
            },
            numbers: review.map(|review| format!("Week {}: {}", review.week, week_facts(&review.facts))).unwrap_or_default(),
            action: action(alert, id),
        }
    };
    open.iter().map(view).collect()
}

fn helps(reason: &str) -> &'static str {
    match reason {
        "pain" => "Give its easier form, or swap it.",
        "tired" => "Offer a smaller plan, or another time of day.",
        "no_time" => "Offer fewer or shorter exercise days.",
        "not_sure_how" => "Show it at the visit, and let the patient show it back.",
        "no_space" => "Swap it for one that needs neither the floor nor this equipment.",
        _ => "Say what it is still for, or move it on.",
    }
}

/// What was left out or cut short most in four weeks with one reason, rolled up into one suggestion.
pub fn suggestion(file: &File, id: &str) -> Option<Suggestion> {
    let mut counts: BTreeMap<(String, String, &str), usize> = BTreeMap::new();
    for session in &file.record.progress.sessions {
        for item in session.log.items.iter().filter(|item| item.done != Done::Done && !item.reason.is_empty()) {
            let in_plan = file.items.iter().find(|of| of.prescription.exercise == item.exercise);
            let name = match in_plan {
                Some(of) => of.prescription.title().to_owned(),
                None => library().get(&item.exercise).map(|exercise| exercise.title.clone()).unwrap_or_default(),
            };
            let href = in_plan.map_or_else(|| format!("/pro/patients/{id}/plan"), |of| format!("/pro/patients/{id}/items/{}", of.id));
            *counts.entry((name, href, &item.reason)).or_default() += 1;
        }
        for bout in session.log.quotas.iter().filter(|bout| !bout.reason.is_empty()) {
            let name = advice().activity(bout.activity).name.clone();
            *counts.entry((name, format!("/pro/patients/{id}/plan"), &bout.reason)).or_default() += 1;
        }
    }
    let ((name, href, reason), times) = counts.into_iter().max_by_key(|(_, times)| *times).filter(|(_, times)| *times >= OFTEN)?;
    let label = advice().reason(reason)?.label.to_lowercase();
    let what = format!("{name} was left out or cut short {times} times in four weeks, because: {label}.");
    Some(Suggestion { what, then: helps(reason), href })
}

/// The goals that are followed now.
pub fn goals(file: &File) -> Vec<GoalLine> {
    let line = |followed: &crate::care::goals::Followed| {
        let number = words::number;
        let change = followed.span().and_then(|(first, last)| activity_change(first, last));
        let mut said = match (followed.scores.first(), followed.span()) {
            (None, _) => "Not scored yet.".to_owned(),
            (Some((_, first)), None) => format!("{} of 10 at the start.", number(*first)),
            (Some(_), Some((first, last))) => {
                let change = change.map(|change| format!(" ({})", told(&change))).unwrap_or_default();
                format!("{} of 10 at the start, {} now{change}.", number(first), number(last))
            }
        };
        if let Some(on) = followed.reached {
            said += &format!(" Reached on {}.", words::date(on));
        }
        let scores = followed.scores.iter().map(|(on, score)| format!("{} ({})", number(*score), words::short_day(*on)));
        GoalLine {
            wording: followed.goal.wording.clone(),
            told: said,
            scores: if followed.scores.len() > 2 { scores.collect::<Vec<_>>().join(", ") } else { String::new() },
        }
    };
    file.goals.iter().filter(|followed| followed.goal.ended_on.is_none()).map(line).collect()
}

/// Facts that no other section has.
pub fn rows(file: &File) -> Vec<Row> {
    let row =
        |label: &str, value: String| Row { label: label.to_owned(), value, change: String::new(), change_label: String::new(), lang: "" };
    let mut rows = Vec::new();
    if let Some(code) = file.disposition {
        rows.push(row("What the answers ask for", said::level(code)));
    }
    if let Standing::Active(active) = &file.standing
        && let Some(smaller) = &active.plan.smaller
    {
        let days =
            format!("A smaller plan since {}: exercises on {}", words::date(smaller.since), words::weekdays(&active.plan.training_days));
        rows.push(row("Size", days));
    }
    if let Some((on, reason)) = file.in_the_way.as_ref().and_then(|(on, key)| Some((on, advice().reason(key)?))) {
        rows.push(row("Gets in the way", format!("{} (said on {})", reason.label, words::date(*on))));
    }
    rows.push(row(
        "In charge",
        if file.in_charge.is_empty() { "Nobody yet: in the clinic’s inbox".to_owned() } else { words::listed(&file.in_charge) },
    ));
    rows
}

/// Weekly reviews, newest first: week, outcome, rules, why.
pub fn reviews(file: &File) -> Vec<(i32, String, String, String)> {
    let view = |review: &crate::store::reviews::Review| {
        let code = review.result.outcome;
        let why = format!("{} {}", advice().outcome(code).for_physio, crate::care::review::why(&review.result, &review.facts));
        (review.week, said::outcome(code), review.result.rules.join(" "), why)
    };
    file.reviews.iter().rev().map(view).collect()
}
