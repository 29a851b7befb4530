//! `gradus migrate`, `gradus user`, `gradus mail`: what whoever runs the clinic's server does by hand.

use super::clock;
use crate::care::own_data::closing;
use crate::care::{account, addresses};
use crate::config::Config;
use crate::ids::ClinicId;
use crate::post::letter::{Letter, fill};
use crate::post::texts;
use crate::smtp::Mailer;
use crate::store::{Store, migrate};
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum MailCommand {
    /// Send a test message and say what the mail server answered.
    Test {
        /// Where to.
        address: String,
    },
}

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Print a single-use link with which a physiotherapist makes their account.
    Physio {
        /// Name the link greets them with.
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Print a single-use link with which the owner of an account sets a new password.
    Reset {
        /// The account's e-mail address.
        email: String,
    },
    /// Give an account another e-mail address, for somebody who cannot reach the old one any more. Make sure who asks:
    /// whoever has the address can ask for a new password. Every device is signed out.
    Address {
        /// The address until now.
        old: String,
        /// The address from now on.
        new: String,
    },
    /// Begin to close a patient's account, as they would: for somebody who cannot sign in any more, or a record made in the
    /// room that nobody took over. It is erased after 14 days; its person is told by e-mail and can keep it until then.
    Close {
        /// The account's e-mail address, or its identity as it stands in the address of the patient's file.
        account: String,
    },
}

/// `mail test`: one message, and the mail server's own words when it did not take it.
pub(super) fn mail_test(config: &Config, address: &str) -> Result<(), String> {
    let server =
        config.mail.as_ref().ok_or("no mail server is set, so this clinic sends no e-mail: set GRADUS_SMTP_HOST (see README.md)")?;
    let base = config.base_url(config.bind.port());
    let (subject, body) = fill(&texts().test, &base, &format!("{base}/account/reminders"));
    let letter = Letter { id: crate::ids::fresh(), to: address.to_owned(), subject, body, one_click: None };
    let mailer = Mailer::new(server, &base)?;
    let sent = mailer.send(&letter);
    sent.map_err(|told| format!("{}:{} did not take the message ({}): {}", server.host, server.port, told.failure.code(), told.detail))?;
    println!("{}:{} took the message for {address}. Look whether it arrives, and not among spam.", server.host, server.port);
    Ok(())
}

pub(super) fn migrated(config: &Config) -> Result<(), String> {
    let ran = migrate(&config.database).map_err(|e| e.to_string())?;
    match ran.as_slice() {
        [] => println!("The database is up to date."),
        names => println!("Ran {}.", names.join(", ")),
    }
    Ok(())
}

pub(super) fn user(config: &Config, command: &UserCommand) -> Result<(), String> {
    migrated(config)?;
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    let now = clock(config).now();
    let base = config.base_url(config.bind.port());
    match command {
        UserCommand::Physio { name } => {
            let secret = account::staff_secret(&store, &ClinicId::first(), name, now).map_err(|e| e.to_string())?;
            println!("This link makes one physiotherapist's account and works for 14 days:\n  {base}/invite/{secret}");
        }
        UserCommand::Reset { email } => {
            let secret = account::reset_secret(&store, email, now).map_err(|e| e.to_string())?;
            let secret = secret.ok_or_else(|| format!("no account has the address {email}"))?;
            println!("This link sets a new password once and works for one hour:\n  {base}/reset/{secret}");
        }
        UserCommand::Address { old, new } => {
            if !addresses::set_by_hand(&store, old, new, now).map_err(|e| e.to_string())? {
                return Err(format!("no account has the address {old}"));
            }
            println!("The account of {old} has the address {new} from now on. Every device is signed out.");
        }
        UserCommand::Close { account } => {
            let ends = closing::by_hand(&store, account, now).map_err(|e| e.to_string())?;
            let ends = ends.ok_or_else(|| format!("no account has the address or identity {account}"))?;
            println!("The account {account} is being closed. It is erased on {}, unless its person keeps it.", ends.date());
        }
    }
    Ok(())
}
