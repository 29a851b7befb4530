//! The one request that changes something and carries no form token: a mail program pressing "unsubscribe" for its
//! owner (RFC 8058). It comes without cookies from a mail provider's machine, so there is no session whose token it
//! could carry. Its permission is the secret in the address; the body must say the words of the RFC, which no link
//! and no image can. It gets no session, so whoever is signed in is not acted for.

use super::posted::read_body;
use crate::web::error::AppError;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

/// Proof that the request says `List-Unsubscribe=One-Click`.
pub struct OneClick;

/// Whether a body says so, as a form or as one of several parts: the RFC allows both.
fn says_so(kind: &str, body: &[u8]) -> bool {
    if kind.starts_with("application/x-www-form-urlencoded") {
        return url::form_urlencoded::parse(body).any(|(name, value)| name == "List-Unsubscribe" && value == "One-Click");
    }
    let text = String::from_utf8_lossy(body);
    kind.starts_with("multipart/form-data") && text.contains("name=\"List-Unsubscribe\"") && text.contains("\r\n\r\nOne-Click\r\n")
}

impl FromRequest for OneClick {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = req.headers().get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let mut payload = payload.take();
        Box::pin(async move {
            let body = read_body(&mut payload).await?;
            if says_so(&kind, &body) { Ok(Self) } else { Err(AppError::BadRequest) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::says_so;

    #[test]
    fn both_ways_of_the_rfc_are_understood_and_nothing_else_is() {
        let form = "application/x-www-form-urlencoded";
        assert!(says_so(form, b"List-Unsubscribe=One-Click"));
        assert!(!says_so(form, b"") && !says_so(form, b"csrf=x") && !says_so("text/plain", b"List-Unsubscribe=One-Click"));
        let parts = b"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        assert!(says_so("multipart/form-data; boundary=x", parts));
        assert!(!says_so("multipart/form-data; boundary=x", b"--x--\r\n"));
    }
}
