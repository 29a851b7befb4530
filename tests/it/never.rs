//! What the program does nowhere, read from its source: controls of the standard (`docs/security.md`) that are kept by what
//! is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Every source file of the program, with its path; what is below `#[cfg(test)]` is left out.
fn sources(folder: &str, kind: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, kind: &str, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, kind, found);
            } else if path.extension().is_some_and(|k| k == kind) && !path.to_string_lossy().contains("test") {
                let text = std::fs::read_to_string(&path).expect("a file");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                found.push((path.to_string_lossy().replace('\\', "/"), code));
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(folder), kind, &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

/// Where one of these words stands outside of the files that may say it.
fn said(in_files: &[(String, String)], words: &[&str], but_for: &[&str]) -> Vec<String> {
    let code = |text: &str| text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let files = in_files.iter().filter(|(path, _)| !but_for.contains(&path.as_str()));
    files
        .flat_map(|(path, text)| words.iter().filter(|word| code(text).contains(**word)).map(move |word| format!("{path}: {word}")))
        .collect()
}

#[test]
fn unsafe_code_is_forbidden() {
    assert!(std::fs::read_to_string("src/lib.rs").expect("a file").contains("#![forbid(unsafe_code)]"));
    assert!(std::fs::read_to_string("Cargo.toml").expect("a file").contains("unsafe_code = \"forbid\""));
}

#[test]
fn the_server_starts_no_program_and_makes_no_path_of_what_was_sent() {
    let sources = sources("src", "rs");
    assert_eq!(said(&sources, &["process::Command", "Command::new(\""], &[]), Vec::<String>::new());
    // Files are the business of the settings (certificates among them), the database, the key beside it, and the command line.
    let web: Vec<_> = sources.iter().filter(|(path, _)| path.starts_with("src/web") || path.starts_with("src/care")).cloned().collect();
    assert_eq!(said(&web, &["std::fs", "fs::", "File::open", "PathBuf"], &["src/web/tls.rs"]), Vec::<String>::new());
    assert!(!said(&sources, &["std::fs"], &[]).is_empty(), "the reader finds what it looks for");
}

#[test]
fn the_server_calls_nobody_but_the_configured_mail_server() {
    let sources = sources("src", "rs");
    let calls = ["TcpStream", "UdpSocket", "reqwest", "hyper::", "awc::", "ureq", "SmtpTransport", "to_socket_addrs"];
    assert_eq!(said(&sources, &calls, &["src/smtp.rs"]), Vec::<String>::new());
    assert!(!said(&sources, &calls, &[]).is_empty(), "the reader finds what it looks for");
}

#[test]
fn no_weak_hash_or_cipher_is_used() {
    let sources = sources("src", "rs");
    let weak = ["md5", "Md5", "sha1::", "Sha1::", "Des::", "Rc4", "Ecb", "Cbc", "Pkcs1v15", "pbkdf2", "rand::thread_rng", "SmallRng::"];
    // Virtual patients are drawn by chance that can be had again from its seed.
    let found: Vec<String> = said(&sources, &weak, &[]).into_iter().filter(|found| !found.starts_with("src/simulation")).collect();
    assert_eq!(found, Vec::<String>::new());
    for used in ["Sha256", "Argon2id", "Aes256Gcm"] {
        assert!(!said(&sources, &[used], &[]).is_empty(), "{used} is used nowhere: the document says it is");
    }
}

#[test]
fn scripts_of_the_browser_run_nothing_and_keep_nothing_about_health() {
    let scripts = sources("static/js", "js");
    let never = [
        "eval(",
        "new Function",
        "document.write",
        "insertAdjacentHTML",
        "outerHTML",
        "postMessage",
        "\"message\"",
        "document.cookie",
        "indexedDB",
        "__proto__",
        "import(",
        "innerHTML",
    ];
    assert_eq!(said(&scripts, &never, &[]), Vec::<String>::new());
    // One takes a part of a page from our own server, which has escaped it, as a document in which nothing runs.
    assert_eq!(said(&scripts, &["XMLHttpRequest"], &["static/js/preview.js"]), Vec::<String>::new());
    assert_eq!(said(&scripts, &["fetch("], &["static/js/passkey.js", "static/js/session.js"]), Vec::<String>::new());
    // How the player is set, and when a stopwatch began: nothing that somebody answered.
    let keeps = ["static/js/player.js", "static/js/stopwatch.js"];
    assert_eq!(said(&scripts, &["setItem"], &keeps), Vec::<String>::new());
    // A third takes out what a stopwatch left.
    assert_eq!(said(&scripts, &["localStorage", "sessionStorage"], &[keeps[0], keeps[1], "static/js/session.js"]), Vec::<String>::new());
}

#[test]
fn forms_with_answers_are_never_sent_in_the_address() {
    let mut asked = Vec::new();
    for (path, text) in sources("templates", "html") {
        for form in text.split("<form").skip(1).filter_map(|rest| rest.split("</form>").next()) {
            let tag = form.split('>').next().unwrap_or_default();
            if !tag.contains("method=\"post\"") {
                asked.push((path.clone(), form.to_owned()));
            }
        }
    }
    assert!(!asked.is_empty(), "some lists are narrowed by their address");
    for (path, form) in asked {
        for never in ["type=\"password\"", "type=\"email\"", "<textarea", "note", "pain"] {
            assert!(!form.contains(never), "{path}: {never} in a form that is sent in the address");
        }
    }
}

#[test]
fn secrets_are_long_and_never_the_same() {
    let secrets: BTreeSet<String> = (0..2000).map(|_| gradus::ids::secret()).collect();
    assert_eq!(secrets.len(), 2000);
    let letters: BTreeSet<char> = secrets.iter().flat_map(|secret| secret.chars()).collect();
    let shortest = secrets.iter().map(String::len).min().unwrap_or_default();
    // 32 letters are 5 bits each.
    assert_eq!(letters.len(), 32);
    assert!(shortest * 5 >= 256, "{shortest} letters");
}

/// What the standard's items that do not apply are about, as the libraries for it are called.
const NOT_BUILT_IN: &[&str] = &[
    "async-graphql",
    "juniper",
    "tungstenite",
    "tokio-tungstenite",
    "actix-ws",
    "actix-web-actors",
    "oauth2",
    "openidconnect",
    "jsonwebtoken",
    "josekit",
    "biscuit",
    "pasetors",
    "saml",
    "samael",
    "webrtc",
    "turn",
    "str0m",
    "rustrtc",
    "quick-xml",
    "roxmltree",
    "xml-rs",
    "xmltree",
    "minidom",
    "libxml",
    "sxd-xpath",
    "ldap3",
    "memcache",
    "redis",
    "rust-jni",
    "jni",
    "latex",
    "tectonic",
    "lua",
    "mlua",
    "rhai",
    "tera",
    "handlebars",
    "minijinja",
    "reqwest",
    "hyper",
    "awc",
    "ureq",
    "curl",
    "isahc",
    "rustls-native-certs",
    "twilio",
];

/// Names of all packages that the program itself is built from: those of the tests are not among them.
fn built_in() -> BTreeSet<String> {
    let read = |name: &str| {
        std::fs::read_to_string(name).expect("a file").parse::<toml::Table>().unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let (manifest, lock) = (read("Cargo.toml"), read("Cargo.lock"));
    let needs: BTreeMap<String, Vec<String>> =
        lock["package"].as_array().expect("packages").iter().fold(BTreeMap::new(), |mut all, package| {
            let needed = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
            let needed = needed.filter_map(|needed| needed.as_str()?.split(' ').next().map(str::to_owned));
            all.entry(package["name"].as_str().expect("a name").to_owned()).or_insert_with(Vec::new).extend(needed);
            all
        });
    let mut open: Vec<String> = manifest["dependencies"].as_table().expect("dependencies").keys().cloned().collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        open.extend(needs.get(&name).into_iter().flatten().filter(|needed| !found.contains(*needed)).cloned());
        found.insert(name);
    }
    found
}

#[test]
fn what_does_not_apply_is_not_built_in() {
    let built_in = built_in();
    assert!(built_in.len() > 100 && built_in.contains("actix-http") && built_in.contains("diesel"), "{}", built_in.len());
    let wrong: Vec<&&str> = NOT_BUILT_IN.iter().filter(|name| built_in.contains(**name)).collect();
    assert!(wrong.is_empty(), "{wrong:?}: docs/security.md says that there is none");
    // Expressions are the business of libraries; none of ours is made at run time.
    let manifest = std::fs::read_to_string("Cargo.toml").expect("a file");
    let ours = manifest.split("[dev-dependencies]").next().unwrap_or_default();
    assert!(!ours.lines().any(|line| line.starts_with("regex")), "a regular expression made from input would be one to look at");
}
