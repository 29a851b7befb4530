//! A plan agreed by both sides, and changes marked as seen.

use crate::course::{GOOD, Life};
use crate::support::Clinic;

each_backend! {
    fn both_sides_agree_and_neither_waits_for_the_other(backend) {
        let clinic = Clinic::open(backend);
        let (ann, ben) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben));
        let plan = ann.get("/plan").is(200).words();
        assert!(plan.contains("You agreed to this plan on 2 March 2026") && plan.contains("Ben has not looked at it yet"), "{plan}");
        assert_eq!(ann.get("/today").count(".card-next"), 1, "the plan runs all the same");
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let form = ben.get(&file).is(200).form_to(&format!("{file}/agree"));
        ben.submit(&form).goes_to(&file);
        ben.submit(&form).goes_to(&file);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'agreed to the plan'"), 1);
        let shown = ben.get(&file);
        assert!(shown.words().contains("Ben on 2 March 2026") && shown.count(&format!("form[action='{file}/agree']")) == 0);
        assert!(ann.get("/plan").words().contains("Ben agreed on 2 March 2026"));
        // Somebody nobody is in charge of.
        let solo = clinic.app.patient("Solo");
        clinic.app.start_plan(&solo);
        assert!(clinic.app.signed_in(&solo).get("/plan").words().contains("the clinic’s inbox looks after it"));
        // A stranger's plan is agreed to by nobody.
        clinic.app.signed_in(&clinic.cleo).post(&format!("{file}/agree"), &[]).is(404);
    }

    fn later_changes_wait_to_be_seen_and_the_tick_is_kept(backend) {
        let clinic = Clinic::open(backend);
        let life = Life { app: &clinic.app, who: &clinic.ann };
        let file = format!("/pro/patients/{}", clinic.ann.id());
        assert!(!clinic.app.signed_in(&clinic.ann).get("/today").words().contains("What changed since you last looked"));
        life.weeks(1, GOOD);
        let (ann, ben) = (clinic.app.signed_in(&clinic.ann), clinic.app.signed_in(&clinic.ben));
        let page = ann.get("/today").is(200);
        assert!(page.words().contains("What changed since you last looked") && page.words().contains("from 9 minutes to 11 minutes"), "{}", page.words());
        assert!(ben.get(&file).words().contains("has not said yet that they saw"));
        let tick = page.form_to("/changes/seen");
        // A change that comes after the page was made is not ticked with it.
        clinic.app.wait(chrono::Duration::minutes(1));
        let item = clinic.app.database.line("SELECT i.id AS line FROM plan_items i JOIN plans p ON p.id = i.plan_id WHERE i.removed_on IS NULL AND i.prescription LIKE '%\"Core\"%' OR i.prescription LIKE '%CO5%' ORDER BY i.place LIMIT 1");
        let path = format!("{file}/items/{item}");
        let form = ben.get(&path).is(200).form_to(&path).set("level", "easier").set("reason", "A gentler start");
        ben.submit(&form).is(303);
        ann.submit(&tick).goes_to("/today");
        let page = ann.get("/today").is(200);
        assert!(page.words().contains("A gentler start") && !page.words().contains("from 9 minutes to 11 minutes"), "{}", page.words());
        ann.submit(&page.form_to("/changes/seen")).goes_to("/today");
        ann.submit(&page.form_to("/changes/seen")).goes_to("/today");
        assert!(!ann.get("/today").words().contains("What changed since you last looked"));
        assert!(ben.get(&file).words().contains("The patient saw the last change on 9 March 2026"), "{}", ben.get(&file).words());
        ann.post("/changes/seen", &[("until", "soon")]).goes_to("/today");
        assert_eq!(clinic.app.database.count("changes_seen WHERE seen_at IS NOT NULL"), 2);
    }
}
