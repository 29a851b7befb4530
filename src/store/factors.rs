//! What proves who somebody is beside the password: the secret of a code app (sealed), passkeys, recovery codes (hashed).

use super::errors::StoreError;
use super::schema::{passkeys, recovery_codes, totp_factors};
use super::{ReadTx, WriteTx};
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use diesel::prelude::*;

/// The code app of an account.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = totp_factors)]
pub struct App {
    /// Whose.
    pub user_id: String,
    /// The secret, sealed with the clinic's key for this account.
    pub sealed_secret: Vec<u8>,
    /// When it was set up.
    pub made_at: UtcTime,
    /// The half minute of the last code that was taken: none of it or before it is taken again.
    pub last_step: i32,
}

/// A passkey of an account.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = passkeys)]
pub struct PasskeyRow {
    /// Identity.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// What the device calls it, base64.
    pub credential_id: String,
    /// What its person calls it.
    pub name: String,
    /// Public key, counter and policy, as JSON.
    pub credential: String,
    /// When it was made.
    pub made_at: UtcTime,
    /// When it was last used.
    pub last_used_at: Option<UtcTime>,
}

/// One recovery code.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = recovery_codes)]
pub struct RecoveryCode {
    /// Identity.
    pub id: String,
    /// Whose.
    pub user_id: String,
    /// Its first letters, by which it is found.
    pub label: String,
    /// Password hash of the rest.
    pub code_hash: String,
    /// When it was made.
    pub made_at: UtcTime,
    /// When it was used.
    pub used_at: Option<UtcTime>,
}

/// Whether an account has a second factor.
pub fn has_any(tx: &mut ReadTx, user: &UserId) -> Result<bool, StoreError> {
    let apps: i64 = totp_factors::table.filter(totp_factors::user_id.eq(user.as_str())).count().get_result(tx.conn)?;
    if apps > 0 {
        return Ok(true);
    }
    let keys: i64 = passkeys::table.filter(passkeys::user_id.eq(user.as_str())).count().get_result(tx.conn)?;
    Ok(keys > 0)
}

/// The code app of an account.
pub fn app(tx: &mut ReadTx, user: &UserId) -> Result<Option<App>, StoreError> {
    Ok(totp_factors::table.find(user.as_str()).first(tx.conn).optional()?)
}

/// Any code app at all: shows whether the key still fits.
pub fn some_app(tx: &mut ReadTx) -> Result<Option<App>, StoreError> {
    Ok(totp_factors::table.order(totp_factors::user_id).first(tx.conn).optional()?)
}

/// Every code app, for whoever seals their secrets anew.
pub fn apps(tx: &mut ReadTx) -> Result<Vec<App>, StoreError> {
    Ok(totp_factors::table.order(totp_factors::user_id).load(tx.conn)?)
}

/// Keeps the secret of a code app sealed anew; everything else of it stays.
pub fn set_sealed(tx: &mut WriteTx, user: &UserId, sealed: &[u8]) -> Result<(), StoreError> {
    diesel::update(totp_factors::table.find(user.as_str())).set(totp_factors::sealed_secret.eq(sealed)).execute(tx.conn)?;
    Ok(())
}

/// Sets the code app of an account, in place of an earlier one.
pub fn set_app(tx: &mut WriteTx, app: &App) -> Result<(), StoreError> {
    diesel::delete(totp_factors::table.find(&app.user_id)).execute(tx.conn)?;
    diesel::insert_into(totp_factors::table).values(app.clone()).execute(tx.conn)?;
    Ok(())
}

/// Takes the code of a half minute; `false` when one of it or of a later one was taken before.
pub fn take_step(tx: &mut WriteTx, user: &UserId, step: i32) -> Result<bool, StoreError> {
    let target = totp_factors::table.find(user.as_str()).filter(totp_factors::last_step.lt(step));
    Ok(diesel::update(target).set(totp_factors::last_step.eq(step)).execute(tx.conn)? == 1)
}

/// Removes the code app; `false` when there was none.
pub fn remove_app(tx: &mut WriteTx, user: &UserId) -> Result<bool, StoreError> {
    Ok(diesel::delete(totp_factors::table.find(user.as_str())).execute(tx.conn)? == 1)
}

/// The passkeys of an account, oldest first.
pub fn passkeys(tx: &mut ReadTx, user: &UserId) -> Result<Vec<PasskeyRow>, StoreError> {
    let theirs = passkeys::table.filter(passkeys::user_id.eq(user.as_str()));
    Ok(theirs.order((passkeys::made_at, passkeys::id)).load(tx.conn)?)
}

/// The passkey that a device calls so, whoever it belongs to.
pub fn passkey_called(tx: &mut ReadTx, credential_id: &str) -> Result<Option<PasskeyRow>, StoreError> {
    Ok(passkeys::table.filter(passkeys::credential_id.eq(credential_id)).first(tx.conn).optional()?)
}

/// Adds a passkey.
pub fn insert_passkey(tx: &mut WriteTx, row: &PasskeyRow) -> Result<(), StoreError> {
    diesel::insert_into(passkeys::table).values(row.clone()).execute(tx.conn)?;
    Ok(())
}

/// Writes down that a passkey was used, with its new counter.
pub fn passkey_used(tx: &mut WriteTx, id: &str, credential: &str, at: UtcTime) -> Result<(), StoreError> {
    diesel::update(passkeys::table.find(id)).set((passkeys::credential.eq(credential), passkeys::last_used_at.eq(at))).execute(tx.conn)?;
    Ok(())
}

/// Removes one of somebody's passkeys; `false` when it is not theirs.
pub fn remove_passkey(tx: &mut WriteTx, user: &UserId, id: &str) -> Result<bool, StoreError> {
    let target = passkeys::table.find(id).filter(passkeys::user_id.eq(user.as_str()));
    Ok(diesel::delete(target).execute(tx.conn)? == 1)
}

/// Replaces all recovery codes of an account: label and hash of each.
pub fn set_codes(tx: &mut WriteTx, user: &UserId, codes: &[(String, String)], at: UtcTime) -> Result<(), StoreError> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user.as_str()))).execute(tx.conn)?;
    for (label, hash) in codes {
        let row = RecoveryCode {
            id: ids::fresh(),
            user_id: user.as_str().to_owned(),
            label: label.clone(),
            code_hash: hash.clone(),
            made_at: at,
            used_at: None,
        };
        diesel::insert_into(recovery_codes::table).values(row).execute(tx.conn)?;
    }
    Ok(())
}

/// How many recovery codes are left.
pub fn codes_left(tx: &mut ReadTx, user: &UserId) -> Result<i64, StoreError> {
    let left = recovery_codes::table.filter(recovery_codes::user_id.eq(user.as_str())).filter(recovery_codes::used_at.is_null());
    Ok(left.count().get_result(tx.conn)?)
}

/// The unused recovery code of an account that begins so.
pub fn code_called(tx: &mut ReadTx, user: &UserId, label: &str) -> Result<Option<RecoveryCode>, StoreError> {
    let theirs = recovery_codes::table.filter(recovery_codes::user_id.eq(user.as_str())).filter(recovery_codes::label.eq(label));
    Ok(theirs.filter(recovery_codes::used_at.is_null()).first(tx.conn).optional()?)
}

/// Uses a recovery code up; `false` when somebody was faster.
pub fn use_code(tx: &mut WriteTx, id: &str, at: UtcTime) -> Result<bool, StoreError> {
    let target = recovery_codes::table.find(id).filter(recovery_codes::used_at.is_null());
    Ok(diesel::update(target).set(recovery_codes::used_at.eq(at)).execute(tx.conn)? == 1)
}

/// Removes every second factor and recovery code of an account.
pub fn remove_all(tx: &mut WriteTx, user: &UserId) -> Result<(), StoreError> {
    diesel::delete(totp_factors::table.find(user.as_str())).execute(tx.conn)?;
    diesel::delete(passkeys::table.filter(passkeys::user_id.eq(user.as_str()))).execute(tx.conn)?;
    remove_codes(tx, user)
}

/// Removes the recovery codes of an account.
pub fn remove_codes(tx: &mut WriteTx, user: &UserId) -> Result<(), StoreError> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user.as_str()))).execute(tx.conn)?;
    Ok(())
}
