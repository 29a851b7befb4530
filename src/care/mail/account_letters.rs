//! Letters about the account itself: that an address is to be confirmed, that it changes, that somebody signed in. They
//! say what happened and when, and what to do where it was not their person.

use super::super::CareError;
use super::super::addresses::{Word, make_link};
use super::super::own_data::closing::LAST_DAY;
use crate::clock::{UtcTime, zone};
use crate::lang::{Lang, Text, dates};
use crate::post::letter::fill;
use crate::post::{LetterText, Texts};
use crate::store::accounts::User;
use crate::store::addresses::{self, Side};
use crate::store::outbox::{Kind, Posting};
use crate::store::{StoreError, WriteTx};

/// Whether a message of a kind may go to an address nobody confirmed: what proves the address and what is about the
/// account itself, and nothing that says that its person has a record or works here.
pub(super) fn may_get(kind: Kind, user: &User) -> bool {
    user.email_verified_at.is_some() || !matches!(kind, Kind::First | Kind::Second | Kind::News | Kind::Desk | Kind::Test | Kind::Device)
}

/// A letter about the account: to whom, subject, body.
pub(super) struct Written {
    pub to: String,
    pub subject: String,
    pub body: String,
}

/// The instant of a message in the words and the zone of its person.
fn when(user: &User, at: UtcTime) -> String {
    let local = at.and_utc().with_timezone(&zone(&user.time_zone)).naive_local();
    Lang::from_code(&user.language).unwrap_or_default().tell(&dates::instant(local))
}

/// Writes a message about an address; `None` when it is not wanted any more.
pub(super) fn of_address(
    tx: &mut WriteTx,
    (user, posting): (&User, &Posting),
    texts: &Texts,
    (secret, base_url): (&str, &str),
    now: UtcTime,
) -> Result<Option<Written>, CareError> {
    let link = format!("{base_url}/address/{secret}");
    let write = |to: &str, text: &LetterText| {
        let (subject, body) = fill(text, &link, "");
        Some(Written { to: to.to_owned(), subject, body: body.replace("{when}", &when(user, posting.made_at)) })
    };
    let word = Word::of(&posting.token);
    let open = |tx: &mut WriteTx, id: &str| -> Result<_, StoreError> {
        Ok(addresses::change(tx, id)?.filter(|change| change.ended_at.is_none() && change.expires_at > now))
    };
    Ok(match word {
        Some(Word::Verify) if user.email_verified_at.is_none() => {
            make_link(tx, user, (Side::Verify, None, &user.email), secret, now)?;
            write(&user.email, &texts.verify)
        }
        Some(Word::New(id)) => match open(tx, &id)? {
            Some(change) => {
                make_link(tx, user, (Side::New, Some(&id), &change.new_email), secret, now)?;
                write(&change.new_email, &texts.address_new)
            }
            None => None,
        },
        Some(Word::Old(id)) => match open(tx, &id)? {
            Some(_) => {
                make_link(tx, user, (Side::Old, Some(&id), &user.email), secret, now)?;
                write(&user.email, &texts.address_old)
            }
            None => None,
        },
        Some(Word::Taken(_)) => write(&user.email, &texts.address_taken),
        Some(Word::Done(id)) => addresses::change(tx, &id)?.and_then(|change| write(&change.old_email, &texts.address_done)),
        _ => None,
    })
}

/// A kept device ("Firefox on Android") in a sentence.
fn which(device: &str) -> Text {
    match device.split_once(" on ") {
        Some((browser, system)) => text!("It was {browser} on {system}.", browser = browser, system = system),
        None if device.is_empty() => text!("It does not say what it is."),
        None => text!("It was {device}.", device = device),
    }
}

/// Writes the message about a sign-in from a browser that was not known.
pub(super) fn of_device(user: &User, posting: &Posting, texts: &Texts, base_url: &str) -> Written {
    let (subject, body) = fill(&texts.device, &format!("{base_url}/account/sessions"), "");
    let device = posting.token.split_once(' ').map(|(_, device)| device).unwrap_or_default();
    let device = Lang::from_code(&user.language).unwrap_or_default().tell(&which(device));
    let body = body.replace("{when}", &when(user, posting.made_at)).replace("{device}", &device);
    Written { to: user.email.clone(), subject, body }
}

/// Writes that the account is being closed, or that tomorrow is the end: both name when it was asked for.
pub(super) fn of_closing(user: &User, posting: &Posting, texts: &Texts, base_url: &str) -> Written {
    let text = if posting.token.starts_with(LAST_DAY) { &texts.closing_last } else { &texts.closing_begun };
    let (subject, body) = fill(text, &format!("{base_url}/sign-in"), "");
    let body = body.replace("{when}", &when(user, user.closing_at.unwrap_or(posting.made_at)));
    Written { to: user.email.clone(), subject, body }
}

/// Writes the message about a change of how somebody signs in; `None` for one that this program does not know.
pub(super) fn of_factors(user: &User, posting: &Posting, texts: &Texts, base_url: &str) -> Option<Written> {
    let what = texts.factors.what.get(posting.token.split(' ').next().unwrap_or_default())?;
    let (subject, body) = fill(&texts.factors.letter, &format!("{base_url}/forgot"), "");
    Some(Written { to: user.email.clone(), subject, body: body.replace("{what}", what).replace("{when}", &when(user, posting.made_at)) })
}
