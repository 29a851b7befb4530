//! Exercises of the clinic's own: making one, its versions, its way into a plan and on to the patient's pages.

use crate::support::own::{edit, image};
use crate::support::{Clinic, Page, Person};
use chrono::Duration;
use gradus::care::CareError;
use gradus::care::exercises::{make, revise};
use gradus::store::{StoreError, exercises};

/// The form of a new exercise like this one, filled in.
fn new_form(ben: &Person, base: &str) -> crate::support::Form {
    let page = ben.get(&format!("/pro/exercises/new?from={base}")).is(200);
    page.form_to("/pro/exercises/new").set("title", "Bird dog at the wall").set("do", "save")
}

fn own_path(page: &Page) -> String {
    assert!(page.location().starts_with("/pro/exercises/XCO5-"), "{} {:?}", page.location(), page.errors());
    page.location().to_owned()
}

each_backend! {
    fn a_physiotherapist_makes_an_exercise_and_a_patient_gets_it(backend) {
        let clinic = Clinic::open(backend);
        let (ben, ann) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.ann));
        let form = new_form(&ben, "CO5").set("step1", "Slide one leg along the wall");
        let saved = ben.submit(&form).is(303);
        let path = own_path(&saved);
        assert_eq!(own_path(&ben.submit(&form).is(303)), path, "the same form twice makes one");
        let page = ben.get(&path).is(200);
        assert_eq!(page.heading(), "Bird dog at the wall");
        assert!(page.words().contains("Slide one leg along the wall."), "{}", page.words());
        assert!(page.count("figure svg.figure") > 0, "it has a picture");
        let list = ben.get("/pro/exercises").is(200);
        assert_eq!(list.count("li.figure-row"), 1);
        assert!(list.words().contains("In no plan"));

        let id = path.rsplit('/').next().unwrap();
        let today = ann.get("/today").is(200).words();
        let of_today = |i: &gradus::store::plans::PlanItem| i.prescription.core && today.contains(i.prescription.title());
        let item = clinic.app.plan_items(&clinic.ann).into_iter().find(of_today).expect("a core exercise of today");
        let item_path = format!("/pro/patients/{}/items/{}", clinic.ann.id(), item.id);
        let shown = ben.get(&item_path).is(200);
        assert!(shown.words().contains("Bird dog at the wall (the clinic’s own, version 1)"), "{}", shown.words());
        let swap = shown.form_to(&format!("{item_path}/swap")).set("exercise", id).set("swap_reason", "You have no room to kneel");
        ben.submit(&swap).is(303);
        assert!(ben.get("/pro/exercises").words().contains("In one plan"));
        let file = ben.get(&format!("/pro/patients/{}", clinic.ann.id())).is(200);
        assert!(file.words().contains("Bird dog at the wall"));

        for page in ["/today", "/plan", "/today/log", "/changes"] {
            assert!(ann.get(page).is(200).words().contains("Bird dog at the wall"), "{page}");
        }
        let how = ann.get(&format!("/exercises/{id}")).is(200);
        assert_eq!(how.heading(), "Bird dog at the wall");
        assert!(how.words().contains("Slide one leg along the wall."));
        assert!(how.count("figure svg.figure") > 0);
        // Nobody else's: a stranger's id answers like one that does not exist.
        clinic.app.start_plan(&clinic.dan);
        for other in [clinic.app.visitor(), clinic.app.signed_in(&clinic.dan), clinic.app.signed_in(&clinic.eve)] {
            other.get(&format!("/exercises/{id}")).is(404);
            other.get("/exercises/XCO5-nothing").is(404);
        }
        ann.get("/exercises/XCO5-nothing").is(404);
        let session = clinic.app.log_session(&clinic.ann);
        assert!(ann.get(&format!("/sessions/{session}/edit")).is(200).words().contains("Bird dog at the wall"), "the log knows its name");
    }

    fn a_new_version_changes_no_plan_until_it_is_taken_over(backend) {
        let clinic = Clinic::open(backend);
        let (ben, ann) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.ann));
        let id = clinic.app.own_exercise(&clinic.ben, "CO5");
        let item = clinic.app.give_own(&clinic.ben, &clinic.ann, &id);
        let edit_path = format!("/pro/exercises/{id}/edit");
        let form = ben.get(&edit_path).is(200).form_to(&edit_path).set("do", "save");
        ben.submit(&form).is(422);
        let changed = form.clone().set("title", "Long bird dog").set("hold_s", "9").set("note", "Longer");
        ben.submit(&changed).goes_to(&format!("/pro/exercises/{id}"));
        ben.submit(&changed).is(303);
        let page = ben.get(&format!("/pro/exercises/{id}")).is(200);
        assert!(page.words().contains("Version 2") && page.words().contains("Name: Long bird dog (before: Our bird dog)"), "{}", page.words());
        assert!(ann.get("/plan").is(200).words().contains("Our bird dog"), "the plan keeps its version");

        let item_path = format!("/pro/patients/{}/items/{item}", clinic.ann.id());
        let shown = ben.get(&item_path).is(200);
        assert!(shown.words().contains("Version 2 exists") && shown.words().contains("This plan has version 1"), "{}", shown.words());
        clinic.app.wait(Duration::minutes(5));
        let take = shown.form_to(&format!("{item_path}/version"));
        assert!(!ben.submit(&take).is(422).errors().is_empty(), "a reason is needed");
        ben.submit(&take.set("version_reason", "The name says what it is")).is(303);
        assert!(ann.get("/plan").is(200).words().contains("Long bird dog"));
        assert!(ann.get("/changes").is(200).words().contains("The name says what it is"));
        let again = ben.get(&item_path).is(200);
        assert!(!again.words().contains("exists"), "there is nothing newer");
        ben.post(&format!("{item_path}/version"), &[("version_reason", "once more")]).is(422);
    }

    fn two_who_save_at_once_lose_nothing(backend) {
        let clinic = Clinic::open(backend);
        let (ben, cleo) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.cleo));
        let id = clinic.app.own_exercise(&clinic.ben, "CO5");
        let path = format!("/pro/exercises/{id}/edit");
        let open = |who: &Person| who.get(&path).is(200).form_to(&path).set("do", "save");
        let (first, second) = (open(&ben).set("title", "Ben's bird dog"), open(&cleo).set("title", "Cleo's bird dog"));
        ben.submit(&first).is(303);
        let refused = cleo.submit(&second).is(422);
        assert!(refused.errors()[0].starts_with("Ben saved version 2 while you were writing"), "{:?}", refused.errors());
        assert_eq!(refused.form_to(&path).value("title"), Some("Cleo's bird dog"), "what was typed is still there");
        assert_eq!(clinic.app.database.count("clinic_exercise_versions"), 2);
        // The same by the use case, in the same moment.
        let edits: Vec<_> = ["A", "B", "C"].iter().map(|title| edit("CO5", title)).collect();
        let said: Vec<Result<u32, CareError>> = std::thread::scope(|scope| {
            let (app, ben, id) = (&clinic.app, &clinic.ben, id.as_str());
            let one = |edit| scope.spawn(move || revise(app.store(), &ben.desk(), id, 2, edit, app.now()));
            let all: Vec<_> = edits.iter().map(one).collect();
            all.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert_eq!(said.iter().filter(|result| result.is_ok()).count(), 1, "{said:?}");
        assert!(said.iter().filter_map(|r| r.as_ref().err()).all(|e| matches!(e, CareError::Refused { .. })), "{said:?}");
        assert_eq!(clinic.app.database.count("clinic_exercise_versions"), 3);
    }

    fn what_does_not_fit_is_said_beside_its_field_and_nothing_is_kept(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let form = new_form(&ben, "CO5").set("title", "").set("hold_s", "25").set("step1", "").set("step2", "").set("restrictions", "preg");
        let page = ben.submit(&form).is(422);
        assert!(page.errors().len() >= 4, "{:?}", page.errors());
        assert!(page.errors().iter().any(|e| e.contains("10 seconds")), "{:?}", page.errors());
        assert!(page.errors().iter().any(|e| e.contains("getting down to the floor")), "the mark of the floor came off: {:?}", page.errors());
        assert_eq!(page.form_to("/pro/exercises/new").value("hold_s"), Some("25"));
        assert_eq!(clinic.app.database.count("clinic_exercises"), 0);
        for nothing in ["AE1", "RB6", "XX1", "%00"] {
            ben.get(&format!("/pro/exercises/new?from={nothing}")).is(404);
        }
        assert!(make(clinic.app.store(), &clinic.ben.desk(), "AE1", &edit("CO5", "Walking"), clinic.app.now()).is_err());
    }

    fn a_lifted_restriction_needs_its_tick_and_stays_in_the_version(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        // All fields but the floor's mark, which the bird dog has.
        let off = new_form(&ben, "CO5").set("restrictions", "");
        assert!(ben.submit(&off).is(422).errors()[0].contains("tick"), "not without the tick");
        let saved = ben.submit(&off.set("lifts", "yes")).is(303);
        let page = ben.get(&own_path(&saved)).is(200);
        assert!(page.words().contains("Judged safe without the mark for: getting down to the floor"), "{}", page.words());
        assert!(page.words().contains("Ben"));
    }

    fn an_exercise_that_is_not_for_somebody_is_named_with_the_reason_and_not_given(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let saved = ben.submit(&new_form(&ben, "CO5").set("equipment", "pool")).is(303);
        let path = own_path(&saved);
        let id = path.rsplit('/').next().unwrap();
        let item = clinic.app.plan_items(&clinic.ann).into_iter().find(|i| i.prescription.exercise == "CO5").unwrap();
        let item_path = format!("/pro/patients/{}/items/{}", clinic.ann.id(), item.id);
        let page = ben.get(&item_path).is(200);
        assert!(page.words().contains("Bird dog at the wall: it needs a pool"), "{}", page.words());
        let given = ben.post(&format!("{item_path}/swap"), &[("exercise", id), ("swap_reason", "as wished")]);
        assert_eq!(given.is(422).errors(), ["Choose one of the exercises in the list"]);
        // A retired one is not offered either.
        let other = clinic.app.own_exercise(&clinic.ben, "CO5");
        assert!(ben.get(&item_path).words().contains("Our bird dog"));
        ben.post(&format!("/pro/exercises/{other}/retire"), &[]).is(303);
        assert!(!ben.get(&item_path).words().contains("Our bird dog"));
        assert!(ben.get("/pro/exercises").words().contains("Retired"));
        ben.post(&format!("/pro/exercises/{other}/retire"), &[("back", "yes")]).is(303);
        assert!(ben.get(&item_path).words().contains("Our bird dog"));
    }

    fn show_the_picture_keeps_everything_typed_and_stores_nothing(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let form = new_form(&ben, "CO5").set("title", "").set("why", "half a thou").set("do", "show");
        let page = ben.submit(&form).is(200);
        assert_eq!(page.form_to("/pro/exercises/new").value("why"), Some("half a thou"));
        assert!(page.count("#preview svg.figure") >= 1);
        let fragment = ben.send("/pro/exercises/preview", ben.request("POST", "/pro/exercises/preview").form(&form.pairs())).is(200);
        assert!(fragment.text.trim_start().starts_with("<figure"), "{}", &fragment.text[..60.min(fragment.text.len())]);
        assert_eq!(clinic.app.database.count("clinic_exercises"), 0);
        ben.post_bare("/pro/exercises/preview", &[("from", "CO5")]).is(403);
    }

    fn a_picture_is_shown_to_the_desk_and_to_whose_plan_has_it(backend) {
        let clinic = Clinic::open(backend);
        let (ben, ann) = (clinic.app.signed_in(&clinic.ben), clinic.app.signed_in(&clinic.ann));
        let id = clinic.app.own_exercise(&clinic.ben, "CO5");
        let picture = clinic.app.upload_picture(&clinic.ben, &id);
        let path = format!("/exercises/picture/{picture}");
        let page = ben.get(&format!("/pro/exercises/{id}")).is(200);
        assert_eq!(page.attributes("img.figure-photo", "src"), [path.as_str()]);
        assert!(page.attributes("img.figure-photo", "alt")[0].starts_with("On hands and knees"));
        ann.get(&path).is(404);
        clinic.app.give_own(&clinic.ben, &clinic.ann, &id);
        let got = ann.get(&path).is(200);
        assert_eq!(got.header("content-type"), "image/jpeg");
        assert!(got.header("cache-control").starts_with("private"), "{}", got.header("cache-control"));
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(ann.get(&format!("/exercises/{id}")).is(200).count("img.figure-photo") == 1);
        clinic.app.signed_in(&clinic.dan).get(&path).is(404);
        clinic.app.visitor().get(&path).goes_to(&format!("/sign-in?next={path}"));
        // The figure again: a third version; the plan keeps the picture.
        let form = ben.get(&format!("/pro/exercises/{id}/picture")).is(200).form_to(&format!("/pro/exercises/{id}/drawn"));
        ben.submit(&form).is(303);
        assert_eq!(ben.get(&format!("/pro/exercises/{id}")).count("img.figure-photo"), 0);
        ann.get(&path).is(200);
        let versions = clinic.app.store().read::<_, StoreError>(|tx| exercises::history(tx, &clinic.ben.desk(), &id)).unwrap();
        assert_eq!(versions.len(), 3);
        // The same picture twice is kept once.
        ben.upload(&id, "again.jpg", &image(400, 300, image::ImageFormat::Jpeg)).is(303);
        assert_eq!(clinic.app.database.count("clinic_pictures"), 1);
    }

    fn an_own_exercise_joins_a_plan_while_there_is_room(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let path = format!("/pro/patients/{}/add", clinic.ann.id());
        assert!(ben.get(&path).is(200).words().contains("None of the clinic’s own exercises"));
        let ids: Vec<String> = ["CO5", "MO1"].iter().map(|base| clinic.app.own_exercise(&clinic.ben, base)).collect();
        let before = clinic.app.plan_items(&clinic.ann).len();
        let form = ben.get(&path).is(200).form_to(&path).set("exercise", &ids[0]);
        assert_eq!(ben.submit(&form).is(422).errors(), ["Write the reason in a few words: the patient reads it"]);
        // The list of this person is full: something leaves first.
        let full = form.set("reason", "For your work");
        if before >= 12 {
            assert!(ben.submit(&full).is(422).errors()[0].contains("12 exercises already"));
            clinic.app.database.execute("UPDATE plan_items SET removed_on = added_on WHERE place >= 10");
        }
        clinic.app.wait(Duration::minutes(5));
        for _ in 0..2 {
            ben.submit(&full).is(303);
        }
        let items = clinic.app.plan_items(&clinic.ann);
        assert_eq!(items.iter().filter(|item| item.prescription.exercise == ids[0]).count(), 1);
        let ann = clinic.app.signed_in(&clinic.ann);
        assert!(ann.get("/changes").is(200).words().contains("For your work"));
        assert!(ann.get("/plan").is(200).words().contains("Our bird dog"));
        ben.submit(&ben.get(&path).is(200).form_to(&path).set("exercise", "CO13").set("reason", "not one of ours")).is(422);
    }

    fn the_figure_is_drawn_as_its_numbers_say_and_the_words_stay_with_the_version(backend) {
        let clinic = Clinic::open(backend);
        let ben = clinic.app.signed_in(&clinic.ben);
        let form = new_form(&ben, "CO5");
        let drawn = |form: &crate::support::Form| {
            ben.send("/pro/exercises/preview", ben.request("POST", "/pro/exercises/preview").form(&form.pairs())).is(200)
        };
        let bent = form.clone().set("p2.knee_right.bend", "60").set("alt.end", "The knee is <b>bent</b>.");
        assert_ne!(drawn(&form).text, drawn(&bent).text, "another picture");
        assert!(drawn(&bent).text.contains("&lt;b&gt;bent"), "words are words");
        let wrong = bent.clone().set("p2.knee_right.bend", "900");
        assert_eq!(drawn(&wrong).count(".notice li"), 1);
        let page = ben.submit(&wrong).is(422);
        assert_eq!(page.count("[id='f-p2.knee-right.bend-error']"), 1, "beside its field: {:?}", page.errors());
        assert_eq!(page.count("details[open]"), 1, "which is opened");
        assert_eq!(page.form_to("/pro/exercises/new").value("p2.knee_right.bend"), Some("900"));
        let path = own_path(&ben.submit(&bent).is(303));
        let first = ben.get(&path).is(200);
        assert!(first.attributes("svg.figure", "aria-label")[0].contains("The knee is <b>bent</b>."));
        let edit = ben.get(&format!("{path}/edit")).is(200).form_to(&format!("{path}/edit")).set("do", "save");
        assert_eq!(edit.value("p2.knee_right.bend"), Some("60"));
        ben.submit(&edit.set("p2.knee_right.bend", "40").set("note", "Less")).is(303);
        assert!(ben.get(&path).words().contains("The drawn figure"), "what is different");
    }
}
