//! The token of a session's forms, and its disguise. Pages are compressed, and the length of a compressed page tells
//! whether a guess that it repeats was right; so no two pages show the same text for one token (BREACH).

use super::CSRF;
use crate::ids;
use actix_session::Session;
use subtle::ConstantTimeEq;

/// The token of this session; `None` before a page with a form was shown.
fn of(session: &Session) -> Option<String> {
    session.get::<String>(CSRF).unwrap_or_default().filter(|token| !token.is_empty())
}

/// Whether a page with a form was shown in this session.
pub fn has(session: &Session) -> bool {
    of(session).is_some()
}

/// What a page shows for a token: a fresh pad, then the token moved along by it. Nothing for nothing.
pub fn disguised(token: &str) -> String {
    let pad: String = ids::secret().chars().take(token.len()).collect();
    let moved: Option<String> = token.chars().zip(pad.chars()).map(|(t, p)| ids::letter(ids::place(t)? + ids::place(p)?)).collect();
    moved.filter(|m| m.len() == token.len()).map(|moved| format!("{pad}{moved}")).unwrap_or_default()
}

/// The token behind what a form sent; whatever is no disguise gives nothing.
fn undisguised(sent: &str) -> Option<String> {
    let (pad, moved) = sent.split_at_checked(sent.len() / 2)?;
    if pad.is_empty() || pad.len() != moved.len() {
        return None;
    }
    moved.chars().zip(pad.chars()).map(|(m, p)| ids::letter(ids::place(m)? + ids::LETTERS - ids::place(p)?)).collect()
}

/// Whether a form carries this session's token, compared in constant time.
pub fn fits(session: &Session, sent: &str) -> bool {
    match (of(session), undisguised(sent)) {
        (Some(token), Some(sent)) => sent.as_bytes().ct_eq(token.as_bytes()).into(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_looks_different_on_every_page_and_is_found_again() {
        let token = ids::secret();
        let (a, b) = (disguised(&token), disguised(&token));
        assert_ne!(a, b);
        assert_eq!(a.len(), 2 * token.len());
        assert!(!a.contains(&token));
        assert_eq!(undisguised(&a).as_deref(), Some(token.as_str()));
        assert_eq!(undisguised(&b).as_deref(), Some(token.as_str()));
    }

    #[test]
    fn no_token_has_no_disguise() {
        assert_eq!(disguised(""), "");
        assert_eq!(undisguised(""), None);
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_without_a_fault_and_is_no_other_token(sent in "\\PC{0,120}") {
            let token = ids::secret();
            prop_assert_ne!(undisguised(&sent), Some(token));
        }
    }
}
