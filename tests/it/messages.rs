//! The thread between a patient and their clinic: both ways, off, with a problem that is told in it, and the e-mails
//! that say no more than that something is new.

use crate::support::post::PostOffice;
use crate::support::{Backend, Clinic, Form, Person, Someone, TestApp, spawn_with};
use chrono::{Duration, NaiveTime};
use gradus::app::post_round;
use gradus::config::TELLING;
use gradus::store::outbox::{self, Kind, NewPosting};

fn thread_of(who: &Someone) -> String {
    format!("/pro/patients/{}/messages", who.id())
}

fn form(person: &Person, path: &str) -> Form {
    person.get(path).is(200).form_to(path)
}

/// Her form with a problem, filled in but for "anything new".
fn problem(ann: &Person) -> Form {
    let form = form(ann, "/messages").choose("A problem with an exercise", "This is about").set("exercise", "other");
    form.fill("What happened", "My knee stung on the last step").fill("Your message", "Please have a look at my knee")
}

fn set_clinic(clinic: &Clinic, is_on: &str, days: &str) {
    let eve = clinic.app.signed_in(&clinic.eve);
    let form = form(&eve, "/admin/messages").set("is_on", is_on).set("days", days).fill("How else", "020 7946 0000, mornings");
    eve.submit(&form).goes_to("/admin/messages");
}

each_backend! {
    fn a_thread_goes_both_ways_and_says_what_was_seen(backend) {
        let clinic = Clinic::open(backend);
        let (ann, ben, path) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben), thread_of(&clinic.ann));
        let page = ann.get("/messages").is(200).words();
        assert!(page.contains("within 3 working days") && page.contains("Never for emergencies") && page.contains("999") && page.contains("111"), "{page}");
        ann.submit(&form(&ann, "/messages").fill("Your message", "Is the chair too low?")).goes_to("/messages");
        assert!(ann.get("/messages").words().contains("Not seen yet"));
        clinic.app.wait(Duration::minutes(5));
        let page = ben.get(&path).is(200).words();
        assert!(page.contains("Ann 2 March 2026, 09:00 New") && page.contains("Is the chair too low?"), "{page}");
        assert!(ann.get("/messages").words().contains("Seen on 2 March 2026, 09:05"));
        ben.submit(&form(&ben, &path).fill("Your message", "Try the higher one.")).goes_to(&path);
        assert!(ben.get(&path).words().contains("You 2 March 2026, 09:05"));
        assert!(ann.get("/today").words().contains("1 new message"), "{}", ann.get("/today").words());
        assert!(ann.get("/help").words().contains("(1 new message)"));
        let page = ann.get("/messages").words();
        assert!(page.find("too low").unwrap() < page.find("higher one").unwrap() && page.contains("Ben 2 March 2026, 09:05 New"), "newest at the bottom: {page}");
        assert!(!ann.get("/today").words().contains("new message"));
        // A German patient reads the same in German.
        ann.submit(&ann.get("/language").form_to("/language").set("language", "de")).is(303);
        let page = ann.get("/messages").is(200);
        assert!(page.words().contains("Nie für Notfälle") && crate::languages::english_left(&page).is_empty(), "{:?}", crate::languages::english_left(&page));
        // Strangers see nothing, and what nobody is in charge of is the whole clinic's.
        let cleo = clinic.app.signed_in(&clinic.cleo);
        cleo.get(&path).is(404);
        cleo.post(&path, &[("body", "hello")]).is(404);
        let solo = clinic.app.patient("Solo");
        clinic.app.writes(&solo, "Is anybody there?");
        cleo.submit(&form(&cleo, &thread_of(&solo)).fill("Your message", "Yes.")).is(303);
        assert_eq!(clinic.app.database.count("messages"), 4);
    }

    fn sent_twice_is_kept_once_and_too_long_keeps_its_words(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let sent = form(&ann, "/messages").fill("Your message", "Once");
        ann.submit(&sent).goes_to("/messages");
        ann.submit(&sent).goes_to("/messages");
        assert_eq!(clinic.app.database.count("messages"), 1);
        let long = "ä".repeat(2001);
        let page = ann.submit(&form(&ann, "/messages").fill("Your message", &long)).is(422);
        assert_eq!(page.errors(), ["Use at most 2000 characters"]);
        assert_eq!(page.form_to("/messages").value("body"), Some(long.as_str()));
        ann.submit(&form(&ann, "/messages").fill("Your message", "  ")).is(422);
        // Line ends of a browser count once.
        let lines = "a\r\n".repeat(999) + "ab";
        ann.submit(&form(&ann, "/messages").fill("Your message", &lines)).goes_to("/messages");
        assert_eq!(clinic.app.database.count("messages"), 2);
    }

    fn off_means_no_form_and_what_was_written_stays(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.writes(&clinic.ann, "Before");
        let (ann, ben, path) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben), thread_of(&clinic.ann));
        let (hers, his) = (form(&ann, "/messages").fill("Your message", "After"), form(&ben, &path).fill("Your message", "After"));
        set_clinic(&clinic, "no", "2");
        let page = ann.get("/messages").is(200);
        assert!(page.words().contains("does not use messages") && page.words().contains("020 7946 0000") && page.words().contains("Before"), "{}", page.words());
        assert!(page.forms().is_empty() && !ann.get("/today").words().contains("Messages with your clinic"));
        assert!(ben.get(&path).words().contains("The clinic has turned messages off"));
        for (person, form) in [(&ann, &hers), (&ben, &his)] {
            let refused = person.submit(form).is(422);
            assert!(refused.errors()[0].contains("turned off"), "{:?}", refused.errors());
        }
        assert!(ann.get("/account").words().contains("Off. What was written stays readable"));
        set_clinic(&clinic, "yes", "1");
        set_clinic(&clinic, "yes", "1");
        assert_eq!(clinic.app.database.count("audit WHERE action = 'set the clinic''s messages'"), 2, "what changes nothing is no change");
        assert!(ann.get("/messages").words().contains("within one working day"));
        // She turns them off herself.
        ann.post("/messages/choice", &[]).goes_to("/messages");
        let page = ann.get("/messages").is(200);
        assert!(page.words().contains("You turned messages off") && page.words().contains("Before"));
        assert_eq!(page.forms().len(), 1, "only her choice");
        assert!(ben.get(&path).words().contains("Ann has turned messages off") && ben.get(&path).forms().is_empty());
        ann.submit(&page.form_to("/messages/choice").choose("What do you want", "I want to write")).goes_to("/messages");
        ann.submit(&form(&ann, "/messages").fill("Your message", "Again")).goes_to("/messages");
        assert_eq!(clinic.app.database.count("messages"), 2);
        clinic.app.signed_in(&clinic.eve).post("/admin/messages", &[("is_on", "yes"), ("days", "6")]).is(422);
    }

    fn a_problem_becomes_an_event_with_an_alert(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let refused = ann.submit(&problem(&ann).set("exercise", "").set("happened", "")).is(422);
        assert_eq!(refused.errors().len(), 3, "{:?}", refused.errors());
        assert_eq!(refused.form_to("/messages").value("what"), Some("My knee stung on the last step"));
        ann.submit(&problem(&ann).set("happened", "2026-03-03").choose("", "No")).is(422);
        ann.submit(&problem(&ann).set("exercise", "XX9").choose("", "No")).is(422);
        assert_eq!((clinic.app.database.count("messages"), clinic.app.database.count("adverse_events")), (0, 0), "never half of it");
        let exercise = ann.get("/messages").attributes("#f-exercise option", "value")[1].clone();
        let sent = problem(&ann).set("exercise", &exercise).choose("", "No");
        ann.submit(&sent).goes_to("/messages");
        ann.submit(&sent).goes_to("/messages");
        let database = &clinic.app.database;
        let kept = format!("adverse_events WHERE message_id IS NOT NULL AND exercise = '{exercise}' AND severity = 'unsure'");
        assert_eq!(database.count(&kept), 1);
        assert_eq!(database.count("alerts WHERE rule = 'adverse' AND resolved_at IS NULL"), 1);
        assert_eq!(database.count("weekly_checks"), 0);
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get(&thread_of(&clinic.ann)).is(200);
        assert!(page.words().contains("A problem with") && page.words().contains("My knee stung"), "{}", page.words());
        assert!(ben.get("/pro").words().contains("A problem with"), "{}", ben.get("/pro").words());
        assert_eq!(ann.get("/today").count(".card-next"), 1, "the plan goes on");
    }

    fn something_new_opens_the_danger_questions_and_hides_the_exercises(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        // Also when the rest does not fit, and once for both submissions.
        let refused = ann.submit(&problem(&ann).set("exercise", "").choose("", "Yes")).is(422);
        assert_eq!(clinic.app.database.count("weekly_checks"), 1);
        assert_eq!(ann.get("/today").is(200).count(".card-next"), 0, "no exercise until they are answered");
        ann.submit(&refused.form_to("/messages").set("exercise", "other")).goes_to("/signs");
        assert_eq!((clinic.app.database.count("weekly_checks"), clinic.app.database.count("messages")), (1, 1));
        assert!(ann.get("/messages").words().contains("A few questions first"));
        ann.get("/signs").is(200);
        // Messages work while the plan stands still.
        ann.submit(&form(&ann, "/messages").fill("Your message", "I answer them now")).goes_to("/messages");
    }
}

each_backend! {
    fn a_notice_that_could_not_be_delivered_is_said_on_the_thread_until_one_arrives(backend) {
        let clinic = Clinic::open(backend);
        let (app, who) = (&clinic.app, clinic.ann.id());
        let ben = app.signed_in(&clinic.ben);
        let settled = |status: &str| {
            let now = app.now();
            let new = NewPosting { user: &who, kind: Kind::News, on: now.date(), token: "", at: now, until: now + Duration::hours(6) };
            app.store().write(|tx| outbox::insert(tx, &new)).expect("decided");
            let id = app.database.line("SELECT id AS line FROM outbox WHERE status = 'waiting'");
            app.store().write(|tx| outbox::settle(tx, &id, 0, status, "refused", now, now)).expect("settled");
        };
        let said = |ben: &Person| ben.get(&thread_of(&clinic.ann)).is(200).words().contains("The e-mail notice of Mon 2 Mar could not be delivered.");
        assert!(!said(&ben));
        settled("failed");
        assert!(said(&ben));
        assert!(!app.signed_in(&clinic.ann).get("/messages").words().contains("could not be delivered"));
        app.wait(Duration::days(1));
        settled("sent");
        assert!(!said(&app.signed_in(&clinic.ben)), "another one arrived");
    }
}

/// A clinic that sends through a real mail server.
struct Posting {
    app: TestApp,
    ann: Someone,
    ben: Someone,
    office: PostOffice,
}

fn open(backend: Backend) -> Option<Posting> {
    let office = PostOffice::open("off")?;
    let settings = office.settings("off");
    let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let app = spawn_with(backend, &settings);
    let ben = app.physio("Ben");
    let ann = app.patient_of(&ben, "Ann");
    app.start_plan(&ann);
    Some(Posting { app, ann, ben, office })
}

impl Posting {
    /// Moves the clock to a day of that week (0 = Monday) and time, and lets a round run.
    fn at(&self, day: i64, at: &str) -> usize {
        let time = NaiveTime::parse_from_str(at, "%H:%M").expect("a time");
        self.app.clock.set((crate::support::start_of_tests().date() + Duration::days(day)).and_time(time));
        post_round(&self.app.state).expect("a round")
    }
}

each_backend! {
    fn two_messages_are_one_e_mail_without_a_word_of_them(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.at(0, "10:00");
        clinic.app.answers(&clinic.ben, &clinic.ann, "How is the shoulder?");
        assert_eq!(clinic.at(0, "10:14"), 0, "not at once");
        clinic.app.answers(&clinic.ben, &clinic.ann, "And the knee?");
        assert_eq!((clinic.at(0, "10:29"), clinic.at(0, "10:30"), clinic.at(0, "12:00")), (1, 0, 0), "one for both, a while after the newest");
        let mail = clinic.office.wait_for(1).remove(0);
        assert_eq!((mail.to.as_slice(), mail.header("subject").as_str()), (&["ann@example.org".to_owned()][..], "There is something new for you"));
        let words: Vec<&str> = mail.body.split_whitespace().filter(|word| !word.starts_with("http")).collect();
        let said = format!("{} {}", mail.header("from"), words.join(" ")).to_lowercase();
        for word in TELLING.iter().chain(&["shoulder", "knee", "ben ", "exercis"]) {
            assert!(!said.contains(word), "{word:?} in {said}");
        }
        assert!(!mail.raw.contains("knee") && !mail.raw.contains("Ben") && mail.body.contains("http://gradus.test/messages"), "{}", mail.raw);
        // Another one on the same day waits for the next; nothing goes out at night or of what was read.
        clinic.app.answers(&clinic.ben, &clinic.ann, "One more");
        assert_eq!((clinic.at(0, "19:00"), clinic.at(1, "07:00"), clinic.at(1, "08:00"), clinic.at(2, "09:00")), (0, 0, 1, 0));
        clinic.app.answers(&clinic.ben, &clinic.ann, "Read at once");
        clinic.app.signed_in(&clinic.ann).get("/messages").is(200);
        assert_eq!(clinic.at(2, "10:00"), 0);
        // A plan that stands still silences reminders, not people.
        clinic.app.database.execute("UPDATE plans SET status = 'ended'");
        clinic.app.answers(&clinic.ben, &clinic.ann, "Come and see me");
        assert_eq!(clinic.at(3, "10:00"), 1);
    }

    fn the_choice_and_the_link_end_the_e_mails_and_nothing_else(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.app.answers(&clinic.ben, &clinic.ann, "Hello");
        assert_eq!(clinic.at(0, "10:00"), 1);
        let stop = clinic.office.wait_for(1)[0].path("/stop/");
        let stranger = clinic.app.visitor();
        assert_eq!(stranger.submit(&stranger.get(&stop).is(200).form()).is(200).heading(), "These e-mails are off");
        clinic.app.answers(&clinic.ben, &clinic.ann, "Hello again");
        assert_eq!(clinic.at(1, "10:00"), 0);
        let ann = clinic.app.signed_in(&clinic.ann);
        let page = ann.get("/messages").is(200);
        assert!(page.words().contains("Hello again"), "messages go on");
        ann.submit(&page.form_to("/messages/choice").choose("What do you want", "Send me an e-mail")).goes_to("/messages");
        clinic.app.answers(&clinic.ben, &clinic.ann, "Third");
        assert_eq!(clinic.at(2, "10:00"), 1);
        let ann = clinic.app.signed_in(&clinic.ann);
        ann.post("/messages/choice", &[("want", "on")]).goes_to("/messages");
        stranger.get(&stop).is(404);
        clinic.app.answers(&clinic.ben, &clinic.ann, "Fourth");
        assert_eq!(clinic.at(3, "10:00"), 0);
        let ann = clinic.app.signed_in(&clinic.ann);
        assert!(ann.get("/account/reminders").words().contains("Turn reminders on"), "reminders are another thing");
    }

    fn the_desk_is_told_once_a_day_and_an_inbox_of_nobody_is_everybodys(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.app.physio("Cleo");
        let bea = clinic.app.patient_of(&clinic.ben, "Bea");
        clinic.at(0, "10:00");
        clinic.app.writes(&clinic.ann, "My knee");
        clinic.app.writes(&bea, "My shoulder");
        assert_eq!((clinic.at(0, "10:15"), clinic.at(0, "11:00")), (1, 0), "one for both patients");
        let mail = clinic.office.wait_for(1).remove(0);
        assert_eq!(mail.to, ["ben@example.org"]);
        assert!(!mail.raw.contains("knee") && !mail.raw.contains("Ann") && mail.header("list-unsubscribe").is_empty(), "{}", mail.raw);
        let solo = clinic.app.patient("Solo");
        clinic.app.writes(&solo, "Anybody?");
        assert_eq!(clinic.at(1, "09:00"), 2, "nobody is in charge: both are told");
        // What somebody has read since is not told.
        clinic.app.writes(&clinic.ann, "Again");
        clinic.app.signed_in(&clinic.ben).get(&thread_of(&clinic.ann)).is(200);
        assert_eq!(clinic.at(2, "09:00"), 0);
    }
}
