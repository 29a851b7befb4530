//! Weeks on paper: the sheet keeps what it asked, and what is keyed in goes the way of every log.

use crate::course::{GOOD, Life};
use crate::support::{Backend, Clinic, Form, Page, Person};
use chrono::{Days, Duration, NaiveDate};

/// Ann has printed the week of 2 March; it is Sunday evening of it, and nothing is logged.
struct Week {
    clinic: Clinic,
    code: String,
}

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")
}

impl Week {
    fn printed(backend: Backend) -> Self {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let form = ann.get("/sheet").is(200).forms().into_iter().find(|f| f.value("week") == Some("this")).expect("a form");
        let to = ann.submit(&form).is(303).location().to_owned();
        let code = to.rsplit('/').next().expect("a code").to_owned();
        clinic.app.wait(Duration::days(6));
        Self { clinic, code }
    }

    fn own(&self) -> String {
        format!("/sheet/{}/enter", self.code)
    }

    fn desk(&self) -> String {
        format!("/pro/patients/{}/sheet/{}/enter", self.clinic.ann.id(), self.code)
    }

    fn ann(&self) -> Person {
        self.clinic.app.signed_in(&self.clinic.ann)
    }

    fn ben(&self) -> Person {
        self.clinic.app.signed_in(&self.clinic.ben)
    }

    fn count(&self, of: &str) -> usize {
        self.clinic.app.database.count(of)
    }

    fn line(&self, sql: &str) -> String {
        self.clinic.app.database.line(sql)
    }
}

/// Names of the fields of a day.
fn of_day(page: &Page, day: usize) -> Vec<String> {
    let start = format!("d{day}_");
    page.attributes("main .paper-cell :is(input, select)", "name").into_iter().filter(|name| name.starts_with(&start)).collect()
}

/// A whole training day, as it was planned.
fn filled(page: &Page, form: Form, day: usize, unusual: &str) -> Form {
    of_day(page, day).into_iter().fold(form, |form, name| {
        let value = match name.split_once('_').map(|(_, rest)| rest).unwrap_or_default() {
            rest if rest.starts_with("e_") => "done",
            rest if rest.starts_with("q_") => "9",
            "during" => "3",
            "effort" => "4",
            "morning" => "2",
            "average" => "3",
            _ => unusual,
        };
        form.set(&name, value)
    })
}

each_backend! {
    fn a_sheet_is_made_once_and_shows_the_week_with_its_code_and_the_safety_line(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let list = ann.get("/sheet").is(200);
        let this = list.forms().into_iter().find(|f| f.value("week") == Some("this")).expect("this week");
        let next = list.forms().into_iter().find(|f| f.value("week") == Some("next")).expect("next week");
        let to = ann.submit(&this).is(303).location().to_owned();
        assert_eq!(ann.submit(&this).is(303).location(), to, "the same week of the same plan is the same sheet");
        assert_ne!(ann.submit(&next).is(303).location(), to);
        assert_eq!(clinic.app.database.count("paper_sheets"), 2);
        let sheet = ann.get(&to).is(200);
        let words = sheet.words();
        for said in ["Mon 2 Mar", "Sun 8 Mar", "Walking 9 minutes", "Pain on waking", "Worst pain during the exercises", "Anything unusual?", "Call 999", "numbness"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert_eq!(sheet.all(".code").len(), 1);
        // Exercises only on the days of the plan: Monday, Wednesday and Friday.
        let rows = sheet.count("tbody tr");
        assert!(sheet.count("td.off") >= 4, "{rows} rows: {words}");
        // Somebody whose plan is paused gets no sheet.
        clinic.app.database.execute("UPDATE plans SET status = 'ended'");
        let refused = ann.submit(&this).is(422);
        assert!(!refused.errors().is_empty());
    }

    fn the_physiotherapist_keys_a_week_in_by_its_code_and_the_rows_say_so(backend) {
        let week = Week::printed(backend);
        let ben = week.ben();
        let find = ben.get("/pro/sheets").is(200).form_to("/pro/sheets");
        ben.submit(&find.clone().set("code", "BCDFGH")).is(422);
        let spelled = format!("{} {}", &week.code[..3].to_lowercase(), &week.code[3..]);
        ben.submit(&find.set("code", &spelled)).goes_to(&week.desk());
        let page = ben.get(&week.desk()).is(200);
        let form = page.form_to(&week.desk());
        let form = filled(&page, form, 0, "no");
        let form = form.set("d1_morning", "3").set("d1_q_walk", "0").set("d1_unusual", "no").set("d2_average", "4");
        ben.submit(&form).goes_to(&format!("/pro/patients/{}", week.clinic.ann.id()));
        assert_eq!((week.count("training_logs"), week.count("day_records"), week.count("paper_entries")), (2, 3, 3));
        assert_eq!(week.count("training_logs WHERE late"), 2, "written down on a later day");
        // Sent again, nothing changes, and it is no mistake.
        ben.submit(&form).is(303);
        assert_eq!((week.count("training_logs"), week.count("revisions")), (2, 0));
        let told = "Entered from paper by Ben on 8 March 2026";
        let file = ben.get(&format!("/pro/patients/{}", week.clinic.ann.id())).words();
        assert!(file.contains(told) && file.contains("0 of 9 (walking)"), "{file}");
        let ann = week.ann();
        let journal = ann.get("/journal").words();
        assert_eq!(journal.matches(told).count(), 3, "{journal}");
        let form = ann.get(&week.own()).is(200);
        assert!(form.words().contains(told), "{}", form.words());
        assert!(of_day(&form, 0).is_empty(), "what is there is shown, not asked");
        assert!(!of_day(&form, 3).is_empty());
        assert!(ann.get("/sheet").words().contains("Entered: 3 of 7 days"));
        // A day without an answer stays one: Tuesday's walk of 0 is an answer, Thursday is none.
        assert_eq!(week.count("training_logs WHERE on_date = '2026-03-05'"), 0);
    }

    fn a_day_that_is_there_is_changed_only_when_somebody_asks_for_it(backend) {
        let week = Week::printed(backend);
        // Sunday is logged online.
        week.clinic.app.log_session(&week.clinic.ann);
        let ann = week.ann();
        let page = ann.get(&week.own()).is(200);
        assert!(of_day(&page, 6).iter().all(|name| name.ends_with("morning") || name.ends_with("average")), "{:?}", of_day(&page, 6));
        // A form that tries all the same is refused whole.
        let token = page.form_to(&week.own()).value("token").expect("a token").to_owned();
        let bold = [("token", token.as_str()), ("d5_average", "3"), ("d6_q_walk", "20"), ("d6_unusual", "no")];
        let refused = ann.post(&week.own(), &bold).is(422);
        assert!(refused.errors()[0].contains("Sunday 8 March: this day is logged already"), "{:?}", refused.errors());
        assert_eq!(week.count("day_records"), 0, "all or nothing");
        assert_eq!(refused.form_to(&week.own()).value("d5_average"), Some("3"), "what was typed stays");
        let open = page.form_to(&week.own()).set("d5_average", "3").set("open", "2026-03-08");
        let opened = ann.submit(&open).is(200);
        let form = opened.form_to(&week.own());
        assert_eq!((form.value("d5_average"), form.value("d6_q_walk")), (Some("3"), Some("")), "with what was typed");
        ann.submit(&form.clone().set("d6_q_walk", "20")).is(422);
        ann.submit(&form.set("d6_q_walk", "20").set("d6_unusual", "no")).goes_to("/sheet");
        assert_eq!((week.count("training_logs"), week.count("revisions"), week.count("day_records")), (1, 1, 1));
        assert!(week.line("SELECT quotas AS line FROM training_logs").contains("20"));
        assert_eq!(week.line("SELECT note AS line FROM training_logs"), "went well", "what paper does not ask stays");
        assert!(week.line("SELECT items AS line FROM training_logs").contains("\"done\""), "nor do exercises go that the sheet did not ask");
        assert_eq!(week.line("SELECT CAST(worst_during AS TEXT) AS line FROM training_logs"), "3");
    }

    fn a_mistake_in_one_day_keeps_nothing_of_any(backend) {
        let week = Week::printed(backend);
        let ann = week.ann();
        let page = ann.get(&week.own()).is(200);
        let form = filled(&page, page.form_to(&week.own()), 0, "no").set("d2_average", "11");
        let refused = ann.submit(&form).is(422);
        assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
        let kept = refused.form_to(&week.own());
        assert_eq!((kept.value("d2_average"), kept.value("d0_during"), kept.value("d0_unusual")), (Some("11"), Some("3"), Some("no")));
        // Without the safety line a day with exercises is not kept, and nor is pain without an exercise.
        let silent = filled(&page, page.form_to(&week.own()), 0, "");
        assert!(ann.submit(&silent).is(422).errors()[0].contains("circled"));
        ann.submit(&page.form_to(&week.own()).set("d0_during", "3").set("d0_unusual", "no")).is(422);
        ann.submit(&page.form_to(&week.own())).is(422);
        assert_eq!((week.count("training_logs"), week.count("day_records"), week.count("paper_entries")), (0, 0, 0));
    }

    fn a_danger_sign_on_paper_opens_the_same_questions_as_online(backend) {
        for (who, unusual) in [("ann", "new"), ("ben", "stopped")] {
            let week = Week::printed(backend);
            let (person, path) = if who == "ann" { (week.ann(), week.own()) } else { (week.ben(), week.desk()) };
            let page = person.get(&path).is(200);
            let form = filled(&page, page.form_to(&path), 0, "no");
            let form = filled(&page, form, 2, unusual);
            let saved = person.submit(&form).is(303);
            if who == "ann" {
                assert_eq!(saved.location(), "/signs");
            } else {
                assert!(person.open(saved.location()).words().contains("Call the person now"));
                assert!(person.get("/pro").words().contains("danger sign"), "the list of who needs somebody shows it");
            }
            assert_eq!((week.count("weekly_checks"), week.count("training_logs")), (1, 2));
            assert_eq!(week.count("training_logs WHERE stop_symptom"), usize::from(unusual == "stopped"));
            // No page shows an exercise until the questions are answered.
            let ann = week.ann();
            assert_eq!(ann.get("/today").is(200).count(".figure-row, .exercise-card"), 0);
            assert!(!ann.get("/signs").is(200).forms().is_empty());
        }
    }

    fn a_sign_on_a_day_without_exercises_counts_as_well(backend) {
        let week = Week::printed(backend);
        let ann = week.ann();
        ann.submit(&ann.get(&week.own()).form_to(&week.own()).set("d1_unusual", "new")).goes_to("/signs");
        assert_eq!((week.count("weekly_checks"), week.count("training_logs")), (1, 0));
    }

    fn days_go_back_as_far_as_online_and_reviewed_weeks_stay_as_reviewed(backend) {
        let week = Week::printed(backend);
        week.clinic.app.wait(Duration::days(3));
        let ann = week.ann();
        let page = ann.get(&week.own()).is(200);
        let reviewed = week.line("SELECT result AS line FROM reviews");
        // It is Wednesday 11 March: Monday and Tuesday of the sheet's week are too long ago.
        assert!(of_day(&page, 0).is_empty() && of_day(&page, 1).is_empty() && !of_day(&page, 2).is_empty());
        assert!(page.words().contains("More than 7 days ago"), "{}", page.words());
        let token = page.form_to(&week.own()).value("token").expect("a token").to_owned();
        let old = ann.post(&week.own(), &[("token", &token), ("d1_average", "4"), ("d2_average", "4")]).is(422);
        assert!(old.errors()[0].contains("more than 7 days ago"), "{:?}", old.errors());
        let form = filled(&page, page.form_to(&week.own()), 2, "no");
        ann.submit(&form).goes_to("/sheet");
        assert_eq!(week.line("SELECT result AS line FROM reviews"), reviewed);
        assert_eq!(week.count("training_logs WHERE late AND on_date = '2026-03-04'"), 1);
        let early = ann.get("/sheet").forms().into_iter().find(|f| f.value("week") == Some("next")).expect("next week");
        let next = format!("{}/enter", ann.submit(&early).is(303).location());
        assert!(ann.get(&next).is(200).words().contains("Still to come"));
        assert_eq!(ann.post(&next, &[("token", "x"), ("d6_average", "4")]).is(422).errors().len(), 1);
    }

    fn an_older_sheet_keys_in_what_it_asked(backend) {
        let week = Week::printed(backend);
        // Since the sheet was printed the plan has changed: another exercise, another amount.
        let asked = week.line("SELECT asks AS line FROM paper_sheets");
        week.clinic.app.database.execute("UPDATE plan_quotas SET step_index = 3");
        week.clinic.app.database.execute("UPDATE plan_items SET removed_on = '2026-03-05'");
        let ann = week.ann();
        let page = ann.get(&week.own()).is(200);
        let form = filled(&page, page.form_to(&week.own()), 0, "no");
        ann.submit(&form).goes_to("/sheet");
        let quotas = week.line("SELECT quotas AS line FROM training_logs");
        assert!(quotas.contains("\"quota\":9.0"), "{quotas}");
        let items = week.line("SELECT items AS line FROM training_logs");
        let first = asked.split("\"exercises\":[{\"id\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an exercise");
        assert!(items.contains("\"done\"") && asked.contains(first), "{items}");
        // The next sheet asks for the present plan.
        let fresh = ann.get("/sheet").forms().into_iter().find(|f| f.value("week") == Some("this")).expect("this week");
        ann.submit(&fresh).is(303);
        assert_eq!(week.count("paper_sheets"), 2);
    }

    fn a_code_opens_nothing_for_somebody_who_is_not_entitled(backend) {
        let week = Week::printed(backend);
        let cleo = week.clinic.app.signed_in(&week.clinic.cleo);
        let find = cleo.get("/pro/sheets").form_to("/pro/sheets");
        let (known, unknown) = (cleo.submit(&find.clone().set("code", &week.code)).is(422), cleo.submit(&find.set("code", "BCDFGH")).is(422));
        assert_eq!(known.errors(), unknown.errors());
        cleo.get(&week.desk()).is(404);
        cleo.post(&week.desk(), &[("d5_average", "3")]).is(404);
        let dan = week.clinic.app.signed_in(&week.clinic.dan);
        dan.get(&week.own()).is(404);
        dan.get(&format!("/sheet/{}", week.code)).is(404);
        dan.post(&week.own(), &[("d5_average", "3")]).is(404);
        // Under a patient's address of Ben's own the code of another one is not found either.
        let ben = week.ben();
        ben.get(&format!("/pro/patients/{}/sheet/{}", week.clinic.dan.id(), week.code)).is(404);
        assert_eq!(week.count("day_records"), 0);
    }

    fn keying_in_makes_the_same_record_as_logging_online(backend) {
        let week = Week::printed(backend);
        let ann = week.ann();
        let page = ann.get(&week.own()).is(200);
        ann.submit(&filled(&page, page.form_to(&week.own()), 6, "no")).goes_to("/sheet");
        week.clinic.app.wait(Duration::days(1));
        let life = Life { app: &week.clinic.app, who: &week.clinic.ann };
        life.live(GOOD);
        let shape = |on: NaiveDate| {
            let sql = format!("SELECT items AS line FROM training_logs WHERE on_date = '{on}'");
            week.line(&sql).matches("\"brought_on\"").count()
        };
        assert_eq!(shape(monday() + Days::new(6)), 0, "Sunday has no exercises, its walk alone is logged");
        assert!(shape(monday() + Days::new(7)) > 0);
        assert_eq!(week.count("training_logs WHERE plan_id IN (SELECT id FROM plans)"), 2);
    }
}
