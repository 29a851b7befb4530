//! The second proof beside the password: whether staff need one, and the key that seals the secrets of code apps.

use super::{ConfigError, Source, wrong};
use std::fmt;

/// Bytes of the key: AES-256.
const KEY: usize = 32;

/// A key that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey([u8; KEY]);

impl SealingKey {
    /// Reads a key as it is written: 32 bytes in base64.
    ///
    /// # Errors
    /// What would be right.
    pub fn read(text: &str) -> Result<Self, String> {
        let right = "must be 32 random bytes in base64, as `gradus factors key` prints them";
        let bytes = openssl::base64::decode_block(text.trim()).map_err(|_| right.to_owned())?;
        bytes.try_into().map(Self).map_err(|_| right.to_owned())
    }

    /// A fresh key.
    pub fn fresh() -> Self {
        Self(rand::random())
    }

    /// The key as it is written.
    pub fn written(&self) -> String {
        openssl::base64::encode_block(&self.0)
    }

    /// The bytes, for the one place that needs them.
    pub fn reveal(&self) -> &[u8; KEY] {
        &self.0
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Settings of the second proof.
#[derive(Debug, Clone)]
pub struct Factors {
    /// Staff see no patient before they have one.
    pub staff_required: bool,
    /// The key, when it does not lie beside the database.
    pub key: Option<SealingKey>,
}

pub(super) fn read(source: &Source) -> Result<Factors, ConfigError> {
    let staff_required = source.parse("GRADUS_STAFF_SECOND_FACTOR", true, |text| match text {
        "required" => Ok(true),
        "optional" => Ok(false),
        _ => Err("must be required or optional".to_owned()),
    })?;
    // A mistyped key must not be repeated in a log.
    let key = source.get("GRADUS_FACTOR_KEY")?.filter(|text| !text.is_empty());
    let key = key.map(|text| SealingKey::read(&text).map_err(|problem| wrong("GRADUS_FACTOR_KEY", problem))).transpose()?;
    Ok(Factors { staff_required, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written_and_shown_by_nothing() {
        let key = SealingKey::fresh();
        assert_eq!(SealingKey::read(&format!("{}\n", key.written())), Ok(key.clone()));
        assert_ne!(SealingKey::fresh(), key);
        assert_eq!(format!("{key:?}"), "(hidden)");
        for wrong in ["", "c2hvcnQ=", "not base64 at all"] {
            let problem = SealingKey::read(wrong).expect_err(wrong);
            assert!(problem.contains("32 random bytes") && (wrong.is_empty() || !problem.contains(wrong)), "{problem}");
        }
    }
}
