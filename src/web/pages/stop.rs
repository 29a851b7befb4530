//! `/stop/…`: the link in each message that ends the reminders without signing in, and the request that a mail
//! program sends for its owner (RFC 8058).

use super::guess;
use crate::app::AppState;
use crate::care::CareError;
use crate::care::reminders::{self, Link};
use crate::store::outbox::About;
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::{Id, OneClick, Posted, Visitor};
use crate::web::view::{PageCtx, page};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/account/stop.html")]
struct StopPage {
    ctx: PageCtx,
    action: String,
    done: bool,
    /// It is about e-mails that a message waits; else about reminders.
    news: bool,
}

/// What the link is about; unknown, ended and run out answer alike, and only the unknown counts as a guess.
async fn works(link: Link, req: &HttpRequest, app: &web::Data<AppState>) -> Result<About, AppError> {
    match link {
        Link::Works(about) => Ok(about),
        Link::Ended => Err(AppError::NotFound),
        Link::Unknown => Err(guess(req, app).await),
    }
}

async fn run(
    app: &web::Data<AppState>,
    work: impl FnOnce(&AppState) -> Result<Link, CareError> + Send + 'static,
) -> Result<Link, AppError> {
    let app = app.clone();
    Ok(carried::block(move || work(&app)).await??)
}

/// The page with one button. Opening it changes nothing: mail programs look at links by themselves.
pub async fn show(req: HttpRequest, visitor: Visitor, secret: Id) -> Result<HttpResponse, AppError> {
    let action = format!("/stop/{secret}");
    let secret = secret.into_inner();
    let link = run(&visitor.app, move |app| reminders::stop_link(&app.store, &secret, app.clock.now())).await?;
    let news = works(link, &req, &visitor.app).await? == About::News;
    page(&StopPage { ctx: visitor.ctx(), action, done: false, news })
}

/// Stops.
pub async fn press(req: HttpRequest, visitor: Visitor, secret: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let secret = secret.into_inner();
    let link = run(&visitor.app, move |app| reminders::stop(&app.store, &secret, app.clock.now())).await?;
    let news = works(link, &req, &visitor.app).await? == About::News;
    page(&StopPage { ctx: visitor.ctx(), action: String::new(), done: true, news })
}

/// Stops for a mail program: no session, no cookie, no page.
pub async fn one_click(req: HttpRequest, app: web::Data<AppState>, secret: Id, _pressed: OneClick) -> Result<HttpResponse, AppError> {
    let secret = secret.into_inner();
    let link = run(&app, move |app| reminders::stop(&app.store, &secret, app.clock.now())).await?;
    works(link, &req, &app).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("stopped\n"))
}
