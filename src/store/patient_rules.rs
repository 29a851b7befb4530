//! Rules for one person: who moves their plan on, numbers of their own, and what waits for a physiotherapist's yes.
//! Settings are only ever added.

use super::errors::StoreError;
use super::schema::{patient_rules, plans, proposals, reviews, users};
use super::thresholds::{self, Timeline};
use super::{Json, ReadTx, WriteTx, clinics, relations};
use crate::access::{Admin, MayRead, MayWrite, PatientAccess, Physio, Treat};
use crate::clinical::thresholds::Thresholds;
use crate::clinical::week::{WeekFacts, WeekReview};
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use std::collections::HashMap;

/// Who moves a plan on after a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// The rules.
    #[default]
    Automatic,
    /// The rules propose, a physiotherapist approves.
    Propose,
}

impl Mode {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Propose => "propose",
        }
    }

    /// Reads a code; none when it is no mode.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Automatic, Self::Propose].into_iter().find(|mode| mode.code() == code)
    }
}

/// A time when the rules for one person were set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Identity.
    pub id: String,
    /// First day on which it counts.
    pub effective_on: NaiveDate,
    /// Who moves the plan on.
    pub mode: Mode,
    /// Numbers of their own; none: the clinic's.
    pub own: Option<Thresholds>,
    /// Why; the person reads it.
    pub reason: String,
    /// Name of whoever set it; none when the account is gone.
    pub by: Option<String>,
    /// When.
    pub at: UtcTime,
    /// Of the form that set it.
    pub token: String,
}

/// The rules for one person over time, with the clinic's numbers behind them.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    settings: Vec<Setting>,
    clinic: Timeline,
}

impl Rules {
    /// Every setting, newest first.
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The clinic's numbers over time.
    pub fn clinic(&self) -> &Timeline {
        &self.clinic
    }

    fn on(&self, day: NaiveDate) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.effective_on <= day)
    }

    /// Which numbers hold for the person on a day: their own, else the clinic's.
    pub fn thresholds_on(&self, day: NaiveDate) -> Thresholds {
        self.own_on(day).unwrap_or_else(|| self.clinic.thresholds_on(day))
    }

    /// Their own numbers on a day; none where the clinic's hold.
    pub fn own_on(&self, day: NaiveDate) -> Option<Thresholds> {
        self.on(day).and_then(|setting| setting.own)
    }

    /// Who moves the plan on by what is decided for a day.
    pub fn mode_on(&self, day: NaiveDate) -> Mode {
        self.on(day).map(|setting| setting.mode).unwrap_or_default()
    }

    /// What was set last, whether it counts already or from tomorrow on.
    pub fn latest(&self) -> (Mode, Option<Thresholds>) {
        self.settings.first().map_or((Mode::Automatic, None), |setting| (setting.mode, setting.own))
    }
}

#[derive(Queryable)]
struct Row {
    id: String,
    effective_on: NaiveDate,
    mode: String,
    own_numbers: bool,
    session_pain: i32,
    week_pain: i32,
    adherence: i32,
    quota_step: i32,
    reason: String,
    set_at: UtcTime,
    token: String,
    by: Option<String>,
}

fn own_of(id: &str, own: bool, numbers: [i32; 4]) -> Result<Option<Thresholds>, StoreError> {
    let [session, week, adherence, step] = numbers.map(i64::from);
    let broken = |_| StoreError::broken(format!("patient_rules {id}"));
    own.then(|| Thresholds::new(session, week, adherence, step)).transpose().map_err(broken)
}

impl TryFrom<Row> for Setting {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let own = own_of(&row.id, row.own_numbers, [row.session_pain, row.week_pain, row.adherence, row.quota_step])?;
        let mode = Mode::from_code(&row.mode).ok_or_else(|| StoreError::broken(format!("patient_rules {}", row.id)))?;
        Ok(Self { id: row.id, effective_on: row.effective_on, mode, own, reason: row.reason, by: row.by, at: row.set_at, token: row.token })
    }
}

/// The rules for one person over time. Whoever decides with numbers for a patient asks here.
pub fn timeline<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Rules, StoreError> {
    use patient_rules as t;
    let rows = t::table
        .left_join(users::table.on(t::set_by.eq(users::id.nullable())))
        .filter(t::patient_id.eq(who.patient().as_str()))
        .select((
            t::id,
            t::effective_on,
            t::mode,
            t::own_numbers,
            t::session_pain,
            t::week_pain,
            t::adherence,
            t::quota_step,
            t::reason,
            t::set_at,
            t::token,
            users::name.nullable(),
        ))
        .order((t::effective_on.desc(), t::set_at.desc(), t::id))
        .load::<Row>(tx.conn)?;
    let settings = rows.into_iter().map(Setting::try_from).collect::<Result<_, _>>()?;
    let clinic = clinics::of(tx, who)?;
    Ok(Rules { settings, clinic: thresholds::timeline(tx, &clinic)? })
}

/// A setting to be added.
#[derive(Debug, Clone)]
pub struct NewSetting<'a> {
    /// First day on which it counts.
    pub effective_on: NaiveDate,
    /// Who moves the plan on.
    pub mode: Mode,
    /// Numbers of their own; none: the clinic's.
    pub own: Option<Thresholds>,
    /// Why; the person reads it.
    pub reason: &'a str,
    /// Of the form.
    pub token: &'a str,
    /// When.
    pub at: UtcTime,
}

/// Adds a setting.
///
/// # Errors
/// `Conflict` when the form of this token was stored before.
pub fn set(tx: &mut WriteTx, who: &PatientAccess<Treat>, new: &NewSetting) -> Result<(), StoreError> {
    use patient_rules as t;
    let numbers = new.own.unwrap_or_default();
    let row = (
        t::id.eq(ids::fresh()),
        t::patient_id.eq(who.patient().as_str()),
        t::effective_on.eq(new.effective_on),
        t::mode.eq(new.mode.code()),
        t::own_numbers.eq(new.own.is_some()),
        t::session_pain.eq(i32::from(numbers.session_pain())),
        t::week_pain.eq(i32::from(numbers.week_pain())),
        t::adherence.eq(i32::from(numbers.adherence())),
        t::quota_step.eq(i32::from(numbers.quota_step())),
        t::reason.eq(new.reason),
        t::set_by.eq(who.by().map(UserId::as_str)),
        t::set_at.eq(new.at),
        t::token.eq(new.token),
    );
    diesel::insert_into(t::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// What became of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It waits for a physiotherapist.
    Waiting,
    /// It was approved and applied.
    Approved,
    /// It was declined.
    Declined,
    /// A newer week was reviewed, or the plan ended, before anybody decided.
    Lapsed,
}

impl Settled {
    const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
        }
    }
}

/// The part of a reviewed week's decision that moves the plan on, and what became of it.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The review; its decision says what would move.
    pub review_id: String,
    /// The plan.
    pub plan_id: String,
    /// What became of it.
    pub settled: Settled,
    /// Why it was declined; else empty. The person reads it.
    pub reason: String,
    /// When the week was reviewed.
    pub made_at: UtcTime,
    /// Name of whoever decided.
    pub by: Option<String>,
    /// When they did.
    pub decided_at: Option<UtcTime>,
}

type ProposalRow = (String, String, String, String, UtcTime, Option<String>, Option<UtcTime>);

fn proposal_of((review_id, plan_id, status, reason, made_at, by, decided_at): ProposalRow) -> Result<Proposal, StoreError> {
    let all = [Settled::Waiting, Settled::Approved, Settled::Declined, Settled::Lapsed];
    let settled = all.into_iter().find(|settled| settled.code() == status);
    let settled = settled.ok_or_else(|| StoreError::broken(format!("proposals {review_id}")))?;
    Ok(Proposal { review_id, plan_id, settled, reason, made_at, by, decided_at })
}

/// Keeps what waits for a yes.
pub fn propose<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan_id: &str,
    review_id: &str,
    at: UtcTime,
) -> Result<(), StoreError> {
    let row = (
        proposals::review_id.eq(review_id),
        proposals::patient_id.eq(who.patient().as_str()),
        proposals::plan_id.eq(plan_id),
        proposals::status.eq(Settled::Waiting.code()),
        proposals::reason.eq(""),
        proposals::made_at.eq(at),
    );
    diesel::insert_into(proposals::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// All proposals of a person, newest first.
pub fn proposals<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Proposal>, StoreError> {
    use self::proposals as p;
    let found = p::table
        .left_join(users::table.on(p::decided_by.eq(users::id.nullable())))
        .filter(p::patient_id.eq(who.patient().as_str()))
        .select((p::review_id, p::plan_id, p::status, p::reason, p::made_at, users::name.nullable(), p::decided_at))
        .order((p::made_at.desc(), p::review_id))
        .load::<ProposalRow>(tx.conn)?;
    found.into_iter().map(proposal_of).collect()
}

/// Settles what waits; `false` when it does not wait any more.
pub fn settle(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    review_id: &str,
    settled: Settled,
    reason: &str,
    at: UtcTime,
) -> Result<bool, StoreError> {
    let waiting = proposals::table
        .find(review_id)
        .filter(proposals::patient_id.eq(who.patient().as_str()))
        .filter(proposals::status.eq(Settled::Waiting.code()));
    let set = (
        proposals::status.eq(settled.code()),
        proposals::reason.eq(reason),
        proposals::decided_by.eq(who.by().map(UserId::as_str)),
        proposals::decided_at.eq(at),
    );
    Ok(diesel::update(waiting).set(set).execute(tx.conn)? == 1)
}

/// Nobody decides any more about what still waited.
pub fn lapse<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, at: UtcTime) -> Result<(), StoreError> {
    let waiting =
        proposals::table.filter(proposals::patient_id.eq(who.patient().as_str())).filter(proposals::status.eq(Settled::Waiting.code()));
    diesel::update(waiting).set((proposals::status.eq(Settled::Lapsed.code()), proposals::decided_at.eq(at))).execute(tx.conn)?;
    Ok(())
}

/// A reviewed week without whose it is: what the rules were given and what they said.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What the rules were given.
    pub facts: WeekFacts,
    /// What they decided.
    pub result: WeekReview,
    /// Numbers of the person's own counted in this week.
    pub own: bool,
}

/// The weeks of a physiotherapist's list that were reviewed since a time. As many statements for one patient as for a
/// hundred.
pub fn judged_of_list(tx: &mut ReadTx, physio: &Physio, since: UtcTime, now: UtcTime) -> Result<Vec<Judged>, StoreError> {
    let listed: Vec<String> = relations::patients_of(tx, physio, now)?.iter().map(|l| l.patient.as_str().to_owned()).collect();
    judged(tx, since, &listed)
}

/// The weeks of everybody in the administrator's clinic that were reviewed since a time, for counting.
pub fn judged_of_everybody(tx: &mut ReadTx, admin: &Admin, since: UtcTime) -> Result<Vec<Judged>, StoreError> {
    let listed: Vec<String> = clinics::patients(admin.clinic()).load(tx.conn)?;
    judged(tx, since, &listed)
}

type JudgedRow = (String, NaiveDate, Json<WeekFacts>, Json<WeekReview>);

fn judged(tx: &mut ReadTx, since: UtcTime, of: &[String]) -> Result<Vec<Judged>, StoreError> {
    use patient_rules as t;
    let settings = t::table
        .order((t::effective_on.desc(), t::set_at.desc(), t::id))
        .select((t::patient_id, t::effective_on, t::own_numbers))
        .load::<(String, NaiveDate, bool)>(tx.conn)?;
    let mut own: HashMap<&str, Vec<(NaiveDate, bool)>> = HashMap::new();
    for (patient, from, is_own) in &settings {
        own.entry(patient).or_default().push((*from, *is_own));
    }
    let recent = reviews::table.inner_join(plans::table.on(plans::id.eq(reviews::plan_id))).filter(reviews::reviewed_at.ge(since));
    let columns = (reviews::patient_id, plans::started_on, reviews::facts, reviews::result);
    let reviewed: Vec<JudgedRow> = recent.filter(reviews::patient_id.eq_any(of)).select(columns).order(reviews::id).load(tx.conn)?;
    let judged = |(patient, started, facts, result): JudgedRow| {
        let facts = facts.into_inner();
        let began = started + Days::new(7 * u64::from(facts.week.saturating_sub(1)));
        let on = own.get(patient.as_str()).and_then(|all| all.iter().find(|(from, _)| *from <= began));
        Judged { own: on.is_some_and(|(_, is_own)| *is_own), result: result.into_inner(), facts }
    };
    Ok(reviewed.into_iter().map(judged).collect())
}
