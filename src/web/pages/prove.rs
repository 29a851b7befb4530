//! `/prove`: somebody signed in shows anew who they are, before something that a session left open must not be enough
//! for (`routes::proven`). Then they go on to where they wanted to.

use super::account::{Next, local};
use super::passkeys::{self, UNFIT};
use crate::care::factors::{Standing, standing};
use crate::care::{CareError, attempts};
use crate::ids::UserId;
use crate::store::accounts;
use crate::web::error::AppError;
use crate::web::extract::{KEPT_PAGE, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/account/prove.html")]
struct ProvePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    kept: bool,
    /// Where to go on to.
    next: String,
    /// They have a passkey that works here.
    by_passkey: bool,
}

/// Their second proofs.
async fn mine(visitor: &Visitor) -> Result<(UserId, Standing), AppError> {
    let id = UserId::from_text(visitor.user.as_ref().ok_or(AppError::NotFound)?.id.clone());
    let asked = id.clone();
    let has = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(standing(tx, &asked)?))).await?;
    Ok((id, has))
}

async fn prove_page(visitor: &Visitor, next: &str, errors: &Errors) -> Result<HttpResponse, AppError> {
    let by_passkey = visitor.app.proofs.passkeys.is_some() && !mine(visitor).await?.1.passkeys.is_empty();
    let mut fields = vec![
        Field::new("password", "password", tr!("Your password")).autocomplete("current-password"),
        Field::new("hidden", "next", "").value(local(next)),
    ];
    let lines = errors.show(&mut fields);
    let (kept, next) = (local(next) == KEPT_PAGE, local(next).to_owned());
    let shown = ProvePage { ctx: visitor.ctx(), fields, kept, next, by_passkey, errors: lines };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for the proof.
pub async fn show(visitor: Visitor, query: web::Query<Next>) -> Result<HttpResponse, AppError> {
    if visitor.is_proven() {
        return Ok(go(local(query.next())));
    }
    prove_page(&visitor, query.next(), &Errors::default()).await
}

/// Takes the proof and leads on.
pub async fn save(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let next = form.0.text("next").to_owned();
    if check(&visitor, form.0.exact("password")).await? {
        visitor.proven();
        return Ok(go(local(&next)));
    }
    let mut errors = Errors::default();
    errors.add("password", tr!("This is not your password. Try again."));
    prove_page(&visitor, &next, &errors).await
}

/// Asks for one of their passkeys: what the page's script hands to the browser.
pub async fn begin(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let (_, has) = mine(&visitor).await?;
    let asked =
        visitor.app.proofs.passkeys.as_ref().ok_or(AppError::Refused { field: "", message: UNFIT.into() })?.begin_known(&has.credentials());
    passkeys::ask(&visitor, asked)
}

/// Takes the passkey's answer for the proof.
pub async fn by_passkey(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let (id, _) = mine(&visitor).await?;
    let next = form.0.text("next").to_owned();
    if passkeys::answered(&visitor, &form.0, Some(&id)).await?.is_some() {
        visitor.proven();
        return Ok(go(local(&next)));
    }
    let mut errors = Errors::default();
    errors.add("", crate::lang::say(UNFIT));
    prove_page(&visitor, &next, &errors).await
}

/// Whether a password is that of whoever is signed in. Wrong ones are counted, and many have to wait: a session that
/// was taken must not be a place to guess.
pub(super) async fn check(visitor: &Visitor, password: &str) -> Result<bool, AppError> {
    let id = UserId::from_text(visitor.user.as_ref().map(|user| user.id.clone()).unwrap_or_default());
    let now = visitor.app.clock.now();
    let asked = id.clone();
    if let Some(minutes) = visitor.run(move |store| attempts::proof_wait(store, &asked, now)).await? {
        return Err(AppError::TooMany { minutes });
    }
    // The one of now: the body of the request may have taken its time.
    let whose = id.clone();
    let stored =
        visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(accounts::user(tx, &whose)?))).await?.map(|user| user.password_hash);
    let fits = visitor.app.passwords.verify(password.to_owned(), stored).await?;
    visitor.run(move |store| attempts::proof(store, &id, fits, now)).await?;
    Ok(fits)
}
