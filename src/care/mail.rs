//! The outbox at work: a message is taken in hand in one transaction, handed to the mail server outside of any,
//! and what became of it is written down in another.
//!
//! When the program stops between sending and writing down, nobody knows whether the message arrived. It is tried
//! once more, with the same Message-ID, so there is at most one duplicate and never a silent loss; a second stop
//! gives it up. A message whose time is past is left out, so that nothing old goes out after a long stop.

mod account_letters;

use super::CareError;
use super::account::make_reset;
use super::notices;
use super::own_data::closing;
use super::reminders::still_wanted;
use crate::access::as_job;
use crate::accounts::password::fingerprint;
use crate::accounts::throttle::Subject;
use crate::clock::{Clock, Moment, UtcTime, zone};
use crate::ids::{self, PatientId, UserId};
use crate::lang::Lang;
use crate::post::letter::{Failure, Letter, fill};
use crate::post::{LetterText, TEXTS};
use crate::store::outbox::{self, About, Kind, NewPosting, Posting};
use crate::store::{Store, StoreError, WriteTx, accounts};
use chrono::Duration;

/// After this time an attempt nobody heard of counts as lost; longer than any connection lasts.
const HAND: Duration = Duration::minutes(10);
/// How long the link that stops reminders works.
const STOP_LIFE: Duration = Duration::days(60);
/// How long a link for a new password that came by mail works, and is tried to be sent.
pub const RESET_LIFE: Duration = Duration::hours(1);
/// Most links for a new password that one account is sent in a day.
const RESETS_A_DAY: i64 = 5;
/// Most messages of one round.
const ROUND: usize = 500;
/// How long settled messages are kept for the page that shows them.
const KEPT: Duration = Duration::days(90);
/// Longest wait between two attempts, in minutes.
const LONGEST_WAIT: i64 = 60;

/// Sends whatever is waiting. `send` hands one message to the mail server. Returns how many were sent.
///
/// # Errors
/// When the database fails.
pub fn deliver(
    store: &Store,
    clock: &Clock,
    base_url: &str,
    send: &mut dyn FnMut(&Letter) -> Result<(), Failure>,
) -> Result<usize, CareError> {
    let mut sent = 0;
    for _ in 0..ROUND {
        let Some((posting, letter)) = take(store, clock.now(), base_url)? else { break };
        let result = send(&letter);
        let now = clock.now();
        settle(store, &posting, result, now)?;
        match result {
            Ok(()) => sent += 1,
            Err(failure) => {
                tracing::warn!(kind = posting.kind, attempt = posting.attempts + 1, failure = failure.code(), "a message was not sent");
                if failure.concerns_all() {
                    break;
                }
            }
        }
    }
    store.write::<_, StoreError>(|tx| outbox::purge(tx, clock.now() - KEPT))?;
    Ok(sent)
}

/// Takes the next message in hand and writes it. What is not wanted any more is left out on the way.
fn take(store: &Store, now: UtcTime, base_url: &str) -> Result<Option<(Posting, Letter)>, CareError> {
    // Made out here: the transaction may run several times.
    let secret = ids::secret();
    if store.read(|tx| outbox::next(tx, now))?.is_none() {
        return Ok(None);
    }
    store.write(|tx| {
        while let Some(posting) = outbox::next(tx, now)? {
            let lost = posting.lost + i32::from(posting.status == "sending");
            if lost > 1 {
                outbox::settle(tx, &posting.id, posting.attempts, "failed", "lost", now, now)?;
                continue;
            }
            if posting.until_at <= now {
                let problem = if posting.problem.is_empty() { "late" } else { posting.problem.as_str() };
                outbox::settle(tx, &posting.id, posting.attempts, "failed", problem, now, now)?;
                continue;
            }
            match write(tx, &posting, &secret, base_url, now)? {
                Some(letter) => {
                    outbox::take(tx, &posting, lost, now + HAND)?;
                    return Ok(Some((posting, letter)));
                }
                None => outbox::settle(tx, &posting.id, posting.attempts, "dropped", "", now, now)?,
            }
        }
        Ok(None)
    })
}

/// A message in its words, with a secret made for this copy; `None` when it is not wanted any more.
fn write(tx: &mut WriteTx, posting: &Posting, secret: &str, base_url: &str, now: UtcTime) -> Result<Option<Letter>, CareError> {
    let user = accounts::user(tx, &UserId::from_text(&posting.user_id))?;
    // A record that nobody has claimed has no address.
    let Some(user) = user.filter(|user| !user.unclaimed) else { return Ok(None) };
    let Some(kind) = Kind::of(&posting.kind) else { return Ok(None) };
    let id = UserId::from_text(&user.id);
    if matches!(kind, Kind::First | Kind::Second) && !still_wanted(tx, &as_job(PatientId::from(&id)), posting.on_date)? {
        return Ok(None);
    }
    if matches!(kind, Kind::News | Kind::Desk) && !notices::still_wanted(tx, &id, kind, posting.made_at)? {
        return Ok(None);
    }
    if !account_letters::may_get(kind, &user) {
        return Ok(None);
    }
    let texts = TEXTS.of(Lang::from_code(&user.language).unwrap_or_default());
    let about_account =
        |w: account_letters::Written| Letter { id: posting.id.clone(), to: w.to, subject: w.subject, body: w.body, one_click: None };
    if kind == Kind::Address {
        return Ok(account_letters::of_address(tx, (&user, posting), texts, (secret, base_url), now)?.map(about_account));
    }
    if kind == Kind::Factors {
        return Ok(account_letters::of_factors(&user, posting, texts, base_url).map(about_account));
    }
    if kind == Kind::Device {
        return Ok(Some(about_account(account_letters::of_device(&user, posting, texts, base_url))));
    }
    if kind == Kind::Closing {
        if !closing::still_wanted(tx, &id)? {
            return Ok(None);
        }
        return Ok(Some(about_account(account_letters::of_closing(&user, posting, texts, base_url))));
    }
    let letter = |text: &LetterText, link: &str, stop: Option<String>| {
        let (subject, body) = fill(text, link, stop.as_deref().unwrap_or_default());
        Letter { id: posting.id.clone(), to: user.email.clone(), subject, body, one_click: stop.map(|stop| format!("{stop}/now")) }
    };
    if kind == Kind::Reset {
        make_reset(tx, &id, secret, now, RESET_LIFE)?;
        return Ok(Some(letter(&texts.reset, &format!("{base_url}/reset/{secret}"), None)));
    }
    if kind == Kind::Desk {
        // Part of somebody's work: there is nothing to stop.
        return Ok(Some(letter(&texts.desk, &format!("{base_url}/pro"), None)));
    }
    let (text, page, about) = match kind {
        Kind::News => (&texts.news, "messages", About::News),
        Kind::Test => (&texts.test, "today", About::Reminders),
        _ => (&texts.reminder, "today", About::Reminders),
    };
    outbox::insert_stop(tx, &fingerprint(secret), (&id, about), now, now + STOP_LIFE)?;
    Ok(Some(letter(text, &format!("{base_url}/{page}"), Some(format!("{base_url}/stop/{secret}")))))
}

/// Writes down what became of an attempt: another try after 2, 4, 8 … minutes, unless that is useless or too late.
fn settle(store: &Store, posting: &Posting, result: Result<(), Failure>, now: UtcTime) -> Result<(), CareError> {
    let attempt = posting.attempts + 1;
    let wait = Duration::minutes(2_i64.saturating_pow(u32::try_from(attempt).unwrap_or(1)).min(LONGEST_WAIT));
    let (status, problem, next) = match result {
        Ok(()) => ("sent", "", now),
        Err(failure) if failure.is_final() || now + wait >= posting.until_at => ("failed", failure.code(), now),
        Err(failure) => ("waiting", failure.code(), now + wait),
    };
    Ok(store.write::<_, StoreError>(|tx| outbox::settle(tx, &posting.id, attempt, status, problem, next, now))?)
}

/// Somebody who is not signed in asks for a link for a new password. Whether the address has an account is not
/// told: the same is done and answered for every address, and one address gets few messages.
pub fn ask_for_reset(store: &Store, email: &str, now: UtcTime) -> Result<(), CareError> {
    let email = super::account::normal_email(email);
    let subject = Subject::reset(&email);
    let token = ids::fresh();
    store.write(|tx| {
        let too_many = super::guessing::wait(tx, &subject, now)?.is_some();
        super::guessing::count(tx, &subject, now)?;
        let Some(user) = accounts::user_by_email(tx, &email)?.filter(|_| !too_many) else { return Ok(()) };
        let on = Moment { utc: now, zone: zone(&user.time_zone) }.today();
        let user = UserId::from_text(user.id);
        // Whoever wants to annoy fills nobody's inbox.
        if outbox::made_since(tx, &user, Kind::Reset, now - Duration::days(1))? >= RESETS_A_DAY {
            return Ok(());
        }
        outbox::insert(tx, &NewPosting { user: &user, kind: Kind::Reset, on, token: &token, at: now, until: now + RESET_LIFE })?;
        Ok(())
    })
}
