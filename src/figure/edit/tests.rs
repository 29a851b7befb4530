//! Figures of one's own: the same as the library's until changed, and never broken by what is typed.

use super::{FIGURE, OwnFigure, PoseField, from_library};
use crate::figure::body::Joint;
use crate::figure::check::faults;
use crate::figure::library::{Form, figure, figures};
use crate::figure::svg::Drawing;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const FORMS: [Form; 3] = [Form::Main, Form::Easier, Form::Harder];

fn all() -> Vec<(&'static str, Form, OwnFigure)> {
    let mut found = Vec::new();
    for data in figures().expect("data") {
        for form in FORMS {
            found.extend(from_library(&data.id, form).expect("a figure").map(|own| (data.id.as_str(), form, own)));
        }
    }
    found
}

fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn own(id: &str) -> OwnFigure {
    from_library(id, Form::Main).expect("data").expect("a figure")
}

fn changed(own: &OwnFigure, pairs: &[(&str, &str)]) -> OwnFigure {
    own.with(&typed(pairs), own.alt().expect("words")).unwrap_or_else(|m| panic!("{m:?}"))
}

fn messages(own: &OwnFigure, pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    own.with(&typed(pairs), own.alt().expect("words")).expect_err("messages")
}

fn value(own: &OwnFigure, name: &str) -> Option<f64> {
    own.fields().expect("fields").into_iter().find(|f| f.name == name).map(|f| f.value)
}

#[test]
fn a_figure_from_the_library_draws_the_same() {
    let figures = all();
    assert!(figures.len() >= 66, "{}", figures.len());
    for (id, form, own) in figures {
        let (a, b) = (figure(id, form).expect("data").expect("a figure"), own.build().unwrap_or_else(|e| panic!("{id}: {e}")));
        for drawing in [Drawing::Still, Drawing::Moving, Drawing::Pair] {
            assert_eq!(a.svg(drawing, false), b.svg(drawing, false), "{id} {form:?} {drawing:?}");
        }
        assert_eq!(OwnFigure::from_text(own.text()), Ok(own.clone()), "{id}");
        let same = own.with(&BTreeMap::new(), own.alt().expect("words"));
        assert_eq!(same, Ok(own.clone()), "{id} {form:?}");
        let json = serde_json::to_string(&own).expect("json");
        assert_eq!(serde_json::from_str::<OwnFigure>(&json).expect("json"), own);
    }
}

#[test]
fn what_a_form_shows_changes_nothing_when_it_is_sent_back() {
    for (id, form, own) in all() {
        let mut back = BTreeMap::new();
        for field in own.fields().expect("fields") {
            assert!(field.min <= field.value && field.value <= field.max, "{id}: {field:?}");
            assert!(back.insert(field.name.clone(), field.value.to_string()).is_none(), "{id}: {} twice", field.name);
        }
        for choice in own.choices().expect("choices") {
            assert!(choice.options.iter().any(|(key, _)| *key == choice.value), "{id}: {choice:?}");
            assert!(back.insert(choice.name.clone(), choice.value.clone()).is_none(), "{id}: {} twice", choice.name);
        }
        assert_eq!(own.with(&back, own.alt().expect("words")), Ok(own), "{id} {form:?}");
    }
}

#[test]
fn a_squat_less_deep() {
    let squat = own("HL1");
    let less = changed(&squat, &[("p2.body.far", "60")]);
    let (a, b) = (squat.build().expect("a figure"), less.build().expect("a figure"));
    let low = |f: &crate::figure::Figure| f.solved[f.shown()].body.spine_at(0.0).at.z;
    assert!(low(&b) > low(&a) + 8.0, "{} {}", low(&a), low(&b));
    let knee = value(&squat, "p2.knee_right.bend").expect("a knee");
    let one = changed(&squat, &[("p2.knee_right.bend", &(knee - 5.0).to_string())]);
    assert_eq!(value(&one, "p2.knee_right.bend"), Some(knee - 5.0));
    assert!(one.text().lines().count() <= squat.text().lines().count() + 6, "{}", one.text());
}
