//! `/kept`: a form that was sent after the sign-in had run out, shown to its person when they are back.

use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::view::{PageCtx, go, page};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/kept.html")]
struct KeptPage {
    ctx: PageCtx,
    action: String,
    fields: Vec<(String, String)>,
    written: Vec<String>,
}

/// What was not taken, to be sent again.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let Some(kept) = me.visitor.kept() else { return Ok(go("/today")) };
    // What was written in words is shown; numbers and choices come with it.
    let words = |(_, value): &(String, String)| Some(value.trim().to_owned()).filter(|text| text.contains(char::is_whitespace));
    page(&KeptPage {
        written: kept.fields.iter().filter_map(words).collect(),
        action: kept.action,
        fields: kept.fields,
        ctx: me.visitor.ctx(),
    })
}

/// Leaves it.
pub async fn leave(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.visitor.forget_kept();
    Ok(go("/today"))
}
