//! The pages of what is a person's own, by browser: in order for eyes and hands, and the readable file of the copy by itself.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, Clinic};
use gradus::care::own_data::corrections;

#[test]
fn the_pages_of_own_data_are_in_order() {
    let clinic = Clinic::open(Backend::Sqlite);
    let (app, ann) = (&clinic.app, &clinic.ann);
    with_browser(&app.base, "own-data", |browser| {
        sign_in(browser, ann);
        for (path, what) in [
            ("/account/data", "copy"),
            ("/account/consents", "consents"),
            ("/account/corrections", "corrections"),
            ("/account/close", "close"),
        ] {
            browser.visit(path);
            assert_eq!(browser.path(), path);
            browser.check(what);
        }
        app.database.execute("UPDATE consents SET version = '2020-01' WHERE purpose = 'service'");
        browser.visit("/today");
        assert_eq!(browser.path(), "/account/consents/now");
        browser.check("asked");
        browser.click("Agree and go on");
        browser.check("asked-mistake");
        browser.visit("/account/close");
        browser.tick("I want my account to be closed and erased.");
        browser.click("Close my account");
        assert_eq!(browser.path(), "/account/closing");
        browser.check("closing");
    });
    corrections::ask(app.store(), &ann.own(), "other", "My date of birth is another.", "t", app.moment()).expect("asked");
    with_browser(&app.base, "own-data-desk", |browser| {
        sign_in(browser, &clinic.ben);
        browser.visit(&format!("/pro/patients/{}/corrections", ann.0.id));
        browser.check("pro-corrections");
    });
    with_browser(&app.base, "own-data-admin", |browser| {
        sign_in(browser, &clinic.eve);
        browser.visit("/admin/retention");
        browser.check("retention");
    });
}
