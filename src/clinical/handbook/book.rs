//! The sections about questions, danger signs, category and sources, and the order of all of them.

use super::plan;
use super::{Block, Handbook, Rule, Section, rule_book};
use crate::clinical::RULESET_VERSION;
use crate::clinical::advice::{advice, fill};
use crate::clinical::catalogue::{Journey, Kind, Question, catalogue};
use crate::clinical::codes::{Category, Disposition};
use crate::clinical::intake::{holds_plan, home_test_points, weight_rows};
use crate::clinical::numbers::numbers;

pub(super) fn build() -> Handbook {
    let lead = format!(
        "Every question, rule and number this programme runs on, in words a clinician can review. Made from the code and data in \
         use: rule set {RULESET_VERSION}."
    );
    let sections = vec![
        about(),
        questions(),
        triage(),
        category(),
        Section::new("How hard to start", procedure("stage")),
        Section::new("The daily amounts", procedure("quota")),
        Section::new("Colour of a session", procedure("session")),
        Section::new("The exercise track", procedure("exercise")),
        plan::week(),
        plan::flare(),
        plan::phases(),
        plan::library_section(),
        measures(),
        clinic(),
        all_numbers(),
        references(),
    ];
    Handbook { title: "Clinical handbook", lead, sections }
}

/// The lines of a procedure and where they come from.
pub(super) fn procedure(part: &str) -> Vec<Block> {
    rule_book().procedure(part).map_or_else(Vec::new, |found| vec![Block::List(found.lines.clone()), sources(&found.refs)])
}

fn sources(keys: &[String]) -> Block {
    Block::Text(format!("Sources: {}.", keys.join(", ")))
}

pub(super) fn text(words: impl AsRef<str>) -> String {
    fill(words.as_ref(), "the emergency number", "the urgent-advice number")
}

fn about() -> Section {
    let words = advice();
    Section::new(
        "What this is",
        vec![
            Block::Text(text(&words.notice.purpose)),
            Block::Text(text(&words.notice.safety)),
            Block::Text(text(&words.notice.deployer)),
            Block::Text(text(&words.pattern.evidence)),
            Block::List(vec![
                "R rules look for danger signs, C rules choose a movement category, P rules decide about a week.".to_owned(),
                "Short keys in the columns “Sources” are resolved in the last section. “decision” means: decided by this project, \
                 without published validation."
                    .to_owned(),
                "A stored decision keeps the rule-set version, its inputs and the rules that fired; it can be run again under the \
                 present rules (gradus rules replay)."
                    .to_owned(),
                "Doses of medicines are not given anywhere.".to_owned(),
            ]),
        ],
    )
}

fn questions() -> Section {
    let all = catalogue();
    let mut blocks = vec![Block::Text(
        "As they are asked. The short check before an account asks a part of them; what it does not ask counts as neutral, \
         and the intake judges again with everything."
            .to_owned(),
    )];
    for task in all.tasks() {
        let asked: Vec<&Question> = all.task_screens(&task.id).flat_map(|screen| all.questions_of(screen)).collect();
        if asked.is_empty() {
            continue;
        }
        blocks.push(Block::Heading(task.title.clone()));
        let mut groups: Vec<&str> = asked.iter().filter_map(|q| q.group.as_deref()).collect();
        groups.dedup();
        for group in groups.iter().filter_map(|id| all.group(id)) {
            blocks.push(Block::Text(format!("{}: {} {}", group.title, group.stem, group.attribution)));
        }
        let rows = asked.iter().map(|q| vec![q.id.clone(), q.text.clone(), answers(q), in_check(&q.id)]).collect();
        blocks.push(Block::titled(&task.title, &["Id", "Question", "Answers", "In the short check"], rows));
    }
    let sums = all.sums().iter().map(|sum| format!("{} ({}) is the sum of {} answers, 0 to {}.", sum.id, sum.short, sum.of.len(), sum.max));
    blocks.push(Block::List(sums.collect()));
    Section::new("Questions", blocks)
}

fn in_check(id: &str) -> String {
    if catalogue().screen_asking(Journey::Check, id).is_some() { "yes" } else { "no" }.to_owned()
}

/// The possible answers, with the codes that rules use where the words differ from them.
fn answers(question: &Question) -> String {
    match question.kind {
        Kind::Ticks => "ticked or not".to_owned(),
        Kind::Scale | Kind::Number => {
            let (low, high) = question.range();
            format!("{low} to {high} {}", question.unit.as_deref().unwrap_or_default()).trim_end().to_owned()
        }
        Kind::Choice => {
            let options = question.options.iter().map(|option| match option.label.to_lowercase() == option.value {
                true => option.label.clone(),
                false => format!("{} ({})", option.label, option.value),
            });
            options.collect::<Vec<_>>().join("; ")
        }
    }
}

fn triage() -> Section {
    let mut blocks = procedure("triage");
    let dispositions = Disposition::ALL.iter().rev().map(|code| {
        let words = advice().disposition(*code);
        vec![code.to_string(), text(&words.title), text(&words.lead), text(&words.for_clinician)]
    });
    blocks.push(Block::table(
        "Dispositions, most urgent first",
        &["Code", "The page says", "First sentences", "For the clinician"],
        dispositions.collect(),
    ));
    let row = |rule: &Rule| {
        let held = rule.disposition().is_some_and(|disposition| holds_plan(&rule.id, disposition));
        vec![rule.id.clone(), rule.when.clone(), rule.then.clone().unwrap_or_default(), yes_no(held), rule.refs.join(", ")]
    };
    let rows = rule_book().starting("R").map(row).collect();
    blocks.push(Block::table("Danger-sign rules", &["Rule", "When", "Disposition", "Holds the plan", "Sources"], rows));
    Section::new("Danger signs", blocks)
}

pub(super) fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// Points with their sign, or a dash for none.
fn points(value: i64) -> String {
    match value {
        0 => "–".to_owned(),
        1.. => format!("+{value}"),
        _ => format!("−{}", value.unsigned_abs()),
    }
}

fn category() -> Section {
    const HEAD: &[&str] = &["Answer", "FLEX", "EXT", "LOAD", "INST"];
    let mut blocks = procedure("category");
    let words = Category::ALL.iter().map(|code| {
        let words = advice().category(*code);
        vec![code.to_string(), words.term.clone(), words.sentence.clone(), words.means.clone()]
    });
    blocks.push(Block::table("Categories", &["Code", "Term", "The patient reads", "Meaning"], words.collect()));
    let row = |(id, code, weights): (&str, Option<&str>, [i64; 4])| {
        let label = match code {
            Some(code) => format!("{} = {code} ({id})", catalogue().short(id)),
            None => format!("{} ({id})", catalogue().short(id)),
        };
        std::iter::once(label).chain(weights.map(points)).collect()
    };
    blocks.push(Block::table("Weights: points for each step of an answer", HEAD, weight_rows().into_iter().map(row).collect()));
    blocks.push(Block::Heading("Home tests".to_owned()));
    blocks.extend(procedure("home_tests"));
    let tests = home_test_points().flat_map(|(id, worse, better)| {
        [("worse", worse), ("better", better)]
            .map(|(result, given)| std::iter::once(format!("{id} {result}")).chain(given.map(points)).collect::<Vec<_>>())
    });
    let tests = tests.filter(|row| row.iter().skip(1).any(|cell| cell != "–")).collect();
    blocks.push(Block::table("Points of the home tests", HEAD, tests));
    blocks.push(Block::Heading("Rules".to_owned()));
    let row = |rule: &Rule| vec![rule.id.clone(), rule.when.clone(), rule.then.clone().unwrap_or_default(), rule.refs.join(", ")];
    let rules = rule_book().starting("C").map(row).collect();
    blocks.push(Block::table("Category rules, in order", &["Rule", "When", "Category", "Sources"], rules));
    Section::new("Movement category", blocks)
}

fn measures() -> Section {
    let rows = numbers().measures().iter().map(|m| {
        let shipped = if m.ships { m.when.clone() } else { format!("no: {}", m.when) };
        vec![m.name.clone(), m.range.clone(), m.matters.clone(), shipped, m.licence.clone(), m.refs.join(", ")]
    });
    let head = &["Measure", "Range", "Change that matters", "Asked", "Licence position", "Sources"];
    Section::new(
        "Measures",
        vec![
            Block::Text("Missing items stay missing. A questionnaire without a licence entry is not in the program.".to_owned()),
            Block::table("Outcome measures", head, rows.collect()),
        ],
    )
}

fn clinic() -> Section {
    let row = |n: &crate::clinical::numbers::Number| {
        let may = n.clinic.clone()?;
        Some(vec![n.means.clone(), format!("{} {}", n.words(), n.unit), may, n.rules.join(", "), n.id.clone()])
    };
    let head = &["Meaning", "As specified", "A clinic may set", "Rules or section", "Name in the code"];
    let mut blocks = procedure("clinic");
    blocks.push(Block::table("Numbers that a clinic may move", head, numbers().all().iter().filter_map(row).collect()));
    Section::new("What a clinic may set", blocks)
}

fn all_numbers() -> Section {
    let all = numbers();
    let row = |n: &crate::clinical::numbers::Number| {
        let value = format!("{} {}", n.words(), n.unit);
        vec![n.means.clone(), value, n.rules.join(", "), n.refs.join(", "), all.reviewed(n).to_owned(), n.id.clone()]
    };
    let head = &["Meaning", "Value", "Rules or section", "Sources", "Reviewed", "Name in the code"];
    let rows = all.all().iter().map(row).collect();
    Section::new(
        "Numbers",
        vec![
            Block::Text("A test compares each with the constant that the rules run with.".to_owned()),
            Block::table("Thresholds, weights and limits", head, rows),
        ],
    )
}

fn references() -> Section {
    let rows = numbers().references().iter().map(|r| vec![r.key.clone(), r.text.clone(), r.kind.words().to_owned()]);
    Section::new("Sources", vec![Block::table("What the short keys stand for", &["Key", "Source", "Kind"], rows.collect())])
}
