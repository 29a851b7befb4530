//! When the programme has ended, and the way back: `/ended` for a plan that is over, `/plan/resume` for one that
//! only keeps what was gained.

use crate::care::CareError;
use crate::care::course::re_enter;
use crate::care::standing::{Standing, standing};
use crate::store::plans;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/plan/ended.html")]
struct EndedPage {
    ctx: PageCtx,
    lapsed: bool,
    on: String,
    reason: String,
}

/// Why the programme ended, and how to begin again.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let found = me
        .run(|store, who, moment| {
            store.read(|tx| {
                let Standing::Ended(plan) = standing(tx, who, moment.today())? else { return Ok::<_, CareError>(None) };
                let line = plans::changes(tx, who)?.into_iter().find(|change| change.subject == "Plan" && change.rule == "physio");
                Ok(Some((plan, line.map(|change| change.reason).unwrap_or_default())))
            })
        })
        .await?;
    let Some((plan, reason)) = found else { return Ok(go("/today")) };
    page(&EndedPage {
        ctx: me.visitor.reading(),
        lapsed: plan.end_reason.as_deref() == Some("lapsed"),
        on: plan.ended_on.map(words::date).unwrap_or_default(),
        reason,
    })
}

/// Takes the programme up again from keeping.
pub async fn resume(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(re_enter).await?;
    me.visitor.flash("Your programme goes on from today.");
    Ok(go("/today"))
}
