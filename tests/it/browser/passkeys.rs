//! Passkeys in a real browser, with its own made-up authenticator behind the real interface.

use super::driver::{Browser, with_browser};
use super::journey::sign_in;
use crate::support::{Backend, PASSWORD, Someone, TestApp, spawn_with};
use serde_json::{Value, json};
use std::net::TcpListener;

/// A server that browsers reach by a name: passkeys belong to names, not to numbers.
fn named() -> (TestApp, String) {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let (bind, url) = (format!("127.0.0.1:{port}"), format!("http://localhost:{port}"));
    let app = spawn_with(Backend::Sqlite, &[("GRADUS_BIND", &bind), ("GRADUS_PUBLIC_URL", &url), ("GRADUS_HOSTS", "127.0.0.1")]);
    (app, url)
}

/// A device with a fingerprint reader, or one whose owner does not prove that it is them.
fn authenticator(browser: &Browser, verified: bool) -> String {
    browser.devtools("WebAuthn.enable", json!({}));
    let options = json!({"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": verified, "automaticPresenceSimulation": true});
    let made = browser.devtools("WebAuthn.addVirtualAuthenticator", json!({"options": options}));
    made["authenticatorId"].as_str().expect("an authenticator").to_owned()
}

/// The only passkey of a device.
fn credential(browser: &Browser, device: &str) -> Value {
    let all = browser.devtools("WebAuthn.getCredentials", json!({"authenticatorId": device}));
    assert_eq!(all["credentials"].as_array().map(Vec::len), Some(1), "{all}");
    all["credentials"][0].clone()
}

fn sign_out(browser: &Browser) {
    browser.visit("/account");
    browser.click("Sign out");
}

/// Sends the password and stands before the second step.
fn half(browser: &Browser, who: &Someone) {
    browser.visit("/sign-in");
    browser.fill("Your e-mail address", who.email());
    browser.fill("Your password", PASSWORD);
    browser.click("Sign in");
    assert_eq!(browser.path(), "/sign-in/second");
}

#[test]
fn a_passkey_is_a_second_step_and_a_sign_in_of_its_own() {
    let (app, base) = named();
    let ann = app.patient("Ann");
    with_browser(&base, "passkeys", |browser| {
        let device = authenticator(browser, true);
        sign_in(browser, &ann);
        browser.visit("/account/second");
        browser.check("second-none");
        // Without a name the server says what is missing.
        browser.click("Make a passkey");
        assert!(browser.words().contains("Give the passkey a name"), "{}", browser.words());
        browser.fill("A name for this passkey", "My laptop");
        browser.click("Make a passkey");
        assert_eq!(browser.heading(), "Your recovery codes", "{}", browser.words());
        browser.check("second-codes");
        browser.click("I have kept them");
        browser.visit("/account/second");
        assert!(browser.words().contains("My laptop"), "{}", browser.words());
        browser.check("second-passkey");
        assert_eq!(app.database.count("outbox WHERE kind = 'factors' AND token LIKE 'passkey_added %'"), 1);
        // As second step.
        sign_out(browser);
        half(browser, &ann);
        browser.check("second-step");
        browser.click("Use my passkey");
        browser.visit("/account");
        assert_eq!(browser.path(), "/account");
        // Instead of everything else.
        sign_out(browser);
        browser.visit("/sign-in");
        browser.check("sign-in");
        browser.click("Sign in with a passkey");
        browser.visit("/account");
        assert_eq!(browser.path(), "/account", "{}", browser.words());
        assert_eq!(app.database.count("audit WHERE action = 'signed in'"), 3);
        // Removed, it opens nothing.
        browser.visit("/account/second");
        browser.follow("//form[contains(@action, '/remove')]//button");
        sign_out(browser);
        browser.visit("/sign-in");
        browser.click("Sign in with a passkey");
        assert!(browser.words().contains("This passkey did not work here"), "{}", browser.words());
        credential(browser, &device);
        assert_eq!(browser.complaints(), Vec::<String>::new());
    });
}

#[test]
fn a_copied_passkey_and_a_device_that_does_not_know_its_owner_are_refused() {
    let (app, base) = named();
    let ann = app.patient("Ann");
    with_browser(&base, "passkeys-copied", |browser| {
        let device = authenticator(browser, true);
        sign_in(browser, &ann);
        browser.visit("/account/second");
        browser.fill("A name for this passkey", "My laptop");
        browser.click("Make a passkey");
        let copy = credential(browser, &device);
        for _ in 0..2 {
            sign_out(browser);
            browser.visit("/sign-in");
            browser.click("Sign in with a passkey");
        }
        sign_out(browser);
        // The copy was made before and counts from there.
        browser.devtools("WebAuthn.clearCredentials", json!({"authenticatorId": device}));
        browser.devtools("WebAuthn.addCredential", json!({"authenticatorId": device, "credential": copy}));
        browser.visit("/sign-in");
        browser.click("Sign in with a passkey");
        assert!(browser.words().contains("This passkey did not work here"), "{}", browser.words());
        assert_eq!(app.database.count("audit WHERE action = 'passkey refused: its counter went back'"), 1);
        // A device that skips the check of its owner: the browser or the server stops it, and nobody is signed in.
        browser.devtools("WebAuthn.setUserVerified", json!({"authenticatorId": device, "isUserVerified": false}));
        browser.visit("/sign-in");
        browser.script("document.querySelector('form[data-passkey] button').click()");
        std::thread::sleep(std::time::Duration::from_millis(1500));
        browser.visit("/account");
        assert_eq!(browser.path(), "/sign-in");
    });
}

#[test]
fn without_scripts_the_pages_say_that_passkeys_need_them_and_codes_work() {
    let (app, base) = named();
    let ann = app.patient("Ann");
    with_browser(&base, "passkeys-plain", |browser| {
        sign_in(browser, &ann);
        browser.forbid_scripts();
        browser.visit("/account/second");
        assert!(browser.source().contains("Passkeys need JavaScript"));
        browser.click("Set up codes");
        browser.check("second-app");
        let phone = crate::factors::Phone::typed(&browser.text("//*[@class = 'once-link']"));
        browser.fill("The code that your app shows now", &phone.shows(&app));
        browser.click("Turn codes on");
        assert_eq!(browser.heading(), "Your recovery codes", "{}", browser.words());
    });
}
