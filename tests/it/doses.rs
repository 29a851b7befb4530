//! Doses for a day alone, from a day on, and for the whole plan.

use crate::course::Life;
use crate::support::{Clinic, Form, Person};
use chrono::{Duration, NaiveDate};
use gradus::care::review::run_all;
use gradus::care::standing::{Standing, standing};
use gradus::care::today::{Today, press_flare, today};
use gradus::clinical::plan::Level;
use gradus::store::plans::PlanItem;

/// Wednesday of the first week, a training day.
fn wednesday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 4).unwrap()
}

/// What a day asks of Ann as things stand.
fn day(clinic: &Clinic, on: NaiveDate) -> Today {
    let own = clinic.ann.own();
    let Standing::Active(active) = clinic.app.store().read(|tx| standing(tx, &own, clinic.app.moment().today())).unwrap() else {
        panic!("a plan is under way");
    };
    clinic.app.store().read(|tx| today(tx, &own, &active, on)).unwrap()
}

/// An exercise that Wednesday trains, with its page.
fn item(clinic: &Clinic) -> (PlanItem, String) {
    let exercise = day(clinic, wednesday()).training[0].exercise.clone();
    let item = clinic.app.plan_items(&clinic.ann).into_iter().find(|item| item.prescription.exercise == exercise).unwrap();
    let path = format!("/pro/patients/{}/items/{}", clinic.ann.id(), item.id);
    (item, path)
}

fn form(ben: &Person, path: &str, (scope, on): (&str, &str), level: &str) -> Form {
    let form = ben.get(path).is(200).form_to(path);
    form.set("scope", scope).set("on", on).set("level", level).set("reason", "Long drive on that day")
}

/// The form in which a day shows an exercise; `None` where it does not.
fn level(of: &Today, item: &PlanItem) -> Option<Level> {
    of.training.iter().find(|shown| shown.exercise == item.prescription.exercise).map(|shown| shown.level)
}

fn base(clinic: &Clinic, item: &PlanItem) -> Level {
    clinic.app.plan_items(&clinic.ann).into_iter().find(|other| other.id == item.id).unwrap().prescription.level
}

each_backend! {
    fn a_dose_for_one_day_holds_on_that_day_alone(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (item, path) = item(&clinic);
        let set = form(&ben, &path, ("day", "2026-03-04"), "easier");
        ben.submit(&set).is(303);
        ben.submit(&set).is(303);
        assert_eq!(clinic.app.database.count("day_doses"), 1);
        assert_eq!(clinic.app.database.count("plan_changes WHERE rule = 'physio'"), 1, "the same form twice sets it once");
        let ann = clinic.app.signed_in(&clinic.ann);
        let plan = ann.get("/plan").is(200).words();
        assert!(plan.contains("Only on Wednesday 4 March: ") && plan.contains("easier form. Long drive on that day"), "{plan}");
        assert_ne!(level(&day(&clinic, clinic.app.moment().today()), &item), Some(Level::Easier), "not today");
        // A sheet of the week says it for that day.
        let code = clinic.app.print_sheet(&clinic.ann);
        let sheet = ann.get(&format!("/sheet/{code}")).is(200).words();
        assert!(sheet.contains("easier form"), "{sheet}");
        assert!(ben.get(&path).words().contains("Only on Wednesday 4 March: "));

        clinic.app.wait(Duration::days(2));
        assert_eq!(level(&day(&clinic, wednesday()), &item), Some(Level::Easier));
        let ann = clinic.app.signed_in(&clinic.ann);
        assert!(ann.get("/today").is(200).words().contains("easier form"));
        assert!(ann.get("/today/session").is(200).words().contains("easier form"));
        assert_eq!(base(&clinic, &item), Level::Standard, "the plan itself has its usual form");
        for later in 1..14 {
            let on = wednesday() + chrono::Days::new(later);
            assert!(level(&day(&clinic, on), &item).is_none_or(|level| level == Level::Standard), "{on}");
        }
    }

    fn a_dose_from_a_later_day_begins_once_with_its_line_and_its_author(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (item, path) = item(&clinic);
        let set = form(&ben, &path, ("from", "2026-03-04"), "easier");
        ben.submit(&set).is(303);
        ben.submit(&set).is(303);
        assert_eq!(clinic.app.database.count("planned_doses"), 1);
        let plan = clinic.app.signed_in(&clinic.ann).get("/plan").words();
        assert!(plan.contains("From 4 March: ") && plan.contains("Long drive on that day"), "{plan}");
        run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        assert_eq!(base(&clinic, &item), Level::Standard, "not before its day");
        clinic.app.wait(Duration::days(2));
        for _ in 0..3 {
            run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        }
        assert_eq!(base(&clinic, &item), Level::Easier);
        assert_eq!(clinic.app.database.count("plan_changes WHERE rule = 'physio'"), 1);
        assert_eq!(clinic.app.database.count("planned_doses WHERE settled_at IS NULL"), 0);
        assert_eq!(clinic.app.database.count("plan_versions"), 2, "before and after");
        let changes = clinic.app.signed_in(&clinic.ann).get("/changes").words();
        assert!(changes.contains("Long drive on that day") && changes.contains("Ben, physiotherapist"), "{changes}");
        assert!(!clinic.app.signed_in(&clinic.ann).get("/plan").words().contains("From 4 March"));
    }

    fn looking_begins_it_too_and_it_is_not_the_patients_decision(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (item, path) = item(&clinic);
        ben.submit(&form(&ben, &path, ("from", "2026-03-04"), "harder")).is(303);
        clinic.app.wait(Duration::days(2));
        let changes = clinic.app.signed_in(&clinic.ann).get("/changes").is(200).words();
        assert_eq!(base(&clinic, &item), Level::Harder);
        assert!(changes.contains("Ben, physiotherapist"), "{changes}");
    }

    fn a_planned_dose_is_taken_back_or_lapses_with_its_exercise(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (_, path) = item(&clinic);
        ben.submit(&form(&ben, &path, ("from", "2026-03-05"), "easier")).is(303);
        let back = ben.get(&path).is(200).form_to(&format!("{path}/back"));
        ben.submit(&back).goes_to(&path);
        assert_eq!(ben.submit(&back).is(422).errors(), ["It is taken back already, or it has begun"]);
        assert!(!ben.get(&path).words().contains("Set for later"));
        ben.submit(&form(&ben, &path, ("from", "2026-03-05"), "easier")).is(303);
        clinic.app.database.execute("UPDATE plan_items SET removed_on = '2026-03-03'");
        clinic.app.wait(Duration::days(4));
        run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        assert_eq!(clinic.app.database.count("planned_doses WHERE settled_at IS NULL"), 0);
        assert_eq!(clinic.app.database.count("plan_changes WHERE rule = 'physio'"), 0);
    }

    fn the_whole_plan_takes_back_what_was_set_for_later(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (item, path) = item(&clinic);
        ben.submit(&form(&ben, &path, ("from", "2026-03-10"), "easier")).is(303);
        ben.submit(&form(&ben, &path, ("day", "2026-03-06"), "easier")).is(303);
        let page = ben.get(&path).is(200);
        assert!(page.words().contains("What is set below for later days is taken back"), "{}", page.words());
        ben.submit(&form(&ben, &path, ("whole", ""), "harder")).is(303);
        assert_eq!(base(&clinic, &item), Level::Harder);
        assert_eq!((clinic.app.database.count("day_doses"), clinic.app.database.count("planned_doses WHERE settled_at IS NULL")), (0, 0));
        assert!(!ben.get(&path).words().contains("Set for later"));
    }

    fn a_flare_and_a_pause_win_over_a_dose_of_the_day(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (_, path) = item(&clinic);
        ben.submit(&form(&ben, &path, ("day", "2026-03-04"), "harder")).is(303);
        clinic.app.wait(Duration::days(2));
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let harder = |day: &Today| day.training.iter().chain(&day.support).any(|item| item.level == Level::Harder);
        assert!(harder(&life.today()));
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).unwrap();
        assert!(!harder(&life.today()), "the flare plan stands");
    }

    fn more_that_was_set_before_a_flare_lapses_and_both_sides_read_it(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (item, path) = item(&clinic);
        ben.submit(&form(&ben, &path, ("from", "2026-03-10"), "harder")).is(303);
        ben.submit(&form(&ben, &path, ("day", "2026-03-06"), "harder")).is(303);
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).unwrap();
        for _ in 0..2 {
            run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        }
        assert_eq!((clinic.app.database.count("day_doses"), clinic.app.database.count("planned_doses WHERE settled_at IS NULL")), (0, 0));
        assert_eq!(clinic.app.database.count("plan_changes WHERE rule = '5.2'"), 2, "each is told once");
        assert_eq!(clinic.app.database.count("alerts WHERE rule = 'dose'"), 1, "one alert until somebody looked");
        let changes = clinic.app.signed_in(&clinic.ann).get("/changes").is(200).words();
        assert!(changes.contains("Not begun: what was planned from Tuesday 10 March on"), "{changes}");
        assert!(changes.contains("Not done: what was set for Friday 6 March alone"), "{changes}");
        let inbox = ben.get("/pro").is(200).words();
        assert!(inbox.contains("that was set for later has lapsed"), "{inbox}");
        clinic.app.wait(Duration::days(9));
        run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        assert!(base(&clinic, &item) <= Level::Standard);
    }

    fn less_begins_after_a_flare_all_the_same(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (item, path) = item(&clinic);
        ben.submit(&form(&ben, &path, ("from", "2026-03-04"), "easier")).is(303);
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).unwrap();
        clinic.app.wait(Duration::days(2));
        run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        assert_eq!(base(&clinic, &item), Level::Easier);
        assert_eq!(clinic.app.database.count("alerts WHERE rule = 'dose'"), 0);
    }

    fn more_that_is_set_after_the_flare_begins(backend) {
        let clinic = Clinic::open(backend);
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).unwrap();
        clinic.app.wait(Duration::days(2));
        let ben = clinic.app.signed_in(&clinic.ben);
        let item = clinic.app.plan_items(&clinic.ann).remove(0);
        let path = format!("/pro/patients/{}/items/{}", clinic.ann.id(), item.id);
        ben.submit(&form(&ben, &path, ("from", "2026-03-06"), "harder")).is(303);
        clinic.app.wait(Duration::days(2));
        run_all(clinic.app.store(), &clinic.app.clock).unwrap();
        assert_eq!(base(&clinic, &item), Level::Harder, "whoever set it knew of the flare");
    }

    fn a_day_that_cannot_be_is_refused_beside_its_field(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let (_, path) = item(&clinic);
        for (scope, on, said) in [
            ("day", "2026-03-01", "Choose today or a later day"),
            ("day", "2026-03-31", "Choose a day within the next 4 weeks"),
            ("from", "2026-12-01", "Choose a day within the next 26 weeks"),
            ("from", "", "Enter the day"),
            ("never", "2026-03-04", "Choose when it holds"),
        ] {
            let page = ben.submit(&form(&ben, &path, (scope, on), "easier")).is(422);
            assert_eq!(page.errors(), [said]);
            assert_eq!(page.form_to(&path).value("reason"), Some("Long drive on that day"), "what was typed stays");
        }
        assert_eq!(clinic.app.database.count("day_doses") + clinic.app.database.count("planned_doses"), 0);
        let cleo = clinic.app.signed_in(&clinic.cleo);
        cleo.post(&path, &[("scope", "day"), ("on", "2026-03-04")]).is(404);
        cleo.post(&format!("{path}/back"), &[]).is(404);
    }
}
