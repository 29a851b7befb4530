//! Who cares for a patient: hand-over between colleagues, and the glass that is broken in an emergency. A relation
//! that ends takes the access with it, at the next request: each page asks anew.

use super::CareError;
use super::account::normal_email;
use crate::access::{Actor, MayRead, PatientAccess, Physio, Relation, as_job, authorise_treat};
use crate::accounts::password::fingerprint;
use crate::clinical::codes::AlertTo;
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::{PatientId, UserId};
use crate::store::relations::{BrokenGlass, Charge};
use crate::store::{ReadTx, Store, StoreError, WriteTx, accounts, oversight, relations, team as staff};
use chrono::Duration;

/// How long a record stays open to somebody who broke the glass.
pub const EMERGENCY_LIFE: Duration = Duration::hours(4);
/// Least letters of the reason for it.
pub const REASON_LETTERS: usize = 10;
/// How many records may be searched for in an emergency within [`SEARCHED_WITHIN`].
pub const SEARCHES: i64 = 10;
/// See [`SEARCHES`].
pub const SEARCHED_WITHIN: Duration = Duration::hours(1);
/// How the audit calls a search that opened nothing: nobody has that name, or the record is open anyway.
const FOUND_NOBODY: &str = "searched in an emergency and found nobody";
const OPEN_ALREADY: &str = "searched in an emergency for a record that is open already";
/// How it calls one that opened a record, and one too many.
const OPENED: &str = "opened the record in an emergency";
const TOO_MANY: &str = "searched in an emergency too often";

/// How the audit calls a look of somebody who broke the glass.
pub const EMERGENCY_LOOK: &str = "looked at the record in an emergency";
/// The rule an alert about a broken glass names.
pub const ACCESS: &str = "access";

/// Somebody stands in for a colleague who is in charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Who stands in.
    pub cover: String,
    /// For whom.
    pub away: String,
    /// Until when.
    pub until: UtcTime,
}

/// The people around a patient.
#[derive(Debug, Clone)]
pub struct Team {
    /// The patient's name.
    pub name: String,
    /// Their moment now.
    pub moment: Moment,
    /// Who is in charge now, newest first.
    pub now: Vec<Charge>,
    /// Who was, newest first.
    pub before: Vec<Charge>,
    /// Who stands in now.
    pub covers: Vec<StandIn>,
    /// Emergencies, newest first.
    pub emergencies: Vec<BrokenGlass>,
    /// Physiotherapists of the clinic: identity and name.
    pub colleagues: Vec<(String, String)>,
    /// Who looked or acted, newest first.
    pub looks: Vec<(UtcTime, Option<String>, String)>,
}

/// The people around a patient, with the last `looks` looks at the record.
pub fn team<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime, looks: i64) -> Result<Team, CareError> {
    let user = accounts::user(tx, &UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
    let clinic = user.clinic();
    let names = staff::names(tx, &clinic)?;
    let name = |id: &String| names.get(id).cloned().unwrap_or_default();
    let stands_in = staff::standing_in(tx, who, now)?.into_iter();
    let covers = stands_in.map(|l| StandIn { cover: name(&l.cover_id), away: name(&l.physio_id), until: l.until_at }).collect();
    let (in_charge, before) = relations::charges(tx, who)?.into_iter().partition(|charge: &Charge| charge.until.is_none());
    Ok(Team {
        name: user.name,
        moment: Moment { utc: now, zone: zone(&user.time_zone) },
        now: in_charge,
        before,
        covers,
        emergencies: relations::emergencies(tx, who)?,
        colleagues: staff::colleagues(tx, &clinic)?,
        looks: oversight::looks(tx, who, looks)?,
    })
}

/// What a physiotherapist does about who is in charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Takes charge.
    Take,
    /// Puts a colleague in charge besides those who are.
    Add(UserId),
    /// A colleague takes over from them.
    HandOver(UserId),
    /// They are no longer in charge; `sure` when they know that nobody would be left.
    StepBack {
        /// Said yes to leaving the patient to the clinic's inbox.
        sure: bool,
    },
}

/// Does it. The same form (`token`) sent again changes nothing.
///
/// # Errors
/// `NotFound` for whoever may not treat the patient (any more); refused when it does not fit who is in charge.
pub fn act(store: &Store, actor: &Actor, patient: &PatientId, act: &Act, token: &str, now: UtcTime) -> Result<(), CareError> {
    let made = fingerprint(&format!("{} {patient} {token}", actor.user));
    store.write(|tx| {
        if relations::made(tx, &actor.user, patient, &made)? {
            return Ok(());
        }
        let relation = relations::relation(tx, actor, patient, now)?;
        let stepped_back = matches!(act, Act::StepBack { .. }) && relation != Relation::InCharge;
        if stepped_back && relations::was_in_charge(tx, &actor.user, patient)? {
            return Ok(());
        }
        let who = authorise_treat(actor, relation, patient.clone()).map_err(|_| StoreError::NotFound)?;
        let in_charge = relation == Relation::InCharge;
        let note = match act {
            Act::Take if in_charge => return Err(CareError::refused("", "You are in charge already")),
            Act::Take => {
                relations::put_in_charge(tx, &who, &actor.user, &made, now)?;
                "took charge"
            }
            Act::Add(colleague) => {
                works_here(tx, actor, colleague)?;
                if !relations::put_in_charge(tx, &who, colleague, &made, now)? {
                    return Err(CareError::refused("colleague", "They are in charge already. Choose somebody else"));
                }
                "put a colleague in charge"
            }
            Act::HandOver(_) | Act::StepBack { .. } if !in_charge => {
                return Err(CareError::refused("", "You are not in charge yourself, so there is nothing to hand over"));
            }
            Act::HandOver(colleague) => {
                works_here(tx, actor, colleague)?;
                if *colleague == actor.user {
                    return Err(CareError::refused("colleague", "Choose somebody else than yourself"));
                }
                relations::end_own(tx, &who, now)?;
                if !relations::put_in_charge(tx, &who, colleague, &made, now)? {
                    return Err(CareError::refused("colleague", "They are in charge already. Step back instead, and they stay"));
                }
                "handed over to a colleague"
            }
            Act::StepBack { sure } => {
                let left = relations::charges(tx, &who)?.into_iter().filter(|c| c.until.is_none()).count();
                if left <= 1 && !sure {
                    return Err(CareError::refused(
                        "sure",
                        "Nobody else is in charge. Tick that the clinic\u{2019}s inbox takes over, or hand over to a colleague",
                    ));
                }
                relations::end_own(tx, &who, now)?;
                "stepped back"
            }
        };
        Ok(oversight::note(tx, who.by(), Some(patient), note, now)?)
    })
}

fn works_here(tx: &mut WriteTx, actor: &Actor, colleague: &UserId) -> Result<(), CareError> {
    let works = staff::colleagues(tx, &actor.clinic)?.iter().any(|(id, _)| id == colleague.as_str());
    if works { Ok(()) } else { Err(CareError::refused("colleague", "Choose a colleague")) }
}

/// What a search in an emergency came to.
enum Search {
    Opened(PatientId),
    Nobody,
    TooMany,
}

/// Opens a record in an emergency, for some hours and to look only: the patient with exactly this name or address. A
/// record that is open to the physiotherapist anyway stays as it is. Every search is written down, and a physiotherapist
/// has [`SEARCHES`] of them an hour: names are not to be tried out.
///
/// # Errors
/// Refused with the same sentence for a name that nobody has, that several have, and that is one's own; and for a
/// search too many.
pub fn break_glass(store: &Store, actor: &Actor, asked: &str, reason: &str, now: UtcTime) -> Result<PatientId, CareError> {
    let physio = Physio::of(actor).map_err(|_| StoreError::NotFound)?;
    let (asked, reason) = (asked.trim(), reason.trim());
    if reason.chars().filter(|c| c.is_alphabetic()).count() < REASON_LETTERS {
        return Err(CareError::refused("reason", "Write the reason in a sentence: the patient reads it"));
    }
    let searched = store.write(|tx| {
        // To whoever treats nobody any more every record is a stranger's: that must not open one.
        let me = accounts::user(tx, &actor.user)?.filter(|user| user.is_physio).ok_or(StoreError::NotFound)?;
        let within = oversight::count_of(tx, &actor.user, &[FOUND_NOBODY, OPEN_ALREADY, OPENED], now - SEARCHED_WITHIN)?;
        if within >= SEARCHES {
            oversight::note(tx, Some(&actor.user), None, TOO_MANY, now)?;
            return Ok(Search::TooMany);
        }
        let nobody = |tx: &mut WriteTx| {
            oversight::note(tx, Some(&actor.user), None, FOUND_NOBODY, now)?;
            Ok(Search::Nobody)
        };
        let found = relations::called(tx, &physio, asked, &normal_email(asked))?;
        let [patient] = found.as_slice() else { return nobody(tx) };
        match relations::relation(tx, actor, patient, now)? {
            Relation::OwnRecord | Relation::OtherClinic => return nobody(tx),
            Relation::Stranger => {}
            _ => {
                oversight::note(tx, Some(&actor.user), None, OPEN_ALREADY, now)?;
                return Ok(Search::Opened(patient.clone()));
            }
        }
        relations::break_glass(tx, &physio, patient, reason, now + EMERGENCY_LIFE, now)?;
        oversight::note(tx, Some(&actor.user), Some(patient), OPENED, now)?;
        // The program tells those in charge; whoever broke the glass may write nothing.
        let told = format!("{} opened this record in an emergency. Reason: {reason}", me.name);
        oversight::raise(tx, &as_job(patient.clone()), ACCESS, AlertTo::Physio, &told, now)?;
        Ok::<_, CareError>(Search::Opened(patient.clone()))
    })?;
    match searched {
        Search::Opened(patient) => Ok(patient),
        Search::Nobody => Err(CareError::refused(
            "who",
            "No record can be opened with this. Write the whole name as the patient does, or their e-mail address; two people of one name are found by their address only",
        )),
        Search::TooMany => Err(CareError::refused(
            "",
            "You have searched ten times within an hour, so this search was not made. Wait an hour, or ask a colleague who is in charge of the patient. The clinic can see how often you searched",
        )),
    }
}
