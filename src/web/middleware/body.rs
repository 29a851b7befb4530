//! The end of a connection is decided by us. actix reads the rest of a body in pieces (`Transfer-Encoding: chunked`) that
//! nobody wants for as long as the client likes to send it, and waits for a second request's head without a limit once
//! its first letter arrived. So what was not read to its end stays known until the answer goes out, which closes the
//! connection a moment later; and only a proxy of ours may ask twice on one connection.

#![expect(clippy::disallowed_types, reason = "the pieces of a body on their way, not an extractor that reads one")]

use crate::web::client;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures_util::Stream;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A body that the answer holds on to as well as the handler.
#[derive(Clone)]
struct Held(Rc<RefCell<Payload>>);

impl Stream for Held {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}

/// The body of an answer that holds on to what was not read of the request until it is sent.
struct Answer {
    body: BoxBody,
    _held: Option<Held>,
}

impl MessageBody for Answer {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// Holds bodies and closes connections.
pub async fn connection(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_proxy = client::is_proxy(req.request());
    let held = req.chunked().unwrap_or(false).then(|| {
        let held = Held(Rc::new(RefCell::new(req.take_payload())));
        req.set_payload(Payload::Stream { payload: Box::pin(held.clone()) });
        held
    });
    let mut res = next.call(req).await?;
    if !is_proxy {
        res.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(res.map_into_boxed_body().map_body(|_, body| Answer { body, _held: held }))
}
