//! The limit on guessing passwords. Failures are counted per account and per address in windows of
//! fifteen minutes; a window ends by itself, and a browser from which its owner signed in before has a count of its own,
//! so nobody can lock the owner out.

use crate::clock::UtcTime;
use chrono::Duration;
use std::net::{IpAddr, Ipv6Addr};

/// Failures in one window after which an account's sign-in waits for the window to end.
const PER_ACCOUNT: i32 = 10;
/// The same for an address, which a whole clinic may share.
const PER_ADDRESS: i32 = 50;

/// Unknown secrets in public links from one address, before it is told to wait. Links that ended are not counted.
const GUESSES: i32 = 30;
/// Wrong short codes of start cards from one address. A clinic's waiting room shares one; 2^40 codes need no smaller number.
const CODES: i32 = 30;
/// Links (for a new password, for an account) sent to one inbox, and asked for from one address.
const LINKS: i32 = 3;
const LINKS_PER_ADDRESS: i32 = 30;

/// New accounts asked for with an address that has one, from one address: more is somebody who tries out addresses.
const TAKEN: i32 = 5;

/// Length of a window.
pub const WINDOW: Duration = Duration::minutes(15);

/// What an address is counted by: one IPv6 subscriber has a whole /64.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// What failures are counted against.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Key of the counter: a hash for accounts, so that the table lists nobody's address.
    pub key: String,
    limit: i32,
}

impl Subject {
    /// The account that somebody tries to sign in to, whether it exists or not.
    pub fn account(email: &str) -> Self {
        Self { key: format!("account:{}", super::password::fingerprint(email)), limit: PER_ACCOUNT }
    }

    /// Where the attempt comes from.
    pub fn address(ip: IpAddr) -> Self {
        Self { key: format!("address:{}", network(ip)), limit: PER_ADDRESS }
    }

    /// A browser from which somebody signed in before, by what is kept of it for them.
    pub fn browser(hash: &str) -> Self {
        Self { key: format!("browser:{hash}"), limit: PER_ACCOUNT }
    }

    /// Somebody signed in who proves anew who they are.
    pub fn proof(user: &str) -> Self {
        Self { key: format!("proof:{}", super::password::fingerprint(user)), limit: PER_ACCOUNT }
    }

    /// Where new accounts are asked for with addresses that have one.
    pub fn taken(ip: IpAddr) -> Self {
        Self { key: format!("taken:{}", network(ip)), limit: TAKEN }
    }

    /// The second step of an account whose password was given. Passkeys are not counted: there is nothing to guess.
    pub fn second(user: &crate::ids::UserId) -> Self {
        Self { key: format!("second:{user}"), limit: PER_ACCOUNT }
    }

    /// The second step of an account in a browser that its owner signed in from before.
    pub fn second_in(browser: &str) -> Self {
        Self { key: format!("second-in:{browser}"), limit: PER_ACCOUNT }
    }

    /// Where an unknown secret of a public link comes from.
    pub fn guess(ip: IpAddr) -> Self {
        Self { key: format!("guess:{}", network(ip)), limit: GUESSES }
    }

    /// Where a wrong short code of a start card is typed.
    pub fn code(ip: IpAddr) -> Self {
        Self { key: format!("code:{}", network(ip)), limit: CODES }
    }

    /// The account somebody asks a link for a new password for, whether it exists or not.
    pub fn reset(email: &str) -> Self {
        Self { key: format!("reset:{}", super::password::fingerprint(email)), limit: LINKS }
    }

    /// The address somebody asks an account for, whether it has one or not.
    pub fn joining(email: &str) -> Self {
        Self { key: format!("joining:{}", super::password::fingerprint(email)), limit: LINKS }
    }

    /// Where links are asked for: for a new password, or to make an account.
    pub fn links_from(ip: IpAddr) -> Self {
        Self { key: format!("links:{}", network(ip)), limit: LINKS_PER_ADDRESS }
    }

    /// Minutes to wait when `failures` since `window_started_at` are too many, else `None`.
    pub fn wait(&self, failures: i32, window_started_at: UtcTime, now: UtcTime) -> Option<i64> {
        let left = window_started_at + WINDOW - now;
        (failures >= self.limit && left > Duration::zero()).then(|| left.num_minutes() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscriber_of_ipv6_is_one_however_many_addresses_they_use() {
        let of = |text: &str| Subject::address(text.parse().expect("an address")).key;
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn the_tenth_failure_makes_an_account_wait_until_its_window_ends() {
        let start = crate::clock::Clock::system().now();
        let subject = Subject::account("ann@example.org");
        assert_eq!(subject.wait(9, start, start), None);
        assert_eq!(subject.wait(10, start, start), Some(16));
        assert_eq!(subject.wait(10, start, start + WINDOW), None);
    }
}
