//! Addresses: a new account's is confirmed by a link, and a change of address by both addresses.
//!
//! What somebody may do does not wait for it: a person with a danger sign must not be kept from their record by a mail
//! server. What waits is what is sent: an address nobody confirmed gets messages about the account itself and
//! nothing else (`mail::account_letters::may_get`).

use super::CareError;
use super::account::end_links;
use super::factors::Acting;
use crate::accounts::password::fingerprint;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::{self, PatientId, UserId};
use crate::store::accounts::User;
use crate::store::addresses::{self, AddressChange, AddressLink, Side};
use crate::store::outbox::{self, Kind, NewPosting};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, oversight, sessions};
use chrono::Duration;

/// How long a link that confirms an address works, and a change waits for both.
pub const LINK_LIFE: Duration = Duration::hours(24);
/// Most messages about addresses that one account is sent in a day.
const MESSAGES_A_DAY: i64 = 6;
/// Most changes that one account may ask for in a day.
const CHANGES_A_DAY: i64 = 3;

/// What a message about an address says; stands in the token of its row in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// Confirm the address of an account.
    Verify,
    /// Agree to become the address of an account.
    New(String),
    /// Agree to be its address no more.
    Old(String),
    /// Somebody asked for an address that is yours.
    Taken(String),
    /// The address was changed; goes to the one before.
    Done(String),
}

impl Word {
    fn token(&self, random: &str) -> String {
        match self {
            Self::Verify => format!("verify:{random}"),
            Self::New(change) => format!("new:{change}"),
            Self::Old(change) => format!("old:{change}"),
            Self::Taken(change) => format!("taken:{change}"),
            Self::Done(change) => format!("done:{change}"),
        }
    }

    pub(super) fn of(token: &str) -> Option<Self> {
        let (word, rest) = token.split_once(':')?;
        let rest = rest.to_owned();
        match word {
            "verify" => Some(Self::Verify),
            "new" => Some(Self::New(rest)),
            "old" => Some(Self::Old(rest)),
            "taken" => Some(Self::Taken(rest)),
            "done" => Some(Self::Done(rest)),
            _ => None,
        }
    }
}

fn put_in(tx: &mut WriteTx, user: &User, word: &Word, random: &str, now: UtcTime) -> Result<(), StoreError> {
    let on = Moment { utc: now, zone: zone(&user.time_zone) }.today();
    let id = UserId::from_text(&user.id);
    let token = word.token(random);
    outbox::insert(tx, &NewPosting { user: &id, kind: Kind::Address, on, token: &token, at: now, until: now + LINK_LIFE })?;
    Ok(())
}

/// Asks for the address of an account to be confirmed, unless it was or a link is still on its way.
pub(super) fn ask_where_unknown(tx: &mut WriteTx, user: &User, random: &str, now: UtcTime) -> Result<(), CareError> {
    let id = UserId::from_text(&user.id);
    if user.email_verified_at.is_some() || user.unclaimed || outbox::made_since(tx, &id, Kind::Address, now - LINK_LIFE)? > 0 {
        return Ok(());
    }
    Ok(put_in(tx, user, &Word::Verify, random, now)?)
}

/// Tells the owner of an address that somebody asked for it; not more often than they are written to at all.
pub(super) fn tell_owner(tx: &mut WriteTx, owner: &User, random: &str, now: UtcTime) -> Result<(), CareError> {
    let id = UserId::from_text(&owner.id);
    if outbox::made_since(tx, &id, Kind::Address, now - Duration::days(1))? < MESSAGES_A_DAY {
        put_in(tx, owner, &Word::Taken(random.to_owned()), random, now)?;
    }
    Ok(())
}

/// The person asks for the link once more; `false` when they had many today.
pub fn ask_again(store: &Store, user: &UserId, now: UtcTime) -> Result<bool, CareError> {
    let random = ids::fresh();
    store.write(|tx| {
        let account = accounts::user(tx, user)?.ok_or(StoreError::NotFound)?;
        if outbox::made_since(tx, user, Kind::Address, now - Duration::days(1))? >= MESSAGES_A_DAY {
            return Ok(false);
        }
        if account.email_verified_at.is_none() {
            put_in(tx, &account, &Word::Verify, &random, now)?;
        }
        Ok(true)
    })
}

/// Makes the link of a message; an earlier one for the same end works no more.
pub(super) fn make_link(
    tx: &mut WriteTx,
    user: &User,
    (side, change, email): (Side, Option<&str>, &str),
    secret: &str,
    now: UtcTime,
) -> Result<(), StoreError> {
    let link = AddressLink {
        token_hash: fingerprint(secret),
        user_id: user.id.clone(),
        change_id: change.map(str::to_owned),
        purpose: side.code().to_owned(),
        email: email.to_owned(),
        made_at: now,
        expires_at: now + LINK_LIFE,
        used_at: None,
    };
    addresses::insert_link(tx, &link)
}

/// Asks for another address. What is done and answered does not tell whether the new one has an account: then its owner
/// is told, and the change comes to nothing.
pub fn ask_for_change(store: &Store, acting: &Acting, new_email: &str, now: UtcTime) -> Result<(), CareError> {
    let (user, id, random) = (&acting.user, ids::fresh(), ids::fresh());
    store.write(|tx| {
        let account = acting.account(tx, now)?;
        if account.email == new_email {
            return Err(CareError::refused("email", tr_later!("This is your address already.")));
        }
        if addresses::changes_since(tx, user, now - Duration::days(1))? >= CHANGES_A_DAY {
            return Err(CareError::refused("email", tr_later!("You asked for this several times today. Try again tomorrow.")));
        }
        let change = AddressChange {
            id: id.clone(),
            user_id: account.id.clone(),
            old_email: account.email.clone(),
            new_email: new_email.to_owned(),
            made_at: now,
            expires_at: now + LINK_LIFE,
            old_confirmed_at: None,
            new_confirmed_at: None,
            ended_at: None,
        };
        addresses::insert_change(tx, &change)?;
        put_in(tx, &account, &Word::Old(id.clone()), &random, now)?;
        match accounts::user_by_email(tx, new_email)? {
            Some(owner) => put_in(tx, &owner, &Word::Taken(id.clone()), &random, now)?,
            None => put_in(tx, &account, &Word::New(id.clone()), &random, now)?,
        }
        Ok(oversight::note(tx, Some(user), None, "asked for another address", now)?)
    })
}

/// The change that waits for somebody.
pub fn waiting(store: &Store, user: &UserId, now: UtcTime) -> Result<Option<AddressChange>, CareError> {
    store.read(|tx| Ok(addresses::waiting(tx, user, now)?))
}

/// Gives a change up.
pub fn give_up(store: &Store, user: &UserId, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| Ok(addresses::end_changes(tx, user, now)?))
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// It works: what it confirms, and for a change the other address (old or new).
    Works(Side, String),
    /// It was used, ran out, or the change it belongs to is over.
    Ended,
    /// There was never one.
    Unknown,
}

fn find(tx: &mut ReadTx, secret: &str, now: UtcTime) -> Result<(Found, Option<AddressLink>), StoreError> {
    let Some(link) = addresses::link(tx, &fingerprint(secret))? else { return Ok((Found::Unknown, None)) };
    let user = accounts::user(tx, &UserId::from_text(&link.user_id))?;
    let (Some(user), Some(side)) = (user, Side::of(&link.purpose)) else { return Ok((Found::Ended, None)) };
    if link.used_at.is_some() || link.expires_at <= now {
        return Ok((Found::Ended, None));
    }
    let change = match &link.change_id {
        Some(id) => addresses::change(tx, id)?.filter(|c| c.ended_at.is_none() && c.expires_at > now && c.old_email == user.email),
        None => None,
    };
    let other = match (side, change) {
        (Side::Verify, _) if user.email == link.email => String::new(),
        (Side::New, Some(change)) => change.old_email,
        (Side::Old, Some(change)) => change.new_email,
        _ => return Ok((Found::Ended, None)),
    };
    Ok((Found::Works(side, other), Some(link)))
}

/// What the link with this secret leads to. Looking changes nothing.
pub fn look(store: &Store, secret: &str, now: UtcTime) -> Result<Found, CareError> {
    store.read(|tx| Ok(find(tx, secret, now)?.0))
}

/// What became of an answer to a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The account's address is confirmed.
    Verified,
    /// This address agreed; the other one has not yet.
    HalfWay,
    /// Both agreed: the account has its new address, and everybody is signed out.
    Changed,
    /// The change is given up.
    GivenUp,
    /// The link works no more.
    Ended,
    /// There was never such a link.
    Unknown,
}

/// Answers a link: `yes` confirms; `no` gives the change up that it belongs to.
pub fn answer(store: &Store, secret: &str, yes: bool, now: UtcTime) -> Result<Outcome, CareError> {
    let random = ids::fresh();
    store.write(|tx| {
        let (found, link) = find(tx, secret, now)?;
        let (side, link) = match (found, link) {
            (Found::Works(side, _), Some(link)) => (side, link),
            (Found::Unknown, _) => return Ok(Outcome::Unknown),
            _ => return Ok(Outcome::Ended),
        };
        if !addresses::use_link(tx, &link.token_hash, now)? {
            return Ok(Outcome::Ended);
        }
        let id = UserId::from_text(&link.user_id);
        let change = match (&link.change_id, side) {
            (Some(change), Side::New | Side::Old) => change.clone(),
            _ => {
                accounts::set_email_verified(tx, &id, now)?;
                oversight::note(tx, Some(&id), None, "address confirmed", now)?;
                return Ok(Outcome::Verified);
            }
        };
        if !yes {
            addresses::end_changes(tx, &id, now)?;
            oversight::note(tx, Some(&id), None, "change of address stopped", now)?;
            return Ok(Outcome::GivenUp);
        }
        addresses::agree(tx, &change, side, now)?;
        let change = addresses::change(tx, &change)?.ok_or(StoreError::NotFound)?;
        if change.old_confirmed_at.is_none() || change.new_confirmed_at.is_none() {
            return Ok(Outcome::HalfWay);
        }
        // Taken since: nobody but its owner is told more.
        if addresses::is_taken(tx, &change.new_email)? {
            return addresses::end_changes(tx, &id, now).map(|()| Outcome::Ended).map_err(CareError::from);
        }
        take_effect(tx, &id, &change, &random, now)
    })
}

fn take_effect(tx: &mut WriteTx, id: &UserId, change: &AddressChange, random: &str, now: UtcTime) -> Result<Outcome, CareError> {
    accounts::set_email(tx, id, &change.new_email, Some(now))?;
    addresses::end_changes(tx, id, now)?;
    end_links(tx, id, now)?;
    sessions::delete_of(tx, id)?;
    let user = accounts::user(tx, id)?.ok_or(StoreError::NotFound)?;
    put_in(tx, &user, &Word::Done(change.id.clone()), random, now)?;
    oversight::note(tx, Some(id), None, "address changed", now)?;
    Ok(Outcome::Changed)
}

/// Sets an address at the command line, for somebody who cannot reach the old one: whoever does it has made sure who
/// asks. The old address is told, the new one is asked to be confirmed, and every session ends. `false`: nobody has the old
/// address.
pub fn set_by_hand(store: &Store, old: &str, new: &str, now: UtcTime) -> Result<bool, CareError> {
    let (old, new) = (super::account::normal_email(old), super::account::normal_email(new));
    let (change_id, random) = (ids::fresh(), ids::fresh());
    let done = store.write(|tx| {
        let Some(user) = accounts::user_by_email(tx, &old)? else { return Ok(false) };
        let id = UserId::from_text(&user.id);
        accounts::set_email(tx, &id, &new, None)?;
        // Over when it is made: nobody agrees to it, and the letter to the old address reads from it where to go.
        let change = AddressChange {
            id: change_id.clone(),
            user_id: user.id.clone(),
            old_email: old.clone(),
            new_email: new.clone(),
            made_at: now,
            expires_at: now,
            old_confirmed_at: None,
            new_confirmed_at: None,
            ended_at: Some(now),
        };
        addresses::insert_change(tx, &change)?;
        end_links(tx, &id, now)?;
        sessions::delete_of(tx, &id)?;
        put_in(tx, &user, &Word::Done(change_id.clone()), &random, now)?;
        put_in(tx, &user, &Word::Verify, &random, now)?;
        oversight::note(tx, None, Some(&PatientId::from(&id)), "address changed at the command line", now)?;
        Ok(true)
    });
    done.map_err(|error| match error {
        CareError::Store(StoreError::Conflict(Conflict::EmailTaken)) => {
            CareError::refused("email", "The new address has an account already.")
        }
        other => other,
    })
}
