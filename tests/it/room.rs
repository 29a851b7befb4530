//! A record made in the room: filled in together, nobody's until its person takes it over.

use crate::invitations::{code, filled, link, type_code};
use crate::support::{Backend, Form, Page, Person, Someone, TestApp, spawn, vignette};
use chrono::{Days, NaiveTime};
use gradus::access::{Actor, authorise_own};
use gradus::care::consent::consent;
use gradus::care::reminders::{Choice, choose, decide_all};
use gradus::care::{account, mail};
use gradus::clinical::catalogue::{Journey, Kind, Question, Screen, catalogue};
use gradus::clinical::intake::AnswerMap;
use gradus::ids::UserId;
use gradus::store::outbox::{self, NewPosting};
use gradus::store::{StoreError, accounts};

/// Ben at his desk with Fay beside him.
struct Room {
    app: TestApp,
    ben: Someone,
    fay: String,
}

impl Room {
    fn with_fay(backend: Backend) -> Self {
        let app = spawn(backend);
        let ben = app.physio("Ben");
        let browser = app.signed_in(&ben);
        let to = browser
            .submit(&agreed(browser.get("/pro/patients/new").is(200).form_to("/pro/patients/new")).fill("Their name", "Fay"))
            .is(303);
        let fay = to.location().split('/').nth(3).expect("an identity").to_owned();
        assert_eq!(to.location(), format!("/pro/patients/{fay}/intake"));
        Self { app, ben, fay }
    }

    fn at(&self, path: &str) -> String {
        format!("/pro/patients/{}{path}", self.fay)
    }

    fn browser(&self) -> Person {
        self.app.signed_in(&self.ben)
    }

    fn count(&self, of: &str) -> usize {
        self.app.database.count(of)
    }

    fn card(&self) -> Page {
        let ben = self.browser();
        let form = ben.get(&self.at("/intake/result")).is(200).form_to(&self.at("/intake/card"));
        ben.submit(&form.choose("What you have explained", "How to log")).is(200)
    }
}

fn agreed(form: Form) -> Form {
    consent().required().fold(form, |form, purpose| form.set(&format!("consent_{}", purpose.key), "yes"))
}

/// An answer to a question: the case's, or one that says nothing special.
fn answer(question: &Question, case: &AnswerMap) -> String {
    match case.get(&question.id) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None if question.kind == Kind::Choice => question.options[0].value.clone(),
        None => "1".to_owned(),
    }
}

fn screens() -> impl Iterator<Item = &'static Screen> {
    catalogue().screens(Journey::Intake).iter()
}

/// Fills in a page of questions.
fn fill(person: &Person, path: &str, screen: &Screen, case: &AnswerMap) -> Page {
    let form = person.get(path).is(200).form_to(path);
    let asked = catalogue().questions_of(screen).filter(|q| q.kind != Kind::Ticks);
    person.submit(&asked.fold(form, |form, question| form.set(&question.id, &answer(question, case))))
}

/// Fills in a whole intake by its pages and hands it in; where that leads.
fn fill_in(person: &Person, base: &str, app: &TestApp) -> Page {
    let case = vignette("V20");
    for screen in screens() {
        let path = format!("{base}/{}", screen.slug);
        let page = fill(person, &path, screen, &case);
        assert_eq!(page.status, 303, "{path}: {:?}", page.errors());
    }
    let send = |at: &str, fields: &[(&str, &str)]| {
        let path = format!("{base}/{at}");
        let form = person.get(&path).is(200).form_to(&path);
        person.submit(&fields.iter().fold(form, |form, (name, value)| form.set(name, value))).is(303)
    };
    send("goals", &[("activity_1", "Tying my shoes"), ("score_1", "4")]);
    let until = (app.moment().today() + Days::new(84)).to_string();
    send("quota", &[("quota", "walk"), ("goal", "30"), ("goal_on", &until)]);
    let path = format!("{base}/practical");
    let form = person.get(&path).form_to(&path).set("floor", "yes").set("prone", "no");
    let form = ["Monday", "Wednesday", "Friday"].iter().fold(form, |form, day| form.choose("Which days", day));
    person.submit(&form).is(303);
    let path = format!("{base}/check");
    person.submit(&person.get(&path).is(200).form_to(&path)).is(303)
}

each_backend! {
    fn a_record_is_made_with_the_agreement_and_nobody_can_sign_in_to_it(backend) {
        let room = Room::with_fay(backend);
        let line = |sql: &str| room.app.database.line(&sql.replace("FAY", &room.fay));
        assert_eq!(room.count("users WHERE unclaimed AND is_patient"), 1);
        let email = line("SELECT email AS line FROM users WHERE id = 'FAY'");
        assert_eq!(email, format!("{}@unclaimed.invalid", room.fay));
        assert_eq!(room.count("consents"), consent().required().count());
        let who = line("SELECT u.name AS line FROM audit a JOIN users u ON u.id = a.actor_id WHERE a.action = 'wrote down the agreement given in the room' AND a.patient_id = 'FAY'");
        assert_eq!(who, "Ben");
        assert!(room.browser().get("/pro/patients").is(200).words().contains("Fay"), "in Ben's care at once");
        for password in ["!", "", "three brown horses"] {
            room.app.visitor().sign_in(&email, password).is(422);
        }
        assert!(account::reset_secret(room.app.store(), &email, room.app.now()).expect("asked").is_none());
        mail::ask_for_reset(room.app.store(), &email, room.app.now()).expect("asked");
        assert_eq!(room.count("outbox"), 0);
        // Without the agreement there is no record, and the same form makes one.
        let ben = room.browser();
        let form = ben.get("/pro/patients/new").form_to("/pro/patients/new").fill("Their name", "Gil");
        assert_eq!(ben.submit(&form).is(422).errors().len(), consent().required().count());
        let form = agreed(form);
        let to = ben.submit(&form).is(303).location().to_owned();
        ben.submit(&form).goes_to(&to);
        assert_eq!(room.count("users WHERE unclaimed"), 2);
        room.app.signed_in(&room.app.physio("Cleo")).get(&to).is(404);
    }

    fn the_same_answers_lead_to_the_same_decision_and_the_card_gives_the_record_to_its_person(backend) {
        let room = Room::with_fay(backend);
        let ben = room.browser();
        let list = ben.get(&room.at("/intake")).is(200);
        assert!(list.words().contains("Filling in together with Fay"), "{}", list.words());
        fill_in(&ben, &room.at("/intake"), &room.app).goes_to(&room.at("/intake/result"));
        let ann = room.app.patient("Ann");
        fill_in(&room.app.signed_in(&ann), "/intake", &room.app).goes_to("/result");
        let decided = |id: &str| room.app.database.line(&format!("SELECT answers || result AS line FROM evaluations WHERE patient_id = '{id}'"));
        assert_eq!(decided(&room.fay), decided(ann.id().as_str()));
        assert_eq!(room.count("measures WHERE entered_by IS NOT NULL"), room.count("measures") / 2, "who wrote it down is kept");
        // The card, twice: only the newest works.
        let (first, card) = (room.card(), room.card());
        type_code(&room.app.visitor(), &code(&first)).is(422);
        assert!(card.words().contains("Go on where you two stopped") && card.words().contains("(Ben, 2 March 2026)"), "{}", card.words());
        // An address that has an account is told neutrally, and nothing is used up.
        let fay = room.app.visitor();
        type_code(&fay, &code(&card)).goes_to("/join/account");
        let form = fay.get("/join/account").is(200).form();
        let taken = fay.submit(&filled(form.clone(), "Fay", ann.email())).is(422);
        assert!(taken.errors()[0].contains("cannot be made with this address"), "{:?}", taken.errors());
        assert_eq!(room.count("users WHERE unclaimed"), 1);
        fay.submit(&filled(form.clone(), "Fay", "fay@example.org")).goes_to("/");
        let user = room.app.somebody("fay@example.org");
        assert_eq!((user.id().as_str(), user.0.unclaimed, user.0.language.as_str()), (room.fay.as_str(), false, "en"));
        assert!(fay.get("/result").is(200).words().contains("find your starting point"), "everything is kept");
        assert_eq!(room.count("evaluations"), 2);
        assert_eq!(room.count(&format!("consents WHERE user_id = '{}'", room.fay)), 2 * consent().required().count(), "and they agreed themselves");
        // Once.
        type_code(&room.app.visitor(), &code(&card)).is(422);
        room.app.visitor().get(&link(&card)).is(404);
        assert_eq!(ben.get(&room.at("/intake/result")).is(200).count("form[action$='/card']"), 0);
        ben.post(&room.at("/intake/card"), &[]).goes_to(&room.at("/intake/result"));
        room.app.visitor().sign_in("fay@example.org", "four green bottles").is(303);
    }

    fn a_danger_sign_ends_the_intake_at_once_and_holds(backend) {
        let room = Room::with_fay(backend);
        let ben = room.browser();
        let screen = screens().find(|s| s.questions.iter().any(|id| id == "r_saddle")).expect("it is asked");
        let path = room.at(&format!("/intake/{}", screen.slug));
        let form = ben.get(&path).is(200).form_to(&path);
        // The rest of the page is still open: it does not wait for it.
        ben.submit(&form.set("r_saddle", "new")).goes_to(&room.at("/intake/result"));
        let page = ben.get(&room.at("/intake/result")).is(200);
        assert_eq!(page.count(".care-card-immediate"), 1, "{}", page.words());
        assert_eq!((room.count("holds WHERE cleared_at IS NULL"), room.count("alerts")), (1, 1));
        ben.get(&room.at("/start")).goes_to(&room.at("/intake/result"));
        ben.get(&page.link("Letter for a clinician, on one page")).is(200);
    }

    fn a_plan_can_start_in_the_room_and_goes_on_on_paper_without_any_message(backend) {
        let room = Room::with_fay(backend);
        let ben = room.browser();
        fill_in(&ben, &room.at("/intake"), &room.app);
        let path = room.at("/start");
        let today = room.app.moment().today();
        let tries = [(3, "10"), (2, "12"), (1, "14")].iter().enumerate().fold(ben.get(&path).is(200).form_to(&path), |form, (n, (days, amount))| {
            form.set(&format!("on_{}", n + 1), &(today - Days::new(*days)).to_string()).set(&format!("amount_{}", n + 1), amount)
        });
        ben.submit(&tries).goes_to(&path);
        let agree = room.at("/start/agree");
        assert_eq!(ben.get(&path).is(200).link("See my plan"), agree);
        let page = ben.get(&agree).is(200);
        assert!(page.words().contains("The plan starts when Fay says yes to it"), "{}", page.words());
        ben.submit(&page.form_to(&agree)).goes_to(&room.at(""));
        assert!(room.app.database.line("SELECT reason AS line FROM plan_changes").contains("in the room with"));
        assert_eq!(room.count("audit WHERE action = 'wrote down the yes to the plan given in the room'"), 1);
        ben.get(&room.at("/intake")).goes_to(&room.at(""));
        ben.post(&room.at("/intake/check"), &[]).goes_to(&room.at(""));
        let sheet = ben.get(&room.at("/sheet")).is(200).forms().into_iter().find(|f| f.value("week") == Some("this")).expect("a sheet");
        ben.submit(&sheet).is(303);
        // Whatever is asked for, nothing is sent to nobody.
        let id = UserId::from_text(&room.fay);
        let user = room.app.store().read::<_, StoreError>(|tx| accounts::user(tx, &id)).expect("read").expect("a record");
        let own = authorise_own(&Actor::from(&user)).expect("a patient");
        let choice = Choice { own_days: Some((0..7).collect()), at: NaiveTime::from_hms_opt(10, 0, 0).expect("a time"), second: None };
        choose(room.app.store(), &own, &choice, room.app.moment()).expect("chosen");
        room.app.wait(chrono::Duration::hours(2));
        assert_eq!(decide_all(room.app.store(), &room.app.clock).expect("decided"), 0);
        let now = room.app.now();
        room.app
            .store()
            .write::<_, StoreError>(|tx| {
                let new = NewPosting { user: &id, kind: outbox::Kind::Test, on: now.date(), token: "x", at: now, until: now + chrono::Duration::hours(1) };
                outbox::insert(tx, &new)
            })
            .expect("put in");
        let sent = mail::deliver(room.app.store(), &room.app.clock, "https://gradus.example.org", &mut |_| panic!("nothing is sent")).expect("delivered");
        assert_eq!((sent, room.count("outbox WHERE status = 'dropped'")), (0, 1));
    }
}
