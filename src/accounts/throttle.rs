//! The limit on guessing passwords. Failures are counted per account and per address in windows of
//! fifteen minutes; a window ends by itself, so nobody can lock the owner out for good.

use crate::clock::UtcTime;
use chrono::Duration;
use std::net::IpAddr;

/// Failures in one window after which an account's sign-in waits for the window to end.
const PER_ACCOUNT: i32 = 10;
/// The same for an address, which a whole clinic may share.
const PER_ADDRESS: i32 = 50;

/// Unknown secrets in public links from one address, before it is told to wait. Links that ended are not counted.
const GUESSES: i32 = 30;
/// Wrong short codes of start cards from one address. A clinic's waiting room shares one; 2^40 codes need no smaller number.
const CODES: i32 = 30;
/// Links for a new password sent to one account, and asked for from one address.
const RESETS: i32 = 3;
const RESETS_PER_ADDRESS: i32 = 30;

/// Length of a window.
pub const WINDOW: Duration = Duration::minutes(15);

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
        Self { key: format!("address:{ip}"), limit: PER_ADDRESS }
    }

    /// Where an unknown secret of a public link comes from.
    pub fn guess(ip: IpAddr) -> Self {
        Self { key: format!("guess:{ip}"), limit: GUESSES }
    }

    /// Where a wrong short code of a start card is typed.
    pub fn code(ip: IpAddr) -> Self {
        Self { key: format!("code:{ip}"), limit: CODES }
    }

    /// The account somebody asks a link for a new password for, whether it exists or not.
    pub fn reset(email: &str) -> Self {
        Self { key: format!("reset:{}", super::password::fingerprint(email)), limit: RESETS }
    }

    /// Where links for a new password are asked for.
    pub fn resets_from(ip: IpAddr) -> Self {
        Self { key: format!("resets:{ip}"), limit: RESETS_PER_ADDRESS }
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
    fn the_tenth_failure_makes_an_account_wait_until_its_window_ends() {
        let start = crate::clock::Clock::system().now();
        let subject = Subject::account("ann@example.org");
        assert_eq!(subject.wait(9, start, start), None);
        assert_eq!(subject.wait(10, start, start), Some(16));
        assert_eq!(subject.wait(10, start, start + WINDOW), None);
    }
}
