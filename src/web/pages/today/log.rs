//! Logging a session: exercises, daily amounts, how it felt, and the "anything new" line.

use super::{active, load};
use crate::care::facts::quota_days;
use crate::care::journal::check_day;
use crate::care::logging::{NewLog, coloured, correct, log};
use crate::care::today::Today;
use crate::clinical::advice::{advice, fill};
use crate::clinical::codes::DayClass;
use crate::clinical::exercise::library;
use crate::store::logs::{Done, ItemLog, QuotaLog, TrainingLog};
use crate::store::plans::PlanQuota;
use crate::store::{logs, plans};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

/// What a log asks about.
struct Asked {
    on: NaiveDate,
    items: Vec<String>,
    quotas: Vec<(PlanQuota, f64)>,
}

/// An exercise with its questions.
struct ItemFields {
    done: Field,
    reason: Field,
}

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
    quick: bool,
    changed: i64,
}

fn reasons() -> Vec<(String, String)> {
    std::iter::once((String::new(), "No reason given".to_owned()))
        .chain(advice().reasons.iter().map(|r| (r.key.clone(), r.label.clone())))
        .collect()
}

fn item_fields(id: &str) -> ItemFields {
    let name = library().get(id).map_or_else(|| id.to_owned(), |e| e.title.clone());
    ItemFields {
        done: Field::new("radios", &format!("done_{id}"), name.clone()).options([
            ("done", "Done"),
            ("partly", "Partly: half of the sets or more"),
            ("not", "Not today"),
        ]),
        reason: Field::new("select", &format!("reason_{id}"), format!("If not all of it, why? ({name})")).options(reasons()).optional(),
    }
}

fn quota_fields(quota: &PlanQuota, asked: f64) -> ItemFields {
    let (activity, unit) = (quota.activity.0, quota.unit.0);
    let words_of = advice().activity(activity);
    let unit_words = words_of.unit(unit).map_or_else(|| unit.to_string(), |u| u.many.clone());
    ItemFields {
        done: Field::new("decimal", &format!("amount_{activity}"), words_of.name.clone())
            .hint(format!("Planned: {}. Leave it empty if you have no answer; 0 means you did none.", words::amount(activity, unit, asked)))
            .suffix(unit_words)
            .optional(),
        reason: Field::new("select", &format!("reason_{activity}"), format!("If it was less, why? ({})", words_of.name))
            .options(reasons())
            .optional(),
    }
}

/// Every field of the page, in one list for the messages, and back into its places.
struct Fields {
    on: Field,
    items: Vec<ItemFields>,
    quotas: Vec<ItemFields>,
    felt: Vec<Field>,
    safety: Vec<Field>,
    note: Field,
}

impl Fields {
    fn new(asked: &Asked) -> Self {
        let yes_no = [("no", "No"), ("yes", "Yes")];
        Self {
            on: Field::new("hidden", "on", "Day").value(asked.on.to_string()),
            items: asked.items.iter().map(|id| item_fields(id)).collect(),
            quotas: asked.quotas.iter().map(|(quota, amount)| quota_fields(quota, *amount)).collect(),
            felt: vec![
                Field::new("scale", "during", "Your worst pain during the exercises").ends("no pain", "the worst pain you can imagine"),
                Field::new("scale", "effort", "How hard did it feel?").ends("no effort", "as hard as you can"),
            ],
            safety: vec![
                Field::new("radios", "stop", "Did you have to stop because of one of these?").options(yes_no),
                Field::new("radios", "anything_new", advice().recheck.log_line.clone())
                    .hint(advice().recheck.log_hint.clone())
                    .options(yes_no),
            ],
            note: Field::new("textarea", "note", "Anything you want to remember").optional(),
        }
    }

    fn each(&mut self, mut f: impl FnMut(&mut Field)) {
        f(&mut self.on);
        for item in self.items.iter_mut().chain(&mut self.quotas) {
            f(&mut item.done);
            f(&mut item.reason);
        }
        self.felt.iter_mut().chain(&mut self.safety).for_each(&mut f);
        f(&mut self.note);
    }

    fn sent(&mut self, form: &FormData) {
        self.each(|field| *field = field.clone().sent(form));
    }

    fn show(&mut self, errors: &Errors) -> Vec<ErrorLine> {
        let mut list = Vec::new();
        self.each(|field| list.push(field.clone()));
        let lines = errors.show(&mut list);
        let mut shown = list.into_iter();
        self.each(|field| {
            if let Some(with_message) = shown.next() {
                *field = with_message;
            }
        });
        lines
    }

    fn of_log(&mut self, log: &TrainingLog) {
        let mut pairs: Vec<(String, String)> = vec![("on".to_owned(), log.on_date.to_string()), ("note".to_owned(), log.note.clone())];
        for item in log.items.iter() {
            let done = match item.done {
                Done::Done => "done",
                Done::Partly => "partly",
                Done::Not => "not",
            };
            pairs.push((format!("done_{}", item.exercise), done.to_owned()));
            pairs.push((format!("reason_{}", item.exercise), item.reason.clone()));
        }
        for quota in log.quotas.iter() {
            pairs.push((format!("amount_{}", quota.activity), quota.amount.map(words::number).unwrap_or_default()));
            pairs.push((format!("reason_{}", quota.activity), quota.reason.clone()));
        }
        let number = |n: Option<i32>| n.map(|n| n.to_string()).unwrap_or_default();
        pairs.extend([("during".to_owned(), number(log.worst_during)), ("effort".to_owned(), number(log.effort))]);
        pairs.push(("stop".to_owned(), if log.stop_symptom { "yes" } else { "no" }.to_owned()));
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        self.sent(&FormData::of(&pairs));
    }
}

/// What a form says about a session.
fn read(form: &FormData, asked: &Asked, needs_answer: bool) -> (NewLog, Errors) {
    let mut reader = Reader::new(form);
    let on = reader.date("on").unwrap_or(asked.on);
    let mut items = Vec::new();
    for id in &asked.items {
        let name = format!("done_{id}");
        let done = match form.text(&name) {
            "done" => Done::Done,
            "partly" => Done::Partly,
            "not" => Done::Not,
            "" => {
                if needs_answer {
                    reader.errors.add(&name, "Choose how much of it you did");
                }
                continue;
            }
            _ => {
                reader.errors.add(&name, "Choose one of the answers");
                continue;
            }
        };
        let reason = reason(form, id).filter(|_| done != Done::Done).unwrap_or_default();
        items.push(ItemLog { exercise: id.clone(), done, reason });
    }
    let mut quotas = Vec::new();
    for (quota, asked_amount) in &asked.quotas {
        let activity = quota.activity.0;
        let amount = reader.decimal(&format!("amount_{activity}"), 0.0..=10_000.0, "Enter a number, for example 12, or leave it empty");
        if amount.is_some() {
            let reason = reason(form, activity.code()).unwrap_or_default();
            quotas.push(QuotaLog { activity, amount, quota: *asked_amount, reason });
        }
    }
    let (during, effort) = (reader.scale("during"), reader.scale("effort"));
    let stop = reader.yes_no("stop");
    reader.need("stop", stop, "Choose yes or no");
    let anything_new = reader.yes_no("anything_new");
    reader.need("anything_new", anything_new, "Choose yes or no");
    let note = reader.text("note", 1000, None);
    let new = NewLog {
        on,
        items,
        quotas,
        during,
        effort,
        stop_symptom: stop == Some(true),
        anything_new: anything_new == Some(true),
        note,
        token: form.text("token").to_owned(),
    };
    (new, reader.errors)
}

fn reason(form: &FormData, key: &str) -> Option<String> {
    let given = form.text(&format!("reason_{key}"));
    advice().reason(given).map(|r| r.key.clone())
}

fn asked_on(today: &Today) -> Asked {
    Asked {
        on: today.on,
        items: today.training.iter().map(|i| i.exercise.clone()).collect(),
        quotas: today.quotas.iter().map(|q| (q.quota.clone(), q.amount)).collect(),
    }
}

/// The other days of the last week that can still be logged.
fn other_days(me: &Me, on: NaiveDate) -> Vec<(String, String)> {
    let today = me.moment.today();
    (0..=7).map(|back| today - Days::new(back)).filter(|day| *day != on).map(|day| (day.to_string(), words::short_day(day))).collect()
}

#[expect(clippy::too_many_arguments, reason = "one call site each for a new and an old session")]
fn log_page(
    me: &Me,
    title: &'static str,
    action: String,
    token: String,
    mut fields: Fields,
    errors: &Errors,
    quick: bool,
    changed: i64,
) -> Result<HttpResponse, AppError> {
    let lines = fields.show(errors);
    let on = fields.on.value.parse().unwrap_or_else(|_| me.moment.today());
    let text = |t: &String| fill(t, &me.visitor.app.config.emergency_number, &me.visitor.app.config.urgent_number);
    let shown = LogPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        title,
        action,
        token,
        day: words::day(on),
        other_days: if quick || changed >= 0 { Vec::new() } else { other_days(me, on) },
        on: on.to_string(),
        items: fields.items,
        quotas: fields.quotas,
        felt: fields.felt,
        safety: fields.safety,
        note: fields.note,
        stop_lines: advice().stop_rule.lines.iter().map(text).collect(),
        quick,
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
    log_page(
        &me,
        "Log what you did",
        "/today/log".to_owned(),
        crate::ids::fresh(),
        Fields::new(&asked_on(&day)),
        &Errors::default(),
        false,
        -1,
    )
}

/// "As planned": the short form, where everything planned counts as done.
pub async fn as_planned(me: Me) -> Result<HttpResponse, AppError> {
    let plan = match active(&me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let day = load(&me, plan, me.moment.today()).await?;
    if day.training.is_empty() && day.quotas.is_empty() {
        return Ok(go("/today"));
    }
    log_page(
        &me,
        "All as planned",
        "/today/as-planned".to_owned(),
        crate::ids::fresh(),
        quick_fields(&asked_on(&day)),
        &Errors::default(),
        true,
        -1,
    )
}

fn quick_fields(asked: &Asked) -> Fields {
    let mut fields = Fields::new(asked);
    if asked.items.is_empty() {
        fields.felt.clear();
    }
    (fields.items, fields.quotas) = (Vec::new(), Vec::new());
    fields
}

/// Keeps a session of the short form.
pub async fn save_as_planned(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let plan = match active(&me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let day = load(&me, plan, me.moment.today()).await?;
    let asked = asked_on(&day);
    let (mut new, mut errors) = read(&form.0, &Asked { on: asked.on, items: Vec::new(), quotas: Vec::new() }, false);
    new.on = asked.on;
    new.items = asked.items.iter().map(|id| ItemLog { exercise: id.clone(), done: Done::Done, reason: String::new() }).collect();
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
    let mut fields = quick_fields(&asked);
    fields.sent(&form.0);
    log_page(&me, "All as planned", "/today/as-planned".to_owned(), form.0.text("token").to_owned(), fields, &errors, true, -1)
}

/// Stores a session and says what its amounts came to.
async fn keep(me: &Me, new: NewLog) -> Result<HttpResponse, AppError> {
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
        Some(class @ (DayClass::Met | DayClass::Over | DayClass::Short)) => format!("Saved. {}", advice().day_class(class).sentence(turn)),
        _ => "Saved.".to_owned(),
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
    let (new, mut errors) = read(&form.0, &asked, true);
    if errors.is_empty() {
        match keep(&me, new).await {
            Ok(response) => return Ok(response),
            Err(error) => errors.absorb(error)?,
        }
    }
    let mut fields = Fields::new(&asked);
    fields.sent(&form.0);
    log_page(&me, "Log what you did", "/today/log".to_owned(), form.0.text("token").to_owned(), fields, &errors, false, -1)
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
            let asked = Asked {
                on: log.on_date,
                items: log.items.iter().map(|i| i.exercise.clone()).collect(),
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
    let mut fields = Fields::new(&asked);
    fields.of_log(&log);
    log_page(
        &me,
        "Change what you logged",
        format!("/sessions/{}/edit", log.id),
        log.token.clone(),
        fields,
        &Errors::default(),
        false,
        changed,
    )
}

/// Keeps the correction; what was said before is kept too.
pub async fn save_edit(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (log, asked, changed) = old(&me, &id).await?;
    let (mut new, mut errors) = read(&form.0, &asked, true);
    new.on = log.on_date;
    new.token.clone_from(&log.token);
    let safety = new.anything_new || (new.stop_symptom && !log.stop_symptom);
    if errors.is_empty() {
        let log_id = log.id.clone();
        match me.run(move |store, who, moment| correct(store, who, &log_id, &new, moment)).await {
            Ok(()) => {
                me.visitor.flash("Your change is saved. What you wrote before is kept.");
                return Ok(go(if safety { "/signs" } else { "/today" }));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let mut fields = Fields::new(&asked);
    fields.sent(&form.0);
    log_page(&me, "Change what you logged", format!("/sessions/{}/edit", log.id), log.token.clone(), fields, &errors, false, changed)
}
