//! Clients that are slow, talk too much, ask too often or speak HTTP in ways that two servers read differently. None of
//! them gets an answer of ours that says 5xx, none keeps its connection for long, and everybody else is served meanwhile.

use crate::support::{Backend, Clinic, TestApp, spawn, spawn_with};
use gradus::web::{COSTLY, MAX_BODY, ROUTES, Work};
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Longest that a connection is kept which does not come to the point: patience, and the time to take the answer.
const ENDS_WITHIN: Duration = Duration::from_secs(25);

fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(app.base.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_millis(200))).expect("a timeout");
    stream
}

/// What came back until the other side closed, and how long that took.
fn until_closed(stream: &mut TcpStream, mut meanwhile: impl FnMut(&mut TcpStream)) -> (String, Duration) {
    let (began, mut got, mut piece) = (Instant::now(), Vec::new(), [0; 4096]);
    while began.elapsed() < ENDS_WITHIN {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => got.extend_from_slice(&piece[..n]),
            Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => meanwhile(stream),
            // Closed while we were still sending.
            Err(_) => break,
        }
    }
    assert!(began.elapsed() < ENDS_WITHIN, "the connection is still open; so far came {:?}", String::from_utf8_lossy(&got));
    (String::from_utf8_lossy(&got).into_owned(), began.elapsed())
}

/// Sends bytes and reads until the connection is closed; status of the first answer, 0 for none.
fn raw(app: &TestApp, bytes: &[u8]) -> (u16, String) {
    let mut stream = connect(app);
    // A server that has heard enough may close before everything is sent.
    let _ = stream.write_all(bytes);
    let (text, _) = until_closed(&mut stream, |_| ());
    (text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0), text)
}

fn is_well(app: &TestApp) {
    let began = Instant::now();
    app.visitor().get("/health").is(200);
    assert!(began.elapsed() < Duration::from_secs(2), "others wait: {:?}", began.elapsed());
}

fn drip(stream: &mut TcpStream) {
    let _ = stream.write_all(b"x");
}

#[test]
fn whoever_sends_drop_by_drop_is_let_go_and_nobody_waits_for_them() {
    let app = spawn(Backend::Sqlite);
    let head = "POST /sign-in HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let parts = "POST /journal/file/upload HTTP/1.1\r\nHost: here\r\nContent-Type: multipart/form-data; boundary=b\r\n";
    let slow: Vec<(&str, String)> = vec![
        ("a head that does not end", "GET / HTTP/1.1\r\nHost: here\r\nX-Slow: ".to_owned()),
        ("a second head that does not end", "GET /health HTTP/1.1\r\nHost: here\r\n\r\nGET / HTTP/1.1\r\nHost: ".to_owned()),
        ("silence", String::new()),
        ("a body that does not end", format!("{head}Content-Length: 60000\r\n\r\ncsrf=")),
        ("pieces that do not end", format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\ncsrf=")),
        (
            "a file that does not end",
            format!("{parts}Content-Length: 60000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n"),
        ),
    ];
    std::thread::scope(|scope| {
        for (what, start) in &slow {
            let mut stream = connect(&app);
            scope.spawn(move || {
                stream.write_all(start.as_bytes()).expect("sent");
                let dripping = !start.is_empty() && !start.contains("chunked");
                let (text, took) = until_closed(&mut stream, |stream| {
                    if dripping {
                        drip(stream)
                    }
                });
                assert!(!text.contains(" 500 ") && !text.contains(" 503 "), "{what}: {text}");
                assert!(took < ENDS_WITHIN, "{what}: {took:?}");
            });
        }
        for _ in 0..10 {
            is_well(&app);
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    is_well(&app);
}

/// Whoever asks for much and reads nothing of it: the answers wait in the server's memory.
#[test]
#[cfg(target_os = "linux")]
fn whoever_does_not_take_their_answers_is_let_go() {
    let app = spawn(Backend::Sqlite);
    let page = app.visitor().get("/about");
    let sheet = page.text.split('"').find(|part| part.ends_with("components.css")).expect("a stylesheet");
    let mut stream = connect(&app);
    stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a timeout");
    let asked = format!("GET {sheet} HTTP/1.1\r\nHost: here\r\n\r\n");
    let began = Instant::now();
    // As much as goes in; then nothing is read, and a byte now and then shows whether the other side is still there.
    while stream.write_all(asked.as_bytes()).is_ok() && began.elapsed() < Duration::from_secs(5) {}
    let gone = |e: &std::io::Error| !matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
    while !stream.write(b"G").is_err_and(|e| gone(&e)) {
        assert!(began.elapsed() < Duration::from_secs(60), "the connection is still open");
        std::thread::sleep(Duration::from_secs(1));
        is_well(&app);
    }
}

#[test]
fn what_is_too_long_is_refused_by_its_name() {
    let app = spawn(Backend::Sqlite);
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{more}\r\n").into_bytes();
    let long = |n: usize| "x".repeat(n);
    let many = |n: usize| (0..n).map(|i| format!("X-{i}: y\r\n")).collect::<String>();
    assert_eq!(raw(&app, &get("/about", "")).0, 200);
    assert_eq!(raw(&app, &get(&format!("/{}", long(3000)), "")).0, 414);
    assert_eq!(raw(&app, &get(&format!("/about?{}", long(3000)), "")).0, 414);
    assert_eq!(raw(&app, &get("/about", &format!("X-Long: {}\r\n", long(20_000)))).0, 431);
    assert_eq!(raw(&app, &get("/about", &many(70))).0, 431);
    // So long that it is not even read to its end.
    for endless in
        [get("/about", &format!("X-Long: {}\r\n", long(300_000))), get(&format!("/{}", long(100_000)), ""), get("/about", &many(500))]
    {
        let (status, text) = raw(&app, &endless);
        assert!(status == 0 || (400..500).contains(&status), "{text}");
    }
    is_well(&app);
}

#[test]
fn a_body_is_read_as_far_as_a_form_may_go_and_no_further() {
    let clinic = Clinic::open(Backend::Sqlite);
    let app = &clinic.app;
    let post = |path: &str, kind: &str, more: &str, body: &[u8]| {
        let head = format!("POST {path} HTTP/1.1\r\nHost: here\r\nContent-Type: {kind}\r\n{more}\r\n");
        raw(app, &[head.as_bytes(), body].concat()).0
    };
    let form = "application/x-www-form-urlencoded";
    // One that only says how much it will send is not waited for.
    for bytes in [MAX_BODY + 1, 1 << 40] {
        assert_eq!(post("/sign-in", form, &format!("Content-Length: {bytes}\r\n"), b"csrf="), 413);
    }
    assert_eq!(post("/sign-in", "multipart/form-data; boundary=b", "Content-Length: 99999999999\r\n", b"--b"), 413);
    // Nor one that never says it.
    let pieces: Vec<u8> = std::iter::repeat_n(format!("1000\r\n{}\r\n", "x".repeat(4096)), 60).collect::<String>().into_bytes();
    assert_eq!(post("/sign-in", form, "Transfer-Encoding: chunked\r\n", &pieces), 413);
    // Many fields, and many parts.
    let fields = "a=b&".repeat(2000);
    assert_eq!(post("/sign-in", form, &format!("Content-Length: {}\r\nConnection: close\r\n", fields.len()), fields.as_bytes()), 413);
    let ann = app.signed_in(&clinic.ann);
    let send = |body: String| {
        let request = ann.request("POST", "/journal/file/upload").header("content-type", "multipart/form-data; boundary=b").body(body);
        ann.send("/journal/file/upload", request).status
    };
    let part = |name: &str, text: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    assert_eq!(send(part("a", "b").repeat(300) + "--b--\r\n"), 413);
    assert_eq!(send(part("a", &"x".repeat(MAX_BODY + 10)) + "--b--\r\n"), 413);
    assert_eq!(send(part("a", &"x".repeat(MAX_BODY / 4)).repeat(5) + "--b--\r\n"), 413);
    assert_eq!(send(part(&"n".repeat(1000), "b") + "--b--\r\n"), 400);
    for broken in ["", "--b", "--c\r\n\r\n", "--b\r\n\r\nx\r\n--b--\r\n", "--b\r\nContent-Disposition: x\r\n\r\n--b--\r\n"] {
        let status = send(broken.to_owned());
        assert!((400..500).contains(&status), "{broken:?}: {status}");
    }
    is_well(app);
}

#[test]
fn a_request_that_two_servers_could_read_differently_is_refused_and_its_connection_closed() {
    let app = spawn(Backend::Sqlite);
    let hidden = "GET /about HTTP/1.1\r\nHost: here\r\n\r\n";
    let shapes = [
        ("both lengths", format!("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}")),
        ("two lengths", format!("Content-Length: 0\r\nContent-Length: 40\r\n\r\n{hidden}")),
        ("the same length twice", format!("Content-Length: 0\r\nContent-Length: 0\r\n\r\n{hidden}")),
        ("a list of lengths", format!("Content-Length: 0, 0\r\n\r\n{hidden}")),
        ("a length with a sign", format!("Content-Length: +0\r\n\r\n{hidden}")),
        ("a length below nothing", format!("Content-Length: -1\r\n\r\n{hidden}")),
        ("a length in hex", format!("Content-Length: 0x0\r\n\r\n{hidden}")),
        ("an encoding nobody knows", format!("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}")),
        ("two encodings", format!("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}")),
        ("an encoding in a list", format!("Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}")),
        ("an encoding after a tab", format!("Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n{hidden}")),
        ("a space before the colon", format!("Content-Length : 0\r\n\r\n{hidden}")),
        ("a folded line", format!("X-A: b\r\n Content-Length: 0\r\n\r\n{hidden}")),
        ("two hosts", format!("Host: there\r\n\r\n{hidden}")),
        ("a piece of a length that is none", format!("Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n{hidden}")),
        ("a piece longer than any number", format!("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n\r\n{hidden}")),
    ];
    for (what, rest) in &shapes {
        let (status, text) = raw(&app, format!("POST /sign-in HTTP/1.1\r\nHost: here\r\n{rest}").as_bytes());
        assert!((400..500).contains(&status), "{what}: {text:?}");
        assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{what}: the hidden request was answered: {text}");
    }
    for line in
        ["GET  / HTTP/1.1", "GET /\0 HTTP/1.1", "GET / HTTP/9.9", "G\u{e4}T / HTTP/1.1", "GET", "\x16\x03\x01\x02", "PRI * HTTP/2.0"]
    {
        let (status, text) = raw(&app, format!("{line}\r\nHost: here\r\n\r\n").as_bytes());
        assert!(status == 0 || (400..500).contains(&status), "{line:?}: {text:?}");
    }
    let (status, text) = raw(&app, b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(status, 400, "no host at all: {text}");
    is_well(&app);
}

#[test]
fn text_that_is_none_is_no_fault_of_ours() {
    let clinic = Clinic::open(Backend::Sqlite);
    let ann = clinic.app.signed_in(&clinic.ann);
    for path in [
        "/%ff",
        "/learn/%ff%fe",
        "/learn/%00",
        "/learn/%c0%af",
        "/journal?page=%ff",
        "/sign-in?next=%ff",
        "/sign-in?next[]=1&next=2",
        "/journal?page=-1&page=99999999999999999999",
        "/%",
        "/%zz",
        "/exercises/%F0%9F%92%A9",
    ] {
        let page = ann.get(path);
        assert!(page.status < 500, "{path}: {}", page.status);
    }
    let token = ann.token();
    for body in ["zone=%ff%fe", "zone=%00", "zone=\u{202e}\u{feff}", "zone=a&zone=b&=c&&&==", "zone", "%zz=%", "zone=\u{1f4a9}"] {
        let request = ann.request("POST", "/account/zone").header("content-type", "application/x-www-form-urlencoded");
        let page = ann.send("/account/zone", request.body(format!("csrf={token}&{body}")));
        assert!(page.status < 500, "{body:?}: {}", page.status);
    }
    for kind in ["", "text/plain", "application/json", "multipart/form-data", "application/x-www-form-urlencoded; charset=utf-7", "\u{fe}"]
    {
        let mut request = ann.request("POST", "/account/zone").body(format!("csrf={token}&zone=Europe/Paris"));
        if let Ok(value) = reqwest::header::HeaderValue::from_bytes(kind.as_bytes()) {
            request = request.header("content-type", value);
        }
        let page = ann.send("/account/zone", request);
        assert!(page.status < 500, "{kind:?}: {}", page.status);
    }
    is_well(&clinic.app);
}

#[test]
fn every_costly_route_exists_and_none_is_forgotten() {
    for (method, path, _) in COSTLY {
        assert!(ROUTES.iter().any(|route| route.method == *method && route.path == *path), "{method} {path} is no route");
    }
    let named = |path: &str| [".csv", ".zip", ".ics", "/picture", "upload", "preview", "export"].iter().any(|word| path.contains(word));
    let shown = ["/exercises/picture/{id}", "/pro/exercises/{id}/picture", "/pro/patients/{id}/plan/preview"];
    let free: Vec<_> = ROUTES
        .iter()
        .filter(|route| named(route.path) && !(route.method == "GET" && shown.contains(&route.path)))
        .filter(|route| !COSTLY.iter().any(|(method, path, _)| *method == route.method && *path == route.path))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(free, Vec::<String>::new(), "say in COSTLY what these cost");
}

each_backend! {
    fn a_letter_that_no_text_of_a_database_may_hold_is_part_of_no_address(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        for path in ["/sessions/%00/history", "/journal/a%00b/edit", "/learn/%00", "/journal?page=%00"] {
            ann.get(path).is(404);
            clinic.app.visitor().get(path).is(404);
        }
    }

    fn costly_work_is_counted_by_account_and_the_page_says_when_to_come_back(backend) {
        let clinic = Clinic::open(backend);
        let (ann, dan) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.dan));
        let (at_once, every) = Work::File.allowance();
        for _ in 0..at_once {
            ann.get("/journal/file.csv").is(200);
        }
        let page = ann.get("/journal/file.csv").is(429);
        let seconds: u64 = page.header("retry-after").parse().expect("seconds");
        assert!(seconds >= 1 && seconds <= every.as_secs() + 1, "{seconds}");
        assert_eq!(page.heading(), "Please wait a moment");
        assert!(page.words().contains("Nothing was lost"), "{}", page.words());
        // From the same address, but somebody else; and everything else of hers.
        dan.get("/journal/file.csv").is(200);
        ann.get("/journal").is(200);
    }

    fn before_a_sign_in_it_is_counted_by_address(backend) {
        let app = spawn_with(backend, &[("GRADUS_TRUSTED_PROXIES", "127.0.0.1")]);
        let person = app.visitor();
        let from = |address: &str| person.send("/join", person.request("POST", "/join").header("x-forwarded-for", address).form(&[("code", "x")]));
        let (at_once, _) = Work::Proof.allowance();
        let began = Instant::now();
        // What comes back over time is let in again.
        let answers: Vec<u16> = (0..at_once + 40).map(|_| from("203.0.113.9").status).collect();
        assert!(answers.iter().take(at_once as usize).all(|status| *status == 403), "{answers:?}");
        let refused = answers.iter().filter(|status| **status == 429).count();
        assert!(refused > 0 || began.elapsed() > Duration::from_secs(20), "{answers:?}");
        assert_eq!(from("203.0.113.10").status, 403, "others are not held up");
    }

    fn all_requests_of_an_address_together_have_a_limit(backend) {
        let app = spawn_with(backend, &[("GRADUS_REQUESTS_A_MINUTE", "60")]);
        let person = app.visitor();
        let answers: Vec<u16> = (0..90).map(|_| person.get("/about").status).collect();
        assert!(answers.iter().take(60).all(|status| *status == 200), "{answers:?}");
        assert!(answers.contains(&429), "{answers:?}");
        // Whoever watches over the server still sees that it is well.
        person.get("/health").is(200);
        let page = (0..30).map(|_| person.get("/about")).find(|page| page.status == 429).expect("still too many");
        assert!(!page.header("retry-after").is_empty());
    }

    fn a_flood_of_sign_ins_is_turned_away_and_never_called_wrong(backend) {
        let clinic = Clinic::open(backend);
        let forms: Vec<_> = (0..60).map(|_| clinic.app.visitor()).map(|person| (person.token(), person)).collect();
        let email = format!("{}@example.org", "ann");
        let answers: Vec<(u16, bool)> = std::thread::scope(|scope| {
            let asked: Vec<_> = forms
                .iter()
                .map(|(token, person)| {
                    let email = &email;
                    scope.spawn(move || {
                        let page = person.post_bare("/sign-in", &[("csrf", token), ("email", email), ("password", "not hers at all")]);
                        (page.status, page.status != 503 || !page.header("retry-after").is_empty())
                    })
                })
                .collect();
            is_well(&clinic.app);
            asked.into_iter().map(|asked| asked.join().expect("an answer")).collect()
        });
        assert!(answers.iter().all(|(status, told)| matches!(status, 422 | 429 | 503) && *told), "{answers:?}");
        assert!(answers.iter().any(|(status, _)| *status == 422), "some are served: {answers:?}");
        // Afterwards there is room again.
        clinic.app.visitor().sign_in("nobody@example.org", "four green bottles").is(422);
    }
}
