//! The whole map: every path, its methods, its handler and who may come. Tests read [`ROUTES`] and
//! fail when a route has no expectation; `middleware::closed_by_default` reads it on each request.

use super::pages as p;
use actix_web::web::{self, ServiceConfig};

/// Who a route is for. The handler's own arguments enforce it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Anybody.
    Public,
    /// Anybody signed in.
    Signed,
    /// A patient, in their own record.
    Patient,
    /// A physiotherapist.
    Physio,
    /// An administrator.
    Admin,
}

/// One method of one path.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Pattern of the path.
    pub path: &'static str,
    /// Who it is for.
    pub guard: Guard,
}

/// The guard of a route; `None` when there is no such route (which is simply not found).
pub fn guard(method: &str, pattern: &str) -> Option<Guard> {
    let asked = if method == "HEAD" { "GET" } else { method };
    let of_path = || ROUTES.iter().filter(|r| r.path == pattern);
    // A wrong method on a known path is as closed as the path itself.
    of_path().find(|r| r.method == asked).or_else(|| of_path().next()).map(|r| r.guard)
}

macro_rules! method {
    (get) => {
        "GET"
    };
    (post) => {
        "POST"
    };
}

macro_rules! routes {
    ($($guard:ident { $($path:literal => $($method:ident $handler:path),+;)+ })+) => {
        /// Every route.
        pub const ROUTES: &[Route] = &[
            $($($(Route { method: method!($method), path: $path, guard: Guard::$guard },)+)+)+
        ];

        /// Registers them, one resource a path, so that a wrong method answers 405.
        pub fn configure(config: &mut ServiceConfig) {
            $($(config.service(
                web::resource($path)$(.route(web::$method().to($handler)))+.default_service(web::route().to(p::wrong_method)),
            );)+)+
        }
    };
}

routes! {
    Public {
        "/" => get p::home::show;
        "/help" => get p::info::help;
        "/about" => get p::info::about;
        "/safety" => get p::info::safety;
        "/privacy" => get p::info::privacy;
    }
}
