//! Stopping in the middle of a session, with a reason: a symptom of the stop rule leads to the safety questions at
//! once, everything else to the log.

use super::active;
use super::session::{Wanted, gate, layout, lines, reasons};
use crate::care::player::{self, programme};
use crate::care::today::Today;
use crate::store::played::Played;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/today/session_stop.html")]
struct StopPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    session: String,
    exercise: String,
    view: &'static str,
    reasons: Vec<(String, String)>,
    stop_lines: Vec<String>,
}

/// Asks why one stops.
pub async fn show(me: Me, wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    let (day, played) = match gate(&me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    stop_page(&me, &day, played.as_ref(), &wanted, &Errors::default())
}

fn stop_page(me: &Me, day: &Today, played: Option<&Played>, wanted: &Wanted, errors: &Errors) -> Result<HttpResponse, AppError> {
    let Some(played) = played.filter(|p| p.on_date == day.on) else { return Ok(go("/today/session")) };
    let items = programme(day);
    let open = items.iter().position(|i| !played.presses.iter().any(|press| press.exercise == i.exercise));
    let at = wanted.at.parse::<usize>().ok().and_then(|at| at.checked_sub(1)).or(open);
    let exercise = at.and_then(|at| items.get(at)).map(|i| i.exercise.clone()).unwrap_or_default();
    let reasons = reasons().into_iter().filter(|(key, _)| key != "not_sure_how" && key != "feel_fine").collect();
    let shown = StopPage {
        errors: errors.show(&mut []),
        session: played.id.clone(),
        exercise,
        view: layout(&wanted.view),
        reasons,
        stop_lines: lines(me),
        ctx: me.visitor.ctx(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Stops. A symptom of the stop rule leads to the safety questions at once; everything else to the log.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (session, exercise, reason) =
        (form.0.text("session").to_owned(), form.0.text("exercise").to_owned(), form.0.text("reason").to_owned());
    // SAFETY(patient): a symptom counts whatever has become of the session or the plan meanwhile.
    if reason == "symptom" {
        if let Err(elsewhere) = active(&me).await? {
            return Ok(go(elsewhere));
        }
        me.run(move |store, who, moment| player::stop_for_symptom(store, who, &session, &exercise, moment)).await?;
        return Ok(go("/signs"));
    }
    let (day, played) = match gate(&me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    if reason != "none" && advice().reason(&reason).is_none() {
        let mut errors = Errors::default();
        errors.add("", tr!("Choose why you stop"));
        let wanted = Wanted { at: String::new(), view: form.0.text("view").to_owned() };
        return stop_page(&me, &day, played.as_ref(), &wanted, &errors);
    }
    let kept = me.run(move |store, who, moment| player::stop(store, who, &session, &reason, moment)).await?;
    Ok(go(if kept { "/today/session/end" } else { "/today/session" }))
}
