use super::*;
use crate::clinical::journal_file::file_words;
use crate::clock::{Moment, zone};
use crate::store::logs::{Done, ItemLog, QuotaLog};
use chrono::NaiveDate;

fn at(text: &str) -> UtcTime {
    text.parse().expect("a time")
}

fn now() -> Moment {
    Moment { utc: at("2026-11-21T18:00:00"), zone: zone("Europe/Berlin") }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn row(on: &str, time: &str, key: &str, says: Says) -> Row {
    Row {
        on: day(on),
        at: time.to_owned(),
        zone: "Pacific/Auckland".to_owned(),
        says,
        late: true,
        written_at: at("2026-11-20T07:08:09.000001"),
        changed_at: Some(at("2026-11-21T07:00:00")),
        key: key.to_owned(),
    }
}

fn session() -> SessionSaid {
    let item = |exercise: &str, done, reason: &str, brought_on| ItemLog {
        exercise: exercise.to_owned(),
        done,
        reason: reason.to_owned(),
        brought_on,
    };
    let walk = crate::clinical::codes::Activity::Walk;
    SessionSaid {
        worst_during: Some(0),
        effort: None,
        stop_symptom: true,
        items: vec![
            item("CO5", Done::Done, "", false),
            item("XCO5-a_1", Done::Partly, "tired", true),
            item("MO1", Done::Not, "pain", false),
        ],
        quotas: vec![
            QuotaLog { activity: walk, amount: Some(0.1 + 0.2), quota: 12.0, reason: String::new() },
            QuotaLog { activity: walk, amount: None, quota: 7.5, reason: "no_time".to_owned() },
        ],
        note: "+1;=2".to_owned(),
    }
}

#[test]
fn what_is_written_is_read_as_it_was() {
    let entry = EntryBody {
        back: Some(0),
        sleep_hours: Some(6.1),
        medicine: Some(false),
        tags: vec!["stress".into(), "bending".into()],
        note: " =1\n'-x ".to_owned(),
        share_note: true,
        ..EntryBody::default()
    };
    let rows = vec![
        row("2026-11-20", "", "", Says::Day(DayNumbers { average: Some(0), worst: Some(10), morning: None })),
        row("2026-11-20", "23:59", "a b.c_d:e-f", Says::Entry(Box::new(entry))),
        row("2026-11-20", "", "-k", Says::Session(Box::new(session()))),
    ];
    let file = to_csv(&rows).expect("a file");
    assert!(file.contains("2026-11-20T20:08:09.000001+13:00"), "{file}");
    let reading = read(&decode(file.as_bytes()).expect("UTF-8"), now()).expect("a journal");
    assert_eq!(reading.problems, []);
    assert_eq!(reading.rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), rows);
}

#[test]
fn a_table_of_ones_own_needs_little() {
    let text = "sep=;\ndate;record;pain_worst;zone\n1.2.2026;Day;4;\n";
    let reading = read(text, now()).expect("a journal");
    let (line, row) = &reading.rows[0];
    assert_eq!((*line, row.on, row.zone.as_str(), row.late), (3, day("2026-02-01"), "Europe/Berlin", true));
    assert_eq!(row.says, Says::Day(DayNumbers { worst: Some(4), ..DayNumbers::default() }));
    // Without a key the words make one: the same ones the same.
    let text = "record,date,time,note\nentry,2026-02-01,8:05,x\nentry,2026-02-01,8:05,x\nentry,2026-02-01,8:06,x\n";
    let reading = read(text, now()).expect("a journal");
    assert_eq!((reading.rows.len(), reading.repeated), (2, 1));
    assert_eq!((reading.rows[0].1.at.as_str(), reading.rows[0].1.key.starts_with("csv-")), ("08:05", true));
}

#[test]
fn every_problem_has_its_line_and_its_words() {
    let head = "record,date,time,zone,pain_average,pain_worst,pain_back,medicine,tags,note,exercises,amounts,written_at,key";
    let long = "x".repeat(1001);
    let cases = [
        ("diary,2026-01-01", "record"),
        ("day,1/2/2026", "date"),
        ("day,2026-11-23,,,3", "future"),
        ("day,1999-12-31,,,3", "old"),
        ("entry,2026-01-01,noon,,,,3", "time"),
        ("day,2026-01-01,,Mars/Base,3", "zone"),
        ("day,2026-01-01,,,3.5", "number"),
        ("day,2026-01-01,,,NaN", "number"),
        ("day,2026-01-01,,,-1", "number"),
        ("entry,2026-01-01,10:00,,,,3,maybe", "yes_no"),
        ("entry,2026-01-01,10:00,,,,3,,stress; sunshine", "tag"),
        (&format!("entry,2026-01-01,10:00,,,,,,,{long}"), "note"),
        ("session,2026-01-01,,,,,,,,,CO5=well", "exercises"),
        ("session,2026-01-01,,,,,,,,,CO5=not(bored)", "exercises"),
        ("session,2026-01-01,,,,,,,,,,swim=1/2", "amounts"),
        ("session,2026-01-01,,,,,,,,,,walk=1e9/2", "amounts"),
        ("day,2026-01-01,,,5,4", "worst"),
        ("entry,2026-01-01,10:00,,,,3,,,,,,yesterday", "instant"),
        ("entry,2026-01-01,10:00,,,,3,,,,,,,a/b", "key"),
        ("entry,2026-01-01,10:00", "empty"),
        ("day,2026-01-01", "empty"),
        ("session,2026-01-01,,,,,,,,only words", "empty"),
        ("day,2026-01-01,,,3,,,,,,,,,,more", "cells"),
        ("day,2026-01-03,,,4", "same_key"),
    ];
    let lines: Vec<&str> = std::iter::once("day,2026-01-03,,,3").chain(cases.iter().map(|(line, _)| *line)).collect();
    let reading = read(&format!("{head}\n{}\n", lines.join("\n")), now()).expect("a journal");
    assert_eq!(reading.rows.len(), 1);
    assert_eq!(reading.problems.len(), cases.len(), "{:#?}", reading.problems);
    for ((problem, (text, key)), line) in reading.problems.iter().zip(&cases).zip(3..) {
        assert_eq!((problem.key, problem.line), (*key, line), "{text}");
        let words = file_words().problem(problem.key, problem.column, &problem.value);
        assert!(words.len() > 10 && !words.contains('{'), "{key}: {words}");
    }
    for key in ["missing", "large", "rows", "encoding", "text", "headings", "none", "broken", "gone"] {
        assert!(file_words().file_problem(key).len() > 10, "{key}");
    }
}

#[test]
fn the_columns_of_the_file_are_those_that_are_explained() {
    let rows = [
        row("2026-11-20", "", "", Says::Day(DayNumbers { average: Some(1), worst: Some(1), morning: Some(1) })),
        row(
            "2026-11-20",
            "10:00",
            "k",
            Says::Entry(Box::new(EntryBody {
                back: Some(1),
                buttock: Some(1),
                leg: Some(1),
                sleep_hours: Some(1.0),
                sleep_quality: Some(1),
                stiffness_minutes: Some(1),
                mood: Some(1),
                stress: Some(1),
                medicine: Some(true),
                tags: vec!["stress".into()],
                note: "words".into(),
                share_note: true,
            })),
        ),
        row("2026-11-20", "", "s", Says::Session(Box::new(SessionSaid { effort: Some(3), ..session() }))),
    ];
    let file = to_csv(&rows).expect("a file");
    let text = decode(file.as_bytes()).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names: Vec<String> = reader.headers().expect("headings").iter().map(str::to_owned).collect();
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    for (at, name) in names.iter().enumerate() {
        let filled = records.iter().any(|record| !record.get(at).unwrap_or_default().is_empty());
        assert!(filled, "nothing is ever written under {name}");
    }
    assert_eq!(read(&text, now()).expect("a journal").problems, []);
}

#[test]
fn what_is_no_text_is_not_read() {
    for (bytes, key) in [(&b"\xff\xfer\0"[..], "encoding"), (b"r\0", "text"), (b"PK\x03\x04", "text"), (b"\xfc", "encoding")] {
        assert_eq!(decode(bytes), Err(key));
    }
    for (text, key) in [("", "headings"), ("a,b\n1,2", "headings"), ("record,date\n\n,\n", "none")] {
        assert_eq!(read(text, now()).err(), Some(key), "{text:?}");
    }
}
