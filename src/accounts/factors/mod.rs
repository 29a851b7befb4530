//! The second proof beside the password: codes from an app (TOTP), passkeys (WebAuthn), recovery codes. Pure but for
//! the key file: what is kept is in `store::factors`, the use cases are in `care::factors`.

mod app;
mod passkey;
mod recovery;
mod seal;

pub use app::{AppSecret, STEP};
pub use passkey::{Answered, Begun, PasskeyRefused, Passkeys, called, handle};
pub use recovery::{CODES, FreshCode, RecoveryParts, fresh_codes, parts};
pub use seal::{Sealer, key_beside, make_lasting, put_in_place};

/// What a second proof can be at this clinic.
#[derive(Debug)]
pub struct Proofs {
    /// Seals the secrets of code apps; none where no key is set.
    pub sealer: Option<Sealer>,
    /// Passkeys, where the address allows them.
    pub passkeys: Option<Passkeys>,
    /// Staff open nothing without one.
    pub staff_required: bool,
}
