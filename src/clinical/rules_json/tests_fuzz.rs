//! Anything at all as input of the rules and of the answer parser: no panic, no hang, and every error names the
//! field it is about.

use super::*;
use crate::clinical::catalogue::catalogue;
use crate::clinical::intake::{HOME_TEST_IDS, answer_ids, evaluate, evaluate_so_far, validate_answer};
use crate::clinical::tests_support::generated;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const KINDS: [Kind; 4] = [Kind::Intake, Kind::Week, Kind::Quota, Kind::Session];
/// Far above what the slowest accepted input needs; a hang is longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A valid input of every kind.
fn valid(kind: Kind) -> AnswerMap {
    static ALL: LazyLock<[AnswerMap; 4]> = LazyLock::new(|| {
        let base: Value = toml::from_str(include_str!("../../../tests/cases/rules/base.toml")).expect("base.toml");
        let table = |name: &str| base[name].as_object().cloned().expect("a table");
        let mut person = table("person");
        person.insert("ht".to_owned(), json!({"ht_heel": "worse", "ht_walk": "not_done"}));
        let mut week = table("week");
        for id in ["flare_weeks", "flares_in_8_weeks", "low_adherence_weeks", "rmdq", "rmdq_intake", "nprs_last3", "nprs_intake"] {
            week.insert(id.to_owned(), json!(1));
        }
        for id in ["new_leg", "flare", "goals_met", "acute", "low_data_previous", "step_back_previous"] {
            week.insert(id.to_owned(), json!(false));
        }
        week.insert("red_flag".to_owned(), Value::Null);
        let mut session = table("session");
        session.insert("stop".to_owned(), json!(false));
        [person, week, table("quota"), session]
    });
    ALL[kind as usize].clone()
}

/// The fields that an error of this kind may name.
fn fields(kind: Kind) -> BTreeSet<String> {
    valid(kind).keys().cloned().collect()
}

/// Runs the rules and checks what must hold of every answer.
fn answer(kind: Kind, input: &str) -> Result<Value, Vec<AnswerError>> {
    let begun = Instant::now();
    let got = run(kind, input);
    assert!(begun.elapsed() < PATIENCE, "{kind:?} took {:?}", begun.elapsed());
    assert_eq!(run(kind, input), got, "the same input gives the same answer");
    let (text, accepted) = match got {
        Ok(text) => (text, true),
        Err(text) => (text, false),
    };
    let mut object: Map<String, Value> = serde_json::from_str(&text).expect("an object");
    if accepted {
        let first = ["disposition", "outcome", "baseline", "colour", "need_more"];
        assert!(object.keys().next().is_some_and(|key| first.contains(&key.as_str())), "{text}");
        return Ok(object.into());
    }
    assert_eq!(object.len(), 1);
    let errors: Vec<AnswerError> = serde_json::from_value(object.remove("errors").expect("errors")).expect("errors");
    assert!(!errors.is_empty());
    let readable = matches!(serde_json::from_str(input), Ok(Value::Object(_)));
    let known = fields(kind);
    for error in &errors {
        assert!(!error.message.is_empty(), "{text}");
        assert_eq!(error.field.is_empty(), !readable, "a field is named unless nothing could be read: {text}");
        assert!(error.field.is_empty() || known.contains(&error.field), "{text}");
    }
    Err(errors)
}

/// Arbitrary JSON, some of it deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        select(vec!["yes", "no", "new", "unsure", "NaN", "Infinity", "0", "", "min", "worse"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((".{0,6}", inner), 0..6).prop_map(|pairs| pairs.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

/// Arbitrary JSON that is not deep: many of them make one input.
fn small_json() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (-3i64..12).prop_map(Value::from),
        2 => any::<f64>().prop_map(Value::from),
        2 => select(vec!["yes", "no", "new", "unsure", "old_checked", "NaN", "", "min", "step", "worse"]).prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        1 => proptest::collection::vec(any::<f32>(), 0..5).prop_map(|list| list.into_iter().map(f64::from).collect::<Vec<_>>().into()),
        1 => Just(json!({"ht_heel": [{}]})),
    ]
}

/// Texts that a JSON number or value can be, also those that no `Value` can hold.
fn odd_text() -> impl Strategy<Value = String> {
    let fixed = [
        "NaN",
        "Infinity",
        "-Infinity",
        "1e308",
        "-1e308",
        "1e999",
        "-0",
        "-0.0",
        "1e-320",
        "0.1e1",
        "00",
        "+1",
        ".5",
        "5.",
        "0x10",
        "1_000",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "99999999999999999999999999999999",
        "4.000000000001",
        "3.9999999999999999",
        "null",
        "true",
        "\"\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "{}",
        "[]",
        "[[[[]]]]",
        "[1e308,1e308,1e308]",
        "[0.000001,1000000,1]",
        "[1,1,1]",
        "1000000",
        "0.0000001",
    ];
    prop_oneof![
        4 => select(fixed.to_vec()).prop_map(str::to_owned),
        2 => any_json().prop_map(|value| value.to_string()),
        1 => (1usize..4000).prop_map(|deep| format!("{}{}", "[".repeat(deep), "]".repeat(deep))),
        1 => (1usize..4000).prop_map(|deep| format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep))),
        1 => (1usize..400).prop_map(|count| format!("[{}]", vec!["7"; count].join(","))),
        1 => "[0-9]{1,40}(\\.[0-9]{0,40})?(e-?[0-9]{1,3})?",
        1 => ".{0,40}",
    ]
}

/// A valid input with some fields replaced, left out, given twice or added, and now and then a byte lost.
fn mutated() -> impl Strategy<Value = (Kind, String)> {
    let change = (any::<proptest::sample::Index>(), 0u8..5, odd_text());
    (select(KINDS.to_vec()), proptest::collection::vec(change, 0..4), proptest::option::weighted(0.1, any::<proptest::sample::Index>()))
        .prop_map(|(kind, changes, cut)| {
            let mut pairs: Vec<(String, String)> = valid(kind).into_iter().map(|(id, value)| (id, value.to_string())).collect();
            for (at, what, text) in changes {
                if pairs.is_empty() {
                    break;
                }
                let at = at.index(pairs.len());
                match what {
                    0 => drop(pairs.remove(at)),
                    1 => pairs.push((pairs[at].0.clone(), text)),
                    2 => pairs.push(("unknown".to_owned(), text)),
                    _ => pairs[at].1 = text,
                }
            }
            let body: Vec<String> = pairs.into_iter().map(|(id, value)| format!("{}:{value}", json!(id))).collect();
            let mut text = format!("{{{}}}", body.join(","));
            if let Some(cut) = cut {
                let at = cut.index(text.len());
                if text.is_char_boundary(at) {
                    text.truncate(at);
                }
            }
            (kind, text)
        })
}

#[test]
fn the_untouched_inputs_are_accepted() {
    for kind in KINDS {
        answer(kind, &Value::from(valid(kind)).to_string()).expect("accepted");
    }
}

proptest! {
    #![proptest_config(generated(5_000))]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in select(KINDS.to_vec())) {
        let _ = answer(kind, &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn arbitrary_json(value in any_json(), kind in select(KINDS.to_vec())) {
        let _ = answer(kind, &value.to_string());
    }

    /// Objects with the right keys and any values.
    #[test]
    fn the_right_keys_with_any_values(values in proptest::collection::vec(small_json(), 1..30), kind in select(KINDS.to_vec())) {
        let ids = fields(kind);
        let pairs = ids.into_iter().zip(values.iter().cycle());
        let object: Map<String, Value> = pairs.map(|(id, value)| (id, value.clone())).collect();
        let _ = answer(kind, &Value::from(object).to_string());
    }

    #[test]
    fn valid_inputs_with_odd_changes((kind, text) in mutated()) {
        let _ = answer(kind, &text);
    }

    /// The answer parser by itself: every question refuses or accepts any value by its own name.
    #[test]
    fn the_answer_parser_takes_anything(value in any_json(), which in any::<proptest::sample::Index>(), extra in ".{0,20}") {
        let mut ids: Vec<&str> = answer_ids().collect();
        ids.extend(["ht", extra.as_str()]);
        let id = *which.get(&ids);
        let single = validate_answer(id, &value);
        if let Err(error) = &single {
            prop_assert_eq!(&error.field, id);
        }
        let mut answers = valid(Kind::Intake);
        answers.insert(id.to_owned(), value.clone());
        let whole = evaluate(&answers);
        prop_assert_eq!(&whole, &evaluate(&answers));
        if single.is_err() && fields(Kind::Intake).contains(id) {
            prop_assert_eq!(whole.expect_err("refused").len(), 1, "only {} is wrong", id);
        }
        // The unfinished form and the readers that follow a stored form survive it too.
        let _ = evaluate_so_far(&answers);
        let (bone, leg) = (intake::bone_caution(&answers), intake::radicular(&answers));
        prop_assert!(bone || leg || !answers.is_empty());
        let tests: Map<String, Value> = HOME_TEST_IDS.iter().map(|test| ((*test).to_owned(), value.clone())).collect();
        answers.insert("ht".to_owned(), tests.into());
        let _ = evaluate(&answers);
    }

    /// What the form sends: any text gives an answer of that question or a message.
    #[test]
    fn the_form_reader_takes_any_text(raw in prop_oneof![".{0,30}", "-?[0-9]{1,25}", "[a-z_]{1,14}"], which in any::<proptest::sample::Index>()) {
        let question = which.get(catalogue().questions());
        match question.parse(&raw) {
            Ok(value) => {
                prop_assert!(!question.label_for(&value).is_empty());
                if answer_ids().any(|id| id == question.id) {
                    prop_assert_eq!(validate_answer(&question.id, &value), Ok(()), "{}", question.id);
                }
            }
            Err(message) => prop_assert!(!message.is_empty()),
        }
    }
}
