//! Somebody who signs in again when their time is over, and says who they are when they are asked anew, as a person
//! would: so that a test that lets hours go by speaks of what it is about. Tests of sessions use `visitor()` instead.

use gradus::accounts::limits::Limits;
use gradus::clock::{Clock, UtcTime};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// What somebody knows, and how long their sign-in lasts.
pub struct Keeper {
    pub email: String,
    pub password: String,
    limits: Limits,
    clock: Clock,
    /// Since when they are signed in, and when that was last used.
    times: Mutex<(UtcTime, UtcTime)>,
    /// They signed in again: pages from before hold a token of before.
    again: AtomicBool,
}

impl Keeper {
    pub fn new(email: &str, password: &str, is_staff: bool, clock: &Clock) -> Self {
        let now = clock.now();
        Self {
            email: email.to_owned(),
            password: password.to_owned(),
            limits: Limits::of(is_staff),
            clock: clock.clone(),
            times: Mutex::new((now, now)),
            again: AtomicBool::new(false),
        }
    }

    /// Whether the sign-in is over by now. From then on it counts as used.
    pub fn is_late(&self) -> bool {
        let now = self.clock.now();
        let mut times = self.times.lock().expect("nobody panicked");
        let (since, used) = *times;
        let late = now - used >= self.limits.idle || now - since >= self.limits.absolute;
        *times = (if late { now } else { since }, now);
        self.again.fetch_or(late, Ordering::Relaxed);
        late
    }

    /// Whether they signed in again since the beginning.
    pub fn came_back(&self) -> bool {
        self.again.load(Ordering::Relaxed)
    }
}
