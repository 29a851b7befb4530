//! The pages of the clinic's own exercises, with and without scripts.

use super::driver::with_browser;
use super::journey::sign_in;
use crate::support::{Backend, Clinic};
use std::time::{Duration, Instant};

/// Waits until the page says something.
fn until(what: &str, seen: impl Fn() -> bool) {
    let began = Instant::now();
    while !seen() {
        assert!(began.elapsed() < Duration::from_secs(20), "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn an_exercise_of_ones_own_is_made_and_looked_at() {
    let clinic = Clinic::open(Backend::Sqlite);
    let id = clinic.app.own_exercise(&clinic.ben, "CO5");
    clinic.app.upload_picture(&clinic.ben, &id);
    let item = clinic.app.give_own(&clinic.ben, &clinic.ann, &id);
    clinic.app.rename_own(&clinic.ben, &id, 2, "Long bird dog");
    with_browser(&clinic.app.base, "own", |ben| {
        sign_in(ben, &clinic.ben);
        ben.visit("/pro/exercises/new?from=MO1");
        ben.script("document.querySelectorAll('details').forEach(d => { d.open = d.querySelector('[name=\"p2.mid.bend\"]') !== null; });");
        ben.check("own-new");
        let drawn = || ben.script("return document.getElementById('preview').innerHTML;").to_string();
        let before = drawn();
        ben.script("const f = document.querySelector('[name=\"p2.mid.bend\"]'); f.value = Number(f.value) - 5; f.dispatchEvent(new Event('input', {bubbles: true}));");
        until("the picture is drawn again by itself", || drawn() != before);
        for (path, what) in [
            ("/pro/exercises".to_owned(), "own-list"),
            (format!("/pro/exercises/{id}"), "own-show"),
            (format!("/pro/exercises/{id}/edit"), "own-edit"),
            (format!("/pro/exercises/{id}/picture"), "own-picture"),
            (format!("/pro/patients/{}/items/{item}", clinic.ann.id()), "own-item"),
            (format!("/pro/patients/{}/add", clinic.ann.id()), "own-add"),
        ] {
            ben.visit(&path);
            ben.check(what);
        }
        ben.forbid_scripts();
        ben.visit("/pro/exercises/new?from=CO5");
        ben.follow("//button[normalize-space(.) = 'Show the picture']");
        assert!(ben.has("//*[@id = 'preview']//*[name() = 'svg']"), "{}", ben.words());
        assert_eq!(ben.path(), "/pro/exercises/new");
    });
    with_browser(&clinic.app.base, "own-ann", |ann| {
        sign_in(ann, &clinic.ann);
        ann.visit(&format!("/exercises/{id}"));
        ann.check("own-patient");
    });
}
