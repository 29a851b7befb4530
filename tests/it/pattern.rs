//! Looking at the pattern again: the proposal, who may decide, and what the decision changes.

use crate::support::{Clinic, Form, Page, Person, Someone, TestApp, spawn};
use chrono::Duration;

/// Answers of a back that standing and arching make worse: another pattern than the plan's.
const UPRIGHT: [(&str, &str); 18] = [
    ("p_sit_slump", "-2"),
    ("p_sit_tall", "0"),
    ("p_bend", "-1"),
    ("p_stand", "2"),
    ("p_walk", "1"),
    ("p_arch", "2"),
    ("p_lie_flat", "1"),
    ("p_lie_bent", "0"),
    ("p_carry", "0"),
    ("p_jolt", "0"),
    ("p_change", "0"),
    ("p_trivial", "0"),
    ("i_giveway", "0"),
    ("i_crack", "0"),
    ("i_brace", "0"),
    ("i_vary", "0"),
    ("tod", "none"),
    ("trig", "stand_walk"),
];

fn filled(page: &Page, answers: &[(&str, &str)]) -> Form {
    answers.iter().fold(page.form_to("/again"), |form, (name, value)| form.set(name, value))
}

/// A patient nobody is in charge of, mid-plan.
fn alone(app: &TestApp) -> (Someone, Person) {
    let gil = app.patient("Gil");
    app.start_plan(&gil);
    app.wait(Duration::hours(1));
    let browser = app.signed_in(&gil);
    (gil, browser)
}

fn category(app: &TestApp, who: &Someone) -> String {
    app.database.line(&format!("SELECT category AS line FROM plans WHERE patient_id = '{}'", who.id()))
}

each_backend! {
    fn a_physiotherapist_confirms_a_proposal_and_the_patient_reads_why(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, app_browser(&clinic, &clinic.ann));
        app.wait(Duration::hours(1));
        let page = ann.get("/again").is(200);
        assert!(page.words().contains("At the start you said: much worse"), "{}", page.words());
        assert_eq!(page.all("input[name^='p_'][checked], input[name^='i_'][checked]").len(), 0, "nothing is chosen beforehand");
        let form = filled(&page, &UPRIGHT);
        let result = ann.submit_and_follow(&form).is(200);
        assert_eq!(result.path, "/again/result", "{:?}", result.errors());
        assert!(result.words().contains("Your physiotherapist looks at this next"));
        // Sent again by mistake: stored once, answered alike.
        ann.submit(&form).goes_to("/again/result");
        assert_eq!(app.database.count("reclassifications"), 1);
        assert_eq!(app.database.count("alerts WHERE rule = 'C-again' AND resolved_at IS NULL"), 1);
        assert_eq!(category(app, &clinic.ann), "FLEX", "the rules only propose");
        ann.post("/again/result", &[("decision", "accept")]).is(422);
        let path = format!("/pro/patients/{}/pattern/{}", clinic.ann.id(), app.database.line("SELECT id AS line FROM reclassifications"));
        let cleo = app.signed_in(&clinic.cleo);
        cleo.get(&path).is(404);
        cleo.post(&path, &[("decision", "accept"), ("reason", "I would like to")]).is(404);
        let ben = app.signed_in(&clinic.ben);
        let page = ben.get(&path).is(200);
        assert!(page.words().contains("Standing still 10 to 15 minutes"));
        ben.post(&path, &[("decision", "accept")]).is(422);
        ben.post(&path, &[("reason", "Seen it today")]).is(422);
        ben.post(&path, &[("decision", "accept"), ("reason", "I saw the same when we met.")]).is(303);
        assert_eq!(category(app, &clinic.ann), "EXT");
        assert!(app.database.line("SELECT facts AS line FROM plans WHERE category = 'EXT'").contains("\"category\":\"EXT\""));
        assert_eq!(app.database.count("alerts WHERE rule = 'C-again' AND resolved_at IS NULL"), 0);
        assert_eq!(app.database.count("audit WHERE action = 'pattern change confirmed'"), 1);
        ben.post(&path, &[("decision", "decline"), ("reason", "Changed my mind")]).is(422);
        let told = ann.get("/changes").is(200).words();
        assert!(told.contains("Your pattern was looked at again") && told.contains("I saw the same when we met."), "{told}");
        assert!(told.contains("Not now: it comes in phase 3 for this pattern"), "{told}");
        assert_eq!(told.matches("Ben, physiotherapist").count(), 1, "one decision: {told}");
        assert!(ann.get("/again/result").words().contains("Your plan follows the new pattern"));
        assert!(ann.get("/result").words().contains("Your plan follows another pattern by now"));
    }

    fn a_physiotherapist_declines_and_the_plan_stays(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, app_browser(&clinic, &clinic.ann));
        let items = app.database.lines("SELECT id AS line FROM plan_items WHERE removed_on IS NULL ORDER BY id");
        let id = app.look_again(&clinic.ann, true);
        ann.get("/again").goes_to("/again/result");
        let ben = app.signed_in(&clinic.ben);
        ben.post(&format!("/pro/patients/{}/pattern/{id}", clinic.ann.id()), &[("decision", "decline"), ("reason", "One bad week.")]).is(303);
        assert_eq!(category(app, &clinic.ann), "FLEX");
        assert_eq!(app.database.lines("SELECT id AS line FROM plan_items WHERE removed_on IS NULL ORDER BY id"), items);
        let told = ann.get("/again/result").is(200).words();
        assert!(told.contains("Your plan stays as it is") && told.contains("One bad week."), "{told}");
        // Decided: another look may follow.
        ann.get("/again").is(200);
    }

    fn somebody_nobody_is_in_charge_of_decides_themselves(backend) {
        let app = spawn(backend);
        let (gil, browser) = alone(&app);
        let result = browser.submit_and_follow(&filled(&browser.get("/again"), &UPRIGHT)).is(200);
        assert!(result.words().contains("What would change"), "{}", result.words());
        assert_eq!(app.database.count("alerts WHERE rule = 'C-again'"), 0);
        browser.post("/again/result", &[]).is(422);
        browser.post("/again/result", &[("decision", "accept")]).goes_to("/changes");
        assert_eq!(category(&app, &gil), "EXT");
        browser.post("/again/result", &[("decision", "decline")]).is(422);
        let told = browser.get("/changes").words();
        assert!(told.contains("Your pattern was looked at again") && told.contains("You"), "{told}");
    }

    fn the_same_pattern_changes_nothing(backend) {
        let app = spawn(backend);
        let (gil, browser) = alone(&app);
        app.look_again(&gil, false);
        assert!(browser.get("/again/result").words().contains("Your pattern is the same"));
        assert_eq!(app.database.count("reclassifications WHERE status = 'same'"), 1);
        browser.post("/again/result", &[("decision", "accept")]).is(422);
        assert_eq!(category(&app, &gil), "FLEX");
    }

    fn a_test_needs_its_questions_and_is_not_for_pain_above_six(backend) {
        let app = spawn(backend);
        let (_, browser) = alone(&app);
        let page = browser.get("/again");
        let missing = browser.submit(&page.form_to("/again")).is(422);
        assert_eq!(missing.errors().len(), 18, "{:?}", missing.errors());
        let tried = || filled(&page, &UPRIGHT).set("ht_arch", "worse");
        assert_eq!(browser.submit(&tried()).is(422).errors().len(), 3, "pain before, legs, signs");
        let whole = |pain: &str| tried().set("nprs_now", pain).set("ht_leg", "nothing").set("ht_signs", "none");
        let sore = browser.submit(&whole("7")).is(422);
        assert!(sore.words().contains("Your pain is above 6"), "{:?}", sore.errors());
        assert_eq!(app.database.count("reclassifications"), 0);
        browser.submit(&whole("6")).goes_to("/again/result");
        assert!(app.database.line("SELECT answers AS line FROM reclassifications").contains("\"ht_arch\":\"worse\""));
    }

    fn pain_that_goes_down_the_leg_stops_the_tests_and_pauses_the_plan(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, app_browser(&clinic, &clinic.ann));
        // Whatever else is missing on the form.
        let page = ann.get("/again");
        ann.submit(&page.form_to("/again").set("ht_slump", "worse").set("ht_leg", "further")).goes_to("/again/result");
        assert!(ann.get("/again/result").words().contains("You stopped the tests"));
        assert_eq!(app.database.count("holds WHERE cause = 'leg_symptoms' AND cleared_at IS NULL"), 1);
        assert_eq!(app.database.count("alerts WHERE rule = 'P-02' AND resolved_at IS NULL"), 1);
        assert!(app.database.line("SELECT answers AS line FROM reclassifications").contains("\"leg_worse\":\"yes\""));
        ann.get("/again").goes_to("/today");
        // A danger sign opens the questions behind it.
        let dan = app_browser(&clinic, &clinic.dan);
        app.start_plan(&clinic.dan);
        let page = dan.get("/again");
        dan.submit(&page.form_to("/again").set("ht_slump", "worse").set("ht_signs", "saddle_bladder_bowel")).goes_to("/signs");
        dan.get("/again").goes_to("/today");
        dan.get("/signs").is(200);
    }

    fn it_is_offered_in_week_four_once_and_after_no_lasting_gain(backend) {
        let app = spawn(backend);
        let (gil, browser) = alone(&app);
        let offered = || browser.get("/today").is(200).words().contains("Look at your pattern again");
        assert!(!offered());
        app.wait(Duration::days(20));
        let browser = app.signed_in(&gil);
        let offered = || browser.get("/today").is(200).words().contains("Look at your pattern again");
        assert!(!offered(), "day 21");
        app.wait(Duration::days(1));
        let browser = app.signed_in(&gil);
        let offered = || browser.get("/today").is(200).words().contains("Look at your pattern again");
        assert!(offered(), "day 22");
        app.look_again(&gil, false);
        assert!(!offered(), "once");
        app.wait(Duration::hours(1));
        app.raise_alert(&gil);
        assert!(offered(), "P-10");
        assert!(browser.get("/plan").words().contains("Look at your pattern again"));
    }
}

fn app_browser(clinic: &Clinic, who: &Someone) -> Person {
    clinic.app.signed_in(who)
}
