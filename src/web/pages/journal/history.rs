//! What something in the journal said before, for the person who wrote it.

use super::told::Told;
use crate::care::CareError;
use crate::store::journal::{self, EntryBody};
use crate::store::logs::{self, Revision, SessionSaid};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me};
use crate::web::view::{PageCtx, page, words};
use actix_web::HttpResponse;
use askama::Template;
use serde::de::DeserializeOwned;

/// A version that no longer holds.
pub struct Before {
    /// When it was replaced.
    pub until: String,
    /// What it said.
    pub told: Told,
}

/// Earlier versions in words, newest first.
pub fn versions<T: DeserializeOwned>(me: &Me, history: &[Revision], told: impl Fn(&T) -> Told) -> Vec<Before> {
    let before = |revision: &Revision| {
        let said: T = serde_json::from_str(&revision.before).ok()?;
        Some(Before { until: words::instant(revision.replaced_at, me.moment.zone), told: told(&said) })
    };
    history.iter().filter_map(before).collect()
}

#[derive(Template)]
#[template(path = "pages/journal/history.html")]
struct HistoryPage {
    ctx: PageCtx,
    of: String,
    now: Told,
    change: String,
    before: Vec<Before>,
}

/// What an entry said before.
pub async fn entry_history(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let (entry, history) = me
        .run(move |store, who, _| store.read(|tx| Ok::<_, CareError>((journal::one(tx, who, &id)?, logs::history(tx, who, &id)?))))
        .await?;
    page(&HistoryPage {
        ctx: me.visitor.reading(),
        of: format!("{}, {}", words::day(entry.on_date), entry.at_time),
        now: Told::entry(&entry.body),
        change: format!("/journal/{}/edit", entry.id),
        before: versions(&me, &history, |body: &EntryBody| Told::entry(body)),
    })
}

/// What a session said before.
pub async fn session_history(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let (log, history) =
        me.run(move |store, who, _| store.read(|tx| Ok::<_, CareError>((logs::one(tx, who, &id)?, logs::history(tx, who, &id)?)))).await?;
    page(&HistoryPage {
        ctx: me.visitor.reading(),
        of: tr!("{day}, session", day = words::day(log.on_date)),
        now: Told::session(&log.said()),
        change: format!("/sessions/{}/edit", log.id),
        before: versions(&me, &history, |said: &SessionSaid| Told::session(said)),
    })
}
