//! The pages about reminders, the calendar and the links in messages, and what they look like in every state.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, TestApp, spawn_with};
use gradus::app::post_round;

/// A clinic whose mail server never answers: the pages have something to tell.
fn clinic() -> TestApp {
    let settings = [
        ("GRADUS_SMTP_HOST", "127.0.0.1"),
        ("GRADUS_SMTP_PORT", "1"),
        ("GRADUS_SMTP_TLS", "off"),
        ("GRADUS_MAIL_FROM", "Gradus <no-reply@example.org>"),
        ("GRADUS_PUBLIC_URL", "http://gradus.test"),
    ];
    spawn_with(Backend::Sqlite, &settings)
}

#[test]
fn reminders_calendar_and_the_links_in_messages() {
    let app = clinic();
    let ben = app.physio("Ben");
    let ann = app.patient_of(&ben, "Ann");
    app.start_plan(&ann);
    let (stop, address) = (app.make_stop_link(&ann), app.make_address_link(&ann));
    with_browser(&app.base, "links", |browser| {
        browser.visit("/forgot");
        browser.check("forgot");
        browser.fill("Your e-mail address", "ann@example.org");
        browser.click("Send me a link");
        browser.check("forgot-asked");
        browser.visit("/account/new");
        browser.check("account-new");
        browser.fill("Your e-mail address", "fay@example.org");
        browser.click("Send me a link");
        assert_eq!(browser.heading(), "Look into your inbox");
        browser.check("account-asked");
        sign_in(browser, &ann);
        browser.visit("/account/address");
        browser.check("address");
        browser.visit("/account/reminders");
        browser.check("reminders-off");
        browser.fill_time("At what time", "09:30");
        browser.click("Turn reminders on");
        assert!(browser.words().contains("Tick this if you want reminders"), "{}", browser.words());
        browser.check("reminders-refused");
        browser.tick("I agree to get reminders");
        browser.click("Turn reminders on");
        assert!(browser.words().contains("Today at 09:30"), "{}", browser.words());
        browser.check("reminders-on");
        app.wait(chrono::Duration::minutes(31));
        post_round(&app.state).expect("a round");
        browser.visit("/account/reminders");
        browser.check("reminders-failed");
        browser.visit("/account/calendar");
        browser.check("calendar-none");
        browser.click("Make a private link");
        assert!(browser.words().contains("The link is shown only now"), "{}", browser.words());
        browser.check("calendar-made");
        browser.visit("/account/calendar");
        browser.check("calendar");
        browser.visit(&format!("/address/{address}"));
        browser.check("address-link");
        browser.click("Yes, this is my address");
        browser.check("address-confirmed");
        browser.visit(&format!("/stop/{stop}"));
        browser.check("stop");
        browser.click("Stop the messages");
        assert_eq!(browser.heading(), "Reminders are off");
        browser.check("stop-done");
    });
}
