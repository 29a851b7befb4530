//! `gradus retention`: what the rules would delete, doing it, and locked records: opening one, and those whose key is lost.

use super::clock;
use crate::app::{sealer, waiting_sealer};
use crate::care::own_data::sealing;
use crate::care::retention::{apply, preview, waiting};
use crate::config::Config;
use crate::ids::PatientId;
use crate::store::{Store, StoreError, archives, oversight};
use clap::Subcommand;

#[derive(Subcommand)]
pub(super) enum RetentionCommand {
    /// Print a locked record as JSON. Who opened it and why is written down.
    Open {
        /// The identity of the account that was, as the list names it.
        id: String,
        /// Why it is opened: a request of its person, of a court, of whoever treats them now.
        #[arg(long)]
        reason: String,
    },
    /// List the locked records: identity, since when, until when, by which law.
    List,
    /// Name the locked records that the key of now does not open. When their own key is lost for good they are lost too.
    Lost {
        /// Delete them, so that the server starts again; that it was done is written down.
        #[arg(long)]
        delete: bool,
    },
}

/// `retention [--apply]`: a preview, and with `--apply` the deed.
pub(super) fn retention(config: &Config, applies: bool, command: Option<&RetentionCommand>) -> Result<(), String> {
    let store = Store::open(&config.database).map_err(|e| e.to_string())?;
    match command {
        None => rules(config, &store, applies),
        Some(RetentionCommand::List) => list(&store),
        Some(RetentionCommand::Lost { delete }) => lost(config, &store, *delete),
        Some(RetentionCommand::Open { id, reason }) => open(config, &store, id, reason),
    }
}

fn rules(config: &Config, store: &Store, applies: bool) -> Result<(), String> {
    let now = clock(config).now();
    if applies {
        for (kept, deleted) in apply(store, now).map_err(|e| e.to_string())? {
            println!("{deleted:>8}  {}", kept.name);
        }
        return Ok(());
    }
    let (rules, waits) = store.read::<_, StoreError>(|tx| Ok((preview(tx, now)?, waiting(tx, None)?))).map_err(|e| e.to_string())?;
    println!("What would be deleted now (nothing was; --apply does it):");
    for (kept, count) in rules {
        let days = if kept.days == 1 { "1 day".to_owned() } else { format!("{} days", kept.days) };
        println!("{count:>8}  {}, {days} after their end. {}", kept.name, kept.why);
    }
    println!("{:>8}  accounts wait to be erased, {} records are locked", waits.closing.len(), waits.archives.len());
    Ok(())
}

fn list(store: &Store) -> Result<(), String> {
    for one in store.read(archives::all).map_err(|e| e.to_string())? {
        println!("{}  locked {}  kept until {}  {}", one.id, one.made_at.date(), one.keep_until_at.date(), one.law);
    }
    Ok(())
}

fn lost(config: &Config, store: &Store, delete: bool) -> Result<(), String> {
    let now = clock(config).now();
    let sealer = sealer(config)?.ok_or("GRADUS_FACTOR_KEY is not set: without a key nothing is known of a record")?;
    // Where replacing the key was cut short, records open with the new one.
    let coming = waiting_sealer(config)?;
    for one in store.read(archives::all).map_err(|e| e.to_string())? {
        let sealed = store.read(|tx| archives::sealed(tx, &one.id)).map_err(|e| e.to_string())?;
        let mut keys = [Some(&sealer), coming.as_ref()].into_iter().flatten();
        if keys.any(|key| sealing::open(key, &one.id, one.keep_until_at, &sealed).is_ok()) {
            continue;
        }
        if delete {
            let about = PatientId::from_text(&one.id);
            let gone = store.write::<_, StoreError>(|tx| {
                oversight::note(tx, None, Some(&about), "deleted a locked record that no key opens, at the command line", now)?;
                archives::delete(tx, &one.id)
            });
            gone.map_err(|e| e.to_string())?;
        }
        let done = if delete { "deleted" } else { "does not open" };
        println!("{}  locked {}  kept until {}  {done}", one.id, one.made_at.date(), one.keep_until_at.date());
    }
    Ok(())
}

fn open(config: &Config, store: &Store, id: &str, reason: &str) -> Result<(), String> {
    if reason.trim().is_empty() {
        return Err("--reason: say why the record is opened".to_owned());
    }
    let now = clock(config).now();
    let sealer = sealer(config)?.ok_or("GRADUS_FACTOR_KEY is not set: without the key no record opens")?;
    let all = store.read(archives::all).map_err(|e| e.to_string())?;
    let kept = all.iter().find(|one| one.id == id).ok_or("there is no locked record of this identity: see `gradus retention list`")?;
    let sealed = store.write::<_, StoreError>(|tx| {
        oversight::note(tx, None, Some(&PatientId::from_text(id)), "opened a locked record at the command line", now)?;
        archives::open(tx, id, reason.trim(), now)
    });
    let record = sealing::open(&sealer, id, kept.keep_until_at, &sealed.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
    println!("{record}");
    Ok(())
}
