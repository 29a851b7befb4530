//! The decision itself: pure, total, and tested cell by cell against the table in [`super`].

use super::{Actor, Hidden};

/// How an actor stands to the patient whose record is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The record is the actor's own.
    OwnRecord,
    /// The actor is a physiotherapist in charge of the patient now.
    InCharge,
    /// The actor stands in for somebody in charge who is away.
    Cover,
    /// The actor broke the glass: they look into a record that is not theirs, for a while and with a reason.
    Emergency,
    /// Nobody is in charge of the patient: they belong to the clinic's inbox.
    ClinicInbox,
    /// None of these, or there is no such patient.
    Stranger,
}

/// What the actor wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Look.
    View,
    /// Write what the patient says of themselves.
    Record,
    /// Decide about the plan.
    Treat,
    /// Write down what the patient wrote on a sheet of paper.
    Transcribe,
}

/// Decides one cell of the table.
///
/// # Errors
/// `Hidden` for everything that is not expressly allowed.
pub fn decide(actor: &Actor, relation: Relation, action: Action) -> Result<(), Hidden> {
    let allowed = match (relation, action) {
        (Relation::OwnRecord, Action::View | Action::Record | Action::Transcribe) => actor.is_patient,
        (Relation::InCharge | Relation::Cover | Relation::ClinicInbox, Action::View | Action::Treat | Action::Transcribe)
        | (Relation::Emergency, Action::View) => actor.is_physio,
        _ => false,
    };
    if allowed { Ok(()) } else { Err(Hidden) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::UserId;

    #[test]
    fn the_table_of_the_module_documentation_holds_cell_by_cell() {
        let actor = |is_patient, is_physio, is_admin| Actor { user: UserId::fresh(), is_patient, is_physio, is_admin };
        let (patient, physio, admin) = (actor(true, false, false), actor(false, true, false), actor(false, false, true));
        let relations =
            [Relation::OwnRecord, Relation::InCharge, Relation::Cover, Relation::Emergency, Relation::ClinicInbox, Relation::Stranger];
        let actions = [Action::View, Action::Record, Action::Treat, Action::Transcribe];
        for relation in relations {
            for action in actions {
                let as_patient = matches!((relation, action), (Relation::OwnRecord, Action::View | Action::Record | Action::Transcribe));
                let as_physio = matches!(
                    (relation, action),
                    (Relation::InCharge | Relation::Cover | Relation::ClinicInbox, Action::View | Action::Treat | Action::Transcribe)
                        | (Relation::Emergency, Action::View)
                );
                assert_eq!(decide(&patient, relation, action).is_ok(), as_patient, "patient {relation:?} {action:?}");
                assert_eq!(decide(&physio, relation, action).is_ok(), as_physio, "physio {relation:?} {action:?}");
                assert!(decide(&admin, relation, action).is_err(), "admin {relation:?} {action:?}");
            }
        }
    }
}
