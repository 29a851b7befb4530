//! Identities: opaque, random, without meaning inside, each with a type of its own so that one
//! cannot be handed over for another.

use rand::RngExt;
use std::fmt;

/// 26 characters of Crockford's base 32: 130 random bits.
const LENGTH: usize = 26;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A fresh random identifier, safe to put into a URL.
pub fn fresh() -> String {
    let mut rng = rand::rng();
    (0..LENGTH).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}

/// How many letters identities and secrets are made of.
pub const LETTERS: usize = ALPHABET.len();

/// The place of a letter among those that identities are made of.
pub fn place(letter: char) -> Option<usize> {
    ALPHABET.iter().position(|a| char::from(*a) == letter)
}

/// The letter at a place, counted round.
pub fn letter(place: usize) -> Option<char> {
    ALPHABET.get(place % LETTERS).copied().map(char::from)
}

/// A fresh secret for a link or a form: 52 characters, 260 random bits.
pub fn secret() -> String {
    format!("{}{}", fresh(), fresh())
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// A new random identity.
            pub fn fresh() -> Self { Self(fresh()) }
            /// Reads an identity from a path or a record; whatever it says, it grants nothing.
            pub fn from_text(text: impl Into<String>) -> Self { Self(text.into()) }
            /// The text of it.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )+ };
}

ids! {
    /// Anybody with an account.
    UserId,
    /// A person in the programme; the text equals that of their [`UserId`].
    PatientId,
    /// A clinic; everybody belongs to one.
    ClinicId,
}

/// Identity of the clinic that every database begins with (migration 20).
const FIRST_CLINIC: &str = "00000000000000000000000001";

impl ClinicId {
    /// The clinic that every database begins with: whoever makes an account without an invitation belongs to it.
    pub fn first() -> Self {
        Self(FIRST_CLINIC.to_owned())
    }
}

impl From<&UserId> for PatientId {
    fn from(user: &UserId) -> Self {
        Self(user.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_ids_are_long_and_differ() {
        let (a, b) = (fresh(), fresh());
        assert_eq!(a.len(), LENGTH);
        assert_ne!(a, b);
    }
}
