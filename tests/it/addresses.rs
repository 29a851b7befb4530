//! Addresses: confirmed by a link, changed with the word of both, and the message about a sign-in from elsewhere. All
//! through a real mail server.

use crate::account_sessions::entered;
use crate::support::post::{Mail, PostOffice};
use crate::support::{Backend, Form, PASSWORD, Page, Person, TestApp, spawn, spawn_with};
use chrono::Duration;
use gradus::app::post_round;
use gradus::care::addresses::set_by_hand;
use gradus::care::consent::consent;
use gradus::care::mail;
use gradus::config::TELLING;
use gradus::post::letter::Letter;

struct Posting {
    app: TestApp,
    office: PostOffice,
}

fn open(backend: Backend) -> Option<Posting> {
    let office = PostOffice::open("off")?;
    let settings = office.settings("off");
    let settings: Vec<(&str, &str)> = settings.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    Some(Posting { app: spawn_with(backend, &settings), office })
}

impl Posting {
    /// Every message so far, after a round.
    fn mails(&self, count: usize) -> Vec<Mail> {
        post_round(&self.app.state).expect("a round");
        let mails = self.office.wait_for(count);
        assert_eq!(mails.len(), count, "{:?}", mails.iter().map(|mail| mail.header("subject")).collect::<Vec<_>>());
        for mail in &mails {
            let text = format!("{} {}", mail.header("subject"), mail.body.split("http").next().unwrap_or_default()).to_lowercase();
            assert!(TELLING.iter().all(|word| !text.contains(word)), "{text}");
        }
        mails
    }

    /// The newest message to somebody.
    fn newest(&self, count: usize, to: &str) -> Mail {
        let mut mails = self.mails(count);
        let at = mails.iter().rposition(|mail| mail.to == [to.to_owned()]).unwrap_or_else(|| panic!("nothing came to {to}"));
        mails.remove(at)
    }

    /// Asks for an account with an address, and returns what is answered.
    fn asks(&self, email: &str) -> Page {
        let person = self.app.visitor();
        person.submit(&person.get("/account/new").is(200).form().fill("Your e-mail address", email))
    }

    /// Somebody signed in whose address nobody confirmed, as it is where a house began to send messages later.
    fn unconfirmed(&self, email: &str) -> Person {
        let id = self.app.patient("Somebody").0.id;
        self.app.database.execute(&format!("UPDATE users SET email = '{email}', email_verified_at = NULL WHERE id = '{id}'"));
        let person = self.app.visitor();
        person.sign_in(email, PASSWORD).is(303);
        person
    }

    fn ask_for(&self, person: &Person, email: &str) {
        person
            .submit(&person.get("/account/address").is(200).form_to("/account/address").fill("Your new e-mail address", email))
            .goes_to("/account/address");
    }
}

/// Presses a button of the page behind a link.
fn press(person: &Person, link: &str, answer: &str) -> Page {
    let page = person.get(link).is(200);
    person.submit(&page.form_to(link).set("answer", answer))
}

/// The form of an account, filled in.
fn filled(form: Form) -> Form {
    let form = form.fill("What should we call you", "Fay").fill("Choose a password", "four green bottles");
    consent().required().fold(form, |form, purpose| form.set(&format!("consent_{}", purpose.key), "yes"))
}

each_backend! {
    fn an_account_begins_with_a_link_to_its_address_and_is_made_with_no_other(backend) {
        let Some(clinic) = open(backend) else { return };
        let page = clinic.asks(" Fay@Example.org ").is(200);
        assert_eq!(page.heading(), "Look into your inbox");
        assert_eq!(clinic.app.database.count("users"), 0);
        let mail = clinic.newest(1, "fay@example.org");
        assert_eq!(mail.header("subject"), "The link you asked for");
        let link = mail.path("/invite/");
        let fay = clinic.app.visitor();
        let page = fay.get(&link).is(200);
        let form = page.form_to(&link);
        assert_eq!(form.value("email"), Some("fay@example.org"));
        assert_eq!(page.count("input[name='email'][readonly]"), 1);
        // What is wrong is said beside its field, and nothing is used up.
        fay.submit(&filled(form.clone()).fill("Choose a password", "seven 7")).is(422);
        fay.submit(&filled(form).set("email", "eve@example.org")).goes_to("/intake");
        assert_eq!(clinic.app.database.line("SELECT email AS line FROM users"), "fay@example.org");
        assert!(!fay.get("/account").words().contains("Not confirmed yet"));
        clinic.app.visitor().get(&link).is(404);
        clinic.mails(1);
    }

    fn whoever_asks_for_an_account_does_not_learn_who_has_one(backend) {
        let Some(clinic) = open(backend) else { return };
        let ann = clinic.app.patient("Ann");
        let said = |email: &str| {
            let page = clinic.asks(email);
            (page.status, page.words().replace(email, "EMAIL"))
        };
        assert_eq!(said(ann.email()), said("free@example.org"));
        let mails = clinic.mails(2);
        let told = mails.iter().find(|mail| mail.to == [ann.email().to_owned()]).expect("Ann is told");
        assert_eq!(told.header("subject"), "Somebody asked for your address");
        assert!(!told.body.contains("/invite/"), "there is nothing to open");
        assert_eq!(clinic.app.database.count("invitations WHERE purpose = 'patient'"), 1);
        // Nor by asking often: both inboxes get few, and what is answered stays the same.
        for _ in 0..4 {
            assert_eq!(said(ann.email()), said("free@example.org"));
        }
        clinic.mails(6);
        // Nor does patience fill a stranger's inbox.
        for _ in 0..6 {
            clinic.app.wait(Duration::minutes(16));
            said("free@example.org");
        }
        assert_eq!(clinic.mails(9).iter().filter(|mail| mail.to == ["free@example.org".to_owned()]).count(), 6);
    }

    fn a_link_to_an_account_ends_with_a_newer_one_and_after_a_day(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.asks("fay@example.org").is(200);
        let first = clinic.newest(1, "fay@example.org").path("/invite/");
        clinic.asks("fay@example.org").is(200);
        let second = clinic.newest(2, "fay@example.org").path("/invite/");
        clinic.app.visitor().get(&first).is(404);
        clinic.app.visitor().get(&second).is(200);
        clinic.app.wait(Duration::hours(25));
        clinic.app.visitor().get(&second).is(404);
    }

    fn nobody_of_the_clinic_reads_or_takes_over_a_link_that_somebody_asked_for(backend) {
        let Some(clinic) = open(backend) else { return };
        clinic.asks("fay@example.org").is(200);
        let link = clinic.newest(1, "fay@example.org").path("/invite/");
        let chief = clinic.app.signed_in(&clinic.app.admin("Dr Chief"));
        assert!(!chief.get("/admin/invitations").is(200).text.contains("fay@example.org"));
        // Whoever has the link has shown that the address is theirs, so nobody is given another one, even by its identity.
        let id = clinic.app.database.line("SELECT id AS line FROM invitations WHERE email = 'fay@example.org'");
        for action in ["again", "end"] {
            chief.post(&format!("/admin/invitations/{id}/{action}"), &[]).is(404);
        }
        clinic.app.visitor().get(&link).is(200);
    }

    fn the_link_comes_in_the_language_in_which_it_was_asked_for(backend) {
        let Some(clinic) = open(backend) else { return };
        let fay = clinic.app.visitor();
        fay.submit(&fay.get("/language").form_to("/language").set("language", "de")).is(303);
        let form = fay.get("/account/new").is(200).form().set("email", "fay@example.org");
        assert_eq!(fay.submit(&form).is(200).heading(), "Sehen Sie in Ihr Postfach");
        assert!(clinic.newest(1, "fay@example.org").body.contains("möchte mit dieser Adresse ein Konto anlegen"));
    }

    fn an_address_that_cannot_be_one_is_told_beside_its_field(backend) {
        let Some(clinic) = open(backend) else { return };
        for wrong in ["", "fay", "fay@", &format!("{}@example.org", "f".repeat(260))] {
            let page = clinic.asks(wrong).is(422);
            assert_eq!(page.errors().len(), 1, "{wrong}");
        }
        clinic.mails(0);
    }

    fn a_new_address_is_confirmed_by_a_link_that_works_once(backend) {
        let Some(clinic) = open(backend) else { return };
        let fay = clinic.unconfirmed("fay@example.org");
        assert!(fay.get("/account").words().contains("Not confirmed yet"));
        let mail = clinic.newest(1, "fay@example.org");
        let link = mail.path("/address/");
        let secret = link.rsplit('/').next().expect("a secret");
        assert_eq!(clinic.app.database.count(&format!("address_links WHERE token_hash = '{secret}'")), 0, "only its hash is stored");
        // Mail programs open links by themselves: that changes nothing.
        let page = clinic.app.visitor().get(&link).is(200);
        assert_eq!(page.heading(), "Is this your address?");
        assert_eq!(clinic.app.database.count("users WHERE email_verified_at IS NULL"), 1);
        assert_eq!(press(&clinic.app.visitor(), &link, "yes").is(200).heading(), "Your address is confirmed");
        assert_eq!(clinic.app.database.count("users WHERE email_verified_at IS NULL"), 0);
        clinic.app.visitor().get(&link).is(404);
        assert!(!fay.get("/account").words().contains("Not confirmed yet"));
        assert_eq!(clinic.app.database.count("audit WHERE action = 'address confirmed'"), 1);
    }

    fn a_link_runs_out_and_a_newer_one_ends_it(backend) {
        let Some(clinic) = open(backend) else { return };
        let fay = clinic.unconfirmed("fay@example.org");
        let first = clinic.newest(1, "fay@example.org").path("/address/");
        fay.submit(&fay.get("/account/address").form_to("/account/address/again")).goes_to("/account/address");
        let second = clinic.newest(2, "fay@example.org").path("/address/");
        fay.get(&first).is(404);
        fay.get(&second).is(200);
        clinic.app.wait(Duration::hours(25));
        fay.get(&second).is(404);
        // A flood of them does not come.
        for _ in 0..10 {
            fay.post("/account/address/again", &[]).is(303);
        }
        assert!(clinic.app.database.count("outbox WHERE kind = 'address'") <= 8);
    }

    fn an_address_that_nobody_confirmed_gets_nothing_else(backend) {
        let Some(clinic) = open(backend) else { return };
        let fay = clinic.unconfirmed("fay@example.org");
        clinic.mails(1);
        fay.post("/account/reminders/test", &[]);
        clinic.app.visitor().sign_in("fay@example.org", PASSWORD).is(303);
        clinic.mails(1);
        // But whoever forgot their password is not left outside.
        let visitor = clinic.app.visitor();
        visitor.submit(&visitor.get("/forgot").form().fill("Your e-mail address", "fay@example.org")).is(200);
        assert_eq!(clinic.office.wait_for(2).len(), 2);
    }

    fn a_change_of_address_needs_the_word_of_both(backend) {
        let Some(clinic) = open(backend) else { return };
        let ann = clinic.app.patient("Ann");
        let person = entered(&clinic.app, &ann);
        let elsewhere = entered(&clinic.app, &ann);
        clinic.mails(1);
        clinic.ask_for(&person, "Ann.New@example.org");
        assert!(person.get("/account/address").words().contains("becomes ann.new@example.org when both"));
        let mails = clinic.mails(3);
        let link = |to: &str| mails.iter().rfind(|mail| mail.to == [to.to_owned()]).expect("a message").path("/address/");
        let (old, new) = (link("ann@example.org"), link("ann.new@example.org"));
        let page = clinic.app.visitor().get(&new).is(200);
        assert!(!page.text.contains("ann@example.org"), "a stranger's inbox learns nothing");
        assert_eq!(press(&clinic.app.visitor(), &new, "yes").is(200).heading(), "This address has agreed");
        clinic.app.visitor().get(&new).is(404);
        assert_eq!(clinic.app.somebody("ann@example.org").0.id, ann.0.id, "nothing has changed yet");
        assert!(person.get("/account/address").words().contains("The new address has agreed."));
        assert!(clinic.app.visitor().get(&old).is(200).words().contains("ann.new@example.org"), "its owner sees what is asked for");
        assert_eq!(press(&clinic.app.visitor(), &old, "yes").is(200).heading(), "Your address is changed");
        assert_eq!(clinic.app.somebody("ann.new@example.org").0.id, ann.0.id);
        for signed_out in [&person, &elsewhere] {
            assert!(signed_out.get("/account").is(303).location().starts_with("/sign-in"), "sign in again");
        }
        clinic.app.visitor().sign_in("ann@example.org", PASSWORD).is(422);
        let mail = clinic.newest(4, "ann@example.org");
        assert_eq!(mail.header("subject"), "Your address is changed");
        person.sign_in("ann.new@example.org", PASSWORD).is(303);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'address changed'"), 1);
    }

    fn the_old_address_stops_a_change_that_it_did_not_ask_for(backend) {
        let Some(clinic) = open(backend) else { return };
        let ann = clinic.app.patient("Ann");
        let thief = entered(&clinic.app, &ann);
        clinic.ask_for(&thief, "thief@example.org");
        let mails = clinic.mails(2);
        let link = |to: &str| mails.iter().find(|mail| mail.to == [to.to_owned()]).expect("a message").path("/address/");
        assert_eq!(press(&clinic.app.visitor(), &link("thief@example.org"), "yes").is(200).heading(), "This address has agreed");
        assert_eq!(press(&clinic.app.visitor(), &link("ann@example.org"), "no").is(200).heading(), "The change is stopped");
        assert_eq!(clinic.app.somebody("ann@example.org").0.id, ann.0.id);
        // A new password stops one that waits, too.
        clinic.ask_for(&thief, "thief@example.org");
        let form = thief.get("/account").form_to("/account/password");
        thief.submit(&form.fill("Your present password", PASSWORD).fill("Your new password", "five blue whales")).goes_to("/account");
        assert_eq!(clinic.app.database.count("address_changes WHERE ended_at IS NULL"), 0);
    }

    fn an_address_that_is_taken_is_answered_alike_and_its_owner_is_told(backend) {
        let Some(clinic) = open(backend) else { return };
        let (ann, dan) = (clinic.app.patient("Ann"), clinic.app.patient("Dan"));
        let person = entered(&clinic.app, &ann);
        let said = |email: &str| {
            clinic.ask_for(&person, email);
            let words = person.get("/account/address").words();
            words.replace(email, "EMAIL")
        };
        let free = said("free@example.org");
        clinic.mails(2);
        let taken = said("dan@example.org");
        assert_eq!(free, taken);
        let mails = clinic.mails(4);
        let told = mails.iter().find(|mail| mail.to == ["dan@example.org".to_owned()]).expect("Dan is told");
        assert_eq!(told.header("subject"), "Somebody asked for your address");
        assert!(!told.body.contains("/address/"), "there is nothing to agree to");
        assert_eq!(clinic.app.somebody("dan@example.org").0.id, dan.0.id);
    }

    fn the_address_of_a_closed_account_becomes_nobody_elses(backend) {
        let Some(clinic) = open(backend) else { return };
        let (ann, dan) = (clinic.app.patient("Ann"), clinic.app.patient("Dan"));
        clinic.app.database.execute(&format!("UPDATE users SET closed_at = created_at WHERE id = '{}'", dan.id()));
        let person = entered(&clinic.app, &ann);
        clinic.ask_for(&person, dan.email());
        let mails = clinic.mails(2);
        let link = |to: &str| mails.iter().find(|mail| mail.to == [to.to_owned()]).expect("a message").path("/address/");
        press(&clinic.app.visitor(), &link(dan.email()), "yes").is(200);
        press(&clinic.app.visitor(), &link(ann.email()), "yes").is(404);
        assert_eq!(clinic.app.somebody(ann.email()).0.id, ann.0.id);
    }

    fn a_sign_in_from_a_browser_that_is_not_known_is_told_but_not_the_first_one(backend) {
        let Some(clinic) = open(backend) else { return };
        let ann = clinic.app.patient("Ann");
        let own = entered(&clinic.app, &ann);
        own.post("/sign-out", &[]).is(303);
        own.sign_in(ann.email(), PASSWORD).is(303);
        clinic.mails(0);
        let other = clinic.app.visitor();
        let form = other.get("/sign-in").form().fill("Your e-mail address", ann.email()).fill("Your password", PASSWORD);
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        other.send("/sign-in", other.request("POST", "/sign-in").header("user-agent", agent).form(&form.pairs())).is(303);
        let mail = clinic.newest(1, ann.email());
        assert_eq!(mail.header("subject"), "A new sign-in");
        assert!(mail.body.contains("Firefox on Linux") && mail.body.contains("2 March 2026, 09:00"), "{}", mail.body);
        assert!(!mail.body.contains("127.0.0.1"), "{}", mail.body);
        assert_eq!(mail.path("/account/"), "/account/sessions");
        // Now it is known.
        other.post("/sign-out", &[]).is(303);
        other.sign_in(ann.email(), PASSWORD).is(303);
        clinic.mails(1);
    }

    fn by_hand_for_whoever_cannot_reach_the_old_address(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        app.patient("Dan");
        let person = entered(&app, &ann);
        let page = person.get("/account/address").is(200);
        assert!(page.words().contains("ask your clinic") && page.forms().is_empty(), "{}", page.words());
        person.post("/account/address", &[("email", "new@example.org")]).is(422);
        assert!(!set_by_hand(app.store(), "nobody@example.org", "new@example.org", app.now()).expect("asked"));
        assert!(set_by_hand(app.store(), "ann@example.org", "dan@example.org", app.now()).is_err(), "taken");
        assert!(set_by_hand(app.store(), "ann@example.org", " New@example.org", app.now()).expect("set"));
        assert!(person.get("/account").is(303).location().starts_with("/sign-in"));
        person.sign_in("new@example.org", PASSWORD).is(303);
        assert_eq!(app.database.count("users WHERE email = 'new@example.org' AND email_verified_at IS NULL"), 1);
        // The old address is told, the new one is asked to be confirmed, and the record says whose it was.
        let mut sent = Vec::new();
        let mut send = |letter: &Letter| {
            sent.push((letter.to.clone(), letter.subject.clone()));
            Ok(())
        };
        mail::deliver(app.store(), &app.clock, "http://gradus.test", &mut send).expect("delivered");
        assert!(sent.contains(&("ann@example.org".to_owned(), "Your address is changed".to_owned())), "{sent:?}");
        assert!(sent.iter().any(|(to, _)| to == "new@example.org"), "{sent:?}");
        assert_eq!(app.database.count("address_changes WHERE old_email = 'ann@example.org' AND ended_at IS NOT NULL"), 1);
        let noted = format!("audit WHERE action = 'address changed at the command line' AND patient_id = '{}'", ann.id());
        assert_eq!(app.database.count(&noted), 1);
        assert!(person.get("/account/record-log").is(200).words().contains("changed the e-mail address at the command line"));
    }
}
