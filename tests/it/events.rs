//! Problems with an exercise at the desk: written down, acted on, closed.

use crate::support::{Clinic, Form, Page, Person};

struct Told {
    clinic: Clinic,
    path: String,
}

impl Told {
    fn open(backend: crate::support::Backend) -> Self {
        let clinic = Clinic::open(backend);
        let path = format!("/pro/patients/{}/events", clinic.ann.id());
        Self { clinic, path }
    }

    fn ben(&self) -> Person {
        self.clinic.app.signed_in(&self.clinic.ben)
    }

    fn form(&self, ben: &Person) -> Form {
        let page = ben.get(&self.path).is(200);
        let exercise = page.attributes("#f-exercise option", "value")[1].clone();
        page.form_to(&self.path).set("exercise", &exercise).fill("What happened", "A cramp in the calf").set("severity", "moderate")
    }

    fn waiting(&self) -> usize {
        self.clinic.app.database.count("alerts WHERE rule = 'adverse' AND resolved_at IS NULL")
    }
}

fn close(ben: &Person, event: &str, outcome: &str) -> Page {
    ben.submit(&ben.get(event).is(200).form_to(event).set("severity", "mild").fill("What became of it", outcome))
}

each_backend! {
    fn what_was_told_is_written_down_waits_and_is_closed_with_words(backend) {
        let told = Told::open(backend);
        let ben = told.ben();
        let form = told.form(&ben);
        ben.submit(&form).goes_to(&told.path);
        ben.submit(&form).goes_to(&told.path);
        assert_eq!((told.clinic.app.database.count("adverse_events"), told.waiting()), (1, 1), "the same form twice");
        let list = ben.get(&told.path).is(200);
        assert!(list.words().contains("A cramp in the calf") && list.words().contains("Written down by Ben") && list.words().contains("Moderate"), "{}", list.words());
        let event = list.attributes("th[scope=row] a", "href").remove(0);
        let page = ben.get(&event).is(200);
        let links = page.attributes("main li a", "href");
        assert!(links.iter().any(|href| href.contains("/items/")) && links.iter().any(|href| href.ends_with("/plan")), "{links:?}");
        assert_eq!(close(&ben, &event, "ok").is(422).errors().len(), 1);
        assert_eq!(told.waiting(), 1);
        close(&ben, &event, "Gone the next day").goes_to(&told.path);
        assert_eq!(told.waiting(), 0, "closing deals with the alert");
        let page = ben.get(&event).is(200);
        assert!(page.words().contains("Gone the next day") && page.words().contains("Closed by Ben") && page.words().contains("Mild"), "{}", page.words());
        assert!(page.forms().is_empty());
        ben.post(&event, &[("severity", "severe"), ("outcome", "Another story")]).goes_to(&told.path);
        assert_eq!(told.clinic.app.database.count("adverse_events WHERE outcome = 'Gone the next day' AND severity = 'mild'"), 1, "closed is closed");
    }

    fn an_open_problem_is_one_entry_of_the_inbox_and_is_not_clicked_away(backend) {
        let told = Told::open(backend);
        let ben = told.ben();
        ben.submit(&told.form(&ben)).is(303);
        let problems = || ben.get("/pro").is(200).all(".inbox-item").into_iter().filter(|item| item.to_lowercase().contains("problem")).count();
        assert_eq!((problems(), told.waiting()), (1, 1), "event and alert");
        let link = ben.get("/pro").link("Open the report: Ann");
        let key = format!("event:{}", link.rsplit('/').next().unwrap());
        let mark = format!("/pro/inbox/{}/mark", told.clinic.ann.id());
        ben.post(&mark, &[("item", &key), ("said", "done")]).is(422);
        ben.post(&mark, &[("item", &key), ("said", "week")]).goes_to("/pro");
        assert_eq!(problems(), 0, "put off");
        ben.post(&mark, &[("item", &key), ("said", "again")]).goes_to("/pro");
        close(&ben, &link, "Gone the next day").is(303);
        assert_eq!((problems(), told.waiting()), (0, 0));
    }

    fn the_alert_waits_for_the_last_open_one(backend) {
        let told = Told::open(backend);
        let ben = told.ben();
        let first = told.clinic.app.tell_event(&told.clinic.ben, &told.clinic.ann);
        ben.submit(&told.form(&ben)).is(303);
        close(&ben, &format!("{}/{first}", told.path), "Settled by itself").is(303);
        assert_eq!(told.waiting(), 1, "one is still open");
        let other = ben.get(&told.path).attributes("th[scope=row] a", "href").into_iter().find(|href| !href.ends_with(&first)).expect("another");
        close(&ben, &other, "Settled as well").is(303);
        assert_eq!(told.waiting(), 0);
    }

    fn what_does_not_fit_is_said_and_strangers_see_nothing(backend) {
        let told = Told::open(backend);
        let ben = told.ben();
        let refused = ben.post(&told.path, &[("what", "")]).is(422);
        assert_eq!(refused.errors().len(), 4, "{:?}", refused.errors());
        let refused = ben.submit(&told.form(&ben).set("happened", "2026-03-03")).is(422);
        assert_eq!((refused.errors().len(), refused.form_to(&told.path).value("what")), (1, Some("A cramp in the calf")));
        ben.submit(&told.form(&ben).set("happened", "2025-12-01")).is(422);
        assert_eq!(told.clinic.app.database.count("adverse_events"), 0);
        let event = format!("{}/{}", told.path, told.clinic.app.tell_event(&told.clinic.ben, &told.clinic.ann));
        let cleo = told.clinic.app.signed_in(&told.clinic.cleo);
        for path in [&told.path, &event] {
            cleo.get(path).is(404);
            cleo.post(path, &[("what", "x")]).is(404);
        }
        // Another patient's event under one's own patient's address.
        told.clinic.app.start_plan(&told.clinic.dan);
        let theirs = told.clinic.app.tell_event(&told.clinic.cleo, &told.clinic.dan);
        ben.get(&format!("{}/{theirs}", told.path)).is(404);
        ben.post(&format!("{}/{theirs}", told.path), &[("severity", "mild"), ("outcome", "Not mine at all")]).is(404);
    }
}
