//! Locking a record: JSON in a ZIP, sealed with the clinic's key, which is not in the database.
//!
//! The identity and the day until which it is kept are bound in: a record cannot be put under another's name, nor its
//! time be shortened unnoticed, and nothing that is sealed for another use opens as one.

use crate::accounts::factors::Sealer;
use crate::clock::UtcTime;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;

/// Name of the one file in the ZIP.
const FILE: &str = "record.json";

/// Why a record could not be locked or opened; says nothing of what is in it.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// It could not be packed.
    #[error("the record could not be packed: {0}")]
    Packing(String),
    /// The key does not fit, or something was changed.
    #[error("the locked record cannot be opened: the key is another, or it was changed")]
    Locked,
}

fn packing(error: impl std::fmt::Display) -> SealError {
    SealError::Packing(error.to_string())
}

/// What the seal is bound to.
pub(in crate::care) fn bound(id: &str, until: UtcTime) -> String {
    format!("record {id} {}", until.format("%Y-%m-%dT%H:%M:%S"))
}

/// Locks a record.
///
/// # Errors
/// When it cannot be packed.
pub fn seal(sealer: &Sealer, id: &str, until: UtcTime, record: &serde_json::Value) -> Result<Vec<u8>, SealError> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(FILE, SimpleFileOptions::default()).map_err(packing)?;
    zip.write_all(&serde_json::to_vec(record).map_err(packing)?).map_err(packing)?;
    let packed = zip.finish().map_err(packing)?.into_inner();
    sealer.seal(&bound(id, until), &packed).ok_or_else(|| packing("sealing failed"))
}

/// Opens a locked record: its JSON.
///
/// # Errors
/// `Locked` when key, identity or day are others, or anything was changed.
pub fn open(sealer: &Sealer, id: &str, until: UtcTime, sealed: &[u8]) -> Result<String, SealError> {
    let packed = sealer.open(&bound(id, until), sealed).ok_or(SealError::Locked)?;
    let mut zip = zip::ZipArchive::new(Cursor::new(packed)).map_err(packing)?;
    let mut text = String::new();
    zip.by_name(FILE).map_err(packing)?.read_to_string(&mut text).map_err(packing)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn a_record_opens_with_its_key_name_and_day_alone_and_shows_nothing_before() {
        let until = NaiveDate::from_ymd_opt(2036, 3, 2).and_then(|d| d.and_hms_opt(9, 0, 0)).expect("a time");
        let (sealer, record) = (Sealer::new(&[7; 32]), serde_json::json!({"notes": ["canary 5531"]}));
        let sealed = seal(&sealer, "ann", until, &record).expect("sealed");
        assert!(!sealed.windows(6).any(|bytes| bytes == b"canary"));
        assert_eq!(open(&sealer, "ann", until, &sealed).expect("opened"), record.to_string());
        assert!(matches!(open(&Sealer::new(&[8; 32]), "ann", until, &sealed), Err(SealError::Locked)));
        assert!(matches!(open(&sealer, "dan", until, &sealed), Err(SealError::Locked)));
        assert!(matches!(open(&sealer, "ann", until - chrono::Duration::days(1), &sealed), Err(SealError::Locked)));
        assert!(sealer.open("ann", &sealed).is_none(), "it is no secret of a code app");
        let mut changed = sealed;
        *changed.last_mut().expect("bytes") ^= 1;
        assert!(matches!(open(&sealer, "ann", until, &changed), Err(SealError::Locked)));
    }
}
