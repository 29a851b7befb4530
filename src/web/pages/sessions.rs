//! `/account/sessions`: where somebody is signed in, to be ended one by one or all at once; `/session`: until when this
//! sign-in lasts, and to stay signed in.

use super::account::{Next, local};
use crate::accounts::limits::Limits;
use crate::care::CareError;
use crate::ids::UserId;
use crate::store::sessions::Listed;
use crate::store::{oversight, sessions};
use crate::web::device;
use crate::web::error::AppError;
use crate::web::extract::{Id, Posted, Visitor};
use crate::web::view::{Lasts, PageCtx, go, page, words};
use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};
use askama::Template;

/// A session in words.
struct Line {
    mark: String,
    device: String,
    since: String,
    seen: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "pages/account/sessions.html")]
struct SessionsPage {
    ctx: PageCtx,
    lines: Vec<Line>,
    others: bool,
    days: i64,
    is_staff: bool,
}

/// Where somebody is signed in.
pub async fn list(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let (id, now, zone) = (UserId::from_text(&user.id), visitor.app.clock.now(), visitor.moment().zone);
    let found = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(sessions::of(tx, &id, now)?))).await?;
    let mine = visitor.mark();
    let mut lines: Vec<Line> = found
        .into_iter()
        .map(|Listed { mark, device, since, seen_at, .. }| Line {
            device: device::said(&device),
            since: since.map(|at| words::instant(at, zone)).unwrap_or_default(),
            seen: words::instant(seen_at, zone),
            here: mark == mine,
            mark,
        })
        .collect();
    // The device at hand stands first.
    lines.sort_by_key(|line| !line.here);
    let is_staff = user.is_physio || user.is_admin;
    let (others, days) = (lines.iter().any(|line| !line.here), Limits::of(is_staff).idle.num_days());
    page(&SessionsPage { ctx: visitor.ctx(), lines, others, days, is_staff })
}

/// Ends one of them.
pub async fn end(visitor: Visitor, mark: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let (id, mark, now) = (UserId::from_text(user.id), mark.into_inner(), visitor.app.clock.now());
    if mark == visitor.mark() {
        return Ok(super::account::signed_out(&visitor));
    }
    visitor
        .run(move |store| {
            store.write(|tx| {
                // One that is over already, and somebody else's, is simply not signed in to this account.
                if sessions::end(tx, &id, &mark)? {
                    oversight::note(tx, Some(&id), None, "session ended", now)?;
                }
                Ok::<_, CareError>(())
            })
        })
        .await?;
    visitor.flash(tr!("That device is signed out."));
    Ok(go("/account/sessions"))
}

/// Ends all but this one.
pub async fn end_others(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let user = visitor.user.clone().ok_or(AppError::NotFound)?;
    let (id, mark, now) = (UserId::from_text(user.id), visitor.mark(), visitor.app.clock.now());
    visitor
        .run(move |store| {
            store.write(|tx| {
                sessions::end_others(tx, &id, &mark)?;
                Ok::<_, CareError>(oversight::note(tx, Some(&id), None, "other sessions ended", now)?)
            })
        })
        .await?;
    visitor.flash(tr!("Every other device is signed out."));
    Ok(go("/account/sessions"))
}

#[derive(Template)]
#[template(path = "pages/account/session.html")]
struct SessionPage {
    ctx: PageCtx,
    lasts: Lasts,
    next: String,
}

/// Until when this sign-in lasts. To look is to use it, so it lasts longer already.
pub async fn show(visitor: Visitor, query: web::Query<Next>) -> Result<HttpResponse, AppError> {
    let ctx = visitor.ctx();
    let lasts = ctx.lasts.clone().ok_or(AppError::NotFound)?;
    page(&SessionPage { lasts, next: local(query.next()).to_owned(), ctx })
}

/// Stays signed in.
pub async fn stay(visitor: Visitor, form: Posted) -> Result<HttpResponse, AppError> {
    visitor.flash(tr!("You stay signed in."));
    Ok(go(local(form.0.text("next"))))
}

/// Stays signed in, for the script: what is left afterwards, in seconds.
pub async fn stay_quietly(visitor: Visitor, _form: Posted) -> Result<HttpResponse, AppError> {
    let seconds = visitor.lasts().ok_or(AppError::NotFound)?.seconds;
    Ok(HttpResponse::Ok().insert_header(ContentType::plaintext()).body(seconds.to_string()))
}

/// How many seconds the sign-in of this browser still lasts; asking does not make it last longer, and nobody signed in
/// has none.
pub async fn left(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let seconds = match &visitor.user {
        None => 0,
        Some(user) => {
            let (id, now, mark) = (UserId::from_text(&user.id), visitor.app.clock.now(), visitor.mark());
            let all = visitor.run(move |store| store.read(|tx| Ok::<_, CareError>(sessions::of(tx, &id, now)?))).await?;
            let limits = Limits::of(user.is_physio || user.is_admin);
            let mine = all.into_iter().find(|session| session.mark == mark);
            mine.map_or(0, |session| {
                let end = session.seen_at + limits.idle;
                let end = session.since.map_or(end, |since| end.min(since + limits.absolute));
                (end - now).num_seconds().max(0)
            })
        }
    };
    Ok(HttpResponse::Ok().insert_header(ContentType::plaintext()).body(seconds.to_string()))
}
