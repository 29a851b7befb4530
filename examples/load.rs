//! How the server stands a flood of sign-ins: starts the built program with the demonstration's people on a database of
//! its own, signs in 50 times a second for 20 seconds, each from another address, asks `/health` ten times a second
//! meanwhile, and prints how long both took. Only this machine is asked.
//!
//! ```text
//! cargo build --release && cargo run --release --example load [PROGRAM [SIGN-INS-A-SECOND [SECONDS]]]
//! ```

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest that one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// What the issue asks of the health page at its slowest.
const HEALTH_WITHIN: Duration = Duration::from_millis(100);
/// Every so many sign-ins one is right; the others are of addresses that nobody has, which cost as much.
const RIGHT: usize = 5;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// The program, ended when this is dropped, and its folder with it.
struct Server {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn start(program: &str) -> Result<Server, Fault> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let folder = std::env::temp_dir().join(format!("gradus-load-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let mut child = Command::new(std::fs::canonicalize(program)?)
        .arg("demo")
        .current_dir(&folder)
        .env("GRADUS_BIND", format!("127.0.0.1:{port}"))
        // The demonstration makes its database there; ended like this it cannot clear up itself.
        .env("TMPDIR", &folder)
        .env("GRADUS_TRUSTED_PROXIES", "127.0.0.1")
        .env("GRADUS_REQUESTS_A_MINUTE", "1000000")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let lines = BufReader::new(child.stdout.take().ok_or("no output")?).lines();
    let server = Server { child, port, folder };
    let mut lines = lines.map_while(Result::ok);
    lines.find(|line| line.contains("Gradus is ready")).ok_or("the program did not start")?;
    // It would wait for somebody to take what it logs.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(server)
}

/// One request on a connection of its own: status, head and body.
fn ask(port: u16, head: &str, body: &str) -> Result<(u16, String, String), Fault> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    write!(stream, "{head}\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{length}\r\n{body}")?;
    let mut text = Vec::new();
    stream.read_to_end(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").ok_or("no answer")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no status")?;
    Ok((status, head.to_owned(), body.to_owned()))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = &text[text.find(start)? + start.len()..];
    rest.split(end).next()
}

/// Opens the page, fills in the form, sends it; how long the sending took, and its status.
fn sign_in(port: u16, number: usize) -> Result<(Duration, u16), Fault> {
    let from = format!("X-Forwarded-For: 198.18.{}.{}", number / 250 % 250, number % 250 + 1);
    let (_, head, page) = ask(port, &format!("GET /sign-in HTTP/1.1\r\n{from}"), "")?;
    let cookie = between(&head, "set-cookie: ", ";").ok_or("no cookie")?;
    let token = between(&page, "name=\"csrf\" value=\"", "\"").ok_or("no token")?;
    let email = if number.is_multiple_of(RIGHT) { "hannah@demo.example".to_owned() } else { format!("nobody{number}@load.example") };
    let body = format!("csrf={token}&email={email}&password=walk+a+little+further&next=");
    let kind = "Content-Type: application/x-www-form-urlencoded";
    let began = Instant::now();
    let (status, ..) = ask(port, &format!("POST /sign-in HTTP/1.1\r\n{from}\r\nCookie: {cookie}\r\n{kind}"), &body)?;
    Ok((began.elapsed(), status))
}

/// Half of them were faster than the first number, nineteen of twenty faster than the second, all as fast as the third.
fn told(what: &str, times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default();
    let most = times.last().copied().unwrap_or_default();
    println!("{what:<28} {:>5}   p50 {:>8.1?}   p95 {:>8.1?}   max {most:>8.1?}", times.len(), at(50), at(95));
    most
}

fn run() -> Result<bool, Fault> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().unwrap_or_else(|| "target/release/gradus".to_owned());
    let a_second: u32 = arguments.next().map_or(Ok(50), |text| text.parse())?;
    let seconds: u32 = arguments.next().map_or(Ok(20), |text| text.parse())?;
    let server = start(&program)?;
    let port = server.port;
    let answers: Arc<Mutex<Vec<(Duration, u16)>>> = Arc::default();
    let health: Arc<Mutex<Vec<(Duration, u16)>>> = Arc::default();
    let began = Instant::now();
    let wait_until = |at: Duration| std::thread::sleep(at.saturating_sub(began.elapsed()));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..seconds * 10 {
                wait_until(Duration::from_millis(100) * number);
                let asked = Instant::now();
                let status = ask(port, "GET /health HTTP/1.1", "").map_or(0, |(status, ..)| status);
                if let Ok(mut all) = health.lock() {
                    all.push((asked.elapsed(), status));
                }
            }
        });
        for number in 0..a_second * seconds {
            wait_until(Duration::from_secs(1) * number / a_second);
            let answers = Arc::clone(&answers);
            scope.spawn(move || {
                let answer = sign_in(port, number as usize).unwrap_or((Duration::ZERO, 0));
                if let Ok(mut all) = answers.lock() {
                    all.push(answer);
                }
            });
        }
    });
    let took = began.elapsed();
    let answers = answers.lock().map_err(|_| "a thread failed")?.clone();
    let health = health.lock().map_err(|_| "a thread failed")?.clone();
    let of = |wanted: &[u16]| answers.iter().filter(|(_, status)| wanted.contains(status)).map(|(time, _)| *time).collect::<Vec<_>>();
    println!("{a_second} sign-ins a second for {seconds} s; the last answer came after {took:.1?}");
    told("signed in", &mut of(&[303]));
    told("told that it does not fit", &mut of(&[422]));
    told("asked to come back (503)", &mut of(&[503]));
    told("asked to come back (429)", &mut of(&[429]));
    let other = answers.iter().filter(|(_, status)| !matches!(status, 303 | 422 | 429 | 503)).count();
    println!("anything else                {other:>5}");
    let well = health.iter().filter(|(_, status)| *status == 200).count();
    let most = told("/health", &mut health.iter().map(|(time, _)| *time).collect::<Vec<_>>());
    println!("/health was well             {well:>5} of {}", health.len());
    drop(server);
    Ok(other == 0 && well == health.len() && most < HEALTH_WITHIN)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            println!("not as it should be: every answer is one of those above, and /health is well within {HEALTH_WITHIN:?}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}
