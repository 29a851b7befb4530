//! Exercises and their figures belong together, and the pages show them.

use crate::rules_cli::program;
use crate::support::{Backend, Clinic, spawn};
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

#[test]
fn every_exercise_has_a_figure() {
    let drawn: BTreeSet<&str> = figures().expect("readable data").iter().map(|figure| figure.id.as_str()).collect();
    let without: Vec<&str> = library().all().iter().map(|e| e.id.as_str()).filter(|id| !drawn.contains(id)).collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn the_page_of_an_exercise_shows_it_still_moving_for_paper_and_for_the_other_side() {
    let app = spawn(Backend::Sqlite);
    let page = app.visitor().get("/exercises/CO5").is(200);
    for part in
        [".figure-still svg", ".figure-moving svg animate", ".figure-pair svg", ".figure-toggle input[type=checkbox]", ".figure-sides svg"]
    {
        assert!(page.count(part) > 0, "no {part}");
    }
    let said = page.attributes(".figure-still svg[role=img]", "aria-label");
    assert!(said[0].contains("all fours"), "{said:?}");
    // A position that is held has one picture and nothing to pause.
    let held = app.visitor().get("/exercises/RP1").is(200);
    assert_eq!((held.count(".figure-box svg"), held.count(".figure-toggle")), (1, 0));
}

#[test]
fn lists_show_a_small_picture_beside_each_name_and_spare_listeners_the_repetition() {
    let clinic = Clinic::open(Backend::Sqlite);
    let ann = clinic.app.signed_in(&clinic.ann);
    for path in ["/today", "/plan", "/exercises"] {
        let page = ann.get(path).is(200);
        let rows = page.count(".figure-row");
        assert!(rows > 2, "{path}: {rows}");
        assert_eq!(page.count(".figure-row > .figure-thumb[aria-hidden=true] > svg"), rows, "{path}");
    }
}

#[test]
fn the_contact_sheet_holds_every_figure_in_both_themes() {
    let file = std::env::temp_dir().join(format!("gradus-sheet-{}.html", std::process::id()));
    let output = program().args(["exercises", "sheet"]).arg(&file).output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let sheet = std::fs::read_to_string(&file).expect("the sheet");
    std::fs::remove_file(&file).expect("removed");
    for exercise in library().all() {
        assert!(sheet.matches(&format!("<figcaption>{} ", exercise.id)).count() >= 2, "{}", exercise.id);
    }
}
