//! Single-use links: joining the clinic as staff, joining as an invited patient, setting a new password.

use super::join::{Way, account_fields, make, new_page, read_account, register};
use super::second;
use crate::accounts::password::{Belongs, check_new};
use crate::care::CareError;
use crate::care::account::{self, Key};
use crate::ids::UserId;
use crate::lang::{self, Lang};
use crate::store::accounts::{self, Invitation, Purpose, User};
use crate::web::error::AppError;
use crate::web::extract::{Id, Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

async fn open(visitor: &mut Visitor, secret: &str) -> Result<Invitation, AppError> {
    let (key, now) = (Key::Link(secret.to_owned()), visitor.app.clock.now());
    let found = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(account::open(tx, &key, now)?))).await?;
    let found = found.ok_or(AppError::NotFound)?;
    visitor.comes_into(&found.clinic()).await;
    Ok(found)
}

#[derive(Template)]
#[template(path = "pages/pro/join.html")]
struct StaffPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    action: String,
    is_first: bool,
}

fn staff_page(visitor: &Visitor, form: &FormData, errors: &Errors, action: String, is_first: bool) -> Result<HttpResponse, AppError> {
    let mut fields = account_fields(form);
    let lines = errors.show(&mut fields);
    let shown = StaffPage { ctx: visitor.ctx(), errors: lines, fields, action, is_first };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What a link leads to.
pub async fn show(mut visitor: Visitor, secret: Id) -> Result<HttpResponse, AppError> {
    let invitation = open(&mut visitor, &secret).await?;
    let action = format!("/invite/{secret}");
    match invitation.purpose.as_str() {
        "patient" => {
            let way = Way { action: &action, invitation: Some((&invitation, Key::Link(secret.into_inner()))) };
            new_page(&visitor, &way.form(), &Errors::default(), &way)
        }
        "first_staff" | "staff" => {
            // The desk is written in one language.
            lang::speak(Lang::En);
            let is_first = invitation.purpose == Purpose::FirstStaff.code();
            staff_page(&visitor, &named(&invitation), &Errors::default(), action, is_first)
        }
        _ => Err(AppError::NotFound),
    }
}

/// The form with the name the invitation was made for.
fn named(invitation: &Invitation) -> FormData {
    FormData::of(&[("name", &invitation.name)])
}

/// Makes the account a link is for.
pub async fn accept(mut visitor: Visitor, secret: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let secret = secret.into_inner();
    let invitation = open(&mut visitor, &secret).await?;
    let action = format!("/invite/{secret}");
    match invitation.purpose.as_str() {
        "patient" => register(visitor, form.0, Way { action: &action, invitation: Some((&invitation, Key::Link(secret))) }).await,
        "first_staff" | "staff" => {
            // The desk is written in one language.
            lang::speak(Lang::En);
            let is_first = invitation.purpose == Purpose::FirstStaff.code();
            let (usable, mut errors) = read_account(&form.0, &visitor.house.name);
            if let Some(account) = usable {
                let now = visitor.app.clock.now();
                match make(&visitor, account, move |store, new| account::register_staff(store, new, &secret, now)).await {
                    Ok(user) => {
                        let inside = second::enter_whole(&visitor, &UserId::from_text(user.id), None, "/pro").await?;
                        visitor.flash("Your account is made. Invite your first patient when you are ready.");
                        return Ok(inside);
                    }
                    Err(error) => errors.absorb(error)?,
                }
            }
            staff_page(&visitor, &form.0, &errors, action, is_first)
        }
        _ => Err(AppError::NotFound),
    }
}

#[derive(Template)]
#[template(path = "pages/account/reset.html")]
struct ResetPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    action: String,
}

fn reset_page(visitor: &Visitor, errors: &Errors, secret: &str) -> Result<HttpResponse, AppError> {
    let mut fields = vec![
        Field::new("password", "password", tr!("Choose a new password"))
            .hint(tr!("At least 8 characters. A few words you can remember work well. You can paste it from a password manager."))
            .autocomplete("new-password"),
    ];
    let lines = errors.show(&mut fields);
    let shown = ResetPage { ctx: visitor.ctx(), errors: lines, fields, action: format!("/reset/{secret}") };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn resets(visitor: &mut Visitor, secret: &str) -> Result<(), AppError> {
    let invitation = open(visitor, secret).await?;
    if invitation.purpose == Purpose::Reset.code() { Ok(()) } else { Err(AppError::NotFound) }
}

/// The form for a new password behind a reset link.
pub async fn reset(mut visitor: Visitor, secret: Id) -> Result<HttpResponse, AppError> {
    resets(&mut visitor, &secret).await?;
    reset_page(&visitor, &Errors::default(), &secret)
}

/// Whose password a reset link is for.
async fn whose(visitor: &mut Visitor, secret: &str) -> Result<User, AppError> {
    let id = UserId::from_text(open(visitor, secret).await?.for_user.ok_or(AppError::NotFound)?);
    let found = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(accounts::user(tx, &id)?))).await?;
    found.ok_or(AppError::NotFound)
}

/// Sets the new password; every session of the account ends. Nobody is signed in by it: the second step is asked for
/// with the new password as with the old one.
pub async fn set_password(mut visitor: Visitor, secret: Id, form: Posted) -> Result<HttpResponse, AppError> {
    resets(&mut visitor, &secret).await?;
    let password = form.0.exact("password").to_owned();
    let user = whose(&mut visitor, &secret).await?;
    if let Err(weak) = check_new(&password, Belongs { email: &user.email, name: &user.name, clinic: &visitor.house.name }) {
        let mut errors = Errors::default();
        errors.add("password", lang::say(&weak.to_string()));
        return reset_page(&visitor, &errors, &secret);
    }
    let hash = visitor.app.passwords.hash(password).await?;
    let (secret, now) = (secret.into_inner(), visitor.app.clock.now());
    visitor.run(move |store| account::reset_password(store, &secret, &hash, now)).await?;
    visitor.app.post.notify_one();
    visitor.flash(tr!("Your new password is set. Sign in with it."));
    Ok(go("/sign-in"))
}
