//! What is kept for how long: from when the years of a locked record count, accounts that are closed by hand, and what
//! names somebody no longer than it must.

use crate::own_data_erase::close;
use crate::support::{Backend, Someone, TestApp, spawn};
use chrono::Duration;
use gradus::app::round;
use gradus::care::joining::{self, Brings, NewInvitation, NewRecord, make_record};
use gradus::care::mail;
use gradus::care::own_data::{WAIT, closing, erasing};
use gradus::ids::PatientId;
use gradus::lang::Lang;
use gradus::post::letter::Letter;
use gradus::store::{self, Store, StoreError, archives, oversight};

/// Somebody of whom nobody is in charge any more since an instant closes their account now; `last` happens before. Until
/// when the record is kept, if it is.
fn closed_after(backend: Backend, ended: &str, last: impl Fn(&TestApp, &Someone, &Someone)) -> Vec<String> {
    let app = spawn(backend);
    let ben = app.physio("Ben");
    let ann = app.patient_of(&ben, "Ann");
    app.database.execute(&format!("UPDATE care_relations SET started_at = '{ended}', ended_at = '{ended}'"));
    last(&app, &ben, &ann);
    close(&app, &ann);
    app.wait(WAIT);
    round(&app.state).expect("a round");
    assert_eq!(app.database.count(&format!("users WHERE id = '{}'", ann.0.id)), 0);
    app.store().read(archives::all).expect("archives").iter().map(|kept| kept.keep_until_at.to_string()).collect()
}

each_backend! {
    fn the_years_of_a_locked_record_begin_where_the_treatment_ended(backend) {
        assert_eq!(closed_after(backend, "2020-02-03 09:00:00", |_, _, _| {}), ["2030-02-03 09:00:00"]);
    }

    fn what_the_clinic_wrote_later_is_the_end_of_the_treatment(backend) {
        let kept = closed_after(backend, "2020-02-03 09:00:00", |app, ben, ann| {
            let about = PatientId::from(&ann.id());
            let noted = app.store().write::<_, StoreError>(|tx| oversight::note(tx, Some(&ben.id()), Some(&about), "note written", app.now()));
            noted.expect("noted");
        });
        assert_eq!(kept, ["2036-03-02 09:00:00"]);
    }

    fn a_record_whose_time_was_over_before_is_not_locked(backend) {
        assert!(closed_after(backend, "2015-02-03 09:00:00", |_, _, _| {}).is_empty());
    }

    fn by_hand_an_account_is_closed_as_its_person_would_close_it(backend) {
        let app = spawn(backend);
        let (ben, gil) = (app.physio("Ben"), app.patient("Gil"));
        let new = NewRecord { name: "Fay".to_owned(), email: String::new(), language: Lang::En, time_zone: "Europe/London".to_owned() };
        let fay = make_record(app.store(), &ben.desk(), &new, &[], "fay", app.now()).expect("made");
        let by_hand = |account: &str| closing::by_hand(app.store(), account, app.now());
        assert!(by_hand("nobody@example.org").expect("asked").is_none());
        assert!(by_hand(ben.email()).is_err() && by_hand(ben.id().as_str()).is_err(), "staff are closed by an administrator");
        for account in [" Gil@example.org", fay.as_str()] {
            assert_eq!(by_hand(account).expect("closed"), Some(app.now() + WAIT), "{account}");
        }
        assert_eq!(app.signed_in(&gil).get("/plan").location(), "/account/closing");
        assert_eq!(app.database.count("audit WHERE action = 'began to close the account at the command line' AND patient_id IS NOT NULL"), 2);
        // Gil is told; Fay has no address.
        let mut told = Vec::new();
        let mut send = |letter: &Letter| {
            told.push((letter.to.clone(), letter.subject.clone()));
            Ok(())
        };
        mail::deliver(app.store(), &app.clock, "http://gradus.test", &mut send).expect("delivered");
        told.retain(|(_, subject)| subject == "Your account is being closed");
        assert_eq!(told.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["gil@example.org"]);
        app.wait(WAIT - Duration::minutes(1));
        round(&app.state).expect("a round");
        assert_eq!(app.database.count("users WHERE is_patient"), 2, "not before the waiting time is over");
        app.wait(Duration::minutes(1));
        round(&app.state).expect("a round");
        assert_eq!(app.database.count("users WHERE is_patient"), 0);
    }

    fn an_invitation_that_was_made_anew_or_taken_back_names_nobody(backend) {
        let app = spawn(backend);
        let desk = app.physio("Ben").desk();
        let brings = Brings { remind_at: "07:30".to_owned(), ..Brings::default() };
        let new = NewInvitation { name: "Fay".to_owned(), email: "fay@example.org".to_owned(), brings };
        let first = joining::invite_patient(app.store(), &desk, &new, "first", app.now()).expect("invited");
        let again = joining::renew(app.store(), &desk, &first.invitation.id, "again", app.now()).expect("made anew");
        let naming = || app.database.lines("SELECT id AS line FROM invitations WHERE name <> '' OR email <> '' OR brings LIKE '%07:30%'");
        assert_eq!(naming().iter().filter(|id| **id == first.invitation.id || **id == again.invitation.id).collect::<Vec<_>>(), [&again.invitation.id]);
        joining::take_back(app.store(), &desk, &again.invitation.id, app.now()).expect("taken back");
        assert!(!naming().contains(&again.invitation.id));
    }

    fn what_is_erased_while_the_database_is_written_anew_asks_for_it_again(backend) {
        // Without a server, whose own round would do it in between.
        let database = backend.migrated();
        let kept = Store::open(&database.url()).expect("opened");
        let due = || kept.read(store::closing::scrub_due).expect("asked");
        kept.write(store::closing::scrub_later).expect("erased");
        let mark = due().expect("due until it is done");
        kept.write(store::closing::scrub_later).expect("erased once more");
        kept.write(|tx| store::closing::scrubbed(tx, &mark)).expect("done for the first");
        assert!(due().is_some());
        erasing::scrub(&kept).expect("written anew");
        assert!(due().is_none());
    }
}
