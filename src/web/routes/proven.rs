//! Routes that ask again who it is: a session left open, or taken, must not be enough to take data along, to close an
//! account, to change how somebody signs in, or to give somebody rights. `middleware::proven_anew` sends whoever gave
//! no proof within [`crate::accounts::limits::PROOF`] to `/prove` and back.

/// Method and pattern of each. A page that leads to such a form stands here too where what is typed there cannot be
/// kept (files, passwords); any other form is kept meanwhile and offered again.
pub const PROVEN_ANEW: &[(&str, &str)] = &[
    ("GET", "/account/second"),
    ("GET", "/account/second/app"),
    ("POST", "/account/second/app"),
    ("POST", "/account/second/app/remove"),
    ("POST", "/account/second/codes"),
    ("POST", "/account/second/passkeys"),
    ("POST", "/account/second/passkeys/begin"),
    ("POST", "/account/second/passkeys/{passkey}/remove"),
    ("GET", "/account/address"),
    ("POST", "/account/address"),
    ("GET", "/account/data"),
    ("POST", "/account/data"),
    ("GET", "/account/close"),
    ("POST", "/account/close"),
    ("GET", "/journal/file.csv"),
    ("GET", "/pro/patients.csv"),
    ("GET", "/admin/audit.csv"),
    ("POST", "/admin/staff"),
    ("POST", "/admin/people/{id}/physio"),
    ("POST", "/admin/people/{id}/open"),
    ("POST", "/admin/people/{id}/reset"),
    ("POST", "/admin/people/{id}/sessions"),
    ("POST", "/admin/invitations/{invitation}/again"),
    ("POST", "/admin/settings"),
    ("POST", "/admin/staff/{id}/role"),
    ("POST", "/admin/staff/{id}/close"),
];

/// Where somebody proves it.
pub const PROVE_PAGE: &str = "/prove";

/// Whether a route asks for a recent proof.
pub fn asks(method: &str, pattern: &str) -> bool {
    let method = if method == "HEAD" { "GET" } else { method };
    PROVEN_ANEW.contains(&(method, pattern))
}

#[cfg(test)]
mod tests {
    use super::super::{Guard, ROUTES};
    use super::*;

    #[test]
    fn what_asks_for_a_proof_is_a_route_for_people_who_signed_in() {
        for (method, path) in PROVEN_ANEW {
            let route = ROUTES.iter().find(|r| r.method == *method && r.path == *path);
            let route = route.unwrap_or_else(|| panic!("{method} {path} is no route"));
            assert_ne!(route.guard, Guard::Public, "{method} {path}");
        }
    }
}
