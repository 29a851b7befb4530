//! A questionnaire on paper, keyed in at the desk: which one, the date on it, and its answers in its own layout.

use super::measures::measures;
use crate::care::desk::look;
use crate::care::paper::{self, INSTRUMENTS, OLDEST_DAYS, Written, enter_measure, measures_of, scribe};
use crate::clinical::catalogue::Question;
use crate::clinical::instruments::licensed;
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::measures::{asked, read as read_asked};
use crate::web::view::told::catalogue;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Which questionnaire an address asks for.
#[derive(Deserialize)]
pub struct Asked {
    instrument: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/pro/measures_paper.html")]
struct PaperPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    /// Questionnaires to choose from: address, name, when it was answered last.
    choices: Vec<(String, &'static str, String)>,
    /// Name, scores and what they mean.
    measures: Vec<(String, String, String)>,
    /// The questionnaire that was chosen, or nothing.
    instrument: &'static str,
    title: &'static str,
    stem: String,
    fields: Vec<Field>,
    attribution: String,
}

fn title(id: &str) -> &'static str {
    licensed(id).map_or("", |entry| entry.name.as_str())
}

async fn load(desk: &Desk, id: &str) -> Result<paper::Desk, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            // Who may not key in has nothing to do here.
            scribe(store, &actor, &patient, now)?;
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| measures_of(tx, &who, now))
        })
        .await
}

fn pain() -> Option<&'static Question> {
    catalogue().question("nprs_avg")
}

/// Name of the field for an own activity.
fn score_name(place: usize) -> String {
    format!("score_{}", place + 1)
}

/// The line before the questions, and the questions.
fn questions(id: &str, there: &paper::Desk) -> (String, Vec<Field>) {
    match id {
        "nprs" => (String::new(), pain().map(Field::of_question).into_iter().collect()),
        "psfs" => {
            let field = |(place, goal): (usize, &crate::store::goals::Goal)| {
                let label = format!("{}: how well can they do it?", goal.wording);
                Field::new("scale", &score_name(place), label).ends("cannot do it", "as well as before").optional()
            };
            let stem =
                if there.goals.is_empty() { "There are no activities to score yet: the patient names them in the intake." } else { "" };
            (stem.to_owned(), there.goals.iter().enumerate().map(field).collect())
        }
        _ => {
            let (_, stem, fields) = asked(id);
            (stem, fields)
        }
    }
}

fn paper_page(
    desk: &Desk,
    (id, instrument): (&str, Option<&'static str>),
    there: &paper::Desk,
    form: Option<&FormData>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("date", "on", "Date on the paper").hint(format!("Since the patient joined, and at most {} weeks ago.", OLDEST_DAYS / 7)),
    ];
    let (stem, mut asked) = instrument.map(|instrument| questions(instrument, there)).unwrap_or_default();
    fields.append(&mut asked);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let last = |code: &str| there.measures.iter().filter(|m| m.instrument == code).map(|m| m.on_date).max();
    let choice = |code: &&'static str| {
        let when = last(code).map_or_else(|| "No score yet".to_owned(), |on| format!("Last score on {}", words::date(on)));
        (format!("/pro/patients/{id}/measures?instrument={code}"), title(code), when)
    };
    let of_group = instrument.and_then(|code| catalogue().group(code)).map(|group| group.attribution.clone());
    let entry = instrument.and_then(|code| licensed(code).ok());
    let shown = PaperPage {
        errors: errors.show(&mut fields),
        ctx: desk.visitor.ctx(),
        id: id.to_owned(),
        name: there.name.clone(),
        choices: INSTRUMENTS.iter().filter(|code| licensed(code).is_ok()).map(choice).collect(),
        measures: measures(&there.measures),
        instrument: instrument.unwrap_or_default(),
        title: instrument.map(title).unwrap_or_default(),
        stem,
        fields,
        attribution: of_group.filter(|text| !text.is_empty()).or(entry.map(|entry| entry.attribution.clone())).unwrap_or_default(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

fn known(instrument: &str) -> Option<&'static str> {
    INSTRUMENTS.into_iter().find(|id| *id == instrument && licensed(id).is_ok())
}

/// The choice of a questionnaire, or the form of one.
pub async fn show(desk: Desk, id: Id, query: web::Query<Asked>) -> Result<HttpResponse, AppError> {
    let there = load(&desk, &id).await?;
    let chosen = query.instrument.as_deref().and_then(known);
    paper_page(&desk, (&id, chosen), &there, None, &Errors::default())
}

fn read(instrument: &str, form: &FormData, there: &paper::Desk) -> Result<Written, Errors> {
    let mut reader = Reader::new(form);
    match instrument {
        "nprs" => {
            let pain = reader.scale("nprs_avg");
            let pain = reader.need("nprs_avg", pain, "Choose a number from 0 to 10");
            pain.map(Written::Pain).filter(|_| reader.errors.is_empty()).ok_or(reader.errors)
        }
        "psfs" => {
            let scores: Vec<Option<u8>> = (0..there.goals.len()).map(|place| reader.scale(&score_name(place))).collect();
            if scores.iter().all(Option::is_none) {
                reader.errors.add("score_1", "Enter the score of at least one activity");
            }
            if reader.errors.is_empty() { Ok(Written::Activities(scores)) } else { Err(reader.errors) }
        }
        id => read_asked(id, form).map(Written::Asked),
    }
}

/// Keeps what stands on the paper.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let there = load(&desk, &id).await?;
    let Some(instrument) = known(form.0.text("instrument")) else { return Ok(go(&format!("/pro/patients/{id}/measures"))) };
    let mut reader = Reader::new(&form.0);
    let on = reader.date("on");
    let on = reader.need("on", on, "Enter the date that stands on the paper");
    let mut errors = reader.errors;
    match (read(instrument, &form.0, &there), on) {
        (Ok(given), Some(on)) => {
            let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
            let done = desk
                .visitor
                .run(move |store| {
                    let who = scribe(store, &actor, &patient, now)?;
                    enter_measure(store, &who, &given, on, now)
                })
                .await;
            match done {
                Ok(()) => {
                    desk.visitor.flash("The score is kept, with a mark that you entered it from paper.");
                    return Ok(go(&format!("/pro/patients/{id}/measures")));
                }
                Err(error) => errors.absorb(error)?,
            }
        }
        (Err(found), _) => errors.extend(found),
        (Ok(_), None) => {}
    }
    paper_page(&desk, (&id, Some(instrument)), &there, Some(&form.0), &errors)
}
