//! Passkeys: WebAuthn with the device's own check of its person (finger, face or PIN) always asked for, so that one
//! passkey is two proofs: having the device, and being its owner.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

/// What this server is, to a passkey.
pub struct Passkeys(Webauthn);

impl std::fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passkeys")
    }
}

/// A question to the device: what the page's script is given, and what the server keeps until the answer.
#[derive(Debug, Clone)]
pub struct Begun {
    /// For `navigator.credentials`, as JSON.
    pub options: String,
    /// Kept on the server, as JSON.
    pub state: String,
}

/// A passkey that answered rightly.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What its device calls it.
    pub credential_id: String,
    /// The credential with its new counter, as JSON.
    pub credential: String,
}

/// Why a passkey is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefused {
    /// It does not fit, or what was sent is no answer of a passkey.
    #[error("the passkey does not fit")]
    Unfit,
    /// Its counter went back: there may be a copy of it.
    #[error("the passkey's counter went back")]
    Copied,
}

impl From<WebauthnError> for PasskeyRefused {
    fn from(error: WebauthnError) -> Self {
        if matches!(error, WebauthnError::CredentialPossibleCompromise) { Self::Copied } else { Self::Unfit }
    }
}

impl From<serde_json::Error> for PasskeyRefused {
    fn from(_: serde_json::Error) -> Self {
        Self::Unfit
    }
}

/// The question that is open.
#[derive(Serialize, Deserialize)]
enum Open {
    New(PasskeyRegistration),
    Known(PasskeyAuthentication),
    Anybody(DiscoverableAuthentication),
}

/// What a device is told an account is called: nothing that says whose it is.
pub fn handle(user: &str) -> [u8; 16] {
    let digest: [u8; 32] = Sha256::digest(format!("passkey of {user}").as_bytes()).into();
    let mut handle = [0; 16];
    handle.copy_from_slice(&digest[..16]);
    handle
}

/// The name of a credential as text.
fn name_of(id: &[u8]) -> String {
    openssl::base64::encode_block(id).replace('\n', "")
}

/// What the passkey of an answer is called by its device, and the account's handle where it says one.
pub fn called(answer: &str) -> Option<(String, Option<Vec<u8>>)> {
    let answer: PublicKeyCredential = serde_json::from_str(answer).ok()?;
    Some((name_of(answer.get_credential_id()), answer.get_user_unique_id().map(<[u8]>::to_vec)))
}

/// The counter of a stored credential.
fn counter(credential: &str) -> u64 {
    let value: Value = serde_json::from_str(credential).unwrap_or_default();
    value["cred"]["counter"].as_u64().unwrap_or_default()
}

fn stored(credentials: &[String]) -> Vec<Passkey> {
    credentials.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
}

impl Passkeys {
    /// For the address that browsers reach this server by. None where passkeys cannot be: an address without a name, or
    /// without TLS anywhere but on one's own machine.
    pub fn at(base_url: &str, clinic: &str) -> Option<Self> {
        let origin: Url = base_url.parse().ok()?;
        let name = origin.domain()?.to_owned();
        let own_machine = name == "localhost" || name.ends_with(".localhost");
        if origin.scheme() != "https" && !own_machine {
            return None;
        }
        WebauthnBuilder::new(&name, &origin).ok()?.rp_name(clinic).build().ok().map(Self)
    }

    /// Asks a device for a new passkey of an account; those it has already are left out.
    ///
    /// # Errors
    /// When no question can be made.
    pub fn begin_new(&self, user: &str, email: &str, name: &str, has: &[String]) -> Result<Begun, PasskeyRefused> {
        let known = stored(has).iter().map(|key| key.cred_id().clone()).collect();
        let (options, state) = self.0.start_passkey_registration(Uuid::from_bytes(handle(user)), email, name, Some(known))?;
        let mut options = serde_json::to_value(options)?;
        // Where the device can, it finds the passkey by itself: then it signs in without an address typed.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
        Ok(Begun { options: options.to_string(), state: serde_json::to_string(&Open::New(state))? })
    }

    /// Takes a new passkey.
    ///
    /// # Errors
    /// When the answer does not fit the question.
    pub fn finish_new(&self, answer: &str, state: &str) -> Result<Answered, PasskeyRefused> {
        let Open::New(state) = serde_json::from_str(state)? else { return Err(PasskeyRefused::Unfit) };
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer)?;
        let key = self.0.finish_passkey_registration(&answer, &state)?;
        Ok(Answered { credential_id: name_of(key.cred_id().as_ref()), credential: serde_json::to_string(&key)? })
    }

    /// Asks for one of an account's passkeys.
    ///
    /// # Errors
    /// When it has none.
    pub fn begin_known(&self, has: &[String]) -> Result<Begun, PasskeyRefused> {
        let keys = stored(has);
        if keys.is_empty() {
            return Err(PasskeyRefused::Unfit);
        }
        let (options, state) = self.0.start_passkey_authentication(&keys)?;
        Ok(Begun { options: serde_json::to_string(&options)?, state: serde_json::to_string(&Open::Known(state))? })
    }

    /// Asks for anybody's passkey: the device says whose it is.
    ///
    /// # Errors
    /// When no question can be made.
    pub fn begin_anybody(&self) -> Result<Begun, PasskeyRefused> {
        let (options, state) = self.0.start_discoverable_authentication()?;
        let mut options = serde_json::to_value(options)?;
        // A button asks for it, not a field that is filled in.
        if let Some(all) = options.as_object_mut() {
            all.remove("mediation");
        }
        Ok(Begun { options: options.to_string(), state: serde_json::to_string(&Open::Anybody(state))? })
    }

    /// Takes the answer of a passkey that is kept as `credential` for `user`. Its counter must be beyond the kept one.
    ///
    /// # Errors
    /// When it does not fit, or looks like a copy.
    pub fn finish(&self, answer: &str, state: &str, user: &str, credential: &str) -> Result<Answered, PasskeyRefused> {
        let answer: PublicKeyCredential = serde_json::from_str(answer)?;
        let mut key: Passkey = serde_json::from_str(credential)?;
        if answer.get_user_unique_id().is_some_and(|said| said != handle(user)) {
            return Err(PasskeyRefused::Unfit);
        }
        let result = match serde_json::from_str(state)? {
            Open::Known(state) => self.0.finish_passkey_authentication(&answer, &state)?,
            Open::Anybody(state) => {
                // Who they are rests on what the device says.
                answer.get_user_unique_id().ok_or(PasskeyRefused::Unfit)?;
                self.0.finish_discoverable_authentication(&answer, state, &[DiscoverableKey::from(&key)])?
            }
            Open::New(_) => return Err(PasskeyRefused::Unfit),
        };
        // The question was asked a while ago: the counter is compared with what is kept now.
        let (now, kept) = (u64::from(result.counter()), counter(credential));
        if (now > 0 || kept > 0) && now <= kept {
            return Err(PasskeyRefused::Copied);
        }
        if !result.user_verified() || key.update_credential(&result).is_none() {
            return Err(PasskeyRefused::Unfit);
        }
        Ok(Answered { credential_id: name_of(key.cred_id().as_ref()), credential: serde_json::to_string(&key)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_tls_or_ones_own_machine() {
        for (address, can) in [
            ("https://back.example.org", true),
            ("http://localhost:8080", true),
            ("http://back.example.org", false),
            ("http://127.0.0.1:8080", false),
            ("https://192.0.2.7", false),
        ] {
            assert_eq!(Passkeys::at(address, "Gradus").is_some(), can, "{address}");
        }
    }

    #[test]
    fn the_question_asks_for_the_owners_own_check_and_says_nothing_about_them() {
        let passkeys = Passkeys::at("https://back.example.org", "Hill Street").expect("possible");
        let begun = passkeys.begin_new("user-id-5531", "ann@example.org", "Ann", &[]).expect("a question");
        let options: Value = serde_json::from_str(&begun.options).expect("JSON");
        assert_eq!(options["publicKey"]["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(options["publicKey"]["rp"]["id"], "back.example.org");
        assert!(!options["publicKey"]["user"]["id"].to_string().contains("5531"));
        let anybody = passkeys.begin_anybody().expect("a question");
        let options: Value = serde_json::from_str(&anybody.options).expect("JSON");
        assert_eq!((options["publicKey"]["userVerification"].as_str(), options.get("mediation")), (Some("required"), None));
        assert_ne!(anybody.options, passkeys.begin_anybody().expect("another").options, "each challenge is a new one");
        // Neither a question for another purpose nor rubbish is an answer.
        assert_eq!(passkeys.finish_new("{}", &begun.state).err(), Some(PasskeyRefused::Unfit));
        assert_eq!(passkeys.finish("{}", &anybody.state, "u", "{}").err(), Some(PasskeyRefused::Unfit));
        assert_eq!(passkeys.begin_known(&[]).err(), Some(PasskeyRefused::Unfit));
    }
}
