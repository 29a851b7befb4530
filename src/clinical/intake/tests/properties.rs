//! Properties over random forms.

use super::super::answers::ITEM_IDS;
use super::*;
use crate::clinical::tests_support::generated;
use proptest::prelude::*;

/// Every code that a danger-sign question offers.
fn codes(id: &str) -> &'static [&'static str] {
    match id {
        "r_sexual" => &["no", "new", "recent_unchecked", "old_unchecked", "old_checked", "unsure", "prefer_not"],
        "r_saddle" | "r_bladder" | "r_bowel" | "r_bilat" => &["no", "new", "recent_unchecked", "old_unchecked", "old_checked", "unsure"],
        "r_weak" => &["no", "one_new", "both_new", "old_unchecked", "old_checked", "unsure"],
        _ => &["no", "yes", "unsure"],
    }
}

/// Random valid answers; danger signs mostly "no", as in life.
fn any_answers() -> impl Strategy<Value = AnswerMap> {
    let danger: Vec<&'static str> = answer_ids().filter(|id| id.starts_with("r_")).collect();
    let picks = proptest::collection::vec((0u8..4, 0usize..7), danger.len());
    let numbers = proptest::collection::vec(0i64..=110, 32);
    (picks, numbers).prop_map(move |(picks, n)| {
        let pick = |list: &[&'static str], i: usize| json!(list[n[i] as usize % list.len()]);
        let mut answers = calm();
        for (id, (often, which)) in danger.iter().zip(picks) {
            let codes = codes(id);
            let code = if often > 0 { "no" } else { codes[which % codes.len()] };
            answers.insert((*id).to_owned(), json!(code));
        }
        let (now, average) = (n[0] % 11, n[1] % 11);
        let mut set = |id: &str, value: Value| answers.insert(id.to_owned(), value);
        set("nprs_now", json!(now));
        set("nprs_avg", json!(average));
        set("nprs_worst", json!(10));
        set("age", json!(n[2]));
        set("onset_age", if n[3] % 2 == 0 { Value::Null } else { json!(n[2] * n[4] / 110) });
        set("dur", pick(&["lt2w", "w2_6", "w6_12", "m3_12", "gt12m"], 5));
        set("trend", pick(&["improving", "same", "worsening"], 6));
        set("sex", pick(&["f", "m", "other"], 7));
        set("preg", pick(&["no", "yes", "postnatal"], 8));
        set("site", pick(&["low_back", "low_back", "mid_upper"], 9));
        set("first_ever", pick(&["yes", "no"], 10));
        set("resp", pick(&["all_worse", "some_ok"], 11));
        set("rmdq", json!(n[12] % 25));
        set("i_giveway", json!(n[13] % 4));
        set("i_crack", json!(n[14] % 2));
        set("i_brace", json!(n[15] % 2));
        for (k, id) in ITEM_IDS.into_iter().enumerate() {
            set(id, json!(n[16 + k] % 5 - 2));
        }
        answers
    })
}

proptest! {
    #![proptest_config(generated(15_000))]

    #[test]
    fn a_danger_sign_never_makes_the_result_milder(
        answers in any_answers(), which in 0usize..28, code in 0usize..7,
    ) {
        let id = answer_ids().filter(|id| id.starts_with("r_")).nth(which).expect("danger sign");
        let mut without = answers.clone();
        without.insert(id.to_owned(), json!("no"));
        let mut sign = answers;
        let codes = codes(id);
        sign.insert(id.to_owned(), json!(codes[code % codes.len()]));
        let (before, after) = (evaluate(&without).expect("valid"), evaluate(&sign).expect("valid"));
        prop_assert!(after.disposition >= before.disposition, "{id}");
        prop_assert!(after.hold_plan || !before.hold_plan, "{id}");
        // The whole form is never milder than the check that asked less.
        let check = evaluate_so_far(&sign).expect("valid");
        prop_assert!(after.disposition >= check.disposition);
    }

    /// The same for a form of which any part is not answered yet.
    #[test]
    fn a_danger_sign_never_makes_an_unfinished_form_milder(
        answers in any_answers(), kept in any::<[u64; 2]>(), which in 0usize..28, code in 0usize..7,
    ) {
        let id = answer_ids().filter(|id| id.starts_with("r_")).nth(which).expect("danger sign");
        let mut without: AnswerMap = answers.into_iter().enumerate()
            .filter(|(at, _)| kept[at / 64] >> (at % 64) & 1 == 1).map(|(_, answer)| answer).collect();
        let mut sign = without.clone();
        without.shift_remove(id);
        let codes = codes(id);
        sign.insert(id.to_owned(), json!(codes[code % codes.len()]));
        let mut denied = without.clone();
        denied.insert(id.to_owned(), json!("no"));
        let (before, no, after) = (evaluate_so_far(&without), evaluate_so_far(&denied), evaluate_so_far(&sign));
        let (before, no, after) = (before.expect("valid"), no.expect("valid"), after.expect("valid"));
        prop_assert!(after.disposition >= no.disposition && (after.hold_plan || !no.hold_plan), "{id}");
        prop_assert_eq!(before, no, "not asked yet counts as no, {}", id);
    }

    #[test]
    fn a_result_is_consistent_and_repeats(answers in any_answers()) {
        let first = evaluate(&answers).expect("valid");
        prop_assert_eq!(&first, &evaluate(&answers).expect("valid"));
        prop_assert!(first.rules.is_sorted_by_key(|r| (std::cmp::Reverse(r.disposition), r.id.clone())));
        let highest = first.rules.iter().map(|r| r.disposition).max();
        prop_assert_eq!(first.disposition, highest.unwrap_or(Disposition::Continue));
        prop_assert!(first.hold_plan || first.disposition < Disposition::Urgent2Weeks);
        prop_assert_eq!(first.category == Category::Unclear, first.confidence == Confidence::None);
        prop_assert!(first.secondary != Some(first.category));
        for percent in [first.percent.flex, first.percent.ext, first.percent.load, first.percent.inst] {
            prop_assert!((0..=100).contains(&percent));
        }
        let text = serde_json::to_string(&first).expect("json");
        prop_assert_eq!(serde_json::from_str::<Evaluation>(&text).expect("json"), first);
    }
}
