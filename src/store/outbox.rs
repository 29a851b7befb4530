//! Messages to be sent and what became of them, and the links in them that stop the reminders.
//!
//! A message is decided by a row here, which its unique key allows once, and sent outside of any transaction:
//! `waiting` → `sending` → `sent`, back to `waiting` for another try, or `failed` / `dropped`.

use super::errors::StoreError;
use super::schema::{outbox, stop_links, users};
use super::{ReadTx, WriteTx};
use crate::access::{MayRead, PatientAccess};
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use chrono::NaiveDate;
use diesel::prelude::*;

/// What a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The reminder of a day.
    First,
    /// The second one of a day.
    Second,
    /// Shows that messages arrive.
    Test,
    /// A link for a new password.
    Reset,
    /// Somebody wrote to a patient.
    News,
    /// Patients wrote to whoever looks after them.
    Desk,
    /// An address is confirmed or changes.
    Address,
    /// Somebody signed in from a browser that was not known.
    Device,
    /// How somebody signs in has changed.
    Factors,
    /// The account is being closed.
    Closing,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::First,
        Self::Second,
        Self::Test,
        Self::Reset,
        Self::News,
        Self::Desk,
        Self::Address,
        Self::Device,
        Self::Factors,
        Self::Closing,
    ];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Test => "test",
            Self::Reset => "reset",
            Self::News => "news",
            Self::Desk => "desk",
            Self::Address => "address",
            Self::Device => "device",
            Self::Factors => "factors",
            Self::Closing => "closing",
        }
    }

    /// The kind of a stored code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A message and what became of it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = outbox)]
pub struct Posting {
    /// Identity.
    pub id: String,
    /// To whom.
    pub user_id: String,
    /// Code of a [`Kind`].
    pub kind: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// Tells messages of one kind and date apart; empty for reminders, of which a date has one.
    pub token: String,
    /// `waiting`, `sending`, `sent`, `failed` or `dropped`.
    pub status: String,
    /// Code of the last failure; empty when there was none.
    pub problem: String,
    /// How often it was handed to the mail server.
    pub attempts: i32,
    /// How often nobody heard what became of an attempt.
    pub lost: i32,
    /// When it was decided.
    pub made_at: UtcTime,
    /// When it is tried next; while it is being sent, when that attempt counts as lost.
    pub next_at: UtcTime,
    /// From when it is not sent any more.
    pub until_at: UtcTime,
    /// When it was sent, or given up.
    pub settled_at: Option<UtcTime>,
}

/// A message to be decided.
#[derive(Debug, Clone)]
pub struct NewPosting<'a> {
    /// To whom.
    pub user: &'a UserId,
    /// What for.
    pub kind: Kind,
    /// The person's date.
    pub on: NaiveDate,
    /// See [`Posting::token`].
    pub token: &'a str,
    /// Now.
    pub at: UtcTime,
    /// From when it is not sent any more.
    pub until: UtcTime,
}

/// Puts a message in; `false` when it is there already.
pub fn insert(tx: &mut WriteTx, new: &NewPosting) -> Result<bool, StoreError> {
    if is_there(tx, new.user, new.kind, new.on, new.token)? {
        return Ok(false);
    }
    let row = Posting {
        id: ids::fresh(),
        user_id: new.user.as_str().to_owned(),
        kind: new.kind.code().to_owned(),
        on_date: new.on,
        token: new.token.to_owned(),
        status: "waiting".to_owned(),
        problem: String::new(),
        attempts: 0,
        lost: 0,
        made_at: new.at,
        next_at: new.at,
        until_at: new.until,
        settled_at: None,
    };
    diesel::insert_into(outbox::table).values(row).execute(tx.conn)?;
    Ok(true)
}

/// Whether such a message was decided before, whatever became of it.
pub fn is_there(tx: &mut ReadTx, user: &UserId, kind: Kind, on: NaiveDate, token: &str) -> Result<bool, StoreError> {
    let same = outbox::table
        .filter(outbox::user_id.eq(user.as_str()))
        .filter(outbox::kind.eq(kind.code()))
        .filter(outbox::on_date.eq(on))
        .filter(outbox::token.eq(token));
    Ok(same.count().get_result::<i64>(tx.conn)? > 0)
}

/// Dates and kinds of a person's messages since a date.
pub fn decided(tx: &mut ReadTx, user: &UserId, since: NaiveDate) -> Result<Vec<(NaiveDate, String)>, StoreError> {
    let mine = outbox::table.filter(outbox::user_id.eq(user.as_str())).filter(outbox::on_date.ge(since));
    Ok(mine.select((outbox::on_date, outbox::kind)).load(tx.conn)?)
}

/// How many messages of a kind a person was decided since an instant.
pub fn made_since(tx: &mut ReadTx, user: &UserId, kind: Kind, since: UtcTime) -> Result<i64, StoreError> {
    let mine = outbox::table.filter(outbox::user_id.eq(user.as_str())).filter(outbox::kind.eq(kind.code()));
    Ok(mine.filter(outbox::made_at.gt(since)).count().get_result(tx.conn)?)
}

/// When the last message of a kind was decided for a person, those that could not be sent aside.
pub fn last_made(tx: &mut ReadTx, user: &UserId, kind: Kind) -> Result<Option<UtcTime>, StoreError> {
    let mine =
        outbox::table.filter(outbox::user_id.eq(user.as_str())).filter(outbox::kind.eq(kind.code())).filter(outbox::status.ne("failed"));
    Ok(mine.select(outbox::made_at).order(outbox::made_at.desc()).first(tx.conn).optional()?)
}

/// The message whose turn it is: one that waits for its time, or whose sender never came back.
pub fn next(tx: &mut ReadTx, now: UtcTime) -> Result<Option<Posting>, StoreError> {
    let open = outbox::table.filter(outbox::status.eq_any(["waiting", "sending"])).filter(outbox::next_at.le(now));
    Ok(open.order((outbox::next_at, outbox::id)).first(tx.conn).optional()?)
}

/// Takes a message in hand until an instant.
pub fn take(tx: &mut WriteTx, posting: &Posting, lost: i32, until: UtcTime) -> Result<(), StoreError> {
    diesel::update(outbox::table.find(&posting.id))
        .set((outbox::status.eq("sending"), outbox::attempts.eq(posting.attempts + 1), outbox::lost.eq(lost), outbox::next_at.eq(until)))
        .execute(tx.conn)?;
    Ok(())
}

/// Writes down what became of an attempt, unless somebody else has taken the message over since.
pub fn settle(
    tx: &mut WriteTx,
    id: &str,
    attempt: i32,
    status: &str,
    problem: &str,
    next_at: UtcTime,
    at: UtcTime,
) -> Result<(), StoreError> {
    let settled_at = (status != "waiting").then_some(at);
    let target = outbox::table.find(id).filter(outbox::attempts.eq(attempt)).filter(outbox::settled_at.is_null());
    diesel::update(target)
        .set((outbox::status.eq(status), outbox::problem.eq(problem), outbox::next_at.eq(next_at), outbox::settled_at.eq(settled_at)))
        .execute(tx.conn)?;
    Ok(())
}

/// Messages of a kind that still wait for somebody are not sent any more.
pub fn leave_out(tx: &mut WriteTx, user: &UserId, kind: Kind, at: UtcTime) -> Result<(), StoreError> {
    let waiting =
        outbox::table.filter(outbox::user_id.eq(user.as_str())).filter(outbox::kind.eq(kind.code())).filter(outbox::settled_at.is_null());
    diesel::update(waiting).set((outbox::status.eq("dropped"), outbox::settled_at.eq(at))).execute(tx.conn)?;
    Ok(())
}

/// The newest reminders and test messages of a person, newest first.
pub fn latest(tx: &mut ReadTx, user: &UserId, limit: i64) -> Result<Vec<Posting>, StoreError> {
    let kinds = [Kind::First, Kind::Second, Kind::Test].map(Kind::code);
    let mine = outbox::table.filter(outbox::user_id.eq(user.as_str())).filter(outbox::kind.eq_any(kinds));
    Ok(mine.order((outbox::made_at.desc(), outbox::id)).limit(limit).load(tx.conn)?)
}

/// When the newest e-mail that told a patient of a message was given up, where it was: a later one that arrived, or was not
/// needed any more, settles the matter.
pub fn failed_notice<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<UtcTime>, StoreError> {
    let theirs = outbox::table.filter(outbox::user_id.eq(who.patient().as_str())).filter(outbox::kind.eq(Kind::News.code()));
    let newest = theirs.filter(outbox::settled_at.is_not_null()).order((outbox::made_at.desc(), outbox::id));
    let found = newest.select((outbox::status, outbox::settled_at)).first::<(String, Option<UtcTime>)>(tx.conn).optional()?;
    Ok(found.filter(|(status, _)| status == "failed").and_then(|(_, at)| at))
}

/// Which e-mails a link in one of them stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Reminders of the plan.
    Reminders,
    /// That somebody wrote.
    News,
}

impl About {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reminders => "reminders",
            Self::News => "news",
        }
    }
}

/// Keeps the hash of a link that stops somebody's e-mails of a kind.
pub fn insert_stop(
    tx: &mut WriteTx,
    token_hash: &str,
    (user, about): (&UserId, About),
    at: UtcTime,
    until: UtcTime,
) -> Result<(), StoreError> {
    let row = (
        stop_links::token_hash.eq(token_hash),
        stop_links::user_id.eq(user.as_str()),
        stop_links::made_at.eq(at),
        stop_links::expires_at.eq(until),
        stop_links::about.eq(about.code()),
    );
    diesel::insert_into(stop_links::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// A link that stops somebody's e-mails.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Whose.
    pub user: UserId,
    /// Which e-mails.
    pub about: About,
    /// Whether it still works.
    pub works: bool,
}

/// The link with this hash; none when there was never one.
pub fn stop_link(tx: &mut ReadTx, token_hash: &str, now: UtcTime) -> Result<Option<Stop>, StoreError> {
    let found = stop_links::table.inner_join(users::table).filter(stop_links::token_hash.eq(token_hash));
    let columns = (stop_links::user_id, stop_links::about, stop_links::expires_at, users::closed_at);
    let row = found.select(columns).first::<(String, String, UtcTime, Option<UtcTime>)>(tx.conn).optional()?;
    Ok(row.map(|(user, about, expires, closed)| Stop {
        user: UserId::from_text(user),
        about: if about == About::News.code() { About::News } else { About::Reminders },
        works: expires > now && closed.is_none(),
    }))
}

/// Ends every link of a person that stops e-mails of a kind.
pub fn revoke_stops(tx: &mut WriteTx, user: &UserId, about: About, now: UtcTime) -> Result<(), StoreError> {
    let open = stop_links::table
        .filter(stop_links::user_id.eq(user.as_str()))
        .filter(stop_links::about.eq(about.code()))
        .filter(stop_links::expires_at.gt(now));
    diesel::update(open).set(stop_links::expires_at.eq(now)).execute(tx.conn)?;
    Ok(())
}

/// Forgets what is long settled and links long out of use.
pub fn purge(tx: &mut WriteTx, before: UtcTime) -> Result<(), StoreError> {
    diesel::delete(outbox::table.filter(outbox::settled_at.lt(before))).execute(tx.conn)?;
    diesel::delete(stop_links::table.filter(stop_links::expires_at.lt(before))).execute(tx.conn)?;
    Ok(())
}
