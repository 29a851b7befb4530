//! Rules for one patient: numbers of their own, steps that wait for a physiotherapist's yes, and what other numbers would
//! have done.

use crate::course::{Day, GOOD, Life};
use crate::support::{Clinic, Page, Person};
use chrono::Duration;
use gradus::care::logging::{coloured, record_day};
use gradus::care::replay::replay;
use gradus::care::safety::{CheckIn, check_in};
use gradus::care::today::press_flare;
use gradus::clinical::codes::Colour;
use gradus::store::reviews::{self, CheckAnswers};

/// Ben's browser; a session has run out since the last time.
fn ben(clinic: &Clinic) -> Person {
    clinic.app.signed_in(&clinic.ben)
}

fn rules(clinic: &Clinic) -> String {
    format!("/pro/patients/{}/rules", clinic.ann.id())
}

/// Sends the form of Ann's rules with these fields.
fn send(clinic: &Clinic, fields: &[(&str, &str)]) -> Page {
    let (browser, path) = (ben(clinic), rules(clinic));
    let form = browser.get(&path).is(200).form_to(&path).set("reason", "Smaller steps suit your back");
    browser.submit(&fields.iter().fold(form, |form, (name, value)| form.set(name, value)))
}

fn set(clinic: &Clinic, fields: &[(&str, &str)]) {
    send(clinic, fields).goes_to(&rules(clinic));
}

/// The page of the step that waits.
fn step(clinic: &Clinic) -> String {
    let review = clinic.app.database.line("SELECT review_id AS line FROM proposals WHERE status = 'waiting'");
    format!("/pro/patients/{}/proposal/{review}", clinic.ann.id())
}

/// Everything of the plan that a week may move.
fn plan(clinic: &Clinic) -> Vec<String> {
    let db = &clinic.app.database;
    let mut all = db.lines("SELECT prescription AS line FROM plan_items WHERE removed_on IS NULL ORDER BY id");
    all.extend(db.lines("SELECT CAST(step_index AS TEXT) AS line FROM plan_quotas ORDER BY id"));
    all.extend(db.lines("SELECT CAST(phase AS TEXT) AS line FROM plans WHERE maintenance IS NULL ORDER BY id"));
    all
}

fn index(clinic: &Clinic) -> String {
    clinic.app.database.line("SELECT CAST(step_index AS TEXT) AS line FROM plan_quotas")
}

fn statuses(clinic: &Clinic) -> Vec<String> {
    clinic.app.database.lines("SELECT status AS line FROM proposals ORDER BY made_at")
}

/// Lives one week of two sessions in three.
fn two_of_three(life: &Life) {
    let mut sessions = 0;
    for _ in 0..7 {
        let trains = !life.today().training.is_empty();
        sessions += u32::from(trains);
        if trains && sessions == 3 { life.only_noted() } else { life.live(GOOD) }
    }
    let _ = life.today();
}

/// The numbers and the rules of each review.
fn reviewed(clinic: &Clinic) -> Vec<(u8, String)> {
    let own = clinic.ann.own();
    let plan = clinic.app.database.line("SELECT id AS line FROM plans");
    let all = clinic.app.store().read(|tx| reviews::reviews(tx, &own, &plan)).expect("reviews");
    all.into_iter().map(|r| (r.facts.clinic.adherence(), r.result.rules.join(" "))).collect()
}

fn nothing_differs(clinic: &Clinic) {
    assert_eq!(replay(clinic.app.store(), |_| Ok(())).expect("replayed").differ, 0);
}

/// Ann with a first good week, each step to be approved.
fn with_a_step() -> impl Fn(crate::support::Backend) -> Clinic {
    |backend| {
        let clinic = Clinic::open(backend);
        set(&clinic, &[("mode", "propose")]);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        let _ = life.today();
        clinic
    }
}

each_backend! {
    fn rules_count_from_the_next_day_and_the_patient_reads_why(backend) {
        let clinic = Clinic::open(backend);
        let (browser, path) = (ben(&clinic), rules(&clinic));
        let page = browser.get(&path).is(200);
        assert!(page.words().contains("The plan moves on by itself.") && page.words().contains("below 60 % of the sessions"), "{}", page.words());
        let form = page.form_to(&path).set("mode", "propose").set("pace", "careful").set("reason", "Smaller steps suit your back");
        browser.submit(&form).goes_to(&path);
        browser.submit(&form).goes_to(&path);
        assert_eq!(clinic.app.database.count("patient_rules"), 1, "the same form twice");
        assert_eq!(clinic.app.database.count("audit WHERE action = 'set rules for this patient'"), 1);
        let words = browser.get(&path).words();
        assert!(words.contains("From 3 March 2026 on") && words.contains("below 70 % of the sessions") && words.contains("Ben, 2 March 2026"), "{words}");
        let told = clinic.app.signed_in(&clinic.ann).get("/changes").words();
        assert!(told.contains("Pace of your plan") && told.contains("Smaller steps suit your back") && told.contains("Ben, physiotherapist"), "{told}");
        let refused = send(&clinic, &[]).is(422);
        assert!(refused.words().contains("This is how it is set already"), "{}", refused.words());
    }

    fn numbers_out_of_range_are_refused_beside_their_fields_and_kept(backend) {
        let clinic = Clinic::open(backend);
        let refused = send(&clinic, &[("pace", "own"), ("session_pain", "2"), ("adherence", "81"), ("quota_step", "much")]).is(422);
        let expected = ["Choose one point more careful, as specified, or one point more room.", "Enter a whole number from 40 to 80.", "Enter a whole number from 5 to 20."];
        assert_eq!(refused.errors(), expected);
        let form = refused.form_to(&rules(&clinic));
        assert_eq!((form.value("adherence"), form.value("quota_step"), form.value("pace")), (Some("81"), Some("much"), Some("own")));
        assert_eq!(form.value("reason"), Some("Smaller steps suit your back"), "what was typed stays");
        for reason in ["", "abc"] {
            let refused = send(&clinic, &[("pace", "room"), ("reason", reason)]).is(422);
            assert_eq!(refused.errors(), ["Write the reason in a few words: the patient reads it"]);
        }
        send(&clinic, &[("mode", "sometimes"), ("pace", "whatever")]).is(422);
        assert_eq!(clinic.app.database.count("patient_rules"), 0);
    }

    fn two_physiotherapists_never_overwrite_each_other_unseen(backend) {
        let clinic = Clinic::open(backend);
        let (browser, path) = (ben(&clinic), rules(&clinic));
        let stale = browser.get(&path).form_to(&path).set("pace", "careful").set("reason", "mine is careful");
        set(&clinic, &[("pace", "room")]);
        // Trying numbers in between is no look at what the other set.
        let tried = browser.submit(&stale.clone().set("do", "show")).is(200).form_to(&path);
        for form in [stale, tried] {
            let refused = browser.submit(&form.set("reason", "mine is careful")).is(422);
            assert!(refused.words().contains("Somebody else changed these rules"), "{}", refused.words());
            assert_eq!(refused.form_to(&path).value("pace"), Some("careful"), "what was typed stays");
        }
        assert_eq!(clinic.app.database.count("patient_rules"), 1);
    }

    fn a_week_and_a_session_are_judged_by_the_numbers_of_the_person(backend) {
        let clinic = Clinic::open(backend);
        let own = clinic.ann.own();
        record_day(clinic.app.store(), &own, clinic.app.moment().today(), Some(2), None, clinic.app.moment()).expect("kept");
        clinic.app.log_session(&clinic.ann);
        set(&clinic, &[("pace", "own"), ("session_pain", "-1"), ("adherence", "80"), ("quota_step", "5")]);
        clinic.app.wait(Duration::days(1));
        record_day(clinic.app.store(), &own, clinic.app.moment().today(), Some(2), None, clinic.app.moment()).expect("kept");
        clinic.app.log_session(&clinic.ann);
        let today = clinic.app.moment().today();
        let colours = clinic.app.store().read(|tx| coloured(tx, &own, today - chrono::Days::new(1), today)).expect("sessions");
        assert_eq!(colours.iter().map(|s| s.colour).collect::<Vec<_>>(), [Some(Colour::Green), Some(Colour::Amber)], "the day before counts as it did");
        clinic.app.wait(Duration::days(6));
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let _ = life.today();
        two_of_three(&life);
        let weeks = reviewed(&clinic);
        assert_eq!((weeks[0].0, weeks[1].0), (60, 80), "the first week began before: {weeks:?}");
        assert!(weeks[1].1.contains("P-06E"), "{weeks:?}");
        nothing_differs(&clinic);
        // Somebody else keeps the clinic's numbers.
        clinic.app.start_plan(&clinic.dan);
        let inputs = clinic.app.database.lines("SELECT inputs AS line FROM plan_quotas");
        assert!(inputs.iter().all(|text| !text.contains("most_percent")), "{inputs:?}");
    }

    fn a_schedule_is_made_with_the_persons_own_largest_step(backend) {
        let clinic = Clinic::open(backend);
        let (cleo, path) = (clinic.app.signed_in(&clinic.cleo), format!("/pro/patients/{}/rules", clinic.dan.id()));
        let page = cleo.get(&path).is(200);
        assert!(page.words().contains("There is no plan under way yet"));
        let form = page.form_to(&path).set("pace", "own").set("quota_step", "5").set("reason", "Very small steps at first");
        cleo.submit(&form).goes_to(&path);
        clinic.app.wait(Duration::days(1));
        clinic.app.start_plan(&clinic.dan);
        let inputs = clinic.app.database.lines("SELECT inputs AS line FROM plan_quotas");
        assert_eq!(inputs.iter().filter(|text| text.contains("\"most_percent\":5")).count(), 1, "{inputs:?}");
        nothing_differs(&clinic);
    }

    fn a_step_waits_and_the_plan_stays_until_it_is_approved(backend) {
        let clinic = Clinic::open(backend);
        set(&clinic, &[("mode", "propose")]);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        let before = plan(&clinic);
        let _ = life.today();
        assert_eq!((statuses(&clinic), plan(&clinic)), (vec!["waiting".to_owned()], before.clone()), "decided, and nothing of it applied");
        assert!(clinic.app.database.line("SELECT result AS line FROM reviews").contains("\"up\""), "the decision is stored as always");
        let ann = clinic.app.signed_in(&clinic.ann);
        let waits = "Your physiotherapist looks at the next step with you; the plan stays as it is until then.";
        assert!(ann.get("/today").words().contains(waits), "{}", ann.get("/today").words());
        let told = ann.get("/changes").words();
        assert!(told.contains("Week 1: your physiotherapist looks at the next step") && told.contains(waits), "{told}");

        let (browser, path) = (ben(&clinic), step(&clinic));
        assert_eq!(browser.get(&rules(&clinic)).link("A step waits for your yes"), path);
        let page = browser.get(&path).is(200);
        assert!(page.words().contains("The week went as planned") && page.words().contains("Exercise sessions: 3 done, 3 planned."), "{}", page.words());
        let shown = page.all("tbody td[data-label=Then]");
        assert!(shown.len() >= 2, "{shown:?}");
        browser.post(&path, &[]).is(422);
        let form = page.form_to(&path).choose("Your decision", "Approve");
        browser.submit(&form).goes_to(&path);
        browser.submit(&form).goes_to(&path);
        assert_eq!((statuses(&clinic), index(&clinic)), (vec!["approved".to_owned()], "1".to_owned()), "approved twice, applied once");
        let approved: Vec<String> = life.lines().into_iter().filter(|line| line.contains("(P-09 physio)")).collect();
        assert_eq!(approved.len(), shown.len() + 1, "each line that was shown, and one that heads them: {approved:?}");
        assert!(shown.iter().all(|after| approved.iter().any(|line| line.contains(after.as_str()))), "{shown:?} in {approved:?}");
        assert!(approved.iter().all(|line| line.starts_with("2026-03-09")), "from today on: {approved:?}");
        assert_ne!(plan(&clinic), before);
        let told = clinic.app.signed_in(&clinic.ann).get("/changes").words();
        assert!(told.contains("Ben, physiotherapist, after the written rules (P-09)"), "{told}");
        assert!(browser.get(&path).words().contains("Approved by Ben on 9 March 2026"));
        nothing_differs(&clinic);
    }

    fn a_declined_step_leaves_the_plan_and_the_patient_reads_the_reason(backend) {
        let clinic = with_a_step()(backend);
        let before = plan(&clinic);
        let (browser, path) = (ben(&clinic), step(&clinic));
        let form = browser.get(&path).form_to(&path).choose("Your decision", "Decline");
        assert_eq!(browser.submit(&form).is(422).errors(), ["Write the reason in a few words: the patient reads it"]);
        browser.submit(&form.clone().set("reason", "Stay here until your cold is over")).goes_to(&path);
        browser.submit(&form.clone().set("reason", "Stay here until your cold is over")).goes_to(&path);
        assert_eq!((statuses(&clinic), plan(&clinic)), (vec!["declined".to_owned()], before));
        let refused = browser.submit(&form.set("decision", "approve")).is(422);
        assert!(refused.words().contains("This step was declined already"), "{}", refused.words());
        assert_eq!(index(&clinic), "0");
        let ann = clinic.app.signed_in(&clinic.ann);
        let told = ann.get("/changes").words();
        assert!(told.contains("Your plan stays as it is for now") && told.contains("Stay here until your cold is over"), "{told}");
        assert_eq!(told.matches("Stay here until your cold is over").count(), 1);
        assert!(!ann.get("/today").words().contains("moves on by one small step"));
    }

    fn a_newer_week_lets_a_step_lapse_even_when_nobody_has_looked_yet(backend) {
        let clinic = with_a_step()(backend);
        let path = step(&clinic);
        Life { app: &clinic.app, who: &clinic.ann }.weeks(1, GOOD);
        let browser = ben(&clinic);
        // The second week has ended; approving reviews it first.
        let seen = browser.get(&path).is(200).attributes("input[name=seen]", "value").pop().unwrap_or_default();
        let refused = browser.post(&path, &[("decision", "approve"), ("seen", &seen)]).is(422);
        assert!(refused.words().contains("does not count any more"), "{}", refused.words());
        assert_eq!((statuses(&clinic), index(&clinic)), (vec!["lapsed".to_owned(), "waiting".to_owned()], "0".to_owned()));
        // Once the plan ends nothing waits.
        let end = format!("/pro/patients/{}/discharge", clinic.ann.id());
        let form = browser.get(&end).form_to(&end).set("reason", "You reached what you wanted.").set("again", "no");
        browser.submit(&form).is(303);
        assert_eq!(statuses(&clinic), ["lapsed", "lapsed"]);
    }

    fn nothing_is_approved_while_the_plan_stands_still_or_after_it_changed(backend) {
        let clinic = with_a_step()(backend);
        let (browser, path) = (ben(&clinic), step(&clinic));
        let form = browser.get(&path).form_to(&path).choose("Your decision", "Approve");
        let refused = browser.submit(&form.clone().set("seen", "something else")).is(422);
        assert!(refused.words().contains("Something has changed since this page was shown"), "{}", refused.words());
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).expect("pressed");
        let refused = browser.submit(&form).is(422);
        assert!(refused.errors()[0].contains("A flare is under way"), "{:?}", refused.errors());
        let leg = CheckIn { answers: CheckAnswers { danger: Vec::new(), leg: true }, psfs: vec![8, 8], rmdq: None, token: gradus::ids::fresh() };
        check_in(clinic.app.store(), &clinic.ann.own(), &leg, clinic.app.moment()).expect("checked");
        let refused = browser.submit(&form).is(422);
        assert!(refused.errors()[0].contains("new leg symptoms"), "{:?}", refused.errors());
        let sign = CheckIn { answers: CheckAnswers { danger: vec!["saddle".to_owned()], leg: false }, token: gradus::ids::fresh(), ..leg };
        check_in(clinic.app.store(), &clinic.ann.own(), &sign, clinic.app.moment()).expect("checked");
        let refused = browser.submit(&form).is(422);
        assert!(refused.errors()[0].contains("The plan is paused"), "{:?}", refused.errors());
        assert_eq!((statuses(&clinic), index(&clinic)), (vec!["waiting".to_owned()], "0".to_owned()));
    }

    fn what_eases_or_stops_and_every_alert_acts_at_once(backend) {
        let clinic = with_a_step()(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let (browser, path) = (ben(&clinic), step(&clinic));
        browser.submit(&browser.get(&path).form_to(&path).choose("Your decision", "Approve")).goes_to(&path);
        assert_eq!(index(&clinic), "1");
        // Two points more pain: a step back (P-05).
        life.weeks(1, Day { pain: 4, ..GOOD });
        let _ = life.today();
        assert_eq!((index(&clinic), statuses(&clinic)), ("0".to_owned(), vec!["approved".to_owned()]));
        assert!(life.lines().iter().any(|line| line.ends_with("(P-05)")), "{}", life.lines().join("\n"));
        // Three weeks without a session: as many alerts as ever.
        for _ in 0..21 {
            life.only_noted();
        }
        let _ = life.today();
        assert_eq!(clinic.app.database.count("alerts WHERE rule = 'P-06'"), 1);
        // Pain shoots up: the flare plan begins.
        life.weeks(1, Day { pain: 7, ..GOOD });
        let _ = life.today();
        assert_eq!(clinic.app.database.count("flares"), 1);
        nothing_differs(&clinic);
    }

    fn other_numbers_are_tried_on_the_last_weeks_and_nothing_is_saved(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        life.weeks(1, Day { pain: 3, ..GOOD });
        let _ = life.today();
        let (before, changes) = (plan(&clinic), clinic.app.database.count("plan_changes"));
        let tried = send(&clinic, &[("pace", "own"), ("week_pain", "-1"), ("adherence", "60"), ("reason", ""), ("do", "show")]).is(200);
        let words = tried.words();
        // One point more pain in the second week: a step back at one point, none at two.
        assert!(words.contains("In 1 of 2 weeks the plan would have stepped back instead of moving on."), "{words}");
        assert_eq!(tried.all("#simulated ~ .table-wrap tbody tr").len(), 2);
        assert!(words.contains("2 weeks of your patients were reviewed in the last 6 weeks. They raised 0 alerts"), "{words}");
        assert_eq!(tried.form_to(&rules(&clinic)).value("week_pain"), Some("-1"), "what was typed stays");
        // With one point less in a session every session of the second week would have been amber or green as it is told.
        let same = send(&clinic, &[("pace", "clinic"), ("do", "show")]).is(200);
        assert!(same.words().contains("With these numbers nothing would have gone another way in 2 weeks."), "{}", same.words());
        let asked = send(&clinic, &[("pace", "clinic"), ("mode", "propose"), ("do", "show")]).is(200);
        assert!(asked.words().contains("A step would have waited for your yes in 2 of 2 weeks."), "{}", asked.words());
        assert_eq!((clinic.app.database.count("patient_rules"), clinic.app.database.count("plan_changes")), (0, changes));
        assert_eq!(plan(&clinic), before);
        send(&clinic, &[("pace", "own"), ("adherence", "99"), ("do", "show")]).is(422);
    }

    fn an_administrator_sees_how_many_alerts_other_numbers_would_have_raised_and_no_name(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let show = |fields: &[(&str, &str)]| {
            let eve = clinic.app.signed_in(&clinic.eve);
            let form = eve.get("/admin/numbers").is(200).form_to("/admin/numbers").set("reason", "Dr Weaver, for everybody");
            eve.submit(&fields.iter().fold(form, |form, (name, value)| form.set(name, value)))
        };
        show(&[("adherence", "80"), ("do", "save")]).goes_to("/admin/numbers");
        (0..4).for_each(|_| two_of_three(&life));
        assert_eq!(clinic.app.database.count("alerts WHERE rule = 'P-06'"), 1, "{:?}", reviewed(&clinic));
        let tried = show(&[("adherence", "60"), ("reason", ""), ("do", "show")]).is(200);
        let words = tried.words();
        assert!(words.contains("4 weeks in the clinic were reviewed in the last 6 weeks. They raised 1 alert, 0.2 a week; with these numbers it would have been 0 alerts, 0 a week."), "{words}");
        assert!(!words.contains("Ann"), "counts alone");
        assert_eq!(tried.form_to("/admin/numbers").value("adherence"), Some("60"));
        assert_eq!(clinic.app.database.count("clinic_thresholds"), 1);
        // Somebody with numbers of their own is judged by them, whatever the clinic sets.
        set(&clinic, &[("pace", "own"), ("adherence", "80")]);
        clinic.app.database.execute("UPDATE patient_rules SET effective_on = '2026-03-01'");
        assert!(show(&[("adherence", "60"), ("do", "show")]).words().contains("it would have been 1 alert"));
    }
}
