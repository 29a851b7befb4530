//! A template given in few clicks, and its pages looked at.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, Clinic};
use crate::templates::template;

/// Most clicks from a patient's file to their new plan.
const CLICKS: usize = 5;

#[test]
fn a_plan_is_given_from_a_template_in_few_clicks() {
    let clinic = Clinic::open(Backend::Sqlite);
    let zoe = clinic.app.patient_of(&clinic.ben, "Zoe");
    clinic.app.start_plan(&zoe);
    let own = clinic.app.own_exercise(&clinic.ben, "CO5");
    clinic.app.give_own(&clinic.ben, &clinic.ann, &own);
    let id = template(&clinic.app, &clinic.ben, &clinic.ann);
    let file = format!("/pro/patients/{}", zoe.id());
    with_browser(&clinic.app.base, "templates", |ben| {
        sign_in(ben, &clinic.ben);
        for (path, what) in [
            ("/pro/templates".to_owned(), "templates-list"),
            (format!("/pro/templates/new?from={}", clinic.ann.id()), "templates-new"),
            (format!("/pro/templates/{id}"), "templates-show"),
            (format!("/pro/templates/{id}/edit"), "templates-edit"),
            (format!("{file}/copy"), "templates-copy"),
            (format!("{file}/copy/{}", clinic.ann.id()), "templates-copy-show"),
        ] {
            ben.visit(&path);
            ben.check(what);
        }
        ben.visit(&file);
        let mut clicks = 0;
        let mut press = |xpath: &str| {
            ben.follow(xpath);
            clicks += 1;
        };
        press(&format!("(//main//a[@href = '{file}/assign'])[1]"));
        ben.check("templates-assign");
        press("//main//a[normalize-space(.) = 'First weeks']");
        ben.check("templates-offer");
        press("//button[normalize-space(.) = 'Give this plan']");
        assert_eq!(ben.path(), file);
        assert!(clicks <= CLICKS, "{clicks} clicks");
        assert!(ben.words().contains("Our bird dog"), "{}", ben.words());
        let item = clinic.app.plan_items(&zoe).into_iter().find(|item| item.prescription.exercise == own).expect("given");
        ben.visit(&format!("{file}/items/{}", item.id));
        ben.check("templates-item");
    });
}
