//! Where the server meets browsers and proxies: what every answer says, for which host it answers, whose word about an
//! address counts, what is sent compressed. Its limits are in `edge_limits`, its TLS in `tls`.

use crate::security::headers_are_strict;
use crate::support::{Clinic, PASSWORD, Page, Person, spawn, spawn_with};
use gradus::ids;
use gradus::web::{Guard, ROUTES, SHOWS_SECRET};

/// A path of a pattern: `id` in place of the patient, nothing sensible in place of the rest.
fn path_of(pattern: &str, id: &str) -> String {
    let mut path = pattern.replace("{id}", id);
    while let (Some(open), Some(close)) = (path.find('{'), path.find('}')) {
        path.replace_range(open..=close, "nothing-sensible");
    }
    path
}

/// One of each kind, with what they are called in a failure.
fn everybody(clinic: &Clinic) -> Vec<(&'static str, Person)> {
    vec![
        ("a visitor", clinic.app.visitor()),
        ("a patient", clinic.app.signed_in(&clinic.ann)),
        ("a physiotherapist", clinic.app.signed_in(&clinic.ben)),
        ("an administrator", clinic.app.signed_in(&clinic.eve)),
    ]
}

/// Whether a text shows a link that works by its secret alone.
fn shows_a_link_with_a_secret(text: &str) -> bool {
    ["/invite/", "/reset/", "/stop/", "/calendar/"].iter().any(|start| {
        text.match_indices(start).any(|(at, _)| {
            let rest = &text[at + start.len()..];
            rest.chars().take_while(char::is_ascii_alphanumeric).count() >= 20
        })
    })
}

each_backend! {
    fn every_route_answers_with_the_headers_whoever_asks_and_however(backend) {
        let clinic = Clinic::open(backend);
        let id = clinic.ann.id().to_string();
        for (who, person) in everybody(&clinic) {
            for route in ROUTES.iter().filter(|route| route.path != "/sign-out") {
                let path = path_of(route.path, &id);
                let page = person.send(&path, person.request(route.method, &path));
                headers_are_strict(&page);
                assert_eq!(page.header("cache-control"), "no-store", "{} {path} as {who}", route.method);
                assert!(page.status < 500, "{} {path} as {who}: {}", route.method, page.status);
            }
            for method in ["HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"] {
                for path in ["/", "/today", "/no/such/page"] {
                    let page = person.send(path, person.request(method, path));
                    headers_are_strict(&page);
                    assert!(page.status < 500 && page.header("allow").is_empty() && !page.text.contains("cookie"), "{method} {path}");
                }
            }
        }
    }

    fn files_and_the_health_page_carry_them_too(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        for path in ["/health", "/assets/x/css/base.css", "/assets/x/css/none.css", "/assets/x/..%2f..%2fCargo.toml", "/assets", "/favicon.ico", "/%ff"] {
            headers_are_strict(&person.get(path));
        }
    }

    fn over_tls_every_answer_tells_browsers_to_stay_with_it(backend) {
        let app = spawn_with(backend, &[("GRADUS_PUBLIC_URL", "https://back.example.org")]);
        let person = app.visitor();
        for path in ["/", "/health", "/assets/x/css/base.css", "/no/such/page", "/today", "/%ff"] {
            let page = person.get(path);
            assert_eq!(page.header("strict-transport-security"), "max-age=63072000; includeSubDomains", "{path}");
            for cookie in page.cookies() {
                assert!(cookie.starts_with("__Host-"), "{cookie}");
                for part in ["; Secure", "; HttpOnly", "; Path=/"] {
                    assert!(cookie.contains(part), "{cookie}");
                }
                assert!(!cookie.contains("Domain="), "{cookie}");
            }
        }
        // Without TLS the header would mean nothing, and is not there.
        assert_eq!(spawn(backend).visitor().get("/").header("strict-transport-security"), "");
    }

    fn signing_out_empties_what_the_browser_kept(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        assert_eq!(ann.get("/account").header("clear-site-data"), "");
        // A form that is not taken signs nobody out.
        assert_eq!(ann.post_bare("/sign-out", &[]).header("clear-site-data"), "");
        assert_eq!(ann.post("/sign-out", &[]).is(303).header("clear-site-data"), "\"cache\", \"storage\"");
    }

    fn an_end_that_nobody_asked_for_empties_the_cache_at_the_next_request(backend) {
        let clinic = Clinic::open(backend);
        // A browser that does not sign in again by itself.
        let ann = clinic.app.visitor();
        ann.sign_in(clinic.ann.email(), PASSWORD).is(303);
        clinic.app.wait(chrono::Duration::days(15));
        assert_eq!(ann.get("/today").is(303).header("clear-site-data"), "\"cache\"");
        // Whoever was never here has nothing to empty.
        assert_eq!(clinic.app.visitor().get("/today").is(303).header("clear-site-data"), "");
    }

    fn a_public_server_answers_for_its_own_name_alone(backend) {
        let app = spawn_with(backend, &[("GRADUS_PUBLIC_URL", "https://back.example.org"), ("GRADUS_HOSTS", "inside.example")]);
        let person = app.visitor();
        let asked = |host: &str, path: &str| person.send(path, person.request("GET", path).header("host", host));
        for host in ["back.example.org", "BACK.example.org", "back.example.org:443", "inside.example", "inside.example:8080"] {
            assert_eq!(asked(host, "/about").status, 200, "{host}");
        }
        for host in ["evil.example", "back.example.org.evil.example", "127.0.0.1", "evil.example:443", "back.example.org@evil.example"] {
            let page = asked(host, "/sign-in");
            assert_eq!(page.status, 421, "{host}");
            headers_are_strict(&page);
            assert!(!page.text.contains("evil") && page.cookies().is_empty(), "{host}");
        }
        // A balancer asks by the machine's address.
        assert_eq!(asked("10.0.0.7:8080", "/health").status, 200);
    }

    fn a_forwarded_host_is_nobodys_business(backend) {
        let app = spawn_with(backend, &[("GRADUS_PUBLIC_URL", "https://back.example.org"), ("GRADUS_TRUSTED_PROXIES", "127.0.0.1")]);
        let person = app.visitor();
        let request = person.request("GET", "/sign-in").header("host", "back.example.org").header("x-forwarded-host", "evil.example");
        let page = person.send("/sign-in", request.header("forwarded", "host=evil.example")).is(200);
        assert!(!page.text.contains("evil.example"));
        // Nor does it make another site's form ours.
        let local = spawn(backend);
        let person = local.visitor();
        let token = person.token();
        let request = person.request("POST", "/sign-in").form(&[("csrf", token.as_str())]);
        let request = request.header("origin", "http://evil.example").header("x-forwarded-host", "evil.example");
        person.send("/sign-in", request).is(403);
    }

    fn failures_count_against_the_address_that_a_trusted_proxy_names_and_no_other(backend) {
        let guess = |app: &crate::support::TestApp, header: &str, value: &str| {
            let person = app.visitor();
            let token = person.token();
            let form = [("csrf", token.as_str()), ("email", "nobody@example.org"), ("password", "four green bottles")];
            person.send("/sign-in", person.request("POST", "/sign-in").header(header, value).form(&form)).is(422);
        };
        let counted = |app: &crate::support::TestApp| -> Vec<String> {
            app.database.lines("SELECT subject AS line FROM throttles WHERE subject LIKE 'address:%' ORDER BY subject")
        };
        let proxied = spawn_with(backend, &[("GRADUS_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8")]);
        guess(&proxied, "x-forwarded-for", "198.51.100.1, 203.0.113.9, 10.1.2.3");
        assert_eq!(counted(&proxied), ["address:203.0.113.9"]);
        let standard = spawn_with(backend, &[("GRADUS_TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"), ("GRADUS_PROXY_HEADER", "forwarded")]);
        guess(&standard, "forwarded", "for=198.51.100.1, for=\"[2001:db8:1:2::3]:443\"");
        assert_eq!(counted(&standard), ["address:2001:db8:1:2::"]);
        let alone = spawn(backend);
        guess(&alone, "x-forwarded-for", "203.0.113.9");
        guess(&alone, "forwarded", "for=203.0.113.9");
        assert_eq!(counted(&alone), ["address:127.0.0.1"]);
    }

    fn a_header_that_the_proxy_does_not_set_lets_nobody_choose_their_address(backend) {
        let app = spawn_with(backend, &[("GRADUS_TRUSTED_PROXIES", "127.0.0.1")]);
        // The proxy names the client; the client's own `Forwarded` comes through with it.
        let guess = |claimed: &str| {
            let person = app.visitor();
            let token = person.token();
            let form = [("csrf", token.as_str()), ("email", "nobody@example.org"), ("password", "four green bottles")];
            let request = person.request("POST", "/sign-in").header("x-forwarded-for", "203.0.113.9").header("forwarded", claimed);
            person.send("/sign-in", request.form(&form)).is(422);
        };
        guess("for=198.51.100.1");
        guess("for=198.51.100.2;proto=http");
        let counted = app.database.lines("SELECT subject AS line FROM throttles WHERE subject LIKE 'address:%' ORDER BY subject");
        assert_eq!(counted, ["address:203.0.113.9"]);
        let behind_tls = [("GRADUS_PUBLIC_URL", "https://back.example.org"), ("GRADUS_TRUSTED_PROXIES", "127.0.0.1")];
        let app = spawn_with(backend, &behind_tls);
        let person = app.visitor();
        person.send("/learn", person.request("GET", "/learn").header("forwarded", "for=198.51.100.1;proto=http")).is(200);
    }

    fn whoever_came_without_tls_to_the_proxy_is_sent_over(backend) {
        let public = ("GRADUS_PUBLIC_URL", "https://back.example.org");
        let app = spawn_with(backend, &[public, ("GRADUS_TRUSTED_PROXIES", "127.0.0.1")]);
        let person = app.visitor();
        let plain = |method: &str| person.send("/learn", person.request(method, "/learn?a=b").header("x-forwarded-proto", "http"));
        assert_eq!((plain("GET").status, plain("GET").location()), (308, "https://back.example.org/learn?a=b"));
        assert_eq!(plain("POST").status, 400);
        // What the proxy itself says comes last.
        let both = person.request("GET", "/learn").header("x-forwarded-proto", "http, https");
        person.send("/learn", both).is(200);
        let untrusted = spawn_with(backend, &[public]);
        let person = untrusted.visitor();
        person.send("/learn", person.request("GET", "/learn").header("x-forwarded-proto", "http")).is(200);
    }

    fn pages_that_show_a_secret_are_sent_uncompressed(backend) {
        let clinic = Clinic::open(backend);
        let id = clinic.ann.id().to_string();
        let packed = |person: &Person, method: &str, path: &str| -> Page {
            let response = person.request(method, path).header("accept-encoding", "gzip").send().expect("an answer");
            let headers = response.headers().clone();
            Page { status: response.status().as_u16(), path: path.to_owned(), headers, text: String::new() }
        };
        let mut squeezed = 0;
        for (who, person) in everybody(&clinic) {
            for route in ROUTES.iter().filter(|route| route.method == "GET") {
                let path = path_of(route.path, &id);
                let plain = match person.request("GET", &path).send().expect("an answer").bytes() {
                    Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                    Err(error) => panic!("{path}: {error}"),
                };
                let is_packed = packed(&person, "GET", &path).header("content-encoding") == "gzip";
                squeezed += usize::from(is_packed);
                if shows_a_link_with_a_secret(&plain) {
                    assert!(!is_packed, "{path} shows {who} a secret and is compressed");
                }
                if SHOWS_SECRET.contains(&route.path) {
                    assert!(!is_packed, "{path} as {who}");
                }
            }
        }
        assert!(squeezed > 50, "other pages are compressed");
        // A link that is made is shown once, in the answer to a form.
        let forms = [(clinic.app.signed_in(&clinic.ann), "/account/calendar", "/account/calendar/link"), (clinic.app.signed_in(&clinic.ben), "/pro/invite", "/pro/invite")];
        for (person, page, action) in forms {
            let form = person.get(page).is(200).form_to(action);
            let answer = person.request("POST", action).header("accept-encoding", "gzip").form(&form.pairs()).send().expect("an answer");
            assert!(answer.headers().get("content-encoding").is_none(), "{action}: {:?}", answer.headers());
            assert!(shows_a_link_with_a_secret(&answer.text().expect("text")), "{action} shows the link");
        }
        let secret = ids::secret();
        assert_eq!(packed(&clinic.app.visitor(), "GET", &format!("/invite/{secret}")).header("content-encoding"), "");
    }
}

#[test]
fn every_page_that_shows_a_secret_is_a_route() {
    for pattern in SHOWS_SECRET {
        assert!(ROUTES.iter().any(|route| route.path == *pattern), "{pattern}");
    }
    // Whatever has a secret in its address may repeat it in its forms.
    let secret = ROUTES.iter().filter(|route| route.path.contains("{secret}") && route.guard == Guard::Public);
    let plain =
        secret.filter(|route| !SHOWS_SECRET.contains(&route.path) && !route.path.ends_with(".ics") && !route.path.ends_with("/now"));
    assert_eq!(plain.map(|route| route.path).collect::<Vec<_>>(), Vec::<&str>::new());
}
