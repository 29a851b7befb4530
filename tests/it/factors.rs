//! The second step of signing in: codes from an app, recovery codes, who must have one, and that nothing goes around it.
//! Passkeys are in `browser::passkeys`, with a real browser's own authenticator.

use crate::support::post::PostOffice;
use crate::support::{Backend, PASSWORD, Page, Person, Someone, TestApp, logged, spawn, spawn_with};
use chrono::Duration;
use gradus::accounts::factors::Sealer;
use gradus::accounts::password::Passwords;
use gradus::care::factors;
use gradus::web::{Guard, ROUTES, WITHOUT_FACTOR};
use totp_rs::{Builder, Secret, Totp};

/// Somebody's app.
pub struct Phone(Totp);

impl Phone {
    /// An app into which the key of the page was typed.
    pub fn typed(key: &str) -> Self {
        logged::plant(key);
        logged::plant(&key.replace(' ', ""));
        let secret = Secret::try_from_base32(key.replace(' ', "")).expect("a key");
        Self(Builder::new().with_secret(secret).build().expect("an app takes it"))
    }

    /// What it shows now.
    pub fn shows(&self, app: &TestApp) -> String {
        self.0.generate(u64::try_from(app.now().and_utc().timestamp()).expect("after 1970")).to_string()
    }
}

/// Sets codes up in a browser that is signed in; the app and the recovery codes.
pub fn turn_on(app: &TestApp, person: &Person) -> (Phone, Vec<String>) {
    let page = person.get("/account/second/app").is(200);
    let phone = Phone::typed(&page.all(".once-link").remove(0));
    let form = page.form_to("/account/second/app").fill("The code that your app shows now", &phone.shows(app));
    let page = person.submit(&form).is(200);
    let codes = page.all(".recovery-codes li");
    assert_eq!(codes.len(), 10, "{}", page.words());
    codes.iter().for_each(|code| logged::plant(code));
    // The code that turned it on is used up.
    app.wait(Duration::seconds(31));
    (phone, codes)
}

/// Gives a code on the page of the second step.
fn give(person: &Person, code: &str) -> Page {
    person.submit(&person.get("/sign-in/second").is(200).form_to("/sign-in/second").set("code", code))
}

/// A browser in which somebody's password was given and nothing more.
fn half(app: &TestApp, who: &Someone) -> Person {
    let person = app.visitor();
    person.sign_in(who.email(), PASSWORD).goes_to("/sign-in/second");
    person
}

/// Every page and form of people who are signed in, with something in place of each parameter.
fn closed_routes() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let path = |pattern: &str| pattern.split('/').map(|part| if part.contains('{') { "none" } else { part }).collect::<Vec<_>>().join("/");
    ROUTES.iter().filter(|route| route.guard != Guard::Public).map(move |route| (route.method, route.path, path(route.path)))
}

fn required(backend: Backend) -> TestApp {
    spawn_with(backend, &[("GRADUS_STAFF_SECOND_FACTOR", "required")])
}

each_backend! {
    fn after_the_password_a_code_is_asked_for_and_nothing_opens_before_it(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (phone, _) = turn_on(&app, &app.signed_in(&ann));
        let person = half(&app, &ann);
        for (method, _, path) in closed_routes() {
            let page = if method == "GET" { person.get(&path) } else { person.post_bare(&path, &[]) };
            assert!(page.status == 303 && page.location().starts_with("/sign-in"), "{method} {path}: {} {}", page.status, page.location());
        }
        let wrong = give(&person, "000000").is(422);
        assert_eq!(wrong.errors(), ["This code does not fit. Look again, or wait until your app shows the next one."]);
        let code = phone.shows(&app);
        give(&person, &format!("{} {}", &code[..3], &code[3..])).goes_to("/");
        person.get("/account").is(200);
    }

    fn a_code_is_good_once(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (phone, _) = turn_on(&app, &app.signed_in(&ann));
        let code = phone.shows(&app);
        let (first, second) = (half(&app, &ann), half(&app, &ann));
        give(&first, &code).goes_to("/");
        let again = give(&second, &code).is(422);
        assert!(again.errors()[0].starts_with("This code was used already"), "{:?}", again.errors());
        // Nor is one of before taken after a later one.
        app.wait(Duration::seconds(30));
        let next = phone.shows(&app);
        give(&second, &next).goes_to("/");
        give(&half(&app, &ann), &code).is(422);
        // A code of two minutes ago is none any more.
        app.wait(Duration::seconds(30));
        let late = phone.shows(&app);
        app.wait(Duration::seconds(120));
        give(&half(&app, &ann), &late).is(422);
    }

    fn of_many_who_send_the_same_code_at_once_one_gets_in(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (phone, codes) = turn_on(&app, &app.signed_in(&ann));
        for code in [phone.shows(&app), codes[0].clone()] {
            let browsers: Vec<Person> = (0..4).map(|_| half(&app, &ann)).collect();
            let answers: Vec<u16> = std::thread::scope(|scope| {
                let sent: Vec<_> = browsers.iter().map(|person| scope.spawn(|| give(person, &code).status)).collect();
                sent.into_iter().map(|one| one.join().expect("an answer")).collect()
            });
            let (inside, outside) = (answers.iter().filter(|s| **s == 303).count(), answers.iter().filter(|s| **s == 422).count());
            assert_eq!((inside, outside), (1, 3), "{answers:?}");
        }
    }

    fn a_recovery_code_lets_its_owner_in_once_and_they_are_told(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.signed_in(&ann);
        let (_, codes) = turn_on(&app, &person);
        assert!(person.get("/account/second").words().contains("10 left."));
        let typed = codes[3].to_lowercase().replace('-', " ");
        give(&half(&app, &ann), &typed).goes_to("/");
        assert_eq!(app.database.count("outbox WHERE kind = 'factors' AND token LIKE 'code_used %'"), 1);
        give(&half(&app, &ann), &typed).is(422);
        assert!(person.get("/account/second").words().contains("9 left."));
        // They are kept as password hashes.
        let kept = app.database.lines("SELECT label || ' ' || code_hash AS line FROM recovery_codes");
        for code in &codes {
            let secret = code.replace('-', "").to_lowercase();
            assert!(kept.iter().all(|line| !line.contains(&secret[4..])), "{code}");
        }
        assert!(kept.iter().all(|line| line.contains("$argon2id$")));
        // New ones end the old ones.
        let page = person.submit(&person.get("/account/second").form_to("/account/second/codes")).is(200);
        let fresh = page.all(".recovery-codes li");
        assert!(fresh.len() == 10 && fresh.iter().all(|code| !codes.contains(code)), "{fresh:?}");
        give(&half(&app, &ann), &codes[4]).is(422);
        give(&half(&app, &ann), &fresh[0]).goes_to("/");
    }

    fn half_a_sign_in_ends_by_itself(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (phone, _) = turn_on(&app, &app.signed_in(&ann));
        // After five wrong codes the password is asked for again, and a right one comes too late.
        let person = half(&app, &ann);
        for _ in 0..4 {
            assert!(give(&person, "000000").is(422).heading().contains("second step"));
        }
        let fifth = give(&person, "000000").is(422);
        assert_eq!(fifth.heading(), "Sign in");
        let late = person.post("/sign-in/second", &[("code", &phone.shows(&app))]).is(422);
        assert_eq!(late.errors(), ["The second step took too long, or there were too many tries. Sign in again."]);
        assert!(person.get("/account").is(303).location().starts_with("/sign-in"));
        assert_eq!(app.database.count("outbox WHERE kind = 'factors' AND token LIKE 'guessed %'"), 1, "its owner is told");
        app.wait(Duration::minutes(16));
        // After ten minutes as well.
        let person = half(&app, &ann);
        app.wait(Duration::minutes(11));
        assert_eq!(person.get("/sign-in/second").is(422).heading(), "Sign in");
        // And when the password is another one.
        let person = half(&app, &ann);
        let hash = Passwords::hash_blocking("five blue whales").expect("hashed");
        app.database.execute(&format!("UPDATE users SET password_hash = '{hash}' WHERE id = '{}'", ann.id()));
        assert_eq!(person.post("/sign-in/second", &[("code", &phone.shows(&app))]).is(422).heading(), "Sign in");
    }

    fn guessing_codes_locks_nobody_out_of_their_own_browser(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (phone, codes) = turn_on(&app, &app.signed_in(&ann));
        // Somebody found the password out and guesses from elsewhere.
        let mut waits = false;
        for _ in 0..3 {
            let thief = app.visitor();
            if thief.sign_in(ann.email(), PASSWORD).status != 303 {
                break;
            }
            for _ in 0..5 {
                let page = thief.post("/sign-in/second", &[("code", "123456")]);
                waits |= page.status == 429;
            }
        }
        assert!(waits, "guessing has an end");
        // A right code from there has to wait too; in her own browser Ann comes in as ever.
        let stranger = app.visitor();
        stranger.sign_in(ann.email(), PASSWORD).goes_to("/sign-in/second");
        stranger.post("/sign-in/second", &[("code", &codes[0])]).is(429);
        let own = app.signed_in(&ann);
        give(&own, &phone.shows(&app)).goes_to("/");
    }

    fn staff_open_nothing_before_they_have_a_second_step(backend) {
        let app = required(backend);
        let (ben, eve, ann) = (app.physio("Ben"), app.admin("Eve"), app.patient("Ann"));
        for who in [&ben, &eve] {
            let person = app.visitor();
            person.sign_in(who.email(), PASSWORD).is(303);
            let page = person.open("/");
            assert_eq!((page.path.as_str(), page.status), ("/account/second", 200));
            assert!(page.words().contains("Before you go on, set up one of these"), "{}", page.words());
            let token = page.token().expect("a form");
            for (method, pattern, path) in closed_routes().filter(|(_, pattern, _)| !WITHOUT_FACTOR.contains(pattern)) {
                let page = if method == "GET" { person.get(&path) } else { person.post_bare(&path, &[("csrf", &token)]) };
                let inside = page.status < 300 || (page.status == 303 && page.location() != "/account/second");
                assert!(!inside, "{method} {pattern} let {} in: {} {}", who.email(), page.status, page.location());
            }
            turn_on(&app, &person);
            let opens = if who.0.is_physio { "/pro" } else { "/admin/staff" };
            person.get(opens).is(200);
        }
        // Patients choose for themselves.
        app.signed_in(&ann).get("/account").is(200);
        let of_people = |path: &str| ROUTES.iter().any(|r| r.path == path && matches!(r.guard, Guard::Patient | Guard::Physio | Guard::Admin));
        let wrong: Vec<_> = WITHOUT_FACTOR.iter().filter(|path| of_people(path)).collect();
        assert!(wrong.is_empty(), "nothing of a patient and nothing of the clinic opens without one: {wrong:?}");
    }

    fn staff_keep_one_second_step_at_least_and_patients_need_none(backend) {
        let app = required(backend);
        let (ben, ann) = (app.physio("Ben"), app.patient("Ann"));
        let person = app.visitor();
        person.sign_in(ben.email(), PASSWORD).is(303);
        turn_on(&app, &person);
        let page = person.submit(&person.get("/account/second").form_to("/account/second/app/remove")).is(422);
        assert!(page.errors()[0].starts_with("Who works here keeps one"), "{:?}", page.errors());
        assert_eq!(app.database.count("totp_factors"), 1);
        let patient = app.signed_in(&ann);
        turn_on(&app, &patient);
        patient.submit(&patient.get("/account/second").form_to("/account/second/app/remove")).goes_to("/account/second");
        assert_eq!(app.database.count(&format!("totp_factors WHERE user_id = '{}'", ann.id())), 0);
        assert_eq!(app.database.count(&format!("recovery_codes WHERE user_id = '{}'", ann.id())), 0, "they stand in for nothing any more");
        app.visitor().sign_in(ann.email(), PASSWORD).goes_to("/");
    }

    fn the_first_second_step_ends_every_session_that_had_the_password_alone(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let (here, elsewhere) = (app.signed_in(&ann), app.signed_in(&ann));
        turn_on(&app, &here);
        here.get("/account").is(200);
        assert!(elsewhere.get("/account").is(303).location().starts_with("/sign-in"));
    }

    fn a_new_password_by_a_link_skips_nothing(backend) {
        let app = required(backend);
        let ben = app.physio("Ben");
        let person = app.visitor();
        person.sign_in(ben.email(), PASSWORD).is(303);
        let (phone, _) = turn_on(&app, &person);
        let reset = gradus::care::account::reset_secret(app.store(), ben.email(), app.now()).expect("made").expect("Ben is known");
        let finder = app.visitor();
        let form = finder.get(&format!("/reset/{reset}")).is(200).form();
        finder.submit(&form.fill("Choose a new password", "five blue whales")).goes_to("/sign-in");
        finder.sign_in(ben.email(), "five blue whales").goes_to("/sign-in/second");
        assert!(finder.get("/pro").is(303).location().starts_with("/sign-in"));
        give(&finder, &phone.shows(&app)).goes_to("/");
        finder.get("/pro").is(200);
        assert_eq!(app.database.count("outbox WHERE kind = 'factors' AND token LIKE 'password %'"), 1);
    }

    fn the_clinic_can_set_a_second_step_back_and_its_owner_is_told(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.signed_in(&ann);
        turn_on(&app, &person);
        assert!(factors::reset(app.store(), " ANN@example.org", app.now()).expect("done"));
        assert!(!factors::reset(app.store(), "nobody@example.org", app.now()).expect("done"));
        assert!(person.get("/account").is(303).location().starts_with("/sign-in"), "every session ended");
        for table in ["totp_factors", "passkeys", "recovery_codes"] {
            assert_eq!(app.database.count(table), 0, "{table}");
        }
        assert_eq!(app.database.count("outbox WHERE kind = 'factors' AND token LIKE 'reset %'"), 1);
        assert_eq!(app.database.count(&format!("audit WHERE action LIKE 'second step reset%' AND patient_id = '{}'", ann.id())), 1);
        app.visitor().sign_in(ann.email(), PASSWORD).goes_to("/");
    }

    fn the_secret_of_an_app_is_sealed_wherever_it_lies(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let person = app.signed_in(&ann);
        let page = person.get("/account/second/app").is(200);
        let key = page.all(".once-link").remove(0).replace(' ', "");
        assert_eq!(person.get("/account/second/app").all(".once-link").remove(0).replace(' ', ""), key, "a reload shows the same");
        let secret = Secret::try_from_base32(&key).expect("a key");
        let as_list = format!("{:?}", secret.as_ref() as &[u8]).replace(' ', "");
        let sessions = app.database.lines("SELECT state AS line FROM sessions").concat();
        assert!(!sessions.contains(&key) && !sessions.contains(as_list.trim_matches(|c| c == '[' || c == ']')), "the session holds it bare");
        let phone = Phone::typed(&key);
        person.submit(&page.form_to("/account/second/app").fill("The code", &phone.shows(&app))).is(200);
        let kept = app.store().read(gradus::store::factors::some_app).expect("read").expect("there");
        assert!(!kept.sealed_secret.windows(8).any(|part| secret.as_ref().windows(8).any(|of| part == of)));
        // Another clinic's key opens nothing, and the server does not start with it.
        assert!(factors::key_fits(app.store(), app.state.proofs.sealer.as_ref()).expect("looked"));
        assert!(!factors::key_fits(app.store(), Some(&Sealer::new(&[9; 32]))).expect("looked"));
        assert!(!factors::key_fits(app.store(), None).expect("looked"));
    }

    fn a_password_kept_with_less_work_is_hashed_anew_when_it_is_typed(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let of = |id| format!("SELECT password_hash AS line FROM users WHERE id = '{id}'");
        let set = |hash: &str| app.database.execute(&format!("UPDATE users SET password_hash = '{hash}' WHERE id = '{}'", ann.id()));
        let hash = |memory, passes| {
            use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(memory, passes, 1, None).expect("parameters"));
            argon2.hash_password(PASSWORD.as_bytes()).expect("hashed").to_string()
        };
        set(&hash(8_192, 1));
        app.visitor().sign_in(ann.email(), "not the password").is(422);
        assert!(app.database.line(&of(ann.id())).contains("m=8192,t=1"), "only when it fits");
        app.visitor().sign_in(ann.email(), PASSWORD).goes_to("/");
        let anew = app.database.line(&of(ann.id()));
        assert!(anew.contains("m=19456,t=2"), "{anew}");
        app.visitor().sign_in(ann.email(), PASSWORD).goes_to("/");
        assert_eq!(app.database.line(&of(ann.id())), anew, "once is enough");
        set(&hash(20_480, 3));
        app.visitor().sign_in(ann.email(), PASSWORD).goes_to("/");
        assert!(app.database.line(&of(ann.id())).contains("m=20480,t=3"), "never with less");
    }

    fn no_answer_tells_who_has_an_account_or_a_second_step(backend) {
        let app = spawn(backend);
        let (ann, bea) = (app.patient("Ann"), app.patient("Bea"));
        turn_on(&app, &app.signed_in(&ann));
        let said = |page: Page, email: &str| {
            let token = page.token().unwrap_or_default();
            (page.status, page.text.replace(email, "EMAIL").replace(&token, "TOKEN"))
        };
        let tried = |email: &str| {
            let before = app.state.passwords.done();
            let page = app.visitor().sign_in(email, "six red kites");
            (said(page, email), app.state.passwords.done() - before)
        };
        let (with, without, nobody) = (tried(ann.email()), tried(bea.email()), tried("nobody@example.org"));
        assert_eq!(with, without);
        assert_eq!(with, nobody);
        assert_eq!(with.1, 1, "each time one password is compared: no answer is faster");
        // A recovery code that begins rightly and one that does not cost the same.
        let person = half(&app, &ann);
        let label = app.database.lines("SELECT label AS line FROM recovery_codes ORDER BY label").remove(0);
        let cost = |code: &str| {
            let before = app.state.passwords.done();
            let page = give(&person, code).is(422);
            (page.errors(), app.state.passwords.done() - before)
        };
        assert_eq!(cost(&format!("{label}-0000-0000")), cost("0000-0000-0000"));
    }

    fn a_change_of_how_somebody_signs_in_is_told_by_mail_in_neutral_words(backend) {
        let Some(office) = PostOffice::open("off") else { return };
        let settings = office.settings("off");
        let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let app = spawn_with(backend, &settings);
        let ann = app.patient("Ann");
        turn_on(&app, &app.signed_in(&ann));
        let began = std::time::Instant::now();
        let mail = loop {
            let told = office.mails().into_iter().find(|mail| mail.header("subject") == "Your sign-in has changed");
            if let Some(mail) = told {
                break mail;
            }
            assert!(began.elapsed().as_secs() < 30, "no such mail: {:?}", office.mails());
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        assert!(mail.body.contains("now asks for a code from an app") && mail.body.contains("2 March 2026"), "{}", mail.body);
        assert!(mail.body.contains("http://gradus.test/forgot") && !mail.raw.contains("Ann"), "{}", mail.raw);
    }

    fn rubbish_in_place_of_a_passkey_is_refused_in_words(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        for answer in ["", "{}", "[1,2", "null"] {
            let page = person.post("/sign-in/passkey", &[("credential", answer)]).is(422);
            assert!(page.errors()[0].starts_with("This passkey did not work here"), "{:?}", page.errors());
        }
        // At an address by number there are no passkeys, and the pages do not offer them.
        assert!(!person.get("/sign-in").text.contains("passkey"));
        person.post("/sign-in/passkey/begin", &[]).is(422);
    }
}

#[test]
fn the_key_lies_beside_the_database_and_is_nobody_elses_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let app = spawn(Backend::Sqlite);
    let key = app.database.path().expect("a file").with_extension("factor-key");
    assert_eq!(std::fs::metadata(&key).expect("made at the start").permissions().mode() & 0o777, 0o600);
    let written = std::fs::read_to_string(&key).expect("text");
    assert!(gradus::config::SealingKey::read(&written).is_ok());
}
