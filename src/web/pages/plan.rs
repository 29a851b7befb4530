//! `/plan`: the plan in words, with its log sheet for paper.

use crate::care::CareError;
use crate::care::agreement::sides;
use crate::care::desk::sending::pending;
use crate::care::doses::{self, Later};
use crate::care::goals::followed;
use crate::care::standing::{Active, Pause};
use crate::clinical::plan::{self as rules, Prescribed, Role};
use crate::lang::{dates, say};
use crate::store::away::timeline;
use crate::store::plans;
use crate::store::plans::PlanQuota;
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::pages::goals::{GoalView, whole};
use crate::web::pages::today::{ItemView, active, why_words};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Days, NaiveDate};

/// A week of a schedule.
pub struct StepView {
    /// From 1.
    pub number: usize,
    /// The amount of a day.
    pub amount: String,
    /// The day it is to begin, at the present pace; empty for what lies behind.
    pub from: String,
    /// The present one.
    pub now: bool,
}

/// A quota with its schedule in words.
pub struct QuotaView {
    /// Name of the activity.
    pub name: String,
    /// The exercise that says how.
    pub how: &'static str,
    /// This week's amount.
    pub now: String,
    /// The goal.
    pub goal: String,
    /// When it is reached at the present pace.
    pub goal_on: String,
    /// The present amount is the goal.
    pub at_goal: bool,
    /// Days a week.
    pub days: i32,
    /// The schedule.
    pub steps: Vec<StepView>,
}

impl QuotaView {
    /// The words of a quota.
    pub fn new(quota: &PlanQuota) -> Self {
        let amount = |value: f64| words::amount(quota.activity.0, quota.unit.0, value);
        let here = usize::try_from(quota.step_index).unwrap_or(0);
        let last = quota.schedule.quotas.len().saturating_sub(1);
        let from = |n: usize| quota.goal_on - Days::new(7 * u64::try_from(last - n).unwrap_or(0));
        let step = |(n, value): (usize, &f64)| StepView {
            number: n + 1,
            amount: amount(*value),
            from: if n > here { words::date(from(n)) } else { String::new() },
            now: n == here,
        };
        Self {
            name: advice().activity(quota.activity.0).name.clone(),
            how: rules::quota_item(quota.activity.0),
            now: amount(quota.today()),
            goal: amount(quota.goal),
            goal_on: words::date(quota.goal_on),
            at_goal: quota.at_goal(),
            days: quota.days_per_week,
            steps: quota.schedule.quotas.iter().enumerate().map(step).collect(),
        }
    }
}

/// Why the goal date is not the one that was hoped for; empty when it is (4.2 nos. 4 and 7).
fn moved_date(quota: &PlanQuota, started_on: NaiveDate) -> String {
    if quota.at_goal() {
        return String::new();
    }
    let weeks = u64::try_from(quota.schedule.quotas.len().saturating_sub(1)).unwrap_or(0);
    let first = quota.scheduled_on.unwrap_or(started_on) + Days::new(7 * weeks);
    let mut told = Vec::new();
    if quota.schedule.moved {
        told.push(
            tr!("The date is later than the one you wished for, because a step is at most a fifth of what you could do at the start.")
                .to_owned(),
        );
    }
    if quota.goal_on > first {
        let date = words::date(first);
        told.push(if quota.scheduled_on.is_some() {
            tr!("When these steps began this date was {date}. A step that is repeated moves it, and nothing is lost by that.", date = date)
        } else {
            tr!("At the start this date was {date}. A step that is repeated moves it, and nothing is lost by that.", date = date)
        });
    }
    told.join(" ")
}

#[derive(Template)]
#[template(path = "pages/plan/show.html")]
struct PlanPage {
    ctx: PageCtx,
    week: i64,
    phase: i32,
    category: String,
    days: String,
    smaller: bool,
    cue: String,
    agreed: String,
    physio: Option<(String, String)>,
    in_charge: String,
    next_days: Option<(String, String)>,
    goals: Vec<GoalView>,
    whole: Option<(String, String, &'static str)>,
    pause: String,
    /// Who sent a change that waits for the person's word; empty where none waits.
    asked: String,
    flare: bool,
    show_training: bool,
    quotas: Vec<(QuotaView, String)>,
    groups: Vec<(&'static str, Vec<ListedView>)>,
    support: Vec<ListedView>,
    stop_rule: Vec<String>,
    printed: String,
    name: String,
}

/// An exercise of the plan.
pub(super) struct ListedView {
    /// Its name and dose.
    pub item: ItemView,
    /// Why it is for the person.
    pub why: String,
    /// Other doses that are set for single or later days, each with its reason.
    pub later: Vec<String>,
}

impl ListedView {
    /// The words of an exercise, with those of all that is set for later.
    pub fn new(item: &Prescribed, later: &[Later]) -> Self {
        let of_item = later.iter().filter(|later| later.to.exercise == item.exercise);
        Self { item: ItemView::new(item), why: why_words(item), later: of_item.map(later_words).collect() }
    }
}

/// "Only on Tuesday 24 November: 2 sets of 6. Your visit to the family", "From 1 December: …".
fn later_words(later: &Later) -> String {
    let (dose, why) = (ItemView::today(&later.to).dose, &later.reason);
    if later.alone {
        tr!("Only on {day}: {dose}. {why}", day = words::day(later.on), dose = dose, why = why)
    } else {
        tr!("From {day}: {dose}. {why}", day = dates::day_of_month(later.on), dose = dose, why = why)
    }
}

/// The training items under the names of their groups, in the order of the plan.
pub(super) fn by_group(shown: &[Prescribed], later: &[Later]) -> Vec<(&'static str, Vec<ListedView>)> {
    let mut groups: Vec<(&'static str, Vec<ListedView>)> = Vec::new();
    for item in shown.iter().filter(|item| item.role == Role::Training) {
        let group = item.definition().map_or(tr!("Exercises"), |exercise| say(exercise.group.title()));
        let row = ListedView::new(item, later);
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((group, vec![row])),
        }
    }
    groups
}

/// What of a plan may be shown: nothing of it under a danger sign, relief and calm under leg symptoms.
pub(super) fn visible(active: &Active, listed: Vec<Prescribed>) -> Vec<Prescribed> {
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
    let (items, quotas, later, sides, days, goals, asked) = me
        .run(move |store, who, moment| {
            store.read(|tx| {
                let (items, quotas) = (plans::items(tx, who, &plan)?, plans::quotas(tx, who, &plan)?);
                let later = doses::later(tx, who, &plan, &items, moment.today())?;
                Ok::<_, CareError>((
                    items,
                    quotas,
                    later,
                    sides(tx, who, &plan)?,
                    timeline(tx, who, &plan)?,
                    followed(tx, who)?,
                    pending(tx, who)?,
                ))
            })
        })
        .await?;
    let (today, zone) = (me.moment.today(), me.moment.zone);
    let shown = visible(&active, items.iter().map(|i| Prescribed::clone(&i.prescription)).collect());
    let pause = match active.pause {
        None => String::new(),
        Some(Pause::LegSymptoms) => advice().pause("P-02").unwrap_or_default().to_owned(),
        Some(_) => advice().pause("P-01").unwrap_or_default().to_owned(),
    };
    let plan = &active.plan;
    page(&PlanPage {
        ctx: me.visitor.reading(),
        week: active.week(me.moment.today()).max(1),
        phase: plan.phase,
        category: advice().category(plan.category.0).sentence.clone(),
        days: words::weekdays(days.on(today)),
        next_days: days.next(today).map(|(from, days)| (words::day(from), words::weekdays(days))),
        agreed: words::instant(sides.own, zone),
        physio: sides.physio.map(|(name, at)| (name, words::instant(at, zone))),
        in_charge: words::listed(&sides.in_charge),
        whole: whole(&goals),
        goals: goals.iter().filter(|f| f.goal.ended_on.is_none()).map(GoalView::new).collect(),
        smaller: plan.smaller.is_some(),
        cue: plan.cue.trim().trim_end_matches('.').to_owned(),
        flare: active.flare.is_some(),
        show_training: pause.is_empty(),
        asked: asked.filter(|_| pause.is_empty()).map(|pending| pending.by).unwrap_or_default(),
        pause,
        quotas: quotas.iter().map(|quota| (QuotaView::new(quota), moved_date(quota, plan.started_on))).collect(),
        groups: by_group(&shown, &later),
        support: shown.iter().filter(|item| item.is_support()).map(|item| ListedView::new(item, &later)).collect(),
        stop_rule: advice().stop_rule.lines.clone(),
        printed: words::date(me.moment.today()),
        name: me.visitor.user.as_ref().map(|user| user.name.clone()).unwrap_or_default(),
    })
}
