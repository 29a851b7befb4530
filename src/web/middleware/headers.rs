//! What every answer says to the browser, whatever kind of answer it is: a page, a file, an error, the page after a
//! panic.

use crate::app::AppState;
use crate::web::routes;
use crate::web::session_store::cookie_name;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, HeaderMap, HeaderName, HeaderValue, LOCATION, STRICT_TRANSPORT_SECURITY};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError, web};

/// Our own files and nothing else: nothing inline, nothing foreign, no frame in either direction, forms to ourselves
/// alone, and no text that becomes a part of a page (`trusted-types`).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// What pages may use of the device: the screen lock of the player, passkeys, full screen; nothing else.
const DEVICE: &str = "accelerometer=(), ambient-light-sensor=(), autoplay=(), bluetooth=(), browsing-topics=(), camera=(), \
display-capture=(), encrypted-media=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), \
idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
publickey-credentials-create=(self), publickey-credentials-get=(self), screen-wake-lock=(self), serial=(), \
storage-access=(), usb=(), web-share=(), window-management=(), xr-spatial-tracking=()";

/// Two years, as browsers' preload lists ask.
const HSTS: &str = "max-age=63072000; includeSubDomains";

const FIXED: [(&str, &str); 11] = [
    ("content-security-policy", POLICY),
    ("permissions-policy", DEVICE),
    ("x-content-type-options", "nosniff"),
    // Not `no-referrer`: with it browsers send `Origin: null` along with our own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("origin-agent-cluster", "?1"),
    ("x-frame-options", "DENY"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-dns-prefetch-control", "off"),
];

/// Puts them on an answer. What has not said how long it may be kept is kept nowhere.
pub(in crate::web) fn security_headers(headers: &mut HeaderMap, https: bool) {
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(HSTS));
    }
}

pub(super) fn is_https(req: &ServiceRequest) -> bool {
    req.app_data::<web::Data<AppState>>().is_some_and(|state| state.config.is_https())
}

/// Whether an answer leads to the page where one signs in; not to the second step there, which is on the way in.
fn asks_to_sign_in(headers: &HeaderMap) -> bool {
    headers.get(LOCATION).is_some_and(|to| to.as_bytes() == b"/sign-in" || to.as_bytes().starts_with(b"/sign-in?"))
}

/// Adds the headers to every answer. A page that shows a secret is sent uncompressed: the length of a compressed one
/// tells whether a guess fits (BREACH). Signing out empties what the browser kept of this site, and so does, for its pages,
/// the way to the sign-in of a browser whose sign-in ended by itself or from elsewhere; cookies are ended by the session
/// itself, because the browser would end those of every neighbour of the clinic's domain too.
pub async fn headers(mut req: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let https = is_https(&req);
    let pattern = req.match_pattern().unwrap_or_default();
    if routes::shows_secret(&pattern) {
        req.headers_mut().remove(ACCEPT_ENCODING);
    }
    let leaves = pattern == "/sign-out" && req.method() == Method::POST;
    let was_here = req.cookie(cookie_name(https)).is_some();
    let mut res = next.call(req).await?;
    security_headers(res.headers_mut(), https);
    if res.status() == StatusCode::SEE_OTHER && (leaves || (was_here && asks_to_sign_in(res.headers()))) {
        let what = if leaves { "\"cache\", \"storage\"" } else { "\"cache\"" };
        res.headers_mut().insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(what));
    }
    Ok(res)
}

/// What is left when a handler panicked or a middleware failed: an answer without request and session
/// ([`super::errors::bare`]).
#[derive(Debug, thiserror::Error)]
#[error("internal error")]
pub(super) struct Bare {
    pub https: bool,
    /// The page.
    pub page: String,
}

impl ResponseError for Bare {
    fn status_code(&self) -> StatusCode {
        StatusCode::INTERNAL_SERVER_ERROR
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut response = HttpResponse::build(self.status_code()).content_type("text/html; charset=utf-8").body(self.page.clone());
        security_headers(response.headers_mut(), self.https);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::middleware::catch_panic;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, http};

    async fn fails() -> HttpResponse {
        panic!("a fault of ours, canary-5531")
    }

    #[actix_web::test]
    async fn the_page_after_a_panic_carries_them_too_and_says_nothing_of_the_fault() {
        let place = web::resource("/").route(web::get().to(fails)).wrap(from_fn(headers)).wrap(from_fn(catch_panic));
        let app = init_service(App::new().service(place)).await;
        let error = try_call_service(&app, TestRequest::get().uri("/").to_request()).await.expect_err("it panicked");
        let answer = error.error_response();
        assert_eq!(answer.status(), http::StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in FIXED {
            assert_eq!(answer.headers().get(name).and_then(|v| v.to_str().ok()), Some(value), "{name}");
        }
        let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap_or_default();
        assert!(!body.is_empty() && !String::from_utf8_lossy(&body).contains("canary"));
        assert!(Bare { https: true, page: String::new() }.error_response().headers().contains_key(STRICT_TRANSPORT_SECURITY));
    }
}
