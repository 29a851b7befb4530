//! `/account/second`: the second step of one's own sign-in. Codes from an app, passkeys, recovery codes; staff come here
//! first and nowhere else until they have one.

use super::passkeys::{self, UNFIT};
use crate::accounts::factors::{AppSecret, FreshCode, fresh_codes};
use crate::care::CareError;
use crate::care::factors::{self as care, Removed, Standing, is_staff, standing};
use crate::ids::UserId;
use crate::store::accounts::User;
use crate::web::error::AppError;
use crate::web::extract::{Id, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::qr::Qr;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// Where the second step is set up.
pub const FACTORS_PAGE: &str = "/account/second";
/// Key of the sealed secret in the session, until its first code was typed.
const SETTING_UP: &str = "setting_up_app";
/// Longest name of a passkey.
const NAME: usize = 60;

/// A passkey as the page lists it.
struct KeyLine {
    id: String,
    name: String,
    since: String,
}

#[derive(Template)]
#[template(path = "pages/account/second.html")]
struct FactorsPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    must: bool,
    has_any: bool,
    can_app: bool,
    app_since: String,
    can_passkeys: bool,
    keys: Vec<KeyLine>,
    codes_left: i64,
}

fn me(visitor: &Visitor) -> Result<(User, UserId), AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let id = UserId::from_text(&user.id);
    Ok((user, id))
}

async fn mine(visitor: &Visitor, id: &UserId) -> Result<Standing, AppError> {
    let id = id.clone();
    visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(standing(tx, &id)?))).await
}

async fn factors_page(visitor: &Visitor, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (user, id) = me(visitor)?;
    let (has, proofs) = (mine(visitor, &id).await?, &visitor.app.proofs);
    let zone = visitor.moment().zone;
    let line = |key: &crate::store::factors::PasskeyRow| KeyLine {
        id: key.id.clone(),
        name: key.name.clone(),
        since: match key.last_used_at {
            Some(used) => {
                tr!("made on {when}, last used on {used}", when = words::instant(key.made_at, zone), used = words::instant(used, zone))
            }
            None => tr!("made on {when}", when = words::instant(key.made_at, zone)),
        },
    };
    let name = Field::new("text", "name", tr!("A name for this passkey"))
        .hint(tr!("So that you know it again, for example: my phone."))
        .autocomplete("off");
    let mut fields = vec![name.sent(form)];
    let shown = FactorsPage {
        ctx: visitor.ctx(),
        errors: errors.show(&mut fields),
        fields,
        must: proofs.staff_required && is_staff(&user) && !has.any(),
        has_any: has.any(),
        can_app: proofs.sealer.is_some(),
        app_since: has.app_since.map(|at| words::instant(at, zone)).unwrap_or_default(),
        can_passkeys: proofs.passkeys.is_some(),
        keys: has.passkeys.iter().map(line).collect(),
        codes_left: has.codes_left,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What is set up, and what can be.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    factors_page(&visitor, &FormData::default(), &Errors::default()).await
}

#[derive(Template)]
#[template(path = "pages/account/second_app.html")]
struct AppPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    qr: Option<Qr>,
    secret: String,
    replaces: bool,
}

/// The sealed secret that this session is setting up: an earlier one, so that a reload shows the same square.
fn setting_up(visitor: &Visitor, id: &UserId) -> Result<(Vec<u8>, AppSecret), AppError> {
    let sealer = visitor.app.proofs.sealer.as_ref().ok_or(AppError::NotFound)?;
    let kept = visitor.get::<Vec<u8>>(SETTING_UP);
    let opened = kept.and_then(|sealed| Some((AppSecret::of(&sealer.open(id.as_str(), &sealed)?)?, sealed)));
    if let Some((secret, sealed)) = opened {
        return Ok((sealed, secret));
    }
    let secret = AppSecret::fresh().ok_or_else(|| AppError::internal("no secret"))?;
    let sealed = sealer.seal(id.as_str(), secret.bytes()).ok_or_else(|| AppError::internal("a secret could not be sealed"))?;
    visitor.put(SETTING_UP, &sealed);
    Ok((sealed, secret))
}

async fn app_page(visitor: &Visitor, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (user, id) = me(visitor)?;
    let (_, secret) = setting_up(visitor, &id)?;
    let has = mine(visitor, &id).await?;
    let clinic = if visitor.house.name.is_empty() { "Gradus" } else { visitor.house.name.as_str() };
    let code = Field::new("text", "code", tr!("The code that your app shows now"))
        .hint(tr!("Six digits. They change every half minute."))
        .autocomplete("one-time-code");
    let mut fields = vec![code];
    let shown = AppPage {
        ctx: visitor.ctx(),
        errors: errors.show(&mut fields),
        fields,
        qr: Qr::of(&secret.address(clinic, &user.email)),
        secret: secret.typed(),
        replaces: has.app_since.is_some(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The square to scan, and the form for the first code.
pub async fn app(visitor: Visitor) -> Result<HttpResponse, AppError> {
    app_page(&visitor, &Errors::default()).await
}

/// Fresh recovery codes with what is kept of them: label and hash.
async fn hashed(visitor: &Visitor) -> Result<(Vec<FreshCode>, Vec<(String, String)>), AppError> {
    let codes = fresh_codes();
    let mut kept = Vec::with_capacity(codes.len());
    for code in &codes {
        kept.push((code.parts.label.clone(), visitor.app.passwords.hash(code.parts.secret.clone()).await?));
    }
    Ok((codes, kept))
}

#[derive(Template)]
#[template(path = "pages/account/second_codes.html")]
struct CodesPage {
    ctx: PageCtx,
    codes: Vec<String>,
    email: String,
    first: bool,
}

fn codes_page(visitor: &Visitor, codes: &[FreshCode], first: bool) -> Result<HttpResponse, AppError> {
    let (user, _) = me(visitor)?;
    page(&CodesPage { ctx: visitor.ctx(), codes: codes.iter().map(|code| code.shown.clone()).collect(), email: user.email, first })
}

/// After a second proof was added: with the first one the sessions of before ended, this one goes on anew.
async fn added(visitor: &Visitor, was: &Standing, codes: Option<&[FreshCode]>) -> Result<HttpResponse, AppError> {
    if !was.any() {
        visitor.sign_in(&me(visitor)?.0).await?;
    }
    visitor.app.post.notify_one();
    match codes {
        Some(codes) => codes_page(visitor, codes, true),
        None => {
            visitor.flash(tr!("Done. You are asked for it when you next sign in."));
            Ok(go(FACTORS_PAGE))
        }
    }
}

/// Takes the app into use when its first code fits.
pub async fn confirm_app(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let (_, id) = me(&visitor)?;
    let mut errors = Errors::default();
    let typed = form.0.text("code").to_owned();
    if typed.is_empty() {
        errors.add("code", tr!("Enter the code"));
        return app_page(&visitor, &errors).await;
    }
    let (sealed, secret) = setting_up(&visitor, &id)?;
    let (was, now) = (mine(&visitor, &id).await?, visitor.app.clock.now());
    // An app goes by the real time, also where the clock is moved for a trial.
    let shown_at = visitor.app.clock.unshifted();
    // Recovery codes take a second to make: not for a code that does not fit.
    let fits = secret.step_of(&typed, shown_at).is_some();
    let (codes, kept) = if fits && was.codes_left == 0 { hashed(&visitor).await? } else { Default::default() };
    let (app, who) = (visitor.app.clone(), visitor.acting(&id));
    let done = visitor
        .run(move |store| {
            let sealer = app.proofs.sealer.as_ref().ok_or(crate::store::StoreError::NotFound)?;
            care::add_app(store, (sealer, &sealed), &who, (&typed, shown_at), &kept, now)
        })
        .await;
    match done {
        Ok(made) => {
            visitor.session.remove(SETTING_UP);
            added(&visitor, &was, made.then_some(&codes)).await
        }
        Err(error) => {
            errors.absorb(error)?;
            app_page(&visitor, &errors).await
        }
    }
}

async fn remove(visitor: Visitor, what: Removed) -> Result<HttpResponse, AppError> {
    let (_, id) = me(&visitor)?;
    let (required, now, who) = (visitor.app.proofs.staff_required, visitor.app.clock.now(), visitor.acting(&id));
    match visitor.run(move |store| care::remove(store, &who, &what, required, now)).await {
        Ok(()) => {
            visitor.app.post.notify_one();
            visitor.flash(tr!("It is removed."));
            Ok(go(FACTORS_PAGE))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            factors_page(&visitor, &FormData::default(), &errors).await
        }
    }
}

/// Takes the code app away.
pub async fn remove_app(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    remove(visitor, Removed::App).await
}

/// Takes a passkey away.
pub async fn remove_passkey(visitor: Visitor, passkey: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    remove(visitor, Removed::Passkey(passkey.into_inner())).await
}

/// Asks the device for a new passkey.
pub async fn begin_passkey(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let (user, id) = me(&visitor)?;
    let has = mine(&visitor, &id).await?.credentials();
    let nowhere = || AppError::Refused { field: "", message: UNFIT.into() };
    let passkeys = visitor.app.proofs.passkeys.as_ref().ok_or_else(nowhere)?;
    passkeys::ask(&visitor, passkeys.begin_new(id.as_str(), &user.email, &user.name, &has))
}

/// Takes the new passkey.
pub async fn add_passkey(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let (_, id) = me(&visitor)?;
    let mut reader = Reader::new(&form.0);
    let name = reader.text("name", NAME, Some(tr!("Give the passkey a name")));
    let mut errors = reader.errors;
    let state = passkeys::question(&visitor);
    let proofs = visitor.app.proofs.clone();
    let made = proofs.passkeys.as_ref().zip(state).and_then(|(all, state)| all.finish_new(form.0.exact("credential"), &state).ok());
    let Some(key) = made.filter(|_| errors.is_empty()) else {
        if errors.is_empty() {
            errors.add("", crate::lang::say(UNFIT));
        }
        return factors_page(&visitor, &form.0, &errors).await;
    };
    let (was, now) = (mine(&visitor, &id).await?, visitor.app.clock.now());
    let (codes, kept) = if was.codes_left == 0 { hashed(&visitor).await? } else { Default::default() };
    let who = visitor.acting(&id);
    match visitor.run(move |store| care::add_passkey(store, &who, (&name, &key), &kept, now)).await {
        Ok(made) => added(&visitor, &was, made.then_some(&codes)).await,
        Err(error) => {
            errors.absorb(error)?;
            factors_page(&visitor, &form.0, &errors).await
        }
    }
}

/// Makes new recovery codes and shows them, once.
pub async fn new_codes(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let (_, id) = me(&visitor)?;
    // They stand in for a second proof: without one there is nothing to stand in for.
    if !mine(&visitor, &id).await?.any() {
        return Ok(go(FACTORS_PAGE));
    }
    let (codes, kept) = hashed(&visitor).await?;
    let (now, who) = (visitor.app.clock.now(), visitor.acting(&id));
    visitor.run(move |store| care::new_codes(store, &who, &kept, now)).await?;
    visitor.app.post.notify_one();
    codes_page(&visitor, &codes, false)
}
