//! `/language`: which language the pages speak. The browser decides until somebody chooses.

use crate::ids::UserId;
use crate::lang::{self, Lang};
use crate::store::accounts::set_language;
use crate::web::error::AppError;
use crate::web::extract::{LANGUAGE, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/account/language.html")]
struct LanguagePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    field: Field,
    is_staff: bool,
}

fn language_page(visitor: &Visitor, errors: &Errors) -> Result<HttpResponse, AppError> {
    let names = Lang::ALL.map(|lang| (lang.code(), lang.name()));
    let field = Field::new("radios", "language", tr!("Language")).options(names).value(lang::current().code());
    let mut fields = vec![field];
    let lines = errors.show(&mut fields);
    let is_staff = visitor.user.as_ref().is_some_and(|u| !u.is_patient);
    let shown = LanguagePage { ctx: visitor.ctx(), errors: lines, field: fields.remove(0), is_staff };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The choice.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    language_page(&visitor, &Errors::default())
}

/// Keeps the choice: with the account, or in the session of a visitor.
pub async fn choose(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let Some(chosen) = Lang::from_code(form.0.text("language")) else {
        let mut errors = Errors::default();
        errors.add("language", tr!("Choose a language"));
        return language_page(&visitor, &errors);
    };
    visitor.put(LANGUAGE, &chosen.code());
    let Some(user) = visitor.user.clone() else {
        return Ok(go("/"));
    };
    visitor.run(move |store| store.write(|tx| Ok(set_language(tx, &UserId::from_text(&user.id), chosen.code())?))).await?;
    lang::speak(chosen);
    visitor.flash(tr!("Your language is changed."));
    Ok(go("/account"))
}
