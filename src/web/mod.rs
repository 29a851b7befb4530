//! The only part that speaks actix and askama: routes, the middleware around them, forms and pages.
//!
//! Read `routes.rs` first: it is the whole map. Handlers take capabilities as arguments and hand
//! everything else to `care`.

mod assets;
mod browser;
mod carried;
mod client;
mod costs;
mod device;
mod error;
mod extract;
mod forms;
mod middleware;
mod pages;
mod passport;
mod questions;
mod redirect;
mod routes;
mod session_store;
mod tls;
mod upload;
mod view;

pub use costs::Costs;
pub use error::AppError;
pub use redirect::server as redirecting;
pub use routes::proven::PROVEN_ANEW;
pub use routes::{BY_SECRET_ALONE, COSTLY, Guard, ROUTES, Route, SHOWS_SECRET, WITHOUT_FACTOR, Work, asks};
pub use tls::Certificates;

use crate::app::AppState;
use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_web::cookie::{Key, SameSite, time};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, ServiceConfig};

/// How long a browser keeps the session's cookie. How long the session itself lasts is decided on the server
/// (`accounts::limits`): this is the longest of its limits.
const COOKIE: time::Duration = time::Duration::days(30);
/// Largest request body that is read, in bytes: no form comes near it.
pub const MAX_BODY: usize = 64 * 1024;
/// Largest body with a file that is read to its end, to say beside the field that the file is too large.
pub const MAX_UPLOAD: usize = 4 * upload::MAX_BYTES;

/// Registers every route under the middleware stack. `wrap` runs the last one first, so the list
/// reads from the inside out.
pub fn configure(state: &AppState, key: Key) -> impl FnOnce(&mut ServiceConfig) + use<> {
    let store = session_store::DbSessions::new(state.store.clone(), state.clock.clone());
    let secure = state.config.is_https();
    move |config| {
        let sessions = SessionMiddleware::builder(store, key)
            .cookie_name(session_store::cookie_name(secure).to_owned())
            .cookie_secure(secure)
            .cookie_http_only(true)
            .cookie_same_site(SameSite::Lax)
            .cookie_path("/".to_owned())
            .cookie_content_security(CookieContentSecurity::Signed)
            .session_lifecycle(
                PersistentSession::default().session_ttl(COOKIE).session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest),
            )
            .build();
        // Assets and the health check touch no session.
        config.service(
            web::resource("/assets/{version}/{path:.*}")
                .route(web::get().to(assets::serve))
                .wrap(Compress::default())
                .wrap(from_fn(middleware::headers))
                .wrap(from_fn(middleware::connection))
                .wrap(from_fn(middleware::catch_panic)),
        );
        config.service(
            web::resource("/health")
                .route(web::get().to(pages::health::show))
                .wrap(from_fn(middleware::headers))
                .wrap(from_fn(middleware::connection))
                .wrap(from_fn(middleware::catch_panic)),
        );
        config.service(
            web::scope("")
                .configure(routes::configure)
                .default_service(web::route().to(pages::missing))
                .wrap(from_fn(middleware::proven_anew))
                .wrap(from_fn(middleware::costs))
                .wrap(from_fn(middleware::same_origin))
                .wrap(from_fn(middleware::seen))
                .wrap(from_fn(middleware::closed_by_default))
                .wrap(from_fn(browser::remember))
                .wrap(sessions)
                .wrap(from_fn(middleware::door))
                .wrap(from_fn(middleware::no_use))
                .wrap(from_fn(middleware::render_errors))
                .wrap(from_fn(middleware::language))
                .wrap(from_fn(middleware::from))
                .wrap(Compress::default())
                .wrap(from_fn(middleware::headers))
                .wrap(from_fn(middleware::trace))
                .wrap(from_fn(middleware::connection))
                .wrap(from_fn(middleware::catch_panic)),
        );
    }
}
