//! Exercise days and the moment, changed from a day on: what was planned before stays as it was.

use crate::course::{GOOD, Life};
use crate::support::Clinic;
use chrono::{Duration, NaiveDate};
use gradus::care::CareError;
use gradus::care::days::{Choice, choose};
use gradus::care::facts::{Week, gather};

fn on(day: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date") + Duration::days(day)
}

/// Planned sessions of a week of Ann's plan.
fn planned(clinic: &Clinic, week: u32) -> u32 {
    let life = Life { app: &clinic.app, who: &clinic.ann };
    let plan = life.active().expect("a plan").plan;
    let facts = clinic.app.store().read(|tx| gather(tx, &clinic.ann.own(), &plan, Week::of(plan.started_on, week)));
    facts.expect("facts").planned
}

fn set(clinic: &Clinic, days: &[u8], from: i64) -> Result<(), CareError> {
    let choice = Choice { days: days.to_vec(), from: on(from), cue: "After breakfast I walk".to_owned() };
    choose(clinic.app.store(), &clinic.ann.own(), &choice, clinic.app.moment())
}

each_backend! {
    fn days_and_moment_are_changed_on_a_page_and_hold_from_a_date_on(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let page = ann.get("/plan/days").is(200);
        assert!(page.words().contains("Monday, Wednesday and Friday"), "{}", page.words());
        let form = page.form_to("/plan/days");
        assert_eq!(form.value("from"), Some("2026-03-09"), "the plan's next week is proposed");
        let moment = "When the coffee is on, in the kitchen";
        let sent = [("days", "1"), ("days", "3"), ("days", "5"), ("from", "2026-03-09"), ("cue", moment)];
        ann.post("/plan/days", &sent[..2]).is(422);
        ann.post("/plan/days", &[("days", "1"), ("days", "3"), ("from", "2026-03-09")]).is(422);
        ann.post("/plan/days", &[("days", "1"), ("days", "3"), ("days", "5"), ("from", "2026-03-01")]).is(422);
        let kept = ann.post("/plan/days", &[("days", "1"), ("days", "3"), ("days", "5"), ("from", "2026-05-01"), ("cue", moment)]).is(422);
        assert!(kept.text.contains("When the coffee is on"), "what was typed stays");
        ann.post("/plan/days", &sent).goes_to("/plan");
        ann.post("/plan/days", &sent).goes_to("/plan");
        let plan = ann.get("/plan").is(200).words();
        assert!(plan.contains("Exercises on Monday, Wednesday and Friday") && plan.contains("From Monday 9 March on: Tuesday, Thursday and Saturday"), "{plan}");
        assert!(plan.contains(moment) && ann.get("/today").words().contains(moment));
        let told = ann.get("/changes").words();
        assert!(told.contains("from Monday, Wednesday and Friday to Tuesday, Thursday and Saturday"), "{told}");
        assert_eq!(clinic.app.database.count("plan_changes WHERE subject = 'Exercise days'"), 1, "sent twice, changed once");
        clinic.app.wait(Duration::days(7));
        let ann = clinic.app.signed_in(&clinic.ann);
        assert!(ann.get("/plan").words().contains("Exercises on Tuesday, Thursday and Saturday"));
        assert!(ann.get("/today").words().contains("No exercises planned today"), "Monday is free now");
    }

    fn a_week_counts_each_day_as_it_was_planned_on_that_day(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        assert_eq!(planned(&clinic, 1), 3);
        // From Thursday on Tuesday, Thursday, Saturday and Sunday: this week keeps Monday and Wednesday.
        clinic.app.wait(Duration::days(3));
        set(&clinic, &[1, 3, 5, 6], 3).expect("set");
        assert_eq!(planned(&clinic, 1), 5, "Monday, Wednesday, Thursday, Saturday, Sunday");
        assert_eq!(planned(&clinic, 2), 4);
        clinic.app.wait(Duration::days(4));
        let _ = life.today();
        // The reviewed week stays as it was decided, whatever is chosen later.
        set(&clinic, &[0, 2, 4], 7).expect("set");
        assert_eq!((planned(&clinic, 1), planned(&clinic, 2)), (5, 3));
        assert_eq!(life.lines().iter().filter(|line| line.contains("Exercise days")).count(), 2);
    }

    fn no_choice_leaves_a_week_with_fewer_days_than_either_has(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.wait(Duration::days(1));
        // From Tuesday on Monday, Wednesday and Friday instead of the same: nothing changes. From Thursday on Monday,
        // Tuesday and Wednesday: only two days of this week would be left.
        let refused = set(&clinic, &[0, 1, 2], 3);
        assert!(matches!(&refused, Err(CareError::Refused { field: "from", message }) if message.to_string().contains("9 March")), "{refused:?}");
        set(&clinic, &[0, 1, 2], 7).expect("from the next week on");
        assert_eq!((planned(&clinic, 1), planned(&clinic, 2)), (3, 3));
        // A later choice takes the place of one that has not begun.
        set(&clinic, &[0, 2, 4, 5], 7).expect("set");
        assert_eq!(planned(&clinic, 2), 4);
    }

    fn a_plan_that_is_kept_up_has_two_days_of_ones_own_choice(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(12, GOOD);
        assert!(life.today().maintaining);
        let refused = set(&clinic, &[0, 1, 2], 84);
        assert!(matches!(&refused, Err(CareError::Refused { field: "days", message }) if message.to_string() == "Choose 2 days"), "{refused:?}");
        set(&clinic, &[2, 5], 84).expect("two days");
        assert_eq!(planned(&clinic, 13), 2);
    }
}
