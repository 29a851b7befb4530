//! Stored decisions run again by the built program, on both databases: none differs after weeks of a clinic's
//! life, and one that was tampered with is listed without saying whose it is.

use crate::rules_cli::program;
use crate::support::{TestApp, spawn};
use gradus::care::desk::overrides::{Judged, NewCategory, NewJudgement, judge, set_category};
use gradus::care::desk::treat;
use gradus::clinical::codes::{Category, Disposition};
use gradus::ids::{self, PatientId};
use gradus::store::DatabaseUrl;
use serde_json::{Value, json};

fn replay(app: &TestApp) -> (Vec<Value>, Value) {
    let url = match app.database.url() {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{}", path.display()),
        DatabaseUrl::Postgres(url) => url,
    };
    let output = program().args(["rules", "replay"]).env("GRADUS_DATABASE_URL", url).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let summary = lines.pop().expect("a summary");
    (lines, summary)
}

each_backend! {
    fn stored_decisions_stand_and_a_changed_one_is_listed(backend) {
        let app = spawn(backend);
        gradus::care::demo::fill(app.store(), app.now(), chrono_tz::Europe::London).expect("a clinic with a history");
        let reviews = app.database.count("reviews");
        let ann = app.patient("Ann");
        app.start_plan(&ann);
        app.look_again(&ann, true);
        // What the rules had said where a physiotherapist decided otherwise is run again too.
        let who = treat(app.store(), &app.physio("Cara").actor(), &PatientId::from(&ann.id()), app.now()).expect("nobody is in charge");
        let otherwise = NewCategory { category: Category::Load, reason: "She lifts all day, and that is it.".to_owned(), token: ids::fresh() };
        set_category(app.store(), &who, &otherwise, app.moment()).expect("set");
        let stricter = NewJudgement { level: Disposition::SameDay, wait: false, reason: "Her foot is weak today.".to_owned(), examined: None, token: ids::fresh() };
        assert_eq!(judge(app.store(), &who, &stricter, app.moment()).expect("judged"), Judged::Stopped);
        let (evaluations, looks) = (app.database.count("evaluations"), app.database.count("reclassifications"));
        let quotas = app.database.count("plan_quotas q JOIN plans p ON p.id = q.plan_id WHERE p.maintenance IS NULL");
        assert!(looks > 0 && quotas > 3, "{looks} and {quotas}");
        let all = evaluations + reviews + looks + quotas + 2;
        assert!(app.database.count("evaluations") > 3 && reviews > 10, "{reviews}");
        let (lines, summary) = replay(&app);
        assert_eq!(lines, Vec::<Value>::new());
        assert_eq!((&summary["replayed"], &summary["same"], &summary["differ"]), (&json!(all), &json!(all), &json!(0)));

        let first = |table: &str| app.database.line(&format!("SELECT MIN(id) AS line FROM {table}"));
        let (evaluation, review) = (first("evaluations"), first("reviews"));
        let asas = "SELECT result AS line FROM evaluations WHERE id = ";
        let stored: Value = serde_json::from_str(&app.database.line(&format!("{asas}'{evaluation}'"))).expect("JSON");
        let mut changed = stored.clone();
        changed["markers"] = json!(9);
        // Other words alone are no other decision.
        for rule in changed["rules"].as_array_mut().into_iter().flatten() {
            rule["reason"] = json!("in other words");
        }
        app.database.execute(&format!("UPDATE evaluations SET result = '{changed}' WHERE id = '{evaluation}'"));
        app.database.execute(&format!("UPDATE reviews SET result = 'no JSON' WHERE id = '{review}'"));
        app.database.execute("UPDATE overrides SET said = 'ROUTINE_GP' WHERE kind = 'disposition'");
        let (lines, summary) = replay(&app);
        assert_eq!(summary["differ"], json!(3));
        assert_eq!(summary["same"], json!(all - 3));
        assert_eq!(lines.len(), 3);
        assert_eq!((&lines[2]["kind"], &lines[2]["changed"]), (&json!("override"), &json!({"disposition": ["ROUTINE_GP", "CONTINUE"]})));
        assert_eq!(lines[0]["decision"], json!(evaluation));
        assert_eq!(lines[0]["changed"], json!({"markers": [9, stored["markers"]]}));
        assert_eq!((&lines[1]["decision"], &lines[1]["kind"]), (&json!(review), &json!("week")));
        let said = format!("{lines:?}");
        for person in app.database.lines("SELECT id AS line FROM users UNION SELECT name FROM users WHERE name <> '' UNION SELECT email FROM users") {
            assert!(!said.contains(&person), "{person}");
        }
    }
}
