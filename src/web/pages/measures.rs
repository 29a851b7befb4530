//! `/measures`: what is due besides the weekly check, one after the other, each with its reason and its licence
//! line. What was answered is not asked again; "not now" leaves the rest alone for some days.

use super::today::active;
use crate::care::measures::{ASKED, Answer, Due, answer, later, support, waiting};
use crate::clinical::advice::fill;
use crate::clinical::catalogue::{Kind, Question};
use crate::clinical::instruments::{NOT_NOW_DAYS, licensed};
use crate::clinical::intake::AnswerMap;
use crate::lang::{Lang, current, say};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::questions::fields as question_fields;
use crate::web::view::told::{advice, catalogue, pgic};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/measures/show.html")]
struct MeasurePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    instrument: &'static str,
    title: &'static str,
    count: usize,
    reason: &'static str,
    /// A published questionnaire, asked in its own English words.
    as_published: bool,
    /// Help of ours, which stands outside of the published words.
    hints: Vec<String>,
    stem: String,
    fields: Vec<Field>,
    attribution: String,
    days: i64,
}

fn of_group(group: &str) -> Vec<&'static Question> {
    catalogue().questions().iter().filter(|q| q.group.as_deref() == Some(group)).collect()
}

fn statements() -> Vec<&'static Question> {
    catalogue().questions().iter().filter(|q| q.kind == Kind::Ticks).collect()
}

fn pgic_field() -> Field {
    let answers = pgic().answers.iter().enumerate().rev().map(|(place, words)| ((place + 1).to_string(), words.clone()));
    Field::new("radios", "pgic", pgic().question.clone()).hint(pgic().hint.clone()).options(answers)
}

/// Heading, line before the questions, and the questions of an instrument.
pub(super) fn asked(id: &str) -> (&'static str, String, Vec<Field>) {
    let stem = |group: &str| catalogue().group(group).map(|g| g.stem.clone()).unwrap_or_default();
    match id {
        "rmdq" => (tr!("Your day today"), String::new(), question_fields(&statements(), &AnswerMap::new())),
        "pgic" => (tr!("The last weeks as a whole"), String::new(), vec![pgic_field()]),
        _ => (tr!("How you have been feeling"), stem("phq4"), question_fields(&of_group("phq4"), &AnswerMap::new())),
    }
}

fn measure_page(me: &Me, waiting: &[Due], form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let Some(due) = waiting.first() else { return Ok(go("/today")) };
    let (title, stem, mut fields) = asked(due.id);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let of_group = catalogue().group(due.id).map(|g| g.attribution.clone()).filter(|a| !a.is_empty());
    let entry = licensed(due.id).ok();
    let as_published = of_group.is_some() && current() != Lang::En;
    let ours: Vec<&mut Field> = if as_published { fields.iter_mut().collect() } else { Vec::new() };
    let hints: Vec<String> = ours.into_iter().map(|field| std::mem::take(&mut field.hint)).filter(|hint| !hint.is_empty()).collect();
    let shown = MeasurePage {
        errors: errors.show(&mut fields),
        ctx: me.visitor.ctx(),
        instrument: due.id,
        title,
        count: waiting.len(),
        reason: entry.map_or("", |entry| say(&entry.reason)),
        as_published,
        hints,
        stem,
        fields,
        attribution: of_group.or(entry.map(|entry| entry.attribution.clone())).unwrap_or_default(),
        days: NOT_NOW_DAYS,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What waits, or the page to go to.
pub(super) async fn load(me: &Me) -> Result<Result<Vec<Due>, &'static str>, AppError> {
    let plan = match active(me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    Ok(Ok(me.run(move |store, who, moment| store.read(|tx| waiting(tx, who, &plan, moment.today()))).await?))
}

/// The next measure that waits.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match load(&me).await? {
        Ok(waiting) => measure_page(&me, &waiting, None, &Errors::default()),
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// The answer that a form gives to an instrument.
pub(super) fn read(id: &str, form: &FormData) -> Result<Answer, Errors> {
    let mut reader = Reader::new(form);
    let answer = match id {
        "rmdq" => {
            let known = statements();
            Some(Answer::Rmdq(form.all("rmdq").into_iter().filter(|id| known.iter().any(|q| q.id == *id)).collect()))
        }
        "pgic" => {
            let score = reader.whole("pgic", 1..=7, tr!("Choose one of the answers")).and_then(|n| u8::try_from(n).ok());
            reader.need("pgic", score, tr!("Choose one of the answers"));
            score.map(Answer::Pgic)
        }
        _ => {
            let mut scores = Vec::new();
            for question in of_group("phq4") {
                let score = reader.whole(&question.id, 0..=3, tr!("Choose one of the answers")).and_then(|n| u8::try_from(n).ok());
                scores.extend(reader.need(&question.id, score, tr!("Answer this one too: the four belong together")));
            }
            scores.try_into().ok().map(Answer::Phq4)
        }
    };
    match answer {
        Some(answer) if reader.errors.is_empty() => Ok(answer),
        _ => Err(reader.errors),
    }
}

/// Takes the answer to one measure and goes on to the next.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let waiting = match load(&me).await? {
        Ok(waiting) => waiting,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    // Only what waits is taken, and only under its own name: a form that comes twice changes nothing.
    let sent = form.0.text("instrument").to_owned();
    let Some(id) = ASKED.into_iter().find(|id| *id == sent && waiting.iter().any(|due| due.id == *id)) else {
        return Ok(go("/measures"));
    };
    let given = match read(id, &form.0) {
        Ok(given) => given,
        Err(errors) => {
            let rest: Vec<Due> = waiting.into_iter().skip_while(|due| due.id != id).collect();
            return measure_page(&me, &rest, Some(&form.0), &errors);
        }
    };
    me.run(move |store, who, moment| answer(store, who, &given, moment)).await?;
    let called = id == "phq4" && me.run(|store, who, moment| store.read(|tx| support(tx, who, moment.today()))).await?.is_some();
    if called {
        return Ok(go("/measures/after"));
    }
    if waiting.len() > 1 {
        return Ok(go("/measures"));
    }
    me.visitor.flash(tr!("Thank you. That was everything for now."));
    Ok(go("/today"))
}

/// "Not now".
pub async fn put_off(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(later).await?;
    me.visitor.flash(tr!("That is fine. We ask again in a few days."));
    Ok(go("/today"))
}

#[derive(Template)]
#[template(path = "pages/measures/after.html")]
struct AfterPage {
    ctx: PageCtx,
    strong: bool,
    crisis: Vec<String>,
}

/// What answers about mood call for: who helps, and that the clinic knows.
pub async fn after(me: Me) -> Result<HttpResponse, AppError> {
    let Some(rule) = me.run(|store, who, moment| store.read(|tx| support(tx, who, moment.today()))).await? else {
        return Ok(go("/today"));
    };
    let ctx = me.visitor.reading();
    let crisis = advice().crisis.lines.iter().map(|line| fill(line, &ctx.emergency_number, &ctx.urgent_number)).collect();
    page(&AfterPage { crisis, strong: rule.id == "R85", ctx })
}
