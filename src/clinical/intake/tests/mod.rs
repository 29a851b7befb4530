//! Tests of the intake rules: the worked vignettes, firing and near-miss cases, and properties.

use super::answers::ITEM_IDS;
mod forms;
mod properties;

use super::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

const VIGNETTES: &str = include_str!("../../../../tests/cases/vignettes.json");
const RULE_CASES: &str = include_str!("../../../../tests/cases/intake_rules.json");
const CLASS_CASES: &str = include_str!("../../../../tests/cases/classification.json");

fn map(value: Value) -> AnswerMap {
    value.as_object().cloned().expect("object")
}

/// A well person with a clear flexion pattern: CONTINUE and no rule.
fn calm() -> AnswerMap {
    static CALM: LazyLock<AnswerMap> = LazyLock::new(|| {
        let vignettes: Vec<Value> = serde_json::from_str(VIGNETTES).expect("vignettes");
        let v02 = vignettes.iter().find(|v| v["id"] == "V02").expect("V02");
        map(v02["answers"].clone())
    });
    CALM.clone()
}

fn with(changes: &Value) -> AnswerMap {
    let mut answers = calm();
    for (id, value) in changes.as_object().expect("changes") {
        answers.insert(id.clone(), value.clone());
    }
    answers
}

fn fired(answers: &AnswerMap) -> Vec<String> {
    let evaluation = evaluate(answers).expect("valid answers");
    evaluation.rules.into_iter().map(|rule| rule.id).collect()
}

#[test]
fn every_vignette_gives_every_expected_field() {
    let vignettes: Vec<Value> = serde_json::from_str(VIGNETTES).expect("vignettes");
    assert_eq!(vignettes.len(), 24);
    for vignette in vignettes {
        let id = &vignette["id"];
        let got = match evaluate(&map(vignette["answers"].clone())) {
            Ok(evaluation) => {
                let rules: Vec<_> = evaluation.rules.iter().map(|r| r.id.clone()).collect();
                let mut got = serde_json::to_value(&evaluation).expect("json");
                got["rules"] = json!(rules);
                got
            }
            Err(errors) => {
                let errors: Vec<_> = errors.iter().map(|e| json!({"field": e.field, "code": e.code})).collect();
                json!({ "errors": errors })
            }
        };
        for (field, expected) in vignette["expected"].as_object().expect("expected") {
            assert_eq!(&got[field], expected, "{id} {field}");
        }
    }
}

/// Each case changes some answers of the calm person and names every rule that then fires.
#[test]
fn rules_fire_and_nearly_fire() {
    let cases: Vec<(Value, Vec<String>)> = serde_json::from_str(RULE_CASES).expect("cases");
    assert!(cases.len() >= 100);
    for (changes, expected) in cases {
        assert_eq!(fired(&with(&changes)), expected, "{changes}");
    }
}

/// Each case sets movement answers on an otherwise neutral form.
#[test]
fn classification_cases() {
    let cases: Vec<(Value, Value)> = serde_json::from_str(CLASS_CASES).expect("cases");
    for (changes, expected) in cases {
        let mut answers = with(&changes);
        for id in ITEM_IDS {
            if changes.get(id).is_none() {
                answers.insert(id.to_owned(), json!(0));
            }
        }
        let got = serde_json::to_value(evaluate(&answers).expect("valid")).expect("json");
        for (field, value) in expected.as_object().expect("expected") {
            assert_eq!(&got[field], value, "{changes} {field}");
        }
    }
}

#[test]
fn every_rule_of_the_specification_fires_in_a_case() {
    let cases: Vec<(Value, Vec<String>)> = serde_json::from_str(RULE_CASES).expect("cases");
    let seen: std::collections::BTreeSet<_> = cases.into_iter().flat_map(|case| case.1).collect();
    let rules = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 20 21 22 23 24 30 31 32 33 34 35 36 \
                 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 56 57 58 60 61 62 63 64 70 \
                 71 80 81 82 83 84 85 86 90 91 92 95";
    for number in rules.split_whitespace() {
        assert!(seen.contains(&format!("R{number}")), "R{number} has no case");
    }
}

#[test]
fn only_levels_three_and_up_and_the_listed_rules_hold() {
    let cases: Vec<(Value, Vec<String>)> = serde_json::from_str(RULE_CASES).expect("cases");
    let listed = ["R49", "R57", "R62", "R63", "R64", "R80", "R82"];
    for (changes, _) in cases {
        let evaluation = evaluate(&with(&changes)).expect("valid");
        for rule in &evaluation.rules {
            let expected = rule.disposition >= Disposition::Urgent2Weeks || listed.contains(&rule.id.as_str());
            assert_eq!(rule.hold, expected, "{}", rule.id);
            assert!(rule.reason.len() > 10 && rule.reason.ends_with('.'), "{}", rule.reason);
        }
        assert_eq!(evaluation.hold_plan, evaluation.rules.iter().any(|r| r.hold));
    }
}

#[test]
fn a_result_has_the_keys_of_the_contract_in_order() {
    let json = serde_json::to_value(evaluate(&with(&json!({"r_fever": "yes"}))).expect("valid")).expect("json");
    let keys = |value: &Value| -> Vec<String> { value.as_object().expect("object").keys().cloned().collect() };
    assert_eq!(
        keys(&json).join(" "),
        "disposition hold_plan rules asas nice stage category secondary confidence rule percent \
         markers"
    );
    assert_eq!(keys(&json["rules"][0]).join(" "), "id disposition hold reason");
    assert_eq!(keys(&json["percent"]).join(" "), "FLEX EXT LOAD INST");
}

#[test]
fn rules_name_the_answers_that_fired_them() {
    let evaluation = evaluate(&with(&json!({"r_saddle": "new", "r_bowel": "new"}))).expect("valid");
    let reason = &evaluation.rules[0].reason;
    assert!(reason.contains("between your legs") && reason.contains("bowel"), "{reason}");
}
