//! Shared by the property tests of the rules.

use proptest::prelude::ProptestConfig;

/// As many generated cases as that. With `GRADUS_FEWER_CASES` set only a fiftieth, for mutation testing, where
/// the tests run hundreds of times.
pub(in crate::clinical) fn generated(cases: u32) -> ProptestConfig {
    let fewer = std::env::var_os("GRADUS_FEWER_CASES").is_some();
    let cases = if fewer { (cases / 50).max(256) } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Any numbers that a clinic may set (13 no. 11).
pub(super) fn thresholds() -> impl proptest::strategy::Strategy<Value = super::thresholds::Thresholds> {
    use proptest::strategy::Strategy;
    (-1i64..=1, -1i64..=1, 40i64..=80, 5i64..=20)
        .prop_map(|(session, week, adherence, step)| super::thresholds::Thresholds::new(session, week, adherence, step).expect("in range"))
}
