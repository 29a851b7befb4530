//! What handlers ask for in their signatures. A handler's arguments state its rights: [`Visitor`]
//! for anybody, [`Me`] for a patient in their own record, [`Desk`] for a physiotherapist,
//! [`Manager`] for an administrator, and [`Posted`] ([`PostedUpload`] with a file)
//! for a form whose token was checked.

mod form_token;
mod kept;
mod one_click;
mod paced;
mod posted;
mod recorder;
mod signed;
mod upload;

pub use kept::{KEPT_PAGE, answered as kept_answered, keep as keep_form};
pub use one_click::OneClick;
pub use posted::{Posted, read_body};
pub use recorder::{Place, Recorder};
pub use upload::{PostedUpload, Upload};

use super::browser::Browser;
use super::error::AppError;
use super::pages::factors::FACTORS_PAGE;
use super::routes;
use super::session_store::USER;
use super::view::{Flash, PageCtx};
use super::{carried, client, device};
use crate::access::{Actor, Admin, Own, PatientAccess, Physio, authorise_own};
use crate::app::AppState;
use crate::care::factors::is_staff;
use crate::care::house::House;
use crate::care::{CareError, consent, review};
use crate::clock::Moment;
use crate::ids::{self, ClinicId, UserId};
use crate::lang::{self, Lang};
use crate::store::accounts::User;
use crate::store::{Store, StoreError, accounts, factors};
use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

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
    /// What their clinic says of itself, or the first one to whoever is not signed in.
    pub house: Arc<House>,
    address: IpAddr,
    browser: Browser,
    device: String,
    path: String,
}

/// For how long a page waits for what the clinic says of itself before it shows what was said last.
const HOUSE_WITHIN: Duration = Duration::from_secs(1);

/// What a clinic says of itself.
async fn house_of(app: &web::Data<AppState>, clinic: ClinicId) -> Arc<House> {
    if let Some(said) = app.houses.fresh(&clinic) {
        return said;
    }
    let (reading, of) = (app.clone(), clinic.clone());
    let read = carried::block(move || reading.houses.read(&reading.store, &of));
    match actix_web::rt::time::timeout(HOUSE_WITHIN, read).await {
        Ok(Ok(said)) => said,
        // SAFETY(patient): a page with the numbers to call does not wait for a database that hangs.
        _ => app.houses.without_database(&clinic),
    }
}

impl Visitor {
    async fn load(req: HttpRequest) -> Result<Self, AppError> {
        let app = req.app_data::<web::Data<AppState>>().cloned().ok_or_else(|| AppError::internal("no state"))?;
        let session = req.get_session();
        let path = req.path().to_owned();
        let (address, browser, device) = (client::address(&req), Browser::of(&req), device::of(&req));
        let without_factor = routes::is_without_factor(req.match_pattern().as_deref().unwrap_or_default());
        drop(req);
        let id: Option<String> = session.get(USER).unwrap_or_default();
        let user = match id {
            None => None,
            Some(id) => {
                let (store, asks) = (app.store.clone(), app.proofs.staff_required && !without_factor);
                let read = carried::block(move || {
                    store.read(|tx| {
                        let id = UserId::from_text(id);
                        let found = accounts::user(tx, &id)?;
                        let owes = asks && found.as_ref().is_some_and(is_staff) && !factors::has_any(tx, &id)?;
                        Ok::<_, StoreError>((found, owes))
                    })
                });
                let (found, owes) = read.await??;
                if found.is_none() {
                    session.purge();
                }
                // Who works here opens nothing before they have a second proof.
                if owes {
                    return Err(AppError::Gate { to: FACTORS_PAGE });
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
        let house = house_of(&app, user.as_ref().map_or_else(ClinicId::first, User::clinic)).await;
        Ok(Self { app, session, user, house, address, browser, device, path })
    }

    /// Whoever comes by a link into a clinic reads what that one says of itself, before they have an account there.
    pub async fn comes_into(&mut self, clinic: &ClinicId) {
        self.house = house_of(&self.app, clinic.clone()).await;
    }

    /// Now, in the person's zone.
    pub fn moment(&self) -> Moment {
        self.app.moment(self.user.as_ref().map_or("", |u| &u.time_zone))
    }

    /// The telephone number for emergencies.
    pub fn emergency_number(&self) -> &str {
        &self.house.emergency_number
    }

    /// The telephone number for urgent advice.
    pub fn urgent_number(&self) -> &str {
        &self.house.urgent_number
    }

    /// Where they come from.
    pub fn address(&self) -> IpAddr {
        self.address
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
            lasts: self.lasts(),
            ..PageCtx::new((&self.app.config, &self.house), self.user.as_ref(), &self.path, csrf, flash)
        }
    }

    /// The frame of a page without a form: a visitor who only reads gets no session.
    pub fn reading(&self) -> PageCtx {
        let flash: Option<Flash> = self.take(FLASH);
        let csrf = form_token::disguised(&self.get::<String>(CSRF).unwrap_or_default());
        PageCtx {
            whose: self.user.as_ref().map(kept::mark).unwrap_or_default(),
            lasts: self.lasts(),
            ..PageCtx::new((&self.app.config, &self.house), self.user.as_ref(), &self.path, csrf, flash)
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
        let store = self.app.store.clone();
        Ok(carried::block(move || work(&store)).await??)
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

/// Where somebody is led whose account is being closed.
pub const CLOSING_PAGE: &str = "/account/closing";
/// Where somebody is led who has not agreed to what the programme needs.
pub const CONSENT_PAGE: &str = "/account/consents/now";
/// What stays open before either gate: the account with its data, and whatever says that somebody must be seen.
const BEYOND_GATE: &[&str] = &["/account", "/signs", "/result", "/letter", "/kept"];

/// SAFETY(patient): danger-sign questions and what they led to are open whatever was agreed to.
fn is_beyond_gate(path: &str) -> bool {
    BEYOND_GATE.iter().any(|open| path.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
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
            let waits = visitor
                .run(move |store| {
                    let waits = store.read(|tx| consent::missing(tx, &reviewing))?;
                    if waits.is_none() {
                        review::run_due(store, &reviewing, moment)?;
                    }
                    Ok(waits)
                })
                .await?;
            if let Some(waits) = waits.filter(|_| !is_beyond_gate(&visitor.path)) {
                let to = if waits == consent::Missing::Closing { CLOSING_PAGE } else { CONSENT_PAGE };
                return Err(AppError::Gate { to });
            }
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
