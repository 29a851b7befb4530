//! Shared by the property tests of the rules.

use proptest::prelude::ProptestConfig;

/// As many generated cases as that. With `GRADUS_FEWER_CASES` set only a fiftieth, for mutation testing, where
/// the tests run hundreds of times.
pub(in crate::clinical) fn generated(cases: u32) -> ProptestConfig {
    let fewer = std::env::var_os("GRADUS_FEWER_CASES").is_some();
    let cases = if fewer { (cases / 50).max(256) } else { cases };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
