//! What a plan offers after a week, and what comes of the answer.

use crate::course::{Day, GOOD, Life};
use crate::support::{Clinic, Person};
use chrono::{Datelike, Duration};

fn a_week_of_little(life: &Life) {
    (0..7).for_each(|_| life.only_noted());
    let _ = life.today();
}

/// Ann's browser; a session has run out since the last time.
fn ann(clinic: &Clinic) -> Person {
    clinic.app.signed_in(&clinic.ann)
}

fn try_today(browser: &Person, amount: &str) {
    let form = browser.get("/plan/measure").is(200).form_to("/plan/measure");
    browser.submit(&form.set("amount_1", amount)).goes_to("/plan/measure");
}

each_backend! {
    fn a_light_plan_is_measured_anew_and_takes_larger_steps_only_when_the_person_wants_them(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(3, GOOD);
        ann(&clinic).get("/plan/measure").goes_to("/plan");
        life.weeks(1, GOOD);
        let before = life.today().quotas[0].amount;
        assert!(ann(&clinic).get("/today").words().contains("Ready for larger steps?"));
        let empty = ann(&clinic);
        let refused = empty.submit(&empty.get("/plan/measure").form_to("/plan/measure")).is(422);
        assert_eq!(refused.errors(), ["Enter how much you managed"], "one message beside its field");
        // A try of before the offer is not taken.
        let early = empty.get("/plan/measure").form_to("/plan/measure").set("amount_1", "60").set("on_1", "2026-03-20");
        empty.submit(&early).is(422);
        for amount in ["24", "26"] {
            try_today(&ann(&clinic), amount);
            clinic.app.wait(Duration::days(1));
        }
        let browser = ann(&clinic);
        browser.post("/plan/measure/decide", &[("decision", "take")]).is(422);
        try_today(&browser, "25");
        let page = browser.get("/plan/measure").is(200);
        assert!(page.words().contains("On average you managed 25 minutes"), "{}", page.words());
        browser.post("/plan/measure/decide", &[("decision", "take")]).goes_to("/plan");
        assert_eq!(life.today().quotas[0].amount, 20.0, "80 % of 25; it was {before}");
        let told = browser.get("/changes").words();
        assert!(told.contains("You measured anew") && told.contains("20 minutes"), "{told}");
        // Answered: not offered again, and not decided twice.
        browser.get("/plan/measure").goes_to("/plan");
        browser.post("/plan/measure/decide", &[("decision", "take")]).goes_to("/plan");
        assert_eq!(clinic.app.database.count("offer_answers WHERE offer = 'baseline'"), 1);
    }

    fn keeping_the_plan_as_it_is_ends_the_offer_and_changes_nothing(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(4, GOOD);
        let schedule = clinic.app.database.line("SELECT schedule AS line FROM plan_quotas");
        let browser = ann(&clinic);
        try_today(&browser, "30");
        let trial = browser.get("/plan/measure").forms().into_iter().find(|f| f.action.ends_with("/remove")).expect("a try to remove");
        browser.submit(&trial).goes_to("/plan/measure");
        browser.post("/plan/measure/decide", &[("decision", "keep")]).goes_to("/plan");
        browser.get("/plan/measure").goes_to("/plan");
        assert!(!browser.get("/today").words().contains("Ready for larger steps?"));
        assert_eq!(clinic.app.database.line("SELECT schedule AS line FROM plan_quotas"), schedule);
    }

    fn two_low_weeks_offer_fewer_days_and_two_good_ones_the_way_back(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        a_week_of_little(&life);
        ann(&clinic).get("/plan/size").goes_to("/plan");
        a_week_of_little(&life);
        let browser = ann(&clinic);
        assert!(browser.get("/today").words().contains("A plan that fits your week"));
        let form = browser.get("/plan/size").is(200).form_to("/plan/size");
        let again = browser.submit(&form.clone().set("reason", "no_time")).is(422);
        assert_eq!(again.errors(), ["Choose one of the two"]);
        assert_eq!(again.form_to("/plan/size").value("reason"), Some("no_time"), "what was chosen stays");
        browser.submit(&form.set("reason", "no_time").set("size", "take")).goes_to("/plan");
        let plan = browser.get("/plan").words();
        assert!(plan.contains("two short bouts") && plan.contains("Exercises on Monday and Friday") && plan.contains("On 3 days a week"), "{plan}");
        let file = clinic.app.signed_in(&clinic.ben).get(&format!("/pro/patients/{}", clinic.ann.id())).words();
        assert!(file.contains("No time") && file.contains("smaller plan"), "{file}");
        // The smaller plan is what the next weeks are judged by.
        let from = clinic.app.moment().today();
        assert_eq!(from.weekday(), chrono::Weekday::Mon);
        life.weeks(2, GOOD);
        let planned = life.today();
        assert_eq!(planned.news.expect("a review").facts.planned, 2);
        let browser = ann(&clinic);
        assert!(browser.get("/today").words().contains("Back to all your days?"));
        let form = browser.get("/plan/size").is(200).form_to("/plan/size");
        browser.submit(&form.set("size", "take")).goes_to("/plan");
        let plan = browser.get("/plan").words();
        assert!(plan.contains("Monday, Wednesday and Friday") && plan.contains("On 5 days a week"), "{plan}");
        assert!(browser.get("/changes").words().contains("You went back to the days of before"));
        browser.get("/plan/size").goes_to("/plan");
    }

    fn keeping_what_was_gained_ends_the_smaller_plan(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        a_week_of_little(&life);
        a_week_of_little(&life);
        let browser = ann(&clinic);
        let form = browser.get("/plan/size").is(200).form_to("/plan/size");
        browser.submit(&form.set("size", "take")).goes_to("/plan");
        for _ in 0..20 {
            if life.today().maintaining {
                break;
            }
            life.weeks(1, GOOD);
        }
        assert!(life.today().maintaining);
        let browser = ann(&clinic);
        browser.get("/plan/size").goes_to("/plan");
        browser.post("/plan/size", &[("size", "take")]).goes_to("/plan");
        assert!(life.today().maintaining, "nothing changed");
        browser.post("/plan/resume", &[]).is(422);
        browser.post("/plan/resume", &[("anything_new", "no")]).goes_to("/today");
        assert!(browser.get("/plan").words().contains("Monday, Wednesday and Friday"), "all the days of before");
    }

    fn a_week_that_stepped_back_takes_the_offer_to_measure_anew_back(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(4, GOOD);
        assert!(ann(&clinic).get("/today").words().contains("Ready for larger steps?"));
        life.weeks(1, Day { pain: 6, ..GOOD });
        let _ = life.today();
        let told = ann(&clinic).get("/today").words();
        assert!(!told.contains("Ready for larger steps?"), "{told}");
        ann(&clinic).get("/plan/measure").goes_to("/plan");
    }
}
