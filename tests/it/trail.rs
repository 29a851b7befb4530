//! What leaves a line in the record of who did and saw what beside looks at records: refusals, and looks at accounts.

use crate::support::Clinic;
use chrono::Duration;

each_backend! {
    fn whoever_is_refused_a_page_leaves_a_line_a_minute_that_says_so_and_nothing_else(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        app.start_plan(&clinic.dan);
        let session = app.log_session(&clinic.ann);
        let dan = app.signed_in(&clinic.dan);
        let lines = || {
            app.database.lines(
                "SELECT u.name || COALESCE(a.patient_id, '') AS line FROM audit a JOIN users u ON u.id = a.actor_id \
                 WHERE a.action = 'asked for what is not there or not theirs' ORDER BY a.seq",
            )
        };
        dan.get("/learn/nothing").is(404);
        dan.get("/nowhere").is(404);
        assert!(lines().is_empty(), "what is public was refused to nobody");
        dan.get("/admin/people").is(404);
        dan.get("/pro/templates").is(404);
        assert_eq!(lines(), ["Dan"]);
        app.wait(Duration::minutes(2));
        dan.get(&format!("/sessions/{session}/history")).is(404);
        assert_eq!(lines(), ["Dan", "Dan"]);
        // A record has its own line, about whose it is; one that nobody has is like everything else.
        app.wait(Duration::minutes(2));
        dan.get(&format!("/pro/patients/{}", clinic.ann.id())).is(404);
        assert_eq!(lines().len(), 2);
        dan.get(&format!("/pro/patients/{}", gradus::ids::fresh())).is(404);
        assert_eq!(lines().len(), 3);
        let own = dan.get("/account/record-log?mine=yes").is(200).words();
        assert!(own.contains("asked for a page that is not there or is for somebody else"), "{own}");
        assert!(!own.contains("Somebody who may not have been you"), "{own}");
    }

    fn a_form_without_its_token_or_from_another_site_leaves_a_line_with_who_sent_it(backend) {
        let clinic = Clinic::open(backend);
        let eve = clinic.app.signed_in(&clinic.eve);
        let of_eve = format!("audit WHERE action = 'sent a form that was refused' AND actor_id = '{}'", clinic.eve.id());
        let lines = || clinic.app.database.count(&of_eve);
        eve.post_bare("/admin/people", &[("find", "x")]).is(403);
        eve.post_bare("/admin/people", &[("find", "x"), ("csrf", "wrong")]).is(403);
        assert_eq!(lines(), 1, "once a minute");
        clinic.app.wait(Duration::minutes(2));
        let form = [("find", "x".to_owned()), ("csrf", eve.token())];
        let other = eve.request("POST", "/admin/people").header("sec-fetch-site", "cross-site").form(&form);
        eve.send("/admin/people", other).is(403);
        assert_eq!(lines(), 2);
        let told = eve.get("/admin/audit").is(200).words();
        assert!(told.contains("sent a form that was too old or came from another website, and was refused"), "{told}");
        // Nobody is signed in: there is nobody to name.
        clinic.app.visitor().post_bare("/sign-in", &[("email", "a@example.org"), ("password", "x")]).is(403);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'sent a form that was refused'"), 2);
    }

    fn a_person_reads_which_administrator_opened_their_account(backend) {
        let clinic = Clinic::open(backend);
        let eve = clinic.app.signed_in(&clinic.eve);
        eve.get("/admin/people").is(200);
        eve.get("/admin/invitations").is(200);
        eve.get(&format!("/admin/people/{}", clinic.ann.id())).is(200);
        let log = clinic.app.signed_in(&clinic.ann).get("/account/record-log").is(200).words();
        let looked = "looked at the account, with its address and where it is signed in";
        assert!(log.contains("Eve, administrator") && log.contains(looked), "{log}");
        let told = eve.get("/admin/audit").is(200).words();
        for part in ["saw the list of people with an account", "saw the list of invitations", looked] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }

    fn a_patient_is_told_that_lists_are_not_counted_among_the_looks(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.signed_in(&clinic.ben).get("/pro/patients").is(200);
        let ann = clinic.app.signed_in(&clinic.ann);
        let log = ann.get("/account/record-log").is(200).words();
        assert!(!log.contains("saw the list") && log.contains("it is not counted here"), "{log}");
    }

    fn whoever_may_take_the_sharing_back_is_told_that_an_emergency_still_opens_the_record(backend) {
        let clinic = Clinic::open(backend);
        let page = clinic.app.signed_in(&clinic.ann).get("/account/consents").is(200);
        let about: Vec<String> = page.all("section").into_iter().filter(|part| part.contains("can still open your record")).collect();
        assert!(about.len() == 1 && about[0].contains("Sharing with your clinic"), "{about:?}");
    }
}
