//! The second proof beside the password: setting it up, taking it away, and what is told about it. Giving it is in
//! [`prove`], sealing the secrets of code apps with another key in [`anew`].

pub mod anew;
mod prove;

pub use prove::{Checked, check_app, finish_passkey, note_refused, recovery_row, try_was_wrong, use_recovery};

use super::CareError;
use super::own_data::sealing;
use crate::accounts::factors::{Answered, AppSecret, Sealer};
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::{self, PatientId, UserId};
use crate::store::accounts::User;
use crate::store::factors::{self, App, PasskeyRow};
use crate::store::outbox::{self, Kind, NewPosting};
use crate::store::{ReadTx, Store, StoreError, WriteTx, accounts, archives, oversight, sessions};
use chrono::Duration;

/// How long the message about a change is tried to be sent.
const NOTICE_LIFE: Duration = Duration::days(2);
/// Most passkeys of one account.
const MOST_PASSKEYS: usize = 20;

/// What an account has.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// Since when codes come from an app.
    pub app_since: Option<UtcTime>,
    /// Its passkeys.
    pub passkeys: Vec<PasskeyRow>,
    /// Recovery codes that are left.
    pub codes_left: i64,
}

impl Standing {
    /// Whether there is a second proof.
    pub fn any(&self) -> bool {
        self.app_since.is_some() || !self.passkeys.is_empty()
    }

    /// Whether there is one only.
    fn is_last(&self) -> bool {
        usize::from(self.app_since.is_some()) + self.passkeys.len() <= 1
    }

    /// The passkeys as they are kept.
    pub fn credentials(&self) -> Vec<String> {
        self.passkeys.iter().map(|key| key.credential.clone()).collect()
    }
}

/// What an account has.
pub fn standing(tx: &mut ReadTx, user: &UserId) -> Result<Standing, StoreError> {
    Ok(Standing {
        app_since: factors::app(tx, user)?.map(|app| app.made_at),
        passkeys: factors::passkeys(tx, user)?,
        codes_left: factors::codes_left(tx, user)?,
    })
}

/// Whether somebody works here.
pub fn is_staff(user: &User) -> bool {
    user.is_physio || user.is_admin
}

/// A change of how somebody signs in, told to them by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Codes from an app.
    AppAdded,
    /// None any more.
    AppRemoved,
    /// A passkey.
    PasskeyAdded,
    /// One less.
    PasskeyRemoved,
    /// New recovery codes; the old ones end.
    CodesMade,
    /// A recovery code was used.
    CodeUsed,
    /// Everything was taken away by the clinic.
    Reset,
    /// Another password.
    Password,
    /// Somebody gave the right password several times and no right code.
    Guessed,
}

impl Change {
    /// The code that a message keeps; `messages.toml` has its words.
    pub const fn code(self) -> &'static str {
        match self {
            Self::AppAdded => "app_added",
            Self::AppRemoved => "app_removed",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::CodesMade => "codes_made",
            Self::CodeUsed => "code_used",
            Self::Reset => "reset",
            Self::Password => "password",
            Self::Guessed => "guessed",
        }
    }
}

/// Lets somebody know by mail that something about their sign-in changed. Clinics that send no mail drop it.
pub fn tell(tx: &mut WriteTx, user: &User, change: Change, now: UtcTime) -> Result<(), StoreError> {
    let on = Moment { utc: now, zone: zone(&user.time_zone) }.today();
    let (id, token) = (UserId::from_text(&user.id), format!("{} {}", change.code(), ids::fresh()));
    outbox::insert(tx, &NewPosting { user: &id, kind: Kind::Factors, on, token: &token, at: now, until: now + NOTICE_LIFE })?;
    Ok(())
}

fn account(tx: &mut ReadTx, id: &UserId) -> Result<User, StoreError> {
    accounts::user(tx, id)?.ok_or(StoreError::NotFound)
}

/// Somebody who changes how they sign in, and from which of their sessions.
#[derive(Debug, Clone)]
pub struct Acting {
    /// Whose account.
    pub user: UserId,
    /// The name of the session.
    pub mark: String,
}

impl Acting {
    /// The account, inside the transaction that changes it. What was sent from a session that its person ended meanwhile,
    /// by a new password perhaps, changes nothing.
    pub(in crate::care) fn account(&self, tx: &mut ReadTx, now: UtcTime) -> Result<User, StoreError> {
        if sessions::lives(tx, &self.user, &self.mark, now)? { account(tx, &self.user) } else { Err(StoreError::NotFound) }
    }
}

/// Before the first second proof, and whenever there are no codes left, new recovery codes come along. Every session from
/// before a first second proof ends: it had the password alone.
fn with_codes(tx: &mut WriteTx, id: &UserId, codes: &[(String, String)], now: UtcTime) -> Result<bool, StoreError> {
    if !factors::has_any(tx, id)? {
        sessions::delete_of(tx, id)?;
    }
    if factors::codes_left(tx, id)? > 0 || codes.is_empty() {
        return Ok(false);
    }
    factors::set_codes(tx, id, codes, now)?;
    Ok(true)
}

/// Takes a code app into use, once its first code was typed rightly: the app shows it by the real time (`shown_at`), also
/// where the clock is moved for a trial. Returns whether `codes` are its recovery codes now.
///
/// # Errors
/// Refused when the code does not fit; `NotFound` when the session was ended.
pub fn add_app(
    store: &Store,
    (sealer, sealed): (&Sealer, &[u8]),
    acting: &Acting,
    (typed, shown_at): (&str, UtcTime),
    codes: &[(String, String)],
    now: UtcTime,
) -> Result<bool, CareError> {
    let id = &acting.user;
    let secret = sealer.open(id.as_str(), sealed).and_then(|bytes| AppSecret::of(&bytes)).ok_or(StoreError::NotFound)?;
    let Some(step) = secret.step_of(typed, shown_at) else {
        return Err(CareError::refused(
            "code",
            tr_later!(
                "This code does not fit. Wait for the next one in your app and type its six digits. Check that the clock of your phone is right."
            ),
        ));
    };
    store.write(|tx| {
        let user = acting.account(tx, now)?;
        let made = with_codes(tx, id, codes, now)?;
        factors::set_app(tx, &App { user_id: user.id.clone(), sealed_secret: sealed.to_vec(), made_at: now, last_step: step })?;
        oversight::note(tx, Some(id), None, "code app added", now)?;
        tell(tx, &user, Change::AppAdded, now)?;
        Ok(made)
    })
}

/// Adds a passkey under a name. Returns whether `codes` are the recovery codes now.
///
/// # Errors
/// Refused when it is known already, or when there are very many; `NotFound` when the session was ended.
pub fn add_passkey(
    store: &Store,
    acting: &Acting,
    (name, key): (&str, &Answered),
    codes: &[(String, String)],
    now: UtcTime,
) -> Result<bool, CareError> {
    let (id, row_id) = (&acting.user, ids::fresh());
    store.write(|tx| {
        let user = acting.account(tx, now)?;
        if factors::passkey_called(tx, &key.credential_id)?.is_some() {
            return Err(CareError::refused("", tr_later!("This passkey is known already.")));
        }
        if factors::passkeys(tx, id)?.len() >= MOST_PASSKEYS {
            return Err(CareError::refused("", tr_later!("There are very many passkeys. Remove one first.")));
        }
        let made = with_codes(tx, id, codes, now)?;
        let row = PasskeyRow {
            id: row_id.clone(),
            user_id: user.id.clone(),
            credential_id: key.credential_id.clone(),
            name: name.to_owned(),
            credential: key.credential.clone(),
            made_at: now,
            last_used_at: None,
        };
        factors::insert_passkey(tx, &row)?;
        oversight::note(tx, Some(id), None, "passkey added", now)?;
        tell(tx, &user, Change::PasskeyAdded, now)?;
        Ok(made)
    })
}

/// What is taken away.
#[derive(Debug, Clone)]
pub enum Removed {
    /// The code app.
    App,
    /// The passkey with this identity.
    Passkey(String),
}

/// Takes a second proof away; with the last one the recovery codes go too.
///
/// # Errors
/// Refused for staff who must keep one; `NotFound` when the session was ended.
pub fn remove(store: &Store, acting: &Acting, what: &Removed, staff_required: bool, now: UtcTime) -> Result<(), CareError> {
    let id = &acting.user;
    store.write(|tx| {
        let user = acting.account(tx, now)?;
        let has = standing(tx, id)?;
        let last = has.any() && has.is_last();
        if last && staff_required && is_staff(&user) {
            return Err(CareError::refused(
                "",
                tr_later!("Who works here keeps one second step at least. Set up another one first, then remove this one."),
            ));
        }
        let (gone, word, change) = match what {
            Removed::App => (factors::remove_app(tx, id)?, "code app removed", Change::AppRemoved),
            Removed::Passkey(key) => (factors::remove_passkey(tx, id, key)?, "passkey removed", Change::PasskeyRemoved),
        };
        if !gone {
            // Pressed twice, or somebody else's: there is nothing to take away and nothing to tell.
            return Ok(());
        }
        if last {
            factors::remove_codes(tx, id)?;
        }
        oversight::note(tx, Some(id), None, word, now)?;
        Ok(tell(tx, &user, change, now)?)
    })
}

/// New recovery codes in place of all old ones.
///
/// # Errors
/// `NotFound` without a second proof, which they stand in for, and when the session was ended.
pub fn new_codes(store: &Store, acting: &Acting, codes: &[(String, String)], now: UtcTime) -> Result<(), CareError> {
    let id = &acting.user;
    store.write(|tx| {
        let user = acting.account(tx, now)?;
        if !factors::has_any(tx, id)? {
            return Err(StoreError::NotFound.into());
        }
        factors::set_codes(tx, id, codes, now)?;
        oversight::note(tx, Some(id), None, "recovery codes made", now)?;
        Ok(tell(tx, &user, Change::CodesMade, now)?)
    })
}

/// At the command line: takes every second proof of an account away and ends its sessions. `false` when no account has
/// this address.
pub fn reset(store: &Store, email: &str, now: UtcTime) -> Result<bool, CareError> {
    let email = super::account::normal_email(email);
    store.write(|tx| {
        let Some(user) = accounts::user_by_email(tx, &email)? else { return Ok(false) };
        let id = UserId::from_text(&user.id);
        factors::remove_all(tx, &id)?;
        sessions::delete_of(tx, &id)?;
        oversight::note(tx, None, Some(&PatientId::from(&id)), "second step reset at the command line", now)?;
        tell(tx, &user, Change::Reset, now)?;
        Ok(true)
    })
}

/// Whether the key fits what is kept, the code app and the locked record that are looked at: nothing kept fits every key,
/// and none.
///
/// # Errors
/// When the database fails.
pub fn key_fits(store: &Store, sealer: Option<&Sealer>) -> Result<bool, StoreError> {
    let (app, record) = store.read::<_, StoreError>(|tx| Ok((factors::some_app(tx)?, archives::newest(tx)?)))?;
    let fits = |opens: &dyn Fn(&Sealer) -> bool| sealer.is_some_and(opens);
    let app = app.is_none_or(|app| fits(&|sealer: &Sealer| sealer.open(&app.user_id, &app.sealed_secret).is_some()));
    let record = record.is_none_or(|(id, until, sealed)| fits(&|sealer: &Sealer| sealing::open(sealer, &id, until, &sealed).is_ok()));
    Ok(app && record)
}
