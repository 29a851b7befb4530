//! What the whole suite logs, in one file: every server of this process at the most that `GRADUS_LOG` allows, and what
//! the built program says when a test starts it. `tests/planted.txt` holds what must never stand in it, and
//! [`plant`] adds what only a running test knows. `logged_secrets.rs` looks into it while the suite runs, `.ci/run`
//! again at its end.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{LazyLock, Mutex};

/// Names the file; without it one beside what cargo built, of this process alone.
const VARIABLE: &str = "GRADUS_SUITE_LOG";

static FILE: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os(VARIABLE) {
    Some(path) => PathBuf::from(path),
    None => Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("suite-{}.log", std::process::id())),
});

fn opened(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Where the log is.
pub fn file() -> &'static Path {
    &FILE
}

/// Where stands what running tests planted, a text a line.
fn planted_file() -> PathBuf {
    FILE.with_extension("planted")
}

static LISTENING: LazyLock<()> = LazyLock::new(|| {
    // The client that plays the browser is no part of the program.
    let filter = "debug,reqwest=off,hyper=off,hyper_util=off,h2=off,thirtyfour=off,cookie_store=off,html5ever=off,selectors=off";
    let filter = tracing_subscriber::EnvFilter::new(filter);
    let written = Mutex::new(opened(&FILE));
    let listening = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(written).try_init();
    listening.expect("nobody else listens to what is logged");
});

/// From now on everything that is logged in this process is in the file.
pub fn listen() {
    LazyLock::force(&LISTENING);
}

/// Where the built program's own log goes when a test starts it.
pub fn stderr() -> Stdio {
    Stdio::from(opened(&FILE))
}

/// Puts what the built program logged into the file too, when a test has read it itself.
pub fn keep(told: &[u8]) {
    opened(&FILE).write_all(told).expect("kept");
}

static PLANTED: LazyLock<Mutex<BTreeSet<String>>> = LazyLock::new(Mutex::default);

/// A secret that only this run knows and that must never be logged.
pub fn plant(secret: &str) {
    assert!(secret.trim().len() >= 6, "too short to be told from other words: {secret:?}");
    let mut planted = PLANTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if planted.insert(secret.to_owned()) {
        writeln!(opened(&planted_file()), "{secret}").expect("planted");
    }
}

/// Everything that must not be in the log: what is planted in every run, and what was in this one.
pub fn planted() -> Vec<String> {
    let fixed = include_str!("../../planted.txt").lines().map(str::trim).filter(|line| !line.is_empty());
    let own = PLANTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    fixed.map(str::to_owned).chain(own).collect()
}

/// The lines of a log in which a secret stands, with what it is.
pub fn leaks(log: &str, secrets: &[String]) -> Vec<String> {
    let token = |word: &str| word.len() == 52 && word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
    let mut found = Vec::new();
    for line in log.lines() {
        for secret in secrets.iter().filter(|secret| line.contains(secret.as_str())) {
            found.push(format!("{secret:?} in: {line}"));
        }
        // Whatever opens a door is made of 52 letters (`ids::secret`).
        if line.split(|c: char| !c.is_ascii_alphanumeric()).any(token) {
            found.push(format!("a token in: {line}"));
        }
    }
    found
}
