//! The desk in a real browser.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::course::{GOOD, Life};
use crate::support::{Backend, Clinic};
use gradus::care::agreement::agree;
use gradus::care::desk::treat;
use gradus::care::safety::{CheckIn, check_in};
use gradus::ids::{self, PatientId};
use gradus::store::reviews::CheckAnswers;

#[test]
fn a_patient_without_an_event_is_reviewed_in_two_clicks() {
    let clinic = Clinic::open(Backend::Sqlite);
    let app = &clinic.app;
    let who = treat(app.store(), &clinic.ben.actor(), &PatientId::from(&clinic.ann.id()), app.now()).expect("in charge");
    agree(app.store(), &who, app.moment()).expect("agreed");
    let life = Life { app, who: &clinic.ann };
    life.weeks(1, GOOD);
    assert!(life.active().is_some());
    // Somebody with a danger sign, somebody with an alert, somebody on the way.
    let zoe = app.patient_of(&clinic.ben, "Zoe");
    app.start_plan(&zoe);
    let answers = CheckAnswers { danger: vec!["saddle".to_owned()], leg: false };
    check_in(app.store(), &zoe.own(), &CheckIn { answers, psfs: vec![8, 8], rmdq: None, token: ids::fresh() }, app.moment())
        .expect("checked");
    let max = app.patient_of(&clinic.ben, "Max");
    app.start_plan(&max);
    app.raise_alert(&max);
    app.patient_of(&clinic.ben, "Una");
    with_browser(&app.base, "desk-lists", |ben| {
        sign_in(ben, &clinic.ben);
        assert_eq!(ben.path(), "/pro");
        assert!(ben.words().contains("Reviewed weeks without a decision: 1"), "{}", ben.words());
        ben.check("inbox");
        // From the inbox: the week, in one click; the second one opens the file, for whoever wants to look.
        ben.follow("//section[contains(., 'Reviewed weeks')]//button[starts-with(normalize-space(.), 'Seen: Ann')]");
        ben.must_say("Done by Ben today");
        ben.check("inbox-seen");
        ben.visit("/pro/patients");
        ben.check("patients");
        ben.fill("Name", "zo");
        ben.click("Search");
        ben.must_say("Only names with");
        assert_eq!(ben.path(), "/pro/patients");
    });
}
