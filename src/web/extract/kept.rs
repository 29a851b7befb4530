//! A form that came too late, kept until its person has signed in again: in the session on the server, never in an
//! address or a cookie, and shown to nobody else. It is sent again only when they say so.

use super::{Visitor, form_token};
use crate::accounts::password::fingerprint;
use crate::store::accounts::User;
use crate::web::forms::FormData;
use crate::web::routes::{self, Guard};
use crate::web::session_store::{CHECK, USER};
use actix_session::Session;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

/// Key of the form in the session.
const KEPT: &str = "kept";
/// Key that stands in a session while its kept form is being answered.
const AGAIN: &str = "kept_again";
/// Largest form that is kept, in bytes: room for the longest note.
const MAX_KEPT: usize = 16 * 1024;
/// Where a kept form is looked at.
pub const KEPT_PAGE: &str = "/kept";

/// A form that was not taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct KeptForm {
    /// Where it was sent to.
    pub action: String,
    /// The pattern of that route.
    #[serde(default)]
    pub pattern: String,
    /// Names and values without the form token.
    pub fields: Vec<(String, String)>,
    whose: String,
    /// It waits for a proof of who sends it; else they had been signed out.
    #[serde(default)]
    pub proof: bool,
}

/// A mark that says whose form it is without saying who they are. Nobody who does not know the stored password
/// hash can make one, and a new password makes a new one.
pub fn mark(user: &User) -> String {
    fingerprint(&format!("form of {} {}", user.id, user.password_hash)).chars().take(32).collect()
}

/// Fields that are kept nowhere; a form that has one is typed again.
const SECRETS: [&str; 3] = ["password", "current", "code"];

/// Keeps a form sent to a page of a record, of the desk or of the clinic's administration; `false` when it is none that
/// may be kept.
pub fn keep(session: &Session, pattern: &str, path: &str, form: &FormData) -> bool {
    let whose = form.text("whose").to_owned();
    let pairs = form.pairs();
    let fields: Vec<(String, String)> =
        pairs.iter().filter(|(name, _)| name != "csrf" && name != "whose" && name != KEPT).cloned().collect();
    let size: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    let secret = fields.iter().any(|(name, _)| SECRETS.contains(&name.as_str()));
    let guard = routes::guard("POST", pattern);
    let may = matches!(guard, Some(Guard::Patient | Guard::Physio | Guard::Admin)) && !secret && whose.len() == 32 && size <= MAX_KEPT;
    // Whoever is signed in with the page's own token was asked for a proof (`middleware::proven_anew`).
    let proof = session.contains_key(USER) && form_token::fits(session, form.text("csrf"));
    // A visitor's session lasts for a day from its key on, and so does what is kept in it. Answers of a check that are in it
    // get no longer by it.
    if may && !session.contains_key(USER) && !session.contains_key(CHECK) {
        session.renew();
    }
    may && session.insert(KEPT, KeptForm { action: path.to_owned(), pattern: pattern.to_owned(), fields, whose, proof }).is_ok()
}

/// A kept form has been sent again: it is forgotten when it was answered.
pub(super) fn sent_again(session: &Session, form: &FormData) {
    if form.text(KEPT) == "again" && form_token::has(session) {
        // An entry of a state that is in memory does not fail; if it did, the form would be offered once more.
        let _ = session.insert(AGAIN, true);
    }
}

/// After the answer: a kept form that was sent again is forgotten, unless the fault was ours and it came to nothing.
pub fn answered(session: &Session, status: StatusCode) {
    if session.contains_key(AGAIN) {
        session.remove(AGAIN);
        if !status.is_server_error() {
            session.remove(KEPT);
        }
    }
}

impl Visitor {
    /// The form that waits for this person; somebody else's is forgotten.
    pub fn kept(&self) -> Option<KeptForm> {
        let kept: KeptForm = self.get(KEPT)?;
        if self.user.as_ref().is_some_and(|user| mark(user) == kept.whose) {
            return Some(kept);
        }
        self.forget_kept();
        None
    }

    /// Forgets it.
    pub fn forget_kept(&self) {
        self.session.remove(KEPT);
    }
}
