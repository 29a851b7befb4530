//! Neutral e-mails that a message waits: bundled, at most one a person and day, never with a word of the message.

use super::{CareError, consent};
use crate::access::{MayRead, Own, PatientAccess, as_job};
use crate::clock::{Clock, Moment, UtcTime, zone};
use crate::ids::{PatientId, UserId};
use crate::store::messages::{self, Choice};
use crate::store::outbox::{self, Kind, NewPosting};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, oversight, relations};
use chrono::{Duration, Timelike};
use std::collections::BTreeMap;

/// A message is this old before an e-mail tells of it: what is written one after the other becomes one e-mail, and what
/// is read at once none.
const SETTLES: Duration = Duration::minutes(15);
/// Messages older than this are told of no more.
const LOOK_BACK: Duration = Duration::days(7);
/// Hours of the person's day in which an e-mail goes out, the second one not included.
const AWAKE: (u32, u32) = (8, 20);
/// How long an e-mail is tried to be sent.
const LIFE: Duration = Duration::hours(6);

/// Whether a patient may be told by e-mail that a person wrote to them. **The one place where this is asked.** It is not
/// `reminders::may_remind`: a reminder urges to go on with a plan, so it is silent while the plan stands still, is
/// interrupted or over. A message comes from a human who decided to write, and while a plan is held it may be the very
/// thing the patient waits for. What counts is the patient's own choice alone.
fn may_tell<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<bool, CareError> {
    let choice = messages::choice(tx, who)?;
    Ok(choice.is_on && choice.by_mail && consent::may_process(tx, who)?)
}

/// Whether an e-mail is due: the newest message that waits has settled and came after the last e-mail, and it is neither
/// night nor the date of that e-mail.
fn is_due(newest: UtcTime, last: Option<UtcTime>, moment: Moment) -> bool {
    let awake = (AWAKE.0..AWAKE.1).contains(&moment.local().hour());
    let fresh = last.is_none_or(|last| last < newest && Moment { utc: last, ..moment }.today() < moment.today());
    awake && fresh && newest + SETTLES <= moment.utc
}

/// Somebody for whom messages wait, with the newest of them.
struct Waiting {
    user: UserId,
    kind: Kind,
    zone: String,
    newest: UtcTime,
}

/// Everybody for whom messages wait that are old enough to be told of.
fn waiting(tx: &mut ReadTx, now: UtcTime) -> Result<Vec<Waiting>, CareError> {
    let (after, until) = (now - LOOK_BACK, now - SETTLES);
    let mut all = Vec::new();
    for (patient, newest) in messages::unseen(tx, true, after, until)? {
        let user = UserId::from_text(patient.as_str());
        let Some(account) = accounts::user(tx, &user)? else { continue };
        // Nobody can sign in to an account that was made in the room and not taken over yet.
        if !account.unclaimed && may_tell(tx, &as_job(patient))? {
            all.push(Waiting { user, kind: Kind::News, zone: account.time_zone, newest });
        }
    }
    let mut desk: BTreeMap<UserId, (String, UtcTime)> = BTreeMap::new();
    for (patient, newest) in messages::unseen(tx, false, after, until)? {
        for (reader, zone) in relations::readers(tx, &as_job(patient), now)? {
            let known = desk.entry(reader).or_insert((zone, newest));
            known.1 = known.1.max(newest);
        }
    }
    all.extend(desk.into_iter().map(|(user, (zone, newest))| Waiting { user, kind: Kind::Desk, zone, newest }));
    Ok(all)
}

/// Decides what is due for everybody; returns how many e-mails were put into the outbox. One person's failure is logged
/// and does not keep the others waiting.
pub fn decide_all(store: &Store, clock: &Clock) -> Result<usize, CareError> {
    let now = clock.now();
    let mut decided = 0;
    for one in store.read(|tx| waiting(tx, now))? {
        match decide(store, &one, Moment { utc: now, zone: zone(&one.zone) }) {
            Ok(done) => decided += usize::from(done),
            Err(error) => tracing::error!(%error, "a notice could not be decided"),
        }
    }
    Ok(decided)
}

/// Puts the e-mail that is due into the outbox, once.
fn decide(store: &Store, one: &Waiting, moment: Moment) -> Result<bool, CareError> {
    if !is_due(one.newest, store.read(|tx| outbox::last_made(tx, &one.user, one.kind))?, moment) {
        return Ok(false);
    }
    let new = NewPosting { user: &one.user, kind: one.kind, on: moment.today(), token: "", at: moment.utc, until: moment.utc + LIFE };
    match store.write(|tx| outbox::insert(tx, &new)) {
        // Another server decided the same at the same time: theirs stands.
        Err(StoreError::Conflict(Conflict::AlreadyStored)) => Ok(false),
        other => Ok(other?),
    }
}

/// Whether an e-mail that was decided may still go out: its messages may have been read since.
pub(super) fn still_wanted(tx: &mut ReadTx, user: &UserId, kind: Kind, made_at: UtcTime) -> Result<bool, CareError> {
    if kind == Kind::News {
        let who = as_job(PatientId::from(user));
        return Ok(may_tell(tx, &who)? && messages::unread(tx, &who, true)? > 0);
    }
    for patient in messages::unseen(tx, false, made_at - LOOK_BACK, made_at)?.into_keys() {
        if relations::readers(tx, &as_job(patient), made_at)?.iter().any(|(reader, _)| reader == user) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends the e-mails, as the link in one of them asks.
pub(super) fn stop(tx: &mut WriteTx, who: &PatientAccess<Own>, now: UtcTime) -> Result<(), CareError> {
    let choice = messages::choice(tx, who)?;
    if choice.by_mail {
        messages::choose(tx, who, Choice { by_mail: false, ..choice }, now)?;
        oversight::note(tx, who.by(), Some(who.patient()), "e-mails about messages stopped by their link", now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: u32, hour: u32, minute: u32) -> UtcTime {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 3, day).expect("a date");
        date.and_hms_opt(hour, minute, 0).expect("a time")
    }

    fn due(newest: UtcTime, last: Option<UtcTime>, now: UtcTime) -> bool {
        is_due(newest, last, Moment { utc: now, zone: zone("Europe/London") })
    }

    #[test]
    fn a_quarter_of_an_hour_after_the_newest_and_not_at_night() {
        assert!(!due(at(2, 10, 0), None, at(2, 10, 14)));
        assert!(due(at(2, 10, 0), None, at(2, 10, 15)));
        assert!(!due(at(2, 21, 0), None, at(2, 21, 15)));
        assert_eq!([(7, 59), (8, 0), (19, 59), (20, 0)].map(|(h, m)| due(at(2, 21, 0), None, at(3, h, m))), [false, true, true, false]);
        let tokyo = Moment { utc: at(2, 23, 0), zone: zone("Asia/Tokyo") };
        assert!(is_due(at(2, 21, 0), None, tokyo), "eight in the morning there");
    }

    #[test]
    fn once_a_day_and_never_twice_of_the_same() {
        let last = Some(at(2, 9, 0));
        assert!(!due(at(2, 8, 30), last, at(3, 9, 0)), "told already");
        assert!(!due(at(2, 10, 0), last, at(2, 12, 0)), "today's e-mail has gone out");
        assert!(due(at(2, 10, 0), last, at(3, 8, 0)));
    }
}
