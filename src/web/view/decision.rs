//! A decision of the rules in words: the care card, what led to it, what to do until then. The same
//! for the check without an account, the intake, and a danger sign during the programme.

use super::{PageCtx, Row};
use crate::clinical::advice::{Urgency, fill};
use crate::clinical::codes::Disposition;
use crate::clinical::intake::{AnswerMap, Evaluation, reasons};
use crate::web::view::told::{advice, catalogue};

/// Everything the component `components/decision.html` shows.
#[derive(Debug, Clone)]
pub struct DecisionView {
    /// `immediate`, `urgent`, `non-urgent`, or empty when no card is needed.
    pub urgency: &'static str,
    /// Heading: the action.
    pub title: String,
    /// First sentences.
    pub lead: String,
    /// What to do.
    pub do_now: Vec<String>,
    /// What to leave.
    pub dont: Vec<String>,
    /// General advice until then.
    pub until_then: Vec<String>,
    /// Heading of the emergency list.
    pub ces_title: String,
    /// The six lines that every page repeats.
    pub ces: Vec<String>,
    /// The line under them.
    pub ces_note: String,
    /// Why: the reason of each rule that fired, with its id.
    pub reasons: Vec<(String, String)>,
    /// Answers that are not "no", for the letter.
    pub answers: Vec<Row>,
    /// Line for the clinician who reads the print.
    pub for_clinician: String,
    /// Crisis contacts, when the mood questions call for them (R85).
    pub crisis: Vec<String>,
    /// The plan is held.
    pub held: bool,
    /// Said when answers changed after an urgent result (3.5).
    pub changed: String,
    /// When it was answered, in words.
    pub when: String,
}

fn urgency(code: Urgency) -> &'static str {
    match code.code() {
        "immediate" => "immediate",
        "urgent" => "urgent",
        "non_urgent" => "non-urgent",
        _ => "",
    }
}

impl DecisionView {
    /// The words of a decision.
    pub fn new(result: &Evaluation, answers: &AnswerMap, ctx: &PageCtx, when: String) -> Self {
        let advice = advice();
        let words = advice.disposition(result.disposition);
        let text = |t: &str| fill(t, &ctx.emergency_number, &ctx.urgent_number);
        let lines = |list: &[String]| list.iter().map(|t| text(t)).collect::<Vec<_>>();
        let lightly_held = result.hold_plan && result.disposition < Disposition::Urgent2Weeks;
        let mut do_now = lines(&words.do_now);
        let mut lead = text(&words.lead);
        if lightly_held {
            lead = words.held_lead.as_deref().map_or(lead, text);
            if let (Some(first), Some(next)) = (do_now.first_mut(), &words.held_next) {
                *first = text(next);
            }
        }
        let low_mood = result.rules.iter().any(|rule| rule.id == "R85");
        Self {
            urgency: urgency(words.urgency),
            title: text(&words.title),
            lead,
            do_now,
            dont: lines(&words.dont),
            until_then: lines(&words.until_then),
            ces_title: text(&advice.ces.title),
            ces: lines(&advice.ces.lines),
            ces_note: text(advice.ces.note.as_deref().unwrap_or_default()),
            reasons: reasons(result, answers)
                .iter()
                .zip(&result.rules)
                .map(|(reason, rule)| (reason.to_string(), rule.id.clone()))
                .collect(),
            answers: telling(answers),
            for_clinician: text(&words.for_clinician),
            crisis: if low_mood { lines(&advice.crisis.lines) } else { Vec::new() },
            held: result.hold_plan,
            changed: String::new(),
            when,
        }
    }
}

/// The danger-sign answers that are not "no", in words: what a clinician wants to read first.
pub fn telling(answers: &AnswerMap) -> Vec<Row> {
    let signs = catalogue().questions().iter().filter(|q| q.id.starts_with("r_"));
    signs
        .filter_map(|q| answers.get(&q.id).map(|value| (q, value)))
        .filter(|(_, value)| value.as_str() != Some("no"))
        .map(|(q, value)| Row {
            label: q.text.clone(),
            value: q.label_for(value),
            change: String::new(),
            change_label: String::new(),
            lang: "",
        })
        .collect()
}
