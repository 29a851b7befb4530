//! The second step of a sign-in. After the password somebody with a second proof is half way: the session knows whose
//! password was given and nothing else, so no page opens to it, until a code or a passkey follows. [`enter_whole`] is the
//! only place where a sign-in becomes complete.

use super::account::{local, sign_in_page};
use super::check;
use super::passkeys::{self, UNFIT};
use crate::accounts::factors::parts;
use crate::accounts::hashing::is_outdated;
use crate::accounts::password::fingerprint;
use crate::accounts::throttle::Subject;
use crate::care::factors::{self, Checked, Standing, check_app, standing};
use crate::care::{CareError, devices, guessing};
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::store::accounts::{self, User};
use crate::store::{StoreError, oversight};
use crate::web::error::AppError;
use crate::web::extract::{Posted, Visitor};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// Key of the half sign-in in a session. It is never the key of a whole one.
const HALF: &str = "half";
/// Codes that may be typed before the password is asked for again.
const TRIES: u8 = 5;
/// How long the second step may take.
const HALF_LIFE: Duration = Duration::minutes(10);
/// Where it is done.
pub const SECOND_PAGE: &str = "/sign-in/second";

/// Whose password was given.
#[derive(Debug, Serialize, Deserialize)]
struct Half {
    user: String,
    /// Stands for the password that was given: another one ends this.
    mark: String,
    at: UtcTime,
    tries: u8,
    next: String,
}

fn mark(user: &User) -> String {
    fingerprint(&format!("half of {} {}", user.id, user.password_hash))
}

/// Completes a sign-in: from here on the session is theirs. `verified`: the hash of the password that was given; where
/// there is another one by now, they begin anew.
pub async fn enter_whole(visitor: &Visitor, user: &UserId, verified: Option<&str>, next: &str) -> Result<HttpResponse, AppError> {
    let (id, now, verified) = (user.clone(), visitor.app.clock.now(), verified.map(str::to_owned));
    let entered = visitor.run(move |store| {
        store.write(|tx| {
            let account = accounts::user(tx, &id)?.ok_or(StoreError::NotFound)?;
            if verified.as_ref().is_some_and(|hash| *hash != account.password_hash) {
                return Ok(None);
            }
            oversight::note(tx, Some(&id), None, "signed in", now)?;
            Ok::<_, CareError>(Some(account))
        })
    });
    let Some(account) = entered.await? else { return begin_anew(visitor) };
    visitor.session.remove(HALF);
    // Whoever has an account answers there: what they answered as a visitor is not carried along.
    check::forget(visitor);
    visitor.sign_in(&account).await?;
    Ok(go(next))
}

/// What follows a right password: the second step, or the sign-in is complete. A password kept with less
/// work than is done today is hashed anew meanwhile: this is the only moment at which it is known.
pub async fn after_password(visitor: &Visitor, mut user: User, typed: String, next: &str) -> Result<HttpResponse, AppError> {
    let id = UserId::from_text(&user.id);
    if is_outdated(&user.password_hash) {
        let (whose, old, new) = (id.clone(), user.password_hash.clone(), visitor.app.passwords.hash(typed).await?);
        user.password_hash.clone_from(&new);
        visitor.run(move |store| store.write(|tx| Ok(accounts::rehash(tx, &whose, &old, &new)?))).await?;
    }
    let asked = id.clone();
    let has = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(crate::store::factors::has_any(tx, &asked)?))).await?;
    if !has {
        return enter_whole(visitor, &id, Some(&user.password_hash), next).await;
    }
    let half = Half { user: user.id.clone(), mark: mark(&user), at: visitor.app.clock.now(), tries: 0, next: next.to_owned() };
    visitor.forget_person();
    visitor.session.renew();
    visitor.put(HALF, &half);
    Ok(go(SECOND_PAGE))
}

/// Who is half way: none when nobody is, when it took too long, or when the password changed meanwhile.
async fn half_way(visitor: &Visitor) -> Result<Option<(Half, User, Standing)>, AppError> {
    let Some(half) = visitor.get::<Half>(HALF) else { return Ok(None) };
    let fresh = visitor.app.clock.now() - half.at < HALF_LIFE && half.tries < TRIES;
    let id = UserId::from_text(&half.user);
    let found = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>((accounts::user(tx, &id)?, standing(tx, &id)?)))).await?;
    match found {
        (Some(user), standing) if fresh && mark(&user) == half.mark => Ok(Some((half, user, standing))),
        _ => {
            visitor.session.remove(HALF);
            Ok(None)
        }
    }
}

/// Nobody is half way: from the beginning.
fn begin_anew(visitor: &Visitor) -> Result<HttpResponse, AppError> {
    let mut errors = Errors::default();
    errors.add("", tr!("The second step took too long, or there were too many tries. Sign in again."));
    sign_in_page(visitor, &FormData::default(), "/", &errors)
}

/// What a page's script is told that asks for a passkey where there is none to ask for.
fn nothing_to_ask() -> AppError {
    AppError::Refused { field: "", message: UNFIT.into() }
}

#[derive(Template)]
#[template(path = "pages/account/second_step.html")]
struct SecondPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    by_app: bool,
    by_codes: bool,
    by_passkey: bool,
}

/// The field for a code: of the app, or a recovery code.
pub(super) fn code_field(has: &Standing) -> Field {
    let (label, hint) = match (has.app_since.is_some(), has.codes_left > 0) {
        (true, true) => (tr!("Your code"), tr!("The six digits that your app shows now. Or one of your recovery codes.")),
        (true, false) => (tr!("Your code"), tr!("The six digits that your app shows now.")),
        (false, _) => (tr!("A recovery code"), tr!("One of the codes that you printed or wrote down, for example K7QX-M2PD-9RTA.")),
    };
    Field::new("text", "code", label).hint(hint).autocomplete("one-time-code")
}

fn second_page(visitor: &Visitor, has: &Standing, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (by_app, by_codes) = (has.app_since.is_some(), has.codes_left > 0);
    let mut fields = vec![code_field(has)];
    let errors = errors.show(&mut fields);
    let by_passkey = !has.passkeys.is_empty() && visitor.app.proofs.passkeys.is_some();
    let shown = SecondPage { ctx: visitor.ctx(), errors, fields, by_app, by_codes, by_passkey };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for the second step.
pub async fn show(visitor: Visitor) -> Result<HttpResponse, AppError> {
    match half_way(&visitor).await? {
        Some((_, _, has)) => second_page(&visitor, &has, &Errors::default()),
        None if visitor.user.is_some() => Ok(go("/")),
        None => begin_anew(&visitor),
    }
}

/// What wrong codes are counted by. A browser that its owner signed in from before has its own count, so that somebody
/// who found the password out cannot lock them out of it.
async fn counted_by(visitor: &Visitor, id: &UserId) -> Result<Vec<Subject>, AppError> {
    let (asked, secret) = (id.clone(), visitor.browser().to_owned());
    let known = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(devices::is_known(tx, &asked, &secret)?))).await?;
    Ok(if known {
        vec![Subject::second_in(&devices::hash(id, visitor.browser()))]
    } else {
        vec![Subject::second(id), Subject::address(visitor.address())]
    })
}

/// Tries what was typed: a code of the app, or a recovery code.
pub(super) async fn check(visitor: &Visitor, id: &UserId, typed: &str) -> Result<Checked, AppError> {
    let now = visitor.app.clock.now();
    let Some(code) = parts(typed) else {
        let (app, id, typed) = (visitor.app.clone(), id.clone(), typed.to_owned());
        let shown_at = app.clock.unshifted();
        return visitor.run(move |store| check_app(store, app.proofs.sealer.as_ref(), &id, &typed, shown_at)).await;
    };
    let (asked, label) = (id.clone(), code.clone());
    let row = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(factors::recovery_row(tx, &asked, &label)?))).await?;
    let (row_id, hash) = row.map(|row| (row.id, row.code_hash)).unzip();
    let fits = visitor.app.passwords.verify(code.secret, hash).await?;
    let (Some(row), true) = (row_id, fits) else { return Ok(Checked::Wrong) };
    let id = id.clone();
    let used = visitor.run(move |store| factors::use_recovery(store, &id, &row, now)).await?;
    Ok(if used { Checked::Right } else { Checked::Used })
}

/// What is said beside a code that was not taken.
pub(super) fn misfit(checked: Checked) -> &'static str {
    if checked == Checked::Used {
        tr!("This code was used already. Wait until your app shows the next one.")
    } else {
        tr!("This code does not fit. Look again, or wait until your app shows the next one.")
    }
}

/// Takes a code.
pub async fn enter(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let Some((mut half, user, has)) = half_way(&visitor).await? else { return begin_anew(&visitor) };
    let mut errors = Errors::default();
    let typed = form.0.text("code").to_owned();
    if typed.is_empty() {
        errors.add("code", tr!("Enter the code"));
        return second_page(&visitor, &has, &errors);
    }
    let (id, now) = (UserId::from_text(&user.id), visitor.app.clock.now());
    let subjects = counted_by(&visitor, &id).await?;
    let counting = subjects.clone();
    if let Some(minutes) = visitor.run(move |store| guessing::begin(store, &counting, now)).await? {
        return Err(AppError::TooMany { minutes });
    }
    let checked = check(&visitor, &id, &typed).await?;
    let owner = id.clone();
    if checked == Checked::Right {
        visitor.run(move |store| store.write(|tx| guessing::was_right(tx, &subjects))).await?;
        return enter_whole(&visitor, &id, Some(&user.password_hash), &half.next).await;
    }
    visitor.run(move |store| factors::try_was_wrong(store, &owner, &subjects, now)).await?;
    half.tries += 1;
    if half.tries >= TRIES {
        visitor.session.remove(HALF);
        return begin_anew(&visitor);
    }
    visitor.put(HALF, &half);
    errors.add("code", misfit(checked));
    second_page(&visitor, &has, &errors)
}

/// Asks for one of this person's passkeys: what the page's script hands to the browser.
pub async fn begin(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let Some((_, _, has)) = half_way(&visitor).await? else { return Err(nothing_to_ask()) };
    let asked = visitor.app.proofs.passkeys.as_ref().ok_or_else(nothing_to_ask)?.begin_known(&has.credentials());
    passkeys::ask(&visitor, asked)
}

/// Takes the passkey's answer.
pub async fn by_passkey(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    let Some((half, user, has)) = half_way(&visitor).await? else { return begin_anew(&visitor) };
    let id = UserId::from_text(&user.id);
    match passkeys::answered(&visitor, &form.0, Some(&id)).await? {
        Some(id) => enter_whole(&visitor, &id, Some(&user.password_hash), &half.next).await,
        None => {
            let mut errors = Errors::default();
            errors.add("", crate::lang::say(UNFIT));
            second_page(&visitor, &has, &errors)
        }
    }
}

/// Asks for anybody's passkey, from the sign-in page.
pub async fn begin_alone(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let asked = visitor.app.proofs.passkeys.as_ref().ok_or_else(nothing_to_ask)?.begin_anybody();
    passkeys::ask(&visitor, asked)
}

/// Signs in by a passkey alone: it proves the device and, by finger, face or PIN, its owner.
pub async fn alone(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    match passkeys::answered(&visitor, &form.0, None).await? {
        Some(id) => enter_whole(&visitor, &id, None, local(form.0.text("next"))).await,
        None => {
            let mut errors = Errors::default();
            errors.add("", crate::lang::say(UNFIT));
            sign_in_page(&visitor, &FormData::default(), form.0.text("next"), &errors)
        }
    }
}

/// Somebody reloads the page that a passkey did not open.
pub async fn back_to_sign_in(visitor: Visitor) -> Result<HttpResponse, AppError> {
    sign_in_page(&visitor, &FormData::default(), "/", &Errors::default())
}
