//! How this clinic sends e-mail, if it does: everything about its mail server.

use super::{ConfigError, Source, wrong};
use lettre::message::Mailbox;
use std::fmt;
use std::net::IpAddr;

/// Words that tell something about whoever gets a message, in the name of its sender: anybody who sees a
/// locked screen reads it.
pub const TELLING: &[&str] = &[
    "back", "pain", "ache", "spine", "disc", "clinic", "hospital", "health", "medic", "physio", "therap", "doctor", "nhs", "patient",
    "rehab", "exercise", "training", "session", "symptom", "treat", "care", "surgery", "injur", "sick", "ill ",
];

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// Begins in the clear and must turn to TLS before anything is said.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None; never to another machine.
    Off,
}

impl MailTls {
    const fn usual_port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::Off => 25,
        }
    }
}

/// A value that no log shows.
#[derive(Clone)]
pub struct Hidden(String);

impl Hidden {
    /// The value, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The mail server and who sends.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its host name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection of the connection.
    pub tls: MailTls,
    /// Name and password, when it asks for them.
    pub login: Option<(String, Hidden)>,
    /// Certificate of the clinic's own authority, PEM.
    pub ca: Option<Vec<u8>>,
    /// Sender of every message.
    pub from: Mailbox,
}

fn sender(text: &str) -> Result<Mailbox, String> {
    let right = "must be an address, perhaps with a name: Gradus <no-reply@example.org>";
    let mailbox: Mailbox = text.parse().map_err(|_| right.to_owned())?;
    let name = mailbox.name.clone().unwrap_or_default().to_lowercase();
    if let Some(word) = TELLING.iter().find(|word| name.contains(**word)) {
        let word = word.trim();
        return Err(format!(
            "its name contains \"{word}\", which tells everybody who sees the message what it is about: use a neutral name such as Gradus"
        ));
    }
    Ok(mailbox)
}

fn tls(text: &str) -> Result<MailTls, String> {
    match text {
        "starttls" => Ok(MailTls::Starttls),
        "tls" => Ok(MailTls::Tls),
        "off" => Ok(MailTls::Off),
        _ => Err("must be starttls, tls or off".to_owned()),
    }
}

fn here(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Reads the settings; `None` when no mail server is named.
pub(super) fn read(source: &Source) -> Result<Option<MailServer>, ConfigError> {
    let host = source.get("GRADUS_SMTP_HOST")?.map(|h| h.trim().to_owned()).filter(|h| !h.is_empty());
    let Some(host) = host else {
        let alone =
            ["GRADUS_SMTP_PORT", "GRADUS_SMTP_TLS", "GRADUS_SMTP_USER", "GRADUS_SMTP_PASSWORD", "GRADUS_SMTP_CA", "GRADUS_MAIL_FROM"];
        for name in alone {
            if source.get(name)?.is_some_and(|value| !value.is_empty()) {
                return Err(wrong("GRADUS_SMTP_HOST", format!("must be set when {name} is: it names the mail server")));
            }
        }
        return Ok(None);
    };
    if host.contains(|c: char| c.is_whitespace() || c == '/' || c == '@') {
        return Err(wrong("GRADUS_SMTP_HOST", "must be the host name alone, for example mail.example.org"));
    }
    let tls = source.parse("GRADUS_SMTP_TLS", MailTls::Starttls, tls)?;
    if tls == MailTls::Off && !here(&host) {
        return Err(wrong(
            "GRADUS_SMTP_TLS",
            "is off, but messages with links that set a password would go to another machine in the clear: use starttls or tls",
        ));
    }
    let port = source.parse("GRADUS_SMTP_PORT", tls.usual_port(), |t| t.parse().map_err(|_| "must be a port number".to_owned()))?;
    let from = source.parse("GRADUS_MAIL_FROM", None, |t| sender(t).map(Some))?;
    let from =
        from.ok_or_else(|| wrong("GRADUS_MAIL_FROM", "must be set when GRADUS_SMTP_HOST is: the address that messages come from"))?;
    if source.get("GRADUS_PUBLIC_URL")?.is_none() {
        return Err(wrong("GRADUS_PUBLIC_URL", "must be set when GRADUS_SMTP_HOST is: messages hold a link to this server"));
    }
    let filled = |name: &str| Ok::<_, ConfigError>(source.get(name)?.filter(|value| !value.is_empty()));
    let login = match (filled("GRADUS_SMTP_USER")?, filled("GRADUS_SMTP_PASSWORD")?) {
        (Some(user), Some(password)) => Some((user, Hidden(password))),
        (None, None) => None,
        (Some(_), None) => return Err(wrong("GRADUS_SMTP_PASSWORD", "must be set when GRADUS_SMTP_USER is")),
        (None, Some(_)) => return Err(wrong("GRADUS_SMTP_USER", "must be set when GRADUS_SMTP_PASSWORD is")),
    };
    let ca = match filled("GRADUS_SMTP_CA")? {
        None => None,
        Some(path) => Some(std::fs::read(&path).map_err(|e| wrong("GRADUS_SMTP_CA", format!("{path} cannot be read: {e}")))?),
    };
    Ok(Some(MailServer { host, port, tls, login, ca, from }))
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;
    use std::collections::HashMap;

    const WHOLE: &[(&str, &str)] = &[
        ("GRADUS_SMTP_HOST", "mail.example.org"),
        ("GRADUS_MAIL_FROM", "Gradus <no-reply@example.org>"),
        ("GRADUS_PUBLIC_URL", "https://gradus.example.org"),
    ];

    fn with(more: &[(&str, &str)]) -> Result<Option<MailServer>, String> {
        let map: HashMap<String, String> = WHOLE.iter().chain(more).map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Config::from_map(map).map(|config| config.mail).map_err(|e| e.to_string())
    }

    #[test]
    fn without_a_host_no_mail_is_sent_and_a_lonely_setting_is_named() {
        assert!(Config::from_map(HashMap::new()).expect("defaults").mail.is_none());
        let alone = HashMap::from([("GRADUS_SMTP_USER".to_owned(), "me".to_owned())]);
        assert!(Config::from_map(alone).expect_err("no host").to_string().starts_with("GRADUS_SMTP_HOST: must be set"));
    }

    #[test]
    fn the_port_follows_the_protection_and_a_password_is_never_shown() {
        let mail = with(&[]).expect("valid").expect("set");
        assert_eq!((mail.port, mail.tls, mail.from.email.to_string().as_str()), (587, MailTls::Starttls, "no-reply@example.org"));
        assert_eq!(with(&[("GRADUS_SMTP_TLS", "tls")]).expect("valid").expect("set").port, 465);
        let mail = with(&[("GRADUS_SMTP_USER", "me"), ("GRADUS_SMTP_PASSWORD", "hunter2")]).expect("valid").expect("set");
        assert!(!format!("{mail:?}").contains("hunter2"));
        assert_eq!(mail.login.expect("both").1.reveal(), "hunter2");
    }

    #[test]
    fn what_would_give_something_away_is_refused_with_the_reason() {
        let refused = |more: &[(&str, &str)]| with(more).expect_err("refused");
        assert!(refused(&[("GRADUS_MAIL_FROM", "Back Pain Service <a@example.org>")]).contains("\"back\""));
        assert!(refused(&[("GRADUS_MAIL_FROM", "nobody")]).contains("must be an address"));
        assert!(refused(&[("GRADUS_SMTP_PASSWORD", "hunter2")]).starts_with("GRADUS_SMTP_USER"));
        assert!(refused(&[("GRADUS_SMTP_CA", "/no/such/file")]).starts_with("GRADUS_SMTP_CA: /no/such/file"));
    }

    #[test]
    fn without_tls_nothing_goes_to_another_machine_with_or_without_a_login() {
        let off = [("GRADUS_SMTP_TLS", "off")];
        let login = [("GRADUS_SMTP_TLS", "off"), ("GRADUS_SMTP_USER", "me"), ("GRADUS_SMTP_PASSWORD", "hunter2")];
        for clear in [&off[..], &login[..]] {
            let message = with(clear).expect_err("refused");
            assert!(message.starts_with("GRADUS_SMTP_TLS: ") && message.contains("in the clear"), "{message}");
            assert!(!message.contains("hunter2"), "{message}");
            for host in ["127.0.0.1", "localhost", "[::1]"] {
                assert!(with(&[clear, &[("GRADUS_SMTP_HOST", host)]].concat()).is_ok(), "{host}: on the same machine nobody listens");
            }
        }
    }

    #[test]
    fn the_sender_can_carry_no_further_header() {
        for address in ["Gradus <a@example.org>\r\nBcc: b@example.org", "a@example.org\nSubject: x", "Gradus <a@example.org\r\n>"] {
            assert!(with(&[("GRADUS_MAIL_FROM", address)]).is_err(), "{address:?}");
        }
    }
}
