//! `/account/close`: what happens when an account is closed, the waiting time, and the way back.

use crate::care::own_data::{WAIT, closing};
use crate::web::error::AppError;
use crate::web::extract::{CLOSING_PAGE, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Opt};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/own_data/close.html")]
struct ClosePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    sure: Field,
    days: i64,
    years: u32,
    sends_mail: bool,
}

fn close_page(me: &Me, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut sure = Field::new("checkboxes", "sure", tr!("Are you sure?"));
    let label = tr!("I want my account to be closed and erased.").to_owned();
    sure.options = vec![Opt { value: "yes".to_owned(), label, ..Opt::default() }];
    let mut fields = [sure.sent(form)];
    let lines = errors.show(&mut fields);
    let [sure] = fields;
    let (years, sends_mail) = (me.visitor.app.config.keep_years, me.visitor.app.mailer.is_some());
    let shown = ClosePage { ctx: me.visitor.ctx(), errors: lines, sure, days: WAIT.num_days(), years, sends_mail };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What happens, and the form.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let ends = me.run(|store, who, _| store.read(|tx| closing::ends_at(tx, who))).await?;
    if ends.is_some() {
        return Ok(go(CLOSING_PAGE));
    }
    close_page(&me, &FormData::default(), &Errors::default())
}

/// Begins to close it.
pub async fn begin(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    if form.0.text("sure") != "yes" {
        let mut errors = Errors::default();
        errors.add("sure", tr!("Tick the box if you want your account to be closed"));
        return close_page(&me, &form.0, &errors);
    }
    me.run(closing::begin).await?;
    me.visitor.app.post.notify_one();
    Ok(go(CLOSING_PAGE))
}

#[derive(Template)]
#[template(path = "pages/own_data/closing.html")]
struct ClosingPage {
    ctx: PageCtx,
    until: String,
}

/// The account is being closed: until when, and the way back.
pub async fn waiting(me: Me) -> Result<HttpResponse, AppError> {
    let ends = me.run(|store, who, _| store.read(|tx| closing::ends_at(tx, who))).await?;
    let Some(ends) = ends else { return Ok(go("/account")) };
    page(&ClosingPage { ctx: me.visitor.ctx(), until: words::instant(ends, me.moment.zone) })
}

/// Keeps the account after all.
pub async fn keep(me: Me, _form: Posted) -> Result<HttpResponse, AppError> {
    me.run(closing::take_back).await?;
    me.visitor.flash(tr!("Your account stays, with everything in it."));
    Ok(go("/"))
}
