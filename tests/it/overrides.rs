//! Decisions of a physiotherapist against the rules.

use crate::support::{Clinic, Someone, TestApp};
use gradus::care::baseline::{TrialIn, record_trials};
use gradus::care::plan::{self, Agreement};
use gradus::care::safety::{CheckIn, check_in};
use gradus::clinical::RULESET_VERSION;
use gradus::clinical::codes::Activity;
use gradus::clinical::intake::{AnswerMap, evaluate};
use gradus::ids;
use gradus::store::reviews::CheckAnswers;

/// Somebody in Ben's care with the answers of a worked case.
fn answered(clinic: &Clinic, name: &str, case: &str) -> (Someone, String) {
    let who = clinic.app.patient_of(&clinic.ben, name);
    clinic.app.hand_in(&who, case);
    let path = format!("/pro/patients/{}/override", who.id());
    (who, path)
}

fn baseline_and_agreement(app: &TestApp, who: &Someone) {
    let (own, moment) = (who.own(), app.moment());
    let trial =
        |(days, amount): (u64, f64)| TrialIn { on: moment.today() - chrono::Days::new(days), amount, token: ids::fresh(), field: "on" };
    let trials: Vec<TrialIn> = [(3, 10.0), (2, 12.0), (1, 14.0)].into_iter().map(trial).collect();
    record_trials(app.store(), &own, Activity::Walk, &trials, None, moment).expect("trials recorded");
    plan::agree(app.store(), &own, &Agreement { days: vec![0, 2, 4], cue: String::new() }, moment).expect("agreed");
}

/// What is stored says by itself what the rules had said, and with which version.
fn replays(app: &TestApp, decision: impl Fn(&gradus::clinical::intake::Evaluation) -> String) {
    let inputs: AnswerMap = serde_json::from_str(&app.database.line("SELECT inputs AS line FROM overrides")).expect("answers");
    let said = app.database.line("SELECT said AS line FROM overrides");
    assert_eq!(decision(&evaluate(&inputs).expect("whole")), said);
    assert_eq!(app.database.line("SELECT ruleset_version AS line FROM overrides"), RULESET_VERSION);
}

const WHY: &str = "I saw her stand and bend today: standing is the sore thing.";

const FOUND: &str = "Her left foot is weaker than last week, I tested it today.";

each_backend! {
    fn another_pattern_changes_a_plan_under_way_and_its_person_reads_why(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let path = format!("{file}/override");
        let ben = app.signed_in(&clinic.ben);
        let stored = app.database.lines("SELECT result AS line FROM evaluations ORDER BY id");
        let page = ben.get(&path).is(200);
        assert!(page.words().contains("The rules said: bending and sitting (Flexion intolerance)"), "{}", page.words());
        let form = page.forms().remove(0);
        assert_eq!(ben.submit(&form.clone().set("category", "EXT").set("category_reason", "too few")).is(422).errors(), ["Write the reason in a sentence: the patient reads it"]);
        let refused = ben.submit(&form.clone().set("category_reason", WHY)).is(422);
        assert_eq!(refused.errors(), ["Choose a pattern"]);
        assert_eq!(refused.forms().remove(0).value("category_reason"), Some(WHY), "what was typed stays");
        ben.submit(&form.clone().set("category", "FLEX").set("category_reason", WHY)).is(422);
        ben.post(&path, &[]).is(422);
        assert_eq!(app.database.count("overrides"), 0);
        let sent = form.set("category", "EXT").set("category_reason", WHY);
        ben.submit(&sent).goes_to(&format!("{file}#pattern"));
        ben.submit(&sent).goes_to(&format!("{file}#pattern"));
        assert_eq!(app.database.count("overrides WHERE kind = 'category' AND said = 'FLEX' AND decided = 'EXT' AND made_by IS NOT NULL"), 1);
        replays(app, |result| result.category.code().to_owned());
        assert_eq!(app.database.lines("SELECT result AS line FROM evaluations ORDER BY id"), stored, "the rules' decision stays");
        assert_eq!(app.database.count("plans WHERE category = 'EXT'"), 1);
        let ann = app.signed_in(&clinic.ann);
        let told = ann.get("/changes").is(200).words();
        assert!(told.contains("Your physiotherapist chose another pattern") && told.contains(WHY) && told.contains("Ben, physiotherapist"), "{told}");
        let result = ann.get("/result").is(200).words();
        assert!(result.contains("Your plan starts from: standing and leaning back.") && result.contains(&format!("Ben: {WHY}")), "{result}");
        let shown = ben.get(&file).is(200).all("#pattern").remove(0);
        assert!(shown.contains("Decided otherwise") && shown.contains("The rules said: bending and sitting (Flexion intolerance). Decided: standing and leaning back") && shown.contains(WHY), "{shown}");
        app.signed_in(&clinic.cleo).get(&path).is(404);
        app.signed_in(&clinic.cleo).post(&path, &[("kind", "category"), ("category", "LOAD"), ("category_reason", WHY)]).is(404);
    }

    fn a_plan_that_is_still_to_be_made_starts_from_the_pattern_that_was_set(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let (fay, path) = answered(&clinic, "Fay", "V20");
        let ben = app.signed_in(&clinic.ben);
        let form = ben.get(&path).is(200).forms().remove(0).set("category", "LOAD").set("category_reason", WHY);
        ben.submit(&form).is(303);
        let result = app.signed_in(&fay).get("/result").is(200).words();
        assert!(result.contains("Your plan starts from: weight and jolts.") && result.contains(WHY), "{result}");
        baseline_and_agreement(app, &fay);
        let plan = format!("plans WHERE patient_id = '{}'", fay.id());
        assert_eq!(app.database.line(&format!("SELECT category AS line FROM {plan}")), "LOAD");
        assert!(app.database.line(&format!("SELECT facts AS line FROM {plan}")).contains("\"category\":\"LOAD\""));
        let told = app.signed_in(&fay).get("/changes").is(200).words();
        assert!(told.contains(WHY) && told.contains("weight and jolts"), "{told}");
    }

    fn a_mild_result_is_judged_otherwise_with_one_form(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let (gus, path) = answered(&clinic, "Gus", "V23");
        assert_eq!(app.database.count("alerts WHERE rule = 'R70' AND resolved_at IS NULL"), 1);
        let ben = app.signed_in(&clinic.ben);
        let form = ben.get(&path).is(200).forms().remove(1);
        ben.submit(&form.clone().set("disposition", "CONTINUE").set("wait", "yes").set("disposition_reason", WHY)).is(422);
        ben.submit(&form.clone().set("disposition", "ROUTINE_GP").set("disposition_reason", WHY)).is(422);
        ben.submit(&form.set("disposition", "PHYSIO_REVIEW").set("disposition_reason", "HLA-B27 is negative, the rheumatologist wrote.")).is(303);
        assert_eq!(app.database.count("overrides WHERE kind = 'disposition' AND said = 'ROUTINE_GP' AND decided = 'PHYSIO_REVIEW' AND NOT safety_stop"), 1);
        replays(app, |result| result.disposition.code().to_owned());
        assert_eq!(app.database.count("alerts WHERE rule = 'R70' AND resolved_at IS NULL"), 0);
        let file = ben.get(&format!("/pro/patients/{}", gus.id())).is(200);
        let timeline = file.all("#safety").remove(0);
        assert!(timeline.contains("Judged otherwise by Ben") && timeline.contains("a routine appointment with the GP (ROUTINE_GP)"), "{timeline}");
        assert!(file.words().contains("a physiotherapist looks at the answers (PHYSIO_REVIEW)"), "{}", file.words());
        assert!(app.signed_in(&gus).get("/result").words().contains("HLA-B27 is negative"));
    }

    fn a_safety_stop_asks_again_and_nothing_changes_before_the_second_confirmation(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let (ida, path) = answered(&clinic, "Ida", "V11");
        let ben = app.signed_in(&clinic.ben);
        let form = ben.get(&path).is(200).forms().remove(1).set("disposition", "PHYSIO_REVIEW").set("disposition_reason", WHY);
        let between = ben.submit(&form).is(200);
        assert_eq!(between.heading(), "You are about to override a safety stop");
        for said in ["a GP within 2 weeks (URGENT_2_WEEKS)", "rule R44", "Constant pain that no position eases", "Result of the questions, since 2 March 2026"] {
            assert!(between.words().contains(said), "{said}: {}", between.words());
        }
        let untouched = || app.database.count("overrides") + app.database.count("holds WHERE cleared_at IS NOT NULL") + app.database.count("audit WHERE action = 'clearance recorded'");
        assert_eq!(untouched(), 0);
        let second = between.form_to(&path);
        let page = ben.submit(&second.clone().set("examined", "Examined today by me: no night pain any more.")).is(422);
        assert_eq!(page.errors(), ["Confirm that you override the safety stop, or leave it as it is"]);
        assert_eq!(page.form_to(&path).value("examined"), Some("Examined today by me: no night pain any more."));
        assert_eq!(ben.submit(&second.clone().set("confirm", "yes").set("examined", "ok")).is(422).errors(), ["Write what was examined, by whom and when, in a sentence"]);
        assert_eq!(untouched(), 0);
        let last = second.set("confirm", "yes").set("examined", "Examined today by me: no night pain any more.");
        ben.submit(&last).is(303);
        ben.submit(&last).is(303);
        assert_eq!(app.database.count("overrides WHERE safety_stop AND said = 'URGENT_2_WEEKS' AND decided = 'PHYSIO_REVIEW'"), 1);
        replays(app, |result| result.disposition.code().to_owned());
        assert_eq!(app.database.count("holds WHERE cleared_at IS NOT NULL AND clearance_note LIKE 'Examined today%'"), 1);
        assert_eq!(app.database.count("audit WHERE action = 'clearance recorded'"), 1, "the same as a recorded clearance");
        assert_eq!(app.database.count(&format!("alerts WHERE patient_id = '{}' AND resolved_at IS NULL", ida.id())), 0);
        app.signed_in(&ida).get("/baseline").is(200);
    }

    fn new_leg_symptoms_are_cleared_only_with_the_second_confirmation(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let given = CheckIn { answers: CheckAnswers { danger: Vec::new(), leg: true }, psfs: Vec::new(), rmdq: None, token: ids::fresh() };
        check_in(app.store(), &clinic.ann.own(), &given, app.moment()).expect("checked");
        let path = format!("/pro/patients/{}/override", clinic.ann.id());
        let ben = app.signed_in(&clinic.ben);
        let page = ben.get(&path).is(200);
        assert!(page.words().contains("new leg symptoms, so the plan stands still (P-02)"), "{}", page.words());
        let between = ben.submit(&page.forms().remove(1).set("disposition", "CONTINUE").set("disposition_reason", WHY)).is(200);
        assert_eq!(app.database.count("holds WHERE cleared_at IS NULL"), 1);
        ben.submit(&between.form_to(&path).set("confirm", "yes").set("examined", "Straight leg raise and reflexes by me today: normal.")).is(303);
        assert_eq!((app.database.count("holds WHERE cleared_at IS NULL"), app.database.count("overrides WHERE said = 'P-02' AND safety_stop")), (0, 1));
        let told = app.signed_in(&clinic.ann).get("/changes").words();
        assert!(told.contains("Your physiotherapist has looked at your answers") && told.contains(WHY), "{told}");
    }

    fn an_emergency_and_a_same_day_result_cannot_be_overridden(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        for (name, case) in [("Joe", "V13"), ("Kim", "V16")] {
            let (who, path) = answered(&clinic, name, case);
            let ben = app.signed_in(&clinic.ben);
            let page = ben.get(&path).is(200);
            assert!(page.words().contains("is never overridden"), "{}", page.words());
            assert_eq!(page.link("Record clearance"), format!("/pro/patients/{}/clear", who.id()));
            for step in ["", "confirm"] {
                let sent = [("kind", "disposition"), ("step", step), ("disposition", "CONTINUE"), ("disposition_reason", WHY), ("confirm", "yes"), ("examined", "Examined by me today, all normal.")];
                let refused = ben.post(&path, &sent).is(422);
                assert!(refused.errors().join(" ").contains("ended by a recorded clearance alone"), "{:?}", refused.errors());
            }
        }
        assert_eq!(app.database.count("overrides") + app.database.count("holds WHERE cleared_at IS NOT NULL"), 0);
    }

    fn what_is_found_in_person_stops_a_plan_under_way_at_once(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let path = format!("{file}/override");
        let stored = app.database.lines("SELECT result AS line FROM evaluations ORDER BY id");
        let (ben, ann) = (app.signed_in(&clinic.ben), app.signed_in(&clinic.ann));
        let form = ben.get(&path).is(200).forms().remove(1);
        assert_eq!(ben.submit(&form.clone().set("disposition", "SAME_DAY").set("disposition_reason", "too few")).is(422).errors(), ["Write the reason in a sentence: the patient reads it"]);
        assert_eq!(app.database.count("holds") + app.database.count("overrides"), 0);
        let sent = form.set("disposition", "SAME_DAY").set("disposition_reason", FOUND);
        ben.submit(&sent).goes_to(&format!("{file}#safety"));
        ben.submit(&sent).goes_to(&format!("{file}#safety"));
        assert_eq!(app.database.count("overrides WHERE said = 'CONTINUE' AND decided = 'SAME_DAY' AND NOT safety_stop"), 1);
        assert_eq!(app.database.count("holds h JOIN overrides o ON o.id = h.override_id WHERE h.cause = 'disposition' AND h.cleared_at IS NULL"), 1);
        replays(app, |result| result.disposition.code().to_owned());
        assert_eq!(app.database.lines("SELECT result AS line FROM evaluations ORDER BY id"), stored, "the rules' decision stays");
        // The patient: no exercise, and what to do now.
        let today = ann.get("/today").is(200);
        assert!(today.words().contains("Your plan is paused") && today.count("main a[href^='/exercises/']") == 0, "{}", today.words());
        assert_ne!(ann.get("/today/session").status, 200);
        ann.get(&today.link("Read again what to do now")).goes_to("/result");
        let result = ann.get("/result").is(200).words();
        for said in ["or your GP surgery today", "Your plan is on hold", FOUND, "Ben: "] {
            assert!(result.contains(said), "{said}: {result}");
        }
        let letter = ann.get(&ann.get("/result").link("Letter for a clinician, on one page")).is(200).words();
        assert!(letter.contains(FOUND) && letter.contains("or your GP surgery today") && letter.contains("The exercise plan is paused since"), "{letter}");
        assert!(ann.get("/changes").words().contains("Your plan stops until a clinician has recorded that it is safe to go on."));
        // The desk: first in the inbox, and milder only by clearance.
        let inbox = ben.get("/pro").is(200).words();
        assert!(inbox.contains("by a judgement stricter than the rules") && inbox.contains(FOUND), "{inbox}");
        assert!(ben.get(&file).all("#safety").remove(0).contains("Judged in person, stricter than the rules"));
        let page = ben.get(&path).is(200);
        assert!(page.words().contains("is never overridden") && page.words().contains("In force: a doctor today (SAME_DAY)"), "{}", page.words());
        let milder = [("kind", "disposition"), ("step", "confirm"), ("disposition", "CONTINUE"), ("disposition_reason", WHY), ("confirm", "yes"), ("examined", "Examined by me today, all normal.")];
        assert!(ben.post(&path, &milder).is(422).errors().join(" ").contains("ended by a recorded clearance alone"));
        let same = [("kind", "disposition"), ("disposition", "URGENT_2_WEEKS"), ("disposition_reason", WHY)];
        assert!(ben.post(&path, &same).is(422).errors().join(" ").contains("already"));
        // Worse still.
        app.wait(chrono::Duration::minutes(5));
        let worse = page.forms().remove(1).set("disposition", "EMERGENCY_NOW").set("disposition_reason", "Numb between the legs since this morning.");
        ben.submit(&worse).is(303);
        let now = ann.get("/result").is(200).words();
        assert!(now.contains("go to an emergency department now") && now.contains("Numb between the legs since this morning."), "{now}");
        assert_eq!(app.database.count("alerts WHERE rule = 'physio' AND resolved_at IS NULL"), 1);
        // One clearance ends all of it.
        ben.post(&format!("{file}/clear"), &[("note", "Seen in the emergency department: scan normal, fit to go on.")]).is(303);
        assert_eq!(app.database.count("holds WHERE cleared_at IS NULL") + app.database.count("alerts WHERE rule = 'physio' AND resolved_at IS NULL"), 0);
        assert!(!ann.get("/today").words().contains("Your plan is paused"));
        let after = ann.get("/result").is(200).words();
        assert!(!after.contains("Your plan is on hold") && !after.contains(FOUND), "{after}");
        let page = ben.get(&path).is(200).words();
        assert!(page.contains("The rules said: nothing to be checked first (CONTINUE).") && !page.contains("In force: a"), "what the rules said holds again: {page}");
    }

    fn a_week_with_such_a_stop_is_a_week_with_a_danger_sign(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let path = format!("/pro/patients/{}/override", clinic.ann.id());
        let ben = app.signed_in(&clinic.ben);
        ben.submit(&ben.get(&path).is(200).forms().remove(1).set("disposition", "URGENT_2_WEEKS").set("disposition_reason", FOUND)).is(303);
        app.wait(chrono::Duration::days(8));
        app.signed_in(&clinic.ann).get("/today").is(200);
        assert_eq!(app.database.count("reviews WHERE facts LIKE '%\"red_flag\":\"URGENT_2_WEEKS\"%' AND result LIKE '%PAUSE_ALERT%'"), 1);
        // A milder judgement is possible after the second confirmation, which is the clearance.
        let ben = app.signed_in(&clinic.ben);
        let between = ben.submit(&ben.get(&path).is(200).forms().remove(1).set("disposition", "PHYSIO_REVIEW").set("disposition_reason", WHY)).is(200);
        assert_eq!(between.heading(), "You are about to override a safety stop");
        ben.submit(&between.form_to(&path).set("confirm", "yes").set("examined", "Her GP has seen her, the letter is here.")).is(303);
        assert_eq!(app.database.count("holds WHERE cleared_at IS NULL"), 0);
        assert_eq!(app.database.count("overrides WHERE safety_stop AND decided = 'PHYSIO_REVIEW'"), 1);
    }

    fn a_plan_that_is_still_to_be_made_waits_for_the_gp(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let (fay, path) = answered(&clinic, "Fay", "V20");
        let (ben, browser) = (app.signed_in(&clinic.ben), app.signed_in(&fay));
        browser.get("/baseline").is(200);
        let form = ben.get(&path).is(200).forms().remove(1);
        let wait = form.clone().set("disposition", "CONTINUE").set("wait", "yes").set("disposition_reason", FOUND);
        assert_eq!(ben.submit(&wait).is(422).errors(), ["Choose what has to happen before the plan goes on"]);
        ben.submit(&form.set("disposition", "ROUTINE_GP").set("wait", "yes").set("disposition_reason", FOUND)).is(303);
        browser.get("/today").goes_to("/result");
        assert_eq!(browser.get("/baseline").location(), "/result");
        let result = browser.get("/result").is(200).words();
        assert!(result.contains("Book a routine GP appointment") && result.contains("Your plan is on hold") && result.contains(FOUND), "{result}");
        ben.post(&path.replace("override", "clear"), &[("note", "The GP wrote: fit for exercise, 120 over 80.")]).is(303);
        browser.get("/baseline").is(200);
    }
}
