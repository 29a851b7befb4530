//! Signing in and out, and one's own account page. Making an account is in [`super::join`].

use super::second;
use crate::access::Actor;
use crate::accounts::password::{Belongs, check_new};
use crate::care::CareError;
use crate::care::account::{self, normal_email};
use crate::care::attempts::{self, Attempt, Outcome};
use crate::ids::UserId;
use crate::lang;
use crate::store::{accounts, oversight};
use crate::web::error::AppError;
use crate::web::extract::{KEPT_PAGE, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Whether a text has the form of an e-mail address.
pub(super) fn shaped(email: &str) -> bool {
    email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !email.contains(char::is_whitespace))
}

#[derive(Template)]
#[template(path = "pages/account/sign_in.html")]
struct SignInPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    kept: bool,
    sends_mail: bool,
    /// Where to go on to.
    next: String,
    /// Passkeys are possible here.
    passkeys: bool,
}

/// Where to go on to after signing in: a local path and nothing else.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    /// The path, which may say anything.
    pub fn next(&self) -> &str {
        &self.next
    }
}

pub(super) fn local(path: &str) -> &str {
    // Browsers leave tabs and line ends out of addresses, so that "/\t/" becomes "//".
    let safe = path.starts_with('/') && !path.starts_with("//") && !path.contains(|c: char| c.is_control() || "\\:".contains(c));
    if safe { path } else { "/" }
}

pub(super) fn sign_in_page(visitor: &Visitor, form: &FormData, next: &str, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("email", "email", tr!("Your e-mail address")).autocomplete("username").sent(form),
        Field::new("password", "password", tr!("Your password")).autocomplete("current-password"),
        Field::new("hidden", "next", "").value(local(next)),
    ];
    let lines = errors.show(&mut fields);
    let shown = SignInPage {
        ctx: visitor.ctx(),
        fields,
        errors: lines,
        kept: local(next) == KEPT_PAGE,
        sends_mail: visitor.app.mailer.is_some(),
        next: local(next).to_owned(),
        passkeys: visitor.app.proofs.passkeys.is_some(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for signing in.
pub async fn sign_in(visitor: Visitor, query: web::Query<Next>) -> Result<HttpResponse, AppError> {
    if visitor.user.is_some() {
        return Ok(go(local(&query.next)));
    }
    sign_in_page(&visitor, &FormData::default(), &query.next, &Errors::default())
}

/// Signs in. An unknown address and a wrong password answer alike, in words and in time.
pub async fn enter(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let (email, now) = (normal_email(form.0.text("email")), visitor.app.clock.now());
    let attempt = Attempt { email, from: visitor.address(), browser: visitor.browser().to_owned() };
    let begun = visitor.run(move |store| attempts::begin(store, &attempt, now)).await?;
    let (counted, user) = begun.map_err(|minutes| AppError::TooMany { minutes })?;
    let stored = user.as_ref().map(|u| u.password_hash.clone());
    let typed = form.0.exact("password").to_owned();
    let looked = visitor.app.passwords.verify(typed.clone(), stored).await;
    let outcome = match looked {
        Ok(true) => Outcome::Right,
        Ok(false) => Outcome::Wrong,
        Err(_) => Outcome::NotLookedAt,
    };
    visitor.run(move |store| attempts::end(store, &counted, outcome, now)).await?;
    let fits = looked?;
    match user.filter(|_| fits) {
        Some(user) => second::after_password(&visitor, user, typed, local(form.0.text("next"))).await,
        None => {
            let mut errors = Errors::default();
            errors.add("email", tr!("This e-mail address and password do not fit together. Check both and try again."));
            sign_in_page(&visitor, &form.0, form.0.text("next"), &errors)
        }
    }
}

/// Signs out and ends the session.
pub async fn leave(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    if let Some(user) = &visitor.user {
        let (id, mark, now) = (UserId::from_text(&user.id), visitor.mark(), visitor.app.clock.now());
        let left = visitor.run(move |store| {
            store.write(|tx| {
                crate::store::sessions::end(tx, &id, &mark)?;
                Ok::<_, CareError>(crate::store::oversight::note(tx, Some(&id), None, "signed out", now)?)
            })
        });
        left.await?;
    }
    Ok(signed_out(&visitor))
}

/// Ends this session and has the browser forget what it saw. The cookie by which it is known again stays.
pub(super) fn signed_out(visitor: &Visitor) -> HttpResponse {
    visitor.session.purge();
    let mut left = go("/");
    left.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    left
}

#[derive(Template)]
#[template(path = "pages/account/show.html")]
struct AccountPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    email: String,
    password_fields: Vec<Field>,
    zone_fields: Vec<Field>,
    is_patient: bool,
    /// The clinic sends e-mail, and the address was never shown to be theirs.
    unconfirmed: bool,
    /// Messages are on.
    messages: bool,
}

fn password_fields() -> Vec<Field> {
    vec![
        Field::new("password", "current", tr!("Your present password")).autocomplete("current-password"),
        Field::new("password", "password", tr!("Your new password")).hint(tr!("At least 8 characters.")).autocomplete("new-password"),
    ]
}

async fn account_page(visitor: Visitor, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let mut fields = password_fields();
    let zone = Field::new("text", "zone", tr!("Time zone"))
        .hint(tr!("Your days begin and end by it, for example Europe/London."))
        .value(user.time_zone.clone());
    fields.push(if form.text("zone").is_empty() { zone } else { zone.sent(form) });
    let lines = errors.show(&mut fields);
    let zone_fields = fields.split_off(2);
    let asked = user.clone();
    let messages = visitor
        .run(move |store| {
            store.read(|tx| {
                let messages = match crate::access::authorise_own(&Actor::from(&asked)) {
                    Ok(who) => crate::care::messages::door(tx, &who)?.is_open,
                    Err(_) => false,
                };
                Ok::<_, CareError>(messages)
            })
        })
        .await?;
    let shown = AccountPage {
        ctx: visitor.ctx(),
        errors: lines,
        email: user.email,
        password_fields: fields,
        zone_fields,
        is_patient: user.is_patient,
        unconfirmed: user.email_verified_at.is_none() && visitor.app.mailer.is_some(),
        messages,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// One's own account.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    account_page(visitor, &FormData::default(), &Errors::default()).await
}

/// Changes the password: every other session of the account ends.
pub async fn change_password(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let mut errors = Errors::default();
    if !super::prove::check(&visitor, form.0.exact("current")).await? {
        errors.add("current", tr!("This is not your present password"));
    }
    let new = form.0.exact("password").to_owned();
    if let Err(weak) = check_new(&new, Belongs { email: &user.email, name: &user.name, clinic: &visitor.house.name }) {
        errors.add("password", lang::say(&weak.to_string()));
    }
    if !errors.is_empty() {
        return account_page(visitor, &form.0, &errors).await;
    }
    let hash = visitor.app.passwords.hash(new).await?;
    let (who, now) = (visitor.acting(&UserId::from_text(user.id)), visitor.app.clock.now());
    let changed = visitor.run(move |store| account::change_password(store, &who, &hash, now)).await?;
    visitor.sign_in(&changed).await?;
    visitor.app.post.notify_one();
    visitor.flash(tr!("Your password is changed. Every other device is signed out."));
    Ok(go("/account"))
}

/// Changes the time zone.
pub async fn change_zone(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let zone = form.0.text("zone").to_owned();
    if zone.parse::<chrono_tz::Tz>().is_err() {
        let mut errors = Errors::default();
        errors.add("zone", tr!("Enter a time zone by its full name, for example Europe/London or America/New_York"));
        return account_page(visitor, &form.0, &errors).await;
    }
    let (id, now) = (UserId::from_text(user.id), visitor.app.clock.now());
    visitor
        .run(move |store| {
            store.write(|tx| {
                accounts::set_time_zone(tx, &id, &zone)?;
                Ok(oversight::note(tx, Some(&id), None, "changed the time zone", now)?)
            })
        })
        .await?;
    visitor.flash(tr!("Your time zone is changed."));
    Ok(go("/account"))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_a_local_path_is_followed_after_signing_in() {
        assert_eq!(local("/today"), "/today");
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "", "today"] {
            assert_eq!(local(foreign), "/", "{foreign}");
        }
    }
}
