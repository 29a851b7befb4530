//! Browsers that are known: their own count of wrong passwords, so that guessing elsewhere does not lock the owner out,
//! and a message when somebody signs in from one that is not.

use super::CareError;
use crate::accounts::password::fingerprint;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::{self, UserId};
use crate::store::outbox::{self, Kind, NewPosting};
use crate::store::{ReadTx, Store, StoreError, accounts, addresses};
use chrono::Duration;

/// How long the message about a new sign-in is tried to be sent.
const NOTICE_LIFE: Duration = Duration::days(2);

/// What is kept of a browser's cookie for a person.
pub fn hash(user: &UserId, secret: &str) -> String {
    fingerprint(&format!("browser of {user}: {secret}"))
}

/// Whether the owner of this address signed in from this browser before.
pub fn is_known(tx: &mut ReadTx, user: &UserId, browser: &str) -> Result<bool, StoreError> {
    if browser.is_empty() { Ok(false) } else { addresses::is_known(tx, user, &hash(user, browser)) }
}

/// A sign-in as it is looked at.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// What the browser's cookie holds; empty when it has none.
    pub browser: String,
    /// The device in plain words.
    pub device: String,
    /// The clinic sends e-mail.
    pub sends_mail: bool,
}

/// Notes that somebody signed in, and from which browser. From one that is not known a message goes to its owner, but
/// not at the very first sign-in. An address that was never confirmed is asked to be. Returns what the browser is to
/// keep when it is new to us.
pub fn noticed(store: &Store, user: &UserId, arrival: &Arrival, now: UtcTime) -> Result<Option<String>, CareError> {
    let (fresh, token) = (ids::secret(), ids::fresh());
    store.write(|tx| {
        let account = accounts::user(tx, user)?.ok_or(StoreError::NotFound)?;
        let new_here = !is_known(tx, user, &arrival.browser)?;
        let on = Moment { utc: now, zone: zone(&account.time_zone) }.today();
        if new_here && arrival.sends_mail && account.email_verified_at.is_some() && addresses::knows_any(tx, user)? {
            let token = format!("{token} {}", arrival.device);
            outbox::insert(tx, &NewPosting { user, kind: Kind::Device, on, token: &token, at: now, until: now + NOTICE_LIFE })?;
        }
        // A browser that somebody else uses too keeps its cookie: the hash is of both.
        let secret = if arrival.browser.is_empty() { &fresh } else { &arrival.browser };
        addresses::know(tx, user, &hash(user, secret), now)?;
        if arrival.sends_mail {
            super::addresses::ask_where_unknown(tx, &account, &token, now)?;
        }
        Ok(arrival.browser.is_empty().then(|| fresh.clone()))
    })
}
