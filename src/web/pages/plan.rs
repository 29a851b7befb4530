//! `/plan`, `/changes` and the page of an exercise: the plan in words, what changed and why.

use crate::care::CareError;
use crate::care::plan::dose_words;
use crate::care::standing::{Active, Pause, Standing, standing};
use crate::clinical::advice::{advice, fill};
use crate::clinical::exercise::{Exercise, library};
use crate::clinical::plan::{self as rules, Prescribed, Role};
use crate::store::plans;
use crate::store::plans::{Change, PlanQuota};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Visitor};
use crate::web::pages::today::{ItemView, active};
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;

/// A quota with its schedule in words.
pub struct QuotaView {
    /// Name of the activity.
    pub name: String,
    /// This week's amount.
    pub now: String,
    /// The goal.
    pub goal: String,
    /// When it is reached at the present pace.
    pub goal_on: String,
    /// Days a week.
    pub days: i32,
    /// Step, amount, and whether it is the present one.
    pub steps: Vec<(usize, String, bool)>,
}

impl QuotaView {
    /// The words of a quota.
    pub fn new(quota: &PlanQuota) -> Self {
        let amount = |value: f64| words::amount(quota.activity.0, quota.unit.0, value);
        let here = usize::try_from(quota.step_index).unwrap_or(0);
        let steps = quota.schedule.quotas.iter().enumerate();
        Self {
            name: advice().activity(quota.activity.0).name.clone(),
            now: amount(quota.today()),
            goal: amount(quota.goal),
            goal_on: words::date(quota.goal_on),
            days: quota.days_per_week,
            steps: steps.map(|(n, value)| (n + 1, amount(*value), n == here)).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/plan/show.html")]
struct PlanPage {
    ctx: PageCtx,
    week: i64,
    phase: i32,
    category: String,
    days: String,
    cue: String,
    pause: String,
    show_training: bool,
    quotas: Vec<QuotaView>,
    training: Vec<(ItemView, String)>,
    support: Vec<(ItemView, String)>,
    sheet_days: Vec<String>,
}

/// What of a plan may be shown: nothing of it under a danger sign, relief and calm under leg symptoms.
fn visible(active: &Active, listed: Vec<Prescribed>) -> Vec<Prescribed> {
    match active.pause {
        None => listed,
        Some(Pause::LegSymptoms) => rules::paused_items(&listed, rules::Pause::NewLegSymptoms, &active.plan.facts),
        Some(Pause::DangerSign | Pause::Unanswered) => rules::paused_items(&listed, rules::Pause::DangerSign, &active.plan.facts),
    }
}

/// The plan.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let active = match active(&me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let plan = active.plan.clone();
    let (items, quotas) = me
        .run(move |store, who, _| store.read(|tx| Ok::<_, CareError>((plans::items(tx, who, &plan)?, plans::quotas(tx, who, &plan)?))))
        .await?;
    let shown = visible(&active, items.iter().map(|i| Prescribed::clone(&i.prescription)).collect());
    let of = |wanted: fn(Role) -> bool| -> Vec<(ItemView, String)> {
        shown.iter().filter(|i| wanted(i.role)).map(|i| (ItemView::new(i), i.why.clone())).collect()
    };
    let pause = match active.pause {
        None => String::new(),
        Some(Pause::LegSymptoms) => advice().pause("P-02").unwrap_or_default().to_owned(),
        Some(_) => advice().pause("P-01").unwrap_or_default().to_owned(),
    };
    page(&PlanPage {
        ctx: me.visitor.reading(),
        week: active.week(me.moment.today()).max(1),
        phase: active.plan.phase,
        category: advice().category(active.plan.category.0).sentence.clone(),
        days: words::weekdays(&active.plan.training_days),
        cue: active.plan.cue.clone(),
        show_training: pause.is_empty(),
        pause,
        quotas: quotas.iter().map(QuotaView::new).collect(),
        training: of(|role| role == Role::Training),
        support: of(|role| matches!(role, Role::Relief | Role::Calm)),
        sheet_days: words::WEEKDAYS.iter().map(|d| d.chars().take(3).collect()).collect(),
    })
}

/// A decision of one moment with everything it changed.
pub struct ChangeView {
    /// When.
    pub date: String,
    /// What happened, as a heading.
    pub title: String,
    /// Why, in a sentence.
    pub why: String,
    /// Who decided.
    pub who: String,
    /// What changed: subject, before and after, and a reason of its own.
    pub lines: Vec<(String, String, String)>,
}

fn title(change: &Change, outcomes: &[(i32, String)]) -> String {
    match change.subject.as_str() {
        "Week" => {
            let number: i32 = change.before.trim_start_matches("Week ").parse().unwrap_or(0);
            let outcome = outcomes.iter().find(|(week, _)| *week == number).map_or("", |(_, title)| title.as_str());
            format!("{}: {outcome}", change.before)
        }
        "Plan" => change.after.clone(),
        subject => subject.to_owned(),
    }
}

/// The ledger grouped by the moment of decision, newest first: the week's outcome, then what it changed.
pub fn change_views(changes: &[Change], outcomes: &[(i32, String)]) -> Vec<ChangeView> {
    let mut views: Vec<(crate::clock::UtcTime, String, ChangeView)> = Vec::new();
    for change in changes {
        let is_head = matches!(change.subject.as_str(), "Week" | "Plan");
        let by_rules = change.by.is_none();
        let same = |(at, effective, _): &(crate::clock::UtcTime, String, ChangeView)| {
            by_rules && *at == change.at && *effective == change.effective_on.to_string()
        };
        let who = match &change.by {
            Some(name) => name.clone(),
            None if change.rule == "patient" => "You".to_owned(),
            None => format!("By rule {}", change.rule),
        };
        let fresh = || ChangeView {
            date: format!("From {}", words::date(change.effective_on)),
            title: title(change, outcomes),
            why: change.reason.clone(),
            who: who.clone(),
            lines: Vec::new(),
        };
        if !views.last().is_some_and(same) {
            views.push((change.at, change.effective_on.to_string(), fresh()));
        }
        let Some((.., view)) = views.last_mut() else { continue };
        if is_head {
            (view.title, view.why) = (title(change, outcomes), change.reason.clone());
        } else {
            // The heading has the physiotherapist's reason already; a sentence that only says the new dose again is left out.
            let reason = change.reason.trim_start_matches(&format!("{}: ", change.subject)).to_owned();
            let repeats = !by_rules || reason.contains(&change.after);
            let lead = reason.chars().take(1).flat_map(char::to_uppercase).chain(reason.chars().skip(1)).collect();
            view.lines.push((change.subject.clone(), moved(&change.before, &change.after), if repeats { String::new() } else { lead }));
        }
    }
    views.into_iter().map(|(.., view)| view).collect()
}

/// "from 9 minutes to 11 minutes".
fn moved(before: &str, after: &str) -> String {
    match (before, after) {
        ("", after) => after.to_owned(),
        (before, "") => format!("no longer {before}"),
        (before, after) => format!("from {before} to {after}"),
    }
}

#[derive(Template)]
#[template(path = "pages/plan/changes.html")]
struct ChangesPage {
    ctx: PageCtx,
    changes: Vec<ChangeView>,
}

/// What changed and why.
pub async fn changes(me: Me) -> Result<HttpResponse, AppError> {
    let (changes, reviews) = me
        .run(|store, who, _| {
            store.read(|tx| {
                let changes = plans::changes(tx, who)?;
                let reviews = match plans::active(tx, who)? {
                    Some(plan) => crate::store::reviews::reviews(tx, who, &plan.id)?,
                    None => Vec::new(),
                };
                Ok::<_, CareError>((changes, reviews))
            })
        })
        .await?;
    let outcomes: Vec<(i32, String)> = reviews.iter().map(|r| (r.week, advice().outcome(r.result.outcome).title.clone())).collect();
    page(&ChangesPage { ctx: me.visitor.reading(), changes: change_views(&changes, &outcomes) })
}

#[derive(Template)]
#[template(path = "pages/plan/exercise.html")]
struct ExercisePage {
    ctx: PageCtx,
    exercise: &'static Exercise,
    dose: String,
    mine: bool,
    why: String,
    stop_title: String,
    stop_lines: Vec<String>,
    stop_then: String,
    back: &'static str,
}

fn exercise_page(
    ctx: PageCtx,
    exercise: &'static Exercise,
    item: Option<&Prescribed>,
    back: &'static str,
) -> Result<HttpResponse, AppError> {
    let text = |t: &str| fill(t, &ctx.emergency_number, &ctx.urgent_number);
    let mut stop_lines: Vec<String> = advice().stop_rule.lines.iter().map(|l| text(l)).collect();
    if !exercise.stop.is_empty() {
        stop_lines.insert(0, exercise.stop.clone());
    }
    page(&ExercisePage {
        dose: item.map_or_else(|| exercise.dose_text.clone(), dose_words),
        mine: item.is_some(),
        why: item.map_or_else(|| exercise.why.clone(), |i| i.why.clone()),
        stop_title: text(&advice().stop_rule.title),
        stop_lines,
        stop_then: text(&advice().stop_rule.then),
        exercise,
        back,
        ctx,
    })
}

/// How an exercise is done. A patient whose plan does not show it now is sent to what is shown.
pub async fn exercise(visitor: Visitor, id: Id) -> Result<HttpResponse, AppError> {
    let exercise = library().get(&id).ok_or(AppError::NotFound)?;
    let actor = visitor.actor().ok_or(AppError::NotFound)?;
    if actor.is_physio {
        return exercise_page(visitor.reading(), exercise, None, "/pro");
    }
    let who = crate::access::authorise_own(&actor)?;
    let moment = visitor.moment();
    let found = visitor
        .run(move |store| {
            store.read(|tx| {
                Ok::<_, CareError>(match standing(tx, &who, moment.today())? {
                    Standing::Active(active) => {
                        let items = plans::items(tx, &who, &active.plan)?;
                        Some((active, items))
                    }
                    _ => None,
                })
            })
        })
        .await?;
    // SAFETY(patient): nothing from the library before a plan, and under a pause only what it leaves (3.1, 13 no. 3).
    let Some((active, items)) = found else { return Ok(go("/today")) };
    let shown = visible(&active, items.iter().map(|i| Prescribed::clone(&i.prescription)).collect());
    let item = shown.iter().find(|i| i.exercise == exercise.id);
    if active.pause.is_some() && item.is_none() {
        return Ok(go("/today"));
    }
    exercise_page(visitor.reading(), exercise, item, "/today")
}
