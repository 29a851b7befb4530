//! The capability to touch one patient's record. Its fields are private: only the functions here
//! make one, after [`decide`] said yes.

use super::policy::{Action, Relation, decide};
use super::{Actor, Hidden};
use crate::ids::{PatientId, UserId};
use std::marker::PhantomData;

/// May look at the record.
#[derive(Debug, Clone, Copy)]
pub struct Read;
/// The patient themselves: may look and record.
#[derive(Debug, Clone, Copy)]
pub struct Own;
/// Whoever writes down what the patient wrote on paper or says in the room: the patient, or their physiotherapist.
#[derive(Debug, Clone, Copy)]
pub struct Scribe;
/// A physiotherapist in charge: may look and decide about the plan.
#[derive(Debug, Clone, Copy)]
pub struct Treat;
/// A job of this program, such as the weekly review.
#[derive(Debug, Clone, Copy)]
pub struct Job;

/// Modes that may look.
pub trait MayRead {
    /// Whether it is the patient who looks: what they keep to themselves is read for nobody else.
    const OWN: bool = false;
}
/// Modes that may change something.
pub trait MayWrite: MayRead {}
/// Modes that may write what the patient says of themselves.
pub trait MayRecord: MayWrite + Clone + Send + 'static {}
impl MayRecord for Own {}
impl MayRecord for Scribe {}
impl MayRead for Read {}
impl MayRead for Scribe {}
impl MayRead for Own {
    const OWN: bool = true;
}
impl MayRead for Treat {}
impl MayRead for Job {}
impl MayWrite for Own {}
impl MayWrite for Scribe {}
impl MayWrite for Treat {}
impl MayWrite for Job {}

/// Permission to touch the record of one patient in mode `M`; made per request, never kept.
#[derive(Debug, Clone)]
pub struct PatientAccess<M> {
    patient: PatientId,
    by: Option<UserId>,
    mode: PhantomData<M>,
}

impl<M> PatientAccess<M> {
    /// Whose record.
    pub fn patient(&self) -> &PatientId {
        &self.patient
    }

    /// Who acts; `None` for a job of this program.
    pub fn by(&self) -> Option<&UserId> {
        self.by.as_ref()
    }

    fn make(patient: PatientId, by: Option<UserId>) -> Self {
        Self { patient, by, mode: PhantomData }
    }
}

/// A patient's access to their own record.
///
/// # Errors
/// `Hidden` when the actor has no record.
pub fn authorise_own(actor: &Actor) -> Result<PatientAccess<Own>, Hidden> {
    decide(actor, Relation::OwnRecord, Action::Record)?;
    Ok(PatientAccess::make(PatientId::from(&actor.user), Some(actor.user.clone())))
}

/// Permission to look at `patient`'s record.
///
/// # Errors
/// `Hidden` when the table says no.
pub fn authorise_read(actor: &Actor, relation: Relation, patient: PatientId) -> Result<PatientAccess<Read>, Hidden> {
    decide(actor, relation, Action::View)?;
    Ok(PatientAccess::make(patient, Some(actor.user.clone())))
}

/// Permission to decide about `patient`'s plan.
///
/// # Errors
/// `Hidden` when the table says no.
pub fn authorise_treat(actor: &Actor, relation: Relation, patient: PatientId) -> Result<PatientAccess<Treat>, Hidden> {
    decide(actor, relation, Action::Treat)?;
    Ok(PatientAccess::make(patient, Some(actor.user.clone())))
}

/// Permission to write down what `patient` wrote on paper or says in the room.
///
/// # Errors
/// `Hidden` when the table says no.
pub fn authorise_scribe(actor: &Actor, relation: Relation, patient: PatientId) -> Result<PatientAccess<Scribe>, Hidden> {
    decide(actor, relation, Action::Transcribe)?;
    Ok(PatientAccess::make(patient, Some(actor.user.clone())))
}

/// Access for a job of this program. Never made from a request.
pub fn as_job(patient: PatientId) -> PatientAccess<Job> {
    PatientAccess::make(patient, None)
}
