//! WHO MAY. The only place that can make a capability; everything that touches a patient's record
//! asks for one as an argument, so code that did not ask has nothing to hand over.
//!
//! | role | relation | view | record | treat | from paper |
//! |---|---|---|---|---|---|
//! | patient | own record | yes | yes | – | yes |
//! | physiotherapist | in charge of the patient | yes | – | yes | yes |
//! | physiotherapist | stands in for who is in charge and away | yes | – | yes | yes |
//! | physiotherapist | patient has nobody in charge (clinic inbox) | yes | – | yes | yes |
//! | physiotherapist | broke the glass, for some hours | yes | – | – | – |
//! | physiotherapist | none | – | – | – | – |
//! | administrator | any | – | – | – | – |
//! | job of this program | any | yes | – | review only | – |
//!
//! *Record* writes what the patient says of themselves, *from paper* what they wrote on a sheet that was printed for them
//! or say while both sit in the room; *treat* decides about the plan. An
//! administrator runs the clinic's accounts and sees no health data by that role. Whatever is
//! not allowed answers like something that does not exist.

mod actor;
mod patient;
mod policy;

pub use actor::{Actor, Admin, Physio};
pub use patient::{
    Job, MayRead, MayRecord, MayWrite, Own, PatientAccess, Read, Scribe, Treat, as_job, authorise_own, authorise_read, authorise_scribe,
    authorise_treat,
};
pub use policy::{Action, Relation, decide};

/// The answer to a request that is not allowed: shown exactly like something missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not for this person")]
pub struct Hidden;
