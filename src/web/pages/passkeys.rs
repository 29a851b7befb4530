//! Questions to passkeys: what the page's script is given, what the session keeps until the answer, and the answer. A
//! question is good once and for five minutes.

use crate::accounts::factors::{Begun, PasskeyRefused};
use crate::accounts::throttle::Subject;
use crate::care::factors;
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::forms::FormData;
use actix_web::HttpResponse;
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// Key of the open question in a session.
const QUESTION: &str = "passkey";
/// How long it is good.
const LIFE: Duration = Duration::minutes(5);
/// What somebody reads whose passkey was not taken.
pub const UNFIT: &str = tr_later!("This passkey did not work here, or it took too long. Try it again, or use another way.");

#[derive(Serialize, Deserialize)]
struct Question {
    state: String,
    at: UtcTime,
}

/// Keeps a question and hands it to the page's script.
pub fn ask(visitor: &Visitor, begun: Result<Begun, PasskeyRefused>) -> Result<HttpResponse, AppError> {
    let begun = begun.map_err(|_| AppError::Refused { field: "", message: UNFIT.into() })?;
    visitor.put(QUESTION, &Question { state: begun.state, at: visitor.app.clock.now() });
    Ok(HttpResponse::Ok().content_type("application/json").body(begun.options))
}

/// The question that an answer belongs to; it is gone with this.
pub fn question(visitor: &Visitor) -> Option<String> {
    let question: Question = visitor.take(QUESTION)?;
    (visitor.app.clock.now() - question.at < LIFE).then_some(question.state)
}

/// Whose passkey answered, when it did so rightly. With `whose` only theirs will do.
pub async fn answered(visitor: &Visitor, form: &FormData, whose: Option<&UserId>) -> Result<Option<UserId>, AppError> {
    let Some(state) = question(visitor) else { return Ok(None) };
    let (answer, whose) = (form.exact("credential").to_owned(), whose.cloned());
    let (app, now, from) = (visitor.app.clone(), visitor.app.clock.now(), Subject::address(visitor.address()));
    let found = visitor
        .run(move |store| {
            let Some(passkeys) = app.proofs.passkeys.as_ref() else { return Ok((None, None)) };
            let found = factors::finish_passkey(store, passkeys, (&answer, &state), whose.as_ref(), now)?;
            let wait = if found == Err(PasskeyRefused::Unfit) { factors::note_refused(store, &from, now)? } else { None };
            Ok((found.ok(), wait))
        })
        .await?;
    match found {
        (_, Some(minutes)) => Err(AppError::TooMany { minutes }),
        (found, None) => Ok(found),
    }
}
