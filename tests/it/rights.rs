//! Rights that end: a link into the staff is worth no more than the right of whoever made it, and a right that went while
//! a form was on its way is none when the form has arrived.

use crate::invitations::filled;
use crate::support::{Clinic, Page, Someone, TestApp};
use chrono::{Duration, NaiveDate};
use gradus::access::{Actor, Admin};
use gradus::care::account::{self, NewAccount};
use gradus::care::audit::log::{self, Asked};
use gradus::care::house::{self, House};
use gradus::care::joining::{NewInvitation, invite_patient};
use gradus::care::thresholds::NewNumbers;
use gradus::care::{CareError, content, desk, messages, paper, people, staff, team, thresholds};
use gradus::clinical::thresholds::ClinicNumbers;
use gradus::ids::{self, PatientId};
use gradus::store::StoreError;
use gradus::store::accounts::User;

fn new_account(name: &str) -> NewAccount {
    NewAccount {
        email: format!("{}@example.org", name.to_lowercase()),
        name: name.to_owned(),
        password_hash: String::new(),
        time_zone: "Europe/London".to_owned(),
        language: gradus::lang::Lang::En,
    }
}

/// The capability of an administrator as their account is now.
fn admin(app: &TestApp, of: &Someone) -> Admin {
    Admin::of(&app.somebody(of.email()).actor()).expect("an administrator")
}

fn invites(app: &TestApp, by: &Admin, name: &str) -> String {
    account::invite_staff(app.store(), by, name, &ids::fresh(), app.now()).expect("invited")
}

fn comes(app: &TestApp, name: &str, link: &str) -> Result<User, CareError> {
    account::register_staff(app.store(), &new_account(name), link, app.now())
}

fn is_not_found<T>(result: &Result<T, CareError>) -> bool {
    matches!(result, Err(CareError::Store(StoreError::NotFound)))
}

/// Who made a staff account with whose link.
fn made_by(app: &TestApp) -> Vec<String> {
    app.database.lines(
        "SELECT n.name || ' by ' || b.name AS line FROM audit a JOIN users n ON n.id = a.actor_id JOIN users b ON b.id = a.patient_id \
         WHERE a.action = 'staff account made by invitation' ORDER BY a.seq",
    )
}

each_backend! {
    fn a_link_into_the_staff_ends_with_the_account_of_whoever_made_it(backend) {
        let clinic = Clinic::open(backend);
        let (app, fred) = (&clinic.app, clinic.app.admin("Fred"));
        let link = invites(app, &admin(app, &fred), "Noa");
        app.visitor().get(&format!("/invite/{link}")).is(200);
        staff::close(app.store(), &admin(app, &clinic.eve), &fred.id(), app.now()).expect("closed");
        let his = format!("invitations WHERE invited_by = '{}' AND used_at IS NULL AND ended_at IS NULL", fred.id());
        assert_eq!(app.database.count(&his), 0);
        assert!(is_not_found(&comes(app, "Noa", &link)));
        app.visitor().get(&format!("/invite/{link}")).is(404);
        // Nor does one that somehow stayed open lead in.
        app.database.execute(&format!(
            "UPDATE invitations SET ended_at = NULL, expires_at = '2027-01-01T00:00:00' WHERE invited_by = '{}'",
            fred.id()
        ));
        assert!(is_not_found(&comes(app, "Noa", &link)));
        app.visitor().get(&format!("/invite/{link}")).is(404);
        assert_eq!(app.database.count("users WHERE name = 'Noa'"), 0);
    }

    fn a_link_into_the_staff_ends_with_the_role_of_whoever_made_it_and_does_not_come_back(backend) {
        let clinic = Clinic::open(backend);
        let (app, now) = (&clinic.app, clinic.app.now());
        let (eve, bens) = (admin(app, &clinic.eve), clinic.ben.id());
        staff::set_admin(app.store(), &eve, &bens, true, now).expect("given");
        let link = invites(app, &admin(app, &clinic.ben), "Noa");
        let others = invites(app, &eve, "Uli");
        staff::set_admin(app.store(), &eve, &bens, false, now).expect("taken");
        assert!(is_not_found(&comes(app, "Noa", &link)));
        staff::set_admin(app.store(), &eve, &bens, true, now).expect("given again");
        assert!(is_not_found(&comes(app, "Noa", &link)));
        comes(app, "Uli", &others).expect("made by Eve, who is as she was");
        assert_eq!(made_by(app), ["Uli by Eve"]);
    }

    fn a_link_made_anew_is_of_whoever_made_it_anew_and_everybody_sees_who_let_whom_in(backend) {
        let clinic = Clinic::open(backend);
        let (app, fred) = (&clinic.app, clinic.app.admin("Fred"));
        invites(app, &admin(app, &fred), "Noa");
        let id = app.database.line("SELECT id AS line FROM invitations WHERE name = 'Noa'");
        let (_, link) = people::renew_invitation(app.store(), &admin(app, &clinic.eve), &id, "anew", app.now()).expect("made anew");
        // That Fred leaves ends nothing of Eve's.
        staff::close(app.store(), &admin(app, &clinic.eve), &fred.id(), app.now()).expect("closed");
        comes(app, "Noa", &link).expect("joined");
        assert_eq!(made_by(app), ["Noa by Eve"]);
        let eve = app.signed_in(&clinic.eve);
        let told = eve.get("/admin/audit").is(200).words();
        assert!(told.contains("made a staff account with this administrator\u{2019}s link"), "{told}");
        let rows = eve.get("/admin/invitations").is(200).all("tbody tr");
        assert!(rows.iter().any(|row| row.contains("Eve") && row.contains("Used on 2 March 2026") && row.contains("by Noa")), "{rows:?}");
    }

    fn whoever_tries_out_addresses_behind_a_link_into_the_staff_waits_too(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let path = format!("/invite/{}", invites(app, &admin(app, &clinic.eve), "Noa"));
        let visitor = app.visitor();
        let sends = |email: &str| -> Page {
            let form = visitor.get(&path).is(200).form_to(&path).fill("What should we call you?", "Noa");
            visitor.submit(&form.fill("Your e-mail address", email).fill("Choose a password", "four green bottles"))
        };
        for _ in 0..5 {
            let refused = sends("ann@example.org").is(422).errors();
            assert!(refused[0].contains("An account cannot be made with this address"), "{refused:?}");
        }
        sends("dan@example.org").is(429);
        sends("noa@example.org").is(429);
        assert_eq!(app.database.count("users WHERE name = 'Noa'"), 0);
        app.wait(Duration::minutes(16));
        sends("noa@example.org").goes_to("/pro");
    }

    fn who_treats_nobody_any_more_opens_no_record_with_the_rights_of_before(backend) {
        let clinic = Clinic::open(backend);
        let (app, now) = (&clinic.app, clinic.app.now());
        let (ann, dan) = (PatientId::from(&clinic.ann.id()), PatientId::from(&clinic.dan.id()));
        let why = "Collapsed in the waiting room, nobody can be reached";
        team::break_glass(app.store(), &clinic.cleo.actor(), "Ann", why, now).expect("opened");
        let opens = |actor: &Actor, patient: &PatientId| {
            let (store, looks) = (app.store(), desk::look(app.store(), actor, patient, now).is_ok());
            (looks, desk::treat(store, actor, patient, now).is_ok(), paper::scribe(store, actor, patient, now).is_ok())
        };
        let (ben, cleo) = (clinic.ben.actor(), clinic.cleo.actor());
        assert_eq!((opens(&ben, &ann), opens(&cleo, &ann), opens(&cleo, &dan)), ((true, true, true), (true, false, false), (true, true, true)));
        // The relations stand as they did; only the accounts have changed since the forms set out.
        app.database.execute(&format!("UPDATE users SET is_physio = FALSE, is_admin = TRUE WHERE id = '{}'", clinic.ben.id()));
        app.database.execute(&format!("UPDATE users SET closed_at = created_at WHERE id = '{}'", clinic.cleo.id()));
        let nothing = (false, false, false);
        assert_eq!((opens(&ben, &ann), opens(&cleo, &ann), opens(&cleo, &dan)), (nothing, nothing, nothing));
        // A record that is closed to them is not one to be opened in an emergency, and nobody else's inbox is theirs.
        app.database.execute("UPDATE care_relations SET ended_at = started_at");
        assert_eq!((opens(&ben, &ann), opens(&cleo, &dan)), (nothing, nothing));
        for actor in [&ben, &cleo] {
            assert!(is_not_found(&team::break_glass(app.store(), actor, "Dan", why, now)));
            assert!(is_not_found(&team::act(app.store(), actor, &ann, &team::Act::Take, "a form", now)));
        }
        assert_eq!(app.database.count("care_relations WHERE ended_at IS NULL"), 0);
        // One's own record does not hang on any role.
        assert!(desk::look(app.store(), &clinic.ann.actor(), &ann, now).is_ok());
    }

    fn who_administers_no_more_changes_nothing_with_the_rights_of_before(backend) {
        let clinic = Clinic::open(backend);
        let (app, now) = (&clinic.app, clinic.app.now());
        let eve = admin(app, &clinic.eve);
        invites(app, &eve, "Noa");
        let id = app.database.line("SELECT id AS line FROM invitations WHERE name = 'Noa'");
        let configured = House { emergency_number: "999".to_owned(), urgent_number: "111".to_owned(), ..House::default() };
        let new = House { emergency_number: "112".to_owned(), ..configured.clone() };
        let numbers = NewNumbers { numbers: ClinicNumbers { alerts_a_day: 7, ..ClinicNumbers::default() }, reason: "few".to_owned(), seen: String::new(), token: "t".to_owned() };
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let writes = |by: &Admin| -> Vec<(&'static str, Result<(), CareError>)> {
            let store = app.store();
            vec![
                ("inviting", account::invite_staff(store, by, "Uli", "t", now).map(drop)),
                ("inviting anew", people::renew_invitation(store, by, &id, "anew", now).map(drop)),
                ("taking an invitation back", people::end_invitation(store, by, &id, now)),
                ("a test message", people::test_mail(store, by, now)),
                ("ending sessions", people::end_sessions(store, by, &clinic.ben.id(), now)),
                ("the settings", house::set(store, by, &configured, &new, &house::mark(&configured), now)),
                ("messages", messages::set_clinic(store, by, &messages::Clinic { days: 5, ..messages::Clinic::default() }, now)),
                ("the numbers", thresholds::set(store, by, &numbers, now)),
                ("a review", content::record(store, by, "rules", (today, "Dr Weaver", ""), today, now)),
                ("the record as a file", log::file(store, by, &Asked::default(), chrono_tz::Europe::London, now).map(drop)),
                ("a role", staff::set_admin(store, by, &clinic.ben.id(), true, now)),
            ]
        };
        let rows = || ["audit", "invitations", "clinic_settings", "clinic_thresholds"].map(|table| app.database.count(table));
        let before = rows();
        for gone in ["closed_at = created_at", "closed_at = NULL, is_admin = FALSE, is_physio = TRUE"] {
            app.database.execute(&format!("UPDATE users SET {gone} WHERE id = '{}'", clinic.eve.id()));
            for (what, result) in writes(&eve) {
                assert!(is_not_found(&result), "{what}: {result:?}");
            }
            assert_eq!(rows(), before, "{gone}");
        }
        app.database.execute(&format!("UPDATE users SET is_admin = TRUE WHERE id = '{}'", clinic.eve.id()));
        // With the role all of it is done.
        for (what, result) in writes(&eve) {
            assert!(result.is_ok(), "{what}: {result:?}");
        }
    }

    fn whom_somebody_invited_who_treats_nobody_any_more_comes_to_the_desk(backend) {
        let clinic = Clinic::open(backend);
        let new = NewInvitation { name: "Fay".to_owned(), ..NewInvitation::default() };
        let made = invite_patient(clinic.app.store(), &clinic.ben.desk(), &new, "fay", clinic.app.now()).expect("invited");
        let eve = clinic.app.signed_in(&clinic.eve);
        eve.post(&format!("/admin/staff/{}/role", clinic.ben.id()), &[("role", "give")]).is(303);
        eve.post(&format!("/admin/people/{}/physio", clinic.ben.id()), &[("role", "take")]).is(303);
        let (fay, link) = (clinic.app.visitor(), format!("/invite/{}", made.secret));
        fay.submit(&filled(fay.get(&link).is(200).form_to(&link), "Fay", "fay@example.org")).goes_to("/intake");
        let of_ben = format!("care_relations WHERE physio_id = '{}' AND ended_at IS NULL", clinic.ben.id());
        assert_eq!(clinic.app.database.count(&of_ben), 0);
        assert!(clinic.app.signed_in(&clinic.cleo).get("/pro/patients").words().contains("Fay"));
    }
}
