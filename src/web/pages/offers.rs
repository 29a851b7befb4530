//! What a plan under way offers: `/plan/measure`, a new baseline, and `/plan/size`, fewer days and the way back.

use super::baseline::{ProposalView, TriesOf, TriesView, read_trials};
use super::today::active;
use crate::care::baseline::{Proposal, record_trials};
use crate::care::offers::{Measuring, Offers, measuring, offers, settle_baseline, settle_full, settle_smaller, size};
use crate::care::standing::Active;
use crate::clinical::course::NewBaseline;
use crate::store::plans::{self, PlanQuota};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// A card on Today.
pub struct OfferView {
    /// What is offered.
    pub title: &'static str,
    /// Why, and what it means.
    pub text: &'static str,
    /// Where it is answered.
    pub href: &'static str,
    /// The words of the link.
    pub label: &'static str,
}

/// The cards of what stands on offer.
pub fn cards(offers: &Offers) -> Vec<OfferView> {
    let mut cards = Vec::new();
    if offers.baseline.is_some() {
        cards.push(OfferView {
            title: tr!("Ready for larger steps?"),
            text: tr!("You reached almost every daily amount, and it felt light. Three new tries show what has become possible."),
            href: "/plan/measure",
            label: tr!("Measure anew"),
        });
    }
    if offers.smaller {
        cards.push(OfferView {
            title: tr!("A plan that fits your week"),
            text: tr!(
                "For two weeks less was done than planned. A smaller plan that happens is worth more than a larger one that does not."
            ),
            href: "/plan/size",
            label: tr!("Look at the plan"),
        });
    }
    if offers.full {
        cards.push(OfferView {
            title: tr!("Back to all your days?"),
            text: tr!("Two weeks of the smaller plan went as agreed."),
            href: "/plan/size",
            label: tr!("Look at the plan"),
        });
    }
    cards
}

#[derive(Template)]
#[template(path = "pages/plan/measure.html")]
struct MeasurePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    name: String,
    now: String,
    goal_on: String,
    how: String,
    then: String,
    more: String,
    stays: bool,
    t: TriesView,
    proposal: Option<ProposalView>,
}

fn measure_page(me: &Me, at: &Measuring, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (activity, quota) = (at.quota.activity.0, &at.quota);
    let amount = |value: f64| words::amount(activity, quota.unit.0, value);
    let of = TriesOf {
        activity,
        trials: &at.trials,
        needed: needed(at),
        patient: me.who.patient(),
        today: me.moment.today(),
        action: "/plan/measure".to_owned(),
        remove: "/baseline".to_owned(),
        signs_href: "/today/log".to_owned(),
        before_plan: false,
    };
    let (t, lines) = TriesView::new(&of, form, errors);
    let proposal = match (&at.outcome, at.goal_on) {
        (NewBaseline::New(new), Some(goal_on)) => {
            let (input, schedule) = (**new).clone();
            Some(ProposalView::new(activity, &Proposal { input, schedule, goal_on }))
        }
        _ => None,
    };
    let shown = MeasurePage {
        errors: lines,
        ctx: me.visitor.ctx(),
        name: advice().activity(activity).name.clone(),
        now: amount(quota.today()),
        goal_on: words::date(quota.goal_on),
        how: advice().activity(activity).unit(quota.unit.0).map(|u| u.trial.clone()).unwrap_or_default(),
        then: tr!("The new schedule never begins below the amount you keep up already, and you decide whether it holds.").to_owned(),
        more: if matches!(at.outcome, NewBaseline::NeedMore(_, true)) { advice().trial.more.clone() } else { String::new() },
        stays: at.outcome == NewBaseline::Stays,
        t,
        proposal,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

fn needed(at: &Measuring) -> usize {
    match at.outcome {
        NewBaseline::NeedMore(more, _) => usize::try_from(more).unwrap_or(3),
        _ => 0,
    }
}

/// Where measuring anew stands, or the page to go to.
async fn load(me: &Me) -> Result<Result<Measuring, &'static str>, AppError> {
    let active = match active(me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let found = me.run(move |store, who, moment| store.read(|tx| measuring(tx, who, &active, moment.today()))).await?;
    Ok(found.ok_or("/plan"))
}

/// The tries so far and what follows from them.
pub async fn measure(me: Me) -> Result<HttpResponse, AppError> {
    match load(&me).await? {
        Ok(at) => measure_page(&me, &at, None, &Errors::default()),
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Takes one try or several; all of them are kept, or none.
pub async fn save_tries(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let at = match load(&me).await? {
        Ok(at) => at,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let (activity, since) = (at.quota.activity.0, at.since);
    let mut errors = Errors::default();
    match read_trials(&form.0, needed(&at)) {
        Err(found) => errors = found,
        Ok(trials) => match me.run(move |store, who, moment| record_trials(store, who, activity, &trials, Some(since), moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Your try is saved."));
                return Ok(go("/plan/measure"));
            }
            Err(error) => errors.absorb(error)?,
        },
    }
    measure_page(&me, &at, Some(&form.0), &errors)
}

/// Takes the new schedule, or keeps the present one.
pub async fn settle_measure(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let at = match load(&me).await? {
        Ok(at) => at,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let take = form.0.text("decision") == "take";
    let mut errors = Errors::default();
    match me.run(move |store, who, moment| settle_baseline(store, who, take, moment)).await {
        Ok(()) => {
            me.visitor.flash(if take { tr!("The new steps hold from today.") } else { tr!("Your plan goes on as it is.") });
            Ok(go("/plan"))
        }
        Err(error) => {
            errors.absorb(error)?;
            measure_page(&me, &at, None, &errors)
        }
    }
}

#[derive(Template)]
#[template(path = "pages/plan/size.html")]
struct SizePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    back: bool,
    reason: Field,
    size: Field,
}

/// The size of the plan now and the other one on offer.
struct Sizes {
    back: bool,
    here: String,
    other: String,
}

fn size_words(days: &[u8], quotas: &[(PlanQuota, i32)]) -> String {
    let mut lines = vec![tr!("Exercises on {days}.", days = words::weekdays(days))];
    for (quota, days) in quotas {
        let activity = &advice().activity(quota.activity.0).name;
        lines.push(match days {
            1 => tr!("{activity}: 1 day a week.", activity = activity),
            n => tr!("{activity}: {n} days a week.", activity = activity, n = n),
        });
    }
    lines.join(" ")
}

/// The two sizes of a plan; `None` when no other is on offer. The way back is always open.
async fn sizes(me: &Me, active: Box<Active>) -> Result<Option<Sizes>, AppError> {
    me.run(move |store, who, moment| {
        store.read(|tx| {
            let (plan, offered) = (&active.plan, offers(tx, who, &active, moment.today())?);
            let quotas = plans::quotas(tx, who, plan)?;
            let other = match &plan.smaller {
                Some(before) => Some((before.days_before.clone(), before.quota_days_before.clone())),
                None if offered.smaller => size(plan, &quotas).map(|size| (size.days, size.quota_days)),
                None => None,
            };
            let Some((days, quota_days)) = other else { return Ok(None) };
            let with = |of: &dyn Fn(&PlanQuota) -> i32| -> Vec<(PlanQuota, i32)> { quotas.iter().map(|q| (q.clone(), of(q))).collect() };
            let there = with(&|q| quota_days.iter().find(|(id, _)| *id == q.id).map_or(q.days_per_week, |(_, days)| *days));
            Ok(Some(Sizes {
                back: plan.smaller.is_some(),
                here: size_words(&plan.training_days, &with(&|q| q.days_per_week)),
                other: size_words(&days, &there),
            }))
        })
    })
    .await
}

fn size_page(me: &Me, sizes: &Sizes, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let reasons = advice().reasons.iter().map(|r| (r.key.clone(), r.label.clone()));
    let label = if sizes.back { tr!("How should it go on?") } else { tr!("Which plan fits your weeks?") };
    let other = if sizes.back { tr!("All days again") } else { tr!("Fewer days for now") };
    let mut fields = vec![
        Field::new("radios", "reason", tr!("What got in the way most?")).options(reasons.collect::<Vec<(String, String)>>()).optional(),
        Field::new("radios", "size", label)
            .options([("take", other), ("keep", tr!("As it is"))])
            .option_hint("take", &sizes.other)
            .option_hint("keep", &sizes.here),
    ];
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let size = fields.pop().unwrap_or_default();
    let reason = fields.pop().unwrap_or_default();
    let shown = SizePage { ctx: me.visitor.ctx(), errors: lines, back: sizes.back, reason, size };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The plan in two sizes.
pub async fn show_size(me: Me) -> Result<HttpResponse, AppError> {
    let active = match active(&me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    match sizes(&me, active).await? {
        Some(sizes) => size_page(&me, &sizes, None, &Errors::default()),
        None => Ok(go("/plan")),
    }
}

/// Takes the other size, or keeps the present one.
pub async fn save_size(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let active = match active(&me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let Some(sizes) = sizes(&me, active).await? else { return Ok(go("/plan")) };
    let mut errors = Errors::default();
    let take = match form.0.text("size") {
        "take" => true,
        "keep" => false,
        _ => {
            errors.add("size", tr!("Choose one of the two"));
            return size_page(&me, &sizes, Some(&form.0), &errors);
        }
    };
    let (back, reason) = (sizes.back, form.0.text("reason").to_owned());
    let reply = advice().reason(&reason).map(|r| format!(" {}", r.reply)).unwrap_or_default();
    let settled = me
        .run(move |store, who, moment| match back {
            true => settle_full(store, who, take, moment),
            false => settle_smaller(store, who, take, &reason, moment),
        })
        .await;
    match settled {
        Ok(()) => {
            let said = match (take, back) {
                (true, true) => tr!("All your days are back in the plan."),
                (true, false) => tr!("Your plan has fewer days from today."),
                (false, _) => tr!("Your plan stays as it is."),
            };
            me.visitor.flash(&format!("{said}{reply}"));
            Ok(go("/plan"))
        }
        Err(error) => {
            errors.absorb(error)?;
            size_page(&me, &sizes, Some(&form.0), &errors)
        }
    }
}
