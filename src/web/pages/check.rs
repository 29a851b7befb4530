//! The suitability check, without an account (`/check/…`): danger signs first; an emergency answer
//! ends it at once. Its answers live in the visitor's session for 24 hours (specification 13 no. 1).

use crate::clinical::catalogue::{Journey, Question, Screen};
use crate::clinical::codes::Disposition;
use crate::clinical::intake::{AnswerMap, Evaluation, changed_after_hold, evaluate_so_far};
use crate::clock::UtcTime;
use crate::web::error::AppError;
use crate::web::extract::{Id, Posted, Visitor};
use crate::web::forms::{ErrorLine, Field};
use crate::web::questions::{complete, contradictions, fields, read};
use crate::web::session_store::CHECK;
use crate::web::view::decision::DecisionView;
use crate::web::view::told::{advice, catalogue};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// How long its answers are kept.
const KEPT: Duration = Duration::hours(24);

/// A check under way, as the session keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckState {
    /// Answers so far.
    pub answers: AnswerMap,
    /// The answers of the first result that was same-day or more urgent: they stand (3.5).
    pub urgent: Option<AnswerMap>,
    /// When it was begun.
    pub began: UtcTime,
}

/// The check in a visitor's session, unless its 24 hours are over.
pub fn state(visitor: &Visitor) -> Option<CheckState> {
    let now = visitor.app.clock.now();
    let found = visitor.get::<CheckState>(CHECK)?;
    if now - found.began < KEPT {
        return Some(found);
    }
    forget(visitor);
    None
}

/// Forgets the check, once an account has taken it over.
pub fn forget(visitor: &Visitor) {
    visitor.session.remove(CHECK);
}

/// The first screen that is not complete; the result once there is none, or an emergency.
fn next_step(answers: &AnswerMap) -> String {
    if is_emergency(answers) {
        return "/check/result".to_owned();
    }
    let open = catalogue().screens(Journey::Check).iter().find(|screen| !complete(answers, screen));
    open.map_or_else(|| "/check/result".to_owned(), |screen| format!("/check/{}", screen.slug))
}

fn is_emergency(answers: &AnswerMap) -> bool {
    evaluate_so_far(answers).is_ok_and(|result| result.disposition == Disposition::EmergencyNow)
}

/// A screen can be visited once everything before it is answered.
fn reachable(answers: &AnswerMap, screen: &Screen) -> bool {
    let before = catalogue().screens(Journey::Check).iter().take_while(|s| s.slug != screen.slug);
    !is_emergency(answers) && before.into_iter().all(|s| complete(answers, s))
}

#[derive(Template)]
#[template(path = "pages/check/screen.html")]
struct ScreenPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    title: String,
    intro: String,
    number: usize,
    total: usize,
    back: String,
    action: String,
    fields: Vec<Field>,
}

impl ScreenPage {
    fn new(ctx: PageCtx, screen: &Screen, fields: Vec<Field>, errors: Vec<ErrorLine>) -> Self {
        let screens = catalogue().screens(Journey::Check);
        let at = screens.iter().position(|s| s.slug == screen.slug).unwrap_or(0);
        let back = at.checked_sub(1).and_then(|i| screens.get(i)).map_or_else(|| "/".to_owned(), |s| format!("/check/{}", s.slug));
        Self {
            ctx,
            errors,
            title: screen.title.clone(),
            intro: screen.intro.clone().unwrap_or_default(),
            number: at + 1,
            total: screens.len(),
            back,
            action: format!("/check/{}", screen.slug),
            fields,
        }
    }
}

/// `/check`: on to the first open screen.
pub async fn start(visitor: Visitor) -> HttpResponse {
    let answers = state(&visitor).map(|s| s.answers).unwrap_or_default();
    go(&next_step(&answers))
}

/// A screen with its questions.
pub async fn show(visitor: Visitor, slug: Id) -> Result<HttpResponse, AppError> {
    let screen = catalogue().screen(Journey::Check, &slug).ok_or(AppError::NotFound)?;
    let answers = state(&visitor).map(|s| s.answers).unwrap_or_default();
    if !reachable(&answers, screen) {
        return Ok(go(&next_step(&answers)));
    }
    let questions: Vec<&Question> = catalogue().questions_of(screen).collect();
    page(&ScreenPage::new(visitor.ctx(), screen, fields(&questions, &answers), Vec::new()))
}

/// Takes a screen's answers; an emergency answer ends the check.
pub async fn submit(visitor: Visitor, slug: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let screen = catalogue().screen(Journey::Check, &slug).ok_or(AppError::NotFound)?;
    let mut state = state(&visitor).unwrap_or_else(|| {
        // A visitor's session lasts for a day from its key on: the answers get the whole of it.
        visitor.session.renew();
        CheckState { answers: AnswerMap::new(), urgent: None, began: visitor.app.clock.now() }
    });
    if !reachable(&state.answers, screen) {
        return Ok(go(&next_step(&state.answers)));
    }
    let questions: Vec<&Question> = catalogue().questions_of(screen).collect();
    let (given, mut errors) = read(&questions, &form.0);
    // What can be read is judged even when something else on the page is missing: an emergency
    // answer must not wait for a complete form.
    let mut so_far = state.answers.clone();
    so_far.extend(given.clone());
    contradictions(&state.answers, &given, &mut errors);
    let emergency = is_emergency(&so_far);
    if !errors.is_empty() && !emergency {
        let mut shown: Vec<Field> = fields(&questions, &AnswerMap::new()).into_iter().map(|f| f.sent(&form.0)).collect();
        let lines = errors.show(&mut shown);
        return page_again(&ScreenPage::new(visitor.ctx(), screen, shown, lines));
    }
    state.answers = so_far;
    let next = after(screen, &state.answers);
    if next == "/check/result" {
        note_urgent(&mut state);
    }
    visitor.put(CHECK, &state);
    Ok(go(&next))
}

/// After a screen comes the one behind it, so that somebody who went back to change an answer sees
/// every later page again with what they gave; at the end, or on an emergency, the result.
fn after(screen: &Screen, answers: &AnswerMap) -> String {
    let next = next_step(answers);
    if next == "/check/result" && !is_emergency(answers) {
        let following = catalogue().screens(Journey::Check).iter().skip_while(|s| s.slug != screen.slug).nth(1);
        return following.map_or(next, |s| format!("/check/{}", s.slug));
    }
    next
}

fn note_urgent(state: &mut CheckState) {
    let urgent = evaluate_so_far(&state.answers).is_ok_and(|r| r.disposition >= Disposition::SameDay);
    if urgent && state.urgent.is_none() {
        state.urgent = Some(state.answers.clone());
    }
}

/// The result in force: the present answers, or the urgent ones that were changed to "no" since.
fn in_force(state: &CheckState) -> Option<(Evaluation, AnswerMap, bool)> {
    let now = evaluate_so_far(&state.answers).ok()?;
    if let Some(urgent) = &state.urgent
        && changed_after_hold(urgent, &state.answers)
    {
        let before = evaluate_so_far(urgent).ok()?;
        if before.disposition > now.disposition {
            return Some((before, urgent.clone(), true));
        }
    }
    Some((now, state.answers.clone(), false))
}

/// A check that has come to its result.
pub struct Decided {
    /// The result in force.
    pub result: Evaluation,
    /// The answers it rests on.
    pub answers: AnswerMap,
    /// When the check was begun.
    pub began: UtcTime,
}

/// The result of the check in a visitor's session, once there is one.
pub fn decided(visitor: &Visitor) -> Option<Decided> {
    let state = state(visitor).filter(|state| next_step(&state.answers) == "/check/result")?;
    let (result, answers, _) = in_force(&state)?;
    Some(Decided { result, answers, began: state.began })
}

/// Whether the check in a visitor's session holds everything but its own advice (3.1).
pub fn holds(visitor: &Visitor) -> bool {
    state(visitor).and_then(|state| in_force(&state)).is_some_and(|(result, ..)| result.hold_plan)
}

#[derive(Template)]
#[template(path = "pages/check/result.html")]
struct ResultPage {
    ctx: PageCtx,
    d: DecisionView,
    emergency: bool,
    hold_lead: String,
    not_this: Vec<String>,
}

/// The result, at one address whatever it is.
pub async fn result(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let Some(mut state) = state(&visitor) else { return Ok(go("/check")) };
    let next = next_step(&state.answers);
    if next != "/check/result" {
        return Ok(go(&next));
    }
    if state.urgent.is_none() {
        note_urgent(&mut state);
        visitor.put(CHECK, &state);
    }
    let Some((result, answers, changed)) = in_force(&state) else { return Ok(go("/check/start")) };
    let ctx = visitor.ctx();
    let when = words::instant(state.began, visitor.app.config.time_zone);
    let mut d = DecisionView::new(&result, &answers, &ctx, when);
    if changed {
        d.changed.clone_from(&advice().hold.changed_answers);
    }
    page(&ResultPage {
        emergency: result.disposition == Disposition::EmergencyNow,
        hold_lead: if result.hold_plan { advice().hold.lead.clone() } else { String::new() },
        not_this: advice().not_this.lines.clone(),
        d,
        ctx,
    })
}
