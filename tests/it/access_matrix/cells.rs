//! Every route for every cell of the table that decides: what somebody's role and relation to Ann may, and no more. What
//! is expected is read from `access::TABLE` by what the route says it asks for, and held against the rows that were
//! written by hand.

use super::{Answer, Ask as AskThem, Hidden, In, PEOPLE, World, answer, ask, name, row};
use crate::support::{Backend, PASSWORD, Person, Someone};
use chrono::Days;
use gradus::access::{Relation, Role};
use gradus::care::leave::{NewLeave, announce};
use gradus::care::team::{Act, act, break_glass};
use gradus::ids::{self, PatientId};
use gradus::web::asks::{Ask, asks};
use gradus::web::{Guard, ROUTES, Route};

/// Parts of a path that name something of everybody's: a page of questions, a day, a topic, a part of the program. Trials are here because both
/// plans rest on theirs: taking one away is refused, whosever it is.
const OF_EVERYBODY: &[&str] = &["{screen}", "{on}", "{topic}", "{trial}", "{kind}", "{purpose}", "{content}"];

/// Somebody's role, and how they stand to Ann and to what is hers or her clinic's.
#[derive(Debug, Clone, Copy)]
struct Stands {
    role: Role,
    to_ann: Relation,
}

const fn stands(role: Role, to_ann: Relation) -> Stands {
    Stands { role, to_ann }
}

/// Whether a path names something that is somebody's.
fn names_something(route: &Route) -> bool {
    route.path.split('/').any(|part| part.contains('{') && !OF_EVERYBODY.contains(&part))
}

/// What the table says of a route for somebody who stands so.
fn expected(route: &Route, who: Stands) -> Answer {
    let ask = asks(route);
    if ask == Ask::Nothing {
        return In;
    }
    if matches!(who.role, Role::Visitor | Role::HalfSignedIn) {
        return AskThem;
    }
    let elsewhere = who.to_ann == Relation::OtherClinic;
    let relation = match ask {
        Ask::Nothing | Ask::Account(_) => Relation::OwnAccount,
        // A patient's own pages are theirs, what they name is Ann's.
        Ask::OwnRecord(_) if !names_something(route) => Relation::OwnRecord,
        Ask::OwnRecord(_) | Ask::Patient(_) => who.to_ann,
        Ask::OwnClinic(_) if elsewhere && names_something(route) => Relation::OtherClinic,
        Ask::OwnClinic(_) => Relation::OwnClinic,
        // Ben made it.
        Ask::OwnInvitation(_) if who.to_ann == Relation::InCharge => Relation::OwnInvitation,
        Ask::OwnInvitation(_) => Relation::Stranger,
        Ask::Given if elsewhere || who.to_ann == Relation::OwnRecord => who.to_ann,
        // Another patient of the clinic has no relation to what is Ann's.
        Ask::Given if who.role == Role::Patient => Relation::Stranger,
        Ask::Given => Relation::OwnClinic,
    };
    if ask.lets_in(who.role, relation) { In } else { Hidden }
}

#[test]
fn the_rows_written_by_hand_are_what_the_table_says() {
    let people = [
        stands(Role::Visitor, Relation::Stranger),
        stands(Role::Patient, Relation::OwnRecord),
        stands(Role::Physio, Relation::InCharge),
        stands(Role::Physio, Relation::Stranger),
        stands(Role::Patient, Relation::Stranger),
        stands(Role::Admin, Relation::Stranger),
    ];
    let mut wrong = Vec::new();
    for route in ROUTES {
        let Some(row) = row(route) else { continue };
        for (place, who) in people.into_iter().enumerate() {
            let says = expected(route, who);
            if row[place] != says {
                wrong.push(format!("{} for {}: the row says {:?}, the table {says:?}", name(route), PEOPLE[place], row[place]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whoever else there is around Ann.
struct Others {
    /// Stands in for Ben, who is away.
    fay: Someone,
    /// Broke the glass.
    gus: Someone,
    /// Was in charge once.
    lee: Someone,
    /// Physiotherapist, patient and administrator of another clinic.
    hal: Someone,
    ivy: Someone,
    kai: Someone,
}

impl Others {
    fn join(world: &World) -> Self {
        let app = &world.clinic.app;
        let elsewhere = app.other_clinic("Elsewhere");
        let (fay, gus, lee) = (app.physio("Fay"), app.physio("Gus"), app.physio("Lee"));
        let (hal, kai) = (app.physio_in(&elsewhere, "Hal"), app.admin_in(&elsewhere, "Kai"));
        let ivy = app.patient_of(&hal, "Ivy");
        app.start_plan(&ivy);
        let (now, ann) = (app.now(), PatientId::from(&world.clinic.ann.id()));
        let does = |who: &Someone, what: Act| act(app.store(), &who.actor(), &ann, &what, &ids::fresh(), now).expect("allowed");
        does(&world.clinic.ben, Act::Add(lee.id()));
        does(&lee, Act::StepBack { sure: false });
        let today = app.moment().today();
        let leave = NewLeave { from: today, until: today + Days::new(3), cover: fay.id(), token: ids::fresh() };
        announce(app.store(), &world.clinic.ben.desk(), &leave, app.moment()).expect("announced");
        break_glass(app.store(), &gus.actor(), "Ann", "Collapsed in the waiting room", now).expect("opened");
        Self { fay, gus, lee, hal, ivy, kai }
    }
}

/// Asks every route as somebody, and names what differs from the table. What signs out comes last.
fn differs(world: &World, who: &str, browser: &Person, how: Stands) -> Vec<String> {
    let mut routes: Vec<&Route> = ROUTES.iter().collect();
    routes.sort_by_key(|route| (route.path == "/sign-out", route.path == "/intake/check", route.method));
    let mut wrong = Vec::new();
    for route in routes {
        let page = ask(browser, route, &world.path(route.path));
        let says = expected(route, how);
        if answer(&page) != Some(says) {
            wrong.push(format!("{} for {who}: {says:?} expected, {} {} {:?}", name(route), page.status, page.location(), page.errors()));
        }
    }
    wrong
}

/// A world, and who else there is in it.
fn crowded(backend: Backend) -> (World, Others) {
    let world = World::new(backend);
    let others = Others::join(&world);
    (world, others)
}

each_backend! {
    fn staff_and_patients_of_another_clinic_find_nothing_of_this_one(backend) {
        let (world, others) = crowded(backend);
        let people = [
            ("Hal", &others.hal, Role::Physio),
            ("Ivy", &others.ivy, Role::Patient),
            ("Kai", &others.kai, Role::Admin),
        ];
        let mut wrong = Vec::new();
        for (who, someone, role) in people {
            wrong.extend(differs(&world, who, &world.clinic.app.signed_in(someone), stands(role, Relation::OtherClinic)));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn an_emergency_opens_what_can_be_looked_at_and_a_relation_that_ended_opens_nothing(backend) {
        let (world, others) = crowded(backend);
        let app = &world.clinic.app;
        let mut wrong = differs(&world, "Lee", &app.signed_in(&others.lee), stands(Role::Physio, Relation::Stranger));
        wrong.extend(differs(&world, "Gus", &app.signed_in(&others.gus), stands(Role::Physio, Relation::Emergency)));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn a_stand_in_comes_in_wherever_who_is_in_charge_does(backend) {
        let (world, others) = crowded(backend);
        let wrong = differs(&world, "Fay", &world.clinic.app.signed_in(&others.fay), stands(Role::Physio, Relation::Cover));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn a_patient_of_nobodys_is_open_to_the_desk_of_their_clinic_and_to_no_other(backend) {
        let (world, others) = crowded(backend);
        let app = &world.clinic.app;
        app.database.execute("UPDATE care_relations SET ended_at = started_at");
        let mut wrong = differs(&world, "Hal", &app.signed_in(&others.hal), stands(Role::Physio, Relation::OtherClinic));
        wrong.extend(differs(&world, "Cleo", &app.signed_in(&world.clinic.cleo), stands(Role::Physio, Relation::ClinicInbox)));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn whoever_has_shown_their_password_alone_is_asked_for_the_second_step_everywhere(backend) {
        let world = World::new(backend);
        let app = &world.clinic.app;
        let mut wrong = Vec::new();
        for someone in [&world.clinic.ann, &world.clinic.ben, &world.clinic.eve] {
            crate::factors::turn_on(app, &app.signed_in(someone));
            let browser = app.visitor();
            browser.sign_in(someone.email(), PASSWORD).goes_to("/sign-in/second");
            wrong.extend(differs(&world, &someone.0.name, &browser, stands(Role::HalfSignedIn, Relation::Stranger)));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn what_another_clinic_has_is_answered_word_for_word_like_what_nobody_has(backend) {
        let (world, others) = crowded(backend);
        for (someone, guard) in [(&others.hal, Guard::Physio), (&others.kai, Guard::Admin)] {
            let browser = world.clinic.app.signed_in(someone);
            let theirs = ROUTES.iter().filter(|r| r.guard == guard && r.method == "GET" && names_something(r));
            for route in theirs {
                let there = browser.get(&world.path(route.path));
                let nowhere = browser.get(&missing(route.path));
                assert_eq!((there.status, there.words()), (nowhere.status, nowhere.words()), "{}", name(route));
                assert_eq!(there.headers.len(), nowhere.headers.len(), "{}", name(route));
            }
        }
    }
}

/// A path of a route that names what nobody has.
fn missing(pattern: &str) -> String {
    let part = |part: &str| match part {
        "{screen}" => "you".to_owned(),
        "{on}" => "2026-03-01".to_owned(),
        "{topic}" => "sleep".to_owned(),
        "{kind}" => "discharge".to_owned(),
        "{version}" => "1".to_owned(),
        "{letter}.txt" => format!("{}.txt", ids::fresh()),
        part if part.contains('{') => ids::fresh(),
        part => part.to_owned(),
    };
    pattern.split('/').map(part).collect::<Vec<_>>().join("/")
}
