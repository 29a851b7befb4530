//! Who is asking, and the two capabilities that come from a role alone.

use super::Hidden;
use crate::ids::UserId;

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
}

/// May see the clinic's desk: their own patients and those nobody is in charge of.
#[derive(Debug, Clone)]
pub struct Physio {
    user: UserId,
}

impl Physio {
    /// # Errors
    /// `Hidden` unless the actor is a physiotherapist.
    pub fn of(actor: &Actor) -> Result<Self, Hidden> {
        if actor.is_physio { Ok(Self { user: actor.user.clone() }) } else { Err(Hidden) }
    }

    /// The physiotherapist's account.
    pub fn user(&self) -> &UserId {
        &self.user
    }
}

/// May manage the clinic's staff accounts; sees no health data by this.
#[derive(Debug, Clone)]
pub struct Admin {
    user: UserId,
}

impl Admin {
    /// # Errors
    /// `Hidden` unless the actor is an administrator.
    pub fn of(actor: &Actor) -> Result<Self, Hidden> {
        if actor.is_admin { Ok(Self { user: actor.user.clone() }) } else { Err(Hidden) }
    }

    /// The administrator's account.
    pub fn user(&self) -> &UserId {
        &self.user
    }
}
