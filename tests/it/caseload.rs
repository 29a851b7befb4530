//! The inbox and the list of all patients.

use crate::course::{GOOD, Life};
use crate::support::{Backend, Clinic, Page, Person};
use chrono::{Days, Duration};
use gradus::care::agreement::agree;
use gradus::care::desk::templates::{Edit, make, of_plan};
use gradus::care::desk::treat;
use gradus::care::safety::{CheckIn, check_in};
use gradus::ids::{self, PatientId};
use gradus::store::journal::EntryBody;
use gradus::store::reviews::CheckAnswers;

/// What is in the list of the day, as "name: sentence".
fn waiting(page: &Page) -> Vec<String> {
    page.all(".inbox-item").into_iter().map(|item| item.split(" Snooze").next().unwrap_or_default().to_owned()).collect()
}

fn ann(clinic: &Clinic) -> PatientId {
    PatientId::from(&clinic.ann.id())
}

/// The clinic's side agrees to Ann's plan, so that nothing waits about her.
fn agreed(clinic: &Clinic) {
    let who = treat(clinic.app.store(), &clinic.ben.actor(), &ann(clinic), clinic.app.now()).expect("in charge");
    agree(clinic.app.store(), &who, clinic.app.moment()).expect("agreed");
}

fn say_yes_to_a_danger_sign(clinic: &Clinic) {
    let answers = CheckAnswers { danger: vec!["saddle".to_owned()], leg: false };
    let given = CheckIn { answers, psfs: vec![8, 8], rmdq: None, token: ids::fresh() };
    check_in(clinic.app.store(), &clinic.ann.own(), &given, clinic.app.moment()).expect("checked");
}

fn mark(ben: &Person, clinic: &Clinic, key: &str, said: &[(&str, &str)]) -> Page {
    let fields: Vec<(&str, &str)> = [("item", key)].into_iter().chain(said.iter().copied()).collect();
    ben.post(&format!("/pro/inbox/{}/mark", clinic.ann.id()), &fields)
}

each_backend! {
    fn a_plan_is_agreed_to_and_an_alert_dealt_with_by_one_click(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let approve = format!("/pro/inbox/{}/approve", clinic.ann.id());
        let page = ben.get("/pro").is(200);
        assert!(page.words().contains("One of 1 needs you.") && page.words().contains("1 of 20 today"), "{}", page.words());
        assert!(waiting(&page)[0].contains("the clinic has not yet"), "{:?}", waiting(&page));
        ben.submit(&page.form_to(&approve)).goes_to("/pro");
        assert_eq!(clinic.app.database.count("plan_agreements"), 1);
        assert!(ben.get("/pro").words().contains("Nobody needs you today"));
        clinic.app.raise_alert(&clinic.ann);
        let page = ben.get("/pro");
        assert!(waiting(&page)[0].contains("(P-10)"));
        ben.submit(&page.form_to(&approve)).goes_to("/pro");
        assert_eq!(clinic.app.database.count("alerts WHERE resolved_by IS NOT NULL"), 1);
        // The matter is settled: the same form again says so.
        assert!(ben.submit(&page.form_to(&approve)).is(422).errors()[0].contains("no longer there"));
    }

    fn an_entry_is_put_off_taken_back_and_comes_again_on_its_day(backend) {
        let clinic = Clinic::open(backend);
        agreed(&clinic);
        clinic.app.raise_alert(&clinic.ann);
        let ben = clinic.app.signed_in(&clinic.ben);
        let act = format!("/pro/inbox/{}/mark", clinic.ann.id());
        let form = ben.get("/pro").is(200).form_to(&act);
        for (until, error) in [("", "from tomorrow on"), ("2026-03-02", "from tomorrow on"), ("2027-03-02", "three months")] {
            let page = ben.submit(&form.clone().set("said", "until").set("until", until)).is(422);
            assert!(page.errors()[0].contains(error), "{until}: {:?}", page.errors());
        }
        assert_eq!(clinic.app.database.count("inbox_marks"), 0);
        ben.submit(&form.clone().set("said", "until").set("until", "2026-03-04")).goes_to("/pro");
        let page = ben.get("/pro");
        assert!(waiting(&page).is_empty() && page.words().contains("Not before Wednesday 4 March, said Ben."), "{}", page.words());
        ben.submit(&page.form_to(&act).set("said", "again")).goes_to("/pro");
        assert_eq!(waiting(&ben.get("/pro")).len(), 1);
        ben.submit(&form.set("said", "tomorrow")).goes_to("/pro");
        assert!(waiting(&ben.get("/pro")).is_empty());
        let by = clinic.app.database.lines("SELECT mark || ' ' || made_by AS line FROM inbox_marks ORDER BY made_at");
        assert_eq!(by, ["snoozed", "again", "snoozed"].map(|mark| format!("{mark} {}", clinic.ben.id())));
        clinic.app.wait(Duration::days(1));
        assert_eq!(waiting(&clinic.app.signed_in(&clinic.ben).get("/pro")).len(), 1, "it is tomorrow");
    }

    fn a_silence_that_is_done_stays_done_and_a_new_one_comes_up(backend) {
        let clinic = Clinic::open(backend);
        agreed(&clinic);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.only_noted();
        clinic.app.wait(Duration::days(7));
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get("/pro");
        assert!(waiting(&page)[0].contains("Silent: nothing recorded for 8 days (7 are silence), since 2 March."), "{:?}", waiting(&page));
        assert_eq!(page.link("Write a message: Ann"), format!("/pro/patients/{}/messages", clinic.ann.id()));
        mark(&ben, &clinic, "silent:2026-03-02", &[("said", "done")]).goes_to("/pro");
        assert!(ben.get("/pro").words().contains("Done by Ben today."));
        clinic.app.wait(Duration::days(2));
        let ben = clinic.app.signed_in(&clinic.ben);
        assert!(waiting(&ben.get("/pro")).is_empty(), "the same silence");
        life.only_noted();
        clinic.app.wait(Duration::days(6));
        let again = waiting(&clinic.app.signed_in(&clinic.ben).get("/pro"));
        assert!(again[0].contains("for 7 days"), "{again:?}");
    }

    fn a_danger_sign_is_neither_done_nor_put_off_beyond_tomorrow(backend) {
        let clinic = Clinic::open(backend);
        agreed(&clinic);
        say_yes_to_a_danger_sign(&clinic);
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get("/pro").is(200);
        assert!(page.count(".inbox-item-safety") == 1 && waiting(&page)[0].contains("danger sign (P-01)"), "{:?}", waiting(&page));
        let key = page.form_to(&format!("/pro/inbox/{}/mark", clinic.ann.id())).value("item").expect("a key").to_owned();
        assert!(key.starts_with("signs:") && page.count("button[value=done], button[value=week]") == 0);
        for said in [vec![("said", "done")], vec![("said", "week")], vec![("said", "until"), ("until", "2026-03-04")], vec![("said", "")]] {
            mark(&ben, &clinic, &key, &said).is(422);
        }
        ben.post(&format!("/pro/inbox/{}/approve", clinic.ann.id()), &[("item", key.as_str())]).is(422);
        assert_eq!(clinic.app.database.count("inbox_marks"), 0);
        // Whatever stands in the table, it is shown.
        clinic.app.database.execute(&format!("INSERT INTO inbox_marks (id, patient_id, item, mark, made_at) SELECT 'x', id, '{key}', 'done', created_at FROM users WHERE id = '{}'", clinic.ann.id()));
        assert_eq!(waiting(&ben.get("/pro")).len(), 1);
        mark(&ben, &clinic, &key, &[("said", "tomorrow")]).goes_to("/pro");
        assert!(waiting(&ben.get("/pro")).is_empty());
        clinic.app.wait(Duration::days(1));
        let ben = clinic.app.signed_in(&clinic.ben);
        assert_eq!(waiting(&ben.get("/pro")).len(), 1);
        // It needs a decision in the list of all patients too.
        assert_eq!(ben.get("/pro/patients?only=decision").all("tbody tr").len(), 1);
        assert!(ben.get("/pro/patients?stands=stopped").words().contains("danger sign, details open"));
    }

    fn a_strangers_patient_is_in_no_list_no_file_and_no_action(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.raise_alert(&clinic.ann);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        assert!(life.active().is_some());
        let cleo = clinic.app.signed_in(&clinic.cleo);
        for path in ["/pro", "/pro/patients", "/pro/patients?whose=inbox", "/pro/patients.csv"] {
            let page = cleo.get(path).is(200);
            assert!(!page.text.contains("Ann") && !page.text.contains(clinic.ann.id().as_str()), "{path}");
        }
        let alert = clinic.app.database.line("SELECT id AS line FROM alerts");
        let review = clinic.app.database.line("SELECT id AS line FROM reviews");
        mark(&cleo, &clinic, &format!("alert:{alert}"), &[("said", "tomorrow")]).is(404);
        cleo.post(&format!("/pro/inbox/{}/approve", clinic.ann.id()), &[("item", format!("alert:{alert}").as_str())]).is(404);
        cleo.post("/pro/inbox/seen", &[("item", format!("week:{review}").as_str())]).goes_to("/pro");
        assert_eq!(clinic.app.database.count("inbox_marks") + clinic.app.database.count("alerts WHERE resolved_at IS NOT NULL"), 0);
        // Ben is on leave and Cleo stands in: then she sees whom she stands in for, and why.
        let (ben, cleo_id) = (clinic.ben.id(), clinic.cleo.id());
        clinic.app.database.execute(&format!("INSERT INTO leaves (id, physio_id, cover_id, from_at, until_at, made_at) SELECT 'l', '{ben}', '{cleo_id}', created_at, '2026-12-31 00:00:00', created_at FROM users WHERE id = '{ben}'"));
        let cleo = clinic.app.signed_in(&clinic.cleo);
        assert!(cleo.get("/pro").words().contains("Standing in for Ben"));
        assert_eq!(cleo.get("/pro/patients?whose=cover").all("tbody th a"), ["Ann"]);
        mark(&cleo, &clinic, &format!("alert:{alert}"), &[("said", "tomorrow")]).goes_to("/pro");
    }

    fn weeks_without_a_decision_are_seen_one_by_one_or_all_at_once(backend) {
        let clinic = Clinic::open(backend);
        agreed(&clinic);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(1, GOOD);
        assert!(life.active().is_some());
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get("/pro").is(200);
        assert!(page.words().contains("Reviewed weeks without a decision: 1, as planned") && page.words().contains("Week 1: a step up (P-09). 3 of 3 sessions, pain 2."), "{}", page.words());
        let (one, all) = (page.form_to(&format!("/pro/inbox/{}/mark", clinic.ann.id())).set("said", "done"), page.form_to("/pro/inbox/seen"));
        ben.submit(&one).goes_to("/pro");
        let page = ben.get("/pro");
        assert!(!page.words().contains("Reviewed weeks") && page.words().contains("Done by Ben today."));
        ben.submit(&all).goes_to("/pro");
        assert_eq!(clinic.app.database.count("inbox_marks"), 1, "seen already");
        ben.submit(&page.form_to(&format!("/pro/inbox/{}/mark", clinic.ann.id())).set("said", "again")).goes_to("/pro");
        ben.submit(&all).goes_to("/pro");
        assert_eq!(clinic.app.database.count("inbox_marks WHERE mark = 'done'"), 2);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'saw a reviewed week'"), 1);
        // A danger sign takes the week out of what can be waved through, also of a form that was shown before it.
        clinic.app.wait(Duration::hours(1));
        ben.submit(&page.form_to(&format!("/pro/inbox/{}/mark", clinic.ann.id())).set("said", "again")).goes_to("/pro");
        say_yes_to_a_danger_sign(&clinic);
        assert!(!ben.get("/pro").words().contains("Reviewed weeks"));
        ben.submit(&all).goes_to("/pro");
        ben.submit(&one).is(422);
        assert_eq!(clinic.app.database.count("inbox_marks WHERE mark = 'done'"), 2);
    }

    fn the_list_of_patients_is_searched_filtered_ordered_and_taken_as_a_file(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(2, GOOD);
        assert!(life.active().is_some());
        let bea = clinic.app.patient_of(&clinic.ben, "Bea");
        let solo = clinic.app.patient("Solo");
        clinic.app.database.execute(&format!("UPDATE users SET name = '=HYPERLINK(1),2' WHERE id = '{}'", bea.id()));
        let ben = clinic.app.signed_in(&clinic.ben);
        let names = |page: &Page| page.all("tbody th a");
        let page = ben.get("/pro/patients").is(200);
        assert_eq!(names(&page), ["=HYPERLINK(1),2", "Ann", "Solo"]);
        assert_eq!(page.attributes("th[aria-sort]", "aria-sort"), ["ascending"]);
        assert!(page.words().contains("sessions done of sessions planned in the last 14 days up to yesterday; announced days do not count"));
        let row = page.all("tbody tr").remove(1);
        assert!(row.contains("Week 3") && row.contains("6 of 6") && row.contains("2 on Sun 15 Mar"), "{row}");
        assert!(page.all("svg title")[0].contains("14 answered, always 2"), "{:?}", page.all("svg title"));
        assert_eq!(page.count(".sparkline .line"), 13);
        for (order, first) in [("-name", "Solo"), ("stands", "Ann"), ("-pain", "Ann"), ("seen", "Ann"), ("review", "Ann"), ("-category", "Ann"), ("adherence", "Ann"), ("nonsense", "=HYPERLINK(1),2")] {
            let page = ben.get(&format!("/pro/patients?sort={order}")).is(200);
            assert_eq!(names(&page)[0], first, "{order}");
        }
        assert_eq!(ben.get("/pro/patients?sort=-name").attributes("th[aria-sort]", "aria-sort"), ["descending"]);
        for (filter, expected) in [("whose=mine", 2), ("whose=inbox", 1), ("stands=joining", 2), ("stands=week", 1), ("category=FLEX", 1), ("category=EXT", 0), ("only=silent", 0), ("whose=%3Cscript%3E&page=99999999999999999999", 3)] {
            assert_eq!(names(&ben.get(&format!("/pro/patients?{filter}")).is(200)).len(), expected, "{filter}");
        }
        // A name is searched for without standing in an address.
        let form = ben.get("/pro/patients?stands=joining").forms().remove(0);
        let sent = ben.submit(&form.fill("Name", "sol")).is(303);
        assert_eq!(sent.location(), "/pro/patients?stands=joining");
        let page = ben.get(sent.location());
        assert_eq!((names(&page), page.forms().remove(0).value("find")), (vec!["Solo".to_owned()], Some("sol")));
        assert!(page.words().contains("Only names with “sol”."));
        assert!(page.attributes("main a", "href").iter().all(|href| !href.contains("sol=") && !href.contains("find")));
        assert_eq!(ben.get("/pro/patients.csv").text.lines().count(), 2);
        ben.post("/pro/patients", &[("find", "")]).goes_to("/pro/patients");
        let file = ben.get("/pro/patients.csv?sort=-name").is(200);
        assert!(file.header("content-disposition").contains("gradus-patients-2026-03-16.csv"));
        let lines: Vec<&str> = file.text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[1].starts_with("Solo,nobody in charge,Intake not finished") && lines[2].starts_with("Ann,in charge,Week 3,3,6,6,2,2026-03-15"), "{lines:?}");
        assert!(lines[3].contains("'=HYPERLINK(1)"), "{lines:?}");
        assert_eq!(clinic.app.database.count("audit WHERE action = 'took the list of patients as a file'"), 2);
        let _ = solo;
    }

    fn the_next_phase_of_a_template_comes_up_when_it_is_due_and_leads_to_its_page(backend) {
        let clinic = Clinic::open(backend);
        agreed(&clinic);
        let id = phases(&clinic);
        let assign = format!("/pro/patients/{}/assign/{id}", clinic.ann.id());
        let ben = clinic.app.signed_in(&clinic.ben);
        let give = |ben: &Person| {
            let form = ben.get(&assign).is(200).form_to(&assign).set("as", "plan");
            ben.submit(&form).is(303);
        };
        give(&ben);
        assert!(waiting(&ben.get("/pro")).is_empty());
        clinic.app.wait(Duration::days(7));
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get("/pro").is(200);
        let due = |page: &Page| waiting(page).into_iter().filter(|entry| entry.contains("“Building up” could begin")).count();
        assert_eq!((due(&page), page.link("Look at the next phase: Ann")), (1, assign.clone()), "{:?}", waiting(&page));
        assert_eq!(ben.get("/pro/patients?only=decision").all("tbody tr").len(), 1);
        give(&ben);
        assert_eq!(due(&ben.get("/pro")), 0, "it has begun");
    }

    fn three_hundred_patients_cost_as_many_statements_as_three(backend) {
        let clinic = Clinic::open(backend);
        phases(&clinic);
        clinic.app.log_session(&clinic.ann);
        let ben = clinic.app.signed_in(&clinic.ben);
        let store = clinic.app.store();
        let count = |path: &str| {
            let before = store.statements();
            let page = ben.get(path).is(200);
            (store.statements() - before, page)
        };
        let search = |name: &str| {
            ben.post("/pro/patients", &[("find", name)]).is(303);
            let found = count("/pro/patients");
            ben.post("/pro/patients", &[("find", "")]).is(303);
            found
        };
        let paths = ["/pro", "/pro/patients", "/pro/patients?sort=stands", "/pro/patients?sort=-adherence", "/pro/patients?sort=pain", "/pro/patients?sort=-seen", "/pro/patients?sort=review", "/pro/patients?sort=category", "/pro/patients?only=decision", "/pro/patients.csv"];
        crowd(&clinic, backend, (1, 3), 3);
        paths.iter().for_each(|path| { count(path); });
        let few: Vec<u64> = paths.iter().map(|path| count(path).0).collect();
        let few_found = search("Patient").0;
        assert!(few.iter().all(|n| (20..80).contains(n)), "{few:?}");
        crowd(&clinic, backend, (4, 300), 667);
        assert!(clinic.app.database.count("journal_entries") > 198_000);
        for (path, few) in paths.iter().zip(few) {
            let (many, page) = count(path);
            assert!(many <= few + 6, "{path}: {many} statements, {few} for three");
            if path.starts_with("/pro/patients?") || *path == "/pro/patients" {
                assert_eq!(page.count("tbody tr"), 50, "{path}");
                assert!(page.words().contains("Page 1 of 7"), "{path}");
            }
        }
        let (many, page) = search("PATIENT 29");
        assert!(many <= few_found + 6, "{many}, {few_found}");
        assert_eq!(page.count("tbody tr"), 11, "29 and 290 to 299");
        assert_eq!(count("/pro/patients?page=7").1.count("tbody tr"), 1);
        let page = count("/pro").1;
        assert!(page.words().contains("20 of 20 today") && page.words().contains("1 to 20 of 28"), "{}", page.words());
        assert_eq!(count("/pro?more=2").1.count("#more .inbox-item"), 20);
    }
}

/// A template of Ben's with Ann's plan as its first phase of a week, and a second one; its id.
fn phases(clinic: &Clinic) -> String {
    let who = treat(clinic.app.store(), &clinic.ben.actor(), &ann(clinic), clinic.app.now()).expect("in charge");
    let mut body = clinic.app.store().read(|tx| of_plan(tx, &who)).expect("a plan");
    (body.name, body.sentence) = ("Two steps".to_owned(), "For people who begin.".to_owned());
    body.phases[0].weeks = 1;
    let mut second = body.phases[0].clone();
    second.name = "Building up".to_owned();
    second.items.pop();
    body.phases.push(second);
    let edit = Edit { body, note: String::new(), token: ids::fresh() };
    make(clinic.app.store(), &clinic.ben.desk(), &edit, clinic.app.now()).expect("made")
}

/// Patients of Ben's from one number to another, each like Ann, with an entry for each of the last days.
fn crowd(clinic: &Clinic, backend: Backend, (from, to): (u32, u32), days: u64) {
    let (ann, ben, today) = (clinic.ann.id(), clinic.ben.id(), clinic.app.moment().today());
    let date = |text: &str| if backend == Backend::Postgres { format!("CAST({text} AS DATE)") } else { text.to_owned() };
    let of = |days: u64| (0..days).map(|back| format!("({back}, '{}')", today - Days::new(back))).collect::<Vec<_>>().join(", ");
    let body = serde_json::to_string(&EntryBody { back: Some(3), ..EntryBody::default() }).expect("JSON");
    let n = format!("WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})");
    let run = |sql: String| clinic.app.database.execute(&sql);
    run(format!(
        "{n} INSERT INTO users (id, email, name, password_hash, is_patient, is_physio, is_admin, time_zone, created_at, password_changed_at, language) SELECT 'pat' || i, 'pat' || i || '@example.org', 'Patient ' || i, password_hash, is_patient, is_physio, is_admin, time_zone, created_at, password_changed_at, language FROM n, users WHERE id = '{ann}'"
    ));
    run(format!(
        "{n} INSERT INTO care_relations (id, patient_id, physio_id, started_at) SELECT 'rel' || i, 'pat' || i, '{ben}', created_at FROM n, users WHERE id = '{ann}'"
    ));
    run(format!(
        "{n} INSERT INTO intakes (id, patient_id, status, answers, wishes, created_at, updated_at, submitted_at) SELECT 'int' || i, 'pat' || i, status, answers, wishes, created_at, updated_at, submitted_at FROM n, intakes WHERE patient_id = '{ann}'"
    ));
    run(format!(
        "{n} INSERT INTO plans (id, patient_id, intake_id, status, category, stage, phase, facts, training_days, cue, ruleset_version, agreed_at, started_on) SELECT 'plan' || i, 'pat' || i, 'int' || i, status, category, stage, phase, facts, training_days, cue, ruleset_version, agreed_at, started_on FROM n, plans WHERE patient_id = '{ann}'"
    ));
    run(format!(
        "{n} INSERT INTO training_logs (id, patient_id, plan_id, on_date, token, worst_during, effort, stop_symptom, items, quotas, note, late, logged_at) SELECT 'log' || i, 'pat' || i, 'plan' || i, on_date, 'log' || i, worst_during, effort, stop_symptom, items, quotas, note, late, logged_at FROM n, training_logs WHERE patient_id = '{ann}'"
    ));
    run(format!(
        "{n}, d(k, day) AS (VALUES {}) INSERT INTO day_records (patient_id, on_date, average, morning, recorded_at, late) SELECT 'pat' || i, {}, 3, 3, u.created_at, u.is_admin FROM n, d, users u WHERE u.id = '{ann}'",
        of(28.min(days)),
        date("day")
    ));
    run(format!(
        "{n}, d(k, day) AS (VALUES {}) INSERT INTO journal_entries (id, patient_id, token, on_date, at_time, body, late, recorded_at) SELECT 'e' || i || '-' || k, 'pat' || i, 'e' || k, {}, '08:00', '{body}', u.is_admin, u.created_at FROM n, d, users u WHERE u.id = '{ann}'",
        of(days),
        date("day")
    ));
    run(format!(
        "{n} INSERT INTO template_uses (id, plan_id, template_id, version, phase, from_on, made_by, made_at) SELECT 'use' || i, 'plan' || i, t.id, 1, 0, p.started_on, '{ben}', p.agreed_at FROM n, plans p, plan_templates t WHERE p.patient_id = '{ann}'"
    ));
    run("ANALYZE".to_owned());
}
