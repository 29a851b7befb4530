//! The progress page, the consult card and the hand-over letter, for the patient and for their physiotherapist.

use crate::course::{Day, GOOD, Life};
use crate::support::Clinic;
use gradus::care::safety::{CheckIn, answer_signs, check_in};
use gradus::clinical::intake::AnswerMap;
use gradus::ids;
use gradus::store::reviews::CheckAnswers;

/// Says yes to a danger-sign question and answers what lies behind it.
fn a_danger_sign(clinic: &Clinic) {
    let (store, own, moment) = (clinic.app.store(), clinic.ann.own(), clinic.app.moment());
    let answers = CheckAnswers { danger: vec!["weakness".to_owned()], leg: false };
    check_in(store, &own, &CheckIn { answers, psfs: Vec::new(), rmdq: None, token: ids::fresh() }, moment).expect("checked");
    let given: AnswerMap =
        [("r_weak", "one_new"), ("r_gait", "no")].map(|(id, answer)| (id.to_owned(), answer.into())).into_iter().collect();
    assert!(answer_signs(store, &own, &given, moment).expect("answered").hold_plan);
}

each_backend! {
    fn the_first_sentence_says_that_days_are_few_and_then_what_the_weeks_were(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let early = clinic.app.signed_in(&clinic.ann).get("/progress").is(200);
        assert!(early.words().contains("There are not enough days yet"), "{}", early.words());
        assert_eq!(early.count("svg.chart .dot"), 0, "nothing is drawn from nothing");
        life.weeks(2, Day { pain: 6, ..GOOD });
        life.weeks(2, Day { pain: 3, ..GOOD });
        let page = clinic.app.signed_in(&clinic.ann).get("/progress").is(200);
        let words = page.words();
        assert!(words.contains("In the last two weeks your pain was") && words.contains("lower by enough to matter"), "{words}");
        for said in ["Walking: you began with", "Your days were even", "came out as “Go on”", "mornings after a session", "How we count", "Nothing to compare yet", "Ostelo 2008"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        assert!(page.count("table") >= 4, "each part has its table");
        assert!(page.all("main [style]").is_empty());
        // A tag is compared from ten days with it and ten without.
        let body = |tags: &[&str]| gradus::store::journal::EntryBody { back: Some(4), tags: tags.iter().map(|t| (*t).to_owned()).collect(), ..Default::default() };
        let tag = gradus::clinical::advice::advice().tags[0].key.clone();
        for n in 0..20 {
            let tags: Vec<&str> = if n < 10 { vec![tag.as_str()] } else { Vec::new() };
            clinic.app.write_entry(&clinic.ann, &body(&tags));
            life.live(GOOD);
        }
        let words = clinic.app.signed_in(&clinic.ann).get("/progress").words();
        assert!(words.contains("your average was") && words.contains("Days with it: 10. Days without it: 10."), "{words}");
    }

    fn the_card_is_the_same_for_both_and_carries_the_patients_questions(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(2, GOOD);
        let ann = clinic.app.signed_in(&clinic.ann);
        let form = ann.get("/progress/card").is(200).form_to("/progress/card");
        ann.submit(&form.clone().set("questions", "May I swim?\r\n\r\nIs the stiffness all right?")).goes_to("/progress/card");
        ann.submit(&form.clone().set("questions", "May I swim?\nIs the stiffness all right?")).goes_to("/progress/card");
        let refused = ann.submit(&form.set("questions", "1\n2\n3\n4\n5\n6")).is(422);
        assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
        assert_eq!(refused.form_to("/progress/card").value("questions"), Some("1\n2\n3\n4\n5\n6"), "what was typed stays");
        let own = ann.get("/progress/card").is(200);
        let ben = clinic.app.signed_in(&clinic.ben).get(&format!("/pro/patients/{}/card", clinic.ann.id())).is(200);
        for said in ["Tying my shoes", "4 at the start, 8 now", "better by 4: a change that matters", "Walking:", "Days with an answer in four weeks: 14", "Usual pain", "6 done, 6 logged", "May I swim?"] {
            assert!(own.words().contains(said), "{said}: {}", own.words());
            assert!(ben.words().contains(said), "{said}: {}", ben.words());
        }
        assert_eq!(own.all("article"), ben.all("article"), "the same card");
        assert_eq!((own.count("main form"), ben.count("main form")), (1, 0));
        assert_eq!(clinic.app.database.count("visit_questions"), 1);
    }

    fn the_letter_says_what_was_asked_when_and_what_was_advised(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.live(GOOD);
        a_danger_sign(&clinic);
        let ann = clinic.app.signed_in(&clinic.ann);
        let link = ann.get("/signs/result").is(200).link("Letter for a clinician, on one page");
        let letter = ann.get(&link).is(200);
        let words = letter.words();
        // Only the two questions behind the "yes" were asked now; the rest is of the intake.
        let asked = gradus::clinical::catalogue::catalogue();
        assert!(words.contains(&asked.question("r_weak").expect("a question").text), "{words}");
        let no = format!("Answered “no”: {}.", asked.question("r_gait").expect("a question").short);
        assert!(words.contains(&no), "{words}");
        for said in ["Danger-sign questions during the programme", "3 March 2026, 09:00 (Europe/London)", "The exercise plan is paused since 3 March 2026, 09:00", "version 2026."] {
            assert!(words.contains(said), "{said}: {words}");
        }
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let ben = clinic.app.signed_in(&clinic.ben);
        let decision = link.rsplit('/').next().expect("an id").to_owned();
        assert!(ben.get(&file).attributes("main a", "href").contains(&format!("{file}/letter/{decision}")));
        assert_eq!(ben.get(&format!("{file}/letter/{decision}")).is(200).all("article"), letter.all("article"));
        // Of the intake as well, from the result.
        let intake = clinic.app.database.line("SELECT id AS line FROM evaluations WHERE occasion = 'intake'");
        let first = ann.get(&format!("/letter/{intake}")).is(200);
        assert!(first.words().contains("Questions at the start of the programme"), "{}", first.words());
    }

    fn a_visitor_prints_the_letter_of_their_check(backend) {
        let app = crate::support::spawn(backend);
        let visitor = app.visitor();
        visitor.get("/check/letter").goes_to("/check");
        let (page, _) = crate::check::walk(&visitor, |page| page.path == "/check/numbness");
        let result = visitor.submit_and_follow(&page.form().set("r_saddle", "new"));
        assert_eq!(result.path, "/check/result", "{}", result.words());
        let letter = visitor.get(&result.link("Letter for a clinician, on one page")).is(200);
        assert!(letter.words().contains("Name: ____") && letter.words().contains("Suitability check"), "{}", letter.words());
        assert!(letter.words().contains("An emergency answer ends the questions at once"), "{}", letter.words());
    }

    fn changes_are_told_month_by_month_with_who_decided(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        life.weeks(5, GOOD);
        let _ = life.today();
        let page = clinic.app.signed_in(&clinic.ann).get("/changes").is(200);
        assert_eq!(page.all("main h2"), ["April 2026", "March 2026"]);
        assert!(page.count("li.event-rules") >= 5 && page.count("li.event-you") >= 1, "{}", page.words());
        assert!(page.words().contains("Pain 2 on average on 7 of 7 days"), "{}", page.words());
    }
}
