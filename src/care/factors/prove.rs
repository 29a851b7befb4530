//! Giving the second proof. Each code is good once: what was taken is written down in the transaction that takes it, so
//! two at once cannot both have it.

use super::{Change, account, tell};
use crate::accounts::factors::{Answered, AppSecret, PasskeyRefused, Passkeys, RecoveryParts, Sealer, called};
use crate::accounts::throttle::Subject;
use crate::care::{CareError, guessing};
use crate::clock::UtcTime;
use crate::ids::UserId;
use crate::store::factors::{self, RecoveryCode};
use crate::store::{ReadTx, Store, StoreError, accounts, oversight};

/// After so many wrong codes in a row of a quarter of an hour their owner is told: somebody has the password.
const SUSPICIOUS: i32 = 5;

/// What came of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// It fits.
    Right,
    /// It does not, or there is no app.
    Wrong,
    /// It fits and was taken before.
    Used,
}

/// Takes a code from the app of an account. `now` is the real time, which the app goes by, also where the clock is moved.
///
/// # Errors
/// When the database fails.
pub fn check_app(store: &Store, sealer: Option<&Sealer>, id: &UserId, typed: &str, now: UtcTime) -> Result<Checked, CareError> {
    store.write(|tx| {
        let secret = match (factors::app(tx, id)?, sealer) {
            (Some(app), Some(sealer)) => sealer.open(id.as_str(), &app.sealed_secret).and_then(|bytes| AppSecret::of(&bytes)),
            _ => None,
        };
        let Some(step) = secret.and_then(|secret| secret.step_of(typed, now)) else { return Ok(Checked::Wrong) };
        Ok(if factors::take_step(tx, id, step)? { Checked::Right } else { Checked::Used })
    })
}

/// The unused recovery code that begins so: its hash is compared outside of any transaction.
pub fn recovery_row(tx: &mut ReadTx, id: &UserId, parts: &RecoveryParts) -> Result<Option<RecoveryCode>, StoreError> {
    factors::code_called(tx, id, &parts.label)
}

/// Uses a recovery code up, and tells its owner; `false` when it was used meanwhile.
///
/// # Errors
/// When the database fails.
pub fn use_recovery(store: &Store, id: &UserId, code: &str, now: UtcTime) -> Result<bool, CareError> {
    store.write(|tx| {
        if !factors::use_code(tx, code, now)? {
            return Ok(false);
        }
        let user = account(tx, id)?;
        oversight::note(tx, Some(id), None, "recovery code used", now)?;
        tell(tx, &user, Change::CodeUsed, now)?;
        Ok(true)
    })
}

/// Takes the answer of a passkey: of `whose`, or of anybody when nobody is named. Returns whose it is. A counter that
/// went back is refused and written down.
///
/// # Errors
/// When the database fails.
pub fn finish_passkey(
    store: &Store,
    passkeys: &Passkeys,
    (answer, state): (&str, &str),
    whose: Option<&UserId>,
    now: UtcTime,
) -> Result<Result<UserId, PasskeyRefused>, CareError> {
    let Some((name, _)) = called(answer) else { return Ok(Err(PasskeyRefused::Unfit)) };
    store.write(|tx| {
        let Some(row) = factors::passkey_called(tx, &name)? else { return Ok(Err(PasskeyRefused::Unfit)) };
        let id = UserId::from_text(&row.user_id);
        if whose.is_some_and(|whose| *whose != id) || accounts::user(tx, &id)?.is_none() {
            return Ok(Err(PasskeyRefused::Unfit));
        }
        match passkeys.finish(answer, state, &row.user_id, &row.credential) {
            Ok(Answered { credential, .. }) => {
                factors::passkey_used(tx, &row.id, &credential, now)?;
                Ok(Ok(id))
            }
            Err(refused) => {
                if refused == PasskeyRefused::Copied {
                    oversight::note(tx, Some(&id), None, "passkey refused: its counter went back", now)?;
                }
                Ok(Err(refused))
            }
        }
    })
}

/// Writes a wrong code down, and tells the owner when there were several: whoever types them knows the password.
///
/// # Errors
/// When the database fails.
pub fn try_was_wrong(store: &Store, id: &UserId, subjects: &[Subject], now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        guessing::was_wrong(tx, subjects, now)?;
        oversight::note(tx, Some(id), None, "second step refused", now)?;
        let own = subjects.first().map(|subject| accounts::failures(tx, &subject.key)).transpose()?.flatten();
        if own.is_some_and(|(count, _)| count == SUSPICIOUS) {
            let user = account(tx, id)?;
            tell(tx, &user, Change::Guessed, now)?;
        }
        Ok(())
    })
}

/// Writes down that a sign-in was refused before it was known who it is, and counts it against where it comes from. Whoever
/// has to wait already writes nothing more: returns the minutes.
///
/// # Errors
/// When the database fails.
pub fn note_refused(store: &Store, from: &Subject, now: UtcTime) -> Result<Option<i64>, CareError> {
    store.write(|tx| {
        if let Some(minutes) = guessing::wait(tx, from, now)? {
            return Ok(Some(minutes));
        }
        guessing::count(tx, from, now)?;
        oversight::note(tx, None, None, "passkey refused", now)?;
        Ok(None)
    })
}
