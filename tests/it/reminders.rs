//! Reminders by e-mail, through a real mail server: what is sent, when, to whom, and above all when not.

use crate::support::post::{Mail, PostOffice};
use crate::support::{Backend, Page, Person, Someone, TestApp, spawn, spawn_with};
use chrono::{Days, Duration, NaiveTime};
use gradus::app::post_round;
use gradus::care::reminders::{Choice, choose, decide_all};
use gradus::care::{mail, safety};
use gradus::config::TELLING;
use gradus::post::letter::{Failure, Letter};
use gradus::store::reviews::CheckAnswers;
use gradus::store::{self, Store, StoreError};
use std::sync::Mutex;

/// A clinic that sends through a real mail server, on a Monday at nine; Ann's plan has Monday, Wednesday and Friday.
struct Posting {
    app: TestApp,
    ann: Someone,
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
    Some(Posting { app, ann, office })
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("a time")
}

impl Posting {
    fn choose(&self, who: &Someone, own_days: Option<Vec<u8>>, at: &str, second: Option<&str>) {
        let choice = Choice { own_days, at: time(at), second: second.map(time) };
        choose(self.app.store(), &who.own(), &choice, self.app.moment()).expect("chosen");
    }

    /// Moves the clock to a day of that first week (0 = Monday) and time, and lets a round run.
    fn at(&self, day: u64, at: &str) -> usize {
        self.app.clock.set((self.monday() + Days::new(day)).and_time(time(at)));
        self.round()
    }

    fn monday(&self) -> chrono::NaiveDate {
        crate::support::start_of_tests().date()
    }

    fn round(&self) -> usize {
        post_round(&self.app.state).expect("a round")
    }

    fn status_of(&self, kind: &str) -> Vec<String> {
        let sql = format!("SELECT status || ' ' || problem AS line FROM outbox WHERE kind = '{kind}' ORDER BY made_at");
        self.app.database.lines(&sql).into_iter().map(|line| line.trim().to_owned()).collect()
    }
}

/// Fails when a message says anything about health, from whom it comes or to whom it goes beyond the address.
fn says_nothing(mail: &Mail, name: &str) {
    let head = format!("{} {} {}", mail.header("subject"), mail.header("from"), mail.header("to"));
    // The secret in a link is chance.
    let body: Vec<&str> = mail.body.split_whitespace().filter(|word| !word.starts_with("http://gradus.test/")).collect();
    let text = format!("{head} {}", body.join(" ")).to_lowercase();
    for word in TELLING.iter().chain(&["exercis", "flare", "plan", "log ", "score", "movement"]) {
        assert!(!text.contains(word), "{word:?} in {text}");
    }
    assert!(!mail.raw.contains(name), "{}", mail.raw);
}

fn turn_on(person: &Person) -> Page {
    let form = person.get("/account/reminders").is(200).form_to("/account/reminders");
    person.submit(&form.fill("At what time", "18:00").fill("A second time", "20:30").choose("Your agreement", "I agree to get reminders"))
}

each_backend! {
    fn a_reminder_comes_on_a_training_day_once_and_says_nothing(backend) {
        let Some(clinic) = open(backend) else { return };
        let person = clinic.app.signed_in(&clinic.ann);
        let page = person.get("/account/reminders").is(200);
        assert!(page.words().contains("training days of my plan: Monday, Wednesday and Friday"), "{}", page.words());
        turn_on(&person).goes_to("/account/reminders");
        assert_eq!(clinic.app.database.count("consents WHERE purpose = 'reminders' AND withdrawn_at IS NULL"), 1);
        let page = person.get("/account/reminders");
        assert!(page.words().contains("Today at 18:00"), "{}", page.words());
        assert_eq!(clinic.at(0, "17:59"), 0);
        assert_eq!(clinic.at(0, "18:00"), 1);
        assert_eq!((clinic.round(), clinic.at(0, "18:30")), (0, 0), "once is enough");
        let mail = clinic.office.wait_for(1).remove(0);
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("no-reply@example.org", &["ann@example.org".to_owned()][..]));
        assert_eq!((mail.header("subject").as_str(), mail.header("from").as_str()), ("Something is waiting for you", "Gradus <no-reply@example.org>"));
        says_nothing(&mail, "Ann");
        assert!(mail.body.contains("http://gradus.test/today"), "links go to the public address: {}", mail.body);
        assert_eq!((mail.defects.len(), mail.hello.as_str(), mail.header("auto-submitted").as_str()), (0, "gradus.test", "auto-generated"));
        assert!(mail.header("message-id").ends_with("@gradus.test>") && !mail.header("date").is_empty());
        let stop = mail.path("/stop/");
        assert_eq!(mail.header("list-unsubscribe"), format!("<http://gradus.test{stop}/now>"));
        assert_eq!(mail.header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
        // The second one, because nothing was written down; not on Tuesday, which is a day of rest.
        assert_eq!(clinic.at(0, "20:30"), 1);
        assert_eq!((clinic.at(1, "18:00"), clinic.at(1, "20:31")), (0, 0));
        // On Wednesday a session is written down before the time, on Friday between the two.
        clinic.app.clock.set((clinic.monday() + Days::new(2)).and_time(time("17:00")));
        clinic.app.log_session(&clinic.ann);
        assert_eq!((clinic.at(2, "18:00"), clinic.at(2, "20:30")), (0, 0));
        assert_eq!(clinic.at(4, "18:00"), 1);
        clinic.app.log_session(&clinic.ann);
        assert_eq!(clinic.at(4, "20:30"), 0);
        assert_eq!(clinic.office.wait_for(3).len(), 3);
    }

    fn on_chosen_days_a_day_of_rest_is_reminded_and_anything_written_answers_it(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.choose(&clinic.ann, Some(vec![1, 3]), "07:00", None);
        assert_eq!(clinic.at(1, "07:00"), 1);
        assert_eq!(clinic.at(2, "07:00"), 0, "a training day that is not chosen");
        clinic.app.clock.set((clinic.monday() + Days::new(3)).and_time(time("06:30")));
        clinic.app.write_entry(&clinic.ann, &store::journal::EntryBody { back: Some(3), ..Default::default() });
        assert_eq!(clinic.at(3, "07:00"), 0);
    }

    fn nothing_is_sent_when_a_plan_stands_still_ends_or_the_account_is_closed(backend) {
        let Some(clinic) = open(backend) else { return };
        let (app, ann) = (&clinic.app, &clinic.ann);
        clinic.choose(ann, Some((0..7).collect()), "18:00", None);
        let answers = CheckAnswers { danger: vec!["fever_unwell".to_owned()], ..CheckAnswers::default() };
        let check = safety::CheckIn { answers, psfs: Vec::new(), rmdq: None, token: "t".to_owned() };
        safety::check_in(app.store(), &ann.own(), &check, app.moment()).expect("answered");
        assert_eq!(clinic.at(0, "18:00"), 0, "a danger sign waits for its details");
        app.database.execute("DELETE FROM weekly_checks");
        for cause in ["danger_sign", "leg_symptoms"] {
            app.store().write::<_, StoreError>(|tx| store::intake::place_hold(tx, &ann.own(), None, cause, false, app.now())).expect("held");
            assert_eq!(clinic.round(), 0, "{cause}");
            app.database.execute("DELETE FROM holds");
        }
        app.database.execute("UPDATE plans SET status = 'ended'");
        assert_eq!(clinic.round(), 0, "the plan has ended");
        app.database.execute("UPDATE plans SET status = 'active'; UPDATE users SET closed_at = created_at");
        assert_eq!(clinic.round(), 0, "the account is closed");
        app.database.execute("UPDATE users SET closed_at = NULL");
        assert_eq!(clinic.at(0, "19:00"), 1, "nothing else was in the way");
        assert_eq!(clinic.office.wait_for(1).len(), 1);
    }

    fn a_holiday_is_quiet_and_the_days_around_it_are_not(backend) {
        let Some(clinic) = open(backend) else { return };
        let person = clinic.app.signed_in(&clinic.ann);
        turn_on(&person).is(303);
        person.submit(&person.get("/break").form_to("/break").set("from", "2026-03-04").set("to", "2026-03-05")).is(303);
        assert_eq!((clinic.at(0, "18:00"), clinic.at(2, "18:00"), clinic.at(2, "20:30")), (1, 0, 0));
        assert!(clinic.app.signed_in(&clinic.ann).get("/account/reminders").words().contains("None while you are away or ill"));
        assert_eq!(clinic.at(4, "18:00"), 1);
    }

    fn what_was_decided_is_left_out_when_it_is_not_wanted_any_more(backend) {
        let Some(clinic) = open(backend) else { return };
        let busy = clinic.app.patient("Busy");
        clinic.app.start_plan(&busy);
        clinic.choose(&busy, Some(vec![0, 1]), "18:00", None);
        assert_eq!(clinic.at(0, "18:00"), 0);
        assert_eq!(clinic.status_of("first"), ["waiting busy"]);
        clinic.app.log_session(&busy);
        assert_eq!(clinic.at(0, "18:10"), 0);
        assert_eq!(clinic.status_of("first"), ["dropped"]);
        let page = clinic.app.signed_in(&busy).get("/account/reminders");
        assert!(page.words().contains("Tomorrow at 18:00") && !page.words().contains("was not sent"), "{}", page.words());
    }

    fn a_busy_server_is_asked_again_later_and_never_at_night(backend) {
        let Some(clinic) = open(backend) else { return };
        let busy = clinic.app.patient("Busy");
        clinic.app.start_plan(&busy);
        clinic.choose(&busy, Some(vec![0]), "21:30", None);
        let attempts = || clinic.app.database.line("SELECT CAST(attempts AS TEXT) AS line FROM outbox").parse::<u32>().expect("a number");
        clinic.at(0, "21:30");
        assert_eq!(attempts(), 1);
        for (at, made) in [("21:31", 1), ("21:32", 2), ("21:35", 2), ("21:36", 3), ("21:44", 4), ("22:00", 5), ("22:32", 6)] {
            clinic.at(0, at);
            assert_eq!(attempts(), made, "{at}");
        }
        assert_eq!(clinic.status_of("first"), ["failed busy"], "the next try would be after half past eleven");
        let page = clinic.app.signed_in(&busy).get("/account/reminders");
        assert!(page.words().contains("The mail server was busy. The last try was today at 22:32"), "{}", page.words());
        // The server stood still over the evening: nothing goes out at two in the night, and the next day counts anew.
        clinic.choose(&clinic.ann, Some(vec![1, 2]), "21:00", None);
        assert_eq!(clinic.at(2, "02:00"), 0);
        assert_eq!(clinic.at(2, "21:00"), 1);
    }

    fn an_address_that_is_refused_is_told_and_keeps_nobody_waiting(backend) {
        let Some(clinic) = open(backend) else { return };
        let refused = clinic.app.patient("Refused");
        clinic.app.start_plan(&refused);
        clinic.choose(&refused, None, "18:00", None);
        clinic.choose(&clinic.ann, None, "18:00", None);
        assert_eq!(clinic.at(0, "18:00"), 1);
        assert_eq!(clinic.office.wait_for(1)[0].to, ["ann@example.org"]);
        let person = clinic.app.signed_in(&refused);
        assert!(person.get("/account/reminders").words().contains("did not take a message to your address"));
        let page = clinic.app.signed_in(&clinic.ann).get("/account/reminders");
        assert!(page.words().contains("Today at 18:00"), "{}", page.words());
    }

    fn the_link_stops_without_signing_in_and_looking_at_it_stops_nothing(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.choose(&clinic.ann, Some((0..7).collect()), "18:00", None);
        clinic.at(0, "18:00");
        let stop = clinic.office.wait_for(1)[0].path("/stop/");
        let stranger = clinic.app.visitor();
        let on = || clinic.app.database.count("reminders WHERE is_on");
        let page = stranger.get(&stop).is(200);
        stranger.get(&format!("{stop}/now")).is(200);
        assert_eq!(on(), 1, "mail programs open links by themselves");
        stranger.post_bare(&stop, &[]).is(403);
        assert_eq!(on(), 1, "a form without its token");
        assert_eq!(stranger.submit(&page.form()).is(200).heading(), "Reminders are off");
        assert_eq!((on(), clinic.app.database.count("consents WHERE purpose = 'reminders' AND withdrawn_at IS NULL")), (0, 0));
        assert_eq!(stranger.submit(&stranger.get(&stop).form()).is(200).heading(), "Reminders are off", "twice is as good as once");
        assert_eq!(clinic.at(1, "18:00"), 0);
        // Turned on again, then off on the page: the links of earlier messages end.
        clinic.choose(&clinic.ann, Some((0..7).collect()), "18:00", None);
        let ann = clinic.app.signed_in(&clinic.ann);
        ann.submit(&ann.get("/account/reminders").form_to("/account/reminders/off")).goes_to("/account/reminders");
        assert_eq!(on(), 0);
        let ended = stranger.get(&stop).is(404);
        assert_eq!(ended.text, stranger.get("/stop/nonsense").is(404).text, "ended and unknown answer alike");
    }

    fn a_mail_program_stops_with_one_request(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.choose(&clinic.ann, Some((0..7).collect()), "18:00", None);
        clinic.at(0, "18:00");
        let header = clinic.office.wait_for(1)[0].header("list-unsubscribe");
        let path = header.trim_matches(['<', '>']).trim_start_matches("http://gradus.test").to_owned();
        let machine = clinic.app.visitor();
        let on = || clinic.app.database.count("reminders WHERE is_on");
        machine.post_bare(&path, &[]).is(400);
        machine.post_bare(&path, &[("List-Unsubscribe", "No")]).is(400);
        machine.post_bare("/stop/nonsense/now", &[("List-Unsubscribe", "One-Click")]).is(404);
        assert_eq!(on(), 1);
        // From a mail provider's pages, wherever they are.
        let request = machine.request("POST", &path).header("origin", "https://mail.example").header("sec-fetch-site", "cross-site");
        let page = machine.send(&path, request.form(&[("List-Unsubscribe", "One-Click")])).is(200);
        assert_eq!((page.text.as_str(), page.cookies().len(), on()), ("stopped\n", 0, 0));
        machine.post_bare(&path, &[("List-Unsubscribe", "One-Click")]).is(200);
        // The link runs out.
        clinic.choose(&clinic.ann, None, "18:00", None);
        clinic.app.wait(Duration::days(61));
        machine.post_bare(&path, &[("List-Unsubscribe", "One-Click")]).is(404);
        assert_eq!(on(), 1);
        // Other forms are as closed to other sites as ever.
        let request = machine.request("POST", "/sign-in").header("origin", "https://mail.example");
        machine.send("/sign-in", request.form(&[("List-Unsubscribe", "One-Click")])).is(403);
    }

    fn a_test_message_comes_at_once_and_the_page_tells(backend) {
        let Some(clinic) = open(backend) else { return };
        let person = clinic.app.signed_in(&clinic.ann);
        turn_on(&person).goes_to("/account/reminders");
        let form = person.get("/account/reminders").form_to("/account/reminders/test");
        person.submit(&form).goes_to("/account/reminders");
        person.submit(&form).goes_to("/account/reminders");
        let mail = clinic.office.wait_for(1).remove(0);
        assert_eq!(mail.header("subject"), "A test message");
        says_nothing(&mail, "Ann");
        for _ in 0..2 {
            person.submit(&person.get("/account/reminders").form_to("/account/reminders/test")).goes_to("/account/reminders");
        }
        let page = person.submit(&person.get("/account/reminders").form_to("/account/reminders/test")).is(422);
        assert!(page.errors()[0].contains("three test messages"), "{:?}", page.errors());
        assert_eq!(clinic.office.wait_for(3).len(), 3);
    }

    fn what_does_not_fit_is_said_beside_its_field_and_kept(backend) {
        let Some(clinic) = open(backend) else { return };
        let person = clinic.app.signed_in(&clinic.ann);
        let form = || person.get("/account/reminders").form_to("/account/reminders");
        let page = person.submit(&form().fill("At what time", "25:00")).is(422);
        assert_eq!(page.errors().len(), 2, "{:?}", page.errors());
        assert_eq!(page.form_to("/account/reminders").value("at"), Some("25:00"));
        let agreed = || form().choose("Your agreement", "I agree to get reminders");
        let page = person.submit(&agreed().fill("At what time", "18:00").fill("A second time", "17:00")).is(422);
        assert!(page.errors()[0].contains("later on the same day"), "{:?}", page.errors());
        let page = person.submit(&agreed().choose("On which days", "Days I choose here")).is(422);
        assert!(page.errors()[0].contains("at least one day"), "{:?}", page.errors());
        assert_eq!(clinic.app.database.count("reminders"), 0);
        let own = agreed().choose("On which days", "Days I choose here").choose("Days, if", "Tuesday").choose("Days, if", "Sunday");
        person.submit(&own).goes_to("/account/reminders");
        assert_eq!(clinic.app.database.line("SELECT own_days AS line FROM reminders"), "[1,6]");
    }

    fn two_servers_never_send_the_same_message(backend) {
        let Some(clinic) = open(backend) else { return };
        for n in 0..12 {
            let who = clinic.app.patient(&format!("P{n}"));
            clinic.app.start_plan(&who);
            clinic.choose(&who, None, "18:00", None);
        }
        clinic.app.clock.set(clinic.monday().and_time(time("18:00")));
        let (url, clock) = (clinic.app.database.url(), clinic.app.clock.clone());
        let sent: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let server = || {
            let store = Store::open(&url).expect("opens");
            for _ in 0..3 {
                decide_all(&store, &clock).expect("decided");
                let mut send = |letter: &Letter| {
                    sent.lock().expect("unpoisoned").push(letter.to.clone());
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    Ok(())
                };
                mail::deliver(&store, &clock, "http://gradus.test", &mut send).expect("delivered");
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(server);
            }
        });
        let mut sent = sent.into_inner().expect("unpoisoned");
        sent.sort();
        let count = sent.len();
        sent.dedup();
        assert_eq!((count, sent.len()), (12, 12), "{sent:?}");
        assert_eq!(clinic.app.database.count("outbox WHERE status = 'sent'"), 12);
    }

    fn a_crash_while_sending_means_one_more_copy_at_most(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.choose(&clinic.ann, None, "12:00", None);
        clinic.app.clock.set(clinic.monday().and_time(time("12:00")));
        decide_all(clinic.app.store(), &clinic.app.clock).expect("decided");
        let ids: Mutex<Vec<String>> = Mutex::new(Vec::new());
        let crash = || {
            let attempt = std::panic::AssertUnwindSafe(|| {
                let mut send = |letter: &Letter| -> Result<(), Failure> {
                    ids.lock().expect("unpoisoned").push(letter.id.clone());
                    panic!("the machine loses its power (a test means this)")
                };
                mail::deliver(clinic.app.store(), &clinic.app.clock, "http://gradus.test", &mut send)
            });
            std::panic::catch_unwind(attempt).is_err()
        };
        assert!(crash());
        assert!(!crash(), "nobody else takes it while it may still be under way");
        clinic.app.wait(Duration::minutes(11));
        assert!(crash(), "tried once more");
        clinic.app.wait(Duration::minutes(11));
        assert!(!crash(), "and then given up");
        let ids = ids.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        assert!(ids.len() == 2 && ids[0] == ids[1], "the same message: {ids:?}");
        assert_eq!(clinic.status_of("first"), ["failed lost"]);
    }

    fn a_link_for_a_new_password_comes_by_mail_and_nobody_learns_who_has_an_account(backend) {
        let Some(clinic) = open(backend) else { return };
        let person = clinic.app.visitor();
        assert_eq!(person.get("/sign-in").link("Forgot your password?"), "/forgot");
        let ask = |email: &str| person.submit(&person.get("/forgot").form().fill("Your e-mail address", email)).is(200);
        let (known, unknown) = (ask(" ANN@example.org"), ask("nobody@example.org"));
        assert_eq!(known.text, unknown.text);
        let mail = clinic.office.wait_for(1).remove(0);
        says_nothing(&mail, "Ann");
        assert!(mail.header("list-unsubscribe").is_empty());
        let link = mail.path("/reset/");
        let form = person.get(&link).is(200).form();
        person.submit(&form.fill("Choose a new password", "five blue whales")).goes_to("/sign-in");
        clinic.app.visitor().sign_in(clinic.ann.email(), "five blue whales").is(303);
        person.get(&link).is(404);
        // One account is not flooded, and a link does not work for long.
        for _ in 0..6 {
            ask("ann@example.org");
        }
        // Between the links comes the word that the password was changed.
        let late = clinic.office.wait_for(4).iter().rfind(|mail| mail.body.contains("/reset/")).expect("a link").path("/reset/");
        clinic.app.wait(Duration::minutes(121));
        person.get(&late).is(404);
        person.post("/forgot", &[("email", "nonsense")]).is(422);
    }
}

#[test]
fn a_clinic_without_a_mail_server_says_so() {
    let app = spawn(Backend::Sqlite);
    let ann = app.patient("Ann");
    let person = app.signed_in(&ann);
    let page = person.get("/account/reminders").is(200);
    assert!(page.words().contains("This clinic sends no e-mail"), "{}", page.words());
    assert_eq!(page.forms().len(), 0);
    person.post("/account/reminders", &[("days", "training"), ("at", "18:00"), ("agree", "yes")]).is(200);
    assert_eq!(app.database.count("reminders"), 0);
    let visitor = app.visitor();
    assert!(visitor.get("/forgot").is(200).words().contains("sends no e-mail"));
    visitor.post("/forgot", &[("email", "ann@example.org")]).is(200);
    assert_eq!(app.database.count("outbox"), 0);
    assert!(visitor.get("/sign-in").words().contains("Your clinic can give you a link"));
}
