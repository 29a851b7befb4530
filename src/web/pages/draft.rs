//! `/plan/draft`: a change of the plan that a physiotherapist sent, and the patient's yes or no to it.

use super::changes::difference;
use crate::care::CareError;
use crate::care::desk::drafting::Seen;
use crate::care::desk::sending::{Pending, accept, decline, pending};
use crate::care::standing::{Standing, standing};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/plan/draft.html")]
struct DraftPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    by: String,
    reason: String,
    lines: Vec<(String, String)>,
    answer: Field,
    seen: Seen,
    token: String,
}

/// What waits for this person's word. While the plan stands still nothing does: first it has to be under way again.
async fn waiting(me: &Me) -> Result<Option<Pending>, AppError> {
    me.run(|store, who, moment| {
        store.read(|tx| match standing(tx, who, moment.today())? {
            Standing::Active(active) if active.pause.is_none() => pending(tx, who),
            _ => Ok::<_, CareError>(None),
        })
    })
    .await
}

fn draft_page(me: &Me, pending: &Pending, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let answer = Field::new("textarea", "answer", tr!("What should be different?"))
        .hint(tr!("Your physiotherapist reads it. You may also leave it empty."))
        .optional()
        .sent(form);
    let mut fields = [answer];
    let lines = errors.show(&mut fields);
    let [answer] = fields;
    let shown = DraftPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        by: pending.by.clone(),
        reason: pending.reason.clone(),
        lines: pending.differences.iter().map(difference).collect(),
        answer,
        seen: pending.seen.clone(),
        token: crate::ids::fresh(),
    };
    if errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The question.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match waiting(&me).await? {
        Some(pending) => draft_page(&me, &pending, &FormData::default(), &Errors::default()),
        None => Ok(go("/plan")),
    }
}

/// The answer.
pub async fn answer(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let form = form.0;
    let seen = Seen {
        draft: form.text("draft").to_owned(),
        revision: form.text("revision").parse().unwrap_or(-1),
        mark: form.text("mark").to_owned(),
    };
    let (yes, words) = (form.text("answer_is") == "yes", form.text("answer").to_owned());
    let done = me
        .run(move |store, who, moment| if yes { accept(store, who, &seen, moment) } else { decline(store, who, &seen, &words, moment) })
        .await;
    match done {
        Ok(()) => {
            me.visitor.flash(if yes {
                tr!("Your plan is changed from today on.")
            } else {
                tr!("Your plan stays as it is. Your physiotherapist reads your answer.")
            });
            Ok(go("/plan"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            match waiting(&me).await? {
                Some(pending) => draft_page(&me, &pending, &form, &errors),
                None => {
                    me.visitor.flash(tr!("This question is not open any more. Your plan stays as it is."));
                    Ok(go("/plan"))
                }
            }
        }
    }
}
