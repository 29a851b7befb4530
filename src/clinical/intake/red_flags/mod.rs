//! The rules of section 3.1 that decide the disposition. Every rule that fires is kept; the
//! highest level wins and nothing is averaged or weighed against anything else.

mod body;
mod cord;
mod illness;
mod injury;
mod person;
mod unsure;

use super::answers::{Cauda, Danger, Flag, Intake, Weakness};
use super::inflammatory;
use crate::clinical::codes::Disposition;
use crate::lang::{Lang, Text, dates::listed};
use serde::{Deserialize, Serialize};

/// A rule that fired.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct FiredRule {
    /// Rule id of the specification, `R01` to `R95`.
    pub id: String,
    /// How urgent this rule is by itself.
    pub disposition: Disposition,
    /// Whether this rule by itself keeps the plan locked.
    pub hold: bool,
    /// Why it fired, in words for the patient and the physiotherapist.
    pub reason: String,
}

/// Rules below the two-week level that still lock the plan (3.1 "hold_plan").
const HOLDING: [&str; 7] = ["R49", "R57", "R62", "R63", "R64", "R80", "R82"];

/// Whether a rule by itself keeps the plan locked.
pub fn holds_plan(id: &str, disposition: Disposition) -> bool {
    disposition >= Disposition::Urgent2Weeks || HOLDING.contains(&id)
}

/// The rules fired so far, each with its reason as a sentence that every language can say.
pub(super) struct Rules(Vec<(FiredRule, Text)>);

impl Rules {
    pub(in crate::clinical::intake) fn fire(&mut self, id: &str, disposition: Disposition, reason: Text) {
        let rule = FiredRule { id: id.to_owned(), disposition, hold: holds_plan(id, disposition), reason: Lang::En.tell(&reason) };
        self.0.push((rule, reason));
    }
}

/// Runs every rule except R95. Most urgent first, then by id; equal ids keep question order.
pub(super) fn run(intake: &Intake) -> Vec<(FiredRule, Text)> {
    let mut rules = Rules(Vec::new());
    cord::run(intake, &mut rules);
    body::run(intake, &mut rules);
    injury::run(intake, &mut rules);
    illness::run(intake, &mut rules);
    inflammatory::run(intake, &mut rules);
    person::run(intake, &mut rules);
    unsure::run(intake, &mut rules);
    let mut fired = rules.0;
    fired.sort_by(|(a, _), (b, _)| b.disposition.cmp(&a.disposition).then_with(|| a.id.cmp(&b.id)));
    fired
}

/// R95: nothing fired but the pattern is unclear, so a person should look (12.1).
pub(super) fn unclear_pattern() -> FiredRule {
    FiredRule {
        id: "R95".to_owned(),
        disposition: Disposition::PhysioReview,
        hold: false,
        reason: tr_later!("Your answers about movements do not show one clear pattern. A physiotherapist should look at them with you.")
            .to_owned(),
    }
}

/// New nerve signs that turn cancer (R40) or fever (R50) into an emergency (12.1).
fn new_neurology(danger: &Danger) -> bool {
    [danger.saddle, danger.bladder, danger.bowel, danger.sexual, danger.bilat].contains(&Cauda::New)
        || matches!(danger.weak, Weakness::OneNew | Weakness::BothNew)
        || danger.gait.yes()
}

/// Joins the words of the answers that fired a rule: "a, b and c".
fn list(words: &[&'static str]) -> Text {
    listed(words.iter().copied().map(Text::fixed).collect())
}

/// The words whose condition holds.
fn those(pairs: &[(bool, &'static str)]) -> Vec<&'static str> {
    pairs.iter().filter(|(holds, _)| *holds).map(|(_, words)| *words).collect()
}

/// The words of the flags answered "unsure".
fn unsure_of(pairs: &[(Flag, &'static str)]) -> Vec<&'static str> {
    pairs.iter().filter(|(flag, _)| flag.unsure()).map(|(_, words)| *words).collect()
}
