//! TLS by certificate files. A renewed certificate is taken without a restart: the files are looked at each minute and at
//! a hang-up signal, and a pair that does not fit leaves the old one in use.

use crate::config::TlsFiles;
use openssl::asn1::Asn1Time;
use openssl::ssl::{AlpnError, SslAcceptor, SslAcceptorBuilder, SslContext, SslFiletype, SslMethod, SslOptions, select_next_proto};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// A certificate that ends sooner than this is spoken of in the log.
const SOON_DAYS: i32 = 14;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(60);

/// The certificate in use. Clones share it.
#[derive(Clone)]
pub struct Certificates(Arc<Inner>);

struct Inner {
    files: TlsFiles,
    current: RwLock<SslContext>,
    /// When the files were last changed.
    stamp: Mutex<Stamp>,
}

type Stamp = (Option<SystemTime>, Option<SystemTime>);

fn stamp(files: &TlsFiles) -> Stamp {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|about| about.modified()).ok();
    (changed(&files.certificate), changed(&files.key))
}

/// Mozilla's "intermediate" choice: TLS 1.2 with forward secrecy and TLS 1.3. HTTP/1.1 is all we speak.
fn begun() -> Result<SslAcceptorBuilder, String> {
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).map_err(|e| format!("TLS: {e}"))?;
    builder.set_options(SslOptions::NO_RENEGOTIATION | SslOptions::NO_COMPRESSION);
    builder.set_alpn_select_callback(|_, offered| select_next_proto(b"\x08http/1.1", offered).ok_or(AlpnError::NOACK));
    Ok(builder)
}

fn with_files(mut builder: SslAcceptorBuilder, files: &TlsFiles) -> Result<SslAcceptorBuilder, String> {
    let (certificate, key) = (&files.certificate, &files.key);
    builder
        .set_certificate_chain_file(certificate)
        .map_err(|_| format!("GRADUS_TLS_CERT: {} cannot be read as certificates in PEM", certificate.display()))?;
    builder.set_private_key_file(key, SslFiletype::PEM).map_err(|_| {
        format!("GRADUS_TLS_KEY: {} cannot be read as a private key in PEM, or is not that of the certificate", key.display())
    })?;
    builder.check_private_key().map_err(|_| format!("GRADUS_TLS_KEY: {} is not the key of the certificate", key.display()))?;
    if others_read(key) {
        tracing::warn!("others on this machine can read the private key of the certificate: chmod 600 would keep it to the server");
    }
    Ok(builder)
}

#[cfg(unix)]
fn others_read(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(file).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_read(_: &Path) -> bool {
    false
}

/// Comes a minute later, on Unix also when the process is told to hang up.
#[cfg(unix)]
async fn minute(told: &mut Told) {
    // Either of them.
    let _ = actix_web::rt::time::timeout(EVERY, told.recv()).await;
}

#[cfg(not(unix))]
async fn minute(_: &mut Told) {
    actix_web::rt::time::sleep(EVERY).await;
}

#[cfg(unix)]
type Told = actix_web::rt::signal::unix::Signal;
#[cfg(not(unix))]
type Told = ();

#[cfg(unix)]
fn told() -> std::io::Result<Told> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    signal(SignalKind::hangup())
}

#[cfg(not(unix))]
fn told() -> std::io::Result<Told> {
    Ok(())
}

fn days_left(context: &SslContext) -> Option<i32> {
    let end = context.certificate()?.not_after();
    Asn1Time::days_from_now(0).ok()?.diff(end).ok().map(|left| left.days)
}

impl Certificates {
    /// Reads the files.
    ///
    /// # Errors
    /// Which setting is wrong, and why.
    pub fn open(files: &TlsFiles) -> Result<Self, String> {
        let context = with_files(begun()?, files)?.build().into_context();
        let read = Self(Arc::new(Inner { files: files.clone(), current: RwLock::new(context), stamp: Mutex::new(stamp(files)) }));
        read.say_when_it_ends();
        Ok(read)
    }

    /// What the server listens with: each connection gets the certificate of the moment it begins.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn acceptor(&self) -> Result<SslAcceptorBuilder, String> {
        let mut builder = with_files(begun()?, &self.0.files)?;
        let inner = Arc::clone(&self.0);
        // Called for every handshake, with a server name or without.
        builder.set_servername_callback(move |ssl, _| {
            let now = inner.current.read().unwrap_or_else(PoisonError::into_inner).clone();
            if let Err(error) = ssl.set_ssl_context(&now) {
                tracing::error!(%error, "a renewed certificate could not be used");
            }
            Ok(())
        });
        Ok(builder)
    }

    /// Takes changed files into use; says whether there were any.
    ///
    /// # Errors
    /// Why the old ones stay in use.
    pub fn refresh(&self) -> Result<bool, String> {
        let now = stamp(&self.0.files);
        if *self.0.stamp.lock().unwrap_or_else(PoisonError::into_inner) == now {
            self.say_when_it_ends();
            return Ok(false);
        }
        // Not remembered before it worked: a pair of which only one file was replaced is tried again.
        let context = with_files(begun()?, &self.0.files)?.build().into_context();
        *self.0.current.write().unwrap_or_else(PoisonError::into_inner) = context;
        *self.0.stamp.lock().unwrap_or_else(PoisonError::into_inner) = now;
        self.say_when_it_ends();
        Ok(true)
    }

    /// Days until the certificate ends; less than nothing afterwards.
    pub fn days_left(&self) -> Option<i32> {
        days_left(&self.0.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks at the files each minute and whenever the process is told to hang up; for as long as the server runs.
    pub async fn watch(self) {
        let mut told = match told() {
            Ok(told) => told,
            Err(error) => {
                tracing::error!(%error, "signals cannot be heard: a renewed certificate will need a restart");
                return;
            }
        };
        loop {
            minute(&mut told).await;
            let looking = self.clone();
            match actix_web::web::block(move || looking.refresh()).await {
                Ok(Ok(true)) => tracing::info!(days = self.days_left(), "a renewed certificate is in use"),
                Ok(Ok(false)) => {}
                Ok(Err(problem)) => tracing::error!(problem, "a renewed certificate could not be used; the old one stays"),
                Err(error) => tracing::error!(%error, "the certificate files could not be looked at"),
            }
        }
    }

    fn say_when_it_ends(&self) {
        match self.days_left() {
            Some(days) if days < SOON_DAYS => tracing::warn!(days, "the certificate ends soon"),
            _ => {}
        }
    }
}
