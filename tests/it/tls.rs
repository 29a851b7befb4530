//! The built program speaking TLS itself, with certificates made for the test.

use crate::rules_cli::program;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::ssl::{SslConnector, SslMethod, SslVersion};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// A certificate with its key.
struct Pair {
    certificate: X509,
    key: PKey<Private>,
}

fn made(name: &str, serial: u32, signer: Option<&Pair>) -> Pair {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("a curve");
    made_for(PKey::from_ec_key(EcKey::generate(&group).expect("a key")).expect("a key"), name, serial, signer)
}

fn made_for(key: PKey<Private>, name: &str, serial: u32, signer: Option<&Pair>) -> Pair {
    let mut subject = X509NameBuilder::new().expect("a name");
    subject.append_entry_by_text("CN", name).expect("a name");
    let subject = subject.build();
    let mut builder = X509::builder().expect("a certificate");
    builder.set_version(2).expect("set");
    builder.set_serial_number(&BigNum::from_u32(serial).and_then(|n| n.to_asn1_integer()).expect("a number")).expect("set");
    builder.set_subject_name(&subject).expect("set");
    builder.set_issuer_name(signer.map_or(&subject, |s| s.certificate.subject_name())).expect("set");
    builder.set_not_before(&Asn1Time::days_from_now(0).expect("a day")).expect("set");
    builder.set_not_after(&Asn1Time::days_from_now(30).expect("a day")).expect("set");
    builder.set_pubkey(&key).expect("set");
    match signer {
        None => builder.append_extension(BasicConstraints::new().critical().ca().build().expect("an extension")).expect("set"),
        Some(_) => {
            let names = SubjectAlternativeName::new().dns("localhost").build(&builder.x509v3_context(None, None)).expect("an extension");
            builder.append_extension(names).expect("set");
        }
    }
    builder.sign(signer.map_or(&key, |s| &s.key), MessageDigest::sha256()).expect("signed");
    Pair { certificate: builder.build(), key }
}

fn write(folder: &Path, pair: &Pair) {
    std::fs::write(folder.join("cert.pem"), pair.certificate.to_pem().expect("PEM")).expect("written");
    std::fs::write(folder.join("key.pem"), pair.key.private_key_to_pem_pkcs8().expect("PEM")).expect("written");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port()
}

/// A server with TLS; ends with the test.
struct Serving {
    child: Child,
    port: u16,
    plain: u16,
    folder: tempfile::TempDir,
    authority: Pair,
    /// What it prints: it ends when nobody takes it.
    _output: Lines<BufReader<ChildStdout>>,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path, port: u16, plain: u16) -> Command {
    let mut command = program();
    command
        .current_dir(folder)
        .env("GRADUS_BIND", format!("127.0.0.1:{port}"))
        .env("GRADUS_PUBLIC_URL", format!("https://localhost:{port}"))
        .env("GRADUS_TLS_CERT", "cert.pem")
        .env("GRADUS_TLS_KEY", "key.pem")
        .env("GRADUS_LOG", "error")
        .env("GRADUS_HTTP_REDIRECT", format!("127.0.0.1:{plain}"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn serve() -> Serving {
    serve_with(|authority| made("localhost", 2, Some(authority)))
}

fn serve_with(pair: impl FnOnce(&Pair) -> Pair) -> Serving {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = made("An authority of the test", 1, None);
    write(folder.path(), &pair(&authority));
    let (port, plain) = (free_port(), free_port());
    let mut child = command(folder.path(), port, plain).stderr(Stdio::null()).spawn().expect("the program starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ready = lines.by_ref().find_map(|line| line.ok().filter(|line| line.contains("Gradus is ready"))).expect("it says so");
    assert!(ready.contains(&format!("https://localhost:{port}")), "{ready}");
    Serving { child, port, plain, folder, authority, _output: lines }
}

impl Serving {
    /// An answer over TLS, and the serial number of the certificate that came with it.
    fn ask(&self, request: &str, version: Option<SslVersion>) -> Result<(String, u32), String> {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).map_err(|e| e.to_string())?;
        connector.cert_store_mut().add_cert(self.authority.certificate.clone()).map_err(|e| e.to_string())?;
        connector.set_min_proto_version(version).and_then(|()| connector.set_max_proto_version(version)).map_err(|e| e.to_string())?;
        if version == Some(SslVersion::TLS1_1) {
            connector.set_cipher_list("ALL:@SECLEVEL=0").map_err(|e| e.to_string())?;
        }
        let stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).map_err(|e| e.to_string())?;
        let mut stream = connector.build().connect("localhost", stream).map_err(|e| e.to_string())?;
        let certificate = stream.ssl().peer_certificate().ok_or("no certificate")?;
        let serial = certificate.serial_number().to_bn().map_err(|e| e.to_string())?;
        stream.write_all(request.as_bytes()).map_err(|e| e.to_string())?;
        let mut text = Vec::new();
        // A server that closes without a farewell has still said everything.
        let _ = stream.read_to_end(&mut text);
        Ok((String::from_utf8_lossy(&text).into_owned(), serial.to_dec_str().map_err(|e| e.to_string())?.parse().unwrap_or(0)))
    }

    /// What a client of TLS 1.2 that offers these ciphers alone and the server agree on.
    fn agrees_on(&self, ciphers: &str) -> Result<String, String> {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).map_err(|e| e.to_string())?;
        connector.cert_store_mut().add_cert(self.authority.certificate.clone()).map_err(|e| e.to_string())?;
        connector.set_max_proto_version(Some(SslVersion::TLS1_2)).map_err(|e| e.to_string())?;
        // A client that knows no better: it is the server that refuses.
        connector.set_cipher_list(&format!("{ciphers}:@SECLEVEL=0")).expect("ciphers that the client knows");
        let stream = TcpStream::connect(("127.0.0.1", self.port)).map_err(|e| e.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(10))).map_err(|e| e.to_string())?;
        let stream = connector.build().connect("localhost", stream).map_err(|e| e.to_string())?;
        let cipher = stream.ssl().current_cipher().ok_or("no cipher")?;
        Ok(cipher.name().to_owned())
    }

    fn get(&self, path: &str, version: Option<SslVersion>) -> Result<(String, u32), String> {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", self.port), version)
    }
}

fn plainly(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut text = Vec::new();
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn the_program_speaks_tls_of_today_and_nothing_older() {
    let serving = serve();
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let (text, _) = serving.get("/sign-in", Some(version)).expect("an answer");
        let lower = text.to_lowercase();
        assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
        assert!(lower.contains("strict-transport-security: max-age=63072000; includesubdomains"), "{text}");
        assert!(text.contains("__Host-gradus=") && lower.contains("; secure"), "{text}");
    }
    assert!(serving.get("/", Some(SslVersion::TLS1_1)).is_err(), "TLS 1.1 is not spoken");
    // Somebody who speaks without TLS is not answered with a page.
    assert!(!plainly(serving.port, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").contains("<html"));
    // Nor does somebody who connects and says nothing hold up others.
    let silent: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(("127.0.0.1", serving.port)).expect("a connection")).collect();
    assert!(serving.get("/health", None).expect("an answer").0.ends_with("ok\n"));
    drop(silent);
    let (text, _) = serving.ask("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", None).expect("an answer");
    assert!(text.starts_with("HTTP/1.1 421 "), "{text}");
}

#[test]
fn a_cipher_without_forward_secrecy_or_authenticated_encryption_is_refused() {
    let elliptic = serve();
    let whole = "ECDHE-ECDSA-AES128-GCM-SHA256";
    assert_eq!(elliptic.agrees_on(whole), Ok(whole.to_owned()));
    for cipher in ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256"] {
        assert!(elliptic.agrees_on(cipher).is_err(), "{cipher}: encrypted, but not authenticated as one");
    }
    // Only a key of RSA could do without forward secrecy.
    let key = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
    let rsa = serve_with(|authority| made_for(key, "localhost", 2, Some(authority)));
    let whole = "ECDHE-RSA-AES128-GCM-SHA256";
    assert_eq!(rsa.agrees_on(whole), Ok(whole.to_owned()));
    for cipher in ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "ECDHE-RSA-AES128-SHA"] {
        assert!(rsa.agrees_on(cipher).is_err(), "{cipher}");
    }
}

#[test]
fn plain_http_is_sent_over_and_takes_no_form() {
    let serving = serve();
    let text = plainly(serving.plain, "GET /learn/pacing?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(text.starts_with("HTTP/1.1 308 "), "{text}");
    assert!(text.contains(&format!("location: https://localhost:{}/learn/pacing?x=1\r\n", serving.port)), "{text}");
    assert!(!text.to_lowercase().contains("set-cookie"), "{text}");
    // Whatever host it names, the way leads to our own.
    let text = plainly(serving.plain, "GET //evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert!(!text.contains("308") || text.contains(&format!("location: https://localhost:{}/", serving.port)), "{text}");
    let text = plainly(serving.plain, "POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    assert!(text.starts_with("HTTP/1.1 400 "), "{text}");
}

#[test]
fn a_renewed_certificate_is_taken_without_a_restart_and_a_broken_one_is_not() {
    let serving = serve();
    assert_eq!(serving.get("/health", None).expect("an answer").1, 2);
    let hang_up = || {
        let told = Command::new("kill").args(["-HUP", &serving.child.id().to_string()]).status().expect("kill");
        assert!(told.success());
    };
    write(serving.folder.path(), &made("localhost", 3, Some(&serving.authority)));
    hang_up();
    let began = Instant::now();
    while serving.get("/health", None).expect("an answer").1 != 3 {
        assert!(began.elapsed() < Duration::from_secs(10), "the old certificate is still in use");
        std::thread::sleep(Duration::from_millis(50));
    }
    // A key that does not fit, as in the middle of a renewal.
    let key = made("localhost", 4, Some(&serving.authority)).key;
    std::fs::write(serving.folder.path().join("key.pem"), key.private_key_to_pem_pkcs8().expect("PEM")).expect("written");
    hang_up();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(serving.get("/health", None).expect("still served").1, 3);
}

#[test]
fn changed_files_are_noticed_by_their_time() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = made("An authority of the test", 1, None);
    write(folder.path(), &made("localhost", 2, Some(&authority)));
    let files = gradus::config::TlsFiles { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    let certificates = gradus::web::Certificates::open(&files).expect("a fitting pair");
    assert!((28..=30).contains(&certificates.days_left().expect("an end")));
    assert_eq!(certificates.refresh(), Ok(false));
    std::thread::sleep(Duration::from_millis(20));
    write(folder.path(), &made("localhost", 3, Some(&authority)));
    assert_eq!(certificates.refresh(), Ok(true));
    assert_eq!(certificates.refresh(), Ok(false));
    std::thread::sleep(Duration::from_millis(20));
    std::fs::write(folder.path().join("cert.pem"), "not a certificate").expect("written");
    assert!(certificates.refresh().expect_err("no certificate").starts_with("GRADUS_TLS_CERT: "));
}

#[test]
fn a_start_with_files_that_do_not_fit_says_which_setting_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let authority = made("An authority of the test", 1, None);
    let said = || {
        let output = command(folder.path(), free_port(), free_port()).output().expect("it ends");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(said().contains("GRADUS_TLS_CERT: cert.pem cannot be read"), "{}", said());
    write(folder.path(), &made("localhost", 2, Some(&authority)));
    let other = made("localhost", 3, Some(&authority)).key;
    std::fs::write(folder.path().join("key.pem"), other.private_key_to_pem_pkcs8().expect("PEM")).expect("written");
    assert!(said().contains("GRADUS_TLS_KEY: key.pem"), "{}", said());
}
