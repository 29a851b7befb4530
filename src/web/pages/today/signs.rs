//! `/signs`: the questions behind a "yes" to a danger sign. Until they are answered, no page shows
//! an exercise; a result that holds the plan pauses it now (P-01).

use crate::care::CareError;
use crate::care::safety::{answer_signs, questions_behind};
use crate::care::standing::{stricter, unanswered_signs};
use crate::clinical::catalogue::Question;
use crate::clinical::codes::Disposition;
use crate::clinical::intake::{AnswerMap, evaluate_so_far};
use crate::store::intake;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Field};
use crate::web::questions::{fields, read};
use crate::web::view::decision::DecisionView;
use crate::web::view::told::catalogue;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/today/signs.html")]
struct SignsPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
}

async fn questions(me: &Me) -> Result<Vec<&'static Question>, AppError> {
    let danger = me
        .run(|store, who, moment| {
            store.read(|tx| {
                Ok::<_, CareError>(unanswered_signs(tx, who, moment.today())?.map(|c| c.answers.danger.clone()).unwrap_or_default())
            })
        })
        .await?;
    Ok(questions_behind(&danger).into_iter().filter_map(|id| catalogue().question(id)).collect())
}

/// The questions, while some wait.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let asked = questions(&me).await?;
    if asked.is_empty() {
        return Ok(go("/today"));
    }
    page(&SignsPage { ctx: me.visitor.ctx(), errors: Vec::new(), fields: fields(&asked, &AnswerMap::new()) })
}

/// Takes the answers. An emergency answer counts at once, whatever else is missing.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let asked = questions(&me).await?;
    if asked.is_empty() {
        return Ok(go("/today"));
    }
    let (mut given, errors) = read(&asked, &form.0);
    let emergency = evaluate_so_far(&given).is_ok_and(|r| r.disposition == Disposition::EmergencyNow);
    if !errors.is_empty() && !emergency {
        let mut shown: Vec<Field> = fields(&asked, &AnswerMap::new()).into_iter().map(|f| f.sent(&form.0)).collect();
        let lines = errors.show(&mut shown);
        return page_again(&SignsPage { ctx: me.visitor.ctx(), errors: lines, fields: shown });
    }
    // What was not answered beside an emergency keeps the answer of the intake.
    given.retain(|_, value| !value.is_null());
    let result = me.run(move |store, who, moment| answer_signs(store, who, &given, moment)).await?;
    if result.hold_plan {
        return Ok(go("/signs/result"));
    }
    me.visitor.flash(tr!("Thank you. Nothing in your answers stops the plan. If anything gets worse, answer again or get help."));
    Ok(go("/today"))
}

#[derive(Template)]
#[template(path = "pages/today/signs_result.html")]
struct ResultPage {
    ctx: PageCtx,
    d: DecisionView,
    letter: String,
}

/// What the newest answers to danger signs led to.
pub async fn result(me: Me) -> Result<HttpResponse, AppError> {
    let (newest, judged) = me
        .run(|store, who, _| {
            store.read(|tx| {
                let newest = intake::evaluations(tx, who)?.into_iter().find(|e| e.occasion == "weekly");
                Ok::<_, CareError>((newest, stricter(tx, who)?.is_some()))
            })
        })
        .await?;
    // What a physiotherapist found, and called more urgent, says what to do now.
    if judged {
        return Ok(go("/result"));
    }
    let Some(decision) = newest else { return Ok(go("/today")) };
    let ctx = me.visitor.reading();
    let d = DecisionView::new(&decision.result, &decision.answers, &ctx, words::instant(decision.at, me.moment.zone));
    page(&ResultPage { ctx, d, letter: format!("/letter/{}", decision.id) })
}
