//! Notes of the desk and letters: written once, kept as they were.

use crate::support::Clinic;
use gradus::care::desk::letters::{NewLetter, give_out};
use gradus::care::desk::notes::{NewNote, write};
use gradus::care::desk::treat;
use gradus::ids::{self, PatientId};
use gradus::store::letters::DISCHARGE;
use gradus::store::notes::NoteBody;

/// Ben's note about Ann; its id.
pub fn written(clinic: &Clinic, says: &str) -> String {
    let (app, moment) = (&clinic.app, clinic.app.moment());
    let who = treat(app.store(), &clinic.ben.actor(), &PatientId::from(&clinic.ann.id()), moment.utc).expect("in charge");
    let token = ids::fresh();
    let body = NoteBody { says: says.to_owned(), ..NoteBody::default() };
    let new = NewNote { contact: "room".to_owned(), on: moment.today(), body, corrects: None, token: token.clone() };
    write(app.store(), &who, &new, moment).expect("written");
    app.database.line(&format!("SELECT id AS line FROM clinical_notes WHERE token = '{token}'"))
}

/// Ben's letter about Ann; its id.
pub fn given_out(clinic: &Clinic, body: &str) -> String {
    let (app, now) = (&clinic.app, clinic.app.now());
    let who = treat(app.store(), &clinic.ben.actor(), &PatientId::from(&clinic.ann.id()), now).expect("in charge");
    let new = NewLetter { kind: DISCHARGE, recipient: "Dr Weaver".to_owned(), body: body.to_owned(), token: ids::fresh() };
    give_out(app.store(), &who, &new, now).expect("given out")
}

each_backend! {
    fn a_note_is_written_once_and_a_correction_stands_beside_it(backend) {
        let clinic = Clinic::open(backend);
        let notes = format!("/pro/patients/{}/notes", clinic.ann.id());
        let ben = clinic.app.signed_in(&clinic.ben);
        let page = ben.get(&notes).is(200);
        assert!(page.words().contains("may ask you for a copy"), "{}", page.words());
        let form = page.form_to(&notes).choose("How did you meet?", "By telephone").fill("What was found", "Bends to the knees.\nNo leg pain.").fill("Next", "See her in May");
        ben.submit(&form).goes_to(&notes);
        ben.submit(&form).goes_to(&notes);
        assert_eq!(clinic.app.database.count("clinical_notes"), 1, "sent twice, kept once");
        let page = ben.get(&notes);
        assert!(page.words().contains("2 March 2026, by telephone") && page.words().contains("Bends to the knees. No leg pain."), "{}", page.words());
        clinic.app.wait(chrono::Duration::minutes(5));
        let correct = page.link("Correct it: 2 March 2026, by telephone, 2 March 2026, 09:00, Ben");
        let form = ben.get(&correct).is(200).form_to(&correct).fill("What was found", "Bends to the shins.");
        ben.submit(&form).goes_to(&notes);
        let page = ben.get(&notes);
        let card = page.all(".note").remove(0);
        assert_eq!(page.count(".note"), 1);
        assert!(card.contains("Bends to the shins.") && card.contains("What it said before") && card.contains("Bends to the knees."), "{card}");
        assert!(card.contains("Corrected, 2 March 2026, 09:05, Ben"), "{card}");
        assert_eq!(clinic.app.database.count("clinical_notes WHERE corrects IS NOT NULL"), 1);
        // A correction of the correction names the first as well.
        let again = page.attributes(".note a", "href").remove(0);
        ben.submit(&ben.get(&again).is(200).form_to(&again).fill("Next", "See her in June")).goes_to(&notes);
        assert_eq!(clinic.app.database.lines("SELECT DISTINCT corrects AS line FROM clinical_notes WHERE corrects IS NOT NULL").len(), 1);
        assert_eq!(clinic.app.database.count("audit WHERE action = 'note corrected'"), 2);
        assert!(ben.get(&format!("/pro/patients/{}", clinic.ann.id())).words().contains("Bends to the shins."));
        // The patient sees none, and nobody else finds the page.
        assert!(!clinic.app.signed_in(&clinic.ann).get("/today").words().contains("shins"));
        for other in [&clinic.cleo, &clinic.ann, &clinic.eve] {
            clinic.app.signed_in(other).get(&notes).is(404);
            clinic.app.signed_in(other).post(&correct, &[("contact", "room"), ("on", "2026-03-02"), ("says", "x")]).is(404);
        }
        assert_eq!(clinic.app.database.count("clinical_notes"), 3);
        ben.get(&format!("{notes}/missing")).is(404);
    }

    fn a_note_that_does_not_fit_keeps_what_was_typed(backend) {
        let clinic = Clinic::open(backend);
        let notes = format!("/pro/patients/{}/notes", clinic.ann.id());
        let ben = clinic.app.signed_in(&clinic.ben);
        let form = ben.get(&notes).is(200).form_to(&notes);
        let long = "a".repeat(2001);
        for (set, errors) in [
            (vec![("contact", "room"), ("says", " ")], vec!["Write something under at least one of the four headings"]),
            (vec![("says", "Better")], vec!["Choose how you met"]),
            (vec![("contact", "pigeon"), ("says", "Better")], vec!["Choose how you met"]),
            (vec![("contact", "room"), ("on", "2026-03-03"), ("says", "Better")], vec!["Enter today or a day of the last year"]),
            (vec![("contact", "room"), ("on", "soon"), ("says", "Better")], vec!["Enter a date, for example 2026-11-21"]),
            (vec![("contact", "room"), ("on", ""), ("says", "Better")], vec!["Enter the day of the contact"]),
            (vec![("contact", "room"), ("found", long.as_str())], vec!["Use at most 2000 characters"]),
        ] {
            let sent = set.iter().fold(form.clone(), |form, (name, value)| form.set(name, value));
            let page = ben.submit(&sent).is(422);
            assert_eq!(page.errors(), errors, "{set:?}");
            let (name, value) = set.last().expect("a field");
            assert_eq!(page.form_to(&notes).value(name).map(str::trim), Some(value.trim()), "what was typed stays");
        }
        assert_eq!(clinic.app.database.count("clinical_notes"), 0);
    }

    fn a_letter_is_kept_as_it_was_given_out(backend) {
        let clinic = Clinic::open(backend);
        let letters = format!("/pro/patients/{}/letters", clinic.ann.id());
        let ben = clinic.app.signed_in(&clinic.ben);
        let list = ben.get(&letters).is(200);
        let new = list.link("Discharge summary");
        let form = ben.get(&new).is(200).form_to(&new);
        let draft = form.value("letter").expect("a draft").to_owned();
        for said in ["About: Ann", "From: Ben, physiotherapist", "began on 2 March 2026", "bending and sitting (Flexion intolerance)", "Tying my shoes: 4 at the start", "Walking: 9 minutes a day", "WHEN TO COME BACK"] {
            assert!(draft.contains(said), "{said}: {draft}");
        }
        assert_eq!(ben.submit(&form).is(422).errors(), ["Write to whom the letter goes"]);
        let long = format!("{draft}\n\nShe did very well. {}", "é".repeat(3000));
        let filled = form.set("recipient", "Dr Weaver <Mill Lane>").set("letter", &long);
        let kept = ben.submit(&filled).is(303).location().to_owned();
        assert_eq!(ben.submit(&filled).is(303).location(), kept, "sent twice, kept once");
        assert_eq!(clinic.app.database.count("letters"), 1);
        let page = ben.get(&kept).is(200);
        assert!(page.words().contains("To: Dr Weaver <Mill Lane>") && page.words().contains("She did very well."), "{}", page.words());
        assert_eq!((page.count(".a4"), page.count("main form")), (1, 0), "nobody changes it");
        let text = ben.get(&format!("{kept}.txt")).is(200);
        assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(text.header("content-disposition"), "attachment; filename=\"letter.txt\"");
        assert_eq!(text.text, format!("To: Dr Weaver <Mill Lane>\n\n{}\n", long.trim()));
        assert_eq!(clinic.app.database.line("SELECT body AS line FROM letters"), long.trim());
        ben.post(&kept, &[]).is(405);
        // To a doctor: what was answered, in words.
        let new = list.link("Letter to a GP or an emergency department");
        let draft = ben.get(&new).is(200).form_to(&new);
        let text = draft.value("letter").expect("a draft").to_owned();
        assert!(text.contains("Answered: 2 March 2026, 09:00") && text.contains("DANGER-SIGN ANSWERS") && text.contains("The exercise plan was not paused by this."), "{text}");
        let refused = ben.submit(&draft.set("recipient", "A&E").set("letter", &"a".repeat(8100))).is(422);
        assert_eq!(refused.errors(), ["Use at most 8000 characters"]);
        for other in [&clinic.cleo, &clinic.ann, &clinic.eve] {
            let other = clinic.app.signed_in(other);
            for path in [letters.clone(), kept.clone(), format!("{kept}.txt"), new.clone()] {
                other.get(&path).is(404);
            }
            other.post(&new, &[("recipient", "me"), ("letter", "mine")]).is(404);
        }
        ben.get(&format!("{letters}/new/poem")).is(404);
        let file = ben.get(&format!("/pro/patients/{}", clinic.ann.id())).is(200).words();
        assert!(file.contains("Discharge summary"), "{file}");
    }
}
