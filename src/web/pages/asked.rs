//! `/account/new` of a house that sends messages: somebody types their address and gets the link to the form there. What
//! is answered, and how fast, is the same whether the address has an account or not; its owner is told by a message.

use super::account::shaped;
use crate::accounts::throttle::Subject;
use crate::app::AppState;
use crate::care::account::normal_email;
use crate::care::{guessing, joining};
use crate::ids;
use crate::lang;
use crate::post::TEXTS;
use crate::post::letter::{Letter, fill};
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::check;
use crate::web::view::{PageCtx, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::time::Duration;

/// How often the mail server is tried before the person has to ask once more, and the wait in between.
const TRIES: u64 = 3;
const WAIT: Duration = Duration::from_secs(30);

#[derive(Template)]
#[template(path = "pages/account/asked.html")]
struct AskPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    carried: bool,
    sent_to: String,
}

fn shown(visitor: &Visitor, form: &FormData, errors: &Errors, sent_to: &str) -> Result<HttpResponse, AppError> {
    let email = Field::new("email", "email", tr!("Your e-mail address"))
        .hint(tr!("We send you a link, to make sure that it is yours. It is not shown to other patients."))
        .autocomplete("username");
    let mut fields = vec![email.sent(form)];
    let lines = errors.show(&mut fields);
    let carried = check::state(visitor).is_some();
    let shown = AskPage { ctx: visitor.ctx(), errors: lines, fields, carried, sent_to: sent_to.to_owned() };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for the address.
pub fn ask_page(visitor: &Visitor, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    shown(visitor, form, errors, "")
}

/// Takes the address down.
pub async fn ask(visitor: Visitor, form: FormData) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form);
    let email = normal_email(&reader.text("email", 254, Some(tr!("Enter your e-mail address"))));
    let mut errors = reader.errors;
    if !email.is_empty() && !shaped(&email) {
        errors.add("email", tr!("Enter an e-mail address in the form name@example.org"));
    }
    if !errors.is_empty() {
        return ask_page(&visitor, &form, &errors);
    }
    let (from, now) = (Subject::links_from(visitor.address()), visitor.app.clock.now());
    if let Some(minutes) = visitor.run(move |store| guessing::guessed(store, &from, now)).await? {
        return Err(AppError::TooMany { minutes });
    }
    // Not waited for: how long it takes would tell whether the address has an account.
    carried::spawn(post(visitor.app.clone(), email.clone()));
    shown(&visitor, &FormData::default(), &Errors::default(), &email)
}

/// Decides what the address is sent, and sends it. What fails for good is asked for once more: the page says so.
async fn post(app: web::Data<AppState>, email: String) {
    let Some(mailer) = app.mailer.clone() else { return };
    let (secret, language, now) = (ids::secret(), lang::current(), app.clock.now());
    let link = format!("{}/invite/{secret}", app.base_url);
    let (state, to) = (app.clone(), email.clone());
    match carried::block(move || joining::ask_for_account(&state.store, &to, language, &secret, now)).await {
        Ok(Ok(true)) => {}
        Ok(Ok(false)) => return app.post.notify_one(),
        Ok(Err(error)) => return tracing::error!(%error, "a link to an account could not be decided"),
        Err(error) => return tracing::error!(%error, "a link to an account could not be decided"),
    }
    let (subject, body) = fill(&TEXTS.of(language).join, &link, "");
    let letter = Letter { id: ids::fresh(), to: email, subject, body, one_click: None };
    for attempt in 1..=TRIES {
        let (mailer, letter) = (mailer.clone(), letter.clone());
        let sent = carried::block(move || mailer.send(&letter)).await;
        match sent {
            Ok(Ok(())) => return,
            Ok(Err(told)) => {
                tracing::warn!(attempt, failure = told.failure.code(), "a link to an account was not sent");
                if told.failure.is_final() {
                    return;
                }
            }
            Err(error) => return tracing::error!(%error, "a link to an account was not sent"),
        }
        if attempt < TRIES {
            actix_web::rt::time::sleep(WAIT).await;
        }
    }
}
