//! Learn: who reads what, what is remembered, and what an answer is shared with.

use crate::check::walk;
use crate::support::{Clinic, Page, spawn};
use chrono::Duration;
use gradus::care::safety::{CheckIn, check_in};
use gradus::care::today::press_flare;
use gradus::clinical::learn::learn;
use gradus::ids;
use gradus::store::reviews::CheckAnswers;

fn titles(page: &Page) -> Vec<String> {
    page.all(".rows .card-link a")
}

/// The heading of the card on Today or on the page of all topics.
fn this_week(page: &Page) -> String {
    page.all(".card h3 a, .card p > a strong").into_iter().next().unwrap_or_default()
}

each_backend! {
    fn a_visitor_reads_every_topic_and_leaves_nothing_behind(backend) {
        let app = spawn(backend);
        let visitor = app.visitor();
        let all = visitor.get("/learn").is(200);
        assert_eq!(titles(&all).len(), 17);
        assert!(all.cookies().is_empty() && this_week(&all).is_empty(), "who only reads gets no session and no week");
        for topic in learn().all() {
            let page = visitor.get(&format!("/learn/{}", topic.id)).is(200);
            assert_eq!(page.heading(), topic.title);
            assert!(page.words().contains("Last looked over on 21 November 2026"), "{}", topic.id);
            assert_eq!(page.count(".learn-sources li"), topic.refs.len(), "{}", topic.id);
            assert_eq!(page.count("main form"), 0, "{}", topic.id);
            assert!(page.cookies().is_empty());
            assert!(page.attributes("main a", "href").iter().all(|href| href.starts_with('/') || href.starts_with("https://")));
        }
        assert_eq!(visitor.get("/learn/sleep").count(".figure-box svg"), 1, "a position that is held has one picture");
        assert!(visitor.get("/learn/getting-help").words().contains("Call 999"));
        visitor.get("/learn/nonsense").is(404);
        app.patient("Ann");
        assert_eq!(app.database.count("reads"), 0);
    }

    fn after_a_check_that_holds_nothing_there_asks_for_movement(backend) {
        let app = spawn(backend);
        let person = app.visitor();
        let (page, _) = walk(&person, |page| page.path == "/check/numbness");
        person.submit(&page.form().set("r_saddle", "new")).goes_to("/check/result");
        for topic in learn().all() {
            let page = person.get(&format!("/learn/{}", topic.id)).is(200);
            assert_eq!(page.count(".figure-box, .learn-try"), 0, "{}", topic.id);
            assert!(page.words().contains("Your answers need somebody to look at them first"), "{}", page.words());
        }
    }

    fn the_week_brings_a_topic_to_today_until_it_is_read(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let today = ann.get("/today").is(200);
        assert_eq!(this_week(&today), "Why moving helps");
        assert!(today.words().contains("so it comes first"), "{}", today.words());
        let page = ann.get(&today.link("Why moving helps")).is(200);
        assert!(page.words().contains("This week’s page."), "{}", page.words());
        ann.submit(&page.form_to("/learn/keeping-moving/read")).goes_to("/today");
        ann.submit(&page.form_to("/learn/keeping-moving/read")).goes_to("/today");
        assert_eq!(clinic.app.database.count("reads"), 1, "twice is once");
        let all = ann.get("/learn").is(200);
        assert_eq!(all.all(".rows .status"), ["Read"]);
        assert_eq!(this_week(&all), "Why moving helps", "it stays the topic of its week");
        assert!(ann.get("/today").words().contains("One short readRead"), "{}", ann.get("/today").words());
        // Reading ahead: the next week passes over what was read.
        let next = ann.get("/learn/sitting-and-standing").is(200);
        ann.submit(&next.form_to("/learn/sitting-and-standing/read")).goes_to("/learn");
        clinic.app.wait(Duration::days(7));
        let ann = clinic.app.signed_in(&clinic.ann);
        let next = this_week(&ann.get("/today").is(200));
        assert!(next != "Why moving helps" && next != "Sitting, standing and driving" && !next.is_empty(), "{next}");
        assert!(clinic.app.signed_in(&clinic.ben).get("/learn/sleep").is(200).forms().is_empty(), "a physiotherapist only reads");
    }

    fn a_flare_brings_its_page_and_a_pause_what_fits_it(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, clinic.app.signed_in(&clinic.ann));
        press_flare(app.store(), &clinic.ann.own(), app.moment()).expect("pressed");
        assert_eq!(this_week(&ann.get("/today")), "When it flares up");
        assert!(ann.get("/learn").words().contains("You are in a flare"), "said why");
        assert_eq!(ann.get("/learn/flare-ups").count(".figure-box"), 1);
        let answers = CheckAnswers { danger: vec!["both_legs".to_owned()], ..CheckAnswers::default() };
        let given = CheckIn { answers, psfs: vec![5, 5], rmdq: None, token: ids::fresh() };
        check_in(app.store(), &clinic.ann.own(), &given, app.moment()).expect("taken");
        assert_eq!(this_week(&ann.get("/today")), "When to get help");
        let all = ann.get("/learn").is(200);
        assert!(all.words().contains("Your plan is paused, so this comes first."), "{}", all.words());
        assert_eq!(titles(&all).len(), 17, "everything can still be read");
        for topic in learn().all() {
            let page = ann.get(&format!("/learn/{}", topic.id)).is(200);
            assert_eq!(page.count(".figure-box, .learn-try"), 0, "{}", topic.id);
        }
        let flares = ann.get("/learn/flare-ups").words();
        assert!(flares.contains("Your plan stands still") && !flares.contains("half your amount"), "{flares}");
    }

    fn before_a_plan_there_are_words_and_no_pictures(backend) {
        let clinic = Clinic::open(backend);
        let new = clinic.app.signed_in(&clinic.app.patient("Flo"));
        assert!(new.get("/learn").is(200).words().contains("A good one to begin with"));
        let page = new.get("/learn/sleep").is(200);
        assert_eq!(page.count(".figure-box"), 0);
        assert!(page.words().contains("a pillow between them"));
        let held = clinic.app.patient("Gus");
        clinic.app.hand_in(&held, "V01");
        let gus = clinic.app.signed_in(&held);
        assert_eq!(this_week(&gus.get("/learn").is(200)), "When to get help");
        assert_eq!(gus.get("/learn/walking").count(".figure-box, .learn-try"), 0);
    }

    fn an_answer_is_kept_listed_and_deleted_by_its_writer(backend) {
        let clinic = Clinic::open(backend);
        let (app, ann) = (&clinic.app, clinic.app.signed_in(&clinic.ann));
        let form = ann.get("/learn/sleep").is(200).form_to("/learn/sleep/answers");
        let empty = ann.submit(&form).is(422);
        assert_eq!(empty.errors(), ["Write a few words first"]);
        let long = "é".repeat(1001);
        let refused = ann.submit(&form.clone().set("answer", &long).set("share", "yes")).is(422);
        assert_eq!(refused.errors(), ["Use at most 1000 characters"]);
        let again = refused.form_to("/learn/sleep/answers");
        assert_eq!((again.value("answer"), again.value("share"), again.value("token")), (Some(long.as_str()), Some("yes"), form.value("token")));
        let said = form.clone().set("answer", "A pillow\r\nand <no> screen");
        ann.submit(&said).goes_to("/learn/sleep");
        ann.submit(&said).goes_to("/learn/sleep");
        assert_eq!(app.database.count("reflections"), 1, "posting twice stores once");
        assert_eq!(app.database.count("reads"), 1, "who writes has read");
        app.wait(Duration::days(1));
        let ann = app.signed_in(&clinic.ann);
        ann.submit(&ann.get("/learn/sleep").form_to("/learn/sleep/answers").set("answer", "Getting up at the same time").set("share", "yes")).goes_to("/learn/sleep");
        let page = ann.get("/learn/sleep").is(200);
        assert_eq!(page.all(".as-written"), ["Getting up at the same time", "A pillow and <no> screen"], "newest first");
        assert!(page.words().contains("Your physiotherapist may read this") && page.words().contains("Only you can read this"));
        assert!(!ann.get("/learn/walking").words().contains("pillow"), "each topic has its own");
        // The physiotherapist reads what is shared and nothing else.
        let file = format!("/pro/patients/{}", clinic.ann.id());
        let ben = app.signed_in(&clinic.ben);
        let read = ben.get(&file).is(200).words();
        assert!(read.contains("Getting up at the same time") && !read.contains("A pillow"), "{read}");
        // Deleting asks first; a stranger's and a missing one answer alike.
        let remove = page.attributes(".card a", "href").into_iter().find(|href| href.ends_with("/remove")).expect("a link to delete");
        app.signed_in(&clinic.dan).get(&remove).is(404);
        ann.get(&remove.replace("sleep", "walking")).is(404);
        let sure = ann.get(&remove).is(200);
        assert!(sure.words().contains("It cannot be brought back."));
        ann.submit(&sure.form()).goes_to("/learn/sleep");
        ann.submit(&sure.form()).is(404);
        assert_eq!(ann.get("/learn/sleep").all(".as-written").len(), 1);
        assert_eq!(app.database.count("reflections"), 1);
        assert!(!ben.get(&file).words().contains("Getting up at the same time"));
    }
}
