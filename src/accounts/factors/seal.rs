//! The secrets of code apps are sealed with a key that is not in the database: a copy of the database alone makes nobody's
//! codes.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use std::io::Write;
use std::path::Path;

/// First byte of what is sealed: the way it was done.
const WAY: u8 = 1;
/// Length of a nonce.
const NONCE: usize = 12;

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer(Aes256Gcm);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

impl Sealer {
    /// With a key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Aes256Gcm::new(key.into()))
    }

    /// Seals a secret for one account; only with the same account's identity it opens again. `None` cannot happen for
    /// anything as short as a secret.
    pub fn seal(&self, whose: &str, secret: &[u8]) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let sealed = self.0.encrypt(Nonce::from_slice(&nonce), Payload { msg: secret, aad: whose.as_bytes() }).ok()?;
        Some([&[WAY][..], &nonce, &sealed].concat())
    }

    /// Opens what was sealed for an account; nothing when it was changed, is another's, or the key is another one.
    pub fn open(&self, whose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let rest = sealed.strip_prefix(&[WAY])?;
        let (nonce, sealed) = rest.split_at_checked(NONCE)?;
        self.0.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: whose.as_bytes() }).ok()
    }
}

/// The text in the key file beside an SQLite database; made, and readable by its owner alone, when there is none.
///
/// # Errors
/// When the file can be neither read nor made.
pub fn key_beside(file: &Path, make: impl Fn() -> String) -> std::io::Result<String> {
    let text = make();
    match make_private(file, &text) {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(std::fs::read_to_string(file)?.trim().to_owned()),
        Err(error) => Err(error),
    }
}

/// Makes a key file that is there after a loss of power too: what is sealed with the key afterwards opens with nothing
/// else.
///
/// # Errors
/// When it cannot be made, or is there already.
pub fn make_lasting(file: &Path, text: &str) -> std::io::Result<()> {
    make_private(file, text)?;
    keep_name(file)
}

/// Puts a new key file in the place of the old one, whose text is kept aside first. There is a key at every moment: a
/// server that finds none makes one.
///
/// # Errors
/// When one of them cannot be read or written. The old one is in its place then, and the new one where it was.
pub fn put_in_place(new: &Path, file: &Path, aside: &Path) -> std::io::Result<()> {
    make_lasting(aside, std::fs::read_to_string(file)?.trim())?;
    std::fs::rename(new, file)?;
    keep_name(file)
}

/// Makes a file that its owner alone may read.
fn make_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut made = options.open(file)?;
    made.write_all(format!("{text}\n").as_bytes())?;
    made.sync_all()
}

/// The name of a file is kept in its folder, which is written to the disk for itself.
#[cfg(unix)]
fn keep_name(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn keep_name(_file: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_for_its_account_with_its_key_and_unchanged() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal("ann", b"twenty secret bytes!").expect("sealed");
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealer.seal("ann", b"twenty secret bytes!").expect("sealed"), sealed, "each time with another nonce");
        assert_eq!(sealer.open("ann", &sealed).as_deref(), Some(&b"twenty secret bytes!"[..]));
        assert_eq!(sealer.open("bea", &sealed), None);
        assert_eq!(Sealer::new(&[8; 32]).open("ann", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(sealer.open("ann", &changed), None, "byte {at}");
        }
        assert_eq!(sealer.open("ann", &sealed[..5]), None);
    }

    #[test]
    fn the_key_file_is_made_once_and_is_nobody_elses_to_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("gradus.factor-key");
        assert_eq!(key_beside(&file, || "first".to_owned()).expect("made"), "first");
        assert_eq!(key_beside(&file, || "second".to_owned()).expect("read"), "first");
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).expect("there").permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
