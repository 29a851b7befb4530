//! `gradus clinic …`: clinics of one database, apart from each other. A clinic that is alone needs none of it.

use super::clock;
use super::user::migrated;
use crate::care::clinics;
use crate::config::Config;
use crate::ids::ClinicId;
use crate::store::Store;
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum ClinicCommand {
    /// Make a clinic and print the link for its first administrator.
    Add {
        /// What it is called.
        name: String,
    },
    /// List the clinics: identity, name, how many work there and how many patients it has.
    List,
    /// Give a clinic another name.
    Rename {
        /// Its identity, from the list.
        id: String,
        /// What it is called from now on.
        name: String,
    },
    /// Print a link for one more administrator of a clinic, also when none is left.
    Invite {
        /// Its identity, from the list.
        id: String,
    },
    /// Close a clinic in which nobody is any more.
    Close {
        /// Its identity, from the list.
        id: String,
    },
}

pub(super) fn clinic(config: &Config, command: &ClinicCommand) -> Result<(), String> {
    migrated(config)?;
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    let now = clock(config).now();
    let link = |secret: &str| {
        println!(
            "This link makes one administrator\u{2019}s account and works for 14 days:\n  {}/invite/{secret}",
            config.base_url(config.bind.port())
        )
    };
    match command {
        ClinicCommand::Add { name } => {
            let (id, secret) = clinics::add(&store, name, now).map_err(|e| e.to_string())?;
            println!("The clinic has the identity {id}.");
            link(&secret);
        }
        ClinicCommand::List => {
            for one in store.read(clinics::listed).map_err(|e| e.to_string())? {
                let name = if one.clinic.name.is_empty() { &config.clinic } else { &one.clinic.name };
                let closed = if one.clinic.closed_at.is_some() { ", closed" } else { "" };
                println!("{}  {name}: {} at work, {} patients{closed}", one.clinic.id, one.staff, one.patients);
            }
        }
        ClinicCommand::Rename { id, name } => {
            clinics::rename(&store, &ClinicId::from_text(id), name, now).map_err(|e| e.to_string())?;
            println!("Renamed.");
        }
        ClinicCommand::Invite { id } => {
            link(&clinics::invite_administrator(&store, &ClinicId::from_text(id), now).map_err(|e| e.to_string())?);
        }
        ClinicCommand::Close { id } => {
            clinics::close(&store, &ClinicId::from_text(id), now).map_err(|e| e.to_string())?;
            println!("Closed.");
        }
    }
    Ok(())
}
