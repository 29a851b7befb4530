//! One sentence for the patient about each weekly rule.

use super::WeekFacts;
use crate::clinical::thresholds::Thresholds;
use crate::lang::Text;

/// What the week's announced days meant, for the patient; none when nothing was announced.
pub fn away_sentence(facts: &WeekFacts) -> Option<Text> {
    match (facts.away.holiday, facts.away.ill) {
        (0, 0) => None,
        (_, 0) => Some(text!(
            "You were on holiday for part of this week, as you had told us. Nothing is lost by that, and nothing moves on because of it."
        )),
        (0, _) => Some(text!(
            "You were ill for part of this week, as you had told us. Nothing is lost by that, and nothing moves on because of it."
        )),
        _ => Some(text!(
            "You were away and ill for part of this week, as you had told us. Nothing is lost by that, and nothing moves on because of it."
        )),
    }
}

/// Why the plan moves or holds, for a rule of [`super::WeekReview::rules`] or of an alert. An id
/// that is not a weekly rule gets a neutral sentence. `clinic` are the numbers of that week.
pub fn rule_sentence(rule: &str, clinic: &Thresholds) -> Text {
    match rule {
        "P-01" => text!("One of the danger-sign questions needs a clinician's answer first, so the plan is paused and shows no exercises."),
        "P-02" => text!(
            "There is something new in your leg, so the plan pauses until a physiotherapist has looked; resting positions, breathing and comfortable walking stay."
        ),
        "P-03" => text!("This is a flare, so the plan switches to gentle flare days and then builds up again."),
        "P-04" => text!("There were fewer than three diary days, so the week is repeated before anything changes."),
        "P-05" => text!("Your pain or your activities have become clearly worse than before, so the plan goes one step back."),
        "P-06" => text!("Sessions or quotas have been hard to fit in for some weeks, so we ask why."),
        "P-06E" => text!(
            "Fewer than {adherence} % of the exercise sessions were possible, so the exercises stay as they are.",
            adherence = clinic.adherence()
        ),
        "P-06Q" => text!(
            "Fewer than {adherence} % of the daily amounts were reached, so the daily amount stays as it is.",
            adherence = clinic.adherence()
        ),
        "P-07E" => text!("Some exercise sessions were hard or sore, so the exercises stay as they are this week."),
        "P-07Q" => text!("On three or more days you did clearly more than planned, so the daily amount stays: steady beats boom and bust."),
        "P-08" => text!("Little pain, goals reached and daily life nearly free: the plan now keeps what you have gained."),
        "P-09" => text!("The week went as planned, so the next step follows."),
        "P-10" => text!("There is no clear gain yet, so a person looks at your plan with you; the plan itself goes on."),
        "P-11" => text!("Two or more exercise sessions were red, so those exercises become easier and the daily amount does not rise."),
        _ => text!("Your plan was reviewed."),
    }
}
