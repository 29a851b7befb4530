//! What a clinic sets of the rules' numbers: who may, from when on it counts, and that decisions keep the numbers
//! they were made with.

use crate::course::{GOOD, Life};
use crate::support::{Clinic, Page, Person, Someone};
use chrono::Duration;
use gradus::care::logging::{coloured, record_day};
use gradus::care::replay::replay;
use gradus::clinical::codes::Colour;
use gradus::store::reviews;

/// The administrator's browser; a session has run out since the last time.
fn eve(clinic: &Clinic) -> Person {
    clinic.app.signed_in(&clinic.eve)
}

fn set(clinic: &Clinic, numbers: &[(&str, &str)]) -> Page {
    let browser = eve(clinic);
    let mut form = browser.get("/admin/numbers").is(200).form_to("/admin/numbers").set("reason", "Dr Weaver, for our older patients");
    for (name, value) in numbers {
        form = form.set(name, value);
    }
    browser.submit(&form)
}

/// What the reviews of the plan said: the adherence limit they were made with, and the rules.
fn reviewed(clinic: &Clinic, who: &Someone) -> Vec<(u8, String)> {
    let own = who.own();
    let plan = clinic.app.database.line("SELECT id AS line FROM plans");
    let all = clinic.app.store().read(|tx| reviews::reviews(tx, &own, &plan)).expect("reviews");
    all.into_iter().map(|r| (r.facts.clinic.adherence(), r.result.rules.join(" "))).collect()
}

each_backend! {
    fn an_administrator_sets_the_numbers_and_everybody_reads_them(backend) {
        let clinic = Clinic::open(backend);
        let visitor = clinic.app.visitor();
        assert!(visitor.get("/rules").words().contains("This clinic uses the numbers as they stand here"));
        let browser = eve(&clinic);
        let form = browser.get("/admin/numbers").is(200).form_to("/admin/numbers")
            .set("session_pain", "-1").set("adherence", "50").set("reason", "Dr Weaver, for our older patients");
        browser.submit(&form).goes_to("/admin/numbers");
        // The same form again stores nothing more.
        browser.submit(&form).goes_to("/admin/numbers");
        assert_eq!(clinic.app.database.count("clinic_thresholds"), 1);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'set the clinic''s numbers'"), 1);
        let page = browser.get("/admin/numbers").words();
        assert!(page.contains("below 60 % of the sessions") && page.contains("below 50 % of the sessions"), "today's and tomorrow's: {page}");
        assert!(page.contains("Dr Weaver, for our older patients") && page.contains("Eve, "), "{page}");
        assert!(visitor.get("/rules").words().contains("as they stand here"), "not before tomorrow");
        clinic.app.wait(Duration::days(1));
        let public = visitor.get("/rules").words();
        assert!(public.contains("This clinic has set") && public.contains("Pain in a session and the morning after: one point more careful."));
        assert!(!public.contains("Weaver"), "who decided is for the clinic");
    }

    fn numbers_out_of_range_are_refused_beside_their_fields_and_nothing_is_set(backend) {
        let clinic = Clinic::open(backend);
        let refused = set(&clinic, &[("adherence", "39"), ("quota_step", "much"), ("alerts_a_day", "201")]).is(422);
        assert_eq!(refused.errors(), ["Enter a whole number from 40 to 80.", "Enter a whole number from 5 to 20.", "Enter a whole number from 1 to 200."]);
        let form = refused.form_to("/admin/numbers");
        assert_eq!((form.value("adherence"), form.value("quota_step")), (Some("39"), Some("much")), "what was typed stays");
        let refused = set(&clinic, &[("adherence", "70"), ("reason", " ")]).is(422);
        assert_eq!(refused.errors(), ["Say who decided this, and why"]);
        let refused = set(&clinic, &[]).is(422);
        assert!(refused.words().contains("These are the numbers that are set already"));
        let browser = eve(&clinic);
        browser.post("/admin/numbers", &[("session_pain", "2"), ("week_pain", "-2"), ("reason", "x")]).is(422);
        assert_eq!(clinic.app.database.count("clinic_thresholds"), 0);
    }

    fn two_administrators_never_overwrite_each_other_unseen(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let stale = browser.get("/admin/numbers").form_to("/admin/numbers").set("adherence", "70").set("reason", "mine");
        set(&clinic, &[("adherence", "45")]).goes_to("/admin/numbers");
        let refused = browser.submit(&stale).is(422);
        assert!(refused.words().contains("Somebody else changed these numbers"), "{}", refused.words());
        assert_eq!(refused.form_to("/admin/numbers").value("adherence"), Some("70"), "what was typed stays");
        browser.submit(&refused.form_to("/admin/numbers")).goes_to("/admin/numbers");
        assert_eq!(clinic.app.database.lines("SELECT CAST(adherence AS TEXT) AS line FROM clinic_thresholds ORDER BY set_at, adherence"), ["45", "70"]);
    }

    fn a_week_is_judged_by_the_numbers_it_began_with_and_keeps_them(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        // Two of three sessions each week: enough at 60 %, too few at 80 %.
        let a_week = |meanwhile: &dyn Fn()| {
            let mut sessions = 0;
            for day in 0..7 {
                if day == 3 {
                    meanwhile();
                }
                sessions += u32::from(!life.today().training.is_empty());
                if sessions == 3 {
                    life.only_noted();
                    sessions += 1;
                } else {
                    life.live(GOOD);
                }
            }
            let _ = life.today();
        };
        a_week(&|| drop(set(&clinic, &[("adherence", "80")]).goes_to("/admin/numbers")));
        assert_eq!(reviewed(&clinic, &clinic.ann), [(60, "P-09".to_owned())], "set in its middle");
        a_week(&|| ());
        assert_eq!(reviewed(&clinic, &clinic.ann)[1], (80, "P-06E".to_owned()));
        let told = clinic.app.signed_in(&clinic.ann).get("/changes").words();
        assert!(told.contains("Fewer than 80 % of the exercise sessions were possible"), "{told}");
        // Set back: what was decided stays as it was, and runs again to the same end.
        set(&clinic, &[("adherence", "40")]).goes_to("/admin/numbers");
        clinic.app.wait(Duration::days(1));
        assert_eq!(reviewed(&clinic, &clinic.ann)[1], (80, "P-06E".to_owned()));
        let again = replay(clinic.app.store(), |_| Ok(())).expect("replayed");
        assert_eq!(again.differ, 0);
    }

    fn a_session_keeps_the_colour_of_the_numbers_of_its_day(backend) {
        let clinic = Clinic::open(backend);
        let own = clinic.ann.own();
        let log = || {
            record_day(clinic.app.store(), &own, clinic.app.moment().today(), Some(2), None, clinic.app.moment()).expect("kept");
            clinic.app.log_session(&clinic.ann);
        };
        log();
        set(&clinic, &[("session_pain", "-1")]).goes_to("/admin/numbers");
        clinic.app.wait(Duration::days(1));
        log();
        let today = clinic.app.moment().today();
        let colours = clinic.app.store().read(|tx| coloured(tx, &own, today - chrono::Days::new(1), today)).expect("sessions");
        // Three during with two usual.
        assert_eq!(colours.iter().map(|s| s.colour).collect::<Vec<_>>(), [Some(Colour::Green), Some(Colour::Amber)]);
    }

    fn a_schedule_is_made_with_the_clinics_largest_step_and_keeps_it(backend) {
        let clinic = Clinic::open(backend);
        set(&clinic, &[("quota_step", "5")]).goes_to("/admin/numbers");
        clinic.app.wait(Duration::days(1));
        clinic.app.start_plan(&clinic.dan);
        let inputs = clinic.app.database.lines("SELECT inputs AS line FROM plan_quotas");
        let small = inputs.iter().filter(|text| text.contains("\"most_percent\":5")).count();
        assert_eq!((inputs.len(), small), (2, 1), "Ann's was made before: {inputs:?}");
        let shown = clinic.app.signed_in(&clinic.dan).get("/plan").is(200);
        assert!(!shown.words().is_empty());
        assert_eq!(replay(clinic.app.store(), |_| Ok(())).expect("replayed").differ, 0);
    }

    fn who_is_over_the_days_number_is_ranked_and_not_dropped(backend) {
        let clinic = Clinic::open(backend);
        let zoe = clinic.app.patient_of(&clinic.ben, "Zoe");
        clinic.app.start_plan(&zoe);
        clinic.app.raise_alert(&clinic.ann);
        clinic.app.raise_alert(&zoe);
        let list = || clinic.app.signed_in(&clinic.ben).get("/pro").is(200);
        assert!(!list().words().contains("More, in order"));
        set(&clinic, &[("alerts_a_day", "1")]).goes_to("/admin/numbers");
        clinic.app.wait(Duration::days(1));
        let words = list().words();
        let at = |part: &str| words.find(part).unwrap_or_else(|| panic!("no {part:?} in {words}"));
        assert!(at("Ann") < at("More, in order") && at("More, in order") < at("Zoe"), "{words}");
        // A danger sign is shown whatever the number is.
        gradus::care::safety::check_in(clinic.app.store(), &zoe.own(), &gradus::care::safety::CheckIn {
            answers: gradus::store::reviews::CheckAnswers { danger: vec!["saddle".to_owned()], leg: false },
            psfs: vec![8, 8], rmdq: None, token: gradus::ids::fresh(),
        }, clinic.app.moment()).expect("checked");
        let words = list().words();
        let at = |part: &str| words.find(part).unwrap_or_else(|| panic!("no {part:?} in {words}"));
        assert!(at("Zoe") < at("More, in order") && at("More, in order") < at("Ann"), "{words}");
    }
}
