//! `gradus factors …`: the second step of signing in, from the clinic's own server.

use super::clock;
use super::user::migrated;
use crate::app;
use crate::care::factors;
use crate::config::{Config, SealingKey};
use crate::store::Store;
use clap::Subcommand;
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub(super) enum FactorsCommand {
    /// Take every second step of an account away, after making sure who asks: its owner begins anew at the next sign-in.
    Reset {
        /// The account's e-mail address.
        email: String,
    },
    /// Print a fresh key for GRADUS_FACTOR_KEY. It is stored nowhere.
    Key,
    /// Seal secrets of code apps and locked records anew with another key, all of them or none. Stop the server first and
    /// start it afterwards: one that runs holds the old key. Beside an SQLite database the new key is made, and the old
    /// one is kept in a file aside.
    ReplaceKey {
        /// File with the new key, as `gradus factors key` prints it, where GRADUS_FACTOR_KEY is set: it is to hold the
        /// present one still.
        #[arg(long, value_name = "FILE")]
        new_key: Option<PathBuf>,
    },
}

/// `factors key`: needs no database.
pub(super) fn key() {
    println!("{}", SealingKey::fresh().written());
}

/// `factors reset`.
pub(super) fn reset(config: &Config, email: &str) -> Result<(), String> {
    migrated(config)?;
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    if !factors::reset(&store, email, clock(config).now()).map_err(|e| e.to_string())? {
        return Err(format!("no account has the address {email}"));
    }
    println!("The second step of {email} is taken away, and every device is signed out. A message tells its owner.");
    Ok(())
}

/// `factors replace-key`.
pub(super) fn replace_key(config: &Config, new_key: Option<&Path>) -> Result<(), String> {
    let app::Replaced { done, old } = app::replace_key(config, new_key, clock(config).now())?;
    println!("Sealed anew with the new key: {}.", done.anew);
    if done.already.any() {
        println!("Sealed with it before: {}.", done.already);
    }
    match old {
        Some(old) => println!(
            "The new key lies beside the database. The old one is kept in {}: without it no backup from before opens. Delete it with the last of them.",
            old.display()
        ),
        None => println!(
            "Now set GRADUS_FACTOR_KEY to the new key: until then nothing opens. Keep the old one elsewhere: without it no backup from before opens."
        ),
    }
    println!("Then start the server. If it ran meanwhile, stop it: it holds the old key. README.md says what to do.");
    Ok(())
}
