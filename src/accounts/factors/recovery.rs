//! Recovery codes: for the day the telephone is lost. Ten, each good once. The first letters find the row, the rest is
//! kept as a password hash: two to the power of forty guesses at the price of a password each.

use crate::ids;

/// How many there are.
pub const CODES: usize = 10;
/// Letters by which a code is found, and letters that prove it.
const LABEL: usize = 4;
const SECRET: usize = 8;

/// A code just made, shown once.
#[derive(Debug, Clone)]
pub struct FreshCode {
    /// As it is printed: "K7QX-M2PD-9RTA".
    pub shown: String,
    /// Its parts.
    pub parts: RecoveryParts,
}

/// A code taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveryParts {
    /// The first letters.
    pub label: String,
    /// The rest, to be hashed or compared.
    pub secret: String,
}

/// Ten fresh ones, no two with the same first letters.
pub fn fresh_codes() -> Vec<FreshCode> {
    let mut codes: Vec<FreshCode> = Vec::with_capacity(CODES);
    while codes.len() < CODES {
        let text: String = ids::fresh().chars().take(LABEL + SECRET).collect();
        let Some(parts) = parts(&text) else { continue };
        if codes.iter().all(|other| other.parts.label != parts.label) {
            let groups: Vec<String> = text.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).to_uppercase()).collect();
            codes.push(FreshCode { shown: groups.join("-"), parts });
        }
    }
    codes
}

/// What somebody typed, when it has the form of a code. Capitals, spaces and strokes do not matter; letters that look
/// like digits are read as those.
pub fn parts(typed: &str) -> Option<RecoveryParts> {
    let read = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2013}')).map(read).collect();
    let fits = code.chars().count() == LABEL + SECRET && code.chars().all(|c| ids::place(c).is_some());
    let (label, secret) = code.split_at_checked(LABEL).filter(|_| fits)?;
    Some(RecoveryParts { label: label.to_owned(), secret: secret.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ten_codes_differ_and_are_read_however_they_are_typed() {
        let codes = fresh_codes();
        let labels: BTreeSet<&str> = codes.iter().map(|c| c.parts.label.as_str()).collect();
        assert_eq!((codes.len(), labels.len()), (CODES, CODES));
        for code in &codes {
            for typed in [
                code.shown.clone(),
                code.shown.to_lowercase(),
                code.shown.replace('-', " "),
                code.shown.replace('0', "O").replace('1', "l"),
            ] {
                assert_eq!(parts(&typed).as_ref(), Some(&code.parts), "{typed}");
            }
        }
        for wrong in ["", "123456", "K7QX-M2PD", "K7QX-M2PD-9RTAA", "K7QX-M2PD-9RT!", "ÄÖÜß-ÄÖÜß-ÄÖÜß"] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
