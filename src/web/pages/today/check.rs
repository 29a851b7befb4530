//! `/week`: the weekly check. Danger signs first, then the activities; what else is due follows on `/measures`.

use super::active;
use crate::care::goals::{Followed, followed};
use crate::care::safety::{CheckIn, check_in};
use crate::store::reviews::CheckAnswers;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::measures;
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
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
    more: usize,
}

/// The yes/no questions of the weekly check; also asked before a flare plan.
pub(in crate::web::pages) fn sign_fields() -> Vec<Field> {
    let questions = advice().recheck.questions.iter();
    questions
        .map(|q| {
            Field::new("radios", &q.key, q.text.clone())
                .hint(q.hint.clone().unwrap_or_default())
                .options([("no", tr!("No")), ("yes", tr!("Yes"))])
        })
        .collect()
}

/// The answers to them; every one is needed.
pub(in crate::web::pages) fn read_signs(reader: &mut Reader) -> CheckAnswers {
    let mut answers = CheckAnswers::default();
    for question in &advice().recheck.questions {
        let answer = reader.yes_no(&question.key);
        reader.need(&question.key, answer, tr!("Choose yes or no"));
        match (question.key.as_str(), answer) {
            (LEG, Some(yes)) => answers.leg = yes,
            (key, Some(true)) => answers.danger.push(key.to_owned()),
            _ => {}
        }
    }
    answers
}

/// The own activities with their earlier scores in view.
fn activity_fields(goals: &[Followed]) -> Vec<Field> {
    let field = |(n, followed): (usize, &Followed)| {
        let label = tr!("{activity}: how well can you do it now?", activity = followed.goal.wording);
        let field = Field::new("scale", &format!("score_{}", n + 1), label).ends(tr!("cannot do it"), tr!("as well as before"));
        match (followed.scores.first(), followed.span()) {
            (Some(_), Some((first, last))) => {
                field.hint(tr!("Last time: {last}. At the start: {first}.", last = words::number(last), first = words::number(first)))
            }
            (Some((_, first)), None) => field.hint(tr!("At the start: {first}.", first = words::number(*first))),
            (None, _) => field,
        }
    };
    goals.iter().enumerate().map(field).collect()
}

async fn goals(me: &Me) -> Result<Vec<Followed>, AppError> {
    let all = me.run(|store, who, _| store.read(|tx| followed(tx, who))).await?;
    Ok(all.into_iter().filter(|followed| followed.goal.ended_on.is_none()).collect())
}

/// The weekly check and what leads on from it.
async fn check_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = sign_fields();
    let signs = fields.len();
    fields.extend(activity_fields(&goals(me).await?));
    if let Some(form) = form {
        fields = fields.into_iter().map(|f| f.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let activities = fields.split_off(signs);
    let more = measures::load(me).await?.map_or(0, |waiting| waiting.len());
    let shown = CheckPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        title: advice().recheck.title.clone(),
        intro: advice().recheck.intro.clone(),
        token: form.map(|f| f.text("token").to_owned()).filter(|t| !t.is_empty()).unwrap_or_else(crate::ids::fresh),
        signs: fields,
        activities,
        more,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The weekly check.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match active(&me).await? {
        Ok(_) => check_page(&me, None, &Errors::default()).await,
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Keeps the weekly check; a "yes" opens the questions behind it, else the measures that are due follow.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = active(&me).await? {
        return Ok(go(elsewhere));
    }
    let count = goals(&me).await?.len();
    let mut reader = Reader::new(&form.0);
    let answers = read_signs(&mut reader);
    let mut psfs = Vec::new();
    for n in 1..=count {
        let name = format!("score_{n}");
        let score = reader.scale(&name);
        psfs.extend(reader.need(&name, score, tr!("Choose a number from 0 to 10")));
    }
    let mut errors = reader.errors;
    // A danger sign counts even when something else on the page is missing.
    let urgent = !answers.danger.is_empty() || answers.leg;
    if errors.is_empty() || urgent {
        let (complete, danger) = (errors.is_empty(), !answers.danger.is_empty());
        let given = CheckIn { answers, psfs: if complete { psfs } else { Vec::new() }, rmdq: None, token: form.0.token() };
        match me.run(move |store, who, moment| check_in(store, who, &given, moment)).await {
            Ok(()) if danger => return Ok(go("/signs")),
            Ok(()) => {
                let more = measures::load(&me).await?.is_ok_and(|waiting| !waiting.is_empty());
                me.visitor.flash(&advice().recheck.none);
                return Ok(go(if more { "/measures" } else { "/today" }));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    check_page(&me, Some(&form.0), &errors).await
}
