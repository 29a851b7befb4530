//! A person's copy of everything: complete by the schema, readable, and nothing in it that opens anything.

use crate::support::plant::plant;
use crate::support::{Clinic, Database, Form, Person, Someone, TestApp, spawn};
use gradus::store::belongings::{Kind, TABLES};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

/// What the form answers with, as a ZIP.
fn zip_of(browser: &Person, form: &Form) -> zip::ZipArchive<Cursor<Vec<u8>>> {
    let response = browser.request("POST", &form.action).form(&form.pairs()).send().expect("an answer");
    assert_eq!(response.status().as_u16(), 200);
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!((header("content-type").as_str(), header("cache-control").as_str()), ("application/zip", "no-store"));
    assert!(header("content-disposition").contains("gradus-2026-03-02.zip"), "{}", header("content-disposition"));
    zip::ZipArchive::new(Cursor::new(response.bytes().expect("a body").to_vec())).expect("a ZIP")
}

/// Every column of the migrated database.
fn columns(database: &Database) -> BTreeSet<String> {
    let sql = match database {
        Database::Sqlite { .. } => {
            "SELECT t.name || '.' || c.name AS line FROM sqlite_schema t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'"
        }
        Database::Postgres(_) => {
            "SELECT table_name || '.' || column_name AS line FROM information_schema.columns \
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'"
        }
    };
    database.lines(sql).into_iter().collect()
}

/// The files of the copy, by name.
fn copy_of(app: &TestApp, who: &Someone) -> BTreeMap<String, Vec<u8>> {
    let browser = app.signed_in(who);
    let form = browser.get("/account/data").is(200).form_to("/account/data");
    let mut zip = zip_of(&browser, &form);
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let read = |name: String| {
        let mut content = Vec::new();
        zip.by_name(&name).expect("a file").read_to_end(&mut content).expect("its content");
        (name, content)
    };
    names.into_iter().map(read).collect()
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(files.get(name).unwrap_or_else(|| panic!("{name} in {:?}", files.keys())).clone()).expect("UTF-8")
}

each_backend! {
    fn the_list_of_belongings_knows_every_table_and_column(backend) {
        let listed: BTreeSet<String> =
            TABLES.iter().flat_map(|table| table.columns.iter().map(move |column| format!("{}.{}", table.name, column.name))).collect();
        let migrated = columns(&backend.migrated());
        let undecided: Vec<_> = migrated.difference(&listed).collect();
        assert!(undecided.is_empty(), "decide in src/store/belongings/list.rs whose these are and what becomes of them: {undecided:?}");
        let gone: Vec<_> = listed.difference(&migrated).collect();
        assert!(gone.is_empty(), "there is no such column: {gone:?}");
    }

    fn everything_that_was_planted_stands_in_the_copy(backend) {
        let app = spawn(backend);
        let (ben, ann) = (app.physio("Ben"), app.patient("Ann"));
        // Signed in before the name and address become others.
        let browser = app.signed_in(&ann);
        let form = browser.get("/account/data").is(200).form_to("/account/data");
        let planted = plant(&app.database, &ann.0.id, Some(&ben.0.id), "a");
        assert!(planted.len() > 150, "{}", planted.len());
        let mut zip = zip_of(&browser, &form);
        let mut read = |name: &str| {
            let mut content = String::new();
            zip.by_name(name).unwrap_or_else(|_| panic!("{name}")).read_to_string(&mut content).expect("text");
            content
        };
        let (json, html) = (read("data.json"), read("index.html"));
        for one in &planted {
            let place = format!("{}.{}", one.table.name, one.column.name);
            if one.column.is_exported() {
                assert!(json.contains(&one.value), "{place} is not in data.json");
                let csv = read(&format!("csv/{}.csv", one.table.name));
                assert!(csv.contains(&one.value), "{place} is not in its table");
                assert!(one.column.kind == Kind::Id || html.contains(&one.value), "{place} is not in the readable file");
            } else {
                assert!(!json.contains(&one.value) && !html.contains(&one.value), "{place} must not leave");
            }
        }
        // Whoever acted is named, and the file of each table that belongs to a person is there.
        assert!(html.contains("Ben"));
        for table in TABLES.iter().filter(|table| table.condition().is_some() && table.name != "audit") {
            read(&format!("csv/{}.csv", table.name));
        }
        let uploads = planted.iter().find(|one| (one.table.name, one.column.name) == ("imports", "content")).expect("planted");
        assert_eq!(read("uploads/journal-file-1.csv"), uploads.value);
        assert!(read("journal.csv").contains("record,date"));
    }

    fn the_copy_is_whole_and_reads_without_a_network(backend) {
        let clinic = Clinic::open(backend);
        let files = copy_of(&clinic.app, &clinic.ann);
        let sums = text(&files, "SHA256SUMS");
        for (name, content) in files.iter().filter(|(name, _)| *name != "SHA256SUMS") {
            assert!(sums.contains(&format!("{}  {name}\n", sha256(content))), "the checksum of {name}");
        }
        let html = text(&files, "index.html");
        for outside in ["<script", "http://", "https://", "src=", "<link"] {
            assert!(!html.contains(outside), "{outside} in the readable file");
        }
        assert!(html.contains("<h1>Your data in Gradus</h1>") && html.contains("Your plans") && html.contains("After breakfast I walk"));
        // Nobody else's data, and who looked.
        assert!(!html.contains("Dan") && !text(&files, "data.json").contains(&clinic.dan.0.id));
        assert!(text(&files, "who-looked.csv").contains("plan agreed"));
        assert!(!text(&files, "data.json").contains("$argon2"), "a hash of a password left");
    }

    fn a_german_reads_the_copy_in_german_and_what_somebody_typed_is_escaped(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        app.database.execute(&format!("UPDATE users SET language = 'de', name = '<b>Ann</b> & co' WHERE id = '{}'", clinic.ann.0.id));
        let html = text(&copy_of(app, &clinic.ann), "index.html");
        assert!(html.contains("lang=\"de\"") && html.contains("Ihre Daten in Gradus") && html.contains("Ihre Pläne"));
        assert!(!html.contains("<b>Ann</b>") && html.contains("Ann"));
    }

    fn a_name_is_corrected_and_the_one_before_stays_readable(backend) {
        let app = spawn(backend);
        let ann = app.patient("Ann");
        let browser = app.signed_in(&ann);
        let page = browser.get("/account/corrections").is(200);
        let again = browser.submit(&page.form_to("/account/name").set("name", "")).is(422);
        assert!(again.errors().iter().any(|e| e.contains("name we should call you by")), "{:?}", again.errors());
        browser.submit(&page.form_to("/account/name").set("name", "Anna")).is(303);
        let page = browser.get("/account/corrections").is(200);
        assert!(page.all("dt").contains(&"Ann".to_owned()) && page.words().contains("until 2 March 2026"), "{}", page.words());
        assert_eq!(app.database.line(&format!("SELECT name AS line FROM users WHERE id = '{}'", ann.0.id)), "Anna");
        assert_eq!(app.database.count("audit WHERE action = 'changed the name'"), 1);
    }

    fn a_change_of_the_time_zone_is_noted_where_its_person_reads_it(backend) {
        let app = spawn(backend);
        let browser = app.signed_in(&app.patient("Ann"));
        browser.submit(&browser.get("/account").is(200).form_to("/account/zone").set("zone", "Europe/Berlin")).goes_to("/account");
        assert!(browser.get("/account/record-log?mine=yes").is(200).words().contains("changed the time zone"));
    }

    fn something_wrong_reaches_the_clinic_and_the_answer_the_person(backend) {
        let clinic = Clinic::open(backend);
        let app = &clinic.app;
        let ann = app.signed_in(&clinic.ann);
        let page = ann.get("/account/corrections").is(200);
        let form = page.form_to("/account/corrections");
        let empty = ann.submit(&form).is(422);
        assert_eq!(empty.errors().len(), 1, "{:?}", empty.errors());
        let form = form.set("about", "notes").set("body", "It was my left leg, not the right one.");
        ann.submit(&form).is(303);
        // The same form again asks once.
        ann.submit(&form).is(303);
        assert_eq!(app.database.count("corrections"), 1);
        let ben = app.signed_in(&clinic.ben);
        let inbox = ben.get("/pro").is(200);
        assert!(inbox.words().contains("something in the record is wrong"), "{}", inbox.words());
        let file = format!("/pro/patients/{}/corrections", clinic.ann.0.id);
        let page = ben.get(&file).is(200);
        assert!(page.words().contains("It was my left leg"));
        let form = page.forms().into_iter().find(|form| form.action.starts_with(&file)).expect("a form for the answer");
        assert_eq!(ben.submit(&form).is(422).errors().len(), 1);
        ben.submit(&form.set("answer", "You are right. I wrote a correction.")).is(303);
        assert!(ann.get("/account/corrections").words().contains("You are right. I wrote a correction."));
        assert!(!ben.get("/pro").words().contains("something in the record is wrong"), "the alert has done its work");
        // Another physiotherapist has nothing to do with it.
        assert_eq!(app.signed_in(&clinic.cleo).get(&file).status, 404);
    }
}

fn sha256(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
