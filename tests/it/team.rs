//! Who may see a patient, as it changes: hand-over, leave, the broken glass, and somebody who leaves the clinic.

use crate::support::{Clinic, Page, Person, Someone};
use chrono::Duration;
use gradus::care::account::Key;
use gradus::care::desk::{look, treat};
use gradus::care::joining::NewInvitation;
use gradus::care::staff;
use gradus::care::team::{Act, act};
use gradus::ids::{self, PatientId, UserId};

fn file(of: &Someone) -> String {
    format!("/pro/patients/{}", of.id())
}

fn team(of: &Someone) -> String {
    format!("{}/team", file(of))
}

/// Sends one of the forms of the team page.
fn does(by: &Person, of: &Someone, what: &str, fields: &[(&str, &str)]) -> Page {
    let mut form = by.get(&team(of)).is(200).form_to(&team(of)).set("act", what);
    for (name, value) in fields {
        form = form.set(name, value);
    }
    by.submit(&form)
}

fn in_charge(clinic: &Clinic, of: &Someone) -> Vec<String> {
    let sql = "SELECT u.name AS line FROM care_relations r JOIN users u ON u.id = r.physio_id WHERE r.ended_at IS NULL AND r.kind = 'in_charge' AND r.patient_id = 'ID' ORDER BY u.name";
    clinic.app.database.lines(&sql.replace("ID", of.id().as_str()))
}

/// The patient's own page about it.
fn told(clinic: &Clinic, who: &Someone) -> Page {
    clinic.app.signed_in(who).get("/account/team").is(200)
}

const NEED: (&str, &str) = ("need", "yes");
const WHY: (&str, &str) = ("reason", "Collapsed in the waiting room, Ben cannot be reached");

each_backend! {
    fn a_colleague_is_added_takes_over_and_the_patient_reads_it(backend) {
        let clinic = Clinic::open(backend);
        let (ben, cleo) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.cleo));
        let cleos = clinic.cleo.id();
        cleo.get(&team(&clinic.ann)).is(404);
        let refused = does(&ben, &clinic.ann, "add", &[("colleague", "nobody")]).is(422);
        assert_eq!(refused.errors(), ["Choose a colleague"]);
        assert_eq!(does(&ben, &clinic.ann, "", &[]).is(422).errors(), ["Choose what to do"]);
        let form = ben.get(&team(&clinic.ann)).form_to(&team(&clinic.ann)).set("act", "add").set("colleague", cleos.as_str());
        ben.submit(&form).goes_to(&team(&clinic.ann));
        ben.submit(&form).goes_to(&team(&clinic.ann));
        assert_eq!(in_charge(&clinic, &clinic.ann), ["Ben", "Cleo"]);
        cleo.get(&file(&clinic.ann)).is(200);
        does(&ben, &clinic.ann, "step_back", &[]).goes_to("/pro");
        ben.get(&file(&clinic.ann)).is(404);
        assert!(!ben.get("/pro/patients").is(200).words().contains("Ann"));
        let told = told(&clinic, &clinic.ann).words();
        for part in ["Cleosince 2 March 2026", "Benfrom 2 March 2026 to 2 March 2026", "Ben: put a colleague in charge", "Ben: stepped back", "Cleo: opened the file"] {
            assert!(told.contains(part), "{part}: {told}");
        }
        let account = clinic.app.signed_in(&clinic.ann).get("/account").is(200);
        assert_eq!(account.link("Who cares for you and who looked"), "/account/team");
        let desk = cleo.get("/account").is(200);
        assert_eq!((desk.link("Your leave"), desk.link("Open a record in an emergency")), ("/pro/leave".to_owned(), "/pro/emergency".to_owned()));
    }

    fn who_hands_over_sees_nothing_any_more_and_the_same_form_twice_changes_nothing(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        assert_eq!(does(&ben, &clinic.ann, "hand_over", &[("colleague", clinic.ben.id().as_str())]).is(422).errors(), ["Choose somebody else than yourself"]);
        let form = ben.get(&team(&clinic.ann)).form_to(&team(&clinic.ann)).set("act", "hand_over").set("colleague", clinic.cleo.id().as_str());
        ben.submit(&form).goes_to("/pro");
        ben.submit(&form).goes_to("/pro");
        assert_eq!(in_charge(&clinic, &clinic.ann), ["Cleo"]);
        ben.get(&file(&clinic.ann)).is(404);
        ben.post(&format!("{}/clear", file(&clinic.ann)), &[("note", "all is well again")]).is(404);
        // Another form of the page that was still open.
        let stale = form.set("token", &ids::fresh()).set("act", "add").set("colleague", clinic.ben.id().as_str());
        ben.submit(&stale).is(404);
    }

    fn the_last_one_steps_back_only_with_a_yes_and_the_inbox_takes_over(backend) {
        let clinic = Clinic::open(backend);
        let (ben, cleo) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.cleo));
        let refused = does(&ben, &clinic.ann, "step_back", &[]).is(422);
        assert!(refused.errors()[0].contains("Nobody else is in charge"), "{:?}", refused.errors());
        assert_eq!(in_charge(&clinic, &clinic.ann), ["Ben"]);
        let sure = ben.get(&team(&clinic.ann)).form_to(&team(&clinic.ann)).set("act", "step_back").set("sure", "yes");
        ben.submit(&sure).goes_to("/pro");
        ben.submit(&sure).goes_to("/pro");
        assert_eq!(in_charge(&clinic, &clinic.ann).len(), 0);
        assert!(told(&clinic, &clinic.ann).words().contains("Nobody in particular at the moment"));
        assert!(ben.get(&team(&clinic.ann)).is(200).words().contains("Nobody is in charge of Ann"), "like any colleague");
        does(&cleo, &clinic.ann, "take", &[]).goes_to(&team(&clinic.ann));
        assert_eq!(in_charge(&clinic, &clinic.ann), ["Cleo"]);
        ben.get(&file(&clinic.ann)).is(404);
    }

    fn two_who_hand_over_at_once_leave_a_consistent_state(backend) {
        let clinic = Clinic::open(backend);
        let dora = clinic.app.physio("Dora");
        let (actor, patient, now) = (clinic.ben.actor(), PatientId::from(&clinic.ann.id()), clinic.app.now());
        let to: Vec<UserId> = vec![clinic.cleo.id(), dora.id()];
        let done: Vec<bool> = std::thread::scope(|scope| {
            let tries: Vec<_> = to
                .iter()
                .map(|to| {
                    let (store, actor, patient) = (clinic.app.store(), &actor, &patient);
                    scope.spawn(move || act(store, actor, patient, &Act::HandOver(to.clone()), &ids::fresh(), now).is_ok())
                })
                .collect();
            tries.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        assert_eq!(done.iter().filter(|one| **one).count(), 1, "one of them was first");
        let left = in_charge(&clinic, &clinic.ann);
        assert!(left == ["Cleo"] || left == ["Dora"], "{left:?}");
        assert_eq!(clinic.app.database.count("audit WHERE action = 'handed over to a colleague'"), 1);
    }

    fn a_stand_in_sees_and_treats_from_the_first_day_to_the_last_and_no_longer(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let patient = PatientId::from(&clinic.ann.id());
        let sees = || treat(clinic.app.store(), &clinic.cleo.actor(), &patient, clinic.app.now()).is_ok();
        let announcing = |page: Page| page.forms().into_iter().find(|form| form.value("end").is_none() && form.action == "/pro/leave").expect("the form");
        let form = || announcing(ben.get("/pro/leave").is(200)).set("cover", clinic.cleo.id().as_str());
        let refused = ben.submit(&form().set("from", "2026-03-01").set("until", "2026-03-05")).is(422);
        assert_eq!(refused.errors(), ["The first day is today or later"]);
        assert_eq!(announcing(refused).value("until"), Some("2026-03-05"), "what was typed stays");
        assert_eq!(ben.submit(&form().set("from", "2026-03-05").set("until", "2026-03-04")).is(422).errors(), ["The last day comes after the first"]);
        assert_eq!(ben.post("/pro/leave", &[]).is(422).errors().len(), 3);
        let good = form().set("from", "2026-03-04").set("until", "2026-03-05");
        ben.submit(&good).goes_to("/pro/leave");
        ben.submit(&good).goes_to("/pro/leave");
        assert_eq!(clinic.app.database.count("leaves"), 1);
        assert_eq!(ben.submit(&form().set("from", "2026-03-05").set("until", "2026-03-09")).is(422).errors(), ["Some of these days are announced already. End that leave first"]);
        // Cleo cannot hand her own leave of these days to Ben, who is away.
        let cleo = clinic.app.signed_in(&clinic.cleo);
        let back = announcing(cleo.get("/pro/leave")).set("cover", clinic.ben.id().as_str()).set("from", "2026-03-05").set("until", "2026-03-06");
        assert_eq!(cleo.submit(&back).is(422).errors(), ["They are away themselves on some of these days. Choose somebody else"]);
        assert!(cleo.get("/pro/leave").words().contains("You stand in for Ben from 4 March 2026 to 5 March 2026"));
        // The evening before: 23:59 in London.
        clinic.app.clock.set(gradus::clock::instant("2026-03-03T23:59:00".parse().expect("a time"), chrono_tz::Europe::London));
        assert!(!sees());
        clinic.app.wait(Duration::minutes(1));
        assert!(sees());
        let cleo = clinic.app.signed_in(&clinic.cleo);
        assert!(cleo.get("/pro/patients").words().contains("Ann"));
        cleo.get(&file(&clinic.ann)).is(200);
        let zoe = clinic.app.patient_of(&clinic.ben, "Zoe");
        cleo.get(&file(&zoe)).is(200);
        assert!(told(&clinic, &clinic.ann).words().contains("Cleo stands in for Ben until 6 March 2026, 00:00"));
        clinic.app.wait(Duration::days(2) - Duration::minutes(1));
        assert!(sees(), "the last minute of the last day");
        clinic.app.wait(Duration::minutes(1));
        assert!(!sees());
        clinic.app.signed_in(&clinic.cleo).get(&file(&zoe)).is(404);
        assert!(!told(&clinic, &clinic.ann).words().contains("stands in"));
    }

    fn a_leave_is_ended_early_by_whoever_is_away_and_by_nobody_else(backend) {
        let clinic = Clinic::open(backend);
        let (ben, cleo) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.cleo));
        let form = ben.get("/pro/leave").form_to("/pro/leave").set("cover", clinic.cleo.id().as_str()).set("from", "2026-03-02").set("until", "2026-03-20");
        ben.submit(&form).goes_to("/pro/leave");
        cleo.get(&file(&clinic.ann)).is(200);
        let id = clinic.app.database.line("SELECT id AS line FROM leaves");
        cleo.post("/pro/leave", &[("end", &id)]).goes_to("/pro/leave");
        cleo.get(&file(&clinic.ann)).is(200);
        assert!(ben.get("/pro/leave").words().contains("You are away now"));
        ben.post("/pro/leave", &[("end", &id)]).goes_to("/pro/leave");
        cleo.get(&file(&clinic.ann)).is(404);
        assert!(ben.get("/pro/leave").words().contains("You have announced no leave"));
    }

    fn a_broken_glass_shows_the_record_for_four_hours_and_tells_the_patient(backend) {
        let clinic = Clinic::open(backend);
        let cleo = clinic.app.signed_in(&clinic.cleo);
        let ask = |who: &str| cleo.post("/pro/emergency", &[("who", who), NEED, WHY]);
        // A name nobody has, part of a name, and somebody of the staff answer alike.
        let neutral = ask("Nobody At All").is(422).errors();
        for who in ["An", "Ben", "ann@example.com", "%"] {
            assert_eq!(ask(who).is(422).errors(), neutral, "{who}");
        }
        assert_eq!(cleo.post("/pro/emergency", &[("who", "Ann"), ("reason", "too short"), NEED]).is(422).errors().len(), 1);
        assert_eq!(cleo.post("/pro/emergency", &[("who", "Ann"), WHY]).is(422).errors(), ["Tick this only if it is so; else ask a colleague who is in charge"]);
        assert_eq!(cleo.post("/pro/emergency", &[]).is(422).errors().len(), 3);
        assert_eq!(clinic.app.database.count("care_relations WHERE kind = 'emergency'"), 0);
        cleo.get(&file(&clinic.ann)).is(404);

        ask("Ann").goes_to(&file(&clinic.ann));
        ask("ann@example.org").goes_to(&file(&clinic.ann));
        assert_eq!(clinic.app.database.count("care_relations WHERE kind = 'emergency'"), 1, "it is open already");
        cleo.get(&file(&clinic.ann)).is(200);
        // To look, and nothing else.
        let patient = PatientId::from(&clinic.ann.id());
        assert!(treat(clinic.app.store(), &clinic.cleo.actor(), &patient, clinic.app.now()).is_err());
        for path in ["clear", "discharge", "add", "team", "agree", "sheet"] {
            let page = cleo.post(&format!("{}/{path}", file(&clinic.ann)), &[("note", "all is well again"), ("act", "take"), ("reason", "because"), ("again", "yes")]);
            assert!([404, 422].contains(&page.status), "{path}: {}", page.status);
        }
        assert!(cleo.get(&team(&clinic.ann)).is(200).forms().is_empty(), "nothing to press");
        assert_eq!(in_charge(&clinic, &clinic.ann), ["Ben"]);

        let shown = told(&clinic, &clinic.ann);
        let words = shown.words();
        for part in ["Opened in an emergency", "Cleo on 2 March 2026, 09:00", "Collapsed in the waiting room", "until 2 March 2026, 13:00", "Cleo: looked at the record in an emergency"] {
            assert!(words.contains(part), "{part}: {words}");
        }
        assert!(shown.all(".tag").contains(&"Emergency".to_owned()));
        let ben = clinic.app.signed_in(&clinic.ben);
        assert!(ben.get(&team(&clinic.ann)).words().contains("Collapsed in the waiting room"));
        assert_eq!(clinic.app.database.count("alerts WHERE rule = 'access' AND reason LIKE 'Cleo opened this record%'"), 1);

        clinic.app.wait(Duration::hours(4) - Duration::seconds(1));
        cleo.get(&file(&clinic.ann)).is(200);
        clinic.app.wait(Duration::seconds(1));
        cleo.get(&file(&clinic.ann)).is(404);
        assert!(told(&clinic, &clinic.ann).words().contains("Collapsed in the waiting room"), "it stays to be read");
    }

    fn names_are_not_tried_out_in_an_emergency(backend) {
        let clinic = Clinic::open(backend);
        let (cleo, ben) = (clinic.app.signed_in(&clinic.cleo), clinic.app.signed_in(&clinic.ben));
        let ask = |by: &Person, who: &str| by.post("/pro/emergency", &[("who", who), NEED, WHY]);
        for n in 0..10 {
            ask(&cleo, &format!("Nobody {n}")).is(422);
        }
        let refused = ask(&cleo, "Ann").is(422).errors();
        assert!(refused.len() == 1 && refused[0].starts_with("You have searched ten times within an hour"), "{refused:?}");
        assert_eq!(clinic.app.database.count("care_relations WHERE kind = 'emergency'"), 0);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'searched in an emergency and found nobody'"), 10);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'searched in an emergency too often'"), 1);
        // It is each one's own number, and an hour later it is over.
        ask(&ben, "Dan").goes_to(&file(&clinic.dan));
        clinic.app.wait(Duration::minutes(60));
        ask(&cleo, "Ann").goes_to(&file(&clinic.ann));
    }

    fn two_patients_of_one_name_are_told_apart_by_their_address(backend) {
        let clinic = Clinic::open(backend);
        let other = clinic.app.patient_of(&clinic.ben, "Zoe");
        clinic.app.database.execute(&format!("UPDATE users SET name = 'Ann' WHERE id = '{}'", other.id()));
        let cleo = clinic.app.signed_in(&clinic.cleo);
        cleo.post("/pro/emergency", &[("who", "Ann"), NEED, WHY]).is(422);
        cleo.post("/pro/emergency", &[("who", " ZOE@example.org "), NEED, WHY]).goes_to(&file(&other));
    }

    fn somebody_who_leaves_is_out_at_once_and_their_patients_come_to_the_inbox(backend) {
        let clinic = Clinic::open(backend);
        let (ben, cleo, eve) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.cleo), clinic.app.signed_in(&clinic.eve));
        let made = gradus::care::joining::invite_patient(clinic.app.store(), &clinic.ben.desk(), &NewInvitation::default(), &ids::fresh(), clinic.app.now()).expect("invited");
        let leave = cleo.get("/pro/leave").form_to("/pro/leave").set("cover", clinic.ben.id().as_str()).set("from", "2026-03-02").set("until", "2026-03-20");
        cleo.submit(&leave).goes_to("/pro/leave");
        ben.get(&file(&clinic.dan)).is(200);
        let staff = eve.get("/admin/staff").is(200).words();
        assert!(staff.contains("Ben") && staff.contains("1 patient") && !staff.contains("Ann"), "{staff}");
        let closing = format!("/admin/staff/{}/close", clinic.ben.id());
        let page = eve.get(&closing).is(200);
        assert!(page.words().contains("in charge of one patient") && page.words().contains("One of them has nobody else") && page.words().contains("stand in for Cleo"), "{}", page.words());
        eve.submit(&page.form_to(&closing)).goes_to("/admin/staff");
        eve.submit(&page.form_to(&closing)).goes_to("/admin/staff");
        assert!(ben.get("/pro").location().starts_with("/sign-in"));
        assert_eq!(clinic.app.database.count(&format!("sessions WHERE user_id = '{}'", clinic.ben.id())), 0);
        clinic.app.visitor().sign_in(clinic.ben.email(), crate::support::PASSWORD).is(422);
        assert_eq!((in_charge(&clinic, &clinic.ann).len(), in_charge(&clinic, &clinic.dan)), (0, vec!["Cleo".to_owned()]));
        assert_eq!(clinic.app.database.count("leaves WHERE ended_at IS NULL"), 0);
        assert!(look(clinic.app.store(), &clinic.ben.actor(), &PatientId::from(&clinic.dan.id()), clinic.app.now()).is_err());
        cleo.get(&file(&clinic.ann)).is(200);
        assert!(cleo.get("/pro/patients").words().contains("Ann"));
        assert!(eve.get("/admin/staff").words().contains("Who has left"));
        eve.get(&closing).is(404);
        // An invitation of theirs still works, and puts nobody who has left in charge.
        let late = gradus::care::account::NewAccount {
            email: "late@example.org".to_owned(),
            name: "Late".to_owned(),
            password_hash: String::new(),
            time_zone: "Europe/London".to_owned(),
            language: gradus::lang::Lang::En,
        };
        let late = Someone(gradus::care::account::register_patient(clinic.app.store(), &late, &[], Some(&Key::Link(made.secret)), clinic.app.now()).expect("registered"));
        assert_eq!(in_charge(&clinic, &late).len(), 0);
        cleo.get(&file(&late)).is(200);
    }

    fn there_is_always_an_administrator_and_nobody_closes_their_own_account(backend) {
        let clinic = Clinic::open(backend);
        let eve = clinic.app.signed_in(&clinic.eve);
        let (own, bens) = (clinic.eve.id(), clinic.ben.id());
        let role = |id: &UserId, what: &str| eve.post(&format!("/admin/staff/{id}/role"), &[("role", what)]);
        eve.post(&format!("/admin/staff/{own}/close"), &[]).is(422);
        assert_eq!(role(&own, "take").is(422).errors(), ["Somebody must be administrator. Give the role to a colleague first"]);
        assert!(eve.get(&format!("/admin/staff/{own}/close")).is(200).forms().is_empty());
        // A patient is nobody of the staff.
        role(&clinic.ann.id(), "give").is(404);
        eve.post(&format!("/admin/staff/{}/close", clinic.ann.id()), &[]).is(404);
        role(&bens, "give").goes_to("/admin/staff");
        let ben = clinic.app.signed_in(&clinic.ben);
        ben.get("/admin/staff").is(200);
        // Eve treats nobody, so without the role her account would be for nothing.
        assert_eq!(role(&own, "take").is(422).errors(), ["They have no other role. Close the account when they leave"]);
        ben.post(&format!("/admin/staff/{bens}/role"), &[("role", "take")]).goes_to("/");
        ben.get("/admin/staff").is(404);
        assert_eq!(clinic.app.database.count("audit WHERE action LIKE 'administrator%'"), 2);
    }

    fn of_two_administrators_who_close_each_other_one_stays(backend) {
        let clinic = Clinic::open(backend);
        let fred = clinic.app.admin("Fred");
        let pairs = [(&clinic.eve, &fred), (&fred, &clinic.eve)];
        let now = clinic.app.now();
        std::thread::scope(|scope| {
            for (by, whom) in pairs {
                let store = clinic.app.store();
                scope.spawn(move || {
                    let admin = gradus::access::Admin::of(&by.actor()).expect("an administrator");
                    let _ = staff::close(store, &admin, &whom.id(), now);
                });
            }
        });
        assert_eq!(clinic.app.database.count("users WHERE is_admin AND closed_at IS NULL"), 1);
    }
}
