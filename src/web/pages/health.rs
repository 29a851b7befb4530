//! `/health`: 200 once the server can serve and its database takes writes, else 503.

use crate::app::AppState;
use crate::store::{StoreError, health};
use crate::web::carried;
use actix_web::{HttpResponse, web};

/// Answers `ok` or `unavailable`, and nothing else.
pub async fn show(app: web::Data<AppState>) -> HttpResponse {
    let (store, now) = (app.store.clone(), app.clock.now());
    let written = carried::block(move || store.write::<_, StoreError>(|tx| health::touch(tx, now))).await;
    match written {
        Ok(Ok(())) => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("ok\n"),
        _ => HttpResponse::ServiceUnavailable().content_type("text/plain; charset=utf-8").body("unavailable\n"),
    }
}
