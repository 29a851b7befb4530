//! A proposal to change a patient's pattern: what was answered, what would change, and the decision.

use crate::care::CareError;
use crate::care::desk::{look_to_treat, moment_of, treat};
use crate::care::pattern::{ASKED, decide, preview};
use crate::clinical::intake::AnswerMap;
use crate::clock::{Moment, zone};
use crate::ids::{PatientId, UserId};
use crate::store::pattern::{ACCEPTED, DECLINED, PROPOSED, Reclassification, STOPPED};
use crate::store::{StoreError, accounts, intake, pattern, plans};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::pages::result::CategoryView;
use crate::web::view::told::{advice, catalogue, home_tests};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::Value;

type Path = web::Path<(String, String)>;

#[derive(Template)]
#[template(path = "pages/pro/pattern.html")]
struct PatternPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    rid: String,
    name: String,
    when: String,
    status: &'static str,
    before: String,
    now: CategoryView,
    percents: Vec<(&'static str, i64)>,
    markers: u8,
    ruleset: String,
    rows: Vec<(String, String, String)>,
    tests: Vec<(String, String)>,
    leaving: Vec<(String, Option<String>)>,
    reason: String,
    field: Field,
}

struct Loaded {
    name: String,
    moment: Moment,
    look: Reclassification,
    before: AnswerMap,
    category: String,
    leaving: Vec<(String, Option<String>)>,
}

async fn load(desk: &Desk, path: &(String, String)) -> Result<Loaded, AppError> {
    let (actor, patient, rid, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look_to_treat(store, &actor, &patient, now)?;
            store.read(|tx| {
                let look = pattern::all(tx, &who)?.into_iter().find(|l| l.id == rid).ok_or(StoreError::NotFound)?;
                let user = accounts::user(tx, &UserId::from_text(patient.as_str()))?.ok_or(StoreError::NotFound)?;
                let plan = plans::active(tx, &who)?.filter(|plan| plan.id == look.plan_id);
                let first = intake::evaluations(tx, &who)?.into_iter().find(|e| e.occasion == "intake" && e.at < look.made_at);
                Ok::<_, CareError>(Loaded {
                    name: user.name,
                    moment: Moment { utc: now, zone: zone(&user.time_zone) },
                    before: first.map(|e| e.answers.into_inner()).unwrap_or_default(),
                    category: plan.as_ref().map(|p| advice().category(p.category.0).name.clone()).unwrap_or_default(),
                    leaving: match plan.filter(|_| look.waits()) {
                        Some(plan) => preview(tx, &who, &plan, &look)?,
                        None => Vec::new(),
                    },
                    look,
                })
            })
        })
        .await
}

/// Question, answer at the start, answer now; what changed comes with both.
fn rows(before: &AnswerMap, now: &AnswerMap) -> Vec<(String, String, String)> {
    let questions = ASKED.iter().filter_map(|id| catalogue().question(id));
    let said =
        |answers: &AnswerMap, q: &crate::clinical::catalogue::Question| answers.get(&q.id).map(|v| q.label_for(v)).unwrap_or_default();
    questions.map(|q| (q.short.clone(), said(before, q), said(now, q))).collect()
}

fn tests(answers: &AnswerMap) -> Vec<(String, String)> {
    let words = home_tests();
    let label = |code: &str| match code {
        "worse" => words.answers.worse.clone(),
        "same" => words.answers.same.clone(),
        "better" => words.answers.better.clone(),
        _ => words.answers.not_done.clone(),
    };
    let given = answers.get("ht").and_then(Value::as_object);
    let answer = |id: &str| given.and_then(|all| all.get(id)).and_then(Value::as_str).filter(|code| *code != "not_done");
    let mut found: Vec<(String, String)> =
        words.tests.iter().filter_map(|test| Some((test.title.clone(), label(answer(&test.id)?)))).collect();
    if answers.contains_key("ht_centralised") {
        found.push((words.leg.question.clone(), words.leg.centralised.clone()));
    }
    found
}

fn pattern_page(desk: &Desk, path: &(String, String), loaded: &Loaded, field: Field, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = [field];
    let lines = errors.show(&mut fields);
    let [field] = fields;
    let result = &loaded.look.result;
    let shown = PatternPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: path.0.clone(),
        rid: path.1.clone(),
        name: loaded.name.clone(),
        when: words::instant(loaded.look.made_at, loaded.moment.zone),
        status: match loaded.look.status.as_str() {
            PROPOSED => "proposed",
            ACCEPTED => "Confirmed",
            DECLINED => "Declined",
            STOPPED => "Stopped by a symptom: no pattern was judged",
            _ => "The pattern was the same",
        },
        before: loaded.category.clone(),
        now: CategoryView::new(result, &loaded.look.answers),
        percents: vec![
            ("Flexion", result.percent.flex),
            ("Extension", result.percent.ext),
            ("Load", result.percent.load),
            ("Control", result.percent.inst),
        ],
        markers: result.markers,
        ruleset: loaded.look.ruleset_version.clone(),
        rows: rows(&loaded.before, &loaded.look.answers),
        tests: tests(&loaded.look.answers),
        leaving: loaded.leaving.clone(),
        reason: loaded.look.reason.clone(),
        field,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

fn reason_field() -> Field {
    Field::new("textarea", "reason", "Why").hint("A sentence. The patient reads it.")
}

/// The proposal.
pub async fn show(desk: Desk, path: Path) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    pattern_page(&desk, &path, &loaded, reason_field(), &Errors::default())
}

/// Confirms or declines it.
pub async fn save(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let mut errors = Errors::default();
    let accept = match form.0.text("decision") {
        "accept" => Some(true),
        "decline" => Some(false),
        _ => None,
    };
    match accept {
        None => errors.add("", "Confirm the change or decline it"),
        Some(accept) => {
            let (actor, patient, rid, now) =
                (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
            let reason = form.0.text("reason").to_owned();
            let done = desk
                .visitor
                .run(move |store| {
                    let who = treat(store, &actor, &patient, now)?;
                    decide(store, &who, &rid, accept, &reason, store.read(|tx| moment_of(tx, &patient, now))?)
                })
                .await;
            match done {
                Ok(()) => {
                    desk.visitor.flash(if accept {
                        "The plan follows the new pattern. The patient sees it with your reason."
                    } else {
                        "The plan stays as it is. The patient sees your reason."
                    });
                    return Ok(go(&format!("/pro/patients/{}", path.0)));
                }
                Err(error) => errors.absorb(error)?,
            }
        }
    }
    pattern_page(&desk, &path, &loaded, reason_field().sent(&form.0), &errors)
}
