//! Danger signs as a timeline: every check, hold, clearance and judgement, with words.

use crate::care::desk::File;
use crate::care::logging::ANYTHING_NEW;
use crate::clock::UtcTime;
use crate::store::intake::{Hold, StoredEvaluation};
use crate::store::overrides::DISPOSITION;
use crate::store::reviews::WeeklyCheck;
use crate::web::pages::pro::said::{self, OverrideView};
use crate::web::view::told::advice;
use crate::web::view::words;

/// Quiet checks in a row that are named one by one.
const NAMED: usize = 3;

/// One event.
pub struct SafetyEvent {
    /// When.
    pub when: String,
    /// What happened.
    pub what: String,
    /// More about it: rules with their reasons, or a note.
    pub lines: Vec<String>,
}

/// A hold in words.
pub struct HoldView {
    /// What placed it.
    pub what: &'static str,
    /// When.
    pub placed: String,
    /// Nobody has cleared it.
    pub open: bool,
}

fn cause(hold: &Hold) -> &'static str {
    match hold.cause.as_str() {
        "leg_symptoms" => "New leg symptoms (P-02)",
        _ if hold.override_id.is_some() => "Judged in person, stricter than the rules",
        "danger_sign" => "Danger sign in a check (P-01)",
        _ if hold.answers_changed => "Result of the questions; answers were changed to “no” afterwards",
        _ => "Result of the questions",
    }
}

/// Holds, newest first.
pub fn holds(file: &File) -> Vec<HoldView> {
    let view = |hold: &Hold| HoldView {
        what: cause(hold),
        placed: words::instant(hold.placed_at, file.moment.zone),
        open: hold.cleared_at.is_none(),
    };
    file.holds.iter().map(view).collect()
}

fn decision(e: &StoredEvaluation) -> (String, Vec<String>) {
    let occasion = match e.occasion.as_str() {
        "check" => "Suitability check",
        "intake" => "Questions at the start",
        _ => "Details of a danger-sign check",
    };
    let what = format!("{occasion}: {}", said::level(e.result.disposition));
    let lines = said::fired(&e.result).into_iter().map(|(id, _, reason)| format!("{reason} (rule {id})"));
    (what, lines.collect())
}

/// Names of what a check said yes to.
fn named(check: &WeeklyCheck) -> String {
    let short = |key: &str| {
        let known = advice().recheck.questions.iter().find(|q| q.key == key).map(|q| q.short.clone());
        known.unwrap_or_else(|| if key == ANYTHING_NEW { "something new".to_owned() } else { "a danger sign".to_owned() })
    };
    let mut all: Vec<String> = check.answers.danger.iter().map(|key| short(key)).collect();
    if check.answers.leg {
        all.push("new leg symptoms".to_owned());
    }
    words::listed(&all)
}

/// Quiet checks in a row, as one event.
fn quiet(days: &[String]) -> String {
    match days {
        [one] => format!("Nothing new in the check of {one}."),
        few if few.len() <= NAMED => format!("Nothing new in the checks of {}.", words::listed(few)),
        [newest, .., oldest] => format!("Nothing new in {} checks, {oldest} to {newest}.", days.len()),
        [] => String::new(),
    }
}

enum Kind {
    Quiet(String),
    Other(SafetyEvent),
}

/// Everything that happened, newest first; quiet checks in a row stand together.
pub fn events(file: &File) -> Vec<SafetyEvent> {
    let zone = file.moment.zone;
    let at = |at: UtcTime| words::instant(at, zone);
    let event =
        |time: UtcTime, rank: u8, what: String, lines: Vec<String>| (time, rank, Kind::Other(SafetyEvent { when: at(time), what, lines }));
    let mut all: Vec<(UtcTime, u8, Kind)> = Vec::new();
    for e in &file.decisions {
        let (what, lines) = decision(e);
        all.push(event(e.at, 1, what, lines));
    }
    for check in &file.checks {
        let yes = !check.answers.danger.is_empty() || check.answers.leg;
        all.push(if yes {
            let open = if !check.answers.danger.is_empty() && check.evaluation_id.is_none() { " Its details are still open." } else { "" };
            event(check.answered_at, 0, format!("A check said yes: {}.{open}", named(check)), Vec::new())
        } else {
            (check.answered_at, 0, Kind::Quiet(words::short_day(check.on_date)))
        });
    }
    for hold in &file.holds {
        all.push(event(hold.placed_at, 2, format!("The plan was stopped: {}.", cause(hold)), Vec::new()));
        if let Some(cleared) = hold.cleared_at {
            let by = hold.cleared_by.as_ref().and_then(|by| file.names.get(by)).map(|name| format!(" by {name}")).unwrap_or_default();
            all.push(event(cleared, 3, format!("Clearance recorded{by}."), vec![hold.clearance_note.clone().unwrap_or_default()]));
        }
    }
    for row in file.overrides.iter().filter(|(row, _)| row.kind == DISPOSITION) {
        let view = OverrideView::new(row, zone);
        let by = row.1.as_deref().unwrap_or("an account that is closed");
        all.push(event(
            row.0.made_at,
            4,
            format!("Judged otherwise by {by}. {}", view.what),
            vec![view.reason, format!("Rule set {}", view.ruleset)],
        ));
    }
    all.sort_by_key(|(time, rank, _)| std::cmp::Reverse((*time, *rank)));
    let mut shown: Vec<SafetyEvent> = Vec::new();
    let mut days: Vec<String> = Vec::new();
    let flush = |days: &mut Vec<String>, shown: &mut Vec<SafetyEvent>| {
        if let Some(newest) = days.first().cloned() {
            shown.push(SafetyEvent { when: newest, what: quiet(days), lines: Vec::new() });
            days.clear();
        }
    };
    for (.., kind) in all {
        match kind {
            Kind::Quiet(day) => days.push(day),
            Kind::Other(event) => {
                flush(&mut days, &mut shown);
                shown.push(event);
            }
        }
    }
    flush(&mut days, &mut shown);
    shown
}

/// The timeline in a sentence.
pub fn sentence(file: &File) -> String {
    let open = holds(file).iter().filter(|hold| hold.open).count();
    let signs = file.checks.iter().filter(|check| !check.answers.danger.is_empty() || check.answers.leg).count();
    let now = if open > 0 { "A safety stop is open now." } else { "No safety stop is open now." };
    let checks = match (file.checks.len(), signs) {
        (0, _) => "No check has been answered during the programme yet.".to_owned(),
        (n, 0) => format!("Checks answered during the programme: {n}, all without anything new."),
        (n, signs) => format!("Checks answered during the programme: {n}, of which {signs} said yes to something."),
    };
    format!("{now} {checks}")
}
