//! `/ended`: when the programme has ended, and the ways back.

use crate::care::CareError;
use crate::care::checkins::{waiting, way_back};
use crate::care::standing::{Standing, standing, unanswered_signs};
use crate::store::plans;
use crate::web::error::AppError;
use crate::web::extract::Me;
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
    /// The person may take it up again by themselves.
    again: bool,
    check_in: bool,
    signs: bool,
}

/// Why the programme ended, and how to begin again.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let found = me
        .run(|store, who, moment| {
            store.read(|tx| {
                let Standing::Ended(plan) = standing(tx, who, moment.today())? else { return Ok::<_, CareError>(None) };
                let line = plans::changes(tx, who)?.into_iter().find(|change| change.subject == "Plan" && change.rule == "physio");
                let on = moment.today();
                let ways = (way_back(tx, who, on)?.is_some(), waiting(tx, who, on)?.is_some(), unanswered_signs(tx, who, on)?.is_some());
                Ok(Some((plan, line.map(|change| change.reason.to_string()).unwrap_or_default(), ways)))
            })
        })
        .await?;
    let Some((plan, reason, (again, check_in, signs))) = found else { return Ok(go("/today")) };
    page(&EndedPage {
        ctx: me.visitor.reading(),
        lapsed: plan.end_reason.as_deref() == Some("lapsed"),
        on: plan.ended_on.map(words::date).unwrap_or_default(),
        reason,
        again,
        check_in,
        signs,
    })
}
