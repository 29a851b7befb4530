//! Logging a session: exercises, daily amounts, how it felt, and the "anything new" line.

use super::log_form::{Asked, Fields, ItemFields, Kind, read};
use super::{active, load};
use crate::care::CareError;
use crate::care::facts::quota_days;
use crate::care::journal::check_day;
use crate::care::logging::{NewLog, coloured, correct, log, title_of};
use crate::care::today::Today;
use crate::clinical::advice::fill;
use crate::clinical::codes::DayClass;
use crate::lang::say;
use crate::store::logs::TrainingLog;
use crate::store::{logs, plans};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "pages/today/log.html")]
struct LogPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: &'static str,
    action: String,
    token: String,
    day: String,
    on: String,
    other_days: Vec<(String, String)>,
    items: Vec<ItemFields>,
    quotas: Vec<ItemFields>,
    felt: Vec<Field>,
    safety: Vec<Field>,
    note: Field,
    stop_lines: Vec<String>,
    changed: i64,
}

pub(super) fn asked_on(today: &Today) -> Asked {
    Asked {
        on: today.on,
        items: today.training.iter().map(|i| (i.exercise.clone(), say(i.title()).to_owned())).collect(),
        quotas: today.quotas.iter().map(|q| (q.quota.clone(), q.amount)).collect(),
    }
}

/// The other days of the last week that can still be logged.
fn other_days(me: &Me, on: NaiveDate) -> Vec<(String, String)> {
    let today = me.moment.today();
    (0..=7).map(|back| today - Days::new(back)).filter(|day| *day != on).map(|day| (day.to_string(), words::short_day(day))).collect()
}

fn log_page(
    me: &Me,
    title: &'static str,
    action: String,
    token: String,
    mut fields: Fields,
    errors: &Errors,
    changed: i64,
) -> Result<HttpResponse, AppError> {
    let lines = fields.show(errors);
    let on = fields.on.value.parse().unwrap_or_else(|_| me.moment.today());
    let text = |t: &String| fill(t, me.visitor.emergency_number(), me.visitor.urgent_number());
    let shown = LogPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        title,
        action,
        token,
        day: words::day(on),
        other_days: if changed >= 0 { Vec::new() } else { other_days(me, on) },
        on: on.to_string(),
        items: fields.items,
        quotas: fields.quotas,
        felt: fields.felt,
        safety: fields.safety,
        note: fields.note,
        stop_lines: advice().stop_rule.lines.iter().map(text).collect(),
        changed,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The day a log is for: today unless another one of the last week is asked for.
#[derive(Deserialize)]
pub struct For {
    on: Option<NaiveDate>,
}

fn day_asked(me: &Me, on: Option<NaiveDate>) -> NaiveDate {
    let today = me.moment.today();
    on.filter(|on| check_day(*on, today).is_ok()).unwrap_or(today)
}

/// The form for a session.
pub async fn show(me: Me, query: web::Query<For>) -> Result<HttpResponse, AppError> {
    let plan = match active(&me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let on = day_asked(&me, query.on).max(plan.plan.started_on);
    let day = load(&me, plan, on).await?;
    if day.away.as_ref().is_some_and(crate::store::away::Break::is_illness) && on == me.moment.today() {
        return Ok(go("/break"));
    }
    log_page(
        &me,
        tr!("Log what you did"),
        "/today/log".to_owned(),
        crate::ids::fresh(),
        Fields::new(&asked_on(&day), Kind::Full),
        &Errors::default(),
        -1,
    )
}

/// Stores a session and says what its amounts came to.
pub(super) async fn keep(me: &Me, new: NewLog) -> Result<HttpResponse, AppError> {
    let safety = new.anything_new || new.stop_symptom;
    let on = new.on;
    let class = me
        .run(move |store, who, moment| {
            log(store, who, &new, moment)?;
            store.read(|tx| {
                let Some(plan) = plans::active(tx, who)? else { return Ok(None) };
                let sessions = coloured(tx, who, on, on)?;
                let quotas = plans::quotas(tx, who, &plan)?;
                Ok(quotas.iter().find_map(|q| quota_days(&sessions, q).into_iter().find(|d| d.on == on)).map(|d| d.class))
            })
        })
        .await?;
    if safety {
        return Ok(go("/signs"));
    }
    let turn = usize::try_from(chrono::Datelike::num_days_from_ce(&on)).unwrap_or(0);
    let said = match class {
        Some(class @ (DayClass::Met | DayClass::Over | DayClass::Short)) => {
            tr!("Saved. {more}", more = advice().day_class(class).sentence(turn))
        }
        _ => tr!("Saved.").to_owned(),
    };
    me.visitor.flash(&said);
    Ok(go("/today"))
}

/// Keeps a session.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let plan = match active(&me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let on = day_asked(&me, form.0.text("on").parse().ok()).max(plan.plan.started_on);
    let day = load(&me, plan, on).await?;
    let asked = asked_on(&day);
    let (new, mut errors) = read(&form.0, &asked, Kind::Full);
    if errors.is_empty() {
        match keep(&me, new).await {
            Ok(response) => return Ok(response),
            Err(error) => errors.absorb(error)?,
        }
    }
    let mut fields = Fields::new(&asked, Kind::Full);
    fields.sent(&form.0);
    log_page(&me, tr!("Log what you did"), "/today/log".to_owned(), form.0.token(), fields, &errors, -1)
}

async fn old(me: &Me, id: &str) -> Result<(TrainingLog, Asked, i64), AppError> {
    let id = id.to_owned();
    me.run(move |store, who, _| {
        store.read(|tx| {
            let log = logs::one(tx, who, &id)?;
            let plan = plans::active(tx, who)?;
            let quotas = match &plan {
                Some(plan) => plans::quotas(tx, who, plan)?,
                None => Vec::new(),
            };
            let items: Result<Vec<_>, CareError> =
                log.items.iter().map(|i| Ok((i.exercise.clone(), say(&title_of(tx, who, &i.exercise)?).to_owned()))).collect();
            let asked = Asked {
                on: log.on_date,
                items: items?,
                quotas: quotas
                    .into_iter()
                    .filter_map(|q| {
                        log.quotas
                            .iter()
                            .find(|l| l.activity == q.activity.0)
                            .map(|l| l.quota)
                            .or(Some(q.today()))
                            .map(|amount| (q, amount))
                    })
                    .collect(),
            };
            let changed = logs::revision_count(tx, who, &log.id)?;
            Ok((log, asked, changed))
        })
    })
    .await
}

/// A logged session, to be corrected.
pub async fn edit(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    let (log, asked, changed) = old(&me, &id).await?;
    let mut fields = Fields::new(&asked, Kind::Full);
    fields.of_log(&log);
    log_page(
        &me,
        tr!("Change what you logged"),
        format!("/sessions/{}/edit", log.id),
        log.token.clone(),
        fields,
        &Errors::default(),
        changed,
    )
}

/// Keeps the correction; what was said before is kept too.
pub async fn save_edit(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (log, asked, changed) = old(&me, &id).await?;
    let (mut new, mut errors) = read(&form.0, &asked, Kind::Full);
    new.on = log.on_date;
    new.token.clone_from(&log.token);
    let safety = new.anything_new || (new.stop_symptom && !log.stop_symptom);
    if errors.is_empty() {
        let log_id = log.id.clone();
        match me.run(move |store, who, moment| correct(store, who, &log_id, &new, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Your change is saved. What you wrote before is kept."));
                return Ok(go(if safety { "/signs" } else { "/today" }));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let mut fields = Fields::new(&asked, Kind::Full);
    fields.sent(&form.0);
    log_page(&me, tr!("Change what you logged"), format!("/sessions/{}/edit", log.id), log.token.clone(), fields, &errors, changed)
}
