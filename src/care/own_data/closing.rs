//! Closing an account: asked for, waited out, taken back or done. While it waits the plan stands still and nothing is
//! sent but word of the closing and of signing in; erasing is in [`super::erasing`].

use super::super::CareError;
use super::super::account::normal_email;
use super::WAIT;
use crate::access::{MayRead, MayWrite, Own, PatientAccess, as_job};
use crate::clinical::codes::AlertTo;
use crate::clock::{Clock, Moment, UtcTime, zone};
use crate::ids::{PatientId, UserId};
use crate::store::outbox::{self, About, Kind, NewPosting};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, closing, oversight};
use chrono::Duration;

/// Name of the alert that tells the clinic.
pub const RULE: &str = "CLOSING";
/// Which of the two e-mails: that it began.
const BEGUN: &str = "begun";
/// That tomorrow is the end.
pub(in crate::care) const LAST_DAY: &str = "last";
/// How long before the end the second e-mail goes out.
const BEFORE: Duration = Duration::days(1);
/// How long an e-mail is tried to be sent.
const LIFE: Duration = Duration::hours(20);

/// When the account is erased, while it waits for that.
pub fn ends_at<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<UtcTime>, CareError> {
    Ok(closing::asked_at(tx, who)?.map(|asked| asked + WAIT))
}

/// Begins to close the account: the clinic is told, an e-mail goes out, reminders and their links end. Asked twice it is
/// as if it had been asked once.
pub fn begin(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<UtcTime, CareError> {
    let reason = "The patient asked to close their account. The plan has stopped; the account can be taken back for 14 days.";
    store.write(|tx| wait(tx, who, (reason, "asked to close the account"), moment))
}

/// Begins to close an account at the command line, as its person would: for whoever cannot sign in any more, and for a
/// record made in the room that nobody took over. `account` is an address or an identity; when it is erased.
///
/// # Errors
/// Refused for whoever works in the clinic: their accounts are closed by an administrator. `None`: there is no such account.
pub fn by_hand(store: &Store, account: &str, now: UtcTime) -> Result<Option<UtcTime>, CareError> {
    store.write(|tx| {
        let found = match accounts::user_by_email(tx, &normal_email(account))? {
            Some(user) => Some(user),
            None => accounts::user(tx, &UserId::from_text(account.trim()))?,
        };
        let Some(user) = found else { return Ok(None) };
        if !user.is_patient || user.is_physio || user.is_admin {
            return Err(CareError::refused("", "This account belongs to the staff. An administrator closes it, under Staff"));
        }
        let who = as_job(PatientId::from(&UserId::from_text(&user.id)));
        let reason = "The account is being closed at the command line. The plan has stopped; the account can be taken back for 14 days.";
        let moment = Moment { utc: now, zone: zone(&user.time_zone) };
        Ok(Some(wait(tx, &who, (reason, "began to close the account at the command line"), moment)?))
    })
}

/// Begins the waiting time, where it has not begun; when it ends. `reason` is the clinic's alert, `action` what is noted.
fn wait<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    (reason, action): (&str, &'static str),
    moment: Moment,
) -> Result<UtcTime, CareError> {
    if let Some(asked) = closing::asked_at(tx, who)? {
        return Ok(asked + WAIT);
    }
    let user = UserId::from_text(who.patient().as_str());
    closing::set(tx, who, Some(moment.utc))?;
    outbox::revoke_stops(tx, &user, About::Reminders, moment.utc)?;
    oversight::raise(tx, who, RULE, AlertTo::Physio, reason, moment.utc)?;
    // Whoever sends it leaves a record without a person out: it has no address.
    let token = format!("{BEGUN} {}", moment.utc.format("%H%M%S"));
    let new = NewPosting { user: &user, kind: Kind::Closing, on: moment.today(), token: &token, at: moment.utc, until: moment.utc + LIFE };
    outbox::insert(tx, &new)?;
    oversight::note(tx, who.by(), Some(who.patient()), action, moment.utc)?;
    Ok(moment.utc + WAIT)
}

/// Takes it back: everything is as it was before.
pub fn take_back(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        if closing::asked_at(tx, who)?.is_none() {
            return Ok(());
        }
        closing::set(tx, who, None)?;
        oversight::end_alerts(tx, who, RULE, moment.utc)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "kept the account after all", moment.utc)?)
    })
}

/// Decides the e-mail of the last day for everybody whose account ends tomorrow.
pub fn decide_all(store: &Store, clock: &Clock) -> Result<usize, CareError> {
    let now = clock.now();
    let mut decided = 0;
    for (patient, asked) in store.read(closing::all)? {
        if asked + WAIT - BEFORE > now || asked + WAIT <= now {
            continue;
        }
        let done = store.write(|tx| {
            let user = UserId::from_text(patient.as_str());
            let Some(account) = accounts::user(tx, &user)? else { return Ok(false) };
            let on = Moment { utc: asked, zone: zone(&account.time_zone) }.today();
            // The date and the token are of the asking: one such e-mail for each.
            let token = format!("{LAST_DAY} {}", asked.format("%H%M%S"));
            let new = NewPosting { user: &user, kind: Kind::Closing, on, token: &token, at: now, until: asked + WAIT };
            outbox::insert(tx, &new)
        });
        match done {
            Ok(new) => decided += usize::from(new),
            // Another server decided the same at the same time.
            Err(StoreError::Conflict(Conflict::AlreadyStored)) => {}
            Err(error) => tracing::error!(%error, "word of a closing could not be decided"),
        }
    }
    Ok(decided)
}

/// Whether word of the closing may still go out: not when it was taken back.
pub(in crate::care) fn still_wanted(tx: &mut ReadTx, user: &UserId) -> Result<bool, CareError> {
    Ok(closing::asked_at(tx, &as_job(user.into()))?.is_some())
}
