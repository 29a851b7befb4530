//! Weekly change of the items (5.2): who rises, who eases, and the sentence that says so. The week's verdict
//! (`ExerciseStep`) comes from the weekly engine (5.3).

use super::rules::{allowed, is_reexposure};
use super::{Level, PlanFacts, Prescribed, Role};
use crate::clinical::codes::{Colour, ExerciseStep, Flag};
use crate::clinical::exercise::{Dose, DoseKind, Exercise, kin, library};
use crate::lang::Text;
use serde::{Deserialize, Serialize};

/// Highest effort (0 to 10) of the last session at which an item may rise (5.2).
pub const MAX_RISE_EFFORT: f64 = 6.0;
/// Sessions at the small dose before a re-exposure item rises (5.5).
const REEXPOSURE_SESSIONS: usize = 3;
/// One item in this many (rounded up) rises in a week (5.2).
const RISE_SHARE: usize = 3;

/// An item with what its sessions showed.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemState {
    /// The item as it stands.
    pub prescribed: Prescribed,
    /// Its own colours, newest last, whatever changed between them.
    pub recent_colours: Vec<Colour>,
    /// Whether one of them is RED and nothing has answered it yet: a session's own step may have.
    pub red_unanswered: bool,
    /// Effort of its last session, 0 to 10; none if not given.
    pub last_rpe: Option<f64>,
    /// Every prescribed set of its last session was done.
    pub all_sets_done: bool,
}

/// Dose and form together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// The dose.
    pub dose: Dose,
    /// The form.
    pub level: Level,
}

/// One proposed change, with the words for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// Id in the library.
    pub exercise: String,
    /// As it was.
    pub from: Setting,
    /// As it will be.
    pub to: Setting,
    /// Which step it was: `rise_standard`, `rise_dose`, `rise_reexposure`, `rise_form`, `rise_load`,
    /// `ease_form`, `ease_dose`.
    pub rule: &'static str,
    /// The change in plain words.
    pub sentence: Text,
}

/// The week's changes. `rise`: at most one third (rounded up) of the training items, those with the least
/// progress first and among equals in list order, so that all get their turn. `ease`: every training item
/// with a RED that its own session has not answered already. `hold`, `frozen`, and `flare` (section 5.4 has its own days): none.
pub fn next_doses(items: &[ItemState], step: ExerciseStep, facts: &PlanFacts) -> Vec<ItemChange> {
    let training: Vec<&ItemState> = items.iter().filter(|item| item.prescribed.role == Role::Training).collect();
    match step {
        ExerciseStep::Rise => {
            let listed: Vec<&str> = items.iter().map(|item| kin(&item.prescribed.exercise)).collect();
            let mut order = training.clone();
            order.sort_by_key(|item| progress(&item.prescribed));
            let mut begins_again = false;
            order
                .into_iter()
                .filter(|item| may_rise(item))
                .filter_map(|item| {
                    let other = |i: &&ItemState| i.prescribed.exercise != item.prescribed.exercise && is_entering(&i.prescribed, facts);
                    let change = rise(item, facts, &listed, begins_again || items.iter().find(other).is_some())?;
                    begins_again |= begins(&change, facts);
                    Some(change)
                })
                .take(training.len().div_ceil(RISE_SHARE))
                .collect()
        }
        ExerciseStep::Ease => {
            training.into_iter().filter(|item| item.red_unanswered).filter_map(|item| ease(&item.prescribed, facts)).collect()
        }
        ExerciseStep::Hold | ExerciseStep::Flare | ExerciseStep::Frozen => Vec::new(),
    }
}

/// A movement that comes back (5.5) begins again in a harder form or with more weight.
pub fn begins(change: &ItemChange, facts: &PlanFacts) -> bool {
    is_reexposure(&change.exercise, facts.category) && matches!(change.rule, "rise_form" | "rise_load")
}

/// Steps behind an item: the form counts hundreds, each rise of the dose above its start one.
pub fn progress(item: &Prescribed) -> u32 {
    let form = match item.level {
        Level::Easier => 0,
        Level::Standard => 100,
        Level::Harder => 200,
    };
    let mut steps = 0;
    let mut dose = item.definition().map(|found| found.dose.clone());
    while let Some(lower) = dose.filter(|dose| size(dose) < size(&item.dose)) {
        steps += 1;
        dose = lower.raised();
    }
    form + steps
}

/// The number of a dose that grows.
fn size(dose: &Dose) -> u32 {
    match dose.kind {
        DoseKind::Reps => dose.reps,
        DoseKind::Holds => dose.ladder.map_or(0, |ladder| ladder.reps().iter().sum()),
        DoseKind::Time => dose.seconds,
        DoseKind::Minutes => dose.minutes,
        DoseKind::Quota | DoseKind::AsNeeded => 0,
    }
}

/// Done, no RED in the last two sessions, all sets, effort known and at most 6 (5.2). An effort that was not
/// given proves nothing, so the item waits.
fn may_rise(item: &ItemState) -> bool {
    let red = item.recent_colours.iter().rev().take(2).any(|colour| *colour == Colour::Red);
    !item.recent_colours.is_empty() && !red && item.all_sets_done && item.last_rpe.is_some_and(|effort| effort <= MAX_RISE_EFFORT)
}

/// A movement that comes back (5.5) and has not reached its full number yet.
pub fn is_entering(item: &Prescribed, facts: &PlanFacts) -> bool {
    let full = match item.dose.kind {
        DoseKind::Reps => item.dose.reps >= item.dose.top,
        _ => item.definition().is_none_or(|exercise| size(&item.dose) > size(&exercise.dose)),
    };
    is_reexposure(&item.exercise, facts.category) && !full
}

/// `another_enters`: a second movement is coming back, so this one may not begin again in a harder form (5.5).
fn rise(item: &ItemState, facts: &PlanFacts, listed: &[&str], another_enters: bool) -> Option<ItemChange> {
    let now = &item.prescribed;
    let exercise = now.definition()?;
    // What has a later phase by now (a changed category, say) does not grow any further.
    allowed(exercise, facts, facts.phase).ok()?;
    if now.level == Level::Harder
        && let Some(form) = exercise.harder_id.as_deref()
    {
        allowed(library().get(form)?, facts, facts.phase).ok()?;
    }
    if now.level == Level::Easier {
        let dose = own_dose(exercise, exercise.easier_id.as_deref(), &now.dose);
        let words = text!("{exercise}: back to the usual form, {dose}.", exercise = title(exercise), dose = dose.sentence());
        return Some(change(now, dose, Level::Standard, "rise_standard", words));
    }
    if is_reexposure(&exercise.id, facts.category) && now.dose.kind == DoseKind::Reps {
        let seen = item.recent_colours.iter().rev().take(REEXPOSURE_SESSIONS);
        if seen.filter(|colour| **colour != Colour::Red).count() < REEXPOSURE_SESSIONS {
            return None;
        }
        if now.dose.reps < now.dose.top {
            let mut dose = now.dose.clone();
            dose.reps = dose.top;
            let words = up_words(exercise, &dose);
            return Some(change(now, dose, now.level, "rise_reexposure", words));
        }
    }
    if let Some(dose) = now.dose.raised() {
        let words = up_words(exercise, &dose);
        return Some(change(now, dose, now.level, "rise_dose", words));
    }
    match now.level {
        Level::Standard | Level::Harder if another_enters && is_reexposure(&exercise.id, facts.category) => None,
        Level::Standard => harder(now, exercise, facts, listed),
        Level::Harder => heavier(now, exercise),
        Level::Easier => None,
    }
}

fn title(exercise: &Exercise) -> Text {
    Text::from(exercise.title.clone())
}

fn up_words(exercise: &Exercise, dose: &Dose) -> Text {
    text!("{exercise}: one step up, now {dose}.", exercise = title(exercise), dose = dose.sentence())
}

/// The harder form at its start dose. Where it is a library item, the person must be allowed it now, or the
/// harder form would slip an item of a later phase into the plan; and it must not be in the list already.
fn harder(now: &Prescribed, exercise: &Exercise, facts: &PlanFacts, listed: &[&str]) -> Option<ItemChange> {
    if exercise.harder_how.is_empty() {
        return None;
    }
    let form = match exercise.harder_id.as_deref() {
        None => exercise,
        Some(id) => library().get(id).filter(|item| {
            allowed(item, facts, facts.phase).is_ok()
                && !listed.contains(&id)
                // These enter alone, in small steps (5.5), never through the back door of another item.
                && !is_reexposure(id, facts.category)
        })?,
    };
    let how = Text::from(exercise.harder_how.clone());
    let words = text!("{exercise}: ready for the harder form. {how}", exercise = title(exercise), how = how);
    let dose = form.dose.clone();
    Some(change(now, dose, Level::Harder, "rise_form", words))
}

/// At the top of the harder form only load is left (5.2: 5 to 10 per cent), from the start dose again.
fn heavier(now: &Prescribed, exercise: &Exercise) -> Option<ItemChange> {
    if !exercise.has(Flag::Weight) {
        return None;
    }
    let dose = exercise.dose.clone();
    let words = text!("{exercise}: use a weight that is 5 to 10 per cent heavier, from the start dose again.", exercise = title(exercise));
    Some(change(now, dose, Level::Harder, "rise_load", words))
}

/// One step easier: the form if there is an easier one, otherwise the dose. None when nothing is left to take.
pub fn ease(now: &Prescribed, facts: &PlanFacts) -> Option<ItemChange> {
    let exercise = now.definition()?;
    let lower_form = match now.level {
        Level::Harder => Some((
            Level::Standard,
            own_dose(exercise, exercise.harder_id.as_deref(), &now.dose),
            text!("{exercise}: back to the usual form for now.", exercise = title(exercise)),
        )),
        Level::Standard if !exercise.easier_how.is_empty() => {
            let how = Text::from(exercise.easier_how.clone());
            let words = text!("{exercise}: the easier form for now. {how}", exercise = title(exercise), how = how);
            let form = exercise.easier_id.as_deref();
            easier_dose(form, &now.dose, facts).map(|dose| (Level::Easier, dose, words))
        }
        Level::Standard | Level::Easier => None,
    };
    if let Some((level, dose, words)) = lower_form {
        return Some(change(now, dose, level, "ease_form", words));
    }
    lighter(now)
}

/// The same form with a smaller dose; none where the dose cannot fall (5.2: effort 8 or more twice).
pub fn lighter(now: &Prescribed) -> Option<ItemChange> {
    let exercise = now.definition()?;
    let dose = now.dose.lowered()?;
    let words = text!("{exercise}: a little less for now, {dose}.", exercise = title(exercise), dose = dose.sentence());
    Some(change(now, dose, now.level, "ease_dose", words))
}

/// The dose of the easier form: its own start dose where it is a library item the person may have (none
/// where not), otherwise the present one.
fn easier_dose(form: Option<&str>, now: &Dose, facts: &PlanFacts) -> Option<Dose> {
    match form {
        None => Some(now.clone()),
        Some(id) => library().get(id).filter(|item| allowed(item, facts, facts.phase).is_ok()).map(|item| item.dose.clone()),
    }
}

/// The dose on coming back to the standard form: the item's own start dose if the other form was a library
/// item with a dose of another shape, otherwise the present one.
fn own_dose(exercise: &Exercise, other_form: Option<&str>, now: &Dose) -> Dose {
    if other_form.is_some() { exercise.dose.clone() } else { now.clone() }
}

fn change(now: &Prescribed, dose: Dose, level: Level, rule: &'static str, sentence: Text) -> ItemChange {
    ItemChange {
        exercise: now.exercise.clone(),
        from: Setting { dose: now.dose.clone(), level: now.level },
        to: Setting { dose, level },
        rule,
        sentence,
    }
}

/// The easiest setting of an item: its start dose, in the easier form where that is a way of doing the same
/// movement or an item the person may have. Used in a flare (5.4).
pub(super) fn lowest(now: &Prescribed, facts: &PlanFacts) -> Prescribed {
    let mut item = now.clone();
    let Some(exercise) = now.definition() else {
        return item;
    };
    item.dose = exercise.dose.clone();
    item.level = Level::Standard;
    if !exercise.easier_how.is_empty()
        && let Some(dose) = easier_dose(exercise.easier_id.as_deref(), &exercise.dose, facts)
    {
        item.dose = dose;
        item.level = Level::Easier;
    }
    item
}
