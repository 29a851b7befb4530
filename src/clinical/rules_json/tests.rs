//! Tests of the text interface: what is refused, and how.

use super::*;
use serde_json::json;

fn errors(kind: Kind, input: &str) -> Vec<(String, String)> {
    let text = run(kind, input).expect_err(input);
    let value: Value = serde_json::from_str(&text).expect("json");
    let object = value.as_object().expect("object");
    assert_eq!(object.len(), 1);
    let found: Vec<AnswerError> = serde_json::from_value(object["errors"].clone()).expect("errors");
    assert!(found.iter().all(|error| !error.message.is_empty()));
    found
        .into_iter()
        .map(|error| {
            let code = serde_json::to_value(error.code).expect("code");
            (error.field, code.as_str().unwrap_or_default().to_owned())
        })
        .collect()
}

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

const KINDS: [Kind; 4] = [Kind::Intake, Kind::Week, Kind::Quota, Kind::Session];

#[test]
fn unreadable_input_is_one_error_without_field() {
    for kind in KINDS {
        for input in ["", "{", "[]", "3", "null", "{\"a\":1e999}", "{} {}"] {
            assert_eq!(errors(kind, input), one("", "range"), "{kind:?} {input}");
        }
    }
}

#[test]
fn a_session_is_checked_and_coloured() {
    let ok = |input: &str| run(Kind::Session, input).expect(input);
    assert_eq!(ok(r#"{"during":3,"after":null,"usual":0.5,"extra":1}"#), r#"{"colour":"GREEN"}"#);
    assert_eq!(ok(r#"{"during":3,"after":1,"usual":0.5,"stop":true}"#), r#"{"colour":"RED"}"#);
    let bad = errors(Kind::Session, r#"{"during":11,"after":"1","stop":1}"#);
    let fields: Vec<_> = bad.iter().map(|(f, c)| format!("{f} {c}")).collect();
    assert_eq!(fields, ["during range", "after range", "usual missing", "stop range"]);
}

#[test]
fn a_quota_is_checked_and_made() {
    let base = json!({"trials": [10, 12, 14], "goal": 30, "unit": "min", "factor": 0.8, "weeks": 12});
    assert!(run(Kind::Quota, &base.to_string()).is_ok());
    for (field, value) in [
        ("trials", json!("x")),
        ("trials", json!([10, 0, 3])),
        ("trials", json!([10, "1", 3])),
        ("goal", json!(0)),
        ("goal", json!(null)),
        ("unit", json!("mile")),
        ("unit", json!(1)),
        ("factor", json!(0)),
        ("factor", json!(1.01)),
        ("weeks", json!(1)),
        ("weeks", json!(2.5)),
    ] {
        let mut input = base.clone();
        input[field] = value;
        assert_eq!(errors(Kind::Quota, &input.to_string()), one(field, "range"), "{input}");
    }
    assert_eq!(errors(Kind::Quota, "{}").len(), 5);
    let few = r#"{"trials": [5, 6, 14], "goal": 30, "unit": "min", "factor": 0.8, "weeks": 12}"#;
    assert_eq!(run(Kind::Quota, few).expect("few"), r#"{"need_more":2}"#);
}

#[test]
fn a_week_is_checked_and_reviewed() {
    let base = json!({
        "week": 3, "days": 6, "done": 4, "planned": 4, "red": 0, "amber": 1, "rpe": 4,
        "quotas_met": 5, "quotas_planned": 5, "over": 0, "nprs": 4, "nprs_prev": 4,
    });
    let text = run(Kind::Week, &base.to_string()).expect("week");
    assert_eq!(text, r#"{"outcome":"PROGRESS","rules":["P-09"],"quota":"up","exercise":"rise","alerts":[]}"#);
    for field in base.as_object().expect("object").keys() {
        let mut input = base.clone();
        input.as_object_mut().expect("object").shift_remove(field);
        assert_eq!(errors(Kind::Week, &input.to_string()), one(field, "missing"));
    }
    for (field, value) in [
        ("red_flag", json!("BAD")),
        ("red_flag", json!(true)),
        ("new_leg", json!("yes")),
        ("days", json!(8)),
        ("done", json!(-1)),
        ("nprs", json!(10.5)),
        ("nprs", json!("4")),
        ("rmdq", json!(25)),
        ("psfs", json!(-0.5)),
        ("week", json!(null)),
        ("flare", json!(null)),
    ] {
        let mut input = base.clone();
        input[field] = value;
        assert_eq!(errors(Kind::Week, &input.to_string()), one(field, "range"), "{input}");
    }
    let mut quiet = base.clone();
    for field in ["red_flag", "rpe", "nprs", "nprs_prev", "nprs_last3", "psfs", "rmdq"] {
        quiet[field] = Value::Null;
    }
    assert!(run(Kind::Week, &quiet.to_string()).is_ok());
}
