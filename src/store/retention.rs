//! What is kept no longer than it is needed: each rule counts and deletes the same rows.

use super::errors::StoreError;
use super::joining::are_self_asked;
use super::schema::{
    address_changes, address_links, archives, imports, invitations, known_browsers, outbox, sessions, stop_links, throttles,
};
use super::{ReadTx, WriteTx};
use crate::clock::UtcTime;
use diesel::dsl::not;
use diesel::prelude::*;

/// A rule, by what it deletes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Sessions that ran out.
    Sessions,
    /// Invitations and links for passwords that were used, taken back or ran out.
    Invitations,
    /// Links by which somebody wanted to make an account by themselves, and did not.
    NeverCame,
    /// Links that confirm an address and ran out.
    AddressLinks,
    /// Changes of address whose time is over, taken effect or not; what is left of their links goes along.
    AddressChanges,
    /// Browsers that nobody signed in from for long.
    Browsers,
    /// Counters against guessing whose window is over.
    Throttles,
    /// E-mails that were settled.
    Outbox,
    /// Links that stop e-mails and ran out.
    StopLinks,
    /// Uploaded journal files that nobody confirmed.
    Imports,
    /// Locked records whose time is over.
    Archives,
}

/// Counts, and deletes what it counted where `delete` is a transaction that writes.
macro_rules! each {
    ($tx:expr, $rule:expr, $before:expr, $then:ident) => {
        match $rule {
            Rule::Sessions => $then!($tx, sessions::table.filter(sessions::expires_at.le($before))),
            Rule::Invitations => $then!(
                $tx,
                invitations::table
                    .filter(invitations::expires_at.le($before).or(invitations::used_at.le($before)).or(invitations::ended_at.le($before)))
                    // Each row is one rule's: the others are below.
                    .filter(invitations::used_at.is_not_null().or(not(are_self_asked())))
            ),
            Rule::NeverCame => $then!(
                $tx,
                invitations::table
                    .filter(invitations::used_at.is_null())
                    .filter(are_self_asked())
                    .filter(invitations::expires_at.le($before))
            ),
            Rule::AddressLinks => $then!($tx, address_links::table.filter(address_links::expires_at.le($before))),
            Rule::AddressChanges => $then!($tx, address_changes::table.filter(address_changes::expires_at.le($before))),
            Rule::Browsers => $then!($tx, known_browsers::table.filter(known_browsers::last_at.le($before))),
            Rule::Throttles => $then!($tx, throttles::table.filter(throttles::window_started_at.le($before))),
            Rule::Outbox => $then!($tx, outbox::table.filter(outbox::settled_at.le($before))),
            Rule::StopLinks => $then!($tx, stop_links::table.filter(stop_links::expires_at.le($before))),
            Rule::Imports => $then!($tx, imports::table.filter(imports::taken_at.is_null()).filter(imports::uploaded_at.le($before))),
            Rule::Archives => $then!($tx, archives::table.filter(archives::keep_until_at.le($before))),
        }
    };
}
macro_rules! count {
    ($tx:expr, $rows:expr) => {
        $rows.count().get_result::<i64>($tx.conn)?
    };
}
macro_rules! delete {
    ($tx:expr, $rows:expr) => {
        diesel::delete($rows).execute($tx.conn)?
    };
}

/// How many rows a rule would delete.
pub fn count(tx: &mut ReadTx, rule: Rule, before: UtcTime) -> Result<i64, StoreError> {
    Ok(each!(tx, rule, before, count))
}

/// Deletes them; returns how many.
pub fn apply(tx: &mut WriteTx, rule: Rule, before: UtcTime) -> Result<usize, StoreError> {
    Ok(each!(tx, rule, before, delete))
}
