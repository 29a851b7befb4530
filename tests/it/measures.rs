//! What is due besides the weekly check: at the right time, once, and "not now" respected; what is not answered
//! stays missing.

use crate::support::{Clinic, Form, Page, Person, TestApp};
use chrono::Duration;
use gradus::store::journal::EntryBody;

fn calm(page: &Page) -> Form {
    page.form_to("/week").answer_all("No").set("score_1", "5").set("score_2", "6")
}

fn kept(app: &TestApp, instrument: &str) -> usize {
    app.database.lines(&format!("SELECT instrument AS line FROM measures WHERE instrument = '{instrument}'")).len()
}

/// Some weeks in which the diary is kept, so that the plan goes on.
fn weeks(clinic: &Clinic, count: usize) {
    for _ in 0..count {
        clinic.app.write_entry(&clinic.ann, &EntryBody { back: Some(3), ..EntryBody::default() });
        clinic.app.wait(Duration::days(7));
    }
}

/// Answers the measure that is shown.
fn answer(person: &Person, instrument: &str, fields: &[(&str, &str)]) -> Page {
    let form = person.get("/measures").is(200).form_to("/measures");
    assert_eq!(form.value("instrument"), Some(instrument));
    person.submit(&fields.iter().fold(form, |form, (name, value)| form.set(name, value)))
}

each_backend! {
    fn week_four_leads_from_the_check_to_what_is_due_one_after_the_other(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        // Later than the intake, whose scores come first.
        app.wait(Duration::minutes(1));
        let ann = app.signed_in(&clinic.ann);
        ann.get("/measures").goes_to("/today");
        ann.submit(&calm(&ann.get("/week").is(200))).goes_to("/today");
        weeks(&clinic, 3);
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/week").is(200);
        assert!(page.words().contains("2 short sets of questions follow") && page.words().contains("Last time: 5. At the start: 4."), "{}", page.words());
        let form = calm(&page);
        ann.submit(&form).goes_to("/measures");
        ann.submit(&form).goes_to("/measures");
        assert_eq!(kept(app, "psfs"), 3, "posted twice, kept once");
        let shown = ann.get("/measures").is(200).words();
        assert!(shown.contains("Asked in weeks 4, 8 and 12") && shown.contains("Roland"), "{shown}");
        let rmdq = ann.get("/measures").form_to("/measures");
        assert_eq!(kept(app, "rmdq"), 1);
        ann.submit(&rmdq).goes_to("/measures");
        ann.submit(&rmdq).goes_to("/measures");
        assert_eq!(kept(app, "rmdq"), 2, "a page that was sent without a tick is a score, and is kept once");
        assert!(ann.get("/measures").is(200).words().contains("how has your back changed"));
        assert_eq!(answer(&ann, "pgic", &[]).is(422).errors().len(), 1);
        answer(&ann, "pgic", &[("pgic", "8")]).is(422);
        assert_eq!(kept(app, "pgic"), 0, "missing stays missing");
        answer(&ann, "pgic", &[("pgic", "6")]).goes_to("/today");
        ann.get("/measures").goes_to("/today");
        ann.post("/measures", &[("instrument", "pgic"), ("pgic", "1")]).goes_to("/measures");
        assert_eq!(kept(app, "pgic"), 1);
        let file = app.signed_in(&clinic.ben).get(&format!("/pro/patients/{}", clinic.ann.id())).is(200).words();
        assert!(file.contains("much better: a change that matters"), "{file}");
    }

    fn not_now_is_respected_for_three_days_and_nothing_is_lost(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        weeks(&clinic, 3);
        let ann = app.signed_in(&clinic.ann);
        assert!(!ann.get("/today").words().contains("A few questions wait"), "they follow the check of the week");
        ann.submit(&calm(&ann.get("/week"))).goes_to("/measures");
        ann.submit(&ann.get("/measures").form_to("/measures/later")).goes_to("/today");
        ann.get("/measures").goes_to("/today");
        assert!(!ann.get("/today").words().contains("A few questions wait"));
        app.wait(Duration::days(2));
        app.signed_in(&clinic.ann).get("/measures").goes_to("/today");
        app.wait(Duration::days(1));
        let ann = app.signed_in(&clinic.ann);
        assert!(ann.get("/today").words().contains("A few questions wait"), "{}", ann.get("/today").words());
        answer(&ann, "rmdq", &[("rmdq", "rmdq_01")]).goes_to("/measures");
        // Broken off here: what was answered is not asked again.
        app.wait(Duration::days(5));
        let ann = app.signed_in(&clinic.ann);
        assert_eq!(ann.get("/measures").is(200).form_to("/measures").value("instrument"), Some("pgic"));
        app.wait(Duration::days(20));
        let ann = app.signed_in(&clinic.ann);
        assert_eq!(kept(app, "rmdq"), 2);
        assert!(ann.open("/measures").words().is_empty() || kept(app, "pgic") == 0);
    }

    fn week_six_asks_the_phq_4_whole_or_not_at_all_and_a_high_score_reaches_a_person(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        weeks(&clinic, 5);
        let ann = app.signed_in(&clinic.ann);
        ann.get("/measures/after").goes_to("/today");
        answer(&ann, "rmdq", &[]).goes_to("/measures");
        answer(&ann, "pgic", &[("pgic", "4")]).goes_to("/measures");
        let page = ann.get("/measures").is(200);
        assert!(page.words().contains("Feeling nervous") && page.words().contains("Kroenke") && page.words().contains("low mood"));
        let before = kept(app, "phq4");
        assert_eq!(answer(&ann, "phq4", &[("gad_1", "3")]).is(422).errors().len(), 3);
        assert_eq!(kept(app, "phq4"), before);
        let all = [("gad_1", "3"), ("gad_2", "0"), ("phq_1", "0"), ("phq_2", "0")];
        answer(&ann, "phq4", &all).goes_to("/measures/after");
        assert_eq!(kept(app, "phq4"), before + 1);
        assert_eq!(app.database.count("alerts WHERE rule = 'R86' AND resolved_at IS NULL"), 1);
        let after = ann.get("/measures/after").is(200).words();
        assert!(after.contains("Your clinic has been told") && after.contains("999") && !after.contains("GP and tell them"), "{after}");
    }

    fn the_highest_scores_of_worry_and_low_mood_show_crisis_contacts_and_the_gp(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        weeks(&clinic, 5);
        let ann = app.signed_in(&clinic.ann);
        answer(&ann, "rmdq", &[]).goes_to("/measures");
        answer(&ann, "pgic", &[("pgic", "2")]).goes_to("/measures");
        answer(&ann, "phq4", &[("gad_1", "3"), ("gad_2", "2"), ("phq_1", "2"), ("phq_2", "2")]).goes_to("/measures/after");
        assert_eq!(app.database.count("alerts WHERE rule = 'R85' AND resolved_at IS NULL"), 1);
        let after = ann.get("/measures/after").is(200).words();
        assert!(after.contains("make an appointment with your GP") && after.contains("ending your life"), "{after}");
        assert!(ann.get("/today").is(200).count(".card-next") == 1, "the plan may run");
    }
}
