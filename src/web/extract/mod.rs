//! What handlers ask for in their signatures. A handler's arguments state its rights: [`Visitor`]
//! for anybody, [`Me`] for a patient in their own record, [`Desk`] for a physiotherapist,
//! [`Manager`] for an administrator, and [`Posted`] ([`PostedUpload`] with a file)
//! for a form whose token was checked.

mod form_token;
mod kept;
mod one_click;
mod posted;
mod recorder;
mod upload;

pub use kept::{KEPT_PAGE, keep as keep_form};
pub use one_click::OneClick;
pub use posted::{Posted, read_body};
pub use recorder::{Place, Recorder};
pub use upload::{PostedUpload, Upload};

use super::error::AppError;
use super::session_store::USER;
use super::view::{Flash, PageCtx};
use crate::access::{Actor, Admin, Own, PatientAccess, Physio, authorise_own};
use crate::app::AppState;
use crate::care::{CareError, review};
use crate::clock::Moment;
use crate::ids::{self, UserId};
use crate::lang::{self, Lang};
use crate::store::accounts::User;
use crate::store::{Store, accounts};
use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Key of the form token in the session.
const CSRF: &str = "csrf";
/// Key of the message shown once on the next page.
const FLASH: &str = "flash";
/// Key of the language a visitor chose.
pub const LANGUAGE: &str = "language";

/// Whoever asks, with everything a page needs.
pub struct Visitor {
    /// The program.
    pub app: web::Data<AppState>,
    /// Their session.
    pub session: Session,
    /// Their account, when signed in.
    pub user: Option<User>,
    path: String,
}

impl Visitor {
    async fn load(req: HttpRequest) -> Result<Self, AppError> {
        let app = req.app_data::<web::Data<AppState>>().cloned().ok_or_else(|| AppError::internal("no state"))?;
        let session = req.get_session();
        let path = req.path().to_owned();
        drop(req);
        let id: Option<String> = session.get(USER).unwrap_or_default();
        let user = match id {
            None => None,
            Some(id) => {
                let store = app.store.clone();
                let found = web::block(move || store.read(|tx| accounts::user(tx, &UserId::from_text(id)))).await??;
                if found.is_none() {
                    session.purge();
                }
                found
            }
        };
        if let Some(user) = &user {
            // The desk is written in one language.
            let theirs = if user.is_patient { Lang::from_code(&user.language) } else { Some(Lang::En) };
            if let Some(theirs) = theirs {
                lang::speak(theirs);
            }
        }
        Ok(Self { app, session, user, path })
    }

    /// Now, in the person's zone.
    pub fn moment(&self) -> Moment {
        self.app.moment(self.user.as_ref().map_or("", |u| &u.time_zone))
    }

    /// The signed-in person's roles.
    pub fn actor(&self) -> Option<Actor> {
        self.user.as_ref().map(Actor::from)
    }

    /// What every page shows around its content. Pages with forms need the session's token, so it
    /// is made here when there is none.
    pub fn ctx(&self) -> PageCtx {
        let flash: Option<Flash> = self.take(FLASH);
        let csrf = self.get::<String>(CSRF).unwrap_or_else(|| {
            let token = ids::secret();
            self.put(CSRF, &token);
            token
        });
        let csrf = form_token::disguised(&csrf);
        PageCtx {
            whose: self.user.as_ref().map(kept::mark).unwrap_or_default(),
            ..PageCtx::new(&self.app.config, self.user.as_ref(), &self.path, csrf, flash)
        }
    }

    /// The frame of a page without a form: a visitor who only reads gets no session.
    pub fn reading(&self) -> PageCtx {
        let flash: Option<Flash> = self.take(FLASH);
        let csrf = form_token::disguised(&self.get::<String>(CSRF).unwrap_or_default());
        PageCtx {
            whose: self.user.as_ref().map(kept::mark).unwrap_or_default(),
            ..PageCtx::new(&self.app.config, self.user.as_ref(), &self.path, csrf, flash)
        }
    }

    /// Shows a message on the next page.
    pub fn flash(&self, text: &str) {
        self.put(FLASH, &Flash { kind: "success".to_owned(), text: text.to_owned() });
    }

    /// Reads a value of the session.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.session.get(key).unwrap_or_default()
    }

    /// Keeps a value in the session.
    pub fn put<T: Serialize>(&self, key: &str, value: &T) {
        if let Err(error) = self.session.insert(key, value) {
            tracing::error!(%error, "a session value could not be kept");
        }
    }

    /// Takes a value out of the session.
    pub fn take<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = self.get(key);
        if value.is_some() {
            self.session.remove(key);
        }
        value
    }

    /// Runs work on the database off the request threads.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Store) -> Result<T, CareError> + Send + 'static) -> Result<T, AppError> {
        let (store, language) = (self.app.store.clone(), lang::current());
        Ok(web::block(move || lang::within(language, || work(&store))).await??)
    }

    /// Signs somebody in: a new session key and a new form token, so that nothing known before works after.
    pub fn sign_in(&self, user: &UserId) {
        self.session.renew();
        self.put(USER, &user.as_str());
        self.put(CSRF, &ids::secret());
    }
}

impl FromRequest for Visitor {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::load(req.clone()))
    }
}

fn sign_in_first(visitor: &Visitor) -> AppError {
    AppError::SignInFirst { next: visitor.path.clone() }
}

/// A patient in their own record. Weeks that are due are reviewed before the page is made.
pub struct Me {
    /// Who asks.
    pub visitor: Visitor,
    /// Permission for their own record.
    pub who: PatientAccess<Own>,
    /// Now, in their zone.
    pub moment: Moment,
}

impl FromRequest for Me {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let visitor = Visitor::load(req).await?;
            let actor = visitor.actor().ok_or_else(|| sign_in_first(&visitor))?;
            let who = authorise_own(&actor)?;
            let moment = visitor.moment();
            let reviewing = who.clone();
            visitor.run(move |store| review::run_due(store, &reviewing, moment)).await?;
            Ok(Self { visitor, who, moment })
        })
    }
}

impl Me {
    /// Runs work on this person's record off the request threads.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &PatientAccess<Own>, Moment) -> Result<T, CareError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (who, moment) = (self.who.clone(), self.moment);
        self.visitor.run(move |store| work(store, &who, moment)).await
    }
}

/// A physiotherapist at their desk.
pub struct Desk {
    /// Who asks.
    pub visitor: Visitor,
    /// Their roles.
    pub actor: Actor,
    /// Permission for the desk.
    pub physio: Physio,
}

impl FromRequest for Desk {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let visitor = Visitor::load(req).await?;
            let actor = visitor.actor().ok_or_else(|| sign_in_first(&visitor))?;
            let physio = Physio::of(&actor)?;
            Ok(Self { visitor, actor, physio })
        })
    }
}

/// An administrator of the clinic's accounts.
pub struct Manager {
    /// Who asks.
    pub visitor: Visitor,
    /// Permission for staff accounts.
    pub admin: Admin,
}

impl FromRequest for Manager {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let visitor = Visitor::load(req).await?;
            let actor = visitor.actor().ok_or_else(|| sign_in_first(&visitor))?;
            let admin = Admin::of(&actor)?;
            Ok(Self { visitor, admin })
        })
    }
}

/// A part of the path, as text: ids that mean nothing are simply not found.
pub type Id = web::Path<String>;
