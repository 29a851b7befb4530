//! Work off the request threads that still knows for whom it is done: the language of the answer and where the request
//! comes from belong to the task, and a thread that takes over a piece of it is told both. Nothing in `web` hands work
//! over in another way (a test looks).

use crate::{lang, source};
use actix_web::error::BlockingError;
use actix_web::web;
use std::future::Future;

/// Runs work that waits for the database or the processor on a thread of its own.
///
/// # Errors
/// When the work panicked.
pub async fn block<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, BlockingError> {
    let (language, from) = (lang::current(), source::current());
    web::block(move || source::within(from, || lang::within(language, work))).await
}

/// Lets work go on after the answer: what it takes tells whoever asked nothing.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let (language, from) = (lang::current(), source::current());
    actix_web::rt::spawn(source::scope(from, lang::scope(language, work)));
}
