//! A session played exercise by exercise, from the day's page to the log.

use crate::support::{Clinic, PASSWORD, Page, Person};
use chrono::Duration;
use gradus::care::today::press_flare;
use gradus::store::{StoreError, intake};

fn start(browser: &Person) -> Page {
    let form = browser.get("/today").is(200).form_to("/today/session");
    browser.submit(&form).goes_to("/today/session");
    browser.get("/today/session").is(200)
}

/// Presses an answer on the page that is open and goes on.
fn press(browser: &Person, page: &Page, name: &str, value: &str) -> Page {
    let form = page.form_to("/today/session/press").set(name, value);
    let sent = browser.submit(&form).is(303);
    browser.get(sent.location()).is(200)
}

fn exercise(page: &Page) -> String {
    page.attributes("input[name=exercise]", "value").remove(0)
}

fn end(page: &Page) -> crate::support::Form {
    page.form_to("/today/session/end")
}

each_backend! {
    fn a_session_is_kept_as_it_is_pressed_and_logged_once(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let first = start(&browser);
        let count = first.all(".player-steps .card-link").len();
        assert!((3..=4).contains(&count), "{count} exercises");
        assert_eq!(first.count(".timer[hidden][data-beats]"), 1, "the timer is for the script");
        assert_eq!(first.count(".step .cues li"), 3);
        assert!(first.words().contains("Why this is for you") && first.words().contains("Stop the exercise if you notice"));
        let ids: Vec<String> = (0..count).map(|n| exercise(&browser.get(&format!("/today/session?at={}", n + 1)).is(200))).collect();
        assert_eq!(exercise(&first), ids[0]);
        // Junk is refused with the same exercise; nothing is kept of it.
        let junk = browser.submit(&first.form_to("/today/session/press").set("done", "perhaps")).is(422);
        assert_eq!((junk.errors(), exercise(&junk)), (vec!["Choose Done, Half or more, or Skip".to_owned()], ids[0].clone()));
        let second = press(&browser, &first, "done", "done");
        assert_eq!(exercise(&second), ids[1]);
        // Sent twice, or pressed otherwise later: one answer each.
        press(&browser, &first, "done", "done");
        let third = press(&browser, &second, "done", "partly");
        let mut page = press(&browser, &third, "skip", "tired");
        if count == 4 {
            assert_eq!(exercise(&page), ids[3]);
            page = press(&browser, &page, "done", "done");
        }
        assert_eq!(page.heading(), "How did it go?");
        let form = end(&page);
        assert_eq!(form.value(&format!("done_{}", ids[0])), Some("done"));
        assert_eq!(form.value(&format!("done_{}", ids[1])), Some("partly"));
        assert_eq!(form.value(&format!("done_{}", ids[2])), Some("not"));
        assert_eq!(form.value(&format!("reason_{}", ids[2])), Some("tired"));
        for name in ["during", "effort", "unusual"] {
            assert_eq!(form.value(name), None, "{name} is never answered beforehand");
        }
        let refused = browser.submit(&form).is(422);
        assert_eq!(refused.errors().len(), 1, "{:?}", refused.errors());
        browser.submit(&end(&refused).set("unusual", "no")).is(422);
        let whole = form.set("during", "3").set("effort", "4").set("unusual", "no");
        browser.submit(&whole).goes_to("/today");
        browser.submit(&whole).goes_to("/today");
        assert_eq!(clinic.app.database.count("training_logs"), 1);
        let items = clinic.app.database.line("SELECT items AS line FROM training_logs");
        assert_eq!((items.matches("\"partly\"").count(), items.matches("\"not\"").count()), (1, 1), "{items}");
        assert_eq!(clinic.app.database.count("played_sessions WHERE closed_at IS NULL"), 0);
        // A second session on the same day.
        let again = start(&browser);
        assert_eq!(exercise(&again), ids[0]);
        assert_eq!(clinic.app.database.count("played_sessions"), 2);
    }

    fn a_session_broken_off_goes_on_where_it_was_on_any_device(backend) {
        let clinic = Clinic::open(backend);
        let phone = clinic.app.signed_in(&clinic.ann);
        let form = phone.get("/today").is(200).form_to("/today/session");
        phone.submit(&form).goes_to("/today/session");
        phone.submit(&form).goes_to("/today/session");
        let first = phone.get("/today/session");
        press(&phone, &first, "done", "done");
        let tablet = clinic.app.signed_in(&clinic.ann);
        assert!(tablet.get("/today").words().contains("You have answered 1 of"));
        let there = tablet.get("/today/session").is(200);
        assert_ne!(exercise(&there), exercise(&first));
        tablet.post("/today/session", &[("token", "another")]).goes_to("/today/session");
        assert_eq!(clinic.app.database.count("played_sessions"), 1, "one under way at a time");
        for view in ["all", "room"] {
            let page = tablet.get(&format!("/today/session?view={view}")).is(200);
            assert_eq!(page.count(&format!(".player-{view}")), 1);
            assert!(page.attributes("input[name=view]", "value").iter().all(|v| v == view));
        }
        // Somebody else's session is nobody's.
        clinic.app.start_plan(&clinic.dan);
        let dan = clinic.app.signed_in(&clinic.dan);
        start(&dan);
        let foreign = dan.get("/today/session").form_to("/today/session/press").set("session", &first.attributes("input[name=session]", "value")[0]);
        dan.submit(&foreign.set("done", "done")).is(303);
        assert_eq!(clinic.app.database.count("played_sessions WHERE presses = '[]'"), 1);
    }

    fn stopping_asks_one_reason_and_the_rest_counts_as_left_out_for_it(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let first = start(&browser);
        press(&browser, &first, "done", "done");
        let stop = browser.get("/today/session/stop").is(200);
        browser.submit(&stop.form().set("reason", "whatever")).is(422);
        browser.submit(&stop.form().set("reason", "no_time")).goes_to("/today/session/end");
        let form = end(&browser.get("/today/session/end").is(200));
        let sent = form.pairs();
        let of = |prefix: &str, value: &str| sent.iter().filter(|(n, v)| n.starts_with(prefix) && v == value).count();
        assert_eq!(of("done_", "done"), 1);
        assert_eq!(of("done_", "not"), of("reason_", "no_time"));
        browser.submit(&form.set("during", "2").set("effort", "3").set("unusual", "no")).goes_to("/today");
        assert_eq!(clinic.app.database.count("weekly_checks"), 0);
    }

    fn a_stop_rule_symptom_leads_to_the_safety_questions_at_once(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let first = start(&browser);
        press(&browser, &first, "done", "done");
        let form = browser.get("/today/session/stop").is(200).form().set("reason", "symptom");
        browser.submit(&form).goes_to("/signs");
        browser.submit(&form).goes_to("/signs");
        assert_eq!(clinic.app.database.count("training_logs WHERE stop_symptom AND worst_during IS NULL AND effort IS NULL"), 1, "what is not known stays unknown");
        assert_eq!(clinic.app.database.count("weekly_checks"), 1);
        for path in ["/today/session", "/today/session/stop", "/today/session/end"] {
            browser.get(path).goes_to("/signs");
        }
        browser.post("/today/session", &[]).goes_to("/signs");
        assert_eq!(browser.get("/today").is(200).count("form[action='/today/session']"), 0);
        // A page that was still open: the same check stands, and something is new whatever has become of it.
        let late = clinic.app.signed_in(&clinic.ann);
        late.post("/today/session/stop", &[("reason", "symptom"), ("session", "gone")]).goes_to("/signs");
        assert_eq!(clinic.app.database.count("training_logs"), 1);
    }

    fn a_plan_held_in_the_middle_stops_the_player(backend) {
        let clinic = Clinic::open(backend);
        for (who, cause, page) in [(&clinic.ann, "danger_sign", "/signs/result"), (&clinic.dan, "leg_symptoms", "/today")] {
            if cause == "leg_symptoms" {
                clinic.app.start_plan(who);
            }
            let browser = clinic.app.signed_in(who);
            let first = start(&browser);
            let at = clinic.app.now();
            clinic.app.store().write::<_, StoreError>(|tx| intake::place_hold(tx, &who.own(), None, cause, false, at)).expect("held");
            browser.submit(&first.form_to("/today/session/press").set("done", "done")).goes_to(page);
            browser.get("/today/session").goes_to(page);
            browser.get("/today/session?view=all").goes_to(page);
            browser.get("/today/session/end").goes_to(page);
            browser.post("/today/session/end", &[("unusual", "no")]).goes_to(page);
            assert_eq!(browser.get("/today").is(200).count("form[action='/today/session'], a[href^='/today/session']"), 0);
        }
        assert_eq!(clinic.app.database.count("played_sessions WHERE presses = '[]' AND closed_at IS NULL"), 2, "nothing was pressed, nothing is lost");
    }

    fn a_flare_day_plays_its_own_items_and_logs_none_of_what_eases(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let before = exercise(&start(&browser));
        press_flare(clinic.app.store(), &clinic.ann.own(), clinic.app.moment()).expect("pressed");
        let mut page = browser.get("/today/session").is(200);
        let shown = page.all(".player-steps .card-link a");
        assert!(!shown.is_empty() && exercise(&page) != before, "{shown:?}");
        for _ in 0..shown.len() {
            page = press(&browser, &page, "done", "done");
        }
        let form = end(&page);
        let logged: Vec<String> = form.pairs().into_iter().filter_map(|(n, _)| n.strip_prefix("done_").map(str::to_owned)).collect();
        assert!(logged.len() < shown.len() && !logged.iter().any(|id| id.starts_with("RP") || id.starts_with("RB")), "{logged:?} of {shown:?}");
    }

    fn yesterdays_session_can_still_be_logged_as_yesterdays(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let first = start(&browser);
        press(&browser, &first, "done", "done");
        clinic.app.wait(Duration::days(1));
        let browser = clinic.app.signed_in(&clinic.ann);
        assert!(browser.get("/today").words().contains("Your session of Monday 2 March waits for its log"));
        assert!(browser.get("/today/session").is(200).words().contains("What you pressed is kept"));
        let form = end(&browser.get("/today/session/end").is(200)).set("during", "2").set("effort", "3").set("unusual", "no");
        let refused = browser.submit(&form).is(422);
        assert!(refused.errors().iter().all(|e| e == "Choose how much of it you did"), "{:?}", refused.errors());
        browser.submit(&end(&refused).answer_all("Not today").set("unusual", "no")).goes_to("/today");
        assert_eq!(clinic.app.database.line("SELECT CAST(on_date AS TEXT) AS line FROM training_logs WHERE late").get(..10), Some("2026-03-02"));
    }

    fn a_missed_morning_is_asked_once_more_and_then_left_in_peace(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.log_session(&clinic.ann);
        clinic.app.wait(Duration::days(2));
        let browser = clinic.app.signed_in(&clinic.ann);
        let page = browser.get("/today").is(200);
        assert!(page.words().contains("One morning is still open"), "{}", page.words());
        let form = page.form_to("/morning");
        let refused = browser.submit(&form).is(422);
        assert!(refused.words().contains("on the morning of Tuesday 3 March"));
        browser.submit(&form.clone().set("morning", "4").set("on", "2026-02-01")).is(422);
        browser.submit(&form.set("morning", "4")).goes_to("/today");
        assert!(!browser.get("/today").words().contains("One morning is still open"));
        let days = clinic.app.database.lines("SELECT CAST(morning AS TEXT) AS line FROM day_records WHERE late");
        assert_eq!(days.len(), 1);
        clinic.app.wait(Duration::days(1));
        assert!(!clinic.app.signed_in(&clinic.ann).get("/today").words().contains("One morning is still open"));
    }

    fn as_planned_is_refused_without_an_answer_and_stored_once(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let form = browser.get("/today/as-planned").is(200).form();
        for name in ["during", "effort", "unusual"] {
            assert_eq!(form.value(name), None, "{name}");
        }
        assert_eq!(browser.submit(&form).is(422).errors().len(), 3);
        let felt = form.set("during", "2").set("effort", "3");
        assert_eq!(browser.submit(&felt).is(422).errors(), ["Say whether anything unusual happened: press one of the three buttons"]);
        browser.submit(&felt.clone().set("unusual", "maybe")).is(422);
        assert_eq!(clinic.app.database.count("training_logs"), 0);
        let new = felt.set("unusual", "new");
        browser.submit(&new).goes_to("/signs");
        browser.submit(&new).goes_to("/signs");
        assert_eq!((clinic.app.database.count("training_logs WHERE NOT stop_symptom"), clinic.app.database.count("weekly_checks")), (1, 1));
    }
}

/// Signs in at the page the answer leads to.
fn sign_in_again(browser: &Person, sent: &Page, email: &str) -> Page {
    let page = browser.get(sent.location()).is(200);
    browser.submit(&page.form().fill("Your e-mail address", email).fill("Your password", PASSWORD))
}

each_backend! {
    fn what_was_pressed_after_the_sign_in_ran_out_comes_back(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let first = start(&browser);
        let form = first.form_to("/today/session/press").set("done", "partly");
        clinic.app.database.execute("DELETE FROM sessions");
        let sent = browser.submit(&form).goes_to("/sign-in?next=/kept");
        assert!(sent.cookies().iter().all(|c| !c.contains("partly") && !c.contains(&exercise(&first))));
        assert!(browser.get(sent.location()).words().contains("It is kept"));
        // A wrong password does not lose it.
        let page = browser.get(sent.location());
        browser.submit(&page.form().fill("Your e-mail address", clinic.ann.email()).fill("Your password", "not this one")).is(422);
        sign_in_again(&browser, &sent, clinic.ann.email()).goes_to("/kept");
        let kept = browser.get("/kept").is(200);
        assert_eq!(kept.heading(), "What you sent is still here");
        assert_eq!(clinic.app.database.count("played_sessions WHERE presses = '[]'"), 1, "it is not sent by itself");
        browser.submit(&kept.form_to("/today/session/press")).is(303);
        assert!(clinic.app.database.line("SELECT presses AS line FROM played_sessions").contains("partly"));
        browser.get("/kept").goes_to("/");
    }

    fn a_note_comes_back_to_its_writer_and_to_nobody_else(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.start_plan(&clinic.dan);
        let browser = clinic.app.signed_in(&clinic.ann);
        let form = browser.get("/journal/new").is(200).form_to("/journal/new").set("note", "my knee is a secret");
        clinic.app.database.execute("DELETE FROM sessions");
        let sent = browser.submit(&form).goes_to("/sign-in?next=/kept");
        sign_in_again(&browser, &sent, clinic.dan.email()).goes_to("/kept");
        browser.get("/kept").goes_to("/");
        assert!(!clinic.app.database.lines("SELECT state AS line FROM sessions").concat().contains("secret"), "forgotten");
        // Signed in anew in another window: the old page's form is not lost either.
        let other = clinic.app.signed_in(&clinic.ann);
        let old = other.get("/journal/new").is(200).form_to("/journal/new").set("note", "my knee is better");
        other.post("/sign-out", &[]).goes_to("/");
        other.sign_in(clinic.ann.email(), PASSWORD).is(303);
        other.submit(&old).goes_to("/kept");
        assert_eq!(other.get("/kept").is(200).all("blockquote"), ["my knee is better"]);
        let leave = other.get("/kept").form_to("/kept");
        other.submit(&leave).goes_to("/");
        other.get("/kept").goes_to("/");
    }

    fn passwords_foreign_sites_and_strangers_leave_nothing_behind(backend) {
        let clinic = Clinic::open(backend);
        let browser = clinic.app.signed_in(&clinic.ann);
        let mark = browser.get("/account").is(200).attributes("input[name=whose]", "value").remove(0);
        clinic.app.database.execute("DELETE FROM sessions");
        browser.post_bare("/account/password", &[("whose", &mark), ("password", "a secret word")]).goes_to("/sign-in");
        browser.post_bare("/journal/new", &[("note", "no mark")]).goes_to("/sign-in");
        let foreign = browser.request("POST", "/journal/new").header("sec-fetch-site", "cross-site").form(&[("whose", &mark)]);
        browser.send("/journal/new", foreign).goes_to("/sign-in");
        let long = "x".repeat(20_000);
        let many: Vec<(&str, &str)> = [("whose", mark.as_str())].into_iter().chain((0..20).map(|_| ("note", long.as_str()))).take(3).collect();
        browser.post_bare("/journal/new", &many).is(303);
        assert!(!clinic.app.database.lines("SELECT state AS line FROM sessions").concat().contains("a secret word"));
    }
}
