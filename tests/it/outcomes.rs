//! What the clinic's plans came to: a known small clinic counted rightly, and no group from which somebody could be told.

use crate::support::{Backend, Clinic, Page, TestApp, spawn};
use gradus::ids;

/// Puts somebody with a plan into the record as it would stand after a year, by the statements of a loader: each is a
/// person of their own.
struct Loader<'a> {
    app: &'a TestApp,
    /// Somebody whose plan is copied.
    model: String,
}

/// One person of the known clinic.
#[derive(Clone, Copy)]
struct Known<'a> {
    started: &'a str,
    /// Day and reason of the end.
    ended: Option<(&'a str, &'a str)>,
    /// A day with a journal's pain number.
    wrote: Option<&'a str>,
    /// RMDQ at the start and later, with the day of the later one.
    rmdq: Option<(i32, i32)>,
    event: bool,
}

const PLAIN: Known = Known { started: "2025-01-10", ended: None, wrote: None, rmdq: None, event: false };

impl Loader<'_> {
    fn add(&self, known: Known) {
        let (user, plan) = (ids::fresh(), ids::fresh());
        let sql = |text: String| self.app.database.execute(&text);
        sql(format!(
            "INSERT INTO users (id, email, name, password_hash, is_patient, is_physio, is_admin, time_zone, created_at, password_changed_at, language) \
             SELECT '{user}', '{user}@example.org', '{user}', '', is_patient, is_physio, is_admin, time_zone, created_at, password_changed_at, language FROM users WHERE id = '{}'",
            self.model
        ));
        let (status, on, reason) = match known.ended {
            Some((on, reason)) => ("ended", format!("'{on}'"), format!("'{reason}'")),
            None => ("active", "NULL".to_owned(), "NULL".to_owned()),
        };
        sql(format!(
            "INSERT INTO plans (id, patient_id, intake_id, status, category, stage, phase, facts, training_days, cue, ruleset_version, agreed_at, started_on, ended_on, end_reason) \
             SELECT '{plan}', '{user}', intake_id, '{status}', category, stage, phase, facts, training_days, cue, ruleset_version, agreed_at, '{}', {on}, {reason} FROM plans WHERE patient_id = '{}'",
            known.started, self.model
        ));
        if let Some(on) = known.wrote {
            sql(format!(
                "INSERT INTO day_records (patient_id, on_date, average, recorded_at, late) VALUES ('{user}', '{on}', 3, '2025-01-01 00:00:00', FALSE)"
            ));
        }
        if let Some((first, later)) = known.rmdq {
            for (on, score) in [(known.started, first), ("2025-03-01", later)] {
                sql(format!(
                    "INSERT INTO measures (id, patient_id, instrument, on_date, score, items, recorded_at) VALUES ('{}', '{user}', 'rmdq', '{on}', {score}, '[]', '2025-01-01 00:00:00')",
                    ids::fresh()
                ));
            }
        }
        if known.event {
            sql(format!(
                "INSERT INTO adverse_events (id, patient_id, exercise, happened_on, description, severity, opened_at, outcome, token) VALUES ('{0}', '{user}', '', '2025-02-01', 'x', 'mild', '2025-02-01 00:00:00', '', '{0}')",
                ids::fresh()
            ));
        }
    }
}

/// Twenty people who began in the first quarter of 2025, and nobody else; today is 2 March 2026.
fn known_clinic(backend: Backend) -> TestApp {
    let app = spawn(backend);
    let model = app.patient("Model");
    app.start_plan(&model);
    app.physio("Ben");
    let loader = Loader { app: &app, model: model.id().as_str().to_owned() };
    for n in 0..20 {
        loader.add(Known {
            ended: match n {
                0..=6 => Some(("2025-12-01", "finished")),
                7..=12 => Some(("2025-06-01", "lapsed")),
                _ => None,
            },
            // Day 30 is 9 February: the last day that counts, the first, and one too early.
            wrote: Some(match n {
                0..=5 => "2025-02-09",
                6..=11 => "2025-01-27",
                _ => "2025-01-26",
            }),
            // Six matter (5 points, or 30 %), five do not, nine have no later score.
            rmdq: match n {
                0..=2 => Some((16, 11)),
                3..=5 => Some((10, 7)),
                6..=10 => Some((16, 12)),
                _ => None,
            },
            event: n < 7,
            ..PLAIN
        });
    }
    // The model was only there to be copied.
    app.database.execute("UPDATE plans SET end_reason = 'replaced' WHERE patient_id IN (SELECT id FROM users WHERE name = 'Model')");
    app
}

fn shown(app: &TestApp) -> Page {
    app.signed_in(&app.somebody("ben@example.org")).get("/pro/outcomes").is(200)
}

fn csv(app: &TestApp) -> String {
    let file = app.signed_in(&app.somebody("ben@example.org")).get("/pro/outcomes.csv").is(200);
    assert!(
        file.header("content-type").starts_with("text/csv")
            && file.header("content-disposition").contains("gradus-outcomes-2026-03-02.csv")
    );
    file.text
}

each_backend! {
    fn a_known_clinic_is_counted_rightly(backend) {
        let app = known_clinic(backend);
        let words = shown(&app).words();
        for part in [
            "20 plans began since 1 January 2025",
            "after 30 days: 12 of 20 (60 %)",
            "After six months: 0 of 20 (0 %)",
            "Ended with the way back open: 7",
            "Ended after four silent weeks: 6",
            "With a first and a later score: 11. Mean change in points: 4 better. Better by as much as matters: 6 of 11 (55 %)",
            "People with an adverse event during their plan: 7 of 20 (35 %)",
            "January to March 2025",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
        let file = csv(&app);
        for line in [
            "group,from,to,fact,value,of",
            "quarter,2025-01-01,2025-03-31,plans_started,20,20",
            "all,2025-01-01,2025-03-31,active_after_30_days,12,20",
            "all,2025-01-01,2025-03-31,plan_lapsed,6,20",
            "all,2025-01-01,2025-03-31,rmdq_mean_gain,4.00,11",
            "all,2025-01-01,2025-03-31,rmdq_change_that_matters,6,11",
            "all,2025-01-01,2025-03-31,people_with_an_adverse_event,7,20",
        ] {
            assert!(file.lines().any(|said| said.trim_start_matches('\u{feff}') == line), "{line}: {file}");
        }
    }

    fn whoever_took_back_that_the_clinic_sees_their_record_is_counted_no_more(backend) {
        let app = known_clinic(backend);
        // Two of the seven whose plan ended with the way back open.
        let ended = app.database.lines("SELECT patient_id AS line FROM plans WHERE end_reason = 'finished' ORDER BY patient_id");
        for (user, withdrawn) in [(&ended[0], "'2026-02-01 08:00:00'"), (&ended[1], "'2026-02-01 08:00:00'"), (&ended[2], "NULL")] {
            app.database.execute(&format!(
                "INSERT INTO consents (id, user_id, purpose, version, given_at, withdrawn_at) \
                 VALUES ('{user}', '{user}', 'share_clinic', '2025-01', '2025-01-10 08:00:00', {withdrawn})"
            ));
        }
        let words = shown(&app).words();
        assert!(words.contains("18 plans began since 1 January 2025") && words.contains("Ended with the way back open: 5"), "{words}");
    }

    fn a_small_group_is_not_shown_and_not_to_be_worked_out(backend) {
        let app = known_clinic(backend);
        let model = app.somebody("model@example.org").id().as_str().to_owned();
        let loader = Loader { app: &app, model };
        // Three more in the next quarter: neither they nor the twenty stand beside the total.
        for n in 0..3 {
            loader.add(Known { started: "2025-05-01", event: n == 0, ..PLAIN });
        }
        let page = shown(&app);
        let rows: Vec<String> = page.all("section:first-of-type tbody tr");
        assert!(rows[0].ends_with("not shown") && rows[1].ends_with("fewer than 5") && rows[2].ends_with("23"), "{rows:?}");
        let file = csv(&app);
        let small: Vec<&str> = file.lines().filter(|line| line.contains("2025-04-01,2025-06-30") && line.starts_with("quarter")).collect();
        assert!(small.len() > 10, "{file}");
        for line in small {
            assert!(line.contains("fewer than 5") || line.contains("not shown"), "{line}");
        }
        assert!(file.lines().filter(|line| line.starts_with("quarter,2025-01-01")).all(|line| line.contains("not shown") || line.contains("fewer than 5")), "{file}");
    }

    fn a_clinic_without_plans_says_so_and_only_physiotherapists_ask(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.database.execute("UPDATE plans SET end_reason = 'replaced'");
        let ben = clinic.app.signed_in(&clinic.ben);
        assert!(ben.get("/pro/outcomes").is(200).words().contains("No plan has begun yet"));
        ben.get("/pro/outcomes.csv").is(200);
        clinic.app.signed_in(&clinic.eve).get("/pro/outcomes").is(404);
        clinic.app.signed_in(&clinic.ann).get("/pro/outcomes.csv").is(404);
    }

    fn one_person_of_one_is_never_shown(backend) {
        let clinic = Clinic::open(backend);
        let page = clinic.app.signed_in(&clinic.ben).get("/pro/outcomes").is(200);
        assert!(page.all("td").iter().all(|cell| ["fewer than 5", "not shown"].contains(&cell.as_str())), "{:?}", page.all("td"));
    }
}
