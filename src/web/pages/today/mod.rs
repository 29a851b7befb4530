//! `/today` and what hangs on it: the day's page, logging, mornings, the weekly check, danger signs, flares.

pub mod check;
pub mod flare;
pub mod log;
mod log_form;
pub mod session;
pub mod session_end;
pub mod session_stop;
pub mod short;
pub mod signs;
mod views;

use views::{
    Asked, CatchUp, DayView, FlareView, LoggedView, QuotaView, SessionView, asked, logged, pause_words, quotas, session_view, strip,
};
pub use views::{ItemView, colour};

use super::learn::{self, ReadCard};
use super::offers::{OfferView, cards};
use crate::care::CareError;
use crate::care::logging::record_day;
use crate::care::offers::offers;
use crate::care::pattern::due;
use crate::care::player::programme;
use crate::care::standing::{Active, Standing, standing};
use crate::care::today::{Today, minutes, today};
use crate::clinical::advice::advice;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Days, NaiveDate};

/// The plan under way, or the page to go to when there is none.
pub(super) async fn active(me: &Me) -> Result<Result<Box<Active>, &'static str>, AppError> {
    me.run(|store, who, moment| {
        store.read(|tx| {
            Ok::<_, CareError>(match standing(tx, who, moment.today())? {
                Standing::Active(active) => Ok(active),
                Standing::Ready(_) => Err("/baseline"),
                Standing::Held(_) => Err("/result"),
                Standing::Intake => Err("/intake"),
                Standing::Ended(_) => Err("/ended"),
            })
        })
    })
    .await
}

/// What a day of a plan under way asks.
pub(super) async fn load(me: &Me, active: Box<Active>, on: NaiveDate) -> Result<Today, AppError> {
    me.run(move |store, who, _| store.read(|tx| today(tx, who, &active, on))).await
}

#[derive(Template)]
#[template(path = "pages/today/today.html")]
struct TodayPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    day: String,
    week: i64,
    strip: Vec<DayView>,
    strip_sentence: String,
    pause: &'static str,
    pause_text: String,
    news: String,
    check_due: bool,
    again: &'static str,
    offers: Vec<OfferView>,
    morning: Option<Field>,
    catch_up: Option<CatchUp>,
    average: Field,
    session: Option<SessionView>,
    token: String,
    can_play: bool,
    quotas: Vec<QuotaView>,
    training: Vec<ItemView>,
    support: Vec<ItemView>,
    minutes: u32,
    is_training_day: bool,
    flare: Option<FlareView>,
    logged: Vec<LoggedView>,
    cue: String,
    quiet: bool,
    maintaining: bool,
    read: Option<ReadCard>,
}

async fn today_page(
    me: &Me,
    active: Box<Active>,
    today: &Today,
    form: Option<&FormData>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let cue = active.plan.cue.clone();
    let (again, offered) = me
        .run(move |store, who, moment| {
            store.read(|tx| Ok::<_, CareError>((due(tx, who, &active, moment)?, offers(tx, who, &active, moment.today())?)))
        })
        .await?;
    let Asked { lines, morning, catch_up, average } = asked(today, form, errors);
    let played = session::waiting(me).await?;
    let (strip, strip_sentence) = strip(today);
    let (pause, pause_text) = pause_words(today.pause);
    let page_struct = TodayPage {
        errors: lines,
        day: words::day(today.on),
        week: today.week,
        strip,
        strip_sentence,
        pause,
        pause_text,
        news: today.news.as_ref().map(|r| advice().outcome(r.result.outcome).sentence.clone()).unwrap_or_default(),
        check_due: today.check_due,
        again: again.map(super::again::invitation).unwrap_or_default(),
        offers: cards(&offered),
        morning,
        catch_up,
        average,
        session: played.filter(|_| today.pause.is_none()).map(|played| session_view(&played, today)),
        token: crate::ids::fresh(),
        can_play: !programme(today).is_empty(),
        quotas: quotas(today),
        training: today.training.iter().map(ItemView::today).collect(),
        support: today.support.iter().map(ItemView::today).collect(),
        minutes: minutes(today),
        is_training_day: today.is_training_day,
        flare: today.flare.as_ref().map(|(day, plan)| FlareView { day: *day, note: plan.note.to_owned(), settled_first: *day >= 7 }),
        logged: logged(today),
        cue,
        quiet: today.quiet,
        maintaining: today.maintaining,
        read: learn::card(me).await?,
        ctx: me.visitor.ctx(),
    };
    if page_struct.errors.is_empty() { page(&page_struct) } else { page_again(&page_struct) }
}

/// The day's page.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let active = match active(&me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let day = load(&me, active.clone(), me.moment.today()).await?;
    today_page(&me, active, &day, None, &Errors::default()).await
}

/// Takes a number of today: the morning's pain or the day's average.
async fn record(me: Me, form: Posted, name: &'static str, flash: &str) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let pain = reader.scale(name);
    reader.need(name, pain, "Choose a number from 0 to 10");
    // A morning can be caught up with for a day.
    let (today, yesterday) = (me.moment.today(), me.moment.today() - Days::new(1));
    let on = if name == "morning" { reader.date("on").unwrap_or(today) } else { today };
    if on != today && on != yesterday {
        reader.errors.add(name, "Only this morning and yesterday’s can be answered here");
    }
    if !reader.errors.is_empty() {
        let active = match active(&me).await? {
            Ok(active) => active,
            Err(elsewhere) => return Ok(go(elsewhere)),
        };
        let day = load(&me, active.clone(), me.moment.today()).await?;
        return today_page(&me, active, &day, Some(&form.0), &reader.errors).await;
    }
    let (average, morning) = if name == "average" { (pain, None) } else { (None, pain) };
    me.run(move |store, who, moment| record_day(store, who, on, average, morning, moment)).await?;
    me.visitor.flash(flash);
    Ok(go("/today"))
}

/// This morning's pain: the "next morning" of yesterday's session.
pub async fn morning(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    record(me, form, "morning", "Thank you. The morning after tells most about how a session went.").await
}

/// The day's average pain.
pub async fn day(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    record(me, form, "average", "Your day is noted.").await
}
