//! `/week`: the weekly check. Danger signs first, then the activities, and every few weeks the
//! daily-life questionnaire.

use super::active;
use crate::care::safety::{CheckIn, MoreMeasures, check_in_with};
use crate::care::today::{asks_rmdq, goals};
use crate::clinical::advice::advice;
use crate::clinical::catalogue::{Kind, Question, catalogue};
use crate::clinical::instruments::{due, pgic};
use crate::clinical::intake::AnswerMap;
use crate::store::reviews::CheckAnswers;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::questions::fields as question_fields;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// Key of the question about leg symptoms; the others are danger signs.
const LEG: &str = "leg_symptoms";

#[derive(Template)]
#[template(path = "pages/today/check.html")]
struct CheckPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: String,
    intro: String,
    token: String,
    signs: Vec<Field>,
    activities: Vec<Field>,
    statements: Vec<Field>,
    attribution: String,
    change: Vec<Field>,
    mood: Vec<Field>,
    mood_stem: String,
    mood_attribution: String,
}

/// The yes/no questions of the weekly check; also asked before a flare plan.
pub(super) fn sign_fields() -> Vec<Field> {
    let questions = advice().recheck.questions.iter();
    questions
        .map(|q| {
            Field::new("radios", &q.key, q.text.clone()).hint(q.hint.clone().unwrap_or_default()).options([("no", "No"), ("yes", "Yes")])
        })
        .collect()
}

/// The answers to them; every one is needed.
pub(super) fn read_signs(reader: &mut Reader) -> CheckAnswers {
    let mut answers = CheckAnswers::default();
    for question in &advice().recheck.questions {
        let answer = reader.yes_no(&question.key);
        reader.need(&question.key, answer, "Choose yes or no");
        match (question.key.as_str(), answer) {
            (LEG, Some(yes)) => answers.leg = yes,
            (key, Some(true)) => answers.danger.push(key.to_owned()),
            _ => {}
        }
    }
    answers
}

fn statements() -> Vec<&'static Question> {
    catalogue().questions().iter().filter(|q| q.kind == Kind::Ticks).collect()
}

/// The global impression of change, in its weeks; may be left out.
fn change_fields(week: i64) -> Option<Field> {
    let answers = pgic().answers.iter().enumerate().rev().map(|(place, words)| ((place + 1).to_string(), words.clone()));
    due("pgic", week).then(|| Field::new("radios", "pgic", pgic().question.clone()).hint(pgic().hint.clone()).options(answers).optional())
}

fn mood_questions(week: i64) -> Vec<&'static Question> {
    let of_group = |q: &&Question| due("phq4", week) && q.group.as_deref() == Some("phq4");
    catalogue().questions().iter().filter(of_group).collect()
}

/// The PHQ-4, in its weeks; may be left out as a whole.
fn mood_fields(week: i64) -> Vec<Field> {
    question_fields(&mood_questions(week), &AnswerMap::new()).into_iter().map(Field::optional).collect()
}

/// What only some weeks ask for. Half a PHQ-4 has no score, so the rest of it is asked for.
fn read_more(reader: &mut Reader, week: i64) -> MoreMeasures {
    let mut more = MoreMeasures::default();
    if due("pgic", week) {
        more.pgic = reader.whole("pgic", 1..=7, "Choose one of the answers").and_then(|n| u8::try_from(n).ok());
    }
    let ids: Vec<&str> = mood_questions(week).iter().map(|q| q.id.as_str()).collect();
    let answers: Vec<Option<u8>> =
        ids.iter().map(|id| reader.whole(id, 0..=3, "Choose one of the answers").and_then(|n| u8::try_from(n).ok())).collect();
    if answers.iter().any(Option::is_some) {
        for (id, answer) in ids.iter().zip(&answers) {
            reader.need(id, *answer, "Answer this one too: the four belong together");
        }
        more.phq4 = answers.into_iter().collect::<Option<Vec<u8>>>().and_then(|all| all.try_into().ok());
    }
    more
}

async fn check_page(me: &Me, week: i64, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let goals = me.run(|store, who, _| store.read(|tx| goals(tx, who))).await?;
    let mut fields = sign_fields();
    let signs = fields.len();
    let activity = |(n, text): (usize, &String)| {
        Field::new("scale", &format!("score_{}", n + 1), format!("{text}: how well can you do it now?"))
            .ends("cannot do it", "as well as before")
    };
    fields.extend(goals.iter().enumerate().map(activity));
    let activities = fields.len() - signs;
    if asks_rmdq(week) {
        fields.extend(question_fields(&statements(), &AnswerMap::new()));
    }
    let first_change = fields.len();
    fields.extend(change_fields(week));
    let first_mood = fields.len();
    fields.extend(mood_fields(week));
    if let Some(form) = form {
        fields = fields.into_iter().map(|f| f.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let mood = fields.split_off(first_mood);
    let change = fields.split_off(first_change);
    let statements_shown = fields.split_off(signs + activities);
    let activity_fields = fields.split_off(signs);
    let shown = CheckPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        title: advice().recheck.title.clone(),
        intro: advice().recheck.intro.clone(),
        token: form.map(|f| f.text("token").to_owned()).filter(|t| !t.is_empty()).unwrap_or_else(crate::ids::fresh),
        signs: fields,
        activities: activity_fields,
        attribution: if statements_shown.is_empty() {
            String::new()
        } else {
            catalogue().group("rmdq").map(|g| g.attribution.clone()).unwrap_or_default()
        },
        statements: statements_shown,
        change,
        mood,
        mood_stem: catalogue().group("phq4").map(|g| g.stem.clone()).unwrap_or_default(),
        mood_attribution: catalogue().group("phq4").map(|g| g.attribution.clone()).unwrap_or_default(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The weekly check.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match active(&me).await? {
        Ok(plan) => check_page(&me, plan.week(me.moment.today()), None, &Errors::default()).await,
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Keeps the weekly check; a "yes" opens the questions behind it.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let week = match active(&me).await? {
        Ok(plan) => plan.week(me.moment.today()),
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let count = me.run(|store, who, _| store.read(|tx| goals(tx, who))).await?.len();
    let mut reader = Reader::new(&form.0);
    let answers = read_signs(&mut reader);
    let mut psfs = Vec::new();
    for n in 1..=count {
        let name = format!("score_{n}");
        let score = reader.scale(&name);
        psfs.extend(reader.need(&name, score, "Choose a number from 0 to 10"));
    }
    let rmdq =
        asks_rmdq(week).then(|| form.0.all("rmdq").into_iter().filter(|id| statements().iter().any(|q| q.id == *id)).collect::<Vec<_>>());
    let more = read_more(&mut reader, week);
    let mut errors = reader.errors;
    // A danger sign counts even when something else on the page is missing.
    let urgent = !answers.danger.is_empty() || answers.leg;
    if errors.is_empty() || urgent {
        let complete = errors.is_empty();
        let to = if answers.danger.is_empty() { "/today" } else { "/signs" };
        let given =
            CheckIn { answers, psfs: if complete { psfs } else { Vec::new() }, rmdq: rmdq.filter(|_| complete), token: form.0.token() };
        let more = if complete { more } else { MoreMeasures::default() };
        match me.run(move |store, who, moment| check_in_with(store, who, &given, &more, moment)).await {
            Ok(()) => {
                if to == "/today" {
                    me.visitor.flash(&advice().recheck.none);
                }
                return Ok(go(to));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    check_page(&me, week, Some(&form.0), &errors).await
}
