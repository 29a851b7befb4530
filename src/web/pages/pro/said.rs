//! Codes of the rules with words beside them: the desk shows none alone.

use crate::care::desk::overrides::LEGS;
use crate::clinical::codes::{Category, Disposition, Outcome};
use crate::clinical::handbook::rule_book;
use crate::clinical::intake::Evaluation;
use crate::clock::UtcTime;
use crate::store::overrides::Override;
use crate::web::view::told::advice;
use crate::web::view::words;
use chrono_tz::Tz;

/// What a disposition asks for, in a few words.
pub fn level_words(code: Disposition) -> &'static str {
    match code {
        Disposition::Continue => "nothing to be checked first",
        Disposition::PhysioReview => "a physiotherapist looks at the answers",
        Disposition::RoutineGp => "a routine appointment with the GP",
        Disposition::Urgent2Weeks => "a GP within 2 weeks",
        Disposition::SameDay => "a doctor today",
        Disposition::EmergencyNow => "an emergency department now",
    }
}

/// A disposition with its code.
pub fn level(code: Disposition) -> String {
    format!("{} ({code})", level_words(code))
}

/// The outcome of a week with its code.
pub fn outcome(code: Outcome) -> String {
    format!("{} ({code})", advice().outcome(code).title)
}

/// A category: everyday words, the field's term.
pub fn category(code: Category) -> String {
    let words = advice().category(code);
    format!("{} ({})", words.name, words.term)
}

/// What a rule says, from the book of rules; nothing for an id that stands for a procedure.
pub fn rule_words(id: &str) -> Option<&'static str> {
    rule_book().all().iter().find(|rule| rule.id == id).map(|rule| rule.when.as_str())
}

/// The rules that fired: id, disposition in words, reason.
pub fn fired(result: &Evaluation) -> Vec<(String, String, String)> {
    result.rules.iter().map(|rule| (rule.id.clone(), level(rule.disposition), rule.reason.clone())).collect()
}

fn code(text: &str) -> String {
    if text == LEGS {
        return format!("new leg symptoms ({LEGS})");
    }
    match (text.parse::<Category>(), text.parse::<Disposition>()) {
        (Ok(found), _) => category(found),
        (_, Ok(found)) => level(found),
        _ => text.to_owned(),
    }
}

/// A decision against the rules, in words.
#[derive(Debug, Clone)]
pub struct OverrideView {
    /// "2 March 2026, 09:00, Ben".
    pub when: String,
    /// What the rules said, and what was decided.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Of the rules that had decided.
    pub ruleset: String,
}

impl OverrideView {
    /// The words of a decision.
    pub fn new((row, by): &(Override, Option<String>), zone: Tz) -> Self {
        let stop = if row.safety_stop { " A safety stop was ended with it." } else { "" };
        Self {
            when: signed(row.made_at, by.as_deref(), zone),
            what: format!("The rules said: {}. Decided: {}.{stop}", code(&row.said), code(&row.decided)),
            reason: row.reason.clone(),
            ruleset: row.ruleset_version.clone(),
        }
    }
}

/// When and by whom.
pub fn signed(at: UtcTime, by: Option<&str>, zone: Tz) -> String {
    format!("{}, {}", words::instant(at, zone), by.unwrap_or("an account that is closed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_and_p_02_as_well() {
        for found in Disposition::ALL {
            assert!(code(found.code()).ends_with(&format!("({found})")) && code(found.code()).len() > found.code().len() + 6);
        }
        assert_eq!(code("FLEX"), "bending and sitting (Flexion intolerance)");
        assert_eq!(code("P-02"), "new leg symptoms (P-02)");
        assert!(rule_words("P-10").is_some_and(|words| words.contains("pain")) && rule_words("C-again").is_none());
    }
}
