//! Being signed in: how it begins, how long it lasts, and when its person last proved who they are.

use super::{CSRF, Visitor};
use crate::accounts::limits::{LAST_CALL, Limits, PROOF, WARNING};
use crate::app::AppState;
use crate::care::devices::{self, Arrival};
use crate::care::factors::Acting;
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use crate::store::accounts::User;
use crate::store::sessions;
use crate::web::carried;
use crate::web::error::AppError;
use crate::web::session_store::{DEVICE, FRESH, MARK, PROVEN, SINCE, USER};
use crate::web::view::{Lasts, words};
use actix_session::Session;
use actix_web::web;

/// Whoever is signed in must be so still when the body of a request has come: while it was on its way they may have ended
/// the session elsewhere.
///
/// # Errors
/// `SignInFirst` when they are signed out by now.
pub(super) async fn still_in(app: &web::Data<AppState>, session: &Session) -> Result<(), AppError> {
    let Some(user) = session.get::<String>(USER).unwrap_or_default() else { return Ok(()) };
    let mark = session.get::<String>(MARK).unwrap_or_default().unwrap_or_default();
    let (store, now) = (app.store.clone(), app.clock.now());
    let lives = carried::block(move || store.read(|tx| sessions::lives(tx, &UserId::from_text(user), &mark, now))).await??;
    if lives { Ok(()) } else { Err(AppError::SignInFirst { next: String::new() }) }
}

impl Visitor {
    /// Signs somebody in whose account was read after they showed who they are: a new session key and a new form token, so that nothing known before works after. The browser
    /// is known from now on, and its owner is told by a message when it was not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in(&self, user: &User) -> Result<(), AppError> {
        let now = self.app.clock.now();
        let arrival =
            Arrival { browser: self.browser.secret().to_owned(), device: self.device.clone(), sends_mail: self.app.mailer.is_some() };
        let who = UserId::from_text(user.id.clone());
        if let Some(secret) = self.run(move |store| devices::noticed(store, &who, &arrival, now)).await? {
            self.browser.keep(secret);
        }
        self.session.renew();
        self.put(USER, &user.id);
        self.put(CSRF, &ids::secret());
        self.put(MARK, &ids::fresh());
        self.put(DEVICE, &self.device);
        self.put(SINCE, &now);
        self.put(PROVEN, &now);
        self.put(FRESH, &user.password_changed_at);
        self.app.post.notify_one();
        Ok(())
    }

    /// The account and the name of the session that it acts from.
    pub fn acting(&self, user: &UserId) -> Acting {
        Acting { user: user.clone(), mark: self.mark() }
    }

    /// What the cookie of their browser holds; empty when it has none.
    pub fn browser(&self) -> &str {
        self.browser.secret()
    }

    /// Somebody else signs in here, or the same person again: whoever was signed in is so no longer.
    pub fn forget_person(&self) {
        for key in [USER, MARK, DEVICE, SINCE, PROVEN] {
            self.session.remove(key);
        }
    }

    /// They proved anew who they are: what asks for that is open for a while, under a new session key.
    pub fn proven(&self) {
        self.session.renew();
        self.put(PROVEN, &self.app.clock.now());
    }

    /// Whether they proved it a short while ago.
    pub fn is_proven(&self) -> bool {
        let now = self.app.clock.now();
        self.get::<UtcTime>(PROVEN).is_some_and(|at| now - at < PROOF)
    }

    /// The name of this session among its person's.
    pub fn mark(&self) -> String {
        self.get(MARK).unwrap_or_default()
    }

    /// How long this session still lasts; nothing for whoever is not signed in.
    pub fn lasts(&self) -> Option<Lasts> {
        let user = self.user.as_ref()?;
        let is_staff = user.is_physio || user.is_admin;
        let (limits, now) = (Limits::of(is_staff), self.app.clock.now());
        let end = self.get::<UtcTime>(SINCE).unwrap_or(now) + limits.absolute;
        let until = end.min(now + limits.idle);
        let zone = self.moment().zone;
        let said = |at: UtcTime| {
            let local = |at: UtcTime| at.and_utc().with_timezone(&zone);
            if local(at).date_naive() == local(now).date_naive() { local(at).format("%H:%M").to_string() } else { words::instant(at, zone) }
        };
        Some(Lasts {
            seconds: (until - now).num_seconds().max(0),
            warning: WARNING.num_seconds(),
            until: said(until),
            end: said(end),
            is_staff,
            last_call: end - now <= LAST_CALL,
        })
    }
}
