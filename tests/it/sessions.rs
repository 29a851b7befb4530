//! Who somebody is: sessions, cookies, passwords, links.

use crate::support::{PASSWORD, spawn, spawn_with};
use chrono::Duration;
use gradus::accounts::password::fingerprint;
use gradus::care::account;
use gradus::care::addresses::set_by_hand;
use std::time::Instant;

each_backend! {
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
        let cookie = person.session_cookie();
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
        let (token, before) = (person.token(), person.session_cookie());
        person.sign_in(ann.email(), PASSWORD).goes_to("/");
        let after = person.session_cookie();
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

    fn an_unknown_address_and_a_wrong_password_answer_alike(backend) {
        let app = spawn(backend);
        app.patient("Ann");
        let person = app.visitor();
        let guess = |email: &str| {
            let began = Instant::now();
            let page = person.sign_in(email, "six red kites").is(422);
            let token = page.token().unwrap_or_default();
            (page.text.replace(email, "EMAIL").replace(&token, "TOKEN"), began.elapsed())
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
        for (next, lands) in [("/account", "/account"), ("//evil.example", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"), ("/\t/evil.example", "/"), ("/\u{1}", "/"), ("/\u{7f}", "/")] {
            let person = app.visitor();
            let form = person.get("/sign-in").form().fill("Your e-mail", ann.email()).fill("Your password", PASSWORD);
            person.submit(&form.set("next", next)).goes_to(lands);
        }
    }

    fn a_link_for_a_new_password_ends_when_the_password_or_the_address_changes(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let link = || format!("/reset/{}", account::reset_secret(app.store(), ann.email(), app.now()).expect("asked").expect("an account"));
        let first = link();
        app.visitor().get(&first).is(200);
        let person = app.signed_in(&ann);
        let form = person.get("/account").form_to("/account/password");
        person.submit(&form.fill("Your present password", PASSWORD).fill("Your new password", "five blue whales")).goes_to("/account");
        app.visitor().get(&first).is(404);
        assert_eq!(app.database.count("known_browsers"), 1, "but for this one, no browser is known any more");
        let second = link();
        assert!(set_by_hand(app.store(), ann.email(), "new@example.org", app.now()).expect("set"));
        app.visitor().get(&second).is(404);
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
