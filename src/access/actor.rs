//! Who is asking, and the two capabilities that come from a role alone.

use super::Hidden;
use super::policy::{Action, Relation, decide};
use crate::ids::{ClinicId, UserId};

/// A signed-in person with the roles their account has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account.
    pub user: UserId,
    /// Has a record of their own in the programme.
    pub is_patient: bool,
    /// Treats patients.
    pub is_physio: bool,
    /// Runs the clinic's accounts.
    pub is_admin: bool,
    /// The clinic they belong to.
    pub clinic: ClinicId,
}

/// May see their clinic's desk: their own patients and those nobody is in charge of.
#[derive(Debug, Clone)]
pub struct Physio {
    user: UserId,
    clinic: ClinicId,
}

impl Physio {
    /// # Errors
    /// `Hidden` unless the actor is a physiotherapist.
    pub fn of(actor: &Actor) -> Result<Self, Hidden> {
        decide(actor, Relation::OwnClinic, Action::Desk)?;
        Ok(Self { user: actor.user.clone(), clinic: actor.clinic.clone() })
    }

    /// The physiotherapist's account.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The clinic whose desk it is.
    pub fn clinic(&self) -> &ClinicId {
        &self.clinic
    }
}

/// May manage their clinic's staff accounts; sees no health data by this.
#[derive(Debug, Clone)]
pub struct Admin {
    user: UserId,
    clinic: ClinicId,
}

impl Admin {
    /// # Errors
    /// `Hidden` unless the actor is an administrator.
    pub fn of(actor: &Actor) -> Result<Self, Hidden> {
        decide(actor, Relation::OwnClinic, Action::Administer)?;
        Ok(Self { user: actor.user.clone(), clinic: actor.clinic.clone() })
    }

    /// The administrator's account.
    pub fn user(&self) -> &UserId {
        &self.user
    }

    /// The clinic that they administer.
    pub fn clinic(&self) -> &ClinicId {
        &self.clinic
    }
}
