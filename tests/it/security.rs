//! What an attacker tries: forged forms, strangers' ids, strange requests, errors that talk too much.
//! Stolen cookies and guessed passwords are in `sessions`.

use crate::support::{Clinic, Page, Person, spawn};
use gradus::ids;
use gradus::web::{BY_SECRET_ALONE, Guard, MAX_BODY, ROUTES};
use std::collections::BTreeSet;

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
            let whose = if route.guard == Guard::Physio { clinic.ann.id().to_string() } else { "x".to_owned() };
            let path = route.path.replace("{id}", &whose).replace("{secret}", "x").replace("{trial}", "x").replace("{screen}", "start").replace("{item}", "x").replace("{alert}", "x").replace("{version}", "1");
            let page = person.post_bare(&path, &[("csrf", "wrong")]);
            if BY_SECRET_ALONE.contains(&route.path) {
                // No browser's form: it asks for its own words instead, and for a secret that fits.
                assert_eq!(page.status, 400, "POST {}", route.path);
                continue;
            }
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

    fn a_page_is_sent_compressed_and_no_two_show_the_same_token(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let (plain, again) = (ann.get("/today"), ann.get("/today"));
        let (first, second) = (plain.token().expect("a token"), again.token().expect("a token"));
        assert_ne!(first, second, "a fixed text in a compressed page can be guessed letter by letter");
        assert_ne!(first[first.len() / 2..], second[second.len() / 2..]);
        for token in [&first, &second, &first] {
            ann.post_bare("/account/zone", &[("zone", "Europe/Berlin"), ("csrf", token)]).is(303);
        }
        let packed = ann.request("GET", "/today").header("accept-encoding", "gzip").send().expect("an answer");
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let packed = packed.bytes().expect("a body");
        assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() * 2 < plain.text.len(), "{} of {}", packed.len(), plain.text.len());
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
        let page = person.get("/account/consents").is(500);
        headers_are_strict(&page);
        for word in ["consents", "canary", "SELECT", "no such", "does not exist", "diesel", "src/", ".rs", "panicked", "sqlite", "postgres"] {
            assert!(!page.text.contains(word), "{word}: {}", page.text);
        }
        assert_eq!(page.all("main .code").len(), 1, "a reference to tell the clinic");
        assert!(page.words().contains("Nothing you did caused this"), "{}", page.words());
        assert_eq!(page.attributes("footer .help-now a", "href"), ["/help", "tel:999", "tel:111"], "what to call stands there all the same");
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
        let owned = [
            ("/sessions/{id}/edit", &session),
            ("/sessions/{id}/history", &session),
            ("/journal/{id}/edit", &entry),
            ("/journal/{id}/history", &entry),
            ("/journal/{id}/share", &entry),
            ("/baseline/{trial}/remove", &trial),
        ];
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
        let of_others = "audit a JOIN users u ON u.id = a.actor_id WHERE u.name <> 'Ben' AND a.action LIKE 'looked at%'";
        assert_eq!(clinic.app.database.count(of_others), 0, "a refused look is no look");
    }
}

/// What the connection says of itself: the time, and whether the body was read to its end before the answer began.
const TRANSPORT: [&str; 2] = ["date", "connection"];

fn answers_alike(person: &Person, method: &str, there: &str, missing: &str) {
    let ask = |path: &str| if method == "GET" { person.get(path) } else { person.post(path, &[]) };
    let (there, missing) = (ask(there), ask(missing));
    assert_eq!((there.status, missing.status), (404, 404), "{method} {}", there.path);
    assert_eq!(there.text, missing.text, "{method} {}", there.path);
    let names = |page: &Page| {
        page.headers.iter().filter(|(n, _)| !TRANSPORT.contains(&n.as_str())).map(|(n, v)| format!("{n}: {v:?}")).collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&there), names(&missing));
}

pub fn headers_are_strict(page: &Page) {
    let policy = page.header("content-security-policy");
    let part = |name: &str| policy.split("; ").find_map(|p| p.strip_prefix(name)).unwrap_or_default().trim();
    assert_eq!(part("default-src"), "'none'", "{}: {policy}", page.path);
    for name in ["style-src", "img-src", "script-src", "form-action"] {
        assert_eq!(part(name), "'self'", "{}: {name}", page.path);
    }
    for name in ["base-uri", "frame-ancestors", "trusted-types"] {
        assert_eq!(part(name), "'none'", "{}: {name}", page.path);
    }
    assert_eq!(part("require-trusted-types-for"), "'script'", "{}", page.path);
    assert!(!policy.contains("data:") && !policy.contains("blob:"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(page.header(name), value, "{} ({}): {name}", page.path, page.status);
    }
    assert!(!page.header("permissions-policy").is_empty() && !page.header("cache-control").is_empty(), "{}", page.path);
    assert_eq!(page.header("server"), "", "{}", page.path);
}
