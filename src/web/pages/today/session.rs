//! `/today/session`: the day's exercises one by one, or all on one page. What is pressed is kept on the server;
//! the timers are a small script that only adds (`static/js/player.js`).

use super::{active, load, why_words};
use crate::care::player::{self, programme, running};
use crate::care::standing::Pause;
use crate::care::today::Today;
use crate::clinical::advice::fill;
use crate::clinical::exercise::Exercise;
use crate::clinical::plan::{Level, Prescribed};
use crate::store::logs::{Done, ItemLog};
use crate::store::played::Played;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, FormData};
use crate::web::view::figure::{Pictures, pictures_in_form};
use crate::web::view::timer::{TimerView, timer};
use crate::web::view::told::{advice, definition};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Which exercise is asked for, from 1, and how the page is laid out. Neither says anything about a person.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wanted {
    pub(super) at: String,
    pub(super) view: String,
}

/// The layouts: one exercise a page, all of them, one in large letters.
pub(super) fn layout(wanted: &str) -> &'static str {
    match wanted {
        "all" => "all",
        "room" => "room",
        _ => "one",
    }
}

/// An exercise as the player shows it.
pub(super) struct Step {
    number: usize,
    id: String,
    name: String,
    dose: String,
    start: String,
    form: String,
    /// The picture shows the usual form, for want of another.
    usual: bool,
    cues: Vec<String>,
    think: String,
    why: String,
    stop: String,
    pictures: Option<Pictures>,
    timer: Option<TimerView>,
    kind: &'static str,
    word: &'static str,
    current: bool,
}

/// How the answer to an exercise is shown.
fn answered(played: &Played, id: &str) -> (&'static str, &'static str) {
    match played.presses.iter().find(|press| press.exercise == id).map(|press| press.done) {
        Some(Done::Done) => ("done", tr!("Done")),
        Some(Done::Partly) => ("partly", tr!("Half or more")),
        Some(Done::Not) => ("rest", tr!("Skipped")),
        None => ("", ""),
    }
}

fn capital(text: &str) -> String {
    text.chars().take(1).flat_map(char::to_uppercase).chain(text.chars().skip(1)).collect()
}

/// Today's amount in words, with its side and form, without how often in a week.
pub(super) fn amount(item: &Prescribed) -> String {
    capital(&item.dose.session().to_string())
}

fn step(number: usize, item: &Prescribed, exercise: &Exercise, played: &Played) -> Step {
    let how = match item.level {
        Level::Easier => tr!("Today in the easier form. {how}", how = exercise.easier_how),
        Level::Harder => tr!("Today in the harder form. {how}", how = exercise.harder_how),
        Level::Standard => String::new(),
    };
    let (pictures, usual) = pictures_in_form(item);
    let (kind, word) = answered(played, &item.exercise);
    Step {
        number,
        id: item.exercise.clone(),
        name: exercise.title.clone(),
        dose: amount(item),
        start: exercise.start.clone(),
        form: how,
        cues: exercise.steps.clone(),
        think: exercise.cue.clone(),
        why: why_words(item),
        stop: exercise.stop.clone(),
        usual,
        pictures,
        timer: timer(exercise, &item.dose),
        kind,
        word,
        current: false,
    }
}

#[derive(Template)]
#[template(path = "pages/today/session.html")]
struct SessionPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    session: String,
    view: &'static str,
    at: usize,
    steps: Vec<Step>,
    shown: Vec<usize>,
    left: String,
    answered: usize,
    reasons: Vec<(String, String)>,
    stop_title: String,
    stop_lines: Vec<String>,
    stop_then: String,
    settle: bool,
}

#[derive(Template)]
#[template(path = "pages/today/session_start.html")]
struct StartPage {
    ctx: PageCtx,
    token: String,
    items: Vec<super::ItemView>,
    minutes: u32,
    earlier: String,
}

/// Where a plan that stands still leads.
pub(super) fn halted(pause: Option<Pause>) -> Option<&'static str> {
    Some(match pause? {
        Pause::DangerSign => "/signs/result",
        Pause::Unanswered => "/signs",
        Pause::LegSymptoms => "/today",
    })
}

/// The day and its session, or the page to go to instead. SAFETY(patient): a plan that is held or paused in the
/// middle stops the player at once, whatever was asked for.
pub(super) async fn gate(me: &Me) -> Result<Result<(Today, Option<Played>), &'static str>, AppError> {
    let active = match active(me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    if let Some(elsewhere) = halted(active.pause) {
        return Ok(Err(elsewhere));
    }
    let day = load(me, active, me.moment.today()).await?;
    let played = me.run(|store, who, moment| store.read(|tx| running(tx, who, moment.today()))).await?;
    Ok(Ok((day, played)))
}

pub(super) fn lines(me: &Me) -> Vec<String> {
    let (emergency, urgent) = (me.visitor.emergency_number(), me.visitor.urgent_number());
    advice().stop_rule.lines.iter().map(|line| fill(line, emergency, urgent)).collect()
}

pub(super) fn reasons() -> Vec<(String, String)> {
    advice().reasons.iter().map(|r| (r.key.clone(), r.label.clone())).collect()
}

/// The address of the session in a layout, at the exercise that is next.
fn address(view: &str, anchor: &str) -> String {
    match (layout(view), anchor) {
        ("one", _) => "/today/session".to_owned(),
        ("all", anchor) if !anchor.is_empty() => format!("/today/session?view=all#step-{anchor}"),
        (view, _) => format!("/today/session?view={view}"),
    }
}

fn session_page(me: &Me, day: &Today, played: &Played, wanted: &Wanted, errors: &Errors) -> Result<HttpResponse, AppError> {
    let planned = programme(day);
    let items: Vec<(&Prescribed, &Exercise)> = planned.iter().filter_map(|item| definition(item).map(|e| (item, e))).collect();
    if items.is_empty() {
        return Ok(go("/today"));
    }
    let open = |item: &Prescribed| !played.presses.iter().any(|press| press.exercise == item.exercise);
    let next = items.iter().position(|(item, _)| open(item));
    let at = wanted.at.parse::<usize>().ok().filter(|at| (1..=items.len()).contains(at)).map(|at| at - 1).or(next);
    let view = layout(&wanted.view);
    let Some(at) = at.or_else(|| (view == "all").then_some(0)) else { return Ok(go("/today/session/end")) };
    let left: u32 = items.iter().filter(|(item, _)| open(item)).map(|(item, _)| item.dose.minutes()).sum();
    let mut steps: Vec<Step> = items.iter().enumerate().map(|(n, (item, exercise))| step(n + 1, item, exercise, played)).collect();
    if let Some(current) = steps.get_mut(at) {
        current.current = true;
    }
    let text = |t: &str| fill(t, me.visitor.emergency_number(), me.visitor.urgent_number());
    let shown = SessionPage {
        errors: errors.show(&mut []),
        session: played.id.clone(),
        view,
        at,
        shown: if view == "all" { (0..steps.len()).collect() } else { vec![at] },
        answered: steps.iter().filter(|step| !step.kind.is_empty()).count(),
        steps,
        left: match left {
            0 => String::new(),
            1 => tr!("1 minute left").to_owned(),
            n => tr!("{n} minutes left", n = n),
        },
        reasons: reasons(),
        stop_title: text(&advice().stop_rule.title),
        stop_lines: lines(me),
        stop_then: text(&advice().stop_rule.then),
        settle: day.flare.is_some(),
        ctx: me.visitor.ctx(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The session where it is; before it begins, what it holds.
pub async fn show(me: Me, wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    let (day, played) = match gate(&me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    match played {
        Some(played) if played.on_date == day.on => session_page(&me, &day, &played, &wanted, &Errors::default()),
        earlier => start_page(&me, &day, earlier.as_ref()),
    }
}

fn start_page(me: &Me, day: &Today, earlier: Option<&Played>) -> Result<HttpResponse, AppError> {
    let items = programme(day);
    if items.is_empty() && earlier.is_none() {
        return Ok(go("/today"));
    }
    page(&StartPage {
        token: crate::ids::fresh(),
        minutes: items.iter().map(|item| item.dose.minutes()).sum(),
        items: items.iter().map(super::ItemView::today).collect(),
        earlier: earlier.map(|played| words::day(played.on_date)).unwrap_or_default(),
        ctx: me.visitor.ctx(),
    })
}

/// Begins, or goes on with what is under way.
pub async fn begin(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = gate(&me).await? {
        return Ok(go(elsewhere));
    }
    let token = form.0.token();
    match me.run(move |store, who, moment| player::begin(store, who, &token, moment)).await {
        Ok(()) => Ok(go(&address(form.0.text("view"), ""))),
        // Nothing to go through: the day's page says why.
        Err(AppError::Refused { .. }) => Ok(go("/today")),
        Err(other) => Err(other),
    }
}

/// What was pressed for an exercise; `None` when that makes no sense.
fn answer(form: &FormData) -> Option<ItemLog> {
    let skip = form.text("skip");
    let (done, reason) = match (form.text("done"), skip) {
        (_, skip) if !skip.is_empty() => (Done::Not, advice().reason(skip).map(|r| r.key.clone()).unwrap_or_default()),
        ("done", _) => (Done::Done, String::new()),
        ("partly", _) => (Done::Partly, String::new()),
        _ => return None,
    };
    Some(ItemLog { exercise: form.text("exercise").to_owned(), done, reason, brought_on: false })
}

/// Done, half or more, or skipped: kept, and on to the next.
pub async fn press(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (day, played) = match gate(&me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let view = form.0.text("view").to_owned();
    let Some(answer) = answer(&form.0) else {
        let Some(played) = played.filter(|p| p.on_date == day.on) else { return Ok(go("/today/session")) };
        let mut errors = Errors::default();
        errors.add("", tr!("Choose Done, Half or more, or Skip"));
        let at = programme(&day).iter().position(|i| i.exercise == form.0.text("exercise")).map(|at| (at + 1).to_string());
        return session_page(&me, &day, &played, &Wanted { at: at.unwrap_or_default(), view }, &errors);
    };
    let (session, exercise) = (form.0.text("session").to_owned(), answer.exercise.clone());
    let kept = me.run(move |store, who, moment| player::press(store, who, &session, &answer, moment)).await?;
    if !kept {
        me.visitor.flash(tr!("This session has changed since the page was opened. Here is where it stands."));
        return Ok(go(&address(&view, "")));
    }
    // The next one after it that is open, else the first open one.
    let ids: Vec<String> = programme(&day).into_iter().map(|item| item.exercise).collect();
    let open = |id: &&String| **id != exercise && !played.iter().any(|p| p.presses.iter().any(|press| press.exercise == **id));
    let after = ids.iter().skip_while(|id| **id != exercise).find(open);
    match after.or_else(|| ids.iter().find(open)) {
        Some(next) => Ok(go(&address(&view, next))),
        None => Ok(go("/today/session/end")),
    }
}

/// Whether something was begun today or before and waits for its log.
pub(super) async fn waiting(me: &Me) -> Result<Option<Played>, AppError> {
    me.run(|store, who, moment| store.read(|tx| running(tx, who, moment.today()))).await
}
