//! `/break`: holiday and illness, a clear path out and a way back. Before an illness the danger-sign questions are
//! asked, and the one safety question before coming back; a holiday ends by itself.

use super::today::active;
use super::today::check::{read_signs, sign_fields};
use crate::care::CareError;
use crate::care::away::{ahead, back, fall_ill, go_on_holiday};
use crate::store::away::Break;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Days;

/// An announced break as pages show it, with the way back.
pub struct AwayView {
    /// An illness.
    pub ill: bool,
    /// First day.
    pub from: String,
    /// Last day; empty when nobody knows.
    pub to: String,
    /// The safety question of the way back.
    pub question: String,
    /// Help under it.
    pub hint: String,
    /// Makes a repeated submission harmless.
    pub token: String,
    /// It is still to come.
    pub ahead: bool,
}

impl AwayView {
    /// The words of a break.
    pub fn new(away: &Break, ahead: bool) -> Self {
        let last = away.over_on().map(|over| over - Days::new(1));
        Self {
            ill: away.is_illness(),
            from: words::day(away.starts_on),
            to: last.map(words::day).unwrap_or_default(),
            question: advice().recheck.log_line.clone(),
            hint: advice().recheck.log_hint.clone(),
            token: crate::ids::fresh(),
            ahead,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/away/show.html")]
struct BreakPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    away: Option<AwayView>,
    ill: bool,
    dates: Vec<Field>,
    token: String,
}

fn date_fields() -> Vec<Field> {
    vec![
        Field::new("date", "from", tr!("First day away")).hint(tr!("Today or later.")),
        Field::new("date", "to", tr!("Last day away")).hint(tr!("The day before you want to go on.")),
    ]
}

async fn break_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let plan = match active(me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let of = plan.plan.clone();
    let coming = me.run(move |store, who, moment| store.read(|tx| ahead(tx, who, &of, moment.today()))).await?;
    let away = plan.away.as_ref().map(|now| AwayView::new(now, false)).or(coming.as_ref().map(|next| AwayView::new(next, true)));
    let mut dates = date_fields();
    if let Some(form) = form {
        dates = dates.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut dates);
    let token = form.map(FormData::token).unwrap_or_else(crate::ids::fresh);
    let shown = BreakPage { ctx: me.visitor.ctx(), errors: lines, ill: away.as_ref().is_some_and(|away| away.ill), away, dates, token };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The break under way with its way back, or the two ways out.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    break_page(&me, None, &Errors::default()).await
}

/// Announces a holiday.
pub async fn holiday(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = active(&me).await? {
        return Ok(go(elsewhere));
    }
    let mut reader = Reader::new(&form.0);
    let (from, to) = (reader.date("from"), reader.date("to"));
    reader.need("from", from, tr!("Choose the first day away"));
    reader.need("to", to, tr!("Choose the last day away"));
    let mut errors = reader.errors;
    if let (Some(from), Some(to), true) = (from, to, errors.is_empty()) {
        let token = form.0.token();
        match me.run(move |store, who, moment| go_on_holiday(store, who, (from, to), &token, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Have a good time. Your plan waits for you."));
                return Ok(go("/today"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    break_page(&me, Some(&form.0), &errors).await
}

#[derive(Template)]
#[template(path = "pages/away/ill.html")]
struct IllPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    signs: Vec<Field>,
    token: String,
}

fn ill_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut signs = sign_fields();
    if let Some(form) = form {
        signs = signs.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut signs);
    let token = form.map(FormData::token).unwrap_or_else(crate::ids::fresh);
    let shown = IllPage { ctx: me.visitor.ctx(), errors: lines, signs, token };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The questions before a pause for an illness.
pub async fn ill(me: Me) -> Result<HttpResponse, AppError> {
    match active(&me).await? {
        Ok(plan) if plan.away.as_ref().is_some_and(Break::is_illness) => Ok(go("/break")),
        Ok(_) => ill_page(&me, None, &Errors::default()),
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Begins the pause. A danger sign counts even when something else on the page is missing.
pub async fn save_ill(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = active(&me).await? {
        return Ok(go(elsewhere));
    }
    let mut reader = Reader::new(&form.0);
    let answers = read_signs(&mut reader);
    let danger = !answers.danger.is_empty();
    if !reader.errors.is_empty() && !danger && !answers.leg {
        return ill_page(&me, Some(&form.0), &reader.errors);
    }
    let token = form.0.token();
    me.run(move |store, who, moment| fall_ill(store, who, &answers, &token, moment)).await?;
    if danger {
        return Ok(go("/signs"));
    }
    me.visitor.flash(tr!("Get well. Your plan waits until you say that you are back."));
    Ok(go("/today"))
}

/// The way back.
pub async fn come_back(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let away = match active(&me).await? {
        Ok(plan) => plan.away,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let mut reader = Reader::new(&form.0);
    let new = reader.yes_no("anything_new");
    let mut errors = reader.errors;
    if errors.is_empty() {
        let token = form.0.token();
        let done = me
            .run(move |store, who, moment| {
                let waits =
                    store.read(|tx| Ok::<_, CareError>(crate::care::standing::unanswered_signs(tx, who, moment.today())?.is_some()))?;
                back(store, who, new, &token, moment)?;
                Ok(waits)
            })
            .await;
        match done {
            Ok(waits) if waits || new == Some(true) => return Ok(go("/signs")),
            Ok(_) => {
                me.visitor.flash(match away {
                    Some(away) if away.is_illness() => tr!("Good to have you back. Go on gently: there is nothing to make up for."),
                    Some(_) => tr!("Welcome back. Your plan goes on today."),
                    None => tr!("Your plan goes on as it was."),
                });
                return Ok(go("/today"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    break_page(&me, None, &errors).await
}
