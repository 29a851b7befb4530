//! The clinical rules from the command line, as an auditor runs them: the built program, text in and
//! text out.

use serde_json::{Value, json};
use std::io::Write;
use std::process::{Command, Output, Stdio};

/// The built program without any settings of the machine it runs on.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradus"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GRADUS_")) {
        command.env_remove(name);
    }
    command
}

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child =
        program().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    // From a thread of its own: a full pipe on either side must not stop the other.
    let mut stdin = child.stdin.take().expect("piped");
    let text = input.to_owned();
    let feeder = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    let _ = feeder.join().expect("no panic");
    output
}

fn object(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)))
}

fn cases(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("cases")
}

fn vignettes() -> Vec<Value> {
    cases(include_str!("../cases/vignettes.json"))
}

/// Fails unless `found` says everything that `expected` says; only fields of errors are compared for refusals.
fn assert_says(found: &Value, expected: &Value, case: &Value) {
    for (field, value) in expected.as_object().expect("an object") {
        let found = match field.as_str() {
            "errors" => {
                let errors = found["errors"].as_array().expect("errors");
                errors.iter().map(|e| json!({"field": e["field"], "code": e["code"]})).collect()
            }
            "rules" => {
                let ids = |rules: &Value| rules.as_array().map(|r| r.iter().map(|r| r.get("id").unwrap_or(r).clone()).collect::<Vec<_>>());
                json!(ids(&found["rules"]))
            }
            _ => found[field].clone(),
        };
        assert_eq!(&found, value, "{}: {field}", case["id"]);
    }
}

#[test]
fn every_vignette_one_by_one() {
    for case in vignettes() {
        let output = run(&["rules", "intake"], &case["answers"].to_string());
        let refused = case["expected"].get("errors").is_some();
        assert_eq!(output.status.code(), Some(i32::from(refused)), "{}", case["id"]);
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_says(&object(&output), &case["expected"], &case);
    }
}

#[test]
fn every_vignette_as_lines() {
    let lines: String = vignettes().iter().map(|case| format!("{}\n", case["answers"])).collect();
    let output = run(&["rules", "intake", "--lines"], &lines);
    assert_eq!(output.status.code(), Some(0), "a refused line is no failure of the run");
    let text = String::from_utf8(output.stdout).expect("text");
    let found: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    assert_eq!(found.len(), vignettes().len());
    for (found, case) in found.iter().zip(vignettes()) {
        assert_says(found, &case["expected"], &case);
    }
}

#[test]
fn every_quota_of_the_specification() {
    for case in cases(include_str!("../cases/quota.json")) {
        let output = run(&["rules", "quota"], &case["input"].to_string());
        assert_eq!(output.status.code(), Some(0), "{}", case["id"]);
        assert_says(&object(&output), &case["expected"], &case);
    }
}

#[test]
fn every_session_of_the_specification() {
    let cases = cases(include_str!("../cases/session.json"));
    let input: String = cases.iter().map(|c| format!("{}\n", json!({"during": c[0], "after": c[1], "usual": c[2]}))).collect();
    let output = run(&["rules", "session", "--lines"], &input);
    let text = String::from_utf8(output.stdout).expect("text");
    let found: Vec<Value> = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object")["colour"].clone()).collect();
    let expected: Vec<Value> = cases.iter().map(|c| c[3].clone()).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_week_is_reviewed() {
    let week = json!({
        "week": 3, "days": 6, "done": 4, "planned": 4, "red": 0, "amber": 1, "rpe": 4,
        "quotas_met": 5, "quotas_planned": 5, "over": 0, "nprs": 4, "nprs_prev": 4,
    });
    let output = run(&["rules", "week"], &week.to_string());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(object(&output), json!({"outcome": "PROGRESS", "rules": ["P-09"], "quota": "up", "exercise": "rise", "alerts": []}));
}

#[test]
fn a_refused_input_prints_its_errors_and_exits_1_but_not_among_lines() {
    for kind in ["intake", "week", "quota", "session"] {
        for input in ["", "not json", "[]", "{}"] {
            let output = run(&["rules", kind], input);
            assert_eq!(output.status.code(), Some(1), "{kind} {input:?}");
            let errors = object(&output)["errors"].as_array().cloned().expect("errors");
            assert!(!errors.is_empty() && errors.iter().all(|e| e["message"].as_str().is_some_and(|m| !m.is_empty())), "{kind} {input:?}");
        }
        let output = run(&["rules", kind, "--lines"], "{}\n\nnot json\n{}");
        assert_eq!(output.status.code(), Some(0), "{kind}");
        let text = String::from_utf8(output.stdout).expect("text");
        assert_eq!(text.lines().count(), 3, "an empty line asks nothing: {text}");
        assert!(text.lines().all(|line| line.starts_with("{\"errors\":[")), "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_refused_and_a_closed_reader_is_no_panic() {
    let mut child = program().args(["rules", "session"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("piped").write_all(b"{\"during\": \xff}").expect("written");
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(object(&output)["errors"].is_array());

    let mut command = program();
    command.args(["rules", "session", "--lines"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("piped");
    for _ in 0..50_000 {
        if stdin.write_all(b"{\"during\":1,\"after\":1,\"usual\":1}\n").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}

#[test]
fn the_handbook_is_printed() {
    let output = run(&["rules", "handbook"], "");
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).expect("text");
    for word in ["# Clinical handbook", "| R01 |", "| P-11 |", "| C6h |", "r_saddle", "HL15", "week.DIARY_DAYS", "## Sources"] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn help_names_every_command_and_setting() {
    let help = |arguments: &[&str]| {
        let output = run(arguments, "");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let all = help(&["--help"]);
    for word in ["serve", "migrate", "demo", "rules", "user", "GRADUS_BIND", "GRADUS_DATABASE_URL", "GRADUS_PUBLIC_URL", "NAME_FILE"] {
        assert!(all.contains(word), "{word}: {all}");
    }
    assert!(help(&["rules", "--help"]).contains("--lines"));
    for command in ["serve", "migrate", "demo", "user"] {
        assert!(help(&[command, "--help"]).contains("Usage:"), "{command}");
    }
    for command in ["physio", "reset"] {
        assert!(help(&["user", command, "--help"]).contains("Usage:"), "{command}");
    }
    assert!(help(&["--version"]).starts_with("gradus "));
}
