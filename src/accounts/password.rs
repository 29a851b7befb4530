//! Passwords: Argon2id, a few at a time, off the request threads.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Shortest password taken, in characters.
pub const MIN_CHARS: usize = 8;
/// Longest password taken, in characters; longer ones would only cost hashing time.
pub const MAX_CHARS: usize = 256;

/// Memory in KiB, passes and lanes: the OWASP minimum for Argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes computed at the same time: a flood of sign-ins must not take every core and 19 MiB each.
const AT_ONCE: usize = 2;

/// The passwords that guessing begins with. Compared in lower case.
const COMMON: &[&str] = &[
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "password1",
    "password123",
    "passw0rd",
    "qwertyuiop",
    "qwerty123",
    "iloveyou",
    "11111111",
    "00000000",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "welcome1",
    "letmein1",
    "abcd1234",
    "1q2w3e4r",
    "1qaz2wsx",
    "backpain",
    "lowerback",
    "gradus123",
    "changeme",
    "trustno1",
    "superman",
    "liverpool",
    "computer",
    "whatever",
    "starwars",
    "michelle",
    "jennifer",
    "asdfghjkl",
    "87654321",
    "12341234",
    "qwertyui",
    "88888888",
    "internet",
];

/// Hashes and checks passwords. Clones share the limit.
#[derive(Clone)]
pub struct Passwords {
    permits: Arc<Semaphore>,
}

/// Why a new password is not taken; the text is for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("{}", tr_later!("Use at least 8 characters. A few words you can remember work well."))]
    TooShort,
    /// More than [`MAX_CHARS`] characters.
    #[error("{}", tr_later!("Use at most 256 characters."))]
    TooLong,
    /// One of the passwords that guessing begins with.
    #[error("{}", tr_later!("This password is one of the first that guessers try. Choose another, for example three words you can remember."))]
    Common,
    /// Made from the person's own address or name.
    #[error("{}", tr_later!("This password is too close to your name or e-mail address. Choose another."))]
    Personal,
}

/// Checks a new password against length, the common list and the person's own details.
///
/// # Errors
/// The reason it is not taken.
pub fn check_new(password: &str, email: &str, name: &str) -> Result<(), WeakPassword> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if chars > MAX_CHARS {
        return Err(WeakPassword::TooLong);
    }
    let lower = password.to_lowercase();
    let one_character = lower.chars().next().is_some_and(|first| lower.chars().all(|c| c == first));
    if one_character || COMMON.contains(&lower.as_str()) {
        return Err(WeakPassword::Common);
    }
    let local_part = email.split('@').next().unwrap_or_default();
    let personal = [email, local_part, name].into_iter().map(str::to_lowercase);
    if personal.filter(|p| p.chars().count() >= 4).any(|p| lower == p || lower.trim_end_matches(|c: char| c.is_ascii_digit()) == p) {
        return Err(WeakPassword::Personal);
    }
    Ok(())
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What an unknown account's password is compared with, so that the answer takes as long.
static DUMMY: LazyLock<String> = LazyLock::new(|| hash_now(&crate::ids::secret()).unwrap_or_default());

fn hash_now(password: &str) -> Option<String> {
    argon2().hash_password(password.as_bytes()).ok().map(|h| h.to_string())
}

fn verify_now(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

impl Default for Passwords {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Passwords {
    /// The PHC string of a new password; `None` when hashing failed.
    pub async fn hash(&self, password: String) -> Option<String> {
        let _permit = self.permits.acquire().await.ok()?;
        tokio::task::spawn_blocking(move || hash_now(&password)).await.ok().flatten()
    }

    /// Whether `password` fits `stored`. Without a stored hash the same work is done for nothing.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let Ok(_permit) = self.permits.acquire().await else { return false };
        tokio::task::spawn_blocking(move || match stored {
            Some(hash) => verify_now(&password, &hash),
            None => {
                verify_now(&password, &DUMMY);
                false
            }
        })
        .await
        .unwrap_or(false)
    }

    /// The same as [`Passwords::hash`] for callers without a runtime (command line, demonstration).
    pub fn hash_blocking(password: &str) -> Option<String> {
        hash_now(password)
    }
}

/// The SHA-256 of a link's or session's secret, in hexadecimal: what is stored in its place.
pub fn fingerprint(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_argon2id_with_at_least_the_required_cost_and_verifies_only_its_password() {
        let hash = hash_now("three brown horses").expect("hashing works");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_now("three brown horses", &hash));
        assert!(!verify_now("three brown horse", &hash));
    }

    #[test]
    fn common_personal_and_short_passwords_are_refused_with_the_reason() {
        assert_eq!(check_new("kurz", "a@b.c", ""), Err(WeakPassword::TooShort));
        assert_eq!(check_new("Password123", "a@b.c", ""), Err(WeakPassword::Common));
        assert_eq!(check_new("aaaaaaaaaaaa", "a@b.c", ""), Err(WeakPassword::Common));
        assert_eq!(check_new("maria.lopez7", "maria.lopez@example.org", ""), Err(WeakPassword::Personal));
        assert_eq!(check_new("three brown horses", "maria@example.org", "Maria"), Ok(()));
        assert_eq!(check_new(&"x y".repeat(86), "a@b.c", ""), Err(WeakPassword::TooLong));
    }
}
