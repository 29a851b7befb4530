//! Whoever writes down what a patient says of themselves: the patient, or their physiotherapist beside them on the
//! clinic's device. The pages of the way to a plan are the same for both; what differs is the capability, the place
//! they stand at, and the heading.

use super::{Me, Visitor, sign_in_first};
use crate::access::{MayRecord, Own, PatientAccess, Physio, Scribe};
use crate::care::{CareError, paper};
use crate::clock::{Moment, zone};
use crate::ids::{PatientId, UserId};
use crate::lang::{self, Lang};
use crate::store::{Store, StoreError, accounts};
use crate::web::error::AppError;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

/// Where the pages on the way to somebody's plan stand.
#[derive(Debug, Clone)]
pub struct Place {
    /// The intake's task list; its pages lie under it.
    pub intake: String,
    /// What the intake led to.
    pub result: String,
    /// The tries before the plan.
    pub start: String,
    /// The plan on offer.
    pub agree: String,
    /// Where somebody belongs whose plan runs.
    pub under_way: String,
    /// Where somebody belongs whose plan has ended.
    pub ended: String,
    /// Where the letters of decisions stand.
    pub letter: String,
    /// With whom it is filled in; empty: the patient alone.
    pub with: String,
}

impl Place {
    fn own() -> Self {
        let at = |path: &str| path.to_owned();
        Self {
            intake: at("/intake"),
            result: at("/result"),
            start: at("/baseline"),
            agree: at("/plan/agree"),
            under_way: at("/today"),
            ended: at("/ended"),
            letter: at("/letter"),
            with: String::new(),
        }
    }

    fn room(patient: &PatientId, name: &str) -> Self {
        let file = format!("/pro/patients/{patient}");
        Self {
            intake: format!("{file}/intake"),
            result: format!("{file}/intake/result"),
            start: format!("{file}/start"),
            agree: format!("{file}/start/agree"),
            letter: format!("{file}/letter"),
            under_way: file.clone(),
            ended: file,
            with: name.to_owned(),
        }
    }

    /// Whether it is filled in together in the room.
    pub fn is_room(&self) -> bool {
        !self.with.is_empty()
    }
}

/// Whoever writes down what a patient says of themselves.
pub struct Recorder<M> {
    /// Who asks.
    pub visitor: Visitor,
    /// Permission for the record.
    pub who: PatientAccess<M>,
    /// Now, in the patient's zone.
    pub moment: Moment,
    /// Where the pages stand.
    pub place: Place,
    /// The record waits for its person to take it over.
    pub unclaimed: bool,
}

impl<M: MayRecord> Recorder<M> {
    /// Runs work on the record off the request threads.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &PatientAccess<M>, Moment) -> Result<T, CareError> + Send + 'static,
    ) -> Result<T, AppError> {
        let (who, moment) = (self.who.clone(), self.moment);
        self.visitor.run(move |store| work(store, &who, moment)).await
    }
}

impl FromRequest for Recorder<Own> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let me = Me::from_request(req, payload);
        Box::pin(async move {
            let Me { visitor, who, moment } = me.await?;
            Ok(Self { visitor, who, moment, place: Place::own(), unclaimed: false })
        })
    }
}

impl FromRequest for Recorder<Scribe> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    /// The patient is the `{id}` of the path.
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let patient = PatientId::from_text(req.match_info().get("id").unwrap_or_default());
            let visitor = Visitor::load(req).await?;
            let actor = visitor.actor().ok_or_else(|| sign_in_first(&visitor))?;
            Physio::of(&actor)?;
            let (now, asked) = (visitor.app.clock.now(), patient.clone());
            let (who, user) = visitor
                .run(move |store| {
                    let who = paper::scribe(store, &actor, &asked, now)?;
                    let user = store.read(|tx| accounts::user(tx, &UserId::from_text(asked.as_str())))?;
                    Ok((who, user.ok_or(StoreError::NotFound)?))
                })
                .await?;
            // Both read these pages: they are in the patient's language.
            if let Some(theirs) = Lang::from_code(&user.language) {
                lang::speak(theirs);
            }
            let moment = Moment { utc: now, zone: zone(&user.time_zone) };
            Ok(Self { visitor, who, moment, place: Place::room(&patient, &user.name), unclaimed: user.unclaimed })
        })
    }
}

impl Recorder<Scribe> {
    /// The physiotherapist's own permission for the desk.
    ///
    /// # Errors
    /// `NotFound` for somebody who is none.
    pub fn physio(&self) -> Result<Physio, AppError> {
        let actor = self.visitor.actor().ok_or(AppError::NotFound)?;
        Ok(Physio::of(&actor)?)
    }
}
