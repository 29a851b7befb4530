//! Afterwards: check-ins one, three and six months on, and the way back in.

use crate::course::{GOOD, Life};
use crate::support::{Clinic, Person};
use chrono::Duration;
use gradus::store::StoreError;
use gradus::store::plans;

fn discharge(clinic: &Clinic, again: &str) {
    let ben = clinic.app.signed_in(&clinic.ben);
    let path = format!("/pro/patients/{}/discharge", clinic.ann.id());
    let form = ben.get(&path).form_to(&path).fill("Why the programme ends", "You reached what you wanted.");
    ben.submit(&form).is(422);
    ben.submit(&form.set("again", again)).is(303);
}

fn ann(clinic: &Clinic) -> Person {
    clinic.app.signed_in(&clinic.ann)
}

/// The daily amount of the plan under way.
fn amount(clinic: &Clinic) -> Option<f64> {
    let found = clinic.app.store().read::<_, StoreError>(|tx| {
        let Some(plan) = plans::active(tx, &clinic.ann.own())? else { return Ok(None) };
        Ok(plans::quotas(tx, &clinic.ann.own(), &plan)?.first().map(plans::PlanQuota::today))
    });
    found.expect("quotas")
}

each_backend! {
    fn check_ins_come_after_one_three_and_six_months_and_once_each(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        discharge(&clinic, "no");
        ann(&clinic).get("/check-in").goes_to("/today");
        app.wait(Duration::days(29));
        assert!(!ann(&clinic).open("/today").words().contains("How is it going?"));
        app.wait(Duration::days(1));
        let person = ann(&clinic);
        assert!(person.open("/today").words().contains("How is it going?"));
        let form = person.get("/check-in").is(200).form_to("/check-in");
        person.submit(&form).is(422);
        person.submit(&form.clone().set("pain", "11").set("anything_new", "no")).is(422);
        let sent = form.set("pain", "2").set("pgic", "6").set("anything_new", "no");
        person.submit(&sent).goes_to("/today");
        person.submit(&sent).goes_to("/today");
        assert_eq!((app.database.count("check_ins WHERE after_days = 30"), app.database.count("measures WHERE instrument = 'pgic'")), (1, 1));
        assert!(!person.open("/today").words().contains("How is it going?"));
        let file = app.signed_in(&clinic.ben).get(&format!("/pro/patients/{}", clinic.ann.id())).is(200).words();
        assert!(file.contains("much better: a change that matters"), "{file}");
        // The second is missed; the third comes alone, and none after it.
        app.wait(Duration::days(150));
        let person = ann(&clinic);
        let form = person.get("/check-in").is(200).form_to("/check-in");
        // A danger sign counts whatever else does not fit, and reaches the clinic as in every check.
        person.submit(&form.set("pain", "12").set("anything_new", "yes")).goes_to("/signs");
        assert!(person.open("/today").words().contains("Answer the questions about what is new"));
        let signs = person.get("/signs").is(200).form().answer_all("No");
        person.submit(&signs.set("r_saddle", "new")).goes_to("/signs/result");
        assert_eq!(app.database.count("alerts WHERE rule = 'P-01' AND resolved_at IS NULL"), 1);
        assert_eq!(app.database.count("check_ins WHERE after_days = 180"), 1);
    }

    fn a_finished_programme_is_taken_up_again_with_one_question(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let life = Life { app, who: &clinic.ann };
        life.weeks(3, GOOD);
        let _ = life.today();
        assert_eq!(amount(&clinic), Some(15.0));
        discharge(&clinic, "yes");
        app.wait(Duration::days(13));
        let person = ann(&clinic);
        assert!(person.open("/today").words().contains("Take the programme up again"));
        let form = person.get("/plan/resume").is(200).form_to("/plan/resume");
        person.submit(&form).is(422);
        assert_eq!(amount(&clinic), None);
        // Something new: its questions come first, and the plan stays where it is.
        person.submit(&form.clone().set("anything_new", "yes")).goes_to("/signs");
        assert_eq!(amount(&clinic), None);
        person.get("/plan/resume").goes_to("/signs");
        person.submit(&person.get("/signs").is(200).form().answer_all("No")).is(303);
        let form = person.get("/plan/resume").is(200).form_to("/plan/resume");
        person.submit(&form.clone().set("anything_new", "no")).goes_to("/today");
        person.submit(&form.set("anything_new", "no")).goes_to("/today");
        assert_eq!(amount(&clinic), Some(15.0), "less than two weeks: as it stood");
        assert_eq!(life.lines().iter().filter(|line| line.contains("Your programme goes on")).count(), 1);
        assert!(life.active().is_some(), "no old week is judged after coming back");
    }

    fn after_two_weeks_it_starts_lower_and_after_four_anew(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let life = Life { app, who: &clinic.ann };
        life.weeks(3, GOOD);
        let _ = life.today();
        discharge(&clinic, "yes");
        app.wait(Duration::days(14));
        let person = ann(&clinic);
        let page = person.get("/plan/resume").is(200);
        assert!(page.words().contains("four fifths"), "{}", page.words());
        // The same gap twice as long leads to new questions and a new start.
        app.wait(Duration::days(14));
        let person = ann(&clinic);
        let page = person.get("/plan/resume").is(200);
        assert!(page.words().contains("more than four weeks") && page.count("form[action='/plan/resume']") == 0);
        person.post("/plan/resume", &[("anything_new", "no")]).is(422);
        assert_eq!(amount(&clinic), None);
        app.clock.set(app.now() - Duration::days(14));
        let person = ann(&clinic);
        person.submit(&person.get("/plan/resume").form_to("/plan/resume").set("anything_new", "no")).goes_to("/today");
        assert_eq!(amount(&clinic), Some(10.0), "80 % of the 13 minutes completed");
    }

    fn a_programme_that_was_ended_for_good_is_not_reopened_by_oneself(backend) {
        let clinic = Clinic::open(backend);
        discharge(&clinic, "no");
        let person = ann(&clinic);
        assert!(!person.open("/today").words().contains("Take the programme up again"));
        person.get("/plan/resume").goes_to("/today");
        person.post("/plan/resume", &[("anything_new", "no")]).is(303);
        assert_eq!(amount(&clinic), None);
    }
}
