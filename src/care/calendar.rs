//! The private calendar: an address that a calendar program reads without signing in. The secret in it is the
//! permission; only its hash is kept.
//!
//! An entry is the n-th training day of a week of the plan. Its identity comes from plan, week and n, so a day
//! that is moved keeps it and only changes its date; a day that is taken out vanishes, which every calendar that
//! reads an address understands. While the plan stands still the coming days vanish too. Days that are over
//! stay as they were told.

use super::CareError;
use super::away::on_day;
use super::reminders::runs;
use super::standing::Active;
use super::today::{minutes, today};
use crate::access::{Actor, Own, PatientAccess, authorise_own};
use crate::accounts::password::fingerprint;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::UserId;
use crate::lang::Lang;
use crate::post::calendar::{Entry, Renewal};
use crate::post::due::on_that_date;
use crate::post::{CalendarText, TEXTS};
use crate::store::away::{breaks, timeline};
use crate::store::calendar::{EntryRow, Feed};
use crate::store::reminders::{read_time, time_text};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, calendar, oversight};
use chrono::{Days, Duration, NaiveDate, NaiveTime};
use std::collections::BTreeMap;

/// How long an address works without being renewed.
pub const LIFE: Duration = Duration::days(365);
/// Days before that on which the calendar itself says so.
const NOTICE: u64 = 14;
/// Days that are written ahead and kept behind.
const AHEAD: u64 = 42;
const BEHIND: u64 = 28;
/// An hour of the day for entries when none is chosen.
pub const USUAL_HOUR: u32 = 18;
/// Longest title a person can type.
pub const TITLE: usize = 60;
/// How stale "last read" may get: not a write each time a calendar asks.
const READ_EVERY: Duration = Duration::hours(1);
/// Minutes of an entry when nothing can be reckoned, and the step they are rounded up to.
const USUAL_MINUTES: u32 = 15;
const MINUTES_STEP: u32 = 5;
/// Steps of the longest entry: four hours.
const LONGEST: u32 = 48;

/// What a person chooses about the entries.
#[derive(Debug, Clone)]
pub struct Look {
    /// Title; empty for the usual one.
    pub title: String,
    /// Time of day.
    pub at: NaiveTime,
}

/// A title on one line, without anything that a calendar could take for more than text.
fn clean(title: &str) -> String {
    let plain: String = title.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Makes a new address; one that was there before ends. Returns the secret, which is shown once. A form's `token`
/// makes one address however often it is sent.
pub fn make(store: &Store, who: &PatientAccess<Own>, look: &Look, token: &str, now: UtcTime) -> Result<String, CareError> {
    let secret = crate::ids::secret();
    let feed = Feed {
        id: fingerprint(&format!("{} calendar {token}", who.patient())),
        patient_id: who.patient().as_str().to_owned(),
        token_hash: fingerprint(&secret),
        title: clean(&look.title),
        at_time: time_text(look.at),
        made_at: now,
        expires_at: now + LIFE,
        revoked_at: None,
        read_at: None,
    };
    let made = store.write(|tx| {
        calendar::revoke(tx, who, now)?;
        calendar::insert_feed(tx, who, &feed)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "calendar link made", now)?)
    });
    match made {
        Ok(()) => Ok(secret),
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => {
            Err(CareError::refused("", tr_later!("This link was made already and was shown once. If it was lost, make a new one.")))
        }
        Err(other) => Err(other),
    }
}

/// Changes title and time of the entries; the address stays. Without one there is nothing to change.
pub fn describe(store: &Store, who: &PatientAccess<Own>, look: &Look) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(feed) = calendar::feed(tx, who)? else { return Ok(()) };
        Ok(calendar::describe(tx, who, &feed.id, &clean(&look.title), &time_text(look.at))?)
    })
}

/// Lets the address work for another year from now, also one that ran out; one that was removed stays removed.
pub fn renew(store: &Store, who: &PatientAccess<Own>, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        let Some(feed) = calendar::feed(tx, who)? else { return Ok(()) };
        Ok(calendar::renew(tx, who, &feed.id, now + LIFE)?)
    })
}

/// Ends the address.
pub fn remove(store: &Store, who: &PatientAccess<Own>, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        if calendar::revoke(tx, who, now)? {
            oversight::note(tx, who.by(), Some(who.patient()), "calendar link removed", now)?;
        }
        Ok(())
    })
}

/// What an address answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The calendar.
    Text(String),
    /// It was removed, replaced or has run out.
    Ended,
    /// There was never such an address.
    Unknown,
}

/// Reads a calendar by the secret of its address, and writes down what it was told where that changed.
pub fn read(store: &Store, secret: &str, now: UtcTime, link: &str) -> Result<Answer, CareError> {
    let hash = fingerprint(secret);
    let Some(feed) = store.read(|tx| calendar::by_secret(tx, &hash))? else { return Ok(Answer::Unknown) };
    if feed.revoked_at.is_some() || feed.expires_at <= now {
        return Ok(Answer::Ended);
    }
    let user = store.read(|tx| accounts::user(tx, &UserId::from_text(&feed.patient_id)))?;
    // The secret was shown to this person alone: it stands for them, for these days.
    let Some((user, who)) = user.and_then(|user| authorise_own(&Actor::from(&user)).ok().map(|who| (user, who))) else {
        return Ok(Answer::Ended);
    };
    let moment = Moment { utc: now, zone: zone(&user.time_zone) };
    let words = &TEXTS.of(Lang::from_code(&user.language).unwrap_or_default()).calendar;
    let changed = store.read(|tx| changes(tx, &who, &feed, words, moment))?;
    let stale = feed.read_at.is_none_or(|at| now - at >= READ_EVERY);
    if stale || !changed.is_empty() {
        match store.write(|tx| bring_up_to_date(tx, &who, &feed, words, moment)) {
            // Another calendar of the same person asked at the same time and wrote the same.
            Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => {}
            other => other?,
        }
    }
    let since = moment.today() - Days::new(BEHIND);
    let entries = store.read(|tx| calendar::entries(tx, &who, since))?;
    let entries: Vec<Entry> = entries.into_iter().filter(|row| !row.gone).map(entry).collect();
    Ok(Answer::Text(crate::post::calendar::write(words, &entries, renewal(&feed, moment).as_ref(), moment.zone.name(), link)))
}

fn entry(row: EntryRow) -> Entry {
    let whole = |number: i32| u32::try_from(number).unwrap_or(0);
    Entry {
        uid: row.uid,
        starts_at: row.starts_at,
        minutes: whole(row.minutes),
        title: row.title,
        sequence: whole(row.sequence),
        changed_at: row.changed_at,
    }
}

/// The entry that says that the address runs out, once that is near enough to be written.
fn renewal(feed: &Feed, moment: Moment) -> Option<Renewal> {
    let on = Moment { utc: feed.expires_at, ..moment }.today() - Days::new(NOTICE);
    let near = on <= moment.today() + Days::new(AHEAD);
    let uid = format!("{}@gradus", &fingerprint(&format!("renew {}", feed.id))[..32]);
    near.then(|| Renewal { uid, on, since: (feed.expires_at - LIFE).max(feed.made_at) })
}

fn bring_up_to_date(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    feed: &Feed,
    words: &CalendarText,
    moment: Moment,
) -> Result<(), CareError> {
    for row in changes(tx, who, feed, words, moment)? {
        calendar::keep_entry(tx, who, &row)?;
    }
    calendar::forget_entries(tx, who, moment.today() - Days::new(2 * BEHIND))?;
    Ok(calendar::note_read(tx, who, &feed.id, moment.utc)?)
}

/// Entries that differ from what calendars were told.
fn changes(
    tx: &mut ReadTx,
    who: &PatientAccess<Own>,
    feed: &Feed,
    words: &CalendarText,
    moment: Moment,
) -> Result<Vec<EntryRow>, CareError> {
    let told = calendar::entries(tx, who, moment.today() - Days::new(2 * BEHIND))?;
    let wanted = match runs(tx, who, moment.today())? {
        Ok(active) => wanted(tx, who, &active, (feed, words), &told, moment)?,
        Err(_) => Vec::new(),
    };
    let mut changed = Vec::new();
    for row in &wanted {
        match told.iter().find(|before| before.uid == row.uid) {
            None => changed.push(row.clone()),
            Some(before) if same(before, row) => {}
            Some(before) => changed.push(EntryRow { sequence: before.sequence + 1, ..row.clone() }),
        }
    }
    // What is still to come and not planned any more.
    let planned = |row: &EntryRow| row.gone || row.on_date < moment.today() || wanted.iter().any(|w| w.uid == row.uid);
    let vanished = told.into_iter().filter(|row| !planned(row));
    changed.extend(vanished.map(|row| EntryRow { gone: true, sequence: row.sequence + 1, changed_at: moment.utc, ..row }));
    Ok(changed)
}

fn same(before: &EntryRow, row: &EntryRow) -> bool {
    EntryRow { sequence: before.sequence, changed_at: before.changed_at, ..row.clone() } == *before
}

/// The coming training days as entries.
fn wanted(
    tx: &mut ReadTx,
    who: &PatientAccess<Own>,
    active: &Active,
    (feed, words): (&Feed, &CalendarText),
    told: &[EntryRow],
    moment: Moment,
) -> Result<Vec<EntryRow>, CareError> {
    let plan = &active.plan;
    let from = moment.today().max(plan.started_on);
    let (training, breaks) = (timeline(tx, who, plan)?, breaks(tx, who, plan)?);
    let days: Vec<NaiveDate> = from
        .iter_days()
        .take_while(|on| *on <= moment.today() + Days::new(AHEAD))
        .filter(|on| training.trains(*on) && on_day(&breaks, *on).is_none())
        .collect();
    let minutes = longest(tx, who, active, &days)?;
    let title = if feed.title.is_empty() { words.entry.replace("{minutes}", &minutes.to_string()) } else { feed.title.clone() };
    let usual = NaiveTime::from_hms_opt(USUAL_HOUR, 0, 0).unwrap_or(NaiveTime::MIN);
    let at = read_time(&feed.at_time).unwrap_or(usual);
    // Days of a week that are over keep their place; the coming ones follow.
    let mut places: BTreeMap<i64, i32> = BTreeMap::new();
    for row in told.iter().filter(|row| row.plan_id == plan.id && !row.gone && row.on_date < moment.today()) {
        let place = places.entry(i64::from(row.week)).or_default();
        *place = (*place).max(row.place);
    }
    let mut rows = Vec::new();
    for on in days {
        let week = active.week(on);
        let place = places.entry(week).or_default();
        *place += 1;
        let Some(starts_at) = on_that_date(on, at, moment.zone) else { continue };
        rows.push(EntryRow {
            uid: format!("{}@gradus", &fingerprint(&format!("{} {week} {place}", plan.id))[..32]),
            patient_id: who.patient().as_str().to_owned(),
            plan_id: plan.id.clone(),
            week: i32::try_from(week).unwrap_or(i32::MAX),
            place: *place,
            on_date: on,
            starts_at,
            minutes: i32::try_from(minutes).unwrap_or(15),
            title: title.clone(),
            sequence: 0,
            changed_at: moment.utc,
            gone: false,
        });
    }
    Ok(rows)
}

/// Minutes of the longest of the next days, rounded up: exercises take turns from day to day, and an entry that
/// changed its length each time would be noise.
fn longest(tx: &mut ReadTx, who: &PatientAccess<Own>, active: &Active, days: &[NaiveDate]) -> Result<u32, CareError> {
    let mut most = 0;
    for on in days.iter().take(active.plan.training_days.len()) {
        most = most.max(minutes(&today(tx, who, active, *on)?));
    }
    Ok(if most == 0 { USUAL_MINUTES } else { most.div_ceil(MINUTES_STEP).min(LONGEST) * MINUTES_STEP })
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn a_title_stays_one_line_of_text() {
        assert_eq!(clean("  Me\r\nBEGIN:VALARM\t\u{7}time "), "Me BEGIN:VALARM time");
        assert_eq!(clean("Müde; froh, \\ja"), "Müde; froh, \\ja");
    }
}
