//! Addresses that are confirmed by links, changes of address that wait, and the browsers from which somebody signed in.
//! Only hashes of links and of browsers' cookies are stored.

use super::errors::StoreError;
use super::schema::{address_changes, address_links, known_browsers, users};
use super::{ReadTx, WriteTx};
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use diesel::prelude::*;

/// What a link confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The address that an account has.
    Verify,
    /// The address that it is to get.
    New,
    /// The address that it is to give up.
    Old,
}

impl Side {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::New => "new",
            Self::Old => "old",
        }
    }

    /// The side of a stored code.
    pub fn of(code: &str) -> Option<Self> {
        [Self::Verify, Self::New, Self::Old].into_iter().find(|side| side.code() == code)
    }
}

/// A link that confirms an address.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = address_links)]
pub struct AddressLink {
    /// SHA-256 of its secret.
    pub token_hash: String,
    /// Whose account.
    pub user_id: String,
    /// The change it belongs to.
    pub change_id: Option<String>,
    /// Code of a [`Side`].
    pub purpose: String,
    /// The address it was sent to.
    pub email: String,
    /// When it was made.
    pub made_at: UtcTime,
    /// From when it works no more.
    pub expires_at: UtcTime,
    /// When it was used.
    pub used_at: Option<UtcTime>,
}

/// A change of address.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = address_changes)]
pub struct AddressChange {
    /// Identity.
    pub id: String,
    /// Whose account.
    pub user_id: String,
    /// The address until then.
    pub old_email: String,
    /// The address to be.
    pub new_email: String,
    /// When it was asked for.
    pub made_at: UtcTime,
    /// Until when both must have agreed.
    pub expires_at: UtcTime,
    /// When the old address agreed.
    pub old_confirmed_at: Option<UtcTime>,
    /// When the new address agreed.
    pub new_confirmed_at: Option<UtcTime>,
    /// When it took effect or was given up.
    pub ended_at: Option<UtcTime>,
}

/// Keeps a link; earlier ones for the same end, so that only the newest works.
pub fn insert_link(tx: &mut WriteTx, link: &AddressLink) -> Result<(), StoreError> {
    let earlier = address_links::table
        .filter(address_links::user_id.eq(&link.user_id))
        .filter(address_links::purpose.eq(&link.purpose))
        .filter(address_links::expires_at.gt(link.made_at));
    diesel::update(earlier).set(address_links::expires_at.eq(link.made_at)).execute(tx.conn)?;
    diesel::insert_into(address_links::table).values(link.clone()).execute(tx.conn)?;
    Ok(())
}

/// The link with this hash, whether it still works or not.
pub fn link(tx: &mut ReadTx, token_hash: &str) -> Result<Option<AddressLink>, StoreError> {
    Ok(address_links::table.find(token_hash).first(tx.conn).optional()?)
}

/// Uses a link up; `false` when somebody was quicker.
pub fn use_link(tx: &mut WriteTx, token_hash: &str, at: UtcTime) -> Result<bool, StoreError> {
    let unused = address_links::table.find(token_hash).filter(address_links::used_at.is_null());
    Ok(diesel::update(unused).set(address_links::used_at.eq(at)).execute(tx.conn)? == 1)
}

/// Keeps a change; one that waits already is given up.
pub fn insert_change(tx: &mut WriteTx, change: &AddressChange) -> Result<(), StoreError> {
    end_changes(tx, &UserId::from_text(&change.user_id), change.made_at)?;
    diesel::insert_into(address_changes::table).values(change.clone()).execute(tx.conn)?;
    Ok(())
}

/// A change by its identity.
pub fn change(tx: &mut ReadTx, id: &str) -> Result<Option<AddressChange>, StoreError> {
    Ok(address_changes::table.find(id).first(tx.conn).optional()?)
}

/// The change that waits for somebody's agreement.
pub fn waiting(tx: &mut ReadTx, user: &UserId, now: UtcTime) -> Result<Option<AddressChange>, StoreError> {
    let open = address_changes::table
        .filter(address_changes::user_id.eq(user.as_str()))
        .filter(address_changes::ended_at.is_null())
        .filter(address_changes::expires_at.gt(now));
    Ok(open.order(address_changes::made_at.desc()).first(tx.conn).optional()?)
}

/// How many changes somebody asked for since an instant.
pub fn changes_since(tx: &mut ReadTx, user: &UserId, since: UtcTime) -> Result<i64, StoreError> {
    let mine = address_changes::table.filter(address_changes::user_id.eq(user.as_str())).filter(address_changes::made_at.gt(since));
    Ok(mine.count().get_result(tx.conn)?)
}

/// One of the two addresses agrees.
pub fn agree(tx: &mut WriteTx, id: &str, side: Side, at: UtcTime) -> Result<(), StoreError> {
    let target = address_changes::table.find(id);
    match side {
        Side::New => diesel::update(target).set(address_changes::new_confirmed_at.eq(at)).execute(tx.conn)?,
        Side::Old => diesel::update(target).set(address_changes::old_confirmed_at.eq(at)).execute(tx.conn)?,
        Side::Verify => 0,
    };
    Ok(())
}

/// Ends every change of a person that waits, and the links that belong to it.
pub fn end_changes(tx: &mut WriteTx, user: &UserId, at: UtcTime) -> Result<(), StoreError> {
    let open = address_changes::table.filter(address_changes::user_id.eq(user.as_str())).filter(address_changes::ended_at.is_null());
    diesel::update(open).set(address_changes::ended_at.eq(at)).execute(tx.conn)?;
    let links = address_links::table
        .filter(address_links::user_id.eq(user.as_str()))
        .filter(address_links::change_id.is_not_null())
        .filter(address_links::expires_at.gt(at));
    diesel::update(links).set(address_links::expires_at.eq(at)).execute(tx.conn)?;
    Ok(())
}

/// Whether somebody signed in from this browser before.
pub fn is_known(tx: &mut ReadTx, user: &UserId, token_hash: &str) -> Result<bool, StoreError> {
    let found = known_browsers::table.filter(known_browsers::user_id.eq(user.as_str())).filter(known_browsers::token_hash.eq(token_hash));
    Ok(found.count().get_result::<i64>(tx.conn)? > 0)
}

/// Whether any account has an address, closed ones too.
pub fn is_taken(tx: &mut ReadTx, email: &str) -> Result<bool, StoreError> {
    Ok(users::table.filter(users::email.eq(email)).count().get_result::<i64>(tx.conn)? > 0)
}

/// No browser is known to be somebody's any more.
pub fn forget_browsers(tx: &mut WriteTx, user: &UserId) -> Result<(), StoreError> {
    diesel::delete(known_browsers::table.filter(known_browsers::user_id.eq(user.as_str()))).execute(tx.conn)?;
    Ok(())
}

/// Whether somebody signed in from any browser before.
pub fn knows_any(tx: &mut ReadTx, user: &UserId) -> Result<bool, StoreError> {
    let found = known_browsers::table.filter(known_browsers::user_id.eq(user.as_str()));
    Ok(found.count().get_result::<i64>(tx.conn)? > 0)
}

/// Somebody signs in from a browser: it is known from now on.
pub fn know(tx: &mut WriteTx, user: &UserId, token_hash: &str, at: UtcTime) -> Result<(), StoreError> {
    let again = known_browsers::table.filter(known_browsers::token_hash.eq(token_hash)).filter(known_browsers::user_id.eq(user.as_str()));
    if diesel::update(again).set(known_browsers::last_at.eq(at)).execute(tx.conn)? > 0 {
        return Ok(());
    }
    let row = (
        known_browsers::id.eq(ids::fresh()),
        known_browsers::user_id.eq(user.as_str()),
        known_browsers::token_hash.eq(token_hash),
        known_browsers::first_at.eq(at),
        known_browsers::last_at.eq(at),
    );
    diesel::insert_into(known_browsers::table).values(row).execute(tx.conn)?;
    Ok(())
}
