//! Messages in a real browser: the thread, and the questions that the tick opens.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, Clinic};

#[test]
fn a_message_is_read_and_answered_with_a_problem() {
    let clinic = Clinic::open(Backend::Sqlite);
    clinic.app.writes(&clinic.ann, "Is the chair too low?");
    clinic.app.answers(&clinic.ben, &clinic.ann, "Try the higher one.");
    with_browser(&clinic.app.base, "messages", |browser| {
        sign_in(browser, &clinic.ann);
        browser.visit("/messages");
        browser.check("messages");
        let shown = "return getComputedStyle(document.querySelector('.when-problem')).display !== 'none';";
        assert_eq!(browser.script(shown), false);
        browser.tick("This is about a problem with an exercise");
        assert_eq!(browser.script(shown), true);
        browser.click("Send");
        browser.check("messages-problem");
        browser.fill("What happened?", "A cramp");
        browser.click("Send");
        assert_eq!(browser.path(), "/messages");
    });
    with_browser(&clinic.app.base, "messages-desk", |browser| {
        sign_in(browser, &clinic.ben);
        let file = format!("/pro/patients/{}", clinic.ann.id());
        for (path, name) in
            [("messages", "thread"), ("events", "events"), ("measures", "paper"), ("measures?instrument=rmdq", "paper-rmdq")]
        {
            browser.visit(&format!("{file}/{path}"));
            browser.check(&format!("desk-{name}"));
        }
    });
}
