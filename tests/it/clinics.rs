//! Several clinics in one database know nothing of each other: what one has is in no list, no search, no file and no
//! choice of the other, whoever asks there.

use crate::rules_cli::program;
use crate::support::own::edit;
use crate::support::{Backend, Clinic, Page, Person, Someone, TestApp, spawn};
use chrono::Days;
use gradus::access::Admin;
use gradus::care::account::{self, Key, NewAccount};
use gradus::care::joining::{NewInvitation, invite_patient};
use gradus::care::leave::{NewLeave, announce};
use gradus::care::{clinics, exercises, staff};
use gradus::ids::{self, ClinicId, PatientId, UserId};
use gradus::store::{self, StoreError};
use gradus::web::{Guard, ROUTES, asks};
use std::collections::BTreeSet;

/// What everything of the first clinic, and of the second, is called.
const MARKS: [&str; 2] = ["Quagga", "Okapi"];

/// A clinic with something of every kind, all of it called by its mark.
struct Marked {
    mark: &'static str,
    physio: Someone,
    colleague: Someone,
    admin: Someone,
    patient: Someone,
    template: String,
    exercise: String,
}

fn name(mark: &str, who: &str) -> String {
    format!("{mark} {who}")
}

/// Sends the form of an administrator's page with one more value.
fn set(admin: &Person, path: &str, field: &str, value: &str, more: &[(&str, &str)]) {
    let form = more.iter().fold(admin.get(path).is(200).form_to(path).set(field, value), |form, (name, value)| form.set(name, value));
    admin.submit(&form).goes_to(path);
}

impl Marked {
    fn open(app: &TestApp, id: &ClinicId, mark: &'static str) -> Self {
        let people = |who: &str| format!("{mark}{who}");
        let (physio, colleague) = (app.physio_in(id, &people("Physio")), app.physio_in(id, &people("Colleague")));
        let admin = app.admin_in(id, &people("Admin"));
        let (patient, second) = (app.patient_of(&physio, &people("Patient")), app.patient_of(&colleague, &people("Covered")));
        let nobodys = app.patient_of(&physio, &people("Nobodys"));
        for one in [&patient, &second, &nobodys] {
            app.start_plan(one);
            app.log_session(one);
            app.raise_alert(one);
        }
        app.database.execute(&format!("UPDATE care_relations SET ended_at = started_at WHERE patient_id = '{}'", nobodys.id()));
        app.database.execute(&format!(
            "UPDATE alerts SET reason = '{mark} reason' WHERE patient_id IN ('{}', '{}')",
            patient.id(),
            nobodys.id()
        ));
        app.tell_event(&physio, &patient);
        app.propose(&patient);
        app.look_again(&patient, true);
        let exercise = exercises::make(app.store(), &physio.desk(), "CO5", &edit("CO5", &name(mark, "exercise")), app.now()).expect("made");
        app.upload_picture(&physio, &exercise);
        let template = crate::templates::template(app, &physio, &patient);
        let named = name(mark, "weeks");
        app.database.execute(&format!(
            "UPDATE plan_template_versions SET body = replace(body, 'First weeks', '{named}') WHERE template_id = '{template}'"
        ));
        let invited = NewInvitation { name: name(mark, "invited"), ..NewInvitation::default() };
        invite_patient(app.store(), &physio.desk(), &invited, &ids::fresh(), app.now()).expect("invited");
        let today = app.moment().today();
        let leave = NewLeave { from: today, until: today + Days::new(5), cover: physio.id(), token: ids::fresh() };
        announce(app.store(), &colleague.desk(), &leave, app.moment()).expect("announced");
        let writes = app.signed_in(&patient);
        writes
            .submit(&writes.get("/messages").is(200).form_to("/messages").fill("Your message", &name(mark, "message")))
            .goes_to("/messages");
        let runs = app.signed_in(&admin);
        set(&runs, "/admin/numbers", "reason", &name(mark, "numbers"), &[("alerts_a_day", if mark == MARKS[0] { "31" } else { "32" })]);
        set(&runs, "/admin/messages", "contact", &name(mark, "telephone"), &[]);
        Self { mark, physio, colleague, admin, patient, template, exercise }
    }
}

/// Both clinics in one database.
fn both(backend: Backend) -> (TestApp, [Marked; 2]) {
    let app = spawn(backend);
    let other = app.other_clinic("The other clinic");
    let clinics = [Marked::open(&app, &ClinicId::first(), MARKS[0]), Marked::open(&app, &other, MARKS[1])];
    (app, clinics)
}

/// Every page that somebody finds from the pages of their role along the links, each kind of page a few times.
fn found(person: &Person, guards: &[Guard]) -> Vec<Page> {
    let start = ROUTES.iter().filter(|r| r.method == "GET" && !r.path.contains('{') && guards.contains(&r.guard));
    let mut open: Vec<String> = start.map(|route| route.path.to_owned()).collect();
    let mut known: BTreeSet<String> = open.iter().cloned().collect();
    let mut pages = Vec::new();
    while let Some(path) = open.pop() {
        let page = person.get(&path);
        for link in page.attributes("main a[href]", "href") {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let ours = link.starts_with("/pro") || link.starts_with("/admin");
            if ours && pages.len() < 150 && known.insert(link.clone()) {
                open.push(link);
            }
        }
        pages.push(page);
    }
    pages
}

fn new_account(name: &str) -> NewAccount {
    NewAccount {
        email: format!("{name}@example.org"),
        name: name.to_owned(),
        password_hash: String::new(),
        time_zone: "Europe/London".to_owned(),
        language: gradus::lang::Lang::En,
    }
}

each_backend! {
    fn no_page_of_one_clinic_holds_a_word_of_another(backend) {
        let (app, clinics) = both(backend);
        for one in &clinics {
            app.database.execute(&format!(
                "INSERT INTO archives (id, sealed, holds, law, made_at, keep_until_at, clinic_id) \
                 VALUES ('{0}', 'x', '', '{0} law', '2026-03-01 09:00:00', '2036-03-01 09:00:00', '{1}')",
                one.mark, one.admin.0.clinic_id
            ));
        }
        for (here, there) in [(&clinics[0], &clinics[1]), (&clinics[1], &clinics[0])] {
            let names = app.store().read::<_, StoreError>(|tx| store::belongings::staff_names(tx, &here.patient.own())).expect("names");
            let of = |mark: &str| names.values().any(|name| name.contains(mark));
            assert!(of(here.mark) && !of(there.mark), "a copy and a locked record name the staff of their own clinic alone: {names:?}");
            let mut own = BTreeSet::new();
            let people = [(&here.physio, vec![Guard::Physio, Guard::Signed]), (&here.admin, vec![Guard::Admin, Guard::Signed])];
            for (who, guards) in people {
                let pages = found(&app.signed_in(who), &guards);
                assert!(pages.len() > 5, "{} found {}", who.0.name, pages.len());
                for page in &pages {
                    assert!(!page.text.to_lowercase().contains(&there.mark.to_lowercase()), "{} shows {} something of {}", page.path, who.0.name, there.mark);
                    if page.text.contains(here.mark) {
                        own.insert(page.path.clone());
                    }
                }
            }
            // The test would see it: each of these holds words of its own clinic.
            for path in ["/pro", "/pro/patients", "/pro/patients.csv", "/pro/templates", "/pro/exercises", "/pro/leave", "/pro/invite", "/admin/staff", "/admin/numbers", "/admin/messages", "/admin/audit", "/admin/retention"] {
                assert!(own.contains(path), "{path} of {} holds nothing of its own: {own:?}", here.mark);
            }
        }
        // When somebody is erased is told to the administrators of their own clinic alone.
        let [here, there] = &clinics;
        app.database.execute(&format!("UPDATE users SET closing_at = created_at WHERE id = '{}'", here.patient.id()));
        let waiting = |admin: &Someone| app.signed_in(admin).get("/admin/retention").is(200).count("main ul li");
        assert_eq!((waiting(&here.admin), waiting(&there.admin)), (1, 0));
    }

    fn who_opened_a_locked_record_is_told_to_the_clinic_that_it_was_of(backend) {
        let app = spawn(backend);
        let other = app.other_clinic("The other clinic");
        app.database.execute(&format!(
            "INSERT INTO archives (id, sealed, holds, law, made_at, keep_until_at, clinic_id) \
             VALUES ('erased', 'x', '', '', '2026-03-01 09:00:00', '2036-03-01 09:00:00', '{other}')"
        ));
        let (gone, action) = (PatientId::from_text("erased"), "opened a locked record at the command line");
        let noted = app.store().write::<_, StoreError>(|tx| store::oversight::note(tx, None, Some(&gone), action, app.now()));
        noted.expect("noted");
        let told = |admin: &Someone| app.signed_in(admin).get("/admin/audit").is(200).words().contains(action);
        assert_eq!((told(&app.admin("Eve")), told(&app.admin_in(&other, "Kai"))), (false, true));
    }

    fn a_search_finds_only_in_its_own_clinic(backend) {
        let (app, [here, there]) = both(backend);
        let desk = app.signed_in(&there.physio);
        let hers = here.patient.0.name.clone();
        let page = desk.submit_and_follow(&desk.get("/pro/patients").is(200).form_to("/pro/patients").set("find", &hers));
        assert!(!page.all("main table").join(" ").contains(&hers), "{}", page.words());
        let need = [("need", "yes"), ("reason", "Collapsed in the waiting room")];
        let ask = |who: &str| desk.post("/pro/emergency", &[("who", who), need[0], need[1]]).is(422).errors();
        let nobody = ask("Nobody At All");
        assert_eq!(ask(&hers), nobody);
        assert_eq!(ask(here.patient.email()), nobody);
        assert_eq!(app.database.count("care_relations WHERE kind = 'emergency'"), 0);
        let code = app.print_sheet(&here.patient);
        let by_code = desk.post("/pro/sheets", &[("code", &code)]);
        let unknown = desk.post("/pro/sheets", &[("code", "KXTMPR")]);
        assert_eq!((by_code.status, by_code.errors()), (unknown.status, unknown.errors()));
    }

    fn nobody_of_another_clinic_can_be_chosen(backend) {
        let (app, [here, there]) = both(backend);
        let desk = app.signed_in(&here.physio);
        let team = format!("/pro/patients/{}/team", here.patient.id());
        let elsewhere = there.colleague.id();
        for act in ["hand_over", "add"] {
            let form = desk.get(&team).is(200).form_to(&team).set("act", act).set("colleague", elsewhere.as_str());
            assert_eq!(desk.submit(&form).is(422).errors(), ["Choose a colleague"], "{act}");
        }
        let form = desk.get("/pro/leave").is(200).forms().into_iter().find(|form| form.value("cover").is_some()).expect("the form");
        let refused = desk.submit(&form.set("cover", elsewhere.as_str()).set("from", "2026-03-10").set("until", "2026-03-11")).is(422);
        assert_eq!(refused.errors(), ["Choose the colleague who stands in"]);
        let form = desk.get("/pro/invite").is(200).form_to("/pro/invite").set("template", &there.template);
        // A template that the clinic does not have is none.
        desk.submit(&form.set("name", "Zoe")).is(200);
        assert_eq!(app.database.count(&format!("invitations WHERE brings LIKE '%{}%'", there.template)), 0);
        let patient = format!("/pro/patients/{}", here.patient.id());
        desk.get(&format!("{patient}/assign/{}", there.template)).is(404);
        desk.get(&format!("{patient}/copy/{}", there.patient.id())).is(404);
        desk.get(&format!("/pro/exercises/{}", there.exercise)).is(404);
        assert_eq!(app.database.count("care_relations r JOIN users p ON p.id = r.patient_id JOIN users s ON s.id = r.physio_id WHERE p.clinic_id <> s.clinic_id"), 0);
    }

    fn what_one_clinic_decides_holds_there_alone(backend) {
        let (app, [here, there]) = both(backend);
        app.wait(chrono::Duration::days(1));
        for (clinic, alerts) in [(&here, 31), (&there, 32)] {
            let of = clinic.physio.desk().clinic().clone();
            let numbers = app.store().read::<_, StoreError>(|tx| store::thresholds::timeline(tx, &of)).expect("numbers");
            assert_eq!((numbers.settings().len(), numbers.latest().alerts_a_day), (1, alerts));
            let page = app.signed_in(&clinic.patient).get("/messages").is(200).words();
            assert!(page.contains(&name(clinic.mark, "telephone")), "{page}");
        }
        // The same picture is kept by each clinic for itself.
        assert_eq!(app.database.count("clinic_pictures"), 2);
    }

    fn whoever_is_invited_joins_the_clinic_of_the_invitation_and_whoever_comes_alone_the_first(backend) {
        let app = spawn(backend);
        let other = app.other_clinic("The other clinic");
        let hal = app.physio_in(&other, "Hal");
        assert_eq!(hal.0.clinic(), other);
        assert_eq!(app.patient_of(&hal, "Ivy").0.clinic(), other);
        assert_eq!(app.patient("Zoe").0.clinic(), ClinicId::first());
        let admin = Admin::of(&app.admin_in(&other, "Kai").actor()).expect("an administrator");
        let link = account::invite_staff(app.store(), &admin, "Noa", &ids::fresh(), app.now()).expect("invited");
        assert_eq!(account::register_staff(app.store(), &new_account("noa"), &link, app.now()).expect("joined").clinic(), other);
        // Whoever invited somebody and left before they came is put in charge of nobody, and the clinic stays the same.
        let made = invite_patient(app.store(), &hal.desk(), &NewInvitation::default(), &ids::fresh(), app.now()).expect("invited");
        app.database.execute(&format!("UPDATE users SET closed_at = created_at WHERE id = '{}'", hal.id()));
        let late = account::register_patient(app.store(), &new_account("late"), &[], Some(&Key::Link(made.secret)), app.now()).expect("joined");
        assert_eq!((late.clinic(), app.database.count(&format!("care_relations WHERE patient_id = '{}'", late.id))), (other, 0));
    }

    fn a_relation_across_clinics_would_open_nothing_even_if_there_were_one(backend) {
        let (app, [here, there]) = both(backend);
        let (ann, hal) = (here.patient.id(), there.physio.id());
        app.database.execute(&format!("UPDATE care_relations SET physio_id = '{hal}' WHERE patient_id = '{ann}'"));
        let desk = app.signed_in(&there.physio);
        desk.get(&format!("/pro/patients/{ann}")).is(404);
        assert!(!desk.get("/pro/patients").is(200).text.contains(here.mark));
        assert!(!desk.get("/pro").is(200).text.contains(here.mark));
    }

    fn two_administrators_who_act_on_each_other_at_once_leave_one(backend) {
        let app = spawn(backend);
        let other = app.other_clinic("The other clinic");
        // An administrator elsewhere counts for nothing here.
        app.admin_in(&other, "Kai");
        let both = [both_roles(&app, "Ina"), both_roles(&app, "Una")];
        let admins: Vec<Admin> = both.iter().map(|one| Admin::of(&one.actor()).expect("an administrator")).collect();
        let now = app.now();
        for round in 0..3 {
            let at_once = |act: &(dyn Fn(&Admin, &UserId) -> bool + Sync)| {
                std::thread::scope(|scope| {
                    let first = scope.spawn(|| act(&admins[0], &both[1].id()));
                    let second = scope.spawn(|| act(&admins[1], &both[0].id()));
                    [first.join().expect("no panic"), second.join().expect("no panic")]
                })
            };
            let done = match round {
                0 => at_once(&|admin, of| staff::set_admin(app.store(), admin, of, false, now).is_ok()),
                1 => at_once(&|admin, _| staff::set_admin(app.store(), admin, admin.user(), false, now).is_ok()),
                _ => at_once(&|admin, of| staff::close(app.store(), admin, of, now).is_ok()),
            };
            assert_eq!(done.iter().filter(|one| **one).count(), 1, "round {round}: one of them was first, {done:?}");
            assert_eq!(app.database.count(&format!("users WHERE is_admin AND closed_at IS NULL AND clinic_id = '{}'", ClinicId::first())), 1);
            app.database.execute("UPDATE users SET is_admin = TRUE WHERE is_physio");
        }
    }

    fn clinics_are_made_named_and_closed_at_the_command_line(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let url = app.database.url();
        let url = match &url {
            store::DatabaseUrl::Sqlite(file) => format!("sqlite://{}", file.display()),
            store::DatabaseUrl::Postgres(url) => url.clone(),
        };
        let run = |arguments: &[&str]| {
            let output = program().arg("clinic").args(arguments).env("GRADUS_DATABASE_URL", &url).output().expect("the program runs");
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (output.status.success(), format!("{}{}", text(&output.stdout), text(&output.stderr)))
        };
        let (fine, said) = run(&["add", "Hill Street"]);
        assert!(fine && said.contains("/invite/"), "{said}");
        let id = app.database.line("SELECT id AS line FROM clinics WHERE name = 'Hill Street'");
        let secret_in = |said: &str| said.split("/invite/").nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a link").to_owned();
        let secret = secret_in(&said);
        // The command line has a clock of its own.
        app.database.execute("UPDATE invitations SET expires_at = '2026-04-01T00:00:00' WHERE purpose = 'first_staff'");
        let first = account::register_staff(app.store(), &new_account("kim"), &secret, app.now()).expect("the first of the clinic");
        assert_eq!((first.is_admin, first.is_physio, first.clinic_id.as_str()), (true, true, id.as_str()));
        let (_, list) = run(&["list"]);
        assert!(list.contains(&format!("{id}  Hill Street: 1 at work, 0 patients")) && list.contains("3 at work, 2 patients"), "{list}");
        assert!(run(&["rename", &id, "Mill Lane"]).0);
        for refused in [vec!["add", "Mill Lane"], vec!["add", " "], vec!["rename", "nowhere", "X"], vec!["invite", "nowhere"], vec!["close", id.as_str()], vec!["close", ClinicId::first().as_str()]] {
            let (fine, said) = run(&refused);
            assert!(!fine && said.contains("gradus: "), "{refused:?}: {said}");
        }
        let (fine, again) = run(&["invite", &id]);
        assert!(fine && again.contains("/invite/"), "{again}");
        app.database.execute(&format!("UPDATE users SET closed_at = created_at WHERE id = '{}'", first.id));
        let (fine, said) = run(&["close", &id]);
        assert!(fine, "{said}");
        app.database.execute("UPDATE invitations SET used_at = NULL WHERE clinic_id <> '00000000000000000000000001'");
        assert_eq!(app.database.count(&format!("invitations WHERE clinic_id = '{id}' AND expires_at > '2035-01-01'")), 0);
        let late = secret_in(&again);
        assert!(clinics::invite_administrator(app.store(), &ClinicId::from_text(&id), app.now()).is_err());
        assert!(account::register_staff(app.store(), &new_account("late"), &late, gradus::clock::Clock::system().now()).is_err());
    }
}

/// Somebody who treats and administers in the first clinic.
fn both_roles(app: &TestApp, name: &str) -> Someone {
    let one = app.physio(name);
    app.database.execute(&format!("UPDATE users SET is_admin = TRUE WHERE id = '{}'", one.id()));
    app.somebody(one.email())
}

#[test]
fn the_published_table_is_what_the_code_says() {
    let written = std::fs::read_to_string("docs/access.md").expect("docs/access.md");
    assert!(written == asks::markdown(), "write it anew: gradus access > docs/access.md");
}
