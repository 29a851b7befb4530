//! `/account/address`: another e-mail address, agreed to by both; `/address/…`: the links in the messages about it, and
//! the one that confirms the address of a new account.

use super::account::shaped;
use super::guess;
use crate::care::account::normal_email;
use crate::care::addresses::{self, Found, LINK_LIFE, Outcome};
use crate::ids::UserId;
use crate::store::addresses::Side;
use crate::web::error::AppError;
use crate::web::extract::{Id, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// The change that waits, in words.
struct Waits {
    new_email: String,
    old_agreed: bool,
    new_agreed: bool,
    until: String,
}

#[derive(Template)]
#[template(path = "pages/account/address.html")]
struct AddressPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    email: String,
    verified: bool,
    sends_mail: bool,
    hours: i64,
    waits: Option<Waits>,
}

async fn address_page(visitor: Visitor, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let (id, now, zone) = (UserId::from_text(&user.id), visitor.app.clock.now(), visitor.moment().zone);
    let waiting = visitor.run(move |store| addresses::waiting(store, &id, now)).await?;
    let mut fields = vec![Field::new("email", "email", tr!("Your new e-mail address")).autocomplete("email").sent(form)];
    let lines = errors.show(&mut fields);
    let shown = AddressPage {
        ctx: visitor.ctx(),
        errors: lines,
        fields,
        email: user.email,
        verified: user.email_verified_at.is_some(),
        sends_mail: visitor.app.mailer.is_some(),
        hours: LINK_LIFE.num_hours(),
        waits: waiting.map(|change| Waits {
            new_email: change.new_email,
            old_agreed: change.old_confirmed_at.is_some(),
            new_agreed: change.new_confirmed_at.is_some(),
            until: words::instant(change.expires_at, zone),
        }),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// One's own address.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    address_page(visitor, &FormData::default(), &Errors::default()).await
}

/// Asks for another one.
pub async fn ask(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let mut reader = Reader::new(&form.0);
    let email = normal_email(&reader.text("email", 254, Some(tr!("Enter your new e-mail address"))));
    let mut errors = reader.errors;
    if !email.is_empty() && !shaped(&email) {
        errors.add("email", tr!("Enter an e-mail address in the form name@example.org"));
    }
    if errors.is_empty() && visitor.app.mailer.is_none() {
        errors.add("email", tr!("This clinic sends no e-mail, so nobody could confirm the address. Ask your clinic to change it."));
    }
    if errors.is_empty() {
        let (who, now) = (visitor.acting(&UserId::from_text(user.id)), visitor.app.clock.now());
        match visitor.run(move |store| addresses::ask_for_change(store, &who, &email, now)).await {
            Ok(()) => {
                visitor.app.post.notify_one();
                visitor.flash(tr!("A link is on its way to both addresses. Open both and agree."));
                return Ok(go("/account/address"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    address_page(visitor, &form.0, &errors).await
}

/// Gives the change up.
pub async fn give_up(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let (id, now) = (UserId::from_text(user.id), visitor.app.clock.now());
    visitor.run(move |store| addresses::give_up(store, &id, now)).await?;
    visitor.flash(tr!("Your address stays as it is."));
    Ok(go("/account/address"))
}

/// Asks for the link that confirms the address once more.
pub async fn ask_again(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    if visitor.app.mailer.is_none() {
        return Ok(go("/account/address"));
    }
    let (id, now) = (UserId::from_text(user.id), visitor.app.clock.now());
    let sent = visitor.run(move |store| addresses::ask_again(store, &id, now)).await?;
    visitor.app.post.notify_one();
    visitor.flash(if sent {
        tr!("The link is on its way. Look into your inbox.")
    } else {
        tr!("You asked for several links today. Look into your inbox, or try again tomorrow.")
    });
    Ok(go("/account/address"))
}

/// What a page behind a link says.
enum Says {
    Verify,
    New,
    Old(String),
    Verified,
    HalfWay,
    Changed,
    GivenUp,
}

#[derive(Template)]
#[template(path = "pages/account/address_link.html")]
struct LinkPage {
    ctx: PageCtx,
    action: String,
    says: Says,
}

async fn asks(req: &HttpRequest, visitor: &Visitor, secret: String) -> Result<LinkPage, AppError> {
    let (action, now) = (format!("/address/{secret}"), visitor.app.clock.now());
    let says = match visitor.run(move |store| addresses::look(store, &secret, now)).await? {
        Found::Works(Side::Verify, _) => Says::Verify,
        Found::Works(Side::New, _) => Says::New,
        Found::Works(Side::Old, new) => Says::Old(new),
        Found::Ended => return Err(AppError::NotFound),
        Found::Unknown => return Err(guess(req, &visitor.app).await),
    };
    Ok(LinkPage { ctx: visitor.ctx(), action, says })
}

/// The page with the button. Opening it changes nothing: mail programs look at links by themselves.
pub async fn open(req: HttpRequest, visitor: Visitor, secret: Id) -> Result<HttpResponse, AppError> {
    page(&asks(&req, &visitor, secret.into_inner()).await?)
}

/// Takes the answer.
pub async fn answer(req: HttpRequest, visitor: Visitor, secret: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (now, secret) = (visitor.app.clock.now(), secret.into_inner());
    let yes = match form.0.text("answer") {
        "yes" => true,
        "no" => false,
        _ => return page_again(&asks(&req, &visitor, secret).await?),
    };
    let says = match visitor.run(move |store| addresses::answer(store, &secret, yes, now)).await? {
        Outcome::Verified => Says::Verified,
        Outcome::HalfWay => Says::HalfWay,
        Outcome::Changed => {
            visitor.app.post.notify_one();
            Says::Changed
        }
        Outcome::GivenUp => Says::GivenUp,
        Outcome::Ended => return Err(AppError::NotFound),
        Outcome::Unknown => return Err(guess(&req, &visitor.app).await),
    };
    page(&LinkPage { ctx: visitor.ctx(), action: String::new(), says })
}
