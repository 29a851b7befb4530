//! What forms accept, and the smaller functions of the module.

use super::super::answers::{ITEM_IDS, Intake, Item};
use super::*;

/// Every question must reach the typed answers: a mistyped id would silently read as "no".
#[test]
fn every_question_changes_what_the_rules_see() {
    let neutral = Intake::read(&AnswerMap::new());
    for id in answer_ids() {
        // The worst pain is only compared (conflict); no rule reads it.
        if id == "nprs_worst" {
            continue;
        }
        let candidates = [
            json!(1),
            json!("yes"),
            json!("new"),
            json!("one_new"),
            json!("m"),
            json!("mid_upper"),
            json!("lt2w"),
            json!("worsening"),
            json!("below_knee"),
            json!("all_worse"),
            json!("am_worse"),
            json!("sit_lift"),
        ];
        let value = candidates.into_iter().find(|value| validate_answer(id, value).is_ok()).expect("a value");
        let read = Intake::read(&map(json!({ id: value })));
        assert_ne!(read, neutral, "{id}");
    }
    for id in HOME_TEST_IDS {
        assert_ne!(Intake::read(&map(json!({"ht": {id: "worse"}}))), neutral, "{id}");
    }
}

#[test]
fn items_point_at_their_questions() {
    for (item, id) in [
        (Item::SitSlump, "p_sit_slump"),
        (Item::SitTall, "p_sit_tall"),
        (Item::Bend, "p_bend"),
        (Item::Stand, "p_stand"),
        (Item::Walk, "p_walk"),
        (Item::Arch, "p_arch"),
        (Item::LieBent, "p_lie_bent"),
        (Item::Change, "p_change"),
        (Item::Trivial, "p_trivial"),
    ] {
        assert_eq!(ITEM_IDS[item as usize], id);
    }
}

#[test]
fn an_absent_answer_is_missing_and_never_no() {
    for id in answer_ids() {
        let mut answers = calm();
        answers.remove(id);
        let errors = evaluate(&answers).expect_err(id);
        assert_eq!(errors.len(), 1);
        assert_eq!((errors[0].field.as_str(), errors[0].code), (id, ErrorCode::Missing));
    }
    assert_eq!(evaluate(&AnswerMap::new()).expect_err("empty").len(), answer_ids().count());
    assert_eq!(answer_ids().count(), 76);
    assert!(!required("ht") && required("onset_age") && !required("nonsense"));
}

#[test]
fn wrong_types_unknown_codes_and_numbers_out_of_range_are_refused() {
    for (id, value) in [
        ("age", json!(111)),
        ("age", json!(-1)),
        ("age", json!(40.5)),
        ("age", json!("40")),
        ("age", json!(null)),
        ("age", json!(true)),
        ("age", json!(1e30)),
        ("sex", json!("x")),
        ("onset_age", json!("30")),
        ("nprs_now", json!(11)),
        ("rmdq", json!(25)),
        ("gad2", json!(7)),
        ("r_sexual", json!(1)),
        ("r_saddle", json!("prefer_not")),
        ("r_weak", json!("new")),
        ("r_cancer", json!("No")),
        ("first_ever", json!("unsure")),
        ("p_bend", json!(3)),
        ("i_giveway", json!(4)),
        ("i_crack", json!(2)),
        ("ht", json!("worse")),
        ("ht", json!({"ht_heel": "bad"})),
        ("ht", json!(null)),
    ] {
        let errors = evaluate(&with(&json!({ id: value }))).expect_err(id);
        assert_eq!(errors.len(), 1, "{id} {value}");
        assert_eq!((errors[0].field.as_str(), errors[0].code), (id, ErrorCode::Range));
        assert_eq!(validate_answer(id, &value), Err(errors[0].clone()));
    }
    let blank = validate_answer("r_fever", &Value::Null).expect_err("blank");
    assert_eq!(blank.code, ErrorCode::Missing);
    assert!(evaluate(&with(&json!({"ht": {"ht_heel": "not_done", "other": 1}, "extra": 1}))).is_ok());
}

#[test]
fn conflicts_come_only_once_everything_else_is_valid() {
    let conflict = json!({"age": 40, "onset_age": 44, "nprs_avg": 8, "nprs_worst": 5});
    let mut answers = with(&conflict);
    assert_eq!(evaluate(&answers).expect_err("conflicts").len(), 2);
    answers.insert("r_chest".to_owned(), json!("perhaps"));
    let errors = evaluate(&answers).expect_err("range first");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].field, "r_chest");
}

#[test]
fn an_unfinished_form_fires_only_what_was_answered() {
    let nothing = evaluate_so_far(&AnswerMap::new()).expect("empty");
    assert_eq!(nothing.disposition, Disposition::Continue);
    assert!(nothing.rules.is_empty() && !nothing.hold_plan);
    assert_eq!((nothing.category, nothing.rule.as_str()), (Category::Unclear, "C1"));

    let first = evaluate_so_far(&map(json!({"r_saddle": "new"}))).expect("one answer");
    assert_eq!(first.disposition, Disposition::EmergencyNow);
    let wrong = evaluate_so_far(&map(json!({"r_saddle": "perhaps"}))).expect_err("unknown");
    assert_eq!(wrong[0].field, "r_saddle");
    let conflict = evaluate_so_far(&map(json!({"nprs_now": 5, "nprs_worst": 4})));
    assert_eq!(conflict.expect_err("conflict")[0].code, ErrorCode::Conflict);

    // An accident decides as soon as the duration is known.
    let mut answers = map(json!({"r_trauma": "yes"}));
    assert_eq!(evaluate_so_far(&answers).expect("valid").rules[0].id, "R38");
    answers.insert("dur".to_owned(), json!("lt2w"));
    assert_eq!(evaluate_so_far(&answers).expect("valid").rules[0].id, "R30");
}

#[test]
fn pain_or_disability_sets_the_stage() {
    let stage = |pain: i64, rmdq: i64| {
        evaluate(&with(&json!({"nprs_now": 0, "nprs_avg": pain, "nprs_worst": 10, "rmdq": rmdq}))).expect("valid").stage
    };
    assert_eq!([stage(3, 6), stage(0, 0)], [Stage::Build; 2]);
    assert_eq!([stage(4, 0), stage(0, 7), stage(6, 14)], [Stage::Control; 3]);
    assert_eq!([stage(7, 0), stage(0, 15)], [Stage::Settle; 2]);
}

#[test]
fn start_share_and_cautions() {
    let share = |changes: Value, stage, over| start_factor(&with(&changes), stage, over);
    assert_eq!(share(json!({}), Stage::Control, 0), 0.8);
    assert_eq!(share(json!({}), Stage::Control, 1), 0.8);
    assert_eq!(share(json!({}), Stage::Control, 2), 0.7);
    assert_eq!(share(json!({}), Stage::Settle, 0), 0.7);
    assert_eq!(share(json!({"conf": 4}), Stage::Build, 0), 0.7);
    assert_eq!(share(json!({"conf": 5}), Stage::Build, 0), 0.8);
    let radiating = json!({"leg": "below_knee", "tingle": "yes"});
    assert_eq!(share(radiating.clone(), Stage::Build, 0), 0.7);
    assert!(radicular(&with(&radiating)) && !radicular(&with(&json!({"leg": "below_knee"}))));
    assert!(!bone_caution(&calm()));
    assert!(bone_caution(&with(&json!({"r_bone": "unsure"}))));
    assert!(bone_caution(&with(&json!({"r_steroid": "yes"}))));
}

#[test]
fn contributions_explain_the_score() {
    let found = contributions(&calm(), Category::Flex);
    let shown: Vec<_> = found.iter().map(|c| (c.question.as_str(), c.value, c.points)).collect();
    assert_eq!(shown, [("p_bend", 2, 6), ("p_sit_slump", 1, 3), ("p_walk", -1, 2), ("p_arch", -2, 2)]);
    assert!(contributions(&calm(), Category::Unclear).is_empty());

    let tested = with(&json!({"ht": {"ht_prone": "better", "ht_slump": "worse", "ht_walk": "same"}}));
    let found = contributions(&tested, Category::Flex);
    let tests: Vec<_> = found.iter().filter(|c| c.question.starts_with("ht_")).map(|c| (c.question.as_str(), c.value, c.points)).collect();
    assert_eq!(tests, [("ht_slump", 1, 4), ("ht_prone", -1, 4)], "better is -1 and speaks for FLEX all the same");
}

#[test]
fn home_tests_give_the_points_of_the_specification() {
    const NONE: [i64; 4] = [0; 4];
    let expected = [
        ("ht_slump", [4, 0, 0, 0], [0, 4, 0, 0]),
        ("ht_prone", [0, 4, 0, 0], [4, 0, 0, 0]),
        ("ht_arch", [0, 4, 0, 0], [3, 0, 0, 0]),
        ("ht_walk", [0, 2, 1, 0], [2, 0, 0, 0]),
        ("ht_heel", [0, 0, 6, 0], NONE),
        ("ht_stand5", [0, 0, 0, 4], NONE),
        ("ht_brace", NONE, [0, 0, 0, 4]),
    ];
    assert_eq!(home_test_points().collect::<Vec<_>>(), expected, "FLEX, EXT, LOAD, INST when worse, when better (2.3)");
}

/// The tables of 3.6 and 2.3 that clinicians read are the ones that count: each answer by itself gives their points.
#[test]
fn the_tables_shown_are_the_ones_that_count() {
    const ORDER: [Category; 4] = [Category::Flex, Category::Ext, Category::Load, Category::Inst];
    let points = |answer: Value| {
        let answers = map(answer);
        ORDER.map(|category| contributions(&answers, category).iter().map(|c| c.points).sum::<i64>())
    };
    let rows = weight_rows();
    assert_eq!(rows.len(), 12 + 2 + 4 + 4);
    for (id, code, weights) in rows {
        match code {
            Some(code) => assert_eq!(points(json!({ id: code })), weights, "{id} {code}"),
            None => {
                assert_eq!(points(json!({ id: 1 })), weights.map(|w| w.max(0)), "{id} worse");
                assert_eq!(points(json!({ id: -1 })), weights.map(|w| (-w).max(0)), "{id} easier");
            }
        }
    }
    let tests: Vec<_> = home_test_points().collect();
    assert_eq!(tests.iter().map(|test| test.0).collect::<Vec<_>>(), HOME_TEST_IDS);
    for (id, worse, better) in tests {
        assert_eq!(points(json!({"ht": {id: "worse"}})), worse, "{id}");
        assert_eq!(points(json!({"ht": {id: "better"}})), better, "{id}");
    }
}

#[test]
fn answers_changed_to_no_after_a_hold_are_seen() {
    let (old, new) = (with(&json!({"r_fever": "unsure"})), calm());
    assert!(changed_after_hold(&old, &new));
    assert!(!changed_after_hold(&new, &old));
    assert!(!changed_after_hold(&old, &old));
    assert!(!changed_after_hold(&with(&json!({"leg_worse": "yes"})), &new));
}

#[test]
fn recheck_opens_questions_of_the_intake() {
    use Recheck::{BothLegs, FeverUnwell, SaddleBladderBowel, SeriousFall, Weakness};
    for trigger in [SaddleBladderBowel, BothLegs, Weakness, FeverUnwell, SeriousFall] {
        assert!(recheck_questions(trigger).iter().all(|id| required(id)));
    }
    assert_eq!(recheck_questions(Weakness), ["r_weak", "r_gait"]);
}
