//! The next morning, on a page of its own: twenty seconds, whatever opened it.

use crate::support::Clinic;
use chrono::Duration;

each_backend! {
    fn the_next_morning_takes_one_number_and_one_button(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        app.log_session(&clinic.ann);
        app.wait(Duration::days(1));
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/morning").is(200);
        assert_eq!(page.heading(), "How is your pain this morning?");
        assert_eq!(page.forms().len(), 1);
        let form = page.form();
        let refused = ann.submit(&form).is(422);
        assert_eq!((refused.heading(), refused.errors()), (page.heading(), vec!["Choose a number from 0 to 10".to_owned()]));
        ann.submit(&form.clone().set("morning", "12")).is(422);
        let typed = ann.submit(&form.clone().set("morning", "3").set("sleep_hours", "many")).is(422);
        assert_eq!((typed.form().value("morning"), typed.form().value("sleep_hours")), (Some("3"), Some("many")), "what was typed stays");
        assert_eq!(app.database.count("day_records"), 0);
        let whole = form.set("morning", "3").set("stiffness", "20").set("sleep_hours", "7");
        ann.submit(&whole).goes_to("/today");
        ann.submit(&whole).goes_to("/today");
        assert_eq!((app.database.count("day_records WHERE morning = 3 AND NOT late"), app.database.count("journal_entries")), (1, 1));
        let again = ann.get("/morning").is(200);
        assert_eq!(again.form().value("morning"), Some("3"));
        assert!(again.words().contains("You can change it"));
        ann.submit(&again.form().set("morning", "4")).goes_to("/today");
        assert_eq!((app.database.count("day_records WHERE morning = 4"), app.database.count("revisions")), (1, 1));
        assert!(!ann.get("/today").words().contains("How did yesterday"));
    }

    fn yesterdays_morning_is_caught_up_with_here_too_and_marked(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        app.log_session(&clinic.ann);
        app.wait(Duration::days(2));
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/morning").is(200);
        let late = page.forms().into_iter().find(|form| form.value("on") == Some("2026-03-03")).expect("yesterday's form");
        let refused = ann.submit(&late).is(422);
        assert!(refused.words().contains("on the morning of Tuesday 3 March"), "{}", refused.words());
        assert_eq!(refused.attributes(".error-list a", "href"), ["#f-morning-before"]);
        ann.submit(&late.clone().set("on", "2026-03-02").set("morning", "5")).is(422);
        ann.submit(&late.set("morning", "5")).goes_to("/today");
        assert_eq!(app.database.count("day_records WHERE morning = 5 AND late"), 1);
        assert_eq!(ann.get("/morning").is(200).forms().len(), 1);
    }

    fn a_page_opened_before_midnight_means_the_day_it_was_opened_on(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        app.wait(Duration::hours(14) + Duration::minutes(55));
        let ann = app.signed_in(&clinic.ann);
        let today = ann.get("/today").is(200).form_to("/day").set("average", "4");
        app.wait(Duration::minutes(10));
        ann.submit(&today).goes_to("/today");
        let days = app.database.lines("SELECT CAST(on_date AS TEXT) AS line FROM day_records WHERE late");
        assert!(days.len() == 1 && days[0].starts_with("2026-03-02"), "{days:?}");
    }

    fn without_a_plan_a_reminder_leads_to_what_comes_next(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.signed_in(&clinic.app.patient("Flo")).get("/morning").goes_to("/intake");
        clinic.app.hand_in(&clinic.dan, "V20");
        clinic.app.signed_in(&clinic.dan).get("/morning").goes_to("/baseline");
        let visitor = clinic.app.visitor();
        assert_eq!(visitor.get("/morning").is(303).location(), "/sign-in?next=/morning");
    }
}
