//! Real parts outside of the program: a mail server, and two calendar libraries. They come from Debian's packages
//! python3-aiosmtpd, python3-icalendar and python3-vobject.

use super::backend::skip;
use super::watched;
use serde::Deserialize;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A Python that has these modules; Debian's own stands first, because another one on the PATH does not see its packages.
fn python(modules: &str) -> Option<PathBuf> {
    let found = ["/usr/bin/python3", "python3"].into_iter().find(|python| {
        let asked = Command::new(python).args(["-c", &format!("import {modules}")]).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    });
    if found.is_none() {
        skip(&format!("Python with {modules}"));
    }
    found.map(PathBuf::from)
}

/// A message as the mail server took it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    pub hello: String,
    pub tls: bool,
    pub user: Option<String>,
    pub headers: Vec<(String, String)>,
    pub defects: Vec<String>,
    pub body: String,
    pub raw: String,
}

impl Mail {
    /// A header that stands once; empty when it does not stand at all.
    pub fn header(&self, name: &str) -> String {
        let all: Vec<&String> = self.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v).collect();
        assert!(all.len() <= 1, "{name} stands several times: {all:?}");
        all.first().map(|v| (*v).clone()).unwrap_or_default()
    }

    /// The path of the first link in the body that begins so.
    pub fn path(&self, begins: &str) -> String {
        let link = self.body.split_whitespace().find(|word| word.contains(begins));
        let link = link.unwrap_or_else(|| panic!("no link {begins} in {}", self.body));
        format!("/{}", link.splitn(4, '/').nth(3).unwrap_or_default())
    }
}

/// A mail server that ends with the test.
pub struct PostOffice {
    pub port: u16,
    folder: tempfile::TempDir,
    /// Closing its standard input ends it.
    _watch: Child,
}

const SCRIPT: &str = r#"
exec 2>/dev/null
"$1" "$2" "$3" "$4" </dev/null 2>"$3/log" &
server=$!
cat >/dev/null
kill "$server"
wait "$server"
"#;

impl PostOffice {
    /// Opens in a mode of `mail_server.py`; `None` when there is no mail server on this machine (which CI does not accept).
    pub fn open(mode: &str) -> Option<Self> {
        let python = python("aiosmtpd")?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = folder.path().to_str().expect("a plain path").to_owned();
        if !mode.starts_with("off") {
            certificate(folder.path());
        }
        let python = python.to_str().expect("a plain path").to_owned();
        let (watch, output) = watched::start(Command::new("sh"), SCRIPT, &[&python, "tests/programs/mail_server.py", &text, mode]);
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("it says its port");
        let log = || std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        let port = line.trim().parse().unwrap_or_else(|_| panic!("the mail server did not start: {}", log()));
        Some(Self { port, folder, _watch: watch })
    }

    /// Settings with which a clinic sends through it; the public address differs from where the test server listens.
    pub fn settings(&self, tls: &str) -> Vec<(String, String)> {
        let mut settings = vec![
            ("GRADUS_SMTP_HOST".to_owned(), "127.0.0.1".to_owned()),
            ("GRADUS_SMTP_PORT".to_owned(), self.port.to_string()),
            ("GRADUS_SMTP_TLS".to_owned(), tls.to_owned()),
            ("GRADUS_MAIL_FROM".to_owned(), "Gradus <no-reply@example.org>".to_owned()),
            ("GRADUS_PUBLIC_URL".to_owned(), "http://gradus.test".to_owned()),
        ];
        if tls != "off" {
            settings.push(("GRADUS_SMTP_CA".to_owned(), self.folder.path().join("cert.pem").display().to_string()));
        }
        settings
    }

    /// Every message so far, in the order they were taken.
    pub fn mails(&self) -> Vec<Mail> {
        let folder = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut files: Vec<PathBuf> =
            folder.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "json")).collect();
        files.sort();
        files.iter().map(|file| serde_json::from_slice(&std::fs::read(file).expect("a message")).expect("as it was written")).collect()
    }

    /// Waits until there are this many messages, and no longer than is reasonable.
    pub fn wait_for(&self, count: usize) -> Vec<Mail> {
        let began = Instant::now();
        loop {
            let mails = self.mails();
            if mails.len() >= count || began.elapsed() > Duration::from_secs(20) {
                assert_eq!(mails.len(), count, "{mails:?}");
                return mails;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn certificate(folder: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.current_dir(folder).args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mail.test"]);
    openssl.args(["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"]);
    assert!(openssl.stderr(Stdio::null()).status().is_ok_and(|status| status.success()), "openssl makes a certificate");
}

/// One event as a calendar library understood it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Event {
    pub uid: String,
    pub start: String,
    pub end: String,
    pub stamp: String,
    pub summary: String,
    pub sequence: u32,
    pub class: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Understood {
    events: Vec<Event>,
    errors: Vec<String>,
    refresh: String,
    alarms: u32,
}

#[derive(Deserialize)]
struct Both {
    icalendar: Understood,
    vobject: Understood,
}

/// What two calendar libraries read in a calendar, in the order of its events: they must agree. `None` without them.
pub fn read_calendar(text: &str) -> Option<Vec<Event>> {
    let python = python("icalendar, vobject")?;
    let mut child = Command::new(python)
        .arg("tests/programs/read_calendar.py")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}\n{text}", String::from_utf8_lossy(&output.stderr));
    let both: Both = serde_json::from_slice(&output.stdout).expect("what it printed");
    assert_eq!(both.icalendar, both.vobject, "the two libraries understand something different");
    assert_eq!((both.icalendar.errors.len(), both.icalendar.refresh.as_str(), both.icalendar.alarms), (0, "PT6H", 0));
    Some(both.icalendar.events)
}
