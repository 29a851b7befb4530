//! The key that seals secrets of code apps and locked records: where it is, whether it fits, and another in its place.

use crate::accounts::factors::{Sealer, key_beside, make_lasting, put_in_place};
use crate::care::factors::anew::{self, Done};
use crate::care::factors::key_fits;
use crate::clock::UtcTime;
use crate::config::{Config, SealingKey};
use crate::store::{DatabaseUrl, Store};
use std::path::{Path, PathBuf};

/// Said at the start of a server whose key opens nothing.
const ANOTHER: &str = "GRADUS_FACTOR_KEY: codes of apps or locked records were sealed with another key. If it was replaced, \
    set the new one; else bring the other one back. Without it they are lost: `gradus factors reset EMAIL` lets each owner of \
    an app begin anew, and `gradus retention lost` names the records";
/// Said where the new key is not the program's to keep.
const YOURS: &str = "the key is set by GRADUS_FACTOR_KEY, so the new one is yours to keep too: put what `gradus factors key` \
    prints into a file, and name that with --new-key";

/// What became of replacing the key.
#[derive(Debug, Clone)]
pub struct Replaced {
    /// How much was sealed anew.
    pub done: Done,
    /// Where the old key is kept now; `None` where the key is a setting, which somebody must change by hand.
    pub old: Option<PathBuf>,
}

/// The key file beside an SQLite database; none where the key is set, and none with PostgreSQL.
fn beside(config: &Config) -> Option<PathBuf> {
    match (&config.factors.key, &config.database) {
        (None, DatabaseUrl::Sqlite(file)) => Some(file.with_extension("factor-key")),
        _ => None,
    }
}

/// Where a new key lies until it takes the place of the key file.
fn coming(file: &Path) -> PathBuf {
    file.with_extension("factor-key-new")
}

/// The new key of a replacement that was cut short, if there is one.
fn left_behind(config: &Config) -> Option<PathBuf> {
    beside(config).map(|file| coming(&file)).filter(|new| new.exists())
}

fn read(file: &Path) -> Result<SealingKey, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{} cannot be read: {e}", file.display()))?;
    SealingKey::read(&text).map_err(|problem| format!("{}: {problem}", file.display()))
}

/// A key that was not written whole has sealed nothing.
fn read_coming(file: &Path) -> Result<Sealer, String> {
    let key = read(file).map_err(|problem| format!("{problem}. Where it is empty or cut off, nothing is sealed with it: delete it"))?;
    Ok(Sealer::new(key.reveal()))
}

/// What seals what must not be read from a copy of the database: secrets of code apps, and records that the law
/// makes a clinic keep. As it is set; else, beside an SQLite database, made once. None with PostgreSQL where none is set.
///
/// # Errors
/// When the file of the key can be neither read nor made.
pub fn sealer(config: &Config) -> Result<Option<Sealer>, String> {
    match (&config.factors.key, beside(config)) {
        (Some(key), _) => Ok(Some(Sealer::new(key.reveal()))),
        (None, Some(file)) => {
            let text =
                key_beside(&file, || SealingKey::fresh().written()).map_err(|e| format!("{} cannot be used: {e}", file.display()))?;
            SealingKey::read(&text).map(|key| Some(Sealer::new(key.reveal()))).map_err(|problem| format!("{}: {problem}", file.display()))
        }
        (None, None) => Ok(None),
    }
}

/// The new key of a replacement that was cut short: what it opens is not lost.
///
/// # Errors
/// When its file cannot be read.
pub fn waiting_sealer(config: &Config) -> Result<Option<Sealer>, String> {
    left_behind(config).map(|new| read_coming(&new)).transpose()
}

/// Refuses a key that does not fit what is kept, in words for whoever starts the server.
pub(super) fn must_fit(config: &Config, store: &Store, sealer: Option<&Sealer>) -> Result<(), String> {
    if key_fits(store, sealer).map_err(|e| e.to_string())? {
        return Ok(());
    }
    if let Some(new) = left_behind(config) {
        return Err(format!("{}: replacing the key was cut short. Go on with `gradus factors replace-key`", new.display()));
    }
    Err(ANOTHER.to_owned())
}

/// Puts another key in the place of the present one: a fresh one where it lies beside the database, the one of the file
/// `given` where it is set.
///
/// # Errors
/// In words for whoever does it. Nothing was changed, unless they say so.
pub fn replace_key(config: &Config, given: Option<&Path>, now: UtcTime) -> Result<Replaced, String> {
    match (&config.factors.key, beside(config), given) {
        (Some(present), _, Some(new)) => {
            let new = read(new)?;
            if new == *present {
                return Err("--new-key: this is the key that is set now".to_owned());
            }
            let store = Store::open(&config.database).map_err(|e| e.to_string())?;
            let keys = (&Sealer::new(present.reveal()), &Sealer::new(new.reveal()));
            Ok(Replaced { done: anew::seal(&store, keys, now).map_err(|e| e.to_string())?, old: None })
        }
        (Some(_), _, None) => Err(YOURS.to_owned()),
        (None, Some(file), None) => replace_beside(config, &file, now),
        (None, Some(file), Some(_)) => Err(format!("the key is {}, and a new one is made beside it: leave --new-key out", file.display())),
        (None, None, _) => Err("GRADUS_FACTOR_KEY is not set: there is no key to replace".to_owned()),
    }
}

fn replace_beside(config: &Config, file: &Path, now: UtcTime) -> Result<Replaced, String> {
    let (present, coming) = (read(file)?, coming(file));
    let present = Sealer::new(present.reveal());
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    // One that is there may have sealed everything already. Else no file is made before it is clear that all opens.
    if !coming.exists() {
        anew::check(&store, &present).map_err(|e| e.to_string())?;
        make_lasting(&coming, &SealingKey::fresh().written()).map_err(|e| format!("{} cannot be made: {e}", coming.display()))?;
    }
    let done = anew::seal(&store, (&present, &read_coming(&coming)?), now).map_err(|e| e.to_string())?;
    let old = file.with_extension(format!("factor-key-until-{}", now.format("%Y-%m-%d-%H%M%S")));
    if let Err(error) = put_in_place(&coming, file, &old) {
        let (new, file) = (coming.display(), file.display());
        return Err(format!("everything is sealed with the new key now, but {new} did not get the place of {file}: {error}. Do it again"));
    }
    Ok(Replaced { done, old: Some(old) })
}
