//! Codes from an app: RFC 6238 with SHA-1, six digits and half minutes, which is what every app can do.

use crate::clock::UtcTime;
use totp_rs::{Builder, Secret, Totp};
use url::form_urlencoded::byte_serialize;

/// Seconds a code lasts.
pub const STEP: u64 = 30;
/// Half minutes a telephone's clock may be wrong, either way.
const SKEW: u16 = 1;
/// Bytes of a secret: the length of a SHA-1 (RFC 4226).
const SECRET: usize = 20;

/// The secret that an app and this clinic share.
pub struct AppSecret(Totp);

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSecret")
    }
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

impl AppSecret {
    /// A fresh one.
    pub fn fresh() -> Option<Self> {
        Self::of(&rand::random::<[u8; SECRET]>())
    }

    /// One that was kept.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Builder::new().with_secret(bytes).with_skew(SKEW).with_step_duration(STEP).build().ok().map(Self)
    }

    /// The bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.secret().as_ref()
    }

    /// The secret as it is typed into an app, in groups of four.
    pub fn typed(&self) -> String {
        let text = Secret::from(self.bytes()).to_base32();
        text.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect::<Vec<_>>().join(" ")
    }

    /// What the square code says: who asks, for which account, and the secret.
    pub fn address(&self, clinic: &str, account: &str) -> String {
        // A colon parts the two names.
        let (clinic, account) = (encoded(&clinic.replace(':', " ")), encoded(account));
        let secret = Secret::from(self.bytes()).to_base32();
        format!("otpauth://totp/{clinic}:{account}?secret={secret}&issuer={clinic}&algorithm=SHA1&digits=6&period={STEP}")
    }

    /// The half minute whose code was typed, when it is this one, the one before or the one after. Spaces do not matter.
    pub fn step_of(&self, typed: &str, now: UtcTime) -> Option<i32> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(now.and_utc().timestamp()).ok()?;
        self.0.check(&digits, seconds).and_then(|step| i32::try_from(step).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn codes_are_those_of_the_standard_and_hold_for_a_minute_and_a_half() {
        // RFC 6238, appendix B, cut to six digits.
        let app = AppSecret::of(b"12345678901234567890").expect("a secret");
        let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).expect("a time").naive_utc();
        assert_eq!(app.step_of("287082", at(59)), Some(1));
        assert_eq!(app.step_of("287 082", at(89)), Some(1), "one half minute late");
        assert_eq!(app.step_of("287082", at(29)), Some(1), "one half minute early");
        assert_eq!(app.step_of("287082", at(90)), None);
        assert_eq!(app.step_of("081804", at(1_111_111_109)), Some(37_037_036));
        for wrong in ["", "28708", "2870822", "28708a", "२८७०८२"] {
            assert_eq!(app.step_of(wrong, at(59)), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_reads_the_address_also_with_names_that_hold_signs() {
        let app = AppSecret::of(b"12345678901234567890").expect("a secret");
        let address: url::Url = app.address("Hill & Vale: Physio", "ann+1@example.org").parse().expect("an address");
        assert_eq!((address.scheme(), address.host_str()), ("otpauth", Some("totp")));
        let value = |name: &str| address.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
        assert_eq!(value("issuer").as_deref(), Some("Hill & Vale  Physio"));
        assert_eq!(value("secret").as_deref(), Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
        assert_eq!(app.typed().split(' ').count(), 8);
    }
}
