//! Administration: people, invitations, sessions, settings, e-mail, reviews of content, health; and what an administrator
//! cannot do.

use crate::factors::turn_on;
use crate::support::post::PostOffice;
use crate::support::{Backend, Clinic, Page, Person, spawn_with};
use chrono::Duration;
use gradus::app::{Application, post_round};
use gradus::care::joining::{NewInvitation, NewRecord, invite_patient, make_record};
use gradus::lang::Lang;
use gradus::store::DatabaseUrl;
use std::sync::mpsc;

fn eve(clinic: &Clinic) -> Person {
    clinic.app.signed_in(&clinic.eve)
}

/// How often a word stands in the record of who did what.
fn noted(clinic: &Clinic, action: &str) -> usize {
    clinic.app.database.count(&format!("audit WHERE action = '{}'", action.replace('\'', "''")))
}

fn person(of: &crate::support::Someone) -> String {
    format!("/admin/people/{}", of.id())
}

fn saved(browser: &Person, changes: &[(&str, &str)]) -> Page {
    let mut form = browser.get("/admin/settings").is(200).form_to("/admin/settings");
    for (name, value) in changes {
        form = form.set(name, value);
    }
    browser.submit(&form)
}

each_backend! {
    fn the_first_page_says_what_needs_somebody_and_leads_everywhere(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let page = browser.get("/admin").is(200);
        let words = page.words();
        assert!(words.contains("3 colleagues and 2 patients have an open account"), "{words}");
        assert!(words.contains("3 colleagues without a second step beside the password: Ben, Cleo and Eve"), "{words}");
        assert!(words.contains("Only one administrator") && words.contains("This server sends no e-mail"), "{words}");
        assert!(words.contains("without a clinician’s review"), "{words}");
        let places = page.attributes("main a", "href");
        for href in ["/admin/people", "/admin/staff", "/admin/invitations", "/admin/sessions", "/admin/settings", "/admin/messages", "/admin/numbers",
            "/admin/content", "/admin/licences", "/admin/health", "/admin/mail", "/admin/audit", "/admin/access", "/admin/documents"] {
            assert!(places.iter().any(|place| place == href), "{href} is not reached from the first page");
            browser.get(href).is(200);
        }
    }

    fn a_person_is_found_by_name_and_no_address_and_no_page_tells_of_a_record(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let page = browser.get("/admin/people").is(200);
        for name in ["Ann", "Ben", "Cleo", "Dan", "Eve"] {
            assert!(page.words().contains(name), "{name}");
        }
        let found = browser.submit_and_follow(&page.form_to("/admin/people").set("find", "an"));
        assert!(found.words().contains("Ann") && found.words().contains("Dan") && !found.words().contains("Cleo"), "{}", found.words());
        assert_eq!(found.path, "/admin/people", "what is searched for stands in no address");
        let staff = browser.get("/admin/people?who=staff").words();
        assert!(!staff.contains("Cleo") && !staff.contains("Dan"), "the search stays: {staff}");
        let ann = browser.get(&person(&clinic.ann)).is(200).words();
        assert!(ann.contains("Patient") && ann.contains("ann@example.org"), "{ann}");
        for word in ["pain", "exercise", "category", "walking"] {
            assert!(!ann.to_lowercase().contains(word), "{word}: {ann}");
        }
    }

    fn people_of_another_clinic_are_not_there(backend) {
        let clinic = Clinic::open(backend);
        let other = clinic.app.other_clinic("Hill Street");
        let (zoe, gil) = (clinic.app.physio_in(&other, "Zoe"), clinic.app.admin_in(&other, "Gil"));
        let browser = eve(&clinic);
        assert!(!browser.get("/admin/people").words().contains("Zoe"));
        browser.get(&person(&zoe)).is(404);
        for act in ["physio", "open", "reset", "sessions", "sessions/none"] {
            let page = browser.post(&format!("{}/{act}", person(&zoe)), &[("role", "take")]);
            assert!([404, 422].contains(&page.status) && !page.words().contains("Zoe"), "{act}: {}", page.status);
        }
        assert_eq!(clinic.app.database.count(&format!("users WHERE id = '{}' AND is_physio", zoe.id())), 1);
        // Settings are each clinic's own.
        saved(&browser, &[("emergency_number", "112")]).goes_to("/admin/settings");
        let theirs = clinic.app.signed_in(&gil);
        assert_eq!(theirs.get("/admin/settings").form_to("/admin/settings").value("emergency_number"), Some("999"));
        assert!(!theirs.get("/admin/settings").words().contains("112"));
    }

    fn nobody_makes_themselves_a_physiotherapist(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let refused = browser.post(&format!("{}/physio", person(&clinic.eve)), &[("role", "give")]).is(422);
        assert_eq!(refused.errors(), ["You cannot make yourself a physiotherapist. Ask another administrator"]);
        browser.get("/pro").is(404);
        assert_eq!(noted(&clinic, "was refused to make themselves physiotherapist"), 1);
        // A colleague who runs accounts gives it, and that is kept too.
        let role = browser.get("/admin/staff").form_to(&format!("/admin/staff/{}/role", clinic.ben.id()));
        browser.submit(&role).goes_to("/admin/staff");
        let ben = clinic.app.signed_in(&clinic.ben);
        let form = ben.get(&person(&clinic.eve)).form_to(&format!("{}/physio", person(&clinic.eve)));
        ben.submit(&form).goes_to(&person(&clinic.eve));
        assert_eq!(noted(&clinic, "physiotherapist’s role given"), 1);
        assert!(browser.get("/pro").location().starts_with("/sign-in"), "her sessions ended with the change");
        eve(&clinic).get("/pro").is(200);
        // The same form again changes nothing more.
        ben.submit(&form).goes_to(&person(&clinic.eve));
        assert_eq!(noted(&clinic, "physiotherapist’s role given"), 1);
    }

    fn taking_the_role_of_a_physiotherapist_ends_what_it_opened(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let act = format!("{}/physio", person(&clinic.ben));
        let refused = browser.post(&act, &[("role", "take")]).is(422);
        assert_eq!(refused.errors(), ["They have no other role. Close the account when they leave"]);
        browser.post(&format!("/admin/staff/{}/role", clinic.ben.id()), &[("role", "give")]).goes_to("/admin/staff");
        let ben = clinic.app.signed_in(&clinic.ben);
        ben.get(&format!("/pro/patients/{}", clinic.ann.id())).is(200);
        browser.post(&act, &[("role", "take")]).goes_to(&person(&clinic.ben));
        assert!(ben.get("/pro").location().starts_with("/sign-in"));
        let ben = clinic.app.signed_in(&clinic.ben);
        ben.get(&format!("/pro/patients/{}", clinic.ann.id())).is(404);
        ben.get("/admin").is(200);
        let left = clinic.app.database.count(&format!("care_relations WHERE physio_id = '{}' AND ended_at IS NULL", clinic.ben.id()));
        assert_eq!(left, 0);
        browser.post(&act, &[("role", "perhaps")]).is(422);
        // A patient is nobody of the staff.
        browser.post(&format!("{}/physio", person(&clinic.ann)), &[("role", "give")]).is(404);
    }

    fn sessions_of_the_staff_are_listed_and_ended_by_a_colleague(backend) {
        let clinic = Clinic::open(backend);
        let (browser, ben, also) = (eve(&clinic), clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.ben));
        let page = browser.get("/admin/sessions").is(200);
        assert_eq!(page.all("tbody tr").iter().filter(|row| row.contains("Ben")).count(), 2, "{}", page.words());
        assert!(!page.words().contains("Ann"), "patients’ sessions are not listed");
        let one = page.forms().into_iter().find(|form| form.action.contains(clinic.ben.id().as_str())).expect("a session of Ben’s");
        browser.submit(&one).goes_to(&person(&clinic.ben));
        let ended = [&ben, &also].iter().filter(|who| who.get("/pro").location().starts_with("/sign-in")).count();
        assert_eq!(ended, 1, "one of two");
        browser.post(&format!("{}/sessions", person(&clinic.ben)), &[]).goes_to(&person(&clinic.ben));
        assert!([&ben, &also].iter().all(|who| who.get("/pro").location().starts_with("/sign-in")));
        assert_eq!((noted(&clinic, "ended a session of an account"), noted(&clinic, "ended all sessions of an account")), (1, 1));
        // A patient reads that it was done.
        let ann = clinic.app.signed_in(&clinic.ann);
        browser.post(&format!("{}/sessions", person(&clinic.ann)), &[]).goes_to(&person(&clinic.ann));
        assert!(ann.get("/today").location().starts_with("/sign-in"));
        let log = clinic.app.signed_in(&clinic.ann).get("/account/record-log").is(200).words();
        assert!(log.contains("ended all sessions of the account"), "{log}");
    }

    fn a_closed_account_is_opened_again_without_its_old_password(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let closing = format!("/admin/staff/{}/close", clinic.cleo.id());
        turn_on(&clinic.app, &clinic.app.signed_in(&clinic.cleo));
        browser.submit(&browser.get(&closing).form_to(&closing)).goes_to("/admin/staff");
        assert!(browser.get("/admin/people?who=closed").words().contains("Cleo"));
        let page = browser.get(&person(&clinic.cleo)).is(200);
        assert!(page.words().contains("Closed on 2 March 2026"), "{}", page.words());
        browser.submit(&page.form_to(&format!("{}/open", person(&clinic.cleo)))).goes_to(&person(&clinic.cleo));
        assert_eq!(noted(&clinic, "staff account opened again"), 1);
        let of_cleo = |table: &str| clinic.app.database.count(&format!("{table} WHERE user_id = '{}'", clinic.cleo.id()));
        assert_eq!(of_cleo("totp_factors") + of_cleo("recovery_codes") + of_cleo("known_browsers"), 0, "a device may have been stolen");
        clinic.app.visitor().sign_in(clinic.cleo.email(), crate::support::PASSWORD).is(422);
        assert_eq!(clinic.app.database.count(&format!("care_relations WHERE physio_id = '{}' AND ended_at IS NULL", clinic.cleo.id())), 0);
    }

    fn without_a_mail_server_no_link_for_a_password_is_made_and_none_is_ever_shown(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let page = browser.get(&person(&clinic.ben)).is(200);
        assert!(page.words().contains("gradus user reset ben@example.org") && page.words().contains("gradus factors reset ben@example.org"));
        let refused = browser.post(&format!("{}/reset", person(&clinic.ben)), &[]).is(422);
        assert!(refused.words().contains("sends no e-mail") && !refused.words().contains("/reset/"));
        assert_eq!(clinic.app.database.count("outbox WHERE kind = 'reset'") + clinic.app.database.count("invitations WHERE purpose = 'reset'"), 0);
    }

    fn invitations_are_listed_ended_and_made_anew_but_not_the_way_into_a_record(backend) {
        let clinic = Clinic::open(backend);
        let (app, browser) = (&clinic.app, eve(&clinic));
        let new = NewInvitation { name: "Fay".to_owned(), ..NewInvitation::default() };
        let made = invite_patient(app.store(), &clinic.ben.desk(), &new, "fay", app.now()).expect("invited");
        let record = NewRecord { name: "Gus".to_owned(), email: String::new(), language: Lang::En, time_zone: "Europe/London".to_owned() };
        make_record(app.store(), &clinic.ben.desk(), &record, &[], "gus", app.now()).expect("made");
        let page = browser.get("/admin/invitations").is(200);
        let rows = page.all("tbody tr");
        let (fay, gus) = (rows.iter().find(|row| row.contains("Fay")).expect("Fay"), rows.iter().find(|row| row.contains("Gus")).expect("Gus"));
        assert!(fay.contains("Ben") && fay.contains("Waits until 16 March 2026") && fay.contains("Make it anew"), "{fay}");
        assert!(gus.contains("take over a record") && !gus.contains("Make it anew"), "{gus}");
        let of_gus = app.database.line("SELECT id AS line FROM invitations WHERE name = 'Gus'");
        browser.post(&format!("/admin/invitations/{of_gus}/again"), &[]).is(404);
        // Made anew: the old link ends, the new one works and is shown once.
        let again = format!("/admin/invitations/{}/again", made.invitation.id);
        let form = page.form_to(&again);
        let shown = browser.submit(&form).is(200);
        let link = shown.all(".once-link").remove(0);
        let path = link.strip_prefix(&app.base).unwrap_or_else(|| panic!("{link}")).to_owned();
        app.visitor().get(&path).is(200);
        app.visitor().get(&format!("/invite/{}", made.secret)).is(404);
        assert!(browser.submit(&form).status != 200, "the same form shows no second link");
        let id = app.database.line("SELECT id AS line FROM invitations WHERE name = 'Fay' AND ended_at IS NULL");
        browser.post(&format!("/admin/invitations/{id}/end"), &[]).goes_to("/admin/invitations");
        app.visitor().get(&path).is(404);
        assert_eq!((noted(&clinic, "invitation made anew"), noted(&clinic, "invitation taken back")), (1, 1));
        // Whoever joins by a link made anew is still in the care of who invited them.
        let ended = format!("invitations WHERE ended_at IS NOT NULL AND invited_by = '{}'", clinic.ben.id());
        assert_eq!(app.database.count(&ended), 2);
    }

    fn numbers_to_call_change_on_every_page_at_once_and_the_change_is_kept(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let ann = clinic.app.signed_in(&clinic.ann);
        assert!(ann.get("/help").words().contains("999"));
        let changes = [("emergency_number", "112"), ("urgent_number", "116 117"), ("name", "Hill Street"), ("phone", "020 7946 0000, mornings"),
            ("privacy_contact", "Ms Data, data@example.org"), ("imprint", "Hill Street Clinic\n1 Hill Street")];
        saved(&browser, &changes).goes_to("/admin/settings");
        let visitor = clinic.app.visitor();
        for page in [ann.get("/help"), ann.get("/today"), ann.get("/today/log"), visitor.get("/"), visitor.get("/check/start"), visitor.get("/safety")] {
            // In the page and at its foot.
            assert!(page.text.contains("tel:112") && page.text.contains("tel:116117"), "{}: {}", page.path, page.text);
            assert!(!page.words().contains("999") && !page.text.contains("tel:999"), "{}: {}", page.path, page.text);
            assert!(page.text.contains("Hill Street") && page.text.contains("020 7946 0000, mornings"), "{}: {}", page.path, page.text);
        }
        assert!(visitor.get("/help").attributes("a", "href").contains(&"tel:112".to_owned()));
        assert!(visitor.get("/privacy").words().contains("Questions about your data: Ms Data, data@example.org"));
        assert!(visitor.get("/about").words().contains("1 Hill Street"));
        let changes = browser.get("/admin/settings").all("tbody tr");
        let is_kept = |row: &&String| ["Number for emergencies", "999", "112", "Eve", "2 March 2026"].iter().all(|part| row.contains(part));
        assert_eq!((changes.iter().filter(is_kept).count(), changes.len()), (1, 6), "{changes:?}");
        for action in ["changed the emergency number", "changed the number for urgent advice", "changed the clinic's name", "changed the clinic's telephone",
            "changed the contact for privacy", "changed the imprint"] {
            assert_eq!(noted(&clinic, action), 1, "{action}");
        }
    }

    fn a_number_that_cannot_be_dialled_is_refused_and_what_was_typed_stays(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let refused = saved(&browser, &[("emergency_number", "the desk"), ("imprint", "kept")]).is(422);
        assert_eq!(refused.errors(), ["Enter a number that can be dialled, for example 999 or +44 20 7946 0000"]);
        let form = refused.form_to("/admin/settings");
        assert_eq!((form.value("emergency_number"), form.value("imprint")), (Some("the desk"), Some("kept")));
        assert_eq!(saved(&browser, &[("urgent_number", "")]).is(422).errors(), ["Enter the number for urgent advice"]);
        // Two administrators at once: the second one sees what the first one set.
        let stale = browser.get("/admin/settings").form_to("/admin/settings").set("urgent_number", "117");
        saved(&browser, &[("emergency_number", "112")]).goes_to("/admin/settings");
        assert!(browser.submit(&stale).is(422).words().contains("Somebody else changed these settings"));
        assert!(clinic.app.visitor().get("/help").words().contains("112"));
    }

    fn another_server_of_the_same_database_shows_a_change_within_seconds(backend) {
        let clinic = Clinic::open(backend);
        let other = Other::start(&clinic);
        let visitor = Person::new(&other.base);
        assert!(visitor.get("/help").words().contains("999"));
        saved(&eve(&clinic), &[("emergency_number", "112")]).goes_to("/admin/settings");
        std::thread::sleep(std::time::Duration::from_millis(2100));
        let words = visitor.get("/help").words();
        assert!(words.contains("112") && !words.contains("999"), "{words}");
    }

    fn what_is_due_to_be_reviewed_is_said_and_a_review_is_recorded(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.wait(Duration::days(700));
        let browser = eve(&clinic);
        assert!(browser.get("/admin").words().contains("to be looked at again"));
        let page = browser.get("/admin/content").is(200);
        assert!(page.words().contains("Due") && page.words().contains("No clinician’s review is recorded here"), "{}", page.words());
        let form = browser.get("/admin/content/exercises").is(200).form_to("/admin/content/exercises");
        let refused = browser.submit(&form.clone().set("on", "2031-01-01")).is(422);
        assert_eq!(refused.errors(), ["Enter who reviewed it"]);
        let refused = browser.submit(&form.clone().set("on", "2031-01-01").set("by", "Dr Weaver")).is(422);
        assert_eq!(refused.errors(), ["The day of a review cannot be in the future"]);
        let good = form.set("on", "2028-01-20").set("by", "Dr Weaver, physiotherapist").set("note", "Two doses to be looked at");
        browser.submit(&good).goes_to("/admin/content/exercises");
        browser.submit(&good).goes_to("/admin/content/exercises");
        let page = browser.get("/admin/content/exercises").words();
        assert!(page.contains("Next due on 20 January 2029") && page.contains("Two doses to be looked at") && page.contains("Eve, "), "{page}");
        assert_eq!(noted(&clinic, "recorded a review of content"), 1);
        browser.get("/admin/content/nothing").is(404);
    }

    fn health_tells_how_the_program_is_and_no_secret(backend) {
        let clinic = Clinic::open(backend);
        let browser = eve(&clinic);
        let words = browser.get("/admin/health").is(200).words();
        let kind = if matches!(clinic.app.database.url(), DatabaseUrl::Postgres(_)) { "PostgreSQL" } else { "SQLite" };
        assert!(words.contains(kind) && words.contains("Migrations") && words.contains(env!("CARGO_PKG_VERSION")), "{words}");
        assert!(words.contains("optional: never with real patients"), "{words}");
        let secret = clinic.app.database.line("SELECT value AS line FROM settings WHERE name = 'cookie_secret'");
        assert!(!words.contains(&secret) && !words.contains("postgres://"), "{words}");
        // The rounds have run by now, or do within a moment.
        let began = std::time::Instant::now();
        while !browser.get("/admin/health").words().contains("rows, whole") {
            assert!(began.elapsed() < std::time::Duration::from_secs(10), "{}", browser.get("/admin/health").words());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    fn the_licences_are_shown_with_what_they_are_for(backend) {
        let clinic = Clinic::open(backend);
        let words = eve(&clinic).get("/admin/licences").is(200).words();
        for part in ["Roland-Morris", "PHQ-4", "OpenSSL", "MPL-2.0", "actix-web"] {
            assert!(words.contains(part), "{part}");
        }
    }

    fn an_administrator_sends_themselves_a_test_message_and_reads_the_answer(backend) {
        let Some((office, clinic)) = posting(backend, "off") else { return };
        let browser = eve(&clinic);
        let sent = browser.post("/admin/mail", &[]).is(200).words();
        assert!(sent.contains("The mail server took the message") && sent.contains("250"), "{sent}");
        let mail = office.wait_for(1).remove(0);
        assert_eq!(mail.to, ["eve@example.org"]);
        for _ in 0..4 {
            browser.post("/admin/mail", &[]).is(200);
        }
        assert!(browser.post("/admin/mail", &[]).is(422).words().contains("five test messages"));
        assert_eq!((office.wait_for(5).len(), noted(&clinic, "sent a test e-mail")), (5, 5));
        // What the server says when it does not want it is read too.
        clinic.app.database.execute(&format!("UPDATE users SET email = 'refused@example.org' WHERE id = '{}'", clinic.eve.id()));
        clinic.app.wait(Duration::hours(2));
        let refused = clinic.app.signed_in(&clinic.app.somebody("refused@example.org")).post("/admin/mail", &[]).is(200).words();
        assert!(refused.contains("The message was not sent") && refused.contains("no such mailbox"), "{refused}");
    }

    fn a_link_for_a_new_password_goes_to_its_owner_alone_and_is_counted_on_the_page(backend) {
        let Some((office, clinic)) = posting(backend, "off") else { return };
        let browser = eve(&clinic);
        let page = browser.get(&person(&clinic.ben)).is(200);
        let form = page.form_to(&format!("{}/reset", person(&clinic.ben)));
        let shown = browser.submit_and_follow(&form);
        assert!(shown.words().contains("on its way") && !shown.words().contains("/reset/"), "{}", shown.words());
        // The same form sends one.
        browser.submit(&form).goes_to(&person(&clinic.ben));
        post_round(&clinic.app.state).expect("a round");
        let mail = office.wait_for(1).remove(0);
        assert_eq!(mail.to, ["ben@example.org"]);
        clinic.app.visitor().get(&mail.path("/reset/")).is(200);
        assert_eq!((office.mails().len(), noted(&clinic, "sent a link for a new password")), (1, 1));
        let counted = browser.get("/admin/mail");
        assert_eq!(counted.all("tbody tr"), ["Links for a new password1000"]);
        assert!(!counted.words().contains("ben@example.org"), "{}", counted.words());
        for n in 0..4 {
            browser.post(&format!("{}/reset", person(&clinic.ben)), &[("token", &format!("more {n}"))]).goes_to(&person(&clinic.ben));
        }
        let refused = browser.post(&format!("{}/reset", person(&clinic.ben)), &[("token", "last")]).is(422);
        assert!(refused.words().contains("Too many links were sent"));
    }
}

/// A clinic that sends e-mail.
fn posting(backend: Backend, tls: &str) -> Option<(PostOffice, Clinic)> {
    let office = PostOffice::open(tls)?;
    let settings = office.settings(tls);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let clinic = Clinic::open_in(spawn_with(backend, &settings));
    Some((office, clinic))
}

/// A second server on the same database.
struct Other {
    base: String,
    stop: Option<actix_web::dev::ServerHandle>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Other {
    fn start(clinic: &Clinic) -> Self {
        // Port 0: any free one.
        let config = clinic.app.state.config.clone();
        let clock = clinic.app.clock.clone();
        let (say, hear) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let application = Application::build(config, clock).expect("the server can be built");
                say.send((application.port, application.handle())).expect("the test waits for it");
                application.run().await.expect("the server runs");
            });
        });
        let (port, stop) = hear.recv().expect("the server starts");
        Self { base: format!("http://127.0.0.1:{port}"), stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            drop(stop.stop(false));
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
