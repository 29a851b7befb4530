//! A patient's file: its order, its words, its numbers.

use crate::course::{Day, GOOD, Life};
use crate::support::Clinic;
use gradus::clinical::codes::{Disposition, Outcome};
use gradus::store::journal::EntryBody;

each_backend! {
    fn the_file_tells_what_waits_first_and_has_words_before_every_number_and_chart(backend) {
        let clinic = Clinic::open(backend);
        let (app, file) = (&clinic.app, format!("/pro/patients/{}", clinic.ann.id()));
        Life { app, who: &clinic.ann }.weeks(2, GOOD);
        app.raise_alert(&clinic.ann);
        app.signed_in(&clinic.ann).post("/progress/card", &[("questions", "May I swim?")]).is(303);
        let page = app.signed_in(&clinic.ben).get(&file).is(200);
        let order = ["decisions", "visit", "goals", "pattern", "safety", "plan", "days", "sessions", "measures", "reviews", "changes", "papers"];
        let ids: Vec<String> = page.attributes("main section[id]", "id");
        assert_eq!(ids, order);
        assert_eq!(page.attributes("nav[aria-label='On this page'] a", "href").len(), 10);
        let part = |id: &str| page.all(&format!("#{id}")).remove(0);
        let decisions = part("decisions");
        assert!(decisions.contains("Rule P-10") && decisions.contains("neither pain") && decisions.contains("Week 2:") && decisions.contains("Change the plan"), "{decisions}");
        let visit = part("visit");
        for said in ["Week 3 of the plan", "May I swim?", "Tying my shoes", "4 at the start, 8 now (better by 4: a change that matters)", "Days with an answer in four weeks: 14", "6 done, 6 logged", "Pain the morning after"] {
            assert!(visit.contains(said), "{said}: {visit}");
        }
        let pattern = part("pattern");
        assert!(pattern.contains("Most sensitive to bending and sitting (Flexion intolerance)") && pattern.contains("Flexion ") && pattern.contains(" of 6"), "{pattern}");
        let safety = part("safety");
        assert!(safety.contains("all without anything new") && safety.contains("nothing to be checked first (CONTINUE)"), "{safety}");
        // Each chart has its sentence before it.
        for figure in ["pain-h", "colours-h"] {
            let said = page.all(&format!("figure[aria-labelledby='{figure}'] .chart-sentence")).remove(0);
            assert!(said.split_whitespace().count() > 5 && !said.contains("your "), "{figure}: {said}");
        }
        assert_eq!(page.count("#days .day"), 14);
        assert!(part("days").contains("Session: "), "{}", part("days"));
        assert!(part("sessions").contains("pain 2, effort 4"), "{}", part("sessions"));
        assert!(part("measures").contains("a change that matters"), "{}", part("measures"));
        // No code stands alone.
        let words = page.words();
        for code in Disposition::ALL.iter().map(|code| code.code()).chain(Outcome::ALL.iter().map(|code| code.code())) {
            assert_eq!(words.matches(code).count(), words.matches(&format!("({code})")).count(), "{code}");
        }
        for name in ["team", "messages", "events", "notes", "letters", "rules", "plan", "assign", "copy", "measures", "sheet", "card", "discharge", "override"] {
            assert!(page.attributes("main a", "href").contains(&format!("{file}/{name}")), "{name}");
        }
        assert!(page.text.len() < 60_000, "{}", page.text.len());
        let ben = app.signed_in(&clinic.ben);
        let answers = ben.get(&format!("{file}/answers")).is(200);
        assert!(answers.words().contains("The answers ask for: nothing to be checked first (CONTINUE)."), "{}", answers.words());
        assert!(ben.get(&format!("{file}/sessions")).is(200).words().contains("Logged since 2 March 2026"));
        assert!(ben.get(&format!("{file}/changes")).is(200).words().contains("Your plan began"));
    }

    fn a_file_without_any_answer_is_short_and_says_so(backend) {
        let clinic = Clinic::open(backend);
        let page = clinic.app.signed_in(&clinic.cleo).get(&format!("/pro/patients/{}", clinic.dan.id())).is(200);
        let words = page.words();
        for said in ["The intake is not finished.", "Nothing waits for you.", "There is no plan yet.", "No score yet.", "No check has been answered"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert_eq!(page.count("figure"), 0);
    }

    fn what_waits_in_the_inbox_waits_in_the_file_with_the_same_words_and_way(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        ann.submit(&ann.get("/messages").form_to("/messages").set("body", "May I swim?")).is(303);
        let (file, ben) = (format!("/pro/patients/{}", clinic.ann.id()), clinic.app.signed_in(&clinic.ben));
        assert!(ben.get("/pro").is(200).words().contains("A message waits for an answer."));
        let page = ben.get(&file).is(200);
        assert!(page.words().contains("A message waits for an answer."), "{}", page.words());
        assert!(!page.words().contains("Nothing waits for you."));
        assert!(page.attributes("#decisions a", "href").contains(&format!("{file}/messages")));
    }

    fn whoever_only_looks_finds_no_form(backend) {
        let clinic = Clinic::open(backend);
        let until = (clinic.app.now() + chrono::Duration::hours(4)).format("%Y-%m-%d %H:%M:%S");
        let sql = format!(
            "INSERT INTO care_relations (id, patient_id, physio_id, started_at, kind, until_at, reason) VALUES ('glass', '{}', '{}', '2026-03-02 08:00:00', 'emergency', '{until}', 'called at night')",
            clinic.ann.id(),
            clinic.cleo.id()
        );
        clinic.app.database.execute(&sql);
        clinic.app.raise_alert(&clinic.ann);
        let (file, cleo) = (format!("/pro/patients/{}", clinic.ann.id()), clinic.app.signed_in(&clinic.cleo));
        let page = cleo.get(&file).is(200);
        assert_eq!(page.count("main form"), 0);
        assert!(!page.attributes("main a", "href").contains(&format!("{file}/override")));
        assert_eq!(cleo.get(&format!("{file}/notes")).is(200).count("main form"), 0);
        cleo.get(&format!("{file}/override")).is(404);
    }

    fn a_look_in_an_emergency_leads_nowhere_that_does_not_open(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let (file, cleo) = (format!("/pro/patients/{}", clinic.ann.id()), app.signed_in(&clinic.cleo));
        Life { app, who: &clinic.ann }.weeks(1, GOOD);
        app.look_again(&clinic.ann, true);
        app.raise_alert(&clinic.ann);
        let ben = app.signed_in(&clinic.ben);
        let note = ben.get(&format!("{file}/notes")).form_to(&format!("{file}/notes")).set("contact", "telephone").set("says", "It is better");
        ben.submit(&note).is(303);
        let cleo_asks = [("who", "Ann"), ("need", "yes"), ("reason", "Collapsed in the waiting room, needs her history")];
        app.signed_in(&clinic.cleo).post("/pro/emergency", &cleo_asks).goes_to(&file);
        drop(cleo);
        let cleo = app.signed_in(&clinic.cleo);
        let (mut seen, mut next) = (std::collections::BTreeSet::new(), vec![file.clone()]);
        while let Some(path) = next.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let page = cleo.get(&path).is(200);
            assert_eq!(page.count("main form[method='post']"), 0, "{path}");
            let inside = page.attributes("main a", "href").into_iter().filter(|href| href.starts_with(&file));
            next.extend(inside.map(|href| href.split('#').next().unwrap_or_default().to_owned()).filter(|href| !href.ends_with(".txt")));
        }
        for page in ["answers", "sessions", "messages", "events", "notes", "letters", "team", "card"] {
            assert!(seen.contains(&format!("{file}/{page}")), "{page}: {seen:?}");
        }
        for page in ["changes", "reviews"] {
            assert_eq!(cleo.get(&format!("{file}/{page}")).is(200).count("main form"), 0);
        }
        // Pages on which something is decided are not there for them; they still are for whoever is in charge.
        let ben = app.signed_in(&clinic.ben);
        for page in ["plan", "plan/versions", "plan/preview", "assign", "copy", "rules", "override", "discharge", "sheet", "add", "letters/new/hand-over"] {
            cleo.get(&format!("{file}/{page}")).is(404);
            ben.get(&format!("{file}/{page}")).is(200);
        }
    }

    fn the_file_stays_light_after_half_a_year_of_every_day(backend) {
        let clinic = Clinic::open(backend);
        let (app, file) = (&clinic.app, format!("/pro/patients/{}", clinic.ann.id()));
        let life = Life { app, who: &clinic.ann };
        for day in 0..26 * 7u8 {
            let entry = EntryBody {
                back: Some(4 + day % 4),
                sleep_quality: Some(5),
                note: format!("Day {day}: stiff in the morning, better after the walk, sore again after an afternoon at the desk and in the car."),
                share_note: true,
                ..EntryBody::default()
            };
            app.write_entry(&clinic.ann, &entry);
            life.live(Day { pain: 4 + day % 4, effort: 6, rmdq: 9 });
        }
        let ben = app.signed_in(&clinic.ben);
        let page = ben.get(&file).is(200);
        assert!(page.text.len() < 60_000, "{} bytes: {:?}", page.text.len(), weights(&page.text));
        // What is folded away is one link further.
        let reviews = ben.get(&page.link("All weekly reviews")).is(200).words();
        assert!(reviews.contains("Week 1:") && reviews.contains("Week 20:"), "{reviews}");
        let sessions = ben.get(&page.link("All sessions of this plan")).is(200);
        assert!(sessions.count("tbody tr") > 80, "{}", sessions.count("tbody tr"));
    }
}

/// How heavy each section is, so that a failure says what to fold.
fn weights(html: &str) -> Vec<(String, usize)> {
    html.split("<section id=\"").skip(1).map(|part| (part.chars().take_while(|c| *c != '"').collect(), part.len())).collect()
}
