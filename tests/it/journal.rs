//! The journal: what can be written for which day, what stood there before, and who reads a note.

use crate::support::{Clinic, Page, Someone};
use chrono::{Days, Duration};
use gradus::store::journal::EntryBody;
use gradus::web::{Guard, ROUTES};

fn marks(page: &Page) -> Vec<String> {
    page.all(".journal-day .tag")
}

/// Everything a physiotherapist can open about somebody, as one text.
fn all_of_the_desk(clinic: &Clinic, of: &Someone) -> String {
    let ben = clinic.app.signed_in(&clinic.ben);
    let item = clinic.app.plan_items(of).remove(0).id;
    let path = |pattern: &str| pattern.replace("{id}", of.id().as_str()).replace("{item}", &item);
    let routes = ROUTES.iter().filter(|r| r.guard == Guard::Physio && r.method == "GET" && r.path.starts_with("/pro"));
    let pages: Vec<String> = routes
        .map(|route| path(route.path))
        .filter(|path| !path.contains('{') && !path.starts_with("/pro/exercises/"))
        .map(|path| ben.open(&path).is(200).text)
        .collect();
    assert!(pages.len() > 5, "{} pages", pages.len());
    pages.concat()
}

each_backend! {
    fn an_entry_is_written_changed_and_its_former_words_are_read_by_its_writer(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let form = ann.get("/journal/new").is(200).form_to("/journal/new");
        let refused = ann.submit(&form).is(422);
        assert_eq!(refused.errors(), ["Answer at least one question, or write a note"]);
        let said = form.set("back", "5").set("medicine", "yes").set("sleep_hours", "6,5").set("tags", "stress").set("note", "A long <day>");
        ann.submit(&said).goes_to("/journal");
        ann.submit(&said).goes_to("/journal");
        assert_eq!(clinic.app.database.count("journal_entries"), 1, "posting twice stores once");
        let list = ann.get("/journal").is(200);
        assert_eq!(list.all(".journal-facts li"), ["Pain in the back: 5 out of 10", "Slept: 6.5 hours", "Medicine: yes"]);
        assert_eq!((list.all(".as-written"), marks(&list)), (vec!["A long <day>".to_owned()], vec!["Stress".to_owned()]));
        let edit = ann.get(&list.attributes(".journal-day a", "href")[0]).is(200);
        assert_eq!(edit.count("details[open]"), 1, "only what is filled in stands open");
        let form = edit.form();
        assert_eq!((form.value("back"), form.value("medicine"), form.value("note")), (Some("5"), Some("yes"), Some("A long <day>")));
        clinic.app.wait(Duration::minutes(5));
        ann.submit(&form.set("back", "3").set("note", "Shorter")).goes_to("/journal");
        let list = ann.get("/journal");
        assert!(marks(&list).contains(&"Changed".to_owned()));
        let before = list.attributes("a[href$='/history']", "href").remove(0);
        let history = ann.get(&before).is(200);
        assert_eq!(history.all(".card h2"), ["Now", "Until 2 March 2026, 09:05"]);
        assert_eq!(history.all(".as-written"), ["Shorter", "A long <day>"]);
        assert!(history.words().contains("Pain in the back: 5 out of 10"));
        clinic.app.signed_in(&clinic.dan).get(&before).is(404);
        clinic.app.signed_in(&clinic.ben).get(&before).is(404);
    }

    fn the_numbers_of_a_day_are_corrected_for_a_week_and_what_they_were_is_kept(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let today = clinic.app.moment().today();
        ann.post("/day", &[("average", "4"), ("worst", "3")]).is(422);
        ann.post("/day", &[("average", "4"), ("worst", "6"), ("on", &today.to_string())]).goes_to("/today");
        let list = ann.get("/journal").is(200);
        assert_eq!(list.all(".journal-facts li"), ["Day on average: 4 out of 10", "At its worst: 6 out of 10"]);
        let path = format!("/journal/days/{today}");
        let day = ann.get(&path).is(200);
        let form = day.form();
        assert_eq!((form.value("average"), form.value("worst"), form.value("morning")), (Some("4"), Some("6"), Some("")));
        let refused = ann.submit(&form.clone().set("worst", "2")).is(422);
        assert_eq!(refused.errors(), ["The worst pain of a day cannot be lower than its average"]);
        ann.submit(&form.clone().set("average", "11")).is(422);
        // A number given by mistake is taken away again; it is missing then, not zero.
        ann.submit(&form.set("worst", "").set("morning", "2")).goes_to("/journal");
        assert_eq!(clinic.app.database.count("day_records WHERE average = 4 AND worst IS NULL AND morning = 2"), 1);
        let day = ann.get(&path);
        assert!(day.words().contains("At its worst: 6 out of 10"), "{}", day.words());
        assert_eq!(marks(&ann.get("/journal")), ["Changed"]);
        // Seven days back it is marked as late; eight days back it only reads.
        let week = format!("/journal/days/{}", today - Days::new(7));
        ann.submit(&ann.get(&week).is(200).form().set("average", "5")).goes_to("/journal");
        assert_eq!(clinic.app.database.count("day_records WHERE late"), 1);
        let old = format!("/journal/days/{}", today - Days::new(8));
        let page = ann.get(&old).is(200);
        assert!(page.forms().is_empty() && page.words().contains("for 7 days"));
        ann.post(&old, &[("average", "5")]).is(422);
        for none in ["/journal/days/2026-03-03", "/journal/days/whenever", "/journal/days/9999999-01-01"] {
            ann.get(none).is(404);
        }
        assert_eq!(clinic.app.database.count("day_records"), 2);
    }

    fn what_is_written_later_is_marked_everywhere_and_never_older_than_a_week(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let today = clinic.app.moment().today();
        let (week, older) = ((today - Days::new(7)).to_string(), (today - Days::new(8)).to_string());
        let form = ann.get("/journal/new").form_to("/journal/new").set("back", "4").set("average", "5");
        let refused = ann.submit(&form.clone().set("on", &older)).is(422);
        assert_eq!(refused.errors(), ["You can go back at most 7 days"]);
        assert_eq!(refused.count("details[open] #f-on"), 1, "the message stands where it can be seen");
        ann.submit(&form.clone().set("on", "2026-03-03")).is(422);
        assert_eq!(clinic.app.database.count("journal_entries") + clinic.app.database.count("day_records"), 0);
        ann.submit(&form.set("on", &week)).goes_to("/journal");
        assert_eq!(marks(&ann.get("/journal")), ["Written later", "Written later"], "entry and day");
        clinic.app.wait(Duration::days(2));
        let ann = clinic.app.signed_in(&clinic.ann);
        let log = ann.get("/today/log?on=2026-03-02").is(200).form_to("/today/log").answer_all("Done").answer_all("No");
        ann.submit(&log.set("during", "2").set("effort", "3").set("note", "late but done")).goes_to("/today");
        let list = ann.get("/journal").is(200);
        assert_eq!(marks(&list).len(), 3);
        assert!(list.words().contains("late but done") && list.words().contains("Worst pain during: 2 out of 10"), "{}", list.words());
        let edit = list.attributes("a[href^='/sessions/']", "href").remove(0);
        let form = ann.get(&edit).is(200).form();
        ann.submit(&form.set("during", "5").set("anything_new", "no")).is(303);
        let history = ann.get(&ann.get("/journal").attributes("a[href^='/sessions/'][href$='/history']", "href")[0]).is(200);
        let words = history.words();
        assert!(words.contains("Worst pain during: 5 out of 10") && words.contains("Worst pain during: 2 out of 10"), "{words}");
    }

    fn a_note_that_is_not_shared_reaches_no_physiotherapist(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let note = |note: &str, share_note: bool| EntryBody { note: note.to_owned(), share_note, ..EntryBody::default() };
        app.write_entry(&clinic.ann, &note("canary-private", false));
        app.write_entry(&clinic.ann, &note("canary-shared", true));
        app.log_session(&clinic.ann);
        app.database.execute("UPDATE training_logs SET note = 'canary-session'");
        let file = "record,date,time,note,note_shared\nentry,2026-03-01,10:00,canary-import,yes\nentry,2026-03-01,11:00,canary-silent,no\n";
        let waiting = app.hand_in_file(&clinic.ann, file);
        let desk = all_of_the_desk(&clinic, &clinic.ann);
        let read = |desk: &str| {
            let all = ["private", "shared", "session", "import", "silent"];
            all.into_iter().filter(|word| desk.contains(&format!("canary-{word}"))).collect::<Vec<_>>()
        };
        assert_eq!(read(&desk), ["shared"]);
        let ann = app.signed_in(&clinic.ann);
        let path = format!("/journal/file/{waiting}");
        let refused = ann.submit(&ann.get(&path).is(200).form_to(&path)).is(422);
        assert_eq!(refused.errors(), ["Choose who may read these notes"]);
        ann.submit(&refused.form_to(&path).set("share", "yes")).goes_to("/journal");
        assert_eq!(read(&all_of_the_desk(&clinic, &clinic.ann)), ["shared", "import"]);
        // The choice is changed later, with one press, and kept like every other change.
        for (from, to) in [("Only you can read this note.", "yes"), ("Your physiotherapist may read this note.", "no")] {
            let list = ann.get("/journal").is(200);
            let shares = list.forms().into_iter().filter(|form| form.action.ends_with("/share"));
            let texts = list.all(".journal-share");
            for (form, text) in shares.zip(texts).filter(|(_, text)| text.starts_with(from)) {
                assert!(text.starts_with(from));
                ann.submit(&form.set("share", to)).goes_to("/journal");
            }
            let expected: &[&str] = if to == "yes" { &["private", "shared", "import", "silent"] } else { &[] };
            assert_eq!(read(&all_of_the_desk(&clinic, &clinic.ann)), expected);
        }
        let entry = app.database.lines("SELECT id AS line FROM journal_entries").remove(0);
        ann.post(&format!("/journal/{entry}/share"), &[("share", "perhaps")]).goes_to(&format!("/journal/{entry}/edit"));
        app.signed_in(&clinic.dan).post(&format!("/journal/{entry}/share"), &[("share", "yes")]).is(404);
        assert_eq!(read(&all_of_the_desk(&clinic, &clinic.ann)), Vec::<&str>::new());
        // The capability itself reads no private words, whatever a page would do with them.
        let patient = gradus::ids::PatientId::from(&clinic.ann.id());
        let treat = gradus::care::desk::treat(app.store(), &clinic.ben.actor(), &patient, app.now()).expect("in charge");
        let day = app.moment().today();
        let entries = app.store().read::<_, gradus::store::StoreError>(|tx| gradus::store::journal::all_between(tx, &treat, day - Days::new(9), day));
        assert!(entries.expect("entries").iter().all(|entry| entry.body.note.is_empty()));
    }
}
