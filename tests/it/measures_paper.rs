//! Questionnaires that come on paper.

use crate::support::{Clinic, Form, Page, Person};
use chrono::Duration;

struct Paper {
    clinic: Clinic,
    path: String,
}

impl Paper {
    /// Two weeks after Ann joined.
    fn open(backend: crate::support::Backend) -> Self {
        let clinic = Clinic::open(backend);
        clinic.app.wait(Duration::days(14));
        let path = format!("/pro/patients/{}/measures", clinic.ann.id());
        Self { clinic, path }
    }

    fn ben(&self) -> Person {
        self.clinic.app.signed_in(&self.clinic.ben)
    }

    fn form(&self, ben: &Person, instrument: &str) -> Form {
        ben.get(&format!("{}?instrument={instrument}", self.path)).is(200).form_to(&self.path).set("on", "2026-03-10")
    }

    fn send(&self, instrument: &str, fields: &[(&str, &str)]) -> Page {
        let ben = self.ben();
        ben.submit(&fields.iter().fold(self.form(&ben, instrument), |form, (name, value)| form.set(name, value)))
    }

    fn kept(&self, instrument: &str) -> Vec<String> {
        let of = format!("instrument = '{instrument}' AND entered_by = '{}' AND on_date = '2026-03-10'", self.clinic.ben.id());
        self.clinic.app.database.lines(&format!("SELECT CAST(score AS TEXT) AS line FROM measures WHERE {of}"))
    }
}

each_backend! {
    fn each_questionnaire_is_keyed_in_as_it_is_asked_and_marked(backend) {
        let paper = Paper::open(backend);
        let choice = paper.ben().get(&paper.path).is(200).words();
        assert!(choice.contains("PHQ-4") && choice.contains("Roland-Morris") && choice.contains("Patient-Specific"), "{choice}");
        let page = paper.ben().get(&format!("{}?instrument=phq4", paper.path)).is(200).words();
        assert!(page.contains("Kroenke") && page.contains("Feeling nervous"), "the licence line stands with it: {page}");
        paper.send("rmdq", &[("rmdq", "rmdq_01")]).goes_to(&paper.path);
        paper.send("psfs", &[("score_1", "6"), ("score_2", "7")]).goes_to(&paper.path);
        paper.send("nprs", &[("nprs_avg", "4")]).goes_to(&paper.path);
        paper.send("pgic", &[("pgic", "6")]).goes_to(&paper.path);
        paper.send("phq4", &[("gad_1", "3"), ("gad_2", "1"), ("phq_1", "0"), ("phq_2", "0")]).goes_to(&paper.path);
        let score = |of: &str| paper.kept(of).iter().map(|s| s.parse::<f64>().expect("a number")).collect::<Vec<_>>();
        assert_eq!(["rmdq", "psfs", "nprs", "pgic", "phq4"].map(score), [vec![1.0], vec![6.5], vec![4.0], vec![6.0], vec![4.0]]);
        assert_eq!(paper.clinic.app.database.count("alerts WHERE rule = 'R86'"), 1, "a score that calls for a person reaches one");
        assert!(paper.ben().get(&paper.path).words().contains("entered from paper by Ben"));
        let file = paper.ben().get(&format!("/pro/patients/{}", paper.clinic.ann.id())).is(200).words();
        assert!(file.contains("entered from paper by Ben"), "{file}");
        let ann = paper.clinic.app.signed_in(&paper.clinic.ann).get("/progress").is(200).words();
        assert!(ann.contains("10 March 2026, entered from paper by Ben"), "{ann}");
    }

    fn a_goal_that_the_paper_does_not_have_stays_missing(backend) {
        let paper = Paper::open(backend);
        paper.send("psfs", &[]).is(422);
        paper.send("psfs", &[("score_2", "9")]).goes_to(&paper.path);
        assert_eq!(paper.kept("psfs").len(), 1);
        let goals = paper.clinic.app.signed_in(&paper.clinic.ann).get("/goals").is(200).words();
        assert!(goals.contains("9"), "{goals}");
    }

    fn a_day_has_one_score_and_the_same_paper_twice_is_one(backend) {
        let paper = Paper::open(backend);
        let ben = paper.ben();
        let sent = paper.form(&ben, "nprs").set("nprs_avg", "4");
        ben.submit(&sent).goes_to(&paper.path);
        ben.submit(&sent).goes_to(&paper.path);
        assert_eq!(paper.kept("nprs").len(), 1);
        let refused = paper.send("nprs", &[("nprs_avg", "5")]).is(422);
        assert!(refused.errors()[0].contains("for this day already"), "{:?}", refused.errors());
        assert_eq!(refused.form_to(&paper.path).value("nprs_avg"), Some("5"), "what was typed stays");
        assert_eq!(paper.kept("nprs").len(), 1);
    }

    fn the_date_must_fit_and_strangers_key_in_nothing(backend) {
        let paper = Paper::open(backend);
        for (on, says) in [("2026-03-17", "still to come"), ("2026-03-01", "joined after"), ("", "Enter the date")] {
            let refused = paper.send("nprs", &[("nprs_avg", "4"), ("on", on)]).is(422);
            assert!(refused.errors()[0].contains(says), "{:?}", refused.errors());
        }
        paper.clinic.app.wait(Duration::days(100));
        let refused = paper.send("nprs", &[("nprs_avg", "4")]).is(422);
        assert!(refused.errors()[0].contains("twelve weeks"), "{:?}", refused.errors());
        assert_eq!(paper.clinic.app.database.count("measures WHERE entered_by IS NOT NULL"), 0);
        let cleo = paper.clinic.app.signed_in(&paper.clinic.cleo);
        cleo.get(&paper.path).is(404);
        cleo.post(&paper.path, &[("instrument", "nprs"), ("nprs_avg", "4"), ("on", "2026-03-10")]).is(404);
    }
}
