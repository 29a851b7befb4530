//! The plan editor: a draft that several physiotherapists change without losing anything, its way to the patient, and
//! the versions that it leaves.

use crate::support::{Backend, Clinic, Form, Page, Person, Someone};
use chrono::Duration;
use gradus::care::desk;
use gradus::care::desk::{NewDose, Scope};
use gradus::clinical::plan::Level;
use gradus::ids::PatientId;
use std::thread;

pub fn clinic(backend: Backend) -> Clinic {
    let clinic = Clinic::open(backend);
    both_in_charge(&clinic);
    clinic
}

/// Cleo is in charge of Ann too.
fn both_in_charge(clinic: &Clinic) {
    let (ann, cleo) = (clinic.ann.id(), clinic.cleo.id());
    let made = "2026-01-01 00:00:00";
    clinic.app.database.execute(&format!(
        "INSERT INTO care_relations (id, patient_id, physio_id, started_at) VALUES ('second-relation', '{ann}', '{cleo}', '{made}')"
    ));
}

pub fn path(clinic: &Clinic) -> String {
    format!("/pro/patients/{}/plan", clinic.ann.id())
}

/// The form of the page that has this hidden value.
pub fn form(page: &Page, name: &str, value: &str) -> Form {
    let found = page.forms().into_iter().find(|form| form.value(name) == Some(value));
    found.unwrap_or_else(|| panic!("no form with {name}={value}: {}", page.words()))
}

/// The form that makes the draft the plan.
fn give(page: &Page, act: &str, reason: &str) -> Form {
    let found = page.forms().into_iter().find(|form| form.value("reason").is_some());
    found.unwrap_or_else(|| panic!("nothing to give: {}", page.words())).set("do", act).set("reason", reason)
}

pub struct Editing<'a> {
    pub clinic: &'a Clinic,
    pub browser: Person,
}

impl<'a> Editing<'a> {
    pub fn by(clinic: &'a Clinic, who: &Someone) -> Self {
        Self { clinic, browser: clinic.app.signed_in(who) }
    }

    pub fn page(&self) -> Page {
        self.browser.get(&path(self.clinic)).is(200)
    }

    pub fn item(&self, page: &Page, exercise: &str, act: &str) -> Page {
        self.browser.submit(&form(page, "exercise", exercise).set("do", act))
    }

    pub fn search(&self, words: &str) -> Page {
        let page = self.page();
        self.browser.submit(&form(&page, "do", "search").set("words", words))
    }

    pub fn give(&self, act: &str, reason: &str) -> Page {
        self.browser.submit(&give(&self.page(), act, reason))
    }
}

fn listed(clinic: &Clinic) -> Vec<String> {
    clinic.app.plan_items(&clinic.ann).iter().map(|item| item.prescription.exercise.clone()).collect()
}

/// The ids of the draft, in order.
pub fn drafted(page: &Page) -> Vec<String> {
    page.attributes("ol[data-order] > li", "data-exercise")
}

each_backend! {
    fn a_draft_is_edited_and_applied_with_a_reason(backend) {
        let clinic = clinic(backend);
        let ben = Editing::by(&clinic, &clinic.ben);
        let (before, rows) = (listed(&clinic), clinic.app.plan_items(&clinic.ann));
        let page = ben.page();
        assert_eq!(drafted(&page), before);
        // One up, one out.
        ben.item(&page, &before[1], "up").goes_to(&path(&clinic));
        let page = ben.page();
        assert_eq!(drafted(&page)[..2], [before[1].clone(), before[0].clone()]);
        ben.item(&page, &before[2], "out").goes_to(&path(&clinic));
        // The draft is kept, the plan untouched.
        clinic.app.wait(Duration::minutes(1));
        let page = Editing::by(&clinic, &clinic.cleo).page();
        assert!(page.words().contains("A draft, last changed by Ben"), "{}", page.words());
        assert_eq!(listed(&clinic), before);
        // A reason is needed.
        let refused = ben.give("apply", "so").is(422);
        assert_eq!(refused.errors(), ["Write the reason in a few words: the patient reads it"]);
        ben.give("apply", "your sessions went well").goes_to(&path(&clinic));
        let after = listed(&clinic);
        assert_eq!(after[..2], [before[1].clone(), before[0].clone()]);
        assert_eq!(after.len(), before.len() - 1);
        // What stays keeps its row.
        for item in clinic.app.plan_items(&clinic.ann) {
            assert!(rows.iter().any(|row| row.id == item.id), "{}", item.prescription.exercise);
        }
        let changes = clinic.app.signed_in(&clinic.ann).get("/changes").words();
        assert!(changes.contains("Your plan was changed") && changes.contains("your sessions went well") && changes.contains("Ben, physiotherapist"), "{changes}");
        assert!(changes.contains("Order of the exercises"), "{changes}");
    }

    fn exercises_are_found_by_words_and_what_is_not_for_this_person_says_why(backend) {
        let clinic = clinic(backend);
        let own = clinic.app.own_exercise(&clinic.ben, "CO5");
        let ben = Editing::by(&clinic, &clinic.ben);
        let found = ben.search("bird dog").is(200);
        assert_eq!(form(&found, "do", "search").value("words"), Some("bird dog"), "the words stay");
        let added = ben.browser.submit(&form(&found, "do", "add").set("exercise", &own));
        // A full list takes nobody more.
        let page = if added.status == 303 { ben.page() } else {
            assert!(added.words().contains("Take one out first"), "{}", added.words());
            let last = drafted(&ben.page())[1].clone();
            ben.item(&ben.page(), &last, "out").goes_to(&path(&clinic));
            let found = ben.search("bird dog");
            ben.browser.submit(&form(&found, "do", "add").set("exercise", &own)).goes_to(&path(&clinic));
            ben.page()
        };
        assert!(drafted(&page).contains(&own));
        assert!(page.words().contains("Our bird dog"), "{}", page.words());
        // A gym is not at hand, so there is no button, and sending it all the same is refused.
        let found = ben.search("machine");
        assert!(found.words().contains("Not for this person:"), "{}", found.words());
        let first = drafted(&page)[0].clone();
        ben.item(&ben.page(), &first, "out").goes_to(&path(&clinic));
        let search = form(&ben.page(), "do", "search");
        let refused = ben.browser.submit(&search.set("do", "add").set("exercise", "HL15").set("words", "deadlift")).is(422);
        assert!(refused.errors()[0].contains("is not for this person"), "{:?}", refused.errors());
        assert_eq!(ben.search("").is(200).errors(), ["Write a word to look for, for example: bridge"]);
        assert!(ben.search("zzz").words().contains("Nothing found"));
    }

    fn a_dose_and_a_goal_are_changed_in_the_draft(backend) {
        let clinic = clinic(backend);
        let ben = Editing::by(&clinic, &clinic.ben);
        let page = ben.page();
        let dose = page.forms().into_iter().find(|f| f.value("do") == Some("dose") && f.value("reps").is_some()).expect("a dose in repetitions");
        let exercise = dose.value("exercise").unwrap().to_owned();
        let refused = ben.browser.submit(&dose.clone().set("reps", "many")).is(422);
        assert_eq!(form(&refused, "exercise", &exercise).value("exercise"), Some(exercise.as_str()));
        let again = refused.forms().into_iter().find(|f| f.value("do") == Some("dose") && f.value("exercise") == Some(&exercise)).unwrap();
        assert_eq!(again.value("reps"), Some("many"), "what was typed stays");
        ben.browser.submit(&again.set("reps", "7").set("level", "easier")).goes_to(&path(&clinic));
        assert!(ben.page().words().contains("easier form"));
        // A goal: a look at the weeks keeps nothing.
        let page = ben.page();
        let goal = page.forms().into_iter().find(|f| f.value("activity").is_some()).expect("a goal");
        let looked = ben.browser.submit(&goal.clone().set("do", "goal-preview").set("goal", "90").set("weeks", "10")).is(200);
        assert!(looked.words().contains("Preview, not kept yet") && looked.words().contains("90 minutes"), "{}", looked.words());
        assert!(!ben.page().words().contains("90 minutes"));
        let refused = ben.browser.submit(&goal.clone().set("do", "goal").set("goal", "0").set("days", "8")).is(422);
        assert_eq!(refused.errors().len(), 2, "{:?}", refused.errors());
        ben.browser.submit(&goal.set("do", "goal").set("goal", "90").set("weeks", "10").set("days", "4")).goes_to(&path(&clinic));
        assert!(ben.page().words().contains("90 minutes"), "{}", ben.page().words());
        let preview = ben.browser.get(&format!("{}/preview", path(&clinic))).is(200);
        assert!(preview.words().contains("Preview") && preview.words().contains("90 minutes") && preview.words().contains("The coming week"));
        ben.give("apply", "more walking, as you asked").goes_to(&path(&clinic));
        assert_eq!(clinic.app.database.line("SELECT CAST(days_per_week AS TEXT) AS line FROM plan_quotas"), "4");
        let plan = clinic.app.signed_in(&clinic.ann).get("/plan").words();
        assert!(plan.contains("Up to 90 minutes") && plan.contains("On 4 days a week"), "{plan}");
    }

    fn a_colleagues_change_in_between_is_named_and_nothing_is_lost(backend) {
        let clinic = clinic(backend);
        let (ben, cleo) = (Editing::by(&clinic, &clinic.ben), Editing::by(&clinic, &clinic.cleo));
        let stale = ben.page();
        let ids = drafted(&stale);
        cleo.item(&cleo.page(), &ids[1], "out").goes_to(&path(&clinic));
        let dose = stale.forms().into_iter().find(|f| f.value("do") == Some("dose") && f.value("reps").is_some() && f.value("exercise") != Some(&ids[1])).unwrap();
        let exercise = dose.value("exercise").unwrap().to_owned();
        let refused = ben.browser.submit(&dose.set("reps", "3")).is(422);
        assert!(refused.words().contains("Cleo took "), "{}", refused.words());
        let again = refused.forms().into_iter().find(|f| f.value("do") == Some("dose") && f.value("exercise") == Some(&exercise)).unwrap();
        assert_eq!(again.value("reps"), Some("3"), "what was typed stays");
        ben.browser.submit(&again).goes_to(&path(&clinic));
        // The same form twice changes once.
        ben.browser.submit(&again).goes_to(&path(&clinic));
        let page = cleo.page();
        assert!(!drafted(&page).contains(&ids[1]), "Cleo's change");
        assert!(page.words().contains("Changed"), "Ben's change");
        ben.give("apply", "we talked about it").goes_to(&path(&clinic));
        let lines = clinic.app.database.count("plan_changes WHERE rule = 'physio'");
        assert_eq!(lines, 3, "a heading and both changes");
    }

    fn two_who_press_at_the_same_moment_both_have_their_change(backend) {
        let clinic = clinic(backend);
        let (ben, cleo) = (Editing::by(&clinic, &clinic.ben), Editing::by(&clinic, &clinic.cleo));
        let ids = drafted(&ben.page());
        let take_out = |editing: &Editing, id: &str| {
            for _ in 0..20 {
                let page = editing.item(&editing.page(), id, "out");
                if page.status == 303 {
                    return;
                }
                assert_eq!(page.status, 422);
            }
            panic!("{id} never went");
        };
        thread::scope(|scope| {
            scope.spawn(|| (1..4).for_each(|at| take_out(&ben, &ids[at])));
            scope.spawn(|| (4..7).for_each(|at| take_out(&cleo, &ids[at])));
        });
        let left = drafted(&ben.page());
        assert_eq!(left.len(), ids.len() - 6, "{left:?}");
        assert_eq!(clinic.app.database.count("plan_drafts"), 1, "one draft for both");
        assert_eq!(clinic.app.database.line("SELECT CAST(revision AS TEXT) AS line FROM plan_drafts"), "6");
    }

    fn a_plan_that_moved_on_is_brought_together_with_the_draft(backend) {
        let clinic = clinic(backend);
        let ben = Editing::by(&clinic, &clinic.ben);
        let page = ben.page();
        let mut ids = drafted(&page);
        let in_reps = |page: &Page| page.forms().into_iter().find(|f| f.value("do") == Some("dose") && f.value("reps").is_some()).unwrap();
        let dose = in_reps(&page).set("reps", "3");
        let exercise = dose.value("exercise").unwrap().to_owned();
        ids.retain(|id| *id != exercise);
        ben.browser.submit(&dose).goes_to(&path(&clinic));
        ben.item(&ben.page(), &ids[1], "out").goes_to(&path(&clinic));
        // Meanwhile Cleo changes the plan itself: another exercise, and the same one in another way.
        let who = desk::treat(clinic.app.store(), &clinic.cleo.actor(), &PatientId::from(&clinic.ann.id()), clinic.app.now()).expect("in charge");
        let items = clinic.app.plan_items(&clinic.ann);
        let change = |id: &str, level: Level| {
            let item = items.iter().find(|item| item.prescription.exercise == id).unwrap();
            let new = NewDose { dose: item.prescription.dose.clone(), level };
            desk::change_dose(clinic.app.store(), &who, &item.id, (&new, Scope::Whole), "after your call", clinic.app.moment()).expect("changed");
        };
        let other = ids.iter().rev().find(|id| **id != ids[1] && items.iter().any(|i| i.prescription.exercise == **id && i.prescription.role == gradus::clinical::plan::Role::Training)).unwrap().clone();
        change(&other, Level::Harder);
        let refused = ben.give("apply", "your sessions went well").is(422);
        assert!(refused.words().contains("Bring both together first") && refused.words().contains("harder form"), "{}", refused.words());
        assert_eq!(give(&refused, "apply", "x").value("do"), Some("apply"));
        change(&exercise, Level::Harder);
        let page = ben.page();
        assert!(page.words().contains("which one counts?"), "{}", page.words());
        let bring = form(&page, "do", "together");
        let refused = ben.browser.submit(&bring).is(422);
        assert!(refused.words().contains("Choose which one counts"), "{}", refused.words());
        ben.browser.submit(&form(&refused, "do", "together").set(&format!("choice.{exercise}"), "draft")).goes_to(&path(&clinic));
        ben.give("apply", "your sessions went well").goes_to(&path(&clinic));
        let after = clinic.app.plan_items(&clinic.ann);
        let of = |id: &str| after.iter().find(|item| item.prescription.exercise == id).map(|item| item.prescription.clone());
        assert_eq!(of(&other).unwrap().level, Level::Harder, "Cleo's change");
        let chosen = of(&exercise).unwrap();
        assert_eq!((chosen.dose.reps, chosen.level), (3, Level::Standard), "Ben's choice");
        assert!(of(&ids[1]).is_none(), "Ben's other change");
    }

    fn a_draft_is_sent_and_the_patient_says_yes_or_no(backend) {
        let clinic = clinic(backend);
        let ben = Editing::by(&clinic, &clinic.ben);
        let before = listed(&clinic);
        let send = |at: usize| {
            ben.item(&ben.page(), &drafted(&ben.page())[at], "out").goes_to(&path(&clinic));
            ben.give("send", "to give your back a rest").goes_to(&path(&clinic));
        };
        send(1);
        assert!(ben.page().words().contains("waits for an answer"));
        let ann = clinic.app.signed_in(&clinic.ann);
        for page in ["/today", "/plan"] {
            assert!(ann.get(page).words().contains("Ben would like to change something"), "{page}");
        }
        let asked = ann.get("/plan/draft").is(200);
        assert!(asked.words().contains("to give your back a rest") && asked.words().contains("no longer"), "{}", asked.words());
        assert_eq!(listed(&clinic), before, "as it was until they say yes");
        let no = form(&asked, "answer_is", "no").set("answer", "I like that one");
        ann.submit(&no).goes_to("/plan");
        ann.submit(&no).goes_to("/plan");
        assert_eq!(listed(&clinic), before);
        assert!(ben.page().words().contains("I like that one"), "{}", ben.page().words());
        let open = || clinic.app.database.count("alerts WHERE rule = 'draft' AND resolved_at IS NULL");
        let inbox = ben.browser.get("/pro").is(200);
        let told: Vec<String> = inbox.all(".inbox-item").into_iter().filter(|item| item.contains("Said no")).collect();
        assert!(told.len() == 1 && told[0].contains("“I like that one” The plan goes on as it was."), "one matter, one entry: {told:?}");
        assert_eq!(open(), 1);
        ann.get("/plan/draft").goes_to("/plan");
        // Sent and taken back: the old page's yes does nothing.
        send(2);
        assert_eq!(open(), 0, "another version answers the no");
        let late = form(&ann.get("/plan/draft").is(200), "answer_is", "yes");
        let back = ben.page().forms().into_iter().find(|f| f.value("mark").is_some()).unwrap().set("do", "back");
        ben.browser.submit(&back).goes_to(&path(&clinic));
        ann.submit(&late).goes_to("/plan");
        assert_eq!(listed(&clinic), before);
        // Sent again and agreed to: Ben's change, with Ann's yes.
        ben.give("send", "to give your back a rest").goes_to(&path(&clinic));
        let yes = form(&ann.get("/plan/draft").is(200), "answer_is", "yes");
        ann.submit(&yes).goes_to("/plan");
        ann.submit(&yes).goes_to("/plan");
        assert_eq!(listed(&clinic).len(), before.len() - 1);
        let changes = ann.get("/changes").words();
        assert!(changes.contains("Ben, physiotherapist") && changes.contains("to give your back a rest"), "{changes}");
        assert_eq!(clinic.app.database.count("plan_versions"), 2, "as it was, and as it is");
        assert_eq!(clinic.app.database.count("audit WHERE action = 'draft agreed'"), 1);
    }

    fn every_change_by_hand_leaves_a_version_that_can_be_brought_back(backend) {
        let clinic = clinic(backend);
        let ben = Editing::by(&clinic, &clinic.ben);
        let versions = format!("{}/versions", path(&clinic));
        assert!(ben.browser.get(&versions).is(200).words().contains("Nobody has changed this plan by hand yet"));
        let before = listed(&clinic);
        ben.item(&ben.page(), &before[1], "out").goes_to(&path(&clinic));
        ben.give("apply", "one less for now").goes_to(&path(&clinic));
        // Another way to change a plan leaves one too.
        let own = clinic.app.own_exercise(&clinic.ben, "CO5");
        clinic.app.give_own(&clinic.ben, &clinic.ann, &own);
        let page = ben.browser.get(&versions).is(200).words();
        assert!(page.contains("Version 3") && page.contains("one less for now") && page.contains("By the rules and the patient") && page.contains("suits you better"), "{page}");
        assert!(!page.contains("Version 4"), "{page}");
        let first = ben.browser.get(&format!("{versions}/1")).is(200);
        let back = form(&first, "mark", ben.page().forms()[0].value("mark").unwrap());
        ben.browser.submit(&back).goes_to(&path(&clinic));
        assert_eq!(drafted(&ben.page()), before);
        let second = ben.browser.submit(&form(&ben.browser.get(&format!("{versions}/1")), "revision", "1")).is(422);
        assert!(second.words().contains("There is a draft already"), "{}", second.words());
        ben.give("apply", "as it was at first").goes_to(&path(&clinic));
        assert_eq!(listed(&clinic), before);
        ben.browser.get(&format!("{versions}/99")).is(404);
    }

    fn a_stranger_finds_nothing(backend) {
        let clinic = Clinic::open(backend);
        let cleo = clinic.app.signed_in(&clinic.cleo);
        for page in ["", "/preview", "/versions", "/versions/1"] {
            cleo.get(&format!("{}{page}", path(&clinic))).is(404);
        }
        cleo.post(&path(&clinic), &[("do", "drop")]).is(404);
        // Somebody without a plan: back to the file.
        let dan = format!("/pro/patients/{}", clinic.dan.id());
        cleo.get(&format!("{dan}/plan")).goes_to(&dan);
    }
}
