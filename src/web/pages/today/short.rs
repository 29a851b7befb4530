//! The short log: "all as planned", and the end of a session that was played. Both ask how it felt and the one
//! safety question, whose answers are the buttons that save: four taps from the day's page, three after a session.

use super::log::{asked_on, keep};
use super::log_form::{Asked, Fields, ItemFields, Kind, brought_on, read};
use super::session::halted;
use super::{active, load};
use crate::clinical::advice::fill;
use crate::store::logs::{Done, ItemLog, QuotaLog};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// What counts as done, or what was pressed.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) word: &'static str,
}

#[derive(Template)]
#[template(path = "pages/today/short.html")]
struct ShortPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: &'static str,
    action: &'static str,
    token: String,
    day: String,
    on: String,
    lines: Vec<Line>,
    amounts: Vec<String>,
    items: Vec<ItemFields>,
    open_items: bool,
    quotas: Vec<ItemFields>,
    felt: Vec<Field>,
    which: Vec<Field>,
    unusual: Field,
    note: Field,
    stop_lines: Vec<String>,
}

/// Everything a short page is made from.
pub(super) struct Short {
    pub(super) kind: Kind,
    pub(super) token: String,
    pub(super) lines: Vec<Line>,
    pub(super) amounts: Vec<String>,
    pub(super) fields: Fields,
}

/// The page.
pub(super) fn short_page(me: &Me, mut short: Short, errors: &Errors) -> Result<HttpResponse, AppError> {
    let lines = short.fields.show(errors);
    let fields = short.fields;
    let on = fields.on.value.parse().unwrap_or_else(|_| me.moment.today());
    let (which, felt) = fields.felt.into_iter().partition(|field| field.name == "brought_on");
    let (title, action) = match short.kind {
        Kind::Played => (tr!("How did it go?"), "/today/session/end"),
        _ => (tr!("All as planned"), "/today/as-planned"),
    };
    let shown = ShortPage {
        errors: lines,
        title,
        action,
        token: short.token,
        day: words::day(on),
        on: on.to_string(),
        lines: short.lines,
        amounts: short.amounts,
        open_items: fields.items.iter().any(|item| item.done.value.is_empty() || !item.done.error.is_empty()),
        items: fields.items,
        quotas: fields.quotas,
        felt,
        which,
        unusual: fields.safety.into_iter().next().unwrap_or_default(),
        note: fields.note,
        stop_lines: advice().stop_rule.lines.iter().map(|t| fill(t, me.visitor.emergency_number(), me.visitor.urgent_number())).collect(),
        ctx: me.visitor.ctx(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

fn as_planned(asked: &Asked, token: String) -> Short {
    let line = |(_, name): &(String, String)| Line { name: name.clone(), kind: "done", word: tr!("Done") };
    let amount = |q: &crate::store::plans::PlanQuota, amount: f64| {
        tr!("{activity}: {amount}", activity = advice().activity(q.activity.0).name, amount = words::amount(q.activity.0, q.unit.0, amount))
    };
    Short {
        kind: Kind::AsPlanned,
        token,
        lines: asked.items.iter().map(line).collect(),
        amounts: asked.quotas.iter().map(|(q, planned)| amount(q, *planned)).collect(),
        fields: Fields::new(asked, Kind::AsPlanned),
    }
}

/// "As planned": everything planned counts as done.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let plan = match active(&me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    if let Some(elsewhere) = halted(plan.pause) {
        return Ok(go(elsewhere));
    }
    let day = load(&me, plan, me.moment.today()).await?;
    if day.training.is_empty() && day.quotas.is_empty() {
        return Ok(go("/today"));
    }
    short_page(&me, as_planned(&asked_on(&day), crate::ids::fresh()), &Errors::default())
}

/// Keeps a session in which everything went as planned.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let plan = match active(&me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    if let Some(elsewhere) = halted(plan.pause) {
        return Ok(go(elsewhere));
    }
    let day = load(&me, plan, me.moment.today()).await?;
    let asked = asked_on(&day);
    let (mut new, mut errors) = read(&form.0, &Asked { on: asked.on, items: Vec::new(), quotas: Vec::new() }, Kind::AsPlanned);
    new.on = asked.on;
    let item = |(id, _): &(String, String)| ItemLog {
        exercise: id.clone(),
        done: Done::Done,
        reason: String::new(),
        brought_on: brought_on(&form.0, id),
    };
    new.items = asked.items.iter().map(item).collect();
    new.quotas = asked
        .quotas
        .iter()
        .map(|(q, amount)| QuotaLog { activity: q.activity.0, amount: Some(*amount), quota: *amount, reason: String::new() })
        .collect();
    if errors.is_empty() {
        match keep(&me, new).await {
            Ok(response) => return Ok(response),
            Err(error) => errors.absorb(error)?,
        }
    }
    let mut short = as_planned(&asked, form.0.token());
    short.fields.sent(&form.0);
    // What is missing is said at once, not one after the other.
    for (name, what) in [
        ("during", tr!("Choose your worst pain during the exercises, from 0 to 10")),
        ("effort", tr!("Choose how hard it felt, from 0 to 10")),
    ] {
        if short.fields.felt.iter().any(|f| f.name == name && f.value.is_empty()) {
            errors.add(name, what);
        }
    }
    short_page(&me, short, &errors)
}
