//! Tone, completeness and the placeholders of the words.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::clinical::catalogue::{Journey, catalogue};
use std::collections::HashSet;

const FILE: &str = include_str!("../data/advice.toml");
const QUESTIONS: &str = include_str!("../data/questions.toml");

/// Every text of a data file: the quoted strings outside comments.
fn texts(file: &str) -> Vec<String> {
    fn collect(value: &toml::Value, into: &mut Vec<String>) {
        match value {
            toml::Value::String(text) => into.push(text.clone()),
            toml::Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            toml::Value::Table(table) => table.values().for_each(|item| collect(item, into)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    let table: toml::Table = toml::from_str(file).unwrap();
    collect(&toml::Value::Table(table), &mut all);
    all
}

#[test]
fn the_words_load_and_every_code_has_some() {
    assert_eq!(advice().ces.lines.len(), CES_LINES);
    let urgency = |code| advice().disposition(code).urgency;
    assert_eq!(urgency(Disposition::EmergencyNow), Urgency::Immediate);
    assert_eq!(urgency(Disposition::SameDay), Urgency::Urgent);
    assert_eq!(urgency(Disposition::Urgent2Weeks), Urgency::Urgent);
    assert_eq!(urgency(Disposition::RoutineGp), Urgency::NonUrgent);
    assert_eq!(urgency(Disposition::Continue).code(), "none");
    for code in [Disposition::RoutineGp, Disposition::PhysioReview] {
        let page = advice().disposition(code);
        assert!(page.held_lead.is_some() && page.held_next.is_some());
    }
    assert!(advice().pause("P-01").is_some() && advice().pause("P-02").is_some());
    assert!(advice().reason("feel_fine").is_some() && advice().tag("good_walk").is_some());
}

#[test]
fn a_file_with_a_gap_is_refused() {
    for (from, to) in [
        ("key = \"SETTLE\"", "key = \"BUILD\""),
        ("key = \"over\"", "key = \"above\""),
        ("  \"new loss of feeling or function during sex\",\n", ""),
        ("[hold]", "[held]"),
    ] {
        assert!(FILE.contains(from), "{from}");
        assert!(Advice::from_toml(&FILE.replacen(from, to, 1)).is_err());
    }
}

#[test]
fn keys_are_unique_and_the_recheck_asks_known_questions() {
    let keys: Vec<&str> = advice().recheck.questions.iter().map(|q| q.key.as_str()).collect();
    let expected = ["saddle_bladder_bowel", "both_legs", "weakness", "fever_unwell", "serious_fall", "leg_symptoms"];
    assert_eq!(keys, expected);
    for question in &advice().recheck.questions {
        for id in &question.asks {
            assert!(id.starts_with("r_"));
            assert!(catalogue().screen_asking(Journey::Check, id).is_some());
        }
    }
    let tags: HashSet<&str> = advice().tags.iter().map(|t| t.key.as_str()).collect();
    let reasons: HashSet<&str> = advice().reasons.iter().map(|r| r.key.as_str()).collect();
    assert_eq!(tags.len(), advice().tags.len());
    assert_eq!(reasons.len(), advice().reasons.len());
}

#[test]
fn placeholders_are_the_known_ones_and_are_filled() {
    for text in texts(FILE) {
        let rest = fill(&text, "999", "111").replace("{category}", "");
        assert!(!rest.contains(['{', '}']), "{text}");
    }
    for text in texts(QUESTIONS) {
        assert!(!text.contains(['{', '}']), "{text}");
    }
    let title = &advice().disposition(Disposition::SameDay).title;
    assert_eq!(fill(title, "999", "111"), "Call 111 or your GP surgery today");
    assert_eq!(advice().secondary(Category::Load), "Some of your answers also point to weight and jolts. Your plan takes care of both.");
}

#[test]
fn the_tone_holds() {
    let never = [
        "unstable",
        "instability",
        "damage",
        "weak core",
        "bad pain",
        "bad day",
        "fail",
        "should have",
        "you must",
        "degenerat",
        "worn",
        " mg",
        "lazy",
        "cripple",
        "--",
        "—",
        "!",
    ];
    for text in texts(FILE).into_iter().chain(texts(QUESTIONS)) {
        let low = text.to_lowercase();
        for word in never {
            assert!(!low.contains(word), "{word}: {text}");
        }
        assert!(!text.contains('\''), "straight apostrophe: {text}");
        assert_eq!(text, text.trim(), "{text}");
    }
}

#[test]
fn sentences_are_short() {
    // Published questionnaires keep their wording; lines for professionals may be longer.
    let skip = ["Roland M", "Patient Health", "For the organisation", "When your back"];
    for text in texts(FILE).into_iter().chain(texts(QUESTIONS)) {
        if skip.iter().any(|start| text.starts_with(start)) {
            continue;
        }
        for sentence in text.split(['.', '?', ';', ':']) {
            let words = sentence.split_whitespace().count();
            assert!(words <= 26, "{words} words: {sentence}");
        }
    }
}

#[test]
fn amounts_read_well_and_sentences_take_turns() {
    let walk = advice().activity(Activity::Walk);
    let minutes = walk.unit(super::super::codes::Unit::Min).unwrap();
    assert_eq!(minutes.amount(1), "1 minute");
    assert_eq!(minutes.amount(12), "12 minutes");
    let met = advice().day_class(DayClass::Met);
    assert_eq!(met.follow, Follow::Praise);
    assert_eq!(met.sentence(0), met.sentence(met.sentences.len()));
    assert_ne!(met.sentence(0), met.sentence(1));
}
