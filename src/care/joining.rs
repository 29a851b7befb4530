//! How patients come in: invitations with what they bring along, short codes of start cards, and records that are made
//! in the room before their person has an account.

use super::CareError;
use super::account::{INVITATION_LIFE, Key, invitation, invitation_id, made_already, open};
use super::{addresses, guessing};
use crate::access::{MayRead, PatientAccess, Physio, Scribe};
use crate::accounts::password::fingerprint;
use crate::accounts::throttle::Subject;
use crate::clock::UtcTime;
use crate::ids::{self, ClinicId, PatientId, UserId};
use crate::lang::Lang;
use crate::store::accounts::{Invitation, Newcomer, Purpose, Roles, User};
use crate::store::{Conflict, ReadTx, Store, StoreError, WriteTx, accounts, joining, oversight, relations};
use chrono::Duration;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Letters of a code: 32 to the power of 8 are 2 to the power of 40.
const CODE: usize = 8;

/// A form that no password ever has: nobody signs in with it.
pub(super) const NO_PASSWORD: &str = "!";

/// What is to be explained before a patient goes home: code and words.
pub const CHECKLIST: &[(&str, &str)] = &[
    ("programme", tr_later!("What the programme is, and what it is not")),
    ("stop", tr_later!("The stop rules: which signs mean stop and get help")),
    ("log", tr_later!("How to log a session, and that a missed day is a gap, not a failure")),
    ("more", tr_later!("More than planned is not better")),
    ("emergency", tr_later!("Where to call in an emergency: nobody watches Gradus day and night")),
    ("days", tr_later!("Days and a moment of the day, chosen together")),
];

/// Something that was explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// Code in [`CHECKLIST`].
    pub what: String,
    /// Name of who explained it.
    pub by: String,
    /// When it was ticked.
    pub at: UtcTime,
}

/// What an invitation brings along. Settings are suggestions: whoever joins chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Brings {
    /// Identity of a template of the clinic.
    pub template: Option<String>,
    /// Code of the language of message and start card.
    pub language: String,
    /// Time of day for a reminder, `18:00`; empty: none suggested.
    pub remind_at: String,
    /// Exercise days, 0 = Monday.
    pub days: Vec<u8>,
    /// What was explained, by whom and when.
    pub explained: Vec<Explained>,
}

impl Brings {
    /// What an invitation stores; nothing where it cannot be read.
    pub fn of(invitation: &Invitation) -> Self {
        serde_json::from_str(&invitation.brings).unwrap_or_default()
    }

    fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "{}".to_owned())
    }

    /// The language of message and card.
    pub fn lang(&self) -> Lang {
        Lang::from_code(&self.language).unwrap_or_default()
    }

    /// Adds what was ticked now; what was ticked before keeps its name and time.
    pub fn explain(&mut self, ticked: &[String], by: &str, at: UtcTime) {
        for (what, _) in CHECKLIST {
            if ticked.iter().any(|t| t == what) && !self.explained.iter().any(|e| e.what == *what) {
                self.explained.push(Explained { what: (*what).to_owned(), by: by.to_owned(), at });
            }
        }
    }
}

/// An invitation to be made.
#[derive(Debug, Clone, Default)]
pub struct NewInvitation {
    /// Name the person is greeted with; may be empty.
    pub name: String,
    /// Address it is sent to; may be empty.
    pub email: String,
    /// What it brings along.
    pub brings: Brings,
}

/// An invitation just made, with what is shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct Made {
    /// What is kept.
    pub invitation: Invitation,
    /// The secret of the link.
    pub secret: String,
    /// The short code as it is printed, "K7QX-M2PD".
    pub code: String,
}

/// A code as it was typed, in the form that is hashed; nothing when it cannot be one. Letters that look like digits
/// are read as those, which is why codes have neither I, L nor O.
fn code_of(typed: &str) -> Option<String> {
    let read = |c: char| match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(read).collect();
    (code.chars().count() == CODE && code.chars().all(|c| ids::place(c).is_some())).then_some(code)
}

fn code_hash(code: &str) -> String {
    fingerprint(&format!("start code {code}"))
}

fn fresh_code() -> String {
    ids::fresh().chars().take(CODE).collect()
}

fn spelled(code: &str) -> String {
    let (first, second) = code.split_at_checked(CODE / 2).unwrap_or((code, ""));
    format!("{first}-{second}").to_uppercase()
}

/// Keeps an invitation with a fresh secret and a fresh code.
fn keep(tx: &mut WriteTx, new: &Invitation, (secret, code): (&str, &str)) -> Result<Made, CareError> {
    let invitation = Invitation { code_hash: Some(code_hash(code)), ..new.clone() };
    accounts::insert_invitation(tx, &invitation)?;
    Ok(Made { invitation, secret: secret.to_owned(), code: spelled(code) })
}

fn prepared(secret: &str, physio: &Physio, for_user: Option<&UserId>, new: &NewInvitation, token: &str, now: UtcTime) -> Invitation {
    let base = invitation((Purpose::Patient, physio.clinic()), secret, Some(physio.user()), for_user, &new.name, now, INVITATION_LIFE);
    Invitation { id: invitation_id(physio.user(), Purpose::Patient, token), email: new.email.clone(), brings: new.brings.json(), ..base }
}

/// How long an invitation that ran out unused is shown, in days.
const UNUSED_DAYS: i64 = 60;

/// A physiotherapist's own invitations of patients that still wait, and those that ran out without being used in the last
/// two months; newest first.
pub fn invitations(tx: &mut ReadTx, physio: &Physio, now: UtcTime) -> Result<(Vec<Invitation>, Vec<Invitation>), CareError> {
    Ok((accounts::waiting_invitations(tx, physio.user(), now)?, unused(tx, physio, now)?))
}

/// Those that ran out without being used.
pub fn unused(tx: &mut ReadTx, physio: &Physio, now: UtcTime) -> Result<Vec<Invitation>, CareError> {
    Ok(joining::run_out(tx, physio, now - Duration::days(UNUSED_DAYS), now)?)
}

/// How long the link works with which somebody makes an account by themselves.
pub const ASKED_LIFE: Duration = Duration::hours(24);

/// Most of them that one address is sent in a day.
const ASKED_A_DAY: i64 = 6;

/// Somebody asks for an account with an address. What is done does not tell whether it has one: its owner is told, or
/// else `secret` opens the form for an account with this very address (`true`: mail it there). An earlier link to the
/// address ends, and one inbox gets few.
pub fn ask_for_account(store: &Store, email: &str, language: Lang, secret: &str, now: UtcTime) -> Result<bool, CareError> {
    let subject = Subject::joining(email);
    let random = ids::fresh();
    store.write(|tx| {
        if guessing::wait(tx, &subject, now)?.is_some() {
            return Ok(false);
        }
        guessing::count(tx, &subject, now)?;
        if let Some(owner) = accounts::user_by_email(tx, email)? {
            addresses::tell_owner(tx, &owner, &random, now)?;
            return Ok(false);
        }
        if joining::asked_since(tx, email, now - Duration::days(1))? >= ASKED_A_DAY {
            return Ok(false);
        }
        joining::end_asked(tx, email, now)?;
        let brings = Brings { language: language.code().to_owned(), ..Brings::default() };
        // Whoever comes by themselves belongs to the first clinic.
        let new = invitation((Purpose::Patient, &ClinicId::first()), secret, None, None, "", now, ASKED_LIFE);
        accounts::insert_invitation(tx, &Invitation { email: email.to_owned(), brings: brings.json(), ..new })?;
        Ok(true)
    })
}

/// A physiotherapist invites a patient. A form's `token` makes one invitation however often it is sent.
///
/// # Errors
/// Refused when the form was sent before: secret and code were shown then and are not kept.
pub fn invite_patient(store: &Store, physio: &Physio, new: &NewInvitation, token: &str, now: UtcTime) -> Result<Made, CareError> {
    let (secret, code) = (ids::secret(), fresh_code());
    let made = store.write(|tx| {
        let made = keep(tx, &prepared(&secret, physio, None, new, token, now), (&secret, &code))?;
        oversight::note(tx, Some(physio.user()), None, "patient invited", now)?;
        Ok(made)
    });
    made.map_err(made_already)
}

/// Makes an invitation anew, with what it brought along: the old link and code end.
///
/// # Errors
/// `NotFound` for invitations of others and for those that were used.
pub fn renew(store: &Store, physio: &Physio, id: &str, token: &str, now: UtcTime) -> Result<Made, CareError> {
    let (secret, code) = (ids::secret(), fresh_code());
    let made = store.write(|tx| {
        let old = joining::unused(tx, physio, id)?.ok_or(StoreError::NotFound)?;
        // Made anew or taken back already: nothing is left of it to be brought along.
        if old.ended_at.is_some() {
            return Err(StoreError::Conflict(Conflict::AlreadyStored).into());
        }
        let waits = old.for_user.as_deref().map(UserId::from_text);
        if let Some(waits) = &waits
            && !accounts::user(tx, waits)?.is_some_and(|user| user.unclaimed)
        {
            return Err(StoreError::NotFound.into());
        }
        joining::end(tx, &old, now)?;
        let new = NewInvitation { name: old.name.clone(), email: old.email.clone(), brings: Brings::of(&old) };
        let made = keep(tx, &prepared(&secret, physio, waits.as_ref(), &new, token, now), (&secret, &code))?;
        oversight::note(tx, Some(physio.user()), None, "invitation made anew", now)?;
        Ok(made)
    });
    made.map_err(made_already)
}

/// Takes an invitation back: link and code end now.
///
/// # Errors
/// `NotFound` for invitations of others and for those that were used.
pub fn take_back(store: &Store, physio: &Physio, id: &str, now: UtcTime) -> Result<(), CareError> {
    store.write(|tx| {
        let invitation = joining::unused(tx, physio, id)?.ok_or(StoreError::NotFound)?;
        joining::end(tx, &invitation, now)?;
        Ok(oversight::note(tx, Some(physio.user()), None, "invitation taken back", now)?)
    })
}

/// What somebody's invitation brought along, or brings when they take over their record.
pub fn brought<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Brings, CareError> {
    Ok(joining::newest(tx, who)?.as_ref().map(Brings::of).unwrap_or_default())
}

/// What typing a short code came to.
#[derive(Debug, Clone)]
pub enum Tried {
    /// It opens an invitation.
    Opens(Key),
    /// Wrong, used, taken back or run out: one answer for all.
    Unknown,
    /// Too many wrong ones from this address: minutes to wait.
    Wait(i64),
}

/// Tries a short code. Wrong ones are counted against the address they come from.
pub fn try_code(store: &Store, typed: &str, from: IpAddr, now: UtcTime) -> Result<Tried, CareError> {
    let subject = Subject::code(from);
    let key = code_of(typed).map(|code| Key::Code(code_hash(&code)));
    let (wait, opens) = store.read(|tx| {
        let opens = match &key {
            Some(key) => open(tx, key, now)?.is_some_and(|i| i.purpose == Purpose::Patient.code()),
            None => false,
        };
        Ok::<_, CareError>((guessing::wait(tx, &subject, now)?, opens))
    })?;
    match (wait, key) {
        (Some(minutes), _) => Ok(Tried::Wait(minutes)),
        (None, Some(key)) if opens => Ok(Tried::Opens(key)),
        _ => {
            store.write(|tx| guessing::count(tx, &subject, now))?;
            Ok(Tried::Unknown)
        }
    }
}

/// A record to be made in the room.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// What the patient is called.
    pub name: String,
    /// Address for the invitation to take the record over; may be empty.
    pub email: String,
    /// The language they read.
    pub language: Lang,
    /// IANA zone.
    pub time_zone: String,
}

/// Makes a record for somebody who sits beside the physiotherapist and has said yes to each purpose in the version
/// shown. Nobody can sign in to it and no message goes to it until its person takes it over. The same form makes it once.
pub fn make_record(
    store: &Store,
    physio: &Physio,
    new: &NewRecord,
    consents: &[(&str, &str)],
    token: &str,
    now: UtcTime,
) -> Result<PatientId, CareError> {
    let text: String = fingerprint(&format!("{} record {token}", physio.user())).chars().take(32).collect();
    let id = UserId::from_text(text);
    let (secret, code) = (ids::secret(), fresh_code());
    store.write(|tx| {
        let patient = PatientId::from(&id);
        if accounts::user(tx, &id)?.is_some() {
            return Ok(patient);
        }
        let newcomer = Newcomer {
            id: id.clone(),
            // A name that no mail server has (RFC 6761).
            email: format!("{id}@unclaimed.invalid"),
            name: &new.name,
            password_hash: NO_PASSWORD,
            roles: Roles { patient: true, ..Roles::default() },
            time_zone: &new.time_zone,
            language: new.language.code(),
            clinic: physio.clinic(),
            unclaimed: true,
        };
        accounts::insert_user(tx, &User::new(&newcomer, now))?;
        for (purpose, version) in consents {
            accounts::insert_consent(tx, &id, purpose, version, now)?;
        }
        relations::assign(tx, physio.user(), &id, now)?;
        // Secret and code are shown to nobody: the card that is printed at the end makes them anew.
        let brings = Brings { language: new.language.code().to_owned(), ..Brings::default() };
        let invitation = NewInvitation { name: new.name.clone(), email: new.email.clone(), brings };
        keep(tx, &prepared(&secret, physio, Some(&id), &invitation, token, now), (&secret, &code))?;
        oversight::note(tx, Some(physio.user()), Some(&patient), "made the record in the room", now)?;
        oversight::note(tx, Some(physio.user()), Some(&patient), "wrote down the agreement given in the room", now)?;
        Ok(patient)
    })
}

/// Makes the start card with which the person of a record made in the room takes it over; every earlier one ends.
///
/// # Errors
/// `NotFound` when the record has its person already.
pub fn card(
    store: &Store,
    (physio, who): (&Physio, &PatientAccess<Scribe>),
    ticked: &[String],
    token: &str,
    now: UtcTime,
) -> Result<Made, CareError> {
    let (secret, code) = (ids::secret(), fresh_code());
    let made = store.write(|tx| {
        let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.filter(|user| user.unclaimed);
        let user = user.ok_or(StoreError::NotFound)?;
        let by = accounts::user(tx, physio.user())?.map(|by| by.name).unwrap_or_default();
        let before = joining::newest(tx, who)?;
        let mut brings = before.as_ref().map(Brings::of).unwrap_or_default();
        brings.language = user.language.clone();
        brings.explain(ticked, &by, now);
        joining::end_ways_in(tx, who, now)?;
        let id = UserId::from_text(&user.id);
        let new = NewInvitation { name: user.name, email: before.map(|i| i.email).unwrap_or_default(), brings };
        let made = keep(tx, &prepared(&secret, physio, Some(&id), &new, token, now), (&secret, &code))?;
        oversight::note(tx, who.by(), Some(who.patient()), "made a start card", now)?;
        Ok(made)
    });
    made.map_err(made_already)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for _ in 0..200 {
            let code = fresh_code();
            assert_eq!(code_of(&spelled(&code)).as_deref(), Some(code.as_str()));
            assert_eq!(code_of(&format!(" {} ", spelled(&code).to_lowercase().replace('-', " "))), Some(code));
        }
        assert_eq!(code_of("K7QX-MOPI"), Some("k7qxm0p1".to_owned()));
        assert_eq!(spelled("k7qxm0p1"), "K7QX-M0P1");
        for wrong in ["", "K7QX", "K7QX-M2PDD", "K7QX-M2PU", "K7QX-M2Pß", "ÄÖÜÄÖÜÄÖ"] {
            assert_eq!(code_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_was_explained_before_keeps_its_name_and_time() {
        let at = crate::clock::Clock::system().now();
        let mut brings = Brings::default();
        brings.explain(&["stop".to_owned(), "nonsense".to_owned()], "Ben", at);
        brings.explain(&["stop".to_owned(), "log".to_owned()], "Cleo", at + chrono::Duration::hours(1));
        let told: Vec<(&str, &str)> = brings.explained.iter().map(|e| (e.what.as_str(), e.by.as_str())).collect();
        assert_eq!(told, [("stop", "Ben"), ("log", "Cleo")]);
    }
}
