//! Passwords are hashed by threads of their own behind a short queue. A flood of sign-ins fills the queue and is turned
//! away at once, with a page that says to try again; it never takes the cores, the memory (19 MiB each) or the threads
//! from those who are signed in.

use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordHasher, PasswordVerifier, Version};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Memory in KiB, passes and lanes: the OWASP minimum for Argon2id.
pub(super) const MEMORY_KIB: u32 = 19_456;
pub(super) const PASSES: u32 = 2;
pub(super) const LANES: u32 = 1;

/// Passwords that may wait for a free thread; whoever comes later is asked to try again.
const WAITING: usize = 24;
/// Somebody who waited longer than this is asked to try again: the browser may have given up long ago.
const PATIENCE: Duration = Duration::from_secs(3);
/// Most threads, however many cores there are.
const MOST_THREADS: usize = 4;

/// Why a password was neither hashed nor compared. It says nothing about the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDone {
    /// Too many at once.
    #[error("too many passwords at once")]
    Busy,
    /// The hash function refused.
    #[error("hashing failed")]
    Failed,
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What an unknown account's password is compared with, so that the answer takes as long.
static DUMMY: LazyLock<String> = LazyLock::new(|| hash_now(&crate::ids::secret()).unwrap_or_default());

pub(super) fn hash_now(password: &str) -> Option<String> {
    argon2().hash_password(password.as_bytes()).ok().map(|h| h.to_string())
}

pub(super) fn verify_now(password: &str, stored: &str) -> bool {
    let fits = |stored: &str| PasswordHash::new(stored).map(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok());
    match fits(stored) {
        Ok(fits) => fits,
        // No password belongs to this account. That is not told by a quick answer either.
        Err(_) => fits(&DUMMY).is_ok_and(|_| false),
    }
}

/// Whether a stored hash was made with less work than is done today, so that its password is hashed anew when it is next
/// typed. One made with more of anything stays.
pub fn is_outdated(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return false };
    let Ok(params) = Params::try_from(&hash) else { return false };
    if hash.algorithm != Algorithm::Argon2id.ident() {
        return true;
    }
    let (memory, passes) = (params.m_cost(), params.t_cost());
    memory <= MEMORY_KIB && passes <= PASSES && (memory < MEMORY_KIB || passes < PASSES)
}

/// Counts a piece of work for as long as it exists, whatever becomes of it.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One piece of work: it is told whether it comes too late.
type Work = Box<dyn FnOnce(bool) + Send>;

struct Job {
    since: Instant,
    work: Work,
}

/// Hashes and checks passwords. Clones share the queue and its threads, which end with the last of them.
#[derive(Clone)]
pub struct Passwords {
    queue: SyncSender<Job>,
    /// How many wait or are worked on.
    under_way: Arc<AtomicUsize>,
    /// How many there may be.
    most: usize,
    /// How many were hashed or compared so far.
    done: Arc<AtomicU64>,
}

impl Default for Passwords {
    /// One core is left to everything else.
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::with(cores.saturating_sub(1).clamp(1, MOST_THREADS), WAITING)
    }
}

fn serve(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let next = match jobs.lock() {
            Ok(jobs) => jobs.recv(),
            Err(poisoned) => poisoned.into_inner().recv(),
        };
        let Ok(Job { since, work }) = next else { return };
        work(since.elapsed() > PATIENCE);
    }
}

impl Passwords {
    fn with(threads: usize, waiting: usize) -> Self {
        let (queue, jobs) = sync_channel(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for _ in 0..threads {
            let jobs = Arc::clone(&jobs);
            let started = std::thread::Builder::new().name("passwords".to_owned()).spawn(move || {
                // Before anybody asks: the first unknown address must take no longer than the others.
                LazyLock::force(&DUMMY);
                serve(&jobs);
            });
            if let Err(error) = started {
                tracing::error!(%error, "a thread for passwords could not be started");
            }
        }
        Self { queue, under_way: Arc::default(), most: threads + waiting, done: Arc::default() }
    }

    /// Whether the next one would be turned away: a way to say so before anything else is done.
    pub fn is_full(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) >= self.most
    }

    async fn queued<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, NotDone> {
        let (say, hear) = oneshot::channel();
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(Arc::clone(&self.under_way));
        let done = Arc::clone(&self.done);
        let work: Work = Box::new(move |late| {
            let _counted = counted;
            // Nobody waits any more: the connection was closed.
            if !late && !say.is_closed() {
                done.fetch_add(1, Ordering::Relaxed);
                let _ = say.send(work());
            }
        });
        match self.queue.try_send(Job { since: Instant::now(), work }) {
            Ok(()) => hear.await.map_err(|_| NotDone::Busy),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(NotDone::Busy),
        }
    }

    /// How many passwords were hashed or compared: tests count them, because an answer must not tell by its time whether
    /// there is an account.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// The PHC string of a new password.
    ///
    /// # Errors
    /// [`NotDone::Busy`] when too many are hashed already.
    pub async fn hash(&self, password: String) -> Result<String, NotDone> {
        self.queued(move || hash_now(&password)).await?.ok_or(NotDone::Failed)
    }

    /// Whether `password` fits `stored`. Without a stored hash the same work is done for nothing.
    ///
    /// # Errors
    /// [`NotDone::Busy`] when too many are compared already; never for a wrong password.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, NotDone> {
        self.queued(move || match stored {
            Some(hash) => verify_now(&password, &hash),
            None => {
                verify_now(&password, &DUMMY);
                false
            }
        })
        .await
    }

    /// The same as [`Passwords::hash`] for callers without a runtime (command line, demonstration).
    pub fn hash_blocking(password: &str) -> Option<String> {
        hash_now(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    type Answer = Result<bool, NotDone>;

    #[test]
    fn a_hash_is_argon2id_with_at_least_the_required_cost_and_verifies_only_its_password() {
        let hash = hash_now("three brown horses").expect("hashing works");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify_now("three brown horses", &hash));
        assert!(!verify_now("three brown horse", &hash));
    }

    #[test]
    fn a_hash_made_with_less_work_is_outdated_and_one_made_with_more_is_not() {
        let made = |memory, passes| {
            let params = Params::new(memory, passes, LANES, None).expect("parameters");
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            argon2.hash_password(b"three brown horses").expect("hashing works").to_string()
        };
        assert!(is_outdated(&made(MEMORY_KIB / 2, PASSES)));
        assert!(is_outdated(&made(MEMORY_KIB, PASSES - 1)));
        assert!(!is_outdated(&made(MEMORY_KIB, PASSES)));
        assert!(!is_outdated(&made(MEMORY_KIB * 2, PASSES)));
        assert!(!is_outdated(&made(MEMORY_KIB * 2, PASSES - 1)), "made anew it would need less memory than now");
        assert!(!is_outdated("!"), "nobody's password");
    }

    #[test]
    fn a_flood_is_turned_away_at_once_and_never_told_that_the_password_is_wrong() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(flood());
    }

    async fn flood() {
        let passwords = Passwords::with(1, 3);
        let hash = hash_now("three brown horses").expect("hashing works");
        let asked = (0..20).map(|_| passwords.verify("three brown horses".to_owned(), Some(hash.clone())));
        let answers = join_all(asked).await;
        let (right, busy): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| **answer == Ok(true));
        assert!((3..=5).contains(&right.len()), "{answers:?}");
        assert!(busy.iter().all(|answer| **answer == Err(NotDone::Busy)), "{answers:?}");
        // Afterwards there is room again.
        assert_eq!(passwords.verify("three brown horses".to_owned(), Some(hash)).await, Ok(true));
        assert_eq!(passwords.verify("anything".to_owned(), None).await, Ok(false));
    }
}
