//! `gradus factors …`: the second step of signing in, from the clinic's own server.

use super::clock;
use super::user::migrated;
use crate::care::factors;
use crate::config::{Config, SealingKey};
use crate::store::Store;
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum FactorsCommand {
    /// Take every second step of an account away, after making sure who asks: its owner begins anew at the next sign-in.
    Reset {
        /// The account's e-mail address.
        email: String,
    },
    /// Print a fresh key for GRADUS_FACTOR_KEY. It is stored nowhere.
    Key,
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
