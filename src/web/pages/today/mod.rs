//! `/today` and what hangs on it: the day's page, logging, mornings, the weekly check, danger signs, flares.

pub mod check;
pub mod flare;
pub mod log;
mod log_form;
pub mod signs;

use super::offers::{OfferView, cards};
use crate::care::CareError;
use crate::care::logging::record_day;
use crate::care::offers::offers;
use crate::care::pattern::due;
use crate::care::standing::{Active, Pause, Standing, standing};
use crate::care::today::{DayState, Today, minutes, today};
use crate::clinical::advice::advice;
use crate::clinical::codes::Colour;
use crate::clinical::plan::Prescribed;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::figure::thumbnail_of;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::NaiveDate;

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

/// An exercise as the day's list shows it.
pub struct ItemView {
    /// Id of the exercise.
    pub id: String,
    /// Friendly name.
    pub name: String,
    /// Dose in words.
    pub dose: String,
    /// Its small picture; empty where it has none.
    pub thumb: std::sync::Arc<str>,
    /// `done`, `partly`, `missed` or empty.
    pub kind: &'static str,
    /// The word for it.
    pub word: &'static str,
}

impl ItemView {
    /// The words of a prescribed item.
    pub fn new(item: &Prescribed) -> Self {
        Self {
            id: item.exercise.clone(),
            name: item.title().to_owned(),
            dose: crate::care::plan::dose_words(item),
            thumb: thumbnail_of(item),
            kind: "",
            word: "",
        }
    }
}

struct QuotaView {
    name: String,
    amount: String,
    detail: String,
    kind: &'static str,
    word: String,
}

struct DayView {
    kind: &'static str,
    short: String,
    full: String,
    word: &'static str,
}

struct LoggedView {
    href: String,
    text: String,
    colour: &'static str,
    colour_word: String,
}

struct FlareView {
    day: i64,
    note: String,
    settled_first: bool,
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
    average: Field,
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
}

fn strip(today: &Today) -> (Vec<DayView>, String) {
    let view = |day: &crate::care::today::StripDay| {
        let is_today = day.on == today.on;
        let (kind, word) = match day.state {
            DayState::Done => ("done", "Done"),
            DayState::Partly => ("partly", "Partly done"),
            DayState::NoAnswer => ("missed", "No answer"),
            DayState::Rest => ("rest", "Rest day"),
            DayState::Planned if is_today => ("today", "Today"),
            DayState::Planned => ("planned", "Planned"),
        };
        DayView { kind, short: day.on.format("%a").to_string(), full: words::day(day.on), word }
    };
    let logged = today.strip.iter().filter(|d| matches!(d.state, DayState::Done | DayState::Partly)).count();
    let sentence = match logged {
        0 => "Nothing logged yet this week.".to_owned(),
        1 => "One day logged this week.".to_owned(),
        n => format!("{n} days logged this week."),
    };
    (today.strip.iter().map(view).collect(), sentence)
}

fn quotas(today: &Today) -> Vec<QuotaView> {
    let view = |q: &crate::care::today::DayQuota| {
        let (activity, unit) = (q.quota.activity.0, q.quota.unit.0);
        let advice = advice();
        let (kind, word) = match &q.so_far {
            None => ("", String::new()),
            Some(day) => {
                let kind = if matches!(day.class, crate::clinical::codes::DayClass::Met | crate::clinical::codes::DayClass::Over) {
                    "done"
                } else {
                    "partly"
                };
                (kind, format!("{} so far", words::amount(activity, unit, day.done)))
            }
        };
        QuotaView {
            name: advice.activity(activity).name.clone(),
            amount: words::amount(activity, unit, q.amount),
            detail: if q.bouts > 1 { format!("in {} short parts", q.bouts) } else { String::new() },
            kind,
            word,
        }
    };
    today.quotas.iter().map(view).collect()
}

/// Class and word of a session's colour.
pub fn colour(colour: Option<Colour>) -> (&'static str, String) {
    match colour {
        Some(Colour::Green) => ("green", advice().colour(Colour::Green).word.clone()),
        Some(Colour::Amber) => ("amber", advice().colour(Colour::Amber).word.clone()),
        Some(Colour::Red) => ("red", advice().colour(Colour::Red).word.clone()),
        None => ("", String::new()),
    }
}

fn pause_words(pause: Option<Pause>) -> (&'static str, String) {
    match pause {
        None => ("", String::new()),
        Some(Pause::DangerSign) => ("danger", advice().pause("P-01").unwrap_or_default().to_owned()),
        Some(Pause::Unanswered) => ("unanswered", String::new()),
        Some(Pause::LegSymptoms) => ("leg", advice().pause("P-02").unwrap_or_default().to_owned()),
    }
}

fn pain_field(name: &str, label: &str) -> Field {
    Field::new("scale", name, label).ends("no pain", "the worst pain you can imagine")
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
    let shown = |field: Field, value: Option<i32>| match (form, value) {
        (Some(form), _) => field.sent(form),
        (None, Some(value)) => field.value(value.to_string()),
        (None, None) => field,
    };
    let mut fields = vec![
        shown(pain_field("average", "How was your pain today, on average?"), today.average),
        shown(pain_field("morning", "How is your pain this morning?"), today.morning),
    ];
    let lines = errors.show(&mut fields);
    let morning = fields.pop().filter(|f| today.morning_open || !f.error.is_empty());
    let average = fields.pop().unwrap_or_default();
    let (strip, strip_sentence) = strip(today);
    let (pause, pause_text) = pause_words(today.pause);
    let logged = today.logged.iter().map(|session| {
        let done = session.log.items.iter().filter(|i| i.done != crate::store::logs::Done::Not).count();
        let (colour, colour_word) = colour(session.colour);
        let text = if session.log.items.is_empty() {
            "Daily amount".to_owned()
        } else {
            format!("{done} of {} exercises", session.log.items.len())
        };
        LoggedView { href: format!("/sessions/{}/edit", session.log.id), text, colour, colour_word }
    });
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
        average,
        quotas: quotas(today),
        training: today.training.iter().map(ItemView::new).collect(),
        support: today.support.iter().map(ItemView::new).collect(),
        minutes: minutes(today),
        is_training_day: today.is_training_day,
        flare: today.flare.as_ref().map(|(day, plan)| FlareView { day: *day, note: plan.note.to_owned(), settled_first: *day >= 7 }),
        logged: logged.collect(),
        cue,
        quiet: today.quiet,
        maintaining: today.maintaining,
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
    if !reader.errors.is_empty() {
        let active = match active(&me).await? {
            Ok(active) => active,
            Err(elsewhere) => return Ok(go(elsewhere)),
        };
        let day = load(&me, active.clone(), me.moment.today()).await?;
        return today_page(&me, active, &day, Some(&form.0), &reader.errors).await;
    }
    let (average, morning) = if name == "average" { (pain, None) } else { (None, pain) };
    me.run(move |store, who, moment| record_day(store, who, moment.today(), average, morning, moment)).await?;
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
