//! Daily goals in the plan editor: one more, one less, and how long a day was agreed to take.

use crate::editor::{Editing, clinic, drafted, form, path};
use crate::support::Page;
use chrono::Duration;

each_backend! {
    fn a_daily_goal_is_added_and_another_taken_out(backend) {
        let clinic = clinic(backend);
        let (app, ben) = (&clinic.app, Editing::by(&clinic, &clinic.ben));
        let new_goal = |page: &Page| page.forms().into_iter().find(|f| f.value("activity") == Some("") && f.value("goal").is_some()).expect("a new goal");
        let page = ben.page();
        assert!(page.words().contains("It is the only daily goal"), "{}", page.words());
        let only = form(&page, "activity", "walk").set("do", "goal-out");
        assert!(ben.browser.submit(&only).is(422).errors()[0].contains("at least one daily goal"));
        let goal = new_goal(&page).set("activity", "sit").set("goal", "30").set("weeks", "10").set("days", "5");
        let refused = ben.browser.submit(&goal.clone().set("do", "goal-new")).is(422);
        assert_eq!(refused.errors(), ["Enter tries, or the amount to start with"]);
        assert_eq!(ben.browser.submit(&goal.clone().set("do", "goal-new").set("trials", "10; 12").set("goal", "0")).is(422).errors().len(), 1);
        // Tries lead to a start below their mean, as at the baseline.
        let looked = ben.browser.submit(&goal.clone().set("do", "goal-new-preview").set("trials", "10; 12; 14")).is(200);
        assert!(looked.words().contains("Preview, not kept yet") && looked.words().contains("Sitting: From 9 minutes to 30 minutes in 10 weeks"), "{}", looked.words());
        assert!(!ben.page().words().contains("30 minutes in 10 weeks"), "a look keeps nothing");
        ben.browser.submit(&goal.set("do", "goal-new").set("trials", "10; 12; 14")).goes_to(&path(&clinic));
        let page = ben.page();
        assert!(page.words().contains("this one has two") && page.words().contains("9 minutes, on 5 days a week"), "{}", page.words());
        assert!(drafted(&page).contains(&"AE8".to_owned()));
        ben.give("send", "sitting is what you miss most").goes_to(&path(&clinic));
        app.database.execute("UPDATE plans SET agreed_minutes = 1");
        assert!(ben.page().words().contains("Agreed were 1."), "{}", ben.page().words());
        let ann = app.signed_in(&clinic.ann);
        assert!(!ann.get("/today").words().contains("Sitting"), "as it was until the yes");
        ann.submit(&form(&ann.get("/plan/draft").is(200), "answer_is", "yes")).goes_to("/plan");
        assert!(ann.get("/today").words().contains("Sitting"), "{}", ann.get("/today").words());
        assert_eq!(app.database.count("plan_quotas WHERE activity = 'sit' AND added_on IS NOT NULL AND removed_on IS NULL"), 1);
        assert_eq!(app.database.count("plans WHERE agreed_minutes > 1"), 1, "what was agreed to is kept");
        let told = ann.get("/changes").words();
        assert!(told.contains("sitting is what you miss most") && told.contains("Sitting"), "{told}");
        app.wait(Duration::minutes(1));
        // The other one out: walking stays, without a goal.
        let out = form(&ben.page(), "activity", "walk");
        let out = ben.page().forms().into_iter().find(|f| f.value("activity") == Some("walk") && f.value("goal").is_none()).unwrap_or(out);
        ben.browser.submit(&out.set("do", "goal-out")).goes_to(&path(&clinic));
        let page = ben.page();
        assert!(page.words().contains("no longer 9 minutes") && drafted(&page).contains(&"AE1".to_owned()), "{}", page.words());
        ben.give("apply", "one thing at a time").goes_to(&path(&clinic));
        assert_eq!(app.database.count("plan_quotas WHERE activity = 'walk' AND removed_on IS NOT NULL"), 1);
        let plan = ann.get("/plan").is(200).words();
        assert!(plan.contains("Sitting") && !plan.contains("Walking: "), "{plan}");
        assert!(ann.get("/changes").words().contains("one thing at a time"));
        ann.get("/today").is(200);
        ann.get("/progress").is(200);
        app.wait(Duration::minutes(1));
        // Undone by a version.
        let versions = format!("{}/versions", path(&clinic));
        let listed = ben.browser.get(&versions).is(200).words();
        assert!(listed.contains("no longer 9 minutes") && listed.contains("Version 3"), "{listed}");
        let second = ben.browser.get(&format!("{versions}/2")).is(200);
        assert!(second.words().contains("Walking"), "{}", second.words());
        ben.browser.submit(&form(&second, "mark", ben.page().forms()[0].value("mark").unwrap())).goes_to(&path(&clinic));
        ben.give("apply", "both after all").goes_to(&path(&clinic));
        assert_eq!(app.database.count("plan_quotas WHERE removed_on IS NULL"), 2);
        assert!(ann.get("/today").words().contains("Walking"));
    }

    fn what_was_agreed_to_take_is_kept_with_the_plan(backend) {
        let clinic = clinic(backend);
        let ben = Editing::by(&clinic, &clinic.ben);
        let agreed = clinic.app.database.line("SELECT CAST(agreed_minutes AS TEXT) AS line FROM plans");
        assert!(agreed.parse::<u32>().is_ok_and(|minutes| (5..60).contains(&minutes)), "{agreed}");
        assert!(!ben.page().words().contains("Agreed were"));
        // Changes by the physiotherapist alone agree to nothing: the warning goes on comparing with the agreement.
        clinic.app.database.execute("UPDATE plans SET agreed_minutes = 1");
        for reason in ["the easier one first", "and back again"] {
            let page = ben.page();
            ben.item(&page, &drafted(&page)[1], "up").goes_to(&path(&clinic));
            let words = ben.page().words();
            assert!(words.contains("Agreed were 1."), "{words}");
            ben.give("apply", reason).goes_to(&path(&clinic));
            clinic.app.wait(Duration::minutes(1));
        }
        assert_eq!(clinic.app.database.line("SELECT CAST(agreed_minutes AS TEXT) AS line FROM plans"), "1");
    }
}
