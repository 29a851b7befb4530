//! The task list of the intake, the page to check the answers, and the submission.

use super::wishes::{practical_done, quota_done, wish_rows};
use crate::care::intake::{self, Unready};
use crate::care::standing::{Standing, standing};
use crate::clinical::catalogue::Journey;
use crate::clinical::intake::{AnswerError, AnswerMap, refusal};
use crate::store::intake::Wishes;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
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

fn tasks(answers: &AnswerMap, wishes: &Wishes) -> Vec<Task> {
    let mut list: Vec<Task> = catalogue()
        .tasks()
        .iter()
        .map(|task| {
            let screens: Vec<_> = catalogue().task_screens(&task.id).collect();
            let done = screens.iter().filter(|s| complete(answers, s)).count();
            let first = screens.iter().find(|s| !complete(answers, s)).or(screens.first());
            let href = first.map(|s| format!("/intake/{}", s.slug)).unwrap_or_default();
            Task::new(href, &task.title, &task.summary, done, screens.len())
        })
        .collect();
    let goals = [!wishes.activities.is_empty(), quota_done(wishes)];
    let done = goals.iter().filter(|d| **d).count();
    let href = if goals[0] { "/intake/quota" } else { "/intake/goals" };
    list.push(Task::new(
        href.to_owned(),
        tr!("What you want to do again"),
        tr!("Up to three activities in your own words, and one goal to build up to"),
        done,
        2,
    ));
    let practical = usize::from(practical_done(wishes, answers));
    list.push(Task::new(
        "/intake/practical".to_owned(),
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
    tasks: Vec<Task>,
    done: usize,
    ready: bool,
    again: bool,
}

/// The task list. Somebody whose plan runs has no intake to fill in.
pub async fn list(me: Me) -> Result<HttpResponse, AppError> {
    let (draft, state, submitted) = me
        .run(|store, who, moment| {
            let draft = intake::draft(store, who, moment)?;
            store.read(|tx| {
                let before = crate::store::intake::latest(tx, who, "submitted")?;
                Ok((draft, standing(tx, who, moment.today())?, before.is_some()))
            })
        })
        .await?;
    if let Standing::Active(_) = state {
        return Ok(go("/today"));
    }
    let tasks = tasks(&draft.answers, &draft.wishes);
    let done = tasks.iter().filter(|t| t.kind == "done").count();
    page(&ListPage { ctx: me.visitor.ctx(), ready: done == tasks.len(), done, tasks, again: submitted })
}

#[derive(Template)]
#[template(path = "pages/intake/check.html")]
struct CheckPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    sections: Vec<(String, Vec<Row>)>,
}

fn check_page(ctx: PageCtx, answers: &AnswerMap, wishes: &Wishes, errors: Vec<ErrorLine>) -> CheckPage {
    let mut sections: Vec<(String, Vec<Row>)> = catalogue()
        .tasks()
        .iter()
        .map(|task| {
            let of_screen = |s| rows(s, answers, &format!("/intake/{}", s.slug));
            (task.title.clone(), catalogue().task_screens(&task.id).flat_map(of_screen).collect())
        })
        .collect();
    sections.extend(wish_rows(wishes, answers));
    CheckPage { ctx, errors, sections }
}

/// Everything that was answered, to check before it counts.
pub async fn review(me: Me) -> Result<HttpResponse, AppError> {
    let draft = me.run(intake::draft).await?;
    page(&check_page(me.visitor.ctx(), &draft.answers, &draft.wishes, Vec::new()))
}

/// Submits the intake; what is missing is listed with the page it is asked on.
pub async fn submit(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    let (draft, outcome) = me
        .run(|store, who, moment| {
            let draft = intake::draft(store, who, moment)?;
            Ok((draft, intake::submit(store, who, moment)?))
        })
        .await?;
    let lines = match outcome {
        Ok(_) => return Ok(go("/result")),
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
                ErrorLine { href: format!("/intake/{slug}"), text: format!("{}: {message}", catalogue().short(field)) }
            };
            errors.iter().map(line).collect()
        }
        Err(Unready::Wishes(part)) => {
            let (href, text) = match part {
                "activities" => ("/intake/goals", tr!("Name at least one activity you want to do again")),
                "quota" => ("/intake/quota", tr!("Choose what you want to build up, how much and by when")),
                _ => ("/intake/practical", tr!("Answer the practical questions")),
            };
            vec![ErrorLine { href: href.to_owned(), text: text.to_owned() }]
        }
    };
    page_again(&check_page(me.visitor.ctx(), &draft.answers, &draft.wishes, lines))
}
