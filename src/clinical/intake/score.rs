//! The weights of 3.6 and the home-test points of 2.3 [D]: invented from table 2.2, not validated.

use super::answers::{ITEM_IDS, Intake, Movement, TestResult};
use super::{AnswerMap, HOME_TEST_IDS};
use crate::clinical::codes::Category;

/// The four scored categories in the order that breaks ties (3.6).
pub(super) const CATEGORIES: [Category; 4] = [Category::Flex, Category::Ext, Category::Load, Category::Inst];

/// Weights of the twelve movement items (columns of 3.6) for FLEX, EXT, LOAD, INST.
const WEIGHTS: [[i64; 12]; 4] = [
    [3, 1, 3, -1, -2, -1, -1, 0, 0, 0, 0, 0],
    [-2, 0, -2, 3, 2, 3, 2, 0, 0, 0, 0, 0],
    [1, 2, 0, 1, 1, 0, -1, -3, 3, 3, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3],
];
/// Largest reachable score without home tests (3.6, last column).
const MAX_SCORE: [i64; 4] = [28, 30, 34, 29];
/// Bonus of a matching time of day (3.6).
const TIME_OF_DAY: [Option<&str>; 4] = [Some("am_worse"), None, Some("pm_worse"), None];
/// Bonus of a matching trigger (3.6).
const TRIGGER: [&str; 4] = ["sit_lift", "stand_walk", "impact_load", "repeat_sprain"];
/// Points of a matching time of day or trigger.
const MATCH_POINTS: i64 = 2;
/// INST: points per step of giving way, for cracking, bracing and changing movements (3.6).
const GIVEWAY_POINTS: i64 = 3;
const CRACK_POINTS: i64 = 2;
const BRACE_POINTS: i64 = 3;
const VARY_POINTS: i64 = 3;

/// Points of one home test for FLEX, EXT, LOAD, INST (2.3).
struct HomeTest {
    worse: [i64; 4],
    better: [i64; 4],
}

/// The home tests in the order of [`HOME_TEST_IDS`].
const HOME_TESTS: [HomeTest; 7] = [
    HomeTest { worse: [4, 0, 0, 0], better: [0, 4, 0, 0] },
    HomeTest { worse: [0, 4, 0, 0], better: [4, 0, 0, 0] },
    HomeTest { worse: [0, 4, 0, 0], better: [3, 0, 0, 0] },
    HomeTest { worse: [0, 2, 1, 0], better: [2, 0, 0, 0] },
    HomeTest { worse: [0, 0, 6, 0], better: [0, 0, 0, 0] },
    HomeTest { worse: [0, 0, 0, 4], better: [0, 0, 0, 0] },
    HomeTest { worse: [0, 0, 0, 0], better: [0, 0, 0, 4] },
];

/// One answer that moved the score of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Question id (12.1); for a home test its own id (`ht_…`).
    pub question: String,
    /// The answer: −2 to +2, the step or tick of an `i_` item; for codes (`tod`, `trig`) 1; for a
    /// home test 1 worse, −1 better.
    pub value: i64,
    /// Points added to the score.
    pub points: i64,
}

/// Row of a category in the tables; none for UNCLEAR.
fn row(category: Category) -> Option<usize> {
    CATEGORIES.iter().position(|other| *other == category)
}

/// Visits every term of a score: question, value, points. The one place that knows the formula,
/// so that the explanation can never differ from the score.
fn each_term(movement: &Movement, row: usize, visit: &mut impl FnMut(&'static str, i64, i64)) {
    for ((id, value), weight) in ITEM_IDS.into_iter().zip(movement.items).zip(WEIGHTS[row]) {
        visit(id, value, weight * value);
    }
    if TIME_OF_DAY[row] == Some(movement.time_of_day.as_str()) {
        visit("tod", 1, MATCH_POINTS);
    }
    if TRIGGER[row] == movement.trigger {
        visit("trig", 1, MATCH_POINTS);
    }
    if CATEGORIES[row] == Category::Inst {
        visit("i_giveway", movement.giveway, GIVEWAY_POINTS * movement.giveway);
        visit("i_crack", movement.crack, CRACK_POINTS * movement.crack);
        visit("i_brace", movement.brace, BRACE_POINTS * movement.brace);
        visit("i_vary", movement.vary, VARY_POINTS * movement.vary);
    }
    each_home_test(movement, row, visit);
}

fn each_home_test(movement: &Movement, row: usize, visit: &mut impl FnMut(&'static str, i64, i64)) {
    for ((id, result), test) in HOME_TEST_IDS.into_iter().zip(movement.home_tests).zip(&HOME_TESTS) {
        match result {
            Some(TestResult::Worse) => visit(id, 1, test.worse[row]),
            Some(TestResult::Better) => visit(id, -1, test.better[row]),
            Some(TestResult::Same) | None => {}
        }
    }
}

/// Home-test points of a category (C6h); 0 for UNCLEAR.
pub(super) fn home_points(movement: &Movement, category: Category) -> i64 {
    let mut sum = 0;
    if let Some(row) = row(category) {
        each_home_test(movement, row, &mut |_, _, points| sum += points);
    }
    sum
}

/// Score of a category in percent of its largest reachable score, 0 to 100, rounded half up (3.6).
/// A home test raises the reachable score only when it was performed.
pub(super) fn percent_of(movement: &Movement, category: Category) -> i64 {
    let Some(row) = row(category) else { return 0 };
    let mut score = 0;
    each_term(movement, row, &mut |_, _, points| score += points);
    let mut max = MAX_SCORE[row];
    for (result, test) in movement.home_tests.iter().zip(&HOME_TESTS) {
        if result.is_some() {
            max += test.worse[row].max(test.better[row]);
        }
    }
    (100 * score.max(0) + max / 2) / max
}

/// Which answers raised the score of `category`, strongest first, equal ones in question order.
/// Empty for UNCLEAR.
pub fn contributions(answers: &AnswerMap, category: Category) -> Vec<Contribution> {
    let movement = Intake::read(answers).movement;
    let mut found = Vec::new();
    if let Some(row) = row(category) {
        each_term(&movement, row, &mut |question, value, points| {
            if points > 0 {
                found.push(Contribution { question: question.to_owned(), value, points });
            }
        });
    }
    found.sort_by_key(|entry| std::cmp::Reverse(entry.points));
    found
}

/// The table of 3.6 as the scores use it: question, the one answer that counts where only one does, and points for
/// FLEX, EXT, LOAD, INST.
pub fn weight_rows() -> Vec<(&'static str, Option<&'static str>, [i64; 4])> {
    let for_row = |row: usize, points: i64| std::array::from_fn(|at| if at == row { points } else { 0 });
    let items = ITEM_IDS.into_iter().enumerate().map(|(item, id)| (id, None, WEIGHTS.map(|row| row[item])));
    let times = (0..4).filter_map(|row| Some(("tod", Some(TIME_OF_DAY[row]?), for_row(row, MATCH_POINTS))));
    let triggers = (0..4).map(|row| ("trig", Some(TRIGGER[row]), for_row(row, MATCH_POINTS)));
    let own = [("i_giveway", GIVEWAY_POINTS), ("i_crack", CRACK_POINTS), ("i_brace", BRACE_POINTS), ("i_vary", VARY_POINTS)];
    let own = own.into_iter().map(|(id, points)| (id, None, for_row(3, points)));
    items.chain(times).chain(triggers).chain(own).collect()
}

/// Points of each home test for FLEX, EXT, LOAD, INST: id, when worse, when better.
pub fn home_test_points() -> impl Iterator<Item = (&'static str, [i64; 4], [i64; 4])> {
    HOME_TEST_IDS.into_iter().zip(&HOME_TESTS).map(|(id, test)| (id, test.worse, test.better))
}
