//! The closed list of intake questions with the values each one allows (specification 12.1), and
//! the check of a single answer and of a whole form against it.

use super::errors::{AnswerError, ErrorCode};
use super::{AnswerMap, HOME_TEST_IDS};
use crate::lang::{Lang, Text};
use serde_json::Value;

/// What a question accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    /// Whole number from the first to the second value, both included.
    Whole(i64, i64),
    /// Whole number, or null for "same as my age now" (`onset_age`).
    WholeOrNull(i64, i64),
    /// One of these codes.
    Codes(&'static [&'static str]),
    /// Map of home-test id to result (`ht`), the only optional question.
    HomeTests,
}

/// One question of the intake.
#[derive(Debug, Clone, Copy)]
struct Question {
    id: &'static str,
    values: Values,
}

/// Highest age accepted, years (12.1).
const AGE_MAX: i64 = 110;
/// Pain and confidence scales run from 0 to this (12.1).
const SCALE_MAX: i64 = 10;
/// RMDQ-24: number of statements (12.1).
const RMDQ_MAX: i64 = 24;
/// PHQ-2 and GAD-2 sum (12.1).
const SUBSCALE_MAX: i64 = 6;
/// Movement items run from minus this (much easier) to plus this (much worse) (3.6).
const MOVEMENT_MAX: i64 = 2;
/// `i_giveway`: 3 = daily (3.6).
const GIVEWAY_MAX: i64 = 3;

const YES_NO: Values = Values::Codes(&["yes", "no"]);
const YES_NO_UNSURE: Values = Values::Codes(&["yes", "no", "unsure"]);
const CAUDA: Values = Values::Codes(&["no", "new", "recent_unchecked", "old_unchecked", "old_checked", "unsure"]);
const CAUDA_OR_PRIVATE: Values = Values::Codes(&["no", "new", "recent_unchecked", "old_unchecked", "old_checked", "unsure", "prefer_not"]);
const WEAKNESS: Values = Values::Codes(&["no", "one_new", "both_new", "old_unchecked", "old_checked", "unsure"]);
const SCALE: Values = Values::Whole(0, SCALE_MAX);
const MOVEMENT: Values = Values::Whole(-MOVEMENT_MAX, MOVEMENT_MAX);
const TICK: Values = Values::Whole(0, 1);
/// Home-test results; `not_done` is the same as leaving the test out (12.1).
const HOME_TEST_RESULTS: &[&str] = &["worse", "same", "better", "not_done"];

const fn q(id: &'static str, values: Values) -> Question {
    Question { id, values }
}

/// Every question in the order of 12.1; errors are reported in this order.
const QUESTIONS: &[Question] = &[
    q("age", Values::Whole(0, AGE_MAX)),
    q("sex", Values::Codes(&["f", "m", "other"])),
    q("preg", Values::Codes(&["no", "yes", "postnatal"])),
    q("site", Values::Codes(&["low_back", "mid_upper"])),
    q("dur", Values::Codes(&["lt2w", "w2_6", "w6_12", "m3_12", "gt12m"])),
    q("onset_age", Values::WholeOrNull(0, AGE_MAX)),
    q("first_ever", YES_NO),
    q("leg_worse", YES_NO),
    q("tingle", YES_NO),
    q("trend", Values::Codes(&["improving", "same", "worsening"])),
    q("leg", Values::Codes(&["none", "thigh", "below_knee"])),
    q("nprs_now", SCALE),
    q("nprs_avg", SCALE),
    q("nprs_worst", SCALE),
    q("conf", SCALE),
    q("rmdq", Values::Whole(0, RMDQ_MAX)),
    q("resp", Values::Codes(&["all_worse", "some_ok", "better_active"])),
    q("gad2", Values::Whole(0, SUBSCALE_MAX)),
    q("phq2", Values::Whole(0, SUBSCALE_MAX)),
    q("r_saddle", CAUDA),
    q("r_bladder", CAUDA),
    q("r_bowel", CAUDA),
    q("r_sexual", CAUDA_OR_PRIVATE),
    q("r_bilat", CAUDA),
    q("r_weak", WEAKNESS),
    q("r_gait", YES_NO_UNSURE),
    q("r_chest", YES_NO_UNSURE),
    q("r_tear", YES_NO_UNSURE),
    q("r_pulse", YES_NO_UNSURE),
    q("r_trauma", YES_NO_UNSURE),
    q("r_minor", YES_NO_UNSURE),
    q("r_bone", YES_NO_UNSURE),
    q("r_steroid", YES_NO_UNSURE),
    q("r_shape", YES_NO_UNSURE),
    q("r_cancer", YES_NO_UNSURE),
    q("r_weight", YES_NO_UNSURE),
    q("r_night", YES_NO_UNSURE),
    q("r_lie_up", YES_NO_UNSURE),
    q("r_strain", YES_NO_UNSURE),
    q("r_unwell", YES_NO_UNSURE),
    q("r_fever", YES_NO_UNSURE),
    q("r_infrisk", YES_NO_UNSURE),
    q("r_visceral", YES_NO_UNSURE),
    q("r_nomech", YES_NO_UNSURE),
    q("r_smoke", YES_NO_UNSURE),
    q("r_surgery", YES_NO_UNSURE),
    q("r_parq", YES_NO_UNSURE),
    q("ib_gradual", YES_NO),
    q("ib_move", YES_NO),
    q("ib_norest", YES_NO),
    q("ib_night", YES_NO),
    q("ib_stiff30", YES_NO),
    q("ib_buttock", YES_NO),
    q("ib_nsaid", YES_NO),
    q("ib_family", YES_NO),
    q("ib_arthritis", YES_NO),
    q("ib_heel", YES_NO),
    q("ib_psoriasis", YES_NO),
    q("p_sit_slump", MOVEMENT),
    q("p_sit_tall", MOVEMENT),
    q("p_bend", MOVEMENT),
    q("p_stand", MOVEMENT),
    q("p_walk", MOVEMENT),
    q("p_arch", MOVEMENT),
    q("p_lie_flat", MOVEMENT),
    q("p_lie_bent", MOVEMENT),
    q("p_carry", MOVEMENT),
    q("p_jolt", MOVEMENT),
    q("p_change", MOVEMENT),
    q("p_trivial", MOVEMENT),
    q("i_giveway", Values::Whole(0, GIVEWAY_MAX)),
    q("i_crack", TICK),
    q("i_brace", TICK),
    q("i_vary", TICK),
    q("tod", Values::Codes(&["am_worse", "pm_worse", "none"])),
    q("trig", Values::Codes(&["sit_lift", "stand_walk", "impact_load", "repeat_sprain", "none"])),
    q("ht", Values::HomeTests),
];

/// Ids of all questions that must be answered, in the order of 12.1 (everything except `ht`).
pub fn answer_ids() -> impl Iterator<Item = &'static str> {
    QUESTIONS.iter().map(|q| q.id).filter(|id| required(id))
}

/// Whether the intake is refused without this question. Only the home tests `ht` are optional;
/// `onset_age` may be null ("same as my age") but its key must be there (12.1). Unknown ids are
/// not required.
pub fn required(id: &str) -> bool {
    QUESTIONS.iter().any(|q| q.id == id && q.values != Values::HomeTests)
}

/// Checks one answer by itself. Code `range`, except that null on a danger-sign question is
/// `missing`: the person was asked and left it blank (vignette V50). An id that is not a question
/// is refused with `range`.
pub fn validate_answer(id: &str, value: &Value) -> Result<(), AnswerError> {
    match QUESTIONS.iter().find(|q| q.id == id) {
        Some(question) => check(question, value),
        None => Err(AnswerError::range(id, tr_later!("This question is not known."))),
    }
}

fn check(question: &Question, value: &Value) -> Result<(), AnswerError> {
    let id = question.id;
    if value.is_null() && id.starts_with("r_") {
        return Err(AnswerError::missing(id));
    }
    let fits = |min: i64, max: i64| value.as_i64().is_some_and(|n| (min..=max).contains(&n));
    match question.values {
        Values::Whole(min, max) if !fits(min, max) => Err(number_error(id, min, max)),
        Values::WholeOrNull(min, max) if !value.is_null() && !fits(min, max) => Err(number_error(id, min, max)),
        Values::Codes(codes) if !value.as_str().is_some_and(|code| codes.contains(&code)) => {
            Err(AnswerError::range(id, tr_later!("Please choose one of the answers offered.")))
        }
        Values::HomeTests if !home_tests_fit(value) => {
            Err(AnswerError::range(id, tr_later!("Please choose worse, same, better or not done for each home test.")))
        }
        _ => Ok(()),
    }
}

fn number_error(id: &str, min: i64, max: i64) -> AnswerError {
    AnswerError::range(id, Lang::En.tell(&number_wanted(min, max)))
}

fn number_wanted(min: i64, max: i64) -> Text {
    text!("Please give a whole number from {min} to {max}.", min = min, max = max)
}

/// What is said about a refused answer of an intake, as a sentence that every language can say.
pub fn refusal(error: &AnswerError) -> Text {
    let asked = QUESTIONS.iter().find(|question| question.id == error.field).map(|question| question.values);
    match (error.code, asked) {
        (ErrorCode::Range, Some(Values::Whole(min, max) | Values::WholeOrNull(min, max))) => number_wanted(min, max),
        _ => Text::from(error.message.clone()),
    }
}

/// Known tests need a known result. Unknown test ids are ignored like any other unknown key.
fn home_tests_fit(value: &Value) -> bool {
    value.as_object().is_some_and(|tests| {
        HOME_TEST_IDS
            .iter()
            .all(|id| tests.get(*id).is_none_or(|result| result.as_str().is_some_and(|code| HOME_TEST_RESULTS.contains(&code))))
    })
}

/// Checks a form. All errors are reported together; contradictions only once everything else is
/// valid (12.5). With `complete` false, questions without a key are passed over.
pub(super) fn check_form(answers: &AnswerMap, complete: bool) -> Result<(), Vec<AnswerError>> {
    let mut errors = Vec::new();
    for question in QUESTIONS {
        match answers.get(question.id) {
            Some(value) => errors.extend(check(question, value).err()),
            None if complete && question.values != Values::HomeTests => {
                errors.push(AnswerError::missing(question.id));
            }
            None => {}
        }
    }
    if errors.is_empty() {
        errors = conflicts(answers);
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Contradictions of 3.5, judged only between answers that are there.
fn conflicts(answers: &AnswerMap) -> Vec<AnswerError> {
    let number = |id: &str| answers.get(id).and_then(Value::as_i64);
    let above = |left: &str, right: &str| matches!((number(left), number(right)), (Some(a), Some(b)) if a > b);
    let mut errors = Vec::new();
    if above("onset_age", "age") {
        errors.push(AnswerError::conflict("onset_age", tr_later!("The age when the pain first began cannot be higher than your age now.")));
    }
    if above("nprs_now", "nprs_worst") || above("nprs_avg", "nprs_worst") {
        errors
            .push(AnswerError::conflict("nprs_worst", tr_later!("The worst pain cannot be lower than the pain now or the average pain.")));
    }
    errors
}
