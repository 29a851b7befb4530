//! The category: how sure, from which answers, what was looked at again and decided otherwise.

use crate::care::desk::File;
use crate::care::standing::Standing;
use crate::store::overrides::CATEGORY;
use crate::store::pattern::{ACCEPTED, DECLINED, PROPOSED, Reclassification, STOPPED};
use crate::web::pages::pro::said::{self, OverrideView};
use crate::web::pages::result::CategoryView;
use crate::web::view::told::advice;
use crate::web::view::words;

/// The category with everything behind it.
pub struct PatternView {
    /// Words, answers, certainty.
    pub cat: CategoryView,
    /// "Flexion 64 %, …".
    pub scores: String,
    /// Signs of a control problem.
    pub markers: u8,
    /// When it was decided, by which rule set.
    pub decided: String,
    /// What the plan follows, where it is something else; else empty.
    pub follows: String,
    /// Set against the rules, newest first.
    pub overrides: Vec<OverrideView>,
    /// Looks at it again: address, what it was, what came of it.
    pub looks: Vec<(String, String, &'static str)>,
}

fn is_of_plan(file: &File, look: &Reclassification) -> bool {
    matches!(&file.standing, Standing::Active(active) if active.plan.id == look.plan_id)
}

fn href(id: &str, look: &Reclassification) -> String {
    format!("/pro/patients/{id}/pattern/{}", look.id)
}

/// Address of the proposal that waits; empty when none does.
pub fn waiting(file: &File, id: &str) -> String {
    file.patterns.iter().find(|look| look.waits() && is_of_plan(file, look)).map(|look| href(id, look)).unwrap_or_default()
}

fn look(file: &File, id: &str, look: &Reclassification) -> (String, String, &'static str) {
    let what = format!("{}: {}", words::instant(look.made_at, file.moment.zone), advice().category(look.result.category).name);
    let outcome = match look.status.as_str() {
        PROPOSED => "waits for your decision",
        ACCEPTED => "confirmed",
        DECLINED => "declined",
        STOPPED => "home tests stopped by a symptom",
        _ => "the same pattern",
    };
    (href(id, look), what, outcome)
}

fn follows(file: &File, first: crate::clinical::codes::Category) -> String {
    let now = match &file.standing {
        Standing::Active(active) => Some(active.plan.category.0),
        Standing::Ended(_) => None,
        _ => file.overrides.iter().find(|(row, _)| row.kind == CATEGORY).and_then(|(row, _)| row.decided.parse().ok()),
    };
    now.filter(|now| *now != first).map(said::category).unwrap_or_default()
}

/// The category; none before the intake is handed in.
pub fn view(file: &File, id: &str) -> Option<PatternView> {
    file.intake.as_ref()?;
    let decision = file.decisions.iter().find(|e| e.occasion == "intake")?;
    let result = &*decision.result;
    let percent = &result.percent;
    let scores = [("Flexion", percent.flex), ("Extension", percent.ext), ("Load", percent.load), ("Control", percent.inst)];
    Some(PatternView {
        cat: CategoryView::new(result, &decision.answers),
        scores: scores.map(|(name, value)| format!("{name} {value} %")).join(", "),
        markers: result.markers,
        decided: format!("{}, rule set {}", words::instant(decision.at, file.moment.zone), decision.ruleset_version),
        follows: follows(file, result.category),
        overrides: file
            .overrides
            .iter()
            .filter(|(row, _)| row.kind == CATEGORY)
            .map(|row| OverrideView::new(row, file.moment.zone))
            .collect(),
        looks: file.patterns.iter().map(|of| look(file, id, of)).collect(),
    })
}
