//! Leave: while a physiotherapist is away, a colleague stands in for all of their patients, also for those who join in
//! the meantime. Days are those of the clinic's zone.

use super::CareError;
use crate::access::Physio;
use crate::accounts::password::fingerprint;
use crate::clock::{Moment, UtcTime, instant};
use crate::ids::UserId;
use crate::store::team::Leave;
use crate::store::{ReadTx, Store, oversight, team};
use chrono::{Days, NaiveDate, NaiveTime};

/// Longest leave, in days.
pub const LONGEST_DAYS: u64 = 366;

/// A leave as it is announced.
#[derive(Debug, Clone)]
pub struct NewLeave {
    /// First day away.
    pub from: NaiveDate,
    /// Last day away.
    pub until: NaiveDate,
    /// Who stands in.
    pub cover: UserId,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// A leave with the names in it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The leave.
    pub leave: Leave,
    /// Who is away.
    pub away: String,
    /// Who stands in.
    pub cover: String,
}

/// The leaves that concern somebody, running and to come, the earliest first.
#[derive(Debug, Clone)]
pub struct Leaves {
    /// Their own.
    pub mine: Vec<Shown>,
    /// Those in which they stand in.
    pub covering: Vec<Shown>,
    /// Who could stand in: identity and name.
    pub colleagues: Vec<(String, String)>,
}

/// The leaves that concern a physiotherapist. Three statements.
pub fn leaves(tx: &mut ReadTx, physio: &Physio, now: UtcTime) -> Result<Leaves, CareError> {
    let me = physio.user().as_str();
    let names = team::names(tx, physio.clinic())?;
    let name = |id: &String| names.get(id).cloned().unwrap_or_default();
    let shown = |leave: Leave| Shown { away: name(&leave.physio_id), cover: name(&leave.cover_id), leave };
    let all: Vec<Shown> = team::leaves_from(tx, physio.clinic(), now)?.into_iter().map(shown).collect();
    Ok(Leaves {
        mine: all.iter().filter(|s| s.leave.physio_id == me).cloned().collect(),
        covering: all.into_iter().filter(|s| s.leave.cover_id == me).collect(),
        colleagues: team::colleagues(tx, physio.clinic())?.into_iter().filter(|(id, _)| id != me).collect(),
    })
}

/// The last day of a leave in a zone.
pub fn last_day(leave: &Leave, zone: chrono_tz::Tz) -> NaiveDate {
    Moment { utc: leave.until_at, zone }.today() - Days::new(1)
}

/// Announces a leave; `moment` is the clinic's. Says for whom the person stands in on some of these days themselves.
///
/// # Errors
/// Refused when the days do not fit, the colleague cannot stand in, or the days are announced already.
pub fn announce(store: &Store, physio: &Physio, new: &NewLeave, moment: Moment) -> Result<Vec<String>, CareError> {
    let midnight = |day: NaiveDate| instant(day.and_time(NaiveTime::MIN), moment.zone);
    if new.from < moment.today() {
        return Err(CareError::refused("from", "The first day is today or later"));
    }
    if new.until < new.from {
        return Err(CareError::refused("until", "The last day comes after the first"));
    }
    if new.until >= new.from + Days::new(LONGEST_DAYS) {
        return Err(CareError::refused("until", "Choose at most a year. For longer, hand your patients over"));
    }
    let leave = Leave {
        id: fingerprint(&format!("{} leave {}", physio.user(), new.token)),
        physio_id: physio.user().as_str().to_owned(),
        cover_id: new.cover.as_str().to_owned(),
        from_at: midnight(new.from),
        until_at: midnight(new.until + Days::new(1)),
        ended_at: None,
        made_by: Some(physio.user().as_str().to_owned()),
        made_at: moment.utc,
    };
    let meets = |other: &Leave| other.from_at < leave.until_at && leave.from_at < other.until_at;
    store.write(|tx| {
        let all = leaves(tx, physio, moment.utc)?;
        let known = team::is_announced(tx, &leave.id)?;
        if !known {
            if !all.colleagues.iter().any(|(id, _)| *id == leave.cover_id) {
                return Err(CareError::refused("cover", "Choose the colleague who stands in"));
            }
            if all.mine.iter().any(|mine| meets(&mine.leave)) {
                return Err(CareError::refused("from", "Some of these days are announced already. End that leave first"));
            }
            let away = team::leaves_from(tx, physio.clinic(), moment.utc)?
                .into_iter()
                .any(|other| other.physio_id == leave.cover_id && meets(&other));
            if away {
                return Err(CareError::refused("cover", "They are away themselves on some of these days. Choose somebody else"));
            }
            team::announce(tx, physio, &leave)?;
            oversight::note(tx, Some(physio.user()), None, "announced a leave", moment.utc)?;
        }
        Ok(all.covering.into_iter().filter(|other| meets(&other.leave)).map(|other| other.away).collect())
    })
}

/// Ends a leave of one's own at once, or takes one back that has not begun. Pressing twice changes nothing.
pub fn end(store: &Store, physio: &Physio, id: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        if team::end_leave(tx, physio, id, now)? {
            oversight::note(tx, Some(physio.user()), None, "ended a leave", now)?;
        }
        Ok(())
    })
}
