//! Exercises and their figures belong together.

use gradus::clinical::exercise::library;
use gradus::figure::figures;
use std::collections::BTreeSet;

#[test]
fn no_figure_is_unknown_or_drawn_twice() {
    let mut seen = BTreeSet::new();
    for figure in figures().expect("readable data") {
        assert!(library().get(&figure.id).is_some(), "{} is no exercise", figure.id);
        assert!(seen.insert(&figure.id), "{} has two figures", figure.id);
    }
}
