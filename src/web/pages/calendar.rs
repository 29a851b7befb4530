//! `/account/calendar`: the private calendar address, shown once; and the address itself.

use super::guess;
use crate::app::AppState;
use crate::care::CareError;
use crate::care::calendar::{self, Answer, LIFE, Look, TITLE, USUAL_HOUR};
use crate::clock::{Moment, UtcTime};
use crate::store::calendar::Feed;
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::post_texts as texts;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{Duration, NaiveTime};

/// From this long before its end the page asks to renew the address.
const SOON: Duration = Duration::days(42);

#[derive(Template)]
#[template(path = "pages/account/calendar.html")]
struct CalendarPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    /// The address, only right after it was made.
    link: String,
    webcal: String,
    facts: Vec<(&'static str, String)>,
    has_feed: bool,
    ended: bool,
    soon: bool,
    days: i64,
    points: Vec<String>,
    token: String,
}

fn fields(feed: Option<&Feed>) -> Vec<Field> {
    vec![
        Field::new("text", "title", tr!("What should the entries be called?"))
            .hint(tr!("Others may see your calendar. Left empty, an entry reads “Gradus, 15 minutes”."))
            .value(feed.map(|feed| feed.title.clone()).unwrap_or_default())
            .optional(),
        Field::new("time", "at", tr!("At what time of the day?"))
            .value(feed.map_or_else(|| format!("{USUAL_HOUR}:00"), |feed| feed.at_time.clone())),
    ]
}

fn facts(feed: &Feed, moment: Moment) -> Vec<(&'static str, String)> {
    let day = |at: UtcTime| words::date(Moment { utc: at, ..moment }.today());
    let read = feed.read_at.map_or_else(|| tr!("Not yet").to_owned(), |at| words::instant(at, moment.zone));
    let works = if feed.expires_at > moment.utc { day(feed.expires_at) } else { tr!("Ran out on {day}", day = day(feed.expires_at)) };
    vec![(tr!("Made on"), day(feed.made_at)), (tr!("Works until"), works), (tr!("Last read by a calendar"), read)]
}

async fn calendar_page(me: &Me, form: Option<&FormData>, errors: &Errors, secret: &str) -> Result<HttpResponse, AppError> {
    let feed = me.run(|store, who, _| store.read(|tx| Ok::<_, CareError>(crate::store::calendar::feed(tx, who)?))).await?;
    let mut fields = fields(feed.as_ref());
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let link = if secret.is_empty() { String::new() } else { format!("{}/calendar/{secret}.ics", me.visitor.app.base_url) };
    let now = me.moment.utc;
    let shown = CalendarPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        fields,
        webcal: link.replacen("https://", "webcal://", 1).replacen("http://", "webcal://", 1),
        link,
        facts: feed.as_ref().map(|feed| facts(feed, me.moment)).unwrap_or_default(),
        has_feed: feed.is_some(),
        ended: feed.as_ref().is_some_and(|feed| feed.expires_at <= now),
        soon: feed.as_ref().is_some_and(|feed| feed.expires_at > now && feed.expires_at - now < SOON),
        days: LIFE.num_days(),
        points: texts().calendar.points.clone(),
        token: crate::ids::fresh(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Whether there is an address, until when it works, and how to get or end one.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    calendar_page(&me, None, &Errors::default(), "").await
}

fn read(form: &FormData) -> (Option<Look>, Errors) {
    let mut reader = Reader::new(form);
    let title = reader.text("title", TITLE, None);
    let at: Option<NaiveTime> = reader.time("at");
    let at = reader.need("at", at, tr!("Enter a time, for example 18:00"));
    let look = at.filter(|_| reader.errors.is_empty()).map(|at| Look { title, at });
    (look, reader.errors)
}

/// Makes an address, or a new one in place of the old, and shows it, once: it is kept nowhere.
pub async fn make(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (look, mut errors) = read(&form.0);
    if let Some(look) = look {
        let token = form.0.token();
        match me.run(move |store, who, moment| calendar::make(store, who, &look, &token, moment.utc)).await {
            Ok(secret) => return calendar_page(&me, None, &errors, &secret).await,
            Err(error) => errors.absorb(error)?,
        }
    }
    calendar_page(&me, Some(&form.0), &errors, "").await
}

/// Changes title and time.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (look, errors) = read(&form.0);
    let Some(look) = look else { return calendar_page(&me, Some(&form.0), &errors, "").await };
    me.run(move |store, who, _| calendar::describe(store, who, &look)).await?;
    me.visitor.flash(tr!("Saved. Your calendar shows it when it next asks, within some hours."));
    Ok(go("/account/calendar"))
}

/// Another year for the same address.
pub async fn renew(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(|store, who, moment| calendar::renew(store, who, moment.utc)).await?;
    me.visitor.flash(tr!("The link is renewed. There is nothing to change in your calendar."));
    Ok(go("/account/calendar"))
}

/// Ends the address.
pub async fn remove(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(|store, who, moment| calendar::remove(store, who, moment.utc)).await?;
    me.visitor.flash(tr!("The link is removed. Nobody can read your days by it any more. Take it out of your calendar as well."));
    Ok(go("/account/calendar"))
}

/// Whether the copy that a calendar has is still right.
fn has_it(req: &HttpRequest, tag: &str) -> bool {
    let sent = req.headers().get_all(IF_NONE_MATCH).filter_map(|v| v.to_str().ok());
    sent.flat_map(|list| list.split(',')).map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

/// The calendar itself. An address that was removed, replaced, has run out or never was answers like a page that
/// does not exist.
pub async fn read_by_secret(req: HttpRequest, app: web::Data<AppState>, secret: Id) -> Result<HttpResponse, AppError> {
    let secret = secret.into_inner();
    let state = app.clone();
    let asked = move || calendar::read(&state.store, &secret, state.clock.now(), &format!("{}/today", state.base_url));
    let text = match carried::block(asked).await?? {
        Answer::Text(text) => text,
        Answer::Ended => return Err(AppError::NotFound),
        Answer::Unknown => return Err(guess(&req, &app).await),
    };
    let tag = format!("\"{}\"", &crate::accounts::password::fingerprint(&text)[..32]);
    let mut response = if has_it(&req, &tag) { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, tag.clone())).insert_header((CACHE_CONTROL, "private, no-cache"));
    if has_it(&req, &tag) {
        return Ok(response.finish());
    }
    response.content_type("text/calendar; charset=utf-8").insert_header((CONTENT_DISPOSITION, "inline; filename=\"calendar.ics\""));
    Ok(response.body(text))
}
