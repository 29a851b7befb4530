//! Reminders by e-mail: what a person chose, whether anything may be sent just now, and what is due.
//! Sending is in [`super::mail`].

use super::standing::{Active, Standing, standing};
use super::{CareError, away, consent, notices};
use crate::access::{Actor, MayRead, Own, PatientAccess, as_job, authorise_own};
use crate::accounts::password::fingerprint;
use crate::clock::{Clock, Moment, UtcTime, zone};
use crate::ids::UserId;
use crate::post::due::{Due, Nudge, Rhythm, first_date};
use crate::store::away::timeline;
use crate::store::outbox::{self, About, Kind, NewPosting, Posting, Stop};
use crate::store::reminders::{Reminders, time_text};
use crate::store::{Conflict, Json, ReadTx, Store, StoreError, WriteTx, accounts, journal, logs, oversight, reminders};
use chrono::{Days, Duration, NaiveDate, NaiveTime};

/// Name of the agreement among the consents.
pub const CONSENT: &str = consent::REMINDERS;
/// Test messages a person may ask for in an hour.
const TESTS_AN_HOUR: i64 = 3;
/// How long a test message is tried for.
const TEST_LIFE: Duration = Duration::minutes(30);

/// What somebody chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Days of the week, 0 = Monday; none: the training days of the plan.
    pub own_days: Option<Vec<u8>>,
    /// Time of day.
    pub at: NaiveTime,
    /// Time of the second one.
    pub second: Option<NaiveTime>,
}

/// What the page about reminders shows.
#[derive(Debug, Clone)]
pub struct Status {
    /// What was chosen, if ever.
    pub chosen: Option<Reminders>,
    /// The person agreed to them in the words of now.
    pub agreed: bool,
    /// Training days of the plan, when there is one.
    pub training_days: Vec<u8>,
    /// When the next one goes out; `None` when none is coming.
    pub next: Option<UtcTime>,
    /// Why none is coming although they are on.
    pub quiet: Option<Quiet>,
    /// The last message that was sent.
    pub last_sent: Option<UtcTime>,
    /// Code and time of a failure since then.
    pub failure: Option<(String, UtcTime)>,
    /// A message is on its way.
    pub on_its_way: bool,
}

impl Status {
    /// They are on and agreed to in the words of now: nothing has to be agreed to before they are changed.
    pub fn stands(&self) -> bool {
        self.agreed && self.chosen.as_ref().is_some_and(|chosen| chosen.is_on)
    }
}

/// Why nothing is sent to somebody who asked for reminders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quiet {
    /// There is no plan under way.
    NoPlan,
    /// The plan stands still. The message does not say why, the pages do.
    StandsStill,
    /// A holiday or an illness.
    Away,
    /// No day is chosen.
    NoDays,
    /// Nobody has claimed the record, so there is no address.
    NoAddress,
    /// A consent was taken back, or the account is being closed.
    Stopped,
    /// The words of the agreement are new, and the person was not asked yet.
    NotAgreed,
}

/// The plan under way on a date of somebody who may be reminded of it. **The one place where this is asked**: a
/// plan that is held or stopped for a danger sign, one that has not begun or has ended, a pause or a holiday
/// say no, and then nothing is sent. So does a record made in the room whose person has no account yet.
pub fn may_remind<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Result<Box<Active>, Quiet>, CareError> {
    if accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.is_none_or(|user| user.unclaimed) {
        return Ok(Err(Quiet::NoAddress));
    }
    Ok(match runs(tx, who, on)? {
        Ok(active) if away::on(tx, who, &active.plan, on)?.is_some() => Err(Quiet::Away),
        said => said,
    })
}

/// The same, holiday or not: a calendar shows the days after it too.
pub(super) fn runs<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Result<Box<Active>, Quiet>, CareError> {
    if !consent::may_process(tx, who)? {
        return Ok(Err(Quiet::Stopped));
    }
    Ok(match standing(tx, who, on)? {
        Standing::Active(active) if active.pause.is_some() => Err(Quiet::StandsStill),
        Standing::Active(active) if on >= active.plan.started_on => Ok(active),
        Standing::Held(_) => Err(Quiet::StandsStill),
        _ => Err(Quiet::NoPlan),
    })
}

/// Whether a date needs no reminder any more: a session of it is written down, or anything at all on a day of rest.
fn is_answered<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, active: &Active, on: NaiveDate) -> Result<bool, CareError> {
    if !logs::between(tx, who, on, on)?.is_empty() {
        return Ok(true);
    }
    if timeline(tx, who, &active.plan)?.trains(on) {
        return Ok(false);
    }
    let averaged = logs::days(tx, who, on, on)?.iter().any(|day| day.average.is_some());
    Ok(averaged || !journal::between(tx, who, on, on)?.is_empty())
}

/// When to remind, by a choice and the plan.
fn rhythm(chosen: &Reminders, training_days: &[u8]) -> Option<Rhythm> {
    let days = chosen.own_days.clone().into_inner().unwrap_or_else(|| training_days.to_vec());
    Some(Rhythm { days, at: chosen.at()?, second: chosen.second(), from: chosen.first_on })
}

/// What is still to be sent to somebody, now or later, whatever they have written down.
fn coming<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    chosen: &Reminders,
    training: &[u8],
    moment: Moment,
) -> Result<Option<Due>, CareError> {
    let Some(rhythm) = rhythm(chosen, training) else { return Ok(None) };
    let decided = outbox::decided(tx, &UserId::from_text(who.patient().as_str()), moment.today() - Days::new(2))?;
    let settled = |on: NaiveDate, nudge: Nudge| decided.iter().any(|(date, kind)| *date == on && kind == nudge.code());
    Ok(rhythm.next_due(moment.zone, moment.utc, settled))
}

/// The reminder that goes out now, if one does.
fn due_now<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, moment: Moment) -> Result<Option<Due>, CareError> {
    let Some(chosen) = reminders::of(tx, who)?.filter(|chosen| chosen.is_on) else { return Ok(None) };
    if !consent::is_given(tx, who, CONSENT)? {
        return Ok(None);
    }
    let Ok(active) = may_remind(tx, who, moment.today())? else { return Ok(None) };
    let training = timeline(tx, who, &active.plan)?.on(moment.today()).to_vec();
    let due = coming(tx, who, &chosen, &training, moment)?.filter(|due| due.at <= moment.utc);
    let Some(due) = due else { return Ok(None) };
    Ok(if is_answered(tx, who, &active, due.on)? { None } else { Some(due) })
}

/// Whether a reminder that was decided may still go out: much can have happened since.
pub(super) fn still_wanted<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<bool, CareError> {
    if !reminders::of(tx, who)?.is_some_and(|chosen| chosen.is_on) || !consent::is_given(tx, who, CONSENT)? {
        return Ok(false);
    }
    match may_remind(tx, who, on)? {
        Ok(active) => Ok(!is_answered(tx, who, &active, on)?),
        Err(_) => Ok(false),
    }
}

/// Decides what is due for everybody; returns how many messages were put into the outbox. One person's failure
/// is logged and does not keep the others waiting.
pub fn decide_all(store: &Store, clock: &Clock) -> Result<usize, CareError> {
    let mut decided = 0;
    for (patient, zone_name) in store.read(reminders::wanted)? {
        let moment = Moment { utc: clock.now(), zone: zone(&zone_name) };
        match decide(store, &as_job(patient), moment) {
            Ok(done) => decided += usize::from(done),
            Err(error) => tracing::error!(%error, "a reminder could not be decided"),
        }
    }
    Ok(decided)
}

/// Puts the reminder that is due now into the outbox, once.
fn decide<M: MayRead>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<bool, CareError> {
    if store.read(|tx| due_now(tx, who, moment))?.is_none() {
        return Ok(false);
    }
    let decided = store.write(|tx| {
        let Some(due) = due_now(tx, who, moment)? else { return Ok(false) };
        let kind = match due.nudge {
            Nudge::First => Kind::First,
            Nudge::Second => Kind::Second,
        };
        let user = UserId::from_text(who.patient().as_str());
        Ok(outbox::insert(tx, &NewPosting { user: &user, kind, on: due.on, token: "", at: moment.utc, until: due.until })?)
    });
    match decided {
        // Another server decided the same at the same time: theirs stands.
        Err(CareError::Store(StoreError::Conflict(Conflict::AlreadyStored))) => Ok(false),
        other => other,
    }
}

fn checked(choice: &Choice) -> Result<(), CareError> {
    if choice.own_days.as_ref().is_some_and(Vec::is_empty) {
        return Err(CareError::refused("own_days", tr_later!("Choose at least one day, or your training days")));
    }
    if choice.second.is_some_and(|second| second <= choice.at) {
        return Err(CareError::refused("second", tr_later!("The second time must be later on the same day than the first")));
    }
    Ok(())
}

/// Keeps a choice and turns the reminders on, with the person's agreement; today counts if its time is still to come.
pub fn choose(store: &Store, who: &PatientAccess<Own>, choice: &Choice, moment: Moment) -> Result<(), CareError> {
    checked(choice)?;
    store.write(|tx| {
        let before = reminders::of(tx, who)?;
        let was_on = before.as_ref().is_some_and(|chosen| chosen.is_on);
        let chosen = Reminders {
            patient_id: who.patient().as_str().to_owned(),
            is_on: true,
            own_days: Json::new(choice.own_days.clone()),
            at_time: time_text(choice.at),
            second_time: choice.second.map(time_text).unwrap_or_default(),
            first_on: first_date(choice.at, moment.zone, moment.utc),
            changed_at: moment.utc,
        };
        reminders::keep(tx, who, &chosen)?;
        let purpose = consent::consent().purpose(CONSENT).ok_or(StoreError::NotFound)?;
        consent::given(tx, who, purpose, moment.utc)?;
        if !was_on {
            oversight::note(tx, who.by(), Some(who.patient()), "reminders turned on", moment.utc)?;
        }
        Ok(())
    })
}

/// Turns the reminders on as they were chosen last; on the training days in the evening where nothing ever was.
pub(super) fn turn_on_again(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<(), CareError> {
    let before = store.read(|tx| reminders::of(tx, who))?;
    let evening = NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default();
    let choice = match before {
        Some(chosen) => {
            Choice { own_days: chosen.own_days.clone().into_inner(), at: chosen.at().unwrap_or(evening), second: chosen.second() }
        }
        None => Choice { own_days: None, at: evening, second: None },
    };
    choose(store, who, &choice, moment)
}

/// Turns the reminders off, ends the links in earlier messages and withdraws the agreement.
pub fn turn_off(store: &Store, who: &PatientAccess<Own>, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        outbox::revoke_stops(tx, &UserId::from_text(who.patient().as_str()), About::Reminders, moment.utc)?;
        end(tx, who, "reminders turned off", moment.utc)
    })
}

fn end(tx: &mut WriteTx, who: &PatientAccess<Own>, action: &'static str, at: UtcTime) -> Result<(), CareError> {
    if reminders::of(tx, who)?.is_some_and(|chosen| chosen.is_on) {
        reminders::turn_off(tx, who, at)?;
        accounts::withdraw_consent(tx, &UserId::from_text(who.patient().as_str()), CONSENT, at)?;
        oversight::note(tx, who.by(), Some(who.patient()), action, at)?;
    }
    Ok(())
}

/// What the secret of a link in a message opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It works, for e-mails of this kind.
    Works(About),
    /// It worked once and does not any more.
    Ended,
    /// There was never such a link.
    Unknown,
}

/// Looks at a link that stops e-mails; changes nothing.
pub fn stop_link(store: &Store, secret: &str, now: UtcTime) -> Result<Link, CareError> {
    store.read(|tx| {
        Ok(match outbox::stop_link(tx, &fingerprint(secret), now)? {
            Some(Stop { works: true, about, .. }) => Link::Works(about),
            Some(_) => Link::Ended,
            None => Link::Unknown,
        })
    })
}

/// Stops the e-mails of whoever the link was sent to. Pressing again is as good as once: the link stays valid
/// until it expires, and is still there when they were turned on again.
pub fn stop(store: &Store, secret: &str, now: UtcTime) -> Result<Link, CareError> {
    let found = stop_link(store, secret, now)?;
    if !matches!(found, Link::Works(_)) {
        return Ok(found);
    }
    store.write(|tx| {
        let Some(Stop { user, about, works: true }) = outbox::stop_link(tx, &fingerprint(secret), now)? else {
            return Ok(Link::Ended);
        };
        let user = accounts::user(tx, &user)?.ok_or(StoreError::NotFound)?;
        // The secret was sent to this person alone: it stands for them, for this one thing.
        if let Ok(who) = authorise_own(&Actor::from(&user)) {
            match about {
                About::Reminders => end(tx, &who, "reminders stopped by the link in a message", now)?,
                About::News => notices::stop(tx, &who, now)?,
            }
        }
        Ok(Link::Works(about))
    })
}

/// Asks for a test message. A repeated form sends one.
pub fn ask_for_test(store: &Store, who: &PatientAccess<Own>, token: &str, moment: Moment) -> Result<(), CareError> {
    let user = UserId::from_text(who.patient().as_str());
    store.write(|tx| {
        let (on, at) = (moment.today(), moment.utc);
        if outbox::is_there(tx, &user, Kind::Test, on, token)? {
            return Ok(());
        }
        if outbox::made_since(tx, &user, Kind::Test, at - Duration::hours(1))? >= TESTS_AN_HOUR {
            return Err(CareError::refused(
                "",
                tr_later!(
                    "You asked for three test messages in the last hour. Look into your inbox and your spam folder, and try again later."
                ),
            ));
        }
        outbox::insert(tx, &NewPosting { user: &user, kind: Kind::Test, on, token, at, until: at + TEST_LIFE })?;
        Ok(())
    })
}

/// Everything the page about reminders shows.
pub fn status<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, moment: Moment) -> Result<Status, CareError> {
    let chosen = reminders::of(tx, who)?;
    let standing = may_remind(tx, who, moment.today())?;
    let training_days = match &standing {
        Ok(active) => timeline(tx, who, &active.plan)?.on(moment.today()).to_vec(),
        Err(_) => Vec::new(),
    };
    let on = chosen.as_ref().filter(|chosen| chosen.is_on);
    let (mut next, mut quiet) = (None, None);
    let agreed = consent::is_given(tx, who, CONSENT)?;
    match (on, &standing) {
        (Some(_), Ok(_)) if !agreed => quiet = Some(Quiet::NotAgreed),
        (Some(_), Err(why)) => quiet = Some(*why),
        (Some(chosen), Ok(active)) => {
            let due = coming(tx, who, chosen, &training_days, moment)?;
            // Nothing more is coming on a day that is answered.
            let answered = match &due {
                Some(due) => due.on == moment.today() && is_answered(tx, who, active, due.on)?,
                None => false,
            };
            let due = if answered { after_today(chosen, &training_days, moment) } else { due };
            next = due.map(|due| due.at.max(moment.utc));
            quiet = due.is_none().then_some(Quiet::NoDays);
        }
        (None, _) => {}
    }
    let messages = outbox::latest(tx, &UserId::from_text(who.patient().as_str()), 20)?;
    let last_sent = messages.iter().filter(|m| m.status == "sent").filter_map(|m| m.settled_at).max();
    let failed = |m: &&Posting| !m.problem.is_empty() && m.status != "sent" && m.status != "dropped";
    let failure = messages.iter().filter(failed).map(|m| (m.problem.clone(), m.settled_at.unwrap_or(m.made_at))).max_by_key(|(_, at)| *at);
    Ok(Status {
        chosen,
        agreed,
        training_days,
        next,
        quiet,
        last_sent,
        failure: failure.filter(|(_, at)| last_sent.is_none_or(|sent| sent < *at)),
        on_its_way: messages.iter().any(|m| matches!(m.status.as_str(), "waiting" | "sending")),
    })
}

fn after_today(chosen: &Reminders, training: &[u8], moment: Moment) -> Option<Due> {
    let tomorrow = moment.today() + Days::new(1);
    rhythm(chosen, training)?.next_due(moment.zone, moment.utc, |on, _| on < tomorrow)
}
