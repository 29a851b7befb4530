//! WHO MAY. The only place that can make a capability; everything that touches a patient's record
//! asks for one as an argument, so code that did not ask has nothing to hand over.
//!
//! The table of role × relation × action is data ([`TABLE`]) and the only thing that [`decide`] reads. It is published with
//! every route in `docs/access.md` (`gradus access`) and at `/admin/access`.
//!
//! *Record* writes what the patient says of themselves, *from paper* what they wrote on a sheet that was printed for them
//! or say while both sit in the room; *treat* decides about the plan. An administrator runs the clinic's accounts and sees
//! no health data by that role. Clinics know nothing of each other: a capability carries its clinic, and whatever is of
//! another one is [`Relation::OtherClinic`], for which the table has no line. Whatever is not allowed answers like
//! something that does not exist.

mod actor;
mod patient;
mod policy;

pub use actor::{Actor, Admin, Physio};
pub use patient::{
    Job, MayRead, MayRecord, MayWrite, Own, PatientAccess, Read, Scribe, Treat, as_job, authorise_own, authorise_read, authorise_scribe,
    authorise_treat,
};
pub use policy::{Action, Relation, Role, Rule, TABLE, allowed, decide};

/// The answer to a request that is not allowed: shown exactly like something missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not for this person")]
pub struct Hidden;
