//! What an attacker tries: forged forms, stolen cookies, guessed passwords, strange requests, errors
//! that talk too much.

use crate::support::{Clinic, PASSWORD, Page, Person, spawn, spawn_with};
use chrono::Duration;
use gradus::accounts::password::fingerprint;
use gradus::ids;
use gradus::web::{Guard, MAX_BODY, ROUTES};
use std::collections::BTreeSet;
use std::time::Instant;

const NEW_ACCOUNT: &[(&str, &str)] = &[
    ("name", "Mallory"),
    ("email", "mallory@example.org"),
    ("password", "four green bottles"),
    ("consent_service", "yes"),
    ("consent_share_clinic", "yes"),
];

fn with<'a>(fields: &[(&'a str, &'a str)], more: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    fields.iter().copied().chain([more]).collect()
}

/// A public path of each route without a parameter.
fn public_pages() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().filter(|r| r.guard == Guard::Public && r.method == "GET" && !r.path.contains('{')).map(|r| r.path)
}

each_backend! {
    fn a_form_without_its_own_token_changes_nothing(backend) {
        let app = spawn(backend);
        let (mallory, other) = (app.visitor(), app.visitor());
        mallory.get("/account/new").is(200);
        let foreign = other.token();
        mallory.post_bare("/account/new", NEW_ACCOUNT).is(403);
        mallory.post_bare("/account/new", &with(NEW_ACCOUNT, ("csrf", ""))).is(403);
        mallory.post_bare("/account/new", &with(NEW_ACCOUNT, ("csrf", "wrong"))).is(403);
        mallory.post_bare("/account/new", &with(NEW_ACCOUNT, ("csrf", &foreign))).is(403);
        // Somebody without any session has no token that could fit.
        app.visitor().post_bare("/account/new", &with(NEW_ACCOUNT, ("csrf", ""))).is(403);
        assert_eq!(app.database.count("users"), 0);
        let page = mallory.post("/account/new", NEW_ACCOUNT);
        assert_eq!((page.status, app.database.count("users")), (303, 1), "{:?}", page.errors());
    }

    fn every_form_of_every_kind_asks_for_the_token(backend) {
        let clinic = Clinic::open(backend);
        let people = [Guard::Public, Guard::Signed, Guard::Patient, Guard::Physio, Guard::Admin].map(|guard| {
            let person = match guard {
                Guard::Public => clinic.app.visitor(),
                Guard::Signed | Guard::Patient => clinic.app.signed_in(&clinic.ann),
                Guard::Physio => clinic.app.signed_in(&clinic.ben),
                Guard::Admin => clinic.app.signed_in(&clinic.eve),
            };
            person.token();
            (guard, person)
        });
        for route in ROUTES.iter().filter(|r| r.method == "POST") {
            let person = people.iter().find(|(guard, _)| *guard == route.guard).map(|(_, person)| person).expect("somebody");
            let path = route.path.replace("{id}", "x").replace("{secret}", "x").replace("{trial}", "x").replace("{screen}", "start").replace("{item}", "x").replace("{alert}", "x");
            let page = person.post_bare(&path, &[("csrf", "wrong")]);
            assert_eq!(page.status, 403, "POST {} took a form without its token", route.path);
        }
    }

    fn another_site_cannot_send_a_form(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let token = person.token();
        let send = |headers: &[(&str, &str)]| {
            let mut request = person.request("POST", "/sign-in").form(&[("email", "a@example.org"), ("password", "x"), ("csrf", &token)]);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            person.send("/sign-in", request).status
        };
        assert_eq!(send(&[("sec-fetch-site", "cross-site")]), 403);
        assert_eq!(send(&[("sec-fetch-site", "same-site")]), 403);
        assert_eq!(send(&[("sec-fetch-site", "cross-site"), ("origin", &app.base)]), 403);
        assert_eq!(send(&[("origin", "https://evil.example")]), 403);
        assert_eq!(send(&[("origin", "null")]), 403);
        assert_eq!(send(&[("sec-fetch-site", "same-origin")]), 422);
        assert_eq!(send(&[("origin", &app.base)]), 422);
        assert_eq!(send(&[]), 422);
    }

    fn cookies_are_httponly_and_readers_get_none(backend) {
        let app = spawn(backend);
        for path in ["/", "/help", "/about", "/safety", "/privacy", "/health"] {
            assert_eq!(app.visitor().get(path).is(200).cookies(), Vec::<String>::new(), "{path}");
        }
        let page = app.visitor().get("/sign-in");
        let cookie = page.cookies().remove(0);
        for part in ["gradus=", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        assert!(!cookie.contains("Secure"), "it could not come back over http: {cookie}");
    }

    fn only_the_hash_of_a_session_is_stored(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.signed_in(&ann);
        let cookie = person.cookies();
        let decoded = url::form_urlencoded::parse(cookie.as_bytes()).next().expect("a cookie").1.into_owned();
        let secret: String = decoded.chars().rev().take(52).collect::<Vec<_>>().into_iter().rev().collect();
        let ids = app.database.lines("SELECT id AS line FROM sessions");
        assert!(ids.contains(&fingerprint(&secret)), "the test knows the cookie's shape");
        let everything = app.database.lines("SELECT id || state AS line FROM sessions").concat();
        assert!(!everything.contains(&secret) && !everything.contains(PASSWORD));
        // A cookie that this server did not sign is nobody's.
        let forger = app.visitor();
        forger.take_cookie(&format!("gradus={}", "A".repeat(96)));
        assert!(forger.get("/account").is(303).location().starts_with("/sign-in"));
    }

    fn signing_in_and_out_changes_the_session(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.visitor();
        let (token, before) = (person.token(), person.cookies());
        person.sign_in(ann.email(), PASSWORD).goes_to("/");
        let after = person.cookies();
        assert_ne!(before, after, "a session fixed before signing in is worthless after");
        let planted = app.visitor();
        planted.take_cookie(&before);
        assert!(planted.get("/account").is(303).location().starts_with("/sign-in"));
        assert_ne!(person.token(), token, "the form token is new as well");
        person.get("/account").is(200);
        person.post("/sign-out", &[]).goes_to("/");
        let thief = app.visitor();
        thief.take_cookie(&after);
        assert!(thief.get("/account").is(303).location().starts_with("/sign-in"));
    }

    fn a_new_password_ends_every_other_session(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (here, elsewhere) = (app.signed_in(&ann), app.signed_in(&ann));
        here.post("/account/password", &[("current", "wrong"), ("password", "five blue whales")]).is(422);
        elsewhere.get("/account").is(200);
        let form = here.get("/account").form_to("/account/password");
        here.submit(&form.fill("Your present password", PASSWORD).fill("Your new password", "five blue whales")).goes_to("/account");
        here.get("/account").is(200);
        assert!(elsewhere.get("/account").is(303).location().starts_with("/sign-in"));
        app.visitor().sign_in(ann.email(), PASSWORD).is(422);
        app.visitor().sign_in(ann.email(), "five blue whales").is(303);
    }

    fn a_session_ends_after_a_day_without_use(backend) {
        let app = spawn(backend);
        let person = app.signed_in(&app.patient("Ann"));
        app.wait(Duration::hours(23));
        person.get("/account").is(200);
        app.wait(Duration::hours(23));
        person.get("/account").is(200);
        app.wait(Duration::hours(25));
        assert!(person.get("/account").is(303).location().starts_with("/sign-in"));
    }

    fn an_unknown_address_and_a_wrong_password_answer_alike(backend) {
        let app = spawn(backend);
        app.patient("Ann");
        let person = app.visitor();
        let guess = |email: &str| {
            let began = Instant::now();
            let page = person.sign_in(email, "six red kites").is(422);
            (page.text.replace(email, "EMAIL"), began.elapsed())
        };
        guess("warm@example.org");
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            known.push(guess("ann@example.org"));
            unknown.push(guess("amy@example.org"));
        }
        assert_eq!(known[0].0, unknown[0].0);
        // Both hash: without it the unknown address would be answered many times as fast.
        let fastest = |all: &[(String, std::time::Duration)]| all.iter().map(|(_, time)| *time).min().expect("several");
        let (known, unknown) = (fastest(&known), fastest(&unknown));
        assert!(unknown * 2 > known, "unknown {unknown:?}, known {known:?}");
    }

    fn guessing_a_password_has_an_end(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        for email in [ann.email(), "nobody@example.org"] {
            let person = app.visitor();
            for _ in 0..10 {
                person.sign_in(email, "wrong wrong wrong").is(422);
            }
            let page = person.sign_in(email, PASSWORD).is(429);
            assert!(page.header("retry-after").parse::<u32>().is_ok_and(|s| s > 0), "{:?}", page.headers);
            assert!(page.words().contains("minutes"), "{}", page.words());
        }
        // From another browser it is the same account, in any spelling.
        app.visitor().sign_in("  ANN@example.org ", PASSWORD).is(429);
        // Other people sign in as ever, and the owner again when the window is over.
        app.visitor().sign_in(app.patient("Bea").email(), PASSWORD).is(303);
        app.wait(Duration::minutes(16));
        app.visitor().sign_in(ann.email(), PASSWORD).is(303);
    }

    fn after_signing_in_only_a_local_path_is_followed(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let page = app.visitor().get("/account").is(303);
        assert_eq!(page.location(), "/sign-in?next=/account");
        for (next, lands) in [("/account", "/account"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/")] {
            let person = app.visitor();
            let form = person.get("/sign-in").form().fill("Your e-mail", ann.email()).fill("Your password", PASSWORD);
            person.submit(&form.set("next", next)).goes_to(lands);
        }
    }

    fn every_answer_carries_the_security_headers(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let mut pages: Vec<Page> = public_pages().map(|path| person.get(path)).collect();
        pages.push(person.get("/health"));
        pages.push(person.get("/no/such/page").is(404));
        pages.push(person.get("/today").is(303));
        pages.push(person.post_bare("/sign-in", &[]).is(403));
        pages.push(person.post("/sign-in", &[]).is(422));
        pages.push(person.send("/", person.request("DELETE", "/")).is(405));
        let asset = person.get("/").attributes("link[rel=stylesheet]", "href").remove(0);
        pages.push(person.get(&asset).is(200));
        for page in &pages {
            headers_are_strict(page);
        }
        assert!(person.get(&asset).header("cache-control").contains("immutable"));
    }

    fn personal_pages_stay_in_no_cache(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        for route in ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{') && matches!(r.guard, Guard::Signed | Guard::Patient)) {
            assert_eq!(ann.get(route.path).header("cache-control"), "no-store", "{}", route.path);
        }
    }

    fn pages_hold_no_inline_script_or_style(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.log_session(&clinic.ann);
        let (visitor, ann, ben) = (clinic.app.visitor(), clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben));
        for route in ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{')) {
            let person = match route.guard {
                Guard::Public => &visitor,
                Guard::Physio => &ben,
                _ => &ann,
            };
            let page = person.get(route.path);
            for (name, attributes) in page.elements() {
                let has = |asked: &str| attributes.iter().any(|(n, _)| n == asked);
                let handler = attributes.iter().any(|(n, _)| n.starts_with("on"));
                assert!(name != "style" && !has("style") && !handler && (name != "script" || has("src")), "{}: <{name} {attributes:?}>", route.path);
            }
        }
    }

    fn a_body_larger_than_any_form_is_refused(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let token = person.token();
        let long = "x".repeat(MAX_BODY + 1000);
        let page = person.post_bare("/sign-in", &[("csrf", &token), ("email", &long)]).is(413);
        assert!(page.words().contains("longer"), "{}", page.words());
        // Nothing but forms is read.
        let json = person.request("POST", "/sign-in").header("content-type", "application/json").body("{}");
        person.send("/sign-in", json).is(400);
    }

    fn a_wrong_method_is_refused(backend) {
        let app = spawn(backend);
        let ann = app.signed_in(&app.patient("Ann"));
        for (method, path) in [("PUT", "/"), ("DELETE", "/sign-in"), ("PATCH", "/about"), ("POST", "/today"), ("DELETE", "/account")] {
            let page = ann.send(path, ann.request(method, path));
            assert_eq!(page.status, 405, "{method} {path}");
        }
        let head = ann.send("/", ann.request("HEAD", "/"));
        assert!(head.text.is_empty() && head.status < 400);
    }

    fn an_error_says_what_to_do_and_nothing_else(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.signed_in(&ann);
        let page = person.get("/nowhere/canary-%3Cscript%3E?q=canary").is(404);
        assert!(!page.text.contains("canary"), "{}", page.text);
        assert_eq!(page.link("Go to the start page"), "/");
        // A fault of ours: a table is gone from under the running server.
        app.database.execute("ALTER TABLE consents RENAME TO canary_5531");
        let page = person.get("/account").is(500);
        headers_are_strict(&page);
        for word in ["consents", "canary", "SELECT", "no such", "does not exist", "diesel", "src/", ".rs", "panicked", "sqlite", "postgres"] {
            assert!(!page.text.contains(word), "{word}: {}", page.text);
        }
        assert_eq!(page.all("main .code").len(), 1, "a reference to tell the clinic");
        assert!(page.words().contains("Nothing you did caused this"), "{}", page.words());
    }

    fn a_strangers_id_answers_like_one_that_does_not_exist(backend) {
        let clinic = Clinic::open(backend);
        let session = clinic.app.log_session(&clinic.ann);
        let body = gradus::store::journal::EntryBody { back: Some(3), ..Default::default() };
        let entry = clinic.app.write_entry(&clinic.ann, &body);
        let trial = clinic.app.database.lines("SELECT id AS line FROM baseline_trials").remove(0);
        // Dan could remove a trial of his own.
        clinic.app.hand_in(&clinic.dan, "V20");
        let dan = clinic.app.signed_in(&clinic.dan);
        let owned = [("/sessions/{id}/edit", &session), ("/journal/{id}/edit", &entry), ("/baseline/{trial}/remove", &trial)];
        for (pattern, id) in owned {
            for route in ROUTES.iter().filter(|r| r.path == pattern) {
                let at = |id: &str| format!("/{}/{id}/{}", pattern.split('/').nth(1).expect("a word"), pattern.split('/').nth(3).expect("a word"));
                answers_alike(&dan, route.method, &at(id), &at(&ids::fresh()));
                answers_alike(&dan, route.method, &at(id), &at("..%2f..%2fetc%2fpasswd"));
            }
        }
        // Nor does a physiotherapist learn whether somebody is a patient here.
        let cleo = clinic.app.signed_in(&clinic.cleo);
        for route in ROUTES.iter().filter(|r| r.guard == Guard::Physio && r.path.matches('{').count() == 1 && r.path.contains("{id}")) {
            let at = |id: &str| route.path.replace("{id}", id);
            answers_alike(&cleo, route.method, &at(clinic.ann.id().as_str()), &at(&ids::fresh()));
            answers_alike(&cleo, route.method, &at(clinic.eve.id().as_str()), &at(&ids::fresh()));
        }
        // Ben may look at Ann; at Ann's exercise through somebody else he may not, nor at somebody else's through Ann.
        clinic.app.start_plan(&clinic.app.patient_of(&clinic.ben, "Fay"));
        let item = |who: &str| {
            let of = format!("SELECT i.id AS line FROM plan_items i JOIN plans p ON p.id = i.plan_id JOIN users u ON u.id = p.patient_id WHERE u.name = '{who}'");
            clinic.app.database.lines(&of).remove(0)
        };
        let ben = clinic.app.signed_in(&clinic.ben);
        let at = |item: &str| format!("/pro/patients/{}/items/{item}", clinic.ann.id());
        ben.get(&at(&item("Ann"))).is(200);
        for (method, ending) in [("GET", ""), ("POST", ""), ("POST", "/swap")] {
            answers_alike(&ben, method, &format!("{}{ending}", at(&item("Fay"))), &format!("{}{ending}", at(&ids::fresh())));
        }
        clinic.app.database.execute("DELETE FROM audit WHERE actor_id IN (SELECT id FROM users WHERE name = 'Ben')");
        assert_eq!(clinic.app.database.count("audit WHERE action = 'looked at the record'"), 0, "a refused look is no look");
    }

    fn links_work_once_and_not_for_ever(backend) {
        let app = spawn(backend);
        let first = app.first_secret.clone().expect("a link for the first account");
        let path = format!("/invite/{first}");
        let account = |email: &'static str| [("name", "Ben"), ("email", email), ("password", "four green bottles")];
        let ben = app.visitor();
        ben.get(&path).is(200);
        ben.post(&path, &account("ben@example.org")).is(303);
        let late = app.visitor();
        let page = late.get(&path).is(404);
        assert_eq!(page.text, late.get("/invite/nonsense").is(404).text);
        late.post(&path, &account("late@example.org")).is(404);
        assert_eq!(app.database.count("users"), 1);
        let reset = gradus::care::account::reset_secret(app.store(), "ben@example.org", app.now()).expect("made").expect("Ben is known");
        app.wait(Duration::hours(25));
        app.visitor().get(&format!("/reset/{reset}")).is(404);
    }
}

fn answers_alike(person: &Person, method: &str, there: &str, missing: &str) {
    let ask = |path: &str| if method == "GET" { person.get(path) } else { person.post(path, &[]) };
    let (there, missing) = (ask(there), ask(missing));
    assert_eq!((there.status, missing.status), (404, 404), "{method} {}", there.path);
    assert_eq!(there.text, missing.text, "{method} {}", there.path);
    let names =
        |page: &Page| page.headers.iter().filter(|(n, _)| *n != "date").map(|(n, v)| format!("{n}: {v:?}")).collect::<BTreeSet<_>>();
    assert_eq!(names(&there), names(&missing));
}

fn headers_are_strict(page: &Page) {
    let policy = page.header("content-security-policy");
    let part = |name: &str| policy.split("; ").find_map(|p| p.strip_prefix(name)).unwrap_or_default().trim();
    assert_eq!(part("default-src"), "'none'", "{}: {policy}", page.path);
    for name in ["style-src", "img-src", "script-src", "form-action"] {
        assert_eq!(part(name), "'self'", "{}: {name}", page.path);
    }
    for name in ["base-uri", "frame-ancestors"] {
        assert_eq!(part(name), "'none'", "{}: {name}", page.path);
    }
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(page.header(name), value, "{} ({}): {name}", page.path, page.status);
    }
    assert!(!page.header("permissions-policy").is_empty() && !page.header("cache-control").is_empty(), "{}", page.path);
    assert_eq!(page.header("server"), "", "{}", page.path);
}

each_backend! {
    fn over_tls_cookies_are_secure_and_browsers_stay_with_tls(backend) {
        let app = spawn_with(backend, &[("GRADUS_PUBLIC_URL", "https://back.example.org")]);
        let page = app.visitor().get("/sign-in").is(200);
        let cookie = page.cookies().remove(0);
        assert!(cookie.starts_with("__Host-gradus=") && cookie.contains("; Secure") && cookie.contains("; Path=/"), "{cookie}");
        assert!(page.header("strict-transport-security").contains("max-age="));
        // Only the public address is the same origin.
        let token = page.token().expect("a form");
        let person = app.visitor();
        let post = |origin: &str| {
            let request = person.request("POST", "/sign-in").header("origin", origin).form(&[("csrf", token.as_str())]);
            person.send("/sign-in", request.header("cookie", cookie.split(';').next().unwrap_or_default())).status
        };
        assert_eq!(post(&app.base), 403);
        assert_eq!(post("https://back.example.org"), 422);
    }
}
