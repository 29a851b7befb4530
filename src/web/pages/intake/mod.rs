//! The intake: a task list with resume, question pages, goals and practical matters, a page to check
//! the answers, and the submission. The same pages for the patient alone and for both in the room: see [`Recorder`].

mod tasks;
pub mod wishes;

pub use tasks::{list, review, submit};

use crate::access::MayRecord;
use crate::care::intake::{self, Saved};
use crate::clinical::catalogue::{Journey, Screen};
use crate::clinical::intake::AnswerMap;
use crate::web::error::AppError;
use crate::web::extract::{Place, Posted, Recorder};
use crate::web::forms::{ErrorLine, Field};
use crate::web::questions::{self, Instrument, add_sums, complete, contradictions, fields, open_questions, read};
use crate::web::view::told::catalogue;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/intake/screen.html")]
struct ScreenPage {
    ctx: PageCtx,
    place: Place,
    errors: Vec<ErrorLine>,
    caption: String,
    title: String,
    intro: String,
    instrument: Option<Instrument>,
    action: String,
    fields: Vec<Field>,
}

/// The part of a path that names a page of questions.
#[derive(Debug, Deserialize)]
pub struct AtScreen {
    screen: String,
}

impl AtScreen {
    fn found(&self) -> Result<&'static Screen, AppError> {
        catalogue().screen(Journey::Intake, &self.screen).ok_or(AppError::NotFound)
    }
}

fn screen_page<M: MayRecord>(by: &Recorder<M>, screen: &Screen, fields: Vec<Field>, errors: Vec<ErrorLine>) -> ScreenPage {
    let task = catalogue().tasks().iter().find(|t| Some(&t.id) == screen.task.as_ref());
    ScreenPage {
        ctx: by.visitor.ctx(),
        place: by.place.clone(),
        errors,
        caption: task.map(|t| t.title.clone()).unwrap_or_default(),
        title: screen.title.clone(),
        intro: screen.intro.clone().unwrap_or_default(),
        // A tick list carries the instruction as its own legend.
        instrument: questions::instrument(screen)
            .map(|i| if fields.iter().any(|f| f.kind == "ticks") { Instrument { stem: String::new(), ..i } } else { i }),
        action: format!("{}/{}", by.place.intake, screen.slug),
        fields,
    }
}

/// The answers of the draft; a draft is begun when there is none.
async fn answers<M: MayRecord>(by: &Recorder<M>) -> Result<AnswerMap, AppError> {
    by.run(|store, who, moment| Ok(intake::draft(store, who, moment)?.answers.into_inner())).await
}

/// A question page. What is answered already is not asked again, unless everything on the page is:
/// then it is shown to be changed.
pub async fn show<M: MayRecord>(by: Recorder<M>, at: web::Path<AtScreen>) -> Result<HttpResponse, AppError> {
    let screen = at.found()?;
    let answers = answers(&by).await?;
    let asked = open_questions(screen, &answers);
    page(&screen_page(&by, screen, fields(&asked, &answers), Vec::new()))
}

/// Takes a page's answers. An emergency answer ends the intake on the care-card page.
pub async fn save<M: MayRecord>(by: Recorder<M>, at: web::Path<AtScreen>, form: Posted) -> Result<HttpResponse, AppError> {
    let screen = at.found()?;
    let before = answers(&by).await?;
    let asked = open_questions(screen, &before);
    let (mut given, mut errors) = read(&asked, &form.0);
    add_sums(&mut given, &before);
    contradictions(&before, &given, &mut errors);
    let danger: AnswerMap = given.clone().into_iter().filter(|(id, _)| id.starts_with("r_")).collect();
    // Danger signs that were answered count at once, even when the page is not complete.
    let kept = if errors.is_empty() { given } else { danger };
    let mut all = before;
    all.extend(kept.clone());
    let saved = if kept.is_empty() {
        Saved::GoOn
    } else {
        by.run(move |store, who, moment| intake::save_answers(store, who, &kept, moment)).await?
    };
    if saved == Saved::Emergency {
        return Ok(go(&by.place.result));
    }
    if !errors.is_empty() {
        let mut shown: Vec<Field> = fields(&asked, &AnswerMap::new()).into_iter().map(|f| f.sent(&form.0)).collect();
        let lines = errors.show(&mut shown);
        return page_again(&screen_page(&by, screen, shown, lines));
    }
    Ok(go(&following(&by.place, screen, &all)))
}

/// The next page of the task that is not complete; the task list when there is none.
fn following(place: &Place, screen: &Screen, answers: &AnswerMap) -> String {
    let task = screen.task.as_deref().unwrap_or_default();
    let next = catalogue().task_screens(task).find(|s| !complete(answers, s));
    next.map_or_else(|| place.intake.clone(), |s| format!("{}/{}", place.intake, s.slug))
}
