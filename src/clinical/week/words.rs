//! One sentence for the patient about each weekly rule.

use super::WeekFacts;
use crate::clinical::thresholds::Thresholds;

/// What the week's announced days meant, for the patient; none when nothing was announced.
pub fn away_sentence(facts: &WeekFacts) -> Option<&'static str> {
    match (facts.away.holiday, facts.away.ill) {
        (0, 0) => None,
        (_, 0) => Some(
            "You were on holiday for part of this week, as you had told us. Nothing is lost by that, and nothing moves on because of it.",
        ),
        (0, _) => {
            Some("You were ill for part of this week, as you had told us. Nothing is lost by that, and nothing moves on because of it.")
        }
        _ => Some(
            "You were away and ill for part of this week, as you had told us. Nothing is lost by that, and nothing moves on because of it.",
        ),
    }
}

/// Why the plan moves or holds, for a rule of [`super::WeekReview::rules`] or of an alert. An id
/// that is not a weekly rule gets a neutral sentence. `clinic` are the numbers of that week.
pub fn rule_sentence(rule: &str, clinic: &Thresholds) -> String {
    sentence(rule).replace("{adherence}", &clinic.adherence().to_string())
}

fn sentence(rule: &str) -> &'static str {
    match rule {
        "P-01" => {
            "One of the danger-sign questions needs a clinician's answer first, so the plan is \
             paused and shows no exercises."
        }
        "P-02" => {
            "There is something new in your leg, so the plan pauses until a physiotherapist has \
             looked; resting positions, breathing and comfortable walking stay."
        }
        "P-03" => "This is a flare, so the plan switches to gentle flare days and then builds up again.",
        "P-04" => {
            "There were fewer than three diary days, so the week is repeated before anything \
             changes."
        }
        "P-05" => {
            "Your pain or your activities have become clearly worse than before, so the plan goes \
             one step back."
        }
        "P-06" => "Sessions or quotas have been hard to fit in for some weeks, so we ask why.",
        "P-06E" => {
            "Fewer than {adherence} % of the exercise sessions were possible, so the exercises stay as \
             they are."
        }
        "P-06Q" => "Fewer than {adherence} % of the daily amounts were reached, so the daily amount stays as it is.",
        "P-07E" => "Some exercise sessions were hard or sore, so the exercises stay as they are this week.",
        "P-07Q" => {
            "On three or more days you did clearly more than planned, so the daily amount stays: \
             steady beats boom and bust."
        }
        "P-08" => {
            "Little pain, goals reached and daily life nearly free: the plan now keeps what you \
             have gained."
        }
        "P-09" => "The week went as planned, so the next step follows.",
        "P-10" => {
            "There is no clear gain yet, so a person looks at your plan with you; the plan itself \
             goes on."
        }
        "P-11" => {
            "Two or more exercise sessions were red, so those exercises become easier and the \
             daily amount does not rise."
        }
        _ => "Your plan was reviewed.",
    }
}
