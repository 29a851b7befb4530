//! What people want to do again, followed through: their words, their scores, goals reached and new ones.

use crate::course::Life;
use crate::support::{Clinic, Person};
use chrono::Duration;
use gradus::store::journal::EntryBody;

fn score(ann: &Person, scores: &[&str]) {
    let page = ann.get("/week").is(200);
    let mut form = page.form_to("/week").answer_all("No");
    for (n, score) in (1..).zip(scores) {
        form = form.set(&format!("score_{n}"), score);
    }
    ann.submit(&form).is(303);
}

each_backend! {
    fn a_goal_is_worded_anew_without_losing_its_scores_or_the_words_before(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.wait(Duration::minutes(1));
        let ann = clinic.app.signed_in(&clinic.ann);
        score(&ann, &["6", "3"]);
        let list = ann.get("/goals").is(200);
        assert!(list.words().contains("Tying my shoes") && list.words().contains("4 of 10 at the start, 6 on"), "{}", list.words());
        let path = list.link("Tying my shoes");
        let form = ann.get(&path).is(200).form_to(&path);
        ann.submit(&form.clone().set("wording", " ")).is(422);
        ann.submit(&form.clone().set("wording", &"x".repeat(121))).is(422);
        ann.submit(&form.clone().set("wording", "Tying my shoes standing")).goes_to("/goals");
        ann.submit(&form.set("wording", "Tying my shoes standing")).goes_to("/goals");
        let goal = ann.get(&path).is(200).words();
        assert!(goal.contains("Tying my shoes standing") && goal.contains("4 of 10 at the start, 6 on"), "{goal}");
        assert!(goal.contains("“Tying my shoes”, until"), "{goal}");
        assert_eq!(clinic.app.database.count("goal_wordings WHERE wording = 'Tying my shoes'"), 1);
        let check = ann.get("/week").words();
        assert!(check.contains("Tying my shoes standing: how well") && check.contains("Last time: 6. At the start: 4."), "{check}");
        assert!(ann.get("/plan").words().contains("Tying my shoes standing"));
        // Dan's page of it does not exist.
        clinic.app.start_plan(&clinic.dan);
        clinic.app.signed_in(&clinic.dan).get(&path).is(404);
    }

    fn a_goal_that_is_reached_is_told_calmly_and_may_be_followed_by_another(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.wait(Duration::minutes(1));
        let ann = clinic.app.signed_in(&clinic.ann);
        score(&ann, &["10", "3"]);
        let today = ann.get("/today").words();
        assert!(today.contains("You can do it again") && today.contains("It was 4 of 10 when you set out"), "{today}");
        let path = ann.get("/goals").link("Tying my shoes");
        let form = ann.get(&path).form_to(&format!("{path}/next"));
        ann.submit(&form.clone().set("wording", "")).is(422);
        ann.submit(&form.clone().set("wording", "Carrying the shopping")).goes_to("/goals");
        let list = ann.get("/goals").is(200).words();
        assert!(list.contains("Carrying the shopping") && list.contains("Goals before these") && list.contains("Reached on"), "{list}");
        assert!(!ann.get("/today").words().contains("You can do it again"));
        // Sent twice it stands once.
        ann.submit(&form.set("wording", "Carrying the shopping")).goes_to("/goals");
        assert_eq!(clinic.app.database.count("goals WHERE wording = 'Carrying the shopping'"), 1);
        ann.get(&path).is(404);
        // The others may be reached in one's own view, whatever the number.
        let film = ann.get("/goals").link("Sitting through a film");
        ann.submit(&ann.get(&film).form_to(&format!("{film}/reached"))).goes_to(&film);
        assert!(ann.get(&film).words().contains("You can do it again"));
        ann.submit(&ann.get(&film).form_to(&format!("{film}/reached"))).goes_to(&film);
        assert!(!ann.get(&film).words().contains("You can do it again"));
        // Room for a third beside them, and for no fourth.
        ann.submit(&ann.get("/goals").form_to("/goals").set("wording", "Gardening")).goes_to("/goals");
        assert!(ann.get("/goals").count("form[action='/goals']") == 0);
        ann.post("/goals", &[("wording", "Dancing")]).is(422);
    }

    fn a_new_goal_in_the_place_of_a_reached_one_is_no_step_back(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let write = || {
            for _ in 0..7 {
                app.write_entry(&clinic.ann, &EntryBody { back: Some(3), ..EntryBody::default() });
                app.wait(Duration::days(1));
            }
        };
        // Later than the intake, whose scores come first.
        app.wait(Duration::minutes(1));
        let ann = app.signed_in(&clinic.ann);
        score(&ann, &["10", "3"]);
        let path = ann.get("/goals").link("Tying my shoes");
        ann.submit(&ann.get(&path).form_to(&format!("{path}/next")).set("wording", "Running for the bus")).goes_to("/goals");
        write();
        // The mean of all falls from 6.5 to 1.5; what both checks scored is unchanged.
        score(&app.signed_in(&clinic.ann), &["0", "3"]);
        write();
        let life = Life { app, who: &clinic.ann };
        let _ = life.today();
        let weeks = app.database.lines("SELECT facts AS line FROM reviews ORDER BY week");
        let second: serde_json::Value = serde_json::from_str(&weeks[1]).expect("facts");
        assert_eq!((second["psfs"].as_f64(), second["psfs_prev"].as_f64()), (Some(3.0), Some(3.0)), "{second}");
        assert_eq!(app.database.count("reviews WHERE result LIKE '%P-05%'"), 0);
        // What both scored and lost by two is one.
        score(&app.signed_in(&clinic.ann), &["0", "1"]);
        write();
        let _ = life.today();
        assert_eq!(app.database.count("reviews WHERE result LIKE '%P-05%'"), 0, "of both goals the mean fell by one only");
    }
}
