//! The journal as a file: out of one account and into another, whole and once; and what a file may never do.

use crate::support::{Clinic, Page, Person, Someone, TestApp};
use chrono::{Days, Duration};
use gradus::care::facts::{Week, gather};
use gradus::care::logging::coloured;
use gradus::care::standing::{Standing, standing};
use gradus::care::{CareError, today};
use gradus::store::journal::EntryBody;
use gradus::store::plans;

fn export(who: &Person) -> String {
    let answer = who.request("GET", "/journal/file.csv").send().expect("an answer");
    assert_eq!(answer.status().as_u16(), 200);
    let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
    assert_eq!((header("content-type").as_str(), header("cache-control").as_str()), ("text/csv; charset=utf-8", "no-store"));
    let name = header("content-disposition");
    assert!(name.starts_with("attachment; filename=\"gradus-20") && !name.contains("ann"), "{name}");
    String::from_utf8(answer.bytes().expect("a body").to_vec()).expect("UTF-8")
}

fn upload(who: &Person, file: &[u8]) -> Page {
    let token = ("csrf".to_owned(), who.token());
    who.post_file("/journal/file/upload", &[token], "file", Some(("anything.csv", file)))
}

/// Uploads a file and opens its preview.
fn preview(who: &Person, file: &str) -> Page {
    let sent = upload(who, file.as_bytes()).is(303);
    who.get(sent.location()).is(200)
}

fn confirm(who: &Person, preview: &Page, share: &str) -> Page {
    let form = preview.form_to(&preview.path);
    who.submit(&if share.is_empty() { form } else { form.set("share", share) })
}

/// What the journal's pages say, without the marks of a file and the links.
fn journal(who: &Person) -> Vec<Vec<String>> {
    let pages = ["/journal", "/journal?page=2"].map(|path| who.get(path).is(200));
    let of = |page: &Page| {
        let mut marks = page.all(".journal-day .tag");
        marks.retain(|mark| mark != "From a file");
        let parts = [".journal-day h2", ".journal-day h3", ".journal-facts li", ".as-written", ".journal-share .muted"];
        let mut all: Vec<Vec<String>> = parts.iter().map(|css| page.all(css)).collect();
        all.extend([marks, page.all("main .table tbody tr")]);
        all
    };
    pages.iter().flat_map(of).collect()
}

/// A journal with everything in it that can be: hostile words, late days, changes, gaps.
fn write_everything(app: &TestApp, who: &Someone) {
    let notes = ["=HYPERLINK(\"http://x\")", "'=1", "- one\n- two; three, \"four\"", "\u{fc}ber;=cmd|' /C calc'!A0", "", "'tis  fine"];
    for (n, note) in (0_u8..).zip(notes) {
        let body = EntryBody {
            back: Some(n),
            leg: (n % 2 == 0).then_some(10 - n),
            sleep_hours: (n > 1).then(|| f64::from(n) + 0.1),
            medicine: (n > 2).then_some(n == 3),
            tags: if n > 3 { vec!["stress".to_owned(), "poor_sleep".to_owned()] } else { Vec::new() },
            note: note.to_owned(),
            share_note: n == 2,
            ..EntryBody::default()
        };
        let id = app.write_entry(who, &body);
        app.log_session(who);
        let browser = app.signed_in(who);
        browser.post("/day", &[("average", &n.to_string()), ("worst", "9")]).is(303);
        if n == 3 {
            browser.submit(&browser.get(&format!("/journal/{id}/edit")).form().set("mood", "7")).is(303);
            browser.post(&format!("/journal/days/{}", app.moment().today() - Days::new(2)), &[("morning", "3")]).is(303);
        }
        app.wait(Duration::days(if n == 4 { 20 } else { 1 }));
    }
}

each_backend! {
    fn a_file_of_one_account_makes_the_same_journal_in_another(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        write_everything(app, &clinic.ann);
        let flo = app.patient("Flo");
        app.database.execute(&format!("UPDATE users SET time_zone = 'America/New_York' WHERE id = '{}'", flo.id()));
        let (ann, other) = (app.signed_in(&clinic.ann), app.signed_in(&flo));
        let file = export(&ann);
        assert!(file.starts_with("\u{feff}record,date,time,zone,") && file.contains("Europe/London"), "{file}");
        assert_eq!(file.lines().filter(|line| line.starts_with("entry,")).count(), 6, "{file}");
        assert!(!file.contains(",=") && !file.contains(";=") && !file.contains("\"="), "no cell begins like a formula: {file}");
        let shown = preview(&other, &file);
        assert!(shown.words().contains("Nothing is in your journal yet"), "{}", shown.words());
        assert_eq!(app.database.count("journal_entries WHERE import_id IS NOT NULL"), 0);
        confirm(&other, &shown, "yes").goes_to("/journal");
        assert_eq!(export(&other), file, "byte for byte");
        assert_eq!(journal(&other), journal(&ann));
        assert!(!journal(&ann)[2].is_empty());
        // Once more, into either account: nothing is new.
        for browser in [&other, &ann] {
            let again = preview(browser, &file);
            assert!(again.words().contains("There is nothing new in this file"), "{}", again.words());
            assert!(again.words().contains("Cannot be taken0"), "{}", again.words());
            browser.post(&again.path, &[]).is(422);
            assert_eq!(export(browser), file);
        }
        // A third account takes it from the second, without sharing: only that differs.
        let gus = app.signed_in(&app.patient("Gus"));
        let form = preview(&gus, &export(&other));
        confirm(&gus, &form, "").is(422);
        confirm(&gus, &form, "no").goes_to("/journal");
        let third = export(&gus);
        assert_eq!((third.lines().count(), third == file), (file.lines().count(), false));
        assert_eq!(app.database.count("journal_entries WHERE body LIKE '%\"share_note\":true%'"), 2);
    }

    fn a_file_is_taken_whole_or_not_at_all_and_can_be_taken_back(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let ann = app.signed_in(&clinic.ann);
        let before = export(&ann);
        // As a German spreadsheet saves it: mark, semicolons, decimal commas, its own dates.
        let file = "\u{feff}Record;Date;Time;pain_average;pain_back;sleep_hours;note;colour\r\n\
            day;01.12.2025;;4;;;;red\r\n\
            entry;2025-12-01;20:50;;7,0;6,5;\"two\r\nlines\";\r\n\
            entry;2025-12-02;25:00;;7;;;\r\n\
            day;12/03/2025;;4;;;;\r\n\
            day;2025-12-04;;14;;;;\r\n\
            day;2026-04-01;;4;;;;\r\n\
            ;;;;;;;\r\n\
            day;01.12.2025;;5;;;;\r\n\
            day;01.12.2025;;4;;;;\r\n";
        let shown = preview(&ann, file);
        let rows: Vec<String> = shown.all("main .table tbody tr");
        let expected = ["5\u{201c}25:00\u{201d} is no time", "6\u{201c}12/03/2025\u{201d} is no day", "7\u{201c}14\u{201d} does not fit", "8The day 2026-04-01", "10Line 2 is"];
        assert_eq!(rows.len(), expected.len(), "{rows:?}");
        for (row, begin) in rows.iter().zip(expected) {
            assert!(row.starts_with(begin), "{row} {begin}");
        }
        assert!(shown.words().contains("2 rows are new.") && shown.words().contains("colour"), "{}", shown.words());
        // Another upload takes the place of this one; a form that is still open stores nothing.
        let second = preview(&ann, file);
        confirm(&ann, &shown, "").is(404);
        assert_eq!(export(&ann), before);
        confirm(&ann, &second, "").goes_to("/journal");
        confirm(&ann, &second, "").goes_to("/journal");
        assert_eq!((app.database.count("imported_days"), app.database.count("journal_entries")), (1, 1), "twice is once");
        assert_eq!(app.database.count("imports WHERE content = '' AND taken = 2"), 1, "the file itself is not kept");
        let old = ann.get("/journal?page=4").is(200);
        assert_eq!(old.all(".journal-day .tag"), ["Written later", "From a file", "Written later", "From a file"], "{}", old.words());
        assert_eq!(old.all(".as-written"), ["two lines"]);
        // What is answered here comes before what a file says; taken out again, the file leaves nothing.
        let page = ann.get("/journal/file").is(200);
        let sure = ann.get(&page.attributes(".rows a", "href")[0]).is(200);
        app.signed_in(&clinic.dan).get(&sure.path).is(404);
        ann.submit(&sure.form()).goes_to("/journal/file");
        ann.submit(&sure.form()).is(404);
        assert_eq!(export(&ann), before);
        assert_eq!(app.database.count("imports") + app.database.count("revisions"), 0);
    }

    fn whatever_is_no_journal_is_refused_beside_its_field_and_stores_nothing(backend) {
        let clinic = Clinic::open(backend);
        let ann = clinic.app.signed_in(&clinic.ann);
        let rows = format!("record,date,pain_average\n{}", "day,2026-01-01,3\n".repeat(10_001));
        let large = vec![b'x'; 2 * 1024 * 1024 + 1];
        let latin = b"record,date,time,note\nentry,2026-01-01,10:00,f\xfcr dich\n";
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("record,date\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let files: [(&[u8], &str); 10] = [
            (b"", "Choose the file first"),
            (&large, "larger than 2 megabytes"),
            (&vec![b'x'; 6 * 1024 * 1024], "larger than 2 megabytes"),
            (latin, "not in the form UTF-8"),
            (&wide, "not in the form UTF-8"),
            (b"PK\x03\x04workbook", "not a text file"),
            (b"record\0,date\n", "not a text file"),
            (b"<html><script>alert(1)</script></html>", "must name the columns"),
            (b"record,date,pain_average\n", "no row below"),
            (rows.as_bytes(), "more than 10,000 rows"),
        ];
        for (file, words) in files {
            let page = upload(&ann, file).is(422);
            assert!(page.errors()[0].contains(words), "{words}: {:?}", page.errors());
            assert_eq!(page.count("#f-file-error"), 1);
        }
        ann.post_file("/journal/file/upload", &[], "file", Some(("a.csv", b"record,date\n"))).is(403);
        ann.post("/journal/file/upload", &[]).is(422);
        assert_eq!(clinic.app.database.count("imports"), 0);
        // Hostile cells are words like any others.
        let hostile = format!(
            "record,date,time,note,exercises,key,tags\nentry,2026-01-01,10:00,<script>alert(1)</script>,,a/b,\nsession,2026-01-01,,,{},k,\nentry,2026-01-01,10:00,\"never closed\nday,2026-01-02",
            "CO5=done;".repeat(100)
        );
        let page = preview(&ann, &hostile);
        assert_eq!(page.all("main .table tbody tr").len(), 2, "{}", page.words());
        confirm(&ann, &page, "").goes_to("/journal");
        assert_eq!(clinic.app.database.count("journal_entries"), 1);
        ann.get("/journal/columns").is(200);
    }

    fn a_file_nobody_confirms_is_forgotten_after_a_day(backend) {
        let clinic = Clinic::open(backend);
        clinic.app.hand_in_file(&clinic.ann, "record,date,pain_average\nday,2026-01-05,3\n");
        gradus::app::round(&clinic.app.state).expect("a round");
        assert_eq!(clinic.app.database.count("imports"), 1);
        clinic.app.wait(Duration::hours(25));
        gradus::app::round(&clinic.app.state).expect("a round");
        assert_eq!(clinic.app.database.count("imports"), 0);
    }

    /// Everything that decides, asks or shows by the record: before and after a file that shouts.
    fn nothing_that_decides_sees_a_row_of_a_file(backend) {
        let clinic = Clinic::open(backend);
        let (app, own) = (&clinic.app, clinic.ann.own());
        app.log_session(&clinic.ann);
        app.wait(Duration::days(9));
        let on = app.moment().today();
        app.signed_in(&clinic.ann).get("/today").is(200);
        let steps = app.database.count("session_steps");
        let facts = || {
            app.store()
                .read::<_, CareError>(|tx| {
                    let plan = plans::active(tx, &own)?.expect("a plan");
                    let Standing::Active(active) = standing(tx, &own, on)? else { panic!("no plan") };
                    let weeks: Vec<_> = (1..=2).map(|n| gather(tx, &own, &plan, Week::of(plan.started_on, n))).collect::<Result<_, _>>()?;
                    let day = today::today(tx, &own, &active, on)?;
                    Ok(format!("{weeks:?} {day:?} {:?}", coloured(tx, &own, plan.started_on, on)?))
                })
                .expect("read")
        };
        let before = facts();
        let desk = |app: &TestApp| app.signed_in(&clinic.ben).get(&format!("/pro/patients/{}", clinic.ann.id())).is(200).all("#days");
        let seen = desk(app);
        let mut file = "record,date,time,pain_average,pain_morning,pain_back,exercises,amounts,session_pain,session_effort,session_stopped\n".to_owned();
        for day in (on - Days::new(12)).iter_days().take_while(|day| *day <= on) {
            file += &format!("day,{day},,10,10,,,,,,\nentry,{day},08:00,,,10,,,,,\nsession,{day},,,,,CO5=done,walk=99/10,10,10,yes\n");
        }
        let ann = app.signed_in(&clinic.ann);
        let shown = preview(&ann, &file);
        confirm(&ann, &shown, "").goes_to("/journal");
        assert!(ann.get("/journal").words().contains("Stopped because of a symptom"), "it is shown");
        assert_eq!(facts(), before);
        assert_eq!(desk(app), seen);
        assert_eq!(app.database.count("weekly_checks") + app.database.count("holds"), 0, "no questions, no pause");
        assert_eq!(app.database.count("session_steps"), steps);
        // An answer of one's own stands before it, and is asked for as ever.
        ann.post("/morning", &[("morning", "1")]).is(303);
        let day = ann.get(&format!("/journal/days/{on}")).is(200);
        assert_eq!((day.form().value("morning"), day.form().value("average")), (Some("1"), Some("10")));
        // Seven silent days are silent, whatever a file says of them.
        app.wait(Duration::days(5));
        app.signed_in(&clinic.ann).get("/today").is(200);
        let reviews = app.database.lines("SELECT facts AS line FROM reviews ORDER BY week");
        assert!(reviews.len() == 2 && reviews[1].contains("\"days\":1"), "{reviews:?}");
    }
}
