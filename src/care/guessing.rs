//! Counting what looks like guessing, and letting it wait.

use super::CareError;
use crate::accounts::throttle::{Subject, WINDOW};
use crate::clock::UtcTime;
use crate::store::{ReadTx, Store, WriteTx, accounts, oversight};

/// The minutes a subject must wait, when it tried too often.
pub fn wait(tx: &mut ReadTx, subject: &Subject, now: UtcTime) -> Result<Option<i64>, CareError> {
    let found = accounts::failures(tx, &subject.key)?;
    Ok(found.and_then(|(failures, start)| subject.wait(failures, start, now)))
}

/// Counts one more.
pub fn count(tx: &mut WriteTx, subject: &Subject, now: UtcTime) -> Result<(), CareError> {
    let (count, start) = match accounts::failures(tx, &subject.key)? {
        Some((count, start)) if now - start < WINDOW => (count + 1, start),
        _ => (1, now),
    };
    accounts::set_failures(tx, &subject.key, count, start)?;
    // The one that reaches the limit is noted; those that are turned away after it write nothing.
    if subject.wait(count, start, now).is_some() && subject.wait(count - 1, start, now).is_none() {
        oversight::note(tx, None, None, "too many tries", now)?;
    }
    Ok(())
}

/// Counts one more guess, unless it has to wait already: then nothing is written and the minutes are returned.
pub fn guessed(store: &Store, subject: &Subject, now: UtcTime) -> Result<Option<i64>, CareError> {
    if let Some(minutes) = store.read(|tx| wait(tx, subject, now))? {
        return Ok(Some(minutes));
    }
    store.write(|tx| count(tx, subject, now))?;
    Ok(None)
}
