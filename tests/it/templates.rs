//! Templates of the clinic: versions, who follows which, giving them, and copying a plan.

use crate::support::{Clinic, Form, Person, Someone, TestApp};
use chrono::Duration;
use gradus::care::desk;
use gradus::care::desk::templates::{Edit, make, of_plan};
use gradus::ids::{self, PatientId};

/// A template with somebody's plan as its first phase; its id.
pub fn template(app: &TestApp, by: &Someone, from: &Someone) -> String {
    let patient = PatientId::from(&from.id());
    let who = desk::look(app.store(), &by.actor(), &patient, app.now()).expect("in charge");
    let mut body = app.store().read(|tx| of_plan(tx, &who)).expect("a plan");
    (body.name, body.sentence) = ("First weeks".to_owned(), "For people who begin.".to_owned());
    let edit = Edit { body, note: String::new(), token: ids::fresh() };
    make(app.store(), &by.desk(), &edit, app.now()).expect("made")
}

fn edit_form(who: &Person, id: &str) -> Form {
    let path = format!("/pro/templates/{id}/edit");
    who.get(&path).is(200).form_to(&path).set("do", "save")
}

/// The field that takes a core exercise out of the first phase, and that exercise.
fn core(form: &Form) -> (String, String) {
    let exercise = |n: usize| form.value(&format!("p1.i{n}.exercise")).expect("a core exercise").to_owned();
    let place = (1..).find(|n| exercise(*n).starts_with("CO")).expect("a core exercise");
    (format!("p1.i{place}.out"), exercise(place))
}

/// Opens what a template would change for a patient and gives it.
fn give(ben: &Person, patient: &Someone, id: &str, act: &str) {
    let path = format!("/pro/patients/{}/assign/{id}", patient.id());
    let form = ben.get(&path).is(200).form_to(&path).set("as", act);
    ben.submit(&form).is(303);
}

fn exercises(clinic: &Clinic, who: &Someone) -> Vec<String> {
    clinic.app.plan_items(who).into_iter().map(|item| item.prescription.exercise.clone()).collect()
}

each_backend! {
    fn a_template_is_made_from_a_plan_and_given_to_another(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get(&format!("/pro/templates/new?from={}", clinic.ann.id())).is(200);
        let form = page.form_to("/pro/templates/new").set("name", "First weeks").set("sentence", "For people who begin.").set("do", "save");
        let saved = ben.submit(&form).is(303);
        assert_eq!(ben.submit(&form).is(303).location(), saved.location(), "the same form twice makes one");
        let path = saved.location().to_owned();
        let shown = ben.get(&path).is(200);
        assert_eq!(shown.heading(), "First weeks");
        assert!(shown.words().contains("Version 1, 1 phase, 4 weeks") && shown.words().contains("Nobody follows it"), "{}", shown.words());
        let id = path.rsplit('/').next().unwrap();
        give(&ben, &clinic.ann, id, "plan");
        let list = ben.get("/pro/templates").is(200).words();
        assert!(list.contains("1 patient on version 1"), "{list}");
        assert!(ben.get(&path).words().contains("Ann"));
        // Whose patients they are is nobody else's business.
        let cleo = clinic.app.signed_in(&clinic.cleo);
        let seen = cleo.get(&path).is(200).words();
        assert!(seen.contains("1 patient on version 1") && !seen.contains("Ann"), "{seen}");
        cleo.get(&format!("/pro/templates/new?from={}", clinic.ann.id())).is(404);
        cleo.get(&format!("/pro/patients/{}/assign", clinic.ann.id())).is(404);
        cleo.get(&format!("/pro/patients/{}/assign/{id}", clinic.ann.id())).is(404);
        ben.get(&format!("/pro/patients/{}/assign/nothing", clinic.ann.id())).is(404);
        ben.get("/pro/templates/nothing").is(404);
    }

    fn an_update_is_offered_and_touches_only_what_differs(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        give(&ben, &clinic.ann, &id, "plan");
        let before = exercises(&clinic, &clinic.ann);
        assert_eq!(ben.submit(&edit_form(&ben, &id)).is(422).errors(), ["Nothing is different from the version before"]);
        let changed = edit_form(&ben, &id).set("p1.i1.out", "yes").set("p1.weeks", "6");
        assert_eq!(ben.submit(&changed).is(422).errors(), ["Say why in a few words: your colleagues decide by it whether to update"]);
        let changed = changed.set("note", "Six weeks went better");
        ben.submit(&changed).goes_to(&format!("/pro/templates/{id}"));
        ben.submit(&changed).is(303);
        let page = ben.get(&format!("/pro/templates/{id}")).is(200).words();
        assert!(page.contains("Version 2, 1 phase, 6 weeks") && page.contains("Six weeks went better"), "{page}");
        assert!(page.contains("Update offered") && page.contains("1 patient on version 1"), "{page}");
        assert_eq!(exercises(&clinic, &clinic.ann), before, "nothing happens by itself");
        clinic.app.wait(Duration::minutes(1));
        let assign = format!("/pro/patients/{}/assign/{id}", clinic.ann.id());
        let offer = ben.get(&assign).is(200);
        assert!(offer.words().contains("The plan follows version 1.") && offer.words().contains("Six weeks went better"), "{}", offer.words());
        ben.submit(&offer.form_to(&assign).set("as", "plan")).is(303);
        assert_eq!(exercises(&clinic, &clinic.ann).len(), before.len() - 1);
        assert!(ben.get("/pro/templates").words().contains("1 patient on version 2"));
        assert!(clinic.app.signed_in(&clinic.ann).get("/changes").words().contains("was improved"));
    }

    fn exercises_are_put_in_order_with_buttons(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        let path = format!("/pro/templates/{id}/edit");
        let order = |form: &Form| (1..4).map(|n| form.value(&format!("p1.i{n}.exercise")).expect("an exercise").to_owned()).collect::<Vec<_>>();
        let page = ben.get(&path).is(200);
        assert!(page.attributes("button[value='up:p1.i1']", "value").is_empty() && page.attributes("button[value='down:p1.i1']", "value").len() == 1);
        let form = page.form_to(&path);
        let before = order(&form);
        let down = ben.submit(&form.set("name", "Half typed").set("p1.i1.level", "easier").set("do", "down:p1.i1")).is(200).form_to(&path);
        assert_eq!(order(&down), [before[1].clone(), before[0].clone(), before[2].clone()]);
        assert_eq!((down.value("name"), down.value("p1.i2.level")), (Some("Half typed"), Some("easier")), "what was typed moves along");
        // One goes out and another up with the same press: places are counted as they are shown.
        let both = ben.submit(&down.set("p1.i1.out", "yes").set("do", "up:p1.i3")).is(200).form_to(&path);
        assert_eq!(order(&both)[..2], [before[2].clone(), before[0].clone()]);
        // Beyond the ends nothing happens.
        let same = ben.submit(&both.clone().set("do", "up:p1.i1")).is(200).form_to(&path);
        assert_eq!(order(&same), order(&both));
        ben.submit(&same.set("note", "Calm ones first").set("do", "save")).is(303);
        let shown = ben.get(&format!("/pro/templates/{id}")).is(200).words();
        assert!(shown.contains("Order of the exercises"), "{shown}");
    }

    fn two_who_save_at_once_lose_nothing(backend) {
        let clinic = Clinic::open(backend);
        let (ben, cleo) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.cleo));
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        let path = format!("/pro/templates/{id}/edit");
        let first = edit_form(&ben, &id).set("name", "Ben's weeks").set("note", "a better name");
        let second = edit_form(&cleo, &id).set("name", "Cleo's weeks").set("note", "my name for it");
        ben.submit(&first).is(303);
        let refused = cleo.submit(&second).is(422);
        assert!(refused.errors()[0].starts_with("Ben saved version 2 while you were writing"), "{:?}", refused.errors());
        assert!(refused.words().contains("Name: Ben's weeks (before: First weeks)"), "what they changed: {}", refused.words());
        let again = refused.form_to(&path);
        assert_eq!(again.value("name"), Some("Cleo's weeks"), "what was typed stays");
        cleo.submit(&again.set("do", "save")).is(303);
        let page = ben.get(&format!("/pro/templates/{id}")).words();
        assert!(page.contains("Version 3") && page.contains("a better name") && page.contains("my name for it"), "both are kept: {page}");
        assert_eq!(clinic.app.database.count("plan_template_versions"), 3);
    }

    fn what_does_not_fit_is_said_beside_its_field(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get("/pro/templates/new").is(200);
        let form = page.form_to("/pro/templates/new");
        let refused = ben.submit(&form.clone().set("do", "save").set("p1.weeks", "13").set("days_per_week", "9")).is(422);
        assert!(refused.errors().len() >= 5, "{:?}", refused.errors());
        assert_eq!(refused.form_to("/pro/templates/new").value("p1.weeks"), Some("13"));
        // Adding shows the form again with everything typed.
        let added = ben.submit(&form.set("name", "Half done").set("add", "CO5").set("do", "add")).is(200);
        let form = added.form_to("/pro/templates/new");
        assert_eq!((form.value("name"), form.value("p1.i1.exercise")), (Some("Half done"), Some("CO5")));
        let wrong = ben.submit(&form.set("sentence", "Anybody").set("p1.i1.reps", "many").set("p1.i1.sets", "many").set("p1.i1.hold_s", "many").set("do", "save")).is(422);
        assert!(!wrong.errors().is_empty());
        assert_eq!(clinic.app.database.count("plan_templates"), 0);
    }

    fn giving_leaves_out_what_is_not_for_the_patient_and_says_why(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        let form = edit_form(&ben, &id).set("p1.i1.out", "yes").set("add", "HL15").set("add_to", "1").set("note", "lifting again");
        ben.submit(&form).is(303);
        let list = ben.get(&format!("/pro/patients/{}/assign", clinic.ann.id())).is(200);
        assert!(list.words().contains("First weeks") && list.words().contains("For the pattern"), "{}", list.words());
        let path = format!("/pro/patients/{}/assign/{id}", clinic.ann.id());
        let offer = ben.get(&path).is(200);
        assert!(offer.words().contains("Left out, and why"), "{}", offer.words());
        let form = offer.form_to(&path).set("as", "plan");
        assert_eq!(ben.submit(&form.clone().set("reason", "")).is(422).errors(), ["Write the reason in a few words: the patient reads it"]);
        // What the page showed is no longer so.
        let item = clinic.app.plan_items(&clinic.ann).into_iter().find(|item| item.prescription.core).unwrap();
        let item = format!("/pro/patients/{}/items/{}", clinic.ann.id(), item.id);
        let dose = ben.get(&item).is(200).form_to(&item).set("level", "easier").set("reason", "a gentler form");
        ben.submit(&dose).is(303);
        let stale = ben.submit(&form).is(422);
        assert!(stale.errors()[0].contains("has changed since this page was shown"), "{:?}", stale.errors());
        let now = stale.form_to(&path).set("as", "plan");
        ben.submit(&now).is(303);
        ben.submit(&now).is(303);
        assert!(!exercises(&clinic, &clinic.ann).contains(&"HL15".to_owned()));
        assert_eq!(clinic.app.database.count("template_uses"), 1, "the same form twice gives it once");
    }

    fn the_next_phase_is_offered_when_its_time_has_come(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        let path = format!("/pro/templates/{id}/edit");
        let two = ben.submit(&edit_form(&ben, &id).set("p1.weeks", "1").set("do", "phase")).is(200);
        let form = two.form_to(&path).set("p2.i2.out", "yes").set("note", "a second phase").set("do", "save");
        ben.submit(&form).is(303);
        give(&ben, &clinic.ann, &id, "plan");
        let list = format!("/pro/patients/{}/assign", clinic.ann.id());
        assert!(!ben.get(&list).words().contains("was due"));
        let before = exercises(&clinic, &clinic.ann).len();
        clinic.app.wait(Duration::days(7));
        let ben = clinic.app.signed_in(&clinic.ben);
        assert!(ben.get(&list).words().contains("“Phase 2” is next"), "{}", ben.get(&list).words());
        assert_eq!(exercises(&clinic, &clinic.ann).len(), before, "never by itself");
        give(&ben, &clinic.ann, &id, "plan");
        assert_eq!(exercises(&clinic, &clinic.ann).len(), before - 1);
        assert_eq!(clinic.app.database.count("template_uses WHERE phase = 1"), 1);
        assert!(!ben.get(&list).words().contains("was due"));
    }

    fn a_template_as_a_draft_is_followed_once_the_draft_is_applied(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        let form = edit_form(&ben, &id);
        let (out, _) = core(&form);
        ben.submit(&form.set(&out, "yes").set("note", "shorter")).is(303);
        // Another exercise stands in the plan than in the newest version, so giving it anew changes something.
        let before = exercises(&clinic, &clinic.ann);
        give(&ben, &clinic.ann, &id, "draft");
        assert_eq!(exercises(&clinic, &clinic.ann), before);
        assert_eq!(clinic.app.database.count("plan_drafts WHERE status = 'open'"), 1);
        assert_eq!(clinic.app.database.count("template_uses"), 0);
        let path = format!("/pro/patients/{}/assign/{id}", clinic.ann.id());
        let refused = ben.submit(&ben.get(&path).is(200).form_to(&path).set("as", "plan")).is(422);
        assert!(refused.errors()[0].starts_with("A draft of this plan is open"), "{:?}", refused.errors());
        let editor = ben.get(&format!("/pro/patients/{}/plan", clinic.ann.id())).is(200);
        let apply = editor.forms().into_iter().find(|form| form.value("reason").is_some()).expect("the draft can be applied");
        ben.submit(&apply.set("do", "apply").set("reason", "We begin with less")).is(303);
        assert_eq!(clinic.app.database.count("template_uses"), 1);
        assert!(ben.get("/pro/templates").words().contains("1 patient on version 2"));
    }

    fn a_plan_is_copied_to_another_patient_without_a_name(backend) {
        let clinic = Clinic::open(backend);
        let zoe = clinic.app.patient_of(&clinic.ben, "Zoe");
        clinic.app.start_plan(&zoe);
        clinic.app.start_plan(&clinic.dan);
        let ben = clinic.app.signed_in(&clinic.ben);
        let own = clinic.app.own_exercise(&clinic.ben, "CO5");
        clinic.app.give_own(&clinic.ben, &clinic.ann, &own);
        let list = ben.get(&format!("/pro/patients/{}/copy", zoe.id())).is(200).words();
        assert!(list.contains("Ann") && !list.contains("Dan"), "{list}");
        let path = format!("/pro/patients/{}/copy/{}", zoe.id(), clinic.ann.id());
        let page = ben.get(&path).is(200);
        assert!(page.words().contains("Our bird dog"), "{}", page.words());
        let form = page.form_to(&path).set("as", "plan");
        let named = ben.submit(&form.clone().set("reason", "What helped Ann")).is(422);
        assert_eq!(named.errors(), ["Leave the other patient’s name out: this patient reads the reason"]);
        ben.submit(&form).is(303);
        ben.submit(&form).is(303);
        assert!(exercises(&clinic, &zoe).contains(&own));
        let told = clinic.app.signed_in(&zoe);
        for shown in ["/plan", "/changes", "/today"] {
            assert!(!told.get(shown).is(200).words().contains("Ann"), "{shown}");
        }
        // The source must be the physiotherapist's, and so must the target.
        ben.get(&format!("/pro/patients/{}/copy/{}", zoe.id(), clinic.dan.id())).is(404);
        ben.post(&format!("/pro/patients/{}/copy/{}", clinic.dan.id(), zoe.id()), &[]).is(404);
        clinic.app.signed_in(&clinic.cleo).get(&path).is(404);
    }

    fn a_template_that_the_invitation_named_begins_the_plan(backend) {
        let clinic = Clinic::open(backend);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        let ben = clinic.app.signed_in(&clinic.ben);
        let form = edit_form(&ben, &id);
        let (out, exercise) = core(&form);
        ben.submit(&form.set(&out, "yes").set("note", "without it")).is(303);
        let zoe = clinic.app.patient_of(&clinic.ben, "Zoe");
        clinic.app.database.execute(&format!("UPDATE invitations SET brings = '{{\"template\": \"{id}\"}}' WHERE used_by = '{}'", zoe.id()));
        let assign = ben.get(&format!("/pro/patients/{}/assign", zoe.id())).is(200).words();
        assert!(assign.contains("no plan under way") && assign.contains("“First weeks”, which the invitation named"), "{assign}");
        ben.get(&format!("/pro/patients/{}/assign/{id}", zoe.id())).is(303);
        clinic.app.start_plan(&zoe);
        assert!(exercises(&clinic, &clinic.ann).contains(&exercise), "what the rules compose");
        assert!(!exercises(&clinic, &zoe).contains(&exercise), "what the template has: {:?}", exercises(&clinic, &zoe));
        assert_eq!(clinic.app.database.count("template_uses"), 1);
        assert!(ben.get("/pro/templates").words().contains("1 patient on version 2"));
    }

    fn a_retired_template_is_not_offered_and_plans_go_on(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let id = template(&clinic.app, &clinic.ben, &clinic.ann);
        ben.post(&format!("/pro/templates/{id}/retire"), &[]).goes_to(&format!("/pro/templates/{id}"));
        assert!(ben.get("/pro/templates").words().contains("Retired"));
        assert!(!ben.get(&format!("/pro/patients/{}/assign", clinic.ann.id())).words().contains("First weeks"));
        let stale = ben.get(&format!("/pro/templates/{id}/edit")).is(200).form_to(&format!("/pro/templates/{id}/edit")).set("name", "Other").set("note", "why not").set("do", "save");
        assert_eq!(ben.submit(&stale).is(422).errors(), ["This template is retired. Take it back into use first"]);
        ben.post(&format!("/pro/templates/{id}/retire"), &[("back", "yes")]).is(303);
        assert!(ben.get(&format!("/pro/patients/{}/assign", clinic.ann.id())).words().contains("First weeks"));
    }
}
