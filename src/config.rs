//! Settings: from the environment, an optional TOML file, and defaults, in this order of strength.
//!
//! Every setting is one line of [`SETTINGS`]. `GRADUS_X` is read from the environment; the file
//! named by `GRADUS_CONFIG` has the same names in lower case without the prefix (`bind = "…"`);
//! `GRADUS_X_FILE` names a file that holds the value, for secrets.

mod edge;
mod factors;
mod mail;

pub use edge::{Edge, ProxyHeader, TlsFiles};
pub use factors::{Factors, SealingKey};
pub use mail::{Hidden, MailServer, MailTls, TELLING};

use crate::store::DatabaseUrl;
use chrono_tz::Tz;
use std::collections::HashMap;
use std::net::SocketAddr;
use url::Url;

/// Name, default and meaning of every setting, for `--help` and the README.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    ("GRADUS_BIND", "127.0.0.1:8080", "address and port to listen on"),
    ("GRADUS_DATABASE_URL", "sqlite://data/gradus.db", "sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME"),
    ("GRADUS_PUBLIC_URL", "http:// and the bind address", "how browsers reach this server; https makes cookies secure"),
    (
        "GRADUS_TLS_CERT",
        "none: plain HTTP",
        "PEM file of the certificate chain, when the server speaks TLS itself; read anew when it changes",
    ),
    ("GRADUS_TLS_KEY", "none", "PEM file of the certificate's private key"),
    ("GRADUS_HTTP_REDIRECT", "none", "address and port where plain HTTP is sent on to the public https address, for example 0.0.0.0:80"),
    ("GRADUS_TRUSTED_PROXIES", "none", "addresses or networks whose forwarding headers are believed"),
    (
        "GRADUS_PROXY_HEADER",
        "x-forwarded-for",
        "the headers those proxies set: x-forwarded-for (with X-Forwarded-Proto) or forwarded; the other ones are not read",
    ),
    ("GRADUS_HOSTS", "none", "further host names that requests may ask for, for example of a health check"),
    ("GRADUS_REQUESTS_A_MINUTE", "3000", "most requests from one address a minute; a clinic's waiting room shares one"),
    ("GRADUS_STAFF_SECOND_FACTOR", "required", "whether staff need a passkey or a code beside the password: required or optional"),
    (
        "GRADUS_FACTOR_KEY",
        "a file beside the database",
        "key that seals secrets of code apps and locked records, from `gradus factors key`; PostgreSQL needs it",
    ),
    ("GRADUS_CLINIC_NAME", "Gradus", "name shown at the top of every page"),
    ("GRADUS_EMERGENCY_NUMBER", "999", "telephone number for emergencies"),
    ("GRADUS_URGENT_NUMBER", "111", "telephone number for urgent advice"),
    ("GRADUS_TIME_ZONE", "Europe/London", "zone of the clinic; people can choose their own"),
    ("GRADUS_SMTP_HOST", "none: no e-mail", "host name of the mail server that sends reminders"),
    ("GRADUS_SMTP_PORT", "587, 465 or 25 by TLS", "port of the mail server"),
    ("GRADUS_SMTP_TLS", "starttls", "protection of that connection: starttls, tls, or off for a mail server on this machine"),
    ("GRADUS_SMTP_USER", "none", "name at the mail server"),
    ("GRADUS_SMTP_PASSWORD", "none", "password at the mail server; better GRADUS_SMTP_PASSWORD_FILE"),
    ("GRADUS_SMTP_CA", "the system's", "PEM file of the authority that signed the mail server's certificate"),
    ("GRADUS_MAIL_FROM", "none", "sender, for example Gradus <no-reply@example.org>; its name must not speak of health"),
    (
        "GRADUS_KEEP_YEARS",
        "10",
        "years for which the locked record of a treatment is kept after the treatment ended; German law asks for 10 (BGB § 630f)",
    ),
    ("GRADUS_SHIFT_DAYS", "0", "moves the server's clock by whole days, to try out a week; never for real patients"),
    ("GRADUS_LOG", "info", "what is logged: error, warn, info, debug"),
];

/// A checked set of settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes any free one.
    pub bind: SocketAddr,
    /// Where the data is.
    pub database: DatabaseUrl,
    /// How browsers reach this server, without a trailing slash; `None` means by the bind address.
    pub public_url: Option<Url>,
    /// Where the server meets the network.
    pub edge: Edge,
    /// The second proof beside the password.
    pub factors: Factors,
    /// Name at the top of every page.
    pub clinic: String,
    /// Telephone number for emergencies.
    pub emergency_number: String,
    /// Telephone number for urgent advice.
    pub urgent_number: String,
    /// Zone of the clinic.
    pub time_zone: Tz,
    /// The mail server; `None` means that this clinic sends no e-mail.
    pub mail: Option<MailServer>,
    /// Years for which the locked record of a treatment is kept.
    pub keep_years: u32,
    /// Days by which the clock is moved.
    pub shift_days: i64,
    /// Filter for the log.
    pub log: String,
    /// True for the demonstration: says so on every page.
    pub demo: bool,
}

/// A setting that cannot be used: which, why, and what would be right.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {problem}")]
pub struct ConfigError {
    /// Name of the setting.
    pub name: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

fn wrong(name: &str, problem: impl Into<String>) -> ConfigError {
    ConfigError { name: name.to_owned(), problem: problem.into() }
}

/// Looks settings up by name.
struct Source {
    env: HashMap<String, String>,
    file: toml::Table,
}

impl Source {
    fn open(env: HashMap<String, String>) -> Result<Self, ConfigError> {
        let file = match env.get("GRADUS_CONFIG") {
            None => toml::Table::new(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|e| wrong("GRADUS_CONFIG", format!("{path} cannot be read: {e}")))?;
                text.parse().map_err(|e: toml::de::Error| wrong("GRADUS_CONFIG", format!("{path} is not TOML: {}", e.message())))?
            }
        };
        let known = |key: &str| SETTINGS.iter().any(|(name, ..)| file_key(name) == key);
        if let Some(key) = file.keys().find(|key| !known(key)) {
            let names: Vec<String> = SETTINGS.iter().map(|(name, ..)| file_key(name)).collect();
            return Err(wrong("GRADUS_CONFIG", format!("'{key}' is not a setting; there are {}", names.join(", "))));
        }
        Ok(Self { env, file })
    }

    fn get(&self, name: &str) -> Result<Option<String>, ConfigError> {
        if let Some(value) = self.env.get(name) {
            return Ok(Some(value.clone()));
        }
        let by_file = format!("{name}_FILE");
        if let Some(path) = self.env.get(&by_file) {
            let text = std::fs::read_to_string(path).map_err(|e| wrong(&by_file, format!("{path} cannot be read: {e}")))?;
            return Ok(Some(text.trim_end().to_owned()));
        }
        Ok(self.file.get(&file_key(name)).map(|value| match value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        }))
    }

    /// The value read by `read`, or the default when it is not set.
    fn parse<T>(&self, name: &str, default: T, read: impl Fn(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        match self.get(name)? {
            None => Ok(default),
            Some(text) => read(&text).map_err(|problem| wrong(name, format!("is {text:?}, but {problem}"))),
        }
    }
}

fn file_key(name: &str) -> String {
    name.trim_start_matches("GRADUS_").to_lowercase()
}

fn short_text(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("must not be empty".to_owned()),
        t if t.chars().count() > 80 => Err("must have at most 80 characters".to_owned()),
        t => Ok(t.to_owned()),
    }
}

fn public_url(text: &str) -> Result<Option<Url>, String> {
    let url: Url = text.parse().map_err(|_| "must be an address such as https://back.example.org".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("must begin with http:// or https:// and name a host".to_owned());
    }
    if url.path() != "/" {
        return Err("must not have a path: Gradus is served from the root of a host name".to_owned());
    }
    Ok(Some(url))
}

impl Config {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::from_map(std::env::vars().filter(|(name, _)| name.starts_with("GRADUS_")).collect())
    }

    /// Reads settings from a map in place of the environment.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn from_map(env: HashMap<String, String>) -> Result<Self, ConfigError> {
        let source = Source::open(env)?;
        let public_url = source.parse("GRADUS_PUBLIC_URL", None, public_url)?;
        let default_bind = SocketAddr::from(([127, 0, 0, 1], 8080));
        Ok(Self {
            bind: source.parse("GRADUS_BIND", default_bind, |t| {
                t.parse().map_err(|_| "must be an address and a port, for example 127.0.0.1:8080".to_owned())
            })?,
            database: source
                .parse("GRADUS_DATABASE_URL", DatabaseUrl::Sqlite("data/gradus.db".into()), str::parse)
                .map_err(hide_password)?,
            edge: edge::read(&source, public_url.as_ref())?,
            factors: factors::read(&source)?,
            public_url,
            clinic: source.parse("GRADUS_CLINIC_NAME", "Gradus".to_owned(), short_text)?,
            emergency_number: source.parse("GRADUS_EMERGENCY_NUMBER", "999".to_owned(), short_text)?,
            urgent_number: source.parse("GRADUS_URGENT_NUMBER", "111".to_owned(), short_text)?,
            time_zone: source.parse("GRADUS_TIME_ZONE", Tz::Europe__London, |t| {
                t.parse().map_err(|_| "must be an IANA zone, for example Europe/London".to_owned())
            })?,
            mail: mail::read(&source)?,
            keep_years: source.parse("GRADUS_KEEP_YEARS", 10, |t| {
                t.parse()
                    .ok()
                    .filter(|years| (1..=100).contains(years))
                    .ok_or_else(|| "must be a whole number of years, 1 to 100".to_owned())
            })?,
            shift_days: source.parse("GRADUS_SHIFT_DAYS", 0, |t| {
                t.parse()
                    .ok()
                    .filter(|d| (-3650..=3650).contains(d))
                    .ok_or_else(|| "must be a whole number of days, -3650 to 3650".to_owned())
            })?,
            log: source.parse("GRADUS_LOG", "info".to_owned(), |t| {
                if matches!(t, "error" | "warn" | "info" | "debug" | "off") {
                    Ok(t.to_owned())
                } else {
                    Err("must be error, warn, info, debug or off".to_owned())
                }
            })?,
            demo: false,
        })
    }

    /// How browsers reach the server that listens on `port`, without a trailing slash.
    pub fn base_url(&self, port: u16) -> String {
        match &self.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{}", SocketAddr::new(self.bind.ip(), port)),
        }
    }

    /// Whether browsers come over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    /// Whether other machines reach this server and nothing says that TLS is in between.
    pub fn is_in_the_clear(&self) -> bool {
        !self.is_https() && !self.bind.ip().to_canonical().is_loopback()
    }
}

/// A mistyped database address may hold a password, which must not be repeated in a log.
fn hide_password(error: ConfigError) -> ConfigError {
    let problem = error.problem.split_once(", but ").map_or(error.problem.clone(), |(_, why)| format!("its value {why}"));
    ConfigError { problem, ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Result<Config, ConfigError> {
        Config::from_map(HashMap::from([(name.to_owned(), value.to_owned())]))
    }

    #[test]
    fn every_default_of_the_table_is_what_the_program_uses() {
        let config = Config::from_map(HashMap::new()).expect("defaults are valid");
        assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
        assert_eq!(config.database, DatabaseUrl::Sqlite("data/gradus.db".into()));
        assert_eq!(config.base_url(8080), "http://127.0.0.1:8080");
    }

    #[test]
    fn a_wrong_setting_says_which_why_and_what_would_be_right() {
        let message = with("GRADUS_BIND", "localhost").expect_err("no port").to_string();
        assert_eq!(message, "GRADUS_BIND: is \"localhost\", but must be an address and a port, for example 127.0.0.1:8080");
        let message = with("GRADUS_PUBLIC_URL", "https://example.org/back").expect_err("a path").to_string();
        assert!(message.contains("must not have a path"), "{message}");
    }

    #[test]
    fn only_this_machine_and_tls_are_not_in_the_clear() {
        let clear = |bind: &str, url: &str| {
            let map = [("GRADUS_BIND", bind), ("GRADUS_PUBLIC_URL", url)].map(|(name, value)| (name.to_owned(), value.to_owned()));
            Config::from_map(HashMap::from(map)).expect("valid").is_in_the_clear()
        };
        assert!(clear("0.0.0.0:8080", "http://back.example.org") && clear("[::]:8080", "http://back.example.org"));
        assert!(!clear("0.0.0.0:8080", "https://back.example.org"));
        assert!(!clear("127.0.0.1:8080", "http://localhost:8080") && !clear("[::1]:8080", "http://localhost:8080"));
    }

    #[test]
    fn a_mistyped_database_address_is_not_repeated() {
        let message = with("GRADUS_DATABASE_URL", "postgre://me:hunter2@host/db").expect_err("wrong scheme").to_string();
        assert!(message.contains("sqlite://") && !message.contains("hunter2"), "{message}");
    }

    #[test]
    fn a_secret_can_come_from_a_file_and_a_setting_from_toml() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let secret = folder.path().join("url");
        std::fs::write(&secret, "postgres://x@y/z\n").expect("written");
        let toml = folder.path().join("gradus.toml");
        std::fs::write(&toml, "clinic_name = \"Hill Street\"\nshift_days = 7\n").expect("written");
        let config = Config::from_map(HashMap::from([
            ("GRADUS_DATABASE_URL_FILE".to_owned(), secret.display().to_string()),
            ("GRADUS_CONFIG".to_owned(), toml.display().to_string()),
        ]))
        .expect("valid");
        assert_eq!(config.database, DatabaseUrl::Postgres("postgres://x@y/z".to_owned()));
        assert_eq!((config.clinic.as_str(), config.shift_days), ("Hill Street", 7));
    }
}
