//! Pages made of the catalogue's questions: used alike by the suitability check, the intake and the
//! questions behind a danger sign.

use super::forms::{Errors, Field, FormData, Opt};
use super::view::Row;
use crate::clinical::catalogue::{Catalogue, Kind, Question, Screen};
use crate::clinical::intake::{AnswerMap, evaluate_so_far, refusal};
use crate::lang::{Lang, current};
use crate::web::view::told::catalogue;
use serde_json::Value;

/// What a stored answer looks like in a form.
fn raw(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Whether a question has its answer.
pub fn answered(answers: &AnswerMap, id: &str) -> bool {
    answers.contains_key(id)
}

/// Whether every question of a screen has its answer.
pub fn complete(answers: &AnswerMap, screen: &Screen) -> bool {
    screen.questions.iter().all(|id| answered(answers, id))
}

/// A heading, an instruction and a source that belong to a published questionnaire.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// It is asked in its own words, which are not those of the page.
    pub foreign: bool,
    /// Its instruction.
    pub stem: String,
    /// Its source, always shown with the items.
    pub attribution: String,
}

/// The questionnaire that a screen's questions belong to, if any.
pub fn instrument(screen: &Screen) -> Option<Instrument> {
    let group = catalogue().questions_of(screen).find_map(|q| q.group.as_deref())?;
    let group = catalogue().group(group)?;
    Some(Instrument { foreign: current() != Lang::En, stem: group.stem.clone(), attribution: group.attribution.clone() })
}

/// The language of a published questionnaire's own words, where the page speaks another one.
fn published(question: &Question) -> &'static str {
    let foreign = question.group.is_some() && current() != Lang::En;
    if foreign { Lang::En.code() } else { "" }
}

/// The fields of questions, filled with the answers that are known. Tick statements become one
/// list under the name of their group.
pub fn fields(questions: &[&Question], answers: &AnswerMap) -> Vec<Field> {
    let ticks: Vec<&&Question> = questions.iter().filter(|q| q.kind == Kind::Ticks).collect();
    let mut fields: Vec<Field> = questions
        .iter()
        .filter(|q| q.kind != Kind::Ticks)
        .map(|q| {
            let field = Field { lang: published(q).to_owned(), ..Field::of_question(q) };
            match answers.get(&q.id) {
                Some(value) => field.value(raw(value)),
                None => field,
            }
        })
        .collect();
    if let Some(first) = ticks.first() {
        let group = first.group.as_deref().unwrap_or("ticks");
        let stem = catalogue().group(group).map_or("", |g| g.stem.as_str());
        let mut field = Field::new("ticks", group, stem);
        field.lang = published(first).to_owned();
        field.hint = tr!("Leave out every sentence that does not fit today. If none fits, go on without ticking any.").to_owned();
        field.options = ticks
            .iter()
            .map(|q| Opt {
                value: q.id.clone(),
                label: q.text.clone(),
                checked: answers.get(&q.id).and_then(Value::as_i64) == Some(1),
                ..Opt::default()
            })
            .collect();
        fields.push(field);
    }
    fields
}

/// Reads the answers a form gives to questions. Statements of a submitted tick list that are not
/// ticked are a no; every other question without an answer is a message.
pub fn read(questions: &[&Question], form: &FormData) -> (AnswerMap, Errors) {
    let mut given = AnswerMap::new();
    let mut errors = Errors::default();
    for question in questions {
        if question.kind == Kind::Ticks {
            let ticked = form.all(question.group.as_deref().unwrap_or("ticks")).contains(&question.id);
            given.insert(question.id.clone(), Value::from(i64::from(ticked)));
            continue;
        }
        match question.parse(form.text(&question.id)) {
            Ok(value) => {
                given.insert(question.id.clone(), value);
            }
            Err(message) => errors.add(&question.id, message.to_string()),
        }
    }
    (given, errors)
}

/// Adds the scores whose items are all there.
pub fn add_sums(answers: &mut AnswerMap, before: &AnswerMap) {
    let mut all = before.clone();
    all.extend(answers.clone());
    for sum in catalogue().sums() {
        if let Some(total) = catalogue().total(&sum.id, &all) {
            answers.insert(sum.id.clone(), Value::from(total));
        }
    }
}

/// Complaints about answers that contradict each other (worst pain under the average, onset above age).
pub fn contradictions(before: &AnswerMap, given: &AnswerMap, errors: &mut Errors) {
    let mut all = before.clone();
    all.extend(given.clone());
    if let Err(found) = evaluate_so_far(&all) {
        for error in found {
            if given.contains_key(&error.field) {
                errors.add(&error.field, refusal(&error).to_string());
            }
        }
    }
}

/// The questions of a screen to ask now: those without an answer, or all when none is left.
pub fn open_questions<'a>(screen: &'a Screen, answers: &AnswerMap) -> Vec<&'a Question> {
    let all: Vec<&Question> = Catalogue::questions_of(catalogue(), screen).collect();
    let open: Vec<&Question> = all.iter().copied().filter(|q| !answered(answers, &q.id)).collect();
    if open.is_empty() { all } else { open }
}

/// The answers to a screen's questions in words, each with its way to change it.
pub fn rows(screen: &Screen, answers: &AnswerMap, change: &str) -> Vec<Row> {
    let ticks = screen.questions.iter().filter(|id| catalogue().question(id).is_some_and(|q| q.kind == Kind::Ticks)).count();
    let mut rows: Vec<Row> = catalogue()
        .questions_of(screen)
        .filter(|q| q.kind != Kind::Ticks)
        .map(|q| Row {
            label: q.short.clone(),
            value: answers.get(&q.id).map(|v| q.label_for(v)).unwrap_or_default(),
            change: change.to_owned(),
            change_label: String::new(),
            lang: published(q),
        })
        .collect();
    if ticks > 0 {
        let known = screen.questions.iter().all(|id| answered(answers, id));
        let ticked = screen.questions.iter().filter(|id| answers.get(*id).and_then(Value::as_i64) == Some(1)).count();
        let value = if known { tr!("{ticked} of {ticks} sentences fit", ticked = ticked, ticks = ticks) } else { String::new() };
        rows.push(Row { label: screen.title.clone(), value, change: change.to_owned(), change_label: String::new(), lang: "" });
    }
    rows
}
