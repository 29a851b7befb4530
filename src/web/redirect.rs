//! The listener for plain HTTP: it knows one answer, the way to the same page over TLS. It reads no cookie and no body.

use super::middleware::security_headers;
use actix_web::dev::Server;
use actix_web::http::header::LOCATION;
use actix_web::http::{KeepAlive, StatusCode};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::net::TcpListener;
use std::time::Duration;

/// A request's head must be there within this time.
const HEAD_WITHIN: Duration = Duration::from_secs(5);
/// Longest path with its query that is repeated.
const MAX_PATH: usize = 2048;

async fn over(req: HttpRequest, base: web::Data<String>) -> HttpResponse {
    let path = req.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut response = if !req.method().is_safe() || !path.starts_with('/') || path.len() > MAX_PATH {
        // Whatever a form sent this way was already seen by others: it is taken nowhere.
        HttpResponse::build(StatusCode::BAD_REQUEST)
            .content_type("text/plain; charset=utf-8")
            .body("This server answers over https alone.\n")
    } else {
        HttpResponse::PermanentRedirect().insert_header((LOCATION, format!("{}{path}", base.as_str()))).finish()
    };
    security_headers(response.headers_mut(), false);
    response
}

/// Listens, and sends everybody on to `base`.
///
/// # Errors
/// When the listener cannot be used.
pub fn server(listener: TcpListener, base: &str) -> std::io::Result<Server> {
    let base = web::Data::new(base.to_owned());
    Ok(HttpServer::new(move || App::new().app_data(base.clone()).default_service(web::route().to(over)))
        .workers(1)
        .max_connections(1024)
        .keep_alive(KeepAlive::Disabled)
        .client_request_timeout(HEAD_WITHIN)
        .shutdown_timeout(1)
        .disable_signals()
        .listen(listener)?
        .run())
}
