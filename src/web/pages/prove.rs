//! `/prove`: somebody signed in shows anew who they are, before something that a session left open must not be enough
//! for (`routes::proven`). Then they go on to where they wanted to.

use super::account::{Next, local};
use super::passkeys::{self, UNFIT};
use super::second;
use crate::care::CareError;
use crate::care::attempts::{self, Outcome};
use crate::care::factors::{Checked, Standing, standing};
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
    /// They have a second step.
    has_second: bool,
    /// They can give a code: from an app, or a recovery code.
    by_code: bool,
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
    let (_, has) = mine(visitor).await?;
    let by_passkey = visitor.app.proofs.passkeys.is_some() && !has.passkeys.is_empty();
    let mut fields = vec![Field::new("password", "password", tr!("Your password")).autocomplete("current-password")];
    if has.any() {
        fields.push(second::code_field(&has));
    }
    fields.push(Field::new("hidden", "next", "").value(local(next)));
    let lines = errors.show(&mut fields);
    let (kept, next) = (local(next) == KEPT_PAGE, local(next).to_owned());
    let (has_second, by_code) = (has.any(), has.app_since.is_some() || has.codes_left > 0);
    let shown = ProvePage { ctx: visitor.ctx(), fields, kept, next, has_second, by_code, by_passkey, errors: lines };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for the proof.
pub async fn show(visitor: Visitor, query: web::Query<Next>) -> Result<HttpResponse, AppError> {
    if visitor.is_proven() {
        return Ok(go(local(query.next())));
    }
    prove_page(&visitor, query.next(), &Errors::default()).await
}

/// What a proof came to.
enum Proof {
    Right,
    WrongPassword,
    WrongCode(Checked),
}

/// Takes the proof and leads on: the password and, from whoever has a second step, a code too.
pub async fn save(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let next = form.0.text("next").to_owned();
    let (id, has) = mine(&visitor).await?;
    let (password, code) = (form.0.exact("password"), form.0.text("code"));
    let mut errors = Errors::default();
    if has.any() && code.is_empty() {
        errors.add("code", tr!("Enter the code"));
        return prove_page(&visitor, &next, &errors).await;
    }
    let look = async {
        // The code after the password: one that is looked at is used up.
        if !fits(&visitor, password).await? {
            return Ok(Proof::WrongPassword);
        }
        let checked = if has.any() { second::check(&visitor, &id, code).await? } else { Checked::Right };
        Ok(if checked == Checked::Right { Proof::Right } else { Proof::WrongCode(checked) })
    };
    match counted(&visitor, look, |proof| matches!(proof, Proof::Right)).await? {
        Proof::Right => {
            visitor.proven();
            return Ok(go(local(&next)));
        }
        Proof::WrongPassword => errors.add("password", tr!("This is not your password. Try again.")),
        Proof::WrongCode(checked) => errors.add("code", second::misfit(checked)),
    }
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
    counted(visitor, fits(visitor, password), |fits| *fits).await
}

/// Counts a proof while it is looked at.
async fn counted<T>(
    visitor: &Visitor,
    look: impl Future<Output = Result<T, AppError>>,
    is_right: impl FnOnce(&T) -> bool,
) -> Result<T, AppError> {
    let (id, now) = (UserId::from_text(visitor.user.as_ref().ok_or(AppError::NotFound)?.id.clone()), visitor.app.clock.now());
    let begun = visitor.run(move |store| attempts::begin_proof(store, &id, now)).await?;
    let counted = begun.map_err(|minutes| AppError::TooMany { minutes })?;
    let found = look.await;
    let outcome = match &found {
        Ok(found) if is_right(found) => Outcome::Right,
        Err(AppError::Unavailable) => Outcome::NotLookedAt,
        _ => Outcome::Wrong,
    };
    visitor.run(move |store| attempts::end(store, &counted, outcome, now)).await?;
    found
}

/// Whether a password is that of whoever is signed in, by what is kept now: the body of the request may have taken its time.
async fn fits(visitor: &Visitor, password: &str) -> Result<bool, AppError> {
    let whose = UserId::from_text(visitor.user.as_ref().ok_or(AppError::NotFound)?.id.clone());
    let found = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(accounts::user(tx, &whose)?))).await?;
    Ok(visitor.app.passwords.verify(password.to_owned(), found.map(|user| user.password_hash)).await?)
}
