//! What each route asks of whoever comes: a role by its guard, and a cell of the table of `access`. From both, from what
//! asks for a proof anew and from the rules of single fields the published document is made (`docs/access.md`,
//! `/admin/access`), so that it cannot say anything else than the code does.

use super::proven;
use super::{Guard, ROUTES, Route, is_without_factor};
use crate::access::{Action, Relation, Role, TABLE, allowed};
use std::fmt::Write;

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Nothing: the page is for everybody, or the secret in its address is the permission.
    Nothing,
    /// The account is one's own.
    Account(Action),
    /// The record is one's own; what the address names must stand in it.
    OwnRecord(Action),
    /// What the address names is of the actor's clinic.
    OwnClinic(Action),
    /// It stands in one's own plan, or is of the clinic at whose desk one works.
    Given,
    /// One made what the address names.
    OwnInvitation(Action),
    /// A relation to the patient whom the address names, or whose what it names is.
    Patient(Action),
}

/// What a patient's page asks for that whoever may look can see, also in an emergency: the first part after the patient.
const TO_LOOK: &[&str] =
    &["", "answers", "card", "changes", "corrections", "events", "letter", "letters", "messages", "notes", "reviews", "sessions", "team"];
/// And those on which somebody writes down what the patient says or wrote.
const TO_WRITE_DOWN: &[&str] = &["intake", "measures", "sheet", "start"];
/// Pages that only begin something, whose form asks more than a look.
const TO_BEGIN: &[&str] = &["letters/new/{kind}", "notes/{note}"];

/// Pictures of the clinic's own exercises: for whoever was given one, and for the desk.
const GIVEN: &str = "/exercises/picture/{id}";
/// What a physiotherapist may change because they made it.
const OF_AN_INVITATION: &str = "/pro/invite/{invitation}/";

/// What is done about a patient whose address names something of theirs instead of them.
const ABOUT_A_PATIENT: &[&str] = &["/pro/inbox/{id}/mark", "/pro/inbox/{id}/approve"];

/// What a route asks for.
pub fn asks(route: &Route) -> Ask {
    match route.guard {
        Guard::Public => Ask::Nothing,
        Guard::Signed if route.path == GIVEN => Ask::Given,
        Guard::Signed => Ask::Account(Action::Account),
        Guard::Patient => Ask::OwnRecord(if route.method == "GET" { Action::View } else { Action::Record }),
        Guard::Admin => Ask::OwnClinic(Action::Administer),
        Guard::Physio => of_the_desk(route),
    }
}

fn of_the_desk(route: &Route) -> Ask {
    let Some(rest) = route.path.strip_prefix("/pro/patients/{id}") else {
        if route.path.starts_with(OF_AN_INVITATION) {
            return Ask::OwnInvitation(Action::Desk);
        }
        return if ABOUT_A_PATIENT.contains(&route.path) { Ask::Patient(Action::Treat) } else { Ask::OwnClinic(Action::Desk) };
    };
    let rest = rest.trim_start_matches('/');
    let first = rest.split('/').next().unwrap_or_default();
    Ask::Patient(match first {
        first if TO_WRITE_DOWN.contains(&first) => Action::Transcribe,
        first if TO_LOOK.contains(&first) && route.method == "GET" && !TO_BEGIN.contains(&rest) => Action::View,
        _ => Action::Treat,
    })
}

impl Ask {
    /// Relation and action, in words.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Nothing => ("none", "–"),
            Self::Account(action) => (Relation::OwnAccount.words(), action.words()),
            Self::OwnRecord(action) => (Relation::OwnRecord.words(), action.words()),
            Self::OwnClinic(action) => (Relation::OwnClinic.words(), action.words()),
            Self::OwnInvitation(action) => (Relation::OwnInvitation.words(), action.words()),
            Self::Given => ("own record, or of the own clinic", "view, or desk"),
            Self::Patient(action) => ("to the patient", action.words()),
        }
    }

    /// Whether a role in a relation comes in: the cell of the table.
    pub fn lets_in(self, role: Role, relation: Relation) -> bool {
        match self {
            Self::Nothing => true,
            Self::Account(action) => allowed(role, Relation::OwnAccount, action),
            Self::Given => match relation {
                Relation::OwnRecord => allowed(role, relation, Action::View),
                Relation::OwnClinic => allowed(role, relation, Action::Desk),
                _ => false,
            },
            Self::OwnRecord(action) => relation == Relation::OwnRecord && allowed(role, relation, action),
            Self::OwnClinic(action) => relation == Relation::OwnClinic && allowed(role, relation, action),
            Self::OwnInvitation(action) => relation == Relation::OwnInvitation && allowed(role, relation, action),
            // Only who works at the desk comes to ask.
            Self::Patient(action) => allowed(role, Relation::OwnClinic, Action::Desk) && allowed(role, relation, action),
        }
    }
}

/// Who a route is for, in words.
pub const fn guard_words(guard: Guard) -> &'static str {
    match guard {
        Guard::Public => "everybody",
        Guard::Signed => "anybody signed in",
        Guard::Patient => "patients",
        Guard::Physio => "physiotherapists",
        Guard::Admin => "administrators",
    }
}

/// Whether a second step must have been shown before a route answers: whoever works here opens nothing without one but
/// the way to one.
pub fn second_factor(route: &Route) -> &'static str {
    match route.guard {
        Guard::Patient => "if set up",
        Guard::Signed if !is_without_factor(route.path) => "staff: yes; patients: if set up",
        Guard::Public | Guard::Signed => "–",
        Guard::Physio | Guard::Admin => "yes",
    }
}

/// A line of the table of routes.
#[derive(Debug, Clone)]
pub struct Line {
    /// The route.
    pub route: Route,
    /// Who it is for.
    pub who: &'static str,
    /// Relation and action that it asks for.
    pub asks: (&'static str, &'static str),
    /// Whether a second step is needed.
    pub second: &'static str,
    /// Whether a recent proof is asked for.
    pub anew: bool,
}

/// Every route.
pub fn lines() -> Vec<Line> {
    let line = |route: &Route| Line {
        route: *route,
        who: guard_words(route.guard),
        asks: asks(route).words(),
        second: second_factor(route),
        anew: proven::asks(route.method, route.path),
    };
    ROUTES.iter().map(line).collect()
}

/// A role and a relation that it may have, with what it may do then, in the order of [`Action::ALL`].
#[derive(Debug, Clone)]
pub struct Cells {
    /// The role.
    pub role: &'static str,
    /// The relation.
    pub relation: &'static str,
    /// Which actions are allowed.
    pub actions: Vec<bool>,
}

/// Every role × relation × action.
pub fn cells() -> Vec<Cells> {
    let mut found = Vec::new();
    for role in Role::ALL {
        for relation in Relation::ALL {
            let actions = Action::ALL.map(|action| allowed(role, relation, action)).to_vec();
            found.push(Cells { role: role.words(), relation: relation.words(), actions });
        }
    }
    found
}

/// What the table allows, a sentence for each of its lines.
pub fn sentences() -> Vec<String> {
    let sentence = |rule: &crate::access::Rule| {
        let actions: Vec<&str> = rule.actions.iter().map(|action| action.meaning()).collect();
        format!("{} – {}: {}.", rule.role.words(), rule.relation.words(), actions.join("; "))
    };
    TABLE.iter().map(sentence).collect()
}

/// A field with a rule of its own, narrower than that of the record it stands in.
#[derive(Debug, Clone, Copy)]
pub struct FieldRule {
    /// Which.
    pub field: &'static str,
    /// Who reads it.
    pub reads: &'static str,
    /// Who writes it.
    pub writes: &'static str,
    /// The tests that show it.
    shown_by: &'static [&'static str],
}

/// All of them.
pub const FIELDS: &[FieldRule] = &[
    FieldRule {
        field: "note of a session",
        reads: "the patient alone",
        writes: "the patient; whoever enters a week from paper leaves it as it is",
        shown_by: &[
            "journal::a_note_that_is_not_shared_reaches_no_physiotherapist",
            "paper::a_day_that_is_there_is_changed_only_when_somebody_asks_for_it",
        ],
    },
    FieldRule {
        field: "note of an entry of the journal",
        reads: "the patient; once it is shared, whoever may look at the record",
        writes: "the patient",
        shown_by: &["journal::a_note_that_is_not_shared_reaches_no_physiotherapist"],
    },
    FieldRule {
        field: "what an entry, a day or a session said before it was changed",
        reads: "the patient",
        writes: "the program",
        shown_by: &["journal::an_entry_is_written_changed_and_its_former_words_are_read_by_its_writer"],
    },
    FieldRule {
        field: "days and sessions from an uploaded file",
        reads: "the patient",
        writes: "the patient, as one file",
        shown_by: &["journal_file::nothing_that_decides_sees_a_row_of_a_file"],
    },
    FieldRule {
        field: "answer to a question of Learn",
        reads: "the patient; once it is shared, whoever may look at the record",
        writes: "the patient",
        shown_by: &["learn::an_answer_is_kept_listed_and_deleted_by_its_writer"],
    },
    FieldRule {
        field: "note of a physiotherapist",
        reads: "whoever may look at the record; the patient on no page, but in the copy of everything",
        writes: "whoever may treat; it is never changed, a correction stands beside it",
        shown_by: &[
            "notes::a_note_is_written_once_and_a_correction_stands_beside_it",
            "own_data::everything_that_was_planted_stands_in_the_copy",
        ],
    },
    FieldRule {
        field: "what was done about a record, in the record of who did what",
        reads: "the patient, and whoever may look at the record; administrators read only that something was done",
        writes: "the program",
        shown_by: &["audit::an_administrator_searches_and_learns_nothing_about_anybodys_health"],
    },
    FieldRule {
        field: "role, clinic and owner of a row, and when it was written",
        reads: "whoever reads the row",
        writes: "the program, from who asks and its own clock; no form but that for roles has a field for it",
        shown_by: &[
            "mass_assignment::no_form_of_a_patient_takes_what_it_does_not_ask_for",
            "mass_assignment::no_form_of_a_physiotherapist_takes_what_it_does_not_ask_for",
            "mass_assignment::no_form_of_an_administrator_takes_what_it_does_not_ask_for",
        ],
    },
    FieldRule {
        field: "password, key of a code app, passkey, recovery code, secret of a link or a session",
        reads: "nobody, once it was made: no page, no copy and no log holds it",
        writes: "its person, by the form for it",
        shown_by: &[
            "own_data::everything_that_was_planted_stands_in_the_copy",
            "logged_secrets::a_day_of_everybodys_use_leaves_no_secret_in_the_log",
        ],
    },
];

/// The published document, in Markdown.
pub fn markdown() -> String {
    let mut text = String::from(HEAD);
    let heads: Vec<&str> = Action::ALL.map(Action::words).to_vec();
    let _ = writeln!(text, "| role | relation | {} |", heads.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(heads.len()));
    for cells in cells() {
        let marks: Vec<&str> = cells.actions.iter().map(|yes| if *yes { "yes" } else { "–" }).collect();
        let _ = writeln!(text, "| {} | {} | {} |", cells.role, cells.relation, marks.join(" | "));
    }
    text.push_str("\nWhat the actions mean:\n\n");
    for action in Action::ALL {
        let _ = writeln!(text, "- **{}**: {}", action.words(), action.meaning());
    }
    text.push_str(FIELDS_HEAD);
    for rule in FIELDS {
        let shown: Vec<String> = rule.shown_by.iter().map(|test| format!("`{test}`")).collect();
        let _ = writeln!(text, "| {} | {} | {} | {} |", rule.field, rule.reads, rule.writes, shown.join(", "));
    }
    text.push_str(ROUTES_HEAD);
    for line in lines() {
        let (relation, action) = line.asks;
        let anew = if line.anew { "yes" } else { "–" };
        let _ = writeln!(
            text,
            "| {} | `{}` | {} | {relation} | {action} | {} | {anew} |",
            line.route.method, line.route.path, line.who, line.second
        );
    }
    text
}

const HEAD: &str = "# Who may what

Made by `gradus access` from the code: `src/access/policy.rs` holds the table that decides, `src/web/routes.rs` the routes.
A test compares this file with both, and another asks every route as everybody (`tests/it/access_matrix.rs`).

Whatever is not allowed is answered like something that does not exist. Clinics of one database know nothing of each
other: what is of another clinic has no line in which anything is allowed.

## Role × relation × action

";

const FIELDS_HEAD: &str = "
## Single fields

Some fields are narrower than the record that they stand in. Each function of `src/store` asks for the capability that may:
`PatientAccess<Own>` where it is the patient's alone. What is not shared is left out where it is read (`seen` in
`src/store/journal.rs` and `src/store/logs.rs`), whatever page asks.

| field | read by | written by | shown by |
|---|---|---|---|
";

const ROUTES_HEAD: &str = "
## Routes

*Second step*: whoever works in a clinic shows one before anything else but the way to set one up; a patient who set one up
shows it at each sign-in. *Proven anew*: the password or a passkey is asked for again when the last proof is older than
ten minutes.

| method | path | for | relation | action | second step | proven anew |
|---|---|---|---|---|---|---|
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_route_asks_for_is_a_cell_that_somebody_of_its_guard_has() {
        for route in ROUTES {
            let role = match route.guard {
                Guard::Public => continue,
                Guard::Signed | Guard::Patient => Role::Patient,
                Guard::Physio => Role::Physio,
                Guard::Admin => Role::Admin,
            };
            let open = Relation::ALL.iter().any(|relation| asks(route).lets_in(role, *relation));
            assert!(open, "{} {} is open to nobody", route.method, route.path);
            for relation in [Relation::OtherClinic, Relation::Stranger] {
                let about_oneself = matches!(asks(route), Ask::Account(_));
                assert!(about_oneself || !asks(route).lets_in(role, relation), "{} {} is open to {relation:?}", route.method, route.path);
            }
        }
    }

    #[test]
    fn every_word_of_the_lists_is_of_some_route() {
        let parts: Vec<&str> = ROUTES.iter().filter_map(|route| route.path.strip_prefix("/pro/patients/{id}")).collect();
        for word in TO_LOOK.iter().chain(TO_WRITE_DOWN).chain(TO_BEGIN) {
            let is_one =
                |part: &&str| part.trim_start_matches('/') == *word || part.trim_start_matches('/').starts_with(&format!("{word}/"));
            assert!(parts.iter().any(is_one), "{word}");
        }
        assert!(ABOUT_A_PATIENT.iter().all(|path| ROUTES.iter().any(|route| route.path == *path)));
    }
}
