//! What tests stand on: the two databases, the real server, people with a browser's manners.
//!
//! ```text
//! each_backend! {
//!     fn somebody_can_do_something(backend) {
//!         let app = spawn(backend);
//!         let ann = app.patient("Ann");
//!         let mut browser = app.signed_in(&ann);
//!         let page = browser.get("/today");
//!         let page = browser.submit(page.form().fill("Your note", "better"));
//!         assert_eq!(page.location(), "/today");
//!     }
//! }
//! ```

#[macro_use]
mod backend;

mod app;
mod cast;
mod keeper;
mod links;
pub mod logged;
pub mod own;
mod page;
mod person;
pub mod plant;
pub mod post;
mod postgres;
mod told;
pub mod watched;

pub use app::{FACTOR_KEY, TestApp, spawn, spawn_with, start_of_tests};
pub use backend::{Backend, Database, skip};
pub use cast::{Clinic, PASSWORD, Someone, vignette};
pub use page::{Form, Page};
pub use person::Person;
