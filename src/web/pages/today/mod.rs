//! `/today` and what hangs on it: the day's page, logging, mornings, the weekly check, danger signs, flares.

pub mod check;
pub mod flare;
pub mod log;
mod log_form;
pub mod morning;
pub mod session;
pub mod session_end;
pub mod session_stop;
pub mod short;
pub mod signs;
mod views;

use crate::web::view::told::advice;
pub(super) use views::pain_field as views_pain;
use views::{
    Asked, CatchUp, DayView, FlareView, LoggedView, QuotaView, SessionView, asked, logged, pause_words, quotas, session_view, strip,
};
pub use views::{ItemView, colour, why_words};

use super::away::AwayView;
use super::changes::{SeenView, news_of};
use super::goals::GoalView;
use super::learn::{self, ReadCard};
use super::messages::DoorView;
use super::offers::{OfferView, cards};
use crate::care::CareError;
use crate::care::desk::sending::pending;
use crate::care::goals::followed;
use crate::care::offers::offers;
use crate::care::pattern::due;
use crate::care::player::programme;
use crate::care::standing::{Active, Standing, standing};
use crate::care::today::{Today, minutes, today};
use crate::care::{agreement, checkins, measures};
use crate::lang::say;
use crate::store::patient_rules::Settled;
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
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
    /// The date its forms mean.
    on: NaiveDate,
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
    worst: Field,
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
    away: Option<AwayView>,
    around: Around,
}

/// What stands around the day: changes to see, questions that wait, goals just reached.
struct Around {
    /// What changed since the person last looked.
    unseen: Option<SeenView>,
    /// Who sent a change of the plan that waits for the person's word; empty where none waits.
    asked: String,
    /// Measures wait, apart from the weekly check.
    measures: usize,
    /// A check-in waits.
    check_in: bool,
    /// Goals reached in the last days.
    reached: Vec<GoalView>,
    /// The way to the messages.
    door: DoorView,
}

/// Days for which a goal that was reached is told on the day's page.
const TOLD_DAYS: u64 = 7;

async fn around(me: &Me, active: &Active, check_due: bool) -> Result<Around, AppError> {
    let active = active.clone();
    me.run(move |store, who, moment| {
        store.read(|tx| {
            let (on, plan) = (moment.today(), &active.plan);
            let waiting = if check_due { Vec::new() } else { measures::waiting(tx, who, &active, on)? };
            // A measure of this week follows its weekly check.
            let checked = measures::checked_this_week(tx, who, plan, on)?;
            let measures = waiting.iter().filter(|due| checked || due.week < active.week(on)).count();
            let reached = followed(tx, who)?
                .into_iter()
                .filter(|f| f.goal.ended_on.is_none() && f.reached.is_some_and(|since| since <= on && since + Days::new(TOLD_DAYS) > on));
            let reached = if active.pause.is_some() { Vec::new() } else { reached.map(|f| GoalView::new(&f)).collect() };
            let asked = if active.pause.is_some() { None } else { pending(tx, who)? };
            Ok::<_, CareError>(Around {
                asked: asked.map(|pending| pending.by).unwrap_or_default(),
                unseen: news_of(&agreement::unseen(tx, who, plan)?, &crate::store::reviews::reviews(tx, who, &plan.id)?),
                measures,
                check_in: checkins::waiting(tx, who, on)?.is_some(),
                reached,
                door: DoorView::new(crate::care::messages::door(tx, who)?),
            })
        })
    })
    .await
}

/// What the week before led to. A step that somebody approves is not told as taken before they have.
fn news(today: &Today) -> String {
    let Some(review) = &today.news else { return String::new() };
    match today.proposed {
        Some(Settled::Waiting) => {
            tr!("Your physiotherapist looks at the next step with you; the plan stays as it is until then.").to_owned()
        }
        Some(Settled::Declined | Settled::Lapsed) => tr!("Your plan stays as it is for now.").to_owned(),
        Some(Settled::Approved) | None => advice().outcome(review.result.outcome).sentence.clone(),
    }
}

async fn today_page(
    me: &Me,
    active: Box<Active>,
    today: &Today,
    form: Option<&FormData>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let cue = active.plan.cue.clone();
    let around = around(me, &active, today.check_due).await?;
    let (again, offered) = me
        .run(move |store, who, moment| {
            store.read(|tx| Ok::<_, CareError>((due(tx, who, &active, moment)?, offers(tx, who, &active, moment.today())?)))
        })
        .await?;
    let Asked { lines, morning, catch_up, average, worst } = asked(today, form, errors);
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
        news: news(today),
        check_due: today.check_due,
        again: again.filter(|_| today.away.is_none()).map(super::again::invitation).unwrap_or_default(),
        offers: cards(&offered),
        morning,
        catch_up,
        average,
        worst,
        on: today.on,
        session: played.filter(|_| today.pause.is_none()).map(|played| session_view(&played, today)),
        token: crate::ids::fresh(),
        can_play: !programme(today).is_empty(),
        quotas: quotas(today),
        training: today.training.iter().map(ItemView::today).collect(),
        support: today.support.iter().map(ItemView::today).collect(),
        minutes: minutes(today),
        is_training_day: today.is_training_day,
        flare: today.flare.as_ref().map(|(day, plan)| FlareView { day: *day, note: say(plan.note).to_owned(), settled_first: *day >= 7 }),
        logged: logged(today),
        cue,
        quiet: today.quiet,
        maintaining: today.maintaining,
        read: learn::card(me).await?,
        away: today.away.as_ref().map(|away| AwayView::new(away, false)),
        around,
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
