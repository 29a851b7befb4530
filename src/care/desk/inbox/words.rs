//! The sentence of an entry: the rule, and the numbers it went by.

use crate::care::adverse;
use crate::care::consent;
use crate::care::desk::alert_words;
use crate::care::desk::caseload::Person;
use crate::care::desk::sending::DECLINED;
use crate::care::desk::templates::PhaseDue;
use crate::care::own_data::{closing, corrections};
use crate::care::team::ACCESS;
use crate::clinical::codes::{AlertTo, Outcome};
use crate::clinical::exercise::library;
use crate::clinical::journal::mean;
use crate::clinical::week::WeekFacts;
use crate::lang::Lang;
use crate::store::caseload::Event;
use crate::store::intake::Hold;
use crate::store::oversight::Alert;
use crate::store::reviews::{Flare, Review, WeeklyCheck};
use chrono::{Days, NaiveDate};

/// "3 March".
pub(super) fn day(on: NaiveDate) -> String {
    on.format("%-d %B").to_string()
}

fn number(value: f64) -> String {
    Lang::En.number(value)
}

pub(super) fn hold(person: &Person, hold: &Hold) -> String {
    let since = day(hold.placed_at.date());
    if hold.cause == "leg_symptoms" {
        return format!(
            "The plan is paused for new leg symptoms (P-02) since {since}: only relief, breathing and walking by comfort are shown."
        );
    }
    let told = person.record.alerts.iter().find(|alert| alert.addressee.0 == AlertTo::Triage);
    let why = told.map(|alert| format!(" {} ({})", alert_words(alert), alert.rule)).unwrap_or_default();
    if hold.override_id.is_some() {
        return format!("The plan is stopped since {since}, by a judgement stricter than the rules.{why}");
    }
    match (hold.cause.as_str(), hold.answers_changed) {
        ("danger_sign", _) => format!("The plan is paused for a danger sign (P-01) since {since}.{why}"),
        (_, true) => format!("Held since {since}: answers about danger signs were changed after an urgent result (3.5).{why}"),
        _ => format!("Held since {since}: no plan before an examination.{why}"),
    }
}

pub(super) fn unanswered(check: &WeeklyCheck) -> String {
    format!(
        "Possible danger sign (P-01): said yes to {} on {} and has not answered what lies behind it. The plan is paused.",
        match check.answers.danger.len() {
            1 => "a danger-sign question".to_owned(),
            n => format!("{n} danger-sign questions"),
        },
        day(check.on_date)
    )
}

pub(super) fn event(event: &Event) -> String {
    let exercise = library().get(&event.exercise).map_or(event.exercise.as_str(), |exercise| exercise.title.as_str());
    let severity = if event.severity.is_empty() { String::new() } else { format!(", {}", event.severity) };
    match exercise {
        "" => format!("A problem during the programme on {}{severity}: still open.", day(event.happened_on)),
        exercise => format!("A problem with \u{201c}{exercise}\u{201d} on {}{severity}: still open.", day(event.happened_on)),
    }
}

/// Pain of the last three days against the two weeks before, as P-03 compares them.
fn flare_pain(person: &Person) -> String {
    let on = person.moment.today();
    let mean_of =
        |from: u64, to: u64| mean(&person.pain(on - Days::new(from), on - Days::new(to)).iter().map(|(_, p)| *p).collect::<Vec<_>>());
    match (mean_of(2, 0), mean_of(16, 3)) {
        (Some(now), Some(before)) => format!("; pain {} in the last three days, {} in the two weeks before", number(now), number(before)),
        (Some(now), None) => format!("; pain {} in the last three days", number(now)),
        _ => String::new(),
    }
}

pub(super) fn flare(person: &Person, flare: &Flare, again: bool) -> String {
    let days = (person.moment.today() - flare.started_on).num_days();
    let what = match again {
        true => "Flare again (P-03), the second within 8 weeks:".to_owned(),
        false => format!("A flare that lasts (P-03), {days} days:"),
    };
    format!("{what} since {}{}.", day(flare.started_on), flare_pain(person))
}

/// "pain 5.8 at the start, 5.6 now; RMDQ 11, then 10".
fn gain(facts: &WeekFacts) -> String {
    let pain = match (facts.nprs_intake, facts.nprs) {
        (Some(start), Some(now)) => Some(format!("pain {} at the start, {} now", number(start), number(now))),
        (None, Some(now)) => Some(format!("pain {} now", number(now))),
        _ => None,
    };
    let rmdq = facts.rmdq_intake.zip(facts.rmdq).map(|(start, now)| format!("RMDQ {start}, then {now}"));
    pain.into_iter().chain(rmdq).collect::<Vec<_>>().join("; ")
}

pub(super) fn alert(person: &Person, alert: &Alert) -> String {
    let plain = match alert.rule.as_str() {
        // No rules of the programme, but what somebody did: their names say nothing to the reader.
        adverse::RULE | ACCESS | corrections::RULE | closing::RULE | consent::RULE => return alert_words(alert),
        DECLINED => return declined(Some(alert)),
        rule => format!("{} ({rule})", alert_words(alert)),
    };
    // The review that raised it: what the rule was given.
    let raised =
        |review: &&Review| review.result.alerts.iter().any(|told| told.rule == alert.rule) && review.reviewed_at <= alert.raised_at;
    let review = person.record.reviews.iter().rev().find(raised);
    let open_flare = person.active().and_then(|active| active.flare.as_ref());
    if let ("P-03", Some(open)) = (alert.rule.as_str(), open_flare) {
        let earlier = person.record.flares.iter().any(|other| other.id != open.id && other.started_on > open.started_on - Days::new(56));
        return flare(person, open, earlier);
    }
    let Some(facts) = review.map(|review| &review.facts) else { return plain };
    let week = facts.week;
    match alert.rule.as_str() {
        "P-04" => format!("Few diary days (P-04): {} of 7 in week {week}, and fewer than 3 in the week before.", facts.days),
        "P-05" => match (facts.nprs, facts.nprs_prev) {
            (Some(now), Some(before)) => {
                format!("Clearly worse again after a step back (P-05): pain {} in week {week}, {} before.", number(now), number(before))
            }
            _ => plain,
        },
        "P-06" => format!(
            "Low adherence for {} weeks (P-06): {} of {} sessions and {} of {} daily amounts in week {week}; the limit is {} %.",
            facts.low_adherence_weeks + 1,
            facts.done,
            facts.planned,
            facts.quotas_met,
            facts.quotas_planned,
            facts.clinic.adherence()
        ),
        "P-10" => {
            let (gain, in_person) = (gain(facts), if alert.addressee.0 == AlertTo::Gp { " Needs an examination in person." } else { "" });
            let what = if facts.acute && week < 4 { "Recent strong pain has not eased" } else { "No lasting gain" };
            format!("{what} after {week} weeks (P-10): {gain}.{in_person}")
        }
        "P-11" => format!("Red again after a step back (P-11): {} red sessions in week {week}.", facts.red),
        _ => plain,
    }
}

pub(super) fn pattern(person: &Person) -> String {
    let told = person.record.alerts.iter().find(|alert| alert.rule == super::AGAIN);
    told.map_or_else(|| "New answers point to another pattern. Confirm or decline the change.".to_owned(), alert_words)
}

pub(super) fn proposal(review: Option<&Review>) -> String {
    match review {
        Some(review) => format!(
            "Week {} would move the plan ({}) and waits for your yes: {}.",
            review.week,
            review.result.rules.join(", "),
            numbers(&review.facts)
        ),
        None => "A week would move the plan and waits for your yes.".to_owned(),
    }
}

/// A no to a change that was sent, in the patient's words where the alert has them.
pub(super) fn declined(alert: Option<&Alert>) -> String {
    let said = alert.map_or("The patient said no to the changed plan that you sent.", |alert| alert.reason.as_str());
    format!("{said} The plan goes on as it was.")
}

pub(super) fn phase(due: &PhaseDue) -> String {
    format!(
        "\u{201c}{}\u{201d} of the template \u{201c}{}\u{201d} has had its weeks: since {} \u{201c}{}\u{201d} could begin.",
        due.now,
        due.name,
        day(due.since),
        due.next
    )
}

/// "3 of 3 sessions, pain 2.1".
fn numbers(facts: &WeekFacts) -> String {
    let sessions = match facts.planned {
        0 => "no session planned".to_owned(),
        planned => format!("{} of {planned} sessions", facts.done),
    };
    facts.nprs.map_or_else(|| format!("{sessions}, no pain recorded"), |pain| format!("{sessions}, pain {}", number(pain)))
}

/// A week without anything to decide.
pub(super) fn week(review: &Review) -> String {
    let what = match review.result.outcome {
        Outcome::Progress => "a step up",
        Outcome::Maintain => "keeps what was gained",
        _ => "stays as it is",
    };
    format!("Week {}: {what} ({}). {}.", review.week, review.result.rules.join(", "), capital(&numbers(&review.facts)))
}

fn capital(text: &str) -> String {
    text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1)).collect()
}
