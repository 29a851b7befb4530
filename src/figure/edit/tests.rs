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
        let kept = toml::Value::try_from(&own).expect("a value");
        assert_eq!(kept.as_str(), Some(own.text()));
        assert_eq!(kept.try_into::<OwnFigure>().expect("a figure"), own);
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
    let squat = own("HL8");
    let less = changed(&squat, &[("p2.body.far", "60")]);
    let (a, b) = (squat.build().expect("a figure"), less.build().expect("a figure"));
    let low = |f: &crate::figure::Figure| f.solved[f.shown()].body.spine_at(0.0).at.z;
    assert!(low(&b) > low(&a) + 8.0, "{} {}", low(&a), low(&b));
    let knee = value(&squat, "p2.knee_right.bend").expect("a knee");
    let one = changed(&squat, &[("p2.knee_right.bend", &(knee - 5.0).to_string())]);
    assert_eq!(value(&one, "p2.knee_right.bend"), Some(knee - 5.0));
    assert!(one.text().lines().count() <= squat.text().lines().count() + 6, "{}", one.text());
    assert_eq!(value(&squat, "p2.ankle_right.bend"), None, "a foot that carries is flat whatever is typed");
}

#[test]
fn a_bridge_on_one_leg() {
    let bridge = own("HL1");
    assert_eq!(value(&bridge, "p2.knee_left.bend"), None, "the foot is down, so its knee is solved");
    let free = changed(&bridge, &[("p2.foot_left.touch", "free")]);
    let same = |own: &OwnFigure| own.build().expect("a figure").solved[1].body.mark("heel_left").expect("a heel").0;
    assert!((same(&free) - same(&bridge)).len() < 3.0, "let go, the foot stays where it is");
    let one = changed(&free, &[("p2.knee_left.bend", "10")]);
    assert!(same(&one).z > 20.0, "{:?}", same(&one));
}

#[test]
fn arms_are_crossed_once_for_all_poses() {
    let stand = own("HL6");
    let crossed = changed(&stand, &[("p1.hand_right.touch", "shoulder"), ("p1.hand_left.touch", "shoulder")]);
    for solved in &crossed.build().expect("a figure").solved {
        for (hand, shoulder) in [("hand_right", "shoulder_left"), ("hand_left", "shoulder_right")] {
            let at = |name| solved.body.mark(name).expect("a mark").0;
            assert!((at(hand) - at(shoulder)).len() < 14.0, "{hand}");
        }
    }
}

#[test]
fn a_value_that_was_the_same_goes_along() {
    let hinge = own("HL5");
    let turned = changed(&hinge, &[("p1.head.turn", "20")]);
    assert_eq!((value(&turned, "p1.head.turn"), value(&turned, "p2.head.turn")), (Some(20.0), Some(20.0)));
    let back = changed(&turned, &[("p2.head.turn", "0")]);
    assert_eq!((value(&back, "p1.head.turn"), value(&back, "p2.head.turn")), (Some(20.0), Some(0.0)));
}

#[test]
fn messages_stand_beside_what_they_concern() {
    let squat = own("HL8");
    let first = |pairs: &[(&str, &str)]| messages(&squat, pairs)[0].clone();
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(first(&[("p2.knee_right.bend", "much")]), pair("p2.knee_right.bend", "Type a number, such as 40."));
    assert_eq!(first(&[("p2.knee_right.bend", " ")]), pair("p2.knee_right.bend", "Type a number."));
    assert_eq!(first(&[("p2.knee_right.bend", "-40")]), pair("p2.knee_right.bend", "Type a number from \u{2212}4 to 152."));
    for odd in ["NaN", "inf", "1e3", "0x10", "12345678901234567890"] {
        assert_eq!(first(&[("p2.knee_right.bend", odd)]).0, "p2.knee_right.bend", "{odd}");
    }
    let (_, text) = first(&[("p2.knee_right.bend", "10")]);
    assert!(text.starts_with("In pose 2 the ") && text.contains(" ankle would have to go further than it can."), "{text}");
    let three = messages(&squat, &[("p1.neck.bend", "x"), ("p1.head.bend", "y"), ("p2.neck.bend", "z")]);
    assert_eq!(three.len(), 3);
    let empty = squat.with(&BTreeMap::new(), crate::figure::pose::Alt::default()).expect_err("words are needed");
    assert_eq!(empty.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["alt.start", "alt.move", "alt.end"]);
    // Under the floor.
    let bridge = own("HL1");
    let (name, text) = messages(&bridge, &[("p1.hand_right.touch", "free"), ("p1.shoulder_right.bend", "-60")])[0].clone();
    assert!(text.contains("under the floor") && name.starts_with("p1."), "{name}: {text}");
}

#[test]
fn a_pose_more_and_a_pose_less() {
    let squat = own("HL8");
    let three = squat.with_pose_after(1).expect("three");
    let built = three.build().expect("a figure");
    assert_eq!(built.poses.len(), 3);
    assert_eq!(value(&three, "p2.knee_right.bend"), value(&three, "p1.knee_right.bend"));
    let half = changed(&three, &[("p2.knee_right.bend", "20"), ("p2.hip_right.bend", "20")]);
    assert_eq!(value(&half, "p3.knee_right.bend"), value(&squat, "p2.knee_right.bend"));
    let two = half.without_pose(2).expect("two").build().expect("a figure");
    assert_eq!(two.svg(Drawing::Moving, false), squat.build().expect("a figure").svg(Drawing::Moving, false));
    assert_eq!(squat.without_pose(1).as_ref(), Ok(&squat));
    assert_eq!(squat.with_pose_after(9).as_ref(), Ok(&squat));
    let mut many = squat;
    for _ in 0..9 {
        many = many.with_pose_after(1).expect("more");
    }
    assert_eq!(many.build().expect("a figure").poses.len(), super::POSES);
}

#[test]
fn the_picture_can_be_chosen() {
    let leg = own("HL7");
    let svg = |own: &OwnFigure| own.build().expect("a figure").svg(Drawing::Still, false).expect("a picture");
    let plain = changed(&leg, &[("figure.arrow", "none"), ("figure.accent.trunk", "on")]);
    assert!(svg(&leg).contains("f-arrow") && !svg(&plain).contains("f-arrow") && svg(&plain).contains("f-shirt f-mv"));
    assert!(!svg(&leg).contains("f-shirt f-mv"));
    let again = changed(&plain, &[("figure.arrow", "heel_right")]);
    assert!(svg(&again).contains("f-arrow"));
    let other = changed(&leg, &[("figure.side", "left")]);
    assert!(svg(&other).contains("matrix(-1"));
    let labels = |own: &OwnFigure| own.fields().expect("fields").into_iter().map(|f| (f.name, f.label)).collect::<BTreeMap<_, _>>();
    let (here, there) = (labels(&leg), labels(&other));
    let name = here.keys().find(|name| name.contains("hip_right")).expect("a hip");
    assert!(here[name].starts_with("Right hip") && there[name].starts_with("Left hip"), "{} {}", here[name], there[name]);
    let above = changed(&leg, &[("figure.view", "above")]);
    assert_ne!(svg(&above), svg(&leg));
    assert_eq!(messages(&leg, &[("figure.view", "inside")])[0].0, "figure.view");
    assert_eq!(messages(&leg, &[("p1.neck.bend", "x"), ("figure.view", "inside")]).len(), 2);
    assert_ne!(FIGURE, "figure.view");
}

#[test]
fn stored_text_that_is_no_figure_is_refused() {
    let good = own("HL8").text().to_owned();
    let with = |what: &str, other: &str| {
        assert!(good.contains(what), "{what} is not in {good}");
        OwnFigure::from_text(&good.replacen(what, other, 1))
    };
    for other in ["nan", "inf", "-inf", "1e9", "true", "\"119\"", "[1,2]"] {
        assert!(with("lean = 30.0", &format!("lean = {other}")).is_err(), "{other}");
    }
    for other in ["sun", "chair0", ""] {
        assert!(with("kind = \"weight\"", &format!("kind = \"{other}\"")).and_then(|own| own.build()?.svg(Drawing::Still, false)).is_err());
    }
    assert!(with("chest 9 4 2", "chest nan 4 2").is_err());
    assert!(with("chest 9 4 2", "chair0.seat").is_err());
    assert!(with("base = \"stand\"", "base = \"gone\"").is_err());
    assert!(with("[base.stand]", "[base.stand]\nbase = \"stand\"").is_err(), "a base that begins with itself");
    assert!(OwnFigure::from_text(&"a = 1\n".repeat(9_000)).is_err());
    assert!(OwnFigure::from_text(&format!("a = {}{}", "[".repeat(8_000), "]".repeat(8_000))).is_err());
    assert!(OwnFigure::from_text("").is_err() && OwnFigure::from_text("[figure]").is_err());
    let poses = "[[figure.pose]]\n".repeat(7);
    assert!(OwnFigure::from_text(&format!("[figure]\nid = \"X\"\nalt = {{ start = \"x\" }}\n{poses}")).is_err());
}

/// What a form could send for one figure: names with the range of their numbers, or their options.
struct Sheet {
    own: OwnFigure,
    fields: Vec<PoseField>,
    choices: Vec<super::Choice>,
}

static SHEETS: LazyLock<Vec<Sheet>> = LazyLock::new(|| {
    let sheet = |own: OwnFigure| Sheet { fields: own.fields().expect("fields"), choices: own.choices().expect("choices"), own };
    all().into_iter().map(|(_, _, own)| sheet(own)).collect()
});

/// The checks of the library, on a figure of one's own.
fn holds(own: &OwnFigure) {
    let built = own.build().expect("a figure that builds");
    for solved in &built.solved {
        for joint in Joint::all() {
            assert!(joint.excess(joint.angles(solved.rig.joint(joint))) < 2.0, "{}", joint.full_name());
        }
    }
    assert_eq!(faults(&built), []);
    for drawing in [Drawing::Still, Drawing::Moving, Drawing::Pair] {
        let svg = built.svg(drawing, false).expect("a picture");
        assert!(!svg.contains("NaN") && !svg.contains("inf ") && !svg.contains("<script") && !svg.contains("style"));
    }
    own.fields().expect("fields");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_gives_messages_or_a_figure(
        at in any::<prop::sample::Index>(),
        numbers in prop::collection::vec((any::<prop::sample::Index>(), -1.2..1.2_f64, any::<bool>()), 0..4),
        words in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..3),
        junk in prop::option::weighted(0.1, "\\PC{0,12}"),
    ) {
        let sheet = at.get(&SHEETS);
        let mut typed = BTreeMap::new();
        for (index, by, small) in numbers {
            if sheet.fields.is_empty() { continue; }
            let field = index.get(&sheet.fields);
            let room = (field.max - field.min) * if small { 0.08 } else { 1.0 };
            typed.insert(field.name.clone(), junk.clone().unwrap_or_else(|| format!("{:.1}", field.value + by * room)));
        }
        for (index, option) in words {
            if sheet.choices.is_empty() { continue; }
            let choice = index.get(&sheet.choices);
            typed.insert(choice.name.clone(), junk.clone().unwrap_or_else(|| option.get(&choice.options).0.clone()));
        }
        let begun = std::time::Instant::now();
        match sheet.own.with(&typed, sheet.own.alt().expect("words")) {
            Ok(own) => holds(&own),
            Err(messages) => {
                prop_assert!(!messages.is_empty());
                for (name, text) in messages {
                    let known = name == FIGURE || sheet.fields.iter().any(|f| f.name == name) || sheet.choices.iter().any(|c| c.name == name);
                    prop_assert!(known && text.ends_with('.'), "{name}: {text}");
                }
            }
        }
        prop_assert!(begun.elapsed().as_secs() < 20);
    }

    #[test]
    fn whatever_is_stored_is_refused_or_drawn(
        at in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![
            "nan", "-inf", "0", "-1", "999", "1e308", "0.0001", "\"\"", "\"floor nan\"", "\"chair0.seat\"", "\"keep\"", "[]", "{}", "true", "\"feet\"", "-180.0",
        ])), 1..4),
    ) {
        let mut text = at.get(&SHEETS).own.text().to_owned();
        for (index, other) in changes {
            let lines: Vec<&str> = text.lines().collect();
            let values: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].contains(" = ")).collect();
            let at = *index.get(&values);
            let line = lines[at].split_once(" = ").map(|(key, _)| format!("{key} = {other}")).expect("a value");
            text = lines.iter().enumerate().map(|(i, l)| if i == at { line.as_str() } else { l }).collect::<Vec<_>>().join("\n");
        }
        if let Ok(own) = OwnFigure::from_text(&text) {
            let built = own.build().expect("a figure");
            for drawing in [Drawing::Still, Drawing::Moving, Drawing::Pair] {
                if let Ok(svg) = built.svg(drawing, false) {
                    prop_assert!(!svg.contains("NaN"));
                }
            }
            own.fields().expect("fields");
            own.choices().expect("choices");
        }
    }
}
