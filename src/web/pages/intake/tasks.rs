//! The task list of the intake, the page to check the answers, and the submission.

use super::wishes::{practical_done, quota_done, wish_rows};
use crate::access::MayRecord;
use crate::care::intake::{self, Unready};
use crate::care::standing::{Standing, standing};
use crate::clinical::catalogue::Journey;
use crate::clinical::intake::{AnswerError, AnswerMap, refusal};
use crate::store::intake::Wishes;
use crate::web::error::AppError;
use crate::web::extract::{Place, Posted, Recorder};
use crate::web::forms::ErrorLine;
use crate::web::questions::{complete, rows};
use crate::web::view::told::catalogue;
use crate::web::view::{PageCtx, Row, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// A task of the list.
struct Task {
    href: String,
    title: String,
    hint: String,
    kind: &'static str,
    word: &'static str,
}

impl Task {
    fn new(href: String, title: &str, hint: &str, done: usize, of: usize) -> Self {
        let (kind, word) = match done {
            0 => ("planned", tr!("Not yet started")),
            n if n >= of => ("done", tr!("Completed")),
            _ => ("partly", tr!("Started")),
        };
        Self { href, title: title.to_owned(), hint: hint.to_owned(), kind, word }
    }
}

fn tasks(base: &str, answers: &AnswerMap, wishes: &Wishes) -> Vec<Task> {
    let mut list: Vec<Task> = catalogue()
        .tasks()
        .iter()
        .map(|task| {
            let screens: Vec<_> = catalogue().task_screens(&task.id).collect();
            let done = screens.iter().filter(|s| complete(answers, s)).count();
            let first = screens.iter().find(|s| !complete(answers, s)).or(screens.first());
            let href = first.map(|s| format!("{base}/{}", s.slug)).unwrap_or_default();
            Task::new(href, &task.title, &task.summary, done, screens.len())
        })
        .collect();
    let goals = [!wishes.activities.is_empty(), quota_done(wishes)];
    let done = goals.iter().filter(|d| **d).count();
    let href = format!("{base}/{}", if goals[0] { "quota" } else { "goals" });
    list.push(Task::new(
        href,
        tr!("What you want to do again"),
        tr!("Up to three activities in your own words, and one goal to build up to"),
        done,
        2,
    ));
    let practical = usize::from(practical_done(wishes, answers));
    list.push(Task::new(
        format!("{base}/practical"),
        tr!("Practical matters"),
        tr!("Your days, the floor, what you have at home"),
        practical,
        1,
    ));
    list
}

#[derive(Template)]
#[template(path = "pages/intake/list.html")]
struct ListPage {
    ctx: PageCtx,
    place: Place,
    tasks: Vec<Task>,
    done: usize,
    ready: bool,
    again: bool,
}

/// The task list. Somebody whose plan runs has no intake to fill in.
pub async fn list<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    let (state, submitted) = by
        .run(|store, who, moment| {
            store.read(|tx| {
                let before = crate::store::intake::latest(tx, who, "submitted")?;
                Ok((standing(tx, who, moment.today())?, before.is_some()))
            })
        })
        .await?;
    if let Standing::Active(_) = state {
        return Ok(go(&by.place.under_way));
    }
    let draft = by.run(intake::draft).await?;
    let tasks = tasks(&by.place.intake, &draft.answers, &draft.wishes);
    let done = tasks.iter().filter(|t| t.kind == "done").count();
    page(&ListPage { ctx: by.visitor.ctx(), ready: done == tasks.len(), done, tasks, again: submitted, place: by.place })
}

#[derive(Template)]
#[template(path = "pages/intake/check.html")]
struct CheckPage {
    ctx: PageCtx,
    place: Place,
    errors: Vec<ErrorLine>,
    sections: Vec<(String, Vec<Row>)>,
}

fn check_page<M: MayRecord>(by: &Recorder<M>, answers: &AnswerMap, wishes: &Wishes, errors: Vec<ErrorLine>) -> CheckPage {
    let base = &by.place.intake;
    let mut sections: Vec<(String, Vec<Row>)> = catalogue()
        .tasks()
        .iter()
        .map(|task| {
            let of_screen = |s| rows(s, answers, &format!("{base}/{}", s.slug));
            (task.title.clone(), catalogue().task_screens(&task.id).flat_map(of_screen).collect())
        })
        .collect();
    sections.extend(wish_rows(base, wishes, answers));
    CheckPage { ctx: by.visitor.ctx(), place: by.place.clone(), errors, sections }
}

/// Everything that was answered, to check before it counts.
pub async fn review<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    let draft = by.run(intake::draft).await?;
    page(&check_page(&by, &draft.answers, &draft.wishes, Vec::new()))
}

/// Submits the intake; what is missing is listed with the page it is asked on.
pub async fn submit<M: MayRecord>(by: Recorder<M>, _form: Posted) -> Result<HttpResponse, AppError> {
    if by.place.is_room() {
        // The patient hands answers in anew while a plan runs when they choose to; nobody does it for them by an old form.
        let state = by.run(|store, who, moment| store.read(|tx| standing(tx, who, moment.today()))).await?;
        if let Standing::Active(_) = state {
            return Ok(go(&by.place.under_way));
        }
    }
    let base = by.place.intake.clone();
    let (draft, outcome) = by
        .run(|store, who, moment| {
            let draft = intake::draft(store, who, moment)?;
            Ok((draft, intake::submit(store, who, moment)?))
        })
        .await?;
    let lines = match outcome {
        Ok(_) => return Ok(go(&by.place.result)),
        Err(Unready::Answers(errors)) => {
            let line = |error: &AnswerError| {
                let (field, message) = (error.field.as_str(), refusal(error));
                let screen = catalogue().screen_asking(Journey::Intake, field);
                // A score is asked through its items.
                let slug = screen.map_or_else(
                    || {
                        catalogue()
                            .sums()
                            .iter()
                            .find(|s| s.id == field)
                            .and_then(|s| s.of.first())
                            .and_then(|id| catalogue().screen_asking(Journey::Intake, id))
                            .map_or("", |s| s.slug.as_str())
                    },
                    |s| s.slug.as_str(),
                );
                ErrorLine { href: format!("{base}/{slug}"), text: format!("{}: {message}", catalogue().short(field)) }
            };
            errors.iter().map(line).collect()
        }
        Err(Unready::Wishes(part)) => {
            let (href, text) = match part {
                "activities" => ("goals", tr!("Name at least one activity you want to do again")),
                "quota" => ("quota", tr!("Choose what you want to build up, how much and by when")),
                _ => ("practical", tr!("Answer the practical questions")),
            };
            vec![ErrorLine { href: format!("{base}/{href}"), text: text.to_owned() }]
        }
    };
    page_again(&check_page(&by, &draft.answers, &draft.wishes, lines))
}
