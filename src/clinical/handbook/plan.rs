//! The sections about the week, flares, phases and the exercise library.

use super::book::procedure;
use super::{Block, Rule, Section, rule_book};
use crate::clinical::codes::{Category, Flag, Stage};
use crate::clinical::exercise::{Exercise, Group, library};
use crate::clinical::plan::{PlanFacts, compose, flare_day, initial_phase, is_reexposure, phase_one_list};

const CATEGORIES: [Category; 4] = [Category::Flex, Category::Ext, Category::Load, Category::Inst];

pub(super) fn week() -> Section {
    const HEAD: &[&str] = &["Rule", "When", "Outcome", "Quota", "Exercises", "What else", "Sources"];
    let dash = |text: Option<&str>| text.unwrap_or("–").to_owned();
    let row = |rule: &Rule| {
        vec![
            rule.id.clone(),
            rule.when.clone(),
            dash(rule.then.as_deref()),
            dash(rule.quota.map(|step| step.code())),
            dash(rule.exercise.map(|step| step.code())),
            dash(rule.adds.as_deref()),
            rule.refs.join(", "),
        ]
    };
    let mut blocks = procedure("week");
    blocks.push(Block::table("Weekly rules, in order", HEAD, rule_book().starting("P-").map(row).collect()));
    Section::new("The week", blocks)
}

/// Somebody without any restriction, for showing what the code does with an ordinary person.
fn ordinary(category: Category, phase: u8) -> PlanFacts {
    PlanFacts {
        category,
        secondary: None,
        stage: Stage::Control,
        phase,
        bone_caution: false,
        radicular: false,
        physio_seen_radic: false,
        centralised: false,
        pregnant_late_or_postnatal: false,
        can_floor: true,
        equipment: Flag::ALL.to_vec(),
        prone_hurts: false,
        prone_better: false,
        activities: Vec::new(),
    }
}

pub(super) fn flare() -> Section {
    let facts = ordinary(Category::Flex, 1);
    let items = compose(&facts).items;
    let day = |day: u8| {
        let plan = flare_day(&items, day, &facts);
        [format!("{} × the last completed", plan.share_of_quota), plan.bouts.to_string(), plan.note.to_owned()]
    };
    // Days that are the same stand in one row.
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut first = 1;
    for last in (1..=7_u8).filter(|at| *at == 7 || day(*at) != day(at + 1)) {
        let name = if first == last { format!("Day {first}") } else { format!("Days {first} to {last}") };
        rows.push(std::iter::once(name).chain(day(first)).collect());
        first = last + 1;
    }
    let mut blocks = procedure("flare");
    blocks.push(Block::table("The days of a flare", &["Day", "Daily amount", "Bouts", "What the day brings"], rows));
    Section::new("Flares", blocks)
}

pub(super) fn phases() -> Section {
    let mut blocks = procedure("phases");
    let opening = Stage::ALL.iter().map(|stage| format!("{stage} opens in phase {}.", initial_phase(*stage)));
    blocks.push(Block::List(opening.collect()));
    let rows = Category::ALL.iter().map(|category| {
        let names = phase_one_list(*category).iter().map(|id| match library().get(id) {
            Some(exercise) => format!("{id} {}", exercise.name),
            None => (*id).to_owned(),
        });
        vec![category.to_string(), names.collect::<Vec<_>>().join("; ")]
    });
    blocks.push(Block::table("Default lists of phase 1", &["Category", "Exercises"], rows.collect()));
    let returning = library().all().iter().filter_map(|exercise| {
        let of: Vec<&str> = CATEGORIES.iter().filter(|c| is_reexposure(&exercise.id, **c)).map(|c| c.code()).collect();
        (!of.is_empty()).then(|| vec![format!("{} {}", exercise.id, exercise.name), of.join(", ")])
    });
    blocks.push(Block::table("Movements that come back one at a time", &["Exercise", "Categories"], returning.collect()));
    Section::new("Phases and lists", blocks)
}

pub(super) fn library_section() -> Section {
    const HEAD: &[&str] = &["Exercise", "First phase FLEX · EXT · LOAD · INST", "Start dose", "Easier", "Harder", "Stop if", "Flags"];
    let mut blocks = vec![Block::Text(
        "The general stop rule holds for every exercise; the column names what is added. Phase 1 suits from the start, 2 later, 3 is \
         avoided at first and brought back. Doses are adapted from published programmes [decision]."
            .to_owned(),
    )];
    let dash = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    let row = |exercise: &Exercise| {
        let phases: Vec<String> = CATEGORIES.iter().map(|category| exercise.phase(*category).to_string()).collect();
        let flags: Vec<&str> = exercise.flags.iter().map(|flag| flag.code()).collect();
        vec![
            format!("{} {}", exercise.id, exercise.name),
            phases.join(" · "),
            exercise.dose_text.clone(),
            dash(&exercise.easier),
            dash(&exercise.harder),
            dash(&exercise.stop_if),
            dash(&flags.join(", ")),
        ]
    };
    for group in Group::ALL {
        blocks.push(Block::Heading(group.title().to_owned()));
        if let Some((low, high)) = group.effort() {
            blocks.push(Block::Text(format!("Effort {low} to {high} of 10.")));
        }
        blocks.push(Block::titled(group.title(), HEAD, library().group(*group).map(row).collect()));
    }
    Section::new("Exercises", blocks)
}
