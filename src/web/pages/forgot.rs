//! `/forgot`: a link for a new password by e-mail. The answer is the same whether the address has an account or not.

use super::account::shaped;
use crate::accounts::throttle::Subject;
use crate::care::account::normal_email;
use crate::care::{guessing, mail};
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::{Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/account/forgot.html")]
struct ForgotPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    sends_mail: bool,
    asked: bool,
}

fn forgot_page(visitor: &Visitor, form: &FormData, errors: &Errors, asked: bool) -> Result<HttpResponse, AppError> {
    let mut fields = vec![Field::new("email", "email", tr!("Your e-mail address")).autocomplete("username").sent(form)];
    let lines = errors.show(&mut fields);
    let sends_mail = visitor.app.mailer.is_some();
    let shown = ForgotPage { ctx: visitor.ctx(), errors: lines, fields, sends_mail, asked };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    forgot_page(&visitor, &FormData::default(), &Errors::default(), false)
}

/// Takes the address down.
pub async fn ask(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let email = normal_email(&reader.text("email", 254, Some(tr!("Enter your e-mail address"))));
    let mut errors = reader.errors;
    if !email.is_empty() && !shaped(&email) {
        errors.add("email", tr!("Enter an e-mail address in the form name@example.org"));
    }
    if !errors.is_empty() || visitor.app.mailer.is_none() {
        return forgot_page(&visitor, &form.0, &errors, false);
    }
    let (from, now) = (Subject::links_from(visitor.address()), visitor.app.clock.now());
    let wait = visitor.run(move |store| guessing::guessed(store, &from, now)).await?;
    if let Some(minutes) = wait {
        return Err(AppError::TooMany { minutes });
    }
    // Not waited for: how long it takes would tell whether the address has an account.
    let app = visitor.app.clone();
    carried::spawn(async move {
        let state = app.clone();
        match carried::block(move || mail::ask_for_reset(&state.store, &email, now)).await {
            Ok(Ok(())) => app.post.notify_one(),
            Ok(Err(error)) => tracing::error!(%error, "a link for a new password could not be decided"),
            Err(error) => tracing::error!(%error, "a link for a new password could not be decided"),
        }
    });
    forgot_page(&visitor, &FormData::default(), &Errors::default(), true)
}
