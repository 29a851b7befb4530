//! The way to the clinic's mail server: the kept library `lettre`, TLS by the OpenSSL that is built in.

use crate::config::{MailServer, MailTls};
use crate::post::letter::{Failure, Letter};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error, PoolConfig, SmtpTransport};
use lettre::{Address, Transport};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long the mail server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Makes messages and connections. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    inner: Arc<Inner>,
}

struct Inner {
    server: MailServer,
    /// This server's name as browsers know it: said to the mail server and part of message ids.
    host: String,
}

/// A connection for the messages of one round.
pub struct Sending<'m> {
    mailer: &'m Mailer,
    transport: SmtpTransport,
}

/// A failure with what the mail server said, for the technician at the command line and the administrator who sent a test
/// message to themselves. Never for another page or a log: servers repeat addresses.
#[derive(Debug)]
pub struct Told {
    /// What it means.
    pub failure: Failure,
    /// What was said.
    pub detail: String,
}

impl Mailer {
    /// A mailer for the clinic's mail server; checks what can be checked without asking it.
    ///
    /// # Errors
    /// In words for whoever starts the program.
    pub fn new(server: &MailServer, public_url: &str) -> Result<Self, String> {
        let host = Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let host = host.ok_or("GRADUS_PUBLIC_URL: names no host")?;
        let mailer = Self { inner: Arc::new(Inner { server: server.clone(), host }) };
        mailer.open().map_err(|told| format!("GRADUS_SMTP_CA: {}", told.detail))?;
        Ok(mailer)
    }

    /// Begins a round. No connection is made before the first message.
    ///
    /// # Errors
    /// When the certificates cannot be used.
    pub fn open(&self) -> Result<Sending<'_>, Told> {
        let server = &self.inner.server;
        let secured = || {
            let mut parameters = TlsParameters::builder(server.host.clone());
            if let Some(pem) = &server.ca {
                parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
            }
            parameters.build()
        };
        let tls = match server.tls {
            MailTls::Off => Tls::None,
            MailTls::Starttls => Tls::Required(secured().map_err(|e| told(&e))?),
            MailTls::Tls => Tls::Wrapper(secured().map_err(|e| told(&e))?),
        };
        let mut builder = SmtpTransport::builder_dangerous(server.host.as_str())
            .port(server.port)
            .tls(tls)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(self.inner.host.clone()))
            .pool_config(PoolConfig::new().max_size(1).min_idle(0));
        if let Some((user, password)) = &server.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(Sending { mailer: self, transport: builder.build() })
    }

    /// Hands over one message that belongs to no round.
    ///
    /// # Errors
    /// What kept it from being taken.
    pub fn send(&self, letter: &Letter) -> Result<(), Told> {
        self.open()?.send(letter)
    }

    /// A message as it goes out. Addresses and texts are values: nothing in them can become a header.
    fn message(&self, letter: &Letter) -> Result<Message, Failure> {
        let to: Address = letter.to.parse().map_err(|_| Failure::Unusable)?;
        let header = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let mut message = Message::builder()
            .from(self.inner.server.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{}@{}>", letter.id, self.inner.host)))
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN);
        if let Some(address) = &letter.one_click {
            message = message
                .raw_header(header("List-Unsubscribe", format!("<{address}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        message.body(letter.body.clone()).map_err(|_| Failure::Unusable)
    }
}

impl Sending<'_> {
    /// Hands one message to the mail server.
    ///
    /// # Errors
    /// What kept it from being taken.
    pub fn send(&self, letter: &Letter) -> Result<(), Told> {
        self.send_and_hear(letter).map(|_| ())
    }

    /// Hands one message to the mail server and returns what it answered.
    ///
    /// # Errors
    /// What kept it from being taken.
    pub fn send_and_hear(&self, letter: &Letter) -> Result<String, Told> {
        let message = self.mailer.message(letter).map_err(|failure| Told { failure, detail: "the address cannot be used".to_owned() })?;
        let answer = self.transport.send(&message).map_err(|error| told(&error))?;
        Ok(format!("{} {}", answer.code(), answer.message().collect::<Vec<_>>().join(" ")))
    }
}

fn told(error: &Error) -> Told {
    let detail = error.to_string();
    // A handshake that fails comes as a connection that fails: only OpenSSL's words tell them apart.
    let handshake = detail.contains("SSL routines") || detail.contains("certificate");
    let code = error.status().map(|code| code.to_string()).unwrap_or_default();
    let failure = match code.as_str() {
        // RFC 4954: wanted, too weak, refused, not without TLS.
        "530" | "534" | "535" | "538" => Failure::SignIn,
        _ if error.is_permanent() => Failure::Refused,
        _ if error.is_transient() => Failure::Busy,
        _ if error.is_tls() || handshake => Failure::Secure,
        // It offers no TLS or no way to sign in that we know.
        _ if error.is_client() => Failure::Secure,
        _ => Failure::Unreachable,
    };
    Told { failure, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        let from = "Gradus <no-reply@example.org>".parse().expect("a sender");
        let server = MailServer { host: "127.0.0.1".to_owned(), port: 1, tls: MailTls::Off, login: None, ca: None, from };
        Mailer::new(&server, "https://gradus.example.org").expect("usable")
    }

    fn letter(to: &str) -> Letter {
        Letter {
            id: "abc".to_owned(),
            to: to.to_owned(),
            subject: "Hello".to_owned(),
            body: "x\r\nBcc: y@example.org\r\n".to_owned(),
            one_click: None,
        }
    }

    #[test]
    fn an_address_can_carry_no_header_and_a_body_none_either() {
        for to in
            ["a@example.org\r\nBcc: b@example.org", "a@example.org\nX: y", "a@example.org, b@example.org", "<a@example.org>", "", "a@b c"]
        {
            assert!(mailer().message(&letter(to)).is_err(), "{to:?}");
        }
        let message = mailer().message(&letter("a@example.org")).expect("a message");
        let text = String::from_utf8(message.formatted()).expect("text");
        let head = text.split("\r\n\r\n").next().expect("a head");
        assert!(!head.contains("Bcc"), "{head}");
        assert!(head.contains("Message-ID: <abc@gradus.example.org>") && head.contains("To: a@example.org"), "{head}");
    }

    #[test]
    fn a_certificate_that_is_none_is_found_at_the_start() {
        let from = "no-reply@example.org".parse().expect("a sender");
        let server =
            MailServer { host: "a.example".to_owned(), port: 1, tls: MailTls::Tls, login: None, ca: Some(b"nonsense".to_vec()), from };
        assert!(Mailer::new(&server, "https://gradus.example.org").err().expect("refused").starts_with("GRADUS_SMTP_CA: "));
    }

    #[test]
    fn nobody_there_is_unreachable() {
        let mailer = mailer();
        let told = mailer.open().expect("open").send(&letter("a@example.org")).expect_err("nobody listens");
        assert_eq!(told.failure, Failure::Unreachable, "{}", told.detail);
    }
}
