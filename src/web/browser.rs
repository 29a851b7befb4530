//! The cookie by which a browser is known again at the next sign-in. It signs nobody in: it only says that somebody
//! signed in from here before, which spares them the message about a new sign-in and gives them a count of wrong
//! passwords of their own. It outlives the session, and sign-out leaves it.

use crate::app::AppState;
use actix_web::body::MessageBody;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use std::cell::RefCell;
use std::rc::Rc;

/// Letters of a secret (`ids::secret`).
const LETTERS: usize = 52;
/// How long a browser is remembered: the longest that browsers allow.
const LIFE: Duration = Duration::days(400);

/// The cookie of a request's browser, and what it is to become.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    secret: String,
    fresh: Rc<RefCell<Option<String>>>,
}

impl Browser {
    /// The browser of a request.
    pub fn of(req: &HttpRequest) -> Self {
        req.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    /// What its cookie holds; empty when it has none.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// It is to keep this from now on.
    pub fn keep(&self, secret: String) {
        *self.fresh.borrow_mut() = Some(secret);
    }
}

fn name(https: bool) -> &'static str {
    if https { "__Host-gradus-browser" } else { "gradus-browser" }
}

/// Reads the cookie and, after a sign-in from a browser that was new to us, sets it.
pub async fn remember(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let https = req.app_data::<web::Data<AppState>>().is_some_and(|state| state.config.is_https());
    let sent = req.cookie(name(https)).map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let fits = sent.len() == LETTERS && sent.chars().all(|c| c.is_ascii_alphanumeric());
    let browser = Browser { secret: if fits { sent } else { String::new() }, fresh: Rc::default() };
    req.extensions_mut().insert(browser.clone());
    let mut res = next.call(req).await?;
    let fresh = browser.fresh.borrow_mut().take();
    if let Some(secret) = fresh {
        let cookie =
            Cookie::build(name(https), secret).path("/").http_only(true).secure(https).same_site(SameSite::Lax).max_age(LIFE).finish();
        if let Err(error) = res.response_mut().add_cookie(&cookie) {
            tracing::error!(%error, "a browser's cookie could not be set");
        }
    }
    Ok(res)
}
