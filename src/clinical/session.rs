//! Colour of an exercise session from pain during and the next morning (specification 5.2, 12.4).

use super::codes::Colour;
use super::quota::exact::{MILLION, millionths};
use super::thresholds::Thresholds;

/// RED from this pain during the session, whatever is usual.
const RED_DURING: i128 = 9;
/// RED above this pain during, or above usual + [`RED_RISE`], whichever is higher.
const RED_FLOOR: i128 = 5;
const RED_RISE: i128 = 2;
/// RED from usual + this the next morning.
const RED_AFTER: i128 = 3;
/// AMBER from this pain during the session.
const AMBER_DURING: i128 = 8;
/// AMBER above this pain during, or above usual + [`AMBER_RISE`], whichever is higher.
const AMBER_FLOOR: i128 = 3;
const AMBER_RISE: i128 = 1;
/// AMBER from usual + this the next morning.
const AMBER_AFTER: i128 = 2;

/// Whether the pain of a next morning is above the usual by as much as makes a session amber (5.2).
pub fn sore_morning(after: f64, usual: f64, clinic: &Thresholds) -> bool {
    millionths(after) >= millionths(usual) + (AMBER_AFTER + i128::from(clinic.session_pain())) * MILLION
}

/// Colour of a session (5.2). `during` = worst pain in the session, `after` = next-morning pain,
/// `usual` = median of the last 7 daily averages, all 0 to 10; `stop` = a stop-rule symptom
/// occurred. A missing morning entry counts neither way. What a clinic adds (13 no. 11) moves the
/// limits that go with usual pain; pain of 8 or 9 is too much for everybody.
pub fn colour(during: f64, after: Option<f64>, usual: f64, stop: bool, clinic: &Thresholds) -> Colour {
    let (during, usual) = (millionths(during), millionths(usual));
    let points = |n: i128| n * MILLION;
    let moved = |n: i128| points(n + i128::from(clinic.session_pain()));
    let above = |floor: i128, rise: i128| during > moved(floor).max(usual + moved(rise));
    let morning = |rise: i128| after.is_some_and(|pain| millionths(pain) >= usual + moved(rise));
    if stop || during >= points(RED_DURING) || above(RED_FLOOR, RED_RISE) || morning(RED_AFTER) {
        Colour::Red
    } else if during >= points(AMBER_DURING) || above(AMBER_FLOOR, AMBER_RISE) || morning(AMBER_AFTER) {
        Colour::Amber
    } else {
        Colour::Green
    }
}

/// What was said about one exercise of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Nothing: the session's worst pain is taken for its own.
    NotSaid,
    /// It brought the session's worst pain on.
    BroughtOn,
    /// Others did. How much it hurt itself was not asked.
    Others,
}

/// Colour of one exercise of a session: its own pain with the same morning answer (13 no. 7). Where others brought
/// the worst pain on, its own is not known and counts neither way; a stop-rule symptom and a sore morning are
/// everybody's.
pub fn own_colour(part: Part, during: f64, after: Option<f64>, usual: f64, stop: bool, clinic: &Thresholds) -> Option<Colour> {
    if part != Part::Others {
        return Some(colour(during, after, usual, stop, clinic));
    }
    Some(colour(0.0, after, usual, stop, clinic)).filter(|of_morning| *of_morning != Colour::Green)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::tests_support::{generated, thresholds};
    use proptest::prelude::*;

    const USUAL: Thresholds = Thresholds::USUAL;

    #[test]
    fn a_morning_is_sore_from_two_above_the_usual_and_from_what_a_clinic_adds() {
        let sore = |after: f64, usual: f64| sore_morning(after, usual, &USUAL);
        assert!(sore(5.0, 3.0) && !sore(4.9, 3.0));
        let more = Thresholds::new(1, 0, 60, 20).unwrap();
        assert!(sore_morning(6.0, 3.0, &more) && !sore_morning(5.0, 3.0, &more));
    }

    /// Vectors of 5.2: during, after, usual, colour.
    #[test]
    fn vectors_of_the_specification() {
        #[derive(serde::Deserialize)]
        struct Case(f64, Option<f64>, f64, Colour);
        let cases: Vec<Case> = serde_json::from_str(include_str!("../../tests/cases/session.json")).expect("cases");
        for Case(during, after, usual, expected) in cases {
            let got = colour(during, after, usual, false, &USUAL);
            assert_eq!(got, expected, "({during}, {after:?}, {usual})");
        }
    }

    #[test]
    fn a_stop_symptom_is_red_whatever_the_pain() {
        assert_eq!(colour(0.0, None, 5.0, true, &USUAL), Colour::Red);
    }

    #[test]
    fn an_exercise_that_others_outdid_has_no_colour_of_its_own_but_that_of_the_morning() {
        assert_eq!(own_colour(Part::NotSaid, 7.0, None, 2.0, false, &USUAL), Some(Colour::Red));
        assert_eq!(own_colour(Part::BroughtOn, 7.0, None, 2.0, false, &USUAL), Some(Colour::Red));
        assert_eq!(own_colour(Part::Others, 7.0, None, 2.0, false, &USUAL), None);
        assert_eq!(own_colour(Part::Others, 7.0, Some(2.0), 2.0, false, &USUAL), None, "a good morning does not make it green");
        assert_eq!(own_colour(Part::Others, 7.0, Some(4.0), 2.0, false, &USUAL), Some(Colour::Amber));
        assert_eq!(own_colour(Part::Others, 7.0, Some(5.0), 2.0, false, &USUAL), Some(Colour::Red));
        assert_eq!(own_colour(Part::Others, 2.0, None, 2.0, true, &USUAL), Some(Colour::Red), "a stop-rule symptom");
    }

    #[test]
    fn a_clinic_moves_the_limits_that_go_with_usual_pain_by_a_point_and_no_other() {
        let by = |points| Thresholds::new(points, 0, 60, 20).expect("in range");
        let (careful, roomy) = (by(-1), by(1));
        // during, after, usual; more careful, as specified, more room
        let (green, amber, red) = (Colour::Green, Colour::Amber, Colour::Red);
        for (during, after, usual, expected) in [
            (2.0, None, 0.0, [green, green, green]),
            (3.0, None, 0.0, [amber, green, green]),
            (4.0, None, 0.0, [amber, amber, green]),
            (5.0, None, 0.0, [red, amber, amber]),
            (6.0, None, 0.0, [red, red, amber]),
            (7.0, None, 0.0, [red, red, red]),
            (0.0, Some(3.0), 2.0, [amber, green, green]),
            (0.0, Some(4.0), 2.0, [red, amber, green]),
            (0.0, Some(5.0), 2.0, [red, red, amber]),
            (0.0, Some(6.0), 2.0, [red, red, red]),
            // Eight is amber and nine is red whatever is usual and whatever a clinic sets.
            (8.0, None, 8.0, [amber, amber, amber]),
            (9.0, None, 9.0, [red, red, red]),
        ] {
            let got = [&careful, &USUAL, &roomy].map(|clinic| colour(during, after, usual, false, clinic));
            assert_eq!(got, expected, "({during}, {after:?}, {usual})");
        }
        assert_eq!(colour(0.0, None, 5.0, true, &roomy), Colour::Red, "a stop-rule symptom is not the clinic's to move");
    }

    #[test]
    fn decimals_of_the_usual_pain_are_exact() {
        // 3.1 is exactly one point above 2.1, which is not "above"; in floats 2.1 + 1 < 3.1.
        assert_eq!(colour(3.1, None, 2.1, false, &USUAL), Colour::Green);
        assert_eq!(colour(3.2, None, 2.1, false, &USUAL), Colour::Amber);
        assert_eq!(colour(0.0, Some(2.3), 0.3, false, &USUAL), Colour::Amber);
        assert_eq!(colour(0.0, Some(3.1), 0.1, false, &USUAL), Colour::Red);
    }

    proptest! {
        #![proptest_config(generated(100_000))]

        #[test]
        fn more_pain_is_never_a_better_colour(
            during in 0u32..=100, more in 0u32..=50,
            after in proptest::option::of(0u32..=100), later in 0u32..=50,
            usual in 0u32..=100, stop: bool, clinic in thresholds(),
        ) {
            let tenths = |n: u32| f64::from(n.min(100)) / 10.0;
            let before = colour(tenths(during), after.map(tenths), tenths(usual), stop, &clinic);
            let worse = colour(
                tenths(during + more), after.map(|a| tenths(a + later)), tenths(usual), stop, &clinic,
            );
            prop_assert!(worse >= before);
        }
    }
}
