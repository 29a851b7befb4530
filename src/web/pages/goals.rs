//! `/goals`: what the person wants to do again, in their words, followed through.

use super::today::active;
use crate::care::goals::{Followed, LONGEST, MOST, followed, reword, set_new, set_reached};
use crate::clinical::instruments::{licensed, psfs_matters};
use crate::clinical::journal::mean;
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// A goal in words.
pub struct GoalView {
    /// Identity.
    pub id: String,
    /// The person's words.
    pub wording: String,
    /// First and latest score; empty while there is none.
    pub first: String,
    /// Latest score, once there are two.
    pub last: String,
    /// The day of the latest score.
    pub last_on: String,
    /// What the change means; empty while there is none.
    pub change: &'static str,
    /// Since when it is reached; empty while it is not.
    pub reached: String,
    /// The person said so themselves.
    pub said: bool,
    /// Since when another stands in its place; empty while it is followed.
    pub ended: String,
    /// Earlier words, with the last day on which they stood.
    pub earlier: Vec<(String, String)>,
    /// Every score with its day, oldest first.
    pub scores: Vec<(String, String)>,
}

/// What a change of scores means.
fn change_words(gain: f64, single: bool) -> &'static str {
    match psfs_matters(gain, single) {
        Some(true) => tr!("Better, and clearly so: a change that matters."),
        Some(false) => tr!("Harder than at the start, and clearly so. Tell your physiotherapist; your plan takes it into account."),
        None if gain > 0.0 => tr!("A little better. That can be chance; the next weeks will show."),
        None if gain < 0.0 => tr!("A little harder. That can be chance; the next weeks will show."),
        None => tr!("As at the start."),
    }
}

impl GoalView {
    /// The words of a goal.
    pub fn new(followed: &Followed) -> Self {
        let (goal, scores) = (&followed.goal, &followed.scores);
        let span = followed.span();
        Self {
            id: goal.id.clone(),
            wording: goal.wording.clone(),
            first: scores.first().map(|(_, score)| words::number(*score)).unwrap_or_default(),
            last: span.map(|(_, last)| words::number(last)).unwrap_or_default(),
            last_on: scores.last().map(|(on, _)| words::short_day(*on)).unwrap_or_default(),
            change: span.map_or("", |(first, last)| change_words(last - first, true)),
            reached: followed.reached.map(words::date).unwrap_or_default(),
            said: goal.reached_on.is_some(),
            ended: goal.ended_on.map(words::date).unwrap_or_default(),
            earlier: followed.earlier.iter().map(|(words, until)| (words.clone(), words::date(*until))).collect(),
            scores: scores.iter().map(|(on, score)| (words::short_day(*on), words::number(*score))).collect(),
        }
    }
}

/// What the goals of now came to as a whole: first and latest mean of those scored twice, and what it means.
pub fn whole(all: &[Followed]) -> Option<(String, String, &'static str)> {
    let spans: Vec<(f64, f64)> = all.iter().filter(|f| f.goal.ended_on.is_none()).filter_map(Followed::span).collect();
    let first = mean(&spans.iter().map(|span| span.0).collect::<Vec<_>>())?;
    let last = mean(&spans.iter().map(|span| span.1).collect::<Vec<_>>())?;
    Some((words::number(first), words::number(last), change_words(last - first, false)))
}

#[derive(Template)]
#[template(path = "pages/goals/list.html")]
struct ListPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    now: Vec<GoalView>,
    before: Vec<GoalView>,
    whole: Option<(String, String, &'static str)>,
    room: bool,
    new: Field,
    attribution: &'static str,
}

fn wording(label: &str) -> Field {
    Field::new("text", "wording", label)
}

async fn list_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    if let Err(elsewhere) = active(me).await? {
        return Ok(go(elsewhere));
    }
    let all = me.run(|store, who, _| store.read(|tx| followed(tx, who))).await?;
    let mut new = [wording(tr!("What else do you want to do again?")).hint(tr!("In your own words, for example: walk the dog"))];
    if let Some(form) = form {
        new = new.map(|field| field.sent(form));
    }
    let lines = errors.show(&mut new);
    let [new] = new;
    let (now, before): (Vec<&Followed>, Vec<&Followed>) = all.iter().partition(|f| f.goal.ended_on.is_none());
    let shown = ListPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        room: now.len() < MOST,
        now: now.into_iter().map(GoalView::new).collect(),
        before: before.into_iter().map(GoalView::new).collect(),
        whole: whole(&all),
        new,
        attribution: licensed("psfs").map_or("", |entry| entry.attribution.as_str()),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The goals.
pub async fn list(me: Me) -> Result<HttpResponse, AppError> {
    list_page(&me, None, &Errors::default()).await
}

/// Another goal beside the others.
pub async fn add(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let words = reader.text("wording", LONGEST, Some(tr!("Write what you want to do again, in a few words")));
    let mut errors = reader.errors;
    if errors.is_empty() {
        match me.run(move |store, who, moment| set_new(store, who, None, &words, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Your goal is set. The next weekly check asks about it."));
                return Ok(go("/goals"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    list_page(&me, Some(&form.0), &errors).await
}

#[derive(Template)]
#[template(path = "pages/goals/show.html")]
struct GoalPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    goal: GoalView,
    words: Field,
    next: Field,
}

/// Which form of the page was sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Nothing,
    Words,
    Next,
}

async fn goal_page(me: &Me, id: &str, (sent, form): (Sent, Option<&FormData>), errors: &Errors) -> Result<HttpResponse, AppError> {
    let all = me.run(|store, who, _| store.read(|tx| followed(tx, who))).await?;
    let found = all.iter().find(|f| f.goal.id == id && f.goal.ended_on.is_none()).ok_or(AppError::NotFound)?;
    let goal = GoalView::new(found);
    let mut fields = [wording(tr!("Your words")).value(goal.wording.clone()), wording(tr!("What do you want to do next?"))];
    let which = usize::from(sent == Sent::Next);
    fields[1].id = "f-next".to_owned();
    if let Some(form) = form {
        fields[which] = fields[which].clone().sent(form);
    }
    let lines = errors.show(&mut fields[which..=which]);
    let [words, next] = fields;
    let shown = GoalPage { ctx: me.visitor.ctx(), errors: lines, goal, words, next };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// A goal with its scores and its earlier words.
pub async fn show(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    goal_page(&me, &id, (Sent::Nothing, None), &Errors::default()).await
}

/// Words the goal anew.
pub async fn save(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let words = reader.text("wording", LONGEST, Some(tr!("Write what you want to do again, in a few words")));
    let mut errors = reader.errors;
    if errors.is_empty() {
        let goal = id.to_string();
        match me.run(move |store, who, moment| reword(store, who, &goal, &words, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Saved. Your scores stay with it."));
                return Ok(go("/goals"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    goal_page(&me, &id, (Sent::Words, Some(&form.0)), &errors).await
}

/// "I have reached it", or not yet after all.
pub async fn reached(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let yes = form.0.text("reached") != "no";
    let goal = id.to_string();
    me.run(move |store, who, moment| set_reached(store, who, &goal, yes, moment)).await?;
    me.visitor.flash(if yes { tr!("You did that. Keep it as it is, or set a new goal.") } else { tr!("It stays on your list.") });
    Ok(go(&format!("/goals/{id}")))
}

/// Another goal in its place.
pub async fn next(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let words = reader.text("wording", LONGEST, Some(tr!("Write what you want to do again, in a few words")));
    let mut errors = reader.errors;
    if errors.is_empty() {
        let goal = id.to_string();
        match me.run(move |store, who, moment| set_new(store, who, Some(&goal), &words, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Your new goal is set. The next weekly check asks about it."));
                return Ok(go("/goals"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    goal_page(&me, &id, (Sent::Next, Some(&form.0)), &errors).await
}
