//! How people prove who they are: password hashing and the throttle on guessing. Sessions are kept
//! by `store::sessions` behind the web layer's session middleware; `care::account` has the use cases.

pub mod factors;
pub mod hashing;
pub mod limits;
pub mod password;
pub mod throttle;
