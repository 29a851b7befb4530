//! Where what is being done comes from: the address, the device and the name of the request, for the record of who did
//! and saw what. Like the language it belongs to the task that answers a request: a middleware sets it
//! ([`scope`]), [`within`] carries it to another thread, and only `store::oversight` reads it. Outside of a request it
//! is empty: the program itself.

use std::cell::RefCell;
use std::future::Future;

tokio::task_local! {
    static SOURCE: RefCell<Source>;
}

/// Where something comes from. What is not known is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    /// The address it came from, as text.
    pub address: String,
    /// The device, as its owner would call it: "Firefox on Linux".
    pub device: String,
    /// The request's name in the log.
    pub request: String,
}

impl Source {
    /// Something done by hand at the command line of the clinic's server.
    pub fn command_line() -> Self {
        Self { device: "command line".to_owned(), ..Self::default() }
    }
}

/// Where the work of this task comes from; empty outside of [`scope`] and [`within`].
pub fn current() -> Source {
    SOURCE.try_with(|source| source.borrow().clone()).unwrap_or_default()
}

/// Answers a request that comes from somewhere.
pub async fn scope<T>(source: Source, request: impl Future<Output = T>) -> T {
    SOURCE.scope(RefCell::new(source), request).await
}

/// Does something that comes from somewhere.
pub fn within<T>(source: Source, work: impl FnOnce() -> T) -> T {
    SOURCE.sync_scope(RefCell::new(source), work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_knows_where_it_comes_from_and_nothing_stays_behind() {
        let here = Source { address: "192.0.2.7".to_owned(), ..Source::default() };
        assert_eq!(within(here.clone(), current), here);
        assert_eq!(current(), Source::default());
    }
}
