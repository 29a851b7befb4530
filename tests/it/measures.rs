//! What the weekly check asks in some weeks only, and that what is not answered stays missing.

use crate::support::{Clinic, Form, Page};
use chrono::Duration;
use gradus::store::journal::EntryBody;

fn calm(page: &Page) -> Form {
    page.form_to("/week").answer_all("No").set("score_1", "5").set("score_2", "6")
}

each_backend! {
    fn week_four_asks_for_the_change_as_a_whole_and_may_be_left_out(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        assert!(!app.signed_in(&clinic.ann).get("/week").is(200).words().contains("how has your back changed"));
        app.wait(Duration::days(21));
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/week").is(200);
        assert!(page.words().contains("how has your back changed") && !page.words().contains("Feeling nervous"));
        ann.submit(&calm(&page)).goes_to("/today");
        assert_eq!(app.database.count("measures WHERE instrument = 'pgic'"), 0, "missing stays missing");
        ann.submit(&calm(&ann.get("/week")).set("pgic", "8")).is(422);
        let form = calm(&ann.get("/week")).set("pgic", "6");
        ann.submit(&form).goes_to("/today");
        ann.submit(&form).goes_to("/today");
        assert_eq!(app.database.lines("SELECT score AS line FROM measures WHERE instrument = 'pgic'").len(), 1);
        let file = app.signed_in(&clinic.ben).get(&format!("/pro/patients/{}", clinic.ann.id())).is(200).words();
        assert!(file.contains("much better: a change that matters"), "{file}");
    }

    fn week_six_asks_the_phq_4_whole_or_not_at_all_and_a_high_score_reaches_a_person(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        for _ in 0..5 {
            app.write_entry(&clinic.ann, &EntryBody { back: Some(3), ..EntryBody::default() });
            app.wait(Duration::days(7));
        }
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/week").is(200);
        assert!(page.words().contains("Feeling nervous") && page.words().contains("Kroenke"));
        let before = app.database.count("measures WHERE instrument = 'phq4'");
        assert_eq!(ann.submit(&calm(&page).set("gad_1", "3")).is(422).errors().len(), 3);
        ann.submit(&calm(&page)).goes_to("/today");
        assert_eq!(app.database.count("measures WHERE instrument = 'phq4'"), before);
        let all = calm(&ann.get("/week")).set("gad_1", "3").set("gad_2", "0").set("phq_1", "0").set("phq_2", "0");
        ann.submit(&all).goes_to("/today");
        assert_eq!(app.database.count("measures WHERE instrument = 'phq4'"), before + 1);
        assert_eq!(app.database.count("alerts WHERE rule = 'R86' AND resolved_at IS NULL"), 1);
    }
}
