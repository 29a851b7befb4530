//! The body of a request, read with patience that ends: whoever sends it drop by drop is told that it took too long.
//! A slow telephone line is no attack, so what counts is the rate over the whole of it.

#![expect(clippy::disallowed_types, reason = "the pieces of a body on their way, not an extractor that reads one")]

use crate::web::error::AppError;
use actix_web::error::PayloadError;
use actix_web::rt::time::{Instant, timeout};
use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::{LocalBoxStream, StreamExt, unfold};
use std::io::ErrorKind;
use std::time::Duration;

/// How long nothing at all need arrive.
const GRACE: Duration = Duration::from_secs(10);
/// After that, at least so many bytes a second on the whole.
const LEAST_RATE: u64 = 1024;
/// The longest a body may take, however steadily it comes.
const LONGEST: Duration = Duration::from_secs(300);

/// When the next piece must be there.
fn due(began: Instant, got: u64) -> Instant {
    began + (GRACE + Duration::from_secs(got / LEAST_RATE)).min(LONGEST)
}

/// A body that ends with an error when it comes too slowly.
pub fn paced<S>(body: S) -> LocalBoxStream<'static, Result<Bytes, PayloadError>>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static,
{
    let began = Instant::now();
    unfold(Some((body, 0_u64)), move |state| async move {
        let (mut body, got) = state?;
        match timeout(due(began, got) - Instant::now(), body.next()).await {
            Ok(None) => None,
            Ok(Some(Ok(piece))) => {
                let got = got + piece.len() as u64;
                Some((Ok(piece), Some((body, got))))
            }
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Err(_) => Some((Err(PayloadError::Io(ErrorKind::TimedOut.into())), None)),
        }
    })
    // A reader of forms in parts asks once more after the end.
    .fuse()
    .boxed_local()
}

/// What is said of a body that could not be read.
pub fn unread(error: &PayloadError) -> AppError {
    match error {
        PayloadError::Io(cause) if cause.kind() == ErrorKind::TimedOut => AppError::TooSlow,
        PayloadError::Overflow => AppError::TooLarge,
        _ => AppError::BadRequest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_with_what_arrived_and_ends() {
        let began = Instant::now();
        assert_eq!(due(began, 0) - began, GRACE);
        assert_eq!(due(began, 64 * 1024) - began, Duration::from_secs(74));
        assert_eq!(due(began, u64::MAX) - began, LONGEST);
    }
}
