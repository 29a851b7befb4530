//! The decision itself: one table of role × relation × action. [`decide`] reads nothing else, `gradus access` prints it,
//! `/admin/access` shows it in words, and a test asks every route for every cell of it.

use super::{Actor, Hidden};

/// As what somebody asks. An account may have several roles; each counts for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nobody is signed in.
    Visitor,
    /// The password was right, the second factor has not been shown yet.
    HalfSignedIn,
    /// Somebody with a record in the programme.
    Patient,
    /// Somebody who treats patients.
    Physio,
    /// Somebody who runs the clinic's accounts and settings.
    Admin,
    /// A job of this program, such as the weekly review.
    Job,
    /// Whoever can run `gradus` on the server.
    Command,
}

/// How somebody stands to what is asked for: mostly to the patient whose record it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The account is their own.
    OwnAccount,
    /// The record is the actor's own.
    OwnRecord,
    /// The actor is a physiotherapist in charge of the patient now.
    InCharge,
    /// The actor stands in for somebody in charge who is away.
    Cover,
    /// The actor broke the glass: they look into a record that is not theirs, for a while and with a reason.
    Emergency,
    /// Nobody is in charge of the patient: they belong to the inbox of the actor's clinic.
    ClinicInbox,
    /// It is of the clinic that the actor belongs to, and of no patient: staff, templates, exercises, numbers, settings.
    OwnClinic,
    /// An invitation that the actor made.
    OwnInvitation,
    /// The patient, or whatever it is, belongs to another clinic.
    OtherClinic,
    /// None of these, or there is no such patient. A relation that has ended is none.
    Stranger,
    /// No person asks: the program itself, or whoever runs it.
    Program,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Sign out, choose a password, see one's sessions.
    Account,
    /// Look at a record.
    View,
    /// Write what the patient says of themselves.
    Record,
    /// Write down what the patient wrote on a sheet of paper or says in the room.
    Transcribe,
    /// Decide about the plan.
    Treat,
    /// Let the rules judge and act as they say: reviews, reminders, notices; run stored decisions again.
    Review,
    /// Work at the clinic's desk: lists, invitations, templates, exercises, outcomes without names.
    Desk,
    /// Run the clinic: staff, numbers, settings, the record of who did what.
    Administer,
    /// Run the installation: clinics, links for staff, migrations, checks.
    Operate,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [Self::Visitor, Self::HalfSignedIn, Self::Patient, Self::Physio, Self::Admin, Self::Job, Self::Command];

    /// What it is called.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Visitor => "visitor",
            Self::HalfSignedIn => "signed in by half",
            Self::Patient => "patient",
            Self::Physio => "physiotherapist",
            Self::Admin => "administrator",
            Self::Job => "job of the program",
            Self::Command => "command line",
        }
    }
}

impl Relation {
    /// Every relation.
    pub const ALL: [Self; 11] = [
        Self::OwnAccount,
        Self::OwnRecord,
        Self::InCharge,
        Self::Cover,
        Self::Emergency,
        Self::ClinicInbox,
        Self::OwnClinic,
        Self::OwnInvitation,
        Self::OtherClinic,
        Self::Stranger,
        Self::Program,
    ];

    /// What it is called.
    pub const fn words(self) -> &'static str {
        match self {
            Self::OwnAccount => "own account",
            Self::OwnRecord => "own record",
            Self::InCharge => "in charge of the patient",
            Self::Cover => "stands in for who is in charge and away",
            Self::Emergency => "opened the record in an emergency, for some hours",
            Self::ClinicInbox => "nobody is in charge: the clinic\u{2019}s inbox",
            Self::OwnClinic => "of the own clinic, about no patient",
            Self::OwnInvitation => "an invitation that they made",
            Self::OtherClinic => "of another clinic",
            Self::Stranger => "none, or one that has ended",
            Self::Program => "no person asks",
        }
    }
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 9] =
        [Self::Account, Self::View, Self::Record, Self::Transcribe, Self::Treat, Self::Review, Self::Desk, Self::Administer, Self::Operate];

    /// What it is called in the head of a table.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::View => "view",
            Self::Record => "record",
            Self::Transcribe => "from paper",
            Self::Treat => "treat",
            Self::Review => "review",
            Self::Desk => "desk",
            Self::Administer => "administer",
            Self::Operate => "operate",
        }
    }

    /// What it means.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Account => "sign out, change one\u{2019}s own password, address and sessions",
            Self::View => "look at a record",
            Self::Record => "write what the patient says of themselves",
            Self::Transcribe => "write down what the patient wrote on paper or says in the room",
            Self::Treat => "decide about the plan",
            Self::Review => "let the rules judge and act as they say, or run stored decisions again",
            Self::Desk => "use the desk: lists of one\u{2019}s patients, invitations, templates, exercises, outcomes without names",
            Self::Administer => "run the clinic: staff, numbers, settings, the record of who did what",
            Self::Operate => "run the installation: clinics, links for staff, migrations, checks",
        }
    }
}

/// What a role may do in a relation.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// As what.
    pub role: Role,
    /// How they stand to it.
    pub relation: Relation,
    /// What they may do.
    pub actions: &'static [Action],
}

const fn rule(role: Role, relation: Relation, actions: &'static [Action]) -> Rule {
    Rule { role, relation, actions }
}

/// What is allowed. Whatever does not stand here is not: visitors, those signed in by half, other clinics and strangers
/// have no line at all.
pub const TABLE: &[Rule] = &[
    rule(Role::Patient, Relation::OwnAccount, &[Action::Account]),
    rule(Role::Physio, Relation::OwnAccount, &[Action::Account]),
    rule(Role::Admin, Relation::OwnAccount, &[Action::Account]),
    rule(Role::Patient, Relation::OwnRecord, &[Action::View, Action::Record, Action::Transcribe]),
    rule(Role::Physio, Relation::InCharge, &[Action::View, Action::Treat, Action::Transcribe]),
    rule(Role::Physio, Relation::Cover, &[Action::View, Action::Treat, Action::Transcribe]),
    rule(Role::Physio, Relation::ClinicInbox, &[Action::View, Action::Treat, Action::Transcribe]),
    rule(Role::Physio, Relation::Emergency, &[Action::View]),
    rule(Role::Physio, Relation::OwnClinic, &[Action::Desk]),
    rule(Role::Physio, Relation::OwnInvitation, &[Action::Desk]),
    rule(Role::Admin, Relation::OwnClinic, &[Action::Administer]),
    rule(Role::Job, Relation::Program, &[Action::View, Action::Review]),
    rule(Role::Command, Relation::Program, &[Action::Review, Action::Operate]),
];

/// One cell of the table.
pub fn allowed(role: Role, relation: Relation, action: Action) -> bool {
    TABLE.iter().any(|rule| rule.role == role && rule.relation == relation && rule.actions.contains(&action))
}

/// The roles of an account.
fn roles(actor: &Actor) -> impl Iterator<Item = Role> {
    let all = [(Role::Patient, actor.is_patient), (Role::Physio, actor.is_physio), (Role::Admin, actor.is_admin)];
    all.into_iter().filter_map(|(role, has)| has.then_some(role))
}

/// Decides for somebody who is signed in.
///
/// # Errors
/// `Hidden` for everything that no line of the table allows one of their roles.
pub fn decide(actor: &Actor, relation: Relation, action: Action) -> Result<(), Hidden> {
    if roles(actor).any(|role| allowed(role, relation, action)) { Ok(()) } else { Err(Hidden) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ClinicId, UserId};

    fn actor(is_patient: bool, is_physio: bool, is_admin: bool) -> Actor {
        Actor { user: UserId::fresh(), is_patient, is_physio, is_admin, clinic: ClinicId::first() }
    }

    /// The promise about records, told a second time in other words than the table's.
    #[test]
    fn records_are_open_to_their_patient_and_to_who_looks_after_them_and_to_nobody_else() {
        let (patient, physio, admin) = (actor(true, false, false), actor(false, true, false), actor(false, false, true));
        let of_records = [Action::View, Action::Record, Action::Treat, Action::Transcribe];
        for relation in Relation::ALL {
            for action in of_records {
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

    #[test]
    fn nobody_reaches_another_clinic_or_a_stranger_and_whoever_is_not_signed_in_reaches_nothing() {
        let everything = actor(true, true, true);
        for action in Action::ALL {
            for relation in [Relation::OtherClinic, Relation::Stranger, Relation::Program] {
                assert!(decide(&everything, relation, action).is_err(), "{relation:?} {action:?}");
            }
            for relation in Relation::ALL {
                assert!(!allowed(Role::Visitor, relation, action) && !allowed(Role::HalfSignedIn, relation, action));
            }
        }
    }

    #[test]
    fn two_roles_are_no_more_than_each_of_them() {
        let both = actor(true, true, false);
        let (patient, physio) = (actor(true, false, false), actor(false, true, false));
        for relation in Relation::ALL {
            for action in Action::ALL {
                let either = decide(&patient, relation, action).is_ok() || decide(&physio, relation, action).is_ok();
                assert_eq!(decide(&both, relation, action).is_ok(), either, "{relation:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_cell_stands_in_one_line() {
        for (at, rule) in TABLE.iter().enumerate() {
            let again = TABLE.iter().skip(at + 1).any(|other| (other.role, other.relation) == (rule.role, rule.relation));
            assert!(!again && !rule.actions.is_empty(), "{:?} {:?}", rule.role, rule.relation);
        }
    }
}
