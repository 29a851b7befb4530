//! Routes that cost the server much, and pages that show a secret. A test compares both with what the routes do.

use std::time::Duration;

/// A kind of work, with how much of it one account (or address, before the sign-in) may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A password is hashed or compared.
    Password,
    /// A code or a passkey is compared, a link or code is tried.
    Proof,
    /// A message is sent to somebody.
    Mail,
    /// A file of many records is written.
    File,
    /// Much is searched.
    Search,
    /// A picture or a file is read.
    Upload,
    /// A page for paper is drawn.
    Print,
    /// A figure is drawn while it is typed.
    Drawing,
}

impl Work {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::Password, Self::Proof, Self::Mail, Self::File, Self::Search, Self::Upload, Self::Print, Self::Drawing];

    /// How many at once, and how long until one more. A clinic's waiting room shares an address.
    pub const fn allowance(self) -> (u32, Duration) {
        let (at_once, milliseconds) = match self {
            Self::Password => (120, 500),
            Self::Proof => (120, 500),
            Self::Mail => (60, 10_000),
            Self::File => (20, 15_000),
            Self::Search => (120, 500),
            Self::Upload => (20, 10_000),
            Self::Print => (60, 2_000),
            Self::Drawing => (60, 300),
        };
        (at_once, Duration::from_millis(milliseconds))
    }
}

/// Method, pattern and work of every route that costs much.
pub const COSTLY: &[(&str, &str, Work)] = &[
    ("POST", "/sign-in", Work::Password),
    ("POST", "/account/new", Work::Password),
    ("POST", "/invite/{secret}", Work::Password),
    ("POST", "/join/account", Work::Password),
    ("POST", "/reset/{secret}", Work::Password),
    ("POST", "/account/password", Work::Password),
    ("POST", "/prove", Work::Password),
    ("POST", "/sign-in/second", Work::Password),
    ("POST", "/account/second/app", Work::Password),
    ("POST", "/account/second/codes", Work::Password),
    ("POST", "/account/second/passkeys", Work::Password),
    ("POST", "/sign-in/second/passkey", Work::Proof),
    ("POST", "/sign-in/second/passkey/begin", Work::Proof),
    ("POST", "/sign-in/passkey", Work::Proof),
    ("POST", "/sign-in/passkey/begin", Work::Proof),
    ("POST", "/account/second/passkeys/begin", Work::Proof),
    ("POST", "/address/{secret}", Work::Proof),
    ("POST", "/join", Work::Proof),
    ("POST", "/account/address", Work::Mail),
    ("POST", "/account/address/again", Work::Mail),
    ("POST", "/admin/people/{id}/reset", Work::Mail),
    ("POST", "/admin/invitations/{invitation}/again", Work::Mail),
    ("POST", "/admin/mail", Work::Mail),
    ("POST", "/sign-in/second", Work::Proof),
    ("POST", "/sign-in/second/passkey", Work::Proof),
    ("POST", "/sign-in/second/passkey/begin", Work::Proof),
    ("POST", "/sign-in/passkey", Work::Proof),
    ("POST", "/sign-in/passkey/begin", Work::Proof),
    ("POST", "/account/second/app", Work::Proof),
    ("POST", "/account/second/codes", Work::Proof),
    ("POST", "/account/second/passkeys", Work::Proof),
    ("POST", "/account/second/passkeys/begin", Work::Proof),
    ("POST", "/forgot", Work::Mail),
    ("POST", "/account/reminders/test", Work::Mail),
    ("POST", "/pro/invite", Work::Mail),
    ("POST", "/pro/invite/{invitation}/again", Work::Mail),
    ("POST", "/admin/staff", Work::Mail),
    ("POST", "/admin/people/{id}/reset", Work::Mail),
    ("POST", "/admin/invitations/{invitation}/again", Work::Mail),
    ("POST", "/admin/mail", Work::Mail),
    ("POST", "/account/data", Work::File),
    ("GET", "/journal/file.csv", Work::File),
    ("GET", "/admin/audit.csv", Work::File),
    ("GET", "/admin/audit", Work::Search),
    ("POST", "/admin/audit", Work::Search),
    ("POST", "/admin/people", Work::Search),
    ("GET", "/admin/retention", Work::Search),
    ("POST", "/account/data", Work::File),
    ("GET", "/pro/patients.csv", Work::File),
    ("GET", "/pro/outcomes.csv", Work::File),
    ("GET", "/calendar/{secret}.ics", Work::Search),
    ("GET", "/pro/outcomes", Work::Search),
    ("POST", "/pro/patients", Work::Search),
    ("POST", "/pro/emergency", Work::Search),
    ("POST", "/pro/sheets", Work::Search),
    ("POST", "/journal/file/upload", Work::Upload),
    ("POST", "/pro/exercises/{id}/picture", Work::Upload),
    ("GET", "/progress/card", Work::Print),
    ("GET", "/sheet/{code}", Work::Print),
    ("GET", "/pro/patients/{id}/card", Work::Print),
    ("GET", "/pro/patients/{id}/sheet/{code}", Work::Print),
    ("POST", "/pro/exercises/preview", Work::Drawing),
];

/// Pages that show a secret which is worth guessing: they are sent uncompressed. The tokens of forms are disguised
/// instead, because every page has one.
pub const SHOWS_SECRET: &[&str] = &[
    "/invite/{secret}",
    "/reset/{secret}",
    "/stop/{secret}",
    "/join/account",
    "/address/{secret}",
    "/account/second",
    "/account/second/app",
    "/account/second/codes",
    "/account/second/passkeys",
    "/admin/people/{id}",
    "/admin/people/{id}/reset",
    "/admin/invitations",
    "/admin/invitations/{invitation}/again",
    "/pro/invite",
    "/pro/invite/{invitation}/again",
    "/pro/patients/new",
    "/pro/patients/{id}/intake/card",
    "/admin/staff",
    "/admin/invitations/{invitation}/again",
    "/account/calendar",
    "/account/calendar/link",
    "/account/calendar/renew",
    "/account/second/app",
    "/account/second/codes",
    "/account/second/passkeys",
];

/// The work behind a route; `None` for what costs little.
pub fn costly(method: &str, pattern: &str) -> Option<Work> {
    let asked = if method == "HEAD" { "GET" } else { method };
    COSTLY.iter().find(|(method, path, _)| *method == asked && *path == pattern).map(|(.., work)| *work)
}

/// Whether a page shows a secret.
pub fn shows_secret(pattern: &str) -> bool {
    SHOWS_SECRET.contains(&pattern)
}
