//! How often somebody may ask for what costs the server much, and for anything at all. Counted in memory, by the time
//! that has really passed: it protects this machine, not a record.

use super::error::AppError;
use super::routes::Work;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Too often: how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Duration);

impl From<Wait> for AppError {
    fn from(wait: Wait) -> Self {
        // Rounded up, so that whoever comes back then is let in.
        Self::TooOften { seconds: wait.0.as_secs() + 1 }
    }
}

/// The counters. Clones share them.
#[derive(Clone)]
pub struct Costs(Arc<Counters>);

struct Counters {
    requests: DefaultKeyedRateLimiter<IpAddr>,
    work: Vec<(Work, DefaultKeyedRateLimiter<String>)>,
}

fn some(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

fn quota(work: Work) -> Quota {
    let (at_once, every) = work.allowance();
    Quota::with_period(every).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)).allow_burst(some(at_once))
}

impl Costs {
    /// Counts from nothing.
    pub fn new(requests_a_minute: u32) -> Self {
        let requests = RateLimiter::keyed(Quota::per_minute(some(requests_a_minute)));
        let work = Work::ALL.iter().map(|work| (*work, RateLimiter::keyed(quota(*work)))).collect();
        Self(Arc::new(Counters { requests, work }))
    }

    /// Counts a request from an address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn request(&self, from: IpAddr) -> Result<(), Wait> {
        self.0.requests.check_key(&from).map_err(|not| Wait(not.wait_time_from(DefaultClock::default().now())))
    }

    /// Counts costly work for an account or an address.
    ///
    /// # Errors
    /// How long to wait.
    pub fn work(&self, work: Work, whose: &str) -> Result<(), Wait> {
        let Some((_, counter)) = self.0.work.iter().find(|(known, _)| *known == work) else { return Ok(()) };
        counter.check_key(&whose.to_owned()).map_err(|not| Wait(not.wait_time_from(DefaultClock::default().now())))
    }

    /// Forgets whoever has been quiet long enough to begin anew, so that the counters do not grow for ever.
    pub fn forget(&self) {
        self.0.requests.retain_recent();
        self.0.work.iter().for_each(|(_, counter)| counter.retain_recent());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_asks_too_often_waits_and_nobody_else_does() {
        let costs = Costs::new(60);
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        assert!((0..60).all(|_| costs.request(one).is_ok()));
        let wait = costs.request(one).expect_err("too many");
        assert!(wait.0 <= Duration::from_secs(1), "{wait:?}");
        assert!(costs.request(other).is_ok());
        let (at_once, every) = Work::File.allowance();
        assert!((0..at_once).all(|_| costs.work(Work::File, "ann").is_ok()));
        assert!(costs.work(Work::File, "ann").expect_err("too many").0 <= every);
        assert!(costs.work(Work::File, "dan").is_ok() && costs.work(Work::Search, "ann").is_ok());
    }
}
