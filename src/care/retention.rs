//! What is kept no longer than needed: the rules in one place, what each would delete now, and the round that does it.

use super::CareError;
use crate::access::Admin;
use crate::clock::UtcTime;
use crate::store::retention::{self, Rule};
use crate::store::{ReadTx, Store, StoreError, accounts, archives, closing, oversight};
use chrono::Duration;

/// A rule in words.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// What it deletes.
    pub rule: Rule,
    /// Its name.
    pub name: &'static str,
    /// How long after its end something of it stays.
    pub days: i64,
    /// Why so long and no longer.
    pub why: &'static str,
}

/// Every rule.
pub const RULES: &[Kept] = &[
    Kept { rule: Rule::Sessions, name: "Sessions that ran out", days: 0, why: "Nobody can use them any more." },
    Kept {
        rule: Rule::Invitations,
        name: "Invitations and password links that were used, taken back or ran out",
        days: 90,
        why: "Whoever made one can see for three months what became of it; of one that ended, no longer whom it was for.",
    },
    Kept {
        rule: Rule::NeverCame,
        name: "Links to make an account by oneself that ran out unused",
        days: 0,
        why: "Who asked for one and never came has nothing to do with the clinic; their address goes.",
    },
    Kept {
        rule: Rule::AddressLinks,
        name: "Links that confirm an address and ran out",
        days: 30,
        why: "An old link says that it has ended, not that it never was.",
    },
    Kept { rule: Rule::AddressChanges, name: "Changes of address whose time is over", days: 30, why: "Their links are kept as long." },
    Kept {
        rule: Rule::Browsers,
        name: "Known browsers that nobody signed in from",
        days: 400,
        why: "As long as a browser keeps its cookie.",
    },
    Kept {
        rule: Rule::Throttles,
        name: "Counters against guessing",
        days: 1,
        why: "They count for a quarter of an hour; some hold a network address.",
    },
    Kept {
        rule: Rule::Outbox,
        name: "E-mails that were sent or given up",
        days: 90,
        why: "The person sees for three months what was sent. The e-mails themselves are not kept.",
    },
    Kept {
        rule: Rule::StopLinks,
        name: "Links in e-mails that ran out",
        days: 90,
        why: "An old link says that it has ended, not that it never was.",
    },
    Kept {
        rule: Rule::Imports,
        name: "Uploaded journal files that nobody confirmed",
        days: 1,
        why: "A file that is not confirmed within a day was not wanted.",
    },
    Kept {
        rule: Rule::Archives,
        name: "Locked records whose time is over",
        days: 0,
        why: "The law asks for no longer; how long is set by GRADUS_KEEP_YEARS when an account is erased.",
    },
];

impl Kept {
    /// What is older than this goes.
    pub fn before(&self, now: UtcTime) -> UtcTime {
        now - Duration::days(self.days)
    }
}

/// What each rule would delete now.
pub fn preview(tx: &mut ReadTx, now: UtcTime) -> Result<Vec<(&'static Kept, i64)>, StoreError> {
    RULES.iter().map(|kept| Ok((kept, retention::count(tx, kept.rule, kept.before(now))?))).collect()
}

/// What waits for its time: accounts being closed, and locked records with the first day one of them goes.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Accounts that are erased at these instants, unless taken back.
    pub closing: Vec<UtcTime>,
    /// Locked records.
    pub archives: Vec<archives::Archive>,
}

/// What waits for its time in an administrator's clinic; in all of them for the command line, which is nobody's.
pub fn waiting(tx: &mut ReadTx, admin: Option<&Admin>) -> Result<Waiting, StoreError> {
    let (asked, archives) = match admin {
        Some(admin) => (closing::of_clinic(tx, admin)?, archives::of_clinic(tx, admin)?),
        None => (closing::all(tx)?.into_iter().map(|(_, asked)| asked).collect(), archives::all(tx)?),
    };
    Ok(Waiting { closing: asked.into_iter().map(|asked| asked + super::own_data::WAIT).collect(), archives })
}

/// Applies every rule; returns how many rows each deleted. A locked record that went is noted.
pub fn apply(store: &Store, now: UtcTime) -> Result<Vec<(&'static Kept, usize)>, CareError> {
    store.write(|tx| {
        let mut done = Vec::new();
        for kept in RULES {
            let deleted = retention::apply(tx, kept.rule, kept.before(now))?;
            if kept.rule == Rule::Archives && deleted > 0 {
                oversight::note(tx, None, None, "locked records deleted, their time was over", now)?;
                closing::scrub_later(tx)?;
            }
            done.push((kept, deleted));
        }
        Ok(done)
    })
}

/// Name of the setting that says on which date the rules were applied last.
const LAST: &str = "retention_applied_on";

/// Applies the rules once a day, whichever server comes first.
pub fn apply_daily(store: &Store, now: UtcTime) -> Result<(), CareError> {
    let today = now.date().to_string();
    if store.read(|tx| accounts::setting(tx, LAST))?.as_deref() == Some(today.as_str()) {
        return Ok(());
    }
    let done = apply(store, now)?;
    store.write(|tx| accounts::keep_setting(tx, LAST, &today))?;
    let deleted: usize = done.iter().map(|(_, deleted)| deleted).sum();
    if deleted > 0 {
        tracing::info!(deleted, "rows deleted by the rules of retention");
    }
    Ok(())
}
