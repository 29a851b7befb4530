//! Afterwards: `/check-in`, short and seldom, and `/plan/resume`, the way back into the programme.

use super::today::views_pain;
use crate::care::checkins::{Given, answer, take_up, waiting, way_back};
use crate::care::standing::unanswered_signs;
use crate::clinical::course::ReEntry;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::told::pgic;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// The one safety question, whose answers are the buttons that save.
struct Sign {
    question: String,
    hint: String,
    error: String,
}

impl Sign {
    fn new(errors: &Errors) -> Self {
        let words = &advice().recheck;
        Self { question: words.log_line.clone(), hint: words.log_hint.clone(), error: errors.of("anything_new") }
    }
}

#[derive(Template)]
#[template(path = "pages/after/check_in.html")]
struct CheckInPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    sign: Sign,
}

fn fields() -> Vec<Field> {
    let answers = pgic().answers.iter().enumerate().rev().map(|(place, words)| ((place + 1).to_string(), words.clone()));
    vec![
        views_pain("pain", tr!("How was your pain in the last week, on average?")).optional(),
        Field::new("radios", "pgic", pgic().question.clone()).hint(pgic().hint.clone()).options(answers).optional(),
    ]
}

fn check_in_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = fields();
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let shown = CheckInPage { errors: errors.show(&mut fields), fields, sign: Sign::new(errors), ctx: me.visitor.ctx() };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn waits(me: &Me) -> Result<bool, AppError> {
    Ok(me.run(|store, who, moment| store.read(|tx| waiting(tx, who, moment.today()))).await?.is_some())
}

/// The check-in that waits.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    if waits(&me).await? { check_in_page(&me, None, &Errors::default()) } else { Ok(go("/today")) }
}

/// Takes the check-in; "something is new" opens the danger-sign questions.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if !waits(&me).await? {
        return Ok(go("/today"));
    }
    let mut reader = Reader::new(&form.0);
    let pain = reader.scale("pain");
    let change = reader.whole("pgic", 1..=7, tr!("Choose one of the answers")).and_then(|n| u8::try_from(n).ok());
    let new = reader.yes_no("anything_new");
    let new = reader.need("anything_new", new, tr!("Say whether you noticed anything new"));
    let errors = reader.errors;
    let given = match new {
        // SAFETY(patient): a "yes" counts whatever else does not fit.
        Some(anything_new) if errors.is_empty() || anything_new => Given { pain, change, anything_new },
        _ => return check_in_page(&me, Some(&form.0), &errors),
    };
    let signs = given.anything_new;
    me.run(move |store, who, moment| answer(store, who, &given, moment)).await?;
    if signs {
        return Ok(go("/signs"));
    }
    me.visitor.flash(tr!("Thank you. Good to hear from you."));
    Ok(go("/today"))
}

#[derive(Template)]
#[template(path = "pages/after/resume.html")]
struct ResumePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    how: &'static str,
    sign: Sign,
    token: String,
}

fn code(how: ReEntry) -> &'static str {
    match how {
        ReEntry::AsItStood => "as-it-stood",
        ReEntry::Lower => "lower",
        ReEntry::Anew => "anew",
    }
}

async fn resume_page(me: &Me, token: String, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (found, signs) = me
        .run(|store, who, moment| {
            store.read(|tx| {
                Ok::<_, crate::care::CareError>((way_back(tx, who, moment.today())?, unanswered_signs(tx, who, moment.today())?.is_some()))
            })
        })
        .await?;
    if signs {
        return Ok(go("/signs"));
    }
    let Some((_, how)) = found else { return Ok(go("/today")) };
    let shown = ResumePage { errors: errors.show(&mut []), how: code(how), sign: Sign::new(errors), token, ctx: me.visitor.ctx() };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// How the programme would be taken up again, and the question before it.
pub async fn resume(me: Me) -> Result<HttpResponse, AppError> {
    resume_page(&me, crate::ids::fresh(), &Errors::default()).await
}

/// Takes the programme up again, unless something is new.
pub async fn take(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let new = reader.yes_no("anything_new");
    let new = reader.need("anything_new", new, tr!("Say whether you noticed anything new"));
    let mut errors = reader.errors;
    if let Some(new) = new {
        let token = form.0.token();
        match me.run(move |store, who, moment| take_up(store, who, new, &token, moment)).await {
            Ok(true) => {
                me.visitor.flash(tr!("Your programme goes on from today."));
                return Ok(go("/today"));
            }
            Ok(false) => return Ok(go("/signs")),
            Err(error) => errors.absorb(error)?,
        }
    }
    resume_page(&me, form.0.token(), &errors).await
}
