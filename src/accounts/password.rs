//! Which new passwords are taken: long enough, and none that guessing begins with. No rule about capitals, digits or
//! signs, and none about when to change it: such rules make people write passwords down or count them up. How passwords
//! are hashed is in [`super::hashing`].

pub use super::hashing::{NotDone, Passwords};

use sha2::{Digest, Sha256};
use zxcvbn::{Score, zxcvbn};

/// Shortest password taken, in characters.
pub const MIN_CHARS: usize = 8;
/// Longest password taken, in characters; longer ones would only cost hashing time.
pub const MAX_CHARS: usize = 256;

/// Fewest letters of a name or an address that make a password a personal one.
const PERSONAL: usize = 4;
/// A password that is guessed in fewer tries than this score stands for (a million) is too common.
const GUESSABLE: Score = Score::Two;

/// Passwords that guessing begins with here, beside the thirty thousand and the words, names, dates and rows of keys that
/// zxcvbn knows. Compared in lower case.
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

/// Whom a new password is for: nobody should take their own name for it, nor this program's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Belongs<'a> {
    /// Their address.
    pub email: &'a str,
    /// How they are called.
    pub name: &'a str,
    /// Name of the clinic.
    pub clinic: &'a str,
}

impl Belongs<'_> {
    /// Every word that somebody who knows the person would try first, in lower case.
    fn words(&self) -> Vec<String> {
        let whole = [self.email, self.name, self.clinic, "gradus"].into_iter().map(str::to_lowercase);
        let mut words: Vec<String> = Vec::new();
        for text in whole {
            words.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
            words.push(text.split('@').next().unwrap_or_default().to_owned());
            words.push(text.chars().filter(|c| c.is_alphanumeric()).collect());
            words.push(text);
        }
        // What half of all addresses have in common is nobody's own.
        words.retain(|word| word.chars().count() >= PERSONAL && !["mail", "gmail", "clinic", "physio"].contains(&word.as_str()));
        words.sort_unstable();
        words.dedup();
        words
    }
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
    /// Made from the person's own address or name, or the clinic's.
    #[error("{}", tr_later!("This password is too close to your name, your e-mail address or the name of the clinic. Choose another, for example three words you can remember."))]
    Personal,
}

/// Checks a new password against length, what is guessed first, and what belongs to the person.
///
/// # Errors
/// The reason it is not taken.
pub fn check_new(password: &str, whose: Belongs) -> Result<(), WeakPassword> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if chars > MAX_CHARS {
        return Err(WeakPassword::TooLong);
    }
    let lower = password.to_lowercase();
    let words = whose.words();
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    // zxcvbn looks at the first hundred characters only, so a long text costs no more than a short one.
    if COMMON.contains(&lower.as_str()) || zxcvbn(password, &[]).score() < GUESSABLE {
        let personal = words.iter().any(|word| lower.contains(word.as_str()));
        return Err(if personal { WeakPassword::Personal } else { WeakPassword::Common });
    }
    if zxcvbn(password, &inputs).score() < GUESSABLE || is_nothing_else(&lower, &words) {
        return Err(WeakPassword::Personal);
    }
    Ok(())
}

/// Whether nothing but digits and signs is left of a password when the person's own words are taken out.
fn is_nothing_else(lower: &str, words: &[String]) -> bool {
    let mut longest_first: Vec<&String> = words.iter().collect();
    longest_first.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest = longest_first.iter().fold(lower.to_owned(), |rest, word| rest.replace(word.as_str(), ""));
    rest != lower && !rest.chars().any(char::is_alphabetic)
}

/// The SHA-256 of a link's or session's secret, in hexadecimal: what is stored in its place.
pub fn fingerprint(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARIA: Belongs = Belongs { email: "maria.lopez@hillstreet.example", name: "Maria L\u{f3}pez", clinic: "Hill Street Physio" };

    #[test]
    fn a_password_may_be_of_any_signs_and_as_long_as_a_sentence() {
        for good in [
            "three brown horses",
            "sieben blaue Wale",
            "kq7vxw2m",
            "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{9577}\u{3044}\u{8a00}\u{8449}",
            "\u{1f40e}\u{1f6b2}\u{1f33b}\u{2693}\u{1f9f6}\u{1f511}\u{1fa91}\u{1f56f}",
            "  spaces at both ends count  ",
            "Maria and the seven blue whales",
        ] {
            assert_eq!(check_new(good, MARIA), Ok(()), "{good}");
        }
        let long = "walk a little further each day ".repeat(9);
        let (longest, longer): (String, String) = (long.chars().take(MAX_CHARS).collect(), long.chars().take(MAX_CHARS + 1).collect());
        assert_eq!(check_new(&longest, MARIA), Ok(()));
        assert_eq!(check_new(&longer, MARIA), Err(WeakPassword::TooLong));
        assert_eq!(check_new(&long[..128], MARIA), Ok(()));
        assert_eq!(check_new("kq7vxw2", MARIA), Err(WeakPassword::TooShort));
    }

    #[test]
    fn what_guessers_try_first_is_refused() {
        for common in [
            "Password123",
            "aaaaaaaaaaaa",
            "qwertyuiop",
            "P@ssw0rd",
            "12345678",
            "19870412",
            "abcdefgh",
            "Summer2024",
            "backpain",
            "iloveyou!",
            "zxcvbnm,",
        ] {
            assert_eq!(check_new(common, MARIA), Err(WeakPassword::Common), "{common}");
        }
    }

    #[test]
    fn what_belongs_to_the_person_the_clinic_or_this_program_is_refused() {
        for own in [
            "maria.lopez7",
            "Maria.Lopez@hillstreet.example",
            "lopezmaria",
            "hillstreet",
            "HillStreet2026",
            "gradus2026",
            "Gradus!!!!",
            "M4ria.Lopez",
        ] {
            assert_eq!(check_new(own, MARIA), Err(WeakPassword::Personal), "{own}");
        }
        assert_eq!(check_new("hillstreet-7", Belongs::default()), Ok(()), "elsewhere it is nobody's own");
    }

    #[test]
    fn a_text_without_end_takes_no_time() {
        let began = std::time::Instant::now();
        let text = "correct horse battery staple ".repeat(200);
        assert_eq!(check_new(&text, MARIA), Err(WeakPassword::TooLong));
        let text: String = text.chars().take(MAX_CHARS).collect();
        assert_eq!(check_new(&text, MARIA), Ok(()));
        assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
    }
}
