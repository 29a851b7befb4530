//! Routes that ask again who it is: a session left open, or taken, must not be enough to take data along, to close an
//! account, to change how somebody signs in, or to give somebody rights. `middleware::proven_anew` sends whoever gave
//! no proof within [`crate::accounts::limits::PROOF`] to `/prove` and back.

/// Method and pattern of each, and what a form that is kept meanwhile is about to do: who sees it again must know what they
/// press. A page that leads to such a form stands here too where what is typed there cannot be kept (files, passwords).
pub const PROVEN_ANEW: &[(&str, &str, &str)] = &[
    ("GET", "/account/second", ""),
    ("GET", "/account/second/app", ""),
    ("POST", "/account/second/app", ""),
    ("POST", "/account/second/app/remove", ""),
    ("POST", "/account/second/codes", ""),
    ("POST", "/account/second/passkeys", ""),
    ("POST", "/account/second/passkeys/begin", ""),
    ("POST", "/account/second/passkeys/{passkey}/remove", ""),
    ("GET", "/account/address", ""),
    ("POST", "/account/address", ""),
    ("GET", "/account/data", ""),
    ("POST", "/account/data", tr_later!("Take a copy of your data")),
    ("GET", "/account/close", ""),
    ("POST", "/account/close", tr_later!("Close your account")),
    ("GET", "/journal/file.csv", ""),
    ("GET", "/pro/patients.csv", ""),
    ("GET", "/admin/audit.csv", ""),
    ("POST", "/admin/staff", "Invite a colleague"),
    ("POST", "/admin/people/{id}/physio", "Give or take a physiotherapist’s role"),
    ("POST", "/admin/people/{id}/open", "Open a closed account again"),
    ("POST", "/admin/people/{id}/reset", "Send somebody a link for a new password"),
    ("POST", "/admin/people/{id}/sessions", "End all sessions of an account"),
    ("POST", "/admin/invitations/{invitation}/again", "Make an invitation anew"),
    ("POST", "/admin/settings", "Change the settings of the clinic"),
    ("POST", "/admin/staff/{id}/role", "Give or take an administrator’s role"),
    ("POST", "/admin/staff/{id}/close", "Close the account of a colleague"),
];

/// Where somebody proves it.
pub const PROVE_PAGE: &str = "/prove";

/// Whether a route asks for a recent proof.
pub fn asks(method: &str, pattern: &str) -> bool {
    let method = if method == "HEAD" { "GET" } else { method };
    PROVEN_ANEW.iter().any(|(of, path, _)| (*of, *path) == (method, pattern))
}

/// What a kept form of a route is about to do, to be said later; nothing for the forms that ask for no proof.
pub fn about_to(pattern: &str) -> &'static str {
    PROVEN_ANEW.iter().find(|(of, path, _)| (*of, *path) == ("POST", pattern)).map_or("", |(_, _, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, ROUTES};
    use super::*;

    #[test]
    fn what_asks_for_a_proof_is_a_route_for_people_who_signed_in() {
        for (method, path, _) in PROVEN_ANEW {
            let route = ROUTES.iter().find(|r| r.method == *method && r.path == *path);
            let route = route.unwrap_or_else(|| panic!("{method} {path} is no route"));
            assert_ne!(route.guard, Guard::Public, "{method} {path}");
        }
    }

    #[test]
    fn every_form_that_may_be_kept_says_what_it_does() {
        for (method, path, what) in PROVEN_ANEW {
            let guard = ROUTES.iter().find(|r| r.method == *method && r.path == *path).map(|r| r.guard);
            // Forms of the account itself are never kept (`extract::kept`).
            let is_kept = *method == "POST" && guard != Some(Guard::Signed);
            assert_eq!(!what.is_empty(), is_kept, "{method} {path}");
        }
        assert_eq!((about_to("/account/close"), about_to("/today/log")), ("Close your account", ""));
    }
}
