//! `/flare`: "I am having a flare". The danger signs are asked first; then the flare plan begins today.

use super::active;
use super::check::{read_signs, sign_fields};
use crate::care::safety::{CheckIn, check_in};
use crate::care::today::{press_flare, settle_flare};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/today/flare.html")]
struct FlarePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    signs: Vec<Field>,
    token: String,
}

fn flare_page(me: &Me, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut signs = sign_fields();
    if let Some(form) = form {
        signs = signs.into_iter().map(|f| f.sent(form)).collect();
    }
    let lines = errors.show(&mut signs);
    let token = form.map(|f| f.text("token").to_owned()).filter(|t| !t.is_empty()).unwrap_or_else(crate::ids::fresh);
    let shown = FlarePage { ctx: me.visitor.ctx(), errors: lines, signs, token };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What a flare is, and the questions before its plan.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match active(&me).await? {
        Ok(plan) if plan.flare.is_none() && plan.pause.is_none() => flare_page(&me, None, &Errors::default()),
        Ok(_) => Ok(go("/today")),
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Begins the flare plan, unless a danger sign or a leg symptom comes first.
pub async fn press(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    match active(&me).await? {
        Ok(plan) if plan.flare.is_none() && plan.pause.is_none() => {}
        Ok(_) => return Ok(go("/today")),
        Err(elsewhere) => return Ok(go(elsewhere)),
    }
    let mut reader = Reader::new(&form.0);
    let answers = read_signs(&mut reader);
    let danger = !answers.danger.is_empty();
    let urgent = danger || answers.leg;
    if !reader.errors.is_empty() && !urgent {
        return flare_page(&me, Some(&form.0), &reader.errors);
    }
    let given = CheckIn { answers, psfs: Vec::new(), rmdq: None, token: format!("flare {}", form.0.token()) };
    me.run(move |store, who, moment| {
        check_in(store, who, &given, moment)?;
        if urgent { Ok(()) } else { press_flare(store, who, moment) }
    })
    .await?;
    if danger {
        return Ok(go("/signs"));
    }
    if !urgent {
        me.visitor.flash(tr!(
            "Your flare plan begins today. Do a little, often. It lasts about a week, and then your plan goes on where it was."
        ));
    }
    Ok(go("/today"))
}

/// The flare has settled: the plan goes on.
pub async fn settled(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(settle_flare).await?;
    me.visitor.flash(tr!("Good. Your plan goes on where it was."));
    Ok(go("/today"))
}
