//! `/account/corrections`: another name, and "something in my record is wrong" with the clinic's answer.

use crate::care::own_data::corrections::{self, ABOUT};
use crate::lang::say;
use crate::store::{closing, corrections as stored};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// A request and what became of it, in words.
pub struct AskedView {
    /// Part of the record.
    pub about: &'static str,
    /// When.
    pub when: String,
    /// In the person's words.
    pub body: String,
    /// Who answered and when; empty while it waits.
    pub by: String,
    /// The answer.
    pub answer: String,
}

impl AskedView {
    /// A request on the clock of a zone.
    pub fn new((asked, by): &(stored::Correction, Option<String>), zone: chrono_tz::Tz) -> Self {
        let about = ABOUT.iter().find(|(code, _)| *code == asked.about).map_or("", |(_, words)| words);
        let answered = asked.answered_at.map(|at| {
            let by = by.as_deref().unwrap_or(tr!("somebody who has left"));
            tr!("{name} on {when}", name = by, when = words::instant(at, zone))
        });
        Self {
            about: say(about),
            when: words::instant(asked.asked_at, zone),
            body: asked.body.clone(),
            by: answered.unwrap_or_default(),
            answer: asked.answer.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/own_data/corrections.html")]
struct CorrectPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    name: Field,
    fields: Vec<Field>,
    asked: Vec<AskedView>,
    before: Vec<(String, String)>,
    token: String,
}

async fn correct_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (asked, before) = me.run(|store, who, _| store.read(|tx| Ok((stored::all(tx, who)?, closing::names_before(tx, who)?)))).await?;
    let user = me.visitor.user.as_ref().ok_or(AppError::NotFound)?;
    let about = Field::new("radios", "about", tr!("What is it about?")).options(ABOUT.map(|(code, words)| (code, say(words))));
    let body = Field::new("textarea", "body", tr!("What is wrong, and what would be right?"));
    let mut fields =
        vec![Field::new("text", "name", tr!("What should we call you?")).autocomplete("name").value(user.name.clone()), about, body];
    if let Some(form) = form {
        // Only the fields of the form that was sent: the other one shows what is kept.
        fields = fields
            .into_iter()
            .map(|field| if form.pairs().iter().any(|(name, _)| *name == field.name) { field.sent(form) } else { field })
            .collect();
    }
    let lines = errors.show(&mut fields);
    let rest = fields.split_off(1);
    let zone = me.moment.zone;
    let shown = CorrectPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        name: fields.pop().unwrap_or_default(),
        fields: rest,
        asked: asked.iter().map(|one| AskedView::new(one, zone)).collect(),
        before: before.into_iter().map(|(name, until)| (name, tr!("until {when}", when = words::instant(until, zone)))).collect(),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The page.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    correct_page(&me, None, &Errors::default()).await
}

/// Another name.
pub async fn rename(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let name = form.0.text("name").to_owned();
    match me.run(move |store, who, moment| corrections::rename(store, who, &name, moment)).await {
        Ok(changed) => {
            me.visitor.flash(if changed { tr!("Your name is changed.") } else { tr!("Your name is as it was.") });
            Ok(go("/account/corrections"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            correct_page(&me, Some(&form.0), &errors).await
        }
    }
}

/// Something is wrong.
pub async fn ask(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (about, body, token) = (form.0.text("about").to_owned(), form.0.text("body").replace("\r\n", "\n"), form.0.token());
    match me.run(move |store, who, moment| corrections::ask(store, who, &about, &body, &token, moment)).await {
        Ok(()) => {
            me.visitor.flash(tr!("Your clinic is told. The answer will stand on this page."));
            Ok(go("/account/corrections"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            correct_page(&me, Some(&form.0), &errors).await
        }
    }
}
