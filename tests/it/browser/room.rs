//! Inviting, the start card on screen and on paper, the code, and the intake in the room.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, spawn};
use gradus::clinical::catalogue::{Journey, catalogue};

#[test]
fn inviting_the_card_the_code_and_the_intake_in_the_room() {
    let app = spawn(Backend::Sqlite);
    let ben = app.physio("Ben");
    let mut code = String::new();
    with_browser(&app.base, "room", |browser| {
        sign_in(browser, &ben);
        browser.visit("/pro/invite");
        browser.script("document.querySelectorAll('details').forEach(d => { d.open = true; });");
        browser.check("invite");
        browser.fill("Their name", "Margarethe Elisabeth von der Heide-Sommerfeld");
        browser.script("document.querySelectorAll('[name=explained]').forEach(box => { box.checked = true; }); document.querySelector('[name=language]').value = 'de';");
        browser.click("Make the start card");
        browser.check("start-card");
        browser.prints_on_one_page("start-card");
        code = browser.text("//*[contains(@class, 'start-code')]/strong");
        browser.visit("/pro/invite");
        browser.check("invite-waiting");
        browser.visit("/pro/patients/new");
        browser.check("room-new");
        browser.fill("Their name", "Fay");
        browser.script("document.querySelectorAll('input[type=checkbox]').forEach(box => { box.checked = true; });");
        browser.click("Make the record and begin");
        browser.check("room-intake");
        let base = browser.path();
        for at in ["goals", "quota", "practical", "check"] {
            browser.visit(&format!("{base}/{at}"));
            browser.check(&format!("room-{at}"));
        }
        let screen =
            catalogue().screens(Journey::Intake).iter().find(|s| s.questions.iter().any(|id| id == "r_saddle")).expect("it is asked");
        browser.visit(&format!("{base}/{}", screen.slug));
        browser.check("room-screen");
        browser.script("document.querySelector('input[name=r_saddle][value=new]').checked = true;");
        browser.click("Save and continue");
        assert!(browser.path().ends_with("/intake/result"), "{}", browser.path());
        browser.check("room-result");
        browser.click("Make the start card");
        browser.check("room-card");
    });
    with_browser(&app.base, "join", |browser| {
        browser.visit("/join");
        browser.check("join");
        browser.fill("The code on your start card", &code);
        browser.click("Continue");
        assert_eq!(browser.path(), "/join/account");
        browser.check("join-account");
    });
}
