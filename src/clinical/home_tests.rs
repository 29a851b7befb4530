//! The home tests of 2.3: their words, and who may be offered which of them. What they count for is
//! part of the classification (`intake`).

use super::codes::Disposition;
use super::intake::HOME_TEST_IDS;
use crate::lang::{Lang, Spoken};
use serde::Deserialize;

/// Pain now above which no test is offered (2.3).
pub const MOST_PAIN: i64 = 6;
/// Most urgent disposition with which tests are offered: level 2 (2.3).
const MOST_URGENT: Disposition = Disposition::RoutineGp;

/// Words of the home tests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeTests {
    /// Heading.
    pub title: String,
    /// What they are and how to do them.
    pub intro: String,
    /// The question about pain before them.
    pub pain_now: String,
    /// Said when the pain is too high for them.
    pub too_sore: String,
    /// Said when none is offered.
    pub none_offered: String,
    /// When to stop.
    pub stop: Stop,
    /// The four answers.
    pub answers: Answers,
    /// The question about the legs.
    pub leg: Leg,
    /// The question about danger signs during the tests.
    pub signs: Signs,
    /// The tests in their order.
    #[serde(rename = "test")]
    pub tests: Vec<HomeTest>,
}

/// When to stop.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// Heading.
    pub title: String,
    /// Symptoms.
    pub lines: Vec<String>,
    /// What to do then.
    pub then: String,
}

/// Labels of the answers of a test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// `worse`.
    pub worse: String,
    /// `same`.
    pub same: String,
    /// `better`.
    pub better: String,
    /// `not_done`.
    pub not_done: String,
}

/// What the legs did during the tests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// The question.
    pub question: String,
    /// Said when it was left out.
    pub missing: String,
    /// Nothing.
    pub none: String,
    /// Leg pain moved towards the back or went (13 no. 8).
    pub centralised: String,
    /// Peripheralisation: the set stops (2.3).
    pub further: String,
}

/// Danger signs during the tests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signs {
    /// The question.
    pub question: String,
    /// Said when it was left out.
    pub missing: String,
    /// New weakness.
    pub weakness: String,
    /// Saddle, bladder, bowel.
    pub saddle_bladder_bowel: String,
    /// None of these.
    pub none: String,
}

/// One test.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeTest {
    /// Id of the contract.
    pub id: String,
    /// Its name.
    pub title: String,
    /// How it is done.
    pub how: String,
}

/// The file in every language.
pub static HOME_TESTS: Spoken<HomeTests> = Spoken::new(include_str!("data/home_tests.toml"), &["id"], |text| {
    toml::from_str(text).expect("the built-in home tests are checked by the tests")
});

/// The words this program was built with.
pub fn home_tests() -> &'static HomeTests {
    HOME_TESTS.of(Lang::En)
}

/// What decides who may be offered a home test (2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The disposition in force.
    pub level: Disposition,
    /// A hold or a pause stands.
    pub hold: bool,
    /// Pain now, 0 to 10; 0 while it is not asked yet.
    pub pain_now: i64,
    /// Leg weakness that nobody has checked.
    pub weakness_unchecked: bool,
    /// Pregnant, in any week.
    pub pregnant: bool,
    /// After 16 weeks of pregnancy, or after a birth and not cleared.
    pub pregnant_late: bool,
    /// Bone caution (13 no. 8).
    pub bone_caution: bool,
}

/// The tests that may be offered, in their order; empty when none may.
pub fn offered(situation: &Situation) -> Vec<&'static str> {
    let Situation { level, hold, pain_now, weakness_unchecked, pregnant, pregnant_late, bone_caution } = *situation;
    if level > MOST_URGENT || hold || pain_now > MOST_PAIN || weakness_unchecked {
        return Vec::new();
    }
    let fits = |id: &&str| match *id {
        "ht_prone" => !pregnant_late,
        "ht_arch" => !bone_caution,
        "ht_heel" => !bone_caution && !pregnant,
        _ => true,
    };
    HOME_TEST_IDS.into_iter().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: Situation = Situation {
        level: Disposition::RoutineGp,
        hold: false,
        pain_now: 6,
        weakness_unchecked: false,
        pregnant: false,
        pregnant_late: false,
        bone_caution: false,
    };

    #[test]
    fn every_test_of_the_contract_has_its_words_in_its_order() {
        let ids: Vec<&str> = home_tests().tests.iter().map(|test| test.id.as_str()).collect();
        assert_eq!(ids, HOME_TEST_IDS);
    }

    #[test]
    fn at_level_two_with_pain_of_six_all_are_offered_and_just_beyond_none() {
        assert_eq!(offered(&WELL), HOME_TEST_IDS);
        for beyond in [
            Situation { level: Disposition::Urgent2Weeks, ..WELL },
            Situation { hold: true, ..WELL },
            Situation { pain_now: 7, ..WELL },
            Situation { weakness_unchecked: true, ..WELL },
        ] {
            assert!(offered(&beyond).is_empty(), "{beyond:?}");
        }
    }

    #[test]
    fn pregnancy_and_thin_bones_take_single_tests_away() {
        let left_out = |situation: Situation| -> Vec<&str> {
            let offered = offered(&situation);
            HOME_TEST_IDS.into_iter().filter(|id| !offered.contains(id)).collect()
        };
        assert_eq!(left_out(Situation { pregnant: true, ..WELL }), ["ht_heel"]);
        assert_eq!(left_out(Situation { pregnant: true, pregnant_late: true, ..WELL }), ["ht_prone", "ht_heel"]);
        assert_eq!(left_out(Situation { bone_caution: true, ..WELL }), ["ht_arch", "ht_heel"]);
    }
}
