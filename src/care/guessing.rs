//! Counting what looks like guessing, and letting it wait. A try is counted before it is looked at ([`begin`]), so that
//! many at once are not more tries than one after the other; what was right is given back.

use super::CareError;
use crate::accounts::throttle::{Subject, WINDOW};
use crate::clock::UtcTime;
use crate::store::{ReadTx, Store, WriteTx, accounts, oversight};

/// The minutes a subject must wait, when it tried too often.
pub fn wait(tx: &mut ReadTx, subject: &Subject, now: UtcTime) -> Result<Option<i64>, CareError> {
    let found = accounts::failures(tx, &subject.key)?;
    Ok(found.and_then(|(failures, start)| subject.wait(failures, start, now)))
}

/// Counts one more that was wrong, or that needs no looking at.
pub fn count(tx: &mut WriteTx, subject: &Subject, now: UtcTime) -> Result<(), CareError> {
    add(tx, subject, now)?;
    was_wrong(tx, std::slice::from_ref(subject), now)
}

fn add(tx: &mut WriteTx, subject: &Subject, now: UtcTime) -> Result<(), CareError> {
    let (count, start) = match accounts::failures(tx, &subject.key)? {
        Some((count, start)) if now - start < WINDOW => (count + 1, start),
        _ => (1, now),
    };
    Ok(accounts::set_failures(tx, &subject.key, count, start)?)
}

/// A try that was counted turned out wrong. The one that reaches the limit is noted; those that are turned away after it
/// write nothing.
pub fn was_wrong(tx: &mut WriteTx, subjects: &[Subject], now: UtcTime) -> Result<(), CareError> {
    for subject in subjects {
        let Some((count, start)) = accounts::failures(tx, &subject.key)? else { continue };
        if subject.wait(count, start, now).is_some() && subject.wait(count - 1, start, now).is_none() {
            oversight::note(tx, None, None, "too many tries", now)?;
        }
    }
    Ok(())
}

fn longest(tx: &mut ReadTx, subjects: &[Subject], now: UtcTime) -> Result<Option<i64>, CareError> {
    for subject in subjects {
        if let Some(minutes) = wait(tx, subject, now)? {
            return Ok(Some(minutes));
        }
    }
    Ok(None)
}

/// Counts a try against each of the subjects, unless one has to wait already: then nothing is written and the minutes are
/// returned.
fn tried(
    store: &Store,
    subjects: &[Subject],
    now: UtcTime,
    each: fn(&mut WriteTx, &Subject, UtcTime) -> Result<(), CareError>,
) -> Result<Option<i64>, CareError> {
    // Whoever is turned away keeps nobody from writing.
    if let Some(minutes) = store.read(|tx| longest(tx, subjects, now))? {
        return Ok(Some(minutes));
    }
    store.write(|tx| {
        if let Some(minutes) = longest(tx, subjects, now)? {
            return Ok(Some(minutes));
        }
        for subject in subjects {
            each(tx, subject, now)?;
        }
        Ok(None)
    })
}

/// Counts a try before it is looked at; the minutes to wait when it is not to be.
pub fn begin(store: &Store, subjects: &[Subject], now: UtcTime) -> Result<Option<i64>, CareError> {
    tried(store, subjects, now, add)
}

/// Counts what needs no looking at; the minutes to wait when there was too much of it.
pub fn guessed(store: &Store, subject: &Subject, now: UtcTime) -> Result<Option<i64>, CareError> {
    tried(store, std::slice::from_ref(subject), now, count)
}

/// Gives a try back that came to nothing, right or wrong.
pub fn give_back(tx: &mut WriteTx, subjects: &[Subject]) -> Result<(), CareError> {
    for subject in subjects {
        if let Some((count, since)) = accounts::failures(tx, &subject.key)? {
            accounts::set_failures(tx, &subject.key, (count - 1).max(0), since)?;
        }
    }
    Ok(())
}

/// A try that was right is counted against nobody: what was counted against its person, the first of the subjects, is
/// forgotten, and the others, which are shared, get this one back.
pub fn was_right(tx: &mut WriteTx, subjects: &[Subject]) -> Result<(), CareError> {
    let Some((own, shared)) = subjects.split_first() else { return Ok(()) };
    accounts::clear_failures(tx, &own.key)?;
    give_back(tx, shared)
}
