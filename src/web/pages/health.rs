//! `/health`: 200 once the server can serve and its database takes writes, else 503.

use crate::app::AppState;
use crate::store::{StoreError, health};
use crate::web::carried;
use actix_web::{HttpResponse, web};
use std::time::{Duration, Instant};

/// How long an answer is good for: anybody may ask, so however many do, one write a second is tried.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// Answers `ok` or `unavailable`, and nothing else.
pub async fn show(app: web::Data<AppState>) -> HttpResponse {
    if takes_writes(&app).await {
        HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n")
    } else {
        HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("unavailable\n")
    }
}

/// Whether the database takes a write now, or did a moment ago. Who comes while it is tried waits for that answer.
async fn takes_writes(app: &web::Data<AppState>) -> bool {
    let mut last = app.pulse.lock().await;
    if let Some((_, took)) = last.filter(|(at, _)| at.elapsed() < GOOD_FOR) {
        return took;
    }
    let (store, now) = (app.store.clone(), app.clock.now());
    let written = carried::block(move || store.write::<_, StoreError>(|tx| health::touch(tx, now))).await;
    let took = matches!(written, Ok(Ok(())));
    *last = Some((Instant::now(), took));
    took
}
